"""The scheduled job that sends status updates."""

from ..account.job import DueRecords, runs


@runs("order_change")
class SendChanges(DueRecords):
    """Sends, recovers and processes status updates, the oldest first."""

    model = "iconic.order.change"

    def finish_outside(self, batch, result):
        """Override to handle the update, as far as possible now."""
        batch._handle(self.client)

    def finish(self):
        """Override to update the activity about orders that need attention."""
        self.account._sync_order_activity()
