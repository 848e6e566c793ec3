"""The rules for the fields of one product (SellerCenter: Product Create, Update).

A document is read into typed changes first, then the product is checked as it would
be with those changes. Every message is one sentence, and all of them are given.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..core import const
from ..core.times import UTC, parse_time
from .attributes import DATE, NUMBER

SALE_FIELDS = ("SalePrice", "SaleStartDate", "SaleEndDate")
CREATE_FIELDS = ("Name", "Description", "PrimaryCategory", "Brand", "Price", "Quantity")
FIRST_SALE_START = datetime(2010, 1, 1, tzinfo=UTC)

_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)")

# Element name -> attribute of `Product`.
ATTRIBUTES = {
    "ParentSku": "parent_sku",
    "Status": "status",
    "Name": "name",
    "Variation": "variation",
    "PrimaryCategory": "primary_category",
    "Categories": "categories",
    "BrowseNodes": "browse_nodes",
    "Description": "description",
    "Brand": "brand",
    "Price": "price",
    "SalePrice": "sale_price",
    "SaleStartDate": "sale_start",
    "SaleEndDate": "sale_end",
    "TaxClass": "tax_class",
    "ShipmentType": "shipment_type",
    "ProductId": "product_id",
    "Condition": "condition",
    "Quantity": "quantity",
    "VolumetricWeight": "volumetric_weight",
    "ProductGroup": "product_group",
}


@dataclass
class Reading:
    """The typed content of one entry.

    :param changes: attribute of `Product` -> value.
    :param attributes: FeedName -> value.
    """

    changes: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


class Validator:
    """Checks entries against the taxonomy, the clock and the other products."""

    def __init__(self, taxonomy, now, zone):
        """Store what the rules refer to.

        :param taxonomy: `Taxonomy`.
        :param now: the marketplace's time.
        :param zone: the zone of times without one.
        """
        self.taxonomy = taxonomy
        self.now = now
        self.zone = zone

    def read(self, entry, *, creating):
        """Turn the texts of an entry into values.

        Empty elements are ignored, except three empty sale elements in an update,
        which end the sale.

        :param entry: `Entry` of the document.
        :param bool creating: True for ProductCreate.
        :return: `Reading` with the errors of each single field.
        """
        reading = Reading()
        for name, text in entry.values.items():
            if text and name != "SellerSku":
                self._read_field(reading, name, text)
        sale = [entry.values.get(name) for name in SALE_FIELDS]
        if not creating and sale == ["", "", ""]:
            reading.changes.update(sale_price=None, sale_start=None, sale_end=None)
        elif any(sale) and not all(sale):
            reading.errors.append(
                "SalePrice, SaleStartDate and SaleEndDate belong together"
            )
        reading.attributes = {name: text for name, text in entry.attributes if text}
        return reading

    def check(self, product, reading, *, creating):
        """Check the product as it would be.

        :param product: `Product` with the changes applied.
        :param reading: `Reading` that made them; gets the errors and warnings.
        :param bool creating: True for ProductCreate: mandatory fields are asked for.
        """
        if creating:
            reading.errors += [
                f"Field {name} must not be empty"
                for name in CREATE_FIELDS
                if ATTRIBUTES[name] not in reading.changes
                and not _has_error(reading, name)
            ]
        self._check_categories(product, reading)
        self._check_sale(product, reading)
        self._check_attributes(product, reading, creating)

    def _read_field(self, reading, name, text):
        try:
            value = getattr(self, f"_read_{ATTRIBUTES[name]}", str)(text)
        except ValueError as error:
            reading.errors.append(f"Field {name}: {error}")
        else:
            reading.changes[ATTRIBUTES[name]] = value

    def _read_status(self, text):
        return _one_of(text, const.PRODUCT_STATUSES)

    def _read_condition(self, text):
        return _one_of(text, const.CONDITIONS)

    def _read_shipment_type(self, text):
        return _one_of(text, const.SHIPMENT_TYPES)

    def _read_tax_class(self, text):
        return _one_of(text, const.TAX_CLASSES)

    def _read_name(self, text):
        return _of_length(text, const.NAME_LENGTH)

    def _read_product_group(self, text):
        return _of_length(text, (1, 255))

    def _read_description(self, text):
        _of_length(text, const.DESCRIPTION_LENGTH)
        tags = {tag.lower() for tag in _TAG.findall(text)}
        forbidden = sorted(tags - set(const.ALLOWED_TAGS))
        if forbidden:
            names = ", ".join(f"<{tag}>" for tag in forbidden)
            raise ValueError(f"HTML that is not allowed: {names}")
        return text

    def _read_brand(self, text):
        if not self.taxonomy.has_brand(text):
            raise ValueError(f"Brand '{text}' is not registered")
        return text

    def _read_primary_category(self, text):
        category = self.taxonomy.categories.get(text)
        if not category:
            raise ValueError(f"category '{text}' does not exist")
        if category.level != const.PRIMARY_CATEGORY_LEVEL:
            raise ValueError(f"category '{text}' cannot be a primary category")
        return text

    def _read_categories(self, text):
        ids = tuple(part.strip() for part in text.split(","))
        unknown = [key for key in ids if key not in self.taxonomy.categories]
        if unknown:
            raise ValueError(f"category '{unknown[0]}' does not exist")
        if len(ids) > const.MAX_SECONDARY_CATEGORIES:
            limit = const.MAX_SECONDARY_CATEGORIES
            raise ValueError(f"at most {limit} categories are allowed")
        return ids

    def _read_price(self, text):
        price = Decimal(text).quantize(Decimal("0.01"))
        if not 0 < price <= const.MAX_PRICE:
            raise ValueError(f"must be above 0 and at most {const.MAX_PRICE}")
        return price

    _read_sale_price = _read_price

    def _read_quantity(self, text):
        if re.fullmatch(r"-\d+", text, re.ASCII):
            raise ValueError("Negative value is not allowed")
        if not re.fullmatch(r"\d+", text, re.ASCII):
            raise ValueError(f"'{text}' is not a whole number")
        if int(text) > const.MAX_QUANTITY:
            raise ValueError(f"must not be above {const.MAX_QUANTITY}")
        return int(text)

    def _read_sale_start(self, text):
        return read_time(text, self.zone)

    _read_sale_end = _read_sale_start

    def _read_volumetric_weight(self, text):
        check_number(text)
        if Decimal(text) < 0:
            raise ValueError("Negative value is not allowed")
        return Decimal(text)

    def _read_product_id(self, text):
        if is_barcode(text) and not has_check_digit(text):
            raise ValueError(f"'{text}' has a wrong check digit")
        return text

    def _check_categories(self, product, reading):
        if not reading.changes.keys() & {"primary_category", "categories"}:
            return
        primary = product.primary_category
        reading.errors += [
            f"Field Categories: category '{key}' does not descend from '{primary}'"
            for key in product.categories
            if primary and not self.taxonomy.descends(key, primary)
        ]

    def _check_sale(self, product, reading):
        touched = reading.changes.keys()
        sale = (product.sale_price, product.sale_start, product.sale_end)
        if not touched & {"price", "sale_price", "sale_end"} or None in sale:
            return
        if "sale_price" in touched or product.sale_runs(self.now):
            if product.price is None or product.sale_price >= product.price:
                reading.errors.append("Field SalePrice: must be lower than Price")
        if "sale_end" in touched:
            reading.errors += self._sale_date_errors(product)

    def _sale_date_errors(self, product):
        if product.sale_start < FIRST_SALE_START:
            yield "Field SaleStartDate: must be after 2010-01-01"
        if product.sale_end <= self.now:
            yield "Field SaleEndDate: must be in the future"
        elif product.sale_end.year > self.now.year + const.SALE_YEARS:
            yield f"Field SaleEndDate: must be within {const.SALE_YEARS} years"
        elif product.sale_end <= product.sale_start:
            yield "Field SaleEndDate: must be after SaleStartDate"

    def _check_attributes(self, product, reading, creating):
        known = {
            one.feed_name: one
            for one in self.taxonomy.attributes(product.primary_category)
        }
        if not known:
            return
        own = {name for name, one in known.items() if not one.element}
        reading.warnings += [
            f"Attribute {name} is not known in this category and was ignored"
            for name in reading.attributes
            if name not in own
        ]
        everything = creating or "primary_category" in reading.changes
        for name, attribute in known.items():
            if name != "Brand" and (everything or _is_changed(reading, attribute)):
                value = _value(product, attribute)
                reading.errors += attribute_errors(
                    attribute, value, self.now, self.zone
                )

    def known_attributes(self, product):
        """Return the attribute values that the category of a product has a place for.

        :param product: `Product`.
        :return: dict of FeedName -> value.
        """
        if product.primary_category not in self.taxonomy.categories:
            return product.attributes
        known = self.taxonomy.attributes(product.primary_category)
        names = {one.feed_name for one in known if not one.element}
        return {k: v for k, v in product.attributes.items() if k in names}


def _is_changed(reading, attribute):
    if attribute.element:
        return ATTRIBUTES[attribute.feed_name] in reading.changes
    return attribute.feed_name in reading.attributes


def _value(product, attribute):
    if attribute.element:
        return getattr(product, ATTRIBUTES[attribute.feed_name])
    return product.attributes.get(attribute.feed_name, "")


def _has_error(reading, name):
    return any(error.startswith(f"Field {name}:") for error in reading.errors)


def _one_of(text, words):
    if text not in words:
        raise ValueError(f"'{text}' is not one of: {', '.join(words)}")
    return text


def _of_length(text, limits):
    low, high = limits
    if not low <= len(text) <= high:
        raise ValueError(f"must have {low} to {high} characters, has {len(text)}")
    return text


_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def attribute_errors(attribute, value, now, zone):
    """Check a value against the definition of its attribute.

    :param attribute: `Attribute`.
    :param str value: as it was sent, empty for nothing.
    :param now: the marketplace's time.
    :param zone: the shop's zone, whose days count.
    :return: list of sentences.
    """
    name = attribute.feed_name
    if not value:
        return [f"Field {name} must not be empty"] if attribute.mandatory else []
    if attribute.choices:
        return [f"Field {name}: {error}" for error in _option_errors(attribute, value)]
    try:
        _check_value(attribute, value, now, zone)
    except ValueError as error:
        return [f"Field {name}: {error}"]
    return []


def check_number(text):
    """Check that a text is a number.

    :param str text: what was sent.
    :raise ValueError: if it is none, or is spelt otherwise than with a dot.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is not a number with a dot as decimal separator")


def read_time(text, zone):
    """Read a time.

    :param str text: what was sent.
    :param zone: the zone of times without one.
    :return: aware datetime in UTC.
    :raise ValueError: if it is none.
    """
    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date") from error


def _option_errors(attribute, value):
    parts = (
        [part.strip() for part in value.split(",")] if attribute.multiple else [value]
    )
    for part in parts:
        if part not in attribute.options:
            yield f"'{part}' is not one of the allowed values"


def _check_value(attribute, value, now, zone):
    if attribute.max_length and len(value) > attribute.max_length:
        raise ValueError(f"at most {attribute.max_length} characters are allowed")
    if attribute.content == NUMBER:
        check_number(value)
    if attribute.content == DATE:
        day = read_time(value, zone).astimezone(zone).date()
        if attribute.future and day < now.astimezone(zone).date():
            raise ValueError(f"'{value}' is in the past")


_BARCODE_LENGTHS = (8, 12, 13, 14)


def is_barcode(text):
    """Return whether a text has the form of a barcode.

    :param str text: any article number.
    :return: True for as many digits as a GTIN has.
    """
    return text.isascii() and text.isdigit() and len(text) in _BARCODE_LENGTHS


def has_check_digit(digits):
    """Return whether the last digit of a GTIN is its check digit.

    :param str digits: 8, 12, 13 or 14 digits.
    :return: True if it does (GS1: weights 3 and 1 from the right).
    """
    body = [int(digit) for digit in reversed(digits[:-1])]
    total = sum(digit * (3, 1)[index % 2] for index, digit in enumerate(body))
    return (10 - total % 10) % 10 == int(digits[-1])
