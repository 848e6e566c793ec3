from odoo import models


class SaleOrderLine(models.Model):
    """What is to be invoiced of a line by now, as its account says."""

    _inherit = "sale.order.line"

    def _quantity_due(self, leaving=()):
        """Return the quantity of a marketplace's line that is to be invoiced by now.

        All that stands when ordered, or what of it was shipped. What is no item is due
        with the first item that is shipped; invoices have rounding lines of their own.

        :param leaving: see `_quantity_standing`
        """
        self.ensure_one()
        # Salespeople need no access to the connector.
        line = self.sudo()
        account = line.order_id.iconic_account_id
        if line.product_id == account.rounding_product_id:
            return line.qty_invoiced
        standing = line._quantity_standing(leaving)
        orders = line.order_id.iconic_order_ids
        if all(one._invoiced_when() == "ordered" for one in orders):
            return standing
        if not (line.iconic_item_ids or line.iconic_shipping_item_ids):
            others = orders.item_ids
            return standing if any(one._is_billable("shipped") for one in others) else 0
        shipped = line._items_ordered().filtered(
            lambda item: item._is_billable("shipped")
        )
        return len([item for item in shipped if item not in leaving])
