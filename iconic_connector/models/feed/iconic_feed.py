import base64
from collections import Counter, defaultdict
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ... import const
from ...domain import statuses
from ...domain.flows import FLOWS
from ...domain.moments import to_odoo_datetime
from ...error_messages import describe, describe_refusal
from ...seller_center.errors import (
    AccessRefused,
    NotAccepted,
    NotOffered,
    Refused,
    SellerCenterError,
    UnknownOutcome,
)
from ...transactions import commit_with_retry
from ..account.iconic_account_connection import API_NAMES, CLIENTS
from ..columns import insert_rows, write_columns
from ..filestore import StorageFailure, intact_content, storing
from ..iconic_rights import button


class IconicFeed(models.Model):
    """A document sent to the marketplace, and its result.

    sending    --[accepted, warnings included]----> processing
    sending    --[answered with the results]------> done, if sent at once
    sending    --[refused]------------------------> refused
    sending    --[certainly not accepted]---------> cancelled
    sending    --[document lost, never sent]------> cancelled
    sending    --[outcome unknown]----------------> sending, until it is recovered
    processing --[finished, decided per SKU]------> done
    processing --[error at the marketplace]-------> error
    processing --[canceled, or stuck and canceled]> cancelled

    One that was stuck, and so decided by its products, stays doubtful: it is polled
    until its own result is known.
    """

    _name = "iconic.feed"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Feed"
    _order = "id DESC"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    flow = fields.Selection(
        [(flow.name, flow.label) for flow in FLOWS.values()],
        required=True,
        readonly=True,
    )
    api_type = fields.Selection(
        API_NAMES,
        string="Sent With",
        required=True,
        readonly=True,
        default="action",
        help="The API that the document was made for: an OAuth application needs some "
        "documents as tables (CSV).",
    )
    action = fields.Char(
        string="Type",
        required=True,
        readonly=True,
        help="The action at the marketplace.",
    )

    state = fields.Selection(
        statuses.FEED_STATES,
        required=True,
        readonly=True,
        default="sending",
        index=True,
    )
    external_id = fields.Char(string="External ID", readonly=True, copy=False)
    external_status = fields.Char(readonly=True, help="The status at the marketplace.")
    message = fields.Text(
        readonly=True, help="The marketplace's message about the feed as a whole."
    )

    sending_since = fields.Datetime(
        readonly=True,
        help="The feed is reserved for its sender for ten minutes from then on.",
    )
    call_begun = fields.Boolean(
        readonly=True,
        help="A call with the document has begun: the marketplace may have it.",
    )
    submitted_at = fields.Datetime(string="Submitted Date", readonly=True)
    completed_at = fields.Datetime(string="Completed Date", readonly=True)
    next_poll_at = fields.Datetime(string="Next Poll", readonly=True, index=True)
    poll_count = fields.Integer(string="Polls", readonly=True)
    is_doubtful = fields.Boolean(
        string="Decided Without a Result",
        readonly=True,
        help="It may still be processed, or its products could not be read. They are "
        "read again until that is known, for 30 days at most.",
    )

    line_ids = fields.One2many("iconic.feed.line", "feed_id", readonly=True)
    sent_count = fields.Integer(string="Sent Objects Count", readonly=True)
    processed_count = fields.Integer(
        readonly=True, help="As reported by the marketplace; it may be wrong."
    )
    failed_count = fields.Integer(readonly=True)

    payload = fields.Binary(
        string="Document",
        attachment=True,
        readonly=True,
        groups="iconic_connector.iconic_connector_group_user",
        help="The exact document that was sent.",
    )
    payload_name = fields.Char(compute="_compute_payload_name")

    _by_day = models.Index("(account_id, create_date)")
    _unique_external_id = models.UniqueIndex(
        "(account_id, external_id) WHERE external_id IS NOT NULL",
        "This feed already exists.",
    )

    @api.depends("external_id", "flow")
    def _compute_display_name(self):
        """Override of `base` to show the kind and the number of the feed."""
        labels = {flow.name: flow.label for flow in FLOWS.values()}
        for feed in self:
            feed.display_name = f"{labels.get(feed.flow)} {feed.id}"

    def _compute_payload_name(self):
        for feed in self:
            extension = "csv" if feed._is_table() else "xml"
            if feed.sent_at_once:
                extension = "json"
            feed.payload_name = f"{feed.action}-{feed.id}.{extension}"

    @button
    def action_read_now(self):
        """Have the feed reader poll these feeds as soon as possible."""
        waiting = self.filtered(
            lambda feed: feed.state == "processing" or feed.is_doubtful
        )
        waiting.write({"next_poll_at": fields.Datetime.now()})
        self.account_id._trigger_crons("feed_reader")
        return self.account_id[:1]._notify(
            self.env._("The feed is polled in a moment.")
        )

    def action_view_lines(self):
        """Open the lines of the feed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_feed_line_action"
        )
        return {**action, "domain": [("feed_id", "=", self.id)]}

    @api.autovacuum
    def _gc_old_feeds(self):
        """Delete documents and lines of finished feeds after the account's retention.

        :return: how many feeds were emptied, twice: Odoo repeats the call until it is 0
        """
        emptied = 0
        for account in (
            self.env["iconic.account"]
            .with_context(active_test=False)
            .search([("retention_days", ">", 0)])
        ):
            feeds = self.search(
                [
                    ("account_id", "=", account.id),
                    ("state", "not in", ("sending", "processing")),
                    ("create_date", "<", self._retention_start(account)),
                    ("line_ids", "!=", False),
                ],
                limit=const.VACUUM_BATCH,
            )
            feeds.line_ids.unlink()
            feeds.payload = False
            emptied += len(feeds)
        return emptied, emptied

    def _is_table(self, api_type=None):
        """Tell whether the document of this feed is a table (CSV) and not XML.

        :param str api_type: for which API; by default the one that it was made for
        """
        return self.action in CLIENTS[api_type or self.api_type].table_actions

    def _open_lines(self):
        """Return the lines without a result, and fetch what the reader needs."""
        return self.env["iconic.feed.line"].search_fetch(
            [("feed_id", "=", self.id), ("state", "=", "open")],
            ["feed_id", "listing_id", "seller_sku", "flow", "state", "message"],
            order="id",
        )

    def _count_lines(self):
        """Return how many lines the feed has, by their state."""
        groups = self.env["iconic.feed.line"]._read_group(
            [("feed_id", "=", self.id)], ["state"], ["__count"]
        )
        return Counter(dict(groups))

    @property
    def _flow(self):
        """Return the feed's row of `flows.FLOWS`."""
        return FLOWS[self.flow]

    @api.model
    def _store(self, flow, listings, document, lines):
        """Store a feed before it is sent, and mark its listings as sent.

        :param flow: a row of `flows.FLOWS`
        :param listings: checked and locked listings of one account
        :param bytes document: the document to send
        :param lines: listing id -> values of `iconic.feed.line`
        :return: the feed
        """
        now = fields.Datetime.now()
        feed = self.create(
            {
                "account_id": listings.account_id.id,
                "api_type": listings.account_id.api_type,
                "flow": flow.name,
                "action": flow.action,
                "sending_since": now,
                "sent_count": len(listings),
                "sent_at_once": is_at_once(lines),
            }
        )
        feed._store_payload(document)
        self.env["iconic.feed.line"]._store(feed, listings, lines)
        listings._mark_sent(flow, lines)
        return feed

    def _retention_start(self, account):
        return fields.Datetime.now() - timedelta(days=account.retention_days)

    def _store_payload(self, document):
        """Store the document to send, byte by byte.

        :param bytes document: XML, or a table
        :raise StorageFailure: if the server cannot store it
        """
        with storing(self.env, document):
            self.payload = base64.b64encode(document)

    def _stored_payload(self):
        """Return the stored document, byte by byte; empty if its file is lost."""
        attachment = (
            self.env["ir.attachment"]
            .sudo()  # Odoo hides the attachment of a field
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "payload"),
                    ("res_id", "=", self.id),
                ],
                ["checksum", "db_datas", "store_fname"],
                limit=1,
            )
        )
        return intact_content(attachment)

    def _send(self, client):
        """Send a feed that is committed as `sending`, and store the outcome.

        :param client: from `iconic.account._connect`
        :raise StorageFailure: if the document is lost
        """
        self.ensure_one()
        document = self._stored_payload()
        if not document:
            commit_with_retry(self.env, self._give_up_lost)
            raise StorageFailure(self.message)
        call = self._call(client, document)
        # No transaction stays open during the call.
        note = partial(write_columns, self, {"call_begun": True})
        commit_with_retry(self.env, note)
        try:
            receipt = call()
        except SellerCenterError as error:
            evidence = self._evidence_on_refusal(client, error)
            note = partial(self._note_failed_sending, error, evidence)
            commit_with_retry(self.env, note)
            if self.sent_at_once and isinstance(error, NotOffered):
                commit_with_retry(self.env, partial(self._note_offer, error))
            self._report_to_account(error)
        else:
            self._store_receipt(receipt)

    def _call(self, client, document):
        """Return the call of the marketplace with the document.

        :param client: from `iconic.account._connect`
        :param bytes document: the stored payload
        :return: a function that returns a `seller_center.records.FeedReceipt`
        """
        if self.sent_at_once:
            return partial(client.set_stock, document)
        only = self._flow.writes == {"quantity"}
        return partial(client.send_feed, self.action, document, quantity_only=only)

    def _store_receipt(self, receipt):
        """Store and commit first of all what the marketplace answered.

        :param receipt: a `seller_center.records.FeedReceipt`
        """
        if receipt.ignored is None:
            self._store_accepted(
                receipt.feed_id, receipt.warnings, to_odoo_datetime(receipt.timestamp)
            )
            return
        commit_with_retry(self.env, partial(self._note_set, receipt.ignored))
        commit_with_retry(self.env, self._note_offer)
        self._report_to_account()

    def _give_up_lost(self):
        """Reset the listings of a feed that was never sent, since its file is lost."""
        self._open_lines()._close_unsent()
        self._finish(
            "cancelled",
            self.env._(
                "The document was lost before it was sent: its file is missing or "
                "damaged. Its products are sent in a new feed."
            ),
        )
        self.account_id._trigger_crons(self.flow)

    def _store_and_report(self, work, error=None):
        """Store and commit first of all what a call has led to, then how it went.

        :param work: as for `commit_with_retry`
        :param error: as for `_report_to_account`
        """

        def store():
            work()
            return not self.account_id._is_fine()

        is_news = commit_with_retry(self.env, store)
        if is_news or not _is_success(error):
            self._report_to_account(error)

    def _report_to_account(self, error=None):
        """Update the account's connection state after a call.

        In a transaction of its own: jobs compete for that row, and a conflict must not
        undo the result of the feed.

        :param error: the `SellerCenterError` of the call, None for success
        """
        account = self.account_id
        if _is_success(error):
            commit_with_retry(self.env, account._note_success)
        else:
            commit_with_retry(self.env, partial(account._note_failure, error))

    def _store_accepted(self, *receipt):
        """Store and commit first of all that the marketplace accepted the feed.

        :param receipt: as for `_note_accepted`
        """
        self._store_and_report(partial(self._note_accepted, *receipt))

    def _note_failed_sending(self, error, evidence):
        """Store the outcome of sending that ended with an error.

        :param SellerCenterError error: the error of the call
        :param evidence: from `_evidence_on_refusal`
        """
        if self.sent_at_once and isinstance(error, NotOffered):
            self._close_unsent("cancelled", error)
        elif isinstance(error, Refused):
            self._note_refused(error, evidence)
        elif isinstance(error, UnknownOutcome):
            self.message = describe(self.env, error)
        elif isinstance(error, AccessRefused):
            self._close_unsent("refused", error)
        elif isinstance(error, NotAccepted):
            self._close_unsent("cancelled", error)

    def _note_accepted(self, external_id, warnings=(), submitted_at=None):
        """Store that the marketplace accepted the feed, and schedule the feed reader.

        :param str external_id: the feed's id at the marketplace
        :param warnings: `seller_center.records.FeedMessage` of the receipt
        :param submitted_at: the receipt's Timestamp (product feeds spec, Submitted
            Date), naive and in UTC; None if the answer did not give one
        """
        now = fields.Datetime.now()
        next_poll_at = now + timedelta(seconds=const.POLL_DELAYS[0])
        write_columns(
            self,
            {
                "state": "processing",
                "external_id": external_id,
                "external_status": "Queued",
                "submitted_at": submitted_at or now,
                "sending_since": False,
                "next_poll_at": next_poll_at,
                "message": "\n".join(warning.message for warning in warnings) or False,
            },
        )
        self.env["iconic.account.job"]._trigger_at("feed_reader", next_poll_at)

    def _note_refused(self, error, evidence):
        """Store that the marketplace refused the document.

        A duplicate of a feed in process is adopted as that feed. Otherwise the SKUs
        that the answer names are in error and the others wait for the next feed; if it
        names none, all are in error.

        :param error: a `seller_center.errors.Refused`
        :param evidence: from `_evidence_on_refusal`
        """
        if error.duplicate_of and not self._feed_with_external_id(error.duplicate_of):
            self._note_accepted(error.duplicate_of)
            return
        named = defaultdict(list)
        for detail in error.details:
            if detail.seller_sku:
                named[detail.seller_sku].append(_detail_text(detail))
        lines = self._open_lines()
        rejected = lines.filtered(lambda line: line.seller_sku in named)
        for line in rejected:
            texts = {line.seller_sku: "\n".join(named[line.seller_sku])}
            line._close(line._verdict_on_error(evidence), texts, evidence)
        if not rejected:
            lines._close_with_error(describe_refusal(self.env, error))
        (lines - rejected).filtered(lambda line: line.state == "open")._close_unsent()
        self._finish("refused", describe_refusal(self.env, error))

    def _close_unsent(self, state, error):
        """Reset every listing to pending: the marketplace did not accept the feed.

        :param str state: refused or cancelled
        :param SellerCenterError error: the error of the call
        """
        self._open_lines()._close_unsent()
        self._finish(state, describe(self.env, error))

    def _finish(self, state, message=False, counts=None):
        """Set the final state of the feed.

        :param str state: done, refused, error or cancelled
        :param message: the message about the feed as a whole
        :param counts: what `_count_lines` returned, None to count
        """
        counts = self._count_lines() if counts is None else counts
        self.write(
            {
                "state": state,
                "message": message or self.message,
                "sending_since": False,
                "next_poll_at": self.is_doubtful and self._next_doubtful_poll(0),
                "completed_at": fields.Datetime.now(),
                "failed_count": counts["error"] + counts["excluded"],
            }
        )

    def _feed_with_external_id(self, external_id):
        """Return the other feed of this account with this external id, if any."""
        return self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("external_id", "=", external_id),
                ("id", "!=", self.id),
            ],
            limit=1,
        )


class IconicFeedLine(models.Model):
    """A product in a feed: the values that were sent, and the result."""

    _name = "iconic.feed.line"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Feed Line"
    # The newest first, by the primary key: there are millions.
    _order = "id DESC"
    # Their feed knows who made them and when: there are millions of lines.
    _log_access = False
    _check_company_auto = True

    feed_id = fields.Many2one(
        "iconic.feed", required=True, readonly=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one(related="feed_id.account_id")
    company_id = fields.Many2one(related="feed_id.company_id", store=True)
    currency_id = fields.Many2one(related="feed_id.account_id.currency_id")
    flow = fields.Selection(related="feed_id.flow", store=True)
    sent_at = fields.Datetime(related="feed_id.create_date", string="Sent")

    listing_id = fields.Many2one(
        "iconic.listing", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(related="listing_id.product_id")
    state = fields.Selection(
        statuses.LINE_STATES, required=True, readonly=True, default="open"
    )
    message = fields.Text(readonly=True, help="The marketplace's message.")

    seller_sku = fields.Char(string="SKU", required=True, readonly=True)
    parent_sku = fields.Char(string="Parent SKU", readonly=True)
    price = fields.Monetary(readonly=True)
    sale_price = fields.Monetary(readonly=True)
    sale_start = fields.Datetime(readonly=True)
    sale_end = fields.Datetime(readonly=True)
    quantity = fields.Integer(readonly=True)
    content_digest = fields.Char(readonly=True)
    image_digest = fields.Char(readonly=True)

    # The marketplace may process two open feeds of a listing in any order.
    _one_open_feed = models.UniqueIndex(
        "(listing_id, flow) WHERE state = 'open'",
        "This listing already has an open feed of this kind.",
    )
    # Few have failed, and people look for them among millions.
    _failed = models.Index("(id) WHERE state IN ('error', 'excluded')")

    @api.model
    def _store(self, feed, listings, lines):
        """Store the lines of a feed, in one query.

        :param feed: an `iconic.feed`
        :param listings: those in its document
        :param lines: listing id -> values
        """
        rows = [{"listing_id": listing.id, **lines[listing.id]} for listing in listings]
        names = dict.fromkeys(name for row in rows for name in row)
        same = {
            "feed_id": feed.id,
            "state": "open",
            "flow": feed.flow,
            "company_id": feed.company_id.id,
        }
        each = {name: [row.get(name) for row in rows] for name in names}
        insert_rows(self, same, each)
        feed.invalidate_recordset(["line_ids"])
        listings.invalidate_recordset(["feed_line_ids"])


def is_at_once(lines):
    """Tell whether a document holds quantities that are set at once.

    :param lines: listing id -> values of `iconic.feed.line`, built with the document
    """
    return any("marketplace_product_id" in values for values in lines.values())


def _is_success(error):
    """Tell whether the end of a call, an error or None, shows a good connection."""
    return error is None or isinstance(error, Refused)


def _detail_text(detail):
    """Return the field and the message of an error detail as one text."""
    return f"{detail.field}: {detail.message}" if detail.field else detail.message
