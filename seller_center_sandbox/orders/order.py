"""Orders and their items, and the book that finds them by their ids."""

import uuid
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal

from ..core import const
from ..core.errors import api_error
from ..core.numbers import RunningNumber
from . import statuses

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

    # Personal data, as opposed to the region that they live in.
    PERSONAL = ("first_name", "last_name", "phone", "phone2", "email")

    def masked(self):
        """Return the address with all personal data masked."""
        hidden = {name: const.MASK for name in self.PERSONAL if getattr(self, name)}
        return replace(self, lines=tuple(const.MASK for _ in self.lines), **hidden)

    @property
    def name(self):
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def five_lines(self):
        """Return the lines, filled up with empty ones."""
        return (*self.lines, *[""] * 5)[:5]


@dataclass(frozen=True)
class Return:
    """Comment and parcel of an item that the customer sends back."""

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
        """Return the id as the Action API shows it."""
        return f"PKG{self.id:09d}"


@dataclass
class OrderItem:
    """One item of an order, always of quantity 1 (SellerCenter: GetOrderItems).

    :param paid_price: what the customer paid for it, after vouchers.
    :param tax_amount: of the paid price, which holds it.
    :param tax_percent: the rate.
    :param shipping_amount: what the customer paid for shipping, after vouchers.
    :param shipping_tax: of the shipping, which holds it.
    :param voucher_seller_share: what of the voucher the seller pays; the shop pays the
        rest.
    :param shipping_voucher_amount: what a voucher took off the shipping.
    :param wallet_credits: paid from a wallet or a gift card.
    :param store_credits: paid with what an earlier return was worth.
    :param digital: nothing is shipped.
    :param tracking_due: when a generated tracking number becomes visible.
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
    tax_percent: Decimal = ZERO
    shipping_amount: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    voucher_amount: Decimal = ZERO
    voucher_code: str = ""
    voucher_seller_share: Decimal = ZERO
    shipping_voucher_amount: Decimal = ZERO
    wallet_credits: Decimal = ZERO
    store_credits: Decimal = ZERO
    status: str = statuses.PENDING
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
        """Return the id that the shop itself has for it."""
        return f"SRC{self.id}"

    @property
    def is_shipped_by_seller(self):
        """Return whether the seller ships it from the seller's own stock."""
        return self.shipment_type != const.WAREHOUSE and not self.digital

    @property
    def is_processable(self):
        """Return whether the seller may process it."""
        return self.is_shipped_by_seller and self.status != statuses.PAYMENT_PENDING

    @property
    def reserves_stock(self):
        """Return whether the seller's stock is reserved for it."""
        return self.is_shipped_by_seller and self.status in (
            statuses.PENDING,
            statuses.READY_TO_SHIP,
        )

    @property
    def credits(self):
        """Return what was paid for it with credits of any kind."""
        return self.wallet_credits + self.store_credits

    def reached(self, status):
        """Return when it first got a status, None if never."""
        return next((one.at for one in self.history if one.status == status), None)

    @property
    def is_packed(self):
        """Return whether it is in a package."""
        return self.package is not None

    def shown_tracking(self, now):
        """Return the tracking number if it is visible already.

        :param now: the marketplace's time.
        """
        waits = self.tracking_due and self.tracking_due > now
        return "" if waits else self.tracking_code


@dataclass
class Order:
    """An order of one customer (SellerCenter: GetOrders).

    :param gift_option: it is to be wrapped as a gift.
    :param masked: the customer stays hidden.
    :param exchange_for: id of the order of which it replaces items.
    :param exchange_by: id of the order that replaces items of it.
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
    gift_option: bool = False
    gift_message: str = ""
    national_registration_number: str = ""
    invoice_required: bool = False
    speed: str = "standard"
    masked: bool = False
    exchange_for: int | None = None
    exchange_by: int | None = None
    address_updated_at: datetime | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def updated_at(self):
        """Return when anything of it changed last."""
        times = [item.updated_at for item in self.items]
        return max([*times, self.address_updated_at or self.created_at])

    @property
    def statuses(self):
        """Count the items by status: an order has no status of its own."""
        return Counter(item.status for item in self.items)

    @property
    def total(self):
        """Return what the customer pays: prices and shipping of all items."""
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
        """Return when the first of the items must be on its way."""
        return min(item.target_to_ship for item in self.items)


ADDRESS_FIELDS = tuple(one.name for one in fields(Address))


def listed(items):
    """Join the ids of items for an error message.

    :param items: list of `OrderItem`.
    """
    return ", ".join(str(item.id) for item in items)


class OrderBook:
    """All orders of a marketplace, found by their ids."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.orders = {}
        self.items = {}
        self.packages = {}
        # Ids go on from the clock, so that a marketplace that was started anew does
        # not give those of its predecessor to other orders.
        first = int(sandbox.now().timestamp()) % 500_000_000
        self._order_ids = RunningNumber(first)
        self._item_ids = RunningNumber(first + 1_000_000_000)
        self._package_ids = RunningNumber(first + 500_000_000)

    def clear(self):
        """Delete all orders; their ids are not used again."""
        for part in (self.orders, self.items, self.packages):
            part.clear()

    def new_order(self, **values):
        """Add an order without items.

        :param values: of `Order`; the number may be left out.
        :return: `Order`.
        """
        order_id = next(self._order_ids)
        number = values.pop("number", "") or f"2{order_id:09d}"
        order = Order(id=order_id, number=number, **values)
        self.orders[order_id] = order
        return order

    def new_item(self, order, **values):
        """Add one item to an order.

        :param order: `Order`.
        :param values: of `OrderItem`.
        :return: `OrderItem`.
        """
        at = order.created_at
        item = OrderItem(
            id=next(self._item_ids),
            order_id=order.id,
            created_at=at,
            updated_at=at,
            status_changed_at=at,
            **{"target_to_ship": at + timedelta(hours=const.HOURS_TO_SHIP), **values},
        )
        order.items.append(item)
        self.items[item.id] = item
        return item

    def new_package(self, items):
        """Put items into a package of their own.

        :param items: list of `OrderItem`.
        :return: `Package`.
        """
        package = Package(next(self._package_ids), tuple(item.id for item in items))
        self.packages[package.id] = package
        for item in items:
            self.unpack(item)
            item.package = package
        return package

    @staticmethod
    def unpack(item):
        """Remove an item from its package, if it has one.

        :param item: `OrderItem`.
        """
        if item.package:
            left = tuple(one for one in item.package.item_ids if one != item.id)
            item.package.item_ids, item.package = left, None

    def package_items(self, item):
        """Return the items of an item's package, or the item alone."""
        if not item.package:
            return [item]
        return [self.items[one] for one in item.package.item_ids]

    def find_order(self, order_id):
        """Return an order.

        :param order_id: int, or its text.
        :raise ApiError: if there is none.
        """
        order = self.orders.get(_number(order_id))
        if not order:
            raise api_error(16, order_id)
        return order

    def find_items(self, item_ids, code=23):
        """Return items, each once, in the order of their ids in the list.

        :param item_ids: list of int or text.
        :param int code: of the error.
        :raise ApiError: if the list is empty, or an id is unknown.
        """
        items = [self.items.get(_number(one)) for one in dict.fromkeys(item_ids)]
        if not items or None in items:
            raise api_error(code, ",".join(map(str, item_ids)))
        return items

    def customer(self, order):
        """Return an order's addresses as they may be seen.

        :param order: `Order`.
        :return: shipping and billing `Address`.
        """
        if order.masked or self._sandbox.settings.mask_customers:
            return order.shipping.masked(), order.billing.masked()
        return order.shipping, order.billing


def _number(value):
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None
