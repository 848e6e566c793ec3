"""How prices that wait are kept from going out, and errors from staying on."""

from test_detecting_prices import TestPromotions
from test_price_curves import CurveCase

DRESS = "DRESS-Navy-S"
WEEKEND = TestPromotions.WEEKEND


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
