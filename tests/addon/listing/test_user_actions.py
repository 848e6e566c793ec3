"""What a user can do with one listing and with many, without special rights."""

from selling import ComparingCase

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.iconic_connector.domain.statuses import FLAGS

PROTECTIONS = (
    "protect_content",
    "protect_price",
    "protect_quantity",
    "protect_images",
)
NOTHING = "Nothing to do"


class TestUserActions(ComparingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "seller", groups="iconic_connector.iconic_connector_group_user"
        )

    def setUp(self):
        super().setUp()
        self.both = (self.small | self.medium).with_user(self.user)
        self.mine = self.small.with_user(self.user)
        self.env["ir.cron.trigger"].search([]).unlink()

    def end(self, listings):
        listings.write({"listing_status": "inactive", "listed_quantity": 0})

    def fail(self, listings, flag="price"):
        listings.write({f"{flag}_status": "error", f"{flag}_error": "Too odd"})

    def test_retry_marks_every_failed_kind_as_pending(self):
        for flag in FLAGS:
            self.fail(self.small, flag)
        self.fail(self.medium, "image")
        self.both.action_retry()
        self.assertEqual(self.marked(self.small), dict.fromkeys(FLAGS, "pending"))
        self.assertEqual(self.marked(self.medium), {"image": "pending"})
        self.assertFalse(self.small.error)
        self.assertIn("price", self._triggered())

    def test_retry_does_not_change_what_did_not_fail(self):
        self.small.price_status = "sent"
        self.fail(self.small, "quantity")
        self.mine.action_retry()
        self.assertEqual(
            self.marked(self.small), {"price": "sent", "quantity": "pending"}
        )

    def test_update_now_marks_the_whole_product(self):
        self.both.action_update_now()
        for listing in self.both:
            self.assertEqual(self.marked(listing), {"content": "pending"})
        self.assertEqual(self._triggered(), ["update"])

    def test_update_now_sends_even_what_has_not_changed(self):
        self.mine.action_update_now()
        self.detect()
        self.assertEqual(list(self.send_and_accept("update")), ["DRESS-Navy-S"])

    def test_end_marks_what_is_on_sale(self):
        self.both.action_end()
        for listing in self.both:
            self.assertEqual(self.marked(listing), {"end": "pending"})
        self.assertEqual(self._triggered(), ["end"])

    def test_relist_marks_what_has_ended(self):
        self.end(self.small)
        self.mine.action_relist()
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertEqual(self._triggered(), ["stock"])

    def test_remove_marks_what_is_published_ended_or_not(self):
        self.end(self.small)
        self.both.action_remove()
        for listing in self.both:
            self.assertEqual(self.marked(listing), {"remove": "pending"})
        self.assertEqual(self._triggered(), ["remove"])

    def test_of_many_only_those_in_the_right_state_are_marked(self):
        self.end(self.small)
        self.both.action_relist()
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.assertEqual(self.marked(self.medium), {})
        self.both.action_end()
        self.assertEqual(self.marked(self.medium), {"end": "pending"})
        self.assertNotIn("end", self.marked(self.small))

    def test_nothing_to_do_is_an_error_message(self):
        self.small.product_status = "awaiting_creation"
        self.small.listing_status = "inactive"
        for action in ("update_now", "end", "relist", "remove"):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(UserError, NOTHING),
            ):
                getattr(self.mine, f"action_{action}")()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self._triggered(), [])

    def test_an_end_on_its_way_is_not_requested_twice(self):
        self.small.end_status = "sent"
        with self.assertRaisesRegex(UserError, NOTHING):
            self.mine.action_end()

    def test_an_end_is_sent_although_the_quantity_is_protected(self):
        self.small.protect_quantity = True
        self.mine.action_end()
        self.assertEqual(
            self.send_and_accept("end"), {"DRESS-Navy-S": {"Quantity": "0"}}
        )
        self.assertEqual(self.small.listing_status, "inactive")

    def test_closed_ones_are_left_alone_until_they_are_reopened(self):
        self.both.action_close()
        self.assertTrue(self.small.closed and self.medium.closed)
        with self.assertRaisesRegex(UserError, NOTHING):
            self.both.action_end()
        self.both.action_reopen()
        self.both.action_end()
        self.assertEqual(self.marked(self.small), {"end": "pending"})

    def test_protecting_and_unprotecting_change_all_parts(self):
        self.both.action_protect()
        for listing in self.both:
            self.assertEqual([listing[name] for name in PROTECTIONS], [True] * 4)
        self.both.action_unprotect()
        for listing in self.both:
            self.assertEqual([listing[name] for name in PROTECTIONS], [False] * 4)
        self.assertEqual(self.marked(self.small), {})

    def wizard(self, change):
        """Ask for a change of both listings, as from the list."""
        return (
            self.env["iconic.listing.change"]
            .with_user(self.user)
            .with_context(active_ids=self.both.ids)
            .create({"change": change})
        )

    def test_the_confirmation_counts_those_that_would_change(self):
        self.end(self.small)
        counts = {
            change: (
                self.wizard(change).selected_count,
                self.wizard(change).ready_count,
            )
            for change in ("end", "relist", "remove", "update_now", "retry", "reopen")
        }
        self.assertEqual(
            counts,
            {
                "end": (2, 1),
                "relist": (2, 1),
                "remove": (2, 2),
                "update_now": (2, 2),
                "retry": (2, 0),
                "reopen": (2, 0),
            },
        )
        self.assertEqual(self.marked(self.small), {}, "Counting changes nothing")

    def test_confirming_changes_them(self):
        self.end(self.small)
        message = self.wizard("end").action_confirm()["params"]["message"]
        self.assertIn("1", message)
        self.assertEqual(self.marked(self.medium), {"end": "pending"})
        self.assertEqual(self.marked(self.small), {})

    def test_confirming_what_is_possible_for_none_changes_none(self):
        self.assertEqual(
            self.wizard("relist").action_confirm()["params"]["type"], "warning"
        )
        self.assertEqual(self.marked(self.small), {})

    def test_the_confirmation_does_not_count_what_is_on_its_way(self):
        self.small.end_status = "sent"
        self.assertEqual(self.wizard("end").ready_count, 1)
        self.medium.end_status = "sent"
        wizard = self.wizard("end")
        self.assertEqual(wizard.ready_count, 0)
        self.assertEqual(wizard.action_confirm()["params"]["type"], "warning")

    def test_send_anyway_tells_the_prices_that_wait_and_sends_these(self):
        self.style.list_price = 20.0
        self.detect()
        wizard = self.wizard("send_anyway")
        self.assertRegex(wizard.held_prices, r"wait: 2, from .*20.00 to .*20.00")
        message = wizard.action_confirm()["params"]["message"]
        self.assertEqual(message, "Send anyway: 2 listings.")
        sent = self.send_and_accept("price")
        self.assertEqual({one["Price"] for one in sent.values()}, {"20.00"})

    def test_send_anyway_counts_only_what_waits_for_approval(self):
        self.fail(self.small, "end")
        self.assertEqual(self.wizard("send_anyway").ready_count, 0)
        self.medium.price = 20.0
        self.detect()
        wizard = self.wizard("send_anyway")
        self.assertEqual((wizard.selected_count, wizard.ready_count), (2, 1))

    def test_send_anyway_sends_no_price_that_has_changed_since_it_was_shown(self):
        self.style.list_price = 20.0
        self.detect()
        wizard = self.wizard("send_anyway")
        self.assertIn("20.00", wizard.held_prices)
        self.style.list_price = 2.0
        self.assertEqual(wizard.action_confirm()["params"]["type"], "warning")
        self.assertEqual(self.send_and_accept("price"), {})

    def test_send_anyway_leaves_alone_what_failed_for_other_reasons(self):
        self.fail(self.small, "end")
        self.style.list_price = 20.0
        self.detect()
        self.wizard("send_anyway").action_confirm()
        self.assertEqual(self.small.price_status, "pending")
        self.assertEqual(self.small.end_status, "error")


class TestActivities(ComparingCase):
    """One activity for each account and cause, never one for each listing."""

    def error_activities(self, account=None):
        kind = self.env.ref("iconic_connector.mail_activity_type_errors")
        return (account or self.account).activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def fail(self, *listings):
        for listing in listings:
            listing.write({"end_status": "error", "end_error": "Not now"})
        self.detect()

    def test_many_errors_are_one_activity_with_their_number(self):
        self.fail(self.small, self.medium)
        self.assertEqual(len(self.error_activities()), 1)
        self.assertIn("2", self.error_activities().summary)

    def test_the_number_is_renewed_and_no_activity_added(self):
        self.fail(self.small)
        first = self.error_activities()
        self.assertIn("1", first.summary)
        self.fail(self.medium)
        self.assertEqual(self.error_activities(), first)
        self.assertIn("2", first.summary)

    def test_it_is_closed_when_everything_is_fixed(self):
        self.fail(self.small)
        self.small.write({"end_status": "not_needed", "end_error": False})
        self.detect()
        self.assertFalse(self.error_activities())

    def test_the_responsible_user_gets_it_or_a_manager(self):
        user = new_test_user(
            self.env, "seller", groups="iconic_connector.iconic_connector_group_user"
        )
        self.account.responsible_id = user
        self.fail(self.small)
        self.assertEqual(self.error_activities().user_id, user)
        self.error_activities().unlink()
        user.active = False
        self.fail(self.small)
        manager = self.error_activities().user_id
        self.assertTrue(
            manager.has_group("iconic_connector.iconic_connector_group_manager")
        )
        self.assertTrue(manager.active)

    def test_each_account_has_its_own(self):
        other = self.account.copy({"user_login": "other@shop.example"})
        self.fail(self.small)
        self.assertFalse(self.error_activities(other))

    def test_a_refused_connection_is_a_cause_of_its_own(self):
        self.fail(self.small)
        self.account._hold("The key is wrong.")
        self.account._hold("The key is wrong.")
        self.assertEqual(len(self.account.activity_ids), 2)
        self.account._resume()
        self.assertEqual(self.account.activity_ids, self.error_activities())
