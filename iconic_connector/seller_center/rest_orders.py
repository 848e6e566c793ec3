"""Orders by REST v2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlsplit

from . import rest_order_answers as answers
from .calling import iso
from .envelope import Node, child, text
from .errors import NotReady, Refused, UnknownOutcome
from .order_records import (
    Document,
    DocumentTicket,
    FailureReason,
    Order,
    OrderItem,
    Return,
    ShipmentProvider,
)
from .order_requests import (
    page_of,
    portions,
    sort_field,
    whole_ids,
)
from .order_values import make_document
from .records import Page
from .rest_order_states import RestOrderStates
from .rest_webhooks import RestWebhooks

# Units on one page.
ITEMS_PER_PAGE = 100
# The states that orders can be asked for (SellerCenter REST, Orders).
STATUSES = (
    "pending",
    "ready_to_ship",
    "shipped",
    "delivered",
    "failed",
    "canceled",
    "returned",
    "return_shipped_by_customer",
    "return_waiting_for_approval",
    "return_rejected",
    "return_delivered",
    "payment_pending",
)
DOCUMENT_TYPES = (
    "all_documents",
    "invoice",
    "exportInvoice",
    "shippingLabel",
    "shippingParcel",
    "carrierManifest",
    "serialNumber",
    "picklist",
    "checklist",
    "creditNote",
    "manifest",
)
DOCUMENT_FORMATS = ("pdf", "html")
# REST has no error codes: these are the words of E034 and E119.
NOT_READY = re.compile(r"must be packed|not (yet )?ready|try again later", re.I)
# The states of an export, in lower case.
EXPORT_FINISHED = "finished"
EXPORT_ENDED = ("error", "expired")


class RestOrders(RestOrderStates, RestWebhooks):
    """The calls of REST v2 that orders need.

    ``finds_orders_by_number`` tells whether `orders` can look for numbers.
    """

    finds_orders_by_number = True

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
        """Return a page of :class:`~.order_records.Order` with units, the newest first.

        :param updated_before: leave it out while paging through changes: an order that
            leaves the window meanwhile would let others be skipped.
        :param status: only orders with units of this state, all if empty.
        :param numbers: only orders of these numbers, all if empty.
        """
        if status and status not in STATUSES:
            raise Refused(f"The marketplace knows no state “{status}” of orders.")
        params = {
            "section": f"status_{status}" if status else None,
            "dateStart": _time(created_after),
            "dateEnd": _time(created_before),
            "updateDateStart": _time(updated_after),
            "updateDateEnd": _time(updated_before),
            "orderNumbers": list(numbers) or None,
            "includeVoucherDetails": True,
            "sort": sort_field(
                updated_after, updated_before, created="createdAt", updated="updatedAt"
            ),
            "sortDir": "desc",
        }
        rows, total, more = self._get_page("/v2/orders", params, offset, limit)
        found = tuple(answers.read_order(row, self._zone) for row in rows)
        return page_of(found, offset, total, more)

    def order(self, order_id: str) -> Order:
        """Return an order with its units.

        Details of vouchers can be missing: only the lists can be asked for them.
        """
        (number,) = whole_ids([order_id])
        return answers.read_order(self._get(f"/v2/orders/{number}"), self._zone)

    def order_items(self, order_ids: Iterable[str]) -> tuple[OrderItem, ...]:
        """Return the units of orders. They do not tell the currency, orders do."""
        return self._items("orderIds", order_ids)

    def _items(self, name: str, ids: Iterable[str]) -> tuple[OrderItem, ...]:
        """Read units by the ids of one kind."""
        rows = []
        with self._one_deadline():
            for some in portions(whole_ids(ids)):
                params = {name: some, "includeVoucherDetails": True}
                rows += self._get_all("/v2/order-items", params, ITEMS_PER_PAGE)
        return tuple(answers.read_item(row, self._zone) for row in rows)

    def returns(self, order_item_ids: Iterable[str]) -> tuple[Return, ...]:
        """Return how units come back, of those that do."""
        ids = whole_ids(order_item_ids)
        rows = self._get_keyed("/v2/order-items/returns", "orderItemIds", ids)
        return answers.read_returns(rows)

    def tracking_code(self, item: OrderItem) -> str:
        """Return a unit's tracking number as it is now, empty while there is none."""
        found = self._items("orderItemIds", [item.order_item_id])
        return found[0].tracking_code if found else ""

    def package_ids(self, items: Iterable[OrderItem]) -> dict[str, str]:
        """Return in which packages units are now, by id; only of those in one."""
        ids = whole_ids(item.order_item_id for item in items)
        rows = self._get_keyed("/v2/order-items/packages", "orderItemIds", ids)
        return answers.read_packages(rows)

    def ask_document(
        self, order_item_ids: Iterable[str], document_type: str, format: str = "pdf"
    ) -> DocumentTicket:
        """Ask for a document about units, to be fetched with the ticket.

        :param document_type: one of `DOCUMENT_TYPES`.
        :param format: one of `DOCUMENT_FORMATS`.
        :raise NotReady: if it cannot be made yet, as a label just after the packing.
        """
        if document_type not in DOCUMENT_TYPES:
            raise Refused(f"The marketplace makes no document “{document_type}”.")
        if format not in DOCUMENT_FORMATS:
            raise Refused(f"The marketplace makes no documents in “{format}”.")
        ids = whole_ids(order_item_ids)
        if not ids:
            raise Refused("Name the units that the document is about.")
        body = {"orderItemIds": ids, "documentType": document_type, "format": format}
        try:
            answer = self._change("POST", "/v2/orders/export-document", body)
        except Refused as error:
            if NOT_READY.search(error.message):
                raise NotReady(error.message, code=error.code) from error
            raise
        if not text(answer, "id"):
            raise UnknownOutcome(
                "The marketplace makes the document but did not say under which number."
            )
        return DocumentTicket(document_type, ticket_id=text(answer, "id"))

    def fetch_document(self, ticket: DocumentTicket) -> Document | None:
        """Return the document of a ticket, None if it is not ready yet.

        :raise Refused: if it cannot be had any more; ask for it anew.
        """
        (number,) = whole_ids([ticket.ticket_id])
        with self._one_deadline():
            export = self._get(f"/v2/exports/{number}")
            status = text(export, "status").lower()
            if status in EXPORT_ENDED:
                raise Refused(_no_document(export))
            if status != EXPORT_FINISHED:
                return None
            content, mime_type = self._download(_file_path(export))
        return make_document(ticket.document_type, mime_type, content)

    def shipment_providers(self) -> tuple[ShipmentProvider, ...]:
        """Return the carriers that parcels may be handed to."""
        return answers.read_shipment_providers(
            self._get("/v2/orders-shipment-providers")
        )

    def failure_reasons(self) -> tuple[FailureReason, ...]:
        """Return why units may be cancelled, fail or come back."""
        return answers.read_failure_reasons(self._get("/v2/orders-failure-reasons"))


def _time(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _no_document(export: Node) -> str:
    """Say why there is no document and what to do."""
    note = text(export, "note")
    if text(export, "status").lower() == "expired":
        return "The marketplace keeps the document no longer. Ask for it again."
    return f"The marketplace could not make the document{': ' + note if note else '.'}"


def _file_path(export: Node) -> str:
    """Return where the file of an export is.

    A link counts by its path alone, so that the token goes to no other host.
    """
    links = child(export, "downloadLinks")
    for link in links if isinstance(links, list) else [links]:
        path = urlsplit(text(link)).path
        if path.startswith("/filemanager/"):
            return path
    uuid = text(export, "uuid")
    if not uuid:
        raise Refused("The marketplace does not say where the document is.")
    return f"/filemanager/v1/files/download/{quote(uuid, safe='')}"
