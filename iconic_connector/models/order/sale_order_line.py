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
        "order_id.iconic_order_ids.item_ids.credit_move_id",
        "iconic_item_ids.withdrawn",
    )
    def _compute_qty_to_invoice(self):
        """Override of `sale` to invoice what was ordered: buyers have paid for it."""
        result = super()._compute_qty_to_invoice()
        for line in self._confirmed_marketplace_lines():
            line.qty_to_invoice = line._quantity_left_to_invoice(line.qty_invoiced)
        return result

    def _compute_invoice_status(self):
        """Override of `sale` to regard credited items as invoiced."""
        result = super()._compute_invoice_status()
        for line in self._confirmed_marketplace_lines():
            if line.invoice_lines and not line.qty_to_invoice:
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

        Credited items are not invoiced again, although they are still ordered.

        :param float invoiced: the quantity on invoices, less that on credit notes
        """
        owed = self.product_uom_qty - invoiced
        if owed <= 0:
            return owed
        # Salespeople need no access to the connector.
        line = self.sudo()
        credits = line.order_id.iconic_order_ids.item_ids.credit_move_id
        credited = line._lines_invoiced("out_refund").filtered(
            lambda line: line.move_id in credits
        )
        return max(
            0, owed - sum(credited.mapped("quantity")) - line._undelivered_items_count()
        )

    def _undelivered_items_count(self):
        """Return how many items were not delivered, and never on a posted invoice.

        Cancelled items are no longer in the ordered quantity.
        """
        return len(
            self.iconic_item_ids.filtered(
                lambda item: (
                    item.withdrawn
                    and item.status == item_statuses.FAILED
                    and not item.credit_move_id
                )
            )
        )

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
