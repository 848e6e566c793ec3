"""What a product's content may hold: its identifiers and its description."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree, html
from stdnum import ean, isbn

# Elements that go with everything in them; of others the text stays.
WITH_CONTENT = (
    "script style head title iframe object embed form template noscript svg video audio"
).split()


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
    dropped = set()
    # Backwards, so that what an element holds is clean before it goes itself.
    for element in reversed(list(root.iterdescendants())):
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element.tag in WITH_CONTENT:
            dropped.add(element.tag)
            element.drop_tree()
        elif element.tag not in tags:
            dropped.add(element.tag)
            element.drop_tag()
        else:
            element.attrib.clear()
    return _inner(root), tuple(sorted(dropped))


def _inner(root: html.HtmlElement) -> str:
    outer = etree.tostring(root, encoding="unicode", method="html")
    return outer.removeprefix("<div>").removesuffix("</div>")
