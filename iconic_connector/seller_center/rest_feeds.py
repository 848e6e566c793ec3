"""Feeds by REST v2: documents in, their progress out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from . import answers, outcomes, rest_answers, tables
from .calling import newest_first
from .const import (
    FEED_ACTIONS,
    IMAGE,
    MAX_FEEDS_PER_PAGE,
    PRODUCT_CREATE,
    PRODUCT_REMOVE,
    PRODUCT_STOCK_UPDATE,
    PRODUCT_UPDATE,
)
from .envelope import text, truth
from .errors import Refused, UnknownOutcome
from .records import Feed, FeedReceipt
from .rest_calls import RestCalls, rows_of
from .rest_outcomes import WRONG_TOKEN, check, judge

# Where each document goes (SellerCenter REST, Import): XML as it stands, CSV as a file.
XML_IMPORTS = {
    PRODUCT_CREATE: "/v2/import/product-creation-xml-import",
    PRODUCT_UPDATE: "/v2/import/product-update-xml-import",
    PRODUCT_STOCK_UPDATE: "/v2/import/product-stock-update-xml",
}
TABLE_IMPORTS = {
    PRODUCT_REMOVE: "/v2/import/product-removal",
    IMAGE: "/v2/import/image-update",
}
FILE_NAMES = {PRODUCT_REMOVE: "products.csv", IMAGE: "images.csv"}


class RestFeeds(RestCalls):
    """The calls of REST v2 that carry documents, and those that follow them."""

    # The list of feeds shows other ids than a receipt does, so that no feed of ours is
    # found in it.
    finds_feeds_by_document = False
    # The actions whose documents are CSV.
    table_actions = tuple(TABLE_IMPORTS)
    remove_document = staticmethod(tables.remove_table)
    image_document = staticmethod(tables.image_table)

    def send_feed(
        self, action: str, payload: bytes, quantity_only: bool = False
    ) -> FeedReceipt:
        """Send a document, exactly once.

        :param action: one of `const.FEED_ACTIONS`.
        :param payload: the document, sent byte for byte.
        :param quantity_only: whether a ProductUpdate holds nothing but quantities.
        :return: the feed's id, and the warnings that came with it.
        :raise UnknownOutcome: if the marketplace may have accepted the document.
        """
        if action not in FEED_ACTIONS:
            raise ValueError(f"{action} takes no document.")
        if action in TABLE_IMPORTS:
            receipt = self._send_table(action, payload)
        elif action == PRODUCT_UPDATE and quantity_only:
            receipt = self._send_xml(PRODUCT_STOCK_UPDATE, payload)
        else:
            receipt = self._send_xml(action, payload)
        if not receipt.feed_id:
            raise UnknownOutcome(
                "The marketplace accepted the feed but did not say under which number."
            )
        return receipt

    def _send_xml(self, action: str, payload: bytes) -> FeedReceipt:
        """Send XML; it is answered as the Action API answers."""
        path = XML_IMPORTS[action]
        reply = self._call("POST", path, body=payload, content_type="text/xml")
        place = {"host": self._transport.host, "now": self._clock()}
        check(reply, **place)
        envelope = outcomes.judge(reply, **place, wrong_key=WRONG_TOKEN)
        return answers.read_receipt(envelope)

    def _send_table(self, action: str, payload: bytes) -> FeedReceipt:
        body, content_type = _form(payload, FILE_NAMES[action])
        reply = self._call(
            "POST", TABLE_IMPORTS[action], body=body, content_type=content_type
        )
        answer = judge(reply, host=self._transport.host, now=self._clock())
        if text(answer, "success") and not truth(answer, "success"):
            raise Refused(_reasons(answer))
        return rest_answers.read_receipt(answer, action)

    def cancel_feed(self, feed_id: str) -> None:
        """Cancel a feed that is still queued; asked for exactly once."""
        self._change("DELETE", f"/v2/feed/{quote(feed_id, safe='')}")

    def feed_status(self, feed_id: str) -> Feed:
        """Return how far a feed is, with its errors and warnings."""
        answer = self._get(f"/v2/feed/{quote(feed_id, safe='')}/status")
        feed = rest_answers.read_feed_status(answer)
        if not feed.status:
            raise UnknownOutcome(f"The marketplace says nothing about feed {feed_id}.")
        return feed

    def feeds(
        self,
        created_after: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Feed]:
        """Return a page of the feeds of the last 30 days, the newest of it first.

        Their ids are numbers that no other call understands.

        :param created_after: leaves out older feeds of the page.
        """
        limit = min(limit, MAX_FEEDS_PER_PAGE)
        rows, _total, _more = self._get_page("/v2/feeds", None, offset, limit)
        feeds = self._read_feeds(rows)
        if created_after is None:
            return feeds
        return [
            one
            for one in feeds
            if not one.created_at or one.created_at >= created_after
        ]

    def all_feeds(self) -> list[Feed]:
        """Return the feeds of the last 30 days, the newest first."""
        with self._one_deadline():
            return self._read_feeds(
                self._get_all("/v2/feeds", None, MAX_FEEDS_PER_PAGE)
            )

    def _read_feeds(self, rows: list) -> list[Feed]:
        return newest_first(rest_answers.read_feed(row, self._zone) for row in rows)

    def feed_count(self) -> dict[str, int]:
        """Return how many feeds there are by state, and the ``Total``."""
        return rest_answers.read_feed_count(self._get("/v2/feeds/count"))

    def feed_payloads(self, feed_ids: Iterable[str]) -> dict[str, bytes]:
        """Return the documents that feeds were made of, by feed id.

        :param feed_ids: a few at a time, since documents may be large.
        """
        answer = self._get("/v2/feed/raw-input", {"feedUuidList": list(feed_ids)})
        return rest_answers.read_payloads(rows_of(answer))


def _form(payload: bytes, file_name: str) -> tuple[bytes, str]:
    """Wrap a file into a form.

    The boundary follows from the file, so that the same file makes the same request.

    :return: the body and its content type.
    """
    boundary = hashlib.sha256(payload).hexdigest()
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file1"; filename="{file_name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = head.encode() + payload + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _reasons(answer: object) -> str:
    """Join what a refused import says."""
    messages = [text(answer, "message")]
    messages += [text(one) for one in rest_answers.rows(answer, "errorMessages")]
    told = "; ".join(filter(None, messages))
    return told or "The marketplace refused without saying why."
