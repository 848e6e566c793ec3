"""A warning that names a product is shown; what became of it is read, not guessed.

Design, section 4: what is there decides, whatever the words.
"""

import base64
from datetime import timedelta
from unittest.mock import patch

from common import contract, over_both_apis, picture
from selling import SellingCase

from odoo import fields

HARMLESS = "Exclusive products need a size chart"
LEFT_OUT = "This product was passed over"


@over_both_apis
class TestWarnings(SellingCase):
    def warn(self, message, excluded, action="ProductUpdate"):
        self.sandbox.faults.add(
            "sku_warning",
            action=action,
            sku="DRESS-Navy-S",
            message=message,
            excluded=excluded,
        )

    def change(self, **values):
        """Change the small dress in Odoo, and have that sent and answered."""
        self.small.write(values)
        self.run_all_jobs()

    def line(self, flow):
        lines = self.feeds(flow).line_ids
        return lines.filtered(lambda one: one.listing_id == self.small)

    def later(self, **time):
        """Read the feeds again at a later time."""
        now = fields.Datetime.now() + timedelta(**time)
        with patch.object(fields.Datetime, "now", lambda *_self: now):
            self.read_feeds()

    def lock_products(self):
        """Let the marketplace refuse to show products."""
        self.add_fault("error", "GetProducts", code=30, message="E030: No", times=None)

    @contract
    def test_words_that_sound_like_an_exclusion_are_none(self):
        self.warn(HARMLESS, excluded=False)
        self.change(price=89.0)
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.price_error, HARMLESS)
        self.assertEqual(self.small.listed_price, 89.0)
        self.assertFalse(self.small.has_error)

    @contract
    def test_an_exclusion_in_other_words_is_one(self):
        self.warn(LEFT_OUT, excluded=True)
        self.change(price=89.0)
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertEqual(self.small.price_error, LEFT_OUT)
        self.assertEqual(self.small.listed_price, 99.0)
        self.assertEqual(self.line("price").state, "excluded")
        self.assertEqual(self.medium.price_status, "not_needed")

    def test_a_quantity_that_was_passed_over_is_an_error(self):
        self.send_quantities_in_feeds()
        self.warn(LEFT_OUT, excluded=True)
        self.change(has_fixed_quantity=True, quantity=3)
        self.assertEqual(self.marked(self.small), {"quantity": "error"})
        self.assertEqual(self.small.listed_quantity, 7)

    @contract
    def test_a_name_that_was_passed_over_is_an_error(self):
        self.warn(LEFT_OUT, excluded=True)
        self.change(title="Another dress")
        self.assertEqual(self.marked(self.small), {"content": "error"})

    @contract
    def test_a_name_that_arrived_with_a_warning_is_none(self):
        self.warn(HARMLESS, excluded=False)
        self.change(title="Another dress")
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.content_error, HARMLESS)

    def test_a_removal_that_was_passed_over_is_an_error(self):
        self.warn(LEFT_OUT, excluded=True, action="ProductRemove")
        self.small.action_remove()
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"remove": "error"})
        self.assertEqual(self.small.product_status, "published")

    @contract
    def test_a_product_that_cannot_be_read_stays_sent_and_shows_the_warning(self):
        self.warn(LEFT_OUT, excluded=True)
        self.lock_products()
        self.change(price=89.0)
        self.assertEqual(self.marked(self.small), {"price": "sent"})
        self.assertEqual(self.small.price_error, LEFT_OUT)
        self.assertEqual(self.line("price").state, "open")
        self.assertEqual(self.medium.price_status, "not_needed")

        self.sandbox.faults.clear()
        self.read_feeds()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_an_unreadable_price_holds_up_prices_for_an_hour_only(self):
        self.warn(HARMLESS, excluded=False)
        self.lock_products()
        self.change(price=89.0)
        self.later(minutes=55)
        self.assertEqual(self.marked(self.small), {"price": "sent"})
        self.later(minutes=65)
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.price_error, HARMLESS)
        self.assertEqual(self.small.listed_price, 89.0)

    def test_unreadable_pictures_wait_for_a_day_and_hold_up_no_stock(self):
        self.warn(HARMLESS, excluded=False, action="Image")
        self.lock_products()
        self.show("red")
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"image": "sent"})
        self.change(has_fixed_quantity=True, quantity=3)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 3)
        self.later(hours=23)
        self.assertEqual(self.marked(self.small), {"image": "sent"})
        self.later(hours=25)
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.image_error, HARMLESS)

    def show(self, colour):
        image = base64.b64encode(picture(colour=colour))
        self.small.product_id.image_variant_1920 = image
