"""The first price of a product waits where it cannot be meant."""

from common import contract, over_both_apis
from selling import MarketplaceCase, Selling


@over_both_apis
class TestFirstPrices(Selling, MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    def begin(self):
        super().begin()
        self.account.action_send_products()
        self.small = self.listing("DRESS-Navy-S")
        self.product = self.small.product_id

    def create_products(self):
        self.run_cron("create")
        self.answer()

    def assert_waits(self, words):
        """Check that this product alone is not created, and why."""
        self.create_products()
        self.assertEqual(self.statuses(self.small)["DRESS-Navy-S"][2], "error")
        self.assertIn(words, self.small.content_error)
        self.assertEqual(list(self.sandbox.products), ["DRESS-Navy-M"])

    @contract
    def test_below_a_share_of_the_rrp_it_waits_and_may_be_approved(self):
        self.small.rrp = 999.0
        self.assert_waits("only 9 % of the 999.00 beside it")
        self.small.with_context(seen_price=99.0).action_send_anyway()
        self.create_products()
        created = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((created.price, created.sale_price), (999, 99))

    def test_which_share_is_a_setting(self):
        self.small.rrp = 999.0
        self.account.min_rrp_share = 9
        self.create_products()
        self.assertEqual(len(self.sandbox.products), 2)

    def test_zero_is_no_threshold(self):
        self.small.rrp = 9_999.0
        self.account.min_rrp_share = 0
        self.create_products()
        self.assertEqual(len(self.sandbox.products), 2)

    def test_below_cost_it_waits(self):
        self.product.standard_price = 120.0
        self.assert_waits("below the cost of 120.00")

    def test_below_the_floor_it_waits(self):
        self.small.minimum_price = 120.0
        self.assert_waits("below the limit of 120.00")

    def test_a_corrected_price_goes_out_by_itself(self):
        self.small.rrp = 999.0
        self.assert_waits("only 9 %")
        self.small.rrp = 129.0
        self.detect()
        self.create_products()
        self.assertEqual(len(self.sandbox.products), 2)

    def test_a_removed_product_has_a_first_price_again(self):
        self.publish()
        self.detect()
        self.assertEqual(self.small.last_wanted_price, 99.0)
        self.small.action_remove()
        self.run_cron("remove")
        self.answer()
        self.assertFalse(self.small.last_wanted_price)

    def test_the_check_of_the_season_names_it(self):
        self.small.rrp = 999.0
        self.account.action_check_products()
        self.assertIn("only 9 %", self.account.problem_ids.message)
