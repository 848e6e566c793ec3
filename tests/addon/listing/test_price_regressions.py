"""What made-up stories about prices have found; see test_any_price_sequence.py."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from selling import ComparingCase, SellingCase

from odoo.addons.iconic_connector.seller_center.records import ListedProduct


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

    def test_a_sale_that_is_over_does_not_hide_that_a_price_has_arrived(self):
        self.style.list_price = 95.0
        self.detect()
        line = self.send_by("price").line_ids[:1]
        end = datetime(2026, 11, 2, 10, tzinfo=timezone.utc)
        outside = ListedProduct(
            line.seller_sku,
            price=Decimal("95.00"),
            sale_price=Decimal("90.00"),
            sale_start=end - timedelta(days=1),
            sale_end=end,
        )
        self.assertTrue(line._has_values_of(outside))
        later = replace(outside, sale_end=end + timedelta(seconds=1))
        self.assertFalse(line._has_values_of(later))


class TestSalesThatAreOver(SellingCase):
    """Where sales run out, they stay at the marketplace when they are over."""

    def begin(self):
        super().begin()
        over = datetime.now(timezone.utc) - timedelta(hours=1)
        self.ended = {
            "sale_price": Decimal("99.00"),
            "sale_start": over - timedelta(days=1),
            "sale_end": over,
        }

    def end_sale_outside(self):
        vars(self.sandbox.products["DRESS-Navy-S"]).update(self.ended)

    def test_one_that_is_over_is_no_mismatch(self):
        self.end_sale_outside()
        self.account.action_find_mismatches()
        self.run_cron("readback")
        self.assertFalse(self.env["iconic.mismatch"].search([]))
