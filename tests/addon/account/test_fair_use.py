"""The limits of the marketplace, and pauses set by users."""

from datetime import date, timedelta
from unittest.mock import patch

from common import CREDENTIALS, contract, elements, over_both_apis
from psycopg2 import IntegrityError
from selling import SellingCase

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.iconic_connector.domain.flows import FLOWS

from seller_center_sandbox import Sandbox, SandboxServer


class TestDailyRows(SellingCase):
    def change_all(self):
        """Mark listings for price, stock and update."""
        self.style.write({"name": "Another", "list_price": 89.0})
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.detect()

    def use_up(self, share, but=0):
        """Store a feed that used a share of today's rows."""
        self.account.invalidate_recordset(["rows_today", "rows_allowed"])
        rows = int(self.account.rows_allowed * share) - self.account.rows_today
        self.env["iconic.feed"].create(
            {
                "account_id": self.account.id,
                "flow": "update",
                "action": "ProductUpdate",
                "state": "done",
                "sent_count": rows - but,
            }
        )

    def sent_flows(self):
        before = self.feeds()
        for name in FLOWS:
            self.run_cron(name)
        return (self.feeds() - before).mapped("flow")

    def test_each_product_in_a_feed_is_a_row(self):
        # Two products were created, with pictures.
        self.assertEqual(self.account.rows_today, 4)
        self.small.price = 89.0
        self.run_all_jobs()
        self.account.invalidate_recordset(["rows_today"])
        self.assertEqual(self.account.rows_today, 5)

    def test_a_feed_that_the_marketplace_did_not_accept_costs_no_rows(self):
        self.small.price = 89.0
        self.detect()
        self.add_fault("status", "ProductUpdate", code=429)
        self.run_cron("price")
        self.assertEqual(self.feeds("price").state, "cancelled")
        self.account.invalidate_recordset(["rows_today"])
        self.assertEqual(self.account.rows_today, 4)

    def test_the_allowance_grows_with_the_products(self):
        self.assertEqual(self.account.rows_allowed, 50_000 + 5 * 2)

    def test_the_count_restarts_every_day(self):
        tomorrow = date.today() + timedelta(days=1)
        with patch.object(fields.Date, "today", lambda *_self: tomorrow):
            self.account.invalidate_recordset()
            self.assertEqual(self.account.rows_today, 0)

    def test_stock_goes_first_when_rows_run_short(self):
        self.change_all()
        self.use_up(0.99)
        self.assertEqual(self.sent_flows(), ["stock"])

    def test_price_goes_before_content(self):
        self.change_all()
        self.use_up(0.9)
        self.assertEqual(self.sent_flows(), ["price", "stock"])

    def test_nothing_is_sent_once_all_rows_are_used(self):
        self.change_all()
        self.use_up(1)
        self.assertEqual(self.sent_flows(), [])
        self.assertEqual(self.marked(self.small)["price"], "pending")
        tomorrow = date.today() + timedelta(days=1)
        with patch.object(fields.Date, "today", lambda *_self: tomorrow):
            self.run_cron("price")
        self.assertEqual(self.feeds("price").sent_count, 2)

    def test_a_feed_contains_only_as_many_products_as_rows_are_left(self):
        self.style.list_price = 89.0
        self.detect()
        self.use_up(0.95, but=1)
        self.run_cron("price")
        self.assertEqual(self.feeds("price").mapped("sent_count"), [1])

    def test_the_size_of_feeds_is_a_setting(self):
        self.account.batch_size = 1
        self.style.list_price = 89.0
        self.run_all_jobs()
        sizes = [len(elements(call.body)) for call in self.calls("ProductUpdate")]
        self.assertEqual(sizes, [1, 1])
        self.assertEqual(self.medium.listed_price, 89.0)

    def test_a_feed_contains_1000_products_which_is_the_most(self):
        fresh = self.env["iconic.account"].new({})
        self.assertEqual(fresh.batch_size, 1000)
        self.account.batch_size = 500
        self.account.flush_recordset()
        self.account.batch_size = 1000
        self.account.flush_recordset()
        for wrong in (0, 1001):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.account.batch_size = wrong
                self.account.flush_recordset()


@over_both_apis
class TestWaiting(SellingCase):
    def break_down(self, code, **options):
        self.sandbox.faults.add(
            "status", action="ProductUpdate", code=code, times=None, **options
        )
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")

    def wait_left(self):
        """Return how many seconds the account still waits, from the database."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT retry_at FROM iconic_account WHERE id = %s", [self.account.id]
        )
        return (self.env.cr.fetchone()[0] - fields.Datetime.now()).total_seconds()

    @contract
    def test_the_retry_time_of_the_marketplace_is_stored(self):
        for code in (429, 503):
            with self.subTest(code=code):
                self.break_down(code, retry_after=900)
                self.assertAlmostEqual(self.wait_left(), 900, delta=30)
                self.assertEqual(self.marked(self.small), {"price": "pending"})
                self.assertEqual(self.feeds("price")[-1:].state, "cancelled")

                # A new process only knows the database.
                self.env.invalidate_all()
                calls = len(self.calls())
                self.run_cron("price")
                self.run_cron("stock")
                self.read_feeds()
                self.assertEqual(len(self.calls()), calls)
                self.assertEqual(self.marked(self.small), {"price": "pending"})

                self.sandbox.faults.clear()
                self.forget_backoff()

    def test_sending_continues_when_the_time_is_over(self):
        self.break_down(429, retry_after=900)
        self.sandbox.faults.clear()
        later = fields.Datetime.now() + timedelta(seconds=901)
        with self.at(later):
            self.run_cron("price")
        self.answer()
        self.assertEqual(self.small.listed_price, 89.0)
        self.assertFalse(self.account.retry_at)
        self.assertFalse(self.account.backoff_count)

    def test_another_account_continues_meanwhile(self):
        other = self.account.copy()
        other.write({"api_url": self.second(), **CREDENTIALS[self.api_type]})
        product = self.make_style("OTHER", "S").product_variant_ids
        listing = self.list_products(product, account_id=other.id)
        self.mapping.copy({"account_id": other.id, "categ_id": self.category.id})
        self.break_down(429, retry_after=900)
        self.run_cron("create")
        self.assertEqual(self.marked(listing), {"content": "sent"})
        self.assertFalse(other.retry_at)
        self.assertTrue(self.account.retry_at)

    def second(self):
        """Start a second marketplace.

        :return: its address
        """
        server = SandboxServer(Sandbox(processing_delay=0, auto_process=False)).start()
        self.addCleanup(server.stop)
        return server.url

    def test_without_a_time_each_wait_is_longer_than_the_last(self):
        self.break_down(503)
        waits = [self.wait_left()]
        for _time in range(3):
            self.account.retry_at = False
            self.run_cron("price")
            waits.append(self.wait_left())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], 2 * waits[0])

    @contract
    def test_jobs_respect_the_rate_limit_of_the_marketplace(self):
        with self.account._connect() as client:
            self.assertGreaterEqual(client._pace, 1 / 30)


class TestPauses(SellingCase):
    def pause(self, job="feeds", hours=1):
        return self.env["iconic.account.pause"].create(
            {
                "account_id": self.account.id,
                "job": job,
                "until": fields.Datetime.now() + timedelta(hours=hours),
                "reason": "Stocktake",
            }
        )

    def change(self):
        self.small.price = 89.0
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.detect()
        self.run_cron("price")
        self.run_cron("stock")

    def test_a_flow_can_be_paused_alone(self):
        self.pause("stock")
        self.change()
        self.assertEqual(
            self.marked(self.small), {"price": "sent", "quantity": "pending"}
        )

    def test_all_flows_can_be_paused(self):
        self.pause()
        self.change()
        self.assertEqual(self.calls(), [])
        self.assertEqual(
            self.marked(self.small), {"price": "pending", "quantity": "pending"}
        )

    def test_answers_are_read_during_a_pause(self):
        self.change()
        self.pause()
        self.answer()
        self.assertEqual(self.marked(self.small), {})

    def test_sending_continues_after_the_pause(self):
        pause = self.pause("stock")
        self.change()
        with self.at(pause.until + timedelta(seconds=1)):
            self.run_cron("stock")
        self.assertEqual(self.marked(self.small)["quantity"], "sent")

    def test_a_pause_of_another_account_has_no_effect(self):
        other = self.account.copy({"user_login": "other@shop.example"})
        self.pause().account_id = other
        self.change()
        self.assertEqual(self.marked(self.small)["quantity"], "sent")
