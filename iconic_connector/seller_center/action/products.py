"""Products by the Action API: feeds, what is listed, and the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..client import build_page, iso_time, keys_of, newest_first
from ..const import MAX_BRANDS, MAX_QUALITY_STATES
from ..documents import image_document, remove_document
from ..envelope import read_receipt
from ..errors import NotOffered, Unreadable
from ..records import Feed, FeedReceipt, Page, Records
from ..values import integer
from . import answers
from .calls import ActionCalls, json_list, page_params


class ActionProducts(ActionCalls):
    """The actions about products."""

    finds_feeds_by_document = True
    table_actions = ()
    max_stock_rows = 0
    remove_document = staticmethod(remove_document)
    image_document = staticmethod(image_document)

    def _post_feed(
        self, action: str, payload: bytes, quantity_only: bool
    ) -> FeedReceipt:
        """Send a document; `quantity_only` makes no difference to this API."""
        return read_receipt(self._change(action, {}, payload))

    def set_stock(self, payload: bytes) -> FeedReceipt:
        raise NotOffered(reason="action_stock")

    def cancel_feed(self, feed_id: str) -> None:
        self._change("FeedCancel", {"FeedID": feed_id})

    def feed_status(self, feed_id: str) -> Feed:
        envelope = self._read("FeedStatus", {"FeedID": feed_id})
        feed = answers.read_feed_detail(envelope.body, self._times)
        if feed is None:
            raise Unreadable(reason="no_feed", values={"feed": feed_id})
        return feed

    def feeds(
        self,
        created_after: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Records:
        params = {"Offset": str(offset), "PageSize": str(limit)}
        if created_after is not None:
            params["CreationDate"] = iso_time(created_after)
        envelope = self._read("FeedOffsetList", params)
        return newest_first(answers.read_feeds(envelope.body, self._times))

    def feed_payloads(self, feed_ids: Iterable[str]) -> dict[str, bytes]:
        params = {"FeedIdList": json_list(feed_ids)}
        return answers.read_payloads(self._read("GetFeedRawInput", params).body)

    def products(
        self,
        offset: int = 0,
        limit: int = 100,
        filter: str = "all",
        seller_skus: Iterable[str] = (),
        updated_after: datetime | None = None,
    ) -> Page:
        params = {"Filter": filter, **_page_of(offset, limit, seller_skus)}
        if updated_after is not None:
            params["UpdatedAfter"] = iso_time(updated_after)
        envelope = self._read("GetProducts", params)
        found = answers.read_products(envelope.body, self._times)
        ended = self._has_ended("products", offset, keys_of(found, "seller_sku"))
        total = integer(envelope.head, "TotalCount")
        return build_page(found, offset, total, more=False if ended else None)

    def product_ids(self, seller_skus: Iterable[str]) -> dict[str, str]:
        """Override to return none: this API knows products by their SKUs alone."""
        return {}

    def quality_states(
        self,
        offset: int = 0,
        limit: int = MAX_QUALITY_STATES,
        seller_skus: Iterable[str] = (),
    ) -> Page:
        envelope = self._read("GetQcStatus", _page_of(offset, limit, seller_skus))
        found = answers.read_quality_states(envelope.body)
        return build_page(found, offset, integer(envelope.head, "TotalCount"))

    def category_tree(self) -> Records:
        return answers.read_categories(self._read("GetCategoryTree").body)

    def category_attributes(self, category_id: str) -> Records:
        params = {"PrimaryCategory": str(category_id)}
        return answers.read_attributes(self._read("GetCategoryAttributes", params).body)

    def set_attributes(self, attribute_set: str, category_id: str) -> Records:
        """Override to read those of the category: this API knows no sets."""
        return self.category_attributes(category_id)

    def brands(self) -> Records:
        with self._one_deadline():
            return self._read_all(
                self._brand_page, key=lambda brand: brand.name, repeats=True
            )

    def _brand_page(self, offset: int) -> tuple[Records, None]:
        envelope = self._read("GetBrands", page_params(offset, MAX_BRANDS))
        return answers.read_brands(envelope.body), None


def _page_of(offset: int, limit: int, seller_skus: Iterable[str]) -> dict[str, str]:
    params = page_params(offset, limit)
    seller_skus = list(seller_skus)
    if seller_skus:
        params["SkuSellerList"] = json_list(seller_skus)
    return params
