from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

from ..queued_runner import QueuedRunner

#: Jobs that have waited for so long, while none has begun, wait for nobody.
ASLEEP_AFTER = timedelta(minutes=5)
#: What the queue has not begun yet.
QUEUED = ("pending", "enqueued")
#: Days after which a job of the queue is deleted: what became of a turn stands in the
#: row.
REMOVED_AFTER = 2
#: Where another process looks at the rows, their turns wait for so long.
BUSY = timedelta(seconds=5)


class IconicAccountJob(models.Model):
    """Jobs on OCA's queue: scheduled jobs choose what is due, queue jobs do it.

    The row keeps the lease, so that a turn is given once, whoever comes to it.
    """

    _inherit = "iconic.account.job"
    # Each row waits in the queue by itself, at the end after each turn.
    _in_rounds = False

    @api.model
    def _give_turns(self, runner):
        """Override to enqueue a job for each row, unless nobody works on the queue."""
        if self._is_queue_asleep():
            return super()._give_turns(runner)
        runner.retry(lambda: runner.due_rows()._enqueue())
        return None

    @api.model
    def _idle_domain(self):
        """Override to leave those to the queue that wait for their turn there."""
        waits = Domain("waiting", "=", True) & Domain("request_ids", "=", False)
        return super()._idle_domain() & ~waits

    @api.model
    def _is_queue_asleep(self):
        """Tell whether jobs wait for a runner that is not loaded.

        Others may be at work for long: then some job has begun not long ago, or a
        runner watches over what is begun.
        """
        long_ago = fields.Datetime.now() - ASLEEP_AFTER
        # Users see what stops their accounts, but not the queue.
        Queue = self.env["queue.job"].sudo()
        waiting = Queue.search_count(
            self._queued_domain()
            & Domain("date_created", "<=", long_ago)
            & (Domain("eta", "=", False) | Domain("eta", "<=", long_ago)),
            limit=1,
        )
        begun = Domain("date_started", ">", long_ago)
        if waiting and self._is_runner_loaded():
            begun |= Domain("state", "=", "started")
        return bool(waiting) and not Queue.search_count(begun, limit=1)

    @api.model
    def _is_runner_loaded(self):
        """Tell whether a runner holds the lock by which it leads in this database."""
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid"
                " WHERE locktype = 'advisory' AND objsubid = 1"
                " AND datname = current_database()"
                " AND (classid::bigint << 32) | objid::bigint = %s",
                PG_ADVISORY_LOCK_ID,
            )
        )
        return bool(self.env.cr.fetchone())

    def _enqueue(self, eta=None):
        """Have a queue job give each of these rows its turn.

        :param eta: not before this moment; as soon as possible, if there is none
        """
        queued = self.env["queue.job"].search(
            self._queued_domain()
            & Domain("identity_key", "in", [row._identity_key() for row in self])
        )
        now = fields.Datetime.now()
        # What waited for its next try may go on now.
        queued.filtered(lambda job: job.eta and job.eta > now).write(
            {"eta": eta or now}
        )
        known = set(queued.mapped("identity_key"))
        missing = self.filtered(lambda row: row._identity_key() not in known)
        channels = missing._have_channels()
        for row in missing:
            row.with_delay(
                eta=eta,
                identity_key=row._identity_key(),
                channel=channels[row.account_id].complete_name,
                description=f"{row.account_id.name}: {row.display_name}",
            )._run_turn()

    def _have_channels(self):
        """Return the channels of the rows' accounts, made where they are missing.

        :return: a dict, account -> `queue.job.channel`
        """
        Channel = self.env["queue.job.channel"]
        parent = self.env.ref("iconic_connector_queue_job.channel")
        names = {account: f"account_{account.id}" for account in self.account_id}
        wanted = Domain("parent_id", "=", parent.id)
        wanted &= Domain("name", "in", list(names.values()))
        found = Channel.search(wanted).grouped("name")
        missing = [name for name in names.values() if name not in found]
        made = Channel.create(
            [
                {
                    "name": name,
                    "parent_id": parent.id,
                    "removal_interval": REMOVED_AFTER,
                }
                for name in missing
            ]
        )
        found |= made.grouped("name")
        return {account: found[name] for account, name in names.items()}

    def _run_turn(self):
        """Give this row its turn, and enqueue the next one; called by the queue.

        :return: until when the row waits and why, as a sentence
        """
        if not self.exists():
            return self.env._("The account has been deleted.")
        runner = QueuedRunner(self.env, self.kind)
        began = runner.give_turn(self)
        self._make_up_for_cron(began)
        now = fields.Datetime.now()
        if self in runner.due_rows():
            self._enqueue(None if began else now + BUSY)
        elif (until := self._waits_until()) and until > now:
            self._enqueue(until)
            return self.error or self.status
        return None

    def _make_up_for_cron(self, began):
        """Have the cron run again, if it has passed over this row during its turn.

        :param began: when the turn began, None if there was none
        """
        cron = self._cron(self.kind)
        has_run = began and cron.lastcall and cron.lastcall > began
        if has_run or (began and self.request_ids):
            cron._trigger()

    def _waits_until(self):
        """Return when this row has to be looked at again, or None."""
        if self.owner:
            # Whoever comes after the end of the lease notes that it was interrupted.
            return max(self.lease_until, fields.Datetime.now() + BUSY)
        return self._blocked_until() if self.waiting else None

    def _identity_key(self):
        return f"iconic_connector.turn.{self.id}"

    @api.model
    def _queued_domain(self):
        return (
            Domain("model_name", "=", self._name)
            & Domain("method_name", "=", "_run_turn")
            & Domain("state", "in", QUEUED)
        )
