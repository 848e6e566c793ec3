import json
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from operator import attrgetter

from odoo import api, fields, models

from ... import const
from ...domain.digests import digest_of
from ...domain.flows import FLOWS
from ...seller_center.documents import clean_markup, product_identifier
from ...seller_center.records import Product
from .batch_context import BatchContext, allowed_html, text_as_html
from .iconic_listing_price import OFFER_FIELDS, PRICE_FIELDS
from .price_words import describe_curve

# All fields of a record but price and quantity, in the order of their names.
_content_of = attrgetter(
    *sorted({field.name for field in dataclass_fields(Product)} - {*OFFER_FIELDS})
)
_encode = json.JSONEncoder(ensure_ascii=False).encode


class WantedProducts(dict):
    """The records to send, by the id of their listing.

    :param prices: listing id -> the `WantedPrice` that its record has; empty if no
        record has a price
    :param context: the `BatchContext` that they were made with, None without content
    """

    def __init__(self, products, prices, context=None):
        super().__init__(products)
        self.prices = prices
        self.context = context


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
            maps = nothing._for_products(account, listings.product_id)
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
        :return: `WantedProducts`
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        context = BatchContext(listings, account)
        prices = prices or listings._wanted_prices(account)
        quantities = listings._wanted_quantities(account)
        parents = listings._wanted_parents(context)
        products = {
            listing.id: listing._wanted_product(
                context,
                parent_sku=parents[listing.id],
                quantity=quantities[listing.id],
                **prices[listing.id].fields,
            )
            for listing in listings
        }
        return WantedProducts(products, prices, context)

    def _with_own_parents(self, wanted):
        """Return the records of some of the listings, with parents among these.

        :param wanted: what `_wanted_products` returned
        :return: `WantedProducts` of these listings
        """
        account = self.account_id._with_company_and_language()
        parents = self.with_env(account.env)._wanted_parents(wanted.context)
        products = {
            id_: replace(wanted[id_], parent_sku=parent)
            for id_, parent in parents.items()
        }
        return WantedProducts(products, wanted.prices, wanted.context)

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
        :return: `WantedProducts` with the SKU and these fields
        """
        account = self.account_id._with_company_and_language()
        listings = self.with_env(account.env)
        offers = {id_: {} for id_ in self._ids}
        prices = listings._wanted_prices(account) if "price" in names else {}
        for id_, price in prices.items():
            offers[id_] |= price.fields
        if "quantity" in names:
            for id_, quantity in listings._wanted_quantities(account).items():
                offers[id_]["quantity"] = quantity
        products = {
            listing.id: Product(listing.sku or "", **offers[listing.id])
            for listing in listings
        }
        return WantedProducts(products, prices)

    def _wanted_product(self, context, **offer):
        """Return the record of one listing.

        :param context: the `BatchContext`
        :param offer: fields of the record that are no content: price, quantity, parent
        """
        product = self.product_id
        style = context.style_of(product)
        mapping = context.mapping_of(product)
        values = context.values_of(product)
        categories = context.categories_of(self)
        rules = categories.rules
        attributes = self._wanted_attributes(context, mapping, values, rules)
        return Product(
            seller_sku=self.sku or "",
            status="active",
            name=self.title or style.name or None,
            variation=self._wanted_variation(context, mapping, values, rules) or None,
            primary_category=categories.number,
            categories=categories.numbers,
            description=self._wanted_description(context, style),
            brand=self._wanted_brand(context, mapping, values, rules) or None,
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
            **offer,
        )

    def _wanted_description(self, context, style):
        """Return the description, or the account's text until THE ICONIC writes it."""
        if (
            context.production_text
            and self.product_status in FLOWS["create"].picked["product_status"]
            and self.produced_by_marketplace
        ):
            return text_as_html(context.production_text)
        return allowed_html(self.description) or style.description

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
        value_id, name = values.get(mapping.variation_attribute_id, (None, ""))
        if self.variation:
            value_id, name = None, self.variation
        return context.spell(rules.get("Variation"), name, mapping, value_id)

    def _wanted_brand(self, context, mapping, values, rules):
        """Return the brand, in the marketplace's spelling if it knows the brand."""
        key, name = None, self.brand
        if not name:
            key, name = self._mapped_brand(context, mapping, values)
        name = name or mapping.brand
        if not name:
            return name
        known = context.brands.find(name) or name
        return context.spell(rules.get("Brand"), known, mapping, key)

    def _mapped_brand(self, context, mapping, values):
        """Return key and name of the brand that the product has by its mapping.

        :param mapping: its `Mapping`
        :return: as in `BatchContext.attributes_of`
        """
        key = name = ""
        if mapping.brand_source == "attribute":
            key, name = values.get(mapping.brand_attribute_id, (None, ""))
        elif mapping.brand_source == "field":
            key = name = mapping.read_brand(self.product_id)
        brand = context.style_of(self.product_id).brand
        return (key, name) if name else (brand, brand)

    def _wanted_attributes(self, context, mapping, values, rules):
        """Return FeedName -> value; those of the listing come first.

        Attributes that the category does not have are left out, once those that it has
        are known.

        :param context: the `BatchContext`
        :param mapping: the `Mapping` of the product
        :param values: attribute id -> id and name of the variant's value
        :param rules: FeedName -> `AttributeRule` of the category
        """
        found = context.attributes_of(self.product_id, values)
        for line in self.attribute_ids:
            found[line.feed_name] = (None, line.value)
        return {
            name: context.spell(rules.get(name), value, mapping, key)
            for name, (key, value) in found.items()
            if value and (name in rules or not rules)
        }

    def _wanted_parents(self, context):
        """Return the ParentSku of each listing.

        The user's own, else the one stored in the group, else the first SKU of the
        group among these listings (product feeds spec, ParentSku). A group is the
        variants of one template that differ only in the variation attribute.

        :param context: the `BatchContext`
        """
        unsent = self.filtered(lambda listing: not listing.parent_sku)
        stored = unsent._stored_parents(context)
        first = {}
        parents = {listing.id: listing.parent_sku for listing in self - unsent}
        for listing in unsent:
            group = context.group_of(listing.product_id)
            first.setdefault(group, listing.sku or "")
            parents[listing.id] = stored.get(group) or first[group] or None
        return parents

    def _stored_parents(self, context):
        """Return the ParentSku that each group of these listings was sent with.

        :param context: the `BatchContext`
        """
        siblings = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("product_tmpl_id", "in", self.product_id.product_tmpl_id.ids),
                ("parent_sku", "!=", False),
            ]
        )
        context.read_values(siblings.product_id)
        return {
            context.group_of(sibling.product_id): sibling.parent_sku
            for sibling in siblings
        }


def dropped_elements(value):
    """Return the names of the HTML elements that are not sent.

    :param value: HTML, or a false value
    """
    return clean_markup(str(value or ""), const.DESCRIPTION_TAGS)[1]


def content_digest(product):
    """Return a checksum of the content that an update would send.

    :param product: a `seller_center.records.Product`
    """
    return digest_of(_encode(_content_of(product)))
