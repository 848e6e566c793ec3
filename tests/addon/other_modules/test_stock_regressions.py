"""Stories about stock that went wrong once, the shortest of each kind."""

from stock_sequences import RandomStock

from odoo.fields import Command


class StockStories(RandomStock):
    """6 TOP and 10 SOCK in stock, and two accounts that sell them."""

    def setUp(self):
        super().setUp()
        self.begin_story()

    def tell(self, *steps):
        """Take steps, none of which may be refused."""
        for name, *arguments in steps:
            getattr(self, f"step_{name}")(*arguments)
            self.env.flush_all()

    def assert_offered(self, **expected):
        """Check what both accounts offer.

        :param expected: pieces by SKU
        """
        for account, listings in zip(self.accounts, self.listings, strict=True):
            wanted = listings._wanted_quantities(account)
            found = {one.product_id.default_code: wanted[one.id] for one in listings}
            self.assertEqual({sku: found[sku] for sku in expected}, expected)


class TestShippedThereAndNotHere(StockStories):
    """The marketplace knows that a piece has left; Odoo still has it on record."""

    def test_an_order_shipped_before_its_import_claims_its_items(self):
        self.tell(("buy", 0, ["TOP"]), ("become", 0, "all", "shipped"))
        self.assert_offered(TOP=5)

    def test_a_quotation_whose_items_were_shipped_claims_them(self):
        self.account.confirm_orders = False
        self.tell(
            ("buy", 0, ["TOP"]),
            ("process_all",),
            ("become", 0, "all", "delivered"),
            ("process_all",),
        )
        self.assert_offered(TOP=5)

    def test_an_unreserved_delivery_of_shipped_items_claims_them(self):
        self.tell(
            ("buy", 0, ["TOP"]),
            ("process_all",),
            ("unreserve", 0),
            ("become", 0, "all", "shipped"),
            ("process_all",),
        )
        self.assert_offered(TOP=5)

    def test_goods_that_wait_in_a_place_that_was_given_up_are_still_sold(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.tell(("buy", 0, ["TOP"]), ("process_all",))
        # Odoo makes no second step any more for what was picked after this.
        self.tell(("steps", "ship_only"), ("validate", 0, "all"))
        self.assertFalse(self.transfers(0))
        self.assert_offered(TOP=5)
        self.tell(("become", 0, "all", "shipped"), ("process_all",))
        self.assert_offered(TOP=5)

    def test_a_failed_delivery_that_is_still_to_validate_claims_its_items(self):
        self.tell(
            ("buy", 0, ["TOP"]),
            ("process_all",),
            ("unreserve", 0),
            ("become", 0, "all", "failed"),
            ("process_all",),
        )
        self.assert_offered(TOP=5)

    def test_a_shipped_item_takes_no_claim_from_one_that_waits(self):
        self.tell(
            ("buy", 0, ["TOP", "TOP"]),
            ("process_all",),
            ("unreserve", 0),
            ("become", 0, "first", "shipped"),
            ("process_all",),
        )
        self.assert_offered(TOP=4)

    def test_a_status_that_nobody_knows_claims_its_item(self):
        self.tell(("buy", 0, ["TOP"], "being_checked"))
        self.assert_offered(TOP=5)


class TestOddDeliveries(StockStories):
    def test_an_item_left_without_a_backorder_is_still_sold(self):
        self.tell(("buy", 0, ["TOP", "TOP"]), ("process_all",), ("validate", 0, "last"))
        self.assert_offered(TOP=4)

    def test_a_cancelled_backorder_leaves_its_item_sold(self):
        self.tell(("buy", 0, ["TOP", "TOP"]), ("process_all",), ("validate", 0, "one"))
        self.tell(("cancel_transfer", 0))
        self.assert_offered(TOP=4)

    def test_a_part_of_a_kit_left_without_a_backorder_is_still_sold(self):
        self.tell(("buy", 0, ["KIT"]), ("process_all",))
        delivery = self.transfers(0)
        moves = delivery.move_ids.grouped("product_id")
        moves[self.top].write({"quantity": 1, "picked": True})
        moves[self.sock].write({"quantity": 0, "picked": False})
        delivery.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=delivery.ids
        ).button_validate()
        self.assert_offered(TOP=5, SOCK=8)

    def test_a_line_in_dozens_claims_no_dozen_for_each_piece(self):
        self.step_adjust("SOCK", 20)
        self.account.confirm_orders = False
        self.tell(("buy", 0, ["SOCK"] * 12), ("process_all",))
        sale = self.stored(0).sale_order_id
        line = sale.order_line.filtered("iconic_item_ids")
        line.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "product_uom_qty": 1,
            }
        )
        sale.action_confirm()
        self.assertEqual(sum(sale.picking_ids.move_ids.mapped("product_qty")), 12)
        self.assert_offered(SOCK=18)
        self.tell(("unreserve", 0))
        self.assert_offered(SOCK=18)

    def test_a_piece_that_came_back_by_hand_is_not_claimed_by_a_reserved_one(self):
        self.tell(
            ("buy", 0, ["TOP", "TOP"]),
            ("process_all",),
            ("validate", 0, "one"),
            ("become", 0, "first", "delivered"),
            ("process_all",),
            ("return_by_hand", 0, 1),
        )
        self.assertEqual(self.transfers(0).move_ids.quantity, 1)
        # Six on the shelf; one of them is reserved for the item that waits.
        self.assert_offered(TOP=5)

    def test_a_parcel_that_is_sent_again_is_reserved_and_not_claimed(self):
        self.tell(
            ("buy", 0, ["TOP"]),
            ("process_all",),
            ("validate", 0, "all"),
            ("return_by_hand", 0, 1),
        )
        self.assert_offered(TOP=5)
        self.tell(("send_again", 0))
        again = self._open(self._returns(self.stored(0)))
        self.assertEqual(again.state, "assigned")
        self.assert_offered(TOP=5)
        self._validate(again)
        self.assert_offered(TOP=5)

    def test_an_exchange_lets_an_item_that_waits_claim_one_piece(self):
        self.tell(
            ("buy", 0, ["TOP", "TOP"]),
            ("process_all",),
            ("validate", 0, "one"),
            ("become", 0, "first", "delivered"),
            ("process_all",),
        )
        done = self.stored(0).sale_order_id.picking_ids.filtered(
            lambda one: one.state == "done"
        )
        wizard = self.env["stock.return.picking"].create({"picking_id": done.id})
        wizard.product_return_moves.quantity = 1
        wizard.action_create_exchanges()
        self.tell(("receive", 0), ("assign_all",))
        # Six on the shelf, one reserved for the exchange, one for the item that waits.
        self.assert_offered(TOP=4)

    def test_a_late_item_that_a_user_has_added_counts_once(self):
        self.tell(("buy", 0, ["TOP"]), ("process_all",))
        self._store(
            self.account, "1", [("1-0", "TOP", "pending"), ("1-1", "TOP", "pending")]
        )
        self.tell(("process_all",))
        self.assert_offered(TOP=4)
        sale = self.stored(0).sale_order_id
        sale.order_line = [
            Command.create({"product_id": self.top.id, "product_uom_qty": 1})
        ]
        self.assertEqual(sum(sale.picking_ids.move_ids.mapped("quantity")), 2)
        self.assert_offered(TOP=4)


class TestWhereItShipsFrom(StockStories):
    def test_an_account_that_offers_nothing_claims_where_it_ships_from(self):
        own = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.set_stock(self.top, own, 6)
        self.account.write({"stock_warehouse_ids": own.ids, "warehouse_id": False})
        self.other.write(
            {
                "stock_warehouse_ids": False,
                "warehouse_id": False,
                "confirm_orders": False,
            }
        )
        self.tell(("buy", 1, ["TOP"]), ("process_all",))
        self.assertEqual(self.stored(0).sale_order_id.warehouse_id, own)
        listing = self.listings[0].filtered(lambda one: one.product_id == self.top)
        self.assertEqual(listing._wanted_quantities(self.account)[listing.id], 5)

    def test_a_user_who_lets_another_warehouse_ship_has_it_claimed_there(self):
        second = self._warehouse("Second")
        self.set_stock(self.top, second, 4)
        self.other.write({"stock_warehouse_ids": second.ids, "warehouse_id": second.id})
        self.account.confirm_orders = False
        self.tell(("buy", 0, ["TOP"]), ("process_all",))
        sale = self.stored(0).sale_order_id
        sale.warehouse_id = second
        sale.action_confirm()
        self.assertEqual(sale.picking_ids.move_ids.location_id, second.lot_stock_id)
        self.tell(("unreserve", 0))
        listing = self.listings[1].filtered(lambda one: one.product_id == self.top)
        self.assertEqual(listing._wanted_quantities(self.other)[listing.id], 3)
