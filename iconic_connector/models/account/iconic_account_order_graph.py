import json
from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ... import const


class IconicAccount(models.Model):
    """How many orders came in day by day, for the dashboard."""

    _inherit = "iconic.account"

    order_graph = fields.Text(compute="_compute_order_graph")

    def _compute_order_graph(self):
        """Count the orders of the last days, today in its own colour."""
        today = fields.Date.context_today(self)
        days = [
            today - timedelta(days=ago) for ago in range(const.GRAPH_DAYS - 1, -1, -1)
        ]
        counts = self._count_by_day(days[0])
        for account in self:
            values = [
                {
                    "label": format_date(self.env, day, date_format="d MMM"),
                    "value": counts.get((account._origin.id, day), 0),
                    "type": "future" if day == today else "past",
                }
                for day in days
            ]
            account.order_graph = json.dumps(
                [{"values": values, "key": self.env._("Orders"), "title": ""}]
            )

    def _count_by_day(self, first):
        """Return the number of orders by account id and day, where the user is.

        :param first: the earliest day
        """
        groups = self.env["iconic.order"]._read_group(
            Domain("account_id", "in", self._origin.ids)
            # A day earlier, since days begin at different times.
            & Domain(
                "ordered_at", ">=", datetime.combine(first, time()) - timedelta(days=1)
            ),
            ["account_id", "ordered_at:day"],
            ["__count"],
        )
        return {(account.id, day.date()): count for account, day, count in groups}
