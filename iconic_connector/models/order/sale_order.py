from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ... import const
from ...domain import item_statuses
from ..iconic_rights import refuse_other_companies
from .order_worth import match_invoice, open_questions

# In the context while a sales order is cancelled because THE ICONIC has cancelled all
# of its items: Odoo's own methods, which pass it on, take no parameter of ours. The
# value is an object that nobody can send from outside.
ORDER_ENDED = "iconic_order_ended"
ENDED = object()


class SaleOrder(models.Model):
    """Sales orders of the marketplace, which has to agree to their cancellation."""

    _inherit = "sale.order"

    iconic_account_id = fields.Many2one(
        "iconic.account",
        string="THE ICONIC Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        # An export asks for rights on what it names, which a form does not.
        exportable=False,
    )
    iconic_order_ids = fields.One2many(
        "iconic.order", "sale_order_id", copy=False, groups=const.USER_GROUP
    )
    iconic_order_id = fields.Many2one(
        "iconic.order",
        string="THE ICONIC Order",
        compute="_compute_iconic_order_id",
        exportable=False,
        # Salespeople without access to the connector see where an order comes from.
        compute_sudo=True,
    )

    iconic_cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_iconic_cancel_requested",
        # Salespeople see it without access to the items.
        compute_sudo=True,
        help="THE ICONIC has not answered yet to a request to cancel items of it.",
    )

    iconic_notes = fields.Text(
        string="Notes of the Buyer",
        compute="_compute_iconic_notes",
        # Salespeople see them without access to the connector.
        compute_sudo=True,
        help="Gift message, delivery instructions and remarks. They are on the pick "
        "ticket, too.",
    )

    @api.depends(
        "iconic_order_ids.is_gift",
        "iconic_order_ids.gift_message",
        "iconic_order_ids.remarks",
        "iconic_order_ids.delivery_info",
    )
    def _compute_iconic_notes(self):
        for order in self:
            notes = [one._notes_to_pack() for one in order.iconic_order_ids]
            order.iconic_notes = "\n".join(notes)

    @api.depends("iconic_order_ids")
    def _compute_iconic_order_id(self):
        for order in self:
            order.iconic_order_id = order.iconic_order_ids[:1]

    @api.depends("iconic_order_ids.item_ids.cancel_requested")
    def _compute_iconic_cancel_requested(self):
        for order in self:
            items = order.iconic_order_ids.item_ids
            order.iconic_cancel_requested = any(items.mapped("cancel_requested"))

    @api.constrains("iconic_account_id", "company_id")
    def _iconic_check_company(self):
        """Refuse links with another company, whose names they would show."""
        refuse_other_companies(self, "iconic_account_id")

    def action_confirm(self):
        """Override of `sale` to reserve stock, and to have the order processed."""
        orders = self._iconic_orders()
        for order in orders.filtered(lambda one: not one.lease_until):
            order = order.with_company(order.company_id)
            order.sale_order_id._iconic_check_warehouses()
            order.env["stock.move"]._iconic_waiting_before(order)._action_assign()
        result = super().action_confirm()
        orders._process_confirmed_sale()
        return result

    def _prepare_confirmation_values(self):
        """Override of `sale` to leave the marketplace's orders the day of their sale.

        The oldest of them is served first.
        """
        values = super()._prepare_confirmation_values()
        orders = self._iconic_orders()
        if len(orders) == len(self) and all(orders.mapped("ordered_at")):
            values.pop("date_order", None)
        return values

    def _iconic_orders(self):
        """Return the marketplace's orders, without looking for those of others."""
        # Salespeople need no access to the connector.
        return self.sudo().filtered("iconic_account_id").iconic_order_ids

    def _iconic_check_warehouses(self):
        """Check that no warehouse of the order was archived since it was chosen.

        :raise UserError: with what to do, which Odoo does not say
        """
        used = self.warehouse_id | self.order_line.warehouse_id
        for closed in used.filtered(lambda one: not one.active):
            raise UserError(
                self.env._(
                    "The warehouse %(warehouse)s is archived, so %(order)s cannot be "
                    "delivered from it. Restore it, or choose another warehouse on the "
                    "Other Info page, and confirm again.",
                    warehouse=closed.name,
                    order=self.name,
                )
            )

    def unlink(self):
        """Override of `sale` to hold the marketplace's orders that lose their order."""
        orders = self._iconic_orders()
        result = super().unlink()
        orders._note_sale_order_deleted()
        return result

    def _get_update_prices_lines(self):
        """Override of `sale` to leave the marketplace's prices alone."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line._has_marketplace_price())
        )

    def _prepare_invoice(self):
        """Override of `sale` to add the account, order number and journal."""
        values = super()._prepare_invoice()
        source = self._iconic_orders()[:1]
        values["iconic_order_id"] = source.id
        if source:
            values.update(source._invoice_values())
        return values

    def _create_invoices(self, grouped=False, final=False, date=None):
        """Override of `sale` to make the total what the marketplace's items come to.

        :raise UserError: while nobody has said who bears what of an order
        """
        for source in self._iconic_orders():
            if questions := " ".join(open_questions(source)):
                raise UserError(
                    self.env._(
                        "%(order)s: %(questions)s",
                        order=source.number,
                        questions=questions,
                    )
                )
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        for move in moves.sudo().filtered("iconic_order_id"):
            match_invoice(move.iconic_order_id, move)
        return moves

    def _get_invoice_grouping_keys(self):
        """Override of `sale` to invoice each order of the marketplace separately."""
        return [*super()._get_invoice_grouping_keys(), "iconic_order_id"]

    def action_cancel(self):
        """Override of `sale` to request the cancellation of open items first.

        The sales order is cancelled once the marketplace has agreed.
        """
        if len(self) == 1 and self._iconic_cancellable():
            return self._iconic_ask_reason()
        return super().action_cancel()

    def _action_cancel(self):
        """Override of `sale` to refuse it while the marketplace expects the goods."""
        if self.env.context.get(ORDER_ENDED) is not ENDED:
            for order in self.filtered("iconic_account_id"):
                order._iconic_check_cancellation()
        return super()._action_cancel()

    def action_view_iconic_order(self):
        """Open the marketplace's order."""
        self.ensure_one()
        return self.iconic_order_id._get_records_action()

    def _iconic_cancel_ended(self):
        """Cancel these orders, locked ones too, whose items are all cancelled."""
        ended = self.filtered(lambda order: order.state != "cancel")
        ended.with_context(**{ORDER_ENDED: ENDED})._action_cancel()

    def _iconic_cancellable(self):
        """Return the items whose cancellation can be requested."""
        # Salespeople need no access to the connector.
        items = self.sudo().iconic_order_ids.item_ids
        return items.filtered(lambda item: item._can_be_cancelled())

    def _iconic_check_cancellation(self):
        """Check that no item is still active at the marketplace.

        :raise UserError: if one is, with what to do instead
        """
        items = self.sudo().iconic_order_ids.item_ids
        if any(items.mapped("cancel_requested")):
            raise UserError(
                self.env._(
                    "The cancellation of %s has been requested already. It will be "
                    "cancelled in Odoo once THE ICONIC has answered.",
                    self.name,
                )
            )
        if self._iconic_cancellable():
            raise UserError(
                self.env._(
                    "THE ICONIC requires a reason: open %s and cancel it there.",
                    self.name,
                )
            )
        if items.filtered(lambda item: item.status in item_statuses.OUT):
            raise UserError(
                self.env._(
                    "Items of %s have been shipped, and THE ICONIC no longer cancels "
                    "them. Wait until they are returned.",
                    self.name,
                )
            )

    def _iconic_ask_reason(self):
        """Open the wizard that requests the cancellation.

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
