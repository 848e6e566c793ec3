from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...domain import item_statuses, statuses
from ...domain.dispatch import urgency
from ..dispatch_clock import (
    day_ends,
    due_domain,
    risk_domain,
    stuck_transfers,
)
from ..iconic_rights import refuse_other_companies
from ..item_pieces import (
    TOLERANCE,
    completed_items,
    delivered_pieces,
    moved_pieces,
    pieces_of,
)
from ..order.sale_order import ENDED, ORDER_ENDED

# Operation types that deliver to the buyer: from our warehouse, or from a supplier.
DELIVERING = ("outgoing", "dropship")

# The states of transfers that have not left.
OPEN_STATES = ("draft", "waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    """Deliveries of the marketplace's orders: their items and their state there.

    Items of one sales order line are alike: it does not matter which of them a delivery
    ships. The methods that allocate them expect what `_iconic_deliveries` returns.
    """

    _inherit = "stock.picking"

    iconic_order_id = fields.Many2one(
        "iconic.order",
        string="THE ICONIC Order",
        compute="_compute_iconic_order_id",
        store=True,
        index="btree_not_null",
        # An export asks for rights on what it names, which a form does not.
        exportable=False,
    )
    iconic_item_ids = fields.One2many(
        "iconic.order.item",
        "picking_id",
        string="THE ICONIC Items",
        readonly=True,
        copy=False,
        groups=const.USER_GROUP,
    )
    iconic_change_ids = fields.One2many(
        "iconic.order.change",
        "picking_id",
        readonly=True,
        copy=False,
        groups=const.USER_GROUP,
    )
    iconic_document_ids = fields.One2many(
        "iconic.order.document",
        "picking_id",
        string="Labels and Invoices",
        readonly=True,
        copy=False,
        groups=const.USER_GROUP,
    )

    iconic_state = fields.Selection(
        statuses.DELIVERY_STATES,
        string="At THE ICONIC",
        compute="_compute_iconic_state",
        store=True,
        copy=False,
    )
    iconic_message = fields.Text(string="THE ICONIC Message", readonly=True, copy=False)
    iconic_due = fields.Selection(
        statuses.DUE,
        string="To Ship",
        compute="_compute_iconic_due",
        search="_search_iconic_due",
        help="By its deadline, until THE ICONIC knows that it has left. What is late "
        "costs a penalty for each item. The day is that of the account's dispatch "
        "calendar.",
    )
    iconic_at_risk = fields.Boolean(
        string="At Risk",
        compute="_compute_iconic_at_risk",
        search="_search_iconic_at_risk",
        help="It is still in time, but less than two hours are left, or it cannot be "
        "shipped as it is: it waits for goods or a tracking number, or THE ICONIC has "
        "refused a status update.",
    )

    @api.depends(
        "sale_id.iconic_order_ids", "picking_type_id.code", "move_ids.sale_line_id"
    )
    def _compute_iconic_order_id(self):
        for picking in self:
            order = picking.sale_id
            ours = order.iconic_account_id and picking._iconic_is_shipped_by_us()
            if ours and picking.picking_type_code in DELIVERING:
                picking.iconic_order_id = order.iconic_order_ids[:1]
            else:
                picking.iconic_order_id = False

    @api.depends(
        "iconic_order_id",
        "state",
        "carrier_tracking_ref",
        "iconic_message",
        "iconic_item_ids.status",
        "iconic_change_ids.state",
    )
    def _compute_iconic_state(self):
        for picking in self:
            concerned = picking.iconic_order_id and picking.state != "cancel"
            picking.iconic_state = concerned and picking._iconic_state_now()

    @api.depends("iconic_order_id", "iconic_state", "state", "date_deadline")
    def _compute_iconic_due(self):
        # Warehouse users need no access to the connector.
        waiting = self.search(
            Domain("id", "in", self.ids) & self._iconic_to_ship_domain()
        ).sudo()
        now, ends = fields.Datetime.now(), day_ends(waiting.sale_id.iconic_account_id)
        for picking in self.sudo():
            left = picking._origin in waiting and picking.date_deadline
            end = ends.get(picking.sale_id.iconic_account_id)
            picking.iconic_due = urgency(left, now, end)

    @api.model
    def _search_iconic_due(self, operator, value):
        """Find deliveries to ship by `iconic_due`; unset finds all other transfers."""
        if operator != "in":
            return NotImplemented
        to_ship = self._iconic_to_ship_domain()
        found = to_ship & due_domain(
            self.env,
            value,
            "date_deadline",
            lambda ids: Domain("sale_id", "any!", [("iconic_account_id", "in", ids)]),
        )
        if False in value:
            found |= ~to_ship | Domain("date_deadline", "=", False)
        return found

    @api.depends("iconic_order_id", "iconic_state", "state", "date_deadline")
    def _compute_iconic_at_risk(self):
        at_risk = self.search(Domain("id", "in", self.ids) & self._iconic_risk_domain())
        for picking in self:
            picking.iconic_at_risk = picking._origin in at_risk

    @api.model
    def _search_iconic_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        at_risk = self._iconic_risk_domain()
        return at_risk if True in value else ~at_risk

    @api.model
    def _iconic_risk_domain(self):
        """Return the domain of deliveries that will be late if nobody acts."""
        return self._iconic_to_ship_domain() & risk_domain(
            "date_deadline", stuck_transfers()
        )

    @api.model
    def _iconic_to_ship_domain(self):
        """Return the domain of deliveries that THE ICONIC is still waiting for.

        Also of those that have left here, as long as it does not know of it, and of the
        steps before them, such as picking.
        """
        # Warehouse users need no access to the items.
        items = self.env["iconic.order.item"].sudo()
        unknown = items._search([("is_open", "=", True), ("picking_id", "!=", False)])
        to_ship = Domain("state", "in", OPEN_STATES) & Domain(
            "iconic_state", "!=", "shipped"
        )
        left = Domain("state", "=", "done") & Domain(
            "id", "in", unknown.subselect("picking_id")
        )
        delivery = Domain("iconic_order_id", "!=", False) & (to_ship | left)
        step = (
            Domain("picking_type_id.code", "=", "internal")
            & Domain("return_id", "=", False)
            & Domain("state", "in", OPEN_STATES)
        )
        ours = Domain("sale_id", "any!", [("iconic_account_id", "!=", False)])
        return delivery | (step & ours)

    @api.constrains("iconic_order_id", "company_id")
    def _iconic_check_company(self):
        """Refuse links with another company, whose names they would show."""
        refuse_other_companies(self, "iconic_order_id")

    def _action_done(self):
        """Override of `stock` to process deliveries and returns of the marketplace.

        1. Items that are being cancelled must not leave.
        2. Status updates are requested for the items that have left.
        3. The job invoices them, if their account invoices what is shipped.
        4. Items that were returned are marked as received.
        """
        # Warehouse users need no access to the connector.
        pickings = self.sudo()
        pickings._iconic_check_not_cancelling()
        result = super()._action_done()
        shipped = self._iconic_deliveries().filtered(lambda one: one.state == "done")
        shipped._iconic_ship()
        shipped.iconic_order_id._invoice_shipped_soon()
        pickings._iconic_receive()
        return result

    def _iconic_check_not_cancelling(self):
        """Check that no item leaves that is being cancelled.

        :raise UserError: if the picked quantity is more than the other items
        """
        moves = self.move_ids.filtered(
            lambda move: (
                move.sale_line_id.order_id.iconic_account_id
                and move.location_dest_id._is_outgoing()
                and not move.origin_returned_move_id
            )
        )
        for line, going in moves.grouped("sale_line_id").items():
            stopped = line.iconic_item_ids.filtered(
                lambda item: item._is_shipped_by_us() and item._is_cancelling()
            )
            if not stopped:
                continue
            out = delivered_pieces(line) + moved_pieces(going.filtered("picked"))
            may_go = pieces_of(line, line.product_uom_qty - len(stopped))
            if any(out[one] > may_go[one] + TOLERANCE for one in may_go):
                raise UserError(
                    self.env._(
                        "%(count)s of %(product)s in order %(order)s must not be "
                        "shipped: the cancellation at THE ICONIC is in progress. Wait "
                        "a minute, or deliver the other items only.",
                        count=len(stopped),
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )

    def action_cancel(self):
        """Override of `stock` to release the items of cancelled deliveries.

        When the marketplace has cancelled an order, Odoo cancels all its transfers; the
        returns among them are still needed.
        """
        pickings = self
        if self.env.context.get(ORDER_ENDED) is ENDED:
            pickings = self.filtered(lambda picking: not picking.return_id)
        result = super(StockPicking, pickings).action_cancel()
        deliveries = pickings._iconic_deliveries()
        deliveries.filtered(lambda one: one.state == "cancel")._iconic_release()
        return result

    def _pre_action_done_hook(self):
        """Override of `stock` to skip the SMS warning of `stock_sms`: none is sent."""
        # Warehouse users need no access to sales orders.
        if all(one.sale_id.iconic_account_id for one in self.sudo()):
            self = self.with_context(skip_sms=True)
        return super()._pre_action_done_hook()

    def _iconic_is_shipped_by_us(self):
        """Tell whether this is not only what THE ICONIC ships from its warehouse."""
        lines = self.move_ids.sale_line_id
        return not lines or bool(lines - lines._shipped_by_marketplace())

    def _iconic_state_now(self):
        """Return the state of this delivery at the marketplace."""
        live = set(self._iconic_live_items().mapped("status"))
        if live and live.isdisjoint(
            (*item_statuses.NOT_READY, item_statuses.READY_TO_SHIP)
        ):
            return "shipped"
        # A refused update that was requested again is cancelled: this one was not.
        if "refused" in self.iconic_change_ids.mapped("state"):
            return "problem"
        requested = self._iconic_open_changes().mapped("kind")
        if "ready_to_ship" in requested:
            return "requested"
        if "shipped" in requested:
            return "shipping"
        if live and live.isdisjoint(item_statuses.NOT_READY):
            return "ready"
        if self.state != "done":
            return "not_ready"
        if self._iconic_holds_parts_only():
            return False
        waits = not self.carrier_tracking_ref and not self.iconic_message
        return "waiting_tracking" if waits else "problem"

    def _iconic_holds_parts_only(self):
        """Tell whether this delivery completes no item: it has left with parts."""
        counts = self._iconic_item_counts()
        moved = any(self.move_ids.mapped("quantity"))
        return bool(counts) and moved and not any(counts.values())

    def _iconic_deliveries(self):
        """Return the deliveries of the marketplace's orders, with sudo."""
        # Sales and stock users need no access to the connector.
        return self.sudo().filtered("iconic_order_id")

    def _iconic_live_items(self):
        """Return the items of these deliveries that are not cancelled."""
        return self.iconic_item_ids.filtered(
            lambda item: item.status != item_statuses.CANCELED
        )

    def _iconic_open_changes(self):
        """Return the status updates of these deliveries that have no outcome yet."""
        return self.iconic_change_ids.filtered(
            lambda change: change.state in statuses.OPEN_CHANGE_STATES
        )

    def _iconic_allocate(self):
        """Allocate items to these deliveries: as many as their moves ship."""
        counts = self._iconic_item_counts()
        # Lines that they no longer ship are included, to release their items.
        lines = self.iconic_item_ids.sale_line_id.ids + [
            line.id for _one, line in counts
        ]
        items = self._iconic_items_of(lines)
        own = items.filtered(lambda item: item.picking_id in self).grouped(
            lambda item: (item.picking_id, item.sale_line_id)
        )
        self._iconic_release_surplus(own, counts)
        self._iconic_assign_missing(items, own, counts)

    def _iconic_item_counts(self):
        """Return how many items of each line these deliveries ship.

        :return: a dict, (delivery, sales order line) -> number of items
        """
        moves = self.move_ids.sale_line_id.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.picking_id.picking_type_code in DELIVERING
                and not move.origin_returned_move_id
            )
        )
        return {
            (picking, line): count
            for line, some in moves.grouped("sale_line_id").items()
            for picking, count in completed_items(line, some).items()
            if picking in self
        }

    def _iconic_items_of(self, line_ids):
        """Return the items of lines that we ship and that are not cancelled."""
        items = self.env["iconic.order.item"].search(
            [
                ("sale_line_id", "in", line_ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        return items.filtered(
            lambda item: (
                item._is_shipped_by_us() and item.status != item_statuses.CANCELED
            )
        )

    def _iconic_release_surplus(self, own, counts):
        """Remove items from deliveries that ship fewer than they have.

        :param own: a dict, (delivery, sales order line) -> items of the delivery
        :param counts: what `_iconic_item_counts` returns
        """
        for (picking, line), items in own.items():
            # Shipped items left with it, and ready ones are in its package: they stay.
            by_priority = items.sorted(
                lambda item: (
                    item.status in item_statuses.NOT_READY,
                    item.is_open,
                    *_urgency(item),
                )
            )
            surplus = by_priority[counts.get((picking, line), 0) :]
            if surplus:
                picking._iconic_remove_items(surplus)

    def _iconic_remove_items(self, surplus):
        """Remove items from this delivery that it does not ship."""
        ready = surplus.filtered(
            lambda item: item.status not in item_statuses.NOT_READY
        )
        # Those in its package at the marketplace are shipped with the backorder.
        ready.picking_id = self.backorder_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )[:1]
        # The backorder gets the tracking number that they have there.
        self.iconic_order_id._store_tracking(ready)
        self._iconic_withdraw(surplus - ready)

    def _iconic_withdraw(self, items):
        """Release items, also from the pending status updates of this delivery."""
        items.picking_id = False
        for change in self._iconic_open_changes() if items else ():
            if change.state != "pending" or not change.item_ids & items:
                continue
            change.item_ids -= items
            if not change.item_ids:
                change._give_up(self.env._("The items are not in this delivery."))

    def _iconic_assign_missing(self, items, own, counts):
        """Assign free items to deliveries that ship more than they had.

        :param items: all items of the lines
        :param own: a dict, (delivery, sales order line) -> items of the delivery before
        :param counts: what `_iconic_item_counts` returns
        """
        free = defaultdict(list)
        for item in items.filtered(_is_free).sorted(_allocation_order):
            free[item.sale_line_id].append(item)
        for (picking, line), count in counts.items():
            missing = count - len(own.get((picking, line), ()))
            picking._iconic_assign_items(free[line], missing)

    def _iconic_assign_items(self, free, count):
        """Assign items to this delivery.

        :param free: a list of items of one line; assigned ones are removed from it
        :param count: how many to assign
        """
        # Items that are shipped at the marketplace already fit a done delivery only.
        fitting = [item for item in free if self.state == "done" or item.is_open]
        for item in fitting[: max(count, 0)]:
            item.picking_id = self
            free.remove(item)

    def _iconic_release(self):
        """Release all items of these deliveries."""
        for picking in self:
            picking._iconic_withdraw(picking._iconic_live_items())

    def _iconic_items_left_behind(self):
        """Return the items in its package that are ready but not in this delivery."""
        numbers = self._iconic_live_items().mapped("tracking_code")
        return self.iconic_order_id.item_ids.filtered(
            lambda item: (
                item.status == "ready_to_ship"
                and item._is_shipped_by_us()
                and item.tracking_code in numbers
                and (not item.picking_id or item.picking_id.backorder_id == self)
            )
        )


def _is_free(item):
    return not item.picking_id or item.picking_id.state == "cancel"


def _allocation_order(item):
    """Return a sort key: items ready to ship come first, shipped ones last.

    Of items that are alike, the most urgent goes first.
    """
    not_ready = item.status in item_statuses.NOT_READY
    return not item.is_open, not_ready, *_urgency(item)


def _urgency(item):
    return item.ship_by or datetime.max, item.id
