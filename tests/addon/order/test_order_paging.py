"""Many orders on several pages, while shoppers place more."""

from unittest.mock import patch

from common import contract, over_both_apis
from ordering import OrderCase

from odoo.addons.base.models import ir_cron
from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.models.order.order_jobs import PullOrders

from seller_center_sandbox.core.const import ORDER_API_KEY, ORDER_USER_ID

OTHER_USER = {"user_login": ORDER_USER_ID, "api_key": ORDER_API_KEY}


class TestManyAccounts(OrderCase):
    def test_a_slow_account_does_not_starve_the_others(self):
        self.startPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", 0))
        other = self.account.copy({"name": "Another", **OTHER_USER})
        other.connection_state = "connected"
        self.place(self.small)
        self.pull()
        accounts = self.account | other
        self.assertEqual(accounts.order_ids.account_id, accounts)
        jobs = [account._job("order_pull") for account in accounts]
        self.assertTrue(all(job.position["read_until"] for job in jobs))


@over_both_apis
class TestManyOrders(OrderCase):
    def fill(self, number):
        """Place orders of one item each."""
        return [self.place(self.small) for _order in range(number)]

    def while_reading(self, happening):
        """Let something happen at the marketplace after each page that is read.

        :param happening: a function of the page's number, from 1 on
        """
        pages = []
        advance = PullOrders.advance

        def advance_and_go_on(job, batch):
            advance(job, batch)
            pages.append(job._page)
            happening(len(pages))

        self.patch(PullOrders, "advance", advance_and_go_on)
        return pages

    def stored(self):
        """Return the ids of the stored orders."""
        return set(self.account.order_ids.mapped("external_id"))

    @contract
    def test_many_orders_are_read_over_several_pages_while_new_ones_arrive(self):
        self.patch(const, "ORDERS_PER_PAGE", 5)
        placed = self.fill(50)
        late = []
        pages = self.while_reading(
            lambda number: late.extend(self.fill(1)) if number < 9 else None
        )
        self.pull()
        self.assertGreaterEqual(len(pages), len(placed) // const.ORDERS_PER_PAGE)
        self.assertLessEqual({str(one.id) for one in placed}, self.stored())
        # Some more arrive while the second one reads.
        self.pull()
        self.pull()
        self.assertEqual({str(one.id) for one in placed + late}, self.stored())
        self.assertEqual(len(self.account.order_ids), len(placed + late))

    @contract
    def test_open_orders_whose_status_changes_meanwhile_hide_no_others(self):
        self.patch(const, "ORDERS_PER_PAGE", 5)
        placed = self.fill(20)

        def ship_the_newest(number):
            if number == 1:
                for order in placed[-5:]:
                    self.deliver_at_marketplace(order.items)

        self.while_reading(ship_the_newest)
        self.account.import_orders = False
        self.account.action_pull_open_orders()
        self.pull()
        still_open = {str(one.id) for one in placed[:-5]}
        self.assertLessEqual(still_open, self.stored())

    def test_storing_a_page_costs_the_same_however_many_orders_it_has(self):
        counts = []
        for number in (5, 30):
            self.fill(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.pull()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 12)
