from odoo import fields, models
from odoo.exceptions import UserError

from ...domain import item_statuses
from ..iconic_rights import button


class IconicOrderItem(models.Model):
    """Returns of orders from before the switch, which have no delivery in Odoo."""

    _inherit = "iconic.order.item"

    order_state = fields.Selection(related="order_id.state", string="Order in Odoo")

    @button
    def action_receive_by_hand(self):
        """Note that these items are back; their stock was added by a person."""
        items = self.filtered(
            lambda item: (
                item.order_id.state == "history"
                and item.status in item_statuses.COMING_BACK
                and not item.received_at
            )
        )
        if not items:
            raise UserError(
                self.env._(
                    "None of these is a return of an order from before the switch. "
                    "Press Receive Returns for all others."
                )
            )
        items.received_at = fields.Datetime.now()
        for order, received in items.grouped("order_id").items():
            order._request_return_received(received)
        return items.account_id[:1]._notify(
            self.env._(
                "Marked as received: %s. Odoo has changed neither stock nor invoices.",
                len(items),
            ),
            "success",
        )
