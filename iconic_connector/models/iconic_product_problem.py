from odoo import fields, models


class IconicProductProblem(models.Model):
    """One thing that keeps a product from being sent, as the last check found it."""

    _name = "iconic.product.problem"
    _description = "THE ICONIC Product Problem"
    _order = "rule, product_id, id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    rule = fields.Char(string="Problem", required=True, readonly=True)
    message = fields.Text(string="What to Do", required=True, readonly=True)

    def action_open_product(self):
        """Open the product, where most problems are mended."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "product.product",
            "res_id": self.product_id.id,
            "view_mode": "form",
        }
