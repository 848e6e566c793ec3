"""Changes of the status of order items, and of the stock that they reserve."""

from ..core.errors import api_error
from . import statuses
from .order import Return, Step, listed
from .statuses import CUSTOMER, REASONED, RETURNS, SELLER, may_become, reasons_of


def move_items(
    sandbox, items, status, *, origins=None, editor=SELLER, reason="", detail=""
):
    """Change the status of items, all of them or none.

    :param sandbox: `Sandbox`.
    :param items: list of `OrderItem`.
    :param str status: the new status.
    :param origins: statuses that they may have, None for all that allow it.
    :param str editor: who asks for it.
    :param str reason: name of a failure reason.
    :param str detail: comment on the reason.
    :raise ApiError: if one of them cannot change so, or the reason is invalid.
    """
    reason_type = _reason_type(status, editor, reason)
    invalid = [
        item
        for item in items
        if not may_become(item, status, editor)
        or (origins and item.status not in origins)
    ]
    if invalid:
        raise api_error(450 if status in RETURNS else 28, listed(invalid))
    for item in items:
        if reason:
            item.reason, item.reason_type = reason, reason_type
            item.reason_detail = detail or ""
        _write(sandbox, item, status, editor)
    _announce(sandbox, items, status)


def send_back(sandbox, items, **values):
    """Record that the customer sends items back.

    :param sandbox: `Sandbox`.
    :param items: list of `OrderItem`.
    :param values: of `Return`.
    """
    move_items(sandbox, items, statuses.RETURN_SHIPPED, editor=CUSTOMER)
    for item in items:
        item.customer_return = Return(**values)


def _reason_type(status, editor, reason):
    if not reason and status not in REASONED:
        return ""
    for one in reasons_of(status, editor):
        if one.name == reason:
            return one.type
    raise api_error(22, reason)


def _write(sandbox, item, status, editor):
    was_reserved = item.reserves_stock
    item.status = status
    item.updated_at = item.status_changed_at = sandbox.now()
    item.history.append(Step(item.updated_at, status, editor))
    if status == statuses.CANCELED:
        sandbox.orders.unpack(item)
    update_reservation(sandbox, item, was_reserved)


def update_reservation(sandbox, item, was_reserved):
    """Adjust the reserved stock of a product to an item's new status.

    A reserved item leaves the stock only when it is shipped.

    :param sandbox: `Sandbox`.
    :param item: `OrderItem`, in its new status.
    :param bool was_reserved: whether stock was reserved for it before.
    """
    product = sandbox.products.get(item.seller_sku)
    if not product or was_reserved == item.reserves_stock:
        return
    before = (product.reserved, product.quantity)
    product.reserved = max(product.reserved + (-1 if was_reserved else 1), 0)
    if was_reserved and item.status == statuses.SHIPPED:
        product.quantity = max(product.quantity - 1, 0)
        product.updated_at = item.updated_at
    after = (product.reserved, product.quantity)
    values = {
        name: (str(old), str(new))
        for name, old, new in zip(("reserved", "quantity"), before, after, strict=True)
        if old != new
    }
    sandbox.record_change(product, f"order item {item.id}", item.status, values)


def _announce(sandbox, items, status):
    event = (
        "onReturnStatusChanged" if status in RETURNS else "onOrderItemsStatusChanged"
    )
    for order_id in dict.fromkeys(item.order_id for item in items):
        ids = [item.id for item in items if item.order_id == order_id]
        payload = {"OrderId": order_id, "OrderItemIds": ids, "NewStatus": status}
        sandbox.webhooks.notify(event, payload)
