"""What the content of a batch of listings is made from, each thing read only once.

What the variants of a style share is computed for the style, and kept by what it was
computed from: a value never gets to a listing that it is not for.
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from odoo import models
from odoo.tools import is_html_empty

from ... import const
from ...domain import statuses
from ...domain.attribute_rules import GENDER, Names
from ...seller_center.const import CONDITIONS
from ...seller_center.documents import clean_markup
from ..taxonomy.iconic_category_map import text_reader


class Style(NamedTuple):
    """The content that all variants of a template share."""

    name: str
    description: str | None
    brand: str
    gender: str
    condition: str | None


class Categories(NamedTuple):
    """The categories of listings, with what is sent and what is allowed in them.

    :param key: what they were found by
    :param primary: an `iconic.category`, may be empty
    :param secondary: `iconic.category` records
    :param number: the primary one's number at the marketplace, or None
    :param numbers: those of the secondary ones
    :param rules: FeedName -> `AttributeRule`, empty if unknown
    """

    key: tuple
    primary: models.Model
    secondary: models.Model
    number: str | None
    numbers: tuple
    rules: dict


class MappedLine(NamedTuple):
    """Where the value of one attribute comes from.

    :param source: as in `iconic.category.map.attribute`
    :param attribute_id: of the `product.attribute`, or False
    :param value: the fixed value, or False
    :param read: returns the text of a field of a variant or, if shared, its template
    :param is_shared: whether all variants of a style have the same value
    """

    feed_name: str
    source: str
    attribute_id: int
    value: str
    read: Callable
    is_shared: bool


class Mapping:
    """A category mapping, read once for all products that it applies to.

    :param record: an `iconic.category.map` in the account's language, may be empty
    """

    def __init__(self, record):
        self.record = record
        self.variation_attribute_id = record.variation_attribute_id.id
        self.brand = record.brand
        self.brand_source = record.brand_source
        self.brand_attribute_id = record.brand_attribute_id.id
        self.read_brand = text_reader(record.brand_field_id)
        self.lines = [_mapped_line(line) for line in record.attribute_ids]
        self.own_lines = [line for line in self.lines if not line.is_shared]
        self._sources = {}

    def source_of(self, feed_name):
        """Return the `Source` of an attribute's value, None if it is never mapped."""
        if feed_name not in self._sources:
            self._sources[feed_name] = self.record._source_of(feed_name)
        return self._sources[feed_name]


class BatchContext:
    """Mappings, attribute rules and texts that a batch of listings needs, read once.

    :param listings: `iconic.listing` records of one account, in its language
    :param account: their account in its company and language
    """

    def __init__(self, listings, account):
        products = listings.product_id
        self.production_text = account.production_text
        self._listings = listings
        self._seasons = {tag.id: tag.name for tag in account.season_tag_ids}
        # Value of a variant -> the attribute, and id and name of the value.
        self._values = {}
        self.read_values(products)
        self._mappings = _read_mappings(account, products.product_tmpl_id)
        self._styles = {}
        self._shared = {}
        self._categories = {}
        # Listing id -> `Categories`.
        self._of_listing = {}
        self._spelled = {}

    def read_values(self, products):
        """Read the attribute values of more variants, of the templates of this batch.

        :param products: `product.product` records
        """
        values = products.product_template_attribute_value_ids
        for value in values:
            own = value.product_attribute_value_id
            self._values[value.id] = value.attribute_id.id, (own.id, own.name)

    @cached_property
    def rules(self):
        """Return attribute set id -> FeedName -> `AttributeRule` of the categories."""
        env = self._listings.env
        ids = set(self._listings.primary_category_id.ids)
        mappings = set(self._mappings.values())
        ids.update(one.record.primary_category_id.id for one in mappings)
        categories = env["iconic.category"].browse(ids - {False})
        return env["iconic.attribute"]._rules(categories.attribute_set_id)

    @cached_property
    def chosen(self):
        """Return the marketplace's values that users mapped to values of attributes."""
        return self._listings.env["iconic.value.map"]._chosen(self._list_attributes)

    @cached_property
    def value_maps(self):
        """Return the value maps by the id of the attribute and the `Source`."""
        maps = self._listings.env["iconic.value.map"].search(
            [("attribute_id", "in", self._list_attributes)]
        )
        return {(one.attribute_id.id, one._source): one for one in maps}

    @property
    def _list_attributes(self):
        """Return the ids of the attributes that allow only the values of a list."""
        return [
            rule.attribute_id
            for rules in self.rules.values()
            for rule in rules.values()
            if rule.has_options
        ]

    @cached_property
    def brands(self):
        """Return the names of the marketplace's brands; none before they were read."""
        return Names(
            self._listings.env["iconic.brand"]
            .search_fetch(
                [("account_id", "in", self._listings.account_id.ids)], ["name"]
            )
            .mapped("name")
        )

    def mapping_of(self, product):
        """Return the `Mapping` of a variant.

        :param product: a `product.product` of a template of this batch
        """
        return self._mappings[product.product_tmpl_id.id]

    def style_of(self, product):
        """Return the `Style` of a variant."""
        template = product.product_tmpl_id
        if template.id not in self._styles:
            self._styles[template.id] = _read_style(template)
        return self._styles[template.id]

    def categories_of(self, listing):
        """Return the `Categories` of a listing; its own come first."""
        if listing.id not in self._of_listing:
            self._of_listing[listing.id] = self._find_categories(listing)
        return self._of_listing[listing.id]

    def _find_categories(self, listing):
        """Return the `Categories` of a listing, the same for the same choices."""
        mapping = self.mapping_of(listing.product_id).record
        own = listing.primary_category_id.id, listing.secondary_category_ids._ids
        key = mapping.id, *own
        if key not in self._categories:
            primary, secondary = listing._wanted_categories(mapping)
            self._categories[key] = Categories(
                key,
                primary,
                secondary,
                primary.external_id or None,
                tuple(secondary.mapped("external_id")),
                self.rules.get(primary.attribute_set_id.id, {}),
            )
        return self._categories[key]

    def spell(self, rule, value, mapping, key=None):
        """Return a value in the marketplace's spelling, found only once.

        :param rule: the `AttributeRule`, None if the category has none
        :param mapping: the product's `Mapping`, which says where the value is from
        :param key: what a value mapping knows it by: the id of the product attribute's
            value, or the text of a field or a season; None if it is never mapped
        """
        if not rule or not value:
            return value
        known = rule.attribute_id, mapping.record.id, key, value
        if known not in self._spelled:
            chosen = key is not None and self.chosen.get(
                (rule.attribute_id, mapping.source_of(rule.feed_name), key)
            )
            self._spelled[known] = chosen or rule.spell(value)
        return self._spelled[known]

    def values_of(self, product):
        """Return attribute id -> id and name of the value, for one variant."""
        ids = product.product_template_attribute_value_ids._ids
        return dict(self._values[id_] for id_ in ids)

    def group_of(self, product):
        """Return a key shared by the variants that differ only in the variation.

        :param product: one whose attribute values are read
        """
        variation = self.mapping_of(product).variation_attribute_id
        ids = product.product_template_attribute_value_ids._ids
        return (
            product.product_tmpl_id.id,
            frozenset(id_ for id_ in ids if self._values[id_][0] != variation),
        )

    def attributes_of(self, product, values):
        """Return FeedName -> key and text of the value, by the category mapping.

        The key is the one for `spell`.

        :param values: what `values_of` returned for the product
        """
        template_id = product.product_tmpl_id.id
        if template_id not in self._shared:
            self._shared[template_id] = self._shared_attributes(product)
        found = dict(self._shared[template_id])
        for line in self.mapping_of(product).own_lines:
            found[line.feed_name] = self._mapped_value(line, product, values)
        return found

    def _shared_attributes(self, product):
        """Return FeedName -> key and text that all variants of a style have.

        Attributes of which a variant has a value of its own have their place in it.

        :param product: one of the variants
        """
        gender = self.style_of(product).gender
        found = {GENDER: (gender, gender)}
        template = product.product_tmpl_id
        for line in self.mapping_of(product).lines:
            found[line.feed_name] = (
                self._mapped_value(line, template, {}) if line.is_shared else (None, "")
            )
        return found

    def _mapped_value(self, line, product, values):
        """Return key and text of the value of one line of the category mapping.

        :param line: a `MappedLine`
        :param product: a variant; its template will do for what variants share
        :param values: what `values_of` returned for the product
        """
        if line.source == "attribute":
            return values.get(line.attribute_id, (None, ""))
        if line.source == "fixed":
            return None, line.value
        text = ""
        if line.source == "season":
            text = self._season_of(product)
        elif line.source == "field":
            text = line.read(product)
        return text, text

    def _season_of(self, product):
        """Return the name of the season tag of one variant, or an empty string."""
        own = product.additional_product_tag_ids._ids
        for id_ in (*product.product_tmpl_id.product_tag_ids._ids, *own):
            if id_ in self._seasons:
                return self._seasons[id_]
        return ""


def _read_mappings(account, templates):
    """Return template id -> `Mapping`, one for all that have the same, or none."""
    maps = account.env["iconic.category.map"]._for_templates(account, templates)
    read = {one: Mapping(one) for one in set(maps.values())}
    return {id_: read[one] for id_, one in maps.items()}


def _mapped_line(line):
    """Return the `MappedLine` of an `iconic.category.map.attribute`."""
    # A manager chose the field, but only administrators may read its description.
    field = line.env["product.product"]._fields.get(line.field_id.sudo().name)
    own = line.source in ("attribute", "season") or (
        line.source == "field" and field and not field.inherited
    )
    return MappedLine(
        line.feed_name,
        line.source,
        line.product_attribute_id.id,
        line.value,
        text_reader(line.field_id),
        is_shared=not own,
    )


def _read_style(template):
    """Return the content that all listings of a template share.

    The description is the one for THE ICONIC, else the sales text; never `description`,
    which holds internal notes.

    :param template: a `product.template` in the account's language
    """
    sales_text = template.description_sale
    return Style(
        name=template.name,
        description=allowed_html(template.iconic_description)
        or (text_as_html(sales_text) if sales_text else None),
        brand=template.iconic_brand,
        gender=dict(statuses.GENDERS).get(template.iconic_gender),
        condition=CONDITIONS.get(template.iconic_condition),
    )


def text_as_html(text):
    """Return plain text as HTML."""
    return str(Markup("<br/>").join(text.split("\n")))


def allowed_html(value):
    """Return HTML reduced to what the marketplace allows, or None if it is empty.

    :param value: HTML, or a false value
    """
    if is_html_empty(value):
        return None
    clean, _dropped = clean_markup(str(value), const.DESCRIPTION_TAGS)
    return clean or None
