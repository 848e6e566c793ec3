"""Whatever happens, in whatever order: in the end marketplace and Odoo agree.

Hypothesis thinks up sequences of what people, the marketplace and time may do.
CONTRIBUTING says how to run more of them than continuous integration does.
"""

import os
from itertools import chain

from common import CREDENTIALS, MarketplaceCase
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from listing_sequences import JOBS, SKUS, Invariants, ListingSteps

from odoo.addons.iconic_connector.domain.flows import FLOWS

#: How many sequences a campaign runs, each time others; 0: always the same few.
CAMPAIGN = int(os.environ.get("CAMPAIGN", "0"))

sku = st.sampled_from(SKUS)
api = st.sampled_from(sorted(CREDENTIALS))
money = st.sampled_from([25.0, 80.0, 99.0, 120.5])
words = st.sampled_from(["Dress DRESS", "A dress", "Robe d'été & <more>"])
feed_action = st.just("*") | st.sampled_from(
    sorted({one.action for one in FLOWS.values()})
)
any_action = feed_action | st.sampled_from(
    ["FeedStatus", "FeedOffsetList", "GetFeedRawInput", "GetProducts", "Token"]
)


def step(name, *arguments):
    """Return a strategy of one kind of step, for `ListingSteps.do_step`."""
    return st.tuples(st.just(name), *arguments)


def fault(kind, action=any_action, **options):
    """Return a strategy of steps that switch a fault on, to strike once or twice."""
    options.setdefault("times", st.integers(1, 2))
    return step("fault", st.just(kind), action, st.fixed_dictionaries(options))


def values(**options):
    """Return a strategy of values to write, one field at a time."""
    return st.one_of(
        *(st.fixed_dictionaries({name: one}) for name, one in options.items())
    )


people = st.one_of(
    step("send_products"),
    step("style", values(name=words, list_price=money, sale_ok=st.booleans())),
    step("product", sku, values(iconic_rrp=money | st.just(0), active=st.booleans())),
    step("listing", sku, values(title=words | st.just(False), price=money)),
    step("picture", sku, st.sampled_from(["red", "green"])),
    step("stock", sku, st.sampled_from([-7, -1, 3])),
    step(
        "button",
        sku,
        st.sampled_from(
            "end relist remove retry update_now send_anyway close reopen protect "
            "unprotect".split()
        ),
    ),
)
times = st.one_of(
    step("marketplace_works"),
    step("answers_are_read"),
    step("answer"),
    step("leases_end"),
    step("backoff_ends"),
    step("six_hours_pass"),
    step("connection_is_tested"),
    step("api", api),
)
named = sku.map(lambda one: ({"field": "Name", "message": "Too odd", "sku": one},))
faults = st.one_of(
    fault("status", code=st.sampled_from([429, 500, 503]), retry_after=st.just(60)),
    fault("html"),
    fault("garbage"),
    fault("cut_before"),
    fault("cut_after"),
    fault("error", code=st.sampled_from([6, 7])),
    fault("error", feed_action, code=st.just(1000), details=st.just(()) | named),
    fault("stuck", feed_action, status=st.sampled_from(["Queued", "Processing"])),
    fault("lying_counts", feed_action),
    fault("anonymous_error", feed_action),
    fault("feed_error", feed_action),
    fault("sku_error", feed_action, sku=sku),
    fault("sku_warning", feed_action, sku=sku),
    fault("sku_warning", feed_action, sku=sku, message=st.just("SKU was excluded")),
)
all_jobs = step("all_jobs")
jobs = st.one_of(all_jobs, step("job", st.sampled_from(JOBS)))
# Trouble and something to send; it is sent, or some of it; time goes on.
chapter = st.tuples(
    st.lists(faults, max_size=2),
    st.lists(people, min_size=1, max_size=2),
    st.lists(jobs | all_jobs, min_size=1, max_size=2),
    st.lists(times, min_size=1, max_size=3),
    st.lists(jobs, max_size=2),
).map(lambda parts: [one for part in parts for one in part])
stories = st.lists(chapter, min_size=2, max_size=4)


class TestAnySequence(ListingSteps, Invariants, MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M L")
        products = cls.style.product_variant_ids.grouped("default_code")
        cls.products = [products[sku] for sku in SKUS]

    @settings(
        max_examples=CAMPAIGN or 4,
        derandomize=not CAMPAIGN,
        database=None,
        deadline=None,
        phases=(Phase.generate, *([Phase.shrink] if CAMPAIGN else [])),
        suppress_health_check=list(HealthCheck),
    )
    @given(first_api=api, published=st.booleans(), story=stories)
    def test_in_the_end_marketplace_and_odoo_agree(self, first_api, published, story):
        savepoint = self.env.cr.savepoint()
        self.sandbox.reset()
        self.apis_used = set()
        try:
            self.step_api(first_api)
            if published:
                self.publish()
            self.do_step("send_products")
            for one in chain.from_iterable(story):
                self.do_step(*one)
            self.run_until_idle()
            self.check_all()
        finally:
            savepoint.close(rollback=True)
