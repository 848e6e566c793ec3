"""How prices that wait are kept from going out, and errors from staying on."""

from test_detecting_prices import TestPromotions
from test_price_curves import CurveCase

DRESS = "DRESS-Navy-S"
WEEKEND = TestPromotions.WEEKEND


class TestApprovals(CurveCase):
    def assert_held(self, words=""):
        self.detect()
        self.assertEqual(self.send_and_accept("price").get(DRESS), None)
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn(words, self.small.price_error)

    def test_a_limit_that_is_set_while_a_price_is_pending_holds_it(self):
        self.style.list_price = 90.0
        self.detect()
        self.account.minimum_price = 95.0
        self.assertEqual(self.send_and_accept("price"), {})
        self.assert_held("below the limit of 95.00")

    def test_a_cost_that_rises_while_a_price_is_pending_holds_it(self):
        self.style.list_price = 90.0
        self.detect()
        self.small.product_id.standard_price = 95.0
        self.assertNotIn(DRESS, self.send_and_accept("price"))
        self.assert_held("below the cost")

    def test_approving_a_sell_out_approves_no_price_that_was_not_shown(self):
        self.small.write({"quantity_status": "error", "quantity_error": "Waits"})
        self.account.sell_out_threshold_exceeded = True
        self.small.listed_quantity = 5
        self.style.list_price = 2.0
        self.small.with_context(seen_price=0.0).action_send_anyway()
        self.assertFalse(self.small.approved_price)
        self.assertTrue(self.small.sell_out_approved)


class TestProtectedPrices(CurveCase):
    def test_protecting_the_price_ends_its_error(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.protect_price = True
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.has_error)

    def test_protecting_a_pending_price_sends_nothing(self):
        self.style.list_price = 90.0
        self.detect()
        self.small.action_protect()
        self.assertNotIn(DRESS, self.send_and_accept("price"))

    def test_retry_sends_no_price_that_waited_before_it_was_protected(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.protect_price = True
        self.small.action_retry()
        self.assertEqual(self.send_and_accept("price"), {})
