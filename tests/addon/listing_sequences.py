"""What may happen to a season, and what must hold once all jobs are done."""

import base64
from contextlib import suppress
from datetime import timedelta

from common import picture
from selling import Selling

from odoo.exceptions import UserError

from odoo.addons.iconic_connector.domain.flows import FLOWS

SKUS = ("DRESS-Navy-S", "DRESS-Navy-M", "DRESS-Navy-L")
JOBS = (*FLOWS, "detect", "feed_reader", "quality")
#: After so many rounds of all jobs nothing may be left to do.
ROUNDS = 15


class ListingSteps(Selling):
    """The steps of a sequence: each method that begins with `step_` is one."""

    def do_step(self, name, *arguments):
        """Do a step; an action that is not allowed now is refused without effect."""
        with suppress(UserError), self.env.cr.savepoint():
            getattr(self, f"step_{name}")(*arguments)
        self.env.flush_all()

    def product_of(self, sku):
        return self.products[SKUS.index(sku)]

    def listing_of(self, sku):
        listings = self.account.listing_ids
        return listings.filtered(lambda one: one.product_id == self.product_of(sku))

    def step_send_products(self):
        self.account.action_send_products()

    def step_product(self, sku, values):
        self.product_of(sku).write(values)

    def step_style(self, values):
        self.style.write(values)

    def step_listing(self, sku, values):
        self.listing_of(sku).write(values)

    def step_picture(self, sku, colour):
        image = base64.b64encode(picture(colour=colour))
        self.product_of(sku).image_variant_1920 = image

    def step_stock(self, sku, pieces):
        self.set_stock(self.product_of(sku), self.warehouse, pieces)

    def step_button(self, sku, name):
        if listing := self.listing_of(sku):
            getattr(listing, f"action_{name}")()

    def step_job(self, name):
        self.run_cron(name)

    def step_all_jobs(self):
        for name in ("detect", *FLOWS):
            self.run_cron(name)

    def step_fault(self, kind, action, options):
        self.sandbox.faults.add(kind, action=action, **options)

    def step_marketplace_works(self):
        self.let_marketplace_work()

    def step_leases_end(self):
        for feed in self.feeds().filtered(lambda one: one.state == "sending"):
            self.end_lease(feed)

    def step_backoff_ends(self):
        self.forget_backoff()

    def step_answer(self):
        self.answer()

    def step_answers_are_read(self):
        self.read_feeds()

    def step_six_hours_pass(self):
        self.step_leases_end()
        self.step_backoff_ends()
        for feed in self.feeds().filtered("submitted_at"):
            feed.submitted_at -= timedelta(hours=6, minutes=1)

    def step_api(self, api_type):
        self.connect_with(api_type)
        self.apis_used.add(api_type)

    def step_connection_is_tested(self):
        self.account.action_test_connection()

    def run_until_idle(self):
        """End all faults, then run all jobs until nothing changes any more."""
        self.sandbox.faults.clear()
        self.release_stuck_feeds()
        self.forget_backoff()
        self.account.action_test_connection()
        for _round in range(ROUNDS):
            before = self._snapshot()
            self.run_everything()
            if self._snapshot() == before:
                return
        self.fail(f"The jobs found no end: {self._snapshot()}")

    def release_stuck_feeds(self):
        """Release stuck feeds that Odoo still waits for."""
        closed = self.feeds().filtered(
            lambda one: one.state not in ("sending", "processing")
        )
        given_up = set(closed.mapped("external_id"))
        for feed in self.sandbox.feeds.values():
            feed.stuck = feed.stuck and feed.id in given_up

    def run_everything(self):
        self.step_leases_end()
        self.step_all_jobs()
        self.let_marketplace_work()
        self.read_feeds()
        self.run_cron("quality")

    def _snapshot(self):
        flags = [(one.sku, self.marked(one)) for one in self.account.listing_ids]
        return super()._snapshot(), flags


class Invariants:
    """What holds for any marketplace and any Odoo once all jobs are done."""

    def check_all(self):
        self.check_feeds()
        self.check_creations()
        for listing in self.account.listing_ids:
            self.check_flags(listing)
            self.check_listing(listing)

    def check_feeds(self):
        """Check that no feed is open, lost or sent twice."""
        feeds = self.feeds()
        self.assertFalse({"sending", "processing"} & set(feeds.mapped("state")))
        self.assertNotIn("open", feeds.line_ids.mapped("state"))
        known = [feed.external_id for feed in feeds if feed.external_id]
        self.assertEqual(len(known), len(set(known)))
        self.assertLessEqual(set(known), set(self.sandbox.feeds))
        self.check_strangers(set(self.sandbox.feeds) - set(known))

    def check_strangers(self, feed_ids):
        """Check that Odoo has the documents of feeds without a known id.

        Only where REST was used: a lost feed is not found by its document there, but
        by what it did, or it goes again where that does no harm.
        """
        if "rest" not in self.apis_used:
            self.assertFalse(feed_ids)
        documents = [feed._stored_payload() for feed in self.feeds()]
        for feed_id in feed_ids:
            self.assertIn(self.sandbox.feeds[feed_id].payload, documents)

    def check_creations(self):
        """Check that nothing was created that was there, and nothing twice.

        A document that goes again for some of its products may name others that arrived
        the first time: Odoo must have known that.
        """
        for feed in self.sandbox.feeds.values():
            if feed.action == "ProductCreate":
                for error in feed.errors:
                    if "already exists" in error.message:
                        self.check_arrived(feed, error.seller_sku)
        skus = [listing.sku for listing in self.account.listing_ids]
        self.assertEqual(len(skus), len(set(skus)))
        self.assertLessEqual(set(self.sandbox.products), set(skus))

    def check_arrived(self, feed, sku):
        """Check that Odoo counts a product as accepted, whatever the feed's answer."""
        lines = self.feeds().filtered(lambda one: one.external_id == feed.id).line_ids
        line = lines.filtered(lambda one: one.seller_sku == sku)
        self.assertEqual(line.state, "success", sku)

    def check_flags(self, listing):
        """Check that nothing is pending or sent, and that each error has a message."""
        for flag, status in self.marked(listing).items():
            if not listing.closed:
                self.assertEqual(status, "error", flag)
            if status == "error":
                self.assertTrue(listing[f"{flag}_error"], flag)

    def check_listing(self, listing):
        """Check that the marketplace has what Odoo believes, and Odoo what it wants."""
        if self.marked(listing):
            return
        outside = self.sandbox.products.get(listing.sku)
        if listing.product_status != "published":
            self.assertTrue(outside is None or outside.is_deleted)
            return
        self.assertFalse(outside.is_deleted)
        self.check_listed(listing, outside)
        if listing.listing_status == "inactive":
            self.assertEqual(outside.quantity, 0)
        elif not listing.closed:
            self.assertTrue(listing.product_id.active and listing.product_id.sale_ok)
            self.check_wanted(listing, outside)

    def check_listed(self, listing, outside):
        """Check that a listing stores what the marketplace has."""
        self.assertEqual(listing.listed_quantity, outside.quantity)
        self.assertEqual(listing.listed_price, float(outside.price))
        self.assertEqual(listing.listed_sale_price, float(outside.sale_price or 0))

    def check_wanted(self, listing, outside):
        """Check that the marketplace has what Odoo wants, less what is protected."""
        product = listing.product_id
        if not listing.protect_quantity:
            pieces = sum(
                product.stock_quant_ids.filtered(
                    lambda one: one.location_id == self.warehouse.lot_stock_id
                ).mapped("quantity")
            )
            self.assertEqual(outside.quantity, max(pieces, 0))
        if not listing.protect_price:
            paid = listing.price or product.lst_price
            found = outside.sale_price or outside.price
            self.assertAlmostEqual(float(found), paid, 2)
            self.assertAlmostEqual(
                float(outside.price), max(paid, product.iconic_rrp), 2
            )
        if not listing.protect_content:
            self.assertEqual(outside.name, listing.title or product.name)
        if not listing.protect_images:
            self.check_pictures(listing, outside)

    def check_pictures(self, listing, outside):
        """Check by the checksums that the addresses of our pictures carry."""
        [wanted] = listing._wanted_pictures().values()
        self.assertEqual(
            [one.url.rpartition("/")[2].partition(".")[0] for one in outside.images],
            [one.checksum for one in wanted],
        )
