"""Cancelling in Odoo: it is requested first, and processed once it is accepted."""

from cancelling import CancelCase
from common import contract, over_both_apis

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

CALL = "SetStatusToCanceled"


@over_both_apis
class TestCancellingInOdoo(CancelCase):
    def begin(self):
        super().begin()
        self.one, self.pair, self.mixed = self.sell_each(
            [self.small], [self.small] * 2, [self.small, self.medium]
        )

    def sally(self):
        """Return a salesperson without access to the connector."""
        return new_test_user(
            self.env, "sally", "sales_team.group_sale_salesman_all_leads"
        )

    def statuses_outside(self, order):
        return [item.status for item in self.marketplace_items(order.item_ids)]

    @contract
    def test_the_order_is_cancelled_when_the_marketplace_has_agreed(self):
        order = self.mixed
        sale = order.sale_order_id
        self.ask(order, detail="Typing error")
        self.assertEqual(sale.state, "sale")
        self.assertTrue(sale.iconic_cancel_requested)
        self.send_updates()
        self.assertEqual(self.statuses_outside(order), ["canceled", "canceled"])
        item = self.marketplace_items(order.item_ids)[0]
        self.assertEqual((item.reason, item.reason_detail)[0], "Wrong price")
        self.assertEqual(item.reason_detail, "Typing error")
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(self.deliveries(order).state, "cancel")
        self.assertFalse(sale.iconic_cancel_requested)

    def test_one_item_alone_can_be_chosen(self):
        order = self.pair
        self.ask(order, items=order.item_ids[0])
        self.send_updates()
        self.assertEqual(sorted(self.statuses_outside(order)), ["canceled", "pending"])
        self.assertEqual(order.item_ids.sale_line_id.product_uom_qty, 1)
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_shipped_items_are_not_offered(self):
        order = self.mixed
        for status in ("ready_to_ship", "shipped"):
            self.move(self.marketplace_items(order.item_ids[0]), status)
        self.catch_up()
        wizard = self.wizard(order.sale_order_id)
        self.assertEqual(wizard.line_ids.item_id, order.item_ids[1])

    @contract
    def test_a_refusal_changes_nothing_and_is_noted(self):
        order = self.one
        for status in ("ready_to_ship", "shipped"):
            self.move(self.marketplace_items(order.item_ids), status)
        self.ask(order)
        self.send_updates()
        sale = order.sale_order_id
        self.assertEqual(order.change_ids.state, "refused")
        self.assertEqual(
            (sale.state, self.deliveries(order).state), ("sale", "assigned")
        )
        self.assertIn("refused to cancel", sale.message_ids[0].body)
        self.assertFalse(sale.iconic_cancel_requested)
        kind = self.env.ref("iconic_connector.mail_activity_type_orders")
        self.assertIn(kind, self.account.activity_ids.activity_type_id)

    @contract
    def test_an_unknown_outcome_is_processed_once_it_is_known(self):
        order = self.one
        self.add_fault("cut_after", CALL)
        self.ask(order)
        self.send_updates()
        self.assertEqual(order.sale_order_id.state, "sale")
        self.skip_waits()
        self.send_updates()
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(len(self.calls(CALL)), 1)

    @contract
    def test_the_other_items_of_a_package_are_cancelled_too(self):
        order = self.mixed
        self.ask(order, items=order.item_ids[0])
        self.move(self.marketplace_items(order.item_ids[1]), "canceled")
        self.send_updates()
        self.follow()
        self.assertEqual(order.item_ids.mapped("status"), ["canceled", "canceled"])
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(self.deliveries(order).state, "cancel")

    def test_items_must_not_be_shipped_meanwhile(self):
        order = self.pair
        self.ask(order, items=order.item_ids[0])
        delivery = self.deliveries(order)
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            self.validate(delivery)
        move = delivery.move_ids
        move.write({"quantity": 1, "picked": True})
        delivery.with_context(skip_backorder=True).button_validate()
        self.assertEqual(delivery.state, "done")

    def test_a_cancellation_is_requested_only_once(self):
        order = self.one
        self.ask(order)
        with self.assertRaisesRegex(UserError, "requested already"):
            order.sale_order_id.action_cancel()

    def test_many_orders_at_once_are_not_cancelled_without_a_reason(self):
        orders = self.one | self.pair
        with self.assertRaisesRegex(UserError, "requires a reason"):
            orders.sale_order_id._action_cancel()
        self.assertEqual(set(orders.sale_order_id.mapped("state")), {"sale"})

    def test_delivered_items_are_not_cancelled(self):
        order = self.one
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.catch_up()
        with self.assertRaisesRegex(UserError, "have been shipped"):
            order.sale_order_id.action_cancel()

    def test_an_order_that_has_ended_at_the_marketplace_is_cancelled_as_usual(self):
        order = self.one
        self.fail_delivery(order.item_ids)
        order.sale_order_id.action_cancel()
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_other_orders_are_cancelled_as_usual(self):
        sale = self.env["sale.order"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Anna"}).id}
        )
        sale.action_confirm()
        sale.action_cancel()
        self.assertEqual(sale.state, "cancel")

    def test_cancelling_a_delivery_sends_nothing(self):
        order = self.one
        self.deliveries(order).action_cancel()
        self.send_updates()
        self.assertEqual(self.statuses_outside(order), ["pending"])
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_salespeople_need_no_access_to_the_connector(self):
        order = self.one
        user = self.sally()
        with self.assertRaises(AccessError):
            order.with_user(user).check_access("read")
        wizard = self.ask(order, user=user)
        shown = wizard.web_read(
            {
                "reason_ids": {"fields": {}},
                "reason_id": {"fields": {"display_name": {}}},
                "out_of_stock": {},
                "line_ids": {"fields": {"chosen": {}, "seller_sku": {}, "status": {}}},
            }
        )
        self.assertEqual(shown[0]["line_ids"][0]["seller_sku"], self.small)
        self.assertTrue(order.sale_order_id.with_user(user).iconic_cancel_requested)
        self.send_updates()
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_a_reason_is_required(self):
        order = self.one
        with self.assertRaisesRegex(UserError, "Choose a reason"):
            self.ask(order, reason_id=False)

    def test_a_reason_that_counts_against_the_seller_is_marked(self):
        order = self.one
        wizard = self.wizard(order.sale_order_id)
        wizard.reason_id = wizard.reason_ids.filtered(
            lambda reason: reason.name == "Out of stock"
        )
        self.assertTrue(wizard.out_of_stock)
        self.assertEqual(wizard.chosen_count, 1)
