from odoo import api, fields, models

from ... import const
from ...domain import item_statuses


class SaleOrderLine(models.Model):
    """A line sold at the marketplace: its price is fixed, and it is paid in full.

    Items fulfilled by THE ICONIC are sold and invoiced, but not shipped by us.
    """

    _inherit = "sale.order.line"

    iconic_item_ids = fields.One2many(
        "iconic.order.item", "sale_line_id", copy=False, groups=const.USER_GROUP
    )
    iconic_shipping_item_ids = fields.One2many(
        "iconic.order.item", "shipping_line_id", copy=False, groups=const.USER_GROUP
    )
    # Of kits: the id of each component's product -> its pieces in one item.
    iconic_components = fields.Json(copy=False, groups=const.USER_GROUP)

    def _compute_price_unit(self):
        """Override of `sale` to leave the marketplace's prices alone."""
        return super(SaleOrderLine, self._repriceable())._compute_price_unit()

    def _compute_discount(self):
        """Override of `sale` to leave the marketplace's prices alone."""
        return super(SaleOrderLine, self._repriceable())._compute_discount()

    def _compute_tax_ids(self):
        """Override of `sale` to leave the imported taxes alone."""
        return super(SaleOrderLine, self._repriceable())._compute_tax_ids()

    @api.depends(
        "iconic_item_ids.status",
        "iconic_item_ids.removed_from_sale",
        "iconic_item_ids.credit_move_id",
        "iconic_shipping_item_ids.status",
        "iconic_shipping_item_ids.withdrawn",
        "iconic_shipping_item_ids.credit_move_id",
        "order_id.iconic_order_ids.item_ids.shipped_at",
    )
    def _compute_qty_to_invoice(self):
        """Override of `sale` to invoice the items that stand: buyers have paid."""
        result = super()._compute_qty_to_invoice()
        for line in self._confirmed_marketplace_lines():
            line.qty_to_invoice = line._quantity_left_to_invoice(line.qty_invoiced)
        return result

    def _compute_invoice_status(self):
        """Override of `sale` to regard lines without more to invoice as invoiced."""
        result = super()._compute_invoice_status()
        for line in self._confirmed_marketplace_lines():
            account = line.order_id.iconic_account_id
            rounds = line.product_id == account.rounding_product_id
            if (line.invoice_lines or rounds) and not line.qty_to_invoice:
                line.invoice_status = "invoiced"
        return result

    @api.depends("qty_to_invoice")
    def _compute_untaxed_amount_to_invoice(self):
        """Override of `sale` to leave out credited and undelivered items."""
        result = super()._compute_untaxed_amount_to_invoice()
        for line in self._confirmed_marketplace_lines():
            owed = line._quantity_left_to_invoice(line.qty_invoiced_posted)
            line.untaxed_amount_to_invoice = line.price_reduce_taxexcl * owed
        return result

    @api.depends("qty_to_invoice")
    def _compute_amount_to_invoice(self):
        """Override of `sale` to leave out credited and undelivered items."""
        result = super()._compute_amount_to_invoice()
        for line in self._confirmed_marketplace_lines():
            owed = line._quantity_left_to_invoice(line.qty_invoiced_posted)
            line.amount_to_invoice = line.price_reduce_taxinc * owed
        return result

    def _reset_price_unit(self):
        """Override of `sale` to leave the marketplace's price alone.

        Also when somebody replaces the product of the line.
        """
        if self._has_marketplace_price():
            return None
        return super()._reset_price_unit()

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of `sale_stock` to leave out items fulfilled by THE ICONIC."""
        return super(
            SaleOrderLine, self - self._shipped_by_marketplace()
        )._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _has_marketplace_price(self):
        """Tell whether the price of this line comes from the marketplace."""
        # Salespeople need no access to the connector.
        line = self._origin.sudo()
        account = line.order_id.iconic_account_id
        own = account.shipping_product_id | account.rounding_product_id
        return bool(account and (line.iconic_item_ids or line.product_id in own))

    def _repriceable(self):
        """Return the lines whose price, discount and taxes Odoo may compute."""
        return self.filtered(lambda line: not line._has_marketplace_price())

    def _confirmed_marketplace_lines(self):
        return self.filtered(
            lambda line: (
                line.order_id.iconic_account_id
                and line.state == "sale"
                and not line.display_type
            )
        )

    def _quantity_left_to_invoice(self, invoiced):
        """Return the quantity that is still to invoice.

        :param float invoiced: the quantity on invoices, less that on credit notes
        """
        owed = self._quantity_due() - invoiced
        # Ordered less than invoiced is Odoo's to show; what is credited is not.
        return owed if self.product_uom_qty < invoiced else max(owed, 0)

    def _quantity_standing(self, leaving=()):
        """Return the ordered quantity without items that are cancelled, lost or back.

        Both kinds of lines have items: those of what is sold, and of its shipping.

        :param leaving: `iconic.order.item` records that are to be credited now
        """
        # Salespeople need no access to the connector.
        items = self.sudo()._items_ordered()
        gone = [one for one in items if one in leaving or not one._is_billable()]
        return self.product_uom_qty - len(gone)

    def _items_ordered(self):
        """Return the items that are part of the ordered quantity."""
        sold = self.iconic_item_ids.filtered(lambda item: not item.removed_from_sale)
        return sold | self.iconic_shipping_item_ids.filtered(
            lambda item: item.status != item_statuses.CANCELED or not item.withdrawn
        )

    def _quantity_to_credit(self, leaving):
        """Return the quantity on posted invoices beyond what is to be invoiced by now.

        :param leaving: see `_quantity_standing`
        """
        invoiced = sum(self._lines_invoiced("out_invoice").mapped("quantity"))
        credited = sum(self._lines_invoiced("out_refund").mapped("quantity"))
        return max(invoiced - credited - self._quantity_due(leaving), 0)

    def _lines_invoiced(self, move_type):
        """Return the lines of invoices or credit notes for this line.

        :param str move_type: "out_invoice" for posted invoices, "out_refund" for credit
            notes that are not cancelled
        """
        states = ("posted",) if move_type == "out_invoice" else ("posted", "draft")
        return self.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == move_type and line.move_id.state in states
            )
        ).sorted("id")

    def _parts_left(self, wanted, by="quantity"):
        """Return the parts of invoice lines that can still be credited.

        :param float wanted: how much to credit at most
        :param str by: the field of the invoice lines that `wanted` refers to
        :return: a list of tuples: an invoice line, the share of it (0 to 1) that is
            credited so far, and the share that will be credited
        """
        done = sum(self._lines_invoiced("out_refund").mapped(by))
        parts = []
        for line in self._lines_invoiced("out_invoice"):
            whole = line[by]
            before = min(done, whole)
            after = min(before + wanted, whole)
            done -= before
            wanted -= after - before
            if after > before:
                parts.append((line, before / whole, after / whole))
        return parts

    def _shipped_by_marketplace(self):
        """Return the lines with no item that we ship."""
        # Salespeople need no access to the connector.
        return self.filtered(
            lambda one: (
                one.order_id.iconic_account_id
                and (items := one.sudo().iconic_item_ids)
                and not any(item._is_shipped_by_us() for item in items)
            )
        )
