from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_round

from ...domain import item_statuses, statuses
from ..order.sale_order import ORDER_ENDED

# Deliveries that reach the buyer: from a warehouse of ours, or from a supplier.
DELIVERING = ("outgoing", "dropship")


class StockPicking(models.Model):
    """A delivery of an order of the marketplace: its items, and how far it is there.

    Items of one line are alike: any of them may go. The methods that allocate them are
    called with deliveries that `_iconic_deliveries` gave.
    """

    _inherit = "stock.picking"

    iconic_order_id = fields.Many2one(
        "iconic.order",
        string="THE ICONIC Order",
        compute="_compute_iconic_order_id",
        store=True,
        index="btree_not_null",
    )
    iconic_item_ids = fields.One2many(
        "iconic.order.item",
        "picking_id",
        string="Items of THE ICONIC",
        readonly=True,
        copy=False,
    )
    iconic_document_ids = fields.One2many(
        "iconic.order.document",
        "picking_id",
        string="Labels and Invoices",
        readonly=True,
        copy=False,
    )
    iconic_state = fields.Selection(
        statuses.DELIVERY_STATES,
        string="At THE ICONIC",
        compute="_compute_iconic_state",
        store=True,
        copy=False,
    )
    iconic_message = fields.Text(
        string="Message about THE ICONIC", readonly=True, copy=False
    )
    iconic_due = fields.Selection(
        statuses.DUE,
        string="To Ship",
        compute="_compute_iconic_due",
        search="_search_iconic_due",
        help="By the deadline that THE ICONIC has set; each late item costs a penalty.",
    )
    iconic_change_ids = fields.One2many(
        "iconic.order.change", "picking_id", readonly=True, copy=False
    )

    @api.depends("sale_id.iconic_order_ids", "picking_type_id.code")
    def _compute_iconic_order_id(self):
        for picking in self:
            order = picking.sale_id
            if order.iconic_account_id and picking.picking_type_code in DELIVERING:
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

    @api.depends("iconic_order_id", "state", "date_deadline")
    def _compute_iconic_due(self):
        now, midnight = self._iconic_day_limits()
        for picking in self:
            deadline = picking.date_deadline
            left = picking.state in ("done", "cancel")
            if left or not deadline or not picking.iconic_order_id:
                picking.iconic_due = False
            elif deadline < now:
                picking.iconic_due = "late"
            else:
                picking.iconic_due = "today" if deadline < midnight else "later"

    @api.model
    def _search_iconic_due(self, operator, value):
        """Find what still has to leave, by its deadline."""
        if operator != "in":
            return NotImplemented
        now, midnight = self._iconic_day_limits()
        times = {
            "late": Domain("date_deadline", "<", now),
            "today": Domain("date_deadline", ">=", now)
            & Domain("date_deadline", "<", midnight),
            "later": Domain("date_deadline", ">=", midnight),
        }
        left = Domain("state", "in", ("done", "cancel"))
        concerned = Domain("iconic_order_id", "!=", False) & ~left
        found = concerned & Domain.OR(times[one] for one in value if one in times)
        if False in value:
            found |= ~concerned | Domain("date_deadline", "=", False)
        return found

    def _action_done(self):
        """Override to stop what is cancelled, and to draw the consequences.

        What comes back is noted, and the marketplace is told of what leaves.
        """
        # Whoever works in the warehouse needs no rights on the connector.
        pickings = self.sudo()
        pickings._iconic_check_not_cancelling()
        result = super()._action_done()
        self._iconic_deliveries().filtered(
            lambda one: one.state == "done"
        )._iconic_ship()
        pickings._iconic_receive()
        return result

    def action_cancel(self):
        """Override to set the items free of deliveries that do not take place.

        Goods on their way back are left alone if their sales order alone ends.
        """
        pickings = self
        if self.env.context.get(ORDER_ENDED):
            pickings = self.filtered(lambda picking: not picking.return_id)
        result = super(StockPicking, pickings).action_cancel()
        deliveries = pickings._iconic_deliveries()
        deliveries.filtered(lambda one: one.state == "cancel")._iconic_release()
        return result

    def _iconic_state_now(self):
        """Return how far this delivery is at the marketplace."""
        statuses = set(self._iconic_live_items().mapped("status"))
        if statuses and statuses.isdisjoint(
            (*item_statuses.NOT_READY, item_statuses.READY_TO_SHIP)
        ):
            return "shipped"
        # One that was asked for again since is given up.
        if "refused" in self.iconic_change_ids.mapped("state"):
            return "problem"
        under_way = self._iconic_open_changes().mapped("kind")
        if "ready_to_ship" in under_way:
            return "requested"
        if "shipped" in under_way:
            return "shipping"
        if statuses and statuses.isdisjoint(item_statuses.NOT_READY):
            return "ready"
        if self.state != "done":
            return "not_ready"
        waits = not self.carrier_tracking_ref and not self.iconic_message
        return "waiting_tracking" if waits else "problem"

    def _iconic_deliveries(self):
        """Return those that carry items of the marketplace's orders."""
        # Users of sales and stock need no rights on the connector.
        return self.sudo().filtered("iconic_order_id")

    def _iconic_live_items(self):
        """Return the items that go with these deliveries."""
        return self.iconic_item_ids.filtered(
            lambda item: item.status != item_statuses.CANCELED
        )

    def _iconic_open_changes(self):
        """Return what the marketplace still has to be told about these deliveries."""
        return self.iconic_change_ids.filtered(
            lambda change: change.state in statuses.OPEN_CHANGE_STATES
        )

    @api.model
    def _iconic_day_limits(self):
        """Return now and the end of the user's day, in UTC."""
        now = fields.Datetime.now()
        today = fields.Datetime.context_timestamp(self, now).date()
        midnight = datetime.combine(today + timedelta(days=1), time.min)
        return now, self.env.tz.localize(midnight).astimezone(utc).replace(tzinfo=None)

    def _iconic_allocate(self):
        """Say which items go with these deliveries: as many as their moves move."""
        counts = self._iconic_item_counts()
        # What is not delivered here any more is set free too.
        lines = self.iconic_item_ids.sale_line_id.ids + [
            line.id for _one, line in counts
        ]
        items = self._iconic_items_of(lines)
        mine = items.filtered(lambda item: item.picking_id in self).grouped(
            lambda item: (item.picking_id, item.sale_line_id)
        )
        for (picking, line), own in mine.items():
            # What has left went with it, and what is ready lies in its package.
            kept_first = own.sorted(
                lambda item: (
                    item.status in item_statuses.NOT_READY,
                    item.is_open,
                    item.id,
                )
            )
            surplus = kept_first[counts.get((picking, line), 0) :]
            if surplus:
                picking._iconic_release_surplus(surplus)
        free = defaultdict(list)
        for item in items.filtered(_is_free).sorted(_allocation_order):
            free[item.sale_line_id].append(item)
        for (picking, line), count in counts.items():
            missing = count - len(mine.get((picking, line), ()))
            picking._iconic_assign_items(free[line], missing)

    def _iconic_items_of(self, line_ids):
        """Return the items of lines that are ours to ship and not cancelled."""
        items = self.env["iconic.order.item"].search([("sale_line_id", "in", line_ids)])
        return items.filtered(
            lambda item: item._is_ours() and item.status != item_statuses.CANCELED
        )

    def _iconic_item_counts(self):
        """Return how many items of each line these deliveries move.

        :return: a dict, (delivery, sales order line) -> items
        """
        moves = self.move_ids.filtered(
            lambda move: move.sale_line_id and move.state != "cancel"
        ).grouped(lambda move: (move.picking_id, move.sale_line_id))
        return {
            (picking, line): _items_in(line, some)
            for (picking, line), some in moves.items()
        }

    def _iconic_release_surplus(self, surplus):
        """Take items off this delivery that do not go with it."""
        ready = surplus.filtered(
            lambda item: item.status not in item_statuses.NOT_READY
        )
        # They stay in the package that the marketplace knows, and go later.
        ready.picking_id = self.backorder_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )[:1]
        # The marketplace knows them by the number of that package.
        self.iconic_order_id._store_tracking(ready)
        self._iconic_withdraw(surplus - ready)

    def _iconic_items_left_behind(self):
        """Return items that lie ready in its package but do not go with it."""
        numbers = self._iconic_live_items().mapped("tracking_code")
        return self.iconic_order_id.item_ids.filtered(
            lambda item: (
                item.status == "ready_to_ship"
                and item._is_ours()
                and item.tracking_code in numbers
                and (not item.picking_id or item.picking_id.backorder_id == self)
            )
        )

    def _iconic_withdraw(self, items):
        """Set items free, and ask no more that they be made ready with this one."""
        items.picking_id = False
        for change in self._iconic_open_changes() if items else ():
            if change.state != "pending" or not change.item_ids & items:
                continue
            change.item_ids -= items
            if not change.item_ids:
                change._give_up(self.env._("The items do not go with this delivery."))

    def _iconic_assign_items(self, free, count):
        """Put items on this delivery.

        :param free: a list of items of one line; those that are taken leave it
        :param count: how many are to go
        """
        # What has left already, without us, says only how far a finished delivery is.
        fitting = [item for item in free if self.state == "done" or item.is_open]
        for item in fitting[: max(count, 0)]:
            item.picking_id = self
            free.remove(item)

    def _iconic_release(self):
        """Set all items of deliveries free that do not take place."""
        for picking in self:
            picking._iconic_withdraw(picking._iconic_live_items())


def _is_free(item):
    return not item.picking_id or item.picking_id.state == "cancel"


def _allocation_order(item):
    """Order free items: those ready to ship first, those that are gone last."""
    return not item.is_open, item.status in item_statuses.NOT_READY, item.id


def _items_in(line, moves):
    """Return how many items of a line some moves of one delivery make up.

    :param line: a sales order line
    :param moves: moves of that line; of the product itself, or of a kit's components
    """
    if moves.product_id == line.product_id:
        return int(float_round(_quantity(moves), precision_digits=0))
    # An item of a kit goes when all of its components do.
    whole = line.move_ids.filtered(
        lambda move: (
            move.state != "cancel" and move.picking_id.picking_type_code in DELIVERING
        )
    )
    parts = []
    for product in whole.product_id:
        demand = sum(move.product_qty for move in whole if move.product_id == product)
        moved = _quantity(moves.filtered(lambda move, p=product: move.product_id == p))
        parts.append(moved * line.product_uom_qty / demand if demand else 0)
    # Rounded first: 0.3 / 0.1 is a little less than 3.
    return int(float_round(min(parts, default=0), precision_digits=3))


def _quantity(moves):
    """Return what moves carry, in the items of the products."""
    return sum(
        move.product_uom._compute_quantity(
            move.quantity, move.product_id.uom_id, round=False
        )
        for move in moves
    )
