from odoo import api, fields, models
from odoo.fields import Domain


class IconicAccount(models.Model):
    """How many orders need what, for the buttons of the account and the dashboard."""

    _inherit = "iconic.account"

    open_order_count = fields.Integer(
        string="Orders to Ship", compute="_compute_order_counts"
    )
    due_today_count = fields.Integer(
        string="Due Today", compute="_compute_order_counts"
    )
    late_count = fields.Integer(string="Late", compute="_compute_order_counts")
    held_count = fields.Integer(string="Held", compute="_compute_order_counts")
    refunded_count = fields.Integer(
        string="Refunded, Not Received", compute="_compute_refunded_count"
    )

    @api.depends(
        "order_ids.open_count",
        "order_ids.state",
        "order_ids.error",
        "order_ids.target_to_ship",
        "order_ids.change_ids.state",
    )
    def _compute_order_counts(self):
        Order = self.env["iconic.order"]
        self._count("open_order_count", "iconic.order", Order._open_domain())
        self._count("due_today_count", "iconic.order", Domain("due", "=", "today"))
        self._count("late_count", "iconic.order", Domain("due", "=", "late"))
        self._count("held_count", "iconic.order", Order._problem_domain())

    @api.depends("order_ids.item_ids.return_state")
    def _compute_refunded_count(self):
        self._count(
            "refunded_count",
            "iconic.order.item",
            Domain("return_state", "=", "refunded"),
        )

    def _count(self, name, model, domain):
        """Set a field to the number of records of each account, with one query.

        :param str name: the field
        :param str model: of the records
        :param domain: which of them count
        """
        groups = self.env[model]._read_group(
            domain & Domain("account_id", "in", self._origin.ids),
            ["account_id"],
            ["__count"],
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account[name] = counts.get(account._origin.id, 0)

    def action_view_orders(self):
        """Open the orders of this account, filtered as the context says."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_action"
        )
        context = {"search_default_account_id": self.id}
        if name := self.env.context.get("order_filter"):
            context[f"search_default_{name}"] = 1
        return {**action, "context": context}

    def action_view_refunded(self):
        """Open the units that were refunded, but are not back in our warehouse."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_item_action_refunded"
        )
        return {**action, "context": {"search_default_account_id": self.id}}
