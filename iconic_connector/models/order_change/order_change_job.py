"""The scheduled job that sends status updates."""

from odoo.fields import Domain

from ..account.job import Job, rows_having, runs


@runs("order_change")
class SendChanges(Job):
    """Sends, recovers and processes status updates, one by one, the oldest first."""

    def __init__(self, row):
        """Prepare the turn."""
        super().__init__(row)
        self._tried = []

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with updates that are due."""
        domain = rows.env["iconic.order.change"]._due_domain(rows.account_id)
        return rows_having(rows, "iconic.order.change", domain)

    @classmethod
    def next_moment(cls, env, kind):
        """Override to return when the next update is due."""
        return env["iconic.order.change"]._next_due_at()

    def count(self):
        """Override to return how many updates are due."""
        Change = self.env["iconic.order.change"]
        return Change.search_count(Change._due_domain(self.account))

    def next_batch(self):
        """Override to return the next update."""
        Change = self.env["iconic.order.change"]
        change = Change.search(
            Change._due_domain(self.account) & Domain("id", "not in", self._tried),
            order="id",
            limit=1,
        )
        self._tried += change.ids
        return change or None

    def finish_outside(self, batch, result):
        """Override to handle the update, as far as possible now."""
        batch._handle(self.client)

    def hold(self, batch, reason):
        """Override to show the reason on the update; it is tried again later."""
        batch.message = reason
        batch._postpone()
        return False

    def finish(self):
        """Override to update the activity about orders that need attention."""
        self.account._sync_order_activity()
