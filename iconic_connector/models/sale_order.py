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
