"""A document that cannot be stored, or is lost, costs no product its place.

A full disk leaves half-written files, whose names Odoo then refuses to store under; a
restored or moved filestore lacks files.
"""

import os
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from common import FeedCase, contract, document, elements, over_both_apis

from odoo import fields

from odoo.addons.iconic_connector.domain.flows import FLOWS

UNSENT = ("awaiting_creation", "inactive", "pending")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
CREATED = ("created", "inactive", "pending")
PUBLISHED = ("published", "active", "not_needed")
SMALL = FeedCase.small


class DocumentCase(FeedCase):
    def attachment(self, feed):
        """Return the attachment that holds the document of a feed."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "iconic.feed"),
                ("res_field", "=", "payload"),
                ("res_id", "=", feed.id),
            ]
        )

    def path(self, content):
        """Return the path of the file that Odoo stores some bytes in."""
        attachments = self.env["ir.attachment"]
        checksum = attachments._compute_checksum(content)
        path = attachments._full_path(f"{checksum[:2]}/{checksum}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.addCleanup(self.remove, path)
        return path

    @staticmethod
    def remove(path):
        if os.path.exists(path):
            os.unlink(path)

    def halve(self, content):
        """Leave half of some bytes in their file, as a full disk does."""
        with open(self.path(content), "wb") as file:
            file.write(content[: len(content) // 2])

    @contextmanager
    def full_disk(self):
        """Have no space left for files."""

        def fail(_attachments, content, _checksum):
            self.halve(content)
            raise OSError(28, "No space left on device")

        with patch.object(self.registry["ir.attachment"], "_file_write", fail):
            yield

    def forget_failure(self):
        """Let the job that has failed run again without waiting for its next try."""
        self.account._job("create").next_try_at = False

    def sent_skus(self):
        """Return the SKUs of each document that the marketplace received."""
        return [sorted(elements(call.body)) for call in self.calls("ProductCreate")]


class TestStoring(DocumentCase):
    api_type = "rest"

    def assert_season_waits_for_space(self):
        self.account.action_send_products()
        with self.full_disk():
            self.run_failing_cron("create")
        self.assert_statuses(UNSENT)
        self.assertFalse(any(self.account.listing_ids.mapped("error")))
        self.assertFalse(self.feeds())
        job = self.account._job("create")
        self.assertEqual((job.result, job.left_out_count), ("failed", 0))
        self.assertIn("No space left on device", job.error)
        kinds = self.account.activity_ids.activity_type_id
        self.assertEqual(
            kinds, self.env.ref("iconic_connector.mail_activity_type_jobs")
        )

        self.forget_failure()
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(job.result, "success")
        self.assertFalse(self.account.activity_ids)

    def test_a_full_disk_sets_no_product_in_error(self):
        self.assert_season_waits_for_space()
        self.assertEqual(self.sent_skus(), [self.skus])

    def test_a_full_disk_sets_a_product_alone_in_its_feed_in_no_error_either(self):
        self.account.batch_size = 1
        self.assert_season_waits_for_space()
        self.assertEqual(sorted(self.sent_skus()), [[sku] for sku in self.skus])

    def test_a_half_written_file_blocks_no_document(self):
        self.account.action_send_products()
        content = document(self.account.listing_ids.sorted("id"))
        self.halve(content)
        self.run_cron("create")
        self.assertEqual(self.feeds()._stored_payload(), content)
        self.assertEqual([call.body for call in self.calls("ProductCreate")], [content])
        with open(self.path(content), "rb") as file:
            self.assertEqual(file.read(), content)


@over_both_apis
class TestLostDocuments(DocumentCase):
    def lose_file(self, feed):
        os.unlink(self.path(feed._stored_payload()))

    def lose_attachment(self, feed):
        self.attachment(feed).unlink()

    def lose_half(self, feed):
        self.halve(feed._stored_payload())

    def store_unsent(self):
        """Store a feed as a job that is killed before it sends it."""
        self.account.action_send_products()
        flow = FLOWS["create"]
        _counts, feed = self.account._store_batch(flow, self.account._next_batch(flow))
        return feed

    def send_without_answer(self, kind="cut_after", **options):
        """Send the season without an answer.

        :return: the feed
        """
        add = self.sandbox.faults.add if kind == "cut_after" else self.add_fault
        add(kind, action="ProductCreate", **options)
        feed = self.send()
        self.assertEqual(feed.state, "sending")
        self.forget_backoff()
        self.sandbox.requests.clear()
        return feed

    def recover(self, feed):
        self.end_lease(feed)
        self.env.invalidate_all()
        self.run_cron("feed_reader")

    def assert_given_up_and_built_anew(self, feed):
        self.assertEqual((feed.state, feed.sent_count), ("cancelled", 3))
        self.assertIn("lost", feed.message)
        self.assert_statuses(UNSENT)
        self.assertEqual(self.calls("ProductCreate"), [])
        self.forget_failure()
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(self.sent_skus(), [self.skus])

    @contract
    def test_a_feed_that_was_never_sent_is_given_up_and_built_anew(self):
        feed = self.store_unsent()
        self.lose_file(feed)
        self.recover(feed)
        self.assert_given_up_and_built_anew(feed)

    def test_a_deleted_attachment_is_a_lost_document(self):
        feed = self.store_unsent()
        self.lose_attachment(feed)
        self.recover(feed)
        self.assert_given_up_and_built_anew(feed)

    def test_a_damaged_file_is_a_lost_document(self):
        feed = self.store_unsent()
        self.lose_half(feed)
        self.recover(feed)
        self.assert_given_up_and_built_anew(feed)

    def test_a_document_that_is_lost_at_once_is_not_sent_empty(self):
        store = self.registry["iconic.feed"]._store_payload

        def store_and_lose(feed, content):
            store(feed, content)
            os.unlink(self.path(content))
            self.env.invalidate_all()

        with patch.object(
            self.registry["iconic.feed"], "_store_payload", store_and_lose
        ):
            self.account.action_send_products()
            self.run_failing_cron("create")
        self.assertEqual(len(self.feeds()), 1)
        self.assert_given_up_and_built_anew(self.feeds())

    @contract
    def test_products_that_a_lost_document_has_brought_are_not_sent_again(self):
        feed = self.send_without_answer()
        self.lose_file(feed)
        self.let_marketplace_work()
        self.recover(feed)
        self.assertEqual(feed.state, "done")
        self.assert_statuses(CREATED)
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(self.calls("ProductCreate"), [])

    @contract
    def test_a_lost_document_that_never_arrived_is_built_anew_after_a_while(self):
        feed = self.send_without_answer("status", code=502)
        self.lose_file(feed)
        self.recover(feed)
        self.assertEqual(feed.state, "sending")
        self.assertIn("lost", feed.message)
        self.assert_statuses(IN_FLIGHT)
        self.run_cron("create")
        self.assertEqual(self.calls("ProductCreate"), [])

        self.make_old(feed)
        self.recover(feed)
        self.assert_given_up_and_built_anew(feed)

    def test_what_a_lost_document_has_not_brought_is_sent_beside_what_it_has(self):
        feed = self.send_without_answer()
        self.lose_file(feed)
        self.sandbox.faults.add("sku_error", sku=SMALL)
        self.let_marketplace_work()
        self.make_old(feed)
        self.recover(feed)
        self.assertEqual(feed.state, "cancelled")
        self.assert_statuses(CREATED, **{SMALL: UNSENT})
        self.run_until_quiet()
        self.assert_statuses(PUBLISHED)
        self.assertEqual(self.sent_skus(), [[SMALL]])

    def make_old(self, feed):
        """Let the feed be older than any feed in process."""
        moment = fields.Datetime.now() - timedelta(hours=7)
        feed.flush_recordset()
        self.env.cr.execute(
            "UPDATE iconic_feed SET create_date = %s WHERE id = %s", [moment, feed.id]
        )
        feed.invalidate_recordset()
