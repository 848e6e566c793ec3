"""The status updates that Odoo sends about order items, as one table.

Each row gives the status that a kind of change leads to, and the statuses at or beyond
it, so that nothing is sent twice.

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

# The statuses that an item can reach after ready to ship, the last ones first.
_CHECKED = (RETURN_WAITING, RETURNED, RETURN_REJECTED)
# The statuses of a return that nobody has decided on yet.
_UNDECIDED = (*ON_THE_WAY_BACK, RETURN_WAITING)
_GONE = (SHIPPED, DELIVERED, FAILED, *ON_THE_WAY_BACK, *_CHECKED)


@dataclass(frozen=True)
class ChangeKind:
    """One kind of status update.

    :param name: the value of `iconic.order.change.kind`
    :param label: the name a user reads
    :param status: the status that it leads to, empty if it does not change the status
    :param reached: the statuses at or beyond that one
    :param needs: the statuses with which it is possible at all, empty if it is tried
        with any other
    :param after: the kind that has to be sent before it for the same items
    :param instead_of: the kind that a request of this one replaces
    :param moves_packages: whether the marketplace may change other items of the package
    """

    name: str
    label: str
    status: str = ""
    reached: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    after: str = ""
    instead_of: str = ""
    moves_packages: bool = False

    def is_reached(self, change, item):
        """Tell whether an item is at or beyond what a change leads to.

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

    def is_over(self, change, item):
        """Tell whether an item does not need a change any more, or cannot have it.

        :param change: an `iconic.order.change`
        :param item: an `iconic.order.item`, or an `OrderItem` of the client
        """
        possible = not self.needs or item.status in self.needs
        return item.status == CANCELED or not possible or self.is_reached(change, item)


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
            needs=ON_THE_WAY_BACK,
        ),
        ChangeKind(
            "return_approved",
            "Return approved",
            status=RETURNED,
            reached=(RETURNED,),
            needs=_UNDECIDED,
            after="return_received",
            instead_of="return_rejected",
        ),
        ChangeKind(
            "return_rejected",
            "Return rejected",
            status=RETURN_REJECTED,
            reached=(RETURN_REJECTED,),
            needs=_UNDECIDED,
            after="return_received",
            instead_of="return_approved",
        ),
        ChangeKind("invoice_number", "Invoice number"),
        ChangeKind("tracking", "Tracking number", after="ready_to_ship"),
    )
}
