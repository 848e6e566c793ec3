from odoo import fields, models

from ...seller_center.events import EVENTS


class IconicWebhookEvent(models.Model):
    """An event that the marketplace sent and a job is to process.

    Nothing else of the call is stored. The job claims events before it reads: an event
    that comes meanwhile is stored again, so that no change is missed.
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
        required=True, help="The id of the order. Empty: read all changed orders."
    )
    received_at = fields.Datetime(required=True)
    claimed = fields.Boolean(
        help="The job is processing the event, or was interrupted while doing so."
    )

    _waits_once = models.UniqueIndex(
        "(account_id, event, external_id) WHERE claimed IS NOT TRUE",
        "This event is waiting already.",
    )

    def _kinds(self):
        """Return what Odoo reads on these events: values of `EVENTS`."""
        return {EVENTS.get(one.event) for one in self}

    def _order_ids(self):
        """Return the marketplace's ids of the orders to read, without duplicates."""
        return list(dict.fromkeys(filter(None, self.mapped("external_id"))))

    def _is_about_any_order(self):
        """Tell whether all changed orders are to be read."""
        return any(
            EVENTS.get(one.event) == "orders" and not one.external_id for one in self
        )
