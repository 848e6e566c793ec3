from odoo import api, fields, models
from odoo.fields import Domain

from ...seller_center.const import STATUS_ACTIVE, STATUS_DELETED
from ..iconic_rights import button


class IconicMismatch(models.Model):
    """A difference between the marketplace and the listed values stored in Odoo.

    Somebody may have changed the product in Seller Center. "Resync" stores what the
    marketplace has, so that the comparison with Odoo sends what differs.
    """

    _name = "iconic.mismatch"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Difference"
    _order = "listing_id, part"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    listing_id = fields.Many2one(
        "iconic.listing", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(related="listing_id.product_id")
    part = fields.Selection(
        [
            ("price", "Price"),
            ("sale_price", "Sale Price"),
            ("quantity", "Quantity"),
            ("status", "Status"),
        ],
        required=True,
        readonly=True,
    )
    remembered = fields.Char(string="In Odoo", readonly=True)
    found = fields.Char(string="On THE ICONIC", readonly=True)

    @button
    def action_resync(self):
        """Store what the marketplace has, and have what Odoo wants sent."""
        unwanted = self.filtered(lambda row: row._is_gone() and row._is_unwanted())
        unwanted.listing_id._note_removed()
        for row in self - unwanted:
            row.listing_id.write(row._found_values())
        listings = self.listing_id
        accounts = self.account_id
        self.unlink()
        for some in listings.grouped("account_id").values():
            some._detect()
        accounts._trigger_crons()

    def _is_gone(self):
        """Tell whether the marketplace does not have the product any more."""
        return self.part == "status" and self.found in (STATUS_DELETED, False)

    def _is_unwanted(self):
        """Tell whether somebody has ended the product or wanted it removed."""
        listing = self.listing_id
        return listing.listing_status == "inactive" or not (
            listing.end_status == listing.remove_status == "not_needed"
        )

    def _found_values(self):
        """Return the listing's values that agree with the marketplace."""
        if self.part == "status":
            if self.found == STATUS_ACTIVE:
                return {"listing_status": "active"}
            if self._is_gone():
                return {
                    "product_status": "removed",
                    "listing_status": "inactive",
                    "content_status": "pending",
                }
            return {"content_status": "pending"}
        if self.part == "quantity":
            values = {"listed_quantity": int(self.found or 0)}
            if self.listing_id.listing_status == "inactive":
                # Somebody has relisted an ended product: end it again.
                values |= {"listing_status": "active", "end_status": "pending"}
            return values
        return {f"listed_{self.part}": float(self.found or 0)}

    @api.model
    def _find(self, account, records):
        """Store the mismatches of one page of the marketplace's products.

        Compares Quantity rather than Available, which is lower by what the marketplace
        has reserved for orders (SellerCenter, GetProducts).

        :param account: an `iconic.account`
        :param records: `seller_center.records.ListedProduct` records
        """
        by_sku = {record.seller_sku: record for record in records}
        listings = self._candidates(account, Domain("seller_sku", "in", list(by_sku)))
        listings.write({"seen_at": fields.Datetime.now()})
        self.create(
            [
                {"account_id": account.id, "listing_id": listing.id, **difference}
                for listing in listings
                for difference in self._differences(listing, by_sku[listing.seller_sku])
            ]
        )

    @api.model
    def _candidates(self, account, domain):
        """Return the published listings with no change pending or sent."""
        Listing = self.env["iconic.listing"]
        return Listing.search(
            Domain("account_id", "=", account.id)
            & Domain("product_status", "=", "published")
            & ~Listing._any_flag_domain("pending", "sent")
            & domain
        )

    @api.model
    def _differences(self, listing, record):
        """Return the differences between a listing and the marketplace's product.

        :param listing: an `iconic.listing`
        :param record: a `seller_center.records.ListedProduct`
        :return: a list of values for `iconic.mismatch`
        """
        rows = []
        for part in ("price", "sale_price"):
            found = getattr(record, part)
            remembered = listing[f"listed_{part}"]
            if listing.currency_id.compare_amounts(float(found or 0), remembered):
                rows.append((part, f"{remembered:.2f}", f"{float(found or 0):.2f}"))
        if record.quantity is not None and record.quantity != listing.listed_quantity:
            rows.append(
                ("quantity", str(listing.listed_quantity), str(record.quantity))
            )
        # An ended listing has quantity 0, which the marketplace calls active.
        if record.status and record.status != STATUS_ACTIVE:
            rows.append(("status", listing.listing_status, record.status))
        return [
            {"part": part, "remembered": remembered, "found": found}
            for part, remembered, found in rows
        ]

    @api.model
    def _find_missing(self, account, since):
        """Store the published listings that the marketplace did not return.

        :param account: an `iconic.account`
        :param since: when its products began to be read
        """
        unseen = self._candidates(
            account,
            Domain("seen_at", "=", False) | Domain("seen_at", "<", since),
        )
        self.create(
            [
                {
                    "account_id": account.id,
                    "listing_id": listing.id,
                    "part": "status",
                    "remembered": listing.listing_status,
                    "found": False,
                }
                for listing in unseen
            ]
        )
