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

#: The methods through which another module may choose rules in its own way.
CHOOSING = (
    "_get_applicable_rules",
    "_get_applicable_rules_domain",
    "_compute_price_rule",
)
#: So many products with different rules are priced at once: Odoo compares each of them
#: with the rules of all.
FEW = 8
#: Where these are defined if nobody else has a say.
OURS = ("odoo.addons.product.", "odoo.addons.iconic_connector.")


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
        self._pricelist_id = pricelist.id
        self._products = {product.id for product in products}
        self._lists = {}
        self._candidates = {}
        while pricelist:
            rules = self._read(pricelist, products)
            pricelist = self._add(pricelist, rules)

    def _read(self, pricelists, products):
        """Return the rules that can apply to the products from now on, in Odoo's order.

        The domain is that of `product.pricelist._get_applicable_rules_domain`.
        """
        templates = products.product_tmpl_id
        return pricelists.env["product.pricelist.item"].search_fetch(
            Domain("pricelist_id", "in", pricelists.ids)
            & (
                Domain("categ_id", "=", False)
                | Domain("categ_id", "parent_of", products.categ_id.ids)
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
            self._lists[record.pricelist_id.id][rule.key].append(rule)
        bases = rules.filtered(lambda one: one.base == "pricelist").base_pricelist_id
        return bases.filtered(lambda one: one.id not in self._lists)

    def batches(self, products):
        """Return the products in groups that Odoo prices quickly at once.

        Those that share their rules are one group, the others go by a few.

        :param products: some of the `product.product` records
        :return: a list of `product.product` recordsets
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
            and products._name == "product.product"
            and pricelist.id in self._lists
            and self._products.issuperset(products._ids)
        )

    def applicable(self, pricelist, products, moment):
        """Return what `product.pricelist._get_applicable_rules` would find.

        :return: `product.pricelist.item` records, in the order in which Odoo tries them
        """
        moment = _whole_second(moment)
        found = {
            rule
            for product in products
            for rule in self._rules_of(pricelist.id, product)
            if rule.is_valid(moment) and not (self._without_dated and rule.end)
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
        found = set()
        for rule in self._reachable(product):
            found.add(rule.start)
            # Odoo's rules apply until the end of their last second.
            found.add(rule.end and rule.end + ONE_SECOND)
        latest = years_later(self.now, SALE_YEARS)
        return sorted(one for one in found if one and self.now < one <= latest)

    def is_dated(self, product):
        """Tell whether a rule with an end can apply to the product."""
        return any(rule.end for rule in self._reachable(product))

    def alone(self, product):
        """Return start and end of the rules that are to run by themselves.

        :return: a list of pairs; the start may be False
        """
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
        """Return the rules of one list that can apply to one product."""
        key = list_id, product.id
        if key not in self._candidates:
            self._candidates[key] = self._find(list_id, product)
        return self._candidates[key]

    def _find(self, list_id, product):
        template_id = product.product_tmpl_id.id
        path = product.categ_id.parent_path or ""
        categories = [int(part) for part in path.split("/") if part]
        by_key = self._lists[list_id]
        keys = [
            None,
            ("product_id", product.id),
            ("product_tmpl_id", template_id),
            *(("categ_id", id_) for id_ in categories),
        ]
        return [
            rule
            for key in keys
            for rule in by_key.get(key, ())
            if rule.product_tmpl_id in (False, template_id)
            and rule.categ_id in (False, *categories)
        ]


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
        record.base == "pricelist" and record.base_pricelist_id.id,
        record.iconic_runs_by_itself,
    )


def _whole_second(moment):
    """Return a moment without the fraction of a second, which Odoo passes over."""
    return moment and moment.replace(microsecond=0)


def is_standard(pricelist):
    """Tell whether no other module has its own way of choosing rules.

    It may be a function that was put in the place of Odoo's.

    :param pricelist: a `product.pricelist`
    """
    return all(
        vars(part)[name].__module__.startswith(OURS)
        for part in type(pricelist).__mro__
        for name in CHOOSING
        if name in vars(part)
    )
