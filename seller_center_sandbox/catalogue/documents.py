"""Reading of the documents that feeds consist of: XML, and the tables of REST.

What makes a document unreadable as a whole is refused at once, with remarks that name
SKUs where they can. What concerns a single product is left to processing.
"""

import csv
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO

from lxml import etree

from ..core.const import MAX_IMAGES, MAX_RECORDS_PER_FEED, PRICE_PATTERN, STOCK_UPDATE
from ..core.errors import Detail, api_error, format_error

# Elements of a Product, in the order of the documentation.
PRODUCT_FIELDS = (
    "SellerSku ParentSku Status Name Variation PrimaryCategory Categories BrowseNodes "
    "Description Brand Price SalePrice SaleStartDate SaleEndDate TaxClass ShipmentType "
    "ProductId Condition ProductData Quantity VolumetricWeight ProductGroup"
).split()
STOCK_FIELDS = ("SellerSku", "Quantity")
PRICE_FIELDS = ("Price", "SalePrice")
PRICE_MESSAGE = (
    "Field must contain a positive number with a dot as decimal separator "
    "and 2 decimals"
)


@dataclass(frozen=True)
class Entry:
    """One product of a document.

    :param seller_sku: the key.
    :param values: element name -> text, the empty string for an empty element.
    :param attributes: (FeedName, text) pairs of `ProductData`.
    :param urls: pictures, the main one first.
    """

    seller_sku: str
    values: dict = field(default_factory=dict)
    attributes: tuple = ()
    urls: tuple = ()


def parse_document(action, payload):
    """Read a document.

    :param str action: ProductCreate, ProductUpdate, ProductStockUpdate, ProductRemove
        or Image.
    :param bytes payload: XML.
    :return: tuple of entries, and the remarks that do not stop it.
    :raise ApiError: if it is empty, unreadable or wrongly built.
    """
    if not payload.strip():
        raise api_error(30)
    root = parse_xml(payload)
    name = "ProductImage" if action == "Image" else "Product"
    nodes = list(root.iterchildren(tag=etree.Element))
    if not nodes:
        raise api_error(30)
    if any(node.tag != name for node in nodes):
        raise api_error(5)
    reader = _Reader(action)
    entries = tuple(reader.read(node) for node in nodes)
    check_whole(entries, reader.problems)
    return entries, tuple(reader.warnings)


def check_whole(entries, problems=()):
    """Refuse a document if anything is wrong with it.

    :param entries: the `Entry` records of it.
    :param problems: the `Detail` remarks that were made while reading.
    :raise ApiError: with those remarks and the ones about the whole.
    """
    problems = list(problems)
    problems += [
        Detail("SellerSku", "Field must not be empty")
        for entry in entries
        if not entry.seller_sku
    ]
    counts = Counter(entry.seller_sku for entry in entries if entry.seller_sku)
    problems += [
        Detail("SellerSku", "Duplicate SellerSku in the document", sku, sku)
        for sku, count in counts.items()
        if count > 1
    ]
    if len(entries) > MAX_RECORDS_PER_FEED:
        message = f"At most {MAX_RECORDS_PER_FEED} records are allowed in a feed"
        problems.insert(0, Detail("Request", message, str(len(entries))))
    if problems:
        raise format_error(problems)


def parse_xml(payload):
    """Read the root element of a request.

    :param bytes payload: XML.
    :return: the `Request` element.
    :raise ApiError: if it is unreadable, or something else.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        raise api_error(5) from error
    if root.tag != "Request" or root.getroottree().docinfo.doctype:
        raise api_error(5)
    return root


class _Reader:
    """Reads entries and collects what is wrong with the document."""

    def __init__(self, action):
        self._read = _read_image if action == "Image" else self._read_product
        self._fields = STOCK_FIELDS if action == STOCK_UPDATE else PRODUCT_FIELDS
        self.problems = []
        self.warnings = []

    def read(self, node):
        """Read one entry."""
        entry, problems, warnings = self._read(node)
        self.problems += problems
        self.warnings += warnings
        return entry

    def _read_product(self, node):
        values, attributes, problems, warnings = {}, (), [], []
        sku = _text(node.find("SellerSku"))
        for child in node.iterchildren(tag=etree.Element):
            name = child.tag
            if name not in self._fields:
                message = f"Field {name} is unknown and was ignored"
                warnings.append(Detail(name, message, _text(child), sku))
            elif name in values or (name == "ProductData" and attributes):
                problems.append(Detail(name, "Field is given twice", _text(child), sku))
            elif name == "ProductData":
                attributes = _read_attributes(child, sku, problems)
            else:
                values[name] = _read_scalar(child, sku, problems)
        return Entry(sku, values, attributes), problems, warnings


def _read_scalar(node, sku, problems):
    value = _text(node)
    if len(node):
        message = "Field must not contain elements; HTML belongs into CDATA"
        problems.append(Detail(node.tag, message, value, sku))
    elif node.tag in PRICE_FIELDS and value and not PRICE_PATTERN.fullmatch(value):
        problems.append(Detail(node.tag, PRICE_MESSAGE, value, sku))
    return value


def _read_attributes(node, sku, problems):
    children = list(node.iterchildren(tag=etree.Element))
    for child in children:
        if len(child):
            message = "Field must not contain elements"
            problems.append(Detail(child.tag, message, _text(child), sku))
    counts = Counter(child.tag for child in children)
    problems += [
        Detail(name, "Field is given twice", "", sku)
        for name, count in counts.items()
        if count > 1
    ]
    return tuple((child.tag, _text(child)) for child in children)


def _read_image(node):
    sku = _text(node.find("SellerSku"))
    problems = []
    holder = node.find("Images")
    if holder is None:
        problems.append(Detail("Images", "Field must not be empty", "", sku))
    urls = () if holder is None else tuple(map(_text, holder.iterchildren("Image")))
    return Entry(sku, urls=urls), problems, []


def _text(node):
    return "" if node is None else "".join(node.itertext()).strip()


SKU_COLUMN = "SellerSku"
IMAGE_COLUMNS = ("MainImage", *(f"Image{place}" for place in range(2, MAX_IMAGES + 1)))
TABLE_COLUMNS = {"ProductRemove": (), "Image": IMAGE_COLUMNS}


def submitted_columns(entry):
    """Return what was sent about a product, as columns of a table.

    :param entry: `Entry`.
    :return: dict of column -> text.
    """
    pictures = dict(zip(IMAGE_COLUMNS, entry.urls, strict=False))
    sku = {SKU_COLUMN: entry.seller_sku}
    return {**sku, **entry.values, **dict(entry.attributes), **pictures}


def parse_table(action, payload):
    """Read a table.

    :param str action: ProductRemove or Image.
    :param bytes payload: CSV.
    :return: tuple of entries.
    :raise ApiError: if it is empty, unreadable or wrongly built.
    """
    head, *lines = _table_lines(payload)
    names = TABLE_COLUMNS[action]
    _check_table(head, lines, names)
    entries = tuple(
        _table_entry(dict(zip(head, line, strict=True)), names) for line in lines
    )
    check_whole(entries)
    return entries


def _check_table(head, lines, names):
    problems = [
        Detail(name, "The column is unknown")
        for name in head
        if name not in (SKU_COLUMN, *names)
    ]
    if SKU_COLUMN not in head or len(set(head)) < len(head):
        message = f"The head line must name {SKU_COLUMN}, and no column twice"
        problems.append(Detail(SKU_COLUMN, message, ";".join(head)))
    problems += [
        Detail("Line", "The line has not as many cells as the head", ";".join(line))
        for line in lines
        if len(line) != len(head)
    ]
    if problems:
        raise format_error(problems)
    if not lines:
        raise api_error(30)


def _table_lines(payload):
    try:
        text = payload.decode("utf-8-sig")
        lines = [
            [cell.strip() for cell in line]
            for line in csv.reader(StringIO(text, newline=""), delimiter=";")
            if any(cell.strip() for cell in line)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise api_error(5) from error
    if not lines:
        raise api_error(30)
    return lines


def _table_entry(cells, names):
    urls = tuple(cells[name] for name in names if cells.get(name))
    return Entry(cells[SKU_COLUMN], urls=urls)
