from decimal import Decimal

from odoo import api, fields, models

from ...domain import item_statuses
from ...domain.order_amounts import Item


class IconicOrderItem(models.Model):
    """One item of an order: the marketplace has no quantities (SellerCenter, Orders).

    `status` is the marketplace's; `processed_status` is the last one that Odoo has
    processed. Unknown statuses are stored as they are.
    """

    _name = "iconic.order.item"
    _description = "THE ICONIC Order Item"
    _order = "order_id desc, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "iconic.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="order_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    external_id = fields.Char(string="Item ID", required=True, readonly=True)
    seller_sku = fields.Char(string="Seller SKU", readonly=True, index=True)
    name = fields.Char(readonly=True)
    variation = fields.Char(readonly=True)
    payload = fields.Json(readonly=True, help="The item as THE ICONIC sent it.")

    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        help="Found by the SKU. Choose another one if it was not found.",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        index="btree_not_null",
        help="The delivery that ships this item.",
    )
    change_ids = fields.Many2many(
        "iconic.order.change",
        "iconic_order_change_item_rel",
        "item_id",
        "change_id",
        string="Status Updates",
        readonly=True,
    )

    status = fields.Char(readonly=True, index=True)
    processed_status = fields.Char(
        readonly=True, help="The last status that Odoo has processed."
    )
    withdrawn = fields.Boolean(
        readonly=True,
        help="It was cancelled or not delivered, and the sales order, delivery and "
        "invoice have been adjusted.",
    )
    is_open = fields.Boolean(
        compute="_compute_is_open",
        store=True,
        help="It still has to leave your warehouse.",
    )
    reason = fields.Char(readonly=True, help="Why it was cancelled or returned.")
    reason_detail = fields.Char(readonly=True)
    changed_at = fields.Datetime(string="Changed", readonly=True)

    own_warehouse = fields.Boolean(
        string="Fulfilled by THE ICONIC",
        readonly=True,
        help="It is stored in THE ICONIC's warehouse and shipped from there.",
    )
    is_digital = fields.Boolean(readonly=True)
    shipping_type = fields.Char(readonly=True)
    shipment_provider = fields.Char(readonly=True)
    tracking_code = fields.Char(string="Tracking Number", readonly=True)
    package = fields.Char(
        readonly=True, help="Items in one package are made ready to ship together."
    )
    target_to_ship = fields.Datetime(string="Ship Before", readonly=True)

    currency_id = fields.Many2one(related="order_id.currency_id")
    unit_price = fields.Monetary(readonly=True, help="Before vouchers.")
    paid_price = fields.Monetary(readonly=True, help="What the buyer paid for it.")
    tax_amount = fields.Monetary(readonly=True)
    shipping_fee = fields.Monetary(readonly=True)
    shipping_tax = fields.Monetary(readonly=True)
    voucher_amount = fields.Monetary(readonly=True)
    marketplace_funded = fields.Monetary(
        string="Voucher Funded by THE ICONIC", readonly=True
    )
    invoice_number = fields.Char(readonly=True)

    _item_once = models.Constraint(
        "UNIQUE(account_id, external_id)", "This item exists already."
    )

    @api.depends("status", "own_warehouse", "is_digital")
    def _compute_is_open(self):
        for item in self:
            item.is_open = item._is_ours() and item.status in item_statuses.OPEN

    def write(self, vals):
        """Override to map a SKU to the product that a person chooses for an item."""
        if vals.get("product_id") and not self.env.context.get("iconic_product_found"):
            for item in self.filtered("seller_sku"):
                item._map_sku(vals["product_id"])
        return super().write(vals)

    def _is_ours(self):
        """Tell whether we ship this item from our own stock."""
        self.ensure_one()
        return not (self.own_warehouse or self.is_digital)

    def _map_sku(self, product_id):
        """Store the product for later orders of this item's SKU."""
        SkuMap = self.env["iconic.sku.map"]
        values = {"account_id": self.account_id.id, "seller_sku": self.seller_sku}
        known = SkuMap.search([(name, "=", value) for name, value in values.items()])
        if known:
            known.product_id = product_id
        else:
            SkuMap.create({**values, "product_id": product_id})

    def _as_sold_item(self):
        """Return this item for the calculations in `domain.order_amounts`."""
        return Item(
            key=self.id,
            kind=(self.product_id, self._is_ours()),
            paid=_money(self.paid_price),
            funded=_money(self.marketplace_funded),
            tax=_money(self.tax_amount),
            shipping=_money(self.shipping_fee),
            shipping_tax=_money(self.shipping_tax),
        )


def _money(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))
