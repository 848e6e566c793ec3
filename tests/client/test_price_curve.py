"""Which price and sale the marketplace is given for prices that change in time."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.price_curve import (
    RUNS_OUT_IN,
    SHORTEST_SALE,
    Curve,
    Offer,
    Sale,
    Step,
    next_comparison,
    offer_for,
    running_out,
    years_later,
)

NOW = datetime(2026, 11, 2, 10)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def amount(price):
    return None if price is None else Decimal(price).quantize(Decimal("0.01"))


def curve(*prices, lasting=None, now=NOW):
    """Return a curve: the price now, then pairs of days from now and price."""
    steps = [(0, prices[0]), *zip(prices[1::2], prices[2::2], strict=True)]
    return Curve(
        now,
        tuple(Step(now + days * DAY, amount(price)) for days, price in steps),
        amount(lasting),
    )


def offer(price, sale=None, start=0, end=0):
    """Return an offer: start and end of its sale in days from now."""
    dates = (NOW + start * DAY, NOW + end * DAY)
    return Offer(amount(price), Sale(amount(sale), *dates) if sale else None)


TWO_YEARS = (years_later(NOW, 2) - NOW) / DAY


class TestDecisionTable:
    """The rows of the table, each with a curve and what is sent for it."""

    @pytest.mark.parametrize("price", [None, 0, -1])
    def test_without_a_price_nothing_is_sent(self, price):
        assert offer_for(curve(price, 1, 99), amount(120), offer(99)) is None

    def test_a_constant_price_is_a_plain_price(self):
        assert offer_for(curve(99, lasting=99)) == offer(99)

    def test_a_running_promotion_is_a_sale_until_the_price_rises(self):
        found = offer_for(curve(80, 2, 70, 4, 90, 6, 99, lasting=99))
        assert found == offer(99, 80, 0, 4)

    def test_an_rrp_without_an_end_in_sight_is_a_sale_of_two_years(self):
        assert offer_for(curve(99, lasting=99), amount(129)) == offer(
            129, 99, 0, TWO_YEARS
        )

    @pytest.mark.parametrize("rrp", [99, 98.99, 50])
    def test_an_rrp_that_is_not_above_the_price_is_none(self, rrp):
        assert offer_for(curve(99, lasting=99), amount(rrp)) == offer(99)

    def test_the_higher_of_rrp_and_lasting_price_is_struck_through(self):
        running = curve(99, 2, 120, lasting=120)
        assert offer_for(running, amount(110)) == offer(120, 99, 0, 2)
        assert offer_for(running, amount(200)) == offer(200, 99, 0, 2)

    def test_a_promotion_goes_out_ahead(self):
        assert offer_for(curve(99, 2, 80, 4, 99, lasting=99)) == offer(99, 80, 2, 4)

    def test_a_promotion_far_away_waits(self):
        assert offer_for(curve(99, 3.1, 80, 4, 99, lasting=99)) == offer(99)

    def test_a_promotion_may_be_kept_from_going_out_ahead(self):
        found = offer_for(curve(99, 2, 80, 4, 99, lasting=99), ahead=False)
        assert found == offer(99)

    def test_a_lasting_fall_is_sent_at_its_moment(self):
        assert offer_for(curve(99, 2, 80, lasting=99)) == offer(99)

    def test_a_dated_price_above_the_lasting_one_is_a_plain_price(self):
        assert offer_for(curve(150, 2, 99, lasting=99)) == offer(150)

    def test_a_rise_ahead_is_sent_at_its_moment(self):
        assert offer_for(curve(99, 2, 150, 4, 99, lasting=99)) == offer(99)

    def test_nothing_is_promised_across_a_time_without_a_price(self):
        assert offer_for(curve(99, 1, None, 2, 80, 4, 99, lasting=99)) == offer(99)
        assert offer_for(curve(99, 1, 80, 2, None, 4, 99, lasting=99)) == offer(99)

    def test_of_two_promotions_the_running_one_keeps_the_slot(self):
        nested = curve(90, 1, 80, 2, 90, 6, 100, lasting=100)
        assert offer_for(nested) == offer(100, 90, 0, 6)

    def test_an_inner_promotion_ends_with_its_own_end(self):
        inner = curve(80, 1, 90, 6, 100, lasting=100)
        listed = offer(100, 90, -3, 6)
        assert offer_for(inner, None, listed) == offer(100, 80, 0, 1)


class TestStability:
    def test_a_running_sale_keeps_its_start(self):
        listed = offer(99, 80, -1, 4)
        running = curve(80, 4, 99, lasting=99)
        assert offer_for(running, None, listed) == listed

    def test_another_struck_price_begins_a_new_sale(self):
        found = offer_for(curve(80, 4, 99, lasting=99), None, offer(95, 80, -1, 4))
        assert found == offer(99, 80, 0, 4)

    def test_a_promotion_that_was_prolonged_or_cut_gets_its_new_end(self):
        listed = offer(99, 80, -1, 4)
        for end in (0.001, 2, 9):
            found = offer_for(curve(80, end, 99, lasting=99), None, listed)
            assert found == offer(99, 80, -1, end)

    def test_an_end_of_two_years_is_kept_until_it_is_near(self):
        listed = offer(129, 99, -700, 30.1)
        assert offer_for(curve(99, lasting=99), amount(129), listed) == listed

    def test_and_renewed_thirty_days_before(self):
        listed = offer(129, 99, -700, 29.9)
        found = offer_for(curve(99, lasting=99), amount(129), listed)
        assert found == offer(129, 99, -700, TWO_YEARS)

    def test_an_end_that_comes_from_a_rule_is_not_renewed(self):
        running = curve(99, 20, 149, lasting=149)
        listed = offer(149, 99, -1, 20)
        assert offer_for(running, None, listed) == listed

    def test_a_listed_end_behind_the_next_rise_is_corrected(self):
        listed = offer(129, 99, -1, 700)
        assert offer_for(curve(99, 40, 120, lasting=99), amount(129), listed) == offer(
            129, 99, -1, 40
        )

    def test_an_ended_sale_counts_as_none(self):
        ended = offer(99, 80, -9, 0)
        assert offer(99).agrees(ended, NOW)
        assert not offer(95).agrees(ended, NOW)
        assert not offer(99, 80, -1, 1).agrees(ended, NOW)

    def test_starts_in_the_past_are_all_the_same(self):
        assert offer(99, 80, -1, 4).agrees(offer(99, 80, -9, 4), NOW)
        assert offer(99, 80, 0, 4).agrees(offer(99, 80, -9, 4), NOW)
        assert not offer(99, 80, 1, 4).agrees(offer(99, 80, -9, 4), NOW)
        assert not offer(99, 80, 1, 4).agrees(offer(99, 80, 2, 4), NOW)
        assert not offer(99, 80, -1, 4).agrees(offer(99, 80, -1, 5), NOW)


class TestShortSales:
    FEW_MINUTES = 14 / 24 / 60

    def test_a_sale_that_ends_within_minutes_is_not_begun(self):
        found = offer_for(curve(80, self.FEW_MINUTES, 99, lasting=99), None, offer(99))
        assert found == offer(99)

    def test_what_follows_it_counts(self):
        inner = curve(80, self.FEW_MINUTES, 90, 6, 100, lasting=100)
        listed = offer(100, 90, -3, 6)
        assert offer_for(inner, None, listed) == listed

    def test_one_that_runs_already_goes_on(self):
        listed = offer(99, 80, -1, self.FEW_MINUTES)
        running = curve(80, self.FEW_MINUTES, 99, lasting=99)
        assert offer_for(running, None, listed) == listed

    def test_one_that_was_sent_ahead_stays(self):
        ahead = curve(99, self.FEW_MINUTES / 2, 80, self.FEW_MINUTES, 99, lasting=99)
        listed = offer(99, 80, self.FEW_MINUTES / 2, self.FEW_MINUTES)
        assert offer_for(ahead, None, offer(99)) == offer(99)
        assert offer_for(ahead, None, listed) == listed

    def test_a_short_one_some_days_ahead_is_sent(self):
        end = 2 + self.FEW_MINUTES
        found = offer_for(curve(99, 2, 80, end, 99, lasting=99))
        assert found == offer(99, 80, 2, end)


class TestRunningOut:
    MINUTES = RUNS_OUT_IN / DAY

    def test_a_sale_ends_a_few_minutes_ahead(self):
        found = running_out(offer(99), offer(129, 99, -9, 700), NOW)
        assert found == offer(129, 99, -9, self.MINUTES)

    def test_the_end_is_set_once(self):
        listed = offer(129, 99, -9, self.MINUTES / 2)
        assert running_out(offer(99), listed, NOW) == listed

    def test_a_sale_that_is_too_cheap_is_cleared_at_once(self):
        assert running_out(offer(100), offer(129, 99, -9, 700), NOW) is None

    def test_unless_it_ends_that_soon_anyway(self):
        listed = offer(129, 99, -9, self.MINUTES)
        assert running_out(offer(100), listed, NOW) == listed

    def test_a_sale_that_has_not_begun_never_begins(self):
        assert running_out(offer(79), offer(99, 80, 1, 4), NOW) is None

    def test_a_new_sale_replaces_the_old_one(self):
        assert running_out(offer(99, 70, 1, 2), offer(99, 80, -1, 4), NOW) is None


class TestNextComparison:
    def test_a_constant_price_needs_none(self):
        assert next_comparison(curve(99, lasting=99)) is None

    def test_the_next_moment(self):
        assert next_comparison(curve(99, 2, 99, 4, 150)) == NOW + 2 * DAY

    def test_three_days_before_a_fall(self):
        assert next_comparison(curve(99, 9, 80, 12, 99)) == NOW + 6 * DAY

    def test_other_moments_count_too_unless_they_are_past(self):
        others = [NOW - DAY, NOW + DAY]
        assert next_comparison(curve(99, 2, 99), others) == NOW + DAY


# One hour each, so that scheduled comparisons and moments meet.
HOURS = 24 * 8
moments = st.integers(0, HOURS)
prices = st.sampled_from([70, 80, 90, 99, 110, 120, 150])
rules = st.lists(
    st.tuples(prices | st.just(0), moments | st.none(), moments | st.none()), max_size=4
)


def at(hour):
    return NOW + timedelta(hours=hour)


def price_at(chosen, base, hour, lasting=False):
    """Return the price of the first rule that applies, else the base."""
    for price, start, end in chosen:
        begun = start is None or start <= hour
        if begun and (end is None if lasting else end is None or hour < end):
            return price
    return base


def curve_at(chosen, base, hour):
    """Return the curve of some rules as it is seen from one hour."""
    ahead = sorted(
        {one for one in chain(*(rule[1:] for rule in chosen)) if one and one > hour}
    )
    steps = [Step(at(one), price_at(chosen, base, one)) for one in (hour, *ahead)]
    return Curve(
        at(hour),
        tuple(Step(one, amount(price) if price else None) for one, price in steps),
        amount(price_at(chosen, base, hour, lasting=True)),
    )


@given(
    chosen=rules,
    base=prices,
    rrps=st.lists(st.sampled_from([None, 100, 200]), min_size=1, max_size=3),
    compared=st.sets(moments, min_size=1, max_size=8),
)
def test_shoppers_pay_the_price_of_odoo_at_every_comparison(
    chosen, base, rrps, compared
):
    listed = None
    for number, hour in enumerate(sorted(compared)):
        now, seen = at(hour), curve_at(chosen, base, hour)
        rrp = amount(rrps[number % len(rrps)])
        wanted = offer_for(seen, rrp, listed)
        if wanted is None:
            continue
        assert wanted.paid(now) == seen.price
        assert not wanted.sale or wanted.sale.price < wanted.price
        assert not wanted.sale or wanted.sale.end - now >= SHORTEST_SALE
        listed = wanted if listed is None or not wanted.agrees(listed, now) else listed
        assert listed.paid(now) == seen.price
        assert offer_for(seen, rrp, listed).agrees(listed, now)
        assert_nothing_is_too_cheap(chosen, base, listed, hour)


def assert_nothing_is_too_cheap(chosen, base, listed, hour):
    """Check that with Odoo down only a rise above the listed price is late."""
    for later in range(hour, HOURS + 1):
        price = price_at(chosen, base, later)
        if price <= listed.price:
            assert listed.paid(at(later)) >= price, later
