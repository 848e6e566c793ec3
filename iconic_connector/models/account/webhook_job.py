"""The scheduled job that processes the marketplace's notifications."""

from odoo import fields

from ...transactions import commit_with_retry
from .job import Job, rows_having, runs


@runs("webhook")
class ProcessEvents(Job):
    """Reads what the waiting events are about, some events at a time."""

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with waiting events."""
        return rows_having(rows, "iconic.webhook.event", [])

    def next_batch(self):
        """Override to claim the next events and read their orders.

        Claimed first: an event that comes while they are read is stored again.
        """
        events = commit_with_retry(self.env, self.account._claim_events)
        if not events:
            return None
        self._asked_at = fields.Datetime.now()
        self._orders = self.account._read_changed_orders(self.client, events)
        return events

    def do(self, batch):
        """Override to store the orders, trigger further jobs and delete the events."""
        orders = self._orders_of(batch)
        self.account._finish_events(batch, orders, self._asked_at)

    def hold(self, batch, reason):
        """Override to hold the orders of events that could not be processed."""
        orders = self._orders_of(batch) or []
        for order, _items in orders:
            self.account._store_held_order(order, reason)
        batch.unlink()
        return bool(orders)

    def record_name(self, record):
        """Override to return the event and the number of the order."""
        return f"{record.event} {record.external_id}".strip()

    def _orders_of(self, events):
        """Return the orders that were read for some of the events."""
        if self._orders is None:
            return None
        numbers = set(events._order_ids())
        return [pair for pair in self._orders if pair[0].order_id in numbers]
