"""A feed whose sender died or got no answer: found again, and never sent blindly.

Design, section 5, step 4.
"""

from datetime import timedelta

from common import FeedCase

from odoo import fields

UNSENT = ("awaiting_creation", "inactive", "pending")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
PUBLISHED = ("published", "active", "not_needed")


class TestFeedRecovery(FeedCase):
    def lose(self, kind="cut_after", **options):
        """Send the season without learning what became of it.

        The fault strikes after the refusal of the version.

        :return: the feed
        """
        skip = 0 if kind == "cut_after" else 1
        self.sandbox.faults.add(kind, action="ProductCreate", skip=skip, **options)
        feed = self.send()
        self.assertEqual(feed.state, "sending")
        self.forget_backoff()
        self.sandbox.requests.clear()
        return feed

    def recover(self, feed):
        self.end_lease(feed)
        self.run_cron("feed_reader")

    def actions(self):
        return [call.action for call in self.calls()]

    def test_nobody_touches_a_feed_during_its_lease(self):
        feed = self.lose()
        feed.sending_since = fields.Datetime.now() - timedelta(minutes=9)
        self.run_cron("feed_reader")
        self.run_cron("create")
        self.assertEqual(self.actions(), [])
        self.assertEqual(feed.state, "sending")

    def test_what_the_marketplace_accepted_is_adopted(self):
        feed = self.lose()
        self.recover(feed)
        self.assertEqual(
            (feed.state, feed.external_id),
            ("processing", next(iter(self.sandbox.feeds))),
        )
        self.assertNotIn("ProductCreate", self.actions())
        self.assertEqual(len(self.sandbox.feeds), 1)
        self.assert_statuses(IN_FLIGHT)

    def test_what_is_processed_already_is_adopted(self):
        feed = self.lose()
        self.let_marketplace_work()
        self.recover(feed)
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(self.actions().count("ProductCreate"), 0)

    def test_it_is_found_behind_many_later_feeds(self):
        feed = self.lose()
        self.make_foreign_feeds(150)
        self.recover(feed)
        self.assertEqual(feed.external_id, next(iter(self.sandbox.feeds)))
        self.assertNotIn("ProductCreate", self.actions())

    def make_foreign_feeds(self, number):
        """Let somebody else send stock updates after our feed."""
        for count in range(number):
            self.sandbox.queue.submit(
                "ProductUpdate", "somebody", f"<Request>{count}</Request>".encode(), ()
            )

    def test_what_the_marketplace_does_not_know_is_sent_again_byte_for_byte(self):
        self.sandbox.requests.clear()
        feed = self.lose("status", code=502)
        payload = feed._stored_payload()
        self.assertFalse(self.sandbox.feeds)
        self.style.name = "Another name"
        self.recover(feed)
        again = self.calls("ProductCreate")
        self.assertEqual([call.body for call in again], [payload])
        self.assertEqual(feed.state, "processing")
        self.run_until_quiet()
        self.assertEqual(len(self.feeds("create")), 1)
        self.assert_statuses(PUBLISHED)

    def test_the_marketplace_is_asked_before_anything_is_sent_again(self):
        feed = self.lose("status", code=502)
        self.recover(feed)
        self.assertEqual(self.actions()[-1], "ProductCreate")
        self.assertIn(self.actions()[0], ("FeedOffsetList", "FeedList"))

    def test_a_duplicate_in_process_is_that_feed(self):
        feed = self.lose()
        self.patch(type(feed), "_find_outside", lambda feed, client: "")
        self.recover(feed)
        self.assertEqual(self.calls("ProductCreate")[0].outcome, "1000")
        self.assertEqual(
            (feed.state, feed.external_id),
            ("processing", next(iter(self.sandbox.feeds))),
        )
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)

    def test_an_id_that_another_feed_holds_is_never_adopted(self):
        feed = self.lose("status", code=502)
        # An earlier feed of ours had the very same document and is done.
        twin = feed.copy({"state": "done"})
        twin._keep_payload(feed._stored_payload())
        known = self.sandbox.queue.submit(
            "ProductCreate", "somebody", feed._stored_payload(), ()
        )
        twin.external_id = known.id
        self.recover(feed)
        self.assertNotEqual(feed.external_id, known.id)
        self.assertEqual(feed.state, "processing")
        self.assertEqual(len(self.calls("ProductCreate")), 1)

    def test_a_feed_of_another_action_is_never_adopted(self):
        feed = self.lose("status", code=502)
        other = self.sandbox.queue.submit(
            "ProductUpdate", "somebody", feed._stored_payload(), ()
        )
        self.recover(feed)
        self.assertNotEqual(feed.external_id, other.id)
        self.assertEqual(feed.state, "processing")

    def test_it_waits_while_the_marketplace_cannot_say(self):
        feed = self.lose()
        self.sandbox.faults.add("status", code=503, times=None)
        self.recover(feed)
        self.assertEqual((feed.state, feed.external_id), ("sending", False))
        self.assertNotIn("ProductCreate", self.actions())
        self.assertTrue(self.account.retry_at)
        self.assertTrue(feed.message)

        self.sandbox.faults.clear()
        self.forget_backoff()
        self.recover(feed)
        self.assertEqual(feed.state, "processing")

    def test_recovery_has_a_lease_of_its_own(self):
        feed = self.lose()
        self.sandbox.faults.add("status", code=503, times=None)
        self.recover(feed)
        self.forget_backoff()
        self.sandbox.requests.clear()
        age = fields.Datetime.now() - feed.sending_since
        self.assertLess(age, timedelta(minutes=1))
        self.run_cron("feed_reader")
        self.assertEqual(self.actions(), [])

    def test_a_refusal_of_the_second_sending_counts_as_such(self):
        feed = self.lose("status", code=502)
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

    def test_a_second_sending_that_is_not_accepted_puts_everything_back(self):
        feed = self.lose("status", code=502)
        self.sandbox.faults.add("status", action="ProductCreate", code=503)
        self.recover(feed)
        self.assertEqual(feed.state, "cancelled")
        self.assert_statuses(UNSENT)
