from odoo import fields, models


class IconicSkuMap(models.Model):
    """The product of a seller SKU that Odoo cannot find otherwise.

    For example, a SKU that is still listed although the product was renamed in Odoo.
    """

    _name = "iconic.sku.map"
    _inherit = "iconic.rights"
    _description = "THE ICONIC SKU of a Product"
    _rec_name = "seller_sku"
    _order = "seller_sku"
    _check_company_auto = True
    _user_fields = frozenset("account_id seller_sku product_id".split())

    account_id = fields.Many2one(
        "iconic.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    seller_sku = fields.Char(string="Seller SKU", required=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )

    _sku_once = models.Constraint(
        "UNIQUE(account_id, seller_sku)", "This SKU is mapped already."
    )
