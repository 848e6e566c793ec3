from odoo import api, fields, models


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

    @api.depends("iconic_order_ids")
    def _compute_iconic_order_id(self):
        for order in self:
            order.iconic_order_id = order.iconic_order_ids[:1]

    def action_confirm(self):
        """Reserve and invoice the marketplace's orders, whoever confirms them."""
        result = super().action_confirm()
        # Sales people confirm without rights on the connector.
        self.sudo().iconic_order_ids._go_on_confirmed()
        return result

    def _get_update_prices_lines(self):
        """Leave the prices alone that were agreed at the marketplace."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line._is_agreed())
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
