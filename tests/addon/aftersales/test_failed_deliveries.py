"""Failed deliveries are credited; some parcels come back."""

from cancelling import CancelCase

from odoo.exceptions import UserError


class TestFailedDeliveries(CancelCase):
    api_type = "rest"

    def begin(self):
        """Sell, invoice and ship items, the first of which is not delivered."""
        super().begin()
        self.undelivered = self.sell(self.small, self.medium)
        self.invoice(self.undelivered)
        self.validate(self.deliveries(self.undelivered))
        self.fail_delivery(self.undelivered.item_ids[0])

    def test_they_are_credited_and_nothing_is_received(self):
        order = self.undelivered
        credit = self.credits(order)
        self.assertEqual((credit.state, credit.amount_total), ("posted", 33))
        self.assertFalse(self.returns(order))
        self.assertTrue(order.has_failed_delivery)
        line = order.item_ids[0].sale_line_id
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1, 0))
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_without_an_invoice_there_is_nothing_to_credit(self):
        order = self.sell(self.small)
        self.validate(self.deliveries(order))
        self.fail_delivery(order.item_ids)
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.assertTrue(order.has_failed_delivery)

    def sold_after_failure(self, *skus):
        """Sell items, the first of which is not delivered before the order is read."""
        self.account.invoice_orders = True
        lines = [self.line(sku, shipping_amount="4.00") for sku in skus]
        placed = self.place(items=lines)
        for status in ("ready_to_ship", "shipped", "failed"):
            self.move(placed.items[:1], status)
        self.catch_up()
        order = self.order(placed)
        self.assertFalse(order.error or order.invoice_error)
        return order

    def test_items_undelivered_before_the_invoice_are_not_invoiced(self):
        order = self.sold_after_failure(self.small, self.small)
        sale = order.sale_order_id
        self.assertEqual(sale.invoice_ids.amount_total, 33 + 4)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_an_order_undelivered_before_the_invoice_is_not_invoiced(self):
        order = self.sold_after_failure(self.small)
        self.assertFalse(order.sale_order_id.invoice_ids)

    def test_the_same_status_twice_credits_once(self):
        order = self.undelivered
        item = order.item_ids[0]
        item.processed_status = "shipped"
        order.needs_processing = True
        self.catch_up()
        order._process_failed(item)
        self.assertEqual(len(self.credits(order)), 1)

    def test_the_shipping_of_an_order_that_never_arrived_is_credited(self):
        order = self.sell(items=[self.line(self.small, shipping_amount="8.00")])
        self.invoice(order)
        self.validate(self.deliveries(order))
        self.fail_delivery(order.item_ids)
        self.assertEqual(self.credits(order).amount_total, 41)

    def test_an_undelivered_item_that_comes_back_is_received(self):
        order = self.undelivered
        free = self.free(self.small)
        action = order.action_receive_undelivered()
        receipt = self.returns(order)
        self.assertEqual(action["res_id"], receipt.id)
        self.assertEqual(receipt.state, "assigned")
        self.assertEqual(receipt.move_ids.product_id.default_code, self.small)
        self.assertFalse(order.has_failed_delivery)
        self.validate(receipt)
        self.assertEqual(self.free(self.small), free + 1)
        self.assertEqual(order.item_ids[0].sale_line_id.qty_delivered, 0)
        self.assertEqual(len(self.credits(order)), 1)
        with self.assertRaisesRegex(UserError, "No delivery of this order has failed"):
            order.action_receive_undelivered()

    def test_a_cancelled_receipt_makes_the_item_undelivered_again(self):
        order = self.undelivered
        order.action_receive_undelivered()
        self.returns(order).action_cancel()
        self.assertTrue(order.has_failed_delivery)

    def test_a_delivery_that_was_not_validated_stays_open(self):
        order = self.sell(self.small)
        self.invoice(order)
        self.fail_delivery(order.item_ids)
        self.assertEqual(self.deliveries(order).state, "assigned")
        self.assertEqual(len(self.credits(order)), 1)
        self.assertIn("failed", order.sale_order_id.message_ids[0].body)
        with self.assertRaises(UserError):
            order.action_receive_undelivered()
        self.validate(self.deliveries(order))
        order.action_receive_undelivered()
        self.assertEqual(len(self.returns(order)), 1)
