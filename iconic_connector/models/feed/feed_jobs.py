"""The scheduled jobs that send feeds and read their results."""

from odoo import fields

from ... import const
from ...domain.flows import FLOWS
from ..account.job import DueRecords, Job, rows_having, runs


@runs(*FLOWS)
class SendFlow(Job):
    """Sends the pending listings of one flow, one feed after the other."""

    def __init__(self, row):
        """Prepare the flow that has the name of the job."""
        super().__init__(row)
        self._flow = FLOWS[self.kind]
        self.slow_to_choose = self._flow.needs_pictures
        #: The ids of listings that somebody else had locked.
        self._locked = set()
        self._product_ids = {}
        self._rows_allowed = self.account.rows_allowed

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with listings that the flow picks."""
        if not rows:
            return rows
        flow = FLOWS[rows[0].kind]
        picked = rows.account_id._picked_domain(flow)
        return rows_having(rows, "iconic.listing", picked)

    def count(self):
        """Override to return how many listings are pending."""
        return self.env["iconic.listing"].search_count(self._picked())

    def next_batch(self):
        """Override to return the listings of the next feed."""
        batch = self.account._next_batch(
            self._flow, without=self._locked, allowed=self._rows_allowed
        )
        return batch or None

    def ask(self, batch):
        """Override to ask for what is not known, before any of them is locked."""
        self._product_ids = self.env["iconic.feed"]._read_product_ids(
            self.client, self._flow, batch
        )

    def do(self, batch):
        """Override to check some listings and store their feed, before it is sent."""
        counts, feed = self.account._store_batch(self._flow, batch, self._product_ids)
        for name, count in counts.items():
            self.position[name] = self.position.get(name, 0) + count
        if not any(counts.values()):
            # All others go on.
            self._locked.update(batch.ids)
        return feed

    def finish_outside(self, batch, result):
        """Override to send the feed."""
        # Stored and committed: from here on recovery can find it.
        if result:
            result._send(self.client)

    def hold(self, batch, reason):
        """Override to show the reason in the error field of the listings."""
        batch._block(self._flow, reason)
        return True

    def finish(self):
        """Override to return how many products were sent and refused."""
        self.account._sync_error_activity()
        left = self.env["iconic.listing"].search_count(self._picked())
        if left and self._locked:
            self.env["iconic.account.job"]._trigger_at(
                self.kind, fields.Datetime.now() + const.LOCKED_RETRY
            )
        return self._outcome(left)

    def _picked(self):
        return self.account._picked_domain(self._flow)

    def _outcome(self, left):
        counts = [
            self.position.pop(name, 0) for name in ("sent", "failing", "unchanged")
        ]
        words = []
        if any(counts):
            words.append(
                self.env._(
                    "Sent: %(sent)s. Failing the check: %(failing)s. Up to date "
                    "already: %(unchanged)s.",
                    **dict(zip(("sent", "failing", "unchanged"), counts, strict=True)),
                )
            )
        if left and self._locked:
            words.append(
                self.env._("Being changed by others, to follow later: %s.", left)
            )
        elif left:
            words.append(
                self.env._("Waiting, since today's rows are used up: %s.", left)
            )
        return " ".join(words)


@runs("feed_reader")
class ReadFeeds(DueRecords):
    """Recovers feeds without an outcome and polls the others, oldest first."""

    model = "iconic.feed"
    slow_to_choose = False

    def do(self, batch):
        """Override to schedule the next poll of a feed in process, before this one."""
        if batch.state == "processing":
            batch._postpone()

    def finish_outside(self, batch, result):
        """Override to recover or poll the feed."""
        if batch.state == "sending":
            batch._recover(self.client)
        elif batch.state == "processing":
            batch._poll(self.client)
        else:
            batch._poll_doubtful(self.client)

    def finish(self):
        """Override to update the activity about listings with errors."""
        self.account._sync_error_activity()
