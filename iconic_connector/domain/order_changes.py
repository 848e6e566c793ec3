"""What Odoo tells the marketplace about items of orders, as one table.

Each row says where a kind of change brings items, and which statuses lie at its end or
beyond, so that nothing is told twice.

Source: SellerCenter, Order Flow.
"""

from dataclasses import dataclass

from .item_statuses import (
    CANCELED,
    DELIVERED,
    FAILED,
    ON_THE_WAY_BACK,
    READY_TO_SHIP,
    RETURN_REJECTED,
    RETURN_WAITING,
    RETURNED,
    SHIPPED,
)

# The ways that an item can go after it was ready to ship, from the end backwards.
_CHECKED = (RETURN_WAITING, RETURNED, RETURN_REJECTED)
_GONE = (SHIPPED, DELIVERED, FAILED, *ON_THE_WAY_BACK, *_CHECKED)


@dataclass(frozen=True)
class ChangeKind:
    """One kind of change.

    :param name: the value of `iconic.order.change.kind`
    :param label: the name a user reads
    :param status: where it brings an item, empty if it leaves the status as it is
    :param reached: the statuses of items that are there already, or beyond
    :param after: the kind that has to be told before, about the same items
    :param moves_packages: whether the marketplace may move more items than were named
    """

    name: str
    label: str
    status: str = ""
    reached: tuple[str, ...] = ()
    after: str = ""
    moves_packages: bool = False

    def is_reached(self, change, item):
        """Tell whether an item is where a change wants it, or beyond.

        :param change: an `iconic.order.change`
        :param item: an `iconic.order.item`, or an `OrderItem` of the client
        """
        if self.name == "invoice_number":
            return item.invoice_number == change.invoice_number
        if self.name == "tracking":
            return item.tracking_code == change.tracking_number and (
                not change.provider or item.shipment_provider == change.provider
            )
        return item.status in self.reached


KINDS = {
    kind.name: kind
    for kind in (
        ChangeKind(
            "ready_to_ship",
            "Ready to ship",
            status=READY_TO_SHIP,
            reached=(READY_TO_SHIP, *_GONE),
            moves_packages=True,
        ),
        ChangeKind(
            "shipped",
            "Shipped",
            status=SHIPPED,
            reached=_GONE,
            after="ready_to_ship",
        ),
        ChangeKind(
            "cancel",
            "Cancel",
            status=CANCELED,
            reached=(CANCELED,),
            moves_packages=True,
        ),
        ChangeKind(
            "return_received",
            "Return received",
            status=RETURN_WAITING,
            reached=_CHECKED,
        ),
        ChangeKind(
            "return_approved",
            "Return approved",
            status=RETURNED,
            reached=(RETURNED,),
            after="return_received",
        ),
        ChangeKind(
            "return_rejected",
            "Return rejected",
            status=RETURN_REJECTED,
            reached=(RETURN_REJECTED,),
            after="return_received",
        ),
        ChangeKind("invoice_number", "Invoice number"),
        ChangeKind("tracking", "Tracking number", after="ready_to_ship"),
    )
}
