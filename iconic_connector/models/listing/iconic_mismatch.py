from odoo import api, fields, models
from odoo.fields import Domain

from ...domain.flows import FORGOTTEN
from ...domain.moments import precise_now, to_odoo_datetime
from ...domain.price_curve import sale_price_left
from ...domain.texts import excerpts, plain_text
from ...seller_center.const import STATUS_ACTIVE, STATUS_DELETED
from ...seller_center.records import Product
from ..iconic_rights import button
from .iconic_listing_content import content_digest
from .iconic_listing_flow import listed_values


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
            ("name", "Name"),
            ("description", "Description"),
        ],
        required=True,
        readonly=True,
    )
    remembered = fields.Char(string="In Odoo", readonly=True)
    found = fields.Char(string="On THE ICONIC", readonly=True)
    found_at = fields.Datetime(string="Read", required=True, readonly=True)

    @button
    def action_resync(self):
        """Store what the marketplace has, and have what Odoo wants sent.

        Rows about products that have been sent since then are outdated, and only go.
        """
        unwanted = self.filtered(lambda row: row._is_gone() and row._is_unwanted())
        unwanted.listing_id._note_removed()
        for row in self - unwanted:
            unmoved = row.listing_id._unmoved_since(row.found_at)
            unmoved.write(row._found_values())
            if row._is_gone():
                unmoved._release_production()
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
                    **FORGOTTEN,
                    **listed_values(Product("", quantity=0)),
                    "product_status": "removed",
                    "listing_status": "inactive",
                    "content_status": "pending",
                }
            return {"content_status": "pending"}
        if self.part in ("name", "description"):
            return {"content_status": "pending"}
        if self.part == "quantity":
            values = {"listed_quantity": int(self.found or 0)}
            if self.listing_id.listing_status == "inactive":
                # Somebody has relisted an ended product: end it again.
                values |= {"listing_status": "active", "end_status": "pending"}
            return values
        return {f"listed_{self.part}": float(self.found or 0)}

    @api.model
    def _find(self, account, records, asked_at):
        """Store the mismatches of some of the marketplace's products.

        Compares Quantity rather than Available, which is lower by what the marketplace
        has reserved for orders (SellerCenter, GetProducts). What has been answered
        since the products were read stays unseen: it is read again.

        :param account: an `iconic.account`
        :param records: `seller_center.records.ListedProduct` records
        :param asked_at: when they were asked for, from `precise_now`
        """
        by_sku = {record.seller_sku: record for record in records}
        listings = self._candidates(account, Domain("seller_sku", "in", list(by_sku)))
        listings = listings._unmoved_since(asked_at)
        listings.write({"seen_at": precise_now()})
        listings._note_product_ids(
            {one.seller_sku: one.marketplace_id for one in records if one.is_present}
        )
        wanted = self._wanted_contents(listings)
        values = {"account_id": account.id, "found_at": asked_at}
        self.create(
            [
                {**values, "listing_id": listing.id, **difference}
                for listing in listings
                for record in [by_sku[listing.seller_sku]]
                for difference in (
                    *self._differences(listing, record),
                    *self._content_differences(wanted.get(listing.id), record),
                )
            ]
        )

    @api.model
    def _candidates(self, account, domain, **options):
        """Return the published listings with no change pending or sent.

        :param account: an `iconic.account`
        :param domain: which of them
        :param options: of `search`
        """
        Listing = self.env["iconic.listing"]
        return Listing.search(
            Domain("account_id", "=", account.id)
            & Domain("product_status", "=", "published")
            & ~Listing._any_flag_domain("pending", "sent")
            & domain,
            **options,
        )

    @api.model
    def _differences(self, listing, record):
        """Return the differences of price, quantity and status.

        :param listing: an `iconic.listing`
        :param record: a `seller_center.records.ListedProduct`
        :return: a list of values for `iconic.mismatch`
        """
        rows = []
        for part, remembered, found in self._amounts(listing, record):
            if listing.currency_id.compare_amounts(found, remembered):
                rows.append((part, f"{remembered:.2f}", f"{found:.2f}"))
        if record.quantity is not None and record.quantity != listing.listed_quantity:
            rows.append(
                ("quantity", str(listing.listed_quantity), str(record.quantity))
            )
        # An ended listing has quantity 0, which the marketplace calls active.
        if record.status and record.status != STATUS_ACTIVE:
            rows.append(("status", listing.listing_status, record.status))
        return [_difference(*row) for row in rows]

    @api.model
    def _amounts(self, listing, record):
        """Yield part, remembered and found amount; a sale that is over is none.

        :param listing: an `iconic.listing`
        :param record: a `seller_center.records.ListedProduct`
        """
        now, end = fields.Datetime.now(), to_odoo_datetime(record.sale_end)
        yield "price", listing.listed_price, float(record.price or 0)
        yield (
            "sale_price",
            sale_price_left(listing.listed_sale_price, listing.listed_sale_end, now),
            sale_price_left(record.sale_price, end, now),
        )

    @api.model
    def _wanted_contents(self, listings):
        """Return listing id -> what Odoo wants, where the marketplace accepted that.

        The listing has only a checksum of the content that was accepted: as long as
        Odoo wants that very content, it can be compared. Protected content is not ours.
        """
        ours = listings.filtered(lambda one: one.content_digest)
        ours = ours.filtered(lambda one: not one.protect_content)
        wanted = ours._wanted_products() if ours else {}
        return {
            listing.id: wanted[listing.id]
            for listing in ours
            if content_digest(wanted[listing.id]) == listing.content_digest
        }

    @api.model
    def _content_differences(self, wanted, record):
        """Return the differences of the texts, shortened to where they begin.

        Of texts the words count, since each shop writes HTML in its own way; one that
        the marketplace does not return is no difference.

        :param wanted: a `seller_center.records.Product` that was accepted, or None
        :param record: a `seller_center.records.ListedProduct`
        :return: a list of values for `iconic.mismatch`
        """
        if not wanted or record.status == STATUS_DELETED:
            return []
        pairs = {
            part: (plain_text(getattr(wanted, part) or ""), plain_text(theirs))
            for part in ("name", "description")
            if (theirs := getattr(record, part))
        }
        return [
            _difference(part, *excerpts(ours, theirs))
            for part, (ours, theirs) in pairs.items()
            if ours != theirs
        ]

    @api.model
    def _unseen(self, account, since, after, limit):
        """Return published listings that the marketplace's list did not have.

        :param account: an `iconic.account`
        :param since: when the list began to be read
        :param int after: the id of the last one that was asked for by its SKU
        :param int limit: how many at most
        """
        unseen = Domain("seen_at", "=", False) | Domain("seen_at", "<", since)
        domain = unseen & Domain("id", ">", after)
        return self._candidates(account, domain, order="id", limit=limit)

    @api.model
    def _store_missing(self, account, gone, since):
        """Store which listings the marketplace has neither in its list nor by SKU.

        :param account: an `iconic.account`
        :param list gone: ids of the listings
        :param since: when the reading began; what was answered since is not gone
        """
        listings = self._candidates(account, Domain("id", "in", gone))
        listings = listings._unmoved_since(since)
        known = self.env["iconic.listing"].search_count(
            [("account_id", "=", account.id), ("product_status", "=", "published")]
        )
        name = self.env._("Products")
        if not account._accepts_loss(
            "products", name, "readback", False, len(listings), known
        ):
            return
        values = {"account_id": account.id, "found_at": since}
        self.create(
            [
                {
                    **values,
                    "listing_id": listing.id,
                    **_difference("status", listing.listing_status, False),
                }
                for listing in listings
            ]
        )


def _difference(part, remembered, found):
    """Return the values of a row."""
    return {"part": part, "remembered": remembered, "found": found}
