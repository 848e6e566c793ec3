"""Changes of the status of order items, and of the stock that they reserve."""

from ..core.errors import refusal
from . import statuses
from .order import Return, Step, listed
from .statuses import CUSTOMER, REASONED, RETURNS, SELLER, may_become, reasons_of


def move_items(
    sandbox, items, status, *, origins=None, editor=SELLER, reason="", detail=""
):
    """Bring items into another status, all of them or none.

    :param sandbox: `Sandbox`.
    :param items: list of `OrderItem`.
    :param str status: where to.
    :param origins: statuses that they may come from, None for all on the way.
    :param str editor: who asks for it.
    :param str reason: name of a failure reason.
    :param str detail: what is said beside it.
    :raise ApiError: if one of them cannot go there, or the reason is none.
    """
    reason_type = _reason_type(status, editor, reason)
    stuck = [
        item
        for item in items
        if not may_become(item, status) or (origins and item.status not in origins)
    ]
    if stuck:
        raise refusal(450 if status in RETURNS else 28, listed(stuck))
    for item in items:
        if reason:
            item.reason, item.reason_type = reason, reason_type
            item.reason_detail = detail or ""
        _write(sandbox, item, status, editor)
    _announce(sandbox, items, status)


def send_back(sandbox, items, **values):
    """Let the customer send items back.

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
    raise refusal(22, reason)


def _write(sandbox, item, status, editor):
    held = item.holds_stock
    item.status = status
    item.updated_at = item.status_changed_at = sandbox.now()
    item.history.append(Step(item.updated_at, status, editor))
    if status == statuses.CANCELED:
        sandbox.orders.unpack(item)
    update_reservation(sandbox, item, held)


def update_reservation(sandbox, item, held):
    """Bring the reservation of a product in line with an item's new status.

    A unit that was held leaves the stock only by being shipped.

    :param sandbox: `Sandbox`.
    :param item: `OrderItem`, in its new status.
    :param bool held: whether a unit was kept for it before.
    """
    product = sandbox.products.get(item.seller_sku)
    if not product or held == item.holds_stock:
        return
    before = (product.reserved, product.quantity)
    product.reserved = max(product.reserved + (-1 if held else 1), 0)
    if held and item.status == statuses.SHIPPED:
        product.quantity = max(product.quantity - 1, 0)
        product.updated_at = item.updated_at
    after = (product.reserved, product.quantity)
    values = {
        name: (str(old), str(new))
        for name, old, new in zip(("reserved", "quantity"), before, after, strict=True)
        if old != new
    }
    sandbox.remember(product, f"order item {item.id}", item.status, values)


def _announce(sandbox, items, status):
    event = (
        "onReturnStatusChanged" if status in RETURNS else "onOrderItemsStatusChanged"
    )
    for order_id in dict.fromkeys(item.order_id for item in items):
        ids = [item.id for item in items if item.order_id == order_id]
        payload = {"OrderId": order_id, "OrderItemIds": ids, "NewStatus": status}
        sandbox.webhooks.notify(event, payload)
