"""What is sent and what comes back, as plain records.

Money is a Decimal and a time an aware datetime. In what is sent, None leaves the
element out; in what comes back, it means that the marketplace did not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


class _Cleared:
    """The type of `CLEARED`."""

    def __repr__(self):
        return "CLEARED"


# In place of a value: the element is sent empty, so that the marketplace forgets what
# it had. Three empty sale elements end a sale.
CLEARED = _Cleared()


@dataclass(frozen=True, slots=True)
class Product:
    """A product to create or to update.

    The fields are those of the spec's table, in its order. An update names the SKU and
    what changes, so that a price or a stock document is this record with few fields.

    :param categories: ids of the secondary categories.
    :param sale_price: with its two dates, or all three `CLEARED` to end a sale.
    :param attributes: pairs of FeedName and value, in order: the ProductData.
    """

    seller_sku: str
    parent_sku: str | None = None
    status: str | None = None
    name: str | None = None
    variation: str | None = None
    primary_category: str | None = None
    categories: tuple[str, ...] = ()
    description: str | None = None
    brand: str | None = None
    price: Decimal | None = None
    sale_price: Decimal | _Cleared | None = None
    sale_start: datetime | _Cleared | None = None
    sale_end: datetime | _Cleared | None = None
    tax_class: str | None = None
    shipment_type: str | None = None
    product_id: str | None = None
    condition: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    quantity: int | None = None
    product_group: str | None = None


@dataclass(frozen=True, slots=True)
class ProductImages:
    """The pictures of a product, the main one first. They replace all earlier ones."""

    seller_sku: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """What the marketplace says about a feed, or about one SKU or field in it.

    :param code: a running number in the errors of a feed, never an error code.
    """

    message: str
    seller_sku: str = ""
    code: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class FeedReceipt:
    """The answer to an accepted feed, warnings included."""

    feed_id: str
    action: str
    timestamp: datetime | None = None
    warnings: tuple[FeedMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as the marketplace sees it. The counts can be wrong: ask the errors."""

    feed_id: str
    status: str
    action: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    source: str = ""
    total: int = 0
    processed: int = 0
    failed: int = 0
    errors: tuple[FeedMessage, ...] = ()
    warnings: tuple[FeedMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree."""

    category_id: str
    name: str
    global_identifier: str = ""
    attribute_set: str = ""
    children: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeOption:
    """A value that an attribute allows. Options are sent by name."""

    name: str
    global_identifier: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a category.

    :param feed_name: the element of ProductData that carries the value.
    :param product_type: ``config`` (common to the variants) or ``simple`` (of each).
    :param attribute_type: ``value``, ``option``, ``multi_option`` or ``system``.
    :param max_length: characters allowed, None without a limit.
    """

    name: str
    label: str = ""
    feed_name: str = ""
    group: str = ""
    mandatory: bool = False
    description: str = ""
    product_type: str = ""
    input_type: str = ""
    attribute_type: str = ""
    example: str = ""
    max_length: int | None = None
    options: tuple[AttributeOption, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that the marketplace knows."""

    name: str
    brand_id: str = ""
    global_identifier: str = ""


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product as the marketplace lists it.

    :param quantity: the seller's own stock, before the marketplace's reservations.
    :param available: what can still be sold.
    """

    seller_sku: str
    shop_sku: str = ""
    parent_sku: str = ""
    name: str = ""
    variation: str = ""
    brand: str = ""
    primary_category: str = ""
    product_id: str = ""
    status: str = ""
    qc_status: str = ""
    price: Decimal | None = None
    sale_price: Decimal | None = None
    sale_start: datetime | None = None
    sale_end: datetime | None = None
    quantity: int | None = None
    available: int | None = None
    main_image: str = ""
    images: tuple[str, ...] = ()
    url: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QualityState:
    """How far the marketplace's quality control is with a product.

    :param status: ``pending``, ``approved`` or ``rejected``.
    """

    seller_sku: str
    status: str
    reason: str = ""
    data_changed: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop for which an OAuth application speaks at the moment."""

    shop_id: str
    name: str = ""
    short_code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    :param total: length of the whole list, None if the marketplace does not say. A
        short page is no proof of the end: the shop may cap the page size.
    :param next_offset: the offset to ask for next, None at the end of the list. It
        need not count records.
    """

    records: tuple
    total: int | None = None
    next_offset: int | None = None
