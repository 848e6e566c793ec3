from odoo import api, fields, models
from odoo.exceptions import UserError

FAILED = "failed"


class IconicOrder(models.Model):
    """Parcels that were lost: the money goes back, the goods perhaps come back."""

    _inherit = "iconic.order"

    has_lost = fields.Boolean(
        string="Lost",
        compute="_compute_has_lost",
        store=True,
        help="Units of it were lost on their way, and have not come back.",
    )

    @api.depends("item_ids.status", "item_ids.return_picking_id.state")
    def _compute_has_lost(self):
        for order in self:
            order.has_lost = bool(order._lost_items())

    def _lost_items(self):
        """Return the units that were lost and are not on their way back."""
        return self.item_ids.filtered(
            lambda item: (
                item.status == FAILED
                and item._is_ours()
                and item.return_picking_id.state in (False, "cancel")
            )
        )

    def _follow_failed(self, items):
        """Credit units that were lost; the goods are gone until they come back.

        A delivery that was not validated stays as it is: the marketplace knows that the
        parcel has left, so the warehouse has only not said so yet. A note asks for it.
        """
        items = items.filtered(lambda item: not item.withdrawn)
        if not items or not self.sale_order_id:
            return
        order = self.with_company(self.company_id)
        order._uninvoice(items)
        items.withdrawn = True
        ours = items.filtered(lambda item: item._is_ours())
        lines = ours.sale_line_id
        if lines.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            order.sale_order_id.message_post(
                body=order.env._(
                    "THE ICONIC says that a parcel of this order was lost. A delivery "
                    "of it is not validated: validate it, if the parcel has left."
                )
            )

    def action_receive_lost(self):
        """Create the receipts of lost units that have come back after all.

        :return: an action that shows them
        :raise UserError: if nothing was lost, or it has not left by Odoo
        """
        self.ensure_one()
        self.check_access("write")
        # Users of the connector need not be users of the stock.
        order = self.sudo().with_company(self.company_id)
        items = order._lost_items()
        if not items:
            raise UserError(self.env._("Nothing of this order was lost."))
        items._prepare_receipts()
        return order.sale_order_id._get_action_view_picking(items.return_picking_id)
