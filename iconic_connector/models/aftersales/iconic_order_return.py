import logging
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...domain import item_statuses, return_clock, statuses
from ..item_pieces import (
    completed_items,
    in_move_unit,
    pieces_of,
    planned_pieces,
    whole_items,
)
from .iconic_order_cancel_return_to_stock import returnable

CLOSED = ("done", "cancel")

_logger = logging.getLogger(__name__)


class IconicOrderItem(models.Model):
    """Returned items: their receipts, and deliveries of rejected returns."""

    _inherit = "iconic.order.item"

    return_state = fields.Selection(
        statuses.RETURN_STATES,
        string="Return",
        compute="_compute_return_state",
        store=True,
    )
    return_condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged")],
        string="Condition",
        readonly=True,
        help="The condition in which it was received.",
    )
    return_picking_id = fields.Many2one(
        "stock.picking",
        string="Return Receipt",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="The transfer that returns it to you, or a rejected one to the buyer.",
    )

    returned_at = fields.Datetime(
        string="Refunded",
        readonly=True,
        help="When Odoo read that THE ICONIC has refunded it.",
    )
    received_at = fields.Datetime(
        string="Received",
        readonly=True,
        help="When it was received in the warehouse that ships it.",
    )
    days_refunded = fields.Integer(
        string="Days Since Refund", compute="_compute_days_refunded"
    )
    return_due_at = fields.Datetime(
        string="Return Due",
        compute="_compute_return_due_at",
        store=True,
        help="Direct returns have to be received within 24 hours after their delivery, "
        "and approved or rejected within 48 hours after that.",
    )
    return_refusal = fields.Text(
        string="Refused Because", compute="_compute_return_refusal"
    )

    _refunded = models.Index("(account_id) WHERE return_state = 'refunded'")
    # Few come back, and how many is counted whenever an account is opened.
    _return_due = models.Index("(account_id) WHERE return_due_at IS NOT NULL")

    @api.depends(
        "status",
        "received_at",
        "returned_at",
        "own_warehouse",
        "is_digital",
        "missing_outcome",
        "order_id.state",
    )
    def _compute_return_state(self):
        for item in self:
            item.return_state = item._return_state()

    @api.depends("returned_at")
    def _compute_days_refunded(self):
        now = fields.Datetime.now()
        for item in self:
            item.days_refunded = item.returned_at and (now - item.returned_at).days

    # Without `changed_at`: later changes of the item do not wind the clock back.
    @api.depends("status", "received_at")
    def _compute_return_due_at(self):
        now = fields.Datetime.now()
        for item in self:
            since = item.changed_at or now
            item.return_due_at = return_clock.due_at(
                item.status, since, item.received_at
            )

    @api.depends("change_ids.state", "change_ids.message")
    def _compute_return_refusal(self):
        for item in self:
            refused = item.change_ids.filtered(
                lambda change: (
                    change.state == "refused" and change.kind.startswith("return_")
                )
            )
            sentences = [change._refusal() for change in refused]
            item.return_refusal = "\n".join(sentences) or False

    def _return_state(self):
        if self.status == item_statuses.RETURN_REJECTED:
            return "rejected"
        if self.status == item_statuses.RETURNED:
            is_past = self.order_id.state == "history" and not self.returned_at
            back = self.received_at or is_past or not self._is_shipped_by_us()
            return "approved" if back else self.missing_outcome or "refunded"
        if self.status == item_statuses.RETURN_WAITING or (
            self.received_at and self.status != item_statuses.CANCELED
        ):
            return "received"
        return "coming_back" if self.status in item_statuses.ON_THE_WAY_BACK else False

    def _can_come_back(self):
        """Tell whether this item has left us and may be received."""
        self.ensure_one()
        return (
            self._is_shipped_by_us()
            and self.order_id.state != "history"
            and self.product_id.type != "service"
            and not self.received_at
            and self.status not in item_statuses.NEVER_OUT
        )

    def _can_be_decided(self):
        """Tell whether we still decide on the return of this item."""
        self.ensure_one()
        return (
            self.status
            in (*item_statuses.ON_THE_WAY_BACK, item_statuses.RETURN_WAITING)
            and self.account_id._decides_returns()
        )

    def _prepare_receipts(self):
        """Create the receipts of items that come back, one for each delivery.

        Items that were received, or have a receipt already, are left out.

        :raise UserError: if items were never delivered in Odoo
        """
        expected = self.filtered(
            lambda item: (
                item._can_come_back()
                and item.return_picking_id.state in (False, *CLOSED)
            )
        )
        for delivery, items in expected._by_delivery().items():
            receipt = items._create_return_picking(delivery)
            warehouse = delivery.picking_type_id.warehouse_id
            receipt.location_dest_id = items.account_id._good_location(warehouse)

    def _by_delivery(self):
        """Return the items by the done delivery that they were shipped with.

        :return: a dict, `stock.picking` -> items
        :raise UserError: if an item was never delivered in Odoo
        """
        left = {}
        found = {}
        for item in self:
            line = item.sale_line_id
            others = (_outgoing_moves(line).picking_id - item.picking_id).sorted("id")
            for delivery in (*item.picking_id, *others):
                key = (delivery, line)
                if key not in left:
                    left[key] = item._shipped_item_count(delivery)
                if left[key] > 0:
                    left[key] -= 1
                    found[delivery] = found.get(delivery, self.browse()) | item
                    break
            else:
                raise UserError(item._not_delivered_message())
        return found

    def _not_delivered_message(self):
        open_ones = self.sale_line_id.move_ids.picking_id.filtered(
            lambda picking: picking.state not in CLOSED
        )
        return self.env._(
            "%(product)s is being returned, but was not delivered in Odoo. Validate "
            "the delivery %(deliveries)s, then press Retry.",
            product=self.seller_sku or self.name,
            deliveries=", ".join(open_ones.mapped("name"))
            or self.sale_line_id.order_id.name,
        )

    def _shipped_item_count(self, delivery):
        """Return how many items of this one's line a delivery shipped for good.

        Not more than are out: components may come back from several deliveries.

        :param delivery: a `stock.picking`
        """
        line = self.sale_line_id
        moves = _outgoing_moves(line).filtered(lambda move: move.state == "done")
        own = moves.filtered(lambda move: move.picking_id == delivery)
        back = whole_items(line, planned_pieces(_returns(own)))
        out = planned_pieces(moves)
        out.subtract(planned_pieces(_returns(moves)))
        shipped = completed_items(line, moves).get(delivery, 0)
        return min(shipped - back, whole_items(line, out))

    def _create_return_picking(self, origin):
        """Create the return of items for a done transfer.

        Components of kits that other transfers have moved are returned with it.

        :param origin: the done `stock.picking`
        :return: the new one, ready to be validated
        """
        wanted = self._pieces_by_line()
        wizard = self.env["stock.return.picking"].create({"picking_id": origin.id})
        for row in wizard.product_return_moves:
            row.quantity = _take(wanted, row.move_id)
        wizard.product_return_moves = [
            Command.create(
                {"product_id": move.product_id.id, "move_id": move.id, "quantity": some}
            )
            for move in self._moves_alike(origin)
            if (some := _take(wanted, move))
        ]
        picking = wizard._create_return()
        self.return_picking_id = picking
        return picking

    def _moves_alike(self, origin):
        """Return the done moves of these items' lines, as in a transfer, in others.

        :param origin: a done `stock.picking`
        """
        ways = {(one.location_id.usage, one.location_dest_id.usage) for one in origin}
        return self.sale_line_id.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.picking_id != origin
                and (move.location_id.usage, move.location_dest_id.usage) in ways
            )
        )

    def _pieces_by_line(self):
        """Return the pieces that these items consist of.

        :return: a `Counter`, (`sale.order.line`, `product.product`) -> pieces
        """
        wanted = Counter()
        for line, items in self.grouped("sale_line_id").items():
            for product, count in pieces_of(line, len(items)).items():
                wanted[line, product] = count
        return wanted

    def _receive(self, damaged=None):
        """Receive items: good ones into stock, damaged ones into their own location.

        :param damaged: those of them that are damaged
        :raise UserError: if items were never delivered in Odoo
        """
        damaged = damaged or self.browse()
        items = self.filtered(lambda item: item._can_come_back())
        items._prepare_receipts()
        for receipt, arrived in items.grouped("return_picking_id").items():
            receipt._iconic_check_in(arrived, arrived & damaged)

    def _mark_received(self, receipt, condition="good"):
        """Mark items as received, and report it to the marketplace.

        :param receipt: the `stock.picking` that they were received with
        :param str condition: "good" or "damaged"
        """
        self.write(
            {
                "received_at": fields.Datetime.now(),
                "return_condition": condition,
                "return_picking_id": receipt.id,
            }
        )
        for order, items in self.grouped("order_id").items():
            order._request_return_received(items)

    def _cancel_receipts(self):
        """Cancel the receipts of items, as far as they are for these items."""
        expected = self.filtered(
            lambda item: (
                not item.received_at
                and item.return_picking_id.state not in (False, *CLOSED)
            )
        )
        for receipt, items in expected.grouped("return_picking_id").items():
            items.return_picking_id = False
            receipt._iconic_reduce_receipt(items._pieces_by_line())

    def _return_to_buyer(self):
        """Create the deliveries that return received items to their buyer."""
        received = self.filtered(
            lambda item: (
                item.received_at
                and item.return_picking_id.state == "done"
                and item.return_picking_id.location_id.usage == "customer"
            )
        )
        for (receipt, condition), items in received.grouped(
            lambda item: (item.return_picking_id, item.return_condition)
        ).items():
            delivery = items._create_return_picking(receipt)
            if condition == "damaged":
                warehouse = delivery.picking_type_id.warehouse_id
                delivery.do_unreserve()
                delivery.location_id = items.account_id._damaged_location(warehouse)
                delivery.action_assign()

    def _ensure_reasons(self):
        """Read the reasons for rejecting returns, if that was never done."""
        decided = self.filtered(lambda item: item._can_be_decided())
        for account in decided.account_id:
            try:
                account._ensure_failure_reasons()
            except UserError as error:
                # Goods can be received all the same, but not rejected.
                _logger.info("Reasons for returns cannot be read: %s", error)


class IconicOrder(models.Model):
    """Processing the statuses of returned items."""

    _inherit = "iconic.order"

    def _process_return_shipped_by_customer(self, items):
        """Create the receipt of items that the buyer has sent to our warehouse.

        :param items: items of this order that have this status now
        :raise UserError: if they were never delivered in Odoo
        """
        if self.account_id.returns_to == "seller":
            items._prepare_receipts()

    def _process_return_delivered(self, items):
        """Create the receipt of items that have arrived, unless it exists.

        :param items: items of this order that have this status now
        """
        self._process_return_shipped_by_customer(items)

    def _process_return_waiting_for_approval(self, items):
        """Create the receipt of items that wait for our decision, unless it exists.

        They were received in Seller Center, but are not stock yet: we may reject them.

        :param items: items of this order that have this status now
        """
        self._process_return_shipped_by_customer(items)

    def _process_returned(self, items):
        """Receive items that were refunded, if the account says so.

        They are credited already, see `_process`. Items that THE ICONIC has
        received are not stock until they reach our warehouse.

        :param items: items of this order that have this status now
        :raise UserError: if they were never delivered in Odoo
        """
        account = self.account_id
        if account.returns_to == "seller":
            items._prepare_receipts()
            if account.check_in_returns:
                items._receive()

    def _refunded_items(self):
        """Return the items that THE ICONIC has refunded."""
        return self.item_ids.filtered(
            lambda item: item.status == item_statuses.RETURNED
        )

    def _note_refunds(self):
        """Store when Odoo has read that items were refunded; it stays that day."""
        new = self._refunded_items().filtered(lambda item: not item.returned_at)
        if new:
            new.returned_at = fields.Datetime.now()

    def _credit_returned(self):
        """Credit all refunded items that are invoiced, each once, by their day.

        It is the day on which THE ICONIC has reported the refund, in the seller's
        time zone (design, section 8).
        """
        now = fields.Datetime.now()
        by_day = self._refunded_items().grouped(
            lambda item: (item.order_id._day(item.returned_at or now), item.order_id)
        )
        for day, order in sorted(by_day, key=lambda key: key[0]):
            order._credit_returned_on(day, by_day[day, order])

    def _credit_returned_on(self, day, items):
        reasons = ", ".join(dict.fromkeys(filter(None, items.mapped("reason"))))
        post = self.account_id.credit_returns == "posted"
        self._credit_items(items, reasons or self.env._("Returned"), post=post, day=day)

    def _process_return_rejected(self, items):
        """Cancel the receipts of rejected items; received ones return to the buyer.

        :param items: items of this order that have this status now
        """
        items._cancel_receipts()
        items._return_to_buyer()

    def _after_return_approved(self, change):
        """Process a return that we have approved.

        :param change: an `iconic.order.change` that is done
        """
        self._process_decision(change)

    def _after_return_rejected(self, change):
        """Process a return that we have rejected.

        :param change: an `iconic.order.change` that is done
        """
        self._process_decision(change)

    def _after_refused_return_received(self, change):
        """Log why THE ICONIC has not accepted the receipt, and what to do."""
        self._log_refusal(change)

    def _after_refused_return_approved(self, change):
        """Log why THE ICONIC has not accepted the approval, and what to do."""
        self._log_refusal(change)

    def _after_refused_return_rejected(self, change):
        """Log why THE ICONIC has not accepted the rejection, and who decides.

        The items can still be decided on: their status has not changed.
        """
        self._log_refusal(change)

    def _log_refusal(self, change):
        self._message_log(body=change._refusal())

    def _process_decision(self, change):
        # Processed like the marketplace's own decisions, so that failures are held.
        change.item_ids.write({"processed_status": item_statuses.RETURN_WAITING})
        self._process_again()

    def _request_return_received(self, items):
        """Report items as received, if the seller decides on returns.

        :param items: items of this order
        """
        items = items.filtered(
            lambda item: item.status in item_statuses.ON_THE_WAY_BACK
        )
        if items and self.account_id._decides_returns():
            self._request_change("return_received", items)


def _outgoing_moves(line):
    """Return the moves of a line to the buyer, except for those that undo a return.

    :param line: a `sale.order.line`
    """
    return line.move_ids.filtered(
        lambda move: (
            move.state != "cancel"
            and move.location_dest_id.usage == "customer"
            and not move.origin_returned_move_id
        )
    )


def _returns(moves):
    """Return the returns of some moves, also those still to come."""
    return moves.returned_move_ids.filtered(lambda move: move.state != "cancel")


def _take(wanted, move):
    """Take from what is wanted what a move can return.

    :param wanted: a `Counter`, (`sale.order.line`, `product.product`) -> pieces;
        changed here
    :return: the quantity, in the unit of measure of the move
    """
    key = (move.sale_line_id, move.product_id)
    pieces = max(min(wanted[key], returnable(move)), 0)
    wanted[key] -= pieces
    return in_move_unit(move, pieces)
