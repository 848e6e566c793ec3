from odoo import models


class StockMove(models.Model):
    """Whatever is delivered, received, moved or reserved is compared at once."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Override of `stock` to compare what was reserved: it is not free any more."""
        result = super()._action_assign(force_qty=force_qty)
        self._iconic_compare_soon()
        return result

    def _action_done(self, cancel_backorder=False):
        """Override of `stock` to compare what has left or come in."""
        result = super()._action_done(cancel_backorder=cancel_backorder)
        self._iconic_compare_soon()
        return result

    def _iconic_compare_soon(self):
        if products := self.product_id:
            self.env["iconic.listing"]._compare_products_soon(products)
