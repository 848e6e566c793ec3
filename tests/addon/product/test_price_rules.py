"""Through the index of rules every price is Odoo's own, whatever the price lists are.

Hypothesis thinks up price lists. CONTRIBUTING says how to try more of them than
continuous integration does.
"""

import os
from datetime import timedelta
from itertools import pairwise, product
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from price_lists import (
    NOW,
    SECOND,
    TARGETS,
    PriceListCase,
    around,
    based_on,
    price_lists,
    quantities,
)

from odoo.fields import Command

from odoo.addons.iconic_connector.domain.price_curve import SALE_YEARS, years_later
from odoo.addons.iconic_connector.models.product.shopper_prices import ShopperPrices
from odoo.addons.product.models.product_pricelist import ProductPricelist

#: How many sets of lists a campaign tries, each time others; 0: always the same few.
CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))
LATEST = years_later(NOW, SALE_YEARS)
HOUR = timedelta(hours=1)

of_any_lists = settings(
    max_examples=CAMPAIGN or 20,
    derandomize=not CAMPAIGN,
    database=None,
    deadline=None,
    phases=(Phase.generate, *([Phase.shrink] if CAMPAIGN else [])),
    suppress_health_check=list(HealthCheck),
)
seeds = st.integers(0, 2**32)


class TestAnyPriceList(PriceListCase):
    def within(self, check, lists, *arguments):
        """Run a check on price lists that are gone afterwards."""
        savepoint = self.env.cr.savepoint()
        try:
            check(self.make_lists(lists), *arguments)
        finally:
            savepoint.close(rollback=True)

    @of_any_lists
    @given(lists=price_lists, quantity=quantities, seed=seeds)
    def test_price_and_rule_are_those_of_odoo_at_any_time(self, lists, quantity, seed):
        self.within(self.check_index, lists, quantity or 1.0, Random(seed))

    def check_index(self, lists, quantity, random):
        pricelist, one = lists[0], random.choice(self.variants)
        rules, indexed = self.index(pricelist)
        bounds = [NOW, *rules.moments(one), LATEST]
        between = {random_time(random, *gap) for gap in pairwise(bounds)}
        times = sorted(
            time for time in around(bounds) | between if NOW <= time <= LATEST
        )
        self.assert_same(pricelist, one, times, quantity)
        prices = self.assert_same(pricelist, one, times)
        for time in times:
            beside = indexed._get_products_price(self.variants, 1.0, date=time)
            self.assertEqual(beside[one.id], prices[time], time)
        if self.moving not in lists.currency_id:
            self.assert_constant_between(bounds, prices)

    def assert_constant_between(self, bounds, prices):
        """Check that prices change at the bounds only."""
        for start, end in pairwise(bounds):
            inside = {prices[time] for time in prices if start <= time < end}
            self.assertEqual(inside, {prices[start]}, (start, end))

    @of_any_lists
    @given(lists=price_lists)
    def test_prices_of_shoppers_are_those_of_odoo(self, lists):
        self.within(self.assert_prices_of_odoo, lists)


def random_time(random, start, end):
    """Return some whole second from the start until just before the end."""
    seconds = int((end - start).total_seconds())
    return start + SECOND * random.randrange(seconds)


class TestPriceRules(PriceListCase):
    def setUp(self):
        super().setUp()
        self.small = self.variants[0]

    def test_a_rule_holds_through_the_second_of_its_end(self):
        start, end = NOW + HOUR, NOW + 2 * HOUR
        pricelist = self.make_list(
            50.0, {"fixed_price": 40.0, "date_start": start, "date_end": end}
        )
        rules, _indexed = self.index(pricelist)
        self.assertEqual(rules.moments(self.small), [start, end + SECOND])
        self.assertEqual(
            self.assert_same(pricelist, self.small, sorted(around([start, end]))),
            {
                start - SECOND: 50.0,
                start: 40.0,
                start + SECOND: 40.0,
                end - SECOND: 40.0,
                end: 40.0,
                end + SECOND: 50.0,
            },
        )

    def test_where_one_rule_ends_as_another_starts_odoo_chooses(self):
        meet = NOW + HOUR
        ending = {"fixed_price": 40.0, "date_end": meet}
        starting = {"fixed_price": 30.0, "date_start": meet}
        for rules in ((ending, starting), (starting, ending)):
            pricelist = self.make_list(50.0, *rules)
            self.assert_same(pricelist, self.small, sorted(around([meet])))

    def test_a_rule_whose_end_is_the_present_holds_for_this_second(self):
        pricelist = self.make_list(50.0, {"fixed_price": 40.0, "date_end": NOW})
        self.assertEqual(
            self.assert_same(pricelist, self.small, [NOW, NOW + SECOND]),
            {NOW: 40.0, NOW + SECOND: 50.0},
        )

    def test_rules_for_more_than_one_piece_bring_no_moments(self):
        pricelist = self.make_list(
            *(
                {"fixed_price": 40.0, "min_quantity": number, "date_end": NOW + HOUR}
                for number in (1.01, 2)
            )
        )
        rules, _indexed = self.index(pricelist)
        self.assertEqual(rules.moments(self.small), [])
        self.assertFalse(rules.is_dated(self.small))

    def test_moments_reach_as_far_ahead_as_a_sale_may_last(self):
        pricelist = self.make_list(
            *({"date_start": LATEST + later} for later in (-SECOND, 0 * SECOND, SECOND))
        )
        rules, _indexed = self.index(pricelist)
        self.assertEqual(rules.moments(self.small), [LATEST - SECOND, LATEST])

    def test_a_list_that_is_left_over_in_a_rule_brings_no_moments(self):
        base = self.make_list({"fixed_price": 40.0, "date_end": NOW + HOUR})
        pricelist = self.make_list({**based_on(base), "base": "list_price"})
        rules, _indexed = self.index(pricelist)
        self.assertEqual(rules.moments(self.small), [])

    def test_a_promotion_for_another_product_brings_no_moments(self):
        pricelist = self.make_list(
            {"product_id": self.small.id, "fixed_price": 9.0, "date_end": NOW + HOUR}
        )
        shoppers = ShopperPrices(pricelist, self.variants, self.company, NOW)
        self.assertEqual(set(shoppers.later()), {self.small.id})
        self.assertEqual(set(shoppers.lasting()), {self.small.id})

    def test_variants_share_their_price_unless_a_rule_or_an_extra_is_for_them(self):
        values = self.templates.attribute_line_ids.product_template_value_ids
        by_cost = {"compute_price": "formula", "base": "standard_price"}
        for extra, rule, alone in (
            (0, 50.0, self.variants.browse()),
            (5, 50.0, self.templates[0].product_variant_ids),
            (0, {"product_id": self.small.id, "fixed_price": 9.0}, self.small),
            (0, by_cost, self.variants),
        ):
            with self.subTest(extra=extra, rule=rule):
                values[0].price_extra = extra
                values[1:].price_extra = 0
                pricelist = self.make_list(rule)
                shoppers = ShopperPrices(pricelist, self.variants, self.company, NOW)
                _templates, ids = shoppers.rules.split(self.variants)
                self.assertEqual(set(ids), set(alone.ids))
                odoos = self.odoos_prices(pricelist, NOW)
                self.assertEqual(shoppers.now(), odoos)

    def test_a_rule_that_has_begun_and_has_no_end_is_lasting(self):
        pricelist = self.make_list(
            50.0,
            {"fixed_price": 45.0, "date_start": NOW},
            {"fixed_price": 40.0, "date_end": NOW},
        )
        shoppers = ShopperPrices(pricelist, self.small, self.company, NOW)
        self.assertEqual(shoppers.now(), {self.small.id: 40.0})
        self.assertEqual(shoppers.lasting(), {self.small.id: 45.0})

    def test_promotions_that_run_by_themselves_are_told_from_base_lists_too(self):
        marked = {"fixed_price": 40.0, "iconic_runs_by_itself": True}
        start, end = NOW + HOUR, NOW + 2 * HOUR
        base = self.make_list(
            {**marked, "date_start": start, "date_end": end},
            {**marked, "date_end": end},
            {**marked, "date_start": start},
            {**marked, "date_end": end, "min_quantity": 2},
            {"fixed_price": 30.0, "date_end": end},
        )
        rules, _indexed = self.index(self.make_list(based_on(base)))
        self.assertCountEqual(rules.alone(self.small), [(start, end), (False, end)])

    def test_templates_are_left_to_odoo(self):
        pricelist = self.make_list(
            50.0, {"fixed_price": 40.0, "product_id": self.small.id}
        )
        _rules, indexed = self.index(pricelist)
        for template in (*self.templates, self.template_numbered(self.small.id)):
            self.assertEqual(
                indexed._compute_price_rule(template, 1.0, date=NOW),
                pricelist._compute_price_rule(template, 1.0, date=NOW),
            )

    def template_numbered(self, number):
        """Make templates until one has the id that a variant of another one has."""
        template = self.templates[-1]
        while template.id < number:
            template = template.create({"name": "Another"})
        self.assertEqual(template.id, number)
        return template

    def test_products_and_lists_that_were_not_read_are_left_to_odoo(self):
        pricelist = self.make_list(
            50.0, {"fixed_price": 30.0, "product_id": self.variants[1].id}
        )
        rules, _indexed = self.index(pricelist, self.small)
        other = self.make_list(20.0)
        for one, products in product((pricelist, other), (self.variants, self.small)):
            indexed = one.with_context(iconic_price_rules=rules)
            self.assertEqual(
                indexed._get_products_price(products, 1.0, date=NOW),
                one._get_products_price(products, 1.0, date=NOW),
            )

    def test_what_odoo_finds_itself_is_rid_of_promotions_too(self):
        pricelist = self.make_list(50.0, {"fixed_price": 40.0, "date_end": NOW})
        rules, _indexed = self.index(pricelist)
        lasting = pricelist.with_context(iconic_price_rules=rules.without_dated())
        template = self.templates[1]
        self.assertEqual(lasting._get_product_price(template, 1.0, date=NOW), 50.0)
        self.assertEqual(lasting._get_product_price(self.small, 1.0, date=NOW), 50.0)

    def test_a_day_instead_of_a_moment_is_left_to_odoo(self):
        pricelist = self.make_list(50.0, {"fixed_price": 40.0, "date_start": NOW})
        for day in (NOW.date(), NOW.date() + timedelta(days=1), str(NOW)):
            self.assert_same(pricelist, self.small, [day])

    def test_fractions_of_a_second_do_not_count(self):
        half = SECOND / 2
        for name, rest in product(("date_start", "date_end"), (half, timedelta())):
            pricelist = self.make_list(
                50.0, {"fixed_price": 40.0, name: NOW + HOUR + rest}
            )
            times = around([NOW + HOUR, NOW + HOUR + half])
            prices = self.assert_same(pricelist, self.small, sorted(times))
            (moment,) = self.index(pricelist)[0].moments(self.small)
            self.assertNotEqual(prices[moment], prices[moment - SECOND])
            self.assertFalse(moment.microsecond)

    def test_archived_products_have_their_prices(self):
        pricelist = self.make_list(
            50.0, {"fixed_price": 40.0, "product_id": self.small.id}
        )
        self.small.active = False
        self.assertEqual(self.assert_same(pricelist, self.small, [NOW]), {NOW: 40.0})

    def test_rules_of_no_list_do_not_count(self):
        pricelist = self.make_list(50.0, 40.0)
        pricelist.item_ids[1].pricelist_id = False
        self.assertEqual(self.assert_same(pricelist, self.small, [NOW]), {NOW: 50.0})

    def test_rules_that_contradict_themselves_mean_what_odoo_makes_of_them(self):
        kinds = [self.target_values(kind, 1) for kind in TARGETS]
        for values, odd in product(kinds, self.contradictions()):
            pricelist = self.make_list(
                50.0, {"fixed_price": 40.0, **values}, name=f"{values}, then {odd}"
            )
            pricelist.item_ids[1].write(odd)
            for one in self.variants:
                self.assert_same(pricelist, one, [NOW])

    def contradictions(self):
        """Return what may be written besides what a rule is for."""
        return [
            {"product_id": self.variants[0].id},
            {"product_tmpl_id": self.templates[0].id},
            {"categ_id": self.categories[2].id},
            {"categ_id": self.categories[0].id, "product_id": self.variants[3].id},
            {"product_tmpl_id": self.templates[1].id, "product_id": self.small.id},
        ]

    def test_another_unit_changes_nothing(self):
        pricelist = self.make_list(
            50.0, {"fixed_price": 40.0, "min_quantity": 12, "date_end": NOW + HOUR}
        )
        dozen = self.env.ref("uom.product_uom_dozen")
        prices = self.assert_same(
            pricelist, self.small, [NOW, NOW + 2 * HOUR], uom=dozen
        )
        self.assertEqual(list(prices.values()), [480.0, 600.0])

    def test_extras_of_attributes_without_variants_are_added(self):
        belt = self._attribute("Belt", ("No", "Yes"))
        belt.create_variant = "no_variant"
        template = self.templates[1]
        template.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": belt.id,
                    "value_ids": [Command.set(belt.value_ids.ids)],
                }
            )
        ]
        with_belt = template.attribute_line_ids.product_template_value_ids[1]
        with_belt.price_extra = 15.0
        coat = template.product_variant_id
        coat = coat.with_context(coat._get_product_price_context(with_belt))
        pricelist = self.make_list({"compute_price": "percentage"})
        self.assertEqual(self.assert_same(pricelist, coat, [NOW]), {NOW: 164.5})

    def test_rules_that_a_user_may_not_read_do_not_count(self):
        other = self.env["res.company"].create({"name": "Another company"})
        user = self.env["res.users"].create(
            {
                "name": "Sales",
                "login": "sales",
                "group_ids": [
                    Command.link(self.env.ref("sales_team.group_sale_manager").id)
                ],
            }
        )
        pricelist = self.make_list(50.0, {"fixed_price": 40.0})
        pricelist.item_ids[1].company_id = other
        theirs = pricelist.with_user(user)
        small = self.small.with_user(user)
        self.assertEqual(self.assert_same(theirs, small, [NOW]), {NOW: 50.0})

    def test_costs_are_those_of_the_company(self):
        other = self.env["res.company"].create({"name": "Another company"})
        self.small.with_company(other).standard_price = 70.0
        pricelist = self.make_list(
            {
                "compute_price": "formula",
                "base": "standard_price",
                "price_markup": 100.0,
            },
            currency_id=other.currency_id.id,
        )
        small = self.small.with_company(other)
        theirs = pricelist.with_company(other)
        self.assertEqual(self.assert_same(theirs, small, [NOW]), {NOW: 140.0})


class NoVariants:
    """A module that leaves out some of the rules that Odoo has found."""

    __slots__ = ()

    def _get_applicable_rules(self, products, date, **kwargs):
        found = super()._get_applicable_rules(products, date, **kwargs)
        return found.filtered(lambda rule: not rule.product_id)


class NoCategories:
    """A module that leaves rules for categories out of the search."""

    __slots__ = ()

    def _get_applicable_rules_domain(self, products, date, **kwargs):
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        return [*domain, ("categ_id", "=", False)]


class Doubled:
    """A module that makes prices of its own out of Odoo's."""

    __slots__ = ()

    def _compute_price_rule(self, *args, **kwargs):
        found = super()._compute_price_rule(*args, **kwargs)
        return {id_: (2 * price, rule) for id_, (price, rule) in found.items()}


class TestOtherModules(PriceListCase):
    """Where another module chooses rules in its own way, prices are its prices."""

    def setUp(self):
        super().setUp()
        promotion = {"fixed_price": 20.0, "date_end": NOW + HOUR}
        base = self.make_list(
            80.0,
            {**promotion, "product_id": self.variants[0].id},
            {"fixed_price": 70.0, "product_id": self.variants[1].id},
        )
        self.pricelist = self.make_list(
            based_on(base, 10.0),
            {
                "fixed_price": 60.0,
                "categ_id": self.categories[1].id,
                "date_start": NOW + HOUR,
            },
            {"fixed_price": 30.0, "product_id": self.variants[3].id},
            {**promotion, "fixed_price": 10.0, "product_id": self.variants[3].id},
            {"fixed_price": 15.0, "date_end": NOW, "categ_id": self.categories[1].id},
        )
        self.standard = self.odoos_prices(self.pricelist, NOW + HOUR)

    def install(self, override, place):
        """Let a class override Odoo's for the time of a test, as a module's would.

        :param place: 0: its module was loaded after ours, 1: before
        """
        model = type(self.pricelist)
        bases = model.__bases__
        self.addCleanup(setattr, model, "__bases__", bases)
        model.__bases__ = (*bases[:place], override, *bases[place:])

    def test_odoo_alone_is_standard(self):
        self.assertTrue(self.index(self.pricelist)[0].is_standard)
        self.assert_prices_of_odoo(self.pricelist)

    def test_rules_that_another_module_leaves_out_are_left_out(self):
        self.install(NoVariants, 1)
        self.assert_prices_of_the_module()

    def test_rules_that_a_module_loaded_later_leaves_out_are_left_out(self):
        self.install(NoVariants, 0)
        self.assert_prices_of_the_module()

    def test_rules_that_another_module_does_not_search_are_left_out(self):
        self.install(NoCategories, 1)
        self.assert_prices_of_the_module()

    def test_rules_that_a_module_loaded_later_does_not_search_are_left_out(self):
        self.install(NoCategories, 0)
        self.assert_prices_of_the_module()

    def test_prices_made_by_another_module_are_its_prices(self):
        self.install(Doubled, 1)
        self.assert_prices_of_the_module()

    def test_prices_made_by_a_module_loaded_later_are_its_prices(self):
        self.install(Doubled, 0)
        self.assert_prices_of_the_module()

    def test_a_function_put_in_the_place_of_odoos_counts_too(self):
        odoos = ProductPricelist._get_applicable_rules

        def without_first(pricelist, products, date, **kwargs):
            return odoos(pricelist, products, date, **kwargs)[1:]

        self.patch(ProductPricelist, "_get_applicable_rules", without_first)
        rules, _indexed = self.index(self.pricelist)
        self.assertFalse(rules.is_standard)
        self.assert_same(self.pricelist, self.variants[0], [NOW, NOW + HOUR])

    def assert_prices_of_the_module(self):
        changed = self.odoos_prices(self.pricelist, NOW + HOUR)
        self.assertNotEqual(changed, self.standard)
        self.assertFalse(self.index(self.pricelist)[0].is_standard)
        self.assert_prices_of_odoo(self.pricelist)
