"""Actions that read orders (SellerCenter: GetOrders, GetOrderItems, GetDocument)."""

import base64

from . import const
from .action_registry import Answer, action
from .errors import refusal
from .order_nodes import item_nodes, order_node, provider_node
from .order_status import FAILURE_REASONS
from .parameters import moment, text_list, whole_number
from .shipping import PROVIDERS, find_provider
from .state import ORDER_ROLE

_SORT_FIELDS = ("created_at", "updated_at")
_DIRECTIONS = ("ASC", "DESC")


@action("GetOrders", "Orders", role=ORDER_ROLE)
def get_orders(call):
    """List orders, filtered, sorted and paged."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(parameters, "Limit", const.ORDERS_DEFAULT_LIMIT, 19, low=1)
    chosen = _select(call)
    page = chosen[offset : offset + min(limit, const.ORDERS_MAX_LIMIT)]
    nodes = [order_node(call, order) for order in page]
    return Answer({"Orders": {"Order": nodes}}, total_count=len(chosen))


@action("GetOrder", "Order", role=ORDER_ROLE)
def get_order(call):
    """Tell everything about one order but its items."""
    order = _named_order(call)
    return Answer({"Orders": {"Order": [order_node(call, order)]}})


@action("GetOrderItems", "OrderItems", role=ORDER_ROLE)
def get_order_items(call):
    """List the items of one order."""
    nodes = item_nodes(call, _named_order(call))
    return Answer({"OrderItems": {"OrderItem": nodes}})


@action("GetMultipleOrderItems", "Orders", role=ORDER_ROLE)
def get_multiple_order_items(call):
    """List the items of several orders."""
    ids = needed_list(call, "OrderIdList", 56)
    if len(ids) > const.MAX_ORDER_IDS:
        raise refusal(38)
    known = {str(order.id): order for order in call.sandbox.orders.orders.values()}
    if any(one not in known for one in ids):
        raise refusal(37)
    nodes = [
        {
            "OrderId": order.id,
            "OrderNumber": order.number,
            "OrderItems": {"OrderItem": item_nodes(call, order)},
        }
        for order in map(known.get, dict.fromkeys(ids))
    ]
    return Answer({"Orders": {"Order": nodes}})


@action("GetFailureReasons", "Reasons", role=ORDER_ROLE)
def get_failure_reasons(call):
    """List the reasons that a seller may give."""
    nodes = [
        {"Type": one.type, "Name": one.name}
        for one in FAILURE_REASONS
        if one.type != "canceled_system"
    ]
    return Answer({"Reasons": {"Reason": nodes}})


@action("GetShipmentProviders", "ShipmentProvider", role=ORDER_ROLE)
def get_shipment_providers(call):
    """List the carriers."""
    nodes = [provider_node(one) for one in PROVIDERS]
    return Answer({"ShipmentProviders": {"ShipmentProvider": nodes}})


@action("GetTrackingCode", "TrackingCode", role=ORDER_ROLE)
def get_tracking_code(call):
    """Tell the tracking number of a package."""
    name = needed(call, "packageId")
    provider = find_provider(needed(call, "shipping_provider_name"))
    book = call.sandbox.orders
    package = next((one for one in book.packages.values() if one.name == name), None)
    if not package or not package.item_ids:
        raise refusal(121)
    item = book.items[package.item_ids[0]]
    if item.provider != provider.name:
        raise refusal(25, provider.name)
    number = item.shown_tracking(call.sandbox.now())
    node = {"DispatchId": package.id if number else "", "TrackingNumber": number}
    return Answer({"TrackingCode": node})


@action("GetDocument", "Document", role=ORDER_ROLE)
def get_document(call):
    """Give an invoice, a label or the like."""
    items = call.sandbox.orders.find_items(needed_list(call, "OrderItemIds", 20), 20)
    kind = needed(call, "DocumentType")
    if kind not in const.DOCUMENT_TYPES:
        raise refusal(32, kind)
    mime_type, content = call.sandbox.exports.ask(call.user_id, kind, items)
    node = {
        "DocumentType": kind,
        "MimeType": mime_type,
        "File": base64.b64encode(content).decode(),
    }
    return Answer({"Documents": {"Document": node}})


def needed(call, name):
    """Give a parameter that must be there.

    :param call: `Call`.
    :param str name: of the parameter.
    :raise ApiError: without it.
    """
    value = call.parameters.get(name, "").strip()
    if not value:
        raise refusal(1, name)
    return value


def needed_list(call, name, code):
    """Give a list that must be there, with something in it.

    :param call: `Call`.
    :param str name: of the parameter.
    :param int code: of the refusal.
    :raise ApiError: without it, or if it is no such list.
    """
    needed(call, name)
    values = text_list(call.parameters, name, code)
    if not values:
        raise refusal(code, call.parameters[name])
    return values


def _named_order(call):
    return call.sandbox.orders.find_order(needed(call, "OrderId"))


def _select(call):
    parameters, zone = call.parameters, call.sandbox.zone
    times = {
        name: moment(parameters, name, zone)
        for name in ("CreatedAfter", "CreatedBefore", "UpdatedAfter", "UpdatedBefore")
    }
    if not times["CreatedAfter"] and not times["UpdatedAfter"]:
        raise refusal(18)
    status = parameters.get("Status", "")
    if status and status not in const.ITEM_STATUSES:
        raise refusal(36)
    field, direction = _sorting(parameters)
    found = [
        order
        for order in call.sandbox.orders.orders.values()
        if within(order.created_at, times["CreatedAfter"], times["CreatedBefore"])
        and within(order.updated_at, times["UpdatedAfter"], times["UpdatedBefore"])
        and (not status or status in order.statuses)
    ]
    return sorted(
        found,
        key=lambda order: (getattr(order, field), order.id),
        reverse=direction == "DESC",
    )


def within(at, after, before):
    """Tell whether a time is in a window, its ends included.

    :param at: aware datetime.
    :param after: its beginning, None for none.
    :param before: its end, None for none.
    """
    return (not after or at >= after) and (not before or at <= before)


def _sorting(parameters):
    field = parameters.get("SortBy", "") or "created_at"
    direction = parameters.get("SortDirection", "") or "ASC"
    if direction not in _DIRECTIONS:
        raise refusal(74)
    if field not in _SORT_FIELDS:
        raise refusal(75)
    return field, direction
