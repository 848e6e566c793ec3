"""A warning before saving: how many listings another setting would change."""

from unittest.mock import patch

from selling import ComparingCase

from odoo.tests import Form

from odoo.addons.iconic_connector import const


class PreviewCase(ComparingCase):
    def warning(self, **values):
        """Change fields of the account's form, and return the warning before saving."""
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
            form = Form(self.account)
            for name, value in values.items():
                setattr(form, name, value)
        return "\n".join(logs.output)


class TestPreviewingSettings(PreviewCase):
    def pricelist_of(self, price):
        return self.env["product.pricelist"].create(
            {
                "name": "Another",
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.small.product_id.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        },
                    )
                ],
            }
        )

    def test_another_price_list_warns_how_many_prices_would_change(self):
        text = self.warning(pricelist_id=self.pricelist_of(88.0))
        self.assertIn("prices of 1 of 2", text)

    def test_a_buffer_warns_how_many_quantities_would_change(self):
        self.assertIn("quantities of 2 of 2", self.warning(safety_buffer=1))

    def test_the_preview_marks_nothing(self):
        self.warning(safety_buffer=1)
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.account.safety_buffer, 0)

    def test_what_changes_nothing_is_not_mentioned(self):
        with self.assertNoLogs("odoo.tests.form.onchange", "WARNING"):
            form = Form(self.account)
            form.pricelist_id = self.pricelist_of(99.0)
            form.quantity_cap = 50


class TestPreviewOfMany(PreviewCase):
    """Of many listings some from all over say what a setting would change."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(const, "PREVIEWED_LISTINGS", 2))
        self.list_published(self.make_style("SECOND", "S M"))
        self.list_published(self.make_style("THIRD", "S M"))

    def test_the_share_of_some_stands_for_all(self):
        text = self.warning(safety_buffer=1)
        self.assertIn("about 100 % of 6 active listings", text)
        self.assertIn("of 2 listings from all over, 2 would change", text)

    def test_that_none_of_some_would_change_is_said_as_well(self):
        self.assertIn("2 listings from all over, 0", self.warning(quantity_cap=50))
