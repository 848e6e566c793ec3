"""The price list as a curve in time: each input with what THE ICONIC is sent for it."""

from test_detecting_prices import PriceCase

from odoo.fields import Command

from odoo.addons.iconic_connector.models.account.job import JOBS

DRESS = "DRESS-Navy-S"
WEEK = {"date_start": "2026-11-02 00:00:00", "date_end": "2026-11-08 23:59:59"}
WEEK_ENDS = "2026-11-09T00:00:00+00:00"
STARTS_NOW = "2026-11-02T10:00:00+00:00"


class CurveCase(PriceCase):
    def sale(self, price, sale_price, start=STARTS_NOW, end=WEEK_ENDS):
        return {
            "Price": price,
            "SalePrice": sale_price,
            "SaleStartDate": start,
            "SaleEndDate": end,
        }

    def price_list(self, name, *rules):
        return self.env["product.pricelist"].create(
            {
                "name": name,
                "currency_id": self.pricelist.currency_id.id,
                "item_ids": [Command.create(rule) for rule in rules],
            }
        )


class TestDatedPrices(CurveCase):
    def test_a_running_dated_price_above_the_sales_price_is_the_price(self):
        self.rule(150.0, **WEEK)
        self.assert_price_sent(Price="150.00")

    def test_the_same_from_tomorrow_on_is_sent_tomorrow(self):
        self.rule(150.0, date_start="2026-11-03 10:00:00", date_end="2026-11-08")
        self.assert_no_change()
        with self.at("2026-11-03 09:59:59"):
            self.assert_no_change()
        with self.at("2026-11-03 10:00:00"):
            self.assert_price_sent(Price="150.00")

    def test_a_lasting_discount_does_not_lower_a_dated_price(self):
        # The newer of two rules counts, as in Odoo.
        self.rule(0, compute_price="percentage", percent_price=50.0)
        self.rule(80.0, **WEEK)
        self.assert_price_sent(Price="80.00")

    def test_a_sales_price_of_0_is_no_matter_while_a_dated_price_runs(self):
        self.style.list_price = 0.0
        self.rule(150.0, **WEEK)
        self.assert_price_sent(Price="150.00")
        with self.at("2026-11-09 00:00:00"):
            self.detect()
            self.assertEqual(self.send_and_accept("price"), {})
            self.assertIn("The price is 0", self.small.price_error)
        self.assertEqual(self.small.listed_price, 150.0)

    def test_without_a_price_the_message_names_the_next_one(self):
        self.style.list_price = 0.0
        self.rule(150.0, date_start="2026-11-05 08:00:00", date_end="2026-11-08")
        self.detect()
        self.send_and_accept("price")
        self.assertIn("From 5 November 2026, 08:00 on it is", self.small.price_error)
        self.assertIn("150.00", self.small.price_error)
        with self.at("2026-11-05 08:00:00"):
            self.detect()
            self.assertEqual(self.send_and_accept("price")[DRESS], {"Price": "150.00"})

    def test_an_rrp_is_struck_through_beside_a_dated_price(self):
        self.small.product_id.iconic_rrp = 200.0
        self.style.list_price = 150.0
        self.rule(99.0, **WEEK)
        self.assert_price_sent(**self.sale("200.00", "99.00"))

    def test_a_promotion_in_a_base_list_is_a_promotion(self):
        self.base_on_master()
        self.assert_price_sent(**self.sale("99.00", "79.20"))

    def test_and_its_price_is_what_odoo_computes_from_it(self):
        self.base_on_master(price_discount=5.0)
        self.assert_price_sent(**self.sale("94.05", "75.24"))

    def base_on_master(self, **formula):
        master = self.price_list(
            "Master", {"compute_price": "percentage", "percent_price": 20.0, **WEEK}
        )
        rule = {"compute_price": "formula", "base": "pricelist", **formula}
        self.account.pricelist_id = self.price_list(
            "Shop", {**rule, "base_pricelist_id": master.id}
        )

    def test_an_own_price_with_an_rrp_is_one_feed_whatever_promotion_runs(self):
        self.small.write({"price": 90.0, "rrp": 129.0})
        self.rule(79.0, **WEEK)
        self.rule(69.0, date_start="2026-11-04", date_end="2026-11-05")
        end = "2028-11-02T10:00:00+00:00"
        self.assert_price_sent(**self.sale("129.00", "90.00", end=end))
        for moment in ("2026-11-04 12:00:00", "2026-11-12 12:00:00"):
            with self.at(moment):
                self.detect()
                self.assertEqual(self.marked(self.small), {})

    def test_a_rule_for_several_pieces_is_none_for_one(self):
        self.rule(79.0, min_quantity=2, **WEEK)
        self.assert_no_change()
        self.assertFalse(self.small.next_comparison_at)

    def test_a_rule_of_another_product_is_no_moment_of_this_one(self):
        other = self.make_style("OTHER", "S")
        self.rule(79.0, product_tmpl_id=other.id, **WEEK)
        self.assert_no_change()
        self.assertFalse(self.small.next_comparison_at)

    def test_a_promotion_within_a_longer_one(self):
        self.rule(90.0, **WEEK)
        self.rule(
            80.0, date_start="2026-11-04 00:00:00", date_end="2026-11-04 23:59:59"
        )
        self.assert_price_sent(**self.sale("99.00", "90.00"))
        with self.at("2026-11-04 00:00:00"):
            self.assert_price_sent(
                **self.sale(
                    "99.00",
                    "80.00",
                    "2026-11-04T00:00:00+00:00",
                    "2026-11-05T00:00:00+00:00",
                )
            )
        with self.at("2026-11-05 00:00:00"):
            self.assert_price_sent(
                **self.sale("99.00", "90.00", "2026-11-05T00:00:00+00:00")
            )

    def test_a_promotion_with_only_an_end_begins_now_and_is_kept(self):
        self.rule(79.0, date_end=WEEK["date_end"])
        self.assert_price_sent(**self.sale("99.00", "79.00"))
        with self.at("2026-11-05"):
            self.assert_no_change()

    def test_a_promotion_is_not_begun_in_its_last_minutes(self):
        self.rule(79.0, **WEEK)
        with self.at("2026-11-08 23:46:00"):
            self.assert_no_change()


class TestGoingOnSale(CurveCase):
    def test_a_relisted_product_is_compared_at_once(self):
        self.small.action_end()
        self.send_and_accept("end")
        self.style.list_price = 150.0
        self.small.action_relist()
        self.send_and_accept("stock")
        self.run_cron("compare")
        self.assertEqual(self.send_and_accept("price"), {DRESS: {"Price": "150.00"}})
        self.run_cron("compare")
        self.assertEqual(self.marked(self.small), {})


class TestShownPrices(CurveCase):
    def test_a_sale_is_shown_as_one_only_while_it_runs(self):
        self.rule(79.0, date_start="2026-11-04", date_end="2026-11-05 23:59:59")
        self.detect()
        self.send_and_accept("price")
        for moment, shown in (
            ("2026-11-03 23:59:59", False),
            ("2026-11-04 00:00:00", True),
            ("2026-11-05 23:59:59", True),
            ("2026-11-06 00:00:00", False),
        ):
            with self.at(moment):
                self.env.invalidate_all()
                self.assertEqual(self.small.is_on_sale, shown, moment)


class TestRunsByItself(CurveCase):
    """A promotion beside an RRP, both ends of which hold with Odoo down."""

    def begin(self):
        super().begin()
        self.style.product_variant_ids.iconic_rrp = 200.0
        with self.at(self.NOW):
            self.detect()
            self.send_and_accept("price")
        self.promotion = {
            "date_start": "2026-11-04 10:00:00",
            "date_end": "2026-11-08 23:59:59",
        }
        self.ahead = self.sale("99.00", "79.00", "2026-11-04T10:00:00+00:00")

    def test_the_usual_price_takes_the_place_of_the_rrp_a_day_before(self):
        self.rule(79.0, iconic_runs_by_itself=True, **self.promotion)
        self.assert_no_change()
        with self.at("2026-11-03 10:00:00"):
            self.assert_price_sent(**self.ahead)
        for moment in ("2026-11-04 10:00:00", "2026-11-08 23:59:59"):
            with self.at(moment):
                self.assert_no_change()
        with self.at("2026-11-09 00:00:00"):
            self.detect()
            sent = self.send_and_accept("price")[DRESS]
            self.assertEqual((sent["Price"], sent["SalePrice"]), ("200.00", "99.00"))
            self.assert_no_change()

    def test_how_long_before_is_a_setting(self):
        self.account.promotion_alone_hours = 48
        self.rule(79.0, iconic_runs_by_itself=True, **self.promotion)
        self.assert_price_sent(**self.ahead)

    def test_without_the_mark_it_waits_for_its_moment(self):
        self.rule(79.0, **self.promotion)
        with self.at("2026-11-04 09:59:59"):
            self.assert_no_change()
        with self.at("2026-11-04 10:00:00"):
            self.assert_price_sent(
                **self.sale("200.00", "79.00", "2026-11-04T10:00:00+00:00")
            )

    def test_the_comparison_is_scheduled_for_it(self):
        self.rule(79.0, iconic_runs_by_itself=True, **self.promotion)
        self.detect()
        self.assertEqual(str(self.small.next_comparison_at), "2026-11-03 10:00:00")


class TestRefusedPrices(CurveCase):
    def refuse(self):
        self.detect()
        feed = self.send_by("price")
        feed.line_ids._close_with_error("Too odd")
        feed._finish("done")

    def assert_waits(self):
        self.detect()
        self.assertEqual(self.small.price_error, "Too odd")

    def test_the_same_sale_is_not_sent_again_only_because_time_passes(self):
        self.small.rrp = self.medium.rrp = 129.0
        self.refuse()
        for moment in ("2026-11-02 10:00:00", "2026-11-12 10:00:00"):
            with self.at(moment):
                self.assert_waits()

    def test_another_end_is_another_offer(self):
        rule = self.rule(79.0, **WEEK)
        self.refuse()
        self.assert_waits()
        rule.date_end = "2026-11-15 23:59:59"
        end = "2026-11-16T00:00:00+00:00"
        self.assert_price_sent(**self.sale("99.00", "79.00", end=end))


class TestScheduledComparisons(CurveCase):
    def triggers(self):
        cron = self.env.ref("iconic_connector.ir_cron_compare")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    def test_the_next_moment_of_the_price_is_stored_and_scheduled(self):
        self.rule(150.0, date_start="2026-11-03 10:00:00", date_end="2026-11-08")
        self.triggers().unlink()
        self.detect()
        self.assertEqual(str(self.small.next_comparison_at), "2026-11-03 10:00:00")
        self.assertEqual(
            [str(moment) for moment in self.triggers().mapped("call_at")],
            ["2026-11-03 10:00:00"],
        )

    def test_then_only_these_listings_are_compared(self):
        self.rule(
            150.0,
            applied_on="0_product_variant",
            product_id=self.small.product_id.id,
            date_start="2026-11-03 10:00:00",
            date_end="2026-11-08 00:00:00",
        )
        self.detect()
        self.style.list_price = 98.0
        with self.at("2026-11-03 10:00:00"):
            self.run_cron("compare")
            self.assertEqual(self.marked(self.small), {"price": "pending"})
            self.assertEqual(self.marked(self.medium), {})
            self.assertEqual(str(self.small.next_comparison_at), "2026-11-05 00:00:01")
            self.assertIsNone(
                JOBS["compare"](self.account._job("compare")).next_batch()
            )

    def test_a_listing_that_is_not_compared_does_not_keep_the_job_busy(self):
        self.small.write({"next_comparison_at": self.NOW, "closed": True})
        self.run_cron("compare")
        self.assertFalse(self.small.next_comparison_at)

    def test_a_promotion_far_away_is_sent_three_days_before(self):
        self.rule(79.0, date_start="2026-11-20", date_end="2026-11-22")
        self.detect()
        self.assertEqual(str(self.small.next_comparison_at), "2026-11-17 00:00:00")


class TestEndingSales(CurveCase):
    def setUp(self):
        super().setUp()
        self.account.sale_ending = "expire"

    def begin_sale(self, **prices):
        self.small.write(prices)
        self.detect()
        self.send_and_accept("price")

    def test_a_sale_that_would_be_too_cheap_is_cleared_at_once(self):
        self.begin_sale(price=99.0, rrp=129.0)
        self.small.write({"price": 119.0, "rrp": 0})
        self.assert_price_sent(
            Price="119.00", SalePrice="", SaleStartDate="", SaleEndDate=""
        )

    def test_a_promotion_that_is_cancelled_before_it_begins_never_begins(self):
        rule = self.rule(79.0, date_start="2026-11-04", date_end="2026-11-05")
        self.detect()
        self.send_and_accept("price")
        rule.unlink()
        self.style.list_price = 70.0
        self.assert_price_sent(
            Price="70.00", SalePrice="", SaleStartDate="", SaleEndDate=""
        )

    def test_while_a_sale_runs_out_nothing_more_is_sent(self):
        self.begin_sale(price=99.0, rrp=129.0)
        self.small.rrp = 0
        self.detect()
        sent = self.send_and_accept("price")[DRESS]
        self.assertEqual(sent["SaleEndDate"], "2026-11-02T10:10:00+00:00")
        for moment in ("2026-11-02 10:05:00", "2026-11-02 10:09:59"):
            with self.at(moment):
                self.assert_no_change()

    def test_its_end_is_the_next_comparison(self):
        self.begin_sale(price=99.0, rrp=129.0)
        self.small.rrp = 0
        self.detect()
        self.send_and_accept("price")
        self.detect()
        self.assertEqual(str(self.small.next_comparison_at), "2026-11-02 10:10:00")

    def test_a_sale_that_is_over_is_cleared_with_the_next_price(self):
        self.account.sale_ending = "clear"
        self.rule(79.0, **WEEK)
        self.detect()
        self.send_and_accept("price")
        with self.at("2026-11-10"):
            self.assert_no_change()
            self.style.list_price = 75.0
            self.assert_price_sent(
                Price="75.00", SalePrice="", SaleStartDate="", SaleEndDate=""
            )


class TestPricesInWords(CurveCase):
    def test_the_listing_tells_the_prices_to_come(self):
        self.style.list_price = 149.0
        self.rule(119.0, date_end="2026-12-06 23:59:59")
        self.assertEqual(
            self.outlook(),
            "$\N{NO-BREAK SPACE}119.00 until 6 December, then "
            "$\N{NO-BREAK SPACE}149.00",
        )

    def outlook(self):
        self.env.invalidate_all()
        return self.small.with_context(lang="en_US", tz="UTC").price_outlook

    def test_within_a_day_it_tells_the_time(self):
        self.rule(79.0, date_end="2026-11-04 16:29:59")
        self.assertIn("until 4 November, 16:30, then", self.outlook())

    def test_another_year_is_named(self):
        self.rule(79.0, date_end="2027-01-31 23:59:59")
        self.assertIn("until 31 January 2027, then", self.outlook())

    def test_of_many_changes_the_next_ones_are_told(self):
        for day in range(3, 9):
            self.rule(70.0 + day, date_start=f"2026-11-0{day}", date_end="2026-11-09")
        self.assertIn("and so on", self.outlook())

    def test_a_constant_price_needs_no_words(self):
        self.assertFalse(self.outlook())

    def test_the_wanted_price_is_that_of_now_while_a_promotion_is_ahead(self):
        self.rule(79.0, date_start="2026-11-04", date_end="2026-11-06")
        self.assertEqual((self.small.wanted_price, self.small.wanted_rrp), (99.0, 0.0))
