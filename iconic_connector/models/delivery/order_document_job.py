"""The scheduled job that fetches labels and invoices."""

from ..account.job import DueRecords, runs


@runs("order_document")
class FetchDocuments(DueRecords):
    """Requests documents and fetches those that are ready, the longest due first."""

    model = "iconic.order.document"
    order = "next_attempt_at, id"

    def finish_outside(self, batch, result):
        """Override to request or fetch the document."""
        batch._fetch(self.client)
