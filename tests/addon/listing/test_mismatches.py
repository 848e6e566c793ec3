"""Mismatches between listings and marketplace, and their resync."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from common import contract, over_both_apis
from marketplace_products import put
from selling import SellingCase

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.domain.moments import (
    precise_now,
    to_odoo_datetime,
)
from odoo.addons.iconic_connector.seller_center.errors import Refused, UnreadableValue
from odoo.addons.iconic_connector.seller_center.records import Page, UnreadableRecord


@over_both_apis
class TestMismatches(SellingCase):
    def change_outside(self, sku="DRESS-Navy-S", **values):
        """Change a product as somebody would in Seller Center."""
        products = self.sandbox.products
        products[sku] = replace(products[sku], **values)

    def lose_outside(self, sku):
        """Let a product disappear from the marketplace."""
        self.sandbox.products.pop(sku)
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
        self.assertIn("Products read: 2.", self.account.reading_report)

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

    @contract
    def test_a_sale_that_is_over_is_no_mismatch(self):
        self.change_outside(
            sale_price=Decimal("79.00"),
            sale_start=self.moment(-2),
            sale_end=self.moment(-1),
        )
        self.assertEqual(self.find_mismatches(), {})
        self.small.write(
            {
                "listed_sale_price": 89.0,
                "listed_sale_start": to_odoo_datetime(self.moment(-2)),
                "listed_sale_end": to_odoo_datetime(self.moment(-1)),
            }
        )
        self.assertEqual(self.find_mismatches(), {})

    def moment(self, days):
        return datetime.now(timezone.utc) + timedelta(days=days)

    def test_a_sale_that_runs_out_is_no_mismatch(self):
        self.account.sale_ending = "expire"
        self.small.product_id.iconic_rrp = 129.0
        self.run_all_jobs()
        self.small.product_id.iconic_rrp = 0.0
        self.run_all_jobs()
        self.assertTrue(self.sandbox.products["DRESS-Navy-S"].sale_price)
        self.assertEqual(self.find_mismatches(), {})

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

    def hide(self, *skus):
        """Let the marketplace's list leave products out that it knows by their SKU."""
        client = self.account._client_class
        products = client.products

        def leave_out(api, seller_skus=(), **options):
            page = products(api, seller_skus=seller_skus, **options)
            if seller_skus:
                return page
            kept = tuple(one for one in page.records if one.seller_sku not in skus)
            return replace(page, records=kept)

        self.patch(client, "products", leave_out)

    def meanwhile(self, action):
        """Do something once, after a page of products was read."""
        client = self.account._client_class
        products = client.products
        pending = [action]

        def read(api, **options):
            page = products(api, **options)
            if pending:
                pending.pop()()
                # The job has a cache of its own.
                self.env.flush_all()
            return page

        self.patch(client, "products", read)

    @contract
    def test_a_product_that_the_list_leaves_out_is_asked_for_by_its_sku(self):
        self.hide("DRESS-Navy-S", "DRESS-Navy-M")
        self.change_outside("DRESS-Navy-M", quantity=88)
        self.assertEqual(
            self.find_mismatches(), {("DRESS-Navy-M", "quantity"): ("7", "88")}
        )

    def test_a_refused_question_by_sku_proves_nothing(self):
        self.hide("DRESS-Navy-S")
        client = self.account._client_class
        products = client.products

        def refuse(api, seller_skus=(), **options):
            if seller_skus:
                raise Refused("Not today", code="30")
            return products(api, **options)

        self.patch(client, "products", refuse)
        self.assertEqual(self.find_mismatches(), {})
        self.assertEqual(self.small.product_status, "published")

    def test_a_product_that_cannot_be_read_is_not_gone(self):
        lost = UnreadableRecord("", "a product", UnreadableValue(reason="no_items"))
        client = self.account._client_class
        self.patch(client, "products", lambda *_a, **_o: Page((), unreadable=(lost,)))
        self.assertEqual(self.find_mismatches(), {})

    def test_a_price_that_arrives_while_its_page_is_read_is_no_mismatch(self):
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")
        feed = self.feeds("price")

        def accept():
            self.let_marketplace_work()
            self.take(feed)

        self.meanwhile(accept)
        self.assertEqual(self.find_mismatches(), {})
        self.assertEqual(self.small.listed_price, 89.0)

    def test_a_product_that_is_published_while_the_list_is_read_is_no_mismatch(self):
        self.hide("DRESS-Navy-S")
        self.small.product_status = "images_uploaded"
        self.meanwhile(
            lambda: self.small.write(
                {"product_status": "published", "answered_at": precise_now()}
            )
        )
        self.assertEqual(self.find_mismatches(), {})

    def test_a_product_in_flight_that_the_list_leaves_out_is_not_gone(self):
        self.lose_outside("DRESS-Navy-S")
        self.small.price_status = "sent"
        self.assertEqual(self.find_mismatches(), {})

    def test_more_products_than_plausible_are_not_believed_gone(self):
        for sku in ("DRESS-Navy-S", "DRESS-Navy-M"):
            self.lose_outside(sku)
        with patch.object(const, "LOSS_HANDFUL", 1):
            self.assertEqual(self.find_mismatches(), {})
            self.assertIn("too many to be believed", self.account.reading_report)
            self.assertIn("2 of 2", self.account.smaller_lists_note)
            activity = self.account.activity_search(
                ["iconic_connector.mail_activity_type_lists"]
            )
            self.assertIn("Accept Smaller Lists", activity.note)
            self.account.action_accept_smaller_lists()
            self.run_cron("readback")
        self.assertEqual(len(self.rows()), 2)
        self.assertFalse(self.account.smaller_lists)

    def test_a_row_about_a_product_that_was_sent_since_changes_nothing(self):
        self.lose_outside("DRESS-Navy-S")
        self.find_mismatches()
        self.small.price_status = "sent"
        self.rows().action_resync()
        self.assertFalse(self.rows())
        self.assertEqual(self.small.product_status, "published")

    def test_a_row_that_was_false_ends_with_the_product_on_sale(self):
        self.lose_outside("DRESS-Navy-S")
        self.find_mismatches()
        put(self.sandbox, "DRESS-Navy-S", parent_sku=self.small.parent_sku, quantity=4)
        self.resync()
        self.run_all_jobs()
        self.assertEqual(self.small.product_status, "published")
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)

    @contract
    def test_another_name_is_found_and_resynced(self):
        self.change_outside(name="Somebody's name")
        self.change_outside("DRESS-Navy-M", name="Somebody's name")
        found = self.find_mismatches()
        self.assertEqual(
            found[("DRESS-Navy-S", "name")], ("Dress DRESS", "Somebody's name")
        )
        self.resync()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].name, "Dress DRESS")
        self.assertEqual(self.find_mismatches(), {})

    @contract
    def test_another_description_is_found_shortened_and_resynced(self):
        for sku in ("DRESS-Navy-S", "DRESS-Navy-M"):
            self.change_outside(sku, description="<p>A lovely dress. " + "No. " * 200)
        found = self.find_mismatches()
        ours, theirs = found[("DRESS-Navy-S", "description")]
        self.assertEqual(ours, "A lovely dress.")
        self.assertLess(len(theirs), 100)
        self.assertIn("No. No.", theirs)
        self.resync()
        self.assertIn("lovely", self.sandbox.products["DRESS-Navy-S"].description)
        self.assertEqual(self.find_mismatches(), {})

    def test_html_that_is_written_otherwise_is_no_mismatch(self):
        for sku in ("DRESS-Navy-S", "DRESS-Navy-M"):
            self.change_outside(sku, description="<div>A <i>lovely</i>\n dress.</div>")
        self.assertEqual(self.find_mismatches(), {})

    def test_protected_content_is_no_mismatch(self):
        self.style.name = "Another in Odoo"
        self.account.listing_ids.protect_content = True
        self.change_outside(name="Somebody's name")
        self.assertEqual(self.find_mismatches(), {})

    def test_content_that_odoo_has_not_sent_yet_is_no_mismatch(self):
        self.style.name = "Another in Odoo"
        self.assertEqual(self.find_mismatches(), {})

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
