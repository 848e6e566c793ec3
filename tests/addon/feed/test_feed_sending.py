"""The outcomes of sending a feed, and what is stored before it is sent.

Design, section 5, steps 2 and 3: accepted, refused, surely not accepted, unknown.
"""

from datetime import datetime, timedelta, timezone
from functools import partial

from common import CREDENTIALS, FeedCase, contract, elements, over_both_apis

from odoo import fields
from odoo.fields import Command

from odoo.addons.iconic_connector.models.account import iconic_account_connection
from odoo.addons.iconic_connector.seller_center.records import FeedMessage, FeedReceipt

SKUS = FeedCase.skus
SMALL = FeedCase.small
UNSENT = ("awaiting_creation", "inactive", "pending")
IN_FLIGHT = ("awaiting_creation", "inactive", "sent")
FAILED = ("awaiting_creation", "inactive", "error")

# Product feeds spec, Error Response, and SellerCenter's own error codes.
ACCESS_ERRORS = {
    1: "E001: Parameter UserID is mandatory",
    2: "E002: Invalid Version",
    3: "E003: Timestamp has expired",
    4: "E004: Invalid Timestamp format",
    7: "E007: Login failed. Signature mismatching",
    9: "E009: Access Denied",
    10: "E010: Insecure Channel",
    11: "E011: Request too Big",
}


class Killed(Exception):
    """The process is killed in the middle of its work."""


class TestBeforeSending(FeedCase):
    def test_feed_lines_and_flags_are_stored_before_sending(self):
        seen = {}

        def send_feed(action, payload):
            # What is not in the database itself would be lost with the process.
            execute = self.env.cr.execute
            execute("SELECT id, state, sending_since FROM iconic_feed")
            (seen["id"], seen["state"], seen["since"]) = self.env.cr.fetchone()
            execute("SELECT DISTINCT state FROM iconic_feed_line")
            seen["lines"] = self.env.cr.fetchall()
            execute("SELECT DISTINCT content_status FROM iconic_listing")
            seen["flags"] = self.env.cr.fetchall()
            seen["action"], seen["payload"] = action, payload
            return FeedReceipt("feed-1", action)

        self.replace_client(send_feed)
        feed = self.send()
        self.assertEqual((seen["id"], seen["state"]), (feed.id, "sending"))
        self.assertTrue(seen["since"])
        self.assertEqual((seen["lines"], seen["flags"]), ([("open",)], [("sent",)]))
        self.assertEqual(seen["action"], "ProductCreate")
        self.assertEqual(sorted(elements(seen["payload"])), SKUS)

    def test_what_was_stored_survives_a_killed_process(self):
        def send_feed(action, payload):
            raise Killed

        self.replace_client(send_feed)
        self.account.action_send_products()
        self.run_failing_cron("create")
        feed = self.feeds()
        self.assertEqual((feed.state, feed.external_id), ("sending", False))
        self.assertEqual(sorted(elements(feed._stored_payload())), SKUS)
        self.assertEqual(set(feed.line_ids.mapped("state")), {"open"})
        self.assert_statuses(IN_FLIGHT)

    def test_the_id_of_a_feed_survives_an_error_of_the_next(self):
        answers = iter([FeedReceipt("feed-1", "ProductCreate")])

        def send_feed(action, payload):
            for answer in answers:
                return answer
            raise Killed

        self.replace_client(send_feed)
        self.account.batch_size = 2
        self.account.action_send_products()
        self.run_failing_cron("create")
        self.assertEqual(
            [(feed.state, feed.external_id) for feed in self.feeds()],
            [("processing", "feed-1"), ("sending", False)],
        )

    def test_the_line_has_the_values_that_were_sent(self):
        self.product(SMALL).iconic_rrp = 129.0
        feed = self.send()
        line = feed.line_ids.filtered(lambda one: one.seller_sku == SMALL)
        sent = elements(feed._stored_payload())[SMALL]
        self.assertEqual(sent.findtext("ParentSku"), line.parent_sku)
        self.assertEqual((line.price, line.sale_price, line.quantity), (129, 99, 7))
        for value, name in (
            (line.sale_start, "SaleStartDate"),
            (line.sale_end, "SaleEndDate"),
        ):
            theirs = datetime.fromisoformat(sent.findtext(name))
            self.assertEqual(value.replace(tzinfo=timezone.utc), theirs)
        self.assertTrue(line.content_digest)


class TestAccepted(FeedCase):
    def test_warnings_of_the_answer_are_stored_and_stop_nothing(self):
        warning = FeedMessage("Colour was ignored", seller_sku=SMALL)
        self.replace_client(
            lambda action, payload: FeedReceipt("feed-1", action, warnings=(warning,))
        )
        feed = self.send()
        self.assertEqual((feed.state, feed.external_id), ("processing", "feed-1"))
        self.assertIn("Colour was ignored", feed.message)
        self.assert_statuses(IN_FLIGHT)


@over_both_apis
class TestRefused(FeedCase):
    def refuse(self, message, details=()):
        self.add_fault(
            "error",
            "ProductCreate",
            code=1000,
            type="Platform",
            message=message,
            details=details,
        )
        return self.send()

    @contract
    def test_only_the_products_that_the_answer_names_are_in_error(self):
        feed = self.refuse(
            "Format Error Detected",
            [
                {"field": "Name", "message": "Too dull", "sku": SMALL},
                {"field": "Brand", "message": "Too loud", "sku": SMALL},
            ],
        )
        self.assertEqual(self.statuses(self.listing(SMALL)), {SMALL: FAILED})
        self.assertEqual(
            {line.seller_sku: line.state for line in feed.line_ids},
            {SMALL: "error", "FEED-Navy-L": "cancelled", "FEED-Navy-M": "cancelled"},
        )
        others = self.account.listing_ids - self.listing(SMALL)
        self.assertEqual(set(others.mapped("error")), {False})
        error = self.listing(SMALL).content_error
        self.assertIn("Too dull", error)
        self.assertIn("Too loud", error)
        self.assertEqual(feed.state, "refused")
        self.assertEqual(feed.failed_count, 1)
        self.assertTrue(feed.completed_at)

    def test_the_others_go_with_the_next_feed(self):
        self.refuse(
            "Format Error Detected", [{"field": "Name", "message": "?", "sku": SMALL}]
        )
        self.run_until_quiet()
        self.assert_statuses(("published", "active", "not_needed"), **{SMALL: FAILED})

    @contract
    def test_type_code_and_message_are_joined_if_no_product_is_named(self):
        feed = self.refuse("Could not save product: the moon is full")
        self.assert_statuses(FAILED)
        joined = "Platform 1000 Could not save product: the moon is full"
        self.assertEqual(
            set(self.account.listing_ids.mapped("content_error")), {joined}
        )
        self.assertEqual((feed.state, feed.message), ("refused", joined))
        self.assertEqual(feed.failed_count, 3)

    def test_a_sku_that_is_not_in_the_feed_affects_no_other(self):
        self.refuse(
            "Could not save product: something odd",
            [{"field": "Name", "message": "Too dull", "sku": "WHO-KNOWS"}],
        )
        self.assert_statuses(FAILED)

    def test_a_refusal_does_not_put_the_account_on_hold(self):
        self.refuse("Could not save product: the moon is full")
        self.assertFalse(self.account.retry_at)
        self.assertNotEqual(self.account.connection_state, "on_hold")
        self.assertFalse(self.activities())


class AccessCase(FeedCase):
    def assert_held(self):
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertTrue(self.account.hold_reason)
        self.assertEqual(len(self.activities()), 1)
        self.assert_statuses(UNSENT)
        self.assertEqual(set(self.account.listing_ids.mapped("error")), {False})
        feed = self.feeds()
        self.assertEqual(feed.state, "refused")
        self.assertEqual(set(feed.line_ids.mapped("state")), {"cancelled"})
        self.assertEqual((feed.failed_count, feed.sending_since), (0, False))

    def assert_silent(self):
        before = len(self.sandbox.requests)
        for name in ("create", "image", "feed_reader"):
            self.run_cron(name)
        self.assertEqual(len(self.sandbox.requests), before)


@over_both_apis
class TestAccessRefused(AccessCase):
    #: The name of the secret in messages.
    words = {"action": "API key", "rest": "application secret"}

    def refuse_role(self):
        self.sandbox.faults.add("status", action="ProductCreate", code=403, times=None)

    def start_again(self):
        """Reset everything to the state before the first sending."""
        self.feeds().line_ids.unlink()
        self.feeds().unlink()
        self.activities().unlink()
        self.account._resume()
        self.sandbox.faults.clear()

    @contract
    def test_each_code_of_credentials_clock_role_and_host_holds_the_account(self):
        for code, message in ACCESS_ERRORS.items():
            with self.subTest(code=code):
                self.sandbox.faults.add(
                    "error",
                    action="ProductCreate",
                    times=None,
                    code=code,
                    type="Sender",
                    message=message,
                )
                self.send()
                self.assert_held()
                self.assert_silent()
                self.start_again()

    @contract
    def test_the_http_statuses_of_refused_access_hold_the_account(self):
        for code in (401, 403):
            with self.subTest(code=code):
                self.sandbox.faults.add(
                    "status", action="ProductCreate", times=None, code=code
                )
                self.send()
                self.assert_held()
                self.assert_silent()
                self.start_again()

    @contract
    def test_a_wrong_secret_is_named_in_plain_words(self):
        self.enter_secret("wrong")
        self.send()
        self.assert_held()
        self.assertIn(self.words[self.api_type], self.account.hold_reason)
        self.assertIn(self.words[self.api_type], self.activities().note)

    def test_the_responsible_user_gets_the_activity(self):
        user = self.env["res.users"].create(
            {"name": "Rita", "login": "rita", "email": "rita@example.com"}
        )
        self.account.responsible_id = user
        self.enter_secret("wrong")
        self.send()
        self.assertEqual(self.activities().user_id, user)

    def test_a_manager_gets_the_activity_if_the_responsible_user_is_archived(self):
        gone = self.env["res.users"].create({"name": "Gus", "login": "gus"})
        self.account.responsible_id = gone
        self.enter_secret("wrong")
        gone.active = False
        self.send()
        manager = self.activities().user_id
        self.assertTrue(manager.active)
        self.assertTrue(
            manager.has_group("iconic_connector.iconic_connector_group_manager")
        )

    def test_a_second_refusal_makes_no_second_activity(self):
        self.enter_secret("wrong")
        self.send()
        self.account.action_test_connection()
        self.enter_secret("wrong again")
        self.run_cron("create")
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertEqual(len(self.activities()), 1)

    def test_the_activity_shows_the_latest_reason(self):
        self.enter_secret("wrong")
        self.send()
        self.enter_secret()
        self.refuse_role()
        self.run_cron("create")
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("role", self.activities().note)

    def test_the_marketplaces_message_is_text_and_not_html(self):
        self.account._hold("Wrong <b>key</b><img src=x onerror=alert(1)>")
        self.assertNotIn("<img", self.activities().note)
        self.assertIn("&lt;b&gt;key", self.activities().note)

    @contract
    def test_new_credentials_resume_automatically(self):
        self.enter_secret("wrong")
        self.send()
        self.enter_secret()
        self.run_until_quiet()
        self.assert_statuses(("published", "active", "not_needed"))
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.hold_reason)
        self.assertFalse(self.activities())

    def test_a_successful_connection_test_resumes_and_triggers_the_jobs(self):
        self.refuse_role()
        self.send()
        self.assert_held()
        self.sandbox.faults.clear()
        self.env["ir.cron.trigger"].search([]).unlink()
        self.account.action_test_connection()
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.activities())
        woken = self.env["ir.cron.trigger"].search([]).cron_id
        for name in ("create", "image", "feed_reader"):
            self.assertIn(self.env.ref(f"iconic_connector.ir_cron_{name}"), woken)


class TestAWrongClock(AccessCase):
    """Only the Action API compares clocks: a call is signed with its time."""

    def test_a_wrong_clock_holds_the_account_until_it_is_corrected(self):
        self.sandbox.settings.clock_offset = 3600
        self.send()
        self.assert_held()
        self.assertIn("clock", self.activities().note)
        self.sandbox.settings.clock_offset = 0
        self.account.action_test_connection()
        self.assertEqual(self.account.connection_state, "connected")


@over_both_apis
class TestNotAccepted(FeedCase):
    def assert_put_back(self, feed):
        self.assertEqual(feed.state, "cancelled")
        self.assertEqual(set(feed.line_ids.mapped("state")), {"cancelled"})
        self.assertTrue(feed.message)
        self.assert_statuses(UNSENT)
        self.assertEqual(set(self.account.listing_ids.mapped("error")), {False})
        self.assertNotEqual(self.account.connection_state, "on_hold")
        self.assertFalse(self.activities())

    def assert_waits(self, seconds):
        wait = self.account.retry_at - fields.Datetime.now()
        self.assertAlmostEqual(
            wait, timedelta(seconds=seconds), delta=timedelta(seconds=20)
        )
        before = len(self.sandbox.requests)
        self.run_cron("create")
        self.assertEqual(len(self.sandbox.requests), before)

    @contract
    def test_too_many_calls_wait_as_long_as_the_marketplace_asks(self):
        self.sandbox.faults.add(
            "status", action="ProductCreate", code=429, retry_after=300
        )
        self.assert_put_back(self.send())
        self.assert_waits(300)

    @contract
    def test_an_error_with_status_429_waits_too(self):
        self.sandbox.faults.add(
            "error",
            action="ProductCreate",
            code=429,
            type="Sender",
            message="E429: Too many requests",
        )
        self.assert_put_back(self.send())
        self.assertTrue(self.account.retry_at)

    @contract
    def test_maintenance_with_a_html_page_waits(self):
        self.sandbox.faults.add("status", action="ProductCreate", code=503)
        self.assert_put_back(self.send())
        self.assertTrue(self.account.retry_at)

    @contract
    def test_a_refused_connection_waits(self):
        self.leave_marketplace()
        self.assert_put_back(self.send())
        self.assertTrue(self.account.retry_at)
        self.assertIn("reached", self.feeds().message)

    def test_each_further_failure_waits_twice_as_long(self):
        self.sandbox.faults.add("status", action="ProductCreate", code=503, times=None)
        waits = []
        self.send()
        for _again in range(3):
            waits.append(self.account.retry_at - fields.Datetime.now())
            self.account.retry_at = False
            self.run_cron("create")
        for shorter, longer in zip(waits, waits[1:], strict=False):
            self.assertAlmostEqual(
                longer / shorter, 2, delta=0.5, msg=f"{shorter} {longer}"
            )

    def test_the_document_is_built_again_and_sent_after_the_wait(self):
        self.sandbox.faults.add("status", action="ProductCreate", code=503)
        self.send()
        self.style.list_price = 120.0
        self.account.retry_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_cron("create")
        sent = elements(self.calls("ProductCreate")[-1].body)
        self.assertEqual(sent[SMALL].findtext("Price"), "120.00")
        self.assert_statuses(IN_FLIGHT)
        self.assertFalse(self.account.retry_at)
        self.assertEqual(self.account.backoff_count, 0)

    def test_another_account_continues_meanwhile(self):
        self.leave_marketplace()
        other = self.account.copy(
            {
                "name": "Another",
                "sequence": 99,
                "api_url": self.server.url,
                **CREDENTIALS[self.api_type],
                "season_tag_ids": [Command.set(self.season.ids)],
            }
        )
        self.mapping.copy({"account_id": other.id})
        self.account.action_send_products()
        other.action_send_products()
        self.run_cron("create")
        self.assertEqual(set(other.listing_ids.mapped("content_status")), {"sent"})
        self.assert_statuses(UNSENT)


@over_both_apis
class TestUnknownOutcome(FeedCase):
    def assert_unknown(self):
        feed = self.send()
        self.assertEqual((feed.state, feed.external_id), ("sending", False))
        self.assertTrue(feed.sending_since)
        self.assertTrue(feed.message)
        self.assertEqual(set(feed.line_ids.mapped("state")), {"open"})
        self.assert_statuses(IN_FLIGHT)
        self.assertNotEqual(self.account.connection_state, "on_hold")
        # No further job sends anything of it again.
        self.forget_backoff()
        sent = len(self.calls("ProductCreate"))
        self.run_cron("create")
        self.run_cron("feed_reader")
        self.assertEqual(len(self.calls("ProductCreate")), sent)

    def test_a_missing_answer_leaves_the_outcome_open(self):
        client = self.account._client_class
        impatient = partial(client, timeout=(5, 0.3))
        self.patch(iconic_account_connection, client.__name__, impatient)
        self.sandbox.faults.add("hang_after", action="ProductCreate", seconds=30)
        self.assert_unknown()

    def test_a_connection_cut_after_the_document_leaves_the_outcome_open(self):
        self.sandbox.faults.add("cut_after", action="ProductCreate")
        self.assert_unknown()

    def test_gateway_errors_leave_the_outcome_open(self):
        for code in (500, 502, 504):
            with self.subTest(code=code):
                self.sandbox.faults.add("status", action="ProductCreate", code=code)
                self.assert_unknown()
                self.feeds().unlink()
                self.account.listing_ids.write({"content_status": "pending"})

    @contract
    def test_an_internal_error_leaves_the_outcome_open(self):
        self.sandbox.faults.add(
            "error",
            action="ProductCreate",
            code=6,
            type="Platform",
            message="E006: Unexpected internal error",
        )
        self.assert_unknown()

    @contract
    def test_an_unreadable_answer_leaves_the_outcome_open(self):
        self.sandbox.faults.add("garbage", action="ProductCreate")
        self.assert_unknown()

    def test_a_page_instead_of_an_answer_is_reported(self):
        self.sandbox.faults.add("html", action="ProductCreate")
        self.assert_unknown()
