"""Actions that set the status of order items and their invoice numbers.

Source: SellerCenter, SetStatusTo..., SetInvoiceNumber.
"""

from ..core.errors import api_error
from ..core.settings import ORDER_ROLE
from ..orders import statuses
from ..orders.shipping import Shipment, pack, set_invoice_number, set_ready
from ..orders.transitions import move_items
from .calls import Answer, action, order_item_ids, required


@action("SetStatusToPackedByMarketplace", "OrderItems", role=ORDER_ROLE)
def set_packed(call):
    """Put items into a package."""
    items = _many(call)
    return _packed(call, pack(call.sandbox, items, _shipment(call, items)))


@action("SetStatusToReadyToShip", "OrderItems", role=ORDER_ROLE)
def set_ready_to_ship(call):
    """Make items ready to ship."""
    items = _many(call)
    package = call.parameters.get("PackageId", "").strip()
    ready = set_ready(call.sandbox, items, _shipment(call, items), package)
    return _packed(call, ready)


@action("SetStatusToShipped", role=ORDER_ROLE)
def set_shipped(call):
    """Set an item to shipped."""
    return _move(call, statuses.SHIPPED)


@action("SetStatusToDelivered", role=ORDER_ROLE)
def set_delivered(call):
    """Set an item to delivered."""
    return _move(call, statuses.DELIVERED)


@action("SetStatusToCanceled", role=ORDER_ROLE)
def set_canceled(call):
    """Cancel an item."""
    return _move(call, statuses.CANCELED, required(call, "Reason"))


@action("SetStatusToFailedDelivery", role=ORDER_ROLE)
def set_failed(call):
    """Set an item to delivery failed."""
    return _move(call, statuses.FAILED, required(call, "Reason"))


@action("SetInvoiceNumber", role=ORDER_ROLE)
def set_invoice(call):
    """Set the invoice number of an item and all items of its package."""
    if "OrderItemIds" in call.parameters:
        items = _many(call)
    else:
        items = [_one(call)]
    number = required(call, "InvoiceNumber")
    for item in items:
        set_invoice_number(call.sandbox, item, number)
    return Answer()


def _one(call):
    (item,) = call.sandbox.orders.find_items([required(call, "OrderItemId")], 20)
    return item


def _many(call):
    return call.sandbox.orders.find_items(order_item_ids(call, 23))


def _move(call, status, reason=""):
    detail = call.parameters.get("ReasonDetail", "")
    move_items(call.sandbox, [_one(call)], status, reason=reason, detail=detail)
    return Answer()


def _shipment(call, items):
    serials = call.parameters.get("SerialNumber", "").strip()
    if serials and len(items) > 1:
        raise api_error(94)
    return Shipment(
        required(call, "DeliveryType"),
        call.parameters.get("ShippingProvider", "").strip(),
        call.parameters.get("TrackingNumber", "").strip(),
        ((items[0].id, serials),) if serials else (),
    )


def _packed(call, items):
    nodes = []
    for item in items:
        order = call.sandbox.orders.orders[item.order_id]
        nodes.append(
            {
                "OrderItemId": item.id,
                "PurchaseOrderId": order.id,
                "PurchaseOrderNumber": order.number,
                "PackageId": item.package.name,
                "ShipmentProvider": item.provider,
                "TrackingNumber": item.shown_tracking(call.sandbox.now()),
            }
        )
    return Answer({"OrderItems": {"OrderItem": nodes}})
