from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html


class StockMove(models.Model):
    """Scarce stock goes to the oldest order; what has moved is compared at once."""

    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Override of `stock` to reserve for the marketplace's oldest order first.

        Odoo goes by the scheduled date, which for these orders is that of dispatch.
        What was reserved in stock is compared: it is not free any more.
        """
        moves = self._iconic_oldest_first()
        before = {move: move.quantity for move in moves}
        result = super(StockMove, moves)._action_assign(force_qty=force_qty)
        reserved = moves.filtered(
            lambda move: (
                move.quantity != before[move]
                and not move.location_id.should_bypass_reservation()
            )
        )
        self.env["iconic.listing"]._compare_products_soon(reserved.product_id)
        return result

    def _action_done(self, cancel_backorder=False):
        """Override of `stock` to compare what has left or come in."""
        # Odoo replaces moves of kits by those of their components.
        products = self.product_id
        result = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["iconic.listing"]._compare_products_soon(products | result.product_id)
        return result

    def _get_new_picking_values(self):
        """Override of `stock` to print the buyer's notes on the pick ticket.

        It prints the note of the transfer, where warehouses also look on the screen.
        """
        values = super()._get_new_picking_values()
        # Warehouse users need no access to sales orders.
        ours = self.sudo().sale_line_id.order_id.filtered("iconic_account_id")
        sales = ours.filtered("iconic_notes")
        if sales:
            values["note"] = plaintext2html("\n".join(sales.mapped("iconic_notes")))
        return values

    def _iconic_oldest_first(self):
        """Return these moves, those of the marketplace's orders by their date.

        Moves of other orders keep their places, and urgent ones come first.
        """
        # Warehouse users need no access to sales orders.
        ours = self.sudo().filtered("sale_line_id.order_id.iconic_account_id")
        if len(ours) < 2:
            return self
        ordered = ours.sorted(
            lambda move: (
                -int(move.priority or 0),
                move.sale_line_id.order_id.date_order,
                move.id,
            )
        )
        places, ids = set(ours.ids), iter(ordered.ids)
        return self.browse(next(ids) if one in places else one for one in self.ids)

    @api.model
    def _iconic_waiting_before(self, orders):
        """Return the moves of the marketplace's older orders that wait for the same.

        What a cancelled order has released, for example, Odoo offers to none of them:
        reserve for them first.

        :param orders: `iconic.order` records of a company that are about to reserve
        """
        now = fields.Datetime.now()
        newest = max((one.ordered_at or now for one in orders), default=now)
        sale = Domain("iconic_account_id", "!=", False) & Domain(
            "date_order", "<", newest
        )
        products = orders.item_ids.product_id
        components = self.env["iconic.listing"]._sellable_components(products)
        products = products.union(
            *(products.union(*one) for one in components.values())
        )
        return self.search(
            Domain("product_id", "in", products.ids)
            & Domain("company_id", "in", orders.company_id.ids)
            & Domain("state", "in", ("confirmed", "partially_available"))
            & Domain("sale_line_id.order_id", "any", sale)
        )
