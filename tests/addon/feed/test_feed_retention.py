"""The retention of documents and lines of feeds."""

from datetime import timedelta

from selling import ComparingCase

from odoo import fields

from odoo.addons.iconic_connector import const


class TestFeedRetention(ComparingCase):
    def setUp(self):
        super().setUp()
        self.feed = self._old_feed(days=91)

    def _old_feed(self, days):
        style = self.make_style(f"OLD{days}", "S")
        listing = self.list_published(style)
        listing.price_status = "pending"
        listing.product_id.list_price = 5.0 + days
        feed = self.send_by("price")
        self.take(feed)
        created = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "UPDATE iconic_feed SET create_date = %s WHERE id = %s", (created, feed.id)
        )
        feed.invalidate_recordset(["create_date"])
        return feed

    def vacuum(self):
        while self.env["iconic.feed"]._gc_old_feeds()[1]:
            continue

    def test_an_old_feed_loses_document_and_lines_but_not_its_counts(self):
        self.vacuum()
        self.assertFalse(self.feed.line_ids)
        self.assertFalse(self.feed.payload)
        self.assertEqual((self.feed.state, self.feed.sent_count), ("done", 1))

    def test_feeds_are_emptied_a_few_at_a_time(self):
        self.patch(const, "VACUUM_BATCH", 1)
        second = self._old_feed(days=92)
        vacuum = self.env["iconic.feed"]._gc_old_feeds
        self.assertEqual(vacuum(), (1, 1))
        self.assertEqual(len((self.feed | second).line_ids), 1)
        self.assertEqual([vacuum(), vacuum()], [(1, 1), (0, 0)])

    def test_a_younger_feed_is_not_emptied(self):
        young = self._old_feed(days=89)
        self.vacuum()
        self.assertTrue(young.line_ids)
        self.assertTrue(young.payload)

    def test_the_retention_is_a_setting_of_the_account(self):
        self.account.retention_days = 100
        self.vacuum()
        self.assertTrue(self.feed.line_ids)

    def test_an_open_feed_is_never_emptied(self):
        self.feed.state = "processing"
        self.vacuum()
        self.assertTrue(self.feed.line_ids)
