"""The documents that are sent: create, update, remove and image, as bytes.

Elements and their order: product feeds spec, the examples of each flow. Documents are
written product by product, so that a large feed is held once, as bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree, html
from stdnum import ean, isbn

from .const import CENT, MAX_IMAGES
from .errors import Explained
from .records import CLEARED, Product, ProductImages

# Two noncharacters end every plane of Unicode: U+FFFE, U+FFFF, U+1FFFE, U+1FFFF ...
PLANE_ENDS = "".join(
    chr(plane + last)
    for plane in range(0, 0x110000, 0x10000)
    for last in (65534, 65535)
)
# What XML 1.0 forbids or advises against: control characters except tab and line feed,
# surrogates and noncharacters. Emoji and other characters of high planes are fine.
UNWANTED = re.compile(
    rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{PLANE_ENDS}]"
)
# An XML name without a namespace prefix, as attribute FeedNames have to be.
FEED_NAME = re.compile(r"[^\W\d][\w.-]*")

# Elements that go with everything in them; of others the text stays.
WITH_CONTENT = (
    "script style head title iframe object embed form template noscript svg video audio"
).split()


class DocumentError(Explained, ValueError):
    """A record that no document can be made of.

    :param seller_sku: the product.
    :param field: the field of the record, or the FeedName of the attribute.
    """

    def __init__(
        self, message: str = "", *, seller_sku: str = "", field: str = "", **explanation
    ):
        super().__init__(message, **explanation)
        self.seller_sku = seller_sku
        self.field = field


class BadValue(Explained, ValueError):
    """A value that its element cannot hold."""


def create_document(products: Iterable[Product]) -> bytes:
    """Build the document of ProductCreate and ProductUpdate.

    Product feeds spec, Product Create, Product Update, Price Update, Stock Update: all
    have this form, and what a record leaves empty is left out.

    :raise DocumentError: for a value that cannot be written, or without products.
    """
    return _document(_product(product) for product in products)


# The spec's two documents are one: "no mandatory fields for Product Update apart from
# the seller SKU".
update_document = create_document


def remove_document(products: Iterable[Product]) -> bytes:
    """Build the document of ProductRemove: the SKUs alone.

    Product feeds spec, Product Remove.

    :raise DocumentError: for a SKU that cannot be written.
    """
    return _document(_record("Product", product.seller_sku) for product in products)


def image_document(images: Iterable[ProductImages]) -> bytes:
    """Build the document of Image, the main picture first.

    Product feeds spec, Listing Image.

    :raise DocumentError: without a picture, or with more than are allowed.
    """
    return _document(_product_image(product) for product in images)


def check_sku(seller_sku: str) -> None:
    """Check that a SKU comes back as it was sent.

    :raise DocumentError: if it would not.
    """
    if not seller_sku or clean_text(seller_sku).strip() != seller_sku:
        values = {"sku": repr(seller_sku)}
        raise DocumentError(
            reason="bad_sku", values=values, seller_sku=seller_sku, field="seller_sku"
        )


def check_pictures(product: ProductImages) -> None:
    """Check that there are as many pictures as are allowed.

    :raise DocumentError: without a picture, or with more (Listing Image).
    """
    if not 1 <= len(product.urls) <= MAX_IMAGES or not all(product.urls):
        sku, count = product.seller_sku, len(product.urls)
        values = {"sku": sku, "count": count, "limit": MAX_IMAGES}
        raise DocumentError(
            reason="bad_picture_count", values=values, seller_sku=sku, field="urls"
        )


def clean_text(text: str) -> str:
    """Remove what no XML document may hold, and end lines with a line feed.

    The one place where characters are dropped: control characters, surrogates and
    noncharacters. Everything else, emoji included, is kept.
    """
    if text.isascii() and text.isprintable():
        return text
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _document(elements: Iterable[etree._Element]) -> bytes:
    output = io.BytesIO()
    with etree.xmlfile(output, encoding="utf-8") as document:
        document.write_declaration()
        with document.element("Request"):
            document.write("\n")
            empty = True
            for element in elements:
                document.write(element, pretty_print=True)
                empty = False
    if empty:
        raise DocumentError(reason="nothing_to_send")
    return output.getvalue()


def _product(product: Product) -> etree._Element:
    element = _record("Product", product.seller_sku)
    for name, field, add in PRODUCT_ELEMENTS:
        value = getattr(product, field)
        if value is None:
            continue
        if value is CLEARED:
            etree.SubElement(element, name)
            continue
        try:
            add(element, name, value)
        except ValueError as error:
            raise _bad_element(product.seller_sku, name, field, error) from None
    return element


def _bad_element(
    seller_sku: str, name: str, field: str, error: ValueError
) -> DocumentError:
    """Return the error of a value that an element cannot hold."""
    values = {"sku": seller_sku, "element": name, "problem": error}
    return DocumentError(
        reason="bad_element",
        values=values,
        seller_sku=seller_sku,
        # That of an attribute is known better where it is written.
        field=getattr(error, "field", field),
    )


def _product_image(product: ProductImages) -> etree._Element:
    check_pictures(product)
    element = _record("ProductImage", product.seller_sku)
    images = etree.SubElement(element, "Images")
    for url in product.urls:
        _add_text(images, "Image", url)
    return element


def _record(name: str, seller_sku: str) -> etree._Element:
    check_sku(seller_sku)
    element = etree.Element(name)
    etree.SubElement(element, "SellerSku").text = seller_sku
    return element


def _add_text(
    parent: etree._Element, name: str, value: object
) -> etree._Element | None:
    text = clean_text(str(value))
    if not text.strip():
        return None
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _add_markup(parent: etree._Element, name: str, value: str) -> None:
    """Add HTML as CDATA; escaped if it holds the end of a CDATA section.

    Product feeds spec, Description. Both spellings mean the same text.
    """
    element = _add_text(parent, name, value)
    if element is not None and "]]>" not in element.text:
        element.text = etree.CDATA(element.text)


def _add_list(parent: etree._Element, name: str, values: Iterable[object]) -> None:
    _add_text(parent, name, ",".join(map(str, values)))


def _add_money(parent: etree._Element, name: str, value: Decimal) -> None:
    try:
        rounded = value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        raise _bad_value("bad_amount", value) from None
    if not rounded.is_finite() or rounded < 0:
        raise _bad_value("bad_amount", value)
    etree.SubElement(parent, name).text = f"{rounded:f}"


def _add_time(parent: etree._Element, name: str, value: datetime) -> None:
    if value.utcoffset() is None:
        raise _bad_value("bad_time", value)
    moment = value.astimezone(timezone.utc)
    etree.SubElement(parent, name).text = moment.isoformat("T", "seconds")


def _add_whole(parent: etree._Element, name: str, value: int) -> None:
    if value != int(value) or value < 0:
        raise _bad_value("bad_number", value)
    etree.SubElement(parent, name).text = str(int(value))


def _bad_value(reason: str, value: object) -> BadValue:
    return BadValue(reason=reason, values={"value": value})


def _add_attributes(
    parent: etree._Element, name: str, values: Iterable[tuple[str, str]]
) -> None:
    data = etree.Element(name)
    for feed_name, value in values:
        if not FEED_NAME.fullmatch(feed_name):
            values = {"name": repr(feed_name)}
            raise DocumentError(reason="bad_attribute", values=values, field=feed_name)
        _add_text(data, feed_name, value)
    if len(data):
        parent.append(data)


# Element, field of the record, and how the value is written: the table of the product
# feeds spec, Product Create, in the order of its example. SellerSku comes before.
PRODUCT_ELEMENTS = (
    ("ParentSku", "parent_sku", _add_text),
    ("Status", "status", _add_text),
    ("Name", "name", _add_text),
    ("Variation", "variation", _add_text),
    ("PrimaryCategory", "primary_category", _add_text),
    ("Categories", "categories", _add_list),
    ("Description", "description", _add_markup),
    ("Brand", "brand", _add_text),
    ("Price", "price", _add_money),
    ("SalePrice", "sale_price", _add_money),
    ("SaleStartDate", "sale_start", _add_time),
    ("SaleEndDate", "sale_end", _add_time),
    ("TaxClass", "tax_class", _add_text),
    ("ShipmentType", "shipment_type", _add_text),
    ("ProductId", "product_id", _add_text),
    ("Condition", "condition", _add_text),
    ("ProductData", "attributes", _add_attributes),
    ("Quantity", "quantity", _add_whole),
    ("ProductGroup", "product_group", _add_text),
)


def valid_gtin(code: str) -> bool:
    """Check the length and the check digit of an EAN-8, UPC, EAN-13 or GTIN-14.

    :param code: digits only.
    """
    return code.isascii() and code.isdigit() and ean.is_valid(code)


def valid_isbn(code: str) -> bool:
    """Check an ISBN-10 or ISBN-13, with or without hyphens."""
    return isbn.is_valid(code)


def valid_part_number(code: str) -> bool:
    """Check a manufacturer's number: any text, but no wrong barcode.

    It goes into ProductId like a barcode, and nothing tells the two apart there.
    """
    like_barcode = code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)
    return not like_barcode or ean.is_valid(code)


def product_identifier(
    ean: str | None = None,
    upc: str | None = None,
    mpn: str | None = None,
    isbn: str | None = None,
) -> str | None:
    """Choose the ProductId: EAN, else UPC, else MPN, else ISBN.

    Product feeds spec, Product Create, ProductId.

    :return: the first that is filled, None if there is none.
    """
    for identifier in (ean, upc, mpn, isbn):
        if identifier and identifier.strip():
            return identifier.strip()
    return None


def clean_markup(text: str, tags: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Keep some elements of an HTML text, without attributes.

    Product feeds spec, Description.

    :param text: HTML, or plain text.
    :param tags: the names of the elements that stay.
    :return: the clean HTML, and the names of the elements that were dropped.
    """
    if "<" not in text:
        return text, ()
    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except etree.ParserError:
        return "", ()
    found = {one.tag for one in root.iterdescendants(etree.Element)}
    with_content, unknown = found.intersection(WITH_CONTENT), found.difference(tags)
    # All of a kind at once: one by one, each would join the texts around it anew.
    no_elements = (etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(root, *no_elements, *with_content, with_tail=False)
    etree.strip_tags(root, *unknown)
    for element in root.iterdescendants():
        element.attrib.clear()
    return _inner(root), tuple(sorted(with_content | unknown))


def _inner(root: html.HtmlElement) -> str:
    outer = etree.tostring(root, encoding="unicode", method="html")
    return outer.removeprefix("<div>").removesuffix("</div>")
