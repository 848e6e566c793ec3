from odoo import fields, models
from odoo.fields import Domain


class ProductTag(models.Model):
    _inherit = "product.tag"

    iconic_on_sale_from = fields.Datetime(
        string="On Sale From",
        help="As a season of an account of THE ICONIC: its products are created, "
        "pictured and reviewed ahead with quantity 0. From then on their stock is "
        "offered. Empty: at once.",
    )

    iconic_produced_by_marketplace = fields.Boolean(
        string="Pictures and Text by THE ICONIC",
        help="As a season of an account of THE ICONIC: its products are created "
        "without pictures, and published once THE ICONIC has pictured them.",
    )

    def write(self, vals):
        """Override of `product` to compare the season's listings at once."""
        result = super().write(vals)
        if vals.keys() & {"iconic_on_sale_from", "iconic_produced_by_marketplace"}:
            self.env["iconic.compare.request"]._insert(
                Domain("product_id.all_product_tag_ids", "in", self.ids)
            )
        return result
