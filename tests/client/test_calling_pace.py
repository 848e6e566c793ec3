"""Calls keep a distance, so that the marketplace's limit a second is not reached."""

import pytest
from fake_marketplace import SHOP

COUNT = {
    "make_api": "<SuccessResponse><Head/><Body><Feeds/></Body></SuccessResponse>",
    "make_rest_api": {
        "total": 0,
        "queued": 0,
        "processing": 0,
        "finished": 0,
        "canceled": 0,
    },
}


class Clock:
    """A clock that moves by sleeping, and when a test moves it."""

    def __init__(self):
        self.now = 1000.0
        self.pauses = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=list(COUNT))
def kind(request):
    return request.param


@pytest.fixture
def make(request, kind, marketplace, clock):
    """Build a client that has made its first call some time ago."""
    make_one = request.getfixturevalue(kind)

    def make(**settings):
        api = make_one(monotonic=clock, sleep=clock.sleep, **settings)
        marketplace.answer(COUNT[kind])
        api.probe()
        clock.now += 30
        clock.pauses.clear()
        marketplace.requests.clear()
        return api

    return make


@pytest.fixture
def call(make, kind, marketplace, clock):
    """Make a call; keyword arguments are settings of the client."""
    apis = {}

    def call(pace=0.1):
        if pace not in apis:
            apis[pace] = make(pace=pace)
            clock.started = clock.now
        marketplace.answer(COUNT[kind])
        apis[pace].probe()

    return call


def test_a_call_does_not_wait_for_nothing(call, clock):
    call()
    assert clock.pauses == []


def test_the_next_call_waits_for_the_rest_of_the_time(call, clock):
    call()
    clock.now += 0.04
    call()
    assert clock.pauses == pytest.approx([0.06])


def test_a_call_after_a_while_does_not_wait(call, clock):
    call()
    clock.now += 0.1
    call()
    clock.now += 6
    call()
    assert clock.pauses == []


def test_many_calls_in_a_row_keep_the_distance(call, clock):
    for _number in range(31):
        call(pace=0.05)
    assert clock.now - clock.started == pytest.approx(30 * 0.05)


def test_without_a_pace_nothing_waits(call, clock):
    for _number in range(5):
        call(pace=0)
    assert clock.pauses == []


def test_repeated_reads_keep_the_distance_too(make, kind, marketplace, clock):
    api = make(pace=5.0, deadline=600)
    started = clock.now
    marketplace.answer("busy", status=503, Retry_After="1")
    marketplace.answer(COUNT[kind])
    api.probe()
    assert clock.now - started >= 5.0
    assert len(marketplace.requests) == 2


def test_the_calls_before_the_first_one_keep_the_distance_too(
    make_rest_api, marketplace, clock
):
    moments = []
    marketplace.shop.default = lambda request: moments.append(clock.now) or SHOP
    marketplace.stand(
        "/v2/feeds/count",
        lambda request: moments.append(clock.now) or COUNT["make_rest_api"],
    )
    make_rest_api(pace=2.0, monotonic=clock, sleep=clock.sleep).probe()
    asked, counted = moments
    assert counted - asked >= 2.0
