"""Orders by the Action API: reading them, what becomes of items, and documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

from ...domain.item_statuses import (
    CANCELED,
    DELIVERED,
    FAILED,
    PENDING,
    READY_TO_SHIP,
    RETURNED,
    SHIPPED,
)
from ..client import (
    batches,
    build_page,
    check_delivery_type,
    check_document_type,
    check_status_filter,
    document_items,
    filled,
    iso_time,
    keys_of,
    name_missing,
    only,
    require,
    sort_field,
    whole_ids,
)
from ..envelope import Envelope
from ..errors import NotReady, Refused, SellerCenterError
from ..records import (
    Document,
    DocumentTicket,
    Order,
    OrderItem,
    PackedItem,
    Page,
    Records,
    UnreadableRecord,
)
from ..values import integer
from . import order_answers as answers
from .calls import ActionCalls, json_list, page_params

# GetOrders wants to know since when (E018): from before the first order on.
LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.utc)
# The statuses that GetOrders can be asked for.
STATUSES = (
    PENDING,
    CANCELED,
    READY_TO_SHIP,
    DELIVERED,
    RETURNED,
    SHIPPED,
    FAILED,
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


class ActionOrders(ActionCalls):
    """The actions about orders."""

    finds_orders_by_number = False
    decides_returns = False

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
        """Override to refuse `numbers`, and statuses that GetOrders does not know.

        The orders come without their items.
        """
        if list(numbers):
            raise Refused(reason="action_numbers")
        check_status_filter(status, STATUSES, reason="action_status")
        if not (updated_after or created_after):
            created_after = LONG_AGO
        moments = {
            "CreatedAfter": created_after,
            "CreatedBefore": created_before,
            "UpdatedAfter": updated_after,
            "UpdatedBefore": updated_before,
        }
        params = {
            **{name: iso_time(moment) for name, moment in moments.items() if moment},
            **filled(Status=status),
            "SortBy": sort_field(
                updated_after,
                updated_before,
                created="created_at",
                updated="updated_at",
            ),
            "SortDirection": "DESC",
            **page_params(offset, limit),
        }
        envelope = self._read("GetOrders", params)
        found = answers.read_orders(envelope.body, self._times)
        ended = self._has_ended("orders", offset, keys_of(found, "order_id"))
        total = integer(envelope.head, "TotalCount")
        return build_page(found, offset, total, more=False if ended else None)

    def order(self, order_id: str) -> Order:
        """Override to return it without its items."""
        (number,) = whole_ids([order_id])
        envelope = self._read("GetOrder", {"OrderId": str(number)})
        found = only(answers.read_orders(envelope.body, self._times))
        if found is None:
            raise Refused(reason="no_order", values={"order": order_id})
        return found

    def order_items(self, order_ids: Iterable[str]) -> Records:
        items: list[OrderItem] = []
        lost: list[UnreadableRecord] = []
        ids = whole_ids(order_ids)
        with self._one_deadline():
            for some in batches(ids):
                found = self._order_items(some)
                items += found
                lost += found.unreadable
        return name_missing(Records(items, lost), ids)

    def _order_items(self, order_ids: list[int]) -> Records:
        params = {"OrderIdList": json_list(order_ids)}
        try:
            envelope = self._read("GetMultipleOrderItems", params)
        except Refused as error:
            if error.number == NONE_FOUND_CODE:
                return Records()
            raise
        return answers.read_order_items(envelope.body, self._times)

    def set_ready_to_ship(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
        package_id: str = "",
    ) -> tuple[PackedItem, ...]:
        """Override to name all items of a package, not only those that were asked for.

        SellerCenter, SetStatusToReadyToShip.
        """
        ids = whole_ids(order_item_ids)
        params = {
            "OrderItemIds": json_list(ids),
            "DeliveryType": check_delivery_type(delivery_type),
            **filled(
                ShippingProvider=provider,
                TrackingNumber=tracking_number,
                PackageId=package_id,
            ),
        }
        if not ids:
            return ()
        packed = answers.read_packed(
            self._change("SetStatusToReadyToShip", params).body
        )
        return packed or tuple(PackedItem(str(item_id)) for item_id in ids)

    def set_invoice_number(self, order_item_id: str, invoice_number: str) -> None:
        (number,) = whole_ids([order_item_id])
        invoice_number = require(invoice_number, "missing_invoice_number")
        params = {"OrderItemId": str(number), "InvoiceNumber": invoice_number}
        self._change("SetInvoiceNumber", params)

    def set_shipped(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Override to make one call for each item.

        An error's ``done`` names those that went through.
        """
        return self._one_by_one("SetStatusToShipped", order_item_ids)

    def cancel_items(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Override to make one call for each item, as `set_shipped` does."""
        params = {
            "Reason": require(reason, "missing_reason"),
            **filled(ReasonDetail=detail),
        }
        return self._one_by_one("SetStatusToCanceled", order_item_ids, **params)

    def _one_by_one(
        self, action: str, order_item_ids: Iterable[str], **params: str
    ) -> tuple[str, ...]:
        done: list[str] = []
        with self._one_deadline():
            for item_id in map(str, whole_ids(order_item_ids)):
                try:
                    self._change(action, {"OrderItemId": item_id, **params})
                except SellerCenterError as error:
                    error.done = tuple(done)
                    raise
                done.append(item_id)
        return tuple(done)

    def receive_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        raise Refused(reason="action_returns")

    def approve_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        raise Refused(reason="action_returns")

    def reject_return(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        raise Refused(reason="action_returns")

    def change_tracking(
        self, order_item_id: str, tracking_code: str, provider: str = ""
    ) -> None:
        """Override to refuse: this API takes the number only with the parcel."""
        raise Refused(reason="action_tracking")

    def ask_document(
        self, order_item_ids: Iterable[str], document_type: str, format: str = "pdf"
    ) -> DocumentTicket:
        """Override to return a ticket that holds the document already.

        :param document_type: one of `DOCUMENT_TYPES`.
        :param format: makes no difference; the document tells what it is.
        """
        check_document_type(document_type, DOCUMENT_TYPES, reason="action_document")
        ids = document_items(order_item_ids)
        params = {"OrderItemIds": json_list(ids), "DocumentType": document_type}
        envelope = self._read_document(params)
        document = answers.read_document(envelope.body, document_type)
        if document is None:
            raise NotReady(reason="document_not_ready")
        return DocumentTicket(document_type, document=document)

    def _read_document(self, params: dict[str, str]) -> Envelope:
        try:
            return self._read("GetDocument", params)
        except Refused as error:
            if error.number in NOT_READY_CODES:
                raise NotReady.like(error) from error
            raise

    def fetch_document(self, ticket: DocumentTicket) -> Document | None:
        return ticket.document

    def shipment_providers(self) -> Records:
        return answers.read_shipment_providers(self._read("GetShipmentProviders").body)

    def failure_reasons(self) -> Records:
        return answers.read_failure_reasons(self._read("GetFailureReasons").body)
