from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    iconic_upc = fields.Char(string="UPC", copy=False)
    iconic_mpn = fields.Char(
        string="MPN", copy=False, help="Manufacturer's part number."
    )
    iconic_isbn = fields.Char(string="ISBN", copy=False)
    iconic_rrp = fields.Float(
        string="RRP",
        digits="Product Price",
        help="Recommended retail price, taxes included, in the company's currency. "
        "Accounts in another currency take it from the listing or the RRP price list.",
    )
    iconic_listing_ids = fields.One2many(
        "iconic.listing",
        "product_id",
        string="THE ICONIC Listings",
        groups="iconic_connector.iconic_connector_group_user",
    )
