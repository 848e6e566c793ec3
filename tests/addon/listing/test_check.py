"""What the check before sending finds, and where the user reads it.

Design, section 7; merchant guide, Compulsory Fields.
"""

import base64
from unittest.mock import patch

import requests
from common import ConnectorCase, MarketplaceCase, new_barcode, picture

from odoo.fields import Command

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.domain import pictures

GOOD = "CHECK-Navy-M"
BAD = "CHECK-Navy-S"


class TestEachProblem(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("CHECK")
        cls.bad = cls.product(BAD)

    def problems(self, product=None):
        """Run the check, and return its messages about the bad product."""
        self.account.action_check_products()
        found = self.account.problem_ids.filtered(
            lambda one: one.product_id == (product or self.bad)
        )
        return found.mapped("message")

    def assert_problem(self, *words):
        """Check that one message, and only one, is given, with these words in it."""
        found = self.problems()
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def test_a_good_product_has_no_problem(self):
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.account.failing_count, 0)

    def test_a_missing_sku(self):
        self.bad.default_code = False
        self.assert_problem("SKU", "Internal Reference")

    def test_a_sku_with_a_blank_at_its_end(self):
        self.bad.default_code = f"{BAD} "
        self.assert_problem("SKU", BAD)

    def test_a_sku_of_two_products(self):
        other = self.product(GOOD)
        other.default_code = BAD
        self.assert_problem(BAD, other.display_name)
        self.assertEqual(len(self.problems(other)), 1)

    def test_a_sku_that_another_listing_has(self):
        other = self.make_style("OTHER", "S", product_tag_ids=False)
        self.list_products(other.product_variant_ids, seller_sku=BAD)
        self.assert_problem(BAD, "Dress OTHER")

    def test_a_sku_that_only_a_product_outside_the_season_shares_is_fine(self):
        other = self.make_style("OTHER", "S", product_tag_ids=False)
        other.product_variant_ids.default_code = BAD
        self.assertEqual(self.problems(), [])

    def test_a_missing_picture(self):
        self.style.image_1920 = False
        self.assert_problem("picture", "add")

    def test_a_small_picture(self):
        self.style.image_1920 = base64.b64encode(picture((300, 400)))
        self.assert_problem("300 x 400")

    def test_a_heavy_picture(self):
        with patch.object(pictures, "MAX_BYTES", 1000):
            self.assert_problem("MB")

    def test_pictures_that_take_too_long_are_checked_when_the_button_is_pressed_again(
        self,
    ):
        self.style.image_1920 = base64.b64encode(picture((300, 400)))
        self.product(GOOD).image_variant_1920 = base64.b64encode(picture((300, 500)))
        with patch.multiple(const, PICTURE_SECONDS=0, PICTURES_AT_LEAST=1):
            answer = self.account.action_check_products()["params"]
            self.assertEqual(answer["type"], "warning")
            self.assertIn("pictures of 1 product", answer["message"])
            self.assertEqual(self.account.failing_count, 1)
            answer = self.account.action_check_products()["params"]
        self.assertNotIn("again", answer["message"])
        self.assertEqual(self.account.failing_count, 2)

    def test_a_missing_brand(self):
        self.style.iconic_brand = False
        self.assert_problem("Brand")

    def test_a_category_that_is_not_mapped(self):
        self.style.categ_id = self.env["product.category"].create({"name": "Odds"})
        self.assert_problem("Odds", "Mapping")

    def test_a_product_without_a_category(self):
        self.style.categ_id = False
        self.assert_problem("category", "Mapping")

    def test_four_secondary_categories(self):
        some = [self.marketplace_category(f"111{digit}") for digit in "1234"]
        self.list_products(self.bad, secondary_category_ids=[one.id for one in some])
        self.assert_problem("4 secondary", "3")

    def test_an_emoji_in_the_name(self):
        self.style.name = "Party Dress \N{PARTY POPPER}"
        self.assert_problem("party popper", "name")

    def test_a_control_character_in_the_name(self):
        self.style.name = "Party\x0bDress"
        self.assert_problem("title", "name")

    def test_a_heart_in_the_name(self):
        self.style.name = "Party Dress \N{HEAVY BLACK HEART}"
        self.assert_problem("heavy black heart", "name")

    def test_accents_and_signs_of_print_are_no_problem(self):
        self.style.name = "Kōwhai™ — Robe d'été №5, 30° Lycra® ドレス"
        self.assertEqual(self.problems(), [])

    def test_the_length_of_the_name(self):
        for length, good in ((1, False), (2, True), (255, True), (256, False)):
            self.style.name = "x" * length
            with self.subTest(length=length):
                if good:
                    self.assertEqual(self.problems(), [])
                else:
                    self.assert_problem("Title", str(length), "255")

    def test_a_missing_description(self):
        self.style.iconic_description = "<p><br></p>"
        self.assert_problem("Description")

    def test_the_length_of_the_description(self):
        self.style.iconic_description = False
        for length, good in ((5, False), (6, True), (25000, True), (25001, False)):
            self.style.description_sale = "x" * length
            with self.subTest(length=length):
                if good:
                    self.assertEqual(self.problems(), [])
                else:
                    self.assert_problem("Description", str(length), "25000")

    def test_a_missing_barcode(self):
        self.bad.barcode = False
        self.assert_problem("Barcode", "EAN")

    def test_a_barcode_with_a_wrong_check_digit(self):
        self.bad.barcode = "4006381333932"
        self.assert_problem("4006381333932", "check digit")

    def test_a_upc_with_a_wrong_check_digit(self):
        self.bad.write({"barcode": False, "iconic_upc": "036000291453"})
        self.assert_problem("036000291453", "UPC")

    def test_an_isbn_with_a_wrong_check_digit(self):
        self.bad.write({"barcode": False, "iconic_isbn": "9780306406158"})
        self.assert_problem("9780306406158", "ISBN")

    def test_a_part_number_is_free_text(self):
        self.bad.write({"barcode": False, "iconic_mpn": "ANY-THING 1"})
        self.assertEqual(self.problems(), [])

    def test_a_missing_gender(self):
        self.style.iconic_gender = False
        self.assert_problem("Gender")

    def test_a_missing_condition(self):
        self.style.iconic_condition = False
        self.assert_problem("Condition")

    def test_a_missing_size(self):
        length = self._attribute("Length", ("Short",))
        self.mapping.variation_attribute_id = length
        self.assert_problem("Length")

    def test_a_price_of_nothing(self):
        self.style.list_price = 0
        self.assert_problem("price")

    def test_no_price_list(self):
        self.account.pricelist_id = False
        self.assert_problem("price list")

    def test_no_warehouse(self):
        self.account.stock_warehouse_ids = False
        self.assert_problem("warehouse")

    def test_stock_that_is_not_tracked(self):
        other = self.make_style("FREE", "S", is_storable=False)
        found = self.problems(other.product_variant_ids)
        self.assertEqual(len(found), 1)
        self.assertIn("Track", found[0])

    def test_an_attribute_that_is_no_xml_name(self):
        self.mapping.attribute_ids[0].feed_name = "Age Group"
        self.assert_problem("Age Group")

    def test_all_problems_of_a_product_are_reported_at_once(self):
        self.style.write(
            {"iconic_brand": False, "iconic_gender": False, "image_1920": False}
        )
        self.bad.write({"default_code": False, "barcode": False})
        found = self.problems()
        self.assertEqual(len(found), 5, found)
        for word in ("Brand", "Gender", "picture", "Internal Reference", "EAN"):
            self.assertTrue(any(word in one for one in found), word)

    def test_the_check_makes_no_calls(self):
        with patch.object(requests.Session, "send", side_effect=AssertionError):
            self.assertEqual(self.problems(), [])

    def test_one_listing_can_be_checked_alone(self):
        listing = self.list_products(self.bad)
        self.assertEqual(listing.action_check()["params"]["type"], "success")
        self.style.iconic_brand = False
        answer = listing.action_check()["params"]
        self.assertEqual(answer["type"], "warning")
        self.assertIn("Brand", answer["message"])


class TestProductsSection(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("CHECK", "S M L")
        cls.products = cls.style.product_variant_ids

    def test_only_products_of_the_season_match(self):
        self.make_style("OLD", product_tag_ids=False)
        self.assertEqual(self.account.matching_count, 3)
        other = self.env["product.tag"].create({"name": "SS27"})
        self.make_style("NEXT", "S", product_tag_ids=[Command.set(other.ids)])
        self.account.season_tag_ids |= other
        self.assertEqual(self.account.matching_count, 4)
        self.account.season_tag_ids = other
        self.assertEqual(self.account.matching_count, 1)

    def test_without_a_season_nothing_matches(self):
        self.account.season_tag_ids = False
        self.assertEqual(self.account.matching_count, 0)

    def test_a_tag_of_a_variant_counts_too(self):
        self.style.product_tag_ids = False
        self.products[0].additional_product_tag_ids = self.season
        self.assertEqual(self.account.matching_count, 1)

    def test_categories_narrow_the_choice(self):
        below = self.env["product.category"].create(
            {"name": "Evening", "parent_id": self.category.id}
        )
        other = self.env["product.category"].create({"name": "Shoes"})
        self.make_style("EVE", "S", categ_id=below.id)
        self.make_style("SHOE", "S", categ_id=other.id)
        self.assertEqual(self.account.matching_count, 5)
        self.account.product_categ_ids = self.category
        self.assertEqual(self.account.matching_count, 4)
        self.account.product_categ_ids = other
        self.assertEqual(self.account.matching_count, 1)

    def test_archived_products_and_those_not_for_sale_do_not_match(self):
        self.products[0].active = False
        self.assertEqual(self.account.matching_count, 2)
        self.style.sale_ok = False
        self.account.invalidate_recordset(["matching_count"])
        self.assertEqual(self.account.matching_count, 0)

    def test_products_of_another_company_do_not_match(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_style("THEIRS", "S", stock=0, company_id=other.id)
        self.assertEqual(self.account.matching_count, 3)

    def test_the_list_behind_the_count_is_the_same_products(self):
        action = self.account.action_view_matching_products()
        found = self.env["product.product"].search(action["domain"])
        self.assertEqual(found, self.products)

    def test_the_page_shows_how_many_fail_and_why(self):
        self.products[0].default_code = False
        self.products[1].write({"default_code": False, "barcode": False})
        answer = self.account.action_check_products()["params"]
        self.assertEqual(answer["type"], "warning")
        self.assertIn("2 of 3", answer["message"])
        self.assertEqual(
            (self.account.checked_count, self.account.failing_count), (3, 2)
        )
        self.assertTrue(self.account.checked_at)
        summary = str(self.account.problem_summary)
        self.assertIn("SKU missing: <b>2</b>", summary)
        self.assertIn("Barcode missing: <b>1</b>", summary)

    def test_the_list_of_problems_leads_to_the_product(self):
        self.products[0].default_code = False
        self.account.action_check_products()
        action = self.account.action_view_problems()
        problem = self.env["iconic.product.problem"].search(action["domain"])
        self.assertEqual(problem.product_id, self.products[0])
        opened = problem.action_fix()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]),
            ("product.product", self.products[0].id),
        )

    def test_a_new_check_replaces_the_old_one(self):
        self.products[0].default_code = False
        self.account.action_check_products()
        self.products[0].default_code = "NEW"
        answer = self.account.action_check_products()["params"]
        self.assertEqual(answer["type"], "success")
        self.assertFalse(self.account.problem_ids)
        self.assertFalse(self.account.problem_summary)
        self.assertEqual(self.account.failing_count, 0)

    def test_another_choice_of_products_outdates_the_check(self):
        self.account.action_check_products()
        self.account.product_categ_ids = self.category
        self.assertFalse(self.account.checked_at)

    def test_the_check_leaves_nothing_but_the_problems(self):
        self.account.action_check_products()
        self.assertFalse(self.account.listing_ids)

    def test_the_check_of_twice_as_many_takes_as_many_queries(self):
        products = self.make_many(200)
        few = self.list_products(products[:100])
        many = few + self.list_products(products[100:])
        few._check_for_sending()  # what is cached for good, such as translations
        self.assertEqual(self.queries(few), self.queries(many))

    def make_many(self, number):
        content = base64.b64encode(picture())
        styles = self.env["product.template"].create(
            [
                {
                    "name": f"Dress {index}",
                    "default_code": f"MANY-{index}",
                    "barcode": new_barcode(),
                    "is_storable": True,
                    "categ_id": self.category.id,
                    "product_tag_ids": [Command.set(self.season.ids)],
                    "iconic_brand": "Saltbush",
                    "iconic_gender": "female",
                    "iconic_description": "<p>A lovely dress.</p>",
                    "iconic_image_ids": [Command.create({"image": content})],
                }
                for index in range(number)
            ]
        )
        return styles.product_variant_ids

    def queries(self, listings):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        found = listings._check_for_sending()
        self.assertEqual(len(found), len(listings))
        return self.cr.sql_log_count - before


class TestBadProductsWhenSending(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("CHECK")
        cls.bad = cls.product(BAD)

    def test_a_bad_product_shows_why_and_the_others_are_sent(self):
        self.bad.write({"barcode": False, "default_code": "CHECK-BAD "})
        self.account.action_send_products()
        self.run_until_quiet()
        good, bad = self.listing(GOOD), self.listing("CHECK-BAD ")
        self.assertEqual(good.product_status, "published")
        self.assertEqual(
            (bad.product_status, bad.content_status), ("awaiting_creation", "error")
        )
        self.assertIn("Barcode", bad.error)
        self.assertIn("Internal Reference", bad.error)
        self.assertFalse(bad.feed_line_ids)

    def test_it_goes_after_fixing_and_retry(self):
        self.bad.barcode = False
        self.account.action_send_products()
        self.run_until_quiet()
        self.assertEqual(self.listing(BAD).content_status, "error")
        self.bad.barcode = new_barcode()
        self.listing(BAD).action_retry()
        self.run_until_quiet()
        self.assertEqual(self.listing(BAD).product_status, "published")
        self.assertFalse(self.listing(BAD).error)

    def test_pictures_that_take_too_long_do_not_hold_back_the_others(self):
        self.product(GOOD).image_variant_1920 = base64.b64encode(picture((600, 700)))
        self.account.action_send_products()
        with patch.multiple(const, PICTURE_SECONDS=0, PICTURES_AT_LEAST=1):
            self.run_cron("create")
        self.assertEqual(len(self.calls("ProductCreate")), 2)
        self.run_until_quiet()
        self.assertEqual(self.listing(GOOD).product_status, "published")
        self.assertEqual(self.listing(BAD).product_status, "published")

    def test_products_of_one_sku_are_not_sent_at_all(self):
        self.product(GOOD).default_code = BAD
        self.account.action_send_products()
        self.run_until_quiet()
        self.assertEqual(len(self.account.listing_ids), 2)
        self.assertEqual(
            set(self.account.listing_ids.mapped("content_status")), {"error"}
        )
        self.assertFalse(self.calls("ProductCreate"))

    def test_a_picture_that_is_missing_after_creation_stops_that_product_only(self):
        self.account.action_send_products()
        self.run_cron("create")
        self.let_marketplace_work()
        self.read_feeds()
        own = {"listing_id": self.listing(GOOD).id}
        own["image"] = base64.b64encode(picture())
        self.env["iconic.image"].create(own)
        self.style.image_1920 = False
        self.run_until_quiet()
        self.assertEqual(self.listing(GOOD).product_status, "published")
        bad = self.listing(BAD)
        self.assertEqual((bad.product_status, bad.content_status), ("created", "error"))
        self.assertIn("picture", bad.error)

    def test_no_product_at_all_makes_no_feed(self):
        self.style.iconic_brand = False
        self.account.action_send_products()
        self.run_cron("create")
        self.assertFalse(self.feeds())
        self.assertFalse(self.calls())
