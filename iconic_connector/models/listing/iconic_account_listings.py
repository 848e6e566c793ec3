import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS
from ..iconic_rights import button

_logger = logging.getLogger(__name__)


class IconicAccount(models.Model):
    """Comparing listings: the thresholds, what is compared, and what people ask for.

    The comparison with Odoo finds what has to be sent. Reading the marketplace's
    products links those that are listed already, and reports mismatches with what the
    listings store.
    """

    _inherit = "iconic.account"

    max_price_fall = fields.Integer(
        string="Hold Price Falls Above (%)",
        default=60,
        help="A larger fall waits for approval. It is measured from the last price "
        "that Odoo wanted. 0: no threshold.",
    )
    hold_below_cost = fields.Boolean(
        string="Hold Prices Below Cost",
        default=True,
        help="A price that is, without tax, below the cost of the product waits for "
        "approval.",
    )
    min_rrp_share = fields.Integer(
        string="Hold First Prices Below",
        default=20,
        help="The first price of a product waits for approval if it is a smaller share "
        "of its RRP: a digit may be missing. 0: no threshold.",
    )
    promotion_alone_hours = fields.Integer(
        string="Promotion Runs by Itself",
        default=24,
        help="How many hours before the start of a price list rule that is marked Runs "
        "by Itself the usual price takes the place of the RRP.",
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

    sell_out_threshold_exceeded = fields.Boolean(readonly=True, copy=False)

    unmatched_count = fields.Integer(compute="_compute_readback_counts")
    mismatch_count = fields.Integer(compute="_compute_readback_counts")

    _thresholds_are_shares = models.Constraint(
        "CHECK(max_price_fall BETWEEN 0 AND 100 AND max_zero_share BETWEEN 0 AND 100 "
        "AND min_rrp_share BETWEEN 0 AND 100)",
        "A threshold is a share between 0 and 100 %.",
    )
    _promotions_run_alone_within_the_horizon = models.Constraint(
        "CHECK(promotion_alone_hours BETWEEN 1 AND 72)",
        "Promotions are sent at most 72 hours ahead.",
    )

    def _compute_readback_counts(self):
        self._count("unmatched_count", "iconic.unmatched.product", Domain.TRUE)
        self._count("mismatch_count", "iconic.mismatch", Domain.TRUE)

    @button
    def action_link_products(self):
        """Start linking the marketplace's products by seller SKU."""
        return self._start_reading("link")

    @button
    def action_find_mismatches(self):
        """Start comparing the marketplace's products with the listings."""
        return self._start_reading("mismatch")

    def action_view_unmatched(self):
        """Open the marketplace's products without a product in Odoo."""
        return self._open("iconic_connector.iconic_unmatched_product_action")

    def action_view_mismatches(self):
        """Open the mismatches found."""
        return self._open("iconic_connector.iconic_mismatch_action")

    def _comparison_domain(self):
        """Return the domain of listings that are compared with Odoo."""
        return Domain(
            [
                ("account_id", "=", self.id),
                ("closed", "=", False),
            ]
        ) & (
            Domain("product_status", "=", "published")
            & Domain("listing_status", "=", "active")
            | Domain("content_status", "=", "error")
            | Domain("awaiting_pictures_since", "!=", False)
        )

    def _opening_after(self, operator, moment):
        """Return the domain of this account's listings whose seasons open later.

        :param str operator: > or >=
        :param moment: with which the seasons are compared
        """
        seasons = self.season_tag_ids
        later = seasons.filtered_domain([("iconic_on_sale_from", operator, moment)])
        tags = "product_id.all_product_tag_ids"
        return (
            Domain("account_id", "=", self.id)
            & Domain(tags, "in", later.ids)
            & ~Domain(tags, "in", (seasons - later).ids)
        )

    def _settings_state(self):
        """Return the settings that may decide what is wanted of listings, as a text.

        All that people enter about the account, apart from what not everybody may see.
        """
        names = [
            name
            for name, field in self._fields.items()
            if field.store
            and not field.readonly
            and not field.groups
            and field.type != "one2many"
        ]
        values = [
            self[name].ids if self._fields[name].relational else self[name]
            for name in names
        ]
        seasons = self.season_tag_ids.read(
            ["name", "iconic_on_sale_from", "iconic_produced_by_marketplace"]
        )
        return repr([self._active_lang(), self._selling_pauses().ids, seasons, *values])

    def _apply_sell_out_threshold(self, changed):
        """Hold sell-outs back if too many active listings would go to 0 at once.

        What a pause of selling lowers does not count: somebody has asked for that.

        :param changed: the ids of listings that may be wanted otherwise than at last
        """
        self.sell_out_threshold_exceeded = (
            bool(self.max_zero_share)
            and not self._selling_is_paused()
            and self._too_many_sell_outs(changed)
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

    def _too_many_sell_outs(self, changed):
        """Tell whether the share of listings about to go to 0 exceeds the threshold.

        :param changed: as for `_apply_sell_out_threshold`
        """
        active = (
            Domain("account_id", "=", self.id)
            & Domain("product_status", "=", "published")
            & Domain("listing_status", "=", "active")
            & Domain("closed", "=", False)
        )
        offered = (
            active
            & Domain("listed_quantity", ">", 0)
            & Domain("sell_out_approved", "=", False)
            & Domain("protect_quantity", "=", False)
            # Of all others, what is wanted is listed.
            & (
                Domain("id", "in", list(changed))
                | Domain("quantity_status", "!=", "not_needed")
            )
        )
        Listing = self.env["iconic.listing"]
        count = self._count_sell_outs(Listing.search(offered, order="id")._ids)
        selling = count and Listing.search_count(active)
        share = count / selling * 100 if count else 0
        return count >= const.SELL_OUT_MINIMUM and share > self.max_zero_share

    def _count_sell_outs(self, ids):
        """Count the listings that are to go to 0, a slice at a time: they may be many.

        :param ids: of listings of the account
        """
        account, count = self._with_company_and_language(), 0
        for first in range(0, len(ids), const.DETECTION_SLICE):
            self.env.invalidate_all()
            some = account.env["iconic.listing"].browse(
                ids[first : first + const.DETECTION_SLICE]
            )
            wanted = some._wanted_quantities(account, despite_pauses=True)
            count += sum(wanted[one.id] == 0 and not one._opens_later() for one in some)
        return count

    def _report_missed(self, skus, count):
        """Tell people that comparing all listings has found what was not expected.

        :param skus: of listings that differed though nothing about them had changed
        :param int count: how many there were, maybe more than these
        """
        if not skus:
            self._close_activity("comparison")
            return
        names = ", ".join(skus)
        _logger.error("The first pass of %s has missed: %s", self.name, names)
        self._raise_activity(
            "comparison",
            self.env._("Changes were found late"),
            self.env._(
                "The comparison that looks only at what has changed has missed "
                "%(count)s listings, which the daily comparison of all has found: "
                "%(skus)s. They are sent now. Tell the developers which of their "
                "settings or products were changed, and by which module.",
                count=count,
                skus=names,
            ),
        )

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

        :param str purpose: link or mismatch
        :return: a notification for the user
        :raise UserError: if the account must not send, or is being read already
        """
        self.ensure_one()
        if reason := self._blocking_reason():
            raise UserError(reason)
        if self.is_reading:
            raise UserError(
                self.env._(
                    "THE ICONIC's products are being read already; see the progress."
                )
            )
        self._job("readback")._request(purpose)
        return self._notify(
            self.env._(
                "THE ICONIC's products are read in the background; see the progress."
            )
        )

    def _linking_report(self, count):
        """Return what linking has found, as sentences.

        :param int count: how many products were read
        """
        sentences = [
            self.env._(
                "Products read: %(read)s. Without a match in Odoo: %(unmatched)s.",
                read=count,
                unmatched=self.unmatched_count,
            ),
            self.env._(
                "Products of the chosen seasons that are not listed: %s. Send Products "
                "creates them.",
                self._count_unlisted(),
            ),
        ]
        if refused := self._count_refused():
            sentences.append(
                self.env._(
                    "Could not be created: %s. The messages on their listings say why.",
                    refused,
                )
            )
        return " ".join(sentences)

    def _mismatch_report(self, count):
        """Return what the comparison with the marketplace has found, as a sentence.

        :param int count: how many products were read
        """
        report = self.env._(
            "Products read: %(read)s. Mismatches: %(mismatches)s.",
            read=count,
            mismatches=self.mismatch_count,
        )
        lost = (self.smaller_lists or {}).get("products")
        if lost:
            report += " " + self.env._(
                "Of %(known)s listings %(gone)s are not there any more, which is too "
                "many to be believed: nothing was noted.",
                gone=lost["gone"],
                known=lost["known"],
            )
        return report

    def _count_unlisted(self):
        """Return how many products of the chosen seasons nobody has tried to list."""
        tried = self.env["iconic.listing"].search(
            Domain("account_id", "=", self.id)
            & (
                Domain("product_status", "not in", ("awaiting_creation", "removed"))
                | Domain("content_status", "=", "error")
            )
        )
        return self.env["product.product"].search_count(
            self._product_domain() & Domain("id", "not in", tried.product_id.ids)
        )

    def _count_refused(self):
        """Return how many listings could not be created."""
        return self.env["iconic.listing"].search_count(
            [
                ("account_id", "=", self.id),
                ("product_status", "in", ("awaiting_creation", "removed")),
                ("content_status", "=", "error"),
            ]
        )

    def _open(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "domain": [("account_id", "=", self.id)]}
