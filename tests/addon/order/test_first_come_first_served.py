"""Scarce stock goes to the oldest order, in whichever order they are read."""

from ordering import OrderCase, OtherAccount

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.iconic_connector import const

MORNING, NOON, EVENING = (f"2026-05-04 {hour}:00:00" for hour in ("08", "12", "18"))


class ScarceCase(OrderCase):
    """One piece left of a dress."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dress = cls.product(cls.small)
        cls.stock = cls.warehouse.lot_stock_id
        cls.set_stock(cls.dress, cls.warehouse, 1 - cls.dress.free_qty)

    def reserved(self, *placed):
        """Return how many pieces are reserved for each order."""
        return [
            sum(self.order(one).sale_order_id.picking_ids.move_ids.mapped("quantity"))
            for one in placed
        ]

    def receive(self, quantity=1):
        """Receive pieces of the dress from a supplier."""
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.dress.id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        self.validate(receipt)

    def cancel(self, placed):
        """Let the marketplace cancel an order, and read that."""
        self.move(placed.items, "canceled")
        self.catch_up()


class TestFirstComeFirstServed(ScarceCase):
    def test_of_one_pull_the_oldest_order_gets_the_last_piece(self):
        noon = self.place(self.small, created_at=NOON)
        evening = self.place(self.small, created_at=EVENING)
        morning = self.place(self.small, created_at=MORNING)
        self.catch_up()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 0])

    def test_the_oldest_order_gets_it_from_the_last_page(self):
        self.patch(const, "ORDERS_PER_PAGE", 1)
        placed = [
            self.place(self.small, created_at=one) for one in (MORNING, NOON, EVENING)
        ]
        self.catch_up()
        self.assertEqual(self.reserved(*placed), [1, 0, 0])

    def test_what_came_last_waits_until_the_pull_is_complete(self):
        self.patch(const, "ORDERS_PER_PAGE", 1)
        morning = self.place(self.small, created_at=MORNING)
        evening = self.place(self.small, created_at=EVENING)
        self.add_fault("cut_before", "GetOrders", skip=1, times=9)
        self.pull()
        self.follow()
        self.assertEqual(self.order(evening).state, "new")
        self.assertFalse(self.order(morning))
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.catch_up()
        self.assertEqual(self.reserved(morning, evening), [1, 0])

    def test_a_pull_that_is_interrupted_for_long_holds_nothing_up(self):
        self.patch(const, "ORDERS_PER_PAGE", 1)
        self.place(self.small, created_at=MORNING)
        evening = self.place(self.small, created_at=EVENING)
        self.add_fault("cut_before", "GetOrders", skip=1, times=9)
        self.pull()
        job = self.account._job("order_pull")
        long_ago = fields.Datetime.now() - const.PULL_PATIENCE
        job.position = {**job.position, "started_at": long_ago.isoformat()}
        self.follow()
        self.assertEqual(self.reserved(evening), [1])

    def test_an_interrupted_order_goes_last(self):
        morning = self.place(self.small, created_at=MORNING)
        noon = self.place(self.small, created_at=NOON)
        evening = self.place(self.small, created_at=EVENING)
        self.pull()
        self.order(morning).lease_until = "2026-05-04 08:10:00"
        self.follow()
        self.assertEqual(self.reserved(morning, noon, evening), [0, 1, 0])

    def test_an_order_without_a_date_goes_after_those_with_one(self):
        undated = self.place(self.small, created_at=MORNING)
        evening = self.place(self.small, created_at=EVENING)
        self.pull()
        self.order(undated).ordered_at = False
        self.follow()
        self.assertEqual(self.reserved(undated, evening), [0, 1])
        self.assertEqual(self.order(undated).state, "imported")

    def test_an_order_that_was_held_gets_what_is_left(self):
        self.account.confirm_orders = True
        morning = self.place(self.small, "UNKNOWN", created_at=MORNING)
        evening = self.place(self.small, created_at=EVENING)
        self.catch_up()
        self.assertEqual(self.order(morning).state, "held")
        self.order(morning).item_ids.filtered(
            lambda one: one.seller_sku == "UNKNOWN"
        ).product_id = self.product(self.medium)
        self.order(morning).action_retry()
        self.follow()
        self.assertEqual(self.order(morning).state, "imported")
        self.assertEqual(self.reserved(evening), [1])
        moves = self.order(morning).sale_order_id.picking_ids.move_ids
        self.assertEqual(
            moves.filtered(lambda one: one.product_id == self.dress).quantity, 0
        )


class TestWhatOthersRelease(ScarceCase):
    """Three orders wait, of which only the newest has a piece.

    The two others were held at first, and confirmed in the wrong order.
    """

    def begin(self):
        super().begin()
        placed = [
            self.place(self.small, created_at=one) for one in (MORNING, NOON, EVENING)
        ]
        self.pull()
        for order in map(self.order, reversed(placed)):
            # As if the jobs of three accounts had imported them, one after the other.
            order._process()
        self.assertEqual(self.reserved(*placed), [0, 0, 1])
        self.numbers = [one.id for one in placed]

    def waiting(self):
        """Return the three orders at the marketplace, the oldest first."""
        return [self.sandbox.orders.orders[number] for number in self.numbers]

    def test_the_oldest_waiting_order_gets_what_is_received(self):
        morning, noon, evening = self.waiting()
        self.receive()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 1])
        self.receive()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 1, 1])

    def test_the_oldest_gets_it_though_another_has_to_leave_earlier(self):
        morning, noon, evening = self.waiting()
        for placed, day in ((morning, 9), (noon, 8)):
            move = self.order(placed).sale_order_id.picking_ids.move_ids
            move.date = f"2026-05-0{day} 12:00:00"
        self.receive()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 1])

    def test_an_urgent_delivery_comes_before_older_ones(self):
        morning, noon, evening = self.waiting()
        self.order(noon).sale_order_id.picking_ids.priority = "1"
        self.receive()
        self.assertEqual(self.reserved(morning, noon, evening), [0, 1, 1])

    def test_odoos_scheduler_serves_the_oldest(self):
        morning, noon, evening = self.waiting()
        self.set_stock(self.dress, self.warehouse, 1)
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 1])

    def test_a_counted_piece_goes_to_the_oldest(self):
        morning, noon, evening = self.waiting()
        quant = self.env["stock.quant"]._gather(self.dress, self.stock)
        quant.inventory_quantity = 2
        quant.action_apply_inventory()
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 1])

    def test_what_a_cancelled_order_releases_goes_to_the_oldest_not_to_a_new_one(self):
        morning, noon, evening = self.waiting()
        self.cancel(evening)
        new = self.place(self.small)
        self.catch_up()
        self.assertEqual(self.reserved(morning, noon, new), [1, 0, 0])

    def test_nor_to_one_that_is_confirmed_by_hand(self):
        morning, noon, evening = self.waiting()
        self.cancel(evening)
        self.account.confirm_orders = False
        new = self.place(self.small)
        self.catch_up()
        self.order(new).sale_order_id.action_confirm()
        self.assertEqual(self.reserved(morning, noon, new), [1, 0, 0])

    def test_orders_of_the_own_shop_keep_their_place(self):
        morning, noon, evening = self.waiting()
        sale = Form(self.env["sale.order"])
        sale.partner_id = self.env["res.partner"].create({"name": "Shop"})
        with sale.order_line.new() as line:
            line.product_id = self.dress
        sale = sale.save()
        sale.warehouse_id = self.warehouse
        sale.action_confirm()
        move = sale.picking_ids.move_ids
        self.assertEqual(move.quantity, 0)
        move.date = "2026-01-01 12:00:00"
        self.receive()
        self.assertEqual(move.quantity, 1)
        self.assertEqual(self.reserved(morning, noon, evening), [0, 0, 1])


class TestAccountsOfOneWarehouse(OtherAccount, ScarceCase):
    """Two accounts of one company, each at a marketplace of its own."""

    def order_of(self, account, placed):
        return account.order_ids.filtered(lambda one: one.external_id == str(placed.id))

    def reserved_of(self, account, placed):
        sale = self.order_of(account, placed).sale_order_id
        return sum(sale.picking_ids.move_ids.mapped("quantity"))

    def race(self, *skus_of_older):
        """Place an older order at one account, and a newer at the other; both ways.

        :return: what is reserved for the older and the newer one
        """
        first, second = self.account, self.other
        older = self.place_at(second, *skus_of_older, created_at=MORNING)
        newer = self.place_at(first, self.small, created_at=NOON)
        for account, moment in ((first, "2020-01-01"), (second, "2020-01-02")):
            account._job("order_process").started_at = moment
        self.pull()
        self.follow()
        return self.reserved_of(second, older), self.reserved_of(first, newer)

    def test_the_older_order_wins_whose_account_has_its_turn_later(self):
        self.assertEqual(self.race(self.small), (1, 0))

    def test_also_if_the_other_account_sells_it_under_another_name(self):
        self.env["iconic.sku.map"].create(
            {
                "account_id": self.other.id,
                "seller_sku": "OTHER-NAME",
                "product_id": self.dress.id,
            }
        )
        self.assertEqual(self.race("OTHER-NAME"), (1, 0))

    def test_a_paused_account_is_not_waited_for(self):
        self.other.pause_ids = [Command.create({"job": "all"})]
        self.assertEqual(self.race(self.small), (0, 1))

    def test_an_older_order_that_is_held_holds_nothing_up(self):
        older, newer = self.race(self.small, "UNKNOWN")
        self.assertEqual((older, newer), (0, 1))
        self.assertEqual(self.other.held_count, 1)
        self.assertTrue(
            self.other.activity_search(["iconic_connector.mail_activity_type_orders"])
        )
