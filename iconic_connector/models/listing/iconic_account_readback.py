from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...seller_center.errors import SellerCenterError
from ...transactions import keep, until_no_conflict


class IconicAccount(models.Model):
    """Reading the marketplace's products back, page by page, in a scheduled job.

    For two purposes: to link what is there already, and to report where it drifted from
    what the listings remember.
    """

    _inherit = "iconic.account"

    reading_purpose = fields.Selection(
        [("link", "Linking existing products"), ("drift", "Looking for differences")],
        readonly=True,
        copy=False,
    )
    reading_offset = fields.Integer(
        readonly=True, copy=False, help="Where the next page begins."
    )
    reading_count = fields.Integer(string="Products Read", readonly=True, copy=False)
    reading_total = fields.Integer(readonly=True, copy=False)
    reading_since = fields.Datetime(readonly=True, copy=False)
    reading_report = fields.Text(string="Last Reading", readonly=True, copy=False)
    unmatched_count = fields.Integer(compute="_compute_readback_counts")
    drift_count = fields.Integer(compute="_compute_readback_counts")

    def _compute_readback_counts(self):
        for account in self:
            domain = [("account_id", "=", account._origin.id)]
            account.unmatched_count = self.env["iconic.unmatched.product"].search_count(
                domain
            )
            account.drift_count = self.env["iconic.drift"].search_count(domain)

    def action_link_products(self):
        """Have the marketplace's products read and linked by seller SKU."""
        return self._start_reading("link")

    def action_find_drift(self):
        """Have the marketplace's products read and compared with the listings."""
        return self._start_reading("drift")

    def _start_reading(self, purpose):
        self.ensure_one()
        if reason := self._silence_reason():
            raise UserError(reason)
        if self.reading_purpose:
            raise UserError(
                self.env._("The marketplace is being read already; see the progress.")
            )
        self.write(
            {
                "reading_purpose": purpose,
                "reading_offset": 0,
                "reading_count": 0,
                "reading_total": 0,
                "reading_since": fields.Datetime.now(),
                "reading_report": False,
            }
        )
        if purpose == "drift":
            self.env["iconic.drift"].search([("account_id", "=", self.id)]).unlink()
        self._trigger_crons("readback")
        return self._notify(
            self.env._("The marketplace is read in the background; see the progress.")
        )

    @api.model
    def _cron_read_back(self):
        """Go on with every reading that was asked for, page by page."""
        commit = self.env["ir.cron"]._commit_progress
        reading = self._ready_to_call().filtered("reading_purpose")
        commit(remaining=len(reading))
        for left, account in zip(range(len(reading) - 1, -1, -1), reading, strict=True):
            if not account._read_pages(left):
                return
        commit(remaining=0)

    def _read_pages(self, left):
        """Read page after page of this account.

        :param int left: how many accounts come after this one
        :return: whether there is time left for the next account
        """
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        with self._connect() as client:
            while self.reading_purpose:
                try:
                    page = client.products(
                        offset=self.reading_offset, limit=const.READ_BACK_SIZE
                    )
                except SellerCenterError as error:
                    keep(self.env, partial(self._note_failure, error))
                    return True
                until_no_conflict(self.env, partial(self._take_page, page))
                if not commit(1, remaining=left + bool(self.reading_purpose)):
                    return False
        return True

    def _take_page(self, page):
        """Work on one page, or finish after the last.

        :param page: a `seller_center.records.Page` of `ListedProduct`
        """
        self._note_success()
        take = {"link": self._link_products, "drift": self._find_drift}
        take[self.reading_purpose](page.records)
        self.write(
            {
                "reading_offset": page.next_offset,
                "reading_count": self.reading_count + len(page.records),
                "reading_total": page.total or 0,
            }
        )
        if page.next_offset is None:
            self._finish_reading()

    def _finish_reading(self):
        count = self.reading_count
        if self.reading_purpose == "link":
            report = self.env._(
                "%(read)s products read; %(unmatched)s match nothing in Odoo. Of the "
                "chosen seasons %(missing)s products are not there: Send Products "
                "creates them.",
                read=count,
                unmatched=self.unmatched_count,
                missing=self._count_absent(),
            )
        else:
            self._find_missing()
            report = self.env._(
                "%(read)s products read; %(drift)s differences.",
                read=count,
                drift=self.env["iconic.drift"].search_count(
                    [("account_id", "=", self.id)]
                ),
            )
        self.write({"reading_purpose": False, "reading_report": report})

    def _count_absent(self):
        """Return how many products of the chosen seasons the marketplace has not."""
        present = self.env["iconic.listing"].search(
            [
                ("account_id", "=", self.id),
                ("product_status", "not in", ("awaiting_creation", "removed")),
            ]
        )
        return self.env["product.product"].search_count(
            self._product_domain() & Domain("id", "not in", present.product_id.ids)
        )

    def action_view_unmatched(self):
        """Open the marketplace's products that match nothing in Odoo."""
        return self._open("iconic_connector.iconic_unmatched_product_action")

    def action_view_drift(self):
        """Open the differences found."""
        return self._open("iconic_connector.iconic_drift_action")

    def _open(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("account_id", "=", self.id)]}
