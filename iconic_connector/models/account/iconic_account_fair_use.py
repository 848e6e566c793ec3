from odoo import fields, models

from ... import const


class IconicAccount(models.Model):
    """The rows that the marketplace takes a day, counted and shared out."""

    _inherit = "iconic.account"

    rows_today = fields.Integer(
        string="Rows Sent Today",
        compute="_compute_rows",
        help="Products in today's feeds. When they run short, stock goes first.",
    )
    rows_allowed = fields.Integer(string="Rows a Day", compute="_compute_rows")

    def _compute_rows(self):
        sent = self._rows_sent_today()
        listings = dict(
            self.env["iconic.listing"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.rows_today = sent.get(account._origin, 0)
            account.rows_allowed = (
                const.DAILY_ROWS
                + const.DAILY_ROWS_PER_PRODUCT * listings.get(account._origin, 0)
            )

    def _rows_sent_today(self):
        """Return the rows that went out in today's feeds, by account.

        Counted from the feeds: a number on the account would make all jobs meet there.
        """
        midnight = fields.Datetime.to_datetime(fields.Date.today())
        groups = self.env["iconic.feed"]._read_group(
            [
                ("account_id", "in", self.ids),
                ("create_date", ">=", midnight),
                # The marketplace never saw these.
                ("state", "!=", "cancelled"),
            ],
            ["account_id"],
            ["sent_count:sum"],
        )
        return dict(groups)

    def _rows_left(self, flow):
        """Return how many rows this flow may still send today.

        :param flow: a row of the table of flows
        """
        self.ensure_one()
        share = int(self.rows_allowed * const.ROW_SHARES[flow.name])
        return max(share - self._rows_sent_today().get(self, 0), 0)

    def _batch_limit(self, flow):
        """Return how many products the next feed of this flow may carry."""
        return min(self.batch_size, self._rows_left(flow))
