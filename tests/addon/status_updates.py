"""What the tests of status updates share."""

from datetime import timedelta
from unittest.mock import patch

from common import MarketplaceCase

from odoo import fields

from odoo.addons.iconic_connector.domain.order_changes import KINDS

from seller_center_sandbox.orders.placing import place_order
from seller_center_sandbox.orders.statuses import MARKETPLACE, usual_reason
from seller_center_sandbox.orders.transitions import move_items

#: The statuses of items, after pending, before an update of each kind.
WAYS = {
    "ready_to_ship": (),
    "shipped": ("ready_to_ship",),
    "cancel": (),
    "tracking": ("ready_to_ship",),
    "return_received": (
        "ready_to_ship",
        "shipped",
        "delivered",
        "return_shipped_by_customer",
    ),
}
RETURN_WAY = (*WAYS["return_received"], "return_waiting_for_approval")
WAYS["return_approved"] = WAYS["return_rejected"] = RETURN_WAY
#: The values that an update needs to be accepted.
VALUES = {
    "ready_to_ship": {
        "delivery_type": "dropship",
        "provider": "Coast Couriers",
        "tracking_number": "CC00000001",
    },
    "cancel": {"reason": "Out of stock", "detail": "The last one was torn"},
    "return_rejected": {"reason": "Worn"},
    "invoice_number": {"invoice_number": "INV/2026/0042"},
    "tracking": {"provider": "Coast Couriers", "tracking_number": "CC00000009"},
}


class ChangeCase(MarketplaceCase):
    """Stored orders without sales orders; the outcome hooks are only recorded."""

    def setUp(self):
        super().setUp()
        if self.api_type == "action":
            self.account.api_version = "1.0"  # else the first call is refused
        self.processed = []
        for kind in KINDS:
            self.listen(f"_after_{kind}")
            self.listen(f"_after_refused_{kind}")

    def listen(self, name):
        """Replace an outcome hook: its calls are only recorded."""

        def hook(_order, change):
            self.processed.append((name, change.id))

        self.replace_hook(name, hook)

    def replace_hook(self, name, hook):
        """Replace an outcome hook of orders by a function."""
        model = type(self.env["iconic.order"])
        self.startPatcher(patch.object(model, name, hook, create=True))

    def order(self, count=1, way=()):
        """Let a shopper order some items, and store them.

        :param way: the statuses that the items have gone through since
        :return: the `iconic.order`
        """
        items = [{"sku": "DRESS", "name": "Dress", "quantity": count}]
        placed = place_order(self.sandbox, items=items)
        for status in way:
            self.at_marketplace(placed.items, status)
        order = self.env["iconic.order"].create(
            {
                "account_id": self.account.id,
                "external_id": str(placed.id),
                "number": placed.number,
                "state": "imported",
            }
        )
        self.env["iconic.order.item"].create(
            [
                {
                    "order_id": order.id,
                    "external_id": str(item.id),
                    "status": item.status,
                    "processed_status": item.status,
                }
                for item in placed.items
            ]
        )
        return order

    def order_for(self, kind, count=1):
        """Return an order whose items are ready for an update of a kind."""
        return self.order(count, WAYS.get(kind, ()))

    def request(self, order, kind, items=None, **values):
        """Request an update of an order, with the values that it needs."""
        items = order.item_ids if items is None else items
        return order._request_change(kind, items, **{**VALUES.get(kind, {}), **values})

    def outside(self, items):
        """Return the sandbox's items of some `iconic.order.item` records."""
        return [self.sandbox.orders.items[int(item.external_id)] for item in items]

    def statuses_outside(self, items):
        """Return the statuses that items have at the marketplace."""
        return [item.status for item in self.outside(items)]

    def at_marketplace(self, items, status):
        """Let the marketplace change the status of its items."""
        with self.sandbox.lock:
            move_items(
                self.sandbox,
                list(items),
                status,
                editor=MARKETPLACE,
                reason=usual_reason(status),
            )

    def send_updates(self):
        """Run the job."""
        self.run_cron("order_change")

    def end_lease(self, change):
        """Let the lease of an update expire."""
        change.sending_since = fields.Datetime.now() - timedelta(minutes=11)

    def skip_waits(self):
        """End all waits of status updates and of the account."""
        self.forget_backoff()
        changes = self.env["iconic.order.change"].search(
            [("account_id", "=", self.account.id)]
        )
        changes.write({"next_attempt_at": False})

    def assert_done(self, change, status=None):
        """Check that an update is done, and that its items have the status."""
        self.assertEqual((change.state, change.message), ("done", False))
        self.assertTrue(change.done_at)
        if status:
            self.assert_items(change.item_ids, status)

    def assert_items(self, items, status):
        """Check the status of items at the marketplace and in Odoo."""
        self.assertEqual({*self.statuses_outside(items)}, {status})
        self.assertEqual({*items.mapped("status")}, {status})
        self.assertEqual({*items.mapped("processed_status")}, {status})
