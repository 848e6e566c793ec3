"""The same piece is not sold twice: what is offered right after an order."""

from datetime import timedelta

from common import over_both_apis
from ordering import Ordering
from selling import SellingCase


class StockCase(Ordering, SellingCase):
    """Two dresses on sale, 7 pieces of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_books()
        cls.account.write({"orders_from": "2020-01-01", "invoice_orders": False})

    def setUp(self):
        super().setUp()
        self.sku = self.small.sku

    def offered(self):
        """Return how many pieces the account wants to offer of the small dress."""
        return self.small._wanted_quantities(self.account)[self.small.id]

    def sellable(self):
        """Return how many pieces shoppers can still buy of it at the marketplace."""
        return self.sandbox.products[self.sku].available


@over_both_apis
class TestStockAfterOrders(StockCase):
    def test_the_stock_flow_runs_next_for_what_was_sold(self):
        self.sell(self.sku, self.sku)
        self.run_cron("compare")
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertFalse(self.marked(self.medium))
        self.run_cron("stock")
        self.answer()
        self.assertEqual(self.small.listed_quantity, 5)
        self.assertEqual(self.sandbox.products[self.sku].quantity, 5)

    def test_with_the_switch_no_piece_counts_twice(self):
        self.account.marketplace_subtracts = True
        self.assertEqual(self.sellable(), 7)
        self.sell(self.sku, self.sku)
        self.run_cron("compare")
        self.run_cron("stock")
        self.answer()
        # The marketplace reserves two of its seven pieces for the order.
        self.assertEqual((self.offered(), self.sellable()), (7, 5))

    def test_what_the_marketplace_took_off_itself_is_set_right_where_it_seems_unchanged(
        self,
    ):
        self.account.marketplace_subtracts = True
        order = self.sell(self.sku)
        self.run_cron("compare")
        self.validate(order.sale_order_id.picking_ids)
        self.move(self.marketplace_items(order.item_ids), "ready_to_ship")
        self.move(self.marketplace_items(order.item_ids), "shipped")
        # One has left, another one has come: Odoo wants what it wanted before.
        self.set_stock(self.small.product_id, self.account.stock_warehouse_ids, 1)
        self.small.quantity_listed_at -= timedelta(hours=1)
        self.catch_up()
        self.assertEqual((self.offered(), self.sellable()), (7, 6))
        self.detect()
        self.run_cron("stock")
        self.answer()
        self.assertEqual((self.offered(), self.sellable()), (7, 7))
        self.detect()
        self.assertFalse(self.marked(self.small))


class TestWhatIsOffered(StockCase):
    def test_an_order_that_is_read_and_not_imported_yet_counts_as_sold(self):
        self.place(self.sku)
        self.pull()
        self.assertEqual(self.offered(), 6)
        self.follow()
        self.assertEqual(self.offered(), 6)

    def test_an_order_that_is_held_counts_as_sold(self):
        self.sell(self.sku, "NOBODY-KNOWS-THIS")
        self.assertEqual(self.account.order_ids.state, "held")
        self.assertEqual(self.offered(), 6)

    def test_an_order_that_is_not_confirmed_counts_as_sold(self):
        self.account.confirm_orders = False
        order = self.sell(self.sku)
        self.assertEqual(order.sale_order_id.state, "draft")
        self.assertEqual(self.offered(), 6)

    def test_an_order_whose_stock_is_not_reserved_counts_as_sold(self):
        order = self.sell(self.sku)
        order.sale_order_id.picking_ids.do_unreserve()
        self.assertEqual(self.offered(), 6)

    def test_a_delivery_that_the_marketplace_does_not_know_of_counts_once(self):
        order = self.sell(self.sku)
        self.validate(order.sale_order_id.picking_ids)
        self.assertEqual(self.offered(), 6)

    def test_more_orders_than_stock_offer_nothing(self):
        for _number in range(9):
            self.place(self.sku)
        self.catch_up()
        self.assertEqual(self.offered(), 0)

    def test_a_cancelled_order_gives_its_piece_back(self):
        order = self.sell(self.sku)
        self.move(self.marketplace_items(order.item_ids), "canceled")
        self.catch_up()
        self.assertEqual(self.offered(), 7)

    def test_with_the_switch_open_orders_are_added(self):
        self.account.marketplace_subtracts = True
        order = self.sell(self.sku)
        self.assertEqual(self.offered(), 7)
        order.sale_order_id.picking_ids.do_unreserve()
        self.assertEqual(self.offered(), 7)
        self.validate(order.sale_order_id.picking_ids)
        # It is gone here, and still open there.
        self.assertEqual(self.offered(), 7)
        self.move(self.marketplace_items(order.item_ids), "ready_to_ship")
        self.move(self.marketplace_items(order.item_ids), "shipped")
        self.catch_up()
        self.assertEqual(self.offered(), 6)

    def test_the_number_of_queries_does_not_grow_with_the_orders(self):
        counts = []
        for number in (2, 20):
            for _order in range(number):
                self.place(self.sku)
            self.catch_up()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.offered()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
