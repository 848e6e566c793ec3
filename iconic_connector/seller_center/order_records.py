"""Orders and all that belongs to them, as plain records for both APIs.

Money is a Decimal of whole cents, a time an aware datetime in UTC, an id text. None
or "" mean that the marketplace did not say. Words of states, shipping types and the
like are kept as they came, unknown ones too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

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
# without blanks (SellerCenter, GetOrderItems; SellerCenter REST, Orders).
OWN_WAREHOUSE = ("ownwarehouse", "warehouse")


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
    """A voucher that a unit was paid with, and who bears it.

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
    """One unit of an order; there is no quantity (SellerCenter, GetOrderItems).

    :param status: where the unit is: ``pending``, ``ready_to_ship``, ``shipped`` ...
    :param shipping_type: whose stock it comes from, see `own_warehouse`.
    :param unit_price: before vouchers.
    :param paid_price: what the buyer pays for the unit, without shipping.
    :param shipping_fee: what the buyer pays for shipping. With the paid price it adds
        up to the total of the order (SellerCenter, GetOrders).
    :param tax_percent: REST only, like `shipping_voucher_amount`, `invoice_number`,
        `status_changed_at` and `allowed_actions`.
    :param shipment_provider: the name of the carrier.
    :param provider_type: ``express``, ``standard`` ...
    :param package_id: REST leaves it empty; ask `package_ids`.
    :param reason: why it was cancelled, failed or came back.
    :param target_to_ship: when it has to leave the seller.
    :param raw: the answer's own data, ready for JSON; amounts as text.
    """

    order_item_id: str
    order_id: str = ""
    seller_sku: str = ""
    shop_sku: str = ""
    name: str = ""
    variation: str = ""
    status: str = ""
    shipping_type: str = ""
    is_processable: bool = False
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
    cod_amount: Decimal | None = None
    shipment_provider: str = ""
    pre_shipment_provider: str = ""
    provider_type: str = ""
    shipment_method: str = ""
    tracking_code: str = ""
    pre_tracking_code: str = ""
    package_id: str = ""
    purchase_order_id: str = ""
    purchase_order_number: str = ""
    warehouse: str = ""
    invoice_number: str = ""
    reason: str = ""
    reason_detail: str = ""
    reason_type: str = ""
    return_status: str = ""
    target_to_ship: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status_changed_at: datetime | None = None
    allowed_actions: tuple[str, ...] = ()
    raw: dict | None = field(default=None, repr=False, compare=False)

    @property
    def own_warehouse(self) -> bool:
        """Whether it lies at the marketplace, which then ships it too."""
        kind = "".join(c for c in self.shipping_type.lower() if c.isalpha())
        return kind in OWN_WAREHOUSE or kind.startswith("fulfil")


@dataclass(frozen=True, slots=True)
class Order:
    """What a buyer ordered of this seller. Its states are those of its units.

    :param statuses: the states that its units have.
    :param billing: None if the marketplace does not tell.
    :param grand_total: what the buyer pays; the sum over the units is the surer one.
    :param items: its units. Only REST sends them along; see `order_items`.
    :param item_ids: ids of its units, as far as the answer names them.
    :param masked: ``first_name``, ``last_name``: what of the customer is hidden; see
        :class:`Address`.
    :param raw: the answer's own data, ready for JSON; amounts as text.
    """

    order_id: str
    number: str = ""
    statuses: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    masked: tuple[str, ...] = ()
    billing: Address | None = None
    shipping: Address | None = None
    national_registration_number: str = ""
    payment_method: str = ""
    currency: str = ""
    grand_total: Decimal | None = None
    product_total: Decimal | None = None
    shipping_total: Decimal | None = None
    tax_total: Decimal | None = None
    voucher_code: str = ""
    voucher_amount: Decimal | None = None
    shipping_type: str = ""
    provider_type: str = ""
    invoice_required: bool = False
    gift: bool = False
    gift_message: str = ""
    remarks: str = ""
    delivery_info: str = ""
    item_count: int | None = None
    packed_count: int | None = None
    target_to_ship: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    address_updated_at: datetime | None = None
    items: tuple[OrderItem, ...] = ()
    item_ids: tuple[str, ...] = ()
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
    cash_on_delivery: bool = False
    tracking_pattern: str = ""
    tracking_example: str = ""
    tracking_url: str = ""
    delivery_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why units may be cancelled, fail or come back. It is named by its name.

    :param reason_type: ``canceled``, ``failed``, ``returned`` or ``return_rejected``.
    :param out_of_stock: the seller had none; it counts against the seller.
    """

    name: str
    reason_type: str = ""
    reason_id: str = ""
    description: str = ""
    out_of_stock: bool = False


@dataclass(frozen=True, slots=True)
class PackedItem:
    """A unit that was packed or made ready to ship.

    All but the id can still be empty just after the call: read the item again later.
    """

    order_item_id: str
    package_id: str = ""
    purchase_order_id: str = ""
    purchase_order_number: str = ""
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
class Return:
    """How the buyer sends a unit back."""

    order_item_id: str
    comment: str = ""
    shipment_provider: str = ""
    tracking_code: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that the marketplace calls when something happens.

    :param events: the aliases of the events it is called for.
    """

    webhook_id: str
    url: str = ""
    events: tuple[str, ...] = ()
    status: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something that a webhook can be called for.

    :param alias: what it is ordered by, as ``onOrderCreated``.
    :param entity: the kind of thing it happens to.
    """

    alias: str
    name: str = ""
    entity: str = ""
