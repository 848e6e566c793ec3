"""From a held order to an imported one, as README.rst says it, in a real browser."""

from browsing import prepare_pages
from common import ConnectorHttpCase, WithMarketplace
from ordering import Ordering
from rights import USER

from odoo.tests import new_test_user


class TestHeldOrder(Ordering, WithMarketplace, ConnectorHttpCase):
    """An order of a product that is in Odoo, and of a SKU that is not."""

    api_type = "rest"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_pages(cls.env)
        cls._make_books()
        cls.make_style("DRESS", "S M")
        cls.account.write(
            {
                "warehouse_id": cls.warehouse.id,
                "orders_from": "2020-01-01",
                "payment_journal_id": cls.clearing.id,
                "connection_state": "connected",
            }
        )
        cls.user = new_test_user(cls.env, "order_desk", groups=USER)

    def test_a_user_chooses_the_product_of_an_unknown_sku_and_has_it_imported(self):
        order = self.sell("DRESS-Navy-S", "OLD-NAME")
        self.assertEqual(order.state, "held")

        self.start_tour("/odoo", "iconic_orders_map_sku", login=self.user.login)
        self.follow()

        self.assertEqual(order.state, "imported")
        self.assertFalse(order.attention or order.invoice_error)
        self.assertEqual(
            order.sale_order_id.order_line.product_id.mapped("default_code"),
            ["DRESS-Navy-S", "DRESS-Navy-M"],
        )
        later = self.sell("OLD-NAME")
        self.assertEqual(later.item_ids.product_id, self.product("DRESS-Navy-M"))
