"""An account that connects with an OAuth application: its page, token and shop.

SellerCenter REST, Authentication; merchant guide, Connect Iconic, step 4.
"""

from datetime import timedelta

from common import (
    API_KEY,
    APPLICATION_ID,
    APPLICATION_SECRET,
    CREDENTIALS,
    FeedCase,
    MarketplaceCase,
)

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

LIVE = "https://sellercenter-api.theiconic.com.au"
STAGING = "https://sellercenter-api-staging.theiconic.com.au"
PRE_PRODUCTION = "https://sellercenter-api-preprod.theiconic.com.au"
TOKEN_PATH = "/oauth/client-credentials"
OTHER_SHOP = 4712


class TestThePage(MarketplaceCase):
    def test_a_new_account_connects_with_an_application_by_default(self):
        with Form(self.env["iconic.account"]) as form:
            form.name = "New"
            self.assertEqual(form.api_type, "rest")
            self.assertEqual((form.api_url, form.token_url), (LIVE, LIVE + TOKEN_PATH))

    def test_each_api_shows_its_own_fields(self):
        own = {
            "rest": {"application_id", "application_secret", "token_url"},
            "action": {"user_login", "api_key"},
        }
        with Form(self.account) as form:
            for api_type, names in own.items():
                form.api_type = api_type
                hidden = {
                    name
                    for name in own["rest"] | own["action"]
                    if form._get_modifier(name, "invisible")
                }
                self.assertEqual(hidden, (own["rest"] | own["action"]) - names)

    def test_each_test_system_has_its_own_address(self):
        with Form(self.account) as form:
            form.use_staging = True
            self.assertEqual(form.api_url, STAGING)
            form.test_host = "preproduction"
            self.assertEqual(form.api_url, PRE_PRODUCTION)
            self.assertEqual(form.token_url, PRE_PRODUCTION + TOKEN_PATH)
            form.use_staging = False
            self.assertEqual(form.api_url, LIVE)

    def test_the_token_address_can_be_changed(self):
        self.account.token_url = "https://sellercenter.theiconic.com.au/oauth/token"
        self.account.name = "Renamed"
        self.assertEqual(
            self.account.token_url, "https://sellercenter.theiconic.com.au/oauth/token"
        )

    def test_a_copy_for_another_host_gets_its_tokens_there(self):
        other = self.account.copy({"api_url": "https://api.example"})
        self.assertEqual(other.token_url, "https://api.example" + TOKEN_PATH)

    def test_without_an_application_nothing_is_called(self):
        self.account.write({"api_type": "rest", "application_id": APPLICATION_ID})
        with self.assertRaisesRegex(UserError, "ID and the secret"):
            self.account.action_test_connection()
        self.assertEqual(self.calls(), [])


class ApplicationCase(FeedCase):
    api_type = "rest"
    connection_state = "untested"

    def press_test(self):
        """Press Test Connection, and return the type and text of the notification."""
        params = self.account.action_test_connection()["params"]
        for word in ("Traceback", "Exception", APPLICATION_SECRET, "Bearer"):
            self.assertNotIn(word, params["message"])
        return params["type"], params["message"]

    def assert_trouble(self, *words):
        kind, message = self.press_test()
        self.assertEqual(kind, "danger")
        for word in words:
            self.assertIn(word, message)
        self.assertNotEqual(self.account.connection_state, "connected")

    def token(self):
        return self.env["iconic.access.token"].search(
            [("account_id", "=", self.account.id)]
        )

    def tokens_asked_for(self):
        return len(self.calls("Token"))


class TestTheConnectionTest(ApplicationCase):
    def test_a_good_application_shows_its_shop(self):
        kind, message = self.press_test()
        self.assertEqual(kind, "success")
        self.assertIn("Sandbox Fashion", message)
        self.assertRecordValues(
            self.account,
            [
                {
                    "connection_state": "connected",
                    "shop_id": "4711",
                    "shop_name": "Sandbox Fashion",
                }
            ],
        )

    def test_a_wrong_secret_is_reported(self):
        self.account.application_secret = "wrong"
        self.assert_trouble("Application")
        self.assertEqual(self.account.connection_state, "on_hold")

    def test_an_application_without_the_right_role_is_reported(self):
        self.sandbox.faults.add("status", code=403, action="GetSeller", times=None)
        self.assert_trouble("role")
        self.assertEqual(self.account.connection_state, "on_hold")

    def test_a_wrong_token_address_is_reported(self):
        self.account.token_url = self.server.url + "nothing/here"
        self.assert_trouble("token")

    def test_a_host_that_cannot_be_reached_is_reported(self):
        self.leave_marketplace()
        self.assert_trouble("127.0.0.1", "reached")
        self.assertEqual(self.account.connection_state, "untested")

    def test_maintenance_is_reported(self):
        self.sandbox.faults.add("status", code=503, action="GetSeller", times=None)
        self.assert_trouble("maintenance")


class TestTheToken(ApplicationCase):
    def test_all_jobs_share_one_token(self):
        self.send()
        self.let_marketplace_work()
        self.read_feeds()
        self.run_cron("image")
        self.assertGreater(len(self.calls()), 5)
        self.assertEqual(self.tokens_asked_for(), 1)

    def test_a_revoked_token_is_replaced_and_the_feed_goes_out_once(self):
        self.press_test()
        self.sandbox.tokens.clear()
        self.send()
        self.assertEqual(self.feeds().state, "processing")
        self.assertEqual(self.tokens_asked_for(), 2)
        self.assertEqual(len(self.sandbox.feeds), 1)

    def test_a_token_is_renewed_before_its_end(self):
        self.press_test()
        self.token().expires_at = fields.Datetime.now() + timedelta(seconds=30)
        self.send()
        self.assertEqual(self.tokens_asked_for(), 2)
        self.assertNotIn(401, [call.status for call in self.calls()])

    def test_new_credentials_do_not_use_the_old_token(self):
        self.press_test()
        self.account.application_secret = "wrong"
        self.send()
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertEqual(self.feeds().mapped("state"), ["refused"])

    def test_nobody_can_read_a_token(self):
        self.press_test()
        self.assertTrue(self.token().value)
        manager = self.env.ref("base.user_admin")
        manager.group_ids += self.env.ref(
            "iconic_connector.iconic_connector_group_manager"
        )
        token = self.token().with_user(manager)
        for read in (lambda: token.read(), lambda: token.search([]), token.unlink):
            with self.assertRaises(AccessError):
                read()

    def test_without_a_token_nothing_is_sent(self):
        self.sandbox.faults.add("cut_after", action="Token", times=None)
        feed = self.send()
        self.assertEqual(feed.state, "cancelled")
        self.assertEqual(set(feed.line_ids.mapped("state")), {"cancelled"})
        self.assertTrue(self.account.retry_at)
        self.assertFalse(self.sandbox.feeds)


class TestTheShop(ApplicationCase):
    def switch_shop(self):
        self.sandbox.settings.active_shop = OTHER_SHOP

    def test_another_shop_than_the_first_is_refused_with_a_reason(self):
        self.press_test()
        self.switch_shop()
        feed = self.send()
        self.assertEqual(feed.state, "refused")
        self.assertFalse(self.sandbox.feeds)
        self.assertEqual(self.account.connection_state, "on_hold")
        for word in ("Sandbox Outlet", "4711"):
            self.assertIn(word, self.account.hold_reason)
        self.assertEqual(
            set(self.account.listing_ids.mapped("content_status")), {"pending"}
        )

    def test_the_first_shop_again_and_a_test_end_the_hold(self):
        self.press_test()
        self.switch_shop()
        self.send()
        self.sandbox.settings.active_shop = 4711
        self.assertEqual(self.press_test()[0], "success")
        self.run_cron("create")
        self.assertEqual(len(self.sandbox.feeds), 1)

    def test_the_shop_is_stored_even_without_a_test(self):
        self.send()
        self.assertEqual(self.account.shop_id, "4711")

    def test_an_account_without_listings_may_change_its_shop(self):
        self.press_test()
        self.switch_shop()
        self.account.application_secret = APPLICATION_SECRET
        self.assertEqual(self.press_test()[0], "success")
        self.assertEqual(self.account.shop_id, str(OTHER_SHOP))

    def test_new_credentials_of_another_shop_are_refused_once_products_are_listed(self):
        self.send()
        self.switch_shop()
        self.account.application_secret = APPLICATION_SECRET
        self.assertEqual(self.press_test()[0], "danger")
        self.assertEqual(self.account.shop_id, "4711")


class TestHolds(ApplicationCase):
    def test_a_wrong_secret_resets_the_feed_and_new_credentials_resume(self):
        self.account.application_secret = "wrong"
        feed = self.send()
        self.assertEqual(feed.state, "refused")
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertEqual(len(self.account.activity_ids), 1)
        self.account.application_secret = APPLICATION_SECRET
        self.run_cron("create")
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.activity_ids)
        self.assertEqual(len(self.sandbox.feeds), 1)


class TestMovingToAnotherApi(FeedCase):
    """Listings stay, and nothing is sent a second time."""

    PUBLISHED = ("published", "active", "not_needed")

    def publish(self):
        self.account.action_send_products()
        self.run_until_quiet()
        self.assert_statuses(self.PUBLISHED)

    def read_elsewhere(self, first, second):
        """Send with one API, and read the answer with the other."""
        self.connect_with(first)
        feed = self.send()
        self.connect_with(second)
        self.let_marketplace_work()
        self.read_feeds()
        self.assertEqual(feed.state, "done")
        self.assertEqual(len(self.sandbox.feeds), 1)

    def test_an_application_reads_what_a_key_has_sent(self):
        self.read_elsewhere("action", "rest")

    def test_a_key_reads_what_an_application_has_sent(self):
        self.read_elsewhere("rest", "action")

    def test_changing_the_api_sends_nothing(self):
        self.publish()
        known = len(self.sandbox.feeds)
        for api_type in ("rest", "action"):
            self.connect_with(api_type)
            self.run_cron("detect")
            self.run_until_quiet()
            self.assertEqual(len(self.sandbox.feeds), known)
        self.assert_statuses(self.PUBLISHED)

    def drop_next_answer(self, action):
        """Have the connection cut before the answer to the next feed of an action."""
        self.sandbox.faults.add("cut_after", action=action)

    def recover(self, feed):
        self.forget_backoff()
        self.end_lease(feed)
        self.read_feeds()

    def recover_elsewhere(self, first, second):
        """Send a feed without an answer with one API, and recover it with the other."""
        self.connect_with(first)
        self.drop_next_answer("ProductCreate")
        feed = self.send()
        self.assertEqual(feed.state, "sending")
        self.connect_with(second)
        self.recover(feed)
        self.assertEqual(feed.state, "processing")
        self.assertEqual(feed.external_id, next(iter(self.sandbox.feeds)))
        self.assertEqual(len(self.sandbox.feeds), 1)

    def test_an_application_recovers_a_feed_sent_with_a_key(self):
        self.recover_elsewhere("action", "rest")

    def test_a_key_recovers_a_feed_sent_with_an_application(self):
        self.recover_elsewhere("rest", "action")

    def test_unconfirmed_pictures_of_the_other_api_go_in_a_new_feed(self):
        self.connect_with("action")
        self.send()
        self.let_marketplace_work()
        self.read_feeds()
        self.sandbox.faults.add("cut_before", action="Image")
        self.run_cron("image")
        feed = self.feeds("image")
        self.assertEqual((feed.state, feed.payload_name[-3:]), ("sending", "xml"))
        self.connect_with("rest")
        self.recover(feed)
        self.assertEqual(feed.state, "cancelled")
        self.run_until_quiet()
        self.assert_statuses(self.PUBLISHED)
        again = self.feeds("image") - feed
        self.assertEqual((again.state, again.payload_name[-3:]), ("done", "csv"))

    def test_secrets_of_both_apis_stay_on_the_account(self):
        self.connect_with("rest")
        self.connect_with("action")
        self.assertRecordValues(
            self.account, [{**CREDENTIALS["rest"], **CREDENTIALS["action"]}]
        )
        self.assertEqual(self.account.api_key, API_KEY)
