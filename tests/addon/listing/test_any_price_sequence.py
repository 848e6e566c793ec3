"""Whatever happens to prices, shoppers pay what Odoo says, and on time.

Hypothesis thinks up price lists, what people change about them, and how time goes on.
CONTRIBUTING says how to run more of such stories than continuous integration does.
"""

import os
from datetime import datetime

from common import MarketplaceCase
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from price_exchange import PUBLISHED_AT
from price_promises import Thresholds
from price_sequences import PriceSequences

#: How many stories a campaign runs, each time others; 0: always the same few.
CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))
HOUR, DAY = 60, 24 * 60
MONEY = [50.0, 70.0, 79.95, 80.0, 90.0, 99.0, 110.0, 120.0, 150.0]

endings = st.sampled_from(["clear", "expire"])
floors = st.sampled_from([0.0, 0.0, 65.0])
starts = st.sampled_from(
    [PUBLISHED_AT, datetime(2027, 12, 31, 23, 59, 59), datetime(2028, 2, 29, 0, 0, 1)]
)
money = st.sampled_from(MONEY)
price = st.sampled_from([*MONEY * 2, 0.0])
number = st.integers(0, 5)
size = st.integers(0, 1)
# Around all limits: ten and fifteen minutes, one and three days, two years.
soon = st.sampled_from([0, 1, 4, 9, 10, 11, 14, 15, 16, 25, HOUR])
days = st.sampled_from([6 * HOUR, DAY, 2 * DAY, 3 * DAY, 3 * DAY + 1, 4 * DAY, 9 * DAY])
years = st.sampled_from([40 * DAY, 400 * DAY, 730 * DAY, 735 * DAY])
ahead = soon | days | days | years
behind = st.sampled_from([-5 * DAY, -HOUR, -1])
dates = st.tuples(
    st.none() | soon | days | behind | ahead | st.just("after"),
    soon | days | ahead | st.none(),
)
base = st.sampled_from(["list_price", "pricelist", "pricelist", "standard_price"])
way = st.one_of(
    st.fixed_dictionaries({"compute_price": st.just("fixed"), "fixed_price": price}),
    st.fixed_dictionaries(
        {
            "compute_price": st.just("percentage"),
            "percent_price": st.sampled_from([10.0, 33.3, 50.0, -10.0]),
            "base": base,
        }
    ),
    st.fixed_dictionaries(
        {
            "compute_price": st.just("formula"),
            "price_discount": st.sampled_from([0.0, 12.5, 30.0]),
            "price_surcharge": st.sampled_from([0.0, -0.05, 7.0]),
            "price_round": st.sampled_from([0.0, 10.0]),
            "base": base,
        }
    ),
)


def step(name, *arguments):
    """Return a strategy of one kind of step, for `do_step`."""
    return st.tuples(st.just(name), *arguments)


def values(**options):
    """Return a strategy of values to write, one field at a time."""
    return st.one_of(
        *(st.fixed_dictionaries({name: one}) for name, one in options.items())
    )


rule = step(
    "rule",
    st.sampled_from(["main", "main", "main", "base", "rrp"]),
    st.sampled_from(
        ["3_global", "2_product_category", "1_product", "0_product_variant"]
    ),
    way,
    dates,
    st.sampled_from([0, 0, 0, 1, 2]),
    st.booleans(),
)
plain_promotion = step(
    "rule",
    st.just("main"),
    st.sampled_from(["3_global", "1_product", "0_product_variant"]),
    st.fixed_dictionaries(
        {"compute_price": st.just("fixed"), "fixed_price": money | money | price}
    ),
    dates,
    st.just(0),
    st.booleans(),
)
people = st.one_of(
    plain_promotion,
    rule,
    rule,
    step("rewrite", number, way),
    step("redate", number, dates),
    step("end_rule", number, ahead),
    step("mark_rule", number, st.booleans()),
    step("delete_rule", number),
    step("style", values(list_price=price)),
    step("cost", money),
    step("product", size, values(iconic_rrp=price)),
    step("listing", size, values(price=price, rrp=price, protect_price=st.booleans())),
    step(
        "account",
        values(
            sale_ending=endings,
            send_rrp=st.booleans(),
            promotion_alone_hours=st.sampled_from([1, 24, 72]),
        ),
    ),
    step("account_list", st.sampled_from(["main", "main", "base"])),
    step("rrp_list", st.booleans()),
    step("tax", st.sampled_from([None, "tax_excluded", "tax_included"])),
    step("update_now", size),
)
wait = step("wait", soon | soon | days | days | ahead)
until_next = step("next", st.sampled_from([-1, 0, 0, 1, 60]))
times = st.one_of(wait, wait, until_next, until_next, step("down", ahead))
# People change something; within ten minutes all is compared; time goes on.
chapters = st.tuples(
    st.lists(people, max_size=3),
    st.sampled_from([0, 0, 1, 300, 600]),
    st.lists(times, min_size=1, max_size=3),
)
opening = st.one_of(
    plain_promotion,
    plain_promotion,
    plain_promotion,
    rule,
    step("product", size, values(iconic_rrp=money)),
)
stories = st.tuples(
    st.lists(opening, min_size=1, max_size=4),
    st.lists(chapters, min_size=2, max_size=5),
)

share = st.sampled_from([0, 30, 60])
# Each of them falls from the one before by other shares.
falling = st.sampled_from([100.0, 99.0, 80.0, 70.0, 69.3, 60.0, 49.0, 35.0, 20.0, 2.0])
fixed = st.fixed_dictionaries(
    {"compute_price": st.just("fixed"), "fixed_price": falling}
)
promotion = step(
    "rule",
    st.just("main"),
    st.sampled_from(["3_global", "0_product_variant"]),
    fixed,
    dates,
    st.just(0),
    st.booleans(),
)
sellers = st.one_of(
    promotion,
    step("rewrite", number, fixed),
    step("end_rule", number, ahead),
    step("delete_rule", number),
    step("style", values(list_price=falling)),
    step("style", values(list_price=falling)),
    step("cost", st.sampled_from([0.0, 60.0])),
    step("product", size, values(iconic_rrp=price)),
    step("listing", size, values(price=falling | st.just(0.0), minimum_price=falling)),
    step("account", values(max_price_fall=share, minimum_price=falling | st.just(0.0))),
)
approval = step("approve", size) | step("approve_seen", size)
held_chapters = st.tuples(
    st.tuples(st.lists(approval, max_size=1), st.lists(sellers, max_size=2)).flatmap(
        lambda both: st.sampled_from([both[0] + both[1], both[1] + both[0]])
    ),
    st.sampled_from([0, 600]),
    st.lists(times, max_size=2),
)
held_stories = st.tuples(
    st.lists(promotion, max_size=2), st.lists(held_chapters, min_size=2, max_size=6)
)


def any_story(examples):
    """Return the settings of a campaign, or of continuous integration.

    :param examples: how many stories continuous integration tells
    """
    return settings(
        max_examples=CAMPAIGN or examples,
        derandomize=not CAMPAIGN,
        database=None,
        deadline=None,
        phases=(Phase.generate, *([Phase.shrink] if CAMPAIGN else [])),
        suppress_health_check=list(HealthCheck),
    )


class PriceStoryCase(PriceSequences, MarketplaceCase):
    over_http = bool(CAMPAIGN)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    def begin(self):
        super().begin()
        with self.clocks():
            self.publish()
            self.run_cron("compare")

    def tell(self, rules, told):
        """Let a story happen.

        :param rules: steps that it begins with
        :param told: lists of steps of people, seconds, and lists of steps of time
        """
        for one in rules:
            self.do_step(*one)
        for changes, seconds, later in told:
            for one in changes:
                self.do_step(*one)
            self.settle(seconds)
            for one in later:
                self.do_time(*one)
        self.read_back()


class TestAnyPriceSequence(PriceStoryCase):
    thresholds = {"max_price_fall": 0, "min_rrp_share": 0, "hold_below_cost": False}

    @any_story(3)
    @given(start=starts, ending=endings, story=stories)
    def test_shoppers_pay_what_odoo_says_at_every_moment(self, start, ending, story):
        with self.story(start, sale_ending=ending):
            self.tell(*story)


class TestAnyHeldPrice(Thresholds, PriceStoryCase):
    thresholds = {"max_price_fall": 30, "min_rrp_share": 20, "hold_below_cost": True}

    @any_story(2)
    @given(floor=floors, cost=floors, story=held_stories)
    def test_what_waits_for_approval_is_never_paid(self, floor, cost, story):
        with self.story(PUBLISHED_AT, minimum_price=floor):
            self.begin_waiting()
            self.do_step("cost", cost)
            self.tell(*story)
