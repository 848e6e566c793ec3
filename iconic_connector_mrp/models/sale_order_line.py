from odoo import models

from odoo.addons.iconic_connector.models.item_pieces import (
    delivered_pieces,
    whole_items,
)


class SaleOrderLine(models.Model):
    """Kits that are sold at the marketplace."""

    _inherit = "sale.order.line"

    def _prepare_qty_delivered(self):
        """Override of `sale_mrp` to count kits as they were when they were sold.

        Odoo counts by the present bill of materials, and kits of kits all or none.
        """
        delivered = super()._prepare_qty_delivered()
        # Salespeople need no access to the connector.
        for line in self.sudo().filtered("iconic_components"):
            delivered[line] = whole_items(line, delivered_pieces(line))
        return delivered
