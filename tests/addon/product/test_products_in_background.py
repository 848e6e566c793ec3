"""Many products are checked and listed without anybody waiting for them."""

import base64
from unittest.mock import patch

from common import MarketplaceCase, picture

from odoo.exceptions import UserError

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.models.product import product_jobs


class BackgroundCase(MarketplaceCase):
    """Six products of two styles, which are more than a user would wait for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.styles = cls.make_style("MANY", "S M L") | cls.make_style("MORE", "S M L")
        cls.products = cls.styles.product_variant_ids

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(const, "PRODUCTS_AT_ONCE", 5))
        for job, size in (
            (product_jobs.CheckProducts, 2),
            (product_jobs.ListProducts, 4),
        ):
            self.startPatcher(patch.object(job, "batch_size", size))

    def job(self, kind):
        return self.account._job(kind)


class TestCheckingInTheBackground(BackgroundCase):
    def found(self):
        """Return everything that the check has stored."""
        account = self.account
        problems = account.problem_ids.mapped(
            lambda one: (one.product_id.id, one.rule, one.message, one.place_id)
        )
        names = ("name", "total", "ready", "share", "obstacle")
        readiness = account.readiness_ids.mapped(
            lambda one: tuple(one[name] for name in names)
        )
        counts = account.checked_count, account.failing_count
        return sorted(problems), sorted(readiness), counts

    def break_some(self):
        first, *_others, last = self.products
        first.default_code = False
        last.write({"default_code": False, "barcode": False})

    def test_it_finds_what_a_check_at_once_finds(self):
        self.break_some()
        with patch.object(const, "PRODUCTS_AT_ONCE", 100):
            self.account.action_check_products()
        at_once = self.found()
        self.assertEqual(at_once[2], (6, 2))
        self.account.action_check_products()
        self.run_cron("check")
        self.assertEqual(self.found(), at_once)

    def test_the_user_is_told_at_once_and_sees_how_it_ended(self):
        self.break_some()
        answer = self.account.action_check_products()["params"]
        self.assertIn("6 products", answer["message"])
        self.assertTrue(self.account.is_checking)
        self.assertIn(self.job("check"), self.account.active_job_ids)
        self.run_cron("check")
        self.assertFalse(self.account.is_checking)
        self.assertIn("2 of 6 products fail", self.job("check").outcome)
        self.assertEqual(self.job("check").done_count, 6)
        self.assertTrue(self.account.checked_at)

    def test_a_second_click_starts_no_second_check(self):
        self.account.action_check_products()
        with self.assertRaisesRegex(UserError, "see the progress"):
            self.account.action_check_products()

    def test_a_pause_of_the_job_is_said_instead_of_waiting_in_silence(self):
        self.env["iconic.account.pause"].create(
            {"account_id": self.account.id, "job": "check"}
        )
        with self.assertRaisesRegex(UserError, "Resume"):
            self.account.action_check_products()
        self.assertFalse(self.account.is_checking)

    def test_nothing_of_the_last_check_is_left(self):
        self.break_some()
        self.account.action_check_products()
        self.run_cron("check")
        for number, product in enumerate(self.products):
            product.write({"default_code": f"NEW-{number}", "barcode": False})
        self.styles.iconic_brand = "Saltbush"
        self.account.action_check_products()
        self.run_cron("check")
        rules = self.account.problem_ids.mapped("rule")
        self.assertEqual(set(rules), {"Barcode missing"})
        self.assertEqual(len(rules), 6)

    def test_it_goes_on_where_it_was_interrupted(self):
        self.break_some()
        self.account.action_check_products()
        with patch.object(product_jobs.ProductCheck, "add", self.fail_at(2)):
            self.run_failing_cron("check")
        self.assertLess(self.job("check").done_count, 6)
        self.job("check").action_run_now()
        self.run_cron("check")
        self.assertEqual(self.found()[2], (6, 2))

    def fail_at(self, place):
        """Return a check that fails for everything from its second batch on."""
        add, calls = product_jobs.ProductCheck.add, []

        def fail_later(check, listings):
            calls.append(listings)
            if len(calls) >= place:
                raise ZeroDivisionError
            return add(check, listings)

        return fail_later

    def test_slow_pictures_are_prepared_bit_by_bit(self):
        for style in self.styles:
            style.product_variant_ids[0].image_variant_1920 = base64.b64encode(
                picture((600, 700 + style.id % 100))
            )
        self.account.action_check_products()
        with patch.multiple(const, PICTURE_SECONDS=0, PICTURES_AT_LEAST=1):
            self.run_cron("check")
        self.assertEqual(self.found()[2], (6, 0))

    def test_no_season_left_ends_it_with_nothing(self):
        self.account.action_check_products()
        self.account.season_tag_ids = False
        self.run_cron("check")
        self.assertEqual(self.account.checked_count, 0)
        self.assertFalse(self.account.is_checking)


class TestListingInTheBackground(BackgroundCase):
    def test_all_products_are_listed_and_sent(self):
        answer = self.account.action_send_products()["params"]
        self.assertIn("6 products", answer["message"])
        self.assertFalse(self.account.listing_ids)
        self.assertTrue(self.account.is_listing)
        self.run_cron("list")
        self.assertEqual(self.account.listing_ids.product_id, self.products)
        self.assertIn(": 6.", self.account.listing_report)
        self.run_until_quiet()
        statuses = set(self.account.listing_ids.mapped("product_status"))
        self.assertEqual(statuses, {"published"})

    def test_what_is_listed_already_stays_as_it_is(self):
        for _time in range(2):
            self.account.action_send_products()
            self.run_cron("list")
            self.run_until_quiet()
        self.assertEqual(len(self.account.listing_ids), 6)
        self.assertIn("already listed", self.account.listing_report)

    def test_without_credentials_it_says_so_and_does_not_begin(self):
        self.account.sudo().api_key = False
        with self.assertRaisesRegex(UserError, "API key"):
            self.account.action_send_products()
        self.assertFalse(self.account.is_listing)
