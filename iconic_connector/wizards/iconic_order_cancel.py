from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class IconicOrderCancel(models.TransientModel):
    """Asks for the reason of a cancellation, and requests it at the marketplace."""

    _name = "iconic.order.cancel"
    _description = "Cancel at THE ICONIC"

    sale_order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    line_ids = fields.One2many("iconic.order.cancel.line", "wizard_id")
    chosen_count = fields.Integer(compute="_compute_chosen_count")

    reason_ids = fields.Many2many(
        "iconic.failure.reason",
        string="Possible Reasons",
        compute="_compute_reason_ids",
    )
    reason_id = fields.Many2one(
        "iconic.failure.reason",
        domain="[('id', 'in', reason_ids)]",
        ondelete="cascade",
    )
    out_of_stock = fields.Boolean(related="reason_id.out_of_stock", related_sudo=False)
    detail = fields.Char(string="Details")

    @api.depends("sale_order_id")
    def _compute_reason_ids(self):
        for wizard in self:
            wizard.reason_ids = self.env["iconic.failure.reason"].search(
                [
                    ("account_id", "=", wizard.sale_order_id.iconic_account_id.id),
                    ("reason_type", "=", "canceled"),
                ]
            )

    @api.depends("line_ids.chosen")
    def _compute_chosen_count(self):
        for wizard in self:
            wizard.chosen_count = len(wizard.line_ids.filtered("chosen"))

    def action_confirm(self):
        """Request the cancellation of the chosen items.

        :raise UserError: if no item can be cancelled, or without a reason
        """
        self.ensure_one()
        self.sale_order_id.check_access("write")
        # Not the lines that others have added, which the form does not show.
        chosen = self.line_ids.filtered("chosen")
        # Salespeople cancel without access rights on the connector.
        wizard = self.sudo()
        items = chosen.sudo().item_id
        items &= wizard.sale_order_id._iconic_cancellable()
        if not items or wizard.reason_id not in wizard.reason_ids:
            raise UserError(
                self.env._(
                    "Choose a reason, and items that are not yet cancelled or shipped."
                )
            )
        wizard._request(items)
        return self.env["iconic.account"]._notify(
            self.env._(
                "Cancellation of %s items requested. Odoo cancels them as soon as THE "
                "ICONIC confirms.",
                len(items),
            ),
            "success",
        )

    @api.constrains("sale_order_id", "reason_id")
    def _check_readable(self):
        """Refuse records of other companies, whose names the wizard would show."""
        # Odoo runs constraints as superuser.
        wizards = self.sudo(False)
        wizards.sale_order_id.check_access("read")
        wizards.reason_id.check_access("read")

    def _request(self, items):
        order = self.sale_order_id.iconic_order_id
        reason = self.reason_id.name
        order._request_change("cancel", items, reason=reason, detail=self.detail)
        self.sale_order_id.message_post(
            body=self.env._(
                "Cancellation of %(count)s items requested at THE ICONIC: %(reason)s",
                count=len(items),
                reason=reason,
            )
        )


class IconicOrderCancelLine(models.TransientModel):
    """An item that can be cancelled, for users without access to order items."""

    _name = "iconic.order.cancel.line"
    _description = "Item to Cancel at THE ICONIC"

    wizard_id = fields.Many2one(
        "iconic.order.cancel", required=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one("iconic.order.item", required=True, ondelete="cascade")
    chosen = fields.Boolean(string="Cancel", default=True)
    seller_sku = fields.Char(string="Seller SKU", readonly=True)
    name = fields.Char(string="Product", readonly=True)
    status = fields.Char(readonly=True)

    @api.constrains("item_id", "wizard_id")
    def _check_item(self):
        """Refuse items of other orders, whose names the wizard would show."""
        # As superuser, like all constraints: salespeople have no access to items.
        for line in self:
            if line.item_id.order_id.sale_order_id != line.wizard_id.sale_order_id:
                raise ValidationError(self.env._("This item is of another order."))

    @api.model
    def _values_of(self, item):
        """Return the values of the line for an item.

        :param item: an `iconic.order.item`
        """
        return {
            "item_id": item.id,
            "seller_sku": item.seller_sku,
            "name": item.name,
            "status": (item.status or "").replace("_", " "),
        }
