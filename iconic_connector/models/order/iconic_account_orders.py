from odoo import api, fields, models

from ... import const


class IconicAccount(models.Model):
    """The Orders section: how orders become sales orders."""

    _inherit = "iconic.account"

    order_ids = fields.One2many("iconic.order", "account_id")
    orders_from = fields.Datetime(
        string="Import Orders From",
        default=lambda self: fields.Datetime.now(),
        help="Orders placed before this are left alone, unless they are pulled by "
        "number or with Pull All Open Orders.",
    )
    order_tag_ids = fields.Many2many(
        "crm.tag", "iconic_account_order_tag_rel", string="Tags", help="Set on orders."
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        check_company=True,
        help="Set on orders. Empty: Odoo chooses by the delivery address.",
    )
    second_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "iconic_account_second_warehouse_rel",
        string="Further Warehouses",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="If the fulfilment warehouse cannot serve an order alone, the first of "
        "these that can does. If none can, each delivers its part.",
    )
    confirm_orders = fields.Boolean(
        default=True, help="Orders are confirmed, so that their stock is reserved."
    )
    collected_tax_country_ids = fields.Many2many(
        "res.country",
        "iconic_account_collected_tax_country_rel",
        string="THE ICONIC Pays the Tax In",
        help="Such as New Zealand. There the tax that THE ICONIC reports for a unit is "
        "no revenue of the seller: orders are booked without it, and without tax.",
    )
    unknown_voucher_payer = fields.Selection(
        [("seller", "The seller"), ("marketplace", "THE ICONIC")],
        string="Vouchers Are Paid By",
        default="seller",
        required=True,
        help="Of vouchers for which THE ICONIC does not say who pays. What it pays "
        "itself is revenue of the seller, although the buyer pays less.",
    )
    order_tolerance = fields.Monetary(
        string="Rounding Tolerance",
        default=const.ORDER_TOLERANCE,
        help="For each line. A difference up to this goes to a rounding line; beyond "
        "it the invoice waits for a person, but not the parcel.",
    )
    shipping_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self._default_product("shipping"),
        help="The line for what the buyer pays for shipping.",
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self._default_product("rounding"),
    )

    @api.model
    def _default_product(self, name):
        """Return the product of the module's data, if it is still there."""
        return self.env.ref(
            f"iconic_connector.product_{name}", raise_if_not_found=False
        )
