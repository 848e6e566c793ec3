"""What is sent and what comes back, as plain records for both APIs.

Money is a Decimal, in what comes back of whole cents; a time is an aware datetime, an
id text. In what is sent, None leaves the element out; in what comes back, None or ""
mean that the marketplace did not say. Words of states, shipping types and the like are
kept as they came, unknown ones too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .const import STATUS_DELETED

# The file name extensions of what documents come as.
EXTENSIONS = {
    "application/pdf": "pdf",
    "text/html": "html",
    "application/zip": "zip",
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/xml": "xml",
    "application/xml": "xml",
}
# How shops call goods that lie in the marketplace's own warehouse, in lower case and
# letters only (SellerCenter, GetOrderItems; SellerCenter REST, Orders).
OWN_WAREHOUSE = ("ownwarehouse", "warehouse")


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
class StockRow:
    """The quantity of a product that is set at once.

    :param marketplace_id: the marketplace's own id of the product, which never changes.
    """

    seller_sku: str
    marketplace_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record of a list of which something that counts cannot be read.

    :param key: its id, empty if even that is unreadable.
    :param name: what a person knows it by, such as the number of an order.
    :param problem: an :class:`~.errors.UnreadableValue`: what is wrong with it.
    :param raw: the answer's own data, ready for JSON.
    """

    key: str
    name: str
    problem: Exception
    raw: dict | None = field(default=None, repr=False, compare=False)

    @property
    def order_id(self) -> str:
        """The id, in a list of orders."""
        return self.key

    @property
    def number(self) -> str:
        """The number, in a list of orders."""
        return self.name


class Records(tuple):
    """The records of a list, beside those that could not be read.

    What is missing here and not in ``unreadable`` was not in the answer.
    """

    unreadable: tuple[UnreadableRecord, ...]

    def __new__(cls, records=(), unreadable=()):
        found = super().__new__(cls, records)
        found.unreadable = tuple(unreadable)
        return found


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
    """The answer to an accepted feed, warnings included.

    :param feed_id: empty for a document that was processed at once.
    :param ignored: of such a document, the marketplace's ids of the products that it
        did not change; None for a feed that is processed later.
    """

    feed_id: str
    action: str
    timestamp: datetime | None = None
    warnings: tuple[FeedMessage, ...] = ()
    ignored: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as the marketplace sees it. The counts can be wrong: ask the errors."""

    feed_id: str
    status: str
    action: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    processed: int = 0
    failed: int = 0
    errors: tuple[FeedMessage, ...] = ()
    warnings: tuple[FeedMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree."""

    category_id: str
    name: str
    attribute_set: str = ""
    children: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeOption:
    """A value that an attribute allows. Options are sent by name."""

    name: str
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


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product as the marketplace lists it.

    :param marketplace_id: its id, a whole number; empty if the API does not tell.
    :param quantity: the seller's own stock, before the marketplace's reservations.
    :param primary_category: the id of its category, empty if only the name is known.
    :param category_name: the Action API tells it, in place of the id or beside it.
    """

    seller_sku: str
    parent_sku: str = ""
    name: str = ""
    status: str = ""
    price: Decimal | None = None
    sale_price: Decimal | None = None
    sale_start: datetime | None = None
    sale_end: datetime | None = None
    quantity: int | None = None
    main_image: str = ""
    images: tuple[str, ...] = ()
    description: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    marketplace_id: str = ""
    primary_category: str = ""
    category_name: str = ""

    @property
    def is_present(self) -> bool:
        """Whether the marketplace has it, and not as a removed one."""
        return self.status != STATUS_DELETED


@dataclass(frozen=True, slots=True)
class QualityState:
    """How far the marketplace's quality control is with a product.

    :param status: ``pending``, ``approved`` or ``rejected``.
    """

    seller_sku: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop for which an OAuth application speaks at the moment."""

    shop_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    :param total: length of the whole list, None if the marketplace does not say. A
        short page is no proof of the end: the shop may cap the page size.
    :param next_offset: the offset to ask for next, None at the end of the list. It
        need not count records.
    :param unreadable: the records of the page that could not be read.
    """

    records: tuple
    total: int | None = None
    next_offset: int | None = None
    unreadable: tuple[UnreadableRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a bill or a parcel goes.

    :param lines: the street and what belongs to it, empty lines left out; five at most.
    :param phones: the marketplace has room for two.
    :param country: a name or a code, as the shop writes it.
    :param masked: the names of the fields that the marketplace hides from sellers
        (``#####``); they are empty here.
    """

    first_name: str = ""
    last_name: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    ward: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher that an item was paid with, and who bears it.

    The shares are kept as they came: no document says whether they are percentages.
    """

    code: str = ""
    amount: Decimal | None = None
    seller_share: Decimal | None = None
    funded_by_seller: Decimal | None = None
    cashback_percentage: Decimal | None = None
    cashback_seller_share: Decimal | None = None
    cashback_funded_by_seller: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One piece of an order; there is no quantity (SellerCenter, GetOrderItems).

    :param status: where it is, see `domain.item_statuses`; unknown words too.
    :param shipping_type: whose stock it comes from, see `own_warehouse`.
    :param unit_price: before vouchers.
    :param paid_price: what the buyer pays for the item, without shipping. No document
        says whether the credits are in it or have been taken off.
    :param shipping_fee: what the buyer pays for shipping. With the paid price it adds
        up to the total of the order (SellerCenter, GetOrders).
    :param shipping_voucher_amount: what a voucher took off the shipping.
    :param wallet_credits: paid from a wallet or with a gift card.
    :param store_credits: paid with what the shop owed the buyer.
    :param tax_percent: REST only, like `commission`, `invoice_number` and
        `status_changed_at`.
    :param shipment_provider: the name of the carrier.
    :param package_id: REST leaves it empty.
    :param reason: why it was cancelled, failed or came back.
    :param target_to_ship: when it has to leave the seller.
    :param raw: the answer's own data, ready for JSON; amounts as text.
    """

    order_item_id: str
    order_id: str = ""
    seller_sku: str = ""
    name: str = ""
    variation: str = ""
    status: str = ""
    shipping_type: str = ""
    is_digital: bool = False
    currency: str = ""
    unit_price: Decimal | None = None
    paid_price: Decimal | None = None
    tax_amount: Decimal | None = None
    tax_percent: Decimal | None = None
    shipping_fee: Decimal | None = None
    shipping_tax: Decimal | None = None
    shipping_service_cost: Decimal | None = None
    shipping_voucher_amount: Decimal | None = None
    voucher_amount: Decimal | None = None
    voucher_code: str = ""
    vouchers: tuple[Voucher, ...] = ()
    wallet_credits: Decimal | None = None
    store_credits: Decimal | None = None
    commission: Decimal | None = None
    shipment_provider: str = ""
    tracking_code: str = ""
    package_id: str = ""
    invoice_number: str = ""
    reason: str = ""
    reason_detail: str = ""
    target_to_ship: datetime | None = None
    updated_at: datetime | None = None
    status_changed_at: datetime | None = None
    raw: dict | None = field(default=None, repr=False, compare=False)

    @property
    def own_warehouse(self) -> bool:
        """Whether it lies at the marketplace, which then ships it too."""
        kind = "".join(c for c in self.shipping_type.lower() if c.isalpha())
        return kind in OWN_WAREHOUSE or kind.startswith("fulfil")


@dataclass(frozen=True, slots=True)
class Order:
    """What a buyer ordered of this seller. Its statuses are those of its items.

    :param billing: None if the marketplace does not tell.
    :param is_gift: the buyer wants it wrapped or packed as a gift.
    :param remarks: what the buyer or the marketplace notes about the order.
    :param delivery_info: where to leave the parcel and the like.
    :param grand_total: what the buyer pays; the sum over the items is the surer one.
    :param exchange_for_order_id: the order of which this one replaces items.
    :param exchange_by_order_id: the order that replaces items of this one.
    :param items: empty where only `order_items` tells them, as by the Action API.
    :param masked: ``first_name``, ``last_name``: what of the customer is hidden; see
        :class:`Address`. Hidden notes are merely empty.
    :param raw: the answer's own data, ready for JSON; amounts as text.
    """

    order_id: str
    number: str = ""
    first_name: str = ""
    last_name: str = ""
    masked: tuple[str, ...] = ()
    billing: Address | None = None
    shipping: Address | None = None
    payment_method: str = ""
    is_gift: bool = False
    gift_message: str = ""
    remarks: str = ""
    delivery_info: str = ""
    currency: str = ""
    grand_total: Decimal | None = None
    shipping_total: Decimal | None = None
    tax_total: Decimal | None = None
    voucher_code: str = ""
    voucher_amount: Decimal | None = None
    exchange_for_order_id: str = ""
    exchange_by_order_id: str = ""
    target_to_ship: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    items: tuple[OrderItem, ...] = ()
    raw: dict | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ShipmentProvider:
    """A carrier that parcels may be handed to. It is named by its name.

    :param api_integration: the carrier gives the tracking number itself.
    :param tracking_pattern: a regular expression with delimiters (``/^AU/i``).
    :param tracking_url: with a placeholder for the tracking number.
    """

    name: str
    provider_id: str = ""
    default: bool = False
    active: bool = True
    api_integration: bool = False
    tracking_pattern: str = ""
    tracking_example: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why items may be cancelled, fail or come back. It is named by its name.

    :param reason_type: ``canceled``, ``failed``, ``returned`` or ``return_rejected``.
    :param out_of_stock: the seller had none; it counts against the seller.
    """

    name: str
    reason_type: str = ""
    description: str = ""
    out_of_stock: bool = False


@dataclass(frozen=True, slots=True)
class PackedItem:
    """An item that was made ready to ship.

    All but the id can still be empty just after the call: read the item again later.
    """

    order_item_id: str
    package_id: str = ""
    shipment_provider: str = ""
    tracking_code: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A label, an invoice or the like, as it came."""

    document_type: str
    mime_type: str
    content: bytes = field(repr=False)

    @property
    def extension(self) -> str:
        """The extension of a file with this content, without a dot."""
        return EXTENSIONS.get(self.mime_type, "bin")


@dataclass(frozen=True, slots=True)
class DocumentTicket:
    """What to fetch a document with.

    :param ticket_id: the number of the export, REST only. A ticket made of a stored
        number is as good as the one that was handed out.
    :param document: the document, where the answer brought it at once.
    """

    document_type: str
    ticket_id: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that the marketplace calls when something happens.

    :param events: the aliases of the events it is called for.
    """

    webhook_id: str
    url: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something that a webhook can be called for.

    :param alias: what it is ordered by, as ``onOrderCreated``.
    """

    alias: str
