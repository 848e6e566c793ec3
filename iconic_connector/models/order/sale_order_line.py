from odoo import api, fields, models

from ...domain import item_statuses


class SaleOrderLine(models.Model):
    """What was sold at the marketplace: its price is agreed, and all of it is paid.

    Items fulfilled by THE ICONIC are sold, but not shipped by us.
    """

    _inherit = "sale.order.line"

    iconic_item_ids = fields.One2many("iconic.order.item", "sale_line_id", copy=False)

    def _compute_price_unit(self):
        return super(SaleOrderLine, self._repriceable())._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self._repriceable())._compute_discount()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self._repriceable())._compute_tax_ids()

    @api.depends(
        "order_id.iconic_order_ids.item_ids.credit_move_id",
        "iconic_item_ids.withdrawn",
    )
    def _compute_qty_to_invoice(self):
        """Invoice all that was ordered: buyers have paid all of it."""
        result = super()._compute_qty_to_invoice()
        for line in self._confirmed_marketplace_lines():
            line.qty_to_invoice = line._quantity_left_to_invoice(line.qty_invoiced)
        return result

    def _compute_invoice_status(self):
        """Regard what was invoiced and credited as done."""
        result = super()._compute_invoice_status()
        for line in self._confirmed_marketplace_lines():
            if line.invoice_lines and not line.qty_to_invoice:
                line.invoice_status = "invoiced"
        return result

    @api.depends("qty_to_invoice")
    def _compute_untaxed_amount_to_invoice(self):
        result = super()._compute_untaxed_amount_to_invoice()
        for line in self._confirmed_marketplace_lines():
            owed = line._quantity_left_to_invoice(line.qty_invoiced_posted)
            line.untaxed_amount_to_invoice = line.price_reduce_taxexcl * owed
        return result

    @api.depends("qty_to_invoice")
    def _compute_amount_to_invoice(self):
        result = super()._compute_amount_to_invoice()
        for line in self._confirmed_marketplace_lines():
            owed = line._quantity_left_to_invoice(line.qty_invoiced_posted)
            line.amount_to_invoice = line.price_reduce_taxinc * owed
        return result

    def _reset_price_unit(self):
        """Keep an agreed price, also when another product takes the line over."""
        if self._has_marketplace_price():
            return None
        return super()._reset_price_unit()

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of `sale_stock` to leave out what we do not ship."""
        return super(
            SaleOrderLine, self - self._shipped_by_marketplace()
        )._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _has_marketplace_price(self):
        """Tell whether this line came from the marketplace, with its price."""
        # Sales people need not see the items behind it.
        line = self._origin.sudo()
        account = line.order_id.iconic_account_id
        own = account.shipping_product_id | account.rounding_product_id
        return bool(account and (line.iconic_item_ids or line.product_id in own))

    def _repriceable(self):
        """Return the lines whose price, discount and taxes Odoo may work out."""
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
        """Return how much is still to invoice.

        Items that were credited are not invoiced again, although they were ordered.

        :param float invoiced: what is invoiced so far, less what is credited
        """
        owed = self.product_uom_qty - invoiced
        if owed <= 0:
            return owed
        # Sales people need not see the items behind it.
        line = self.sudo()
        credits = line.order_id.iconic_order_ids.item_ids.credit_move_id
        credited = line._lines_invoiced("out_refund").filtered(
            lambda line: line.move_id in credits
        )
        return max(
            0, owed - sum(credited.mapped("quantity")) - line._undelivered_items_count()
        )

    def _undelivered_items_count(self):
        """Return how many items were lost before they were on a posted invoice.

        Cancelled ones need no counting: they are not ordered any more.
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
        """Return the lines of invoices or credit notes that this line is on.

        :param str move_type: out_invoice, those that are posted, or out_refund, those
            that are not cancelled
        """
        states = ("posted",) if move_type == "out_invoice" else ("posted", "draft")
        return self.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == move_type and line.move_id.state in states
            )
        ).sorted("id")

    def _parts_left(self, wanted, by="quantity"):
        """Find what of this line is invoiced and not credited yet.

        :param float wanted: how much of it at most
        :param str by: the field of an invoice's line that `wanted` counts
        :return: a list of tuples: the line of the invoice, the share of it that is
            credited so far, and the share that will be
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
        """Return the lines whose items the marketplace ships."""
        # Whoever changes a sales order need not know the connector.
        return self.filtered(
            lambda one: (
                one.order_id.iconic_account_id
                and (items := one.sudo().iconic_item_ids)
                and not any(item._is_ours() for item in items)
            )
        )
