from odoo import api, fields, models
from odoo.fields import Domain

from ..delivery.stock_picking import DUE


class IconicOrder(models.Model):
    """What the screens show of an order beside its own fields."""

    _inherit = "iconic.order"

    due = fields.Selection(
        DUE,
        string="To Ship",
        compute="_compute_due",
        search="_search_due",
        help="By the time that THE ICONIC has set; each late unit costs a penalty.",
    )
    attention = fields.Char(
        string="Needs You Because",
        compute="_compute_attention",
        help="Why it is held, or what THE ICONIC has refused.",
    )
    delivery_count = fields.Integer(related="sale_order_id.delivery_count")
    invoice_count = fields.Integer(related="sale_order_id.invoice_count")
    units_amount = fields.Monetary(
        string="Units before Vouchers", compute="_compute_amounts"
    )
    voucher_amount = fields.Monetary(string="Vouchers", compute="_compute_amounts")
    marketplace_funded = fields.Monetary(
        string="Of These Paid by THE ICONIC", compute="_compute_amounts"
    )
    shipping_amount = fields.Monetary(string="Shipping", compute="_compute_amounts")
    tax_amount = fields.Monetary(string="Tax", compute="_compute_amounts")

    @api.depends("open_count", "state", "target_to_ship")
    def _compute_due(self):
        now, midnight = self.env["stock.picking"]._iconic_moments()
        open_ones = self.filtered_domain(self._open_domain())
        for order in self:
            target = order.target_to_ship
            if order not in open_ones or not target:
                order.due = False
            elif target < now:
                order.due = "late"
            else:
                order.due = "today" if target < midnight else "later"

    @api.model
    def _search_due(self, operator, value):
        """Find the open orders by the time that is left for them."""
        if operator != "in":
            return NotImplemented
        now, midnight = self.env["stock.picking"]._iconic_moments()
        times = {
            "late": Domain("target_to_ship", "<", now),
            "today": Domain("target_to_ship", ">=", now)
            & Domain("target_to_ship", "<", midnight),
            "later": Domain("target_to_ship", ">=", midnight),
        }
        found = self._open_domain() & Domain.OR(
            times[one] for one in value if one in times
        )
        if False in value:
            found |= ~self._open_domain() | Domain("target_to_ship", "=", False)
        return found

    @api.depends("error", "change_ids.state", "change_ids.message")
    def _compute_attention(self):
        refused = self.change_ids.filtered(lambda change: change.state == "refused")
        by_order = refused.grouped("order_id")
        for order in self:
            changes = by_order.get(order, ())
            sentences = [order.error, *(change._refusal() for change in changes)]
            order.attention = " ".join(filter(None, sentences))

    @api.depends(
        "item_ids.unit_price",
        "item_ids.voucher_amount",
        "item_ids.marketplace_funded",
        "item_ids.shipping_fee",
        "item_ids.tax_amount",
        "item_ids.shipping_tax",
    )
    def _compute_amounts(self):
        for order in self:
            units = order.item_ids
            order.units_amount = sum(units.mapped("unit_price"))
            order.voucher_amount = sum(units.mapped("voucher_amount"))
            order.marketplace_funded = sum(units.mapped("marketplace_funded"))
            order.shipping_amount = sum(units.mapped("shipping_fee"))
            order.tax_amount = sum(
                unit.tax_amount + unit.shipping_tax for unit in units
            )

    def action_view_sale_order(self):
        """Open the sales order."""
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    def action_view_deliveries(self):
        """Open the deliveries of the sales order."""
        self.ensure_one()
        return self.sale_order_id.action_view_delivery()

    def action_view_invoices(self):
        """Open the invoices and credit notes of the sales order."""
        self.ensure_one()
        return self.sale_order_id.action_view_invoice()


class IconicOrderChange(models.Model):
    _inherit = "iconic.order.change"

    def _refusal(self):
        """Say what the marketplace has refused, and with which words."""
        return self.env._(
            "%(what)s. THE ICONIC refused: %(words)s",
            what=self.display_name,
            words=self.message or "",
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_view_iconic_order(self):
        """Open the order of the marketplace that this one was made of."""
        self.ensure_one()
        return self.iconic_order_id._get_records_action()
