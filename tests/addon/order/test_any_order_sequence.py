"""Whatever happens to orders, in any sequence: in the end the accounts are right.

Hypothesis generates sequences of what shoppers, the marketplace, users and time may
do. CONTRIBUTING says how to run more of them than continuous integration does.
"""

import os
from itertools import chain, count

from common import CREDENTIALS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from order_sequences import WAYS, WHO, OrderInvariants, RandomOrders

#: How many sequences a campaign runs, each time others; 0: always the same few.
CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))

SMALL, MEDIUM = RandomOrders.small, RandomOrders.medium
api = st.sampled_from(sorted(CREDENTIALS))
which = st.integers(0, 2)
who = st.sampled_from(sorted(WHO))
goal = st.sampled_from(sorted(WAYS))
call = st.sampled_from(
    "* GetOrders GetMultipleOrderItems SetStatusToReadyToShip SetStatusToShipped "
    "SetStatusToCanceled".split()
)
shopping = st.tuples(
    st.sampled_from(
        [(SMALL,), (SMALL, SMALL), (SMALL, MEDIUM), (SMALL, SMALL, MEDIUM)]
    ),
    st.sampled_from(["33.00", "29.95"]),
    st.sampled_from(["0.00", "7.70"]),
    st.sampled_from(
        [
            {},
            {"wallet_credits": "10.00"},
            {
                "voucher_code": "SPRING",
                "voucher_amount": "3.30",
                "voucher_seller_share": "3.30",
            },
        ]
    ),
)


def step(name, *arguments):
    """Return a strategy of one kind of step, for `RandomOrders.take_step`."""
    return st.tuples(st.just(name), *arguments)


def fault(kind, **options):
    """Return a strategy of steps that inject a fault, once or twice."""
    options.setdefault("times", st.integers(1, 2))
    return step("fault", st.just(kind), call, st.fixed_dictionaries(options))


marketplace = st.one_of(
    step("place"),
    step("marketplace", which, who, goal),
    step("marketplace", which, who, goal),
    step("marketplace", which, who, goal),
    step("mask", which),
)
users = st.one_of(
    step("validate", which, st.booleans()),
    step("validate", which, st.just(False)),
    step("number", which),
    step("carrier", which, st.sampled_from(["post", "couriers"])),
    step("ready", which),
    step("cancel", which, who),
    step(
        "receive",
        which,
        who,
        st.sampled_from(["good", "damaged"]),
        st.sampled_from(["approve", "reject", "later"]),
    ),
    step("receipt", which),
    step("invoice", which, st.booleans()),
    step("receive_undelivered", which),
    step("retry", which),
)
faults = st.one_of(
    fault("cut_before"),
    fault("cut_after"),
    fault("status", code=st.just(503), retry_after=st.just(60)),
)
all_jobs = step("all_jobs")
jobs = st.one_of(
    all_jobs, step("pull"), step("process"), step("send_updates"), step("time_passes")
)
chapter = st.tuples(
    st.lists(faults, max_size=1),
    st.lists(marketplace, max_size=2),
    st.lists(jobs | all_jobs, max_size=1),
    st.lists(users, min_size=1, max_size=3),
    st.lists(jobs | all_jobs, max_size=1),
).map(lambda parts: [one for part in parts for one in part])
stories = st.lists(chapter, min_size=2, max_size=4)


class TestAnyOrderSequence(RandomOrders, OrderInvariants):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "invoice_orders": True,
                "register_payments": True,
                "credit_returns": "posted",
                "fetch_labels": False,
                "fetch_invoices": False,
            }
        )
        cls.stock = {
            one.id: sum(one.stock_quant_ids.mapped("quantity"))
            for one in cls.style.product_variant_ids.with_context(active_test=False)
        }

    def setUp(self):
        super().setUp()
        self.sandbox.settings.seller_rejects_returns = True
        self.account._read_failure_reasons()
        if self.account.api_type == "action":
            self.account.api_version = "1.0"  # else the first call is refused

    @settings(
        max_examples=CAMPAIGN or 5,
        derandomize=not CAMPAIGN,
        database=None,
        deadline=None,
        phases=(Phase.generate, *([Phase.shrink] if CAMPAIGN else [])),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        api_type=api,
        returns=st.sampled_from(["seller", "marketplace"]),
        check_in=st.booleans(),
        imported=st.booleans(),
        invoicing=st.booleans(),
        orders=st.lists(shopping, min_size=1, max_size=3),
        story=stories,
    )
    def test_in_the_end_the_accounts_are_right(
        self, api_type, returns, check_in, imported, invoicing, orders, story
    ):
        savepoint = self.env.cr.savepoint()
        self.sandbox.reset()
        self.shopping, self.wanted, self.numbers = [], list(orders), {}
        self.parcels = count(1)
        try:
            self.connect_with(api_type)
            self.account.write(
                {
                    "returns_to": returns,
                    "check_in_returns": check_in,
                    "invoice_orders": invoicing,
                }
            )
            self.take_step("place")
            if imported:
                self.take_step("place")
                self.take_step("all_jobs")
            for one in chain.from_iterable(story):
                self.take_step(*one)
            self.finish()
            self.check_all()
        finally:
            savepoint.close(rollback=True)
