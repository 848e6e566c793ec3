"""Linking what is at the marketplace already: nothing is sent without consent."""

from datetime import datetime, timezone
from decimal import Decimal
from unittest.mock import patch

from common import RUNNER_LOG, MarketplaceCase, contract, over_both_apis
from marketplace_products import put
from selling import Selling

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.domain.moments import to_odoo_datetime
from odoo.addons.web.controllers.export import CSVExport

SALE_START = datetime(2026, 9, 1, tzinfo=timezone.utc)
SALE_END = datetime(2030, 9, 1, tzinfo=timezone.utc)
PROTECTIONS = ("content", "images", "price", "quantity")


@over_both_apis
class TestLinking(Selling, MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    #: Calls for one page of products: REST asks for the variations of its sets.
    calls_a_page = {"action": 1, "rest": 2}

    def link(self):
        self.account.action_link_products()
        self.run_cron("readback")
        self.assertFalse(self.account.is_reading)

    def unmatched(self):
        return self.env["iconic.unmatched.product"].search(
            [("account_id", "=", self.account.id)]
        )

    @contract
    def test_what_has_the_same_sku_is_linked_with_what_is_listed(self):
        put(
            self.sandbox,
            "DRESS-Navy-S",
            parent_sku="DRESS-Navy-M",
            price=Decimal("120.00"),
            sale_price=Decimal("79.00"),
            sale_start=SALE_START,
            sale_end=SALE_END,
            quantity=9,
            reserved=4,
        )
        self.link()
        self.assertRecordValues(
            self.account.listing_ids,
            [
                {
                    "product_id": self.product("DRESS-Navy-S").id,
                    "seller_sku": "DRESS-Navy-S",
                    "parent_sku": "DRESS-Navy-M",
                    "product_status": "published",
                    "listing_status": "active",
                    "listed_price": 120.0,
                    "listed_sale_price": 79.0,
                    "listed_sale_start": to_odoo_datetime(SALE_START),
                    "listed_sale_end": to_odoo_datetime(SALE_END),
                    # Quantity, and not Available.
                    "listed_quantity": 9,
                    **{f"protect_{part}": True for part in PROTECTIONS},
                }
            ],
        )
        self.assertEqual(self.marked(self.account.listing_ids), {})
        self.assertFalse(self.unmatched())

    def test_linking_alone_sends_nothing(self):
        put(self.sandbox, "DRESS-Navy-S")
        put(self.sandbox, "DRESS-Navy-M")
        self.link()
        self.style.write({"name": "Another", "list_price": 89.0})
        self.set_stock(self.product("DRESS-Navy-S"), self.warehouse, 5)
        self.assert_nothing_is_sent()

        self.account.action_send_products()
        self.assert_nothing_is_sent()

    def test_unprotecting_sends_what_differs(self):
        put(self.sandbox, "DRESS-Navy-S")
        put(self.sandbox, "DRESS-Navy-M")
        self.link()
        small = self.listing("DRESS-Navy-S")
        small.action_unprotect()
        self.run_all_jobs()
        # Price and quantity went along with the update.
        self.run_all_jobs()
        self.assertEqual(self.marked(small), {})
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual(
            (product.name, float(product.price), product.quantity),
            ("Dress DRESS", 99.0, 7),
        )
        self.assertNotEqual(product.images[0].url, "https://shop.example/1.jpg")
        other = self.sandbox.products["DRESS-Navy-M"]
        self.assertEqual((other.name, other.quantity), ("Somebody's DRESS-Navy-M", 4))

    def test_one_part_can_be_unprotected_alone(self):
        put(self.sandbox, "DRESS-Navy-S")
        self.link()
        self.listing("DRESS-Navy-S").protect_quantity = False
        self.run_all_jobs()
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual(
            (product.quantity, product.name, product.price),
            (7, "Somebody's DRESS-Navy-S", Decimal("79.00")),
        )

    @contract
    def test_every_page_is_read(self):
        for number in range(5):
            put(self.sandbox, f"OLD-{number}")
        put(self.sandbox, "DRESS-Navy-S")
        with patch.object(const, "READ_BACK_SIZE", 2):
            self.link()
        self.assertEqual(len(self.unmatched()), 5)
        self.assertEqual(len(self.account.listing_ids), 1)
        self.assertEqual(self.pages_read(), 4)
        self.assertIn("Products read: 6.", self.account.reading_report)
        self.assertIn("Without a match in Odoo: 5.", self.account.reading_report)

    def pages_read(self):
        """Return how many pages were asked for, the empty one at the end too."""
        asked = [call.path for call in self.calls("GetProducts")]
        return sum(path in ("/", "/v2/product-sets") for path in asked)

    def test_an_interrupted_reading_continues_where_it_was(self):
        for number in range(4):
            put(self.sandbox, f"OLD-{number}")
        with patch.object(const, "READ_BACK_SIZE", 2):
            self.account.action_link_products()
            self.add_fault(
                "status",
                "GetProducts",
                skip=self.calls_a_page[self.api_type],
                code=503,
                times=None,
                retry_after=600,
            )
            self.run_cron("readback")
            self.assertEqual(self.account._job("readback").done_count, 2)
            self.assertTrue(self.account.is_reading)
            self.assertTrue(self.account.retry_at)

            self.sandbox.faults.clear()
            self.forget_backoff()
            self.run_cron("readback")
        self.assertFalse(self.account.is_reading)
        self.assertEqual(len(self.unmatched()), 4)

    def test_a_product_that_cannot_be_stored_is_named_and_the_others_are_linked(self):
        for sku in ("OLD-1", "BAD", "OLD-2"):
            put(self.sandbox, sku)
        Unmatched = type(self.env["iconic.unmatched.product"])
        upsert = Unmatched._upsert

        def fail(rows, account, records):
            if any(one.seller_sku == "BAD" for one in records):
                raise ZeroDivisionError("division by zero")
            return upsert(rows, account, records)

        with patch.object(Unmatched, "_upsert", fail), mute_logger(RUNNER_LOG):
            self.link()
        self.assertEqual(set(self.unmatched().mapped("seller_sku")), {"OLD-1", "OLD-2"})
        job = self.account._job("readback")
        self.assertEqual((job.result, job.left_out_count), ("success", 1))
        self.assertRegex(job.left_out, "^BAD: .*ZeroDivisionError")

    def test_one_reading_at_a_time(self):
        self.account.action_link_products()
        with self.assertRaisesRegex(UserError, "read already"):
            self.account.action_find_mismatches()

    def test_what_matches_nothing_says_why(self):
        put(self.sandbox, "OLD-1")
        put(self.sandbox, "TWICE", price=Decimal("55.00"))
        for name in ("One", "Two"):
            self.env["product.product"].create({"name": name, "default_code": "TWICE"})
        self.link()
        self.assertFalse(self.account.listing_ids)
        found = {row.seller_sku: row for row in self.unmatched()}
        self.assertIn("No product", found["OLD-1"].reason)
        self.assertIn("Several", found["TWICE"].reason)
        self.assertEqual(found["TWICE"].price, 55.0)
        self.assertEqual(self.account.unmatched_count, 2)

    def test_names_from_outside_are_no_formulas_in_an_export(self):
        put(self.sandbox, "OLD-1", name="=HYPERLINK(1)")
        self.link()
        self.assertEqual(self.unmatched().name, "=HYPERLINK(1)")
        rows = self.unmatched().export_data(["name"])["datas"]
        exported = CSVExport().from_data(["name"], ["Name"], rows)
        self.assertIn('"\'=HYPERLINK(1)"', exported)

    def test_the_report_counts_the_products_in_odoo_that_are_not_listed(self):
        put(self.sandbox, "DRESS-Navy-S")
        self.link()
        self.assertIn("Without a match in Odoo: 0.", self.account.reading_report)
        self.assertIn(
            "Products of the chosen seasons that are not listed: 1.",
            self.account.reading_report,
        )

    @contract
    def test_a_listing_that_could_not_be_created_takes_over_what_is_there(self):
        self.account.action_send_products()
        small = self.listing("DRESS-Navy-S")
        small.write({"content_status": "error", "content_error": "Refused"})
        put(self.sandbox, "DRESS-Navy-S", quantity=9)
        self.link()
        self.assertRecordValues(
            small,
            [
                {
                    "product_status": "published",
                    "listed_quantity": 9,
                    "protect_content": True,
                    "protect_quantity": False,
                    "has_error": False,
                }
            ],
        )
        self.assertFalse(self.unmatched())
        self.run_cron("stock")
        self.answer()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)

    def test_the_report_tells_what_was_refused_from_what_nobody_sent(self):
        self.account.action_send_products()
        self.listing("DRESS-Navy-S").content_status = "error"
        self.link()
        report = self.account.reading_report
        self.assertIn("Products of the chosen seasons that are not listed: 1.", report)
        self.assertIn("Could not be created: 1.", report)

    def test_a_product_that_is_listed_under_another_sku_is_named_as_such(self):
        put(self.sandbox, "OLD-1")
        self.link()
        row = self.unmatched()
        row.product_id = self.product("DRESS-Navy-S")
        row.action_link()
        put(self.sandbox, "DRESS-Navy-S")
        self.link()
        self.assertIn("is listed as OLD-1", self.unmatched().reason)

    def test_a_product_can_be_chosen_by_hand(self):
        put(self.sandbox, "OLD-1", quantity=9)
        self.link()
        row = self.unmatched()
        with self.assertRaisesRegex(UserError, "Choose the product"):
            row.action_link()
        row.product_id = self.product("DRESS-Navy-S")
        row.action_link()
        self.assertFalse(row.exists())
        self.assertRecordValues(
            self.account.listing_ids,
            [
                {
                    "product_id": self.product("DRESS-Navy-S").id,
                    "seller_sku": "OLD-1",
                    "sku": "OLD-1",
                    "listed_quantity": 9,
                    "product_status": "published",
                    "protect_content": True,
                }
            ],
        )
        self.assert_nothing_is_sent()

    def test_linking_again_finds_what_was_named_meanwhile(self):
        put(self.sandbox, "OLD-1")
        self.link()
        self.product("DRESS-Navy-S").default_code = "OLD-1"
        self.link()
        self.assertFalse(self.unmatched())
        self.assertEqual(self.account.listing_ids.seller_sku, "OLD-1")

    def test_linking_again_changes_no_listing(self):
        put(self.sandbox, "DRESS-Navy-S")
        self.link()
        self.account.listing_ids.action_unprotect()
        self.run_all_jobs()
        self.link()
        self.assertEqual(len(self.account.listing_ids), 1)
        self.assertFalse(self.account.listing_ids.protect_content)
        self.assertFalse(self.unmatched())

    @contract
    def test_removed_products_are_not_linked(self):
        put(self.sandbox, "DRESS-Navy-S", status="deleted")
        self.link()
        self.assertFalse(self.account.listing_ids)
        self.assertFalse(self.unmatched())

    def test_a_product_without_pictures_gets_them_once_it_is_unprotected(self):
        put(self.sandbox, "DRESS-Navy-S", images=())
        self.link()
        listing = self.account.listing_ids
        self.assertEqual(listing.product_status, "created")
        self.assert_nothing_is_sent()
        listing.action_unprotect()
        self.run_all_jobs()
        self.run_all_jobs()
        self.assertEqual(
            (listing.product_status, listing.listing_status), ("published", "active")
        )
        self.assertTrue(self.sandbox.products["DRESS-Navy-S"].images)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)

    def test_a_product_of_another_company_is_not_linked(self):
        company = self.env["res.company"].create({"name": "Somebody Else"})
        self.env["product.product"].create(
            {"name": "Theirs", "default_code": "THEIRS", "company_id": company.id}
        )
        put(self.sandbox, "THEIRS")
        self.link()
        self.assertFalse(self.account.listing_ids)
        self.assertEqual(self.unmatched().seller_sku, "THEIRS")
