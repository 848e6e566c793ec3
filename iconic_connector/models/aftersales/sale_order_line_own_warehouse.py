from odoo import models


class SaleOrderLine(models.Model):
    """Units that lie in the marketplace's warehouse are sold, but not shipped by us."""

    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of `sale_stock` to leave out what we do not ship."""
        return super(
            SaleOrderLine, self - self._shipped_by_marketplace()
        )._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _shipped_by_marketplace(self):
        """Return the lines whose units the marketplace ships."""
        # Whoever changes a sales order need not know the connector.
        return self.filtered(
            lambda one: (
                one.order_id.iconic_account_id
                and (items := one.sudo().iconic_item_ids)
                and not any(item._is_ours() for item in items)
            )
        )
