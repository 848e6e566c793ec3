from typing import NamedTuple

from markupsafe import Markup

from odoo import models
from odoo.tools import is_html_empty

from .. import const
from ..seller_center.const import CONDITIONS
from ..seller_center.identifiers import product_identifier
from ..seller_center.records import Product
from .iconic_category_map import split_ids


class Style(NamedTuple):
    """What all variants of a template have in common."""

    name: str
    description: str | None
    brand: str
    gender: str
    condition: str | None


class Shared:
    """What the listings of one batch have in common, read once.

    :param listings: `iconic.listing` records of one account, in its language
    :param account: their account in its company and language
    """

    def __init__(self, listings, account):
        products = listings.product_id
        values = products.product_template_attribute_value_ids
        self.seasons = account.season_tag_ids
        self.maps = listings._maps_of(products, account)
        self.styles = {
            template.id: style_of(template) for template in products.product_tmpl_id
        }
        # Value of a variant -> the attribute and the value's name.
        self.values = {
            value.id: (value.attribute_id.id, value.product_attribute_value_id.name)
            for value in values
        }

    def values_of(self, product):
        """Return attribute id -> name of the value, for one variant."""
        ids = product.product_template_attribute_value_ids._ids
        return dict(self.values[id_] for id_ in ids)

    def season_of(self, product):
        """Return the name of the season tag of one variant, or an empty string."""
        tags = product.product_tmpl_id.product_tag_ids
        tags |= product.additional_product_tag_ids
        return (tags & self.seasons)[:1].name or ""


class IconicListing(models.Model):
    """The content that is sent: texts, category, attributes, ParentSku."""

    _inherit = "iconic.listing"

    def _maps_of(self, products, account):
        """Return the category map of each product, in the account's language."""
        maps = self.env["iconic.category.map"]._for_products(account, products)
        return {id_: mapping.with_env(account.env) for id_, mapping in maps.items()}

    def _wanted_content(self, shared):
        """Return the record of one listing without price, quantity and parent.

        :param shared: what the batch has in common, `Shared`
        """
        product = self.product_id
        mapping = shared.maps[product.id]
        style = shared.styles[product.product_tmpl_id.id]
        values = shared.values_of(product)
        return Product(
            seller_sku=self.sku or "",
            status="active",
            name=self.title or style.name or None,
            variation=self.variation
            or values.get(mapping.variation_attribute_id.id)
            or None,
            primary_category=self.primary_category or mapping.primary_category or None,
            categories=split_ids(self.secondary_categories) or mapping._secondary_ids(),
            description=_html(self.description) or style.description,
            brand=self.brand or style.brand or mapping.brand or None,
            product_id=product_identifier(
                product.barcode,
                product.iconic_upc,
                product.iconic_mpn,
                product.iconic_isbn,
            ),
            condition=style.condition,
            attributes=self._wanted_attributes(shared, style, values),
            product_group=self.product_group or None,
        )

    def _wanted_attributes(self, shared, style, values):
        """Return the pairs of FeedName and value; the listing's own win.

        :param shared: what the batch has in common, `Shared`
        :param style: what the template gives, `Style`
        :param values: attribute id -> name of the variant's value
        """
        product = self.product_id
        found = {const.GENDER_FEED_NAME: style.gender}
        for line in shared.maps[product.id].attribute_ids:
            if line.source == "fixed":
                found[line.feed_name] = line.value
            elif line.source == "season":
                found[line.feed_name] = shared.season_of(product)
            else:
                found[line.feed_name] = values.get(line.attribute_id.id)
        for line in self.attribute_ids:
            found[line.feed_name] = line.value
        return tuple((name, value) for name, value in found.items() if value)

    def _wanted_parents(self, contents, shared):
        """Return the ParentSku of each listing.

        The user's own, else the one already stored in the group, else the first SKU of
        the group among these listings (product feeds spec, ParentSku). A group is the
        variants of one template that differ in the variation attribute alone.

        :param contents: listing id -> record
        :param shared: what the batch has in common, `Shared`
        """
        stored = self._stored_parents()
        first = {}
        parents = {}
        for listing in self:
            group = listing._variation_group(shared)
            first.setdefault(group, contents[listing.id].seller_sku)
            parents[listing.id] = (
                listing.parent_sku or stored.get(group) or first[group] or None
            )
        return parents

    def _stored_parents(self):
        """Return the ParentSku that each group has been sent with so far."""
        unsent = self.filtered(lambda listing: not listing.parent_sku)
        siblings = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("product_tmpl_id", "in", unsent.product_id.product_tmpl_id.ids),
                ("parent_sku", "!=", False),
            ]
        )
        shared = Shared(siblings, self.account_id)
        return {
            sibling._variation_group(shared): sibling.parent_sku for sibling in siblings
        }

    def _variation_group(self, shared):
        """Return a key that the variants differing in the variation alone share.

        :param shared: what the batch has in common, `Shared`
        """
        product = self.product_id
        variation = shared.maps[product.id].variation_attribute_id.id
        ids = product.product_template_attribute_value_ids._ids
        return (
            product.product_tmpl_id.id,
            frozenset(id_ for id_ in ids if shared.values[id_][0] != variation),
        )


def style_of(template):
    """Return what a template gives to all of its listings.

    The description is the one for THE ICONIC, else the sales text; never `description`,
    which holds the internal notes.

    :param template: a `product.template` in the account's language
    """
    sales_text = template.description_sale
    return Style(
        name=template.name,
        description=_html(template.iconic_description)
        or (str(Markup("<br/>").join(sales_text.split("\n"))) if sales_text else None),
        brand=template.iconic_brand,
        gender=dict(const.GENDERS).get(template.iconic_gender),
        condition=CONDITIONS.get(template.iconic_condition),
    )


def _html(value):
    """Return a rich text, or None if it shows nothing."""
    return None if is_html_empty(value) else str(value)
