"""The scheduled job that fetches labels and invoices."""

from ..account.job import Job, rows_having, runs


@runs("order_document")
class FetchDocuments(Job):
    """Requests documents and fetches those that are ready, the longest due first."""

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with documents that are due."""
        domain = rows.env["iconic.order.document"]._due_domain(rows.account_id)
        return rows_having(rows, "iconic.order.document", domain)

    @classmethod
    def next_moment(cls, env, kind):
        """Override to return when the next document is due."""
        return env["iconic.order.document"]._next_due_at()

    def start(self):
        """Override to note the documents that are due now."""
        Document = self.env["iconic.order.document"]
        due = Document._due_domain(self.account)
        self._waiting = Document.search(due, order="next_attempt_at, id").ids

    def count(self):
        """Override to return how many documents are due."""
        return len(self._waiting)

    def next_batch(self):
        """Override to return the next document."""
        while self._waiting:
            number = self._waiting.pop(0)
            if document := self.env["iconic.order.document"].browse(number).exists():
                return document
        return None

    def finish_outside(self, batch, result):
        """Override to request or fetch the document."""
        batch._fetch(self.client)

    def hold(self, batch, reason):
        """Override to show the reason on the document; it is tried again later."""
        batch.message = reason
        batch._postpone()
        return False
