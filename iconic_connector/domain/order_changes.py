"""What Odoo tells the marketplace about units of orders, as one table.

Each row says where a kind of change brings units, and which statuses lie at its end or
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
    :param status: where it brings a unit, empty if it leaves the status as it is
    :param reached: the statuses of units that are there already, or beyond
    :param after: the kind that has to be told before, about the same units
    :param moves_packages: whether the marketplace may move more units than were named
    """

    name: str
    label: str
    status: str = ""
    reached: tuple[str, ...] = ()
    after: str = ""
    moves_packages: bool = False

    def is_reached(self, change, unit):
        """Tell whether a unit is where a change wants it, or beyond.

        :param change: an `iconic.order.change`
        :param unit: an `iconic.order.item`, or an `OrderItem` of the client
        """
        if self.name == "invoice_number":
            return unit.invoice_number == change.invoice_number
        if self.name == "tracking":
            return unit.tracking_code == change.tracking_number and (
                not change.provider or unit.shipment_provider == change.provider
            )
        return unit.status in self.reached


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
