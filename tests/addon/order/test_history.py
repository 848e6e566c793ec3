"""Orders from before the switch are read as history."""

from datetime import timedelta

from common import contract, over_both_apis
from ordering import OrderCase

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user


@over_both_apis
class TestHistory(OrderCase):
    def setUp(self):
        super().setUp()
        self.old = self.place(self.small)
        self.deliver_at_marketplace(self.old.items)
        self.still_open = self.place(self.medium)
        self.account.orders_from = fields.Datetime.now() + timedelta(hours=1)

    def read_history(self):
        self.account.action_read_history()
        self.run_cron("order_pull")
        self.follow()

    @contract
    def test_orders_that_were_shipped_are_stored_and_nothing_else(self):
        product = self.env["product.product"].search(
            [("default_code", "=", self.small)]
        )
        free = self.env["iconic.listing"]._free_quantities(self.account, product)
        self.read_history()
        order = self.order(self.old)
        self.assertEqual((order.state, order.error), ("history", False))
        self.assertEqual(order.item_ids.product_id, product)
        self.assertFalse(order.sale_order_id)
        self.assertFalse(order.message_ids.notified_partner_ids)
        self.assertFalse(order.is_overdue or order.due or order.open_count)
        self.assertFalse(self.account.held_count + self.account.overdue_import_count)
        self.assertEqual(
            self.env["iconic.listing"]._free_quantities(self.account, product), free
        )

    @contract
    def test_what_is_still_to_be_shipped_is_left_to_an_import(self):
        self.read_history()
        self.assertFalse(self.order(self.still_open))
        report = self.account.history_report
        self.assertIn("Orders stored as history: 1.", report)
        self.assertIn("Still to be shipped: 1. Press Pull All Open Orders", report)
        self.account.action_pull_open_orders()
        self.catch_up()
        self.assertEqual(self.order(self.still_open).state, "imported")

    def test_reading_it_again_changes_nothing(self):
        self.read_history()
        orders = self.account.order_ids
        stamp = orders.mapped("write_date")
        self.read_history()
        self.assertEqual(self.account.order_ids, orders)
        self.assertEqual(orders.mapped("write_date"), stamp)
        self.assertIn("Orders stored as history: 0.", self.account.history_report)

    def test_an_imported_order_never_becomes_history(self):
        self.account.orders_from = "2020-01-01"
        self.catch_up()
        self.account.orders_from = fields.Datetime.now() + timedelta(hours=1)
        self.read_history()
        self.assertEqual(self.order(self.old).state, "imported")

    def test_orders_that_are_older_than_asked_for_are_left_out(self):
        self.account.history_days = 1
        self.account.orders_from += timedelta(days=3)
        self.read_history()
        self.assertFalse(self.account.order_ids)

    def test_a_return_of_it_is_listed_and_received_by_hand(self):
        self.read_history()
        order = self.order(self.old)
        self.account.orders_from = fields.Datetime.now()
        self.move(self.old.items, "returned")
        self.catch_up()
        item = order.item_ids
        self.assertEqual((order.state, order.error), ("history", False))
        self.assertEqual(item.return_state, "refunded")
        self.assertEqual(self.account.refunded_count, 1)
        self.assertIn("adjustment", order.activity_ids.note)
        self.assertFalse(item.credit_move_id)
        with self.assertRaisesRegex(UserError, "nothing to receive"):
            self.env["iconic.order.return"].with_context(
                active_model=item._name, active_ids=item.ids
            ).create({})
        item.action_receive_by_hand()
        self.assertEqual(item.return_state, "approved")
        self.assertFalse(self.account.refunded_count)

    def test_what_was_returned_before_is_not_waited_for(self):
        self.move(self.old.items, "returned")
        self.read_history()
        order = self.order(self.old)
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertFalse(order.activity_ids)

    def test_only_managers_read_it(self):
        user = new_test_user(
            self.env,
            "reader",
            "iconic_connector.iconic_connector_group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.account.with_user(user).action_read_history()
