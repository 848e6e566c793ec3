import hashlib
import json
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import is_html_empty

from ... import const
from ...domain import statuses
from ...domain.attribute_rules import GENDER, Names
from ...domain.flows import FLOWS
from ...seller_center.const import CONDITIONS
from ...seller_center.documents import clean_markup, product_identifier
from ...seller_center.records import Product
from ..taxonomy.iconic_category_map import field_text
from .iconic_listing_price import OFFER_FIELDS, PRICE_FIELDS
from .price_words import describe_curve


class Style(NamedTuple):
    """The content that all variants of a template share."""

    name: str
    description: str | None
    brand: str
    gender: str
    condition: str | None


class BatchContext:
    """Mappings, attribute rules and texts that a batch of listings needs, read once.

    :param listings: `iconic.listing` records of one account, in its language
    :param account: their account in its company and language
    """

    def __init__(self, listings, account):
        products = listings.product_id
        values = products.product_template_attribute_value_ids
        self.seasons = account.season_tag_ids
        self.production_text = account.production_text
        self.maps = listings._maps_of(products, account)
        self.styles = {
            template.id: style_of(template) for template in products.product_tmpl_id
        }
        # Value of a variant -> the attribute, and id and name of the value.
        self.values = {
            value.id: (
                value.attribute_id.id,
                (own.id, own.name),
            )
            for value in values
            for own in value.product_attribute_value_id
        }
        self._listings = listings
        self._sources = {}

    @cached_property
    def rules(self):
        """Return attribute set id -> FeedName -> `AttributeRule` of the categories."""
        env = self._listings.env
        ids = set(self._listings.primary_category_id.ids)
        ids.update(one.primary_category_id.id for one in self.maps.values())
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

    def rules_of(self, category):
        """Return FeedName -> `AttributeRule` of a category; empty if unknown.

        :param category: an `iconic.category`
        """
        return self.rules.get(category.attribute_set_id.id, {})

    def spell(self, rule, value, mapping, key=None):
        """Return a value in the marketplace's spelling.

        :param rule: the `AttributeRule`, None if the category has none
        :param mapping: the product's `iconic.category.map`, which says where it is from
        :param key: what a value mapping knows it by: the id of the product attribute's
            value, or the text of a field or a season; None if it is never mapped
        """
        if not rule or not value:
            return value
        chosen = None
        if key is not None:
            source = self._source(mapping, rule.feed_name)
            chosen = self.chosen.get((rule.attribute_id, source, key))
        return chosen or rule.spell(value)

    def _source(self, mapping, feed_name):
        """Return the `Source` of an attribute by a mapping, found out only once."""
        pair = mapping, feed_name
        if pair not in self._sources:
            self._sources[pair] = mapping._source_of(feed_name)
        return self._sources[pair]

    def values_of(self, product):
        """Return attribute id -> id and name of the value, for one variant."""
        ids = product.product_template_attribute_value_ids._ids
        return dict(self.values[id_] for id_ in ids)

    def season_of(self, product):
        """Return the name of the season tag of one variant, or an empty string."""
        tags = product.product_tmpl_id.product_tag_ids
        tags |= product.additional_product_tag_ids
        return (tags & self.seasons)[:1].name or ""


class IconicListing(models.Model):
    """The content that Odoo wants listed, computed for many listings at once.

    Texts, category, attributes and ParentSku, combined here with price and quantity to
    the record that is sent.
    """

    _inherit = "iconic.listing"

    specific_ids = fields.One2many(
        "iconic.listing.specific", compute="_compute_specific_ids", readonly=False
    )
    dropped_elements = fields.Char(
        string="Left Out of the Description",
        compute="_compute_dropped_elements",
        help="HTML elements that THE ICONIC does not show; their text is sent.",
    )

    wanted_title = fields.Char(compute="_compute_wanted", string="Title to Send")
    wanted_price = fields.Monetary(
        compute="_compute_wanted", help="What shoppers are to pay now."
    )
    wanted_rrp = fields.Monetary(
        compute="_compute_wanted",
        string="Struck Through",
        help="The higher price that is to be shown crossed out: the RRP or, while a "
        "promotion runs, the usual price.",
    )
    price_outlook = fields.Char(
        compute="_compute_wanted",
        string="Price Over Time",
        help="What shoppers are to pay, now and later, if the price list changes it.",
    )
    held_price = fields.Monetary(
        compute="_compute_wanted",
        string="Waits for Approval",
        help="The price that Send Anyway lets pass, once.",
    )
    wanted_quantity = fields.Integer(
        compute="_compute_wanted", string="Quantity to Send"
    )
    wanted_variation = fields.Char(
        compute="_compute_wanted", string="Variation to Send"
    )
    wanted_brand = fields.Char(compute="_compute_wanted", string="Brand to Send")
    wanted_category = fields.Char(compute="_compute_wanted", string="Category to Send")

    @api.depends("account_id", "product_id", "primary_category_id")
    def _compute_specific_ids(self):
        Specific = self.env["iconic.listing.specific"]
        nothing = self.env["iconic.category.map"]
        for account, listings in self.grouped("account_id").items():
            maps = listings._maps_of(listings.product_id, account)
            for listing in listings:
                mapping = maps.get(listing.product_id.id, nothing)
                category = listing._wanted_categories(mapping)[0]
                listing.specific_ids = Specific._of(listing, category)

    @api.depends("description", "product_tmpl_id.iconic_description")
    def _compute_dropped_elements(self):
        for listing in self:
            template = listing.product_tmpl_id.with_context(
                lang=listing.account_id._active_lang()
            )
            dropped = dropped_elements(
                listing.description or template.iconic_description
            )
            listing.dropped_elements = ", ".join(f"<{name}>" for name in dropped)

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
        prices, wanted = self._wanted_by_account()
        names = self._category_names(wanted.values())
        for listing in self:
            product = wanted.get(listing.id) or Product("")
            listing._show_prices(prices.get(listing.id), product)
            listing.wanted_title = product.name
            listing.wanted_quantity = product.quantity
            listing.wanted_variation = product.variation
            listing.wanted_brand = product.brand
            numbers = filter(None, (product.primary_category, *product.categories))
            listing.wanted_category = ", ".join(
                names[listing.account_id.id, number] for number in numbers
            )

    def _wanted_by_account(self):
        """Return the wanted price and the wanted record of each complete listing."""
        complete = self.filtered(
            lambda listing: listing.account_id and listing.product_id
        )
        prices, products = complete._current_prices(), {}
        for listings in complete.grouped("account_id").values():
            products.update(listings._wanted_products(prices))
        return prices, products

    def _show_prices(self, price, product):
        """Show what Odoo wants about the price.

        :param price: the `WantedPrice`, or None
        :param product: the wanted `seller_center.records.Product`
        """
        paid = price and price.paid
        self.wanted_price = paid
        self.wanted_rrp = product.price if paid and product.price != paid else 0
        changes = price and len(price.curve.changes()) > 1
        self.price_outlook = changes and describe_curve(
            self.env, self.currency_id, price.curve
        )
        self.held_price = price and price.held

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

    def _wanted_products(self, prices=None):
        """Return the record to send for each listing of one account.

        A value that is missing in Odoo is None; the check reports it.

        :param prices: what `_wanted_prices` returned, None to compute it
        :return: a dict, listing id -> `seller_center.records.Product`
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        context = BatchContext(listings, account)
        prices = prices or listings._wanted_prices(account)
        quantities = listings._wanted_quantities(account)
        contents = {
            listing.id: listing._wanted_content(context) for listing in listings
        }
        parents = listings._wanted_parents(contents, context)
        return {
            id_: replace(
                content,
                parent_sku=parents[id_],
                quantity=quantities[id_],
                **prices[id_].fields,
            )
            for id_, content in contents.items()
        }

    def _wanted_for(self, flow):
        """Return what a flow is about to send, for both the check and the document.

        :param flow: a `Flow`
        :return: a dict, listing id -> record or pictures; empty if the SKU is enough
        """
        if not self or flow.name in ("end", "remove"):
            return {}
        if flow.action == "Image":
            return self._wanted_pictures()
        if flow.flag == "price":
            return self._wanted_offers(PRICE_FIELDS)
        if flow.flag == "quantity":
            return self._wanted_offers(("quantity",))
        return self._wanted_products()

    def _wanted_offers(self, names):
        """Return the wanted price or quantity of each listing, without its content.

        :param names: fields of `seller_center.records.Product`
        :return: a dict, listing id -> record with the SKU and these fields
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        offers = {id_: {} for id_ in self._ids}
        if "price" in names:
            for id_, price in listings._wanted_prices(account).items():
                offers[id_] |= price.fields
        if "quantity" in names:
            for id_, quantity in listings._wanted_quantities(account).items():
                offers[id_]["quantity"] = quantity
        return {
            listing.id: Product(listing.sku or "", **offers[listing.id])
            for listing in listings
        }

    def _wanted_content(self, context):
        """Return the record of one listing without price, quantity and parent.

        :param context: the `BatchContext`
        """
        product = self.product_id
        mapping = context.maps[product.id]
        style = context.styles[product.product_tmpl_id.id]
        values = context.values_of(product)
        category, secondary = self._wanted_categories(mapping)
        rules = context.rules_of(category)
        attributes = self._wanted_attributes(context, style, values, rules)
        return Product(
            seller_sku=self.sku or "",
            status="active",
            name=self.title or style.name or None,
            variation=self._wanted_variation(context, mapping, values, rules) or None,
            primary_category=category.external_id or None,
            categories=tuple(secondary.mapped("external_id")),
            description=self._wanted_description(context, style),
            brand=self._wanted_brand(context, style, mapping, values, rules) or None,
            product_id=product_identifier(
                product.barcode,
                product.iconic_upc,
                product.iconic_mpn,
                product.iconic_isbn,
            ),
            condition=context.spell(
                rules.get("Condition"), style.condition, mapping, style.condition
            ),
            attributes=tuple(
                (name, value)
                for name, value in attributes.items()
                if name not in const.MAPPED_ELEMENTS
            ),
            product_group=self.product_group or None,
            **{
                field: attributes.get(name)
                for name, field in const.MAPPED_ELEMENTS.items()
            },
        )

    def _wanted_description(self, context, style):
        """Return the description, or the account's text until THE ICONIC writes it."""
        if context.production_text and (
            self.produced_by_marketplace
            and self.product_status in FLOWS["create"].picked["product_status"]
        ):
            return _lines(context.production_text)
        return _html(self.description) or style.description

    def _wanted_categories(self, mapping):
        """Return primary and secondary categories; those of the listing come first.

        :param mapping: the product's `iconic.category.map`, may be empty
        """
        if self.primary_category_id:
            return self.primary_category_id, self.secondary_category_ids
        return (
            mapping.primary_category_id,
            self.secondary_category_ids or mapping.secondary_category_ids,
        )

    def _wanted_variation(self, context, mapping, values, rules):
        value_id, name = values.get(mapping.variation_attribute_id.id, (None, ""))
        if self.variation:
            value_id, name = None, self.variation
        return context.spell(rules.get("Variation"), name, mapping, value_id)

    def _wanted_brand(self, context, style, mapping, values, rules):
        """Return the brand, in the marketplace's spelling if it knows the brand."""
        key, name = None, self.brand
        if not name:
            key, name = self._mapped_brand(style, mapping, values)
        name = name or mapping.brand
        if not name:
            return name
        known = context.brands.find(name) or name
        return context.spell(rules.get("Brand"), known, mapping, key)

    def _mapped_brand(self, style, mapping, values):
        """Return key and name of the brand that the product has by its mapping.

        :return: as in `_mapped_attributes`
        """
        key = name = ""
        if mapping.brand_source == "attribute":
            key, name = values.get(mapping.brand_attribute_id.id, (None, ""))
        elif mapping.brand_source == "field":
            key = name = field_text(self.product_id, mapping.brand_field_id)
        return (key, name) if name else (style.brand, style.brand)

    def _wanted_attributes(self, context, style, values, rules):
        """Return FeedName -> value; those of the listing come first.

        Attributes that the category does not have are left out, once those that it has
        are known.

        :param context: the `BatchContext`
        :param style: the `Style` of the template
        :param values: attribute id -> id and name of the variant's value
        :param rules: FeedName -> `AttributeRule` of the category
        """
        found = self._mapped_attributes(context, style, values)
        for line in self.attribute_ids:
            found[line.feed_name] = (None, line.value)
        mapping = context.maps[self.product_id.id]
        return {
            name: context.spell(rules.get(name), value, mapping, key)
            for name, (key, value) in found.items()
            if value and (name in rules or not rules)
        }

    def _mapped_attributes(self, context, style, values):
        """Return FeedName -> key and text of the value, from product and mapping.

        The key is the one for `BatchContext.spell`.

        :param context: the `BatchContext`
        :param style: the `Style` of the template
        :param values: attribute id -> id and name of the variant's value
        """
        found = {GENDER: (style.gender, style.gender)}
        for line in context.maps[self.product_id.id].attribute_ids:
            found[line.feed_name] = self._mapped_value(line, context, values)
        return found

    def _mapped_value(self, line, context, values):
        """Return key and text of the value of one line of the category mapping.

        :param line: an `iconic.category.map.attribute`
        :param context: the `BatchContext`
        :param values: attribute id -> id and name of the variant's value
        """
        if line.source == "attribute":
            return values.get(line.product_attribute_id.id, (None, ""))
        if line.source == "fixed":
            return None, line.value
        text = ""
        if line.source == "season":
            text = context.season_of(self.product_id)
        elif line.source == "field":
            text = field_text(self.product_id, line.field_id)
        return text, text

    def _wanted_parents(self, contents, context):
        """Return the ParentSku of each listing.

        The user's own, else the one stored in the group, else the first SKU of the
        group among these listings (product feeds spec, ParentSku). A group is the
        variants of one template that differ only in the variation attribute.

        :param contents: listing id -> record
        :param context: the `BatchContext`
        """
        stored = self._stored_parents()
        first = {}
        parents = {}
        for listing in self:
            group = listing._variation_group(context)
            first.setdefault(group, contents[listing.id].seller_sku)
            parents[listing.id] = (
                listing.parent_sku or stored.get(group) or first[group] or None
            )
        return parents

    def _stored_parents(self):
        """Return the ParentSku that each group was sent with."""
        unsent = self.filtered(lambda listing: not listing.parent_sku)
        siblings = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("product_tmpl_id", "in", unsent.product_id.product_tmpl_id.ids),
                ("parent_sku", "!=", False),
            ]
        )
        context = BatchContext(siblings, self.account_id)
        return {
            sibling._variation_group(context): sibling.parent_sku
            for sibling in siblings
        }

    def _variation_group(self, context):
        """Return a key shared by the variants that differ only in the variation.

        :param context: the `BatchContext`
        """
        product = self.product_id
        variation = context.maps[product.id].variation_attribute_id.id
        ids = product.product_template_attribute_value_ids._ids
        return (
            product.product_tmpl_id.id,
            frozenset(id_ for id_ in ids if context.values[id_][0] != variation),
        )

    def _maps_of(self, products, account):
        """Return the category map of each product, in the account's language."""
        maps = self.env["iconic.category.map"]._for_products(account, products)
        return {id_: mapping.with_env(account.env) for id_, mapping in maps.items()}


def style_of(template):
    """Return the content that all listings of a template share.

    The description is the one for THE ICONIC, else the sales text; never `description`,
    which holds internal notes.

    :param template: a `product.template` in the account's language
    """
    sales_text = template.description_sale
    return Style(
        name=template.name,
        description=_html(template.iconic_description)
        or (_lines(sales_text) if sales_text else None),
        brand=template.iconic_brand,
        gender=dict(statuses.GENDERS).get(template.iconic_gender),
        condition=CONDITIONS.get(template.iconic_condition),
    )


def _lines(text):
    """Return plain text as HTML."""
    return str(Markup("<br/>").join(text.split("\n")))


def _html(value):
    """Return HTML reduced to what the marketplace allows, or None if it is empty."""
    if is_html_empty(value):
        return None
    clean, _dropped = clean_markup(str(value), const.DESCRIPTION_TAGS)
    return clean or None


def dropped_elements(value):
    """Return the names of the HTML elements that are not sent.

    :param value: HTML, or a false value
    """
    return clean_markup(str(value or ""), const.DESCRIPTION_TAGS)[1]


def content_digest(product):
    """Return a checksum of the content that an update would send.

    :param product: a `seller_center.records.Product`
    """
    content = {
        field.name: getattr(product, field.name)
        for field in dataclass_fields(product)
        if field.name not in OFFER_FIELDS
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
