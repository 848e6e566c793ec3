"""What users enter that no document can hold stops its own product and no other."""

import base64
import os

from common import MarketplaceCase, contract, over_both_apis, picture
from selling import Selling

NAN, INFINITY, HUGE = float("nan"), float("inf"), 1e30
NO_AMOUNTS = {"NaN": NAN, "infinity": INFINITY, "a huge number": HUGE}
BAD = "BAD-Navy-S"
GOOD = ["GOOD-Navy-L", "GOOD-Navy-M", "GOOD-Navy-S"]


class EnteringCase(Selling, MarketplaceCase):
    """A season of a dress in three sizes, and another dress with a mistake."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good = cls.make_style("GOOD", "S M L")
        cls.bad = cls.make_style("BAD", "S")
        cls.product_of_bad = cls.bad.product_variant_ids

    def store(self, record, field, value):
        """Store a value as an import by SQL does: Odoo itself refuses some."""
        record.flush_recordset()
        self.env.cr.execute(
            f"UPDATE {record._table} SET {field} = %s WHERE id IN %s",
            [str(value), tuple(record.ids)],
        )
        self.env.invalidate_all()

    def send_season(self):
        self.account.action_send_products()
        for name in ("create", "image"):
            self.run_cron(name)
            self.answer()

    def assert_season_without_bad(self, *words):
        """Check that all but the bad product are on sale, and what it says of that."""
        self.assertEqual(sorted(self.sandbox.products), GOOD)
        for sku in GOOD:
            self.assertEqual(self.listing(sku).product_status, "published")
        listing = self.listing(BAD)
        self.assertEqual(listing.content_status, "error")
        for word in words:
            self.assertIn(word, listing.content_error)
        job = self.account._job("create")
        self.assertEqual((job.result, job.left_out_count), ("success", 0))

    def assert_healed(self):
        """Check that the comparison sends the product once its mistake is corrected."""
        self.run_all_jobs()
        self.assertEqual(sorted(self.sandbox.products), sorted([BAD, *GOOD]))
        self.assertEqual(self.listing(BAD).product_status, "published")
        self.assertFalse(self.listing(BAD).error)


@over_both_apis
class TestUnusablePrices(EnteringCase):
    def rule(self, price, **values):
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": self.bad.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    @contract
    def test_a_list_price_of_nan(self):
        self.bad.list_price = NAN
        self.send_season()
        self.assert_season_without_bad("Sales Price", "nan", "99999999.99")
        self.bad.list_price = 99
        self.assert_healed()

    def test_an_infinite_list_price(self):
        self.bad.list_price = INFINITY
        self.send_season()
        self.assert_season_without_bad("Sales Price", "inf")

    def test_a_huge_list_price(self):
        self.bad.list_price = HUGE
        self.send_season()
        self.assert_season_without_bad("Sales Price", "1e+30")

    def test_a_list_price_of_nan_with_taxes(self):
        tax = self.env["account.tax"].create(
            {"name": "GST", "amount": 10, "price_include_override": "tax_excluded"}
        )
        (self.good + self.bad).taxes_id = tax
        self.bad.list_price = NAN
        self.send_season()
        self.assert_season_without_bad("Sales Price")
        self.assertEqual(self.listing(GOOD[0]).listed_price, 108.9)

    def test_a_list_price_that_odoo_cannot_round(self):
        self.pricelist.item_ids = [
            (
                0,
                0,
                {
                    "applied_on": "3_global",
                    "compute_price": "formula",
                    "price_round": 5,
                },
            )
        ]
        self.bad.list_price = NAN
        self.send_season()
        self.assert_season_without_bad("Sales Price")
        self.assertEqual(self.listing(GOOD[0]).listed_price, 100)

    def test_a_rule_of_the_price_list(self):
        for name, value in NO_AMOUNTS.items():
            with self.subTest(name):
                rule = self.rule(value)
                found = self.check(BAD)
                self.assertIn("price list Shoppers", found)
                rule.unlink()
        self.rule(NAN)
        self.send_season()
        self.assert_season_without_bad("price list Shoppers")

    def test_a_promotion(self):
        rule = self.rule(HUGE, date_end="2199-01-01")
        self.assertIn("1e+30", self.check(BAD))
        rule.fixed_price = NAN
        self.send_season()
        self.assert_season_without_bad("price list Shoppers", "nan")

    def test_the_rrp_of_a_product(self):
        for name, value in NO_AMOUNTS.items():
            with self.subTest(name):
                self.store(self.product_of_bad, "iconic_rrp", value)
                self.assertIn("RRP of the product", self.check(BAD))
        self.send_season()
        self.assert_season_without_bad("RRP of the product")
        self.product_of_bad.iconic_rrp = 120
        self.assert_healed()

    def test_an_rrp_of_the_price_list(self):
        rrps = self.env["product.pricelist"].create({"name": "Recommended"})
        self.account.rrp_pricelist_id = rrps
        self.rule(INFINITY, pricelist_id=rrps.id)
        self.send_season()
        self.assert_season_without_bad("RRP", "Recommended", "inf")

    def test_an_rrp_that_is_not_sent_is_no_problem(self):
        self.account.send_rrp = False
        self.store(self.product_of_bad, "iconic_rrp", NAN)
        self.send_season()
        self.assertEqual(self.listing(BAD).product_status, "published")

    def test_price_and_rrp_of_a_listing(self):
        listing = self.list_products(self.product_of_bad)
        for field, words in (("price", "price of the"), ("rrp", "RRP of the")):
            for name, value in NO_AMOUNTS.items():
                with self.subTest(name, field=field):
                    self.store(listing, field, value)
                    self.assertIn(f"{words} listing", self.check(BAD))
            self.store(listing, field, 0)
        listing.price = HUGE
        self.send_season()
        self.assert_season_without_bad("price of the listing")
        listing.price = 88
        self.assert_healed()

    def check(self, sku):
        """Return what the check of the season says of a product."""
        self.account.action_check_products()
        found = self.account.problem_ids
        self.assertEqual(found.product_id.mapped("default_code"), [sku])
        return "\n".join(found.mapped("message")).replace("The price of", "price of")


class TestLostPictures(EnteringCase):
    api_type = "rest"

    def setUp(self):
        super().setUp()
        self.bad.image_1920 = base64.b64encode(picture(colour="red"))
        # The smaller sizes are the same file.
        self.env.flush_all()
        self.file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "product.template"),
                ("res_field", "=", "image_1920"),
                ("res_id", "=", self.bad.id),
            ]
        )
        self.path = self.file._full_path(self.file.store_fname)
        self.content = self.file.raw
        # The filestore is not rolled back.
        self.addCleanup(self.put_back)

    def put_back(self):
        with open(self.path, "wb") as file:
            file.write(self.content)

    def test_a_missing_file(self):
        os.unlink(self.path)
        self.send_season()
        self.assert_season_without_bad("cannot be read", "upload it again")
        self.put_back()
        self.assert_healed()

    def test_half_a_file(self):
        with open(self.path, "wb") as file:
            file.write(self.content[: len(self.content) // 2])
        self.send_season()
        self.assert_season_without_bad("cannot be read", "upload it again")

    def test_a_deleted_attachment(self):
        self.file.unlink()
        self.send_season()
        self.assert_season_without_bad("no picture", "add a picture")


@over_both_apis
class TestValuesSpoiltLater(EnteringCase):
    """The products are on sale when somebody makes the mistake."""

    def begin(self):
        super().begin()
        self.publish()

    @contract
    def test_a_price_of_nan_leaves_the_others_their_new_prices(self):
        self.good.list_price = 79
        self.bad.list_price = NAN
        self.run_all_jobs()
        listing = self.listing(BAD)
        self.assertEqual(self.marked(listing)["price"], "error")
        self.assertIn("Sales Price", listing.price_error)
        self.assertNotIn("fall", listing.price_error)
        self.assertEqual(float(self.sandbox.products[BAD].price), 99)
        for sku in GOOD:
            self.assertEqual(float(self.sandbox.products[sku].price), 79)

        self.bad.list_price = 89
        self.run_all_jobs()
        self.assertEqual(float(self.sandbox.products[BAD].price), 89)
        self.assertFalse(listing.error)

    def test_a_stock_that_is_no_number_leaves_the_others_theirs(self):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product_of_bad.id),
                ("location_id", "=", self.warehouse.lot_stock_id.id),
            ]
        )
        for product in self.good.product_variant_ids:
            self.set_stock(product, self.warehouse, 2)
        for name, value in NO_AMOUNTS.items():
            with self.subTest(name):
                self.store(quant, "quantity", value)
                self.run_all_jobs()
                listing = self.listing(BAD)
                self.assertEqual(self.marked(listing)["quantity"], "error")
                self.assertIn("On Hand", listing.quantity_error)
                self.assertEqual(self.sandbox.products[BAD].quantity, 7)
                self.assertEqual(self.sandbox.products[GOOD[0]].quantity, 9)

        self.store(quant, "quantity", 4)
        self.run_all_jobs()
        self.assertEqual(self.sandbox.products[BAD].quantity, 4)
        self.assertFalse(listing.error)

    def test_a_deleted_picture_is_a_problem_of_its_product(self):
        self.bad.image_1920 = False
        self.run_all_jobs()
        self.assertIn("add a picture", self.listing(BAD).image_error)
        for sku in GOOD:
            self.assertFalse(self.listing(sku).error)
