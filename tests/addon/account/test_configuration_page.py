"""The configuration page: the connection's test, the staging box, the defaults.

Merchant guide, Configure The Iconic Marketplace.
"""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg2
from common import API_KEY, ConnectorCase, MarketplaceCase

from odoo.tests import Form
from odoo.tools import mute_logger

LIVE = "https://sellercenter-api.theiconic.com.au"
STAGING = "https://sellercenter-api-staging.theiconic.com.au"


@contextmanager
def foreign_server():
    """Serve nothing but pages that say "not found".

    :return: the address
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *arguments):
            """Write no log into the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestConnectionTest(MarketplaceCase):
    connection_state = "untested"

    def answer(self):
        """Press the button, and return the type and the text of the notification."""
        action = self.account.action_test_connection()
        self.assertEqual(action["tag"], "display_notification")
        params = action["params"]
        for word in ("Traceback", "Exception", "Error(", API_KEY):
            self.assertNotIn(word, params["message"])
        return params["type"], params["message"]

    def assert_trouble(self, *words):
        kind, message = self.answer()
        self.assertEqual(kind, "danger")
        for word in words:
            self.assertIn(word, message)
        self.assertNotEqual(self.account.connection_state, "connected")

    def test_good_credentials_connect(self):
        kind, message = self.answer()
        self.assertEqual(kind, "success")
        self.assertIn("accepts", message)
        self.assertEqual(self.account.connection_state, "connected")

    def test_a_wrong_key_is_reported(self):
        self.account.api_key = "wrong"
        self.assert_trouble("API key")
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertIn("API key", self.account.hold_reason)

    def test_an_unknown_user_is_reported(self):
        self.account.user_login = "nobody@sandbox.example"
        self.assert_trouble("user ID")

    def test_a_user_without_the_right_role_is_reported(self):
        self.account.write(
            {
                "user_login": "readonly@sandbox.example",
                "api_key": "sandbox-readonly-key",
            }
        )
        kind, message = self.answer()
        if kind == "danger":
            self.assertIn("role", message)
        self.account.season_tag_ids = self.season
        self.make_style("ROLE", "S")
        self.account.action_send_products()
        self.run_cron("create")
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertIn("role", self.account.hold_reason)

    def test_a_wrong_clock_is_reported(self):
        for offset, side in ((-3600, "ahead of"), (3600, "behind")):
            with self.subTest(side=side):
                self.sandbox.settings.clock_offset = offset
                self.assert_trouble("clock", "60 minutes", side)

    def test_a_host_that_cannot_be_reached_is_reported(self):
        self.leave_marketplace()
        self.assert_trouble("127.0.0.1", "reached")
        self.assertEqual(self.account.connection_state, "untested")

    def test_a_page_instead_of_an_answer_is_reported(self):
        self.sandbox.faults.add("html", times=None)
        self.assert_trouble("127.0.0.1", "could not be read")

    def test_another_web_server_is_reported(self):
        with foreign_server() as address:
            self.account.api_url = address
            self.assert_trouble("address")

    def test_maintenance_is_reported(self):
        self.sandbox.faults.add("status", code=503, times=None)
        self.assert_trouble("maintenance")

    def test_an_invalid_address_is_reported(self):
        for address in ("theiconic", "ftp://127.0.0.1/", "http://example.com"):
            with self.subTest(address=address):
                self.account.api_url = address
                self.assert_trouble("https://")

    def test_a_successful_test_ends_the_hold(self):
        self.account.api_key = "wrong"
        self.answer()
        self.account.api_key = API_KEY
        self.assertEqual(self.account.connection_state, "untested")
        self.assertEqual(self.answer()[0], "success")
        self.assertFalse(self.account.hold_reason)
        self.assertFalse(self.account.activity_ids)

    def test_the_version_that_the_marketplace_accepts_is_stored(self):
        self.answer()
        self.assertEqual(self.account.api_version, "1.0")

    def test_no_document_is_sent(self):
        self.answer()
        self.assertEqual({call.method for call in self.sandbox.requests}, {"GET"})


class TestSettings(ConnectorCase):
    def test_the_staging_box_changes_the_address(self):
        with Form(self.env["iconic.account"]) as form:
            form.name = "New"
            self.assertEqual(form.api_url, LIVE)
            form.use_staging = True
            self.assertEqual(form.api_url, STAGING)
            form.use_staging = False
            self.assertEqual(form.api_url, LIVE)

    def test_an_address_entered_by_hand_stays(self):
        self.account.api_url = "https://sandbox.example.com"
        self.account.name = "Renamed"
        self.assertEqual(self.account.api_url, "https://sandbox.example.com")

    def test_the_first_version_asked_for_is_that_of_the_spec(self):
        self.assertEqual(self.account.api_version, "2.6.20")

    def test_the_staging_box_requires_a_new_test(self):
        self.account._resume()
        self.account.use_staging = True
        self.assertEqual(self.account.connection_state, "untested")

    def test_a_user_of_the_marketplace_has_only_one_account(self):
        values = {
            "name": "Twice",
            "api_url": self.account.api_url,
            "user_login": self.account.user_login,
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            with self.env.cr.savepoint():
                self.account.copy(values)

    def test_pictures_of_a_live_account_need_a_public_address(self):
        self.account.api_url = LIVE
        for address in ("http://odoo.example.com", "https://localhost", False):
            with self.subTest(address=address):
                self.account.image_base_url = address
                self.env["ir.config_parameter"].set_param(
                    "web.base.url", "http://127.0.0.1:8069"
                )
                self.assertIn(
                    address or "http://127.0.0.1:8069",
                    self.account._image_address_problem(),
                )
        self.account.image_base_url = "https://odoo.example.com"
        self.assertFalse(self.account._image_address_problem())

    def test_counts_include_all_listings(self):
        style = self.make_style("COUNT", "S M L")
        listings = self.list_products(style.product_variant_ids)
        listings[0].write(
            {
                "product_status": "published",
                "listing_status": "active",
                "content_status": "not_needed",
            }
        )
        listings[1].content_status = "error"
        self.account.invalidate_recordset()
        self.assertRecordValues(
            self.account,
            [
                {
                    "matching_count": 3,
                    "listing_count": 3,
                    "published_count": 1,
                    "pending_count": 1,
                    "error_count": 1,
                }
            ],
        )
