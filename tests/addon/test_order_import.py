"""From an order of the marketplace to a confirmed sales order."""

from common import over_both_apis
from ordering import OrderCase


@over_both_apis
class TestImportingOrders(OrderCase):
    def test_an_order_becomes_a_confirmed_sales_order_with_reserved_stock(self):
        order = self.sell(self.small, self.medium)
        sale = order.sale_order_id
        self.assertFalse(order.error)
        self.assertEqual((order.state, sale.state), ("imported", "sale"))
        self.assertEqual(sale.amount_total, self.total(order))
        self.assertEqual(sale.client_order_ref, order.number)
        self.assertEqual(sale.picking_ids.state, "assigned")
