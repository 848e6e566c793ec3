"""The scheduled jobs that people start for more products than they would wait for."""

from itertools import takewhile

from odoo.fields import Domain

from ... import const
from ...transactions import commit_with_retry
from ..account.job import Job, runs
from .product_check import ProductCheck


class ProductsOfSeasons(Job):
    """A job that goes through the products of the chosen seasons, once it is asked to.

    ``position["after"]`` is the id of the last product that is done.
    """

    needs_connection = False
    batch_size = const.PRODUCTS_LISTED_AT_ONCE

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with a round under way."""
        return rows.filtered(lambda row: (row.position or {}).get("purpose"))

    def start(self):
        """Override to begin what a user has asked for, unless it is under way."""
        if self.requests and not self.position.get("purpose"):
            self.position |= {"purpose": self.requests[0], "after": 0}
            self.begin()

    def begin(self):
        """Prepare a round."""

    def count(self):
        """Override to return how many products match."""
        return self.env["product.product"].search_count(
            self.account._product_domain() & Domain("id", ">", self._after)
        )

    def next_batch(self):
        """Override to return the next products."""
        if not self.position.get("purpose"):
            return None
        return self._next_products() or None

    def advance(self, batch):
        """Override to move behind the last product."""
        if batch:
            self.position["after"] = batch[-1].id

    def finish(self):
        """Override to end the round.

        :return: what has come of it
        """
        if not self.position.pop("purpose", None):
            return None
        self.position.pop("after")
        return self.end()

    def end(self):
        """Return what has come of a round, as sentences."""
        raise NotImplementedError

    @property
    def _after(self):
        return self.position.get("after") or 0

    def _next_products(self):
        return self.account._matching_products(self._after, self.batch_size)


@runs("check")
class CheckProducts(ProductsOfSeasons):
    """Checks the products of the seasons as before sending, and lists the problems."""

    batch_size = const.PRODUCTS_CHECKED_AT_ONCE

    def begin(self):
        """Override to forget what the last check has found."""
        ProductCheck(self.account).begin()

    def next_batch(self):
        """Override to prepare the pictures of the next products.

        :return: those that are ready, none of them if more time is needed
        """
        products = super().next_batch()
        if not products:
            return products
        return commit_with_retry(self.env, lambda: self._with_pictures(products))

    def do(self, batch):
        """Override to check some products."""
        if not batch:
            return
        account = self.account._with_company_and_language()
        check = ProductCheck(account, self.position.get("check"))
        check.add(account._listings_of(batch))
        self.position["check"] = check.as_json()

    def end(self):
        """Override to store and return what was found."""
        check = ProductCheck(self.account, self.position.pop("check", None))
        check.end()
        return check.report()

    def _with_pictures(self, products):
        """Prepare pictures for a while.

        :return: the products before the first one that is not ready
        """
        listings = self.account._listings_of(products)
        ready = set(listings._prepare_pictures().product_id.ids)
        return products.browse(takewhile(ready.__contains__, products.ids))


@runs("list")
class ListProducts(ProductsOfSeasons):
    """Creates the listings of the seasons, and has them sent."""

    def do(self, batch):
        """Override to list some products."""
        counts = self.position.get("counts", (0, 0))
        listed = self.account._list_products(batch)
        self.position["counts"] = [counts[0] + listed, counts[1] + len(batch)]

    def end(self):
        """Override to have the new listings sent."""
        self.account._trigger_crons("create")
        return self.account._sending_message(*self.position.pop("counts", (0, 0)))
