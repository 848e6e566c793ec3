"""Returned items: their stock, their credit notes and their decisions."""

from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from common import contract, over_both_apis
from lxml import etree
from ordering import PRICE
from returning import DeliveredCase, ReturnCase

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user


@over_both_apis
class TestDirectReturns(DeliveredCase):
    """Returns that are sent directly to our warehouse."""

    def test_automatic_check_in_receives_the_stock_and_lists_it(self):
        self.account.check_in_returns = True
        before = self.free()
        order = self.delivered()
        self.assertEqual(self.free(), before - 1)
        self.refund(order.item_ids)
        self.assertFalse(order.error)
        self.assertEqual(self.free(), before)
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertEqual(order.item_ids.return_condition, "good")
        self.assertEqual(order.item_ids.return_picking_id.state, "done")

    @contract
    def test_an_announced_return_is_ready_to_be_received(self):
        order = self.one_item
        free = self.free()
        self.send_back(order.item_ids)
        receipt = self.receipt(order.item_ids)
        self.assertEqual(order.item_ids.return_state, "coming_back")
        self.assertEqual(
            (receipt.state, receipt.picking_type_code), ("assigned", "incoming")
        )
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(receipt.location_dest_id, self.warehouse.lot_stock_id)
        self.assertEqual(self.free(), free)
        self.assertFalse(order.item_ids.credit_move_id)

    def test_a_return_of_an_order_that_odoo_has_never_seen_can_be_received(self):
        placed = self.place(self.small)
        self.deliver_at_marketplace(placed.items)
        self.move(placed.items, "return_shipped_by_customer")
        self.catch_up()
        order = self.order(placed)
        self.assertIn("was not delivered in Odoo", order.error)
        self.assertEqual(order.state, "imported")
        self.validate(order.sale_order_id.picking_ids)
        order.action_retry()
        self.follow()
        self.assertFalse(order.error)
        self.assertEqual(order.item_ids.return_picking_id.state, "assigned")

    def test_unannounced_returns_can_be_received(self):
        order = self.one_item
        order.item_ids.status = "return_delivered"
        order.needs_processing = True
        self.follow()
        self.assertEqual(order.item_ids.return_picking_id.state, "assigned")

    def test_damaged_goods_are_not_offered_again(self):
        order = self.two_items
        before = self.free()
        self.refund(order.item_ids)
        form = self.form(order)
        with form.line_ids.edit(0) as line:
            line.condition = "damaged"
        form.save().action_confirm()
        self.assertEqual(self.free(), before + 1)
        place = self.account.damaged_location_id
        self.assertIn(place, self.account.excluded_location_ids)
        self.assertEqual(self.pieces(place), 1)
        self.assertEqual(
            sorted(order.item_ids.mapped("return_condition")), ["damaged", "good"]
        )
        self.assertEqual(
            set(order.item_ids.mapped("return_state")), {"approved"}, order.error
        )

    def test_items_are_listed_until_they_are_received(self):
        order = self.one_item
        before = self.free()
        self.refund(order.item_ids)
        self.assertEqual(self.free(), before)
        listed = [("return_state", "=", "refunded")]
        items = self.env["iconic.order.item"]
        self.assertEqual(items.search(listed), order.item_ids)
        order.item_ids.returned_at -= timedelta(days=3)
        self.assertEqual(order.item_ids.days_refunded, 3)
        self.wizard(order.item_ids).action_confirm()
        self.assertFalse(items.search(listed))
        self.assertTrue(order.item_ids.received_at)

    def test_a_rejected_return_is_no_longer_expected(self):
        order = self.two_items
        first, second = order.item_ids
        self.send_back(order.item_ids)
        receipt = self.receipt(order.item_ids)
        self.assertEqual(receipt.move_ids.product_uom_qty, 2)
        self.decide(first, "return_rejected")
        self.assertEqual(receipt.move_ids.product_uom_qty, 1)
        self.assertEqual(receipt.state, "assigned")
        self.decide(second, "return_rejected")
        self.assertEqual(receipt.state, "cancel")
        self.assertFalse(order.item_ids.credit_move_id)
        self.assertEqual(set(order.item_ids.mapped("return_state")), {"rejected"})


class TestMissingReturns(ReturnCase):
    """Items that were refunded, but do not arrive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "keeper",
            "iconic_connector.iconic_connector_group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def begin(self):
        super().begin()
        self.missing = self.delivered(self.small, self.small)
        self.refund(self.missing.item_ids)
        self.assertEqual(
            set(self.missing.item_ids.mapped("return_state")), {"refunded"}
        )

    def test_claimed_items_are_not_waited_for_but_can_arrive(self):
        order = self.missing
        before, moves = self.free(), order.sale_order_id.invoice_ids
        self.assertEqual(self.account.refunded_count, 2)
        said = order.item_ids.with_user(self.user).action_claim_missing()
        self.assertIn("2 items: Claimed", said["params"]["message"])
        self.assertIn("reimbursement is expected", said["params"]["message"])
        self.assertIn("Claimed from THE ICONIC", order.message_ids[0].body)
        self.assertEqual(set(order.item_ids.mapped("return_state")), {"claimed"})
        self.assertFalse(self.account.refunded_count)
        self.assertEqual(order.sale_order_id.invoice_ids, moves)
        self.validate(self.receipt(order.item_ids))
        self.assertEqual(self.free(), before + 2)
        self.assertEqual(set(order.item_ids.mapped("return_state")), {"approved"})

    def test_what_is_written_off_is_not_incoming_but_can_be_received(self):
        order = self.missing
        receipt, before = self.receipt(order.item_ids), self.free()
        order.item_ids.with_user(self.user).action_write_off_missing()
        self.assertEqual(set(order.item_ids.mapped("return_state")), {"written_off"})
        self.assertEqual(receipt.state, "cancel")
        self.assertFalse(self.account.refunded_count)
        order.needs_processing = True
        self.follow()
        self.assertFalse(order.item_ids.return_picking_id)
        self.wizard(order.item_ids).action_confirm()
        self.assertEqual(set(order.item_ids.mapped("return_state")), {"approved"})
        self.assertEqual(self.free(), before + 2)

    def test_a_claim_can_be_taken_back(self):
        items = self.missing.item_ids
        with self.assertRaisesRegex(UserError, "None of these"):
            items.action_wait_for_missing()
        items.action_claim_missing()
        items.with_user(self.user).action_wait_for_missing()
        self.assertEqual(set(items.mapped("return_state")), {"refunded"})

    def test_only_what_is_missing_can_be_claimed(self):
        order = self.delivered()
        with self.assertRaisesRegex(UserError, "filter by Refunded"):
            order.item_ids.action_claim_missing()
        self.assertFalse(order.item_ids.missing_outcome)

    def test_filters_tell_how_long_items_have_been_missing(self):
        order = self.missing
        order.item_ids[0].returned_at -= timedelta(days=20)
        order.item_ids[1].returned_at -= timedelta(days=40)
        view = self.env.ref("iconic_connector.iconic_order_item_view_search")
        arch = etree.fromstring(view.arch)
        for name, found in (("refunded_14", 2), ("refunded_30", 1)):
            with self.subTest(filter=name):
                (one,) = arch.xpath(f"//filter[@name='{name}']")
                items = order.item_ids.search(literal_eval(one.get("domain")))
                self.assertEqual(len(items), found)


class TestReceipts(DeliveredCase):
    """The receipts of returned items."""

    def test_good_returns_go_to_the_chosen_location(self):
        shelf = self.env["stock.location"].create(
            {"name": "Returns", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.account.write({"check_in_returns": True, "return_location_id": shelf.id})
        self.refund(self.one_item.item_ids)
        self.assertEqual(self.pieces(shelf), 1)

    def test_received_items_that_are_rejected_return_to_the_buyer(self):
        order = self.one_item
        self.send_back(order.item_ids)
        wizard = self.wizard(order)
        wizard.line_ids.write({"condition": "damaged", "decision": "later"})
        wizard.action_confirm()
        receipt = self.receipt(order.item_ids)
        self.assertEqual(receipt.state, "done")
        self.decide(order.item_ids, "return_rejected")
        delivery = self.receipt(order.item_ids)
        self.assertNotEqual(delivery, receipt)
        self.assertEqual(delivery.picking_type_code, "outgoing")
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(delivery.location_id, self.account.damaged_location_id)
        self.validate(delivery)
        self.assertEqual(self.pieces(self.account.damaged_location_id), 0)
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 1)

    def test_credit_notes_are_drafts_or_posted_as_the_account_says(self):
        for setting, item in zip(
            ("draft", "posted"), self.two_items.item_ids, strict=True
        ):
            with self.subTest(setting=setting):
                self.account.credit_returns = setting
                self.refund(item)
                credit = item.credit_move_id
                self.assertEqual(credit.state, setting)
                self.assertEqual(credit.amount_total, float(PRICE))

    def test_a_refund_is_dated_on_the_day_that_it_is_in_the_sellers_time_zone(self):
        self.company.partner_id.tz = "Australia/Sydney"
        order = self.one_item
        self.move(self.marketplace_items(order.item_ids), "returned")
        self.pull()
        # As if its credit note had failed until now.
        order.item_ids.returned_at = "2031-11-20 21:00:00"
        self.follow()
        credit = order.item_ids.credit_move_id
        day = fields.Date.to_date("2031-11-21")
        self.assertEqual((credit.date, credit.invoice_date), (day, day))

    def test_the_reason_that_an_invoice_waits_for_survives_a_refund(self):
        self.account.credit_returns = "draft"
        order = self.two_items
        order.write({"invoice_error": "Ask the seller.", "needs_processing": True})
        with patch.object(
            type(order), "_process_changes", side_effect=UserError("No delivery.")
        ):
            self.refund(order.item_ids[0])
        self.assertEqual(order.invoice_error, "Ask the seller.")
        self.assertEqual(order.item_ids[0].credit_move_id.state, "draft")

    def test_one_of_three_items_comes_back(self):
        self.account.check_in_returns = True
        order = self.delivered(self.small, self.small, self.small)
        line = order.sale_order_id.order_line.filtered("iconic_item_ids")
        self.assertEqual((len(line), line.qty_delivered), (1, 3))
        back = order.item_ids[1]
        self.refund(back)
        self.assertEqual(back.credit_move_id.amount_total, float(PRICE))
        self.assertEqual(line.qty_delivered, 2)
        self.assertEqual(order.item_ids.filtered("received_at"), back)
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")

    def test_items_of_two_deliveries_have_two_receipts(self):
        order = self.sell(self.small, self.small)
        first = order.sale_order_id.picking_ids
        first.move_ids.write({"quantity": 1, "picked": True})
        first.with_context(skip_backorder=True).button_validate()
        second = order.sale_order_id.picking_ids - first
        self.validate(second)
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.catch_up()
        self.send_back(order.item_ids)
        receipts = order.item_ids.return_picking_id
        self.assertEqual(receipts.return_id, first | second)
        before = self.free()
        self.wizard(order).action_confirm()
        self.assertEqual(self.free(), before + 2)

    def test_a_refund_is_credited_even_where_its_receipt_has_to_wait(self):
        order = self.sell(self.small)
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.refund(order.item_ids)
        delivery = order.sale_order_id.picking_ids
        self.assertIn(delivery.name, order.error)
        credit = order.item_ids.credit_move_id
        self.assertEqual((credit.state, credit.amount_total), ("posted", float(PRICE)))
        self.assertEqual(order.item_ids.return_state, "refunded")
        self.validate(delivery)
        order.action_retry()
        self.follow()
        self.assertFalse(order.error)
        self.assertEqual(order.item_ids.credit_move_id, credit)
        self.assertEqual(self.receipt(order.item_ids).state, "assigned")

    def test_an_order_may_first_be_read_as_a_return(self):
        self.account.returns_to = "marketplace"
        placed = self.place(self.small)
        self.deliver_at_marketplace(placed.items)
        self.move(placed.items, "returned")
        self.catch_up()
        order = self.order(placed)
        self.assertFalse(order.error)
        # What came back before it was invoiced is neither invoiced nor credited.
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.assertEqual(order.worth, 0)

    def test_the_same_status_again_changes_nothing(self):
        self.account.check_in_returns = True
        order = self.one_item
        self.refund(order.item_ids)
        transfers = order.sale_order_id.picking_ids
        credit = order.item_ids.credit_move_id
        free = self.free()
        order.item_ids.processed_status = "delivered"
        order.needs_processing = True
        self.follow()
        self.assertEqual(order.item_ids.processed_status, "returned")
        self.assertEqual(order.sale_order_id.picking_ids, transfers)
        self.assertEqual(order.item_ids.credit_move_id, credit)
        self.assertEqual(len(credit.reversed_entry_id.reversal_move_ids), 1)
        self.assertEqual(self.free(), free)

    def test_the_warehouse_receives_without_access_to_the_connector(self):
        worker = self.stock_user()
        order = self.one_item
        self.send_back(order.item_ids)
        before = self.free()
        receipt = self.receipt(order.item_ids)
        receipt.with_user(worker).button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(order.item_ids.return_state, "received")
        self.assertEqual(order.item_ids.return_condition, "good")
        self.assertEqual(self.free(), before + 1)

    def test_a_return_created_by_the_warehouse_counts(self):
        worker = self.stock_user()
        order = self.two_items
        delivery = order.sale_order_id.picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_user(worker)
            .create({"picking_id": delivery.id})
        )
        wizard.product_return_moves.quantity = 1
        self.validate(wizard._create_return())
        received = order.item_ids.filtered("received_at")
        self.assertEqual(len(received), 1)
        self.refund(received)
        self.assertFalse(order.error)
        self.assertEqual(received.return_state, "approved")
        self.assertEqual(len(order.sale_order_id.picking_ids), 2)

    def test_items_that_have_not_arrived_stay_expected(self):
        order = self.delivered(self.small, self.small, self.medium)
        self.send_back(order.item_ids)
        receipt = self.receipt(order.item_ids)
        before = self.free()
        first, second, third = order.item_ids
        self.wizard(second).action_confirm()
        self.assertTrue(second.received_at)
        self.assertEqual(self.free(), before + 1)
        rest = self.receipt(first | third)
        self.assertEqual(rest, receipt.backorder_ids)
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [1, 1])
        self.validate(rest)
        self.assertTrue(first.received_at and third.received_at)

    def test_an_undelivered_parcel_comes_back(self):
        order = self.sell(self.small)
        self.validate(order.sale_order_id.picking_ids)
        self.move(self.marketplace_items(order.item_ids), "ready_to_ship")
        self.move(self.marketplace_items(order.item_ids), "shipped")
        self.move(self.marketplace_items(order.item_ids), "failed")
        self.catch_up()
        before = self.free()
        self.wizard(order).action_confirm()
        self.assertEqual(self.free(), before + 1)

    def test_the_same_lot_comes_back(self):
        self.product.tracking = "serial"
        quants = self.env["stock.quant"].search([("product_id", "=", self.product.id)])
        quants.sudo().unlink()
        lot = self.env["stock.lot"].create(
            {"name": "SN-1", "product_id": self.product.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, 1, lot_id=lot
        )
        order = self.delivered()
        self.refund(order.item_ids)
        wizard = self.wizard(order)
        wizard.line_ids.condition = "damaged"
        wizard.action_confirm()
        self.assertEqual(lot.location_id, self.account.damaged_location_id)

    def test_returned_products_are_compared_next(self):
        listings = self.list_products(self.product, product_status="published")
        self.account.check_in_returns = True
        order = self.one_item
        requests = self.env["iconic.compare.request"]
        requests.search([]).unlink()
        self.refund(order.item_ids)
        self.assertIn(listings, requests.search([]).listing_id)


class TestReturnsToTheMarketplace(DeliveredCase):
    """Returns that THE ICONIC receives and forwards."""

    api_type = "rest"

    def setUp(self):
        super().setUp()
        self.account.write({"returns_to": "marketplace", "check_in_returns": True})

    def test_returns_sent_by_the_buyer_are_not_expected(self):
        order = self.one_item
        self.send_back(order.item_ids)
        self.assertFalse(order.item_ids.return_picking_id)

    def test_refunds_are_credited_at_once_and_stock_is_received_later(self):
        order = self.one_item
        before = self.free()
        self.refund(order.item_ids)
        self.assertTrue(order.item_ids.credit_move_id)
        self.assertEqual(order.item_ids.return_state, "refunded")
        self.assertEqual(self.free(), before)
        self.wizard(order).action_confirm()
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertEqual(self.free(), before + 1)

    def test_goods_in_the_warehouse_of_the_marketplace_are_not_ours_to_receive(self):
        self._stock_at_marketplace()
        line = self.line(self.small, shipment_type="warehouse")
        order = self.sell(items=[line])
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.refund(order.item_ids)
        self.assertFalse(order.error)
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertTrue(order.item_ids.credit_move_id)
        with self.assertRaisesRegex(UserError, "There is nothing to receive"):
            self.wizard(order)


class TestDamagedLocation(ReturnCase):
    """The location of damaged goods."""

    def test_a_location_that_is_sold_from_is_refused(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        with self.assertRaisesRegex(ValidationError, "would be sold again"):
            self.account.damaged_location_id = shelf

    def test_a_location_that_is_offered_is_refused_until_it_is_excepted(self):
        room = self.env["stock.location"].create(
            {"name": "Room", "location_id": self.warehouse.view_location_id.id}
        )
        with self.assertRaisesRegex(ValidationError, "would be sold again"):
            self.account.damaged_location_id = room
        self.account.write(
            {
                "excluded_location_ids": [Command.link(room.id)],
                "damaged_location_id": room.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "would be sold again"):
            self.account.excluded_location_ids = False

    def test_no_other_account_offers_damaged_goods(self):
        other = self.account.copy({"name": "Other"})
        place = self.account._damaged_location(self.warehouse)
        self.assertIn(place, other.excluded_location_ids)
