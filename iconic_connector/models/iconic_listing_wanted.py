import hashlib
import json
from dataclasses import fields as dataclass_fields
from dataclasses import replace

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import is_html_empty

from .. import const
from ..seller_center.const import CONDITIONS
from ..seller_center.identifiers import product_identifier
from ..seller_center.pricing import paid_price
from ..seller_center.records import Product
from .iconic_category_map import split_ids

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
        "primary_category",
    )
    def _compute_wanted(self):
        wanted = self._wanted_by_account()
        for listing in self:
            product = wanted.get(listing.id) or Product("")
            listing.wanted_title = product.name
            listing.wanted_price = paid_price(product)
            on_sale = paid_price(product) != product.price
            listing.wanted_rrp = product.price if on_sale else 0
            listing.wanted_quantity = product.quantity
            listing.wanted_variation = product.variation
            listing.wanted_brand = product.brand
            listing.wanted_category = ", ".join(
                filter(None, (product.primary_category, *product.categories))
            )

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
        maps = self.env["iconic.category.map"]._for_products(
            account, listings.product_id
        )
        maps = {id_: mapping.with_env(account.env) for id_, mapping in maps.items()}
        prices = listings._wanted_prices(account)
        quantities = listings._wanted_quantities(account)
        contents = {
            listing.id: listing._wanted_content(maps[listing.product_id.id])
            for listing in listings
        }
        parents = listings._wanted_parents(contents, maps)
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

    def _wanted_content(self, mapping):
        """Return the record of one listing without price, quantity and parent.

        :param mapping: the `iconic.category.map` of its product, maybe empty
        """
        product = self.product_id
        return Product(
            seller_sku=self.sku or "",
            status="active",
            name=self.title or product.name or None,
            variation=self.variation or self._variation_of(product, mapping),
            primary_category=self.primary_category or mapping.primary_category or None,
            categories=split_ids(self.secondary_categories) or mapping._secondary_ids(),
            description=self._wanted_description(),
            brand=self.brand or product.iconic_brand or mapping.brand or None,
            product_id=product_identifier(
                product.barcode,
                product.iconic_upc,
                product.iconic_mpn,
                product.iconic_isbn,
            ),
            condition=CONDITIONS.get(product.iconic_condition),
            attributes=self._wanted_attributes(mapping),
            product_group=self.product_group or None,
        )

    def _variation_of(self, product, mapping):
        values = product.product_template_attribute_value_ids.filtered(
            lambda value: value.attribute_id == mapping.variation_attribute_id
        )
        return values[:1].product_attribute_value_id.name or None

    def _wanted_description(self):
        """Return the description as HTML: the listing's, the product's, the sales text.

        Never `description`, which holds the internal notes.
        """
        product = self.product_id
        for html in (self.description, product.iconic_description):
            if not is_html_empty(html):
                return str(html)
        if product.description_sale:
            paragraphs = product.description_sale.split("\n")
            return str(Markup("<br/>").join(paragraphs))
        return None

    def _wanted_attributes(self, mapping):
        """Return the pairs of FeedName and value; the listing's own win."""
        product = self.product_id
        values = {}
        if product.iconic_gender:
            gender = product._fields["iconic_gender"].convert_to_export(
                product.iconic_gender, product.with_context(lang="en_US")
            )
            values[const.GENDER_FEED_NAME] = gender
        seasons = self.account_id.season_tag_ids
        for line in mapping.attribute_ids:
            values[line.feed_name] = line._value_for(product, seasons)
        for line in self.attribute_ids:
            values[line.feed_name] = line.value
        return tuple((name, value) for name, value in values.items() if value)

    def _wanted_parents(self, contents, maps):
        """Return the ParentSku of each listing.

        The user's own, else the one already stored in the group, else the first SKU of
        the group among these listings (product feeds spec, ParentSku). A group is the
        variants of one template that differ in the variation attribute alone.

        :param contents: listing id -> record
        :param maps: product id -> `iconic.category.map`
        """
        stored = self._stored_parents(maps)
        first = {}
        parents = {}
        for listing in self:
            group = listing._variation_group(maps)
            first.setdefault(group, contents[listing.id].seller_sku)
            parents[listing.id] = (
                listing.parent_sku or stored.get(group) or first[group] or None
            )
        return parents

    def _stored_parents(self, maps):
        """Return the ParentSku that each group has been sent with so far."""
        siblings = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("product_tmpl_id", "in", self.product_id.product_tmpl_id.ids),
                ("parent_sku", "!=", False),
            ]
        )
        missing = siblings.product_id.filtered(lambda product: product.id not in maps)
        maps = {
            **maps,
            **self.env["iconic.category.map"]._for_products(self.account_id, missing),
        }
        return {
            sibling._variation_group(maps): sibling.parent_sku for sibling in siblings
        }

    def _variation_group(self, maps):
        """Return a key that the variants differing in the variation alone share."""
        product = self.product_id
        variation = maps[product.id].variation_attribute_id
        return (
            product.product_tmpl_id.id,
            frozenset(
                value.id
                for value in product.product_template_attribute_value_ids
                if value.attribute_id != variation
            ),
        )


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
