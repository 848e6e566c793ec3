from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...domain import item_statuses
from ..delivery.stock_picking import ORDER_ENDED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    iconic_account_id = fields.Many2one(
        "iconic.account",
        string="THE ICONIC Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    iconic_order_ids = fields.One2many("iconic.order", "sale_order_id", copy=False)
    iconic_order_id = fields.Many2one(
        "iconic.order",
        string="THE ICONIC Order",
        compute="_compute_iconic_order_id",
        # Sales people need not know the connector to see where an order comes from.
        compute_sudo=True,
    )
    iconic_cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_iconic_cancel_requested",
        # Sales people see it without seeing the items.
        compute_sudo=True,
        help="THE ICONIC is asked to cancel items of it and has not answered yet.",
    )

    @api.depends("iconic_order_ids")
    def _compute_iconic_order_id(self):
        for order in self:
            order.iconic_order_id = order.iconic_order_ids[:1]

    @api.depends("iconic_order_ids.item_ids.cancel_requested")
    def _compute_iconic_cancel_requested(self):
        for order in self:
            items = order.iconic_order_ids.item_ids
            order.iconic_cancel_requested = any(items.mapped("cancel_requested"))

    def action_confirm(self):
        """Reserve and invoice the marketplace's orders, whoever confirms them."""
        result = super().action_confirm()
        # Sales people confirm without rights on the connector.
        self.sudo().iconic_order_ids._process_confirmed_sale()
        return result

    def _get_update_prices_lines(self):
        """Leave the prices alone that were agreed at the marketplace."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line._has_marketplace_price())
        )

    def _prepare_invoice(self):
        """Let invoices be found by the marketplace's number of the order."""
        values = super()._prepare_invoice()
        # Sales people may invoice it without knowing the connector.
        source = self.sudo().iconic_order_id
        values["iconic_order_id"] = source.id
        if source:
            values.update(source._invoice_values())
        return values

    def _get_invoice_grouping_keys(self):
        """Let each order of the marketplace have an invoice of its own."""
        return [*super()._get_invoice_grouping_keys(), "iconic_order_id"]

    def action_cancel(self):
        """Ask for a reason of the marketplace's, where it still expects the goods.

        Such an order is cancelled once the marketplace has agreed.
        """
        if len(self) == 1 and self._iconic_cancellable():
            return self._iconic_ask_reason()
        return super().action_cancel()

    def _action_cancel(self):
        """Cancel no order behind the marketplace's back."""
        if not self.env.context.get(ORDER_ENDED):
            for order in self.filtered("iconic_account_id"):
                order._iconic_check_cancellation()
        return super()._action_cancel()

    def action_view_iconic_order(self):
        """Open the order of the marketplace that this one was made of."""
        self.ensure_one()
        return self.iconic_order_id._get_records_action()

    def _iconic_cancellable(self):
        """Return the items that the marketplace would cancel on request."""
        # Sales people cancel without rights on the connector.
        items = self.sudo().iconic_order_ids.item_ids
        return items.filtered(lambda item: item._can_be_cancelled())

    def _iconic_check_cancellation(self):
        """Refuse to cancel an order with items that live on at the marketplace.

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
        if items.filtered(lambda item: item.status in item_statuses.OUT):
            raise UserError(
                self.env._(
                    "Items of %s are on their way to the buyer. THE ICONIC cancels "
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
