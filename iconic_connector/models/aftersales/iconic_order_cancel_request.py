from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ... import const
from ...domain.order_changes import CANCELED
from ..order_change.iconic_order_change import OPEN_STATES
from .iconic_order_cancel import FOLLOWING

# The statuses of units that the marketplace cancels no more, and that have not ended.
UNDER_WAY = ("shipped", "delivered")


class IconicOrderItem(models.Model):
    """Units that we have asked the marketplace to cancel."""

    _inherit = "iconic.order.item"

    cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_cancel_requested",
        store=True,
        help="THE ICONIC is asked to cancel it and has not answered yet.",
    )

    @api.depends("change_ids.state")
    def _compute_cancel_requested(self):
        for item in self:
            item.cancel_requested = any(
                change.kind == "cancel" and change.state in OPEN_STATES
                for change in item.change_ids
            )

    def _is_cancelling(self):
        """Tell whether a unit must not leave, since it is or will be cancelled."""
        self.ensure_one()
        return self.cancel_requested or (self.status == CANCELED and not self.withdrawn)

    def _can_be_cancelled(self):
        """Tell whether we may still ask the marketplace to cancel this unit."""
        self.ensure_one()
        digital = self.is_digital and self.status == const.OPEN_STATUSES[0]
        return (self.is_open or digital) and not self.cancel_requested


class IconicOrder(models.Model):
    """What the marketplace answers when it is asked to cancel."""

    _inherit = "iconic.order"

    def _after_cancel(self, change):
        """Follow what the marketplace has cancelled on our request."""
        units = change.item_ids.filtered(lambda item: item.status == CANCELED)
        self._follow_canceled(units)

    def _after_refused_cancel(self, change):
        """Tell the sales order which units the marketplace does not cancel.

        It may have cancelled some of them before it declined.
        """
        self._after_cancel(change)
        kept = change.item_ids.filtered(lambda item: item.status != CANCELED)
        self.sale_order_id.message_post(
            body=self.env._(
                "THE ICONIC does not cancel %(units)s, so they stay in the order: "
                "%(words)s",
                units=", ".join(kept.mapped("seller_sku")),
                words=change.message or "",
            )
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    iconic_cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_iconic_cancel_requested",
        # Sales people see it without seeing the units.
        compute_sudo=True,
        help="THE ICONIC is asked to cancel units of it and has not answered yet.",
    )

    @api.depends("iconic_order_ids.item_ids.cancel_requested")
    def _compute_iconic_cancel_requested(self):
        for order in self:
            items = order.iconic_order_ids.item_ids
            order.iconic_cancel_requested = any(items.mapped("cancel_requested"))

    def action_cancel(self):
        """Ask for a reason of the marketplace's, where it still expects the goods.

        Such an order is cancelled once the marketplace has agreed.
        """
        if len(self) == 1 and self._iconic_cancellable():
            return self._iconic_ask_reason()
        return super().action_cancel()

    def _action_cancel(self):
        """Cancel no order behind the marketplace's back."""
        if not self.env.context.get(FOLLOWING):
            for order in self.filtered("iconic_account_id"):
                order._iconic_check_ended()
        return super()._action_cancel()

    def _iconic_cancellable(self):
        """Return the units that the marketplace would cancel on request."""
        # Sales people cancel without rights on the connector.
        items = self.sudo().iconic_order_ids.item_ids
        return items.filtered(lambda item: item._can_be_cancelled())

    def _iconic_check_ended(self):
        """Refuse to cancel an order with units that live on at the marketplace.

        :raise UserError: that says what to do instead
        """
        items = self.sudo().iconic_order_ids.item_ids
        if any(items.mapped("cancel_requested")):
            raise UserError(
                self.env._(
                    "THE ICONIC is asked already to cancel %s. Odoo follows as soon "
                    "as it has answered.",
                    self.name,
                )
            )
        if self._iconic_cancellable():
            raise UserError(
                self.env._(
                    "THE ICONIC wants a reason: open %s alone and cancel it there.",
                    self.name,
                )
            )
        if items.filtered(lambda item: item.status in UNDER_WAY):
            raise UserError(
                self.env._(
                    "Units of %s are on their way to the buyer. THE ICONIC cancels "
                    "them no more: wait until they come back.",
                    self.name,
                )
            )

    def _iconic_ask_reason(self):
        """Open the wizard that asks the marketplace to cancel.

        :return: an action
        """
        self.check_access("write")
        items = self._iconic_cancellable()
        items.account_id._ensure_failure_reasons()
        wizard = self.env["iconic.order.cancel"].create(
            {
                "sale_order_id": self.id,
                "line_ids": [
                    Command.create(
                        self.env["iconic.order.cancel.line"]._values_of(item)
                    )
                    for item in items
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel at THE ICONIC"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        # The warehouse knows nothing of the units behind its deliveries.
        self.sudo()._iconic_check_not_cancelling()
        return super()._action_done()

    def _iconic_check_not_cancelling(self):
        """Let no unit leave that the marketplace cancels, or is asked to cancel.

        :raise UserError: that names the order
        """
        moves = self.move_ids.filtered(
            lambda move: (
                move.sale_line_id
                and move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
            )
        )
        for line, going in moves.grouped("sale_line_id").items():
            stopped = line.iconic_item_ids.filtered(
                lambda item: item._is_ours() and item._is_cancelling()
            )
            quantity = sum(going.filtered("picked").mapped("quantity"))
            may_go = line.product_uom_qty - line.qty_delivered - len(stopped)
            if stopped and quantity > may_go:
                raise UserError(
                    self.env._(
                        "%(count)s of %(product)s in order %(order)s must not leave: "
                        "it is being cancelled at THE ICONIC. Wait a minute, or "
                        "deliver the rest alone.",
                        count=len(stopped),
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )
