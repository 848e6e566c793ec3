"""Created, pictured and reviewed ahead; the stock opens at the moment that was set."""

from unittest.mock import patch

from selling import SellingCase
from test_detecting_quantities import QuantityCase

from odoo.fields import Command

from odoo.addons.iconic_connector import const

LATER = "2026-11-20 08:00:00"


class OpeningCase(QuantityCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(const, "SELL_OUT_MINIMUM", 1))

    def wanted(self):
        """Return what the account wants to offer of the small dress."""
        self.small.invalidate_recordset(["sale_opens_at"])
        return self.small._wanted_quantities(self.account)[self.small.id]

    def compare(self):
        self.run_cron("compare")
        return self.send_and_accept("stock")


class TestOnSaleFrom(OpeningCase):
    def test_a_listing_opens_at_its_moment(self):
        self.small.on_sale_from = LATER
        self.assertEqual(self.compare(), {"DRESS-Navy-S": {"Quantity": "0"}})
        self.assertFalse(self.small.error, "Nobody has to approve it.")
        self.assertEqual(str(self.small.next_comparison_at), LATER)
        with self.at(LATER):
            self.assertEqual(self.compare(), {"DRESS-Navy-S": {"Quantity": "7"}})
        self.assertFalse(self.small.next_comparison_at)

    def test_a_season_opens_all_its_products(self):
        self.season.iconic_on_sale_from = LATER
        self.assertEqual(len(self.compare()), 2)
        with self.at(LATER):
            self.assertEqual(len(self.compare()), 2)
        self.assertEqual(self.small.listed_quantity, 7)

    def test_the_comparison_is_scheduled(self):
        self.small.on_sale_from = LATER
        self.compare()
        cron = self.env.ref("iconic_connector.ir_cron_compare")
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(LATER, [str(one.call_at) for one in moments])

    def test_the_listing_says_more_than_its_season(self):
        self.season.iconic_on_sale_from = LATER
        self.small.on_sale_from = self.NOW
        self.assertEqual(self.wanted(), 7)
        self.small.on_sale_from = False
        self.assertEqual(self.wanted(), 0)

    def test_a_season_that_has_begun_opens_a_product_of_two_seasons(self):
        self.season.iconic_on_sale_from = LATER
        began = self.env["product.tag"].create({"name": "SS26"})
        self.style.product_tag_ids = [Command.link(began.id)]
        self.assertEqual(self.wanted(), 0, "It is no season of the account.")
        self.account.season_tag_ids = [Command.link(began.id)]
        self.assertEqual(self.wanted(), 7)
        began.iconic_on_sale_from = "2026-11-10 08:00:00"
        self.assertEqual(self.wanted(), 0)
        self.assertEqual(str(self.small.sale_opens_at), "2026-11-10 08:00:00")

    def test_listings_that_are_not_on_sale_yet_are_found(self):
        Listing = self.env["iconic.listing"]
        later = [("sale_opens_at", ">", self.NOW)]
        self.assertFalse(Listing.search(later))
        self.medium.on_sale_from = LATER
        self.assertEqual(Listing.search(later), self.medium)
        self.season.iconic_on_sale_from = LATER
        self.small.on_sale_from = self.NOW
        self.assertEqual(Listing.search(later), self.medium)
        self.small.on_sale_from = False
        self.assertEqual(Listing.search(later), self.small | self.medium)
        began = self.env["product.tag"].create({"name": "SS26"})
        self.account.season_tag_ids = [Command.link(began.id)]
        self.style.product_tag_ids = [Command.link(began.id)]
        self.assertEqual(Listing.search(later), self.medium)
        # As the filter of the list asks.
        Listing.search([("sale_opens_at", ">", "now")])

    def test_another_date_is_noticed_at_once(self):
        self.season.iconic_on_sale_from = LATER
        self.compare()
        self.season.iconic_on_sale_from = False
        self.assertEqual(len(self.compare()), 2)
        self.assertEqual(self.small.listed_quantity, 7)

    def test_a_fixed_quantity_opens_then_too(self):
        self.small.write(
            {"has_fixed_quantity": True, "quantity": 3, "on_sale_from": LATER}
        )
        self.assertEqual(self.wanted(), 0)

    def test_a_protected_price_does_not_hide_the_moment(self):
        self.small.write({"protect_price": True, "on_sale_from": LATER})
        self.compare()
        self.assertEqual(str(self.small.next_comparison_at), LATER)


class TestCreatedAhead(SellingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.season.iconic_on_sale_from = "2100-01-01 00:00:00"

    def test_it_is_created_and_pictured_with_quantity_0(self):
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((product.quantity, len(product.images)), (0, 1))
        self.assertEqual(self.small.product_status, "published")
        self.detect()
        self.assertEqual(self.marked(self.small), {})
