"""The merchant guide's steps with orders, in a real browser."""

from browsing import prepare_pages
from common import ConnectorHttpCase, WithMarketplace
from ordering import Ordering


class TestOrderSteps(Ordering, WithMarketplace, ConnectorHttpCase):
    """From the configuration of the account to a shipped order."""

    api_type = "rest"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_pages(cls.env)
        cls._make_books()
        cls.make_style("DRESS", "S")
        cls.account.write({"warehouse_id": cls.warehouse.id, "bill_to": "buyer"})

    def test_a_user_configures_pulls_and_ships(self):
        placed = self.place("DRESS-Navy-S", customer={"first_name": "Matilda"})

        self.start_tour("/odoo", "iconic_orders_configure", login="admin")
        self.catch_up()
        order = self.order(placed)
        sale = order.sale_order_id
        self.assertEqual((sale.state, order.invoice_error), ("sale", False))
        self.assertEqual(sale.invoice_ids.payment_state, "paid")

        self.start_tour("/odoo", "iconic_orders_make_ready", login="admin")
        self.send_updates()
        self.assertEqual(placed.items[0].status, "ready_to_ship")
        self.assertEqual(placed.items[0].tracking_code, "CC12345678")

        delivery = f"/odoo/action-stock.action_picking_tree_all/{sale.picking_ids.id}"
        self.start_tour(delivery, "iconic_orders_ship", login="admin")
        self.send_updates()
        self.assertEqual(placed.items[0].status, "shipped")
