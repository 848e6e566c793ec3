"""A copy of a database never goes live: neutralised, copied, archived or without key.

Design, section 3.
"""

from common import API_KEY, USER_ID, FeedCase

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries

JOBS = ("create", "image", "feed_reader")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
UNSENT = ("awaiting_creation", "inactive", "pending")


class BlockedCase(FeedCase):
    def setUp(self):
        super().setUp()
        self.account.action_send_products()

    def assert_silent(self):
        self.sandbox.requests.clear()
        for job in JOBS:
            self.run_cron(job)
        self.assertEqual(list(self.sandbox.requests), [])

    def assert_buttons_refuse(self, word):
        for button in ("action_send_products", "action_test_connection"):
            with self.assertRaisesRegex(UserError, word):
                getattr(self.account, button)()
        self.assertEqual(list(self.sandbox.requests), [])

    def assert_speaks(self):
        self.run_cron("create")
        self.assertEqual(len(self.calls("ProductCreate")), 1)


class TestNeutralised(BlockedCase):
    def neutralise(self, *modules):
        """Neutralise like Odoo, and undo the part of its base module."""
        self.env.flush_all()
        for query in get_neutralization_queries(modules):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        # Somebody may enable the jobs again for a test.
        for job in JOBS:
            self.env.ref(f"iconic_connector.ir_cron_{job}").active = True

    def test_it_has_neither_key_nor_live_host(self):
        self.neutralise("iconic_connector")
        self.assertFalse(self.account.api_key)
        self.assertTrue(self.account.use_staging)
        self.assertIn("staging", self.account.api_url)
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertTrue(self.account.hold_reason)

    def test_it_sends_nothing(self):
        self.neutralise("base", "iconic_connector")
        self.account.api_url = self.server.url
        self.assert_silent()

    def test_it_sends_nothing_even_with_a_new_key(self):
        self.neutralise("base", "iconic_connector")
        self.account.write(
            {"api_url": self.server.url, "user_login": USER_ID, "api_key": API_KEY}
        )
        self.account.action_confirm_database()
        self.assert_silent()
        self.assert_buttons_refuse("neutralised")

    def test_the_add_ons_own_script_is_sufficient(self):
        self.neutralise("iconic_connector")
        self.account.api_url = self.server.url
        self.assert_silent()
        self.assert_buttons_refuse("API key")

    def test_what_was_in_flight_is_left_to_the_original(self):
        self.run_cron("create")
        self.sandbox.faults.add("cut_after", action="ProductCreate")
        self.make_style("MORE", "S")
        self.account.action_send_products()
        self.run_cron("create")
        self.assertEqual(self.feeds().mapped("state"), ["processing", "sending"])
        self.neutralise("base", "iconic_connector")
        self.assertEqual(self.feeds().mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(set(self.feeds().line_ids.mapped("state")), {"cancelled"})
        self.assertEqual(
            set(self.statuses(self.account.listing_ids).values()), {UNSENT}
        )
        self.assertTrue(all(self.feeds().mapped("message")))

    def test_first_pictures_in_flight_are_reset_to_created(self):
        self.run_cron("create")
        self.let_marketplace_work()
        self.read_feeds()
        self.run_cron("image")
        self.neutralise("base", "iconic_connector")
        self.assert_statuses(("created", "inactive", "pending"))

    def test_every_flag_that_was_sent_is_pending_again(self):
        flags = ("content", "price", "quantity", "image", "end", "remove")
        listing = self.listing(self.small)
        listing.write({f"{flag}_status": "sent" for flag in flags})
        self.neutralise("iconic_connector")
        states = {listing[f"{flag}_status"] for flag in flags}
        self.assertEqual(states, {"pending"})

    def test_a_live_and_a_staging_account_of_one_user_can_both_be_neutralised(self):
        self.account.copy(
            {
                "name": "Staging",
                "use_staging": True,
                "api_url": "https://sellercenter-api-staging.theiconic.com.au",
                "user_login": self.account.user_login,
                "api_key": API_KEY,
            }
        )
        self.neutralise("iconic_connector")
        accounts = self.env["iconic.account"].search([])
        self.assertEqual(set(accounts.mapped("api_key")), {False})


class TestCopied(BlockedCase):
    def test_another_database_uuid_blocks_sending_until_a_manager_confirms(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.assert_copy()

    def test_another_database_name_blocks_sending_until_a_manager_confirms(self):
        self.account.database_name = "production"
        self.assert_copy()

    def assert_copy(self):
        self.account.invalidate_recordset()
        self.assertTrue(self.account.is_copy)
        self.assert_silent()
        self.assert_buttons_refuse("copy")
        self.account.action_confirm_database()
        self.assertFalse(self.account.is_copy)
        self.assert_speaks()

    def test_feeds_of_a_copy_are_neither_read_nor_recovered(self):
        self.sandbox.faults.add("cut_after", action="ProductCreate")
        self.run_cron("create")
        self.end_lease(self.feeds())
        self.forget_backoff()
        self.account.database_name = "production"
        self.assert_silent()
        self.assertEqual(self.feeds().state, "sending")

    def test_the_database_in_which_credentials_are_entered_may_send(self):
        self.account.database_name = "production"
        self.account.api_key = API_KEY
        self.assertFalse(self.account.is_copy)
        self.assert_speaks()

    def test_a_copied_account_has_no_credentials(self):
        copied = self.account.copy()
        self.assertFalse(copied.api_key)
        self.assertFalse(copied.user_login)


class TestOtherBlocking(BlockedCase):
    def test_an_archived_account_sends_and_reads_nothing(self):
        self.account.active = False
        self.assert_silent()
        self.assert_statuses(UNSENT)
        self.account.active = True
        self.assert_speaks()

    def test_feeds_of_an_archived_account_are_not_read(self):
        self.run_cron("create")
        self.account.active = False
        self.feeds().next_poll_at = "2020-01-01"
        self.assert_silent()
        self.assert_statuses(IN_FLIGHT)

    def test_without_a_key_or_a_user_nothing_is_sent(self):
        for name in ("api_key", "user_login"):
            before = self.account[name]
            self.account[name] = False
            self.assert_silent()
            self.assert_buttons_refuse("API key")
            self.account[name] = before
        self.assert_speaks()

    def test_a_new_account_makes_no_calls_until_products_are_sent(self):
        self.account.listing_ids.unlink()
        self.assert_silent()
