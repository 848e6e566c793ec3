"""What a feed costs the database does not grow with the products in it."""

from functools import partial

from selling import SellingCase

from odoo.addons.iconic_connector.domain.flows import FLOWS

#: Styles in two sizes: few and many.
FEW, MANY = 2, 12
LONG_AGO = "2020-01-01 00:00:00"


class TestQueriesOfFeeds(SellingCase):
    """Feeds of few and of many products, two of which the marketplace refuses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(1, MANY):
            cls.make_style(f"DRESS{number}")

    def setUp(self):
        super().setUp()
        self.send_quantities_in_feeds()
        self.styles = self.account.listing_ids.product_tmpl_id

    def cost_of(self, flow, styles):
        """Send the listings of some styles, and have the answer read.

        :return: the queries of sending and of reading
        """
        listings = self.account.listing_ids.filtered(
            lambda one: one.product_tmpl_id in styles
        )
        listings.write({f"{flow.flag}_status": "pending"})
        for listing in listings[:2]:
            self.sandbox.faults.add("sku_error", sku=listing.sku)
        sending = self.count_queries(flow.name)
        feed = self.feeds()[-1]
        self.assertEqual(feed.sent_count, len(listings))
        self.let_marketplace_work()
        feed.next_poll_at = LONG_AGO
        reading = self.count_queries("feed_reader")
        self.assertEqual((feed.state, feed.failed_count), ("done", 2))
        listings._reset_errors()
        return sending, reading

    def assert_cost_does_not_grow(self, flow, change):
        """Compare feeds of few and of many; what is cached for good is by then.

        :param flow: its name
        :param change: function of styles, that gives them something to send
        """

        def cost_of(number):
            styles = self.styles[:number]
            change(styles)
            return self.cost_of(FLOWS[flow], styles)

        costs = [self.least_of(partial(cost_of, number)) for number in (1, FEW, MANY)]
        self.assertEqual(costs[1], costs[2])

    def test_prices_of_many_cost_as_many_queries_as_those_of_few(self):
        def change(styles):
            for style in styles:
                style.list_price += 10

        self.assert_cost_does_not_grow("price", change)

    def test_stock_of_many_costs_as_many_queries_as_that_of_few(self):
        def change(styles):
            for product in styles.product_variant_ids:
                self.set_stock(product, self.warehouse, 1)

        self.assert_cost_does_not_grow("stock", change)

    def test_whole_products_cost_as_many_queries_as_few_of_them(self):
        def change(styles):
            for style in styles:
                style.name += "!"

        self.assert_cost_does_not_grow("update", change)
