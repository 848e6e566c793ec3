"""Products by REST v2: feeds, what is listed, and the taxonomy.

A product set is what the variations of a product share; what REST calls a product is
one variation, the one with a SKU. Prices, pictures, stock and reviews are read apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

from urllib3.filepost import encode_multipart_formdata

from ..client import iso_time, newest_first
from ..const import (
    IMAGE,
    MAX_FEEDS_PER_PAGE,
    MAX_ROWS_PER_PAGE,
    MAX_SETS_PER_PAGE,
    MAX_STOCK_ROWS,
    PRODUCT_CREATE,
    PRODUCT_REMOVE,
    PRODUCT_STOCK_UPDATE,
    PRODUCT_UPDATE,
    STATUS_DELETED,
)
from ..envelope import parse_reply as parse_envelope
from ..envelope import read_receipt as read_envelope_receipt
from ..errors import Refused, Unreadable, UnreadableValue
from ..records import Feed, FeedReceipt, Page, Records, UnreadableRecord
from ..stock import read_ignored
from ..tables import image_table, remove_table
from ..tree import Node
from ..values import WHOLE, boolean, by_whole_id, text
from . import answers
from .answers import SetFacts, check_reply
from .calls import RestCalls, rows_of

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
# Where quantities are set at once (SellerCenter REST, Stock).
STOCK = "/v2/stock/product"
# What product sets call the filters of the Action API, where the words differ.
SET_STATES = {"live": "active", "inactive": "inactive-all", "deleted": "deleted-all"}


class RestProducts(RestCalls):
    """The endpoints about products."""

    # The list of feeds shows other ids than a receipt does.
    finds_feeds_by_document = False
    table_actions = tuple(TABLE_IMPORTS)
    max_stock_rows = MAX_STOCK_ROWS
    remove_document = staticmethod(remove_table)
    image_document = staticmethod(image_table)

    def _post_feed(
        self, action: str, payload: bytes, quantity_only: bool
    ) -> FeedReceipt:
        if action in TABLE_IMPORTS:
            return self._send_table(action, payload)
        if action == PRODUCT_UPDATE and quantity_only:
            action = PRODUCT_STOCK_UPDATE
        return self._send_xml(action, payload)

    def _send_xml(self, action: str, payload: bytes) -> FeedReceipt:
        """Send XML; it is answered as the Action API answers."""
        path = XML_IMPORTS[action]
        reply = self._call("POST", path, body=payload, content_type="text/xml")
        place = {"host": self._transport.host, "now": self._clock()}
        check_reply(reply, **place)
        envelope = parse_envelope(reply, **place, wrong_key="wrong_token")
        return read_envelope_receipt(envelope)

    def _send_table(self, action: str, payload: bytes) -> FeedReceipt:
        body, content_type = _form(payload, FILE_NAMES[action])
        reply = self._call(
            "POST", TABLE_IMPORTS[action], body=body, content_type=content_type
        )
        answer = self._parse(reply)
        if text(answer, "success") and not boolean(answer, "success"):
            raise _refused_table(answer)
        return answers.read_receipt(answer, action)

    def set_stock(self, payload: bytes) -> FeedReceipt:
        answer = self._parse(self._call("PUT", STOCK, body=payload), STOCK)
        ignored = read_ignored(rows_of(answer), payload)
        return FeedReceipt("", PRODUCT_UPDATE, ignored=ignored)

    def cancel_feed(self, feed_id: str) -> None:
        self._change("DELETE", f"/v2/feed/{quote(feed_id, safe='')}")

    def feed_status(self, feed_id: str) -> Feed:
        answer = self._get(f"/v2/feed/{quote(feed_id, safe='')}/status")
        feed = answers.read_feed_status(answer)
        if not feed.status:
            raise Unreadable(reason="no_feed", values={"feed": feed_id})
        return feed

    def feeds(
        self,
        created_after: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Records:
        """Override to return feeds whose ids are numbers that no other call knows.

        :param created_after: leaves out older feeds of the page.
        """
        limit = min(limit, MAX_FEEDS_PER_PAGE)
        rows, _total, _more = self._get_page("/v2/feeds", None, offset, limit)
        feeds = newest_first(answers.read_feeds(rows, self._times))
        if created_after is None:
            return feeds
        later = (
            one
            for one in feeds
            if not one.created_at or one.created_at >= created_after
        )
        return Records(later, feeds.unreadable)

    def feed_payloads(self, feed_ids: Iterable[str]) -> dict[str, bytes]:
        answer = self._get("/v2/feed/raw-input", {"feedUuidList": list(feed_ids)})
        return answers.read_payloads(rows_of(answer))

    def category_tree(self) -> Records:
        return answers.read_categories(rows_of(self._get("/v2/category/tree")))

    def category_attributes(self, category_id: str) -> Records:
        return self._attributes("category", category_id)

    def set_attributes(self, attribute_set: str, category_id: str) -> Records:
        return self._attributes("attribute-sets", attribute_set)

    def _attributes(self, kind: str, owner_id: str) -> Records:
        answer = self._get(f"/v2/{kind}/{quote(str(owner_id), safe='')}/attributes")
        return answers.read_attributes(rows_of(answer))

    def brands(self) -> Records:
        with self._one_deadline():
            brands = self._get_all("/v2/brands", None, MAX_ROWS_PER_PAGE, repeats=True)
        return answers.read_brands(brands)

    def products(
        self,
        offset: int = 0,
        limit: int = 100,
        filter: str = "all",
        seller_skus: Iterable[str] = (),
        updated_after: datetime | None = None,
    ) -> Page:
        """Override to read product sets, and what is known of their variations.

        :param offset: counts product sets; of `seller_skus`, those.
        :param filter: ``live`` is active, whatever its review.
        :param seller_skus: only these, whatever the filters; all if empty.
        :param updated_after: only sets that were changed since.
        """
        seller_skus = list(dict.fromkeys(seller_skus))
        with self._one_deadline():
            if seller_skus:
                rows, next_offset = self._with_skus(seller_skus, offset, limit)
                set_ids, lost = _set_ids(rows), ()
                sets = self._sets_with(set_ids)
                prices = self._prices(set_ids)
            else:
                sets, next_offset, lost = self._sets(
                    offset, limit, filter, updated_after
                )
                set_ids = list(sets)
                prices = self._prices(set_ids)
                rows = self._variations(whole_only(prices))
            pictures, stocks = self._pictures(set_ids), self._stocks(set_ids)
        facts = SetFacts(sets, prices, pictures, stocks)
        found = answers.read_products(rows, facts, self._country, self._times)
        lost = (*lost, *found.unreadable, *_without_variations(sets, rows))
        return Page(tuple(found), next_offset=next_offset, unreadable=lost)

    def product_ids(self, seller_skus: Iterable[str]) -> dict[str, str]:
        rows = self._get_keyed(
            "/v2/product/seller-skus",
            "sellerSkus",
            seller_skus,
            limit=MAX_ROWS_PER_PAGE,
        )
        present = (row for row in rows if text(row, "status") != STATUS_DELETED)
        return answers.read_product_ids(present)

    def quality_states(
        self,
        offset: int = 0,
        limit: int = 100,
        seller_skus: Iterable[str] = (),
    ) -> Page:
        """Override to give all variations of a set one state: it is reviewed as one.

        :param offset: counts product sets; of `seller_skus`, those.
        """
        seller_skus = list(dict.fromkeys(seller_skus))
        with self._one_deadline():
            if seller_skus:
                rows, next_offset = self._with_skus(seller_skus, offset, limit)
            else:
                sets, next_offset, _lost = self._sets(offset, limit)
                rows = self._variations(whole_only(self._prices(sets)))
            states = self._reviews(_set_ids(rows))
            rejected = [one for one, state in states.items() if state == "rejected"]
            reasons = self._reasons(rejected)
        found = answers.read_quality_states(rows, states, reasons)
        return Page(tuple(found), next_offset=next_offset, unreadable=found.unreadable)

    def _with_skus(
        self, seller_skus: list[str], offset: int, limit: int
    ) -> tuple[list[Node], int | None]:
        """Return the variations of some SKUs, and where the next ones begin."""
        some = seller_skus[offset : offset + limit]
        rows = self._get_keyed(
            "/v2/product/seller-skus", "sellerSkus", some, limit=MAX_ROWS_PER_PAGE
        )
        ends = offset + len(some)
        return rows, ends if some and ends < len(seller_skus) else None

    def _sets(
        self,
        offset: int,
        limit: int,
        filter: str = "all",
        updated_after: datetime | None = None,
    ) -> tuple[dict[str, Node], int | None, tuple[UnreadableRecord, ...]]:
        """Return a page of product sets by id, and where the next one begins.

        The third value is what of the page cannot be read.

        The oldest first, so that new ones do not move the others while paging.
        """
        params = {
            "status": SET_STATES.get(filter, filter),
            "orderBy": "createdAt",
            "orderDirection": "ASC",
            # A date without a time (SellerCenter REST, Product Sets).
            "updateDateStart": updated_after and iso_time(updated_after)[:10],
        }
        limit = min(limit, MAX_SETS_PER_PAGE)
        rows, _total, _more = self._get_page("/v2/product-sets", params, offset, limit)
        ended = self._has_ended("products", offset, map(repr, rows))
        # A short page is no proof of the end, an empty one is.
        next_offset = offset + len(rows) if rows and not ended else None
        sets, readable = by_whole_id(rows, "id")
        return sets, next_offset, readable.unreadable

    def _sets_with(self, set_ids: list[str]) -> dict[str, Node]:
        """Return product sets by id, deleted ones too."""
        rows = self._get_keyed(
            "/v2/product-sets",
            "productSetIds",
            set_ids,
            limit=MAX_ROWS_PER_PAGE,
            status="all",
        )
        return {text(row, "id"): row for row in rows}

    def _variations(self, product_ids: Iterable[str]) -> list[Node]:
        return self._get_keyed("/v2/products", "productIds", product_ids)

    def _prices(self, set_ids: Iterable[str]) -> dict[str, list[Node]]:
        """Return the prices by country of all variations of sets, by product id."""
        rows = self._get_keyed("/v2/prices", "productSetIds", set_ids)
        return answers.read_prices(rows)

    def _pictures(self, set_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the addresses of the pictures of sets, by set id."""
        rows = self._get_keyed("/v2/product-sets/images", "productSetIds", set_ids)
        return answers.read_pictures(rows)

    def _stocks(self, set_ids: Iterable[str]) -> dict[str, Node]:
        """Return the stock of all variations of sets, by SKU.

        One call for each set: REST has none that reads the stock of several.
        """
        return {
            text(row, "sellerSku"): row
            for set_id in set_ids
            for row in self._stock_of_set(set_id)
        }

    def _stock_of_set(self, set_id: str) -> list[Node]:
        path = f"/v2/stock/product-set/{quote(set_id, safe='')}"
        try:
            return rows_of(self._get(path))
        except Refused:
            # It was deleted meanwhile, for instance; the others are still wanted.
            return []

    def _reviews(self, set_ids: Iterable[str]) -> dict[str, str]:
        """Return how the review of sets stands, by set id."""
        path = "/v2/product-set/quality-control-status"
        rows = self._get_keyed(path, "productSetIds", set_ids)
        return answers.read_reviews(rows, self._times)

    def _reasons(self, set_ids: Iterable[str]) -> dict[str, str]:
        """Return why sets were rejected, by set id."""
        path = "/v2/product-quality-control/rejected"
        rows = self._get_keyed(path, "productSetIds", set_ids)
        return answers.read_reasons(rows)


def _set_ids(variations: list[Node]) -> list[str]:
    ids = (text(row, "productSetId") for row in variations)
    return whole_only(dict.fromkeys(ids))


def whole_only(ids: Iterable[str]) -> list[str]:
    """Return the ids that calls can name: one that is none spoils the whole call."""
    return [one for one in ids if WHOLE.fullmatch(one)]


def _without_variations(
    sets: dict[str, Node], variations: list[Node]
) -> Iterator[UnreadableRecord]:
    """Yield the product sets of which no variation came: something of them was lost."""
    known = {text(row, "productSetId") for row in variations}
    problem = UnreadableValue(reason="no_variations")
    for set_id, row in sets.items():
        if set_id not in known:
            name = text(row, "parentSku") or text(row, "name") or set_id
            yield UnreadableRecord(set_id, name, problem)


def _form(payload: bytes, file_name: str) -> tuple[bytes, str]:
    """Wrap a file into a form.

    The boundary follows from the file, so that the same file makes the same request.

    :return: the body and its content type.
    """
    boundary = hashlib.sha256(payload).hexdigest()
    fields = {"file1": (file_name, payload, "text/csv")}
    return encode_multipart_formdata(fields, boundary)


def _refused_table(answer: Node) -> Refused:
    """Return the error of an import that was refused, with all that it says."""
    messages = [text(answer, "message")]
    messages += [text(one) for one in answers.rows(answer, "errorMessages")]
    message = "; ".join(filter(None, messages))
    return Refused(message, reason="" if message else "refused")
