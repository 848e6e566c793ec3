import hashlib
import json
from dataclasses import fields as dataclass_fields
from dataclasses import replace

from odoo import api, fields, models

from ...seller_center.pricing import paid_price
from ...seller_center.records import Product
from .iconic_listing_content import Shared, dropped_elements

# What the content digest leaves out: it has a flow of its own, or is no content.
NO_CONTENT = ("price", "sale_price", "sale_start", "sale_end", "quantity")


class IconicListing(models.Model):
    """What Odoo wants the marketplace to show, computed for many listings at once."""

    _inherit = "iconic.listing"

    wanted_title = fields.Char(compute="_compute_wanted", string="Title to Send")
    wanted_price = fields.Monetary(compute="_compute_wanted", string="Price to Send")
    wanted_rrp = fields.Monetary(compute="_compute_wanted", string="RRP to Send")
    wanted_quantity = fields.Integer(
        compute="_compute_wanted", string="Quantity to Send"
    )
    wanted_variation = fields.Char(
        compute="_compute_wanted", string="Variation to Send"
    )
    wanted_brand = fields.Char(compute="_compute_wanted", string="Brand to Send")
    wanted_category = fields.Char(compute="_compute_wanted", string="Category to Send")
    dropped_elements = fields.Char(
        string="Left Out of the Description",
        compute="_compute_dropped_elements",
        help="HTML that THE ICONIC does not show; the text in it stays.",
    )

    @api.depends(
        "account_id",
        "product_id",
        "title",
        "price",
        "rrp",
        "has_fixed_quantity",
        "quantity",
        "variation",
        "brand",
        "primary_category_id",
        "secondary_category_ids",
        "description",
    )
    def _compute_wanted(self):
        wanted = self._wanted_by_account()
        names = self._category_names(wanted.values())
        for listing in self:
            product = wanted.get(listing.id) or Product("")
            listing.wanted_title = product.name
            listing.wanted_price = paid_price(product)
            on_sale = paid_price(product) != product.price
            listing.wanted_rrp = product.price if on_sale else 0
            listing.wanted_quantity = product.quantity
            listing.wanted_variation = product.variation
            listing.wanted_brand = product.brand
            numbers = filter(None, (product.primary_category, *product.categories))
            listing.wanted_category = ", ".join(
                names[listing.account_id.id, number] for number in numbers
            )

    def _category_names(self, products):
        """Return the full names of the categories of some records.

        :param products: `seller_center.records.Product` records
        :return: a dict, account id and number -> name
        """
        numbers = {
            number
            for product in products
            for number in (product.primary_category, *product.categories)
        }
        categories = (
            self.env["iconic.category"]
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("external_id", "in", list(numbers - {None})),
                ],
                ["account_id", "external_id", "complete_name"],
            )
        )
        return {
            (one.account_id.id, one.external_id): one.complete_name
            for one in categories
        }

    @api.depends("description", "product_tmpl_id.iconic_description")
    def _compute_dropped_elements(self):
        for listing in self:
            template = listing.product_tmpl_id.with_context(
                lang=listing.account_id.lang
            )
            dropped = dropped_elements(
                listing.description or template.iconic_description
            )
            listing.dropped_elements = ", ".join(f"<{name}>" for name in dropped)

    def _wanted_by_account(self):
        """Return the wanted record of each complete listing, whatever its account."""
        wanted = {}
        complete = self.filtered(
            lambda listing: listing.account_id and listing.product_id
        )
        for listings in complete.grouped("account_id").values():
            wanted.update(listings._wanted_products())
        return wanted

    def _wanted_products(self):
        """Return what is to be sent for each listing of one account.

        What Odoo does not say is None, and the check tells the user.

        :return: a dict, listing id -> `seller_center.records.Product`
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        shared = Shared(listings, account)
        prices = listings._wanted_prices(account)
        quantities = listings._wanted_quantities(account)
        contents = {listing.id: listing._wanted_content(shared) for listing in listings}
        parents = listings._wanted_parents(contents, shared)
        return {
            id_: replace(
                content,
                parent_sku=parents[id_],
                quantity=quantities[id_],
                **prices[id_],
            )
            for id_, content in contents.items()
        }

    def _wanted_offers(self, names):
        """Return the wanted price or quantity, without the content around it.

        :param names: fields of `seller_center.records.Product`
        :return: a dict, listing id -> record with the SKU and these fields
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        offers = {id_: {} for id_ in self._ids}
        if "price" in names:
            for id_, values in listings._wanted_prices(account).items():
                offers[id_] |= values
        if "quantity" in names:
            for id_, quantity in listings._wanted_quantities(account).items():
                offers[id_]["quantity"] = quantity
        return {
            listing.id: Product(listing.sku or "", **offers[listing.id])
            for listing in listings
        }


def content_digest(product):
    """Return a checksum of the content of a record: what an update would change.

    :param product: a `seller_center.records.Product`
    """
    content = {
        field.name: getattr(product, field.name)
        for field in dataclass_fields(product)
        if field.name not in NO_CONTENT
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
