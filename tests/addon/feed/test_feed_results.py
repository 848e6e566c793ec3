"""How the feed reader applies the marketplace's results, product by product.

Design, section 5, step 5, and product feeds spec, Response Reader.
"""

from datetime import timedelta
from unittest.mock import patch

import psycopg2
from common import FeedCase, address, contract, over_both_apis

from odoo import fields
from odoo.tools import mute_logger

from seller_center_sandbox.catalogue.products import Product

UNSENT = ("awaiting_creation", "inactive", "pending")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
FAILED = ("awaiting_creation", "inactive", "error")
CREATED = ("created", "inactive", "pending")
SMALL = FeedCase.small


class ResultsCase(FeedCase):
    def finish(self, kind=None, **options):
        """Send the season, and let the marketplace answer in a certain way.

        :return: the feed, read once
        """
        if kind:
            self.sandbox.faults.add(kind, action="ProductCreate", **options)
        feed = self.send()
        self.let_marketplace_work()
        self.read_feeds()
        return feed

    def line_states(self, feed):
        return {line.seller_sku: line.state for line in feed.line_ids}

    def put_on_sale(self, sku):
        """Create a product at the marketplace directly."""
        now = self.sandbox.now()
        product = Product(sku, f"SHOP-{sku}", now, now)
        self.sandbox.products[sku] = product
        self.sandbox.groups.move(product, product.group)


@over_both_apis
class TestFeedResults(ResultsCase):
    def make_old(self, feed, hours):
        feed.submitted_at = fields.Datetime.now() - timedelta(hours=hours)

    def read_once(self):
        self.forget_backoff()
        self.read_feeds()

    @contract
    def test_finished_is_success_only_for_products_without_an_error(self):
        feed = self.finish("sku_error", sku=SMALL, message="Too dull")
        self.assertEqual((feed.state, feed.external_status), ("done", "Finished"))
        self.assert_statuses(CREATED, **{SMALL: FAILED})

    @contract
    def test_all_errors_of_a_product_are_shown(self):
        self.style.iconic_brand = "Nobody Knows"
        # The check would refuse these products.
        self.account.primary_level = 0
        self.mapping.primary_category_id = self.marketplace_category("11")
        self.finish()
        error = self.listing(SMALL).content_error
        self.assertIn("Brand 'Nobody Knows' is not registered", error)
        self.assertIn("category '11' cannot be a primary category", error)

    def test_a_warning_of_the_creation_outlives_the_first_pictures(self):
        self.finish("sku_warning", sku=SMALL, message="Please add a care label")
        self.run_until_quiet()
        listing = self.listing(SMALL)
        self.assertEqual(listing.product_status, "published")
        self.assertEqual(listing.content_error, "Please add a care label")
        self.assertFalse(listing.has_error)

    @contract
    def test_a_warning_is_shown_without_stopping_the_product(self):
        feed = self.finish("sku_warning", sku=SMALL, message="Please add a care label")
        self.assert_statuses(CREATED)
        self.assertEqual(self.listing(SMALL).content_error, "Please add a care label")
        line = feed.line_ids.filtered(lambda one: one.seller_sku == SMALL)
        self.assertEqual(
            (line.state, line.message), ("success", "Please add a care label")
        )

    def test_an_excluded_product_has_not_succeeded(self):
        text = "The following SKUs have been excluded: closed category"
        feed = self.finish("sku_warning", sku=SMALL, message=text)
        self.assert_statuses(CREATED, **{SMALL: FAILED})
        self.assertEqual(self.listing(SMALL).content_error, text)
        self.assertEqual(self.line_states(feed)[SMALL], "excluded")
        self.assertEqual(feed.failed_count, 1)

    @contract
    def test_an_error_without_a_sku_has_every_product_checked(self):
        feed = self.finish("anonymous_error", sku=SMALL, message="Something broke")
        self.assertIn("GetProducts", self.actions())
        self.assert_statuses(CREATED, **{SMALL: FAILED})
        self.assertEqual(self.listing(SMALL).content_error, "Something broke")
        self.assertEqual(feed.state, "done")

    def test_an_error_without_a_sku_counts_even_if_the_failed_count_is_0(self):
        self.sandbox.faults.add("lying_counts", action="ProductCreate", failed=0)
        self.finish("anonymous_error", sku=SMALL, message="Something broke")
        self.assert_statuses(CREATED, **{SMALL: FAILED})

    def test_a_good_count_does_not_hide_an_error(self):
        self.sandbox.faults.add("sku_error", sku=SMALL, message="Too dull")
        feed = self.finish("lying_counts", failed=0, processed=3)
        self.assert_statuses(CREATED, **{SMALL: FAILED})
        self.assertEqual(feed.failed_count, 1)

    @contract
    def test_a_feed_that_failed_at_the_marketplace_puts_every_product_in_error(self):
        feed = self.finish("feed_error", message="The file was unreadable")
        self.assert_statuses(FAILED)
        self.assertEqual(
            set(self.account.listing_ids.mapped("content_error")),
            {"The file was unreadable"},
        )
        self.assertEqual((feed.state, feed.external_status), ("error", "Error"))
        self.assertEqual(feed.failed_count, 3)

    @contract
    def test_a_feed_cancelled_by_somebody_puts_every_product_in_error(self):
        feed = self.send()
        self.sandbox.queue.cancel(self.sandbox.feeds[feed.external_id])
        self.read_feeds()
        self.assert_statuses(FAILED)
        self.assertEqual(feed.state, "error")
        self.assertIn("Canceled", self.listing(SMALL).content_error)

    def test_a_feed_may_wait_in_the_queue_for_six_hours(self):
        feed = self.send()
        self.make_old(feed, 5.9)
        self.read_feeds()
        self.assertEqual((feed.state, feed.external_status), ("processing", "Queued"))
        self.assert_statuses(IN_FLIGHT)
        self.assertFalse(self.calls("FeedCancel"))

    @contract
    def test_after_six_hours_in_the_queue_it_is_cancelled_and_sent_again(self):
        feed = self.send()
        self.make_old(feed, 6.1)
        self.read_feeds()
        self.assertEqual(len(self.calls("FeedCancel")), 1)
        self.assertEqual(self.sandbox.feeds[feed.external_id].status, "Canceled")
        self.assertEqual(feed.state, "cancelled")
        self.assertTrue(feed.message)
        self.assert_statuses(UNSENT)
        self.assertEqual(set(self.account.listing_ids.mapped("error")), {False})
        self.run_until_quiet()
        self.assert_statuses(("published", "active", "not_needed"))

    def test_a_feed_that_left_the_queue_at_the_last_moment_is_not_reset(self):
        feed = self.send()
        self.make_old(feed, 6.1)
        self.sandbox.faults.add(
            "error",
            action="FeedCancel",
            code=13,
            type="Sender",
            message='E013: Invalid Feed Status "Processing"',
        )
        self.read_feeds()
        self.assertEqual(feed.state, "processing")
        self.assert_statuses(IN_FLIGHT)

    @contract
    def test_after_six_hours_in_process_the_products_are_read(self):
        self.sandbox.faults.add("stuck", action="ProductCreate", status="Processing")
        feed = self.send()
        self.put_on_sale(SMALL)
        self.make_old(feed, 6.1)
        self.read_feeds()
        self.assertFalse(self.calls("FeedCancel"))
        self.assert_statuses(FAILED, **{SMALL: CREATED})
        self.assertIn("6 hours", self.listing("FEED-Navy-M").content_error)
        self.assertEqual(feed.state, "done")
        self.assertIn("6 hours", feed.message)

    def test_a_feed_in_process_for_less_time_only_waits(self):
        self.sandbox.faults.add("stuck", action="ProductCreate", status="Processing")
        feed = self.send()
        self.make_old(feed, 5.9)
        self.read_feeds()
        self.assertFalse(self.calls("GetProducts"))
        self.assertEqual(feed.state, "processing")

    @contract
    def test_a_feed_unknown_to_the_marketplace_is_decided_by_its_products(self):
        feed = self.send()
        self.sandbox.feeds.clear()
        self.read_once()
        self.assertEqual(feed.state, "processing")
        self.assert_statuses(IN_FLIGHT)
        self.put_on_sale(SMALL)
        self.make_old(feed, 6.1)
        self.read_once()
        self.assert_statuses(FAILED, **{SMALL: CREATED})

    def test_lines_of_locked_listings_wait_for_the_next_poll(self):
        feed = self.send()
        self.let_marketplace_work()
        held = self.listing(SMALL).id
        listings = type(self.account.listing_ids)
        lock = listings.try_lock_for_update

        def lock_others(self, **options):
            return lock(self.filtered(lambda one: one.id != held), **options)

        with patch.object(listings, "try_lock_for_update", lock_others):
            self.read_feeds()
        self.assert_statuses(CREATED, **{SMALL: IN_FLIGHT})
        self.assertEqual(feed.state, "processing")
        self.assertEqual(self.line_states(feed)[SMALL], "open")
        self.assertGreater(feed.next_poll_at, fields.Datetime.now())

        self.read_feeds()
        self.assert_statuses(CREATED)
        self.assertEqual(feed.state, "done")

    def test_a_locked_listing_is_not_sent(self):
        self.account.action_send_products()
        held = self.listing(SMALL).id
        listings = type(self.account.listing_ids)
        lock = listings.try_lock_for_update

        def lock_others(self, **options):
            return lock(self.filtered(lambda one: one.id != held), **options)

        with patch.object(listings, "try_lock_for_update", lock_others):
            self.run_cron("create")
        self.assert_statuses(IN_FLIGHT, **{SMALL: UNSENT})

    def test_the_reader_polls_less_and_less_often(self):
        feed = self.send()
        waits = []
        for _look in range(4):
            self.read_feeds()
            waits.append(feed.next_poll_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], 2 * waits[0])
        self.assertEqual(feed.poll_count, 4)

    def test_a_feed_that_is_not_due_is_not_polled(self):
        self.send()
        self.feeds().next_poll_at = fields.Datetime.now() + timedelta(minutes=1)
        self.run_cron("feed_reader")
        self.assertFalse(self.calls("FeedStatus"))

    def test_the_oldest_feed_is_read_first(self):
        self.account.batch_size = 1
        self.send()
        self.read_feeds()
        asked = [address(call) for call in self.calls("FeedStatus")]
        self.assertEqual(len(asked), 3)
        for one, feed in zip(asked, self.feeds(), strict=True):
            self.assertIn(feed.external_id, one)

    def test_a_failed_poll_changes_nothing_and_waits(self):
        feed = self.send()
        self.let_marketplace_work()
        self.sandbox.faults.add("status", action="FeedStatus", code=503, times=None)
        self.read_feeds()
        self.assertEqual(feed.state, "processing")
        self.assert_statuses(IN_FLIGHT)
        self.assertTrue(self.account.retry_at)
        self.sandbox.faults.clear()
        self.read_once()
        self.assert_statuses(CREATED)

    @contract
    def test_a_poll_without_access_puts_the_account_on_hold(self):
        feed = self.send()
        self.let_marketplace_work()
        self.lock_out()
        self.read_feeds()
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertEqual(feed.state, "processing")
        self.assert_statuses(IN_FLIGHT)

    def test_a_read_back_that_fails_decides_nothing(self):
        self.sandbox.faults.add("status", action="GetProducts", code=503, times=None)
        feed = self.finish("anonymous_error", sku=SMALL)
        self.assertEqual(feed.state, "processing")
        self.assert_statuses(IN_FLIGHT)

    def test_two_open_feeds_of_one_kind_are_impossible(self):
        feed = self.send()
        line = feed.line_ids[:1]
        values = {
            "feed_id": feed.copy().id,
            "listing_id": line.listing_id.id,
            "seller_sku": line.seller_sku,
        }
        create = self.env["iconic.feed.line"].create
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            with self.env.cr.savepoint():
                create(values)
        line.state = "error"
        self.assertTrue(create(values))

    def test_one_id_of_the_marketplace_belongs_to_one_feed(self):
        feed = self.send()
        other = feed.copy()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            with self.env.cr.savepoint():
                other.external_id = feed.external_id
                other.flush_recordset()


class TestCounts(ResultsCase):
    """Only the Action API counts: REST names the errors of a feed and no numbers."""

    def test_a_failed_count_without_an_error_is_checked(self):
        self.finish("lying_counts", failed=3)
        self.assertIn("GetProducts", self.actions())
        self.assert_statuses(CREATED)
