"""A season goes from Odoo to the marketplace, step by step, over real HTTP."""

import hashlib
from datetime import timedelta

from common import (
    ConnectorHttpCase,
    WithMarketplace,
    contract,
    elements,
    over_both_apis,
    picture,
)

from odoo import fields

SKUS = ["WRAP-Navy-M", "WRAP-Navy-S", "WRAP-Red-M", "WRAP-Red-S"]


class MainJobCase(WithMarketplace, ConnectorHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("WRAP", "S M", "Navy Red")


@over_both_apis
class TestMainJob(MainJobCase):
    def assert_all(self, product_status, listing_status, content_status):
        expected = dict.fromkeys(SKUS, (product_status, listing_status, content_status))
        self.assertEqual(self.statuses(self.account.listing_ids), expected)

    def publish(self):
        self.account.action_send_products()
        self.run_until_quiet()
        self.assert_all("published", "active", "not_needed")

    @contract
    def test_a_season_passes_through_every_status_to_published(self):
        self.account.action_send_products()
        self.assert_all("awaiting_creation", "inactive", "pending")
        self.assertEqual(self.calls(), [], "The button only marks and triggers")

        self.run_cron("create")
        self.assert_all("awaiting_creation", "inactive", "sent")
        self.read_feeds()
        self.assert_all("awaiting_creation", "inactive", "sent")

        self.let_marketplace_work()
        self.read_feeds()
        self.assert_all("created", "inactive", "pending")

        self.run_cron("image")
        self.assert_all("images_uploaded", "inactive", "sent")

        self.let_marketplace_work()
        self.read_feeds()
        self.assert_all("published", "active", "not_needed")
        self.assertEqual(set(self.account.listing_ids.mapped("has_error")), {False})
        self.assertEqual(self.account.published_count, 4)

    @contract
    def test_the_marketplace_has_the_values_of_odoo_and_its_own_copy_of_the_pictures(
        self,
    ):
        self.publish()
        product = self.sandbox.products["WRAP-Red-S"]
        self.assertEqual(product.name, "Dress WRAP")
        self.assertEqual(product.description, "<p>A <b>lovely</b> dress.</p>")
        self.assertEqual((product.brand, product.primary_category), ("Saltbush", "111"))
        self.assertEqual((str(product.price), product.quantity), ("99.00", 7))
        self.assertEqual(product.variation, "S")
        self.assertEqual(
            product.attributes,
            {
                "Gender": "Female",
                "Color": "Red",
                "Composition": "Cotton",
                "Season": "AW26",
                "AgeGroup": "Adult",
            },
        )
        checksums = [one.checksum for one in product.images]
        self.assertEqual(checksums, [hashlib.sha256(picture()).hexdigest()])

    def test_a_feed_shows_id_type_dates_and_count(self):
        before = fields.Datetime.now()
        self.account.action_send_products()
        self.run_cron("create")
        feed = self.feeds()
        self.assertRecordValues(
            feed,
            [
                {
                    "account_id": self.account.id,
                    "flow": "create",
                    "action": "ProductCreate",
                    "state": "processing",
                    "external_id": next(iter(self.sandbox.feeds)),
                    "sent_count": 4,
                    "completed_at": False,
                }
            ],
        )
        self.assertGreaterEqual(feed.submitted_at, before)

        self.let_marketplace_work()
        self.read_feeds()
        self.assertRecordValues(
            feed,
            [
                {
                    "state": "done",
                    "external_status": "Finished",
                    "failed_count": 0,
                }
            ],
        )
        self.assertGreaterEqual(feed.completed_at, feed.submitted_at)
        self.assertEqual(set(feed.line_ids.mapped("state")), {"success"})

    @contract
    def test_the_submitted_date_is_the_timestamp_of_the_answer(self):
        self.sandbox.settings.clock_offset = 120.0
        self.account.action_send_products()
        self.run_cron("create")
        ahead = self.feeds().submitted_at - fields.Datetime.now()
        self.assertAlmostEqual(ahead, timedelta(seconds=120), delta=timedelta(0, 30))

    @contract
    def test_the_payload_on_the_feed_is_what_the_marketplace_received(self):
        self.account.action_send_products()
        self.run_cron("create")
        received = self.calls("ProductCreate")[0].body
        self.assertEqual(self.feeds()._stored_payload(), received)
        self.assertEqual(sorted(elements(received)), SKUS)

    def test_listed_values_are_stored_with_the_answer_and_not_with_sending(self):
        self.account.action_send_products()
        self.run_cron("create")
        listing = self.listing("WRAP-Navy-S")
        self.assertEqual((listing.listed_price, listing.content_digest), (0, False))

        # Changes in Odoo meanwhile do not belong to the accepted values.
        self.style.list_price = 120.0
        self.let_marketplace_work()
        self.read_feeds()
        self.assertEqual((listing.listed_price, listing.listed_quantity), (99.0, 7))
        self.assertTrue(listing.content_digest)
        self.assertFalse(listing.image_digest)

        self.run_until_quiet()
        self.assertTrue(listing.image_digest)

    def test_listed_sale_values_are_those_of_the_document(self):
        self.product("WRAP-Red-S").iconic_rrp = 129.0
        self.account.action_send_products()
        self.run_until_quiet()
        listing = self.listing("WRAP-Red-S")
        self.assertEqual((listing.listed_price, listing.listed_sale_price), (129, 99))
        sale = self.sandbox.products["WRAP-Red-S"]
        for stored, theirs in (
            (listing.listed_sale_start, sale.sale_start),
            (listing.listed_sale_end, sale.sale_end),
        ):
            self.assertEqual(stored, theirs.replace(tzinfo=None))
        other = self.listing("WRAP-Red-M")
        self.assertEqual((other.listed_price, other.listed_sale_price), (99, 0))
        self.assertFalse(other.listed_sale_start)

    def test_the_sizes_of_a_colour_are_one_group_at_the_marketplace(self):
        self.publish()
        groups = {}
        for sku in SKUS:
            groups.setdefault(self.sandbox.products[sku].parent_sku, []).append(sku)
        self.assertEqual(
            sorted(groups.values()),
            [["WRAP-Navy-M", "WRAP-Navy-S"], ["WRAP-Red-M", "WRAP-Red-S"]],
        )
        for listing in self.account.listing_ids:
            self.assertIn(listing.sku, groups[listing.parent_sku])

    @contract
    def test_a_refused_product_does_not_stop_the_others(self):
        self.refuse_red_small()
        refused = self.listing("WRAP-Red-S")
        self.assertEqual(
            self.statuses(refused),
            {"WRAP-Red-S": ("awaiting_creation", "inactive", "error")},
        )
        others = self.account.listing_ids - refused
        self.assertEqual(
            set(self.statuses(others).values()), {("published", "active", "not_needed")}
        )
        self.assertNotIn("WRAP-Red-S", self.sandbox.products)

    def test_the_reason_of_a_refusal_is_shown_on_the_listing_and_the_feed(self):
        self.refuse_red_small()
        refused = self.listing("WRAP-Red-S")
        self.assertEqual(refused.content_error, "The colour is out of season")
        self.assertEqual(refused.error, "The colour is out of season")
        found = self.env["iconic.listing"].search(
            [("account_id", "=", self.account.id), ("has_error", "=", True)]
        )
        self.assertEqual(found, refused)
        line = refused.feed_line_ids
        self.assertEqual(
            (line.state, line.message), ("error", "The colour is out of season")
        )
        self.assertEqual((line.feed_id.state, line.feed_id.failed_count), ("done", 1))
        self.assertEqual(self.account.error_count, 1)
        self.assertEqual((refused.listed_price, refused.content_digest), (0, False))

    def refuse_red_small(self):
        self.sandbox.faults.add(
            "sku_error", sku="WRAP-Red-S", message="The colour is out of season"
        )
        self.account.action_send_products()
        self.run_until_quiet()

    def test_retry_after_fixing_publishes_what_was_refused(self):
        self.style.iconic_brand = "Nobody Knows"
        self.account.action_send_products()
        self.run_until_quiet()
        self.assert_all("awaiting_creation", "inactive", "error")
        self.assertIn("Nobody Knows", self.listing("WRAP-Red-S").error)

        self.style.iconic_brand = "Ridgeline"
        self.account.listing_ids.action_retry()
        self.assert_all("awaiting_creation", "inactive", "pending")
        self.assertEqual(set(self.account.listing_ids.mapped("error")), {False})
        self.run_until_quiet()
        self.assert_all("published", "active", "not_needed")
        self.assertEqual(self.sandbox.products["WRAP-Red-S"].brand, "Ridgeline")

    def test_refused_pictures_leave_the_product_created_until_retry(self):
        self.sandbox.faults.add(
            "sku_error", action="Image", sku="WRAP-Red-S", message="Too dark"
        )
        self.account.action_send_products()
        self.run_until_quiet()
        listing = self.listing("WRAP-Red-S")
        self.assertEqual(
            self.statuses(listing), {"WRAP-Red-S": ("created", "inactive", "error")}
        )
        self.assertEqual(listing.content_error, "Too dark")
        self.assertFalse(listing.image_digest)

        listing.action_retry()
        self.run_until_quiet()
        self.assert_all("published", "active", "not_needed")

    def test_a_second_send_sends_nothing(self):
        self.publish()
        listings, feeds = self.account.listing_ids, self.feeds()
        self.sandbox.requests.clear()
        self.account.action_send_products()
        self.run_until_quiet()
        self.assertEqual(self.account.listing_ids, listings)
        self.assertEqual(self.feeds(), feeds)
        self.assertEqual(self.calls(), [])

    def test_a_second_send_during_the_first_sends_nothing_twice(self):
        self.account.action_send_products()
        self.run_cron("create")
        self.account.action_send_products()
        self.run_cron("create")
        self.assertEqual(len(self.calls("ProductCreate")), 1)
        self.assertEqual(len(self.account.listing_ids), 4)

    def test_a_second_send_adds_new_products(self):
        self.publish()
        self.make_style("NEWS", "L")
        self.account.action_send_products()
        self.run_cron("create")
        sent = elements(self.calls("ProductCreate")[-1].body)
        self.assertEqual(list(sent), ["NEWS-Navy-L"])

    def test_removed_products_are_sent_again(self):
        self.publish()
        listing = self.listing("WRAP-Navy-M")
        listing.write(
            {
                "product_status": "removed",
                "listing_status": "inactive",
                "content_status": "not_needed",
            }
        )
        self.sandbox.products["WRAP-Navy-M"].status = "deleted"
        self.account.action_send_products()
        self.assertEqual(
            self.statuses(listing), {"WRAP-Navy-M": ("removed", "inactive", "pending")}
        )
        self.run_until_quiet()
        self.assert_all("published", "active", "not_needed")
        self.assertEqual(self.sandbox.products["WRAP-Navy-M"].status, "active")

    def test_a_closed_listing_is_not_sent(self):
        self.account.action_send_products()
        self.listing("WRAP-Navy-M").closed = True
        self.run_until_quiet()
        self.assertEqual(
            self.statuses(self.listing("WRAP-Navy-M")),
            {"WRAP-Navy-M": ("awaiting_creation", "inactive", "pending")},
        )
        self.assertNotIn("WRAP-Navy-M", self.sandbox.products)

    @contract
    def test_a_large_season_goes_in_batches(self):
        self.account.batch_size = 3
        self.publish()
        sizes = [len(elements(call.body)) for call in self.calls("ProductCreate")]
        self.assertEqual(sizes, [3, 1])
        self.assertEqual(self.feeds("create").mapped("sent_count"), [3, 1])

    def test_the_buttons_trigger_the_scheduled_jobs(self):
        triggers = self.env["ir.cron.trigger"]
        jobs = {
            name: self.env.ref(f"iconic_connector.ir_cron_{name}")
            for name in ("create", "image", "feed_reader")
        }
        triggers.search([]).unlink()
        self.account.action_send_products()
        self.assertIn(jobs["create"], triggers.search([]).cron_id)

        triggers.search([]).unlink()
        self.run_cron("create")
        self.assertIn(jobs["feed_reader"], triggers.search([]).cron_id)

        triggers.search([]).unlink()
        self.let_marketplace_work()
        self.read_feeds()
        self.assertIn(jobs["image"], triggers.search([]).cron_id)


class TestTheActionApi(MainJobCase):
    """What only the Action API has: versions, and counts of processed products."""

    def test_the_account_stores_the_version_that_the_marketplace_accepts(self):
        self.account.action_send_products()
        self.assertEqual(self.account.api_version, "2.6.20")
        self.run_cron("create")
        self.assertEqual(self.account.api_version, "1.0")
        versions = [request.outcome for request in self.sandbox.requests]
        self.assertEqual(versions, ["E002", "accepted"])
        self.read_feeds()
        self.assertEqual(self.sandbox.requests[-1].outcome, "accepted")
        self.assertEqual(len(self.sandbox.requests), 3)

    def test_a_feed_shows_how_much_the_marketplace_counts(self):
        self.account.action_send_products()
        self.run_cron("create")
        self.let_marketplace_work()
        self.read_feeds()
        self.assertEqual(self.feeds().processed_count, 4)
