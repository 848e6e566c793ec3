"""Orders by REST v2: reading them, what becomes of items, and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from ...domain.item_statuses import (
    CANCELED,
    DELIVERED,
    FAILED,
    PAYMENT_PENDING,
    PENDING,
    READY_TO_SHIP,
    RETURN_DELIVERED,
    RETURN_REJECTED,
    RETURN_SHIPPED,
    RETURN_WAITING,
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
    name_missing,
    only,
    require,
    sort_field,
    whole_ids,
)
from ..errors import NotReady, Refused, Unreadable
from ..records import (
    Document,
    DocumentTicket,
    Order,
    PackedItem,
    Page,
    Records,
)
from ..tree import Node
from ..values import build_document, child, long_text, text
from . import order_answers as answers
from .calls import RestCalls

# Items on one page.
ITEMS_PER_PAGE = 100
# The statuses that orders can be asked for (SellerCenter REST, Orders).
STATUSES = (
    PENDING,
    READY_TO_SHIP,
    SHIPPED,
    DELIVERED,
    FAILED,
    CANCELED,
    RETURNED,
    RETURN_SHIPPED,
    RETURN_WAITING,
    RETURN_REJECTED,
    RETURN_DELIVERED,
    PAYMENT_PENDING,
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
EXPORT_EXPIRED = "expired"
EXPORT_ENDED = ("error", EXPORT_EXPIRED)


class RestOrders(RestCalls):
    """The endpoints about orders."""

    finds_orders_by_number = True
    decides_returns = True

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
        """Override to return them with their items."""
        check_status_filter(status, STATUSES, reason="unknown_status")
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
        if self._has_ended("orders", offset, map(repr, rows)):
            more = False
        found = answers.read_orders(rows, self._times)
        return build_page(found, offset, total, more, len(rows))

    def order(self, order_id: str) -> Order:
        """Override to return it with its items.

        Only lists can be asked for the details of vouchers: an order that may have
        had some costs a second call.
        """
        (number,) = whole_ids([order_id])
        found = self._get(f"/v2/orders/{number}")
        order = only(answers.read_orders([found], self._times))
        if not any(map(answers.may_lack_vouchers, order.items)):
            return order
        return answers.with_vouchers(order, self.order_items([number]))

    def order_items(self, order_ids: Iterable[str]) -> Records:
        """Override to return them without their currency, which only orders tell."""
        rows = []
        ids = whole_ids(order_ids)
        with self._one_deadline():
            for some in batches(ids):
                params = {"orderIds": some, "includeVoucherDetails": True}
                rows += self._get_all("/v2/order-items", params, ITEMS_PER_PAGE)
        return name_missing(answers.read_items(rows, self._times), ids)

    def set_ready_to_ship(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
        package_id: str = "",
    ) -> tuple[PackedItem, ...]:
        """Override to leave out `package_id`, which only the Action API takes."""
        ids = whole_ids(order_item_ids)
        body = {
            "orderItems": [{"id": item_id} for item_id in ids],
            "deliveryType": check_delivery_type(delivery_type),
            # A mandatory field, so that it is sent even if it is empty.
            "trackingNumber": tracking_number or "",
            **filled(shippingProvider=provider),
        }
        return tuple(map(PackedItem, self._set_status("ready-to-ship", ids, body)))

    def set_shipped(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        return self._set_items("shipped", order_item_ids)

    def cancel_items(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        return self._set_items("cancelled", order_item_ids, **_because(reason, detail))

    def receive_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        return self._set_items("return-received", order_item_ids)

    def approve_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        return self._set_items("return-approved", order_item_ids)

    def reject_return(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        return self._set_items(
            "return-rejected", order_item_ids, **_because(reason, detail)
        )

    def _set_items(
        self, status: str, order_item_ids: Iterable[str], **more: str
    ) -> tuple[str, ...]:
        ids = whole_ids(order_item_ids)
        return self._set_status(status, ids, {"orderItemIds": ids, **more})

    def _set_status(
        self, status: str, ids: list[int], body: dict[str, Any]
    ) -> tuple[str, ...]:
        """Change the status of items; of none if no ids are given."""
        if not ids:
            return ()
        answer = self._change("POST", f"/v2/orders/statuses/set-to-{status}", body)
        return answers.read_changed_ids(answer, tuple(map(str, ids)))

    def change_tracking(
        self, order_item_id: str, tracking_code: str, provider: str = ""
    ) -> None:
        (number,) = whole_ids([order_item_id])
        code = require(tracking_code, "missing_tracking_number")
        body = {"trackingCode": code, **filled(shippingProvider=provider)}
        part = "shipping-provider" if provider else "tracking-code"
        self._change("POST", f"/v2/order-item/{number}/{part}", body)

    def set_invoice_number(self, order_item_id: str, invoice_number: str) -> None:
        """Override to set it for the whole package of the item."""
        (number,) = whole_ids([order_item_id])
        invoice_number = require(invoice_number, "missing_invoice_number")
        body = {"orderItemId": number, "invoiceNumber": invoice_number}
        self._change("POST", "/v2/orders/set-invoice-number", body)

    def ask_document(
        self, order_item_ids: Iterable[str], document_type: str, format: str = "pdf"
    ) -> DocumentTicket:
        """Override to return a ticket with the number of an export.

        :param document_type: one of `DOCUMENT_TYPES`.
        :param format: one of `DOCUMENT_FORMATS`.
        """
        check_document_type(document_type, DOCUMENT_TYPES, reason="unknown_document")
        if format not in DOCUMENT_FORMATS:
            raise Refused(reason="unknown_format", values={"format": format})
        ids = document_items(order_item_ids)
        body = {"orderItemIds": ids, "documentType": document_type, "format": format}
        answer = self._export_document(body)
        if not text(answer, "id"):
            raise Unreadable(reason="document_without_id")
        return DocumentTicket(document_type, ticket_id=text(answer, "id"))

    def _export_document(self, body: dict[str, Any]) -> Node:
        try:
            return self._change("POST", "/v2/orders/export-document", body)
        except Refused as error:
            if NOT_READY.search(error.message):
                raise NotReady.like(error) from error
            raise

    def fetch_document(self, ticket: DocumentTicket) -> Document | None:
        (number,) = whole_ids([ticket.ticket_id])
        with self._one_deadline():
            export = self._get(f"/v2/exports/{number}")
            status = text(export, "status").lower()
            if status in EXPORT_ENDED:
                raise _no_document(export)
            if status != EXPORT_FINISHED:
                return None
            content, mime_type = self._download(_file_path(export))
        if not content:
            return None
        return build_document(ticket.document_type, mime_type, content)

    def shipment_providers(self) -> Records:
        answer = self._get("/v2/orders-shipment-providers")
        return answers.read_shipment_providers(answer)

    def failure_reasons(self) -> Records:
        return answers.read_failure_reasons(self._get("/v2/orders-failure-reasons"))


def _because(reason: str, detail: str) -> dict[str, str]:
    return {"reason": require(reason, "missing_reason"), **filled(reasonDetail=detail)}


def _time(moment: datetime | None) -> str | None:
    return iso_time(moment) if moment else None


def _no_document(export: Node) -> Refused:
    """Return the error that says why there is no document and what to do."""
    if text(export, "status").lower() == EXPORT_EXPIRED:
        return Refused(reason="document_expired")
    if note := text(export, "note"):
        return Refused(reason="document_failed_because", values={"note": note})
    return Refused(reason="document_failed")


def _file_path(export: Node) -> str:
    """Return where the file of an export is.

    A link counts by its path alone, so that the token goes to no other host.
    """
    links = child(export, "downloadLinks")
    for link in links if isinstance(links, list) else [links]:
        try:
            path = urlsplit(long_text(link)).path
        except ValueError:
            continue
        if path.startswith("/filemanager/"):
            return path
    uuid = text(export, "uuid")
    if not uuid:
        raise Refused(reason="document_nowhere")
    return f"/filemanager/v1/files/download/{quote(uuid, safe='')}"
