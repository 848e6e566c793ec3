"""What made-up stories about prices have found; see test_any_price_sequence.py."""

from selling import ComparingCase


class TestPriceRegressions(ComparingCase):
    def test_a_fall_by_exactly_the_threshold_does_not_wait(self):
        for old, new in ((99.0, 69.3), (100.0, 70.0), (20.0, 14.0)):
            self.account.max_price_fall = 0
            self.small.price = old
            self.detect()
            self.account.max_price_fall = 30
            self.small.price = new - 0.01
            self.detect()
            self.assertEqual(self.marked(self.small), {"price": "error"}, new)
            self.small.price = new
            self.detect()
            self.assertEqual(self.marked(self.small), {"price": "pending"}, new)
