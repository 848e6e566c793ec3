from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class IconicListing(models.Model):
    """Listings whose product goes on with its life: another SKU, another variant."""

    _inherit = "iconic.listing"

    sku_changed = fields.Boolean(
        string="Internal Reference Changed",
        compute="_compute_sku_changed",
        search="_search_sku_changed",
        help="THE ICONIC knows the product by the SKU it was sent with.",
    )
    recreate = fields.Boolean(
        readonly=True,
        copy=False,
        help="Once removed, it is created again under the new internal reference.",
    )

    @api.depends("seller_sku", "product_id.default_code", "product_status")
    def _compute_sku_changed(self):
        for listing in self:
            reference = listing.product_id.default_code
            listing.sku_changed = (
                bool(listing.seller_sku and reference)
                and listing.seller_sku != reference
                and listing.product_status not in ("awaiting_creation", "removed")
            )

    def _search_sku_changed(self, operator, value):
        if operator != "in":
            return NotImplemented
        known = self.search(
            Domain("seller_sku", "!=", False)
            & Domain("product_status", "not in", ("awaiting_creation", "removed"))
        )
        changed = Domain("id", "in", known.filtered("sku_changed").ids)
        return changed if True in value else ~changed

    def action_recreate(self):
        """Remove the product at the marketplace and create it under its new SKU."""
        changed = self.filtered("sku_changed")
        if not changed:
            raise UserError(
                self.env._("The internal reference is the one THE ICONIC knows.")
            )
        changed.action_remove()
        changed.write({"recreate": True})

    def _succeed(self, flow, warnings):
        """Override to create listings anew that were removed for their SKU's sake."""
        result = super()._succeed(flow, warnings)
        if flow.name == "remove":
            self.filtered("recreate")._start_over()
        return result

    def _start_over(self):
        """Begin as a listing that was never sent, and have it sent."""
        if not self:
            return
        self.write({"product_status": "awaiting_creation", "content_status": "pending"})
        # Pending and never sent: its keys are free again.
        self.write({"seller_sku": False, "parent_sku": False, "recreate": False})
        self._trigger_flows("create")

    def _take_over(self, product):
        """Stand for another variant that carries the SKU of an archived one.

        :param product: the new `product.product`
        """
        self.ensure_one()
        # The marketplace goes on knowing the SKU; only Odoo's side is another record.
        self.with_context(iconic_takes_over=True).product_id = product
        if self.product_status == "published" and self.listing_status == "inactive":
            self.quantity_status = "pending"
        if self.product_status == "removed":
            self.content_status = "pending"
        self.write({"end_status": "not_needed", "end_error": False})


class IconicAccount(models.Model):
    _inherit = "iconic.account"

    def _create_missing_listings(self, products):
        """Override to let new variants take over listings of archived ones."""
        inherited = self._take_over_archived(products)
        return inherited + super()._create_missing_listings(products)

    def _take_over_archived(self, products):
        """Give listings of archived products to those that carry their SKU now.

        :return: the listings that changed hands
        """
        Listing = self.env["iconic.listing"]
        archived = Listing.search(
            [
                ("account_id", "=", self.id),
                ("seller_sku", "in", products.mapped("default_code")),
                ("product_id.active", "=", False),
            ]
        ).grouped("seller_sku")
        listed = Listing.search(
            [("account_id", "=", self.id), ("product_id", "in", products.ids)]
        ).product_id
        taken = Listing
        for product in products - listed:
            if listing := archived.pop(product.default_code, None):
                listing._take_over(product)
                taken |= listing
        if taken:
            self._trigger_crons("stock", "create", "detect")
        return taken
