from odoo import models

from ... import const
from ...domain import attribute_rules
from ...domain.attribute_rules import GENDER
from ...seller_center.const import MAX_SECONDARY_CATEGORIES
from ...seller_center.documents import FEED_NAME, clean_text
from .iconic_listing_check import Problem

VARIATION = "Variation"
#: The elements of a document that a category may have rules for: FeedName -> field.
ELEMENTS = const.MAPPED_ELEMENTS | const.LISTED_ELEMENTS
#: The FeedNames of elements that have a check of their own.
CHECKED_OTHERWISE = const.OWN_ELEMENTS - {VARIATION, *const.MAPPED_ELEMENTS}
#: How many values of a list a message names.
NAMED_OPTIONS = 5


class IconicListing(models.Model):
    """The part of the check whose rules come from the marketplace's taxonomy.

    Brand, categories, attributes and variation. The entry points and all other rules
    are in `iconic_listing_check`.

    Source: SellerCenter, GetCategoryAttributes; product feeds spec, PrimaryCategory,
    Categories, Brand.
    """

    _inherit = "iconic.listing"

    def _check_brand(self, product, context):
        """Check that the marketplace knows the brand.

        :param product: the wanted `seller_center.records.Product`
        :param context: the `BatchContext`
        """
        if not product.brand:
            yield Problem(
                self.env._("Brand missing"),
                self.env._(
                    "Brand is empty, but THE ICONIC requires one: fill in the Brand of "
                    "the product, or one in its category mapping."
                ),
            )
        elif context.brands and product.brand not in context.brands:
            yield Problem(
                self.env._("Brand unknown"),
                self.env._(
                    "THE ICONIC does not know the brand “%s”: correct the Brand, or "
                    "have it registered and press Refresh Categories on the account.",
                    product.brand,
                ),
            )

    def _category_origin(self, context):
        """Return all that the outcome of `_check_category` depends on.

        :param context: the `BatchContext`
        """
        own = self.id if self.primary_category_id else None
        template = self.product_id.product_tmpl_id
        return own, context.categories_of(self).key, template.categ_id.id

    def _check_category(self, context):
        """Check primary and secondary categories."""
        mapping = context.mapping_of(self.product_id).record
        place = self if self.primary_category_id else mapping
        categories = context.categories_of(self)
        primary, secondary = categories.primary, categories.secondary
        if not primary:
            yield self._not_mapped()
            return
        yield from self._check_primary(primary, place)
        for category in secondary:
            yield from self._check_secondary(category, primary, place)
        if len(secondary) > MAX_SECONDARY_CATEGORIES:
            yield Problem(
                self.env._("Too many categories"),
                self.env._(
                    "%(count)s secondary categories are chosen, but at most %(limit)s "
                    "are allowed: remove some.",
                    count=len(secondary),
                    limit=MAX_SECONDARY_CATEGORIES,
                ),
                place,
            )

    def _not_mapped(self):
        category = self.product_id.categ_id
        return Problem(
            self.env._("Category not mapped"),
            self.env._(
                "The product category %s is not mapped: add it under Configuration > "
                "Category Mapping.",
                category.display_name or self.env._("(none)"),
            ),
            self.account_id,
        )

    def _check_primary(self, category, place):
        if not category.active:
            yield self._removed_category(category, place)
        level = self.account_id.primary_level
        if level and category.level != level:
            yield Problem(
                self.env._("Category wrong"),
                self.env._(
                    "“%(category)s” cannot be a primary category: THE ICONIC requires "
                    "a category of level %(level)s. Choose one below or above it in "
                    "the mapping.",
                    category=category.complete_name,
                    level=level,
                ),
                place,
            )

    def _check_secondary(self, category, primary, place):
        if not category.active:
            yield self._removed_category(category, place)
        elif not category._is_below(primary):
            yield Problem(
                self.env._("Category wrong"),
                self.env._(
                    "“%(category)s” is not below the primary category “%(primary)s”: "
                    "remove it, or choose one below.",
                    category=category.complete_name,
                    primary=primary.complete_name,
                ),
                place,
            )

    def _removed_category(self, category, place):
        return Problem(
            self.env._("Category removed"),
            self.env._(
                "“%s” is no longer a category of THE ICONIC: choose another one.",
                category.complete_name,
            ),
            place,
        )

    def _check_attributes(self, product, context, today):
        """Check all attributes of the category.

        :param product: the wanted `seller_center.records.Product`
        :param context: the `BatchContext`
        :param today: the date before which a date is past
        """
        mapping = context.mapping_of(self.product_id).record
        rules = context.categories_of(self).rules
        values = {
            **dict(product.attributes),
            VARIATION: product.variation,
            **{name: getattr(product, field) for name, field in ELEMENTS.items()},
        }
        if not rules:
            yield from self._check_without_rules(values, mapping)
        for rule in rules.values():
            text = values.get(rule.feed_name) or ""
            if not text and not rule.mandatory:
                continue
            if rule.attribute_type == "system" or _is_checked_otherwise(rule):
                continue
            value = clean_text(text).strip()
            if not value and rule.feed_name in const.LISTED_ELEMENTS:
                continue  # that they are missing is found elsewhere
            if not value and rule.mandatory:
                yield self._missing(rule, mapping)
            elif value and (fault := rule.fault(value, today)):
                yield self._faulty(rule, value, fault, context)

    def _check_without_rules(self, values, mapping):
        """Check what can be checked before the category's attributes are read."""
        if GENDER not in values:
            yield self._gender_missing()
        for name in values:
            if not FEED_NAME.fullmatch(name):
                yield Problem(
                    self.env._("Attribute wrong"),
                    self.env._(
                        "“%s” is not a valid attribute name: correct the mapping.", name
                    ),
                    mapping,
                )
        if mapping.variation_attribute_id and not values[VARIATION]:
            yield self._variation_missing(mapping)

    def _missing(self, rule, mapping):
        """Return the problem of a mandatory attribute without a value."""
        if rule.feed_name == VARIATION:
            return self._variation_missing(mapping)
        line = mapping.attribute_ids.filtered(
            lambda one: one.feed_name == rule.feed_name
        )[:1]
        if not line and rule.feed_name == GENDER:
            return self._gender_missing()
        remedy, place = self._remedy(line, mapping)
        return Problem(
            self.env._("%s missing", rule.label),
            self.env._(
                "%(attribute)s is empty, but mandatory in this category: %(remedy)s.",
                attribute=rule.label,
                remedy=remedy,
            ),
            place,
        )

    def _gender_missing(self):
        return Problem(
            self.env._("Gender missing"),
            self.env._(
                "Gender is empty, but shoppers filter products by it: choose the "
                "Gender on the product."
            ),
        )

    def _variation_missing(self, mapping):
        if not mapping.variation_attribute_id:
            return Problem(
                self.env._("Variation missing"),
                self.env._(
                    "The category requires a variation: choose the Variation Attribute "
                    "in the mapping, such as the size."
                ),
                mapping,
            )
        return Problem(
            self.env._("Variation missing"),
            self.env._(
                "The product has no %s, but the category requires a variation: add "
                "this attribute to it, or fill in the variation on the listing.",
                mapping.variation_attribute_id.name,
            ),
        )

    def _remedy(self, line, mapping):
        """Return how to fix a missing value, and the record where that is done.

        :param line: the attribute's line of the category mapping, may be empty
        :param mapping: the `iconic.category.map`
        """
        if line.source == "attribute":
            name = line.product_attribute_id.name
            return self.env._("add the attribute %s to the product", name), None
        if line.source == "field" and line.field_id:
            name = line.field_id.sudo().field_description  # its label, for everybody
            return self.env._("fill in the field %s of the product", name), None
        if line.source == "season":
            return self.env._("give the product one of the account's seasons"), None
        if line.source == "listing":
            return self.env._("fill it in under Item Specifics of the listing"), self
        return self.env._("choose its source in the category mapping"), mapping

    def _faulty(self, rule, value, fault, context):
        """Return the problem of a value that the marketplace does not allow.

        :param rule: the `AttributeRule`
        :param str fault: what `AttributeRule.fault` returned
        """
        mapping = context.mapping_of(self.product_id).record
        messages = {
            attribute_rules.NOT_AN_OPTION: self._not_an_option,
            attribute_rules.TOO_LONG: self._too_long,
            attribute_rules.NO_NUMBER: self._no_number,
            attribute_rules.NO_DATE: self._no_date,
            attribute_rules.PAST: self._past,
        }
        place = mapping
        if fault == attribute_rules.NOT_AN_OPTION:
            place = self._value_map(rule, context) or mapping
        if rule.feed_name in self._own_values():
            place = self
        return Problem(
            self.env._("%s not allowed", rule.label),
            messages[fault](rule, value, place),
            place,
        )

    def _own_values(self):
        """Return the FeedNames of the values that are entered on the listing."""
        fields_of_listing = {VARIATION: self.variation, "Brand": self.brand}
        return {
            *self.attribute_ids.mapped("feed_name"),
            *(name for name, value in fields_of_listing.items() if value),
        }

    def _value_map(self, rule, context):
        """Return the `iconic.value.map` that translates the value, if any."""
        source = context.mapping_of(self.product_id).source_of(rule.feed_name)
        return context.value_maps.get((rule.attribute_id, source))

    def _not_an_option(self, rule, value, place):
        return self.env._(
            "%(attribute)s “%(value)s” is not one of THE ICONIC's %(count)s values, "
            "such as %(names)s: %(remedy)s.",
            attribute=rule.label,
            value=value,
            count=len(rule.options),
            names=", ".join(rule.options.some(NAMED_OPTIONS)),
            remedy=self._remedy_of_value(place),
        )

    def _remedy_of_value(self, place):
        """Return how to replace a value that is not on the marketplace's list.

        :param place: the record where that is done
        """
        if place == self:
            return self.env._("choose another one on the listing")
        if place._name == "iconic.value.map":
            return self.env._(
                "choose the right one under Configuration > Value Mapping, or correct "
                "it where it comes from"
            )
        return self.env._("choose another one in the category mapping")

    def _too_long(self, rule, value, _place):
        return self.env._(
            "%(attribute)s has %(length)s characters, but at most %(limit)s are "
            "allowed: shorten “%(value)s”.",
            attribute=rule.label,
            length=len(value),
            limit=rule.max_length,
            value=value,
        )

    def _no_number(self, rule, value, _place):
        return self.env._(
            "%(attribute)s “%(value)s” is not a number: write it with a decimal "
            "point, such as 12.5, and without a unit of measure.",
            attribute=rule.label,
            value=value,
        )

    def _no_date(self, rule, value, _place):
        return self.env._(
            "%(attribute)s “%(value)s” is not a date: write it as year-month-day, such "
            "as 2027-03-31.",
            attribute=rule.label,
            value=value,
        )

    def _past(self, rule, value, _place):
        return self.env._(
            "%(attribute)s “%(value)s” is in the past, which THE ICONIC does not "
            "allow: enter a later date, or remove it.",
            attribute=rule.label,
            value=value,
        )

    def _check_variation(self, product, groups):
        """Check that no other product of the group has the same variation.

        Source: product feeds spec, Variation: it distinguishes the products of one
        ParentSku.

        :param product: the wanted `seller_center.records.Product`
        :param groups: (ParentSku, variation) -> SKUs of the batch
        """
        skus = groups[product.parent_sku, product.variation]
        others = sorted(skus - {product.seller_sku})
        if product.variation and others:
            yield Problem(
                self.env._("Variation used twice"),
                self.env._(
                    "The variation “%(variation)s” is also that of %(others)s, but has "
                    "to differ within a group: choose another one under Configuration "
                    "> Value Mapping, or on the listing.",
                    variation=product.variation,
                    others=", ".join(others),
                ),
            )


def _is_checked_otherwise(rule):
    """Tell whether another method checks this element.

    :param rule: the `AttributeRule`
    """
    if rule.feed_name in const.LISTED_ELEMENTS:
        return not rule.has_options
    return rule.feed_name in CHECKED_OTHERWISE
