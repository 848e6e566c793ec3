"""What becomes of units, by REST v2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import rest_order_answers as answers
from .order_records import PackedItem
from .order_requests import (
    given,
    known_delivery_type,
    needed,
    needed_reason,
    whole_ids,
)


class RestOrderStates:
    """The calls of REST v2 that change units.

    ``decides_returns`` tells whether returns can be received, approved and rejected.
    """

    decides_returns = True

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
        ids = whole_ids(order_item_ids)
        body = {
            "orderItems": [{"orderItemId": item_id} for item_id in ids],
            "deliveryType": known_delivery_type(delivery_type),
            **given(shippingProvider=provider, trackingNumber=tracking_number),
        }
        return tuple(map(PackedItem, self._set_to("packed-by-marketplace", ids, body)))

    def set_ready_to_ship(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
        package_id: str = "",
    ) -> tuple[PackedItem, ...]:
        """Say that units of one order can be fetched; asked for exactly once.

        :param delivery_type: one of `order_requests.DELIVERY_TYPES`.
        :param provider: the name of a shipment provider.
        :param tracking_number: empty only if the provider gives it itself. The field
            is a mandatory one, so that it is sent empty then.
        :param package_id: only for the Action API.
        """
        ids = whole_ids(order_item_ids)
        body = {
            "orderItems": [{"id": item_id} for item_id in ids],
            "deliveryType": known_delivery_type(delivery_type),
            "trackingNumber": tracking_number or "",
            **given(shippingProvider=provider),
        }
        return tuple(map(PackedItem, self._set_to("ready-to-ship", ids, body)))

    def set_shipped(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Say that units are on their way; asked for exactly once, as all that follow.

        :return: the ids of the units, here and below, as the marketplace names them.
        """
        return self._set_items("shipped", order_item_ids)

    def set_delivered(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Say that units have arrived."""
        return self._set_items("delivered", order_item_ids)

    def cancel_items(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Cancel units. The marketplace may cancel all of their packages.

        :param reason: the name of a failure reason of the type ``canceled``.
        """
        return self._set_items("cancelled", order_item_ids, **_because(reason, detail))

    def set_delivery_failed(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Say that units could not be delivered.

        :param reason: the name of a failure reason of the type ``failed``.
        """
        return self._set_items(
            "delivery-failed", order_item_ids, **_because(reason, detail)
        )

    def set_returned(
        self, order_item_ids: Iterable[str], reason: str = ""
    ) -> tuple[str, ...]:
        """Say that units have come back.

        :param reason: the name of a failure reason of the type ``returned``.
        """
        return self._set_items("returned", order_item_ids, **given(reason=reason))

    def receive_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Say that units have come back and wait to be looked at."""
        return self._set_items("return-received", order_item_ids)

    def approve_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Take units back that were looked at."""
        return self._set_items("return-approved", order_item_ids)

    def reject_return(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Do not take units back that were looked at.

        :param reason: the name of a failure reason of the type ``return_rejected``.
        """
        return self._set_items(
            "return-rejected", order_item_ids, **_because(reason, detail)
        )

    def _set_items(
        self, state: str, order_item_ids: Iterable[str], **more: str
    ) -> tuple[str, ...]:
        ids = whole_ids(order_item_ids)
        return self._set_to(state, ids, {"orderItemIds": ids, **more})

    def _set_to(
        self, state: str, ids: list[int], body: dict[str, Any]
    ) -> tuple[str, ...]:
        """Change the state of units; of none if no ids are given."""
        if not ids:
            return ()
        answer = self._change("POST", f"/v2/orders/statuses/set-to-{state}", body)
        return answers.read_changed_ids(answer, tuple(map(str, ids)))

    def change_tracking(
        self, order_item_id: str, tracking_code: str, provider: str = ""
    ) -> None:
        """Change how a unit that is ready to ship goes; asked for exactly once.

        :param provider: the name of a shipment provider, the same as before if empty.
        """
        (number,) = whole_ids([order_item_id])
        code = needed(tracking_code, "Give the tracking number.")
        body = {"trackingCode": code, **given(shippingProvider=provider)}
        part = "shipping-provider" if provider else "tracking-code"
        self._change("POST", f"/v2/order-item/{number}/{part}", body)

    def set_invoice_number(self, order_item_id: str, invoice_number: str) -> None:
        """Tell the invoice number of a unit's whole package; asked for exactly once."""
        (number,) = whole_ids([order_item_id])
        invoice_number = needed(invoice_number, "Give the number of the invoice.")
        body = {"orderItemId": number, "invoiceNumber": invoice_number}
        self._change("POST", "/v2/orders/set-invoice-number", body)


def _because(reason: str, detail: str) -> dict[str, str]:
    return {"reason": needed_reason(reason), **given(reasonDetail=detail)}
