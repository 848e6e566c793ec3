"""How time, documents and answers go between Odoo and a marketplace of the tests."""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from types import SimpleNamespace
from unittest.mock import patch

from common import USER_ID
from selling import Selling

from odoo import fields

from odoo.addons.iconic_connector.domain.flows import FLOWS
from odoo.addons.iconic_connector.domain.moments import to_utc
from odoo.addons.iconic_connector.models.account import iconic_account_connection
from odoo.addons.iconic_connector.models.account.job import JOBS

from seller_center_sandbox.catalogue.documents import parse_document

#: When the dress is published.
PUBLISHED_AT = datetime(2026, 11, 2, 10)


class Clock:
    """One time for Odoo, for the client's requests and for the marketplace."""

    moment = PUBLISHED_AT

    @contextmanager
    def clocks(self):
        """Have everybody look at `moment`."""
        client = SimpleNamespace(now=lambda _zone: to_utc(self.moment))
        with ExitStack() as stack:
            for owner, name, value in (
                (fields.Datetime, "now", lambda *_self: self.moment),
                (fields.Date, "today", lambda *_self: self.moment.date()),
                (iconic_account_connection, "datetime", client),
                (self.sandbox, "_clock", lambda: to_utc(self.moment)),
            ):
                stack.enter_context(patch.object(owner, name, value))
            yield


class Exchange(Selling):
    """How documents come to the marketplace, and how answers come back.

    Over HTTP with all jobs, or in short: the same documents, judged by the same
    marketplace.
    """

    over_http = True

    def run_job(self, kind):
        """Run a job that compares, in short without what it does for screens."""
        if self.over_http:
            self.run_cron(kind)
            return
        job = JOBS[kind](self.account._job(kind))
        job.position.setdefault("done", 0)
        job.start()
        while batch := job.next_batch():
            job.do(batch)
            job.advance(batch)
        self.env.flush_all()

    def send(self, flow="price"):
        """Send what is pending, and have it answered at once."""
        if self.over_http:
            self.run_cron(flow)
            self.answer()
        elif feed := self.send_by(flow):
            self._hand_over(feed)
            self.take(feed)

    def _hand_over(self, feed):
        document = feed._stored_payload()
        entries, _warnings = parse_document(feed.action, document)
        theirs = self.sandbox.queue.submit(
            feed.action, USER_ID, document, tuple(entries)
        )
        self.sandbox.process()
        self.assertEqual(theirs.errors, [], document)

    def exchange(self):
        """Send what was marked, and check that nothing is left of it."""
        for flow in ("update", "price"):
            if self.listings.filtered_domain(FLOWS[flow].domain):
                self.send(flow)

    def check_triggered(self):
        """Check that Odoo runs the comparison at the moment that comes next."""
        due = self.next_due()
        if due and self.over_http:
            cron = self.env.ref("iconic_connector.ir_cron_compare")
            known = [("cron_id", "=", cron.id), ("call_at", ">", self.moment)]
            triggers = self.env["ir.cron.trigger"].search(known)
            self.assertLessEqual(min(triggers.mapped("call_at")), due)

    def read_back(self):
        """Compare the marketplace's products with what the listings store."""
        self.account.action_find_mismatches()
        self.run_cron("readback")
        found = self.env["iconic.mismatch"].search(
            [("part", "in", ("price", "sale_price"))]
        )
        self.assertFalse([(one.part, one.remembered, one.found) for one in found])
        self.env["iconic.mismatch"].search([]).unlink()
