"""The statuses of an order item, the ways between them, and the reasons for them.

payment_pending --> pending --> ready_to_ship --> shipped --> delivered --> returned
pending | ready_to_ship --> canceled                 shipped --> failed
delivered --[customer]--> return_shipped_by_customer --[carrier]--> return_delivered
return_shipped_by_customer | return_delivered --> return_waiting_for_approval
return_waiting_for_approval --> returned | return_rejected
return_shipped_by_customer | return_delivered --[marketplace]--> returned
digital items: pending --> delivered | canceled

Source: SellerCenter, Order Flow; THE ICONIC help centre, Direct Returns.
"""

from dataclasses import dataclass

PENDING, READY_TO_SHIP, SHIPPED = "pending", "ready_to_ship", "shipped"
DELIVERED, FAILED, CANCELED = "delivered", "failed", "canceled"
PAYMENT_PENDING, RETURNED = "payment_pending", "returned"
RETURN_SHIPPED = "return_shipped_by_customer"
RETURN_DELIVERED = "return_delivered"
RETURN_WAITING = "return_waiting_for_approval"
RETURN_REJECTED = "return_rejected"
ITEM_STATUSES = (
    PAYMENT_PENDING,
    PENDING,
    READY_TO_SHIP,
    SHIPPED,
    DELIVERED,
    FAILED,
    CANCELED,
    RETURN_SHIPPED,
    RETURN_DELIVERED,
    RETURN_WAITING,
    RETURNED,
    RETURN_REJECTED,
)


_ORIGINS = {
    PENDING: (PAYMENT_PENDING,),
    READY_TO_SHIP: (PENDING,),
    SHIPPED: (READY_TO_SHIP,),
    DELIVERED: (SHIPPED,),
    FAILED: (SHIPPED,),
    CANCELED: (PAYMENT_PENDING, PENDING, READY_TO_SHIP),
    RETURN_SHIPPED: (DELIVERED,),
    RETURN_DELIVERED: (RETURN_SHIPPED,),
    RETURN_WAITING: (RETURN_SHIPPED, RETURN_DELIVERED),
    RETURN_REJECTED: (RETURN_WAITING,),
    RETURNED: (DELIVERED, RETURN_WAITING),
}
# The marketplace refunds some parcels as soon as they are on their way back.
_MARKETPLACE_ORIGINS = {RETURNED: (RETURN_SHIPPED, RETURN_DELIVERED)}
_DIGITAL_ORIGINS = {
    PENDING: (PAYMENT_PENDING,),
    DELIVERED: (PENDING,),
    CANCELED: (PENDING,),
}
RETURNS = (
    RETURN_SHIPPED,
    RETURN_DELIVERED,
    RETURN_WAITING,
    RETURN_REJECTED,
    RETURNED,
)
# The statuses that need a reason, and the type that it must have.
REASONED = {
    CANCELED: "canceled",
    FAILED: "failed",
    RETURN_REJECTED: "return_rejected",
}
SELLER, MARKETPLACE, CUSTOMER = "seller", "marketplace", "customer"


@dataclass(frozen=True)
class FailureReason:
    """One failure reason of the marketplace (SellerCenter: GetFailureReasons)."""

    id: int
    type: str
    name: str
    description: str = ""
    out_of_stock: bool = False


FAILURE_REASONS = (
    FailureReason(1, "canceled", "Out of stock", "Nothing left to send", True),
    FailureReason(2, "canceled", "Wrong price", "The product was listed too cheap"),
    FailureReason(3, "canceled", "Damaged stock", "The last item cannot be sold", True),
    FailureReason(4, "failed", "Lost in transit", "The parcel cannot be found"),
    FailureReason(5, "failed", "Recipient unknown", "The parcel was not accepted"),
    FailureReason(6, "returned", "Does not fit", "Another size is needed"),
    FailureReason(7, "returned", "Faulty", "The product is broken"),
    FailureReason(8, "return_rejected", "Worn", "The product was used"),
    FailureReason(9, "return_rejected", "Wrong product", "Something else came back"),
    FailureReason(10, "canceled_system", "Customer request", "Cancelled by the buyer"),
    FailureReason(11, "canceled_system", "Payment failed", "No payment was received"),
)


def may_become(item, status, editor=SELLER):
    """Return whether an item can change to a status.

    :param item: `OrderItem`.
    :param str status: the status wanted.
    :param str editor: who changes it.
    """
    ways = _DIGITAL_ORIGINS if item.digital else _ORIGINS
    more = _MARKETPLACE_ORIGINS if editor == MARKETPLACE else {}
    return item.status in (*ways.get(status, ()), *more.get(status, ()))


def reasons_of(status, editor=SELLER):
    """Return the reasons that are valid for a status.

    :param str status: the new status of an item.
    :param str editor: who changes it.
    :return: list of `FailureReason`.
    """
    wanted = REASONED.get(status, status)
    if status == CANCELED and editor != SELLER:
        wanted = "canceled_system"
    return [one for one in FAILURE_REASONS if one.type == wanted]


def usual_reason(status):
    """Return the marketplace's default reason for a status that needs one.

    :param str status: the new status of an item.
    :return: name of a `FailureReason`, or the empty string.
    """
    return reasons_of(status, MARKETPLACE)[0].name if status in REASONED else ""
