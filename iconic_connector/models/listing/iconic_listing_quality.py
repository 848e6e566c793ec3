from odoo import api, fields, models
from odoo.fields import Domain

from ...domain import statuses
from ...seller_center.const import MAX_QUALITY_STATES
from ..iconic_rights import button

#: The values of a listing whose content or pictures have changed.
NOT_REVIEWED = {"qc_status": "pending", "qc_reason": False}


class IconicListing(models.Model):
    """The marketplace's quality control: published is not yet visible to shoppers."""

    _inherit = "iconic.listing"

    qc_status = fields.Selection(
        statuses.QUALITY_STATES,
        string="Quality Control",
        readonly=True,
        copy=False,
        help="Shoppers only see approved products. THE ICONIC reviews within a day, "
        "except at weekends.",
    )
    qc_reason = fields.Text(
        string="Rejected Because",
        readonly=True,
        copy=False,
        help="Fix the cause on the product, and it is sent and reviewed again.",
    )
    qc_read_at = fields.Datetime(readonly=True, copy=False)

    @button
    def action_read_quality(self):
        """Read the reviews of these listings now."""
        for account, listings in self.grouped("account_id").items():
            published = listings.filtered_domain(self._quality_domain())
            with account._connect_for_user() as client:
                published._read_quality(client)

    @api.model
    def _quality_domain(self):
        """Return the domain of listings that are not approved yet."""
        return Domain("product_status", "=", "published") & Domain(
            "qc_status", "in", (False, "pending", "rejected")
        )

    def _read_quality(self, client):
        """Read the reviews of the listings of one account, many with one call.

        :param client: what `iconic.account._connect` yields
        :raise SellerCenterError: if the marketplace does not answer
        """
        for start in range(0, len(self), MAX_QUALITY_STATES):
            some = self[start : start + MAX_QUALITY_STATES]
            some._store_quality(some._request_quality(client))

    def _request_quality(self, client):
        """Return the reviews of some listings, by seller SKU.

        :param client: what `iconic.account._connect` yields
        :return: a dict, seller SKU -> `seller_center.records.QualityState`
        :raise SellerCenterError: if the marketplace does not answer
        """
        page = client.quality_states(seller_skus=self.mapped("seller_sku"))
        return {state.seller_sku: state for state in page.records}

    def _store_quality(self, states):
        """Store the reviews that were read.

        :param states: seller SKU -> `seller_center.records.QualityState`
        """
        known = dict(statuses.QUALITY_STATES)
        self.write({"qc_read_at": fields.Datetime.now()})
        for listing in self:
            state = states.get(listing.seller_sku)
            status = state and state.status.strip().lower()
            if status not in known:
                continue
            reason = state.reason if status == "rejected" else False
            if (status, reason or False) != (listing.qc_status, listing.qc_reason):
                listing.write({"qc_status": status, "qc_reason": reason})

    def _reset_review(self):
        """Reset the review: content or pictures have changed."""
        self.write(NOT_REVIEWED)
