"""Mismatches between listings and marketplace, and their resync."""

from dataclasses import replace
from decimal import Decimal

from common import contract, over_both_apis
from selling import SellingCase


@over_both_apis
class TestMismatches(SellingCase):
    def change_outside(self, sku="DRESS-Navy-S", **values):
        """Change a product as somebody would in Seller Center."""
        products = self.sandbox.products
        products[sku] = replace(products[sku], **values)

    def lose_outside(self, sku):
        """Let a product disappear from the marketplace."""
        del self.sandbox.products[sku]
        self.sandbox.groups.clear()
        for product in self.sandbox.products.values():
            self.sandbox.groups.move(product, product.group)

    def find_mismatches(self):
        """Compare the listings with the marketplace.

        :return: a dict, (SKU, part) -> the value in Odoo and that of the marketplace
        """
        self.account.action_find_mismatches()
        self.run_cron("readback")
        return {
            (row.listing_id.sku, row.part): (row.remembered, row.found)
            for row in self.rows()
        }

    def rows(self):
        return self.env["iconic.mismatch"].search(
            [("account_id", "=", self.account.id)]
        )

    def resync(self):
        self.rows().action_resync()
        self.assertFalse(self.rows())
        self.run_all_jobs()

    def test_without_a_mismatch_none_is_reported(self):
        self.assertEqual(self.find_mismatches(), {})
        self.assertIn("2 products read", self.account.reading_report)

    def test_finding_mismatches_changes_and_sends_nothing(self):
        self.change_outside(price=Decimal("50.00"), quantity=99)
        self.find_mismatches()
        self.assertEqual((self.small.listed_price, self.small.listed_quantity), (99, 7))
        self.assert_nothing_is_sent()

    @contract
    def test_another_price_is_found_and_resynced(self):
        self.change_outside(price=Decimal("50.00"))
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "price"): ("99.00", "50.00")}
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].price, Decimal("99.00"))
        self.assertEqual(self.find_mismatches(), {})

    def test_another_sale_price_is_found_and_resynced(self):
        self.small.product_id.iconic_rrp = 129.0
        self.run_all_jobs()
        self.change_outside(sale_price=Decimal("95.00"))
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "sale_price"): ("99.00", "95.00")}
        )
        self.resync()
        self.assertEqual(
            self.sandbox.products["DRESS-Navy-S"].sale_price, Decimal("99.00")
        )

    def test_another_quantity_is_found_and_resynced(self):
        self.change_outside(quantity=99)
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "quantity"): ("7", "99")}
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)

    @contract
    def test_what_is_reserved_for_orders_is_no_mismatch(self):
        self.change_outside(reserved=3)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].available, 4)
        self.assertEqual(self.find_mismatches(), {})

    @contract
    def test_a_product_that_was_switched_off_is_found_and_resynced(self):
        self.change_outside(status="inactive")
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "status"): ("active", "inactive")}
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "active")
        self.assertEqual(self.small.listing_status, "active")

    @contract
    def test_a_product_that_was_removed_is_found_and_created_again(self):
        self.change_outside(status="deleted")
        self.assertEqual(list(self.find_mismatches()), [("DRESS-Navy-S", "status")])
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "active")
        self.assertEqual(self.small.product_status, "published")

    def test_a_product_that_is_not_there_any_more_is_found_and_created_again(self):
        self.lose_outside("DRESS-Navy-S")
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "status"): ("active", False)}
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)
        self.assertEqual(self.small.product_status, "published")

    def test_an_ended_listing_is_no_mismatch(self):
        self.small.action_end()
        self.run_all_jobs()
        self.assertEqual(self.find_mismatches(), {})

    def test_an_ended_product_that_somebody_sells_again_is_found(self):
        self.small.action_end()
        self.run_all_jobs()
        self.change_outside(quantity=5)
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-S", "quantity"): ("0", "5")}
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 0)
        self.assertEqual(self.small.listing_status, "inactive")

    def test_what_is_on_its_way_is_not_reported(self):
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")
        self.let_marketplace_work()
        self.assertEqual(self.find_mismatches(), {})

    def test_a_new_search_drops_what_was_found_before(self):
        self.change_outside(quantity=99)
        self.find_mismatches()
        self.change_outside(quantity=7)
        self.assertEqual(self.find_mismatches(), {})

    def test_one_mismatch_can_be_resynced_alone(self):
        self.change_outside(quantity=99)
        self.change_outside("DRESS-Navy-M", quantity=88)
        self.find_mismatches()
        self.rows().filtered(lambda row: row.listing_id == self.small).action_resync()
        self.run_all_jobs()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)
        self.assertEqual(self.sandbox.products["DRESS-Navy-M"].quantity, 88)

    def test_what_is_protected_is_known_and_left_alone(self):
        self.change_outside(quantity=99)
        self.small.protect_quantity = True
        self.find_mismatches()
        self.resync()
        self.assertEqual(self.small.listed_quantity, 99)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 99)
