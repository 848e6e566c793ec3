from odoo import api, fields, models

from ...domain.order_changes import CANCELED

RETURN_STATES = [
    ("asked", "On the Way Back"),
    ("received", "Received"),
    ("approved", "Returned"),
    ("refunded", "Refunded, Not Received"),
    ("rejected", "Rejected"),
]

# The statuses of units that are coming back (SellerCenter, Order Flow).
# The second is in no diagram, but among the words that the marketplace uses.
ON_THE_WAY = ("return_shipped_by_customer", "return_delivered")
WAITING = "return_waiting_for_approval"
RETURNED = "returned"
REJECTED = "return_rejected"

# Units that cannot have been with a buyer.
NEVER_OUT = ("payment_pending", CANCELED, REJECTED)


class IconicOrderItem(models.Model):
    """What has come back of an order."""

    _inherit = "iconic.order.item"

    return_state = fields.Selection(
        RETURN_STATES, string="Return", compute="_compute_return_state", store=True
    )
    return_condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged")],
        string="Condition",
        readonly=True,
        help="In which it came back.",
    )
    returned_at = fields.Datetime(
        string="Refunded",
        readonly=True,
        help="When Odoo learned that THE ICONIC has refunded it.",
    )
    received_at = fields.Datetime(
        string="Received", readonly=True, help="When it was back in our warehouse."
    )
    days_refunded = fields.Integer(
        string="Days Since Refund", compute="_compute_days_refunded"
    )
    return_picking_id = fields.Many2one(
        "stock.picking",
        string="Return Receipt",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="The transfer that it comes back with, or goes back to the buyer.",
    )

    _refunded = models.Index("(account_id) WHERE return_state = 'refunded'")

    @api.depends("status", "received_at", "own_warehouse", "is_digital")
    def _compute_return_state(self):
        for item in self:
            item.return_state = item._return_state()

    def _return_state(self):
        if self.status == REJECTED:
            return "rejected"
        if self.status == RETURNED:
            back = self.received_at or not self._is_ours()
            return "approved" if back else "refunded"
        if self.status == WAITING or (self.received_at and self.status != CANCELED):
            return "received"
        return "asked" if self.status in ON_THE_WAY else False

    @api.depends("returned_at")
    def _compute_days_refunded(self):
        now = fields.Datetime.now()
        for item in self:
            item.days_refunded = item.returned_at and (now - item.returned_at).days

    def _can_come_back(self):
        """Tell whether this unit is out, and may be received."""
        self.ensure_one()
        return (
            self._is_ours()
            and self.product_id.type != "service"
            and not self.received_at
            and self.status not in NEVER_OUT
        )

    def _can_be_decided(self):
        """Tell whether we still say if this unit is taken back."""
        self.ensure_one()
        return (
            self.status in (*ON_THE_WAY, WAITING) and self.account_id._decides_returns()
        )


class IconicOrder(models.Model):
    """What the marketplace says of returns has its effect in Odoo."""

    _inherit = "iconic.order"

    def _follow_return_shipped_by_customer(self, items):
        """Prepare the receipt of units that the buyer sends to our warehouse.

        :param items: units of this order that have this status now
        :raise UserError: if they were never delivered in Odoo
        """
        if self.account_id.returns_to == "seller":
            items._prepare_receipts()

    def _follow_return_delivered(self, items):
        """Prepare the receipt of units that have arrived, if it is not there yet.

        :param items: units of this order that have this status now
        """
        self._follow_return_shipped_by_customer(items)

    def _follow_return_waiting_for_approval(self, items):
        """Prepare the receipt of units, if nothing was heard of them before.

        That they were received in Seller Center makes no stock: they may be rejected.

        :param items: units of this order that have this status now
        """
        self._follow_return_shipped_by_customer(items)

    def _follow_returned(self, items):
        """Credit units that were refunded, and take them in if the account says so.

        What THE ICONIC receives is stock only when it has come to our warehouse.

        :param items: units of this order that have this status now
        :raise UserError: if they were never delivered in Odoo
        """
        account = self.account_id
        items.filtered(lambda item: not item.returned_at).write(
            {"returned_at": fields.Datetime.now()}
        )
        self._credit_returned()
        if account.returns_to == "seller":
            items._prepare_receipts()
            if account.check_in_returns:
                items._receive()

    def _credit_returned(self):
        """Credit all units that were refunded and are invoiced, each once."""
        items = self.item_ids.filtered(lambda item: item.status == RETURNED)
        if items:
            reasons = ", ".join(dict.fromkeys(filter(None, items.mapped("reason"))))
            post = self.account_id.credit_returns == "posted"
            self._credit_units(items, reasons or self.env._("Returned"), post=post)

    def _settle(self):
        """Credit also what was refunded before it was invoiced."""
        result = super()._settle()
        self._credit_returned()
        return result

    def _follow_return_rejected(self, items):
        """Expect rejected units no more; those that are here go back to the buyer.

        :param items: units of this order that have this status now
        """
        items._expect_no_more()
        items._send_back()

    def _after_return_approved(self, change):
        """Draw the consequences of a return that we have approved.

        :param change: the `iconic.order.change` that the marketplace has taken
        """
        self._follow_decision(change)

    def _after_return_rejected(self, change):
        """Draw the consequences of a return that we have rejected.

        :param change: the `iconic.order.change` that the marketplace has taken
        """
        self._follow_decision(change)

    def _follow_decision(self, change):
        # Followed like a decision of the marketplace, so that what fails is held.
        change.item_ids.write({"handled_status": WAITING})
        self._follow_again()

    def _tell_received(self, items):
        """Tell the marketplace that units are here, where it wants to hear it.

        :param items: units of this order
        """
        items = items.filtered(lambda item: item.status in ON_THE_WAY)
        if items and self.account_id._decides_returns():
            self._request_change("return_received", items)
