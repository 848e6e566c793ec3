"""Orders by the Action API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from . import order_answers
from .action_order_states import ActionOrderStates
from .action_webhooks import ActionWebhooks
from .calling import iso, json_list
from .envelope import Envelope, whole
from .errors import AccessRefused, NotReady, Refused
from .order_records import (
    Document,
    DocumentTicket,
    FailureReason,
    Order,
    OrderItem,
    ShipmentProvider,
)
from .order_requests import (
    page_of,
    portions,
    sort_field,
    whole_ids,
)
from .records import Page

# GetOrders wants to know since when (E018): from before the first order on.
LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.utc)
# The states that GetOrders can be asked for.
STATUSES = (
    "pending",
    "canceled",
    "ready_to_ship",
    "delivered",
    "returned",
    "shipped",
    "failed",
)
# The documents that GetDocument makes.
DOCUMENT_TYPES = (
    "invoice",
    "exportInvoice",
    "shippingLabel",
    "shippingParcel",
    "carrierManifest",
    "serialNumber",
)
# The error codes of what cannot be had yet, and of a search that found nothing.
NOT_READY_CODES = (34, 119)
NONE_FOUND_CODE = 39


class ActionOrders(ActionOrderStates, ActionWebhooks):
    """The calls of the Action API that orders need.

    What the Action API cannot do is refused with a sentence about what to do instead.
    ``finds_orders_by_number`` tells whether `orders` can look for numbers.
    """

    finds_orders_by_number = False

    def orders(
        self,
        updated_after: datetime | None = None,
        updated_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        status: str = "",
        numbers: Iterable[str] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """Return a page of :class:`~.order_records.Order`, the newest first.

        :param updated_before: leave it out while paging through changes: an order that
            leaves the window meanwhile would let others be skipped.
        :param status: only orders with units of this state, all if empty.
        :param numbers: not with the Action API.
        """
        _check_filters(status, list(numbers))
        if not (updated_after or created_after):
            created_after = LONG_AGO
        moments = {
            "CreatedAfter": created_after,
            "CreatedBefore": created_before,
            "UpdatedAfter": updated_after,
            "UpdatedBefore": updated_before,
        }
        params = {
            **{name: iso(moment) for name, moment in moments.items() if moment},
            **({"Status": status} if status else {}),
            "SortBy": sort_field(
                updated_after,
                updated_before,
                created="created_at",
                updated="updated_at",
            ),
            "SortDirection": "DESC",
            "Limit": str(limit),
            "Offset": str(offset),
        }
        envelope, _reply = self._read("GetOrders", params)
        found = order_answers.read_orders(envelope.body, self._zone)
        return page_of(found, offset, whole(envelope.head, "TotalCount"), None)

    def order(self, order_id: str) -> Order:
        """Return an order, without its units."""
        (number,) = whole_ids([order_id])
        envelope, _reply = self._read("GetOrder", {"OrderId": str(number)})
        found = order_answers.read_orders(envelope.body, self._zone)
        if not found:
            raise Refused(f"The marketplace has no order {order_id}.")
        return found[0]

    def order_items(self, order_ids: Iterable[str]) -> tuple[OrderItem, ...]:
        """Return the units of orders."""
        items: list[OrderItem] = []
        with self._one_deadline():
            for some in portions(whole_ids(order_ids)):
                items += self._order_items(some)
        return tuple(items)

    def _order_items(self, order_ids: list[int]) -> tuple[OrderItem, ...]:
        params = {"OrderIdList": json_list(order_ids)}
        try:
            envelope, _reply = self._read("GetMultipleOrderItems", params)
        except Refused as error:
            if error.number == NONE_FOUND_CODE:
                return ()
            raise
        return order_answers.read_order_items(envelope.body, self._zone)

    def tracking_code(self, item: OrderItem) -> str:
        """Return a unit's tracking number as it is now, empty while there is none."""
        fresh = self._fresh([item]).get(item.order_item_id, item)
        package, provider = fresh.package_id, fresh.shipment_provider
        if fresh.tracking_code or not (package and provider):
            return fresh.tracking_code
        params = {"packageId": package, "shipping_provider_name": provider}
        try:
            envelope, _reply = self._read("GetTrackingCode", params)
        except AccessRefused as error:
            # Not every shop has this action.
            if error.cause == "request":
                return ""
            raise
        return order_answers.read_tracking_code(envelope.body)

    def package_ids(self, items: Iterable[OrderItem]) -> dict[str, str]:
        """Return in which packages units are now, by id; only of those in one."""
        fresh = self._fresh(items)
        return {key: item.package_id for key, item in fresh.items() if item.package_id}

    def _fresh(self, items: Iterable[OrderItem]) -> dict[str, OrderItem]:
        """Read units again, by id."""
        orders = {item.order_item_id: item.order_id for item in items}
        found = self.order_items(dict.fromkeys(orders.values()))
        return {i.order_item_id: i for i in found if i.order_item_id in orders}

    def ask_document(
        self, order_item_ids: Iterable[str], document_type: str, format: str = "pdf"
    ) -> DocumentTicket:
        """Ask for a document about units; the ticket holds it already.

        :param document_type: one of `DOCUMENT_TYPES`.
        :param format: only for REST; the document tells what it is.
        :raise NotReady: if it cannot be made yet, as a label just after the packing.
        """
        if document_type not in DOCUMENT_TYPES:
            raise Refused(f"The Action API makes no document “{document_type}”.")
        ids = whole_ids(order_item_ids)
        if not ids:
            raise Refused("Name the units that the document is about.")
        params = {"OrderItemIds": json_list(ids), "DocumentType": document_type}
        document = order_answers.read_document(
            self._read_document(params).body, document_type
        )
        if document is None:
            raise NotReady("The marketplace has not made the document yet.")
        return DocumentTicket(document_type, document=document)

    def _read_document(self, params: dict[str, str]) -> Envelope:
        try:
            envelope, _reply = self._read("GetDocument", params)
        except Refused as error:
            if error.number in NOT_READY_CODES:
                raise NotReady(error.message, code=error.code) from error
            raise
        return envelope

    def fetch_document(self, ticket: DocumentTicket) -> Document | None:
        """Return the document of a ticket, None for a ticket that holds none."""
        return ticket.document

    def shipment_providers(self) -> tuple[ShipmentProvider, ...]:
        """Return the carriers that parcels may be handed to."""
        envelope, _reply = self._read("GetShipmentProviders")
        return order_answers.read_shipment_providers(envelope.body)

    def failure_reasons(self) -> tuple[FailureReason, ...]:
        """Return why units may be cancelled, fail or come back."""
        envelope, _reply = self._read("GetFailureReasons")
        return order_answers.read_failure_reasons(envelope.body)


def _check_filters(status: str, numbers: list[str]) -> None:
    """Refuse what GetOrders cannot look for."""
    if numbers:
        raise Refused(
            "The Action API finds no orders by number. Ask for the days of the orders "
            "instead."
        )
    if status and status not in STATUSES:
        raise Refused(
            f"The Action API finds no orders by the state “{status}”. Ask for orders "
            "of all states instead."
        )
