from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.fields import Domain

from ...domain.order_changes import CANCELED

STATES = [
    ("not_ready", "To Make Ready"),
    ("waiting_tracking", "Tracking Number Needed"),
    ("requested", "Being Made Ready"),
    ("ready", "Ready to Ship"),
    ("shipping", "Being Marked Shipped"),
    ("shipped", "Shipped at THE ICONIC"),
    ("problem", "Refused"),
]
DUE = [("late", "Late"), ("today", "Due Today"), ("later", "Later")]
# Deliveries that reach the buyer: from a warehouse of ours, or from a supplier.
DELIVERING = ("outgoing", "dropship")
# Units that have not been made ready to ship.
NOT_READY = ("payment_pending", "pending")


class StockPicking(models.Model):
    """A delivery of an order of the marketplace: its units, and how far it is there."""

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
        string="Units of THE ICONIC",
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
        STATES,
        string="At THE ICONIC",
        compute="_compute_iconic_state",
        store=True,
        copy=False,
    )
    iconic_message = fields.Text(
        string="Message about THE ICONIC", readonly=True, copy=False
    )
    iconic_due = fields.Selection(
        DUE,
        string="To Ship",
        compute="_compute_iconic_due",
        search="_search_iconic_due",
        help="By the deadline that THE ICONIC has set; each late unit costs a penalty.",
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

    def _iconic_state_now(self):
        """Return how far this delivery is at the marketplace."""
        statuses = set(self._iconic_live_items().mapped("status"))
        if statuses and statuses.isdisjoint((*NOT_READY, "ready_to_ship")):
            return "shipped"
        # One that was asked for again since is given up.
        if "refused" in self.iconic_change_ids.mapped("state"):
            return "problem"
        under_way = self._iconic_open_changes().mapped("kind")
        if "ready_to_ship" in under_way:
            return "requested"
        if "shipped" in under_way:
            return "shipping"
        if statuses and statuses.isdisjoint(NOT_READY):
            return "ready"
        if self.state != "done":
            return "not_ready"
        waits = not self.carrier_tracking_ref and not self.iconic_message
        return "waiting_tracking" if waits else "problem"

    def _iconic_deliveries(self):
        """Return those that carry units of the marketplace's orders."""
        # Users of sales and stock need no rights on the connector.
        return self.sudo().filtered("iconic_order_id")

    def _iconic_live_items(self):
        """Return the units that go with these deliveries."""
        return self.iconic_item_ids.filtered(lambda item: item.status != CANCELED)

    def _iconic_open_changes(self):
        """Return what the marketplace still has to be told about these deliveries."""
        return self.iconic_change_ids.filtered(
            lambda change: change.state in ("pending", "sending")
        )

    @api.depends("iconic_order_id", "state", "date_deadline")
    def _compute_iconic_due(self):
        now, midnight = self._iconic_moments()
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
        now, midnight = self._iconic_moments()
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

    @api.model
    def _iconic_moments(self):
        """Return now and the end of the user's day, in UTC."""
        now = fields.Datetime.now()
        today = fields.Datetime.context_timestamp(self, now).date()
        midnight = datetime.combine(today + timedelta(days=1), time.min)
        return now, self.env.tz.localize(midnight).astimezone(utc).replace(tzinfo=None)
