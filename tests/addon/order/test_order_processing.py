"""The job that processes orders leaves none behind."""

from unittest.mock import patch

from ordering import OrderCase

from odoo.tests import new_test_user

from odoo.addons.base.models import ir_cron


class TestProcessingOrders(OrderCase):
    def while_following(self, happening):
        """Let something happen whenever an order is about to be processed.

        :param happening: a function of the order
        """
        model = type(self.env["iconic.order"])
        process = model._process_changes

        def happen_and_follow(order):
            happening(order)
            process(order)

        self.startPatcher(patch.object(model, "_process_changes", happen_and_follow))

    def test_a_job_without_time_left_blocks_no_order(self):
        self.startPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", 0))
        for _number in range(4):
            self.place(self.small)
        self.catch_up()
        self.assertEqual(len(self.account.order_ids.sale_order_id), 4)

    def test_an_order_that_interrupts_the_job_does_not_block_the_others(self):
        bad, *others = [self.place(self.small) for _number in range(4)]
        self.pull()

        def break_off(orders):
            if self.order(bad) in orders:
                raise ZeroDivisionError

        self.while_following(break_off)
        self.run_failing_cron("order_process")
        for placed in others:
            self.assertTrue(self.order(placed).sale_order_id)
        self.assertFalse(self.order(bad).sale_order_id)
        self.assertEqual(self.order(bad).state, "held")
        self.assertIn("ZeroDivisionError", self.order(bad).error)

    def test_changes_during_processing_are_processed_later(self):
        placed = self.place(self.small)
        self.pull()
        self.while_following(lambda order: order.write({"needs_processing": True}))
        self.startPatcher(
            patch.object(type(self.account), "_sync_order_activity", _stop_here)
        )
        self.run_failing_cron("order_process")
        order = self.order(placed)
        self.assertEqual((order.state, order.needs_processing), ("imported", True))

    def test_an_order_that_a_person_confirms_is_invoiced_then(self):
        self.account.write(
            {
                "confirm_orders": False,
                "invoice_orders": True,
                "invoice_journal_id": self.sales_journal.id,
                "payment_journal_id": self.clearing.id,
            }
        )
        order = self.sell(self.small, created_at="2026-11-01T03:04:05+00:00")
        sale = order.sale_order_id
        seller = new_test_user(
            self.env,
            "seller",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
        )
        sale.with_user(seller).action_confirm()
        self.assertEqual(sale.picking_ids.state, "assigned")
        self.assertEqual(sale.date_order, order.ordered_at)
        self.follow()
        self.assertFalse(order.invoice_error)
        self.assertEqual(sale.invoice_ids.state, "posted")


def _stop_here(_account):
    raise ZeroDivisionError
