"""What is measured of the connector: feeds, comparisons, the check and the taxonomy.

A step is prepared, which does not count, and then run. It fails where the work was not
done: the cost of nothing is no figure.
"""

from odoo import sql_db

from benchmarks.cost import Cost
from benchmarks.goods import NO_THRESHOLDS
from benchmarks.jobs import let_feeds_be_due, run_asked_job, run_job
from benchmarks.listings import BEFORE_FLOW, Listings
from benchmarks.rules import add_rules

#: One of so many styles, in the names of steps.
ONE_IN = {"detect_nothing": None, "detect_1_percent": 100, "detect_all": 1}
#: Products that Odoo computes at once, as a batch of ours.
BATCH = 1000
#: The end of the name of a flow that is run with the account's default thresholds.
WITH_THRESHOLDS = "_thresholds"
TAXONOMY = ("category", "attribute", "attribute.option", "brand")


class Steps:
    """The steps, by name.

    :param env: the environment of `odoo shell`
    """

    def __init__(self, env):
        self.env = env
        self.account = env["iconic.account"].search([])
        self.size = env["iconic.listing"].search_count([])
        self._listings = Listings(env)
        self._listings.remember()
        self._concerned = 0

    def prepare(self, name):
        """Bring everything into the state in which a step begins.

        :param name: a flow, maybe `WITH_THRESHOLDS`, `own`, `check`, `taxonomy`, or a
            key of `ONE_IN`
        """
        self._keep_thresholds(name.endswith(WITH_THRESHOLDS))
        flow = name.removesuffix(WITH_THRESHOLDS)
        if flow in BEFORE_FLOW:
            self._listings.restore(BEFORE_FLOW[flow])
        elif name in ONE_IN:
            self._listings.settle()
            one_in = ONE_IN[name]
            self._concerned = one_in and self._listings.change_prices(one_in)
        elif name == "taxonomy":
            self.account.action_refresh_taxonomy()
            self.env.cr.commit()
        self.env.invalidate_all()

    def run(self, name):
        """Run a step that was prepared.

        :param name: as for `prepare`
        :return: a dict, as `Cost.as_dict`, and `size`: how many records it handled
        """
        cost = Cost(self.env.cr, lambda: sql_db.sql_counter)
        flow = name.removesuffix(WITH_THRESHOLDS)
        if flow in BEFORE_FLOW:
            size = self._run_flow(cost, flow)
        elif name in ONE_IN:
            size = self._run_detection(cost)
        else:
            size = getattr(self, f"_run_{name}")(cost)
        self.env.cr.commit()
        return {**cost.as_dict(), "size": size}

    def add_rules(self):
        """Give products price rules of their own, and list the prices that follow.

        :return: how many rules there are
        """
        self._listings.settle()
        count = add_rules(self.env, self.account.pricelist_id)
        for kind in ("detect", "price"):
            run_job(self.env, kind)
        let_feeds_be_due(self.env)
        run_job(self.env, "feed_reader")
        self._listings.remember()
        return count

    def _keep_thresholds(self, are_kept):
        """Let the account's thresholds be as they are by default, or off."""
        usual = self.account.default_get(list(NO_THRESHOLDS))
        self.account.write(usual if are_kept else NO_THRESHOLDS)
        self.env.cr.commit()

    def _run_flow(self, cost, name):
        """Send all listings by a flow, and have the answers applied."""
        newest = self.env["iconic.feed"].search([], order="id desc", limit=1).id
        with cost.counted():
            run_job(self.env, name)
        let_feeds_be_due(self.env)
        with cost.counted():
            run_job(self.env, "feed_reader")
        feeds = self.env["iconic.feed"].search([("id", ">", newest)])
        sent, failed = (
            sum(feeds.mapped(f"{word}_count")) for word in ("sent", "failed")
        )
        states = set(feeds.mapped("state"))
        if sent != self.size or states != {"done"} or not failed <= sent / 50:
            raise AssertionError(f"{name}: {sent} sent, {failed} failed, {states}")
        return self.size

    def _run_detection(self, cost):
        with cost.counted():
            run_job(self.env, "detect")
        found = self._listings.count(price_status="pending")
        others = self._listings.count(content_status="pending")
        others += self._listings.count(quantity_status="pending")
        if others or found != (self._concerned or 0):
            raise AssertionError(f"{found} of {self._concerned} found, {others} others")
        return self.size

    def _run_own(self, cost):
        """Have Odoo compute what a comparison needs of it: prices and free stock."""
        products = self.env["iconic.listing"].search([], order="id").product_id
        pricelist, warehouses = (
            self.account.pricelist_id,
            self.account.stock_warehouse_ids,
        )
        self.env.invalidate_all()
        with cost.counted():
            for first in range(0, len(products), BATCH):
                some = products.browse(products.ids[first : first + BATCH])
                pricelist._get_products_price(some, 1.0)
                some.with_context(warehouse_id=warehouses.ids).mapped("free_qty")
                self.env.invalidate_all()
        return self.size

    def _run_check(self, cost):
        with cost.counted():
            self.account.action_check_products()
            self.env.cr.commit()
            run_asked_job(self.env, "check")
        if self.account.failing_count or self.account.checked_count != self.size:
            raise AssertionError(self.account.problem_ids[:1].message)
        return self.size

    def _run_taxonomy(self, cost):
        with cost.counted():
            run_job(self.env, "taxonomy")
        return sum(self.env[f"iconic.{name}"].search_count([]) for name in TAXONOMY)
