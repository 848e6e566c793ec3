"""Routes that set the status of order items (SellerCenter REST, Order Statuses)."""

from ..core import const
from ..core.errors import ApiError
from ..core.settings import ORDER_ROLE
from ..orders import statuses
from ..orders.shipping import (
    Shipment,
    change_provider,
    pack,
    set_invoice_number,
    set_ready,
)
from ..orders.transitions import move_items
from .calls import (
    Problem,
    RestAnswer,
    body_ids,
    body_text,
    check_body,
    check_whole,
    errors_as_problems,
    errors_of_items,
    route,
)
from .order_data import item_data

_PREFIX = "/v2/orders/statuses/set-to-"


def _status_route(
    path,
    action,
    status,
    fields=("orderItemIds",),
    origins=None,
    by_item=False,
    needs=None,
):
    """Register the route of a status that needs only the ids of items.

    :param bool by_item: True if a refusal has a sentence for each item.
    :param needs: name of the setting without which the call is refused.
    """

    @route("POST", f"{_PREFIX}{path}", action=action, role=ORDER_ROLE)
    def set_status(call):
        check_body(call, fields)
        ids = body_ids(call, "orderItemIds")
        needs_reason = "reasonDetail" in fields
        reason = body_text(call, "reason", required=needs_reason)
        detail = body_text(call, "reasonDetail")
        with errors_of_items(ids) if by_item else errors_as_problems():
            items = call.sandbox.orders.find_items(ids)
            if needs and not getattr(call.sandbox.settings, needs):
                raise ApiError(450, _REFUSALS[needs])
            move_items(
                call.sandbox,
                items,
                status,
                origins=origins,
                reason=reason,
                detail=detail,
            )
        return {"orderItemIds": ids}


# Why a seller may not, by the setting that allows it (THE ICONIC help centre, Direct
# Returns).
_REFUSALS = {
    "direct_returns": "Returns of this seller are handled by the marketplace",
    "seller_rejects_returns": "Please contact the seller help desk to reject a return",
}
_REASONED = ("orderItemIds", "reason", "reasonDetail")
_status_route("shipped", "SetStatusToShipped", statuses.SHIPPED)
_status_route("delivered", "SetStatusToDelivered", statuses.DELIVERED)
_status_route("cancelled", "SetStatusToCanceled", statuses.CANCELED, _REASONED)
_status_route(
    "delivery-failed", "SetStatusToFailedDelivery", statuses.FAILED, _REASONED
)
_status_route(
    "returned",
    "SetStatusToReturned",
    statuses.RETURNED,
    ("orderItemIds", "reason"),
    (statuses.DELIVERED,),
)
_status_route(
    "return-received",
    "SetStatusToReturnReceived",
    statuses.RETURN_WAITING,
    by_item=True,
    needs="direct_returns",
)
_status_route(
    "return-approved",
    "SetStatusToReturnApproved",
    statuses.RETURNED,
    origins=(statuses.RETURN_WAITING,),
    by_item=True,
    needs="direct_returns",
)
_status_route(
    "return-rejected",
    "SetStatusToReturnRejected",
    statuses.RETURN_REJECTED,
    _REASONED,
    needs="seller_rejects_returns",
)


@route(
    "POST",
    f"{_PREFIX}packed-by-marketplace",
    action="SetStatusToPackedByMarketplace",
    role=ORDER_ROLE,
)
def set_packed(call):
    """Put items into a package."""
    check_body(
        call, ("orderItems", "deliveryType", "shippingProvider", "trackingNumber")
    )
    body_text(call, "deliveryType", required=True, choices=const.DELIVERY_TYPES)
    ids, shipment = _shipment(call, "orderItemId")
    with errors_as_problems():
        pack(call.sandbox, call.sandbox.orders.find_items(ids), shipment)
    return {"orderItemIds": ids}


@route(
    "POST",
    f"{_PREFIX}ready-to-ship",
    action="SetStatusToReadyToShip",
    role=ORDER_ROLE,
)
def set_ready_to_ship(call):
    """Make items ready to ship.

    The tracking number is a mandatory field that may be empty: integrated
    carriers generate it.
    """
    fields = "orderItems deliveryType shippingProvider trackingNumber".split()
    check_body(call, (*fields, "accessKey", "documentUrl", "invoiceEncodedXml"))
    if call.json.get("trackingNumber") is None:
        raise Problem(400, "trackingNumber is required")
    ids, shipment = _shipment(call, "id")
    with errors_as_problems():
        items = set_ready(call.sandbox, call.sandbox.orders.find_items(ids), shipment)
    return {"orderItemIds": [item.id for item in items]}


@route(
    "POST",
    "/v2/order-item/<int:item_id>/tracking-code",
    action="SetTrackingCode",
    role=ORDER_ROLE,
)
def set_tracking_code(call, item_id):
    """Change the tracking number of an item's package."""
    check_body(call, ("trackingCode",))
    code = body_text(call, "trackingCode", required=True)
    with errors_as_problems():
        (item,) = call.sandbox.orders.find_items([item_id], 20)
        change_provider(call.sandbox, item, "", code)
    return RestAnswer()


@route(
    "POST",
    "/v2/order-item/<int:item_id>/shipping-provider",
    action="SetShippingProvider",
    role=ORDER_ROLE,
)
def set_shipping_provider(call, item_id):
    """Change the carrier of an item's package."""
    check_body(call, ("shippingProvider", "trackingCode"))
    name = body_text(call, "shippingProvider", required=True)
    with errors_as_problems():
        (item,) = call.sandbox.orders.find_items([item_id], 20)
        change_provider(call.sandbox, item, name, body_text(call, "trackingCode"))
    return item_data(call, item)


@route(
    "POST",
    "/v2/orders/set-invoice-number",
    action="SetInvoiceNumber",
    role=ORDER_ROLE,
)
def set_invoice(call):
    """Set the invoice number of an item and all items of its package."""
    check_body(call, ("orderItemId", "invoiceNumber"))
    item_id = call.json.get("orderItemId")
    check_whole("orderItemId", item_id)
    number = body_text(call, "invoiceNumber", required=True)
    with errors_as_problems(400):
        (item,) = call.sandbox.orders.find_items([item_id], 20)
    set_invoice_number(call.sandbox, item, number)
    return {"orderItemId": item_id, "invoiceNumber": number}


def _shipment(call, key):
    """Read the items, each an object with its id, and their shipment."""
    rows = call.json.get("orderItems")
    if not isinstance(rows, list) or not rows:
        raise Problem(400, "orderItems is a list with objects")
    serials = []
    for row in rows:
        if not isinstance(row, dict) or set(row) - {key, "serialNumber"}:
            raise Problem(400, f"orderItems: objects with {key} are expected")
        check_whole(key, row.get(key))
        serial = body_text(call, "serialNumber", data=row)
        if serial:
            serials.append((row[key], serial))
    kind = body_text(call, "deliveryType", choices=const.DELIVERY_TYPES)
    shipment = Shipment(
        kind or const.DELIVERY_TYPES[0],
        body_text(call, "shippingProvider"),
        body_text(call, "trackingNumber"),
        tuple(serials),
    )
    return [row[key] for row in rows], shipment
