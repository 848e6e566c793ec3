"""The account knows its country's currency, and takes no price list in another one.

Amounts are sent without a currency: THE ICONIC takes them in that of the shop.
"""

from unittest.mock import patch

from common import ConnectorCase

from odoo.exceptions import ValidationError
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from odoo.addons.iconic_connector.models.account import iconic_account_connection

ONCHANGE_LOG = "odoo.tests.form.onchange"
PRICE_LISTS = {"pricelist_id": "Price List", "rrp_pricelist_id": "RRP Price List"}


class CurrencyCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.american = cls._pricelist("American", "USD")
        cls.new_zealand = cls._pricelist("New Zealand", "NZD")

    @classmethod
    def _pricelist(cls, name, currency):
        return cls.env["product.pricelist"].create(
            {"name": name, "currency_id": cls.env.ref(f"base.{currency}").id}
        )

    def assert_refused(self, *words, **values):
        """Write, which is refused with some words and changes nothing."""
        before = self.account.read(values)
        with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
            self.account.write(values)
        for word in words:
            self.assertIn(word, str(refusal.exception))
        self.assertEqual(self.account.read(values), before)


class TestChoosingPriceLists(CurrencyCase):
    def test_the_country_is_fixed_once_there_are_listings(self):
        self.list_products(self.make_style("DRESS", "S").product_variant_ids)
        self.assert_refused(
            "The Marketplace Country of THE ICONIC cannot be changed",
            country="NZ",
            pricelist_id=self.new_zealand.id,
        )
        self.account.write({"country": "AU"})

    def test_a_list_in_another_currency_is_refused_in_words(self):
        for field, label in PRICE_LISTS.items():
            with self.subTest(field=field):
                self.assert_refused(
                    f"{label}: American is in USD, but prices in Australia are in "
                    "AUD. Choose a list in AUD on the account, or create one",
                    **{field: self.american.id},
                )

    def test_it_is_refused_for_a_new_account(self):
        values = {"name": "New", "pricelist_id": self.american.id}
        with self.assertRaisesRegex(ValidationError, "American is in USD"):
            self.env["iconic.account"].create(values)

    def test_it_is_refused_even_while_no_rrps_are_sent(self):
        self.account.send_rrp = False
        self.assert_refused("RRP Price List", rrp_pricelist_id=self.american.id)

    def test_both_lists_are_named(self):
        self.assert_refused(
            "Price List: American",
            "RRP Price List: New Zealand is in NZD",
            pricelist_id=self.american.id,
            rrp_pricelist_id=self.new_zealand.id,
        )

    def test_a_list_in_the_currency_is_taken_and_none_as_well(self):
        for field in PRICE_LISTS:
            self.account[field] = self._pricelist("Another", "AUD")
            self.account[field] = False

    def test_only_lists_in_the_currency_are_offered(self):
        other_company = self.env["res.company"].create({"name": "Outlet"})
        theirs = self._pricelist("Theirs", "AUD")
        theirs.company_id = other_company
        for field in PRICE_LISTS:
            text = self.account.fields_get([field])[field]["domain"]
            values = {
                "company_id": self.company.id,
                "currency_id": self.account.currency_id.id,
            }
            offered = self.pricelist.search(safe_eval(text, values))
            self.assertIn(self.pricelist, offered)
            self.assertFalse(offered & (self.american | self.new_zealand | theirs))


class TestCountries(CurrencyCase):
    def test_an_account_is_australian_unless_it_says_otherwise(self):
        self.assertEqual(
            (self.account.country, self.account.currency_id.name), ("AU", "AUD")
        )

    def test_an_account_of_new_zealand_wants_its_dollars(self):
        self.assertFalse(self.new_zealand.currency_id.active)
        self.account.write({"country": "NZ", "pricelist_id": self.new_zealand.id})
        self.assertEqual(self.account.currency_id, self.new_zealand.currency_id)
        self.assert_refused(
            "Shoppers is in AUD, but prices in New Zealand are in NZD",
            pricelist_id=self.pricelist.id,
        )

    def test_another_country_is_refused_while_a_list_is_in_the_old_currency(self):
        self.assert_refused("Shoppers is in AUD", "in NZD", country="NZ")
        self.account.rrp_pricelist_id = self.pricelist
        self.assert_refused(
            "RRP Price List: Shoppers", country="NZ", pricelist_id=False
        )

    def test_the_form_warns_of_it_at_once_and_clears_nothing(self):
        with self.assertLogs(ONCHANGE_LOG, "WARNING") as logs:
            form = Form(self.account)
            form.country = "NZ"
        self.assertIn("Shoppers is in AUD", logs.output[0])
        self.assertEqual(form.pricelist_id, self.pricelist)
        self.assertEqual(form.currency_id, self.new_zealand.currency_id)
        self.assertFalse(form.pricelist_hint)
        form.pricelist_id = self.new_zealand
        form.save()
        self.assertEqual(self.account.country, "NZ")

    def test_the_company_s_country_does_not_matter(self):
        self.company.country_id = self.env.ref("base.nz")
        with patch.object(iconic_account_connection, "RestApi") as client:
            self.account.api_type = "rest"
            self.account._make_client(None)
            self.account.write({"country": "NZ", "pricelist_id": False})
            self.account._make_client(None)
        countries = [call.kwargs["country"] for call in client.call_args_list]
        self.assertEqual(countries, ["AU", "NZ"])


class TestWithoutPriceLists(CurrencyCase):
    def test_the_form_says_how_to_create_the_first_list_in_the_currency(self):
        self.assertFalse(self.account.pricelist_hint)
        (self.new_zealand | self.pricelist).active = False
        self.account.write({"country": "NZ", "pricelist_id": False})
        hint = self.account.pricelist_hint
        for words in ("No price list is in NZD", "Pricelists", "Currencies"):
            self.assertIn(words, hint)

    def test_it_says_so_as_soon_as_the_country_is_changed(self):
        self.new_zealand.active = False
        with self.assertLogs(ONCHANGE_LOG, "WARNING"):
            form = Form(self.account)
            form.country = "NZ"
        self.assertIn("No price list is in NZD", form.pricelist_hint)

    def test_an_archived_list_that_is_chosen_is_one(self):
        self.pricelist.active = False
        self.assertFalse(self.account.pricelist_hint)

    def test_a_list_of_another_company_is_none(self):
        other = self.env["res.company"].create({"name": "Outlet"})
        self.new_zealand.company_id = other
        self.account.write({"country": "NZ", "pricelist_id": False})
        self.assertIn("NZD", self.account.pricelist_hint)


class TestRrpsInOtherCurrencies(CurrencyCase):
    def test_the_rrp_of_the_product_is_in_the_currency_of_the_company(self):
        self.account.write({"country": "NZ", "pricelist_id": self.new_zealand.id})
        listing = self.list_products(self.make_style("DRESS", "S").product_variant_ids)
        listing.product_id.iconic_rrp = 500.0
        price = listing._current_prices()[listing.id]
        self.assertNotIn("sale_price", price.fields)
        listing.rrp = 500.0
        price = listing._current_prices()[listing.id]
        self.assertEqual(price.fields["price"], 500)
