"""Prices take few queries, however many products and dated rules there are."""

from datetime import timedelta

from price_lists import based_on
from selling import ComparingCase

from odoo import fields
from odoo.fields import Command

#: Products; Odoo reads no more than 1 000 records with one query.
FEW, MANY = 100, 1000
#: Dated rules for each product.
PROMOTIONS = 5


class TestPriceQueries(ComparingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        base = cls.env["product.pricelist"].create(
            {"name": "Usual prices", "company_id": False}
        )
        cls.products = cls._make_products(MANY)
        cls.env["product.pricelist.item"].create(
            [
                {"pricelist_id": cls.pricelist.id, **based_on(base, 10.0)},
                *cls._promotions(base, cls.products),
            ]
        )
        cls.bulk = cls.env["iconic.listing"].create(
            [
                {"account_id": cls.account.id, "product_id": product.id}
                for product in cls.products
            ]
        )

    @classmethod
    def _make_products(cls, count):
        templates = cls.env["product.template"].with_context(tracking_disable=True)
        made = templates.create(
            [
                {
                    "name": f"Bulk {number}",
                    "default_code": f"BULK-{number}",
                    "list_price": 99.0,
                    "categ_id": cls.category.id,
                    "taxes_id": [Command.clear()],
                }
                for number in range(count)
            ]
        )
        return made.product_variant_ids

    @classmethod
    def _promotions(cls, pricelist, products):
        """Return the values of some promotions of a day for each product."""
        now = fields.Datetime.to_datetime(cls.NOW)
        return [
            {
                "pricelist_id": pricelist.id,
                "product_id": product.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "fixed_price": 50.0 + number,
                "date_start": now + timedelta(days=7 * number - 1),
                "date_end": now + timedelta(days=7 * number + 1),
            }
            for product in products
            for number in range(PROMOTIONS)
        ]

    def count(self, listings):
        """Return how many queries the prices of listings take on a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        account = self.account._with_company_and_language()
        wanted = listings.with_env(account.env)._wanted_prices(account)
        count = self.env.cr.sql_log_count - before
        self.assert_promoted(wanted[listings[0].id])
        return count

    def assert_promoted(self, wanted):
        """Check that there is a promotion now, and as many later."""
        self.assertEqual(float(wanted.paid), 45.0)
        self.assertEqual(len(wanted.curve.changes()), 2 * PROMOTIONS)

    def test_prices_of_many_cost_as_many_queries_as_those_of_few(self):
        few, many = self.count(self.bulk[:FEW]), self.count(self.bulk)
        self.assertEqual(many, few)
        self.assertLess(many, 30)

    def test_taxes_of_many_are_computed_as_often_as_those_of_few(self):
        """To include them, and to compare what is left without them with the cost."""
        self.products.product_tmpl_id.taxes_id = self.env["account.tax"].create(
            {"name": "GST", "amount": 10.0, "price_include_override": "tax_included"}
        )
        self.products.standard_price = 20.0
        taxes = type(self.env["account.tax"])
        compute = taxes._add_tax_details_in_base_line
        computed = []

        def counted(records, *arguments, **options):
            computed.append(records)
            return compute(records, *arguments, **options)

        self.patch(taxes, "_add_tax_details_in_base_line", counted)
        self.count(self.bulk[:FEW])
        few = len(computed)
        self.count(self.bulk)
        self.assertEqual(len(computed), 2 * few)
        # Each price is computed once with taxes, and at most once without.
        self.assertLessEqual(few, 2 * (2 * PROMOTIONS + 1))
