"""The filters of orders and their items (SellerCenter REST, Orders)."""

from datetime import timedelta

from ..core import const
from ..core.times import is_within
from ..orders import statuses

_SPEEDS = ("economy", "express", "standard", "sameday", "air", "surface")
# Groups that stand for a status; None is what this marketplace has not.
_GROUPS = {
    "missing_external_invoice_access_key": None,
    "kpi_rejection_rate": statuses.CANCELED,
    "kpi_return_rate": statuses.RETURNED,
    "ready_to_ship_manifested": None,
    "ready_to_ship_nonmanifested": statuses.READY_TO_SHIP,
}
SECTIONS = (
    *(f"status_{one}" for one in statuses.ITEM_STATUSES),
    *(f"group_{one}" for one in (*_SPEEDS, *_GROUPS)),
    "group_digital",
)
SHIPMENT_TYPES = (const.WAREHOUSE, const.DROPSHIPPING, const.CROSSDOCKING)
_PACKED = ("fully_packed", "partially_packed", "not_packed")
_IN_TIME, _LATE, _LATE_IN_BUSINESS = (
    "shippedUnder24h",
    "notShippedUnder24h",
    "notShippedUnder24BusinessHours",
)
_MERCHANT, _VENTURE = "merchant", "venture"
# What no order of this marketplace has: asked for, nothing is found.
_NOWHERE = ("tags", "orderSources", "warehouses")
ORDERS_QUERY = (
    "section",
    "dateStart",
    "dateEnd",
    "updateDateStart",
    "updateDateEnd",
    "orderNumbers[]",
    "orderIds[]",
    "productSku[]",
    "shipmentType",
    "shipmentProviders[]",
    "fulfilmentType[]",
    "paymentMethods[]",
    "cancelationReasons[]",
    "customers[]",
    "sellerNames[]",
    "packed",
    "printedStatus",
    "delivery",
    "outlet",
    "invoiceRequired",
    "includeVoucherDetails",
    "sort",
    "sortDir",
    *(f"{name}[]" for name in _NOWHERE),
)
ITEMS_QUERY = (
    "orderItemIds[]",
    "orderIds[]",
    "orderNumbers[]",
    "createdAtStart",
    "createdAtEnd",
    "updatedAtStart",
    "updatedAtEnd",
    "status[]",
    "returnedBy",
    "srcIds[]",
    "shipmentType",
    "includeVoucherDetails",
    "sort",
    "sortDir",
)


def select_orders(call):
    """Return the orders that pass all filters of a call.

    :param call: `RestCall`.
    :return: list of `Order`.
    :raise Problem: if a filter cannot be read.
    """
    tests = [*_order_tests(call), *_parcel_tests(call)]
    if any(call.list(name) for name in _NOWHERE):
        return []
    orders = call.sandbox.orders.orders.values()
    return [one for one in orders if all(test(one) for test in tests)]


def select_items(call):
    """Return the order items that pass all filters of a call.

    :param call: `RestCall`.
    :return: list of `OrderItem`.
    :raise Problem: if a filter cannot be read.
    """
    tests = list(_item_tests(call))
    items = call.sandbox.orders.items.values()
    return [one for one in items if all(test(one) for test in tests)]


def _order_tests(call):
    created = call.time("dateStart"), call.time("dateEnd")
    updated = call.time("updateDateStart"), call.time("updateDateEnd")
    yield lambda one: is_within(one.created_at, *created)
    yield lambda one: is_within(one.updated_at, *updated)
    yield from _one_of("id", call.whole_list("orderIds"))
    yield from _one_of("number", call.list("orderNumbers"))
    yield from _one_of("payment_method", call.list("paymentMethods"))
    yield from _one_of("invoice_required", _flags(call, "invoiceRequired"))
    section = call.text("section", choices=SECTIONS)
    customers, sellers = call.list("customers"), call.list("sellerNames")
    yield lambda one: _in_section(one, section)
    if customers:
        yield lambda one: one.shipping.name in customers
    if sellers:
        name, _code = const.SHOPS[call.sandbox.settings.active_shop]
        yield lambda one: name in sellers
    # No item of this marketplace is sold in an outlet.
    if call.flag("outlet"):
        yield lambda one: False


def _parcel_tests(call):
    """Give the tests that any item of an order has to pass, and those of parcels."""
    yield from _any_item("seller_sku", call.list("productSku"))
    yield from _any_item("provider", call.list("shipmentProviders"))
    yield from _any_item("reason", call.list("cancelationReasons"))
    yield from _any_item("shipment_type", _shipment_types(call))
    sides = call.list("fulfilmentType", choices=(_MERCHANT, _VENTURE))
    if sides:
        yield lambda one: any(_side(item) in sides for item in one.items)
    packed = call.text("packed", choices=_PACKED)
    if packed:
        yield lambda one: _how_packed(one) == packed
    printed = call.flag("printedStatus")
    if printed is not None:
        labelled = call.sandbox.exports.labelled_ids()
        yield lambda one: all(i.id in labelled for i in one.items) is printed
    delivery = call.text("delivery", choices=(_IN_TIME, _LATE, _LATE_IN_BUSINESS))
    if delivery:
        now = call.sandbox.now()
        yield lambda one: _shipped_in_time(one, delivery, now)


def _item_tests(call):
    book = call.sandbox.orders
    created = call.time("createdAtStart"), call.time("createdAtEnd")
    updated = call.time("updatedAtStart"), call.time("updatedAtEnd")
    yield lambda one: is_within(one.created_at, *created)
    yield lambda one: is_within(one.updated_at, *updated)
    yield from _one_of("id", call.whole_list("orderItemIds"))
    yield from _one_of("order_id", call.whole_list("orderIds"))
    yield from _one_of("status", call.list("status", choices=statuses.ITEM_STATUSES))
    yield from _one_of("source_id", call.list("srcIds"))
    yield from _one_of("shipment_type", _shipment_types(call))
    numbers = call.list("orderNumbers")
    if numbers:
        yield lambda one: book.orders[one.order_id].number in numbers
    side = call.text("returnedBy", choices=("seller", "region"))
    if side:
        yield lambda one: _returned_by(one) == side


def _one_of(attribute, values):
    if values is not None:
        yield lambda one: getattr(one, attribute) in values


def _any_item(attribute, values):
    if values is not None:
        yield lambda one: any(getattr(item, attribute) in values for item in one.items)


def _shipment_types(call):
    kind = call.text("shipmentType", choices=SHIPMENT_TYPES)
    return [kind] if kind else None


def _flags(call, name):
    value = call.flag(name)
    return None if value is None else [value]


def _side(item):
    return _VENTURE if item.shipment_type == const.WAREHOUSE else _MERCHANT


def _in_section(order, section):
    kind, _, word = section.partition("_")
    if kind == "status" or word in _GROUPS:
        return _GROUPS.get(word, word) in order.statuses
    if word == "digital":
        return any(item.digital for item in order.items)
    return not section or order.speed == word


def _how_packed(order):
    packed = [item.is_packed for item in order.items]
    if all(packed):
        return "fully_packed"
    return "partially_packed" if any(packed) else "not_packed"


def _shipped_in_time(order, wanted, now):
    """Return whether an order left within a day, or did not, as it is asked for."""
    due = order.created_at + timedelta(days=1)
    while wanted == _LATE_IN_BUSINESS and due.weekday() >= 5:
        due += timedelta(days=1)
    left = [item.reached(statuses.SHIPPED) for item in order.items]
    if wanted == _IN_TIME:
        return all(at and at <= due for at in left)
    return any((at or now) > due for at in left)


def _returned_by(item):
    """Return who has set an item to returned: the seller, or the shop of the region."""
    editors = [one.editor for one in item.history if one.status == statuses.RETURNED]
    if not editors:
        return None
    return "seller" if editors[-1] == statuses.SELLER else "region"
