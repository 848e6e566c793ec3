"""Listed products and their quality control by REST v2.

A product set is what the variations of a product share; what REST calls a product is
one variation, the one with a SKU. Prices, pictures, stock and reviews are read apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from . import rest_product_answers as product_answers
from .calling import iso
from .const import MAX_ROWS_PER_PAGE, MAX_SETS_PER_PAGE
from .envelope import Node, text
from .errors import Refused
from .records import Page
from .rest_calls import RestCalls, rows_of
from .rest_product_answers import SetFacts

# What product sets call the filters of the Action API, where the words differ.
SET_STATES = {"live": "active", "inactive": "inactive-all", "deleted": "deleted-all"}


class RestProducts(RestCalls):
    """The calls of REST v2 that read what is listed."""

    def products(
        self,
        offset: int = 0,
        limit: int = 100,
        filter: str = "all",
        seller_skus: Iterable[str] = (),
        updated_after: datetime | None = None,
    ) -> Page:
        """Return a page of :class:`~.records.ListedProduct`.

        Their brand is left empty: REST tells its number only.

        :param offset: counts product sets; of `seller_skus`, those.
        :param filter: ``all``, ``live`` (active, whatever its review), ``inactive``,
            ``deleted``, ``image-missing``, ``pending``, ``rejected`` or ``sold-out``.
        :param seller_skus: only these, whatever the filters; all if empty.
        :param updated_after: only sets that were changed since.
        """
        seller_skus = list(dict.fromkeys(seller_skus))
        with self._one_deadline():
            if seller_skus:
                rows, next_offset = self._with_skus(seller_skus, offset, limit)
                set_ids = _set_ids(rows)
                sets = self._sets_with(set_ids)
                prices = self._prices(set_ids)
            else:
                sets, next_offset = self._sets(offset, limit, filter, updated_after)
                set_ids = list(sets)
                prices = self._prices(set_ids)
                rows = self._variations(prices)
            pictures, stocks = self._pictures(set_ids), self._stocks(set_ids)
        facts = SetFacts(sets, prices, pictures, stocks)
        records = (
            product_answers.read_product(row, facts, self._country, self._zone)
            for row in rows
        )
        return Page(tuple(records), next_offset=next_offset)

    def quality_states(
        self,
        offset: int = 0,
        limit: int = 100,
        seller_skus: Iterable[str] = (),
    ) -> Page:
        """Return a page of :class:`~.records.QualityState`.

        A set is reviewed as a whole, so that its variations share one state.

        :param offset: counts product sets; of `seller_skus`, those.
        :param seller_skus: only these, all if empty.
        """
        seller_skus = list(dict.fromkeys(seller_skus))
        with self._one_deadline():
            if seller_skus:
                rows, next_offset = self._with_skus(seller_skus, offset, limit)
            else:
                sets, next_offset = self._sets(offset, limit)
                rows = self._variations(self._prices(sets))
            states = self._reviews(_set_ids(rows))
            rejected = [one for one, state in states.items() if state == "rejected"]
            reasons = self._reasons(rejected)
        return Page(
            product_answers.read_quality_states(rows, states, reasons),
            next_offset=next_offset,
        )

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
    ) -> tuple[dict[str, Node], int | None]:
        """Return a page of product sets by id, and where the next one begins.

        The oldest first, so that new ones do not move the others while paging.
        """
        params = {
            "status": SET_STATES.get(filter, filter),
            "orderBy": "createdAt",
            "orderDirection": "ASC",
            "updateDateStart": updated_after and iso(updated_after),
        }
        limit = min(limit, MAX_SETS_PER_PAGE)
        rows, _total, _more = self._get_page("/v2/product-sets", params, offset, limit)
        # A short page is no proof of the end, an empty one is.
        next_offset = offset + len(rows) if rows else None
        return {text(row, "id"): row for row in rows}, next_offset

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
        return product_answers.read_prices(rows)

    def _pictures(self, set_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the addresses of the pictures of sets, by set id."""
        rows = self._get_keyed("/v2/product-sets/images", "productSetIds", set_ids)
        return product_answers.read_pictures(rows)

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
        except Refused as error:
            if error.code != "404":
                raise
        # It was deleted meanwhile; the others of the page are still wanted.
        return []

    def _reviews(self, set_ids: Iterable[str]) -> dict[str, str]:
        """Return how the review of sets stands, by set id."""
        path = "/v2/product-set/quality-control-status"
        rows = self._get_keyed(path, "productSetIds", set_ids)
        return product_answers.read_reviews(rows, self._zone)

    def _reasons(self, set_ids: Iterable[str]) -> dict[str, str]:
        """Return why sets were rejected, by set id."""
        path = "/v2/product-quality-control/rejected"
        rows = self._get_keyed(path, "productSetIds", set_ids)
        return product_answers.read_reasons(rows)


def _set_ids(variations: list[Node]) -> list[str]:
    return list(dict.fromkeys(text(row, "productSetId") for row in variations))
