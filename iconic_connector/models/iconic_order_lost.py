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

    @api.depends("item_ids.status", "item_ids.put_back_id.state")
    def _compute_has_lost(self):
        for order in self:
            order.has_lost = bool(order._lost_items())

    def _lost_items(self):
        """Return the units that were lost and are not on their way back."""
        return self.item_ids.filtered(
            lambda item: (
                item.status == FAILED and item._is_ours() and not item._is_put_back()
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
        """Create the receipt of lost units that have come back after all.

        :return: an action that shows it
        :raise UserError: if nothing was lost, or it has not left by Odoo
        """
        self.ensure_one()
        self.check_access("write")
        # Users of the connector need not be users of the stock.
        receipts = self.sudo().with_company(self.company_id)._receive_lost()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        form = self.env.ref("stock.view_picking_form").id
        action.update(
            views=[(form, "form")], view_mode="form", res_id=receipts[:1].id, context={}
        )
        return action

    def _receive_lost(self):
        items = self._lost_items()
        if not items:
            raise UserError(self.env._("Nothing of this order was lost."))
        back = self._ask_back_delivered(items.grouped("sale_line_id"))
        if not back:
            raise UserError(
                self.env._(
                    "By Odoo the goods have not left: validate the delivery first, or "
                    "cancel it if they are in the stock."
                )
            )
        note = self.env._("Lost by the carrier and found again: order %s.", self.number)
        return self._bring_back(items, back, note)
