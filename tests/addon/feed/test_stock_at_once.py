"""Over REST few quantities are set at once; to the rest of Odoo that is a feed.

Design, section 9; SellerCenter REST, Stock.
"""

import json
from datetime import timedelta
from unittest.mock import patch

from selling import SellingCase

from odoo import fields

from odoo.addons.iconic_connector.seller_center import RestApi

IDS = "/v2/product/seller-skus"


class AtOnceCase(SellingCase):
    """A dress in two sizes on sale, over REST."""

    api_type = "rest"

    def sell(self, listing, quantity=1):
        """Take pieces of a product from the warehouse, and compare."""
        self.set_stock(listing.product_id, self.warehouse, -quantity)
        self.detect()

    def send_stock(self):
        """Run the stock job.

        :return: its last feed
        """
        self.run_cron("stock")
        return self.feeds("stock")[-1:]

    def listed(self, listing):
        """Return the quantity that the marketplace has."""
        return self.sandbox.products[listing.sku].quantity

    def lines(self, feed):
        """Return the state of each line of a feed, by SKU."""
        return {line.seller_sku: line.state for line in feed.line_ids}

    def lose_answer(self, kind, **options):
        """Sell a small one, and have the answer about it get lost.

        :return: the feed
        """
        self.sandbox.faults.add(kind, action="SetStock", **options)
        self.sell(self.small)
        feed = self.send_stock()
        self.assertEqual((feed.state, feed.sent_at_once), ("sending", True))
        self.assertTrue(feed.message)
        self.forget_backoff()
        self.sandbox.requests.clear()
        return feed

    def recover(self, feed):
        self.end_lease(feed)
        self.run_cron("feed_reader")

    def an_hour_later(self):
        """Make the feeds so far older than an hour."""
        self.env.cr.execute(
            "UPDATE iconic_feed SET create_date = create_date - interval '61 minutes'"
        )
        self.env.invalidate_all()


class TestSetAtOnce(AtOnceCase):
    def test_few_quantities_are_set_when_the_job_has_run(self):
        self.sell(self.small)
        feed = self.send_stock()
        self.assertEqual((feed.state, feed.external_id), ("done", False))
        self.assertEqual((self.listed(self.small), self.small.listed_quantity), (6, 6))
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.lines(feed), {self.small.sku: "success"})
        self.assertFalse(feed.next_poll_at)

    def test_the_feed_is_in_the_log_like_any_other(self):
        self.sell(self.small)
        feed = self.send_stock()
        number = self.small.marketplace_product_id
        self.assertEqual(
            json.loads(feed._stored_payload()),
            [{"productId": int(number), "quantity": 6}],
        )
        self.assertEqual(self.last_sent("SetStock"), feed._stored_payload())
        self.assertEqual(feed.payload_name, f"ProductUpdate-{feed.id}.json")
        self.assertEqual(
            (feed.sent_count, feed.processed_count, feed.failed_count), (1, 1, 0)
        )
        self.assertTrue(feed.submitted_at and feed.completed_at)
        self.assertEqual(
            (feed.line_ids.quantity, feed.line_ids.marketplace_product_id), (6, number)
        )
        self.assertEqual(self.small.last_feed_id, feed)
        self.assertEqual(self.account._rows_sent_today()[self.account], 5)

    def test_a_product_id_is_read_once(self):
        self.sell(self.small)
        self.send_stock()
        self.assertEqual(self.actions(), ["GetProducts", "SetStock"])
        self.assertEqual(self.calls("GetProducts")[0].path, IDS)
        self.sandbox.requests.clear()
        self.sell(self.small)
        self.send_stock()
        self.assertEqual(self.actions(), ["SetStock"])
        self.assertEqual(self.listed(self.small), 5)

    def test_products_that_were_read_for_another_reason_bring_their_ids(self):
        self.account.action_find_mismatches()
        self.run_cron("readback")
        self.assertTrue(all(self.account.listing_ids.mapped("marketplace_product_id")))
        self.sandbox.requests.clear()
        self.sell(self.small)
        self.send_stock()
        self.assertEqual(self.actions(), ["SetStock"])

    def test_ending_is_at_once_too_and_stays_an_end(self):
        self.small.action_end()
        self.run_cron("end")
        feed = self.feeds("end")
        self.assertEqual((feed.state, feed.sent_at_once), ("done", True))
        self.assertEqual(
            (self.listed(self.small), self.small.listing_status), (0, "inactive")
        )

    def test_a_listing_that_somebody_holds_waits_for_nobody(self):
        self.sell(self.small)
        with patch.object(
            type(self.small), "try_lock_for_update", _all_but(self.small)
        ):
            self.assertFalse(self.send_stock())
        self.assertEqual(self.small.quantity_status, "pending")

    def test_a_dry_run_shows_what_would_be_sent(self):
        self.sell(self.small)
        wizard = self.env["iconic.dry.run"].create(
            {
                "account_id": self.account.id,
                "listing_ids": self.small.ids,
                "flow": "stock",
            }
        )
        # The id is not known yet: the same quantity as XML, and a word about it.
        self.assertIn("<Quantity>6</Quantity>", wizard.document_text)
        self.assertIn("JSON", wizard.remarks)
        self.send_stock()
        self.sell(self.small)
        wizard = wizard.copy()
        self.assertEqual(json.loads(wizard.document_text)[0]["quantity"], 5)
        self.assertEqual(wizard.document_name, "ProductUpdate.json")
        self.assertFalse(wizard.remarks)


class TestWhenAFeedIsTaken(AtOnceCase):
    def assert_in_feed(self):
        """Check that the last stock went in a feed, and arrived."""
        feed = self.feeds("stock")[-1]
        self.assertFalse(feed.sent_at_once)
        self.assertTrue(feed.external_id)
        self.assertTrue(feed.payload_name.endswith(".xml"))
        self.answer()
        self.assertEqual(feed.state, "done")
        self.assertEqual(self.listed(self.small), self.small.listed_quantity)
        self.assertEqual(self.marked(self.small), {})

    def test_more_than_the_marketplace_takes_at_once(self):
        self.sell(self.small)
        self.sell(self.medium)
        with patch.object(RestApi, "max_stock_rows", 1):
            self.send_stock()
        self.assertEqual(self.calls("GetProducts"), [])
        self.assert_in_feed()

    def test_a_product_whose_id_the_marketplace_does_not_tell(self):
        self.sandbox.faults.add("poison", action="GetProducts", poison="no_id")
        self.sell(self.small)
        self.send_stock()
        self.assert_in_feed()

    def test_ids_that_cannot_be_read(self):
        for code in (500, 404):
            with self.subTest(code=code):
                self.sandbox.faults.add(
                    "status", action="GetProducts", code=code, times=4
                )
                self.sell(self.small)
                self.send_stock()
                self.sandbox.faults.clear()
                self.assert_in_feed()

    def test_two_listings_with_one_id(self):
        self.account.listing_ids.marketplace_product_id = "100001"
        self.sell(self.small)
        self.sell(self.medium)
        self.send_stock()
        self.assert_in_feed()

    def test_the_classic_api(self):
        self.sell(self.small)
        self.send_stock()
        self.account.write({"api_type": "action", **self._classic()})
        self.sell(self.small)
        self.send_stock()
        self.assert_in_feed()
        self.account.api_type = "rest"
        self.sandbox.requests.clear()
        self.sell(self.small)
        self.assertTrue(self.send_stock().sent_at_once)
        # The system is the same, and so are its ids.
        self.assertEqual(self.actions(), ["SetStock"])

    def _classic(self):
        return {
            "user_login": "seller@sandbox.example",
            "api_key": "sandbox-api-key-0123456789abcdef",
        }

    def test_a_shop_that_does_not_offer_it_is_asked_no_more(self):
        self.sandbox.faults.add(
            "refusal", action="SetStock", code=404, shape="no_body", times=None
        )
        self.sell(self.small)
        self.send_stock()
        refused = self.feeds("stock")[0]
        self.assertEqual((refused.state, refused.sent_at_once), ("cancelled", True))
        self.assertEqual(self.account.feature_off_ids.mapped("name"), ["stock_at_once"])
        self.assertEqual(len(self.calls("SetStock")), 1)
        self.assert_in_feed()
        self.an_hour_later()
        self.sell(self.small)
        self.send_stock()
        self.assertEqual(len(self.calls("SetStock")), 1)

    def test_an_offer_that_comes_back_is_taken(self):
        self.test_a_shop_that_does_not_offer_it_is_asked_no_more()
        self.answer()
        self.sandbox.faults.clear()
        self.account.feature_off_ids.ask_again_at = fields.Datetime.now()
        self.sell(self.small)
        self.assertEqual(self.send_stock().state, "done")
        self.assertFalse(self.account.feature_off_ids)


class TestWhatIsNotTaken(AtOnceCase):
    def test_an_ignored_row_is_an_error_with_a_remedy_and_the_others_succeed(self):
        self.sandbox.faults.add("sku_error", action="SetStock", sku=self.small.sku)
        self.sell(self.small)
        self.sell(self.medium)
        feed = self.send_stock()
        self.assertEqual(
            self.lines(feed), {self.small.sku: "error", self.medium.sku: "success"}
        )
        self.assertEqual((feed.state, feed.failed_count), ("done", 1))
        self.assertEqual(self.small.quantity_status, "error")
        self.assertIn("Retry", self.small.quantity_error)
        self.assertEqual(
            (self.small.listed_quantity, self.medium.listed_quantity), (7, 6)
        )
        self.assertEqual(self.listed(self.medium), 6)

        # Its id may be wrong: it is read again.
        self.sandbox.requests.clear()
        self.small.action_retry()
        self.send_stock()
        self.assertEqual(self.actions(), ["GetProducts", "SetStock"])
        self.assertEqual(self.marked(self.small), {})

    def test_a_refusal_is_one_of_all_its_products(self):
        self.sandbox.faults.add(
            "refusal", action="SetStock", code=422, message="Not on Sundays"
        )
        self.sell(self.small)
        feed = self.send_stock()
        self.assertEqual(feed.state, "refused")
        self.assertIn("Not on Sundays", self.small.quantity_error)
        # A feed says which of its products is wrong.
        self.small.action_retry()
        self.assertFalse(self.send_stock().sent_at_once)

    def test_maintenance_puts_everything_back(self):
        self.sandbox.faults.add("status", action="SetStock", code=503, retry_after=60)
        self.sell(self.small)
        feed = self.send_stock()
        self.assertEqual(feed.state, "cancelled")
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertTrue(self.account.retry_at)
        self.forget_backoff()
        self.an_hour_later()
        self.assertEqual(self.send_stock().state, "done")
        self.assertEqual(self.listed(self.small), 6)

    def test_whoever_is_not_let_in_puts_the_account_on_hold(self):
        for code in (401, 403):
            with self.subTest(code=code):
                self.sandbox.faults.add(
                    "refusal", action="SetStock", code=code, shape="no_body", times=2
                )
                self.an_hour_later()
                self.sell(self.small)
                feed = self.send_stock()
                self.assertEqual(feed.state, "refused")
                self.assertEqual(self.account.connection_state, "on_hold")
                self.assertEqual(self.marked(self.small), {"quantity": "pending"})
                self.assertFalse(self.account.feature_off_ids)
                self.sandbox.faults.clear()
                self.account.connection_state = "connected"


class TestUnknownOutcome(AtOnceCase):
    def test_what_was_set_has_succeeded(self):
        for kind in ("cut_after", "status_after"):
            with self.subTest(kind=kind):
                feed = self.lose_answer(kind)
                self.recover(feed)
                self.assertEqual((feed.state, feed.external_id), ("done", False))
                self.assertEqual(self.calls("SetStock"), [])
                self.assertEqual(self.marked(self.small), {})
                self.assertEqual(self.small.listed_quantity, self.listed(self.small))
                self.an_hour_later()

    def test_what_was_not_set_is_sent_with_what_odoo_wants_by_then(self):
        feed = self.lose_answer("cut_before")
        self.set_stock(self.small.product_id, self.warehouse, -2)
        self.recover(feed)
        self.assertEqual(feed.state, "cancelled")
        self.assertEqual(set(self.actions()) & {"SetStock", "ProductUpdate"}, set())
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        # The next one goes in a feed, of which the outcome can be asked for.
        self.assertFalse(self.send_stock().sent_at_once)
        self.answer()
        self.assertEqual((self.listed(self.small), self.small.listed_quantity), (4, 4))
        self.an_hour_later()
        self.sell(self.small)
        self.assertTrue(self.send_stock().sent_at_once)

    def test_each_product_is_decided_by_itself(self):
        self.sell(self.medium)
        feed = self.lose_answer("cut_before")
        self.sandbox.products[self.medium.sku].quantity = 6
        self.recover(feed)
        self.assertEqual(
            self.lines(feed), {self.small.sku: "cancelled", self.medium.sku: "success"}
        )
        self.assertEqual(self.medium.listed_quantity, 6)

    def test_what_is_there_is_remembered_whatever_was_there_before(self):
        feed = self.lose_answer("cut_before")
        # Somebody has changed it in Seller Center, and Odoo wants 7 again.
        self.sandbox.products[self.small.sku].quantity = 3
        self.set_stock(self.small.product_id, self.warehouse, 1)
        self.recover(feed)
        self.assertEqual(self.small.listed_quantity, 3)
        self.send_stock()
        self.answer()
        self.assertEqual(self.listed(self.small), 7)

    def test_an_answer_about_a_product_that_was_not_sent_is_none(self):
        self.sandbox.faults.add("sku_error", action="SetStock", sku=self.small.sku)
        feed = self.lose_answer(
            "poison", poison="beyond_32_bits", field="productId", times=1
        )
        self.recover(feed)
        self.assertEqual(self.lines(feed), {self.small.sku: "cancelled"})

    def test_answers_that_are_no_list_leave_it_open(self):
        for kind in ("html", "garbage"):
            with self.subTest(kind=kind):
                feed = self.lose_answer(kind)
                self.recover(feed)
                self.assertEqual(feed.state, "cancelled")
                self.send_stock()
                self.answer()
                self.assertEqual(self.listed(self.small), self.small.listed_quantity)
                self.an_hour_later()

    def test_nothing_is_decided_before_the_lease_ends(self):
        feed = self.lose_answer("cut_after")
        feed.sending_since = fields.Datetime.now() - timedelta(minutes=9)
        self.run_cron("feed_reader")
        self.sell(self.small)
        self.run_cron("stock")
        self.assertEqual(self.actions(), [])
        self.assertEqual(feed.state, "sending")

    def test_it_waits_while_the_marketplace_does_not_answer(self):
        feed = self.lose_answer("cut_after")
        self.sandbox.faults.add("status", action="*", code=503, times=None)
        self.recover(feed)
        self.assertEqual(feed.state, "sending")
        self.assertEqual(self.lines(feed), {self.small.sku: "open"})
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.recover(feed)
        self.assertEqual(feed.state, "done")

    def test_a_quantity_that_cannot_be_read_is_sent_again_and_read_later(self):
        feed = self.lose_answer("cut_after")
        # Odoo wants again what it remembers, so that nothing would be sent.
        self.set_stock(self.small.product_id, self.warehouse, 1)
        self.sandbox.faults.add(
            "refusal", action="GetStock", code=404, shape="no_body", times=None
        )
        self.recover(feed)
        self.assertEqual((feed.state, feed.is_doubtful), ("cancelled", True))
        self.send_stock()
        self.assertEqual(self.listed(self.small), 6)
        self.sandbox.faults.clear()
        feed.next_poll_at = fields.Datetime.now()
        self.run_cron("feed_reader")
        self.assertEqual(self.small.listed_quantity, 6)
        self.assertFalse(feed.is_doubtful)
        self.run_all_jobs()
        self.assertEqual(self.listed(self.small), 7)

    def test_a_lost_document_is_not_needed(self):
        feed = self.lose_answer("cut_after")
        feed.payload = False
        self.recover(feed)
        self.assertEqual(feed.state, "done")

    def test_an_account_that_has_changed_to_the_classic_api_reads_back_all_the_same(
        self,
    ):
        feed = self.lose_answer("cut_after")
        self.account.write(
            {
                "api_type": "action",
                "user_login": "seller@sandbox.example",
                "api_key": "sandbox-api-key-0123456789abcdef",
            }
        )
        self.recover(feed)
        self.assertEqual(feed.state, "done")
        self.assertEqual(set(self.actions()), {"GetProducts"})


class TestForgettingIds(AtOnceCase):
    def test_a_product_that_is_removed_and_created_again_has_another_id(self):
        self.sell(self.small)
        self.send_stock()
        before = self.small.marketplace_product_id
        self.small.product_id.default_code = "DRESS-Navy-XS"
        self.small.action_recreate()
        self.run_all_jobs()
        self.assertEqual(
            (self.small.seller_sku, self.small.product_status),
            ("DRESS-Navy-XS", "published"),
        )
        self.assertFalse(self.small.marketplace_product_id)
        self.sandbox.requests.clear()
        self.sell(self.small)
        self.send_stock()
        self.assertNotEqual(self.small.marketplace_product_id, before)
        self.assertEqual(self.listed(self.small), self.small.listed_quantity)
        self.assertEqual(self.actions(), ["GetProducts", "SetStock"])

    def test_a_removed_product_has_none(self):
        self.sell(self.small)
        self.send_stock()
        self.small.action_remove()
        self.run_all_jobs()
        self.assertEqual(self.small.product_status, "removed")
        self.assertFalse(self.small.marketplace_product_id)

    def test_another_system_has_other_ids(self):
        self.sell(self.small)
        self.send_stock()
        self.account.use_staging = True
        self.assertFalse(self.small.marketplace_product_id)


def _all_but(locked):
    """Return a method that locks all listings but some."""

    def try_lock(records, **_options):
        return records - locked if records._name == locked._name else records

    return try_lock
