"""Items fulfilled by THE ICONIC leave and refill a location of their own."""

from common import contract, over_both_apis
from fulfilling import DeliveryCase
from returning import ReturnCase

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from seller_center_sandbox.core.const import WAREHOUSE
from seller_center_sandbox.orders.transitions import send_back

PIECES = 5


class FulfilledCase(ReturnCase, DeliveryCase):
    """An account with pieces in THE ICONIC's warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.invoice_orders = False
        cls.there = cls._stock_at_marketplace()
        for product in cls.style.product_variant_ids:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.there, PIECES
            )

    def theirs(self, sku=None, **values):
        return self.line(sku or self.small, shipment_type=WAREHOUSE, **values)

    def sell_theirs(self, *lines, **options):
        """Return the order of items that THE ICONIC has in its warehouse."""
        order = self.sell(items=list(lines) or [self.theirs()], **options)
        self.assertFalse(order.error)
        return order

    def ship_there(self, items, last="shipped"):
        """Let THE ICONIC ship items, and read that."""
        at_marketplace = self.marketplace_items(items)
        for status in ("ready_to_ship", "shipped", "delivered"):
            self.move(at_marketplace, status)
            if status == last:
                break
        self.catch_up()

    def left(self, sku=None):
        """Return how many pieces of a product are counted in THE ICONIC's warehouse."""
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "=", self.there.id),
                ("product_id.default_code", "=", sku or self.small),
            ]
        )
        return sum(quants.mapped("quantity"))

    def assert_moved(self, order, *transfers, delivered):
        """Check the transfers of an order: how many pieces each has moved."""
        pickings = order.sale_order_id.picking_ids.sorted("id")
        self.assertFalse(order.error)
        self.assertEqual(set(pickings.mapped("state")), {"done"} if pickings else set())
        self.assertEqual(
            [sum(one.move_ids.mapped("quantity")) for one in pickings], list(transfers)
        )
        lines = order.item_ids.sale_line_id
        self.assertEqual(sum(lines.mapped("qty_delivered")), delivered)


@over_both_apis
class TestFulfilledByTheIconic(FulfilledCase):
    @contract
    def test_goods_leave_their_location_when_they_are_shipped(self):
        before = self.free()
        order = self.sell_theirs(self.theirs(quantity=2), self.theirs(self.medium))
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assert_moved(order, delivered=0)
        self.assertEqual((self.left(), self.left(self.medium)), (PIECES, PIECES))
        self.ship_there(order.item_ids)
        self.assert_moved(order, 3, delivered=3)
        self.assertEqual((self.left(), self.left(self.medium)), (3, 4))
        self.assertEqual(self.free(), before)

    def test_they_leave_once_whatever_follows(self):
        order = self.sell_theirs()
        self.ship_there(order.item_ids)
        self.move(self.marketplace_items(order.item_ids), "delivered")
        self.catch_up()
        order.action_retry()
        self.follow()
        order.lease_until = "2026-05-04 08:00:00"
        self.follow()
        self.assert_moved(order, 1, delivered=1)
        self.assertEqual(self.left(), PIECES - 1)

    def test_what_is_shipped_later_leaves_later(self):
        order = self.sell_theirs(self.theirs(quantity=3))
        self.ship_there(order.item_ids[:2])
        self.assert_moved(order, 2, delivered=2)
        self.ship_there(order.item_ids[2:])
        self.assert_moved(order, 2, 1, delivered=3)

    def test_what_was_shipped_before_the_import_has_left_too(self):
        placed = self.place(items=[self.theirs()])
        self.deliver_at_marketplace(placed.items)
        self.catch_up()
        self.assert_moved(self.order(placed), 1, delivered=1)
        self.assertEqual(self.left(), PIECES - 1)

    def test_a_quotation_waits_until_somebody_confirms_it(self):
        self.account.confirm_orders = False
        order = self.sell_theirs()
        self.ship_there(order.item_ids)
        self.assert_moved(order, delivered=0)
        order.sale_order_id.action_confirm()
        self.follow()
        self.assert_moved(order, 1, delivered=1)

    def test_more_may_leave_than_is_counted(self):
        order = self.sell_theirs(self.theirs(quantity=PIECES + 2))
        self.ship_there(order.item_ids)
        self.assert_moved(order, PIECES + 2, delivered=PIECES + 2)
        self.assertEqual(self.left(), -2)

    def test_nothing_leaves_that_was_cancelled(self):
        order = self.sell_theirs(self.theirs(quantity=2))
        self.move(self.marketplace_items(order.item_ids[:1]), "canceled")
        self.catch_up()
        self.ship_there(order.item_ids[1:])
        self.assert_moved(order, 1, delivered=1)
        self.assertEqual(order.item_ids.sale_line_id.product_uom_qty, 1)
        whole = self.sell_theirs()
        self.move(self.marketplace_items(whole.item_ids), "canceled")
        self.catch_up()
        self.assertEqual(whole.sale_order_id.state, "cancel")
        self.assertEqual(self.left(), PIECES - 1)

    def test_our_items_of_the_order_are_shipped_as_ever(self):
        order = self.sell_theirs(self.line(self.small), self.theirs())
        ours = order.item_ids.filtered(lambda one: not one.own_warehouse)
        delivery = self.deliveries(order)
        self.assertEqual(sum(delivery.move_ids.mapped("product_uom_qty")), 1)
        self.ship_there(order.item_ids - ours)
        self.assertEqual(self.deliveries(order), delivery)
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(order.item_ids.sale_line_id.mapped("qty_delivered"), [0, 1])
        delivery.write(
            {"carrier_id": self.couriers, "carrier_tracking_ref": "CC00000001"}
        )
        self.ship(delivery)
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(ours.status, "shipped")
        self.assertEqual(self.left(), PIECES - 1)


class TestLeftToTheIconic(FulfilledCase):
    """Nothing is sent or asked of the seller about what THE ICONIC ships."""

    def begin(self):
        super().begin()
        self.account.write({"make_pick_tickets": True, "fetch_labels": True})
        self.one_item = self.sell_theirs()

    def test_no_update_label_or_pick_ticket_is_made(self):
        order = self.one_item
        self.sandbox.requests.clear()
        self.ship_there(order.item_ids)
        self.send_updates()
        picking = order.sale_order_id.picking_ids
        self.assertFalse(picking.iconic_order_id)
        self.assertFalse(picking.iconic_state)
        self.assertFalse(order.change_ids)
        self.assertFalse(picking.iconic_document_ids)
        self.assertEqual(self.sent_actions(), [])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)]
        )
        self.assertFalse(files)
        with self.assertRaisesRegex(UserError, "at least one delivery"):
            picking.action_iconic_ready_to_ship()

    def test_the_buyer_is_not_written_to(self):
        self.company.stock_move_email_validation = True
        order = self.one_item
        mails = self.env["mail.mail"].search_count([])
        self.ship_there(order.item_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        messages = order.sale_order_id.picking_ids.message_ids
        self.assertFalse(messages.partner_ids)
        self.assertNotIn("comment", messages.mapped("message_type"))

    def test_what_leaves_is_valued(self):
        self.product.standard_price = 12
        order = self.one_item
        self.ship_there(order.item_ids)
        move = order.sale_order_id.picking_ids.move_ids
        self.assertTrue(move.is_out)
        self.assertEqual(move.value, 12)

    def test_what_is_invoiced_on_delivery_is_invoiced_once(self):
        self.product.invoice_policy = "delivery"
        self.account.write({"invoice_orders": True, "register_payments": False})
        order = self.sell_theirs()
        self.ship_there(order.item_ids)
        line = order.item_ids.sale_line_id
        self.assertEqual((line.qty_invoiced, line.qty_to_invoice), (1, 0))
        self.assertEqual(line.invoice_status, "invoiced")

    def test_lots_that_are_there_leave_and_others_are_not_guessed(self):
        product = self.env["product.product"].create(
            {"name": "Cream", "default_code": "CREAM", "is_storable": True}
        )
        product.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": product.id})
        self.env["stock.quant"]._update_available_quantity(
            product, self.there, 1, lot_id=lot
        )
        order = self.sell_theirs(self.theirs("CREAM", quantity=2))
        self.ship_there(order.item_ids[:1])
        self.assertEqual(order.sale_order_id.picking_ids.move_line_ids.lot_id, lot)
        self.ship_there(order.item_ids[1:])
        self.assertRegex(order.error, "Cream, tracked by lots .* press Retry")
        self.assertEqual(order.item_ids.mapped("status"), ["shipped"] * 2)
        self.env["stock.quant"]._update_available_quantity(
            product, self.there, 1, lot_id=lot
        )
        order.action_retry()
        self.follow()
        self.assert_moved(order, 1, 1, delivered=2)

    def test_services_need_no_location(self):
        self.account.fulfilled_location_id = False
        service = {"name": "Gift Wrap", "default_code": "WRAP", "type": "service"}
        self.env["product.product"].create(service)
        order = self.sell_theirs(self.theirs("WRAP"))
        self.ship_there(order.item_ids)
        self.assert_moved(order, delivered=0)


class TestBackAtTheIconic(FulfilledCase):
    """What comes back to THE ICONIC's warehouse is there again, once."""

    def begin(self):
        super().begin()
        self.one_item = self.sell_theirs()

    def test_returned_goods_are_back_once_they_are_returned(self):
        before = self.free()
        order = self.sell_theirs(self.theirs(quantity=2))
        self.ship_there(order.item_ids, "delivered")
        item = order.item_ids[:1]
        with self.sandbox.lock:
            send_back(self.sandbox, self.marketplace_items(item))
        self.catch_up()
        self.assertEqual(item.status, "return_shipped_by_customer")
        self.assert_moved(order, 2, delivered=2)
        self.decide(item, "returned")
        self.assert_moved(order, 2, 1, delivered=1)
        self.assertEqual(self.left(), PIECES - 1)
        self.assertEqual(item.return_state, "approved")
        order.action_retry()
        self.follow()
        self.assert_moved(order, 2, 1, delivered=1)
        self.assertEqual(self.free(), before)

    def test_checking_in_automatically_makes_no_second_receipt(self):
        self.account.check_in_returns = True
        order = self.one_item
        self.ship_there(order.item_ids, "delivered")
        self.refund(order.item_ids)
        self.assert_moved(order, 1, 1, delivered=0)
        self.assertEqual(self.left(), PIECES)

    def test_a_rejected_return_stays_with_the_buyer(self):
        order = self.one_item
        self.ship_there(order.item_ids, "delivered")
        self.send_back(order.item_ids)
        self.decide(order.item_ids, "return_rejected")
        self.assert_moved(order, 1, delivered=1)

    def test_what_could_not_be_delivered_is_back(self):
        order = self.one_item
        self.ship_there(order.item_ids)
        self.move(self.marketplace_items(order.item_ids), "failed")
        self.catch_up()
        self.assert_moved(order, 1, 1, delivered=0)
        self.assertEqual(self.left(), PIECES)
        self.assertFalse(order.has_failed_delivery)

    def test_what_was_returned_before_the_import_has_left_and_come_back(self):
        placed = self.place(items=[self.theirs()])
        self.deliver_at_marketplace(placed.items)
        self.move(placed.items, "returned")
        self.catch_up()
        self.assert_moved(self.order(placed), 1, 1, delivered=0)
        self.assertEqual(self.left(), PIECES)

    def test_lots_come_back_as_they_left(self):
        product = self.env["product.product"].create(
            {"name": "Cream", "default_code": "CREAM", "is_storable": True}
        )
        product.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": product.id})
        self.env["stock.quant"]._update_available_quantity(
            product, self.there, 1, lot_id=lot
        )
        order = self.sell_theirs(self.theirs("CREAM"))
        self.ship_there(order.item_ids, "delivered")
        self.refund(order.item_ids)
        self.assert_moved(order, 1, 1, delivered=0)
        self.assertEqual(lot.location_id, self.there)


class TestLocationAtTheIconic(FulfilledCase):
    """The location is chosen by a manager, and apart from the own stock."""

    def location(self, name, parent=None, **values):
        return self.env["stock.location"].create(
            {
                "name": name,
                "location_id": parent and parent.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_orders_without_a_location_are_held_until_it_is_chosen(self):
        self.account.fulfilled_location_id = False
        order = self.sell(items=[self.line(self.medium), self.theirs()])
        self.assertEqual((order.state, order.sale_order_id.id), ("held", False))
        self.assertRegex(
            order.error,
            "^Fulfilled by THE ICONIC: DRESS-Navy-S. Choose Stock at .* press Retry",
        )
        self.account.fulfilled_location_id = self.there
        order.action_retry()
        self.follow()
        self.assertEqual((order.state, order.error), ("imported", False))

    def test_orders_of_our_items_need_none(self):
        self.account.fulfilled_location_id = False
        order = self.sell(self.small)
        self.assertEqual((order.state, order.error), ("imported", False))

    def test_a_location_that_is_missing_later_is_asked_for(self):
        order = self.sell_theirs()
        self.account.fulfilled_location_id = False
        self.ship_there(order.item_ids)
        self.assertRegex(order.error, "Choose Stock at THE ICONIC")
        self.account.fulfilled_location_id = self.there
        order.action_retry()
        self.follow()
        self.assert_moved(order, 1, delivered=1)

    def test_an_archived_location_is_named_and_its_orders_go_on_later(self):
        order = self.sell_theirs()
        self.env["stock.quant"].search(
            [("location_id", "=", self.there.id)]
        ).sudo().unlink()
        self.there.active = False
        self.run_cron("settings")
        self.assertRegex(
            self.account.setting_problems,
            "Stock at THE ICONIC: THE ICONIC is archived. Orders fulfilled by .* wait",
        )
        self.ship_there(order.item_ids)
        self.assertRegex(order.error, "THE ICONIC is archived")
        self.there.active = True
        self.run_cron("settings")
        self.follow()
        self.assert_moved(order, 1, delivered=1)

    def test_it_is_none_of_the_own_stock_places_nor_below_or_above_them(self):
        stock = self.warehouse.lot_stock_id
        elsewhere = self.location("Elsewhere")
        self.account.return_location_id = elsewhere
        second = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        self.account.second_warehouse_ids = second
        for place in (
            stock,
            self.location("Shelf", stock),
            self.location("Beside", self.warehouse.view_location_id),
            second.lot_stock_id,
            elsewhere,
            self.location("Below", elsewhere),
        ):
            with self.assertRaisesRegex(
                ValidationError, "sold and shipped as your own"
            ):
                self.account.fulfilled_location_id = place
        above = self.location("Above")
        self.account.return_location_id = self.location("Inside", above)
        with self.assertRaisesRegex(ValidationError, "sold and shipped as your own"):
            self.account.fulfilled_location_id = above

    def test_no_account_may_sell_from_it_later(self):
        other = self.account.copy({"name": "Other", "fulfilled_location_id": False})
        for account in self.account | other:
            with self.assertRaisesRegex(
                ValidationError, "sold and shipped as your own"
            ):
                account.stock_location_ids = [Command.set(self.there.ids)]

    def test_a_location_that_is_moved_into_the_warehouse_is_named(self):
        self.there.location_id = self.warehouse.lot_stock_id
        self.assertRegex(self.account.setting_problems, "sold and shipped as your own")

    def test_a_transit_location_will_do_and_no_other_kind(self):
        for usage in ("supplier", "customer", "inventory", "production", "view"):
            with self.assertRaisesRegex(ValidationError, "internal or transit"):
                self.account.fulfilled_location_id = self.location(usage, usage=usage)
        self.account.fulfilled_location_id = self.location("There", usage="transit")
        order = self.sell_theirs()
        self.ship_there(order.item_ids)
        self.assert_moved(order, 1, delivered=1)

    def test_a_location_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other"})
        place = self.location("There", company_id=company.id)
        with self.assertRaises(UserError):
            self.account.fulfilled_location_id = place

    def test_its_pieces_are_not_offered_as_our_own(self):
        before = self.free()
        self.env["stock.quant"]._update_available_quantity(self.product, self.there, 50)
        self.assertEqual(self.free(), before)
