"""What becomes of units, by the Action API."""

from __future__ import annotations

from collections.abc import Iterable

from . import order_answers
from .calling import json_list
from .errors import Refused, SellerCenterError
from .order_records import PackedItem, Return
from .order_requests import (
    given,
    known_delivery_type,
    needed,
    needed_reason,
    whole_ids,
)


class ActionOrderStates:
    """The calls of the Action API that change units.

    ``decides_returns`` tells whether returns can be received, approved and rejected.
    """

    decides_returns = False

    def set_packed(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
    ) -> tuple[PackedItem, ...]:
        """Say that units of one order are packed; asked for exactly once.

        :param delivery_type: one of `order_requests.DELIVERY_TYPES`.
        :param provider: the name of a shipment provider.
        """
        return self._pack(
            "SetStatusToPackedByMarketplace",
            order_item_ids,
            DeliveryType=known_delivery_type(delivery_type),
            ShippingProvider=provider,
            TrackingNumber=tracking_number,
        )

    def set_ready_to_ship(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
        package_id: str = "",
    ) -> tuple[PackedItem, ...]:
        """Say that units of one order can be fetched; asked for exactly once.

        All units of their packages go with them (SellerCenter, SetStatusToReadyToShip).

        :param delivery_type: one of `order_requests.DELIVERY_TYPES`.
        :param provider: the name of a shipment provider.
        :param package_id: of the packed units; some shops insist on it.
        """
        return self._pack(
            "SetStatusToReadyToShip",
            order_item_ids,
            DeliveryType=known_delivery_type(delivery_type),
            ShippingProvider=provider,
            TrackingNumber=tracking_number,
            PackageId=package_id,
        )

    def _pack(
        self, action: str, order_item_ids: Iterable[str], **params: str
    ) -> tuple[PackedItem, ...]:
        ids = whole_ids(order_item_ids)
        if not ids:
            return ()
        params = {"OrderItemIds": json_list(ids), **given(**params)}
        envelope, _reply = self._call("POST", action, params)
        packed = order_answers.read_packed(envelope.body)
        return packed or tuple(PackedItem(str(item_id)) for item_id in ids)

    def set_invoice_number(self, order_item_id: str, invoice_number: str) -> None:
        """Tell the number of the invoice that a unit is on; asked for exactly once."""
        (number,) = whole_ids([order_item_id])
        invoice_number = needed(invoice_number, "Give the number of the invoice.")
        params = {"OrderItemId": str(number), "InvoiceNumber": invoice_number}
        self._call("POST", "SetInvoiceNumber", params)

    def set_shipped(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Say that units are on their way.

        One call for each; an error's ``done`` names those that went through. The same
        goes for the next three methods.

        :return: the ids of the units.
        """
        return self._one_by_one("SetStatusToShipped", order_item_ids)

    def set_delivered(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Say that units have arrived.

        :return: the ids of the units.
        """
        return self._one_by_one("SetStatusToDelivered", order_item_ids)

    def cancel_items(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Cancel units. The marketplace may cancel all of their packages.

        :param reason: the name of a failure reason of the type ``canceled``.
        :return: the ids of the units.
        """
        return self._one_by_one(
            "SetStatusToCanceled", order_item_ids, **_because(reason, detail)
        )

    def set_delivery_failed(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Say that units could not be delivered.

        :param reason: the name of a failure reason of the type ``failed``.
        :return: the ids of the units.
        """
        return self._one_by_one(
            "SetStatusToFailedDelivery", order_item_ids, **_because(reason, detail)
        )

    def _one_by_one(
        self, action: str, order_item_ids: Iterable[str], **params: str
    ) -> tuple[str, ...]:
        done: list[str] = []
        with self._one_deadline():
            for item_id in map(str, whole_ids(order_item_ids)):
                try:
                    self._call("POST", action, {"OrderItemId": item_id, **params})
                except SellerCenterError as error:
                    error.done = tuple(done)
                    raise
                done.append(item_id)
        return tuple(done)

    def set_returned(
        self, order_item_ids: Iterable[str], reason: str = ""
    ) -> tuple[str, ...]:
        """Refuse: the Action API decides no returns."""
        raise _no_returns()

    def receive_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Refuse: the Action API decides no returns."""
        raise _no_returns()

    def approve_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Refuse: the Action API decides no returns."""
        raise _no_returns()

    def reject_return(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Refuse: the Action API decides no returns."""
        raise _no_returns()

    def change_tracking(
        self, order_item_id: str, tracking_code: str, provider: str = ""
    ) -> None:
        """Refuse: the Action API takes the tracking number only with the parcel."""
        raise Refused(
            "The Action API cannot change a tracking number that it has. Change it in "
            "Seller Center."
        )

    def returns(self, order_item_ids: Iterable[str]) -> tuple[Return, ...]:
        """Refuse: the Action API does not tell how units come back."""
        raise _no_returns()


def _no_returns() -> Refused:
    return Refused(
        "The Action API decides no returns. Do it in Seller Center, or connect the "
        "account with an OAuth application."
    )


def _because(reason: str, detail: str) -> dict[str, str]:
    return {"Reason": needed_reason(reason), **given(ReasonDetail=detail)}
