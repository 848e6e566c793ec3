from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS
from ...seller_center.const import MAX_QUALITY_STATES
from ...seller_center.errors import SellerCenterError
from ...transactions import commit_with_retry, retry_on_conflict


class IconicAccount(models.Model):
    """The scheduled jobs that compare listings: with Odoo, and with the marketplace.

    The comparison with Odoo finds what has to be sent. Reading the marketplace's
    products, page by page, links those that are listed already, and reports mismatches
    with what the listings store.
    """

    _inherit = "iconic.account"

    max_price_fall = fields.Integer(
        string="Hold Price Falls Above (%)",
        default=60,
        help="A larger fall waits for approval. 0: no threshold.",
    )
    max_zero_share = fields.Integer(
        string="Hold Sell-Outs Above (%)",
        default=50,
        help="If more than this share of the active listings would go to 0 at once, "
        "they wait for approval: a warehouse may have been emptied by mistake. "
        "0: no threshold.",
    )
    minimum_price = fields.Monetary(
        string="Hold Prices Below",
        help="A lower price waits for approval, unless the listing has its own limit. "
        "0: no threshold.",
    )

    unmatched_count = fields.Integer(compute="_compute_readback_counts")
    mismatch_count = fields.Integer(compute="_compute_readback_counts")
    visible_count = fields.Integer(
        string="Visible to Shoppers",
        compute="_compute_visible_count",
        help="Published, active and approved.",
    )

    _thresholds_are_shares = models.Constraint(
        "CHECK(max_price_fall BETWEEN 0 AND 100 AND max_zero_share BETWEEN 0 AND 100)",
        "A threshold is a share between 0 and 100 %.",
    )

    def _compute_readback_counts(self):
        for account in self:
            domain = [("account_id", "=", account._origin.id)]
            account.unmatched_count = self.env["iconic.unmatched.product"].search_count(
                domain
            )
            account.mismatch_count = self.env["iconic.mismatch"].search_count(domain)

    def _compute_visible_count(self):
        for account in self:
            account.visible_count = self.env["iconic.listing"].search_count(
                [
                    ("account_id", "=", account._origin.id),
                    ("product_status", "=", "published"),
                    ("listing_status", "=", "active"),
                    ("qc_status", "=", "approved"),
                ]
            )

    def action_link_products(self):
        """Start linking the marketplace's products by seller SKU."""
        return self._start_reading("link")

    def action_find_mismatches(self):
        """Start comparing the marketplace's products with the listings."""
        return self._start_reading("mismatch")

    def action_view_unmatched(self):
        """Open the marketplace's products without a product in Odoo."""
        return self._open("iconic_connector.iconic_unmatched_product_action")

    def action_view_mismatches(self):
        """Open the mismatches found."""
        return self._open("iconic_connector.iconic_mismatch_action")

    @api.model
    def _cron_detect(self):
        """Compare the listings of all accounts, slice by slice."""
        commit = self.env["ir.cron"]._commit_progress
        accounts = self._ready_to_call()
        commit(remaining=sum(account._left_to_scan() for account in accounts))
        for account in accounts:
            if not account._scan():
                return
        commit(remaining=0)

    @api.model
    def _cron_compare_soon(self):
        """Compare the listings of products that were just sold."""
        commit = self.env["ir.cron"]._commit_progress
        accounts = self._ready_to_call()
        soon = Domain("account_id", "in", accounts.ids) & Domain(
            "compare_soon", "=", True
        )
        Listing = self.env["iconic.listing"]
        commit(remaining=Listing.search_count(soon))
        for account in accounts:
            mine = soon & Domain("account_id", "=", account.id)
            while listings := Listing.search(mine, limit=const.DETECTION_SLICE):
                retry_on_conflict(self.env, partial(account._compare_slice, listings))
                if not commit(len(listings)):
                    return
        commit(remaining=0)

    @api.model
    def _cron_read_back(self):
        """Continue reading the marketplace's products where users asked for it."""
        commit = self.env["ir.cron"]._commit_progress
        reading = self._ready_to_call().filtered("reading_purpose")
        commit(remaining=len(reading))
        for number, account in enumerate(reading, 1):
            if not account._read_pages(len(reading) - number):
                return
        commit(remaining=0)

    @api.model
    def _cron_read_quality(self):
        """Read the quality reviews of listings that are not approved yet."""
        commit = self.env["ir.cron"]._commit_progress
        for account in self._ready_to_call():
            listings = self.env["iconic.listing"].search(
                Domain("account_id", "=", account.id)
                & self.env["iconic.listing"]._quality_domain()
            )
            with account._connect() as client:
                for start in range(0, len(listings), MAX_QUALITY_STATES):
                    some = listings[start : start + MAX_QUALITY_STATES]
                    try:
                        retry_on_conflict(self.env, partial(some._read_quality, client))
                    except SellerCenterError as error:
                        commit_with_retry(
                            self.env, partial(account._note_failure, error)
                        )
                        break
                    if not commit(len(some)):
                        return
            commit_with_retry(self.env, account._sync_error_activity)

    def _scan(self):
        """Compare this account's remaining listings, slice by slice.

        :return: whether the job has time for the next account
        """
        self.ensure_one()
        if not self.scan_position:
            commit_with_retry(self.env, self._apply_sell_out_threshold)
        while listings := self.env["iconic.listing"].search(
            self._scan_domain(), order="id", limit=const.DETECTION_SLICE
        ):
            count = len(listings)
            retry_on_conflict(self.env, partial(self._scan_slice, listings))
            time_left = self.env["ir.cron"]._commit_progress(count)
            # What was read for one slice is not needed for the next: memory stays flat.
            self.env.invalidate_all()
            if not time_left:
                return False
        commit_with_retry(self.env, self._finish_scan)
        return True

    def _left_to_scan(self):
        return self.env["iconic.listing"].search_count(self._scan_domain())

    def _scan_domain(self):
        """Return the domain of listings that this run has yet to compare."""
        return Domain(
            [
                ("account_id", "=", self.id),
                ("closed", "=", False),
                ("id", ">", self.scan_position),
            ]
        ) & (
            Domain("product_status", "=", "published")
            & Domain("listing_status", "=", "active")
            | Domain("content_status", "=", "error")
        )

    def _apply_sell_out_threshold(self):
        """Hold sell-outs back if too many active listings would go to 0 at once."""
        self.sell_out_threshold_exceeded = (
            bool(self.max_zero_share) and self._too_many_sell_outs()
        )
        if self.sell_out_threshold_exceeded:
            self._raise_activity(
                "threshold",
                self.env._("Many products would sell out at once"),
                self.env._(
                    "More than %s %% of the active listings would go to 0. Check the "
                    "stock, or press Send Anyway on the listings with errors.",
                    self.max_zero_share,
                ),
            )
        else:
            self._close_activity("threshold")

    def _too_many_sell_outs(self):
        """Tell whether the share of listings about to go to 0 exceeds the threshold."""
        active = self.env["iconic.listing"].search(
            [
                ("account_id", "=", self.id),
                ("product_status", "=", "published"),
                ("listing_status", "=", "active"),
                ("closed", "=", False),
            ]
        )
        offered = active.filtered(
            lambda one: (
                one.listed_quantity > 0
                and not one.send_anyway
                and not one.protect_quantity
            )
        )
        count = 0
        for start in range(0, len(offered), const.DETECTION_SLICE):
            wanted = offered[start : start + const.DETECTION_SLICE]._wanted_offers(
                ("quantity",)
            )
            count += sum(product.quantity == 0 for product in wanted.values())
        share = count / len(active) * 100 if active else 0
        return count >= const.SELL_OUT_MINIMUM and share > self.max_zero_share

    def _scan_slice(self, listings):
        # Listings that somebody else has locked are compared in the next run.
        listings.try_lock_for_update(allow_referencing=True)._detect()
        self.scan_position = listings[-1].id

    def _finish_scan(self):
        self.write({"scan_position": 0, "compared_at": fields.Datetime.now()})
        self._sync_error_activity()
        self._trigger_flows_with_work()

    def _schedule_comparison(self, products):
        """Have some products compared with Odoo right away.

        :param products: `product.product` records, such as those of a new order
        """
        self.env["iconic.listing"].search(
            Domain("account_id", "=", self.id)
            & Domain("product_id", "in", products.ids)
            & Domain("product_status", "=", "published")
            & Domain("compare_soon", "=", False)
        ).compare_soon = True
        self._trigger_crons("compare")

    def _compare_slice(self, listings):
        listings.compare_soon = False
        listings._detect()
        self._trigger_flows_with_work()

    def _trigger_flows_with_work(self):
        """Trigger the scheduled jobs of the flows that have something to send."""
        Listing = self.env["iconic.listing"]
        names = [
            name
            for name, flow in FLOWS.items()
            if Listing.search_count(self._picked_domain(flow), limit=1)
        ]
        if names:
            self._trigger_crons(*names)

    def _start_reading(self, purpose):
        """Have the marketplace's products read in the background.

        :param str purpose: a value of `reading_purpose`
        :return: a notification for the user
        :raise UserError: if the account must not send, or is being read already
        """
        self.ensure_one()
        if reason := self._blocking_reason():
            raise UserError(reason)
        if self.reading_purpose:
            raise UserError(
                self.env._(
                    "THE ICONIC's products are being read already; see the progress."
                )
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
        if purpose == "mismatch":
            self.env["iconic.mismatch"].search([("account_id", "=", self.id)]).unlink()
        self._trigger_crons("readback")
        return self._notify(
            self.env._(
                "THE ICONIC's products are read in the background; see the progress."
            )
        )

    def _read_pages(self, left):
        """Read the marketplace's products of this account, page by page.

        :param int left: how many accounts remain after this one
        :return: whether the job has time for the next account
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
                    commit_with_retry(self.env, partial(self._note_failure, error))
                    return True
                retry_on_conflict(self.env, partial(self._process_page, page))
                if not commit(1, remaining=left + bool(self.reading_purpose)):
                    return False
        return True

    def _process_page(self, page):
        """Link or compare one page of products, and finish after the last.

        :param page: a `seller_center.records.Page` of `ListedProduct`
        """
        self._note_success()
        if self.reading_purpose == "link":
            self.env["iconic.unmatched.product"]._link(self, page.records)
        else:
            self.env["iconic.mismatch"]._find(self, page.records)
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
                "%(read)s products read, %(unmatched)s without a match in Odoo. "
                "%(missing)s products of the chosen seasons are not listed: Send "
                "Products creates them.",
                read=count,
                unmatched=self.unmatched_count,
                missing=self._count_unlisted(),
            )
        else:
            self.env["iconic.mismatch"]._find_missing(self)
            report = self.env._(
                "%(read)s products read, %(mismatches)s mismatches.",
                read=count,
                mismatches=self.env["iconic.mismatch"].search_count(
                    [("account_id", "=", self.id)]
                ),
            )
        self.write({"reading_purpose": False, "reading_report": report})

    def _count_unlisted(self):
        """Return how many products of the chosen seasons are not listed."""
        present = self.env["iconic.listing"].search(
            [
                ("account_id", "=", self.id),
                ("product_status", "not in", ("awaiting_creation", "removed")),
            ]
        )
        return self.env["product.product"].search_count(
            self._product_domain() & Domain("id", "not in", present.product_id.ids)
        )

    def _open(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("account_id", "=", self.id)]}
