"""Webhooks: registering the address, and processing the events.

Merchant guide, orders; SellerCenter: Webhooks. What the address answers is tested in
test_webhook_endpoint.
"""

import json
from unittest.mock import patch

from common import contract, over_both_apis
from ordering import OrderCase

from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user

from odoo.addons.iconic_connector.models.account import iconic_account_webhook
from odoo.addons.iconic_connector.seller_center.events import read_event

NOTHING = ("", "")
#: The events of the sandbox that Odoo uses.
TOLD = {
    "onOrderCreated",
    "onOrderItemsStatusChanged",
    "onReturnStatusChanged",
    "onFeedCompleted",
}
#: Fields that hold the token, or belong to the registration.
HIDDEN = ("webhook_token", "webhook_token_hash", "webhook_url", "webhook_id")


class WebhookCase(OrderCase):
    def registered(self):
        """Return what is registered at the marketplace."""
        return list(self.sandbox.webhooks.registered.values())

    def note(self, event="onOrderCreated", order_id=None, **payload):
        """Send the account an event like the marketplace."""
        payload = {"OrderId": order_id, **payload}
        body = json.dumps({"event": event, "payload": payload})
        self.account._store_event(body.encode())

    def waiting(self):
        """Return event and order of all waiting events."""
        events = self.env["iconic.webhook.event"].search(
            [("account_id", "=", self.account.id)]
        )
        return [(one.event, one.external_id) for one in events]

    def handle(self):
        self.run_cron("webhook")


@over_both_apis
class TestRegistration(WebhookCase):
    @contract
    def test_the_address_and_the_events_are_registered(self):
        self.account.action_register_webhook()
        (webhook,) = self.registered()
        self.assertEqual(webhook.url, self.account.webhook_url)
        self.assertEqual(set(webhook.events), TOLD)
        self.assertEqual(self.account.webhook_id, webhook.id)
        self.assertEqual(self.account.webhook_state, "on")
        self.assertFalse(self.account.webhook_warning)

    def test_nobody_can_guess_the_address(self):
        other = self.account.copy({"name": "Another"})
        tokens = {self.account.webhook_token, other.webhook_token}
        self.assertEqual(len(tokens), 2)
        self.assertGreaterEqual(min(map(len, tokens)), 43)
        self.assertTrue(
            self.account.webhook_url.endswith(
                f"/iconic/webhook/{self.account.webhook_token}"
            )
        )

    def test_an_address_that_is_not_safe_is_refused(self):
        for address in ("http://odoo.example.com", "http://192.0.2.1:8069"):
            self.account.image_base_url = address
            with self.assertRaisesRegex(UserError, "https"):
                self.account.action_register_webhook()
        self.assertEqual(self.registered(), [])
        self.account.image_base_url = "https://odoo.example.com"
        self.account.action_register_webhook()
        self.assertEqual(len(self.registered()), 1)

    def test_the_marketplace_cannot_call_this_machine(self):
        self.account.api_url = "https://sellercenter-api.theiconic.com.au"
        with self.assertRaisesRegex(UserError, "https"):
            self.account.action_register_webhook()

    @contract
    def test_unregistering_invalidates_the_address(self):
        self.account.action_register_webhook()
        before = self.account.webhook_token
        self.account.action_unregister_webhook()
        self.assertEqual(self.registered(), [])
        self.assertEqual(self.account.webhook_state, "off")
        self.assertFalse(self.account._find_by_webhook_token(before))
        self.assertEqual(
            self.account._find_by_webhook_token(self.account.webhook_token),
            self.account,
        )

    def test_what_was_deleted_in_seller_center_can_be_unregistered(self):
        self.account.action_register_webhook()
        self.sandbox.webhooks.registered.clear()
        self.account.action_unregister_webhook()
        self.assertEqual(self.account.webhook_state, "off")

    @contract
    def test_registering_again_leaves_one_registration(self):
        self.account.action_register_webhook()
        self.account.action_register_webhook()
        (webhook,) = self.registered()
        self.assertEqual(webhook.url, self.account.webhook_url)
        self.assertEqual(webhook.id, self.account.webhook_id)

    @contract
    def test_an_address_that_is_already_registered_is_replaced(self):
        self.account.action_register_webhook()
        number = self.account.webhook_id
        # As after the database was restored from an earlier backup.
        self.account.webhook_id = False
        self.account.action_register_webhook()
        self.assertEqual(self.account.webhook_state, "on")
        self.assertEqual(
            self.registered()[-1].url, self.account.webhook_url, "the live one"
        )
        # REST does not return the ids of registrations.
        adopted = self.account.api_type == "action"
        self.assertEqual(self.account.webhook_id == number, adopted)
        self.assertEqual(len(self.registered()), 1 if adopted else 2)

    @contract
    def test_registering_recovers_from_a_lost_answer(self):
        self.sandbox.faults.add("cut_after", action="CreateWebhook")
        if self.account.api_type == "rest":
            with self.assertRaises(UserError):
                self.account.action_register_webhook()
        self.account.action_register_webhook()
        self.assertEqual(self.account.webhook_state, "on")
        self.assertIn(self.account.webhook_url, [one.url for one in self.registered()])

    @contract
    def test_refusals_do_not_repeat_the_token(self):
        token = self.account.webhook_token
        message = f"E098: Invalid Webhook Callback Url, {self.account.webhook_url}"
        with (
            patch("secrets.token_urlsafe", return_value=token),
            self.assertRaisesRegex(UserError, "Callback Url") as caught,
        ):
            self.sandbox.faults.add(
                "error", action="CreateWebhook", times=None, code=98, message=message
            )
            self.account.action_register_webhook()
        self.assertNotIn(token, str(caught.exception))

    def test_maintenance_is_reported_in_words(self):
        self.sandbox.faults.add("status", action="CreateWebhook", times=None)
        with self.assertRaises(UserError):
            self.account.action_register_webhook()
        self.assertEqual(self.account.webhook_state, "off")

    def test_another_address_or_connection_requires_a_new_registration(self):
        self.account.action_register_webhook()
        here = self.account.image_base_url
        self.account.image_base_url = "https://odoo.example.com"
        self.assertIn(here, self.account.webhook_warning)
        self.assertNotIn(self.account.webhook_token, self.account.webhook_warning)
        self.account.image_base_url = here
        self.assertFalse(self.account.webhook_warning)
        self.connect_with("action" if self.api_type == "rest" else "rest")
        self.assertIn("register again", self.account.webhook_warning)
        self.account.action_register_webhook()
        self.assertFalse(self.account.webhook_warning)
        self.assertEqual(len(self.registered()), 1)


class TestWhoMayRegister(WebhookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "webhook_user", "iconic_connector.iconic_connector_group_user"
        )

    def test_users_can_neither_register_nor_unregister(self):
        account = self.account.with_user(self.user)
        for button in (
            account.action_register_webhook,
            account.action_unregister_webhook,
        ):
            with self.assertRaises(AccessError):
                button()
        self.assertEqual(self.calls(), [])

    def test_users_see_whether_it_is_on_but_no_token(self):
        self.account.action_register_webhook()
        account = self.account.with_user(self.user)
        self.assertEqual(account.webhook_state, "on")
        shown = account.read()[0]
        self.assertFalse(set(HIDDEN) & shown.keys())
        self.assertNotIn(self.account.webhook_token, str(shown))
        for name in HIDDEN:
            with self.subTest(field=name), self.assertRaises(AccessError):
                account.read([name])
            with self.subTest(field=name), self.assertRaises(AccessError):
                account.search([(name, "!=", False)])

    def test_a_neutralised_copy_does_not_answer_to_the_address(self):
        self.account.action_register_webhook()
        self.note(order_id=1)
        token = self.account.webhook_token
        self.env.flush_all()
        for query in get_neutralization_queries(["iconic_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.account.webhook_token)
        self.assertFalse(self.account.webhook_url)
        self.assertEqual(self.account.webhook_state, "off")
        self.assertFalse(self.account._find_by_webhook_token(token))
        self.assertEqual(self.waiting(), [])


@over_both_apis
class TestHandlingEvents(WebhookCase):
    @contract
    def test_an_order_is_read_as_soon_as_its_event_arrives(self):
        placed = self.place(self.small, self.medium)
        self.note(order_id=placed.id)
        self.handle()
        self.assertEqual(self.order(placed).item_count, 2)
        self.assertEqual(self.waiting(), [])
        self.assertEqual(self.account.webhook_count, 1)
        self.assertTrue(self.account.webhook_last_at)
        self.assertNotIn("GetOrders", self.actions())

    def test_the_job_is_called_at_once_and_once(self):
        cron = self.env.ref("iconic_connector.ir_cron_webhook")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        for _time in range(3):
            self.note(order_id=7)
        self.assertEqual(self.waiting(), [("onOrderCreated", "7")])
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after - before, 1)
        self.assertEqual(self.calls(), [])

    def test_the_same_event_twice_changes_nothing(self):
        placed = self.place(self.small)
        for _time in range(2):
            self.note(order_id=placed.id)
            self.handle()
        order = self.order(placed)
        self.assertEqual(len(order), 1)
        self.assertEqual(order.item_count, 1)

    def test_events_out_of_order_end_with_what_the_marketplace_has(self):
        placed = self.place(self.small)
        self.deliver_at_marketplace(placed.items)
        for status in ("delivered", "shipped", "ready_to_ship"):
            self.note("onOrderItemsStatusChanged", placed.id, NewStatus=status)
            self.handle()
        self.note("onOrderCreated", placed.id)
        self.handle()
        self.assertEqual(self.order(placed).item_ids.mapped("status"), ["delivered"])

    def test_a_status_in_an_event_is_not_trusted(self):
        placed = self.place(self.small)
        self.note("onOrderItemsStatusChanged", placed.id, NewStatus="canceled")
        self.handle()
        self.assertEqual(self.order(placed).item_ids.mapped("status"), ["pending"])

    @contract
    def test_an_order_of_another_seller_is_dropped(self):
        self.note(order_id=99999999)
        self.handle()
        self.assertEqual(self.waiting(), [])
        self.assertFalse(self.account.order_ids)
        self.assertNotEqual(self.account.connection_state, "on_hold")
        self.assertFalse(self.account.retry_at)

    def test_orders_from_before_the_import_stay_out(self):
        placed = self.place(self.small)
        # Meanwhile open orders are pulled by hand, including old ones.
        self.account.orders_from = "2999-01-01"
        self.account.action_pull_open_orders()
        self.note(order_id=placed.id)
        self.handle()
        self.assertFalse(self.order(placed))
        self.assertEqual(self.waiting(), [])

    def test_nothing_is_read_while_orders_are_not_imported(self):
        placed = self.place(self.small)
        self.account.import_orders = False
        self.note(order_id=placed.id)
        self.handle()
        self.assertEqual(self.actions(), [])
        self.assertEqual(self.waiting(), [])

    def test_events_wait_while_the_marketplace_is_closed(self):
        placed = self.place(self.small)
        self.note(order_id=placed.id)
        self.sandbox.faults.add("status", times=None)
        self.handle()
        self.assertEqual(self.waiting(), [("onOrderCreated", str(placed.id))])
        self.assertTrue(self.account.retry_at)
        cron = self.env.ref("iconic_connector.ir_cron_webhook")
        self.assertTrue(
            self.env["ir.cron.trigger"].search(
                [("cron_id", "=", cron.id), ("call_at", "=", self.account.retry_at)]
            )
        )
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.handle()
        self.assertTrue(self.order(placed))

    def test_an_order_that_cannot_be_read_does_not_block_the_others(self):
        bad, good = self.place(self.small), self.place(self.small)
        for placed in (bad, good):
            self.note(order_id=placed.id)
        self.sandbox.faults.add("status", action="GetOrder", code=500, times=None)
        self.handle()
        self.assertEqual(self.waiting(), [])
        self.assertFalse(self.account.retry_at)
        self.pull()
        self.assertTrue(self.order(good))

    def test_events_wait_while_the_account_is_on_hold(self):
        placed = self.place(self.small)
        self.account.connection_state = "on_hold"
        self.note(order_id=placed.id)
        self.handle()
        self.assertEqual(self.calls(), [])
        self.account._resume()
        self.handle()
        self.assertTrue(self.order(placed))

    def test_events_survive_an_interrupted_job(self):
        placed = self.place(self.small)
        self.note(order_id=placed.id)
        model = type(self.account)
        with patch.object(model, "_store_orders", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.handle()
        self.assertEqual(self.waiting(), [("onOrderCreated", str(placed.id))])
        self.assertFalse(self.order(placed))
        self.handle()
        self.assertTrue(self.order(placed))
        self.assertEqual(self.waiting(), [])

    def test_what_happens_while_the_job_reads_is_read_again(self):
        placed = self.place(self.small)
        self.note(order_id=placed.id)
        model = type(self.account)
        store_orders = model._store_orders
        changed = []

        def change_meanwhile(account, records, asked_at):
            if not changed:
                changed.append(True)
                self.move(placed.items, "ready_to_ship")
                self.note(order_id=placed.id)
            return store_orders(account, records, asked_at)

        with patch.object(model, "_store_orders", change_meanwhile):
            self.handle()
        self.assertEqual(
            self.order(placed).item_ids.mapped("status"), ["ready_to_ship"]
        )
        self.assertEqual(self.account.webhook_count, 2)

    def test_many_orders_are_read_some_at_a_time(self):
        placed = [self.place(self.small) for _order in range(5)]
        for order in placed:
            self.note(order_id=order.id)
        with patch.object(iconic_account_webhook, "EVENTS_AT_ONCE", 2):
            self.handle()
        self.assertEqual(len(self.account.order_ids), 5)
        self.assertEqual(self.account.webhook_count, 5)

    @contract
    def test_too_many_events_become_one_reading_of_all_orders(self):
        placed = self.place(self.small)
        with patch.object(iconic_account_webhook, "WAITING_EVENTS", 3):
            for order_id in range(10):
                self.note(order_id=order_id)
        self.assertEqual(len(self.waiting()), 4)
        self.assertIn(("onOrderCreated", ""), self.waiting())
        self.handle()
        self.assertEqual(self.waiting(), [])
        self.assertNotIn("GetOrder", self.actions())
        self.pull()
        self.assertTrue(self.order(placed))

    @contract
    def test_a_finished_feed_is_polled_at_once(self):
        self.account.action_send_products()
        self.run_cron("create")
        self.sandbox.process()
        feed = self.feeds("create")
        feed.next_poll_at = "2999-01-01"
        self.note("onFeedCompleted", Feed="no matter which")
        self.handle()
        self.run_cron("feed_reader")
        self.assertEqual(feed.state, "done")

    def test_archived_accounts_store_no_events(self):
        self.account.active = False
        self.note(order_id=1)
        self.assertEqual(self.waiting(), [])


class TestReadingEvents(WebhookCase):
    def test_only_the_event_and_the_order_are_read(self):
        for order_id in (12, "12"):
            body = {
                "event": "onOrderCreated",
                "payload": {"OrderId": order_id, "OrderNr": "4711", "Total": 1},
            }
            self.assertEqual(
                read_event(json.dumps(body).encode()), ("onOrderCreated", "12")
            )

    def test_invalid_ids_mean_any_order(self):
        for order_id in (None, True, -1, 1.5, "", "12x", "1 2", "9" * 21, [12], {}):
            with self.subTest(order_id=order_id):
                body = {"event": "onOrderCreated", "payload": {"OrderId": order_id}}
                found = read_event(json.dumps(body).encode())
                self.assertEqual(found, ("onOrderCreated", ""))

    def test_unknown_content_is_ignored(self):
        for body in (
            b"",
            b"\xff\x00",
            b"{",
            b"[" * 60_000,
            b"9" * 60_000,
            b"null",
            b'"onOrderCreated"',
            b'["onOrderCreated"]',
            b'{"event": ["onOrderCreated"]}',
            b'{"event": "onStatisticsUpdated", "payload": {}}',
            b'{"payload": {"OrderId": 1}}',
        ):
            with self.subTest(body=body[:30]):
                self.assertEqual(read_event(body), NOTHING)

    def test_a_payload_of_another_shape_is_ignored(self):
        for payload in (None, [], "x", 7):
            body = json.dumps({"event": "onOrderCreated", "payload": payload})
            self.assertEqual(read_event(body.encode()), ("onOrderCreated", ""))
