from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS
from ...transactions import commit_with_retry, retry_on_conflict

PULL_PURPOSES = [
    ("changes", "Reading new and changed orders"),
    ("open", "Pulling all open orders"),
]

TAXONOMY_STEPS = [
    ("categories", "Reading the categories"),
    ("attributes", "Reading the attributes"),
    ("brands", "Reading the brands"),
]


class IconicAccountPause(models.Model):
    """A period in which an account sends nothing of one kind, such as a stocktake."""

    _name = "iconic.account.pause"
    _description = "THE ICONIC Pause"
    _order = "until desc, id"

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    flow = fields.Selection(
        [(flow.name, flow.label) for flow in FLOWS.values()],
        string="What",
        help="Empty: everything.",
    )
    until = fields.Datetime(required=True)
    reason = fields.Char()


class IconicAccount(models.Model):
    """The scheduled jobs that send, flow by flow, and the progress of all jobs.

    The rows that the marketplace accepts per day are shared among the flows.
    """

    _inherit = "iconic.account"

    pause_ids = fields.One2many("iconic.account.pause", "account_id", string="Pauses")
    rows_today = fields.Integer(
        string="Rows Sent Today",
        compute="_compute_rows",
        help="Products in today's feeds. Stock goes first when the limit is near.",
    )
    rows_allowed = fields.Integer(string="Rows per Day", compute="_compute_rows")

    # The progress of this account's scheduled jobs.
    scan_position = fields.Integer(
        readonly=True,
        copy=False,
        help="The last listing that the running comparison has reached.",
    )
    compared_at = fields.Datetime(
        string="Last Comparison",
        readonly=True,
        copy=False,
        help="When the last comparison of all listings with Odoo was completed.",
    )
    sell_out_threshold_exceeded = fields.Boolean(readonly=True, copy=False)

    reading_purpose = fields.Selection(
        [("link", "Linking existing products"), ("mismatch", "Looking for mismatches")],
        readonly=True,
        copy=False,
    )
    reading_offset = fields.Integer(
        readonly=True, copy=False, help="The offset of the next page."
    )
    reading_count = fields.Integer(string="Products Read", readonly=True, copy=False)
    reading_total = fields.Integer(readonly=True, copy=False)
    reading_since = fields.Datetime(readonly=True, copy=False)
    reading_report = fields.Text(string="Last Reading", readonly=True, copy=False)

    orders_read_until = fields.Datetime(
        string="Orders Read",
        readonly=True,
        copy=False,
        help="All changes before this time have been read.",
    )

    pull_purpose = fields.Selection(PULL_PURPOSES, readonly=True, copy=False)
    pull_requested = fields.Boolean(readonly=True, copy=False)
    pull_status = fields.Char(readonly=True, copy=False)
    pull_since = fields.Datetime(readonly=True, copy=False)
    pull_started_at = fields.Datetime(readonly=True, copy=False)
    pull_offset = fields.Integer(readonly=True, copy=False)
    pull_found = fields.Boolean(readonly=True, copy=False)
    pull_count = fields.Integer(string="Orders Read So Far", readonly=True, copy=False)
    pull_new_count = fields.Integer(readonly=True, copy=False)
    pull_report = fields.Text(string="Last Pull", readonly=True, copy=False)

    taxonomy_step = fields.Selection(TAXONOMY_STEPS, readonly=True, copy=False)
    taxonomy_set_id = fields.Many2one(
        "iconic.attribute.set",
        string="Attribute Set Read Last",
        readonly=True,
        copy=False,
    )
    taxonomy_read_at = fields.Datetime(
        string="Categories Read", readonly=True, copy=False
    )
    taxonomy_changes = fields.Json(readonly=True, copy=False)
    taxonomy_report = fields.Text(string="Last Refresh", readonly=True, copy=False)

    def _compute_rows(self):
        sent = self._rows_sent_today()
        listings = dict(
            self.env["iconic.listing"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.rows_today = sent.get(account._origin, 0)
            account.rows_allowed = (
                const.DAILY_ROWS
                + const.DAILY_ROWS_PER_PRODUCT * listings.get(account._origin, 0)
            )

    @api.model
    def _cron_send(self, flow_name):
        """Send all pending listings of one flow.

        :param str flow_name: a key of `flows.FLOWS`
        """
        flow = FLOWS[flow_name]
        accounts = self._ready_to_send(flow)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self._count_picked(flow, accounts))
        for account in accounts:
            if not account._send_flow(flow):
                return
        # What is still pending waits for a lock or for the account, not for this run.
        if self._count_picked(flow, accounts._ready_to_send(flow) & accounts):
            self.env.ref(f"iconic_connector.ir_cron_{flow_name}")._trigger(
                fields.Datetime.now() + const.LOCKED_RETRY
            )
        commit(remaining=0)

    def _is_paused(self, flow):
        """Tell whether a user has paused this flow.

        :param flow: a row of `flows.FLOWS`
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return any(
            pause.until > now and pause.flow in (False, flow.name)
            for pause in self.pause_ids
        )

    def _rows_sent_today(self):
        """Return the number of rows in today's feeds, by account.

        They are counted from the feeds, since all jobs would compete for a counter on
        the account.
        """
        midnight = fields.Datetime.to_datetime(fields.Date.today())
        groups = self.env["iconic.feed"]._read_group(
            [
                ("account_id", "in", self.ids),
                ("create_date", ">=", midnight),
                # These never reached the marketplace.
                ("state", "!=", "cancelled"),
            ],
            ["account_id"],
            ["sent_count:sum"],
        )
        return dict(groups)

    def _rows_left(self, flow):
        """Return how many rows this flow may still send today.

        :param flow: a row of `flows.FLOWS`
        """
        self.ensure_one()
        share = int(self.rows_allowed * const.ROW_SHARES[flow.name])
        return max(share - self._rows_sent_today().get(self, 0), 0)

    def _batch_limit(self, flow):
        """Return how many products the next feed of this flow may contain."""
        return min(self.batch_size, self._rows_left(flow))

    @api.model
    def _ready_to_send(self, flow):
        """Return the accounts that may send this flow now."""
        return self._ready_to_call().filtered(
            lambda one: not one._is_paused(flow) and one._rows_left(flow)
        )

    def _count_picked(self, flow, accounts):
        return self.env["iconic.listing"].search_count(accounts._picked_domain(flow))

    def _picked_domain(self, flow):
        """Return the domain of these accounts' listings that a flow sends now.

        Closed listings are excluded, and those with an open feed that writes the same
        part.
        """
        return Domain.AND(
            [
                Domain("account_id", "in", self.ids),
                Domain("closed", "=", False),
                Domain(flow.domain),
                ~self.env["iconic.listing"]._in_flight_domain(flow),
            ]
        )

    def _send_flow(self, flow):
        """Send this account's pending listings of one flow, batch by batch.

        :return: whether there is time left for the next account
        """
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        with self._connect() as client:
            while self._is_ready() and self._rows_left(flow):
                count, feed = retry_on_conflict(
                    self.env, partial(self._store_batch, flow)
                )
                # From here on the feed is stored and recovery can find it.
                time_left = commit(count)
                if feed:
                    feed._send(client)
                if not time_left:
                    return False
                if not count:
                    break
        commit_with_retry(self.env, self._sync_error_activity)
        return True

    def _store_batch(self, flow):
        """Select, check and store one batch.

        :return: how many listings were processed, and the feed to send, maybe empty
        """
        listings = (
            self.env["iconic.listing"]
            .search(self._picked_domain(flow), limit=self._batch_limit(flow))
            # Other transactions may still reference the listings.
            .try_lock_for_update(allow_referencing=True)
        )
        batch = listings._prepare_batch(flow)
        batch.unchanged.write(
            {flow.status_field: "not_needed", flow.error_field: False}
        )
        for listing, problems in batch.problems.items():
            listing._block(flow, "\n".join(problem.message for problem in problems))
        feed = self.env["iconic.feed"]
        if batch.document:
            feed = feed._store(flow, batch.listings, batch.document, batch.lines)
        handled = len(batch.unchanged) + len(batch.problems) + feed.sent_count
        return handled, feed
