"""Price lists for the tests of prices: as people make them, and as nobody would."""

from datetime import timedelta
from itertools import chain

from common import ConnectorCase
from hypothesis import strategies as st

from odoo import fields
from odoo.fields import Command

from odoo.addons.iconic_connector.models.product.price_rules import PriceRules
from odoo.addons.iconic_connector.models.product.shopper_prices import ShopperPrices

NOW = fields.Datetime.to_datetime("2026-11-02 10:00:00")
SECOND = timedelta(seconds=1)
#: Hours from now: few, so that rules begin and end at the same second, and one that is
#: farther ahead than a sale lasts.
HOURS = (-48, -1, 0, 1, 2, 3, 24, 72, 9000, 20000)
#: How many lists there are; each may be based on those behind it.
LISTS = 3
#: What a rule may be for; see `PriceListCase.target_values`.
TARGETS = ("all", "category", "template", "variant")

amount = st.sampled_from([0.0, 0.01, 19.99, 45.0, 80.0, 99.95, 250.0])
percent = st.sampled_from([0.0, 10.0, 33.33, 50.0, -20.0])
hours = st.sampled_from([None, *HOURS])
bounds = st.tuples(hours, hours, st.booleans())
quantities = st.sampled_from([0, 0, 0, 0.5, 1, 2])
margins = st.sampled_from([(0, 0), (0, 0), (5, 20), (-10, -5), (-8, 0), (0, 3)])
#: What a price is based on: the product, or the list so many places behind.
bases = st.sampled_from(["list_price", "standard_price", 1, 1, 2])
targets = st.sampled_from(
    [
        *(("all", 0), ("all", 0)),
        *(("category", place) for place in (0, 1, 1, 2, 3)),
        *(("template", place) for place in (0, 0, 1, 2)),
        *(("variant", place) for place in range(5)),
    ]
)
prices = st.one_of(
    st.fixed_dictionaries({"compute_price": st.just("fixed"), "fixed_price": amount}),
    st.fixed_dictionaries(
        {
            "compute_price": st.just("percentage"),
            "percent_price": percent,
            "base": bases,
        }
    ),
    st.fixed_dictionaries(
        {
            "compute_price": st.just("formula"),
            "base": bases,
            "price_discount": percent,
            "price_surcharge": st.sampled_from([0.0, -0.05, 2.5]),
            "price_round": st.sampled_from([0.0, 0.05, 1.0, 10.0]),
            "margins": margins,
        }
    ),
)
rules = st.tuples(targets, prices, bounds, quantities)
#: Mostly those whose rates are the same all the time; see `PriceListCase.currencies`.
currencies = st.sampled_from([0, 0, 0, 0, 1, 1, 2])
price_lists = st.lists(
    st.tuples(currencies, st.lists(rules, min_size=1, max_size=8)),
    min_size=LISTS,
    max_size=LISTS,
)


class PriceListCase(ConnectorCase):
    """Some products in nested categories, and what makes price lists for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.categories = cls._make_categories()
        cls.templates = cls._make_templates()
        cls.variants = cls.templates.product_variant_ids
        for place, product in enumerate(cls.variants):
            product.standard_price = 30.0 + 7 * place
        cls.steady, cls.moving = cls._make_currencies()
        cls.currencies = [cls.company.currency_id, cls.steady, cls.moving]

    @classmethod
    def _make_categories(cls):
        """Make three categories, one in another, and one beside them."""
        category = cls.env["product.category"]
        for name in ("Clothes", "Dresses", "Summer"):
            category |= category.create({"name": name, "parent_id": category[-1:].id})
        return category | category.create({"name": "Another"})

    @classmethod
    def _make_templates(cls):
        """Make one in three sizes, two of which cost more, and two in one."""
        templates = cls.env["product.template"].create(
            [
                {
                    "name": name,
                    "list_price": price,
                    "categ_id": category.id,
                    "taxes_id": [Command.clear()],
                }
                for name, price, category in (
                    ("Summer dress", 99.0, cls.categories[2]),
                    ("Coat", 149.5, cls.categories[1]),
                    ("Voucher", 20.0, cls.categories.browse()),
                )
            ]
        )
        templates[0].attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": cls.size.id,
                    "value_ids": [Command.set(cls.size.value_ids.ids)],
                }
            )
        ]
        values = templates[0].attribute_line_ids.product_template_value_ids
        for value, extra in zip(values, (0.0, 5.0, 12.5), strict=True):
            value.price_extra = extra
        return templates

    @classmethod
    def _make_currencies(cls):
        """Make two currencies; the second one has rates that begin later."""
        steady, moving = cls.env["res.currency"].create(
            [{"name": name, "symbol": name} for name in ("XQA", "XQB")]
        )
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": rate}
                for currency, day, rate in (
                    (steady, "2020-01-01", 0.7),
                    (moving, "2020-01-01", 1.37),
                    (moving, "2026-11-03", 1.5),
                    (moving, "2027-03-01", 2.0),
                )
            ]
        )
        return steady, moving

    def make_lists(self, lists):
        """Make the price lists that Hypothesis thought of.

        :param lists: a value of `price_lists`
        :return: the `product.pricelist` records
        """
        made = self.env["product.pricelist"].create(
            [
                {"name": "Any", "currency_id": self.currencies[place].id}
                for place, _rules in lists
            ]
        )
        self.env["product.pricelist.item"].create(
            [
                self.rule_values(one, made[place:])
                for place, (_currency, rules) in enumerate(lists)
                for one in rules
            ]
        )
        return made

    def rule_values(self, rule, lists):
        """Return the values of one rule.

        :param rule: a value of `rules`
        :param lists: the list it belongs to, and those it may be based on
        """
        target, price, bounds, quantity = rule
        start, end = moments(*bounds)
        return {
            "pricelist_id": lists[0].id,
            "date_start": start,
            "date_end": end,
            "min_quantity": quantity,
            **self.target_values(*target),
            **price_values(price, lists),
        }

    def target_values(self, kind, place):
        """Return the values that say what a rule is for."""
        if kind == "category":
            return {"categ_id": self.categories[place].id}
        if kind == "template":
            return {"product_tmpl_id": self.templates[place].id}
        if kind == "variant":
            return {"product_id": self.variants[place].id}
        return {}

    def make_list(self, *rules, **values):
        """Make a price list.

        :param rules: the values of each rule; a fixed price may stand alone
        """
        return self.env["product.pricelist"].create(
            {
                "name": "Shoppers",
                "item_ids": [
                    Command.create(
                        rule if isinstance(rule, dict) else {"fixed_price": rule}
                    )
                    for rule in rules
                ],
                **values,
            }
        )

    def index(self, pricelist, products=None, now=NOW):
        """Return the `PriceRules` of a list, and the list that is answered by them."""
        if products is None:
            products = self.variants
        rules = PriceRules(pricelist, products, now)
        return rules, pricelist.with_context(iconic_price_rules=rules)

    def assert_same(self, pricelist, product, times, quantity=1.0, **kwargs):
        """Compare price and rule by Odoo alone with those through an index.

        :param product: alone, as what Odoo does with contradictory rules depends on
            the products beside it
        :param kwargs: for Odoo's computation
        :return: the price at each of the times
        """
        _rules, indexed = self.index(pricelist)
        found = {}
        for time in times:
            answers = [
                one._compute_price_rule(product, quantity, date=time, **kwargs)
                for one in (pricelist, indexed)
            ]
            told = pricelist.name, product.display_name, time
            self.assertEqual(answers[1], answers[0], told)
            found[time] = answers[0][product.id][0]
        return found

    def assert_prices_of_odoo(self, lists):
        """Compare what shoppers pay now, later and lastingly with Odoo's prices.

        :param lists: what they pay by, then the lists that it may be based on
        """
        pricelist = lists[0]
        shoppers = ShopperPrices(pricelist, self.variants, self.company, NOW)
        now, later, lasting = shoppers.now(), shoppers.later(), shoppers.lasting()
        self.assertEqual(now, self.odoos_prices(pricelist, NOW))
        for id_, steps in later.items():
            for moment, price in steps:
                wanted = self.odoos_prices(pricelist, moment)[id_]
                self.assertEqual(price, wanted, (id_, moment))
        every = lists | lists.item_ids.base_pricelist_id
        every.item_ids.filtered("date_end").unlink()
        self.assertEqual(now | lasting, self.odoos_prices(pricelist, NOW))

    def odoos_prices(self, pricelist, moment):
        """Return what Odoo answers for some products at once, without an index."""
        return pricelist._get_products_price(self.variants, 1.0, date=moment)


def moments(start, end, gapless):
    """Return start and end of a rule, in this order.

    :param start: hours from now, or None
    :param end: the same
    :param gapless: whether it ends one second before the hour, as people write it
    """
    if None not in (start, end):
        start, end = sorted((start, end))
    start = start is not None and NOW + timedelta(hours=start)
    end = end is not None and NOW + timedelta(hours=end)
    if end and gapless:
        end -= SECOND
    if start and end and end <= start:
        end = start + SECOND
    return start, end


def price_values(price, lists):
    """Return the values of a rule that say what it makes of a price."""
    values = dict(price)
    if "margins" in values:
        minimum, maximum = values.pop("margins")
        values |= {"price_min_margin": minimum, "price_max_margin": maximum}
    base = values.get("base")
    if base == "standard_price" and "price_discount" in values:
        values["price_markup"] = -values.pop("price_discount")
    if base in range(len(lists)):
        return {**values, "base": "pricelist", "base_pricelist_id": lists[base].id}
    if isinstance(base, int):
        values["base"] = "list_price"
    return values


def based_on(pricelist, percent=0.0):
    """Return the values of a rule that takes the prices of another list."""
    return {
        "compute_price": "percentage",
        "percent_price": percent,
        "base": "pricelist",
        "base_pricelist_id": pricelist.id,
    }


def around(bounds):
    """Return moments, and one second before and after each of them."""
    steps = (-SECOND, timedelta(), SECOND)
    return set(chain.from_iterable((one + step for step in steps) for one in bounds))
