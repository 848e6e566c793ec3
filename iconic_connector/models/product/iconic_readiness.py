from odoo import fields, models

#: The action that fixes a problem, by model, where it is not the record's form.
PLACES = {"iconic.account": "iconic_connector.iconic_category_map_action"}


class IconicProductProblem(models.Model):
    """A problem found by the last check that prevents sending a product."""

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

    def action_fix(self):
        """Open the record where the problem is fixed, usually the product."""
        self.ensure_one()
        if action := PLACES.get(self.place_model):
            return self.env["ir.actions.act_window"]._for_xml_id(action)
        return {
            "type": "ir.actions.act_window",
            "res_model": self.place_model or "product.product",
            "res_id": self.place_id or self.product_id.id,
            "view_mode": "form",
        }


class IconicReadiness(models.Model):
    """The share of a season or category mapping that can be sent, by the last check."""

    _name = "iconic.readiness"
    _description = "THE ICONIC Completeness"
    _order = "account_id, tag_id, share, id"

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    tag_id = fields.Many2one(
        "product.tag", string="Season", readonly=True, ondelete="cascade"
    )
    map_id = fields.Many2one(
        "iconic.category.map", string="Mapping", readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True, required=True)

    total = fields.Integer(string="Products", readonly=True)
    ready = fields.Integer(string="Can Be Sent", readonly=True)
    share = fields.Float(string="Complete", readonly=True)
    obstacle = fields.Char(
        string="Main Problem",
        readonly=True,
        help="The most frequent problem, with the number of products.",
    )

    def action_view_problems(self):
        """Open the problems of this season or mapping."""
        self.ensure_one()
        action = self.account_id.action_view_problems()
        if self.tag_id:
            part = ("product_id.all_product_tag_ids", "in", self.tag_id.ids)
        else:
            part = ("map_id", "=", self.map_id.id)
        return {**action, "domain": [*action["domain"], part]}
