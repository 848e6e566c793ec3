"""The answers of the webhook address (SellerCenter: Webhooks)."""

import hashlib
import http.client
import json
import logging
import time
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from common import ConnectorHttpCase, WithMarketplace, contract, over_both_apis

from odoo.exceptions import ConcurrencyError
from odoo.tests import mute_logger

from odoo.addons.iconic_connector.controllers.webhook import TokenFilter

from seller_center_sandbox.orders.placing import place_order

EVENT = {"event": "onOrderCreated", "payload": {"OrderId": 815, "OrderNr": "42"}}


class EndpointCase(ConnectorHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {"orders_from": "2020-01-01", "connection_state": "connected"}
        )

    def call(self, url=None, method="POST", **options):
        """Call an address as the marketplace does: no cookies, no session."""
        options.setdefault("json", EVENT)
        url = url or self.account.webhook_url
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            answer = requests.request(
                method, url, timeout=20, allow_redirects=False, **options
            )
        self.env.invalidate_all()
        return answer

    def waiting(self):
        """Return the orders that wait for the job."""
        return self.account.webhook_event_ids.mapped("external_id")

    def assert_taken(self, answer):
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content, b"")
        self.assertNotIn("Set-Cookie", answer.headers)


class TestAnswers(EndpointCase):
    def test_an_event_is_stored_and_answered_with_an_empty_page(self):
        self.assert_taken(self.call())
        self.assertEqual(self.waiting(), ["815"])

    def test_a_repeated_event_adds_nothing(self):
        for _time in range(3):
            self.assert_taken(self.call())
        self.assertEqual(self.waiting(), ["815"])

    def test_a_call_that_conflicts_with_another_transaction_is_still_stored(self):
        model = type(self.account)
        note = model._store_event
        bodies = []

        def conflict(account, body):
            bodies.append(body)
            if len(bodies) == 1:
                raise ConcurrencyError("Another transaction was faster")
            return note(account, body)

        no_waiting = SimpleNamespace(sleep=lambda _seconds: None)
        with (
            patch.object(model, "_store_event", conflict),
            patch("odoo.service.model.time", no_waiting),
            mute_logger("odoo.service.model"),
        ):
            self.assert_taken(self.call())
        self.assertEqual(len(bodies), 2)
        self.assertEqual(self.waiting(), ["815"])

    def test_any_content_is_answered(self):
        for body in (b"", b"\xff\x00", b"{", b"[" * 60_000, b"null", b"[1]"):
            with self.subTest(body=body[:10]):
                self.assert_taken(self.call(json=None, data=body))
        self.assertEqual(self.waiting(), [])

    def test_forms_and_files_are_answered(self):
        url = f"{self.account.webhook_url}?token=x&account=1"
        self.assert_taken(self.call(url, json=None, data={"token": "x", "a": "b"}))
        self.assert_taken(self.call(url, json=None, files={"file": b"x"}))
        self.assertEqual(self.waiting(), [])

    def test_a_long_body_is_not_read(self):
        event = {**EVENT, "more": "x" * 70_000}
        self.assert_taken(self.call(json=event))
        self.assertEqual(self.waiting(), [])

    def test_a_body_of_several_megabytes_is_answered_before_it_is_received(self):
        url = urlsplit(self.account.webhook_url)
        with self.allow_requests(all_requests=True):
            connection = http.client.HTTPConnection(url.netloc, timeout=20)
            self.addCleanup(connection.close)
            connection.putrequest("POST", url.path)
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(64 * 1024 * 1024))
            connection.endheaders(b'{"event"')
            self.assertEqual(connection.getresponse().status, 200)

    def test_a_wrong_token_finds_nothing(self):
        url = self.account.webhook_url
        known = self.account.webhook_token_hash
        self.assertEqual(
            known, hashlib.sha256(self.account.webhook_token.encode()).hexdigest()
        )
        base = url.rpartition("/")[0]
        for wrong in (url[:-1], f"{url}x", f"{base}/{known}", f"{base}/%25"):
            with self.subTest(url=wrong), mute_logger("werkzeug"):
                answer = self.call(wrong)
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Set-Cookie", answer.headers)
        self.assertFalse(self.env["iconic.webhook.event"].search([]))

    def test_only_post_is_accepted(self):
        for method in ("GET", "PUT", "DELETE"):
            self.assertEqual(self.call(method=method).status_code, 405)

    def test_an_account_on_hold_answers_too(self):
        self.account.connection_state = "on_hold"
        self.assert_taken(self.call())
        self.assertEqual(self.waiting(), ["815"])

    def test_an_archived_account_answers_too(self):
        self.account.active = False
        self.assert_taken(self.call())
        self.assertEqual(self.waiting(), [])

    def other_spellings(self):
        """Return addresses that reach Odoo, too, or that somebody may try."""
        address = self.account.webhook_url
        return (
            f"{address}?a=b",
            address.replace("/webhook/", "//webhook/"),
            address.replace("/webhook/", "/webhook//"),
            address.replace("/iconic/", "//iconic/"),
            address.replace("webhook", "%77ebhook"),
        )

    def test_the_token_is_in_no_log(self):
        token = self.account.webhook_token
        with (
            self.assertLogs(level="DEBUG") as logs,
            self.assertLogs("werkzeug", "DEBUG") as requests_log,
        ):
            self.call()
            self.call(json=None, data=b"{")
            for address in self.other_spellings():
                self.call(address)
        served = [record.getMessage() for record in requests_log.records]
        self.assertEqual(sum("/***" in one for one in served), 7)
        # The log of this test's own client is not Odoo's.
        others = [one for one in logs.records if not one.name.startswith("urllib3")]
        self.assertNotIn(token, str([one.getMessage() for one in others] + served))

    def test_an_address_of_many_slashes_holds_up_no_log(self):
        line = {"msg": "GET %s", "args": ("/iconic/webhook" + "/" * 65_000,)}
        begin = time.monotonic()
        self.assertTrue(TokenFilter().filter(logging.makeLogRecord(line)))
        self.assertLess(time.monotonic() - begin, 3)


@over_both_apis
class TestTheMarketplaceCalls(WithMarketplace, EndpointCase):
    def begin(self):
        super().begin()
        self.account.action_register_webhook()

    def happens(self, action):
        """Make a change at the marketplace, and wait for its notification.

        :param action: a function without parameters
        :return: what it returns
        """
        with self.allow_requests(all_requests=True):
            result = action()
            self.sandbox.webhooks.wait()
        self.env.invalidate_all()
        return result

    def order(self):
        items = [{"sku": "A", "name": "A", "item_price": "33.00"}]
        return self.happens(
            lambda: place_order(self.sandbox, items=items, oversell=True)
        )

    def outcomes(self):
        return [one.status for one in self.sandbox.webhooks.callbacks.values()]

    @contract
    def test_an_order_is_imported_after_a_notification(self):
        placed = self.order()
        self.assertEqual(self.outcomes(), ["success"])
        self.run_cron("webhook")
        (order,) = self.account.order_ids
        self.assertEqual(order.external_id, str(placed.id))
        self.assertEqual(order.number, str(placed.number))

    def test_retries_of_the_marketplace_do_no_harm(self):
        self.order()
        (callback,) = self.sandbox.webhooks.callbacks
        self.happens(lambda: self.sandbox.webhooks.retry(callback))
        self.assertEqual(len(self.waiting()), 1)
        self.run_cron("webhook")
        self.happens(lambda: self.sandbox.webhooks.retry(callback))
        self.run_cron("webhook")
        self.assertEqual(len(self.account.order_ids), 1)
        self.assertEqual(self.account.order_ids.item_count, 1)

    def test_an_old_address_is_not_found(self):
        url = self.account.webhook_url
        self.account.action_unregister_webhook()
        self.order()
        self.assertEqual(self.outcomes(), [])
        self.assertEqual(self.call(url).status_code, 404)


class TestWaitingCall(EndpointCase):
    def test_the_answer_costs_few_queries(self):
        body = json.dumps(EVENT).encode()
        self.account._store_event(body)
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            found = self.account._find_by_webhook_token(self.account.webhook_token)
            found._store_event(body)
