from odoo import fields, models

from .. import const


class IconicAccount(models.Model):
    """The rows that the marketplace takes a day, counted and shared out."""

    _inherit = "iconic.account"

    rows_day = fields.Date(readonly=True, copy=False)
    rows_used = fields.Integer(readonly=True, copy=False)
    rows_today = fields.Integer(
        string="Rows Sent Today",
        compute="_compute_rows",
        help="Products in today's feeds. When they run short, stock goes first.",
    )
    rows_allowed = fields.Integer(string="Rows a Day", compute="_compute_rows")

    def _compute_rows(self):
        today = fields.Date.today()
        listings = dict(
            self.env["iconic.listing"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.rows_today = account.rows_used if account.rows_day == today else 0
            account.rows_allowed = (
                const.DAILY_ROWS
                + const.DAILY_ROWS_PER_PRODUCT * listings.get(account._origin, 0)
            )

    def _rows_left(self, flow):
        """Return how many rows this flow may still send today.

        :param flow: a row of the table of flows
        """
        self.ensure_one()
        share = int(self.rows_allowed * const.ROW_SHARES[flow.name])
        return max(share - self.rows_today, 0)

    def _batch_limit(self, flow):
        """Return how many products the next feed of this flow may carry."""
        return min(self.batch_size, self._rows_left(flow))

    def _count_rows(self, count):
        """Note that so many rows are sent today."""
        used = self.rows_today + count
        self.write({"rows_day": fields.Date.today(), "rows_used": used})
        self.invalidate_recordset(["rows_today", "rows_allowed"])
