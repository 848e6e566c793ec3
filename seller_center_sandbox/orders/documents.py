"""Documents of orders: invoices, labels and the like, as small PDF and HTML files.

Over the Action API a document is requested until it is ready, over REST it is
exported: requested once, polled, downloaded. Both take the same time.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from ..core import const
from ..core.errors import api_error
from ..core.numbers import RunningNumber
from . import statuses
from .order import listed

TITLES = {
    "invoice": "Tax invoice",
    "exportInvoice": "Export invoice",
    "shippingLabel": "Shipping label",
    "shippingParcel": "Parcel label",
    "carrierManifest": "Carrier manifest",
    "serialNumber": "Serial numbers",
    "picklist": "Pick list",
    "checklist": "Check list",
    "creditNote": "Credit note",
    "manifest": "Manifest",
}
QUEUED, PROCESSING, FINISHED = "Queued", "Processing", "Finished"
ERROR, EXPIRED = "Error", "Expired"
EXPORT_STATUSES = (QUEUED, PROCESSING, FINISHED, ERROR, EXPIRED)
_LINES_PER_PAGE = 50


@dataclass
class Export:
    """A document that was requested.

    :param polls: how often its status was read.
    :param fixed: a status that was set by a control request, empty without one.
    """

    id: int
    user_id: str
    kinds: tuple
    format: str
    items: list
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    polls: int = 0
    status: str = QUEUED
    fixed: str = ""
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))


class Exports:
    """Makes the documents of a marketplace."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._numbers = RunningNumber()
        self.exports = {}

    def clear(self):
        """Delete all documents; their numbers are not used again."""
        self.exports.clear()

    def start(self, user_id, kinds, items, format):
        """Start to create a document.

        :param str user_id: who wants it.
        :param kinds: the types that it consists of.
        :param items: list of `OrderItem`.
        :param str format: `pdf` or `html`.
        :return: `Export`.
        :raise ApiError: if the items are not packed yet.
        """
        early = [
            item
            for item in items
            if item.status in (statuses.PAYMENT_PENDING, statuses.PENDING)
        ]
        if early:
            raise api_error(34)
        now = self._sandbox.now()
        export = Export(
            next(self._numbers),
            user_id,
            tuple(kinds),
            format,
            items,
            now,
            now,
            now + const.EXPORT_LIFE,
        )
        self.exports[export.id] = export
        return export

    def poll(self, export):
        """Return the status of a document; each poll is counted.

        :param export: `Export`.
        :return: its status.
        """
        settings, now = self._sandbox.settings, self._sandbox.now()
        due = export.created_at + timedelta(seconds=settings.document_delay)
        status = QUEUED
        if now >= export.expires_at:
            status = EXPIRED
        elif export.polls >= settings.document_polls and now >= due:
            status = FINISHED
        elif export.polls:
            status = PROCESSING
        export.polls += 1
        status = export.fixed or status
        if status != export.status:
            export.status, export.updated_at = status, now
        return status

    def request(self, user_id, kind, items):
        """Return a document if it is ready.

        :param str user_id: who wants it.
        :param str kind: its type.
        :param items: list of `OrderItem`.
        :return: the content type and the content.
        :raise ApiError: if the items are not packed yet, or it is not ready.
        """
        export = self._find_request(kind, items)
        if not export:
            format = self._sandbox.settings.document_format
            export = self.start(user_id, [kind], items, format)
        if self.poll(export) != FINISHED:
            raise api_error(119, listed(items))
        return const.DOCUMENT_FORMATS[export.format], self.content(export)

    def labelled_ids(self):
        """Return the ids of the items that a label was made for.

        :return: set of int.
        """
        kinds = {"shippingLabel", "shippingParcel"}
        return {
            item.id
            for export in self.exports.values()
            if kinds & set(export.kinds)
            for item in export.items
        }

    def find(self, file_id):
        """Return a document that can be downloaded.

        :param str file_id: its uuid.
        :return: `Export`, None if there is no such file.
        """
        for export in self.exports.values():
            if export.uuid == file_id and export.status == FINISHED:
                return export
        return None

    def content(self, export):
        """Write a document.

        :param export: `Export`.
        :return: bytes.
        """
        pages = [(TITLES[kind], self._lines(export)) for kind in export.kinds]
        return to_pdf(pages) if export.format == "pdf" else to_html(pages)

    def _find_request(self, kind, items):
        format = self._sandbox.settings.document_format
        wanted = (format, (kind,), {item.id for item in items})
        for export in reversed(self.exports.values()):
            ids = {item.id for item in export.items}
            if (export.format, export.kinds, ids) == wanted:
                return None if export.status == EXPIRED else export
        return None

    def _lines(self, export):
        book, lines = self._sandbox.orders, []
        for order_id in dict.fromkeys(item.order_id for item in export.items):
            order = book.orders[order_id]
            shipping, _ = book.customer(order)
            lines += [f"Order {order.number}", *_address_lines(shipping), ""]
            for item in export.items:
                if item.order_id == order_id:
                    lines.append(f"{item.seller_sku}  {item.name} {item.variation}")
                    lines.append(f"  {item.paid_price} {order.currency}")
                    lines += _parcel_lines(item)
        return lines


def _address_lines(address):
    place = f"{address.post_code} {address.city} {address.region} {address.country}"
    name = f"{address.first_name} {address.last_name}"
    return [name, *[line for line in address.lines if line], place]


def _parcel_lines(item):
    facts = {
        "Package": item.package.name if item.package else "",
        "Tracking": f"{item.provider} {item.tracking_code}".strip(),
        "Invoice": item.invoice_number,
        "Serial number": item.serial_number,
    }
    return [f"  {name}: {value}" for name, value in facts.items() if value]


def to_html(pages):
    """Write pages of text as one HTML file.

    :param pages: title and lines of each.
    :return: bytes.
    """
    body = "".join(
        f"<section><h1>{escape(title)}</h1><pre>{escape(chr(10).join(lines))}</pre>"
        "</section>"
        for title, lines in pages
    )
    title = escape(pages[0][0])
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body>{body}</body></html>\n"
    ).encode()


def to_pdf(pages):
    """Write pages of text as a PDF file, in a font that every reader has.

    :param pages: title and lines of each.
    :return: bytes.
    """
    sheets = [
        (title, lines[start : start + _LINES_PER_PAGE])
        for title, lines in pages
        for start in range(0, max(len(lines), 1), _LINES_PER_PAGE)
    ]
    # 1 is the catalogue, 2 the list of pages, 3 the font; each page takes two more.
    numbers = range(4, 4 + 2 * len(sheets), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding /WinAnsiEncoding >>",
    ]
    for number, sheet in zip(numbers, sheets, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents "
            f"{number + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(_stream(*sheet))
    return _assemble(objects)


def _stream(title, lines):
    shown = [f"BT /F1 18 Tf 50 790 Td ({_quote(title)}) Tj /F1 10 Tf 14 TL 0 -28 Td"]
    shown += [f"({_quote(line)}) Tj T*" for line in lines]
    content = "\n".join([*shown, "ET"]).encode("cp1252", "replace")
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _quote(text):
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return text


def _assemble(objects):
    parts, offsets = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], []
    for number, content in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = sum(map(len, parts))
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    parts.append(f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode())
    parts.append(f"trailer\n<< /Size {size} /Root 1 0 R >>\n".encode())
    parts.append(f"startxref\n{start}\n%%EOF\n".encode())
    return b"".join(parts)
