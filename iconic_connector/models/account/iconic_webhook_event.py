import json
import re

from odoo import fields, models

# The events that are of use, and what each of them makes Odoo read (SellerCenter:
# Webhooks).
EVENTS = {
    "onOrderCreated": "orders",
    "onOrderItemsStatusChanged": "orders",
    "onReturnStatusChanged": "orders",
    "onFeedCompleted": "feeds",
    "onProductQcStatusChanged": "quality",
}


class IconicWebhookEvent(models.Model):
    """Something to be read, since somebody who knew the address said so.

    Nothing else of what was said is kept. The rows wait for a job, which takes them
    before it reads: what is told meanwhile waits anew, so that no change is missed.
    """

    _name = "iconic.webhook.event"
    _description = "THE ICONIC Event"
    _order = "id"
    _log_access = False

    account_id = fields.Many2one(
        "iconic.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    event = fields.Char(required=True)
    external_id = fields.Char(
        required=True, help="Of the order. Empty: read whatever has changed."
    )
    received_at = fields.Datetime(required=True)
    taken = fields.Boolean(help="The job is at it, or was stopped at it.")

    _waits_once = models.UniqueIndex(
        "(account_id, event, external_id) WHERE taken IS NOT TRUE",
        "This event is waiting already.",
    )

    def _kinds(self):
        """Return what these events make Odoo read."""
        return {EVENTS.get(one.event) for one in self}

    def _order_ids(self):
        """Return the marketplace's ids of the orders to be read, each once."""
        return list(dict.fromkeys(filter(None, self.mapped("external_id"))))

    def _is_about_any_order(self):
        """Tell whether all that has changed is to be read."""
        return any(
            EVENTS.get(one.event) == "orders" and not one.external_id for one in self
        )


def read_event(body):
    """Read what a call of a webhook says, as little as is needed.

    :param bytes body: JSON, or anything else
    :return: the event and the id of the order, as text; both empty if it is of no use
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    event = said.get("event") if isinstance(said, dict) else None
    if not isinstance(event, str) or event not in EVENTS:
        return "", ""
    payload = said.get("payload")
    if EVENTS[event] != "orders" or not isinstance(payload, dict):
        return event, ""
    # A number; the documentation has texts of digits elsewhere.
    number = str(payload.get("OrderId"))
    return event, number if re.fullmatch("[0-9]{1,20}", number) else ""
