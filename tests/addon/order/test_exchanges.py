"""Orders that replace items of other ones."""

from common import contract, over_both_apis
from ordering import OrderCase


@over_both_apis
class TestExchanges(OrderCase):
    def begin(self):
        super().begin()
        self.first = self.sell(self.small)

    @contract
    def test_an_exchange_names_its_first_order_and_costs_nothing(self):
        first = self.first
        exchange = self.sell(self.medium, price="0.00", exchange_for=first.external_id)
        self.assertFalse(exchange.error)
        self.assertEqual(exchange.exchange_for_id, first)
        self.assertEqual(first.exchange_count, 1)
        self.assertEqual(first.action_view_exchanges()["res_id"], exchange.id)
        self.assertEqual(exchange.action_view_exchange_for()["res_id"], first.id)
        self.assertEqual(exchange.state, "imported")
        self.assertEqual((exchange.worth, exchange.sale_order_id.amount_total), (0, 0))
        self.assertTrue(exchange.sale_order_id.picking_ids)

    def test_an_exchange_is_worth_what_the_marketplace_says(self):
        exchange = self.sell(
            self.medium, price="7.70", exchange_for=self.first.external_id
        )
        self.assertEqual(exchange.sale_order_id.amount_total, 7.7)

    def test_a_first_order_that_arrives_later_is_linked(self):
        placed = self.place(self.small)
        replacing = self.place(self.medium, exchange_for=placed.id)
        self.account._store_read(self._read(replacing), None)
        exchange = self.order(replacing)
        self.assertEqual(exchange.exchange_for, str(placed.id))
        self.assertFalse(exchange.exchange_for_id)
        self.catch_up()
        self.assertEqual(exchange.exchange_for_id, self.order(placed))

    def _read(self, placed):
        """Read one order from the marketplace, with its items."""
        with self.account._connect_for_user() as client:
            records = [
                one for one in client.orders().records if one.order_id == str(placed.id)
            ]
            return self.account._with_items(client, records)
