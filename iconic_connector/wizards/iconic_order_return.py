from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

DECISIONS = [
    ("later", "Decide later"),
    ("approve", "Approve"),
    ("reject", "Reject (Help Desk Decides)"),
]


class IconicOrderReturn(models.TransientModel):
    """Receives returned items, with their condition, and approves or rejects them."""

    _name = "iconic.order.return"
    _description = "Receive Returns of THE ICONIC"

    line_ids = fields.One2many("iconic.order.return.line", "wizard_id")
    decides = fields.Boolean(compute="_compute_decides")
    decided_elsewhere = fields.Boolean(compute="_compute_decides")

    @api.model
    def default_get(self, fields):  # pylint: disable=redefined-outer-name
        """Override of `base` to add a line for each item of the chosen records.

        :raise UserError: if none of them can be received or decided
        """
        values = super().default_get(fields)
        if "line_ids" in fields:
            items = self._chosen_items()
            if not items:
                raise UserError(
                    self.env._(
                        "There is nothing to receive: the items were not delivered, "
                        "have already been received and decided, or are returned to "
                        "THE ICONIC."
                    )
                )
            items._ensure_reasons()
            values["line_ids"] = [
                Command.create({"item_id": item.id}) for item in items
            ]
        return values

    @api.depends("line_ids.item_id")
    def _compute_decides(self):
        for wizard in self:
            lines = wizard.line_ids
            wizard.decides = any(lines.mapped("can_decide"))
            wizard.decided_elsewhere = any(
                line.item_id.return_state in ("coming_back", "received")
                and not line.can_decide
                for line in lines
            )

    def action_confirm(self):
        """Receive the returned items, and send the decisions to the marketplace."""
        self.ensure_one()
        lines = self.line_ids
        lines.item_id.order_id.check_access("write")
        lines._check()
        received = lines.filtered(
            lambda line: (
                line.received and line.can_receive and line.decision != "reject"
            )
        )
        for company, rows in received.grouped("company_id").items():
            # Connector users receive returns without access rights on inventory.
            items = rows.item_id.sudo().with_company(company)
            damaged = rows.filtered(lambda row: row.condition == "damaged")
            items._receive(damaged.item_id.sudo())
        lines._decide()
        return self._summary(received)

    def _chosen_items(self):
        """Return the chosen items that can be received or decided.

        Of orders and transfers, only items with a return, if there are any.
        """
        chosen = self.env.context.get("active_ids") or []
        model = self.env.context.get("active_model")
        domains = {
            "iconic.order": Domain("order_id", "in", chosen),
            "iconic.order.item": Domain("id", "in", chosen),
            "stock.picking": Domain("return_picking_id", "in", chosen)
            | Domain("picking_id", "in", chosen),
        }
        items = self.env["iconic.order.item"].search(domains.get(model, Domain.FALSE))
        items = items.filtered(
            lambda item: item._can_come_back() or item._can_be_decided()
        )
        if model == "iconic.order.item":
            return items
        return items.filtered("return_state") or items

    def _summary(self, received):
        """Return a notification about what was done and what comes next.

        :param received: the lines of the items that were received
        """
        decided = self.line_ids.filtered(
            lambda line: line.decision in dict(DECISIONS[1:])
        )
        words = [self.env._("Received: %s.", len(received))]
        if damaged := received.filtered(lambda line: line.condition == "damaged"):
            words.append(self.env._("Damaged, not for sale: %s.", len(damaged)))
        if decided:
            words.append(self.env._("Decisions sent to THE ICONIC: %s.", len(decided)))
        if self.decided_elsewhere:
            words.append(
                self.env._("Approve or reject these returns in Seller Center.")
            )
        return self.env["iconic.account"]._notify(" ".join(words), "success")


class IconicOrderReturnLine(models.TransientModel):
    """A returned item."""

    _name = "iconic.order.return.line"
    _description = "Returned Item of THE ICONIC"

    wizard_id = fields.Many2one(
        "iconic.order.return", required=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "iconic.order.item", required=True, readonly=True, ondelete="cascade"
    )
    # Not as superuser: anybody may enter the item of another company.
    order_id = fields.Many2one(related="item_id.order_id", related_sudo=False)
    account_id = fields.Many2one(related="item_id.account_id", related_sudo=False)
    company_id = fields.Many2one(related="item_id.company_id", related_sudo=False)
    seller_sku = fields.Char(related="item_id.seller_sku", related_sudo=False)
    name = fields.Char(related="item_id.name", related_sudo=False)
    return_state = fields.Selection(related="item_id.return_state", related_sudo=False)
    reason = fields.Char(
        related="item_id.reason", string="Buyer's Reason", related_sudo=False
    )

    can_receive = fields.Boolean(compute="_compute_can")
    received = fields.Boolean(
        compute="_compute_received", store=True, readonly=False, compute_sudo=False
    )
    condition = fields.Selection(
        [("good", "Good"), ("damaged", "Damaged")], default="good", required=True
    )

    can_decide = fields.Boolean(compute="_compute_can")
    decision = fields.Selection(
        DECISIONS,
        compute="_compute_decision",
        store=True,
        readonly=False,
        compute_sudo=False,
        help="Approved items are refunded, rejected ones go back to the buyer.",
    )
    reason_id = fields.Many2one(
        "iconic.failure.reason",
        string="Why Rejected",
        domain="[('account_id', '=', account_id), "
        "('reason_type', '=', 'return_rejected')]",
    )
    detail = fields.Char()

    @api.constrains("item_id", "reason_id")
    def _check_readable(self):
        """Refuse records of other companies, whose names the wizard would show."""
        # Odoo runs constraints as superuser.
        lines = self.sudo(False)
        lines.item_id.check_access("read")
        lines.reason_id.check_access("read")

    @api.depends("item_id")
    def _compute_can(self):
        for line in self:
            line.can_receive = line.item_id._can_come_back()
            line.can_decide = line.item_id._can_be_decided()

    @api.depends("item_id")
    def _compute_received(self):
        for line in self:
            line.received = bool(line.can_receive or line.item_id.received_at)

    @api.depends("item_id", "received", "condition")
    def _compute_decision(self):
        for line in self:
            fine = line.received and line.condition == "good"
            line.decision = line.can_decide and ("approve" if fine else "later")

    def _check(self):
        """Refuse decisions that cannot be made.

        :raise UserError: for the first of them
        """
        for line in self:
            if line.decision == "approve" and not line.received:
                raise UserError(
                    self.env._(
                        "%s has not been received yet: tick Received, or decide later.",
                        line.seller_sku,
                    )
                )
            if line.decision == "reject" and not line.reason_id:
                raise UserError(
                    self.env._("Choose why %s is rejected.", line.seller_sku)
                )

    def _decide(self):
        """Request that the decisions are sent to the marketplace."""
        decided = self.filtered(
            lambda line: line.can_decide and line.decision in ("approve", "reject")
        )
        for (order, kind, reason, detail), lines in decided.grouped(
            lambda line: (line.order_id, line.decision, line.reason_id, line.detail)
        ).items():
            items = lines.item_id
            if kind == "approve":
                order._request_change("return_approved", items)
            else:
                # Rejected goods have arrived, but are not added to stock.
                order._request_return_received(items)
                order._request_change(
                    "return_rejected", items, reason=reason.name, detail=detail or False
                )
