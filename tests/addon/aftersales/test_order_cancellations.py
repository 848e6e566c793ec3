"""Items cancelled at the marketplace: order, delivery and invoice are adjusted."""

from cancelling import CancelCase
from common import contract, over_both_apis


@over_both_apis
class TestCancelledBeforePicking(CancelCase):
    def begin(self):
        super().begin()
        self.pair, self.mixed, self.three = self.sell_each(
            [self.small] * 2, [self.small, self.medium], [self.small] * 3, price="29.95"
        )

    @contract
    def test_one_of_two_items_is_removed_from_order_and_delivery(self):
        order = self.mixed
        free = self.free(self.small)
        gone = order.item_ids.filtered(lambda item: item.seller_sku == self.small)
        self.cancel_at_marketplace(gone)
        moves = self.deliveries(order).move_ids
        self.assertEqual(gone.sale_line_id.product_uom_qty, 0)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertEqual(
            {move.product_id.default_code: move.state for move in moves},
            {self.small: "cancel", self.medium: "assigned"},
        )
        self.assertEqual(self.free(self.small), free + 1)
        self.assertFalse(self.returns(order))

    def test_one_of_three_items_reduces_the_line_at_its_price(self):
        order = self.three
        line = order.item_ids.sale_line_id
        price = line.price_unit
        free = self.free(self.small)
        self.cancel_at_marketplace(order.item_ids[0])
        move = self.deliveries(order).move_ids
        self.assertEqual(self.of_line(line), (2, price))
        self.assertEqual((move.product_uom_qty, move.quantity), (2, 2))
        self.assertEqual(move.state, "assigned")
        self.assertEqual(self.free(self.small), free + 1)

    def test_all_items_cancel_the_order(self):
        order = self.mixed
        self.cancel_at_marketplace(order.item_ids)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(self.deliveries(order).state, "cancel")

    def test_a_locked_order_is_cancelled_too(self):
        order = self.pair
        order.sale_order_id.locked = True
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(order.item_ids.sale_line_id.product_uom_qty, 1)
        self.assertTrue(order.sale_order_id.locked)
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_the_last_cancelled_item_cancels_the_order(self):
        order = self.pair
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(order.sale_order_id.state, "sale")
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_a_reserved_delivery_is_reduced(self):
        order = self.pair
        move = self.deliveries(order).move_ids
        move.picked = True
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual((move.product_uom_qty, move.quantity), (1, 1))
        self.deliveries(order).button_validate()
        self.assertEqual(order.item_ids.sale_line_id.qty_delivered, 1)

    def test_the_same_status_twice_changes_nothing(self):
        order = self.three
        gone = order.item_ids[0]
        self.invoice(order)
        self.cancel_at_marketplace(gone)
        order._process_canceled(gone)
        gone.processed_status = "pending"
        order.needs_processing = True
        self.catch_up()
        self.assertEqual(gone.sale_line_id.product_uom_qty, 2)
        self.assertEqual(self.deliveries(order).move_ids.product_uom_qty, 2)
        self.assertEqual(len(self.credits(order)), 1)

    def test_items_cancelled_before_the_import_are_not_ordered(self):
        placed = self.place(self.small, self.medium)
        self.move(placed.items[:1], "canceled")
        self.catch_up()
        order = self.order(placed)
        self.move(placed.items[1:], "canceled")
        self.catch_up()
        self.assertFalse(order.error)
        self.assertEqual(order.sale_order_id.state, "cancel")


class TestMoneyFollowsTheItems(CancelCase):
    """Sales order, invoices and credit notes add up to the items that stand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_stock(cls.product(cls.small), cls.warehouse, 20)

    def begin(self):
        super().begin()
        self.three = self.sell(self.small, self.small, self.small, price="33.00")
        self.with_shipping = self.sell_with_shipping()

    def booked(self, order):
        """Return the totals of the sales order, and of invoices less credit notes."""
        moves = order.sale_order_id.invoice_ids.filtered(
            lambda one: one.state != "cancel"
        )
        invoiced = sum(
            one.amount_total * (-1 if one.move_type == "out_refund" else 1)
            for one in moves
        )
        return order.sale_order_id.amount_total, round(invoiced, 2)

    def sell_with_shipping(self, price="33.32"):
        items = [
            self.line(self.small, price, shipping_amount=fee)
            for fee in ("3.32", "3.32", "3.31")
        ]
        return self.sell(items=items)

    def test_delivered_then_cancelled_then_invoiced_by_the_job(self):
        order = self.three
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[0])
        self.account.invoice_orders = True
        order.action_retry()
        self.follow()
        self.assertEqual(self.booked(order), (99, 66))
        self.assertFalse(self.credits(order))

    def test_delivered_then_cancelled_then_invoiced_by_hand(self):
        order = self.three
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[0])
        self.invoice(order)
        self.assertEqual(self.booked(order), (99, 66))
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")

    def test_delivered_then_invoiced_then_cancelled(self):
        order = self.three
        self.validate(self.deliveries(order))
        self.invoice(order)
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(self.booked(order), (99, 66))

    def test_the_shipping_goes_at_once_though_the_goods_are_still_out(self):
        order = self.with_shipping
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(order.sale_order_id.amount_total, 106.59)
        self.assertFalse(order.total_difference)
        self.invoice(order)
        self.assertEqual(self.booked(order), (106.59, 73.27))

    def test_the_order_follows_when_the_goods_are_back(self):
        order = self.three
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[0])
        self.invoice(order)
        self.validate(self.returns(order))
        self.assertEqual(self.booked(order), (66, 66))
        self.assertEqual(order.item_ids.sale_line_id.qty_delivered, 2)
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")

    def test_goods_that_come_back_in_parts_are_taken_off_in_parts(self):
        order = self.three
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[:2])
        [receipt] = self.returns(order)
        receipt.move_ids.write({"quantity": 1, "picked": True})
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.sale_order_id.amount_total, 66)
        self.validate(receipt.backorder_ids)
        self.assertEqual(order.sale_order_id.amount_total, 33)
        self.assertEqual(order.item_ids.mapped("removed_from_sale").count(True), 2)

    def test_the_share_of_the_shipping_goes_with_its_item(self):
        order = self.with_shipping
        self.assertEqual(order.sale_order_id.amount_total, 109.91)
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(self.booked(order), (73.27, 0))
        self.invoice(order)
        self.assertEqual(self.booked(order), (73.27, 73.27))

    def test_the_share_of_the_shipping_is_taken_off_a_draft(self):
        order = self.with_shipping
        self.invoice(order, post=False)
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(self.booked(order), (73.27, 73.27))

    def test_the_share_of_the_shipping_is_credited(self):
        order = self.with_shipping
        self.invoice(order)
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(self.credits(order).amount_total, 36.64)
        self.assertEqual(self.booked(order), (73.27, 73.27))
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(self.booked(order), (36.63, 36.63))

    def test_an_item_that_was_returned_is_not_invoiced_afterwards(self):
        order = self.with_shipping
        self.validate(self.deliveries(order))
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.move(self.marketplace_items(order.item_ids[0]), "returned")
        self.catch_up()
        self.invoice(order)
        self.assertEqual(self.booked(order), (109.91, 73.27))
        order.action_retry()
        self.follow()
        self.assertEqual(self.booked(order), (109.91, 73.27))
        self.assertFalse(self.credits(order))

    def test_an_item_that_was_lost_is_credited_with_its_shipping(self):
        order = self.with_shipping
        self.invoice(order)
        self.fail_delivery(order.item_ids[0])
        self.assertEqual(self.booked(order), (109.91, 73.27))

    def test_a_cent_of_rounding_does_not_stay_with_the_rest(self):
        tax = self.env["account.tax"].create(
            {
                "name": "On top",
                "amount": 10,
                "price_include_override": "tax_excluded",
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "Ten"})
                .id,
                "company_id": self.company.id,
            }
        )
        self.style.taxes_id = self.account.shipping_product_id.taxes_id = tax
        for invoiced in (False, True):
            with self.subTest(invoiced=invoiced):
                order = self.sell_with_shipping("0.05")
                self.assertEqual(order.sale_order_id.amount_total, 10.10)
                if invoiced:
                    self.invoice(order)
                for item, left in zip(order.item_ids[:2], (6.73, 3.36), strict=True):
                    self.cancel_at_marketplace(item)
                    self.assertEqual(self.booked(order), (left, left * invoiced))
                if not invoiced:
                    self.invoice(order)
                self.assertEqual(self.booked(order), (3.36, 3.36))


class TestCancelledAfterPicking(CancelCase):
    api_type = "rest"

    def begin(self):
        super().begin()
        self.deliver_in("pick_ship")
        self.pair, self.mixed = self.sell_each(
            [self.small] * 2, [self.small, self.medium]
        )

    def pick(self, order):
        """Validate the first step of a delivery."""
        self.validate(self.deliveries(order))
        return order

    def test_before_picking_no_return_is_needed(self):
        order = self.pair
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertEqual(self.deliveries(order).move_ids.product_uom_qty, 1)
        self.validate(self.deliveries(order))
        shipping = self.deliveries(order)[1]
        self.assertEqual(shipping.move_ids.product_uom_qty, 1)

    def test_shipping_is_reduced_and_a_transfer_returns_the_goods(self):
        order = self.pick(self.pair)
        picking, shipping = self.deliveries(order)
        stock = (
            self.product(self.small)
            .with_context(location=picking.location_id.id)
            .qty_available
        )
        self.cancel_at_marketplace(order.item_ids[0])
        back = self.returns(order)
        self.assertEqual((shipping.state, shipping.move_ids.quantity), ("assigned", 1))
        self.assertEqual((back.state, back.move_ids.quantity), ("assigned", 1))
        self.assertEqual(back.location_id, picking.location_dest_id)
        self.assertEqual(back.location_dest_id, picking.location_id)
        self.assertEqual(order.item_ids[0].return_to_stock_id, back)
        self.assertIn(order.number, back.message_ids[0].body)
        self.validate(back)
        self.validate(shipping)
        self.env.invalidate_all()
        self.assertEqual(
            self.product(self.small)
            .with_context(location=picking.location_id.id)
            .qty_available,
            stock + 1,
        )
        self.assertEqual(order.item_ids.sale_line_id.qty_delivered, 1)

    def test_all_items_cancel_shipping_and_return_all_goods(self):
        order = self.pick(self.mixed)
        _picking, shipping = self.deliveries(order)
        self.cancel_at_marketplace(order.item_ids)
        back = self.returns(order)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(shipping.state, "cancel")
        self.assertEqual(back.state, "assigned")
        self.assertEqual(back.move_ids.mapped("quantity"), [1, 1])

    def test_the_return_survives_the_cancellation_of_its_order(self):
        order = self.pick(self.mixed)
        self.cancel_at_marketplace(order.item_ids[0])
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(self.returns(order).mapped("state"), ["assigned", "assigned"])

    def test_a_second_return_leaves_the_first_one_its_goods(self):
        order = self.pick(self.pair)
        self.cancel_at_marketplace(order.item_ids[0])
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(self.returns(order).mapped("state"), ["assigned"] * 2)

    def test_unpicked_items_are_removed_first(self):
        order = self.pair
        picking = self.deliveries(order)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertFalse(self.returns(order))
        states = self.deliveries(order).mapped("state")
        self.assertEqual(sorted(states), ["assigned", "cancel", "done"])

    def test_with_three_steps_goods_return_directly_to_stock(self):
        self.deliver_in("pick_pack_ship")
        order = self.pick(self.sell(self.small))
        picking, packing = self.deliveries(order)
        self.validate(packing)
        shipping = self.deliveries(order)[2]
        self.cancel_at_marketplace(order.item_ids)
        back = self.returns(order)
        self.assertEqual(shipping.state, "cancel")
        self.assertEqual(back.location_id, packing.location_dest_id)
        self.assertEqual(back.location_dest_id, picking.location_id)
        free = self.free(self.small)
        self.validate(back)
        self.assertEqual((back.state, self.free(self.small)), ("done", free + 1))


class TestCancelledLate(CancelCase):
    """Items that were shipped or invoiced before."""

    api_type = "rest"

    def begin(self):
        super().begin()
        self.pair, self.mixed, self.three = self.sell_each(
            [self.small] * 2, [self.small, self.medium], [self.small] * 3
        )

    def test_shipped_items_are_called_back_and_credited(self):
        order = self.pair
        self.invoice(order)
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids[0])
        back = self.returns(order)
        self.assertEqual(back.picking_type_code, "incoming")
        self.assertEqual((back.state, back.move_ids.product_uom_qty), ("assigned", 1))
        self.assertEqual(self.credits(order).amount_total, 33)
        activity = order.sale_order_id.activity_ids
        self.assertIn(back.name, activity.note)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.validate(back)
        self.assertEqual(order.item_ids.sale_line_id.qty_delivered, 1)
        self.assertFalse(order.item_ids.filtered("received_at"))

    def test_all_items_cancel_the_order_but_not_the_receipt(self):
        order = self.pair
        self.validate(self.deliveries(order))
        self.cancel_at_marketplace(order.item_ids)
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertEqual(self.deliveries(order).state, "done")
        self.assertEqual(self.returns(order).state, "assigned")

    def test_items_on_a_posted_invoice_are_credited(self):
        order = self.mixed
        invoice = self.invoice(order)
        self.cancel_at_marketplace(order.item_ids[0])
        credit = self.credits(order)
        self.assertEqual((credit.state, credit.amount_total), ("posted", 33))
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(order.item_ids[0].credit_move_id, credit)
        self.assertFalse(order.item_ids[1].credit_move_id)

    def test_one_of_a_posted_line_of_three_is_credited_once(self):
        order = self.three
        self.invoice(order)
        self.cancel_at_marketplace(order.item_ids[0])
        self.cancel_at_marketplace(order.item_ids[1])
        self.assertEqual(self.credits(order).mapped("amount_total"), [33, 33])
        self.assertEqual(order.item_ids.sale_line_id.qty_to_invoice, 0)

    def test_the_whole_order_is_credited_with_its_shipping(self):
        line = self.line(self.small, shipping_amount="8.00")
        order = self.sell(items=[line])
        invoice = self.invoice(order)
        self.cancel_at_marketplace(order.item_ids)
        self.assertEqual(invoice.amount_total, 41)
        self.assertEqual(self.credits(order).amount_total, 41)
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_paid_items_are_refunded(self):
        self.account.write({"invoice_orders": True, "register_payments": True})
        order = self.sell(self.small, self.medium)
        invoice = order.sale_order_id.invoice_ids
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.cancel_at_marketplace(order.item_ids[0])
        credit = self.credits(order)
        self.assertEqual((credit.state, credit.amount_total), ("posted", 33))
        self.assertIn(credit.payment_state, ("paid", "in_payment"))

    def test_a_draft_invoice_is_reduced(self):
        order = self.sell(self.small, self.small, self.medium)
        draft = self.invoice(order, post=False)
        of_small = order.item_ids.filtered(lambda item: item.seller_sku == self.small)
        self.cancel_at_marketplace(of_small[0])
        self.assertEqual((draft.state, draft.amount_total), ("draft", 66))
        self.cancel_at_marketplace(of_small[1])
        self.assertEqual(draft.invoice_line_ids.product_id.default_code, self.medium)
        self.assertFalse(self.credits(order))
        self.assertEqual(
            sum(order.sale_order_id.order_line.mapped("qty_to_invoice")), 0
        )

    def test_a_draft_of_all_items_is_cancelled(self):
        order = self.mixed
        draft = self.invoice(order, post=False)
        self.cancel_at_marketplace(order.item_ids)
        self.assertEqual(draft.state, "cancel")

    def test_items_never_invoiced_are_not_credited(self):
        order = self.mixed
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertFalse(order.sale_order_id.invoice_ids)

    def test_items_without_an_invoice_go_before_those_with_one(self):
        self.product(self.small).invoice_policy = "delivery"
        order = self.sell(self.small, self.small)
        invoice = self.invoice(order, post=False)
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.cancel_at_marketplace(order.item_ids[0])
        self.assertFalse(self.credits(order))

    def test_of_items_in_the_marketplaces_warehouse_only_invoices_are_adjusted(self):
        self._stock_at_marketplace()
        line = self.line(self.small, shipment_type="warehouse")
        order = self.sell(items=[line, self.line(self.medium)])
        own = order.item_ids.filtered("own_warehouse")
        self.assertEqual(len(own), 1)
        self.invoice(order)
        moves = self.deliveries(order).move_ids
        self.cancel_at_marketplace(own)
        self.assertEqual(own.sale_line_id.product_uom_qty, 0)
        self.assertEqual(self.credits(order).amount_total, 33)
        self.assertEqual(self.deliveries(order).move_ids, moves)
        self.assertEqual((moves.state, moves.product_uom_qty), ("assigned", 1))
        self.assertFalse(self.returns(order))
