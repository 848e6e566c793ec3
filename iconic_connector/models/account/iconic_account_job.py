from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ... import const
from ...domain.flows import FLOWS
from .job import JOBS
from .job_runner import JobRunner

# The scheduled jobs, each with a cron `ir_cron_<name>`.
KINDS = [
    ("order_pull", "Read Orders"),
    ("order_process", "Import and Process Orders"),
    ("order_change", "Send Status Updates"),
    ("order_document", "Fetch Labels and Invoices"),
    ("webhook", "Process Notifications"),
    ("settings", "Check Settings"),
    ("check", "Check Products"),
    ("list", "List Products"),
    ("detect", "Detect Changes"),
    ("compare", "Compare Products Just Sold"),
    ("create", "Create Products"),
    ("image", "Send First Pictures"),
    ("update", "Update Products"),
    ("picture", "Change Pictures"),
    ("price", "Update Prices"),
    ("stock", "Update Stock"),
    ("end", "End Listings"),
    ("remove", "Remove Products"),
    ("feed_reader", "Read Feed Results"),
    ("quality", "Read Quality Reviews"),
    ("production", "Look for THE ICONIC's Pictures"),
    ("readback", "Read THE ICONIC's Products"),
    ("taxonomy", "Read Categories, Attributes and Brands"),
    ("shipment_provider", "Read Carriers"),
]
STATES = [
    ("idle", "Idle"),
    ("waiting", "Waiting"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("failed", "Problem"),
]


class IconicAccountJob(models.Model):
    """A scheduled job of one account: where it is, how it went, when it tries again.

    Only the runner writes here, in transactions of its own. What people ask for is
    stored in requests and pauses, so that a click never costs a batch.
    """

    _name = "iconic.account.job"
    _description = "THE ICONIC Job"
    _order = "account_id, sequence, id"
    _rec_name = "kind"
    _log_access = False
    #: Whether no row begins to wait before those that do had their turns.
    _in_rounds = True

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    kind = fields.Selection(KINDS, string="Job", required=True, readonly=True)
    sequence = fields.Integer(compute="_compute_sequence", store=True)
    request_ids = fields.One2many("iconic.account.job.request", "job_id")

    waiting = fields.Boolean(
        readonly=True, help="It has something to do and waits for its turn."
    )
    owner = fields.Char(readonly=True, help="The process that works on it.")
    lease_until = fields.Datetime(
        readonly=True, help="Until then, no other process takes it over."
    )
    attempt_count = fields.Integer(
        string="Attempts", readonly=True, help="How often it was begun since it ended."
    )
    started_at = fields.Datetime(string="Last Start", readonly=True)
    ended_at = fields.Datetime(string="Last End", readonly=True)
    succeeded_at = fields.Datetime(string="Last Success", readonly=True)
    failure_count = fields.Integer(string="Failures in a Row", readonly=True)
    next_try_at = fields.Datetime(string="Next Try", readonly=True)

    position = fields.Json(readonly=True)
    done_count = fields.Integer(string="Done", readonly=True)
    total_count = fields.Integer(string="Of", readonly=True)
    current = fields.Char(string="Working On", readonly=True)
    error = fields.Text(string="Last Error", readonly=True)
    result = fields.Selection(
        [
            ("success", "Worked"),
            ("delayed", "Waits for THE ICONIC"),
            ("failed", "Failed"),
            ("interrupted", "Ended Without an Answer"),
        ],
        string="Last Run",
        readonly=True,
        help="Whether it could do its work. The outcome says what the work was.",
    )
    outcome = fields.Text(readonly=True)
    left_out_count = fields.Integer(string="Left Out", readonly=True)
    left_out = fields.Text(
        string="Records Left Out",
        readonly=True,
        help="They failed alone, and all others were done.",
    )

    state = fields.Selection(STATES, compute="_compute_state")
    progress = fields.Float(compute="_compute_progress")
    # A text, since long reasons of a Char are cut off in lists.
    status = fields.Text(compute="_compute_state")
    next_run_at = fields.Datetime(string="Next Run", compute="_compute_next_run_at")

    _once = models.Constraint(
        "UNIQUE(account_id, kind)", "An account has each job once."
    )

    @api.depends("kind")
    def _compute_sequence(self):
        places = {kind: place for place, (kind, _label) in enumerate(KINDS)}
        for row in self:
            row.sequence = places.get(row.kind, len(places))

    @api.depends("kind")
    def _compute_display_name(self):
        """Override to give the words for the kind of job."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = kinds.get(row.kind)

    @api.depends(
        "waiting",
        "owner",
        "lease_until",
        "result",
        "error",
        "outcome",
        "left_out_count",
        "failure_count",
        "done_count",
        "total_count",
        "request_ids",
        "account_id.pause_ids.job",
        "account_id.pause_ids.until",
        "account_id.connection_state",
        "account_id.retry_at",
    )
    def _compute_state(self):
        now = fields.Datetime.now()
        for row in self:
            pause = row.account_id._pause_of(row.kind)
            if row.owner and row.lease_until and row.lease_until > now:
                row.state = "running"
            elif pause:
                row.state = "paused"
            elif row._needs_attention() and not row.request_ids:
                row.state = "failed"
            else:
                row.state = "waiting" if row._has_to_run() else "idle"
            row.status = row._status_words(pause)

    @api.depends("done_count", "total_count")
    def _compute_progress(self):
        for row in self:
            total = row.total_count
            row.progress = min(row.done_count / total * 100, 100) if total else 0

    def _compute_next_run_at(self):
        """Return when each job runs next: its cron, earlier if triggered."""
        crons = {kind: self._cron(kind) for kind in set(self.mapped("kind"))}
        ids = [cron.id for cron in crons.values()]
        crons = {kind: cron.with_prefetch(ids) for kind, cron in crons.items()}
        triggers = dict(
            # Users may see when a job runs, but not the crons.
            self.env["ir.cron.trigger"]
            .sudo()
            ._read_group([("cron_id", "in", ids)], ["cron_id"], ["call_at:min"])
        )
        for row in self:
            cron = crons[row.kind]
            moments = [cron.nextcall, triggers.get(cron) or cron.nextcall]
            soonest = max(min(moments), row._blocked_until() or min(moments))
            row.next_run_at = soonest if cron.active else False

    def action_run_now(self):
        """Have the jobs run as soon as possible, without waiting for their next try.

        :raise UserError: if the account cannot call now, or the job is paused
        """
        self.account_id.check_access("write")
        for row in self:
            row._check_may_run()
        self._request()
        return self.account_id[:1]._notify(
            self.env._("The job runs in a moment; see the progress.")
        )

    def action_pause(self):
        """Open the pause of this job, to enter until when."""
        self.ensure_one()
        return self.env["iconic.account.pause"]._ask(self.account_id, self.kind)

    def action_resume(self):
        """End the pauses of these jobs, and tell which these were."""
        self.account_id.check_access("write")
        pauses = self.env["iconic.account.pause"]
        for row in self:
            pauses |= row.account_id._pause_of(row.kind)
        if not pauses:
            return None
        # Such a pause may have stopped other jobs, too.
        names = dict(pauses._fields["job"]._description_selection(self.env))
        resumed = ", ".join(sorted({names[pause.job] for pause in pauses}))
        pauses.unlink()
        return self.account_id[:1]._notify(self.env._("Resumed: %s.", resumed))

    def action_stop_all(self):
        """Stop all jobs of the accounts of these rows, or of all accounts."""
        return self._accounts_or_all().action_stop_jobs()

    def action_resume_all(self):
        """Let all jobs of the accounts of these rows, or of all, run again."""
        return self._accounts_or_all().action_resume_jobs()

    def _accounts_or_all(self):
        return self.account_id or self.account_id.search([("active", "=", True)])

    @api.model
    def _run_jobs(self, kind):
        """Run one kind of job for all accounts; called by its cron.

        :param str kind: a value of `kind`
        """
        JobRunner(self.env, kind).run()

    @api.model
    def _give_turns(self, runner):
        """Give every row that is due its turn; override to have others do that.

        :param runner: the `JobRunner`
        """
        runner.give_turns()

    @api.model
    def _ensure(self, accounts, kinds=None):
        """Create the missing rows of some accounts.

        :param accounts: `iconic.account` records
        :param kinds: values of `kind`; None for all
        """
        # No user writes rows, but users create accounts and make requests.
        Job = self.sudo()
        kinds = kinds or list(JOBS)
        known = {
            (row.account_id.id, row.kind)
            for row in Job.search(
                [("account_id", "in", accounts.ids), ("kind", "in", kinds)]
            )
        }
        missing = [
            {"account_id": account.id, "kind": kind}
            for account in accounts
            for kind in kinds
            if (account.id, kind) not in known
        ]
        if missing:
            Job.create(missing)

    @api.model
    def _cron(self, kind):
        """Return the cron of a kind of job, with the rights to read and trigger it."""
        # Users may trigger scheduled jobs, but not administer them.
        return self.env["ir.cron"].sudo().browse(self._cron_id(kind))

    @api.model
    def _cron_id(self, kind):
        # From memory, where `ref` would ask whether it still exists.
        name = f"iconic_connector.ir_cron_{kind}"
        return self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=True)

    @api.model
    def _trigger_at(self, kind, moment):
        """Have a job run at some moment, unless it is going to run until then.

        :param moment: a datetime in the future
        """
        cron = self._cron(kind)
        known = [
            ("cron_id", "=", cron.id),
            ("call_at", ">", fields.Datetime.now()),
            ("call_at", "<=", moment),
        ]
        if not self.env["ir.cron.trigger"].sudo().search_count(known, limit=1):
            cron._trigger(moment)

    def _request(self, purpose=""):
        """Store that somebody wants these jobs to run, and trigger them.

        :param str purpose: what the job is to do, beyond what it does anyway
        """
        # Users may request a run, but not write rows of jobs.
        Request = self.env["iconic.account.job.request"].sudo()
        Request.create([{"job_id": row.id, "purpose": purpose} for row in self])
        for kind in set(self.mapped("kind")):
            self._cron(kind)._trigger()

    def _check_may_run(self):
        if JOBS[self.kind].needs_connection and (reason := self._wait_reason()):
            raise UserError(reason)
        if self.account_id._pause_of(self.kind):
            raise UserError(
                self.env._("This job is paused. Press Resume to let it run again.")
            )

    def _has_to_run(self):
        return bool(self.waiting or self.request_ids or self.owner)

    def _is_at_work(self):
        """Tell whether the job runs, or is about to: neither paused nor failed."""
        return self.state in ("running", "waiting")

    def _is_asked(self, purpose):
        """Tell whether the job is to do what somebody asked for, or doing it.

        :param str purpose: as for `_request`
        """
        doing = (self.position or {}).get("purpose")
        return purpose in (doing, *self.request_ids.mapped("purpose"))

    def _needs_attention(self):
        """Tell whether a person has to look at this job."""
        return (
            self.result in ("failed", "interrupted")
            or bool(self.left_out_count)
            or self.failure_count >= const.JOB_FAILURES_IN_A_ROW
        )

    def _blocked_until(self):
        """Return until when the job waits after a failure, or for the marketplace."""
        moments = [self.next_try_at, self.account_id.retry_at]
        return max(filter(None, moments), default=None)

    def _status_words(self, pause):
        """Return in words how the job stands.

        :param pause: the `iconic.account.pause` that stops it, maybe empty
        """
        if self.state == "running":
            return self._progress_words()
        if self.state == "paused":
            return pause[:1]._words()
        if self.state == "failed":
            return self.error or self.left_out
        if reason := JOBS[self.kind].needs_connection and self._wait_reason():
            return reason
        if self.state == "waiting":
            return self.env._("Waits for its turn")
        return self.error or self.outcome or False

    def _wait_reason(self):
        """Return why the account cannot call now, or an empty string."""
        account = self.account_id
        if account.connection_state == "on_hold":
            return account.hold_reason
        if account.retry_at and account.retry_at > fields.Datetime.now():
            return self.env._("THE ICONIC cannot accept calls at the moment.")
        return account._blocking_reason()

    def _progress_words(self):
        if self.total_count:
            return self.env._(
                "%(done)s of %(total)s", done=self.done_count, total=self.total_count
            )
        if self.done_count:
            return self.env._("%s done", self.done_count)
        return self.env._("Starting")

    def _progress_lines(self):
        """Return in words what these jobs are doing, one line each."""
        return "\n".join(f"{row.display_name}: {row.status}" for row in self)

    @api.model
    def _idle_domain(self):
        """Return the domain of the rows that are looked at for something to do.

        Nobody can claim them meanwhile.
        """
        return Domain("owner", "=", False)

    @api.model
    def _due_domain(self, kind, accounts):
        """Return the domain of rows that may be claimed now.

        :param str kind: a value of `kind`
        :param accounts: the accounts that may run it
        """
        now = fields.Datetime.now()
        return (
            Domain("kind", "=", kind)
            & Domain("account_id", "in", accounts.ids)
            & Domain("waiting", "=", True)
            & Domain("owner", "=", False)
            & (Domain("next_try_at", "=", False) | Domain("next_try_at", "<=", now))
        )

    def _write_if_owned(self, owner, values):
        """Write to this row with one query, unless another process has taken it over.

        :param str owner: the process that works on it
        :param dict values: field -> value
        :return: whether it was still that process
        """
        self.flush_recordset()
        columns = (
            SQL(
                "%s = %s",
                SQL.identifier(name),
                self._fields[name].convert_to_column(value, self),
            )
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE iconic_account_job SET %s WHERE id = %s AND owner = %s",
                SQL(", ").join(columns),
                self.id,
                owner,
            )
        )
        is_owned = bool(self.env.cr.rowcount)
        self.invalidate_recordset()
        self.modified(values)
        return is_owned

    def _end(self, result, error=False, **values):
        """Store how the run of this row ended, and release it.

        :param str result: a value of `result`
        :param error: what went wrong, as a sentence
        :param values: of other fields
        """
        now = fields.Datetime.now()
        failed = result != "success"
        failures = self.failure_count + 1 if failed else 0
        self.write(
            {
                "owner": False,
                "lease_until": False,
                # After a failure it waits for its next try.
                "waiting": failed,
                "attempt_count": 0,
                "current": False,
                "result": result,
                "error": error,
                "ended_at": now,
                "failure_count": failures,
                "next_try_at": _next_try(now, failures) if failed else False,
                **({} if failed else {"succeeded_at": now}),
                **values,
            }
        )


class IconicAccountJobRequest(models.Model):
    """What somebody wants a job to do, until the job takes it up."""

    _name = "iconic.account.job.request"
    _description = "THE ICONIC Job Request"
    _order = "id"

    job_id = fields.Many2one(
        "iconic.account.job", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="job_id.company_id", store=True)
    purpose = fields.Char(help="Empty: what the job does anyway.")


class IconicAccountPause(models.Model):
    """A period in which an account's jobs, or one of them, do not run.

    Without an end it lasts until somebody resumes. A pause of selling, such as during a
    stocktake, stops no job: quantity 0 is sent, and the stock again when it is over.
    """

    _name = "iconic.account.pause"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Pause"
    _order = "until desc, id"
    _user_fields = frozenset("account_id job warehouse_id until reason".split())
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    job = fields.Selection(
        [
            (const.PAUSE_OF_SELLING, "Selling"),
            ("all", "All Jobs"),
            ("feeds", "All Feeds"),
            *KINDS,
        ],
        string="What",
        required=True,
        default="feeds",
        help="Selling: quantity 0 is sent, and the stock again when it is over. All "
        "Feeds: nothing is sent about products, but results and orders are read.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="cascade",
        help="Stop selling from this warehouse, on all accounts. Empty: stop selling "
        "on this account.",
    )
    until = fields.Datetime(help="Empty: until somebody resumes.")
    reason = fields.Char()

    _only_selling_from_warehouses = models.Constraint(
        "CHECK(job = 'selling' OR warehouse_id IS NULL)",
        "Only selling can be paused for a warehouse.",
    )

    @api.onchange("job")
    def _onchange_job(self):
        if self.job != const.PAUSE_OF_SELLING:
            self.warehouse_id = False

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let the jobs run at once when the pause is over.

        A pause of selling begins at once.
        """
        pauses = super().create(vals_list)
        pauses._compare_paused()
        for pause in pauses.filtered("until"):
            for kind in pause._kinds():
                self.env["iconic.account.job"]._trigger_at(kind, pause.until)
        return pauses

    def write(self, vals):
        """Override to compare what is sold during another pause."""
        self._compare_paused()
        result = super().write(vals)
        self._compare_paused()
        return result

    def unlink(self):
        """Override to let the jobs run at once when the pause is ended."""
        self._compare_paused()
        kinds = {kind for pause in self for kind in pause._kinds()}
        accounts = self.account_id
        result = super().unlink()
        if accounts:
            accounts._trigger_crons(*kinds)
        return result

    @api.model
    def _ask(self, account, job):
        """Return an action that opens a new pause.

        :param account: the `iconic.account`
        :param str job: a value of `job`
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": account.id, "default_job": job},
        }

    def action_save(self):
        """Store the pause and close the dialog."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _kinds(self):
        """Return the jobs that it stops."""
        groups = {"all": list(JOBS), "feeds": list(FLOWS), const.PAUSE_OF_SELLING: []}
        return groups.get(self.job, [self.job])

    def _compare_paused(self):
        """Have the listings compared whose selling these pauses stop, or did."""
        for pause in self.filtered(lambda one: one.job == const.PAUSE_OF_SELLING):
            self.env["iconic.compare.request"]._insert(pause._paused_listings())
            if pause.until and pause.until > fields.Datetime.now():
                self.env["iconic.account.job"]._cron("detect")._trigger(pause.until)

    def _paused_listings(self):
        """Return the domain of the listings that a pause of selling is about."""
        if not self.warehouse_id:
            return Domain("account_id", "=", self.account_id.id)
        accounts = (
            self.env["iconic.account"]
            .sudo()
            .search([("company_id", "=", self.warehouse_id.company_id.id)])
        )
        concerned = accounts.filtered(
            lambda one: self.warehouse_id in one._selling_warehouses()
        )
        return Domain("account_id", "in", concerned.ids)

    def _words(self):
        """Return in words until when and why nothing runs."""
        until = self.until and format_datetime(self.env, self.until, dt_format="short")
        if self.job == const.PAUSE_OF_SELLING:
            words = self._selling_words(until)
        elif until:
            words = self.env._("Paused until %s.", until)
        else:
            words = self.env._("Stopped until somebody resumes.")
        return f"{words} {self.reason}" if self.reason else words

    def _selling_words(self, until):
        """Return what is not sold until when.

        :param str until: the time in words; empty until somebody resumes
        """
        if self.warehouse_id and until:
            return self.env._(
                "Nothing is sold from %(warehouse)s until %(until)s.",
                warehouse=self.warehouse_id.name,
                until=until,
            )
        if self.warehouse_id:
            return self.env._(
                "Nothing is sold from %s until somebody resumes.",
                self.warehouse_id.name,
            )
        if until:
            return self.env._("Nothing is sold until %s.", until)
        return self.env._("Nothing is sold until somebody resumes.")


def _next_try(now, failures):
    seconds = const.JOB_BACKOFF_FIRST * 2 ** min(failures - 1, 10)
    return now + timedelta(seconds=min(seconds, const.JOB_BACKOFF_LONGEST))
