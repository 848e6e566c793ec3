"""A feed that was given up and is processed after all leaves no wrong memory.

Design, section 5, step 5.
"""

from datetime import timedelta
from decimal import Decimal

from common import LONG_AGO, contract, over_both_apis
from selling import SellingCase

from odoo import fields


@over_both_apis
class TestGivenUpFeeds(SellingCase):
    def give_up(self, flow, action="ProductUpdate"):
        """Let the marketplace sit on a feed for more than six hours.

        :return: the feed
        """
        self.sandbox.faults.add("stuck", action=action, status="Processing")
        self.run_cron(flow)
        feed = self.feeds(flow)[-1]
        feed.submitted_at -= timedelta(hours=6, minutes=1)
        self.read_feeds()
        self.assertEqual((feed.state, feed.is_doubtful), ("done", True))
        return feed

    def process_late(self):
        """Let the marketplace process what it has sat on."""
        self.sandbox.queue.release()
        self.let_marketplace_work()

    def poll(self, feed):
        """Poll a feed that was given up, and run what follows."""
        feed.next_poll_at = LONG_AGO
        self.run_cron("feed_reader")
        self.run_cron("compare")
        self.run_all_jobs()

    def change_price_in_vain(self):
        """Give up a price, and want the former one again.

        :return: the feed
        """
        self.small.price = 68.36
        self.detect()
        feed = self.give_up("price")
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.small.price = 0
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        return feed

    @contract
    def test_a_price_that_arrives_late_is_found_and_put_right(self):
        feed = self.change_price_in_vain()
        self.process_late()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("68.36"))
        self.poll(feed)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("99.00"))
        self.assertEqual(self.small.listed_price, 99.0)
        self.assertFalse(feed.is_doubtful)

    def test_as_long_as_it_is_not_processed_it_is_polled_on(self):
        feed = self.change_price_in_vain()
        self.poll(feed)
        self.assertTrue(feed.is_doubtful)
        self.assertGreater(feed.next_poll_at, fields.Datetime.now())
        self.process_late()
        self.poll(feed)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("99.00"))

    def test_after_thirty_days_it_is_polled_no_more(self):
        feed = self.change_price_in_vain()
        feed.submitted_at -= timedelta(days=30)
        self.sandbox.requests.clear()
        self.poll(feed)
        self.assertFalse(feed.is_doubtful or feed.next_poll_at)
        self.assertEqual(self.calls("FeedStatus"), [])

    def test_what_is_on_its_way_meanwhile_is_left_to_its_own_result(self):
        feed = self.change_price_in_vain()
        self.process_late()
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")
        feed.next_poll_at = LONG_AGO
        self.run_cron("feed_reader")
        self.assertTrue(feed.is_doubtful)
        self.assertEqual(self.small.listed_price, 99.0)
        self.answer()
        self.poll(feed)
        self.assertFalse(feed.is_doubtful)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("89.00"))

    def test_a_name_that_arrives_late_is_sent_anew(self):
        self.small.title = "Another dress"
        self.detect()
        feed = self.give_up("update")
        self.small.title = False
        self.detect()
        self.process_late()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].name, "Another dress")
        self.poll(feed)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].name, "Dress DRESS")

    @contract
    def test_a_late_removal_has_succeeded(self):
        self.small.action_remove()
        feed = self.give_up("remove", "ProductRemove")
        self.assertEqual(self.marked(self.small), {"remove": "error"})
        self.process_late()
        self.poll(feed)
        self.assertEqual(self.small.product_status, "removed")
        self.assertEqual(self.marked(self.small), {})

    @contract
    def test_a_late_creation_goes_on_to_its_pictures(self):
        self.make_style("LATE", "S")
        self.account.action_send_products()
        feed = self.give_up("create", "ProductCreate")
        listing = self.listing("LATE-Navy-S")
        self.assertEqual(listing.content_status, "error")
        self.process_late()
        self.poll(feed)
        self.run_all_jobs()
        self.assertEqual(
            (listing.product_status, listing.listing_status), ("published", "active")
        )
        self.assertFalse(listing.protect_content)

    def test_a_price_with_a_warning_that_could_not_be_read_is_read_later(self):
        self.sandbox.faults.add(
            "sku_warning", action="ProductUpdate", message="Passed over", excluded=True
        )
        self.sandbox.faults.add(
            "error", action="GetProducts", code=30, message="E030: No", times=None
        )
        self.small.price = 89.0
        self.run_all_jobs()
        feed = self.feeds("price")
        feed.line_ids.doubtful_since -= timedelta(hours=2)
        self.read_feeds()
        self.assertEqual(self.small.listed_price, 89.0)
        self.sandbox.faults.clear()
        self.poll(feed)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("89.00"))
        self.assertFalse(feed.is_doubtful)
