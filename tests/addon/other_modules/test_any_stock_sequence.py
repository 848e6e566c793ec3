"""Whatever is sold, reserved and moved: what is offered is there, and nobody's yet.

Hypothesis generates sequences of what shoppers, the marketplace, the warehouse and
the own shop may do. CONTRIBUTING says how to run more of them.
"""

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stock_sequences import UNKNOWN, WHO, RandomStock

#: How many sequences a campaign runs, each time others; 0: always the same few.
CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))

account = st.integers(0, 1)
place = st.integers(0, 3)
who = st.sampled_from(sorted(WHO))
single = st.sampled_from(["TOP", "SOCK"])
sku = st.sampled_from(["TOP", "SOCK", "KIT", "GIFT"])
skus = st.lists(
    st.sampled_from(["TOP", "SOCK", "KIT", "KIT", "GIFT", UNKNOWN]),
    min_size=1,
    max_size=4,
)
yes = st.booleans()


def step(name, *arguments):
    """Return a strategy of one kind of step, for `RandomStock.take_step`."""
    return st.tuples(st.just(name), *arguments)


buy = step(
    "buy", account, skus, st.sampled_from(["pending", "pending", "payment_pending"])
)
goal = st.sampled_from(
    "pending ready_to_ship shipped delivered canceled canceled failed returned "
    "return_shipped_by_customer return_rejected".split()
)
process_all = step("process_all")
marketplace = st.one_of(buy, buy, step("become", place, who, goal))
jobs = st.one_of(
    process_all,
    process_all,
    step("process", place),
    step("retry", place),
    step("assign_all"),
)
users = st.one_of(
    step("map", place),
    step("confirm_orders", account, yes),
    step("confirm", place),
    step(
        "limits",
        account,
        st.integers(0, 2),
        st.sampled_from([0, 0, 3]),
        st.sampled_from([0, 0, 50]),
    ),
    step("bom", st.integers(1, 3)),
)
warehouse = st.one_of(
    step("unreserve", place),
    step("reserve", place),
    step("reserve_some", place, st.integers(0, 3), st.integers(0, 2)),
    step("validate", place, st.sampled_from(["all", "all", "first", "one", "last"])),
    step("validate", place, st.sampled_from(["all", "all", "first", "one"])),
    step("steps", st.sampled_from(["ship_only", "pick_ship"])),
    step("return_by_hand", place, st.integers(1, 2)),
    step("receive", place),
    step("send_again", place),
    step("cancel_transfer", place),
    step("receive_undelivered", place),
)
stock = st.one_of(
    step("adjust", single, st.sampled_from([-9, -3, -1, 2, 5]), yes),
    step("damage", single, st.integers(-2, 4)),
    step("exclude", account, yes),
    step("only_shelf", account, yes),
    step("own_shop", sku, st.integers(1, 2), yes),
)
chapter = st.tuples(
    st.lists(marketplace, max_size=2),
    st.lists(jobs, max_size=1),
    st.lists(st.one_of(warehouse, warehouse, stock, users), max_size=3),
    st.lists(jobs, max_size=1),
).map(lambda parts: [one for part in parts for one in part])


class TestAnyStockSequence(RandomStock):
    @settings(
        max_examples=CAMPAIGN or 4,
        derandomize=not CAMPAIGN,
        database=None,
        deadline=None,
        phases=(Phase.generate, *([Phase.shrink] if CAMPAIGN else [])),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        steps=st.sampled_from(["ship_only", "pick_ship"]),
        confirmed=yes,
        first=buy,
        story=st.lists(chapter, min_size=1, max_size=5),
    )
    def test_no_account_offers_what_is_not_free(self, steps, confirmed, first, story):
        savepoint = self.env.cr.savepoint()
        self.begin_story()
        try:
            self.warehouse.delivery_steps = steps
            for one in self.accounts:
                one.confirm_orders = confirmed
            taken = [first, *(one for part in story for one in part)]
            for one in taken:
                self.take_step(*one)
                self.check(one)
            self.come_to_rest()
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
