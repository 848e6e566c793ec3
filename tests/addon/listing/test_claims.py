"""A piece that is sold on one account is offered on none (design, section 6)."""

from common import over_both_apis
from test_stock_after_orders import StockCase

from odoo.fields import Command


class TwoAccounts(StockCase):
    """A second account that sells the same dresses from the same warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The sandbox is the first one's; nobody calls for the second one.
        cls.other = cls.account.copy({"name": "Other", "import_orders": False})
        cls.listing_there = cls.env["iconic.listing"].create(
            {
                "account_id": cls.other.id,
                "product_id": cls.style.product_variant_ids.filtered(
                    lambda one: one.default_code == "DRESS-Navy-S"
                ).id,
            }
        )

    def setUp(self):
        super().setUp()
        self.listing_there.write(
            {
                "seller_sku": "DRESS-Navy-S",
                "product_status": "published",
                "listing_status": "active",
                "content_status": "not_needed",
                "listed_quantity": 7,
            }
        )

    def offered_there(self):
        """Return how many pieces the other account wants to offer."""
        return self.listing_there._wanted_quantities(self.other)[self.listing_there.id]

    def assert_offered(self, quantity):
        """Check what both accounts offer of the small dress."""
        self.assertEqual((self.offered(), self.offered_there()), (quantity, quantity))

    def place_some(self, count=5):
        return [self.place(self.sku) for _order in range(count)]


@over_both_apis
class TestSoldOnOneOfTwoAccounts(TwoAccounts):
    def test_what_was_just_pulled_is_offered_nowhere(self):
        self.place_some()
        self.pull()
        self.assert_offered(2)

    def test_what_is_sold_here_is_compared_there_at_once(self):
        self.env["iconic.compare.request"].search([]).unlink()
        self.place_some()
        self.pull()
        asked = self.env["iconic.compare.request"].search([]).listing_id
        self.assertEqual(asked, self.small | self.listing_there)


class TestClaims(TwoAccounts):
    def test_orders_that_are_not_confirmed_claim_their_items(self):
        self.account.confirm_orders = False
        self.place_some()
        self.catch_up()
        self.assert_offered(2)

    def test_orders_that_are_held_claim_their_items(self):
        for _order in range(5):
            self.place(self.sku, "NOBODY-KNOWS-THIS")
        self.catch_up()
        self.assertEqual(set(self.account.order_ids.mapped("state")), {"held"})
        self.assert_offered(2)

    def test_a_mapped_sku_claims_before_the_import(self):
        self.env["iconic.sku.map"].create(
            {
                "account_id": self.account.id,
                "seller_sku": "OLD-SKU",
                "product_id": self.small.product_id.id,
            }
        )
        self.place("OLD-SKU")
        self.pull()
        self.assert_offered(6)

    def test_orders_that_are_not_paid_yet_claim_their_items(self):
        placed = self.place(self.sku, paid=False)
        self.assertEqual(placed.items[0].status, "payment_pending")
        self.catch_up()
        self.assert_offered(6)

    def test_confirmed_orders_that_wait_for_stock_claim_their_items(self):
        orders = [self.sell(self.sku) for _order in range(3)]
        for order in orders:
            order.sale_order_id.picking_ids.do_unreserve()
        self.assert_offered(4)

    def test_reserved_ones_count_once(self):
        for _order in range(3):
            self.sell(self.sku)
        self.assert_offered(4)

    def test_a_partly_reserved_line_claims_the_rest(self):
        order = self.sell(*[self.sku] * 5)
        (move,) = order.sale_order_id.picking_ids.move_ids
        self.assertEqual(move.quantity, 5)
        move.quantity = 2
        self.assertEqual(self.free(), 5)
        self.assert_offered(2)

    def free(self):
        return self.env["iconic.listing"]._free_quantities(
            self.account, self.small.product_id
        )[self.small.product_id.id]

    def test_an_account_of_another_warehouse_offers_its_own_stock(self):
        second = self._warehouse("Second")
        self.env["stock.quant"]._update_available_quantity(
            self.small.product_id, second.lot_stock_id, 4
        )
        self.other.write(
            {"stock_warehouse_ids": [Command.set(second.ids)], "warehouse_id": False}
        )
        self.place_some()
        self.pull()
        self.assertEqual((self.offered(), self.offered_there()), (2, 4))

    def test_the_warehouse_that_ships_counts_beside_the_one_that_is_offered(self):
        second = self._warehouse("Second")
        self.env["stock.quant"]._update_available_quantity(
            self.small.product_id, second.lot_stock_id, 4
        )
        self.other.stock_warehouse_ids = [Command.set(second.ids)]
        self.account.warehouse_id = second
        self.account.confirm_orders = False
        self.place_some(3)
        self.catch_up()
        self.assertEqual(self.offered_there(), 1)

    def test_a_shelf_is_a_part_of_its_warehouse(self):
        self.other.stock_location_ids = [Command.set(self.warehouse.lot_stock_id.ids)]
        self.place_some()
        self.pull()
        self.assert_offered(2)

    def test_the_orders_of_an_archived_account_still_claim(self):
        self.place_some()
        self.pull()
        self.account.active = False
        self.assertEqual(self.offered_there(), 2)

    def test_goods_that_came_back_by_hand_are_claimed_by_the_open_item(self):
        order = self.sell(self.sku)
        delivery = order.sale_order_id.picking_ids
        self.validate(delivery)
        self.assert_offered(6)
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        self.validate(wizard._create_return())
        # The piece is on its shelf again, and still sold.
        self.assert_offered(6)

    def test_an_item_that_has_left_hides_no_other_that_waits(self):
        order = self.sell(self.sku, self.sku)
        (line,) = order.sale_order_id.order_line.filtered("iconic_item_ids")
        first = order.item_ids[0]
        move = line.move_ids
        move.quantity = 1
        move.picked = True
        move.picking_id.with_context(cancel_backorder=False).button_validate()
        self.env["stock.backorder.confirmation"].with_context(
            button_validate_picking_ids=move.picking_id.ids
        ).create({"pick_ids": [Command.set(move.picking_id.ids)]}).process()
        rest = line.move_ids - move
        rest._do_unreserve()
        self.assert_offered(5)
        # Shipped there and cancelled after that: the goods are outside all the same.
        shipped = order.item_ids.filtered("picking_id")[:1] or first
        self.move(self.marketplace_items(shipped), "ready_to_ship")
        self.move(self.marketplace_items(shipped), "canceled")
        self.catch_up()
        rest = line.move_ids.filtered(
            lambda one: (
                one.state not in ("done", "cancel") and not one.origin_returned_move_id
            )
        )
        rest._do_unreserve()
        self.assert_offered(5)

    def test_what_is_returned_to_its_shelf_reserves_nothing_for_others(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sell(self.sku, self.sku)
        pick = order.sale_order_id.picking_ids.filtered(
            lambda one: one.location_dest_id.usage == "internal"
        )
        self.validate(pick)
        first = order.item_ids[0]
        self.move(self.marketplace_items(first), "canceled")
        self.catch_up()
        ship = order.sale_order_id.picking_ids.filtered(
            lambda one: (
                one.state not in ("done", "cancel")
                and one.location_dest_id.usage == "customer"
            )
        )
        ship.do_unreserve()
        # 5 on the shelf, 2 in the packing zone: one goes back, one is still sold.
        self.assert_offered(5)
        (back,) = order.sale_order_id.picking_ids.filtered("return_id")
        self.validate(back)
        self.assert_offered(6)

    def test_the_number_of_queries_does_not_grow_with_the_orders_of_others(self):
        counts = []
        for number in (2, 20):
            self.place_some(number)
            self.pull()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.offered_there()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)


class TestEndingClaims(TwoAccounts):
    def test_a_failed_parcel_that_never_left_claims_until_its_delivery_is_cancelled(
        self,
    ):
        order = self.sell(self.sku)
        order.sale_order_id.picking_ids.do_unreserve()
        for status in ("ready_to_ship", "shipped", "failed"):
            self.move(self.marketplace_items(order.item_ids), status)
        self.catch_up()
        self.assert_offered(6)
        order.sale_order_id.picking_ids.action_cancel()
        self.assert_offered(7)

    def test_a_user_ends_the_claims_of_items_that_need_no_piece(self):
        self.place_some()
        self.pull()
        self.assert_offered(2)
        items = self.account.order_ids.item_ids
        self.assertEqual(
            self.env["iconic.order.item"].search(
                self.listing_there.action_view_claims()["domain"]
            ),
            items,
        )
        items[:2].action_settle_stock()
        self.assert_offered(4)


class TestWords(TwoAccounts):
    def test_the_listing_says_what_its_quantity_is_made_of(self):
        self.place_some()
        self.pull()
        self.assertEqual(
            self.listing_there.quantity_words, "7 free, 5 sold and not reserved yet."
        )


class TestLimits(TwoAccounts):
    def test_a_share_of_the_free_stock_is_rounded_down(self):
        self.account.stock_share = 50
        self.assertEqual((self.offered(), self.offered_there()), (3, 7))
        self.account.stock_share = 10
        self.assertEqual(self.offered(), 0)

    def test_the_lowest_limit_counts(self):
        self.account.write({"stock_share": 80, "safety_buffer": 1})
        self.assertEqual(self.offered(), 5)
        self.account.quantity_cap = 4
        self.assertEqual(self.offered(), 4)
        self.account.safety_buffer = 5
        self.assertEqual(self.offered(), 2)

    def test_what_the_marketplace_subtracts_is_added_to_the_limit(self):
        self.account.write({"marketplace_subtracts": True, "quantity_cap": 3})
        self.place_some(2)
        self.catch_up()
        # It subtracts the two open items: shoppers can buy three.
        self.assertEqual(self.offered(), 5)

    def test_what_one_marketplace_subtracts_lowers_the_other(self):
        self.account.marketplace_subtracts = True
        self.place_some(2)
        self.pull()
        self.assertEqual((self.offered(), self.offered_there()), (7, 5))
