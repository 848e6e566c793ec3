"""How many pieces are offered, and which changes of stock are noticed."""

from unittest.mock import patch

from selling import ComparingCase

from odoo.fields import Command

from odoo.addons.iconic_connector import const


class QuantityCase(ComparingCase):
    def stock(self, quantity, location=None, product=None):
        """Add pieces of the small dress to a place."""
        self.env["stock.quant"]._update_available_quantity(
            product or self.small.product_id,
            location or self.warehouse.lot_stock_id,
            quantity,
        )

    def place(self, name, parent=None):
        return self.env["stock.location"].create(
            {
                "name": name,
                "location_id": (parent or self.warehouse.lot_stock_id).id,
                "usage": "internal",
            }
        )

    def assert_quantity_sent(self, quantity):
        """Compare; the quantity alone is sent for the small one, then all is quiet."""
        self.detect()
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertEqual(
            self.send_and_accept("stock")["DRESS-Navy-S"], {"Quantity": str(quantity)}
        )
        self.assertEqual(self.small.listed_quantity, quantity)
        self.assert_no_change()

    def assert_no_change(self):
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.send_and_accept("stock"), {})


class TestDetectingQuantities(QuantityCase):
    def test_sold_pieces_are_noticed(self):
        self.assertEqual(self.small.listed_quantity, 7)
        self.stock(-3)
        self.assert_quantity_sent(4)
        self.assertEqual(self.marked(self.medium), {})

    def test_all_warehouses_of_the_account_count(self):
        second = self._warehouse("Second")
        self.stock(5, second.lot_stock_id)
        self.assert_no_change()
        self.account.stock_warehouse_ids = [Command.link(second.id)]
        self.assert_quantity_sent(12)

    def test_places_that_are_left_out_do_not_count(self):
        damaged = self.place("Damaged")
        self.stock(5, self.place("Shelf", damaged))
        self.account.excluded_location_ids = [Command.set(damaged.ids)]
        self.assert_no_change()
        self.account.excluded_location_ids = [Command.clear()]
        self.assert_quantity_sent(12)

    def test_only_some_places_may_count(self):
        shelf = self.place("Shelf")
        self.stock(5, shelf)
        self.account.stock_location_ids = [Command.set(shelf.ids)]
        self.assert_quantity_sent(5)

    def test_the_stock_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Somebody Else"})
        abroad = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        ) or self._warehouse("Abroad", company)
        self.stock(5, abroad.lot_stock_id)
        self.assert_no_change()

    def test_it_counts_whatever_company_the_job_runs_for(self):
        company = self.env["res.company"].create({"name": "Somebody Else"})
        self.env.user.company_ids = [Command.link(company.id)]
        other = self.small.with_company(company).with_context(
            allowed_company_ids=company.ids
        )
        wanted = other._wanted_offers(("quantity",))
        self.assertEqual(wanted[self.small.id].quantity, 7)

    def test_the_highest_buffer_counts(self):
        self.account.safety_buffer = 1
        self.assert_quantity_sent(6)
        self.mapping.safety_buffer = 3
        self.assert_quantity_sent(4)
        self.small.safety_buffer = 2
        self.assert_no_change()
        self.small.safety_buffer = 5
        self.assert_quantity_sent(2)

    def test_never_less_than_none(self):
        self.account.max_zero_share = 0
        self.account.safety_buffer = 50
        self.assert_quantity_sent(0)
        self.stock(-20)
        self.assert_no_change()

    def test_never_more_than_the_limit(self):
        self.account.quantity_cap = 5
        self.assert_quantity_sent(5)
        self.stock(100)
        self.assert_no_change()

    def test_half_a_piece_is_none(self):
        self.stock(0.5)
        self.assert_no_change()

    def test_a_fixed_quantity_is_offered_whatever_the_stock(self):
        self.small.write({"has_fixed_quantity": True, "quantity": 3})
        self.assert_quantity_sent(3)
        self.stock(10)
        self.assert_no_change()
        self.small.quantity = 0
        self.assert_quantity_sent(0)

    def test_a_confirmed_order_lowers_what_is_offered(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.small.product_id.id,
                            "product_uom_qty": 2,
                        }
                    )
                ],
            }
        )
        self.assert_no_change()
        order.action_confirm()
        self.assert_quantity_sent(5)
        order._action_cancel()
        self.assert_quantity_sent(7)

    def test_goods_that_are_not_tracked_need_a_rule(self):
        self.style.is_storable = False
        self.detect()
        self.send_and_accept("stock")
        self.assertEqual(self.marked(self.small), {"quantity": "error"})
        self.assertIn("Track", self.small.quantity_error)
        self.assertEqual(self.small.listed_quantity, 7)
        self.account.untracked_quantity = 25
        self.assert_quantity_sent(25)

    def test_without_a_warehouse_it_is_an_error_and_not_0(self):
        self.account.stock_warehouse_ids = [Command.clear()]
        self.detect()
        self.assertEqual(self.send_and_accept("stock"), {})
        self.assertEqual(self.marked(self.small), {"quantity": "error"})
        self.assertIn("warehouse", self.small.quantity_error)
        self.assertEqual(self.small.listed_quantity, 7)
        self.detect()
        self.assertEqual(self.marked(self.small), {"quantity": "error"})

        self.account.stock_warehouse_ids = [Command.set(self.warehouse.ids)]
        self.assert_no_change()
        self.assertFalse(self.small.quantity_error)

    def test_a_protected_quantity_is_skipped(self):
        self.small.protect_quantity = True
        self.stock(-3)
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.send_and_accept("stock"), {})


class TestSellOutBrake(QuantityCase):
    """Very many listings at 0 at once: perhaps a warehouse was emptied by mistake."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(const, "SELL_OUT_MINIMUM", 2))

    def sell_out(self, *listings):
        for listing in listings or self.account.listing_ids:
            self.stock(-listing.listed_quantity, product=listing.product_id)
        self.detect()

    def threshold_activities(self):
        kind = self.env.ref("iconic_connector.mail_activity_type_threshold")
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_a_large_sell_out_waits_for_approval(self):
        self.sell_out()
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {"quantity": "error"})
            self.assertIn("Send Anyway", listing.quantity_error)
        self.assertEqual(self.send_and_accept("stock"), {})
        self.assertEqual(len(self.threshold_activities()), 1)
        self.detect()
        self.assertEqual(len(self.threshold_activities()), 1)

    def test_a_sell_out_of_no_more_than_the_share_is_sent(self):
        self.sell_out(self.small)
        self.assertEqual(
            self.send_and_accept("stock"), {"DRESS-Navy-S": {"Quantity": "0"}}
        )
        self.assertFalse(self.threshold_activities())

    def test_a_few_listings_just_sell_out(self):
        with patch.object(const, "SELL_OUT_MINIMUM", 3):
            self.sell_out()
        self.assertEqual(len(self.send_and_accept("stock")), 2)

    def test_zero_is_no_threshold(self):
        self.account.max_zero_share = 0
        self.sell_out()
        self.assertEqual(len(self.send_and_accept("stock")), 2)

    def test_send_anyway_releases_it(self):
        self.sell_out()
        self.account.listing_ids.action_send_anyway()
        self.detect()
        self.assertEqual(
            self.send_and_accept("stock"), dict.fromkeys(self.skus(), {"Quantity": "0"})
        )
        self.assertFalse(self.threshold_activities())

    def skus(self):
        return ["DRESS-Navy-M", "DRESS-Navy-S"]

    def test_stock_that_comes_back_ends_the_waiting(self):
        self.sell_out()
        for listing in self.account.listing_ids:
            self.stock(7, product=listing.product_id)
        self.assert_no_change()
        self.assertFalse(self.threshold_activities())
        self.assertFalse(self.small.error)

    def test_what_is_not_at_0_is_sent_all_the_same(self):
        many = self.make_style("MANY", "S")
        listing = self.list_published(many)
        self.stock(-4, product=listing.product_id)
        self.sell_out(self.small, self.medium)
        self.assertEqual(
            self.send_and_accept("stock"), {"MANY-Navy-S": {"Quantity": "3"}}
        )

    def test_a_change_of_content_does_not_include_a_held_sell_out(self):
        self.style.name = "Another name"
        self.sell_out()
        sent = self.send_and_accept("update")["DRESS-Navy-S"]
        self.assertEqual(sent["Name"], "Another name")
        self.assertNotIn("Quantity", sent)
        self.assertEqual(self.small.listed_quantity, 7)
