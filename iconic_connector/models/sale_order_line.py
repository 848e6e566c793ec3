from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iconic_item_ids = fields.One2many("iconic.order.item", "sale_line_id", copy=False)
