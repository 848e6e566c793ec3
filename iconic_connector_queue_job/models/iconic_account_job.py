from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.queue_job.exception import RetryableJobError

from ..queued_runner import QueuedRunner

#: Jobs that have waited for so long, while none has begun, wait for nobody.
ASLEEP_AFTER = timedelta(minutes=5)
#: What the queue has not begun yet.
QUEUED = ("pending", "enqueued")
#: Days after which a job of the queue is deleted: what became of a turn stands in the
#: row.
REMOVED_AFTER = 2


class IconicAccountJob(models.Model):
    """Jobs on OCA's queue: scheduled jobs choose what is due, queue jobs do it.

    The row keeps the lease, so that a turn is given once, whoever comes to it.
    """

    _inherit = "iconic.account.job"

    @api.model
    def _give_turns(self, runner):
        """Override to enqueue a job for each row, unless nobody works on the queue."""
        if self._is_queue_asleep():
            return super()._give_turns(runner)
        runner.due_rows()._enqueue()
        runner.commit()
        return None

    @api.model
    def _is_queue_asleep(self):
        """Tell whether jobs wait for a runner that is not loaded.

        Others may be at work for long: then some job has begun not long ago.
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
        return bool(waiting) and not Queue.search_count(begun, limit=1)

    def _enqueue(self):
        """Have a queue job give each of these rows its turn, as soon as possible."""
        queued = self.env["queue.job"].search(
            self._queued_domain()
            & Domain("identity_key", "in", [row._identity_key() for row in self])
        )
        # What waited for its next try may go on now.
        queued.filtered("eta").write({"eta": False})
        known = set(queued.mapped("identity_key"))
        missing = self.filtered(lambda row: row._identity_key() not in known)
        channels = missing._have_channels()
        for row in missing:
            row.with_delay(
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
        """Give this row its turn; called by the queue.

        :raise RetryableJobError: if the row waits, after an error or for the end of
            another process's lease; until when, the row says
        """
        runner = QueuedRunner(self.env, self.kind)
        runner.give_turn(self)
        if self in runner.due_rows():
            self._enqueue()
        elif until := self._waits_until():
            pause = (until - fields.Datetime.now()).total_seconds()
            raise RetryableJobError(
                self.error or self.status, seconds=max(pause, 1), ignore_retry=True
            )

    def _waits_until(self):
        """Return when this row has to be looked at again, or None."""
        if self.owner:
            return self.lease_until
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
