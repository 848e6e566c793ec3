"""What one more batch costs: so many queries, however many products are in it.

Odoo's own for the progress of a cron, one or two with each commit, are among them.
"""

from functools import partial

from selling import SellingCase

from odoo.addons.iconic_connector.domain.flows import FLOWS

LONG_AGO = "2020-01-01 00:00:00"
#: Of a feed of prices, from choosing its products until its number is stored.
SENDING_PRICES = 31
#: Of a feed of stock, likewise; two of them only where so few go in a feed.
SENDING_STOCK = 40
#: Of a feed of whole products, likewise.
SENDING_UPDATES = 60
#: Of the answer to a feed, from choosing the feed until its results are stored.
READING = 18
#: More, where the marketplace refuses some of the products.
REFUSALS = 4


class TestQueriesOfBatches(SellingCase):
    """Runs of two and of three feeds: they differ in one batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(1, 3):
            cls.make_style(f"DRESS{number}")

    def setUp(self):
        super().setUp()
        self.send_quantities_in_feeds()
        self.styles = self.account.listing_ids.product_tmpl_id
        self.account.batch_size = 2

    def cost_of(self, flow, count, refused):
        """Send the listings of some styles, a feed for each, and read the answers.

        :return: the queries of sending and of reading
        """
        listings = self.account.listing_ids.filtered(
            lambda one: one.product_tmpl_id in self.styles[:count]
        )
        listings.write({f"{flow.flag}_status": "pending"})
        for style in self.styles[:count] if refused else ():
            sku = style.product_variant_ids[0].default_code
            self.sandbox.faults.add("sku_error", sku=sku)
        known = self.feeds()
        sending = self.count_queries(flow.name)
        feeds = self.feeds() - known
        self.assertEqual(feeds.mapped("sent_count"), [2] * count)
        self.let_marketplace_work()
        feeds.next_poll_at = LONG_AGO
        reading = self.count_queries("feed_reader")
        self.assertEqual(set(feeds.mapped("state")), {"done"})
        self.assertEqual(sum(feeds.mapped("failed_count")), refused and count)
        listings._reset_errors()
        return sending, reading

    def cost_of_one_more(self, flow, change, refused=0):
        """Return the queries of one more batch; what is cached for good is by then."""

        def cost_of(count):
            change(self.styles[:count])
            return self.cost_of(FLOWS[flow], count, refused)

        costs = [self.least_of(partial(cost_of, count)) for count in (1, 2, 3)]
        return tuple(more - less for less, more in zip(costs[1], costs[2], strict=True))

    def change_prices(self, styles):
        for style in styles:
            style.list_price += 10

    def change_stock(self, styles):
        for product in styles.product_variant_ids:
            self.set_stock(product, self.warehouse, 1)

    def change_names(self, styles):
        for style in styles:
            style.name += "!"

    def test_a_batch_of_prices(self):
        cost = self.cost_of_one_more("price", self.change_prices)
        self.assertEqual(cost, (SENDING_PRICES, READING))

    def test_a_batch_of_stock(self):
        cost = self.cost_of_one_more("stock", self.change_stock)
        self.assertEqual(cost, (SENDING_STOCK, READING))

    def test_a_batch_of_updates(self):
        cost = self.cost_of_one_more("update", self.change_names)
        self.assertEqual(cost, (SENDING_UPDATES, READING))

    def test_a_batch_with_refusals(self):
        cost = self.cost_of_one_more("price", self.change_prices, refused=1)
        self.assertEqual(cost, (SENDING_PRICES, READING + REFUSALS))
