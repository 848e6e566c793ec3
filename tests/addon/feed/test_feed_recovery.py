"""A feed whose sender was stopped or got no answer is recovered before it is resent.

Design, section 5, step 4.
"""

from datetime import timedelta

from common import FeedCase, contract, over_both_apis

from odoo import fields

UNSENT = ("awaiting_creation", "inactive", "pending")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
PUBLISHED = ("published", "active", "not_needed")
CREATED = ("created", "inactive", "pending")
SMALL = FeedCase.small


class RecoveryCase(FeedCase):
    def send_without_answer(self, kind="cut_after", **options):
        """Send the season without receiving an answer.

        :return: the feed
        """
        # A connection is only cut after a call that is accepted.
        add = self.sandbox.faults.add if kind == "cut_after" else self.add_fault
        add(kind, action="ProductCreate", **options)
        feed = self.send()
        self.assertEqual(feed.state, "sending")
        self.forget_backoff()
        self.sandbox.requests.clear()
        return feed

    def recover(self, feed):
        self.end_lease(feed)
        self.run_cron("feed_reader")

    def accepted(self, action="ProductCreate"):
        """Return the documents that the marketplace has accepted since then."""
        return [call.body for call in self.calls(action) if call.outcome == "accepted"]


@over_both_apis
class TestFeedRecovery(RecoveryCase):
    def test_a_feed_is_not_recovered_during_its_lease(self):
        feed = self.send_without_answer()
        feed.sending_since = fields.Datetime.now() - timedelta(minutes=9)
        self.run_cron("feed_reader")
        self.run_cron("create")
        self.assertEqual(self.actions(), [])
        self.assertEqual(feed.state, "sending")

    @contract
    def test_an_accepted_feed_is_adopted(self):
        feed = self.send_without_answer()
        self.recover(feed)
        self.assertEqual(
            (feed.state, feed.external_id),
            ("processing", next(iter(self.sandbox.feeds))),
        )
        self.assertEqual(self.accepted(), [])
        self.assertEqual(len(self.sandbox.feeds), 1)
        self.assert_statuses(IN_FLIGHT)
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)

    def test_a_processed_feed_is_not_sent_again(self):
        feed = self.send_without_answer()
        self.let_marketplace_work()
        self.recover(feed)
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(self.calls("ProductCreate"), [])
        self.assertEqual(feed.state, "done")

    @contract
    def test_an_unknown_feed_is_sent_again_byte_for_byte(self):
        feed = self.send_without_answer("status", code=502)
        payload = feed._stored_payload()
        self.assertFalse(self.sandbox.feeds)
        self.style.name = "Another name"
        self.recover(feed)
        self.assertEqual(self.accepted(), [payload])
        self.assertEqual(feed.state, "processing")
        self.run_until_quiet()
        self.assertEqual(len(self.feeds("create")), 1)
        self.assert_statuses(PUBLISHED)

    def test_the_marketplace_is_asked_before_anything_is_sent_again(self):
        feed = self.send_without_answer("status", code=502)
        self.recover(feed)
        *asked, last = self.actions()
        self.assertEqual(last, "ProductCreate")
        self.assertTrue(asked)
        self.assertNotIn("ProductCreate", asked)

    @contract
    def test_a_duplicate_in_process_is_that_feed(self):
        feed = self.send_without_answer()
        self.patch(type(feed), "_find_accepted_feed", lambda feed, client: "")
        self.recover(feed)
        self.assertEqual(self.calls("ProductCreate")[0].outcome, "1000")
        self.assertEqual(
            (feed.state, feed.external_id),
            ("processing", next(iter(self.sandbox.feeds))),
        )
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)

    @contract
    def test_it_waits_while_the_marketplace_does_not_answer(self):
        feed = self.send_without_answer()
        self.sandbox.faults.add("status", code=503, times=None)
        self.recover(feed)
        self.assertEqual((feed.state, feed.external_id), ("sending", False))
        self.assertEqual(self.calls("ProductCreate"), [])
        self.assertTrue(self.account.retry_at)
        self.assertTrue(feed.message)

        self.sandbox.faults.clear()
        self.forget_backoff()
        self.recover(feed)
        self.assertEqual(feed.state, "processing")

    def test_recovery_renews_the_lease(self):
        feed = self.send_without_answer()
        self.sandbox.faults.add("status", code=503, times=None)
        self.recover(feed)
        self.forget_backoff()
        self.sandbox.requests.clear()
        age = fields.Datetime.now() - feed.sending_since
        self.assertLess(age, timedelta(minutes=1))
        self.run_cron("feed_reader")
        self.assertEqual(self.actions(), [])

    @contract
    def test_a_refusal_of_the_second_sending_counts_as_such(self):
        feed = self.send_without_answer("status", code=502)
        self.sandbox.faults.add(
            "error",
            action="ProductCreate",
            code=1000,
            type="Platform",
            message="Could not save product: the moon is full",
        )
        self.recover(feed)
        self.assertEqual(feed.state, "refused")
        self.assert_statuses(("awaiting_creation", "inactive", "error"))

    def test_a_second_sending_that_is_not_accepted_resets_everything_to_pending(self):
        feed = self.send_without_answer("status", code=502)
        self.sandbox.faults.add("status", action="ProductCreate", code=503)
        self.recover(feed)
        self.assertEqual(feed.state, "cancelled")
        self.assert_statuses(UNSENT)


class TestFindingTheDocument(RecoveryCase):
    """The Action API shows the documents of all feeds, so that ours is found."""

    def test_an_accepted_document_is_not_submitted_again(self):
        feed = self.send_without_answer()
        self.recover(feed)
        self.assertEqual(feed.state, "processing")
        self.assertEqual(self.calls("ProductCreate"), [])

    def test_the_list_of_feeds_is_read_first(self):
        feed = self.send_without_answer("status", code=502)
        self.recover(feed)
        self.assertIn(self.actions()[0], ("FeedOffsetList", "FeedList"))

    def test_it_is_found_behind_many_later_feeds(self):
        feed = self.send_without_answer()
        self.make_foreign_feeds(150)
        self.recover(feed)
        self.assertEqual(feed.external_id, next(iter(self.sandbox.feeds)))
        self.assertEqual(self.calls("ProductCreate"), [])

    def test_a_feed_that_cannot_be_read_is_not_taken_for_absent(self):
        feed = self.send_without_answer()
        for poison in ("no_id", "long_id", "null_record", "text_record"):
            with self.subTest(poison):
                self.sandbox.faults.add(
                    "poison", poison=poison, action="FeedOffsetList"
                )
                self.recover(feed)
                self.assertEqual((feed.state, feed.external_id), ("sending", False))
                self.assertEqual(self.calls("ProductCreate"), [])
        self.recover(feed)
        self.assertEqual(feed.external_id, next(iter(self.sandbox.feeds)))

    def test_a_feed_whose_action_is_misspelt_is_found_by_its_document(self):
        feed = self.send_without_answer()
        self.sandbox.faults.add(
            "poison", poison="nul", field="Action", action="FeedOffsetList"
        )
        self.recover(feed)
        self.assertEqual(feed.external_id, next(iter(self.sandbox.feeds)))
        self.assertEqual(self.calls("ProductCreate"), [])

    def test_a_feed_that_a_repeated_page_hides_is_not_taken_for_absent(self):
        feed = self.send_without_answer()
        self.make_foreign_feeds(150)
        self.sandbox.faults.add("same_page", action="FeedOffsetList", times=None)
        self.recover(feed)
        self.assertEqual((feed.state, feed.external_id), ("sending", False))
        self.assertEqual(self.calls("ProductCreate"), [])

    def make_foreign_feeds(self, number):
        """Send stock updates from another system after our feed."""
        for count in range(number):
            self.sandbox.queue.submit(
                "ProductUpdate", "somebody", f"<Request>{count}</Request>".encode(), ()
            )

    def test_an_id_that_another_feed_holds_is_never_adopted(self):
        feed = self.send_without_answer("status", code=502)
        # An earlier feed of this account had the same document and is done.
        twin = feed.copy({"state": "done"})
        twin._store_payload(feed._stored_payload())
        known = self.sandbox.queue.submit(
            "ProductCreate", "somebody", feed._stored_payload(), ()
        )
        twin.external_id = known.id
        self.recover(feed)
        self.assertNotEqual(feed.external_id, known.id)
        self.assertEqual(feed.state, "processing")
        self.assertEqual(len(self.calls("ProductCreate")), 1)

    def test_a_feed_of_another_action_is_never_adopted(self):
        feed = self.send_without_answer("status", code=502)
        other = self.sandbox.queue.submit(
            "ProductUpdate", "somebody", feed._stored_payload(), ()
        )
        self.recover(feed)
        self.assertNotEqual(feed.external_id, other.id)
        self.assertEqual(feed.state, "processing")


class TestFindingTheEffect(RecoveryCase):
    """REST shows no documents of unknown feeds: their products are read."""

    api_type = "rest"

    def process_lost(self, refused=()):
        """Send new products without an answer, and have the marketplace process them.

        :param refused: SKUs that it does not accept
        """
        feed = self.send_without_answer()
        for sku in refused:
            self.sandbox.faults.add("sku_error", sku=sku)
        self.let_marketplace_work()
        return feed

    def test_the_products_are_asked_for_first(self):
        feed = self.send_without_answer("status", code=502)
        self.recover(feed)
        self.assertEqual(self.actions()[0], "GetProducts")

    def test_products_that_are_there_close_the_feed(self):
        feed = self.process_lost()
        self.recover(feed)
        self.assertEqual((feed.state, feed.external_id), ("done", False))
        self.assertTrue(feed.message)
        self.assert_statuses(CREATED)
        self.assertEqual(self.listing(SMALL).listed_price, 99.0)

    def test_products_that_are_not_there_are_sent_again_beside_those_that_are(self):
        feed = self.process_lost(refused=[SMALL])
        self.recover(feed)
        lines = {line.seller_sku: line.state for line in feed.line_ids}
        self.assertEqual(lines.pop(SMALL), "open")
        self.assertEqual(set(lines.values()), {"success"})
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(sorted(self.sandbox.products), self.skus)

    def test_a_product_that_existed_before_is_adopted_and_not_taken_for_created(self):
        feed = self.process_lost()
        for product in self.sandbox.products.values():
            product.created_at -= timedelta(days=1)
            product.updated_at -= timedelta(days=1)
        self.recover(feed)
        self.assertEqual(len(self.accepted()), 1)
        self.let_marketplace_work()
        self.read_feeds()
        # They have no pictures yet.
        self.assert_statuses(CREATED)
        self.assertTrue(all(self.account.listing_ids.mapped("protect_content")))

    def lose_by(self, flow, action):
        """Send published products without an answer, and have the feed processed.

        :return: the feed
        """
        self.sandbox.requests.clear()
        self.sandbox.faults.add("cut_after", action=action)
        self.run_cron(flow)
        feed = self.feeds(flow)
        self.assertEqual(feed.state, "sending")
        self.forget_backoff()
        self.let_marketplace_work()
        return feed

    def publish(self):
        self.account.action_send_products()
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)

    def test_products_that_are_no_longer_there_close_a_removal(self):
        self.publish()
        self.account.listing_ids.action_remove()
        feed = self.lose_by("remove", "ProductRemove")
        self.recover(feed)
        self.assertEqual(feed.state, "done")
        self.assertEqual(len(self.calls("ProductRemove")), 1)
        self.assert_statuses(("removed", "inactive", "not_needed"))

    def test_a_product_that_cannot_be_read_is_not_taken_for_removed(self):
        self.publish()
        self.account.listing_ids.action_remove()
        self.add_fault("status", code=502, action="ProductRemove")
        self.run_cron("remove")
        feed = self.feeds("remove")
        self.assertEqual(feed.state, "sending")
        self.forget_backoff()
        self.sandbox.faults.add("poison", poison="text_record", action="GetProducts")
        self.recover(feed)
        self.assertEqual(set(feed.line_ids.mapped("state")), {"open"})
        self.run_until_quiet()
        self.assert_statuses(("removed", "inactive", "not_needed"))
        self.assertTrue(all(one.is_deleted for one in self.sandbox.products.values()))

    def test_a_refused_removal_of_what_cannot_be_read_is_not_taken_for_done(self):
        self.publish()
        self.account.listing_ids.action_remove()
        self.sandbox.faults.add("sku_error", sku=SMALL)
        self.run_cron("remove")
        self.let_marketplace_work()
        self.sandbox.faults.add(
            "poison",
            poison="text_record",
            record=SMALL,
            action="GetProducts",
            times=None,
        )
        self.read_feeds()
        self.assertEqual(self.listing(SMALL).product_status, "published")
        self.assertFalse(self.sandbox.products[SMALL].is_deleted)

    def test_repeatable_actions_are_sent_again(self):
        self.publish()
        self.style.list_price = 89.0
        self.run_cron("detect")
        feed = self.lose_by("price", "ProductUpdate")
        self.recover(feed)
        self.assertEqual(len(self.accepted("ProductUpdate")), 1)
        self.run_until_quiet()
        self.assertEqual(feed.state, "done")
        self.assertEqual(self.listing(SMALL).listed_price, 89.0)
        self.assertEqual(float(self.sandbox.products[SMALL].price), 89.0)

    def test_pictures_are_sent_again_byte_for_byte(self):
        self.send()
        self.let_marketplace_work()
        self.read_feeds()
        feed = self.lose_by("image", "Image")
        payload = feed._stored_payload()
        self.recover(feed)
        self.assertEqual(self.accepted("Image"), [payload])
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
