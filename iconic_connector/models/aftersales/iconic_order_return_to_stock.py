from collections import defaultdict

from odoo import fields, models
from odoo.tools import groupby


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    return_to_stock_id = fields.Many2one(
        "stock.picking",
        string="Put Back By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The transfer that brings the item back to the stock.",
    )

    def _is_back_in_stock(self):
        """Tell whether the item is in the stock again, or on its way."""
        self.ensure_one()
        return (
            bool(self.return_to_stock_id) and self.return_to_stock_id.state != "cancel"
        )


class IconicOrder(models.Model):
    """Taking items out of deliveries, and bringing back those that were moved.

    Odoo answers a smaller sales line with moves of negative quantity, whose end depends
    on the route. Here each move is made smaller itself, in routes that pull (all steps
    exist from the beginning) as in those that push (a step exists once the one before
    is done).
    """

    _inherit = "iconic.order"

    def _reduce_deliveries(self, line, items):
        """Take items of one sales line out of its deliveries.

        Those that nobody has touched go first, then those that were picked. What has
        left already is asked back.

        :param line: a `sale.order.line`
        :param items: its items that are cancelled
        :return: a dict, done `stock.move` -> how many items of it have to come back
        """
        gone = items.filtered(_has_left)
        back = defaultdict(float)
        left = len(items - gone)
        for move in self._open_moves(line, items):
            taken = min(left, _unmoved_quantity(move))
            _decrease_move(move, taken)
            left -= taken
        for move in self._open_moves(line, items):
            taken = min(left, _ready_quantity(move))
            _add_to_return(back, _done_origins(move), taken)
            _decrease_move(move, taken)
            left -= taken
        _add_to_return(back, _delivering_moves(line, gone), left + len(gone))
        return back

    def _open_moves(self, line, items):
        """Return the moves of a line that are to be done, those of the items first."""
        return line.move_ids.filtered(_is_open).sorted(
            lambda move: (move.picking_id not in items.picking_id, -move.id)
        )

    def _create_returns_to_stock(self, items, back, note):
        """Create transfers that bring goods to the stock, for the warehouse to do.

        :param items: those that may be among them
        :param back: a dict, done `stock.move` -> pieces
        :param str note: what the warehouse reads in them
        :return: the `stock.picking` records
        """
        made = self.env["stock.picking"]
        for picking, moves in groupby(back, key=lambda move: move.picking_id):
            made |= self._return_moves(picking, {move: back[move] for move in moves})
        for picking in made:
            picking.message_post(body=note)
            for move in picking.move_ids:
                waiting = items.filtered(
                    lambda item, line=move.sale_line_id: (
                        item.sale_line_id == line and not item._is_back_in_stock()
                    )
                ).sorted(_has_left, reverse=True)
                waiting[: int(move.product_uom_qty)].return_to_stock_id = picking
        return made

    def _return_moves(self, picking, quantities):
        """Return some items of a done transfer to the stock.

        :param quantities: a dict, `stock.move` of the transfer -> items
        :return: the new transfer, reserved
        """
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            if row.move_id in quantities:
                row.quantity = quantities[row.move_id]
            else:
                # Steps of other orders in this transfer would lose their goods.
                row.unlink()
        made = wizard._create_return()
        moves = self.env["stock.move"].union(*quantities)
        self._redirect_to_stock(made, moves)
        moves.move_dest_ids.filtered(_is_open)._action_assign()
        return made

    def _redirect_to_stock(self, transfer, moves):
        """Let a return of a later step end where the first step has taken the goods."""
        if any(is_delivered(move) for move in moves):
            return
        while before := moves.move_orig_ids.filtered(_is_done_step):
            moves = before
        stock = moves.location_id[:1]
        if transfer.location_dest_id != stock:
            transfer.location_dest_id = stock
            transfer.move_ids.location_dest_id = stock
            transfer.move_line_ids.location_dest_id = stock


def _has_left(item):
    picking = item.picking_id
    return picking.state == "done" and picking.location_dest_id._is_outgoing()


def is_kit(line):
    """Tell whether the components of what was sold are delivered instead of it."""
    return bool(line.move_ids.product_id - line.product_id)


def _is_open(move):
    """Tell whether goods are still to be taken to the customer by a move."""
    return move.state not in ("done", "cancel") and not move.origin_returned_move_id


def _is_done_step(move):
    return move.state == "done" and not move.origin_returned_move_id


def is_delivered(move):
    """Tell whether goods have left the company by a move."""
    return _is_done_step(move) and move.location_dest_id._is_outgoing()


def _waiting_for(move):
    """Return how many items of a move are still to come from the step before."""
    return sum(move.move_orig_ids.filtered(_is_open).mapped("product_uom_qty"))


def _unmoved_quantity(move):
    """Return how many items of a move nobody has moved in an earlier step.

    Later steps follow their first one and are left out.
    """
    if move.move_orig_ids.filtered(lambda one: one.state != "cancel"):
        return 0
    return move.product_uom_qty


def _ready_quantity(move):
    """Return how many items an earlier step has brought, for a move to go on with."""
    if not _is_open(move):
        return 0
    return max(move.product_uom_qty - _waiting_for(move), 0)


def _done_origins(move):
    return move.move_orig_ids.filtered(_is_done_step)


def _delivering_moves(line, gone):
    """Return the moves by which items of a line have left, theirs first."""
    return line.move_ids.filtered(is_delivered).sorted(
        lambda move: (move.picking_id not in gone.picking_id, -move.id)
    )


def _returnable(move):
    """Return how many items of a done move are not on their way back."""
    returns = move.returned_move_ids.filtered(lambda one: one.state != "cancel")
    return move.quantity - sum(
        one.quantity if one.state == "done" else one.product_uom_qty for one in returns
    )


def _add_to_return(back, moves, quantity):
    """Note what has to come back, of one move after the other."""
    for move in moves:
        taken = min(quantity, max(_returnable(move) - back.get(move, 0), 0))
        if taken:
            back[move] += taken
            quantity -= taken


def _decrease_move(move, quantity):
    """Let a move and the steps after it carry less, and free what was reserved.

    :param move: a `stock.move` that is not done
    :param quantity: how much less
    """
    if not quantity:
        return
    left = quantity
    for after in move.move_dest_ids.filtered(_is_open):
        less = min(left, after.product_uom_qty)
        _decrease_move(after, less)
        left -= less
    rest = move.product_uom_qty - quantity
    if rest <= 0:
        move._action_cancel()
        return
    if move.quantity > rest:
        # What stays reserved, or was counted by hand, stays so.
        move.quantity = rest
    move.product_uom_qty = rest
