"""After Published the marketplace reviews: what shoppers see, and what was rejected."""

from unittest.mock import patch

from common import address, contract, over_both_apis
from selling import SellingCase

from odoo.addons.iconic_connector.models.listing import listing_jobs


class QualityCase(SellingCase):
    def setUp(self):
        super().setUp()
        self.sandbox.settings.auto_review = False
        for product in self.sandbox.products.values():
            product.qc_status = "pending"

    def review(self, sku, status, reason=""):
        self.sandbox.quality.review(sku, status, reason)

    def read(self):
        self.run_cron("quality")

    def error_activities(self):
        kind = self.env.ref("iconic_connector.mail_activity_type_errors")
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )


@over_both_apis
class TestQualityControl(QualityCase):
    """Two colours: each is a group of its own, which is reviewed for itself."""

    sizes = "S"
    colours = "Navy Red"

    def setUp(self):
        super().setUp()
        self.red = self.listing("DRESS-Red-S")

    def reject_navy(self):
        self.review("DRESS-Navy-S", "rejected", "Image too dark")
        self.review("DRESS-Red-S", "approved")
        self.read()

    @contract
    def test_what_is_published_waits_for_its_review(self):
        self.assertEqual(self.small.qc_status, "pending")
        self.assertEqual(self.account.visible_count, 0)
        self.read()
        self.assertEqual(self.small.qc_status, "pending")
        self.assertEqual(self.account.visible_count, 0)

    @contract
    def test_only_approved_ones_count_as_visible(self):
        self.reject_navy()
        self.assertEqual(self.red.qc_status, "approved")
        self.assertEqual(self.account.visible_count, 1)
        self.assertEqual(self.account.published_count, 2)

    def test_an_ended_one_is_not_visible(self):
        self.reject_navy()
        self.red.action_end()
        self.run_all_jobs()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.visible_count, 0)

    @contract
    def test_a_rejection_is_a_failure_with_its_reason(self):
        self.reject_navy()
        self.assertRecordValues(
            self.small,
            [
                {
                    "qc_status": "rejected",
                    "qc_reason": "Image too dark",
                    "has_error": True,
                    "product_status": "published",
                }
            ],
        )
        self.assertIn("Image too dark", self.small.error)
        self.assertEqual(
            self.env["iconic.listing"].search([("has_error", "=", True)]), self.small
        )
        self.assertEqual(self.account.error_count, 1)
        self.assertEqual(len(self.error_activities()), 1)

    def test_a_rejection_alone_sends_nothing(self):
        self.reject_navy()
        self.assert_nothing_is_sent()

    def test_fixing_the_cause_sends_it_again_for_another_review(self):
        self.reject_navy()
        self.style.iconic_description = "<p>A much lovelier dress.</p>"
        self.run_all_jobs()
        self.assertEqual(
            (self.small.qc_status, self.small.has_error), ("pending", False)
        )
        self.assertFalse(self.small.qc_reason)
        self.review("DRESS-Navy-S", "approved")
        self.read()
        self.assertEqual(self.small.qc_status, "approved")
        self.assertFalse(self.error_activities())

    def test_retry_sends_a_rejected_one_as_it_is(self):
        self.reject_navy()
        self.small.action_retry()
        self.run_all_jobs()
        self.assertEqual(list(self.sent_skus()), ["DRESS-Navy-S"])
        self.assertEqual(self.small.qc_status, "pending")

    def sent_skus(self):
        return self.feeds("update").line_ids.mapped("seller_sku")

    def test_price_and_stock_need_no_new_review(self):
        self.reject_navy()
        self.red.price = 89.0
        self.set_stock(self.red.product_id, self.warehouse, 2)
        self.run_all_jobs()
        self.assertEqual(self.red.qc_status, "approved")

    def test_a_user_can_read_reviews_at_once(self):
        self.review("DRESS-Navy-S", "approved")
        self.small.action_read_quality()
        self.assertEqual(self.small.qc_status, "approved")
        self.assertEqual(self.red.qc_status, "pending")
        self.assertEqual(len(self.calls("GetQcStatus")), 1)

    def test_approved_ones_are_not_asked_about_again(self):
        self.reject_navy()
        self.sandbox.requests.clear()
        self.read()
        self.assertTrue(self.calls("GetQcStatus"))
        asked = " ".join(address(call) for call in self.calls())
        self.assertIn("DRESS-Navy-S", asked)
        self.assertNotIn("DRESS-Red-S", asked)

    @contract
    def test_many_are_read_with_few_calls(self):
        self.read()
        self.assertEqual(len(self.calls("GetQcStatus")), 1)
        self.sandbox.requests.clear()
        with patch.object(listing_jobs, "MAX_QUALITY_STATES", 1):
            self.read()
        self.assertEqual(len(self.calls("GetQcStatus")), 2)

    def test_a_marketplace_that_does_not_answer_changes_nothing(self):
        self.reject_navy()
        self.sandbox.faults.add("status", action="GetQcStatus", code=503, times=None)
        self.read()
        self.assertEqual(self.small.qc_status, "rejected")
        # Reviews are a feature: that they fail makes nothing else wait.
        self.assertEqual(self.account._job("quality").result, "delayed")
        self.assertFalse(self.account.retry_at)


class TestReviewsOfSizes(QualityCase):
    """The Action API gives the review of each size."""

    def test_each_size_has_its_own(self):
        self.review("DRESS-Navy-S", "rejected", "Image too dark")
        self.review("DRESS-Navy-M", "approved")
        self.read()
        self.assertEqual(self.small.qc_status, "rejected")
        self.assertEqual(self.medium.qc_status, "approved")
        self.assertEqual(self.account.visible_count, 1)


class TestReviewsOfAStyle(QualityCase):
    """REST gives the review of a product set, which all sizes of a colour share."""

    api_type = "rest"

    def test_one_rejected_size_is_a_rejection_of_all(self):
        self.review("DRESS-Navy-S", "rejected", "Image too dark")
        self.review("DRESS-Navy-M", "approved")
        self.read()
        for listing in self.account.listing_ids:
            self.assertEqual(
                (listing.qc_status, listing.qc_reason), ("rejected", "Image too dark")
            )
        self.assertEqual(self.account.visible_count, 0)

    def test_they_are_approved_together(self):
        self.review("DRESS-Navy-S", "approved")
        self.read()
        self.assertEqual(self.small.qc_status, "pending")
        self.review("DRESS-Navy-M", "approved")
        self.read()
        self.assertEqual(self.account.visible_count, 2)
