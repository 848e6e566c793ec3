"""The stock of returns: receipts of units, and the way back to the buyer."""

from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError

CLOSED = ("done", "cancel")


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    def _prepare_receipts(self):
        """Prepare the receipt of units that come back, one for each delivery.

        Units that are here already, or expected with a receipt, are left out.

        :raise UserError: if units were never delivered in Odoo
        """
        expected = self.filtered(
            lambda item: (
                item._can_come_back()
                and item.return_picking_id.state in (False, *CLOSED)
            )
        )
        for delivery, items in expected._by_delivery().items():
            receipt = items._return_picking(delivery)
            warehouse = delivery.picking_type_id.warehouse_id
            receipt.location_dest_id = items.account_id._good_location(warehouse)

    def _by_delivery(self):
        """Return the units by the delivery, done in Odoo, that brought them out.

        :return: a dict, `stock.picking` -> units
        :raise UserError: if there is none
        """
        left = {}
        found = {}
        for item in self:
            line = item.sale_line_id
            others = (_moves_out(line).picking_id - item.picking_id).sorted("id")
            for delivery in (*item.picking_id, *others):
                key = (delivery, line)
                if key not in left:
                    left[key] = item._units_out(delivery)
                if left[key] > 0:
                    left[key] -= 1
                    found[delivery] = found.get(delivery, self.browse()) | item
                    break
            else:
                raise UserError(item._undelivered_message())
        return found

    def _undelivered_message(self):
        open_ones = self.sale_line_id.move_ids.picking_id.filtered(
            lambda picking: picking.state not in CLOSED
        )
        return self.env._(
            "%(product)s comes back, but was not delivered in Odoo. Validate the "
            "delivery %(deliveries)s, then press Retry.",
            product=self.seller_sku or self.name,
            deliveries=", ".join(open_ones.mapped("name"))
            or self.sale_line_id.order_id.name,
        )

    def _units_out(self, delivery):
        """Return how many units of this one's line a delivery took out for good.

        :param delivery: a `stock.picking`
        """
        moves = _moves_out(self.sale_line_id).filtered(
            lambda move: move.picking_id == delivery and move.state == "done"
        )
        back = moves.returned_move_ids.filtered(lambda move: move.state != "cancel")
        return self._units(moves) - self._units(back)

    def _pieces_of_one(self):
        """Return the pieces of each product that one of these units consists of.

        A unit is one piece of its product, but several of others if that is a kit.

        :return: a dict, `product.product` -> pieces
        """
        line = self.sale_line_id
        pieces = _pieces(_moves_out(line))
        if not set(pieces) - set(line.product_id):
            return {line.product_id: 1}
        return {
            product: quantity / (line.product_uom_qty or 1)
            for product, quantity in pieces.items()
        }

    def _units(self, moves):
        """Return how many whole units of this one's line some moves make up."""
        pieces = _pieces(moves)
        return min(
            int(pieces[product] / each + 0.001)
            for product, each in self[:1]._pieces_of_one().items()
        )

    def _return_picking(self, origin):
        """Bring units back the way that a done transfer took them.

        :param origin: the done `stock.picking`
        :return: the new one, ready to be validated
        """
        wanted = self._pieces_by_line()
        wizard = self.env["stock.return.picking"].create({"picking_id": origin.id})
        for row in wizard.product_return_moves:
            key = (row.move_id.sale_line_id, row.product_id)
            row.quantity = min(wanted[key], row.move_id.quantity)
            wanted[key] -= row.quantity
        picking = wizard._create_return()
        self.return_picking_id = picking
        return picking

    def _pieces_by_line(self):
        """Return how many pieces these units are.

        :return: a `Counter`, (`sale.order.line`, `product.product`) -> pieces
        """
        wanted = Counter()
        for line, items in self.grouped("sale_line_id").items():
            for product, each in items[:1]._pieces_of_one().items():
                wanted[line, product] = each * len(items)
        return wanted

    def _receive(self, damaged=None):
        """Take units in: they are stock again, damaged ones are not for sale.

        :param damaged: those of them that are damaged
        :raise UserError: if they were never delivered in Odoo
        """
        damaged = damaged or self.browse()
        items = self.filtered(lambda item: item._can_come_back())
        items._prepare_receipts()
        for receipt, units in items.grouped("return_picking_id").items():
            receipt._iconic_check_in(units, units & damaged)

    def _mark_received(self, receipt, condition="good"):
        """Note that units are here, and whatever follows from that.

        :param receipt: the `stock.picking` that brought them
        """
        self.write(
            {
                "received_at": fields.Datetime.now(),
                "return_condition": condition,
                "return_picking_id": receipt.id,
            }
        )
        for order, items in self.grouped("order_id").items():
            order._tell_received(items)
            order.account_id._compare_soon(items.product_id)

    def _expect_no_more(self):
        """Cancel the receipt of units, or what of it is theirs."""
        expected = self.filtered(
            lambda item: (
                not item.received_at
                and item.return_picking_id.state not in (False, *CLOSED)
            )
        )
        for receipt, items in expected.grouped("return_picking_id").items():
            items.return_picking_id = False
            receipt._iconic_expect_less(items._pieces_by_line())

    def _send_back(self):
        """Prepare the delivery of units that are here to their buyer."""
        here = self.filtered(
            lambda item: (
                item.received_at
                and item.return_picking_id.state == "done"
                and item.return_picking_id.location_id.usage == "customer"
            )
        )
        for (receipt, condition), items in here.grouped(
            lambda item: (item.return_picking_id, item.return_condition)
        ).items():
            delivery = items._return_picking(receipt)
            if condition == "damaged":
                warehouse = delivery.picking_type_id.warehouse_id
                delivery.do_unreserve()
                delivery.location_id = items.account_id._damaged_location(warehouse)
                delivery.action_assign()


def _moves_out(line):
    """Return the moves that take the goods of a line to the buyer for the first time.

    :param line: a `sale.order.line`
    """
    return line.move_ids.filtered(
        lambda move: (
            move.state != "cancel"
            and move.location_dest_id.usage == "customer"
            and not move.origin_returned_move_id
        )
    )


def _pieces(moves):
    """Return how many pieces of each product some moves move, or are to move.

    :return: a `Counter`, `product.product` -> pieces
    """
    pieces = Counter()
    for move in moves:
        done = move.state == "done"
        pieces[move.product_id] += move.quantity if done else move.product_uom_qty
    return pieces
