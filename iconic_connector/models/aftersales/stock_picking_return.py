from odoo import models

from ...domain import item_statuses
from ..item_pieces import (
    completed_items,
    in_move_unit,
    in_product_unit,
    moved_pieces,
    whole_items,
)
from ..order.order_worth import match_total
from .iconic_order_cancel import take_off_sale
from .iconic_order_return import CLOSED


class StockPicking(models.Model):
    """Receipts of returned items, and the check for cancelled ones before shipping."""

    _inherit = "stock.picking"

    def _iconic_receive(self):
        """Mark the items as received that these transfers have returned.

        If a receipt was split, the other items are expected with its backorder.
        """
        moves = self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "customer"
                and move.sale_line_id.order_id.iconic_account_id
            )
        )
        items = self.env["iconic.order.item"].search(
            [("sale_line_id", "in", moves.sale_line_id.ids)]
        )
        for (receipt, line), done in moves.grouped(
            lambda move: (move.picking_id, move.sale_line_id)
        ).items():
            of_line = items.filtered(lambda item, line=line: item.sale_line_id == line)
            if of_line:
                receipt._iconic_note_received(of_line, done)
                _take_back(of_line, done)
        for receipt in moves.picking_id:
            receipt._iconic_move_rest_to_backorder()

    def _iconic_note_received(self, items, moves):
        """Mark items of a line as received with this transfer.

        Items that it was created for come first, then those whose return is announced.

        :param items: all items of the line
        :param moves: the done moves of the line
        """
        count = self._iconic_newly_received(items)
        origin = moves.origin_returned_move_id.picking_id
        waiting = items.filtered(
            lambda item: (
                item._can_come_back()
                and (
                    item.return_picking_id == self
                    or (
                        item.return_picking_id.state in (False, *CLOSED)
                        and (item.picking_id in origin or not item.picking_id)
                    )
                )
            )
        ).sorted(
            lambda item: (
                item.return_picking_id != self,
                item.status not in item_statuses.COMING_BACK,
                item.id,
            )
        )
        place = items.account_id.damaged_location_id
        damaged = place and moves.move_line_ids.location_dest_id == place
        waiting[:count]._mark_received(self, "damaged" if damaged else "good")

    def _iconic_newly_received(self, items):
        """Return how many items this receipt completes that are not marked yet.

        :param items: all items of a line
        """
        line = items.sale_line_id
        moves = line.move_ids.filtered(
            lambda move: move.state == "done" and move.location_id.usage == "customer"
        )
        known = items.filtered(
            lambda item: item.received_at or _is_cancelled_and_back(item)
        )
        here = known.filtered(
            lambda item: self in (item.return_picking_id, item.return_to_stock_id)
        )
        completed = completed_items(line, moves).get(self, 0) - len(here)
        missing = whole_items(line, moved_pieces(moves)) - len(known)
        return max(min(completed, missing), 0)

    def _iconic_move_rest_to_backorder(self):
        """Link items that were not received to the backorder of this receipt."""
        rest = self.env["iconic.order.item"].search(
            [("return_picking_id", "=", self.id), ("received_at", "=", False)]
        )
        rest.return_picking_id = self.backorder_ids.filtered(
            lambda picking: picking.state not in CLOSED
        )[:1]

    def _iconic_check_in(self, items, damaged):
        """Validate this receipt for some of its items; the others remain expected.

        :param items: the items that have arrived
        :param damaged: those of them that go to the location of damaged goods
        """
        wanted = items._pieces_by_line()
        aside = damaged._pieces_by_line()
        account = items.account_id
        place = damaged and account._damaged_location(self.picking_type_id.warehouse_id)
        for move in self.move_ids.filtered(lambda move: move.state not in CLOSED):
            key = (move.sale_line_id, move.product_id)
            planned = in_product_unit(move, move.product_uom_qty)
            arrived = max(min(wanted[key], planned), 0)
            move.quantity = in_move_unit(move, arrived)
            wanted[key] -= arrived
            aside[key] -= move._iconic_put_damaged_aside(aside[key], place)
            move.picked = bool(move.quantity)
        (items - damaged)._mark_received(self, "good")
        damaged._mark_received(self, "damaged")
        self._action_done()

    def _iconic_reduce_receipt(self, pieces):
        """Expect fewer pieces with this receipt; cancel it if none is left.

        :param pieces: a `Counter`, (`sale.order.line`, `product.product`) -> pieces
        """
        for move in self.move_ids.filtered(lambda move: move.state not in CLOSED):
            key = (move.sale_line_id, move.product_id)
            planned = in_product_unit(move, move.product_uom_qty)
            taken = min(pieces[key], planned)
            pieces[key] -= taken
            fewer = in_move_unit(move, taken)
            if move.product_uom.compare(fewer, move.product_uom_qty) >= 0:
                move._action_cancel()
            elif fewer:
                move.product_uom_qty -= fewer
                move._action_assign()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _iconic_put_damaged_aside(self, pieces, location):
        """Change the destination of some pieces of this move.

        :return: how many pieces were changed
        """
        done = 0
        for line in self.move_line_ids:
            part = min(line.quantity_product_uom, pieces - done)
            if part <= 0:
                break
            if part < line.quantity_product_uom:
                quantity = self.product_id.uom_id._compute_quantity(
                    part, line.product_uom_id
                )
                line.copy({"quantity": line.quantity - quantity})
                line.quantity = quantity
            line.location_dest_id = location
            done += part
        return done


def _take_back(items, moves):
    """Take cancelled items that have come back off their sales order line.

    :param items: all items of the line
    :param moves: the done moves of the line that have brought pieces back
    """
    line = items.sale_line_id
    back = items.filtered(
        lambda item: _is_cancelled_and_back(item) and not item.removed_from_sale
    )
    take_off_sale(line, back, min(len(back), whole_items(line, moved_pieces(moves))))
    for order in back.order_id:
        match_total(order)


def _is_cancelled_and_back(item):
    """Tell whether a receipt from the buyer has returned a cancelled item to stock."""
    receipt = item.return_to_stock_id
    return receipt.state == "done" and receipt.location_id.usage == "customer"
