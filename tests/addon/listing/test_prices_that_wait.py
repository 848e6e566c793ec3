"""How prices that wait are kept from going out, and errors from staying on."""

from test_detecting_prices import TestPromotions
from test_price_curves import CurveCase

from odoo.exceptions import UserError

from odoo.addons.iconic_connector.domain.moments import precise_now

DRESS = "DRESS-Navy-S"
WEEKEND = TestPromotions.WEEKEND


class TestApprovals(CurveCase):
    def assert_held(self, words=""):
        self.detect()
        self.assertEqual(self.send_and_accept("price").get(DRESS), None)
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertIn(words, self.small.price_error)

    def test_a_limit_that_is_set_while_a_price_is_pending_holds_it(self):
        self.style.list_price = 90.0
        self.detect()
        self.account.minimum_price = 95.0
        self.assertEqual(self.send_and_accept("price"), {})
        self.assert_held("below the limit of 95.00")

    def test_a_cost_that_rises_while_a_price_is_pending_holds_it(self):
        self.style.list_price = 90.0
        self.detect()
        self.small.product_id.standard_price = 95.0
        self.assertNotIn(DRESS, self.send_and_accept("price"))
        self.assert_held("below the cost")

    def test_approving_a_sell_out_approves_no_price_that_was_not_shown(self):
        self.small.write({"quantity_status": "error", "quantity_error": "Waits"})
        self.account.sell_out_threshold_exceeded = True
        self.small.listed_quantity = 5
        self.style.list_price = 2.0
        self.small.with_context(seen_price=0.0).action_send_anyway()
        self.assertFalse(self.small.approved_price)
        self.assertTrue(self.small.sell_out_approved)

    def test_an_approval_ends_with_protection(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.action_send_anyway()
        self.small.action_protect()
        self.detect()
        self.style.list_price = 99.0
        self.detect()
        self.style.list_price = 20.0
        self.small.action_unprotect()
        self.assert_held("from 99.00 to 20.00")

    def test_an_approval_ends_with_the_listing(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.action_send_anyway()
        self.small.action_end()
        self.send_and_accept("end")
        self.assertEqual(self.small.listing_status, "inactive")
        self.small.action_update_now()
        self.assertNotIn("Price", self.send_and_accept("update")[DRESS])

    def test_an_approved_first_price_is_not_approved_for_good(self):
        self.small.write(
            {
                "listed_price": 0,
                "product_status": "awaiting_creation",
                "listing_status": "inactive",
                "content_status": "error",
                "content_error": "x",
                "rrp": 999.0,
            }
        )
        self.small.with_context(seen_price=99.0).action_send_anyway()
        self.small.content_status = "error"
        self.style.list_price = 500.0
        self.detect()
        self.style.list_price = 99.0
        self.detect()
        problems = self.small._check_for_sending()[self.small.id]
        self.assertIn("only 9 %", str(problems))

    def test_an_approval_ends_when_the_listing_is_closed(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.action_send_anyway()
        self.small.action_close()
        self.small.action_reopen()
        self.assertEqual(self.send_and_accept("price"), {})

    def test_nothing_can_be_approved_of_a_closed_listing(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.action_close()
        with self.assertRaisesRegex(UserError, "Nothing that you have seen waits"):
            self.small.with_context(seen_price=20.0).action_send_anyway()

    def test_approving_a_price_sends_no_content_that_was_rejected(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.qc_status = "rejected"
        self.small.action_send_anyway()
        self.assertEqual(self.marked(self.small), {"price": "pending"})

    def test_a_product_that_is_gone_has_a_first_price_again(self):
        self.small.rrp = 129.0
        self.detect()
        self.send_and_accept("price")
        row = self.env["iconic.mismatch"].create(
            {
                "account_id": self.account.id,
                "listing_id": self.small.id,
                "part": "status",
                "found": "deleted",
                "found_at": precise_now(),
            }
        )
        row.action_resync()
        self.assertEqual(self.small.product_status, "removed")
        self.assertFalse(self.small.last_wanted_price)
        self.assertFalse(self.small.listed_price)
        self.small.rrp = 999.0
        problems = self.small._check_for_sending()[self.small.id]
        self.assertIn("only 9 %", str(problems))

    def test_the_fall_of_a_linked_product_is_measured_from_what_shoppers_pay(self):
        for start, end in (
            ("2026-10-01 00:00:00", "2026-10-08 00:00:00"),
            ("2026-12-01 00:00:00", "2026-12-08 00:00:00"),
        ):
            self.small.write(
                {
                    "listed_sale_price": 20.0,
                    "listed_sale_start": start,
                    "listed_sale_end": end,
                    "last_wanted_price": 0,
                }
            )
            self.style.list_price = 19.0
            self.assert_held("from 99.00 to 19.00")

    def test_what_was_wanted_before_protection_is_forgotten(self):
        self.detect()
        self.small.protect_price = True
        self.small.listed_price = 500.0
        self.detect()
        self.small.protect_price = False
        self.assert_held("from 500.00 to 99.00")


class TestPromotionsThatWait(CurveCase):
    def test_a_promotion_is_measured_from_the_price_before_it(self):
        self.detect()
        self.style.list_price = 150.0
        self.rule(50.0, **WEEKEND)
        self.detect()
        self.assertEqual(self.send_and_accept("price")[DRESS], {"Price": "150.00"})
        self.detect()
        self.assertIn("from 150.00 to 50.00", self.small.price_error)
        self.assertEqual(self.send_and_accept("price"), {})

    def test_creation_sends_no_promotion_that_the_next_comparison_holds(self):
        self.small.listed_price = 0
        self.small.write({"product_status": "awaiting_creation"})
        self.rule(30.0, **WEEKEND)
        wanted = self.small._wanted_products()[self.small.id]
        self.assertFalse(wanted.sale_price)

    def test_its_message_does_not_hide_why_the_present_price_waits(self):
        self.style.list_price = 20.0
        self.rule(5.0, **WEEKEND)
        for _again in range(2):
            self.detect()
            self.assertIn("from 99.00 to 20.00", self.small.price_error)

    def test_its_message_does_not_hide_why_a_price_was_refused(self):
        self.style.list_price = 95.0
        self.detect()
        feed = self.send_by("price")
        feed.line_ids._close_with_error("Too odd")
        feed._finish("done")
        self.rule(5.0, **WEEKEND)
        self.detect()
        self.assertIn("Too odd", self.small.price_error)

    def test_its_message_goes_with_it(self):
        rule = self.rule(5.0, **WEEKEND)
        self.detect()
        self.assertTrue(self.small.price_error)
        rule.unlink()
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.price_error)

    def test_one_that_waits_leaves_the_rrp_beside_the_price(self):
        self.small.rrp = 200.0
        self.detect()
        self.send_and_accept("price")
        self.rule(5.0, iconic_runs_by_itself=True, **WEEKEND)
        with self.at("2026-11-03 10:00:00"):
            self.detect()
            self.assertEqual(self.send_and_accept("price"), {})
            self.assertIn("from 99.00 to 5.00", self.small.price_error)


class TestRunsByItself(CurveCase):
    def test_a_rule_that_does_not_set_the_price_takes_no_rrp_away(self):
        self.rule(99.0, applied_on="1_product")
        self.small.rrp = 200.0
        self.detect()
        self.send_and_accept("price")
        self.rule(
            79.0,
            applied_on="3_global",
            product_tmpl_id=False,
            iconic_runs_by_itself=True,
            **WEEKEND,
        )
        for moment in ("2026-11-03 10:00:00", "2026-11-05 10:00:00"):
            with self.at(moment):
                self.assert_no_change()


class TestOddPrices(CurveCase):
    def test_a_negative_price_is_none(self):
        self.rule(-5.0)
        self.detect()
        self.assertEqual(self.send_and_accept("price"), {})
        self.assertIn("is -5.00, but has to be above 0", self.small.price_error)
        self.assertFalse(self.small.held_price)
        self.pricelist.item_ids.unlink()
        self.assert_no_change()

    def test_a_promotion_is_never_negative(self):
        self.rule(-5.0, **WEEKEND)
        self.assert_no_change()
        self.assertFalse(self.small.held_price)

    def test_after_a_negative_price_any_price_may_follow(self):
        self.rule(-5.0)
        self.detect()
        self.assertFalse(self.small.last_wanted_price < 0)

    def test_next_negative_price_is_not_announced(self):
        self.style.list_price = 0
        self.rule(-5.0, **WEEKEND)
        self.detect()
        self.send_and_accept("price")
        self.assertIn("price is 0", self.small.price_error)
        self.assertNotIn("-5", self.small.price_error)

    def test_a_fraction_of_a_cent_is_not_below_cost(self):
        self.env.ref("product.decimal_price").digits = 4
        self.small.product_id.standard_price = 90.0033
        self.assertEqual(self.small.product_id.standard_price, 90.0033)
        self.style.list_price = 90.0
        self.assert_price_sent(Price="90.00")

    def test_a_limit_above_all_prices_holds_them(self):
        self.style.list_price = 95.0
        for record in (self.account, self.small):
            record.minimum_price = 1e9
            self.detect()
            self.assertIn("below the limit", self.small.price_error)
            self.assertEqual(self.send_and_accept("price"), {})

    def test_a_promotion_until_the_end_of_the_year_names_no_year(self):
        self.rule(50.0, date_start="2026-12-30", date_end="2026-12-31 23:59:59")
        outlook = self.small.with_context(tz="UTC").price_outlook
        self.assertNotIn("2026", outlook)
        self.assertIn("31 December, then", outlook)

    def test_a_promotion_of_a_few_cents_does_not_count_as_a_price(self):
        self.rule(0.004, **WEEKEND)
        self.assert_no_change()


class TestProtectedPrices(CurveCase):
    def test_protecting_the_price_ends_its_error(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.protect_price = True
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.has_error)

    def test_protecting_a_pending_price_sends_nothing(self):
        self.style.list_price = 90.0
        self.detect()
        self.small.action_protect()
        self.assertNotIn(DRESS, self.send_and_accept("price"))

    def test_retry_sends_no_price_that_waited_before_it_was_protected(self):
        self.style.list_price = 20.0
        self.detect()
        self.small.protect_price = True
        self.small.action_retry()
        self.assertEqual(self.send_and_accept("price"), {})

    def test_without_a_price_in_odoo_content_is_sent_all_the_same(self):
        self.small.protect_price = True
        self.style.list_price = 0.0
        self.style.name = "Another name"
        self.detect()
        sent = self.send_and_accept("update").get(DRESS)
        self.assertEqual((sent or {}).get("Name"), "Another name")
