from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import const


class IconicCompareRequest(models.Model):
    """A listing to compare before all others, such as one whose product was just sold.

    Requests are only inserted, never updated: whoever validates a delivery waits for no
    job, and no job repeats its work because of a delivery.
    """

    _name = "iconic.compare.request"
    _description = "THE ICONIC Listing to Compare"
    _log_access = False

    listing_id = fields.Many2one(
        "iconic.listing", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "iconic.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")

    @api.autovacuum
    def _gc_requests(self):
        """Delete the requests of accounts whose jobs do not run.

        When they run again, all their listings are compared.

        :return: how many were deleted, twice: Odoo repeats the call until it is 0
        """
        ready = self.env["iconic.account"]._ready_to_call()
        old = self.search(
            [("account_id", "not in", ready.ids)], limit=const.VACUUM_REQUESTS
        )
        old.unlink()
        return len(old), len(old)

    @api.model
    def _insert(self, domain):
        """Request the comparison of listings, on whichever account.

        :param domain: of `iconic.listing` records; those on sale are compared, and
            those that were created and wait for pictures
        """
        # Warehouse users need no access to the connector.
        Listing = self.env["iconic.listing"].sudo()
        there = (
            Domain("product_status", "in", ("created", "published"))
            & Domain("closed", "=", False)
            & Domain("account_id.active", "=", True)
        )
        query = Listing._search(there & domain)
        columns = (SQL.identifier(query.table, name) for name in ("id", "account_id"))
        Listing.flush_model()
        Listing.account_id.flush_model(["active"])
        self.env.cr.execute(
            SQL(
                "INSERT INTO iconic_compare_request (listing_id, account_id) %s",
                query.select(*columns),
            )
        )
        if self.env.cr.rowcount:
            self.env["iconic.account.job"].sudo()._cron("compare")._trigger()
