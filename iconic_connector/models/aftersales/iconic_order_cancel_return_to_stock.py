from collections import defaultdict

from odoo import fields, models
from odoo.tools import groupby

from ..item_pieces import (
    in_move_unit,
    in_product_unit,
    pieces_of,
    planned_pieces,
    touched_items,
)


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    return_to_stock_id = fields.Many2one(
        "stock.picking",
        string="Returned to Stock By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The transfer that returns the cancelled item to stock.",
    )

    def _is_back_in_stock(self):
        """Tell whether a transfer has returned the item to stock, or will."""
        self.ensure_one()
        return (
            bool(self.return_to_stock_id) and self.return_to_stock_id.state != "cancel"
        )


class IconicOrder(models.Model):
    """Removing cancelled items from deliveries, and returning picked ones to stock.

    When a sales order line is reduced, Odoo creates moves of negative quantity, and the
    route decides what becomes of them. Instead, the moves themselves are reduced here:
    in pull routes, where all steps exist from the beginning, as well as in push routes,
    where a step exists once the one before is done.
    """

    _inherit = "iconic.order"

    def _reduce_deliveries(self, line, items):
        """Remove items of one sales order line from its deliveries.

        :param line: a `sale.order.line`
        :param items: its cancelled items
        :return: a dict, done `stock.move` -> how many pieces to return
        """
        shipped = items.filtered(has_left)
        standing = line.iconic_item_ids.filtered(
            lambda item: item._is_shipped_by_us() and not item.withdrawn
        )
        after = pieces_of(line, len(standing - items))
        between = pieces_of(line, len(standing - items | shipped))
        before = pieces_of(line, len(standing | items))
        back = defaultdict(float)
        for product in before:
            moves = line.move_ids.filtered(lambda one, p=product: one.product_id == p)
            unshipped = before[product] - between[product]
            left = _remove_pieces(moves, items, unshipped, back)
            left += between[product] - after[product]
            _add_to_return(back, _delivering_moves(moves, shipped), left)
        return back

    def _create_returns_to_stock(self, items, back, note):
        """Create the transfers that return goods to stock, for the warehouse to do.

        :param items: the items to link to them
        :param back: a dict, done `stock.move` -> pieces
        :param str note: a message for the warehouse, posted on each transfer
        :return: the `stock.picking` records
        """
        made = self.env["stock.picking"]
        for picking, moves in groupby(back, key=lambda move: move.picking_id):
            made |= self._return_moves(picking, {move: back[move] for move in moves})
        for picking in made:
            picking.message_post(body=note)
            for line, moves in picking.move_ids.grouped("sale_line_id").items():
                waiting = items.filtered(
                    lambda item, line=line: (
                        item.sale_line_id == line and not item._is_back_in_stock()
                    )
                ).sorted(has_left, reverse=True)
                count = touched_items(line, planned_pieces(moves))
                waiting[:count].return_to_stock_id = picking
        return made

    def _return_moves(self, picking, quantities):
        """Return some quantities of a done transfer to stock.

        :param picking: the done `stock.picking`
        :param quantities: a dict, `stock.move` of the transfer -> pieces
        :return: the new transfer, reserved
        """
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            if row.move_id in quantities:
                row.quantity = in_move_unit(row.move_id, quantities[row.move_id])
            else:
                # Else the goods of other orders in this transfer would be returned.
                row.unlink()
        made = wizard._create_return()
        moves = self.env["stock.move"].union(*quantities)
        self._redirect_to_stock(made, moves)
        # The wizard has released them, earlier returns among them.
        released = moves.move_dest_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        released._action_assign()
        return made

    def _redirect_to_stock(self, transfer, moves):
        """Set the destination of a return to where the first step got the goods."""
        if any(is_delivered(move) for move in moves):
            return
        while before := moves.move_orig_ids.filtered(_is_done_step):
            moves = before
        stock = moves.location_id[:1]
        if transfer.location_dest_id != stock:
            transfer.location_dest_id = stock
            transfer.move_ids.location_dest_id = stock
            transfer.move_line_ids.location_dest_id = stock


def has_left(item):
    """Tell whether the delivery of an item has shipped goods out of the company."""
    picking = item.picking_id
    return picking.state == "done" and picking.location_dest_id._is_outgoing()


def _remove_pieces(moves, items, left, back):
    """Remove pieces of one product from the deliveries of its line.

    Pieces that no step has moved are removed first, then picked ones, which have to be
    returned.

    :param moves: the moves of that product and line
    :param items: the cancelled items
    :param left: how many pieces to remove
    :param back: a dict, done `stock.move` -> pieces to return; changed here
    :return: how many pieces are not in open moves
    """
    for move in _open_moves(moves, items):
        removed = min(left, _unmoved_quantity(move))
        _decrease_move(move, removed)
        left -= removed
    for move in _open_moves(moves, items):
        removed = min(left, _ready_quantity(move))
        _add_to_return(back, _done_origins(move), removed)
        _decrease_move(move, removed)
        left -= removed
    return left


def _open_moves(moves, items):
    """Return the open ones of some moves, those in the items' deliveries first."""
    return moves.filtered(_is_open).sorted(
        lambda move: (move.picking_id not in items.picking_id, -move.id)
    )


def _is_open(move):
    """Tell whether a move towards the customer is still to be done."""
    return move.state not in ("done", "cancel") and not move.origin_returned_move_id


def _is_done_step(move):
    return move.state == "done" and not move.origin_returned_move_id


def is_delivered(move):
    """Tell whether a move has shipped goods out of the company."""
    return _is_done_step(move) and move.location_dest_id._is_outgoing()


def _waiting_for(move):
    """Return how many pieces of a move the step before still has to move."""
    return sum(planned_pieces(move.move_orig_ids.filtered(_is_open)).values())


def _unmoved_quantity(move):
    """Return how many pieces of a first step are still to be moved.

    Zero for later steps, which are reduced with their first one.
    """
    if move.move_orig_ids.filtered(lambda one: one.state != "cancel"):
        return 0
    return in_product_unit(move, move.product_uom_qty)


def _ready_quantity(move):
    """Return how many pieces earlier steps have moved, ready for this move."""
    if not _is_open(move):
        return 0
    planned = in_product_unit(move, move.product_uom_qty)
    return max(planned - _waiting_for(move), 0)


def _done_origins(move):
    return move.move_orig_ids.filtered(_is_done_step)


def _delivering_moves(moves, shipped):
    """Return those of some moves that shipped items, those of `shipped` first."""
    return moves.filtered(is_delivered).sorted(
        lambda move: (move.picking_id not in shipped.picking_id, -move.id)
    )


def returnable(move):
    """Return how many pieces of a done move have not been returned."""
    returns = move.returned_move_ids.filtered(lambda one: one.state != "cancel")
    pieces = planned_pieces(move)
    pieces.subtract(planned_pieces(returns))
    return pieces[move.product_id]


def _add_to_return(back, moves, quantity):
    """Add pieces to what has to be returned, from one move after the other.

    :param back: a dict, done `stock.move` -> pieces; changed here
    """
    for move in moves:
        added = min(quantity, max(returnable(move) - back.get(move, 0), 0))
        if added:
            back[move] += added
            quantity -= added


def _decrease_move(move, quantity):
    """Reduce a move and the steps after it, and release what was reserved.

    :param move: a `stock.move` that is not done
    :param quantity: how many pieces to remove
    """
    if not quantity:
        return
    left = quantity
    for after in move.move_dest_ids.filtered(_is_open):
        less = min(left, in_product_unit(after, after.product_uom_qty))
        _decrease_move(after, less)
        left -= less
    rest = move.product_uom_qty - in_move_unit(move, quantity)
    if move.product_uom.compare(rest, 0) <= 0:
        move._action_cancel()
        return
    if move.quantity > rest:
        # The rest remains reserved, or entered by hand.
        move.quantity = rest
    move.product_uom_qty = rest
