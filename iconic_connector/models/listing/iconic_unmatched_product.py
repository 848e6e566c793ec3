from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...domain.moments import precise_now, to_odoo_datetime
from ...seller_center.const import STATUS_ACTIVE, STATUS_DELETED
from ..iconic_rights import button


class IconicUnmatchedProduct(models.Model):
    """A product of the marketplace without a matching product in Odoo.

    Users choose the product in Odoo and link the two.
    """

    _name = "iconic.unmatched.product"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Unmatched Product"
    _rec_name = "seller_sku"
    _order = "seller_sku"
    _check_company_auto = True
    _user_fields = frozenset("product_id".split())

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one(related="account_id.currency_id")

    seller_sku = fields.Char(string="SKU", required=True, readonly=True)
    name = fields.Char(readonly=True)
    reason = fields.Char(readonly=True)
    parent_sku = fields.Char(readonly=True)
    marketplace_product_id = fields.Char(readonly=True)
    price = fields.Monetary(readonly=True)
    sale_price = fields.Monetary(readonly=True)
    sale_start = fields.Datetime(readonly=True)
    sale_end = fields.Datetime(readonly=True)
    quantity = fields.Integer(readonly=True)
    has_images = fields.Boolean(readonly=True)
    is_active = fields.Boolean(readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product in Odoo", check_company=True
    )

    _unique_sku = models.Constraint(
        "UNIQUE(account_id, seller_sku)", "This SKU is listed here already."
    )

    @button
    def action_link(self):
        """Link the products that users have chosen."""
        chosen = self.filtered("product_id")
        if not chosen:
            raise UserError(self.env._("Choose the product in Odoo first."))
        self.env["iconic.listing"].create(
            [row._listing_values(row.product_id) for row in chosen]
        )
        chosen.unlink()

    def _listing_values(self, product):
        """Return the values of a listing for this product of the marketplace.

        The marketplace's values count as listed. All parts are protected, so that
        nothing is sent until a user removes the protection.

        :param product: a `product.product`
        """
        self.ensure_one()
        return {
            "account_id": self.account_id.id,
            "product_id": product.id,
            "seller_sku": self.seller_sku,
            "parent_sku": self.parent_sku,
            "marketplace_product_id": self.marketplace_product_id,
            "product_status": "published" if self.has_images else "created",
            "listing_status": "active"
            if self.has_images and self.is_active
            else "inactive",
            "content_status": "not_needed",
            "answered_at": precise_now(),
            "protect_content": True,
            "protect_images": True,
            "protect_price": True,
            "protect_quantity": True,
            "listed_price": self.price,
            "listed_sale_price": self.sale_price,
            "listed_sale_start": self.sale_start,
            "listed_sale_end": self.sale_end,
            "listed_quantity": self.quantity,
        }

    @api.model
    def _link(self, account, records):
        """Link a page of the marketplace's products, and store those without a match.

        :param account: an `iconic.account`
        :param records: `seller_center.records.ListedProduct` records
        """
        records = [one for one in records if one.status != STATUS_DELETED]
        listings = self.env["iconic.listing"].search(
            Domain("account_id", "=", account.id)
            & Domain("sku", "in", [one.seller_sku for one in records])
        )
        self._adopt_unsent(listings, records)
        listed = set(listings.mapped("sku"))
        fresh = [one for one in records if one.seller_sku not in listed]
        # What was listed by other means meanwhile needs no row any more.
        self.search(
            Domain("account_id", "=", account.id)
            & Domain("seller_sku", "in", list(listed))
        ).unlink()
        rows = self._upsert(account, fresh)
        products, taken = self._products_by_sku(account, rows.mapped("seller_sku"))
        for row in rows:
            found = products.get(row.seller_sku, self.env["product.product"])
            row.product_id = found if len(found) == 1 else False
            row.reason = row._reason(found, taken.get(row.seller_sku))
        matched = rows.filtered("product_id")
        if matched:
            matched.action_link()

    @api.model
    def _adopt_unsent(self, listings, records):
        """Have listings that wait to be created take over what is there already.

        :param listings: `iconic.listing` records
        :param records: `seller_center.records.ListedProduct` records
        """
        by_sku = {one.seller_sku: one for one in records}
        for listing in listings.filtered(lambda one: one._is_unsent()):
            listing._adopt(by_sku[listing.sku])

    @api.model
    def _upsert(self, account, records):
        """Create or update a row for each product that has no listing."""
        known = self.search(
            [
                ("account_id", "=", account.id),
                ("seller_sku", "in", [one.seller_sku for one in records]),
            ]
        ).grouped("seller_sku")
        rows = self.browse()
        missing = []
        for record in records:
            values = _row_values(record)
            if record.seller_sku in known:
                known[record.seller_sku].write(values)
                rows |= known[record.seller_sku]
            else:
                missing.append({"account_id": account.id, **values})
        return rows | self.create(missing)

    @api.model
    def _products_by_sku(self, account, skus):
        """Return the products with these internal references.

        :return: those without a listing, as a dict by reference; and reference -> the
            SKU under which its product is listed already
        """
        Product = self.env["product.product"]
        products = Product.search(
            Domain("default_code", "in", skus)
            & Domain(Product._check_company_domain(account.company_id))
        )
        listings = self.env["iconic.listing"].search(
            [("account_id", "=", account.id), ("product_id", "in", products.ids)]
        )
        taken = {one.product_id.default_code: one.sku for one in listings}
        return (products - listings.product_id).grouped("default_code"), taken

    def _reason(self, found, listed_as=None):
        """Return why no product in Odoo could be chosen, False if one was.

        :param found: the `product.product` records with this SKU and no listing
        :param listed_as: the SKU under which the product with it is listed
        """
        if len(found) > 1:
            return self.env._("Several products have this internal reference")
        if found:
            return False
        if listed_as:
            return self.env._(
                "The product with this internal reference is listed as %s", listed_as
            )
        return self.env._("No product in Odoo has this internal reference")


def _row_values(record):
    """Return a row's values from a `seller_center.records.ListedProduct`."""
    return {
        "seller_sku": record.seller_sku,
        "name": record.name,
        "parent_sku": record.parent_sku or False,
        "marketplace_product_id": record.marketplace_id or False,
        "price": record.price,
        "sale_price": record.sale_price,
        "sale_start": to_odoo_datetime(record.sale_start),
        "sale_end": to_odoo_datetime(record.sale_end),
        "quantity": record.quantity,
        "has_images": bool(record.main_image or record.images),
        "is_active": record.status == STATUS_ACTIVE,
    }
