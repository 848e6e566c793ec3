"""Placing of orders, as shoppers do it: by a control request or on the page.

No document says whether the paid price is what is left after store credit, wallets and
gift cards have paid their part, or includes it: an order of either kind can be placed.
"""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation

from ..core import const
from ..core.errors import ApiError
from ..core.times import parse_time
from . import statuses
from .order import ADDRESS_FIELDS, ZERO, Address, Order, OrderItem, Step
from .statuses import MARKETPLACE
from .transitions import update_reservation

# Goods and services tax in per cent; prices hold it. On what goes to New Zealand the
# shop adds that country's to the price, collects it and passes it on (THE ICONIC help
# centre, Selling to New Zealand).
TAX_PERCENT, NEW_ZEALAND_PERCENT = Decimal(10), Decimal(15)
NEW_ZEALAND = ("NZ", "New Zealand")
CENT = Decimal("0.01")
CREDITS = ("wallet_credits", "store_credits")
EXAMPLE_CUSTOMER = {
    "first_name": "Matilda",
    "last_name": "Banks",
    "phone": "+61 2 5550 0100",
    "lines": ["1 Banksia Lane"],
    "email": "matilda@customer.example",
    "city": "Sydney",
    "region": "NSW",
    "post_code": "2000",
}
_ORDER_OPTIONS = (
    "number payment_method currency remarks delivery_info gift_option gift_message "
    "invoice_required national_registration_number speed masked created_at"
).split()
_ITEM_OPTIONS = (
    "name shop_sku variation item_price paid_price tax_amount tax_percent "
    "shipping_amount shipping_tax shipping_voucher_amount voucher_amount voucher_code "
    "voucher_seller_share wallet_credits store_credits shipment_type digital "
    "target_to_ship"
).split()
_MONEY = {one.name for one in fields(OrderItem) if one.type is Decimal}
_FLAGS = {one.name for one in (*fields(Order), *fields(OrderItem)) if one.type is bool}


class InvalidOrder(ValueError):
    """An order cannot be placed or changed so; the text says why."""


def place_order(
    sandbox,
    /,
    items=(),
    customer=None,
    billing=None,
    oversell=False,
    paid=True,
    less_credits=False,
    exchange_for=None,
    **options,
):
    """Place an order.

    An item may name a product that the marketplace does not have, if it comes with
    a name.

    :param sandbox: `Sandbox`.
    :param items: dicts with `sku`, perhaps `quantity`, and values of `OrderItem`.
    :param customer: dict of values of `Address`; the rest is an example's.
    :param billing: likewise, the customer's without it.
    :param bool oversell: more may be ordered than there is.
    :param bool paid: False leaves the items in payment_pending.
    :param bool less_credits: the paid prices are what is left after the credits, for
        items that come without one.
    :param exchange_for: id of the order of which it replaces items; they cost nothing
        unless they come with a price.
    :param options: values of `Order`.
    :return: the `Order`.
    :raise InvalidOrder: if it is invalid.
    """
    with sandbox.lock:
        shipping = _address({**EXAMPLE_CUSTOMER, **(_dict(customer, "customer"))})
        values = _typed(sandbox, options, _ORDER_OPTIONS, "order")
        values.setdefault("gift_option", "gift_message" in values)
        if any(one.number == values.get("number") for one in _orders(sandbox)):
            raise InvalidOrder(f"There is an order {values['number']} already")
        replaced = _replaced(sandbox, exchange_for)
        pricing = _Pricing(shipping.country, less_credits, bool(replaced))
        lines = [_line(sandbox, one, pricing) for one in _list(items)]
        _check_stock(sandbox, lines, oversell)
        order = sandbox.orders.new_order(
            shipping=shipping,
            billing=_address(_dict(billing, "billing")) if billing else shipping,
            exchange_for=replaced.id if replaced else None,
            **{"created_at": sandbox.now(), **values},
        )
        if replaced:
            replaced.exchange_by = order.id
        for product_values, quantity in lines:
            for _ in range(quantity):
                _add_item(sandbox, order, product_values, paid)
        payload = {"OrderId": order.id, "OrderNr": order.number}
        sandbox.webhooks.notify("onOrderCreated", payload)
        return order


def change_customer(sandbox, order, values):
    """Change the customer of an order, or hide who it is.

    :param sandbox: `Sandbox`.
    :param order: `Order`.
    :param dict values: `masked`, `shipping` and `billing`, the latter two with values
        of `Address`.
    :raise InvalidOrder: if something else is to be changed.
    """
    unknown = set(values) - {"masked", "shipping", "billing"}
    if unknown:
        raise InvalidOrder(f"Nobody can change: {', '.join(sorted(unknown))}")
    order.masked = bool(values.get("masked", order.masked))
    for name in ("shipping", "billing"):
        if name in values:
            old = asdict(getattr(order, name))
            setattr(order, name, _address({**old, **_dict(values[name], name)}))
    order.address_updated_at = sandbox.now()


def _replaced(sandbox, order_id):
    """Return the order of which an exchange replaces items, None without one."""
    if order_id is None:
        return None
    try:
        return sandbox.orders.find_order(order_id)
    except ApiError as error:
        raise InvalidOrder(f"There is no order {order_id!r} to exchange") from error


def _orders(sandbox):
    return sandbox.orders.orders.values()


def _add_item(sandbox, order, values, paid):
    status = statuses.PENDING if paid else statuses.PAYMENT_PENDING
    item = sandbox.orders.new_item(order, status=status, **values)
    item.history.append(Step(order.created_at, status, MARKETPLACE))
    update_reservation(sandbox, item, False)


def _line(sandbox, one, pricing):
    line = dict(_dict(one, "item"))
    sku = str(line.pop("sku", "") or "")
    quantity = line.pop("quantity", 1)
    if not sku or isinstance(quantity, bool) or not isinstance(quantity, int):
        raise InvalidOrder("An item needs a sku, and its quantity is a number")
    if not 0 < quantity <= 1000:
        raise InvalidOrder("The quantity is between 1 and 1000")
    values = _typed(sandbox, line, _ITEM_OPTIONS, "item")
    if values.get("shipment_type", const.DROPSHIPPING) not in const.SHIPMENT_TYPES + (
        const.WAREHOUSE,
    ):
        raise InvalidOrder(f"{values['shipment_type']!r} is no shipment_type")
    product_values = _of_product(sandbox, sku, pricing, values)
    return pricing.complete({**product_values, **values}), quantity


def _of_product(sandbox, sku, pricing, values):
    product = sandbox.products.get(sku)
    if product and not product.is_deleted:
        return {
            "seller_sku": sku,
            "shop_sku": product.shop_sku,
            "name": product.name,
            "variation": product.variation,
            "item_price": pricing.charged(product.charged(sandbox.now())),
        }
    if "name" not in values:
        raise InvalidOrder(f"There is no product {sku}; give the item a name if so")
    return {"seller_sku": sku, "shop_sku": f"SHOP-{sku}"}


@dataclass(frozen=True)
class _Pricing:
    """Fills in the amounts that an item comes without.

    :param country: where the parcel goes.
    :param less_credits: the paid price is what is left after the credits.
    :param is_exchange: items cost nothing unless they come with a price.
    """

    country: str
    less_credits: bool
    is_exchange: bool

    def charged(self, price):
        """Return what the shop asks for a product.

        :param price: of the listing.
        """
        if self.is_exchange:
            return ZERO
        if self._goes_abroad:
            return (price * (100 + self._percent) / 100).quantize(CENT)
        return price

    def complete(self, values):
        """Add the amounts that are missing.

        :param dict values: of `OrderItem`; changed.
        :return: the same dict.
        """
        usual = ZERO if self.is_exchange else Decimal("10.00")
        price = values.setdefault("item_price", values.get("paid_price", usual))
        credits = self._deducted(values)
        reduced = price - values.get("voucher_amount", 0) - credits
        paid = values.setdefault("paid_price", reduced)
        values.setdefault("voucher_amount", max(price - paid - credits, ZERO))
        values.setdefault("tax_percent", self._percent)
        values.setdefault("tax_amount", self._tax_in(paid + credits))
        if self._goes_abroad:
            shipping = values.get("shipping_amount", ZERO)
            values.setdefault("shipping_tax", self._tax_in(shipping))
        return values

    def _deducted(self, values):
        if not self.less_credits:
            return ZERO
        return sum((values.get(name, ZERO) for name in CREDITS), ZERO)

    @property
    def _goes_abroad(self):
        return self.country in NEW_ZEALAND

    @property
    def _percent(self):
        return NEW_ZEALAND_PERCENT if self._goes_abroad else TAX_PERCENT

    def _tax_in(self, amount):
        return (amount * self._percent / (100 + self._percent)).quantize(CENT)


def _check_stock(sandbox, lines, oversell):
    if not lines:
        raise InvalidOrder("An order needs items")
    wanted = {}
    for values, quantity in lines:
        if not values.get("digital") and values.get("shipment_type") != const.WAREHOUSE:
            sku = values["seller_sku"]
            wanted[sku] = wanted.get(sku, 0) + quantity
    for sku, quantity in wanted.items():
        product = sandbox.products.get(sku)
        if product and quantity > product.available and not oversell:
            raise InvalidOrder(f"Only {product.available} of {sku} are available")


def _address(values):
    unknown = set(values) - set(ADDRESS_FIELDS)
    if unknown:
        raise InvalidOrder(f"An address does not know: {', '.join(sorted(unknown))}")
    lines = values.get("lines", ())
    if isinstance(lines, str):
        lines = [lines]
    return Address(
        **{
            name: tuple(map(str, lines)) if name == "lines" else str(value)
            for name, value in values.items()
        }
    )


def _typed(sandbox, values, known, what):
    unknown = set(values) - set(known)
    if unknown:
        raise InvalidOrder(f"An {what} does not know: {', '.join(sorted(unknown))}")
    return {name: _value(sandbox, name, value) for name, value in values.items()}


def _value(sandbox, name, value):
    try:
        if name in _MONEY:
            return Decimal(str(value)).quantize(CENT)
        if name in ("created_at", "target_to_ship"):
            return parse_time(str(value), sandbox.zone)
    except (ValueError, InvalidOperation) as error:
        raise InvalidOrder(f"{value!r} is no {name}") from error
    return bool(value) if name in _FLAGS else str(value)


def _dict(value, name):
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidOrder(f"{name} is an object")
    return value


def _list(value):
    if not isinstance(value, list | tuple):
        raise InvalidOrder("items is a list")
    return value
