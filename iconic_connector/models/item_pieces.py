"""The pieces that items consist of: one of their product, or a kit's components.

A kit's components are stored when its sales order is confirmed, since somebody may
change its bill of materials later. Quantities of pieces are in the unit of measure of
their product; moves may have another one.
"""

from collections import Counter

# Half of the last digit of Odoo's quantities: what rounding may add or take away.
TOLERANCE = 0.005


def pieces_per_item(line):
    """Return the pieces of each product that one item of a sales order line needs.

    :return: a dict, `product.product` -> pieces
    """
    components = line.iconic_components or exploded(line)
    if not components:
        return {line.product_id: 1}
    products = line.env["product.product"]
    return {products.browse(int(key)): each for key, each in components.items()}


def exploded(line):
    """Read the components of one item from the moves of its line, if it is a kit.

    :return: a dict as JSON has it, the id of a product -> pieces; empty if it is no kit
    """
    pieces = planned_pieces(line.move_ids.filtered(_is_last_step))
    # One item is one piece, whatever unit somebody sells in.
    items = line.product_uom_id._compute_quantity(
        line.product_uom_qty, line.product_id.uom_id, round=False
    )
    if not items or not set(pieces) - set(line.product_id):
        return {}
    return {
        str(product.id): quantity / items
        for product, quantity in pieces.items()
        if quantity
    }


def pieces_of(line, count):
    """Return the pieces of some items of a line.

    :param int count: how many items
    :return: a `Counter`, `product.product` -> pieces, rounded as Odoo rounds
    """
    return Counter(
        {
            product: product.uom_id.round(each * count)
            for product, each in pieces_per_item(line).items()
        }
    )


def whole_items(line, pieces):
    """Return how many items of a line are complete in some pieces.

    :param pieces: a `Counter`, `product.product` -> pieces
    """
    return min(
        max(int((pieces[product] + TOLERANCE) / each), 0)
        for product, each in pieces_per_item(line).items()
    )


def touched_items(line, pieces):
    """Return of how many items of a line some pieces are, complete or not.

    :param pieces: a `Counter`, `product.product` -> pieces
    """
    return max(
        -int(-max(pieces[product] - TOLERANCE, 0) // each)
        for product, each in pieces_per_item(line).items()
    )


def completed_items(line, moves):
    """Return how many items each transfer completes, in the order in which they left.

    What an earlier transfer has left incomplete, a later one may complete.

    :param moves: moves of the line in one direction
    :return: a dict, `stock.picking` -> items
    """
    total, before, counts = Counter(), 0, {}
    for picking in moves.picking_id.sorted(_departure):
        own = moves.filtered(lambda move, of=picking: move.picking_id == of)
        total += moved_pieces(own)
        whole = whole_items(line, total)
        counts[picking] = whole - before
        before = whole
    return counts


def moved_pieces(moves):
    """Return the pieces that some moves have moved or reserved.

    :return: a `Counter`, `product.product` -> pieces
    """
    pieces = Counter()
    for move in moves:
        pieces[move.product_id] += in_product_unit(move, move.quantity)
    return pieces


def planned_pieces(moves):
    """Return the pieces that some moves have moved, or will move if they are open.

    :return: a `Counter`, `product.product` -> pieces
    """
    pieces = Counter()
    for move in moves:
        done = move.state == "done"
        quantity = move.quantity if done else move.product_uom_qty
        pieces[move.product_id] += in_product_unit(move, quantity)
    return pieces


def delivered_pieces(line):
    """Return the pieces of a line that are with the buyer.

    :return: a `Counter`, `product.product` -> pieces
    """
    done = line.move_ids.filtered(lambda move: move.state == "done")
    counted = done.filtered(
        lambda move: move.to_refund or not move.origin_returned_move_id
    )
    out = counted.filtered(lambda move: move.location_dest_id._is_outgoing())
    back = (counted - out).filtered(
        lambda move: move.location_id._is_outgoing() and move.to_refund
    )
    pieces = moved_pieces(out)
    pieces.subtract(moved_pieces(back))
    return pieces


def in_product_unit(move, quantity):
    """Convert a quantity of a move to the unit of measure of its product."""
    return move.product_uom._compute_quantity(
        quantity, move.product_id.uom_id, round=False
    )


def in_move_unit(move, pieces):
    """Convert pieces to the unit of measure of a move of theirs."""
    return move.product_id.uom_id._compute_quantity(
        pieces, move.product_uom, rounding_method="HALF-UP"
    )


def _is_last_step(move):
    """Tell whether a move is the last one so far that brings goods to the buyer."""
    further = move.move_dest_ids.filtered(
        lambda one: one.state != "cancel" and not one.origin_returned_move_id
    )
    return move.state != "cancel" and not (further or move.origin_returned_move_id)


def _departure(picking):
    """Return a sort key: done transfers by their time, then the open ones."""
    done = picking.state == "done"
    return not done, str(picking.date_done) if done else "", picking.id
