"""Which changes of prices are found, and what is sent of them."""

from datetime import datetime

from selling import ComparingCase

from odoo.exceptions import UserError
from odoo.fields import Command


class PriceCase(ComparingCase):
    def rule(self, price, **values):
        """Set a price for the dress in the account's price list."""
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": self.style.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    def assert_price_sent(self, **expected):
        """Compare; the price alone is sent, for both sizes, and then all is quiet."""
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "pending"})
        self.assertEqual(self.send_and_accept("price").get("DRESS-Navy-S"), expected)
        self.assert_no_change()

    def assert_no_change(self):
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.send_and_accept("price"), {})


class TestDetectingPrices(PriceCase):
    def test_nothing_changed_marks_nothing(self):
        self.assert_no_change()
        self.assertEqual(self.marked(self.medium), {})

    def test_a_new_sales_price_is_sent(self):
        self.style.list_price = 89.0
        self.assert_price_sent(Price="89.00")

    def test_a_new_price_in_the_price_list_is_sent(self):
        self.rule(88.0)
        self.assert_price_sent(Price="88.00")

    def test_another_price_list_is_sent(self):
        other = self.env["product.pricelist"].create(
            {
                "name": "Sale",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": 10.0}
                    )
                ],
            }
        )
        self.account.pricelist_id = other
        self.assert_price_sent(Price="89.10")

    def test_the_listing_s_own_price_comes_before_the_price_list(self):
        self.rule(88.0)
        self.small.price = 77.0
        self.assert_price_sent(Price="77.00")
        self.assertEqual(self.medium.listed_price, 88.0)

    def test_a_rule_without_end_is_a_price_and_no_promotion(self):
        self.rule(88.0, date_start="2026-11-01 00:00:00")
        self.assert_price_sent(Price="88.00")

    def test_taxes_that_come_on_top_are_added(self):
        self.tax("tax_excluded")
        self.assert_price_sent(Price="108.90")

    def test_taxes_that_are_included_change_nothing(self):
        self.tax("tax_included")
        self.assert_no_change()

    def tax(self, kind):
        country = self.company.account_fiscal_country_id or self.env.ref("base.au")
        group = self.env["account.tax.group"].create(
            {"name": "GST", "country_id": country.id, "company_id": self.company.id}
        )
        self.style.taxes_id = self.env["account.tax"].create(
            {
                "name": "GST 10 %",
                "amount": 10.0,
                "type_tax_use": "sale",
                "price_include_override": kind,
                "country_id": country.id,
                "tax_group_id": group.id,
                "company_id": self.company.id,
            }
        )

    def test_prices_of_a_company_abroad_are_sent_in_the_currency_of_the_list(self):
        self.company.currency_id = self.american_dollars()
        self.assert_price_sent(Price="152.31")
        self.assertEqual(self.account.currency_id, self.pricelist.currency_id)

    def test_a_list_that_changes_to_american_dollars_sends_nothing(self):
        self.style.list_price = 141.90
        self.account.max_price_fall = 0
        self.assert_price_sent(Price="141.90")
        self.pricelist.currency_id = self.american_dollars()
        prices = self.pricelist._get_products_price(self.style.product_variant_ids, 1)
        self.assertEqual({round(price, 2) for price in prices.values()}, {92.24})
        self.detect()
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("Shoppers is in USD", self.small.price_error)
        self.assertIn("AUD", self.small.price_error)
        self.assertEqual(self.small.listed_price, 141.90)

    def american_dollars(self):
        """Return US dollars, of which an Australian one is worth 0.65."""
        dollars = self.env.ref("base.USD")
        dollars.rate_ids.unlink()
        for currency, rate in ((self.env.ref("base.AUD"), 1), (dollars, 0.65)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "rate": rate,
                    "name": "2026-11-01",
                    "company_id": self.company.id,
                }
            )
        return dollars

    def test_a_protected_price_is_skipped(self):
        self.small.protect_price = True
        self.style.list_price = 89.0
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.marked(self.medium), {"price": "pending"})

    def test_without_a_price_nothing_is_sent(self):
        self.style.list_price = 0.0
        self.account.max_price_fall = 0
        self.detect()
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("price is 0", self.small.price_error)
        self.assertEqual(self.small.listed_price, 99.0)


class TestRecommendedPrices(PriceCase):
    SALE = {
        "Price": "129.00",
        "SalePrice": "99.00",
        "SaleStartDate": "2026-11-02T10:00:00+00:00",
        "SaleEndDate": "2028-11-02T10:00:00+00:00",
    }
    ENDED = {"Price": "99.00", "SalePrice": "", "SaleStartDate": "", "SaleEndDate": ""}
    RUN_OUT = "2026-11-02T10:10:00+00:00"

    def test_a_recommended_price_makes_the_price_a_sale_price(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        self.assertEqual(
            (self.small.listed_price, self.small.listed_sale_price), (129, 99)
        )

    def test_it_may_stand_on_the_listing(self):
        self.small.rrp = 129.0
        self.small.product_id.iconic_rrp = 149.0
        self.assert_price_sent(**self.SALE)

    def test_it_may_come_from_a_price_list_of_its_own(self):
        self.account.rrp_pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "RRP",
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 129.0})
                ],
            }
        )
        self.assert_price_sent(**self.SALE)

    def test_a_recommended_price_that_is_removed_ends_the_sale(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        self.small.product_id.iconic_rrp = 0.0
        self.assert_price_sent(**self.ENDED)
        self.assertRecordValues(
            self.small,
            [
                {
                    "listed_price": 99.0,
                    "listed_sale_price": 0.0,
                    "listed_sale_start": False,
                    "listed_sale_end": False,
                }
            ],
        )

    def test_a_sale_may_run_out_before_the_price_changes(self):
        self.account.sale_ending = "expire"
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        self.small.product_id.iconic_rrp = 0.0
        self.assert_price_sent(**{**self.SALE, "SaleEndDate": self.RUN_OUT})
        with self.at("2026-11-02 10:10:01"):
            self.assert_price_sent(Price="99.00")

    def test_one_that_is_not_above_the_price_is_not_sent(self):
        for recommended in (99.0, 98.99, 50.0):
            self.small.product_id.iconic_rrp = recommended
            self.assert_no_change()

    def test_the_account_may_send_plain_prices(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        self.account.send_rrp = False
        self.assert_price_sent(**self.ENDED)

    def test_time_passing_is_no_change(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        for moment in ("2026-11-03 10:00:00", "2027-11-02 10:00:00", "2028-09-01"):
            with self.at(moment):
                self.assert_no_change()

    def test_a_sale_near_its_end_is_renewed(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        with self.at("2028-10-20 08:00:00"):
            self.assert_price_sent(
                Price="129.00",
                SalePrice="99.00",
                SaleStartDate="2026-11-02T10:00:00+00:00",
                SaleEndDate="2030-10-20T08:00:00+00:00",
            )

    def test_another_price_beside_the_same_recommended_one_is_sent(self):
        self.small.product_id.iconic_rrp = 129.0
        self.assert_price_sent(**self.SALE)
        self.style.list_price = 95.0
        self.assert_price_sent(**{**self.SALE, "SalePrice": "95.00"})


class TestPromotions(PriceCase):
    """A dated rule of the price list goes out ahead, with its own dates."""

    WEEKEND = {
        "date_start": "2026-11-04 00:00:00",
        "date_end": "2026-11-06 00:00:00",
    }
    AHEAD = {
        "Price": "99.00",
        "SalePrice": "79.00",
        "SaleStartDate": "2026-11-04T00:00:00+00:00",
        "SaleEndDate": "2026-11-06T00:00:01+00:00",
    }

    def test_a_promotion_is_sent_ahead_with_its_own_dates(self):
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)

    def test_it_starts_and_runs_without_another_feed(self):
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)
        for moment in ("2026-11-03", "2026-11-04 00:00:01", "2026-11-05 23:59:00"):
            with self.at(moment):
                self.assert_no_change()

    def test_after_it_the_usual_price_is_what_is_listed(self):
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)
        with self.at("2026-11-06 00:00:01"):
            self.assert_no_change()
            self.assertEqual(self.small.listed_price, 99.0)
            self.assertEqual(self.small.listed_sale_end, datetime(2026, 11, 6, 0, 0, 1))
            self.assert_no_change()

    def test_a_promotion_far_away_waits(self):
        self.rule(79.0, date_start="2026-11-20", date_end="2026-11-22")
        self.assert_no_change()
        with self.at("2026-11-18 12:00:00"):
            self.assert_price_sent(
                Price="99.00",
                SalePrice="79.00",
                SaleStartDate="2026-11-20T00:00:00+00:00",
                SaleEndDate="2026-11-22T00:00:01+00:00",
            )

    def test_a_cancelled_promotion_is_ended(self):
        rule = self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)
        rule.unlink()
        self.assert_price_sent(
            Price="99.00", SalePrice="", SaleStartDate="", SaleEndDate=""
        )

    def test_an_extended_promotion_is_sent_again(self):
        rule = self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)
        rule.date_end = "2026-11-08 00:00:00"
        self.assert_price_sent(
            **{**self.AHEAD, "SaleEndDate": "2026-11-08T00:00:01+00:00"}
        )

    def test_the_price_beside_it_is_the_one_without_it(self):
        # Of two rules Odoo applies the newer one.
        self.rule(95.0)
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**{**self.AHEAD, "Price": "95.00"})

    def test_the_listing_s_own_price_has_no_promotion(self):
        self.small.price = 90.0
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(Price="90.00")

    def test_a_dearer_week_is_sent_when_it_begins(self):
        self.rule(105.0, **self.WEEKEND)
        self.assert_no_change()
        with self.at("2026-11-04 00:00:00"):
            self.assert_price_sent(Price="105.00")
        with self.at("2026-11-06 00:00:01"):
            self.assert_price_sent(Price="99.00")

    def test_one_promotion_after_another(self):
        self.rule(79.0, **self.WEEKEND)
        self.assert_price_sent(**self.AHEAD)
        self.rule(69.0, date_start="2026-11-06", date_end="2026-11-07")
        # The first one may stay until the price rises: it is never too low.
        end = "2026-11-07T00:00:01+00:00"
        self.assert_price_sent(**{**self.AHEAD, "SaleEndDate": end})
        with self.at("2026-11-06 00:00:00"):
            self.assert_price_sent(
                Price="99.00",
                SalePrice="69.00",
                SaleStartDate="2026-11-06T00:00:00+00:00",
                SaleEndDate=end,
            )
        with self.at("2026-11-07 00:00:01"):
            self.assert_no_change()


class TestPriceThreshold(PriceCase):
    def crash(self):
        self.style.list_price = 20.0
        self.detect()

    def test_a_large_fall_waits_for_approval(self):
        self.crash()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("99.00 to 20.00", self.small.price_error)
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertEqual(self.small.listed_price, 99.0)

    def test_the_share_is_a_setting(self):
        self.account.max_price_fall = 90
        self.crash()
        self.assertEqual(self.marked(self.small), {"price": "pending"})

    def test_zero_is_no_threshold(self):
        self.account.max_price_fall = 0
        self.crash()
        self.assertEqual(self.marked(self.small), {"price": "pending"})

    def test_a_price_below_the_floor_waits_however_small_the_fall(self):
        self.account.minimum_price = 95.0
        self.style.list_price = 94.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("below the limit of 95.00", self.small.price_error)

    def test_a_listing_s_own_floor_comes_before_the_account_s(self):
        self.account.minimum_price = 95.0
        self.small.minimum_price = 90.0
        self.style.list_price = 94.0
        self.assert_price_sent(Price="94.00")
        self.assertEqual(self.marked(self.medium), {"price": "error"})

    def test_what_shoppers_pay_counts_and_not_the_recommended_price(self):
        self.small.product_id.iconic_rrp = 500.0
        self.crash()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_send_anyway_releases_it_once(self):
        self.crash()
        self.assertEqual(self.small.held_price, 20.0)
        self.small.action_send_anyway()
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "pending"})
        self.assertEqual(
            self.send_and_accept("price"), {"DRESS-Navy-S": {"Price": "20.00"}}
        )
        self.assertEqual(self.marked(self.medium), {"price": "error"})
        self.style.list_price = 2.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_send_anyway_does_not_outlast_a_corrected_price(self):
        self.crash()
        self.small.action_send_anyway()
        self.style.list_price = 89.0
        self.assert_price_sent(Price="89.00")
        self.style.list_price = 20.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertEqual(self.send_and_accept("price"), {})

    def test_send_anyway_approves_what_was_seen_and_no_other_price(self):
        self.crash()
        self.style.list_price = 2.0
        with self.assertRaisesRegex(UserError, "has changed since then"):
            self.small.with_context(seen_price=20.0).action_send_anyway()
        self.small.with_context(seen_price=2.0).action_send_anyway()
        self.assertEqual(
            self.send_and_accept("price"), {"DRESS-Navy-S": {"Price": "2.00"}}
        )

    def test_a_price_that_was_approved_is_not_sent_once_it_is_another(self):
        self.crash()
        self.small.action_send_anyway()
        self.style.list_price = 2.0
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_send_anyway_is_only_for_listings_that_wait(self):
        self.crash()
        self.style.list_price = 99.0
        self.detect()
        with self.assertRaisesRegex(UserError, "Nothing that you have seen waits"):
            self.small.action_send_anyway()
        self.style.list_price = 5.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_send_anyway_survives_a_feed_that_never_arrived(self):
        self.crash()
        self.small.action_send_anyway()
        feed = self.send_by("price")
        feed.line_ids._close_unsent()
        feed._finish("cancelled")
        self.assertEqual(
            self.send_and_accept("price"), {"DRESS-Navy-S": {"Price": "20.00"}}
        )

    def test_retry_sends_no_price_that_waits(self):
        self.crash()
        self.small.action_retry()
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertIn("99.00 to 20.00", self.small.price_error)

    def test_retry_alone_does_not_release_it(self):
        self.crash()
        self.small.action_retry()
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_a_corrected_price_is_sent_automatically(self):
        self.crash()
        self.style.list_price = 89.0
        self.assert_price_sent(Price="89.00")

    def test_the_old_price_again_ends_the_waiting(self):
        self.crash()
        self.style.list_price = 99.0
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.price_error)

    def test_a_change_of_content_does_not_include_a_held_price(self):
        self.style.name = "Another name"
        self.crash()
        sent = self.send_and_accept("update")["DRESS-Navy-S"]
        self.assertEqual(sent["Name"], "Another name")
        self.assertNotIn("Price", sent)
        self.assertEqual(self.small.listed_price, 99.0)
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_update_now_does_not_include_a_held_price(self):
        self.crash()
        self.small.action_update_now()
        self.assertNotIn("Price", self.send_and_accept("update")["DRESS-Navy-S"])

    def test_a_fall_is_measured_from_the_last_price_that_odoo_wanted(self):
        self.small.product_id.iconic_rrp = 300.0
        self.rule(99.0, date_end="2026-11-06 00:00:00")
        self.style.list_price = 150.0
        self.detect()
        self.send_and_accept("price")
        with self.at("2026-11-06 00:00:01"):
            # The sale is over, and the RRP is what shoppers pay for a moment.
            self.assertEqual(self.small.listed_price, 300.0)
            self.detect()
            self.assertEqual(self.marked(self.small), {"price": "pending"})
            self.assertEqual(
                self.send_and_accept("price")["DRESS-Navy-S"]["SalePrice"], "150.00"
            )

    def test_a_price_below_cost_waits(self):
        self.small.product_id.standard_price = 90.0
        self.style.list_price = 89.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("below the cost of 90.00", self.small.price_error)
        self.assertEqual(self.marked(self.medium), {"price": "pending"})
        self.small.action_send_anyway()
        self.assertIn("DRESS-Navy-S", self.send_and_accept("price"))

    def test_cost_is_compared_without_tax(self):
        self.style.taxes_id = self.env["account.tax"].create(
            {"name": "GST", "amount": 10.0, "price_include_override": "tax_included"}
        )
        self.small.product_id.standard_price = 82.0
        self.style.list_price = 90.0
        self.detect()
        self.assertIn("90.00 (81.82 without tax)", self.small.price_error)
        self.style.list_price = 91.0
        self.assert_price_sent(Price="91.00")

    def test_of_products_with_the_same_price_only_those_below_their_cost_wait(self):
        self.small.product_id.standard_price = 90.0
        self.medium.product_id.standard_price = 88.0
        self.style.list_price = 89.0
        self.detect()
        self.assertIn("cost of 90.00", self.small.price_error)
        self.assertEqual(self.marked(self.medium), {"price": "pending"})

    def test_the_taxes_of_each_product_count_though_prices_and_costs_are_alike(self):
        coat = self.make_style("COAT")
        self.list_published(coat)
        for style, rate in ((self.style, 10.0), (coat, 5.0)):
            style.taxes_id = self.env["account.tax"].create(
                {
                    "name": f"GST {rate}",
                    "amount": rate,
                    "price_include_override": "tax_included",
                }
            )
        styles = self.style | coat
        styles.product_variant_ids.standard_price = 82.0
        styles.list_price = 90.0
        self.detect()
        self.assertIn("90.00 (81.82 without tax)", self.small.price_error)
        self.assertEqual(self.marked(self.listing("COAT-Navy-S")), {"price": "pending"})

    def test_what_odoo_wants_of_a_protected_price_is_no_approval(self):
        self.small.protect_price = True
        self.crash()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.held_price)
        self.small.protect_price = False
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_the_cost_is_that_of_the_company_of_the_account(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.small.product_id.with_company(other).standard_price = 500.0
        self.small.product_id.standard_price = 90.0
        self.style.list_price = 89.0
        small = self.small.with_company(other)
        problems = small._check_for_sending()[small.id]
        self.assertIn("cost of 90.00", "".join(one.message for one in problems))

    def test_prices_below_cost_may_be_allowed(self):
        self.account.hold_below_cost = False
        self.small.product_id.standard_price = 90.0
        self.style.list_price = 89.0
        self.assert_price_sent(Price="89.00")

    def test_a_cost_that_rises_holds_no_price_that_is_listed(self):
        self.small.product_id.standard_price = 200.0
        self.assert_no_change()
        self.style.name = "Another name"
        self.detect()
        self.assertEqual(
            self.send_and_accept("update")["DRESS-Navy-S"]["Price"], "99.00"
        )

    def test_a_typing_error_in_a_promotion_ahead_does_not_hold_the_price(self):
        self.rule(7.9, **TestPromotions.WEEKEND)
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn("from 99.00 to 7.90", self.small.price_error)
        self.style.list_price = 95.0
        self.detect()
        self.assertEqual(
            self.send_and_accept("price")["DRESS-Navy-S"], {"Price": "95.00"}
        )
        self.detect()
        self.assertIn("from 95.00 to 7.90", self.small.price_error)
        self.assertEqual(self.send_and_accept("price"), {})

    def test_a_promotion_ahead_may_be_approved(self):
        self.rule(7.9, **TestPromotions.WEEKEND)
        self.detect()
        self.assertEqual(self.small.held_price, 7.9)
        self.small.action_send_anyway()
        self.detect()
        self.assertEqual(
            self.send_and_accept("price")["DRESS-Navy-S"],
            {**TestPromotions.AHEAD, "SalePrice": "7.90"},
        )
        self.assert_no_change()
        with self.at("2026-11-04 00:00:00"):
            self.assert_no_change()
        self.assertEqual(self.small.last_wanted_price, 7.9)

    def test_a_promotion_that_waits_is_held_when_it_begins(self):
        self.rule(7.9, **TestPromotions.WEEKEND)
        with self.at("2026-11-04 00:00:00"):
            self.detect()
            self.assertEqual(self.marked(self.small), {"price": "error"})
            self.assertEqual(self.send_and_accept("price"), {})

    def test_one_activity_covers_all_that_wait(self):
        self.account.responsible_id = self.env.ref("base.user_admin")
        self.crash()
        kind = self.env.ref("iconic_connector.mail_activity_type_errors")
        activity = self.account.activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )
        self.assertEqual(len(activity), 1)
        self.assertIn("2", activity.summary)
        self.assertEqual(activity.user_id, self.account.responsible_id)
        self.style.list_price = 99.0
        self.detect()
        self.assertFalse(activity.exists())
