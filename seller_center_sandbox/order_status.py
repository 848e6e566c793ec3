"""The statuses of an order item and the ways between them.

payment_pending --> pending --> ready_to_ship --> shipped --> delivered --> returned
pending | ready_to_ship --> canceled                 shipped --> failed
delivered --[customer]--> return_shipped_by_customer --> return_waiting_for_approval
return_waiting_for_approval --> returned | return_rejected
digital items: pending --> delivered | canceled

Source: SellerCenter, Order Flow.
"""

from dataclasses import dataclass

from . import const
from .errors import refusal
from .orders import Return, Step, listed

_ORIGINS = {
    const.PENDING: (const.PAYMENT_PENDING,),
    const.READY_TO_SHIP: (const.PENDING,),
    const.SHIPPED: (const.READY_TO_SHIP,),
    const.DELIVERED: (const.SHIPPED,),
    const.FAILED: (const.SHIPPED,),
    const.ITEM_CANCELED: (const.PAYMENT_PENDING, const.PENDING, const.READY_TO_SHIP),
    const.RETURN_SHIPPED: (const.DELIVERED,),
    const.RETURN_WAITING: (const.RETURN_SHIPPED,),
    const.RETURN_REJECTED: (const.RETURN_WAITING,),
    const.RETURNED: (const.DELIVERED, const.RETURN_WAITING),
}
_DIGITAL_ORIGINS = {
    const.PENDING: (const.PAYMENT_PENDING,),
    const.DELIVERED: (const.PENDING,),
    const.ITEM_CANCELED: (const.PENDING,),
}
RETURNS = (
    const.RETURN_SHIPPED,
    const.RETURN_WAITING,
    const.RETURN_REJECTED,
    const.RETURNED,
)
# The statuses that want a reason, and the type that it must have.
REASONED = {
    const.ITEM_CANCELED: "canceled",
    const.FAILED: "failed",
    const.RETURN_REJECTED: "return_rejected",
}
SELLER, MARKETPLACE, CUSTOMER = "seller", "marketplace", "customer"


@dataclass(frozen=True)
class FailureReason:
    """One reason that the marketplace knows (SellerCenter: GetFailureReasons)."""

    id: int
    type: str
    name: str
    description: str = ""
    out_of_stock: bool = False


FAILURE_REASONS = (
    FailureReason(1, "canceled", "Out of stock", "Nothing left to send", True),
    FailureReason(2, "canceled", "Wrong price", "The product was listed too cheap"),
    FailureReason(3, "canceled", "Damaged stock", "The last unit cannot be sold", True),
    FailureReason(4, "failed", "Lost in transit", "The parcel cannot be found"),
    FailureReason(5, "failed", "Recipient unknown", "Nobody took the parcel"),
    FailureReason(6, "returned", "Does not fit", "Another size is needed"),
    FailureReason(7, "returned", "Faulty", "The product is broken"),
    FailureReason(8, "return_rejected", "Worn", "The product was used"),
    FailureReason(9, "return_rejected", "Wrong product", "Something else came back"),
    FailureReason(10, "canceled_system", "Customer request", "Called off by the buyer"),
    FailureReason(11, "canceled_system", "Payment failed", "The money did not come"),
)


def may_become(item, status):
    """Tell whether an item can go from where it is to a status.

    :param item: `OrderItem`.
    :param str status: the status wanted.
    """
    ways = _DIGITAL_ORIGINS if item.digital else _ORIGINS
    return item.status in ways.get(status, ())


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
    move_items(sandbox, items, const.RETURN_SHIPPED, editor=CUSTOMER)
    for item in items:
        item.customer_return = Return(**values)


def reasons_of(status, editor=SELLER):
    """Give the reasons that may be named for a status.

    :param str status: where an item goes.
    :param str editor: who sends it there.
    :return: list of `FailureReason`.
    """
    wanted = REASONED.get(status, status)
    if status == const.ITEM_CANCELED and editor != SELLER:
        wanted = "canceled_system"
    return [one for one in FAILURE_REASONS if one.type == wanted]


def usual_reason(status):
    """Give the marketplace's reason for a status that wants one and was given none.

    :param str status: where an item goes.
    :return: name of a `FailureReason`, or the empty string.
    """
    return reasons_of(status, MARKETPLACE)[0].name if status in REASONED else ""


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
    if status == const.ITEM_CANCELED:
        sandbox.orders.unpack(item)
    hold_stock(sandbox, item, held)


def hold_stock(sandbox, item, held):
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
    if held and item.status == const.SHIPPED:
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
