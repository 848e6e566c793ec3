"""Which listings are compared: those that something was written about; all daily."""

import base64
from unittest.mock import patch

from common import picture
from selling import ComparingCase

from odoo import fields
from odoo.fields import Command

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.models.listing.listing_jobs import DetectChanges
from odoo.addons.product.models.product_pricelist import ProductPricelist

LATER = "2026-11-02 11:00:00"
NEXT_DAY = "2026-11-03 10:00:01"
LISTING_JOBS_LOG = "odoo.addons.iconic_connector.models.listing.iconic_account_listings"


class FirstPassCase(ComparingCase):
    """Three listings that were all compared a moment ago."""

    def begin(self):
        super().begin()
        self.other = self.make_style("OTHER", "S")
        with self.at(self.NOW):
            self.list_published(self.other)
            self.detect()

    def setUp(self):
        super().setUp()
        self.compared = self.env["iconic.listing"]
        original = DetectChanges.do

        def note(job, batch):
            self.compared |= self.env["iconic.listing"].browse(batch.ids)
            return original(job, batch)

        self.startPatcher(patch.object(DetectChanges, "do", note))
        self.picture = base64.b64encode(picture())
        self.third = self.listing("OTHER-Navy-S")
        self.all = self.small | self.medium | self.third

    def compared_after(self, change):
        """Return the listings that are compared once something was changed."""
        change()
        self.compared = self.compared.browse()
        self.detect()
        return self.compared

    def assert_compared(self, change, listings):
        self.assertEqual(self.compared_after(change), listings)
        self.assertFalse(self.compared_after(lambda: None), "compared once more")


class TestWhichListingsAreCompared(FirstPassCase):
    def rule(self, **values):
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.account.pricelist_id.id,
                "compute_price": "fixed",
                "fixed_price": 77.0,
                **values,
            }
        )

    def rule_of_product(self, listing):
        return self.rule(
            applied_on="0_product_variant",
            product_tmpl_id=listing.product_tmpl_id.id,
            product_id=listing.product_id.id,
        )

    def test_nothing_is_compared_when_nothing_has_changed(self):
        self.assertFalse(self.compared_after(lambda: None))
        self.assertEqual(
            self.account._job("detect").outcome,
            "Listings compared with Odoo, since something may have changed: 0.",
        )

    def test_what_is_written_about_a_product_concerns_its_listing(self):
        product = self.small.product_id
        changes = {
            "barcode": lambda: product.write({"barcode": "4006381333931"}),
            "cost": lambda: product.write({"standard_price": 3.0}),
            "recommended price": lambda: product.write({"iconic_rrp": 300.0}),
            "tag": lambda: self.season.write({"product_product_ids": product.ids}),
            "stock": lambda: self.set_stock(product, self.warehouse, 2),
            "price rule": lambda: self.rule_of_product(self.small),
            "title": lambda: self.small.write({"title": "Another"}),
            "attribute": lambda: self.env["iconic.listing.attribute"].create(
                {"listing_id": self.small.id, "feed_name": "Fit", "value": "Slim"}
            ),
            "picture": lambda: self.env["iconic.image"].create(
                {"listing_id": self.small.id, "image": self.picture}
            ),
        }
        for part, change in changes.items():
            with self.subTest(part=part):
                self.assert_compared(change, self.small)

    def test_what_is_written_about_a_style_concerns_all_its_listings(self):
        style = self.style
        line = style.attribute_line_ids[:1]
        category = self.env["product.category"].create({"name": "Of its own"})
        changes = {
            "name": lambda: style.write({"name": "Another"}),
            "price": lambda: style.write({"list_price": 88.0}),
            "tax": lambda: style.write({"taxes_id": [Command.clear()]}),
            "no longer for sale": lambda: style.write({"sale_ok": False}),
            "tag taken off": lambda: self.season.write(
                {"product_template_ids": [Command.unlink(style.id)]}
            ),
            "picture": lambda: style.write(
                {"iconic_image_ids": [Command.create({"image": self.picture})]}
            ),
            "picture taken off": lambda: style.iconic_image_ids.unlink(),
            "category": lambda: style.write({"categ_id": category.id}),
            "category of the style": lambda: category.write({"name": "Renamed"}),
            "rule of the category": lambda: self.rule(
                applied_on="2_product_category", categ_id=category.id
            ),
            "rule": lambda: self.rule(applied_on="1_product", product_tmpl_id=style.id),
            "extra price": lambda: line.product_template_value_ids.write(
                {"price_extra": 4.0}
            ),
        }
        for part, change in changes.items():
            with self.subTest(part=part):
                self.assert_compared(change, self.small | self.medium)

    def test_what_concerns_all_products_has_all_compared(self):
        base = self.account.pricelist_id.copy({"name": "Base"})
        tax = self.style.taxes_id or self.env["account.tax"].search([], limit=1)
        changes = {
            "setting": lambda: self.account.write({"safety_buffer": 1}),
            "price list": lambda: self.rule(applied_on="3_global"),
            "list below it": lambda: self.rule(
                compute_price="formula", base="pricelist", base_pricelist_id=base.id
            ),
            "rule of the list below": lambda: self.rule(pricelist_id=base.id),
            "tax": lambda: tax.write({"amount": 12}),
            "mapping": lambda: self.mapping.attribute_ids[:1].write({"value": "Silk"}),
            "season": lambda: self.season.write({"name": "AW27"}),
            "rounding": lambda: self.env.ref("product.decimal_price").write(
                {"digits": 3}
            ),
        }
        for part, change in changes.items():
            with self.subTest(part=part):
                self.assert_compared(change, self.all)

    def test_a_rule_that_is_gone_concerns_the_product_that_it_was_for(self):
        rule = self.rule_of_product(self.small)
        self.detect()
        self.assert_compared(rule.unlink, self.small)

    def test_a_rule_that_is_moved_concerns_both_products(self):
        rule = self.rule_of_product(self.small)
        self.detect()
        self.assert_compared(
            lambda: rule.write(
                {
                    "product_tmpl_id": self.third.product_tmpl_id.id,
                    "product_id": self.third.product_id.id,
                }
            ),
            self.small | self.third,
        )

    def test_what_is_written_behind_the_orm_is_noticed(self):
        self.env.flush_all()
        self.assert_compared(
            lambda: self.env.cr.execute(
                "UPDATE product_product SET default_code = default_code WHERE id = %s",
                [self.small.product_id.id],
            ),
            self.small,
        )

    def test_products_that_nobody_lists_concern_nobody(self):
        self.assertFalse(self.compared_after(lambda: self.make_style("UNLISTED", "S")))

    def test_a_listing_is_compared_at_its_moment(self):
        self.rule_of_product(self.small).date_start = LATER
        self.detect()
        self.assertFalse(self.compared_after(lambda: None))
        with self.at(LATER):
            self.assertEqual(self.compared_after(lambda: None), self.small)

    def test_what_has_failed_is_compared_again_and_again(self):
        self.small.write({"price_status": "error", "price_error": "Too low"})
        self.small.product_id.list_price = 0
        self.detect()
        self.assertIn(self.small, self.compared_after(lambda: None))

    def test_what_somebody_has_locked_is_compared_when_it_is_free(self):
        locked = patch.object(
            type(self.small), "try_lock_for_update", lambda own, **_kwargs: own.browse()
        )
        with locked:
            self.compared_after(lambda: self.style.write({"name": "Another"}))
        self.detect()
        self.assertEqual(self.marked(self.small), {"content": "pending"})

    def test_a_sale_for_two_years_is_compared_when_it_is_to_be_renewed(self):
        self.small.rrp = 300.0
        self.detect()
        self.take(self.send_by("price"))
        self.detect()
        self.assertEqual(
            self.small.next_comparison_at,
            fields.Datetime.to_datetime("2028-10-03 10:00:00"),
        )


class TestComparingAllDaily(FirstPassCase):
    def overlook(self):
        """Have the first pass find nothing, whatever changes."""
        comparisons = type(self.env["iconic.listing.comparison"])
        self.startPatcher(
            patch.object(comparisons, "_find_changed", lambda *_arguments: set())
        )

    def changes_found_late(self):
        kind = self.env.ref("iconic_connector.mail_activity_type_comparison")
        return self.account.activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )

    def test_all_listings_are_compared_after_a_day(self):
        with self.at(NEXT_DAY):
            self.assertEqual(self.compared_after(lambda: None), self.all)
            self.assertFalse(self.compared_after(lambda: None))
        self.assertFalse(self.changes_found_late())

    def test_what_was_found_by_the_first_pass_is_not_late(self):
        self.small.title = "Another"
        with self.at(NEXT_DAY):
            self.detect()
        self.assertEqual(self.marked(self.small), {"content": "pending"})
        self.assertFalse(self.changes_found_late())

    def test_what_the_first_pass_has_missed_is_sent_and_reported(self):
        self.overlook()
        self.small.title = "Another"
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        with self.at(NEXT_DAY), self.assertLogs(LISTING_JOBS_LOG, "ERROR"):
            self._trigger_cron("detect")
        self.assertEqual(self.marked(self.small), {"content": "pending"})
        self.assertIn("DRESS-Navy-S", self.changes_found_late().note)
        self.assertIn("has missed 1 listings", self.changes_found_late().note)

    def test_the_report_ends_when_nothing_was_missed_for_a_day(self):
        self.account._report_missed(["DRESS-Navy-S"], 1)
        with self.at(NEXT_DAY):
            self.detect()
        self.assertFalse(self.changes_found_late())

    def test_a_day_after_an_interrupted_comparison_goes_on_behind_its_last_slice(self):
        self.patch(const, "DETECTION_SLICE", 1)
        with self.at(NEXT_DAY):
            row = self.account._job("detect")
            position = {**row.position, "after": self.all.sorted("id")[0].id}
            row.position = {**position, "all": True, "proving": True, "done": 1}
            row.position |= {"missed": [], "missed_count": 0}
            self.detect()
        self.assertEqual(self.compared, self.all.sorted("id")[1:])

    def test_without_knowing_how_prices_are_computed_all_are_compared(self):
        def as_they_were(pricelist, *arguments, **options):
            return original(pricelist, *arguments, **options)

        original = ProductPricelist._compute_price_rule
        self.startPatcher(
            patch.object(ProductPricelist, "_compute_price_rule", as_they_were)
        )
        self.assertEqual(self.compared_after(lambda: None), self.all)
        self.assertFalse(self.changes_found_late())

    def map_field(self, name):
        field = self.env["ir.model.fields"]._get("product.product", name)
        line = self.mapping.attribute_ids[:1]
        line.write({"source": "field", "field_id": field.id})
        self.detect()

    def test_with_a_field_that_is_not_stored_all_are_compared(self):
        self.map_field("qty_available")
        self.assertEqual(self.compared_after(lambda: None), self.all)

    def test_with_a_name_that_is_made_of_others_all_are_compared(self):
        self.map_field("responsible_id")
        self.assertEqual(self.compared_after(lambda: None), self.all)

    def test_with_the_name_of_another_record_those_names_concern_all(self):
        self.map_field("company_id")
        self.assertFalse(self.compared_after(lambda: None))
        company = self.env["res.company"].create({"name": "Named"})
        self.assert_compared(lambda: company.write({"name": "Renamed"}), self.all)


class TestCostOfTheFirstPass(FirstPassCase):
    #: Statements of a run of the job in which nothing has changed.
    QUERIES = 108

    def queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.detect()
        return self.env.cr.sql_log_count - before

    def test_a_comparison_without_changes_costs_the_same_for_few_and_for_many(self):
        self.queries()
        few = self.queries()
        for number in range(9):
            self.list_published(self.make_style(f"MANY{number}", "S M"))
        self.detect()
        self.detect()
        self.assertEqual((few, self.queries()), (self.QUERIES, self.QUERIES))
