"""Nothing is sold during a stocktake, and everything again when it is over."""

from unittest.mock import patch

from psycopg2.errors import CheckViolation
from test_detecting_quantities import QuantityCase

from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.iconic_connector import const


class PauseCase(QuantityCase):
    LATER = "2026-11-02 12:00:00"

    def setUp(self):
        super().setUp()
        # Two listings that sell out together would wait for approval.
        self.startPatcher(patch.object(const, "SELL_OUT_MINIMUM", 2))

    def pause(self, **values):
        """Pause selling, by default until `LATER`."""
        return self.env["iconic.account.pause"].create(
            {
                "account_id": self.account.id,
                "job": "selling",
                "until": self.LATER,
                **values,
            }
        )

    def compare(self):
        """Compare what was asked for, and send it.

        :return: a dict, SKU -> quantity that was sent
        """
        self.run_cron("compare")
        sent = self.send_and_accept("stock")
        return {sku: int(values["Quantity"]) for sku, values in sent.items()}

    def assert_all_sent(self, quantity):
        self.assertEqual(self.compare(), dict.fromkeys(self.skus(), quantity))

    @staticmethod
    def skus():
        return ["DRESS-Navy-M", "DRESS-Navy-S"]


class TestPausingAnAccount(PauseCase):
    def test_it_sends_0_without_approval_and_the_stock_when_it_is_over(self):
        self.pause()
        self.assert_all_sent(0)
        self.assertFalse(self.account.listing_ids.filtered("error"))
        self.assertFalse(self.account.sell_out_threshold_exceeded)
        with self.at(self.LATER):
            self.detect()
            self.assertEqual(len(self.send_and_accept("stock")), 2)
        self.assertEqual(self.small.listed_quantity, 7)

    def test_a_comparison_of_all_raises_no_alarm_meanwhile(self):
        self.pause()
        self.detect()
        self.assertFalse(self.account.sell_out_threshold_exceeded)
        self.assertEqual(set(self.marked(self.small)), {"quantity"})
        self.assert_all_sent(0)

    def test_the_comparison_is_scheduled_for_its_end(self):
        self.pause()
        cron = self.env.ref("iconic_connector.ir_cron_detect")
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.LATER, [str(one.call_at) for one in moments])

    def test_resume_selling_sends_the_stock_at_once(self):
        self.pause(until=False)
        self.assert_all_sent(0)
        self.assertEqual(
            self.account.selling_pause, "Nothing is sold until somebody resumes."
        )
        self.account.action_resume_selling()
        self.assertFalse(self.account.selling_pause)
        self.assert_all_sent(7)

    def test_a_fixed_quantity_is_paused_too(self):
        self.small.write({"has_fixed_quantity": True, "quantity": 3})
        self.pause()
        self.assertEqual(self.compare()["DRESS-Navy-S"], 0)

    def test_a_protected_quantity_stays(self):
        self.small.protect_quantity = True
        self.pause()
        self.assertEqual(self.compare(), {"DRESS-Navy-M": 0})

    def test_it_stops_no_job(self):
        self.pause()
        for kind in ("stock", "order_pull", "detect"):
            self.assertFalse(self.account._pause_of(kind))

    def test_another_end_is_another_moment(self):
        pause = self.pause()
        self.assert_all_sent(0)
        pause.until = self.NOW
        self.assert_all_sent(7)

    def test_the_button_asks_until_when(self):
        action = self.account.action_pause_selling()
        dialog = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(dialog.job, "selling")
        dialog.reason = "Stocktake"
        dialog.save()
        self.assertIn("Stocktake", self.account.selling_pause)
        self.assert_all_sent(0)


class TestPausingAWarehouse(PauseCase):
    def setUp(self):
        super().setUp()
        self.second = self._warehouse("Second")
        self.stock(4, self.second.lot_stock_id)

    def test_the_stock_of_the_others_is_still_offered(self):
        self.account.stock_warehouse_ids = [Command.link(self.second.id)]
        self.detect()
        self.assertEqual(self.send_and_accept("stock").keys(), {"DRESS-Navy-S"})
        self.pause(warehouse_id=self.warehouse.id)
        self.assertEqual(self.compare(), {"DRESS-Navy-S": 4, "DRESS-Navy-M": 0})

    def test_a_sell_out_elsewhere_still_waits_for_approval(self):
        self.account.stock_warehouse_ids = [Command.link(self.second.id)]
        self.pause(warehouse_id=self.second.id)
        for listing in (self.small, self.medium):
            self.stock(-7, product=listing.product_id)
        self.detect()
        # The small one has 4 pieces in the warehouse that is counted.
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertFalse(self.account.sell_out_threshold_exceeded)
        self.stock(-4, self.second.lot_stock_id)
        self.small.quantity_status = "not_needed"
        self.detect()
        self.assertTrue(self.account.sell_out_threshold_exceeded)
        for listing in (self.small, self.medium):
            self.assertIn("Send Anyway", listing.quantity_error)

    def test_it_holds_for_all_accounts_that_sell_from_it(self):
        other = self.account.copy({"name": "Other"})
        self.pause(account_id=other.id, warehouse_id=self.warehouse.id)
        self.assertIn("Main", self.account.selling_pause)
        self.assert_all_sent(0)
        self.account.action_resume_selling()
        self.assertFalse(other.selling_pause)
        self.assert_all_sent(7)

    def test_a_warehouse_that_is_not_sold_from_changes_nothing(self):
        self.pause(warehouse_id=self.second.id)
        self.assertFalse(self.account.selling_pause)
        self.assertEqual(self.compare(), {})

    def test_some_locations_of_it_are_paused_with_it(self):
        shelf = self.place("Shelf")
        self.stock(3, shelf)
        self.account.stock_location_ids = [Command.set(shelf.ids)]
        self.detect()
        self.send_and_accept("stock")
        self.pause(warehouse_id=self.warehouse.id)
        self.assertEqual(self.compare().get("DRESS-Navy-S"), 0)

    @mute_logger("odoo.sql_db")
    def test_only_selling_can_be_paused_for_a_warehouse(self):
        with self.assertRaises(CheckViolation):
            self.env["iconic.account.pause"].create(
                {
                    "account_id": self.account.id,
                    "job": "feeds",
                    "warehouse_id": self.warehouse.id,
                }
            )
