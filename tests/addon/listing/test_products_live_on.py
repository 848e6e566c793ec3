"""What happens to listings of products that are archived, renamed or replaced."""

from common import new_barcode
from selling import SellingCase

from odoo.exceptions import UserError, ValidationError


class TestProductsThatLeave(SellingCase):
    def assert_ended(self, listing):
        self.assertEqual(
            (listing.product_status, listing.listing_status), ("published", "inactive")
        )
        self.assertEqual(self.sandbox.products[listing.seller_sku].quantity, 0)

    def test_an_archived_variant_is_ended_automatically(self):
        self.small.product_id.active = False
        self.run_all_jobs()
        self.assert_ended(self.small)
        self.assertEqual(self.medium.listing_status, "active")
        self.assert_nothing_is_sent()

    def test_an_archived_template_ends_all_of_its_sizes(self):
        self.style.active = False
        self.run_all_jobs()
        self.assert_ended(self.small)
        self.assert_ended(self.medium)

    def test_a_product_that_is_not_for_sale_any_more_is_ended_automatically(self):
        self.style.sale_ok = False
        self.run_all_jobs()
        self.assert_ended(self.small)

    def test_a_size_that_is_removed_from_the_style_is_archived_and_ended(self):
        line = self.style.attribute_line_ids.filtered(
            lambda one: one.attribute_id.name == "Size"
        )
        line.value_ids -= line.value_ids.filtered(lambda value: value.name == "S")
        product = self.small.product_id
        self.assertTrue(product.exists())
        self.assertFalse(product.active)
        self.run_all_jobs()
        self.assert_ended(self.small)

    def test_a_listing_at_the_marketplace_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Remove it there first"):
            self.small.unlink()

    def test_a_removed_listing_may_be_deleted(self):
        self.small.action_remove()
        self.run_all_jobs()
        self.assertEqual(self.small.product_status, "removed")
        self.small.unlink()
        self.assertFalse(self.small.exists())


class TestChangedReferences(SellingCase):
    def setUp(self):
        super().setUp()
        self.small.product_id.default_code = "NEW-S"

    def test_the_sku_stays_and_the_change_is_shown(self):
        self.assertEqual(self.small.sku, "DRESS-Navy-S")
        self.assertTrue(self.small.sku_changed)
        self.assertFalse(self.medium.sku_changed)
        found = self.env["iconic.listing"].search([("sku_changed", "=", True)])
        self.assertEqual(found, self.small)

    def test_it_sends_nothing(self):
        self.assert_nothing_is_sent()

    def test_the_sku_cannot_be_changed_by_hand(self):
        with self.assertRaisesRegex(UserError, "known to THE ICONIC"):
            self.small.seller_sku = "NEW-S"

    def test_remove_and_create_again_brings_it_under_its_new_sku(self):
        self.small.action_recreate()
        self.run_all_jobs()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "deleted")
        self.assertEqual(self.sandbox.products["NEW-S"].status, "active")
        self.assertEqual(self.small.seller_sku, "NEW-S")
        self.assertEqual(
            (self.small.product_status, self.small.listing_status),
            ("published", "active"),
        )
        self.assertFalse(self.small.sku_changed)
        self.assert_nothing_is_sent()

    def test_there_is_nothing_to_create_again_where_nothing_changed(self):
        with self.assertRaises(UserError):
            self.medium.action_recreate()


class TestAnotherVariantWithTheSameSku(SellingCase):
    def replacement(self):
        """Archive the small dress and make another product with its SKU."""
        old = self.small.product_id
        old.active = False
        self.run_all_jobs()
        old.barcode = False
        style = self.make_style("COPY", "S", stock=3)
        product = style.product_variant_ids
        product.write({"default_code": "DRESS-Navy-S", "barcode": new_barcode()})
        return product

    def test_it_takes_the_listing_over_when_the_season_is_sent(self):
        product = self.replacement()
        self.account.action_send_products()
        self.assertEqual(self.small.product_id, product)
        self.run_all_jobs()
        self.assertEqual(self.small.listing_status, "active")
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 3)
        self.assertEqual(len(self.account.listing_ids), 2)

    def test_a_product_that_is_still_sold_stays_with_its_listing(self):
        style = self.make_style("COPY", "S")
        style.product_variant_ids.default_code = "DRESS-Navy-M"
        self.account.action_send_products()
        self.run_all_jobs()
        self.assertEqual(
            self.medium.product_id.product_tmpl_id, self.style, "It is sold on"
        )
        refused = self.account.listing_ids - self.small - self.medium
        self.assertEqual(refused.content_status, "error")
        self.assertIn("used by several products", refused.content_error)


class TestAccounts(SellingCase):
    def test_one_product_may_be_listed_on_two_accounts(self):
        other = self.account.copy(
            {
                "name": "New Zealand",
                "user_login": self.account.user_login,
                "api_url": self.account.api_url + "nz",
                "api_key": "another-key",
            }
        )
        other.category_map_ids = self.account.category_map_ids.copy(
            {"account_id": other.id}
        )
        other._create_missing_listings(self.small.product_id)
        both = self.small.product_id.iconic_listing_ids
        self.assertEqual(both.account_id, self.account | other)
        self.assertEqual(
            (self.small.product_status, (both - self.small).product_status),
            ("published", "awaiting_creation"),
        )

    def test_an_account_with_listings_cannot_change_its_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "cannot be changed"):
            self.account.company_id = company
