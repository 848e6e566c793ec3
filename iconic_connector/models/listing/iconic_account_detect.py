from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS
from ...transactions import keep, until_no_conflict


class IconicAccount(models.Model):
    """The scheduled job that notices changes, its brakes and its pauses."""

    _inherit = "iconic.account"

    scan_position = fields.Integer(
        readonly=True,
        copy=False,
        help="The listing up to which the running comparison has come.",
    )
    compared_at = fields.Datetime(
        string="Last Comparison",
        readonly=True,
        copy=False,
        help="When all listings had been compared with Odoo for the last time.",
    )
    max_price_fall = fields.Integer(
        string="Hold Price Falls Above (%)",
        default=60,
        help="A price that would fall further waits for a person. 0: no brake.",
    )
    max_zero_share = fields.Integer(
        string="Hold Sell-Outs Above (%)",
        default=50,
        help="If more than this share of the active listings would go to 0 at once, "
        "they wait for a person: a warehouse may have been emptied by mistake. "
        "0: no brake.",
    )
    minimum_price = fields.Monetary(
        string="Hold Prices Below",
        help="A price below this waits for a person, unless the listing has a limit of "
        "its own. 0: no brake.",
    )
    zero_brake_on = fields.Boolean(readonly=True, copy=False)

    _brakes_are_shares = models.Constraint(
        "CHECK(max_price_fall BETWEEN 0 AND 100 AND max_zero_share BETWEEN 0 AND 100)",
        "A brake is a share between 0 and 100 %.",
    )

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
        """Compare the listings that cannot wait for their turn: what was just sold."""
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
                until_no_conflict(self.env, partial(account._compare_slice, listings))
                if not commit(len(listings)):
                    return
        commit(remaining=0)

    def _compare_slice(self, listings):
        listings.compare_soon = False
        listings._detect()
        if names := self._flows_with_work():
            self._trigger_crons(*names)

    def _scan_domain(self):
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

    def _left_to_scan(self):
        return self.env["iconic.listing"].search_count(self._scan_domain())

    def _scan(self):
        """Compare the listings of this account that are left, slice by slice.

        :return: whether there is time left for the next account
        """
        self.ensure_one()
        if not self.scan_position:
            keep(self.env, self._apply_zero_brake)
        while listings := self.env["iconic.listing"].search(
            self._scan_domain(), order="id", limit=const.DETECTION_SLICE
        ):
            count = len(listings)
            until_no_conflict(self.env, partial(self._scan_slice, listings))
            time_left = self.env["ir.cron"]._commit_progress(count)
            # What was read for one slice is not needed for the next: memory stays flat.
            self.env.invalidate_all()
            if not time_left:
                return False
        keep(self.env, self._finish_scan)
        return True

    def _scan_slice(self, listings):
        listings.try_lock_for_update(allow_referencing=True)._detect()
        self.scan_position = listings[-1].id

    def _finish_scan(self):
        self.write({"scan_position": 0, "compared_at": fields.Datetime.now()})
        self._sync_error_alarm()
        if names := self._flows_with_work():
            self._trigger_crons(*names)

    def _apply_zero_brake(self):
        """Hold sell-outs if too many active listings would go to 0 at once."""
        self.zero_brake_on = bool(self.max_zero_share) and self._too_many_sell_out()
        if self.zero_brake_on:
            self._raise_alarm(
                "brake",
                self.env._("Many products would sell out at once"),
                self.env._(
                    "More than %s %% of the active listings would go to 0. Check the "
                    "stock, or press Send Anyway on the listings with errors.",
                    self.max_zero_share,
                ),
            )
        else:
            self._clear_alarm("brake")

    def _too_many_sell_out(self):
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
        return count >= const.ZERO_BRAKE_MINIMUM and share > self.max_zero_share

    def _flows_with_work(self):
        """Return the names of the flows that have something to send."""
        return [
            name
            for name, flow in FLOWS.items()
            if self.env["iconic.listing"].search_count(
                self._picked_domain(flow), limit=1
            )
        ]
