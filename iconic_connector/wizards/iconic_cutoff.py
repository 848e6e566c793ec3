from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..domain.moments import to_odoo_datetime


class IconicCutoff(models.TransientModel):
    """Asks for the day for which items invoiced and not shipped are listed."""

    _name = "iconic.cutoff"
    _description = "Items Invoiced and Not Shipped on a Day"

    date = fields.Date(
        string="As Of",
        required=True,
        default=fields.Date.context_today,
        help="The end of this day, in your time zone.",
    )

    def action_view_cutoff(self):
        """Open the items that were invoiced and not shipped at the end of the day.

        :return: an action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_cutoff_item_action"
        )
        return {
            **action,
            "name": self.env._(
                "Invoiced, Not Shipped on %s", format_date(self.env, self.date)
            ),
            "domain": list(self._items_domain()),
        }

    def _items_domain(self):
        """Return the domain of `iconic.cutoff.item` for the day.

        Credited items are none any more: their invoice is undone.
        """
        midnight = datetime.combine(self.date + timedelta(days=1), time.min)
        end = to_odoo_datetime(self.env.tz.localize(midnight))
        return (
            Domain("invoiced_on", "<=", self.date)
            & (Domain("shipped_at", "=", False) | Domain("shipped_at", ">=", end))
            & (
                Domain("credited_on", "=", False)
                | Domain("credited_on", ">", self.date)
            )
        )
