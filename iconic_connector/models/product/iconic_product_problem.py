from odoo import fields, models

#: Where to go for each kind of record, if the record itself has no form of its own.
PLACES = {"iconic.account": "iconic_connector.iconic_category_map_action"}


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
    map_id = fields.Many2one(
        "iconic.category.map", string="Mapping", readonly=True, ondelete="cascade"
    )
    place_model = fields.Char(readonly=True)
    place_id = fields.Many2oneReference(model_field="place_model", readonly=True)

    def action_mend(self):
        """Open the place where the problem is mended: most often the product."""
        self.ensure_one()
        if action := PLACES.get(self.place_model):
            return self.env["ir.actions.act_window"]._for_xml_id(action)
        return {
            "type": "ir.actions.act_window",
            "res_model": self.place_model or "product.product",
            "res_id": self.place_id or self.product_id.id,
            "view_mode": "form",
        }
