"""Calls keep a distance, so that the marketplace's limit a second is not reached."""

import pytest

COUNT = "<SuccessResponse><Head/><Body><Feeds/></Body></SuccessResponse>"


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


@pytest.fixture
def call(make_api, marketplace, clock):
    """Make a call; keyword arguments are settings of the client."""
    apis = {}

    def call(pace=0.1):
        if pace not in apis:
            apis[pace] = make_api(pace=pace, monotonic=clock, sleep=clock.sleep)
        marketplace.answer(COUNT)
        apis[pace].feed_count()

    return call


def test_the_first_call_does_not_wait(call, clock):
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
    clock.now += 60
    call()
    assert clock.pauses == []


def test_many_calls_in_a_row_keep_the_distance(call, clock):
    for _number in range(31):
        call(pace=0.05)
    assert clock.now - 1000 == pytest.approx(30 * 0.05)


def test_without_a_pace_nothing_waits(call, clock):
    for _number in range(5):
        call(pace=0)
    assert clock.pauses == []


def test_repeated_reads_keep_the_distance_too(make_api, marketplace, clock):
    api = make_api(pace=5.0, monotonic=clock, sleep=clock.sleep, deadline=600)
    marketplace.answer("busy", status=503, Retry_After="1")
    marketplace.answer(COUNT)
    api.feed_count()
    assert clock.now - 1000 >= 5.0
    assert len(marketplace.requests) == 2
