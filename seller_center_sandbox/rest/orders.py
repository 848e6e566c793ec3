"""Routes that read orders, their items and documents (SellerCenter REST)."""

from ..core import const
from ..core.settings import ORDER_ROLE
from ..orders.documents import FINISHED, TITLES
from ..orders.shipping import PROVIDERS
from ..orders.statuses import FAILURE_REASONS
from .calls import (
    Problem,
    RestAnswer,
    body_ids,
    body_text,
    check_body,
    errors_as_problems,
    route,
)
from .order_data import item_data, order_data
from .order_filters import ITEMS_QUERY, ORDERS_QUERY, select_items, select_orders

_SORTS = {"createdAt": "created_at", "updatedAt": "updated_at"}


@route(
    "GET",
    "/v2/orders",
    action="GetOrders",
    role=ORDER_ROLE,
    query=ORDERS_QUERY,
    paged=True,
)
def orders(call):
    """List orders with their items, filtered, sorted and paged."""
    found = _sorted(call, select_orders(call))
    limit = call.whole("limit", required=True, low=1)
    offset = call.whole("offset", required=True)
    end = offset + min(limit, const.ORDERS_MAX_LIMIT)
    vouchers = bool(call.flag("includeVoucherDetails"))
    return {
        "items": [
            order_data(call, order, vouchers=vouchers) for order in found[offset:end]
        ],
        "pagination": {"limit": limit, "offset": offset, "hasNext": end < len(found)},
    }


@route("GET", "/v2/orders/<int:order_id>", action="GetOrder", role=ORDER_ROLE)
def order(call, order_id):
    with errors_as_problems(404):
        found = call.sandbox.orders.find_order(order_id)
    return order_data(call, found)


@route(
    "GET",
    "/v2/order-items",
    action="GetMultipleOrderItems",
    role=ORDER_ROLE,
    query=ITEMS_QUERY,
    paged=True,
)
def order_items(call):
    """List items, filtered, sorted and paged."""
    page = call.page(_sorted(call, select_items(call), ("updatedAt",)))
    vouchers = bool(call.flag("includeVoucherDetails"))
    data = [item_data(call, item, vouchers=vouchers) for item in page["items"]]
    return {**page, "items": data}


@route(
    "GET",
    "/v2/order-items/packages",
    action="GetPackages",
    role=ORDER_ROLE,
    query=("orderItemIds[]",),
)
def packages(call):
    """List the packages that items are in."""
    found = {
        one.package.id: one.package for one in _requested_items(call) if one.package
    }
    return [
        {"id": one.id, "srcId": one.name, "orderItemIds": list(one.item_ids)}
        for one in found.values()
    ]


@route(
    "GET",
    "/v2/order-items/returns",
    action="GetReturns",
    role=ORDER_ROLE,
    query=("orderItemIds[]",),
)
def returns(call):
    """List the returns of items."""
    return [_return(item) for item in _requested_items(call) if item.customer_return]


@route(
    "GET",
    "/v2/order-items/<int:item_id>/return",
    action="GetReturns",
    role=ORDER_ROLE,
)
def item_return(call, item_id):
    item = call.sandbox.orders.items.get(item_id)
    if not item or not item.customer_return:
        raise Problem(404, "There is no return of this order item")
    return _return(item)


@route(
    "GET",
    "/v2/orders-failure-reasons",
    action="GetFailureReasons",
    role=ORDER_ROLE,
)
def failure_reasons(call):
    return [
        {
            "id": one.id,
            "type": one.type,
            "name": one.name,
            "description": one.description,
            "outOfStock": one.out_of_stock,
        }
        for one in FAILURE_REASONS
    ]


@route(
    "GET",
    "/v2/orders-shipment-providers",
    action="GetShipmentProviders",
    role=ORDER_ROLE,
    query=("status",),
)
def shipment_providers(call):
    """List the carriers; all of them are in use."""
    if call.flag("status") is False:
        return []
    return [
        {
            "id": one.id,
            "uuid": one.uuid,
            "name": one.name,
            "default": one.default,
            "apiIntegrationAvailable": one.integrated,
            "status": True,
            "cashOnDelivery": False,
            "url": one.tracking_url,
        }
        for one in PROVIDERS
    ]


def _sorted(call, found, choices=tuple(_SORTS)):
    field = _SORTS[call.text("sort", choices=choices) or choices[0]]
    direction = call.text("sortDir", choices=("asc", "desc"))
    return sorted(
        found,
        key=lambda one: (getattr(one, field), one.id),
        reverse=direction == "desc",
    )


def _requested_items(call):
    ids = call.whole_list("orderItemIds") or []
    items = call.sandbox.orders.items
    return [items[one] for one in ids if one in items]


def _return(item):
    given = item.customer_return
    return {
        "orderItemId": item.id,
        "returnComment": given.comment or None,
        "shipmentProvider": given.provider or None,
        "srcId": item.source_id,
        "trackingCode": given.tracking_code or None,
    }


_DOWNLOAD = "/filemanager/v1/files/download/"
# The documentation gives this answer no particular content type.
_BYTES = "application/octet-stream"


@route("POST", "/v2/orders/export-document", action="GetDocument", role=ORDER_ROLE)
def export_document(call):
    """Start to create a document of items, or of all items of orders."""
    check_body(call, ("orderIds", "orderItemIds", "documentType", "format"))
    kinds = _document_types(body_text(call, "documentType", required=True))
    format = body_text(call, "format", choices=const.DOCUMENT_FORMATS)
    with errors_as_problems():
        items = _document_items(call)
        export = call.sandbox.exports.start(call.user_id, kinds, items, format or "pdf")
    return RestAnswer(_export(call, export), 201)


@route("GET", "/v2/exports/<int:export_id>", action="GetExport", role=ORDER_ROLE)
def export(call, export_id):
    """Return the status of a document."""
    found = call.sandbox.exports.exports.get(export_id)
    if not found:
        raise Problem(404, "There is no such export")
    call.sandbox.exports.poll(found)
    return _export(call, found)


@route("GET", f"{_DOWNLOAD}<file_id>", action="DownloadFile", role="")
def download(call, file_id):
    """Download a document."""
    found = call.sandbox.exports.find(file_id)
    if not found:
        raise Problem(404, "There is no such file")
    return RestAnswer(call.sandbox.exports.content(found), content_type=_BYTES)


@route("GET", "/filemanager/v1/files/<file_id>/status", action="GetFileStatus", role="")
def file_status(call, file_id):
    if not call.sandbox.exports.find(file_id):
        raise Problem(404, "There is no such file")
    return {"processStatus": FINISHED}


def _document_types(text):
    kinds = [one.strip() for one in text.split(",")]
    unknown = [one for one in kinds if one not in const.EXPORT_DOCUMENT_TYPES]
    if unknown:
        raise Problem(400, f"documentType: {unknown[0]!r} is unknown")
    return tuple(TITLES) if "all_documents" in kinds else tuple(dict.fromkeys(kinds))


def _document_items(call):
    book = call.sandbox.orders
    orders = [
        book.find_order(one) for one in body_ids(call, "orderIds", required=False)
    ]
    items = [item for order in orders for item in order.items]
    ids = body_ids(call, "orderItemIds", required=not orders)
    return items + (book.find_items(ids) if ids else [])


def _export(call, export):
    done = export.status == FINISHED
    host = call.headers.get("Host", "")
    return {
        "id": export.id,
        "userId": 1,
        "sellerId": call.sandbox.settings.active_shop,
        "status": export.status,
        "isDeleted": False,
        "createdAt": export.created_at,
        "updatedAt": export.updated_at,
        "expiresAt": export.expires_at,
        "requestedFormats": [],
        "downloadLinks": [f"http://{host}{_DOWNLOAD}{export.uuid}"] if done else [],
        "exportContent": ",".join(export.kinds),
        "uuid": export.uuid,
        "note": "",
    }
