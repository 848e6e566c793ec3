from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...error_messages import plural

# What open screens listen for, to show what has changed.
CHANGED = "iconic_connector/changed"


class IconicAccount(models.Model):
    """What the scheduled jobs of an account have to say, and the rows left for today.

    The rows that the marketplace accepts per day are shared among the flows.
    """

    _inherit = "iconic.account"

    pause_ids = fields.One2many("iconic.account.pause", "account_id", string="Pauses")
    is_stopped = fields.Boolean(compute="_compute_is_stopped")
    selling_pause = fields.Text(compute="_compute_selling_pause")
    job_ids = fields.One2many("iconic.account.job", "account_id", string="Jobs")
    active_job_ids = fields.Many2many(
        "iconic.account.job", compute="_compute_active_jobs", string="Jobs at Work"
    )
    jobs_at_work = fields.Text(compute="_compute_active_jobs")
    failed_job_count = fields.Integer(
        string="Jobs with Problems", compute="_compute_active_jobs"
    )

    is_pulling = fields.Boolean(compute="_compute_job_reports")
    pull_report = fields.Text(string="Last Pull", compute="_compute_job_reports")
    is_reading_history = fields.Boolean(compute="_compute_job_reports")
    history_report = fields.Text(compute="_compute_job_reports")
    is_reading = fields.Boolean(compute="_compute_job_reports")
    reading_report = fields.Text(string="Last Reading", compute="_compute_job_reports")
    is_checking = fields.Boolean(compute="_compute_job_reports")
    is_listing = fields.Boolean(compute="_compute_job_reports")
    listing_report = fields.Text(string="Last Listing", compute="_compute_job_reports")
    is_refreshing = fields.Boolean(compute="_compute_job_reports")
    taxonomy_read_at = fields.Datetime(
        string="Categories Read", compute="_compute_job_reports"
    )
    taxonomy_report = fields.Text(string="Last Refresh", compute="_compute_job_reports")

    rows_today = fields.Integer(
        string="Rows Sent Today",
        compute="_compute_rows_today",
        help="Products in today's feeds. Stock goes first when the limit is near.",
    )

    @api.depends("pause_ids.job", "pause_ids.until")
    def _compute_is_stopped(self):
        for account in self:
            account.is_stopped = any(
                pause.job == "all" and not pause.until for pause in account.pause_ids
            )

    @api.depends(
        "pause_ids.job", "pause_ids.until", "pause_ids.warehouse_id", "pause_ids.reason"
    )
    def _compute_selling_pause(self):
        for account in self:
            pauses = account._selling_pauses()
            account.selling_pause = "\n".join(one._words() for one in pauses)

    @api.depends("job_ids.state", "job_ids.status", "job_ids.left_out_count")
    def _compute_active_jobs(self):
        for account in self:
            jobs = account.job_ids
            account.active_job_ids = jobs.filtered(
                lambda job: (
                    job.state == "running"
                    or (job.state == "waiting" and job.request_ids)
                )
            )
            account.jobs_at_work = account.active_job_ids._progress_lines()
            account.failed_job_count = len(
                jobs.filtered(lambda job: job._needs_attention())
            )

    @api.depends(
        "job_ids.waiting",
        "job_ids.owner",
        "job_ids.request_ids",
        "job_ids.position",
        "job_ids.outcome",
        "job_ids.state",
    )
    def _compute_job_reports(self):
        """Return what the jobs that people ask for are doing or have done last."""
        for account in self:
            jobs = account.job_ids.grouped("kind")
            none = account.job_ids.browse()
            pull = jobs.get("order_pull", none)
            account.is_pulling = pull._is_asked("open")
            account.pull_report = (pull.position or {}).get("open_report")
            account.is_reading_history = pull._is_asked("history")
            account.history_report = (pull.position or {}).get("history_report")
            reading = jobs.get("readback", none)
            account.is_reading = reading._has_to_run()
            account.reading_report = reading.outcome
            account.is_checking = jobs.get("check", none)._is_at_work()
            listing = jobs.get("list", none)
            account.is_listing = listing._is_at_work()
            account.listing_report = listing.outcome
            taxonomy = jobs.get("taxonomy", none)
            account.is_refreshing = taxonomy._has_to_run()
            read_at = (taxonomy.position or {}).get("read_at")
            account.taxonomy_read_at = read_at and datetime.fromisoformat(read_at)
            account.taxonomy_report = taxonomy.outcome

    def _compute_rows_today(self):
        sent = self._rows_sent_today()
        for account in self:
            account.rows_today = sent.get(account._origin, 0)

    def action_view_jobs(self):
        """Open the jobs of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_account_job_action"
        )
        context = {"search_default_account_id": self.id}
        if name := self.env.context.get("job_filter"):
            context[f"search_default_{name}"] = 1
        return {**action, "context": context}

    def action_stop_jobs(self):
        """Stop all jobs of these accounts, each before its next batch."""
        self.check_access("write")
        reason = self.env._("Stopped by %s.", self.env.user.name)
        self.env["iconic.account.pause"].create(
            [
                {"account_id": account.id, "job": "all", "reason": reason}
                for account in self
                if not account.is_stopped
            ]
        )
        return self._notify(
            self.env._("All jobs stop before their next batch. Press Resume to go on."),
            "warning",
        )

    def action_resume_jobs(self):
        """Let all jobs of these accounts run again."""
        self.check_access("write")
        self.pause_ids.filtered(lambda pause: pause.job == "all").unlink()
        return self._notify(self.env._("All jobs run again."), "success")

    def _pause_of(self, kind):
        """Return the pauses that stop a job now.

        :param str kind: a value of `iconic.account.job.kind`
        """
        now = fields.Datetime.now()
        return self.pause_ids.filtered(
            lambda pause: (
                kind in pause._kinds() and (not pause.until or pause.until > now)
            )
        )

    def action_pause_selling(self):
        """Open the pause of selling, to enter until when."""
        self.ensure_one()
        self.check_access("write")
        return self.env["iconic.account.pause"]._ask(self, const.PAUSE_OF_SELLING)

    def action_resume_selling(self):
        """Sell again what this account and its warehouses have paused."""
        self.check_access("write")
        # A pause of a warehouse may have been entered on another account.
        self._selling_pauses().unlink()
        return self._notify(
            self.env._("The stock is compared and sent in a moment."), "success"
        )

    def _selling_pauses(self):
        """Return the pauses of selling now: of this account, or of its warehouses.

        Whoever counts a warehouse stops selling from it on all accounts.
        """
        pauses = (
            self.env["iconic.account.pause"]
            .sudo()
            .search(
                Domain("job", "=", const.PAUSE_OF_SELLING)
                & (
                    Domain("until", "=", False)
                    | Domain("until", ">", fields.Datetime.now())
                )
                & (
                    Domain("warehouse_id", "=", False)
                    & Domain("account_id", "in", self._origin.ids)
                    | Domain("warehouse_id", "in", self._selling_warehouses().ids)
                )
            )
        )
        return pauses

    def _selling_warehouses(self):
        """Return the warehouses whose stock this account offers."""
        return self.stock_location_ids.warehouse_id or self.stock_warehouse_ids

    def _selling_is_paused(self, pauses=None):
        """Tell whether nothing is sold now: the account or all warehouses pause.

        :param pauses: what `_selling_pauses` returned, None to look for them
        """
        if pauses is None:
            pauses = self._selling_pauses()
        paused = pauses.warehouse_id
        return any(not one.warehouse_id for one in pauses) or bool(
            paused and self._selling_warehouses() <= paused
        )

    def _job(self, kind):
        """Return the row of a job of this account, created if it is missing.

        :param str kind: a value of `iconic.account.job.kind`
        """
        Job = self.env["iconic.account.job"]
        mine = [("account_id", "=", self.id), ("kind", "=", kind)]
        if not (row := Job.search(mine)):
            Job._ensure(self, [kind])
            row = Job.search(mine)
        return row

    def _sync_job_activity(self):
        """Create, update or close the activity about jobs with problems."""
        for account in self:
            jobs = account.job_ids.filtered(lambda job: job._needs_attention())
            if not jobs:
                account._close_activity("jobs")
                continue
            labels = dict(jobs._fields["kind"]._description_selection(self.env))
            account._raise_activity(
                "jobs",
                plural(
                    len(jobs),
                    self.env._("1 job needs you"),
                    self.env._("%s jobs need you"),
                ),
                "\n".join(
                    f"{labels[job.kind]}: {job.error or job.left_out}" for job in jobs
                ),
            )

    def _tell_screens(self, job, records=None):
        """Have open screens show what has changed; they read it themselves.

        :param job: the `iconic.account.job` that is at work
        :param records: further records that were changed
        """
        number = self.env["ir.model.data"]._xmlid_to_res_id(const.USER_GROUP)
        group = self.env["res.groups"].browse(number)
        for changed in (self, job, records):
            if isinstance(changed, models.BaseModel) and changed:
                message = {"model": changed._name, "ids": changed.ids}
                group._bus_send(CHANGED, message)

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

    def _rows_left(self, flow, allowed):
        """Return how many rows this flow may still send today.

        :param flow: a row of `flows.FLOWS`
        :param int allowed: the rows per day of all flows
        """
        self.ensure_one()
        share = int(allowed * const.ROW_SHARES[flow.name])
        return max(share - self._rows_sent_today().get(self, 0), 0)

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

    def _next_batch(self, flow, without=(), allowed=None):
        """Return the listings of the next feed of a flow, empty if there are none.

        Stock that was just sold or received goes first, in a feed of its own: a small
        one is done sooner. Pictures are prepared before anything is locked; those that
        are not in time are in the next batch.

        :param flow: a row of `flows.FLOWS`
        :param without: the ids of listings that somebody else has locked
        :param allowed: the rows per day of all flows, None to count the listings
        """
        Listing = self.env["iconic.listing"]
        allowed = self.rows_allowed if allowed is None else allowed
        limit = min(self.batch_size, self._rows_left(flow, allowed))
        if not limit:
            return Listing
        picked = self._picked_domain(flow) & Domain("id", "not in", list(without))
        if flow.needs_pictures:
            due = Listing.search(picked, order="id", limit=limit)
            return due._prepare_pictures()
        urgent = Listing
        if flow.flag == "quantity":
            first = Domain("send_first", "=", True)
            urgent = Listing.search(picked & first, order="id", limit=limit)
        # With what their names are made of.
        return urgent or Listing.search_fetch(
            picked, ["seller_sku", "product_id"], order="id", limit=limit
        )

    def _store_batch(self, flow, listings, product_ids=None):
        """Check some listings and store their feed.

        :param flow: a row of `flows.FLOWS`
        :param listings: what `_next_batch` returned, or some of them
        :param product_ids: SKU -> the marketplace's id, of those that were asked for
        :return: how many listings were sent, are failing and are unchanged, as a dict,
            and the feed to send, maybe empty
        """
        # Other transactions may still reference the listings.
        locked = listings.try_lock_for_update(allow_referencing=True)
        # They may have changed since they were selected.
        mine = locked.search_fetch(
            self._picked_domain(flow) & Domain("id", "in", locked.ids),
            locked._read_by_flow(flow),
            order="id",
        )
        if product_ids:
            mine._note_product_ids(product_ids)
        batch = mine._prepare_batch(flow)
        unchanged = {flow.status_field: "not_needed", flow.error_field: False}
        if flow.flag == "quantity":
            unchanged["send_first"] = False
        batch.unchanged.write(unchanged)
        if batch.problems:
            # The messages name the mapping of their values: they have to be there.
            self.env["iconic.value.map"]._propose(self)
        for listing, problems in batch.problems.items():
            listing._block(flow, "\n".join(problem.message for problem in problems))
        feed = self.env["iconic.feed"]
        if batch.document:
            feed = feed._store(flow, batch.listings, batch.document, batch.lines)
        counts = {
            "sent": feed.sent_count,
            "failing": len(batch.problems),
            "unchanged": len(batch.unchanged),
        }
        return counts, feed
