"""Orders as the marketplace remembers them: one item for each unit that was bought."""

import uuid
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal

from . import const

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Address:
    """Where a parcel or an invoice goes.

    :param lines: street, house and so on, five at most.
    """

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    phone2: str = ""
    lines: tuple = ()
    email: str = ""
    city: str = ""
    ward: str = ""
    region: str = ""
    post_code: str = ""
    country: str = const.COUNTRY

    # What tells who somebody is, as opposed to where about they live.
    PERSONAL = ("first_name", "last_name", "phone", "phone2", "email")

    def masked(self):
        """Give the same address with everything personal made unreadable."""
        hidden = {name: const.MASK for name in self.PERSONAL if getattr(self, name)}
        return replace(self, lines=tuple(const.MASK for _ in self.lines), **hidden)

    @property
    def five_lines(self):
        """Give the lines, filled up with empty ones."""
        return (*self.lines, *[""] * 5)[:5]


@dataclass(frozen=True)
class Return:
    """What the customer said and did when sending an item back."""

    comment: str = ""
    provider: str = ""
    tracking_code: str = ""


@dataclass(frozen=True)
class Step:
    """One change of an item's status."""

    at: datetime
    status: str
    editor: str


@dataclass
class Package:
    """Items that travel together.

    :param name: the id that the Action API shows.
    """

    id: int
    item_ids: tuple

    @property
    def name(self):
        """Give the id as the Action API shows it."""
        return f"PKG{self.id:09d}"


@dataclass
class OrderItem:
    """One unit of an order (SellerCenter: GetOrderItems).

    :param paid_price: what the customer paid for it, vouchers taken off.
    :param voucher_seller_share: what of the voucher the seller pays; the shop pays the
        rest.
    :param digital: nothing is shipped.
    :param tracking_due: when a generated tracking number begins to show.
    :param reason_type: `canceled`, `failed` and so on, empty without a reason.
    """

    id: int
    order_id: int
    seller_sku: str
    shop_sku: str
    name: str
    created_at: datetime
    updated_at: datetime
    status_changed_at: datetime
    target_to_ship: datetime
    variation: str = ""
    item_price: Decimal = ZERO
    paid_price: Decimal = ZERO
    tax_amount: Decimal = ZERO
    shipping_amount: Decimal = ZERO
    voucher_amount: Decimal = ZERO
    voucher_code: str = ""
    voucher_seller_share: Decimal = ZERO
    wallet_credits: Decimal = ZERO
    status: str = const.PENDING
    shipment_type: str = const.DROPSHIPPING
    digital: bool = False
    delivery_type: str = ""
    provider: str = ""
    tracking_code: str = ""
    tracking_due: datetime | None = None
    package: Package | None = None
    serial_number: str = ""
    invoice_number: str = ""
    reason: str = ""
    reason_type: str = ""
    reason_detail: str = ""
    customer_return: Return | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    history: list = field(default_factory=list)

    @property
    def source_id(self):
        """Give the id that the shop itself has for it."""
        return f"SRC{self.id}"

    @property
    def is_ours(self):
        """Tell whether the seller ships it, from the stock that the seller told."""
        return self.shipment_type != const.WAREHOUSE and not self.digital

    @property
    def holds_stock(self):
        """Tell whether a unit of the seller's stock is kept for it."""
        return self.is_ours and self.status in (const.PENDING, const.READY_TO_SHIP)

    @property
    def is_packed(self):
        """Tell whether it is in a package."""
        return self.package is not None

    def shown_tracking(self, now):
        """Give the tracking number as far as it is known already.

        :param now: the marketplace's time.
        """
        waits = self.tracking_due and self.tracking_due > now
        return "" if waits else self.tracking_code


@dataclass
class Order:
    """An order of one customer (SellerCenter: GetOrders).

    :param masked: the customer stays hidden.
    :param speed: ShippingProviderType, `standard` for example.
    """

    id: int
    number: str
    created_at: datetime
    shipping: Address
    billing: Address
    items: list = field(default_factory=list)
    payment_method: str = "CreditCard"
    currency: str = const.CURRENCY
    remarks: str = ""
    delivery_info: str = ""
    gift_message: str = ""
    national_registration_number: str = ""
    invoice_required: bool = False
    speed: str = "standard"
    masked: bool = False
    address_updated_at: datetime | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def updated_at(self):
        """Give when anything of it changed last."""
        moments = [item.updated_at for item in self.items]
        return max([*moments, self.address_updated_at or self.created_at])

    @property
    def statuses(self):
        """Count the items by status: an order has no status of its own."""
        return Counter(item.status for item in self.items)

    @property
    def total(self):
        """Give what the customer pays: prices and shipping of all items."""
        return sum(
            (item.paid_price + item.shipping_amount for item in self.items), ZERO
        )

    def total_of(self, name):
        """Add up one amount over the items.

        :param str name: attribute of the items.
        """
        return sum((getattr(item, name) for item in self.items), ZERO)

    @property
    def target_to_ship(self):
        """Give when the first of the items must be on its way."""
        return min(item.target_to_ship for item in self.items)


ADDRESS_FIELDS = tuple(one.name for one in fields(Address))


def listed(items):
    """Write the ids of items for a refusal.

    :param items: list of `OrderItem`.
    """
    return ", ".join(str(item.id) for item in items)
