"""The rules of price lists that can apply to some products, found once for all prices.

Odoo searches the rules of a price list for each computation, and compares each of them
with each product: with a dated rule per product that costs products times rules, at
every moment. Here they are read once per list and handed to Odoo's own computation,
which decides the price.
"""

import copy
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo.fields import Domain

from ...domain.price_curve import ONE_SECOND, SALE_YEARS, years_later
from ..overrides import is_untouched

#: The methods through which another module may choose rules in its own way.
CHOOSING = (
    "_get_applicable_rules",
    "_get_applicable_rules_domain",
    "_compute_price_rule",
)
#: Those through which it may price a variant in another way than its template.
PRICING = {
    "product.pricelist": ("_get_products_price", "_get_product_price"),
    "product.pricelist.item": (
        "_is_applicable_for",
        "_compute_price",
        "_compute_base_price",
    ),
    "product.product": (
        "_price_compute",
        "_get_attributes_extra_price",
        "_compute_product_price_extra",
    ),
    "product.template": ("_price_compute", "_get_attributes_extra_price"),
}
#: The fields of a variant that its price is made of, and that are its template's.
OF_TEMPLATE = ("list_price", "currency_id", "uom_id", "categ_id")
#: So many products with different rules are priced at once: Odoo compares each of them
#: with the rules of all.
FEW = 8


class Rule(NamedTuple):
    """What tells whether a rule can apply, and when, in whole seconds."""

    id: int
    position: int
    start: object
    end: object
    product_id: int
    product_tmpl_id: int
    categ_id: int
    applies_to_one: bool
    by_cost: bool
    base_list_id: int
    runs_by_itself: bool

    def is_valid(self, moment):
        """Tell whether the rule applies in some second, as Odoo's own domain does."""
        return not (self.start and self.start > moment) and not (
            self.end and self.end < moment
        )

    @property
    def key(self):
        """Return what the rule is for: a product, a template, a category or all."""
        for field in ("product_id", "product_tmpl_id", "categ_id"):
            if value := getattr(self, field):
                return field, value
        return None


class PriceRules:
    """The rules of a price list, and of the lists that it is based on.

    :param pricelist: the `product.pricelist`, with the rights to read its rules
    :param products: the `product.product` records
    :param now: rules that have ended before are left out
    """

    def __init__(self, pricelist, products, now):
        self.now = now
        #: Whether Odoo's standard way of choosing rules is in use.
        self.is_standard = is_standard(pricelist)
        self._without_dated = False
        self._for_one = False
        self._pricelist_id = pricelist.id
        self._products = {product.id for product in products}
        self._templates = set()
        self._lists = {}
        self._candidates = {}
        self._categories = {}
        self._has_dates = False
        while pricelist:
            rules = self._read(pricelist, products)
            pricelist = self._add(pricelist, rules)
        #: The ids of products whose price may be another one than their template's.
        self._alone = self._with_own_prices(products)

    def _read(self, pricelists, products):
        """Return the rules that can apply to the products from now on, in Odoo's order.

        The domain is that of `product.pricelist._get_applicable_rules_domain`.
        """
        templates = products.product_tmpl_id
        categories = (templates if is_of_template(products) else products).categ_id
        return pricelists.env["product.pricelist.item"].search_fetch(
            Domain("pricelist_id", "in", pricelists.ids)
            & (
                Domain("categ_id", "=", False)
                | Domain("categ_id", "parent_of", categories.ids)
            )
            & Domain("product_tmpl_id", "in", [False, *templates.ids])
            & Domain("product_id", "in", [False, *products.ids])
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", self.now))
        )

    def _add(self, pricelists, rules):
        """Store the rules of some lists by what they are for.

        :return: the lists that these are based on, and that are not known yet
        """
        for pricelist in pricelists:
            self._lists[pricelist.id] = defaultdict(list)
        for position, record in enumerate(rules):
            rule = _rule(record, position)
            self._has_dates = self._has_dates or bool(rule.start or rule.end)
            self._lists[record.pricelist_id.id][rule.key].append(rule)
        bases = rules.filtered(lambda one: one.base == "pricelist").base_pricelist_id
        return bases.filtered(lambda one: one.id not in self._lists)

    def batches(self, products):
        """Return the products in groups that Odoo prices quickly at once.

        Those that share their rules are one group, the others go by a few.

        :param products: some of the `product.product` records, or of those templates
            that `split` has returned
        :return: a list of recordsets
        """
        if not self.is_standard:
            return [products]
        alike = defaultdict(list)
        for product in products:
            rules = self._rules_of(self._pricelist_id, product)
            alike[tuple(rule.id for rule in rules)].append(product.id)
        groups = [ids for ids in alike.values() if ids[1:]]
        alone = [ids[0] for ids in alike.values() if not ids[1:]]
        groups += [alone[start : start + FEW] for start in range(0, len(alone), FEW)]
        prefetched = products._prefetch_ids
        return [products.browse(ids).with_prefetch(prefetched) for ids in groups]

    def split(self, products):
        """Tell apart the products that are priced by their templates, and all others.

        :param products: some of the `product.product` records
        :return: a dict, template -> ids of products; and the ids of the others
        """
        templates, alone = defaultdict(list), []
        for product in products:
            if product.id in self._alone:
                alone.append(product.id)
            else:
                templates[product.product_tmpl_id].append(product.id)
        self._templates.update(template.id for template in templates)
        return templates, alone

    def _with_own_prices(self, products):
        """Return the ids of products that may have another price than their template.

        A rule is for them or goes by their cost, or their attributes cost extra.
        """
        if not self._lists:
            return set()
        if not (self.is_standard and is_of_template(products, OF_TEMPLATE, PRICING)):
            return self._products
        templates = products.product_tmpl_id
        expensive = templates.env["product.template.attribute.value"].search_fetch(
            Domain("product_tmpl_id", "in", templates.ids)
            & Domain("price_extra", "!=", 0),
            ["product_tmpl_id"],
        )
        own = set(expensive.product_tmpl_id.ids)
        for template in templates:
            if any(rule.by_cost for rule in self._reachable(template)):
                own.add(template.id)
        specific = {
            key[1]
            for rules in self._lists.values()
            for key in rules
            if key and key[0] == "product_id"
        }
        return {
            product.id
            for product in products
            if product.id in specific or product.product_tmpl_id.id in own
        }

    def for_one(self):
        """Return the same rules without those for larger quantities than one piece."""
        single = copy.copy(self)
        single._for_one = True
        return single

    def without_dated(self):
        """Return the same rules without those that have an end."""
        lasting = copy.copy(self)
        lasting._without_dated = True
        return lasting

    def answer_for(self, pricelist, products, moment):
        """Tell whether the rules of these products are known here.

        A day instead of a moment is for Odoo: it depends on the user's time zone.
        """
        return (
            self.is_standard
            and isinstance(moment, datetime)
            and pricelist.id in self._lists
            and self._known(products).issuperset(products._ids)
        )

    def _known(self, products):
        return {
            "product.product": self._products,
            "product.template": self._templates,
        }[products._name]

    def applicable(self, pricelist, products, moment):
        """Return what `product.pricelist._get_applicable_rules` would find.

        :return: `product.pricelist.item` records, in the order in which Odoo tries them
        """
        moment = _whole_second(moment)
        found = {
            rule
            for product in products
            for rule in self._rules_of(pricelist.id, product)
            if rule.is_valid(moment)
            and not (self._without_dated and rule.end)
            and (rule.applies_to_one or not self._for_one)
        }
        ordered = sorted(found, key=lambda rule: rule.position)
        return pricelist.env["product.pricelist.item"].browse(
            rule.id for rule in ordered
        )

    def lasting(self, rules):
        """Return rules that Odoo has found, without dated ones if these do not count.

        :param rules: `product.pricelist.item` records
        """
        if not self._without_dated:
            return rules
        return rules.filtered(lambda rule: not rule.date_end)

    def moments(self, product):
        """Return the moments at which a price of the product may change.

        :return: a sorted list, without the present, at most as far ahead as a sale
        """
        if not self._has_dates:
            return []
        found = set()
        for rule in self._reachable(product):
            found.add(rule.start)
            # Odoo's rules apply until the end of their last second.
            found.add(rule.end and rule.end + ONE_SECOND)
        latest = years_later(self.now, SALE_YEARS)
        return sorted(one for one in found if one and self.now < one <= latest)

    def is_dated(self, product):
        """Tell whether a rule with an end can apply to the product."""
        return self._has_dates and any(rule.end for rule in self._reachable(product))

    def alone(self, product):
        """Return start and end of the rules that are to run by themselves.

        :return: a list of pairs; the start may be False
        """
        if not self._has_dates:
            return []
        return [
            (rule.start, rule.end)
            for rule in self._reachable(product)
            if rule.runs_by_itself and rule.end
        ]

    def _reachable(self, product):
        """Return the rules that one piece may be priced by, those of base lists too."""
        lists = [self._pricelist_id]
        for list_id in lists:
            for rule in self._rules_of(list_id, product):
                if rule.applies_to_one:
                    yield rule
                    if rule.base_list_id and rule.base_list_id not in lists:
                        lists.append(rule.base_list_id)

    def _rules_of(self, list_id, product):
        """Return the rules of one list that can apply to one product, or template."""
        key = list_id, product._name, product.id
        if key not in self._candidates:
            self._candidates[key] = self._find(list_id, product)
        return self._candidates[key]

    def _find(self, list_id, product):
        is_template = product._name == "product.template"
        template = product if is_template else product.product_tmpl_id
        categories = self._categories_of(product)
        by_key = self._lists[list_id]
        keys = [
            None,
            ("product_tmpl_id", template.id),
            *(("categ_id", id_) for id_ in categories),
        ]
        if not is_template:
            keys.append(("product_id", product.id))
        return [
            rule
            for key in keys
            for rule in by_key.get(key, ())
            if rule.product_tmpl_id in (False, template.id)
            and rule.categ_id in (False, *categories)
        ]

    def _categories_of(self, product):
        """Return the ids of the category of a product and of those above it."""
        category = _owner(product).categ_id
        if category.id not in self._categories:
            path = category.parent_path or ""
            self._categories[category.id] = [int(one) for one in path.split("/") if one]
        return self._categories[category.id]


def _rule(record, position):
    """Return the `Rule` of a record.

    :param record: a `product.pricelist.item`
    :param int position: its place in the order in which Odoo tries rules
    """
    return Rule(
        record.id,
        position,
        _whole_second(record.date_start),
        _whole_second(record.date_end),
        record.product_id.id,
        record.product_tmpl_id.id,
        record.categ_id.id,
        record.min_quantity <= 1,
        record.base == "standard_price",
        record.base == "pricelist" and record.base_pricelist_id.id,
        record.iconic_runs_by_itself,
    )


def _whole_second(moment):
    """Return a moment without the fraction of a second, which Odoo passes over."""
    return moment and moment.replace(microsecond=0)


def is_standard(pricelist):
    """Tell whether no other module has its own way of choosing rules.

    :param pricelist: a `product.pricelist`
    """
    return is_untouched(pricelist, CHOOSING)


def is_of_template(products, fields=("categ_id",), methods=None):
    """Tell whether no other module gives variants what is their template's.

    :param products: `product.product` records
    :param fields: names of fields that are the template's
    :param methods: dict, name of a model -> names of methods that are Odoo's own
    """
    return all(products._fields[name].inherited for name in fields) and all(
        is_untouched(products.env[model], names)
        for model, names in (methods or {}).items()
    )


def _owner(product):
    """Return the record that has the category of a product: usually its template."""
    if product._name == "product.product" and is_of_template(product):
        return product.product_tmpl_id
    return product
