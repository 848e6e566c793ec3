"""Whether a read is tried again is a value that the caller gives."""

import pytest

from iconic_connector.seller_center import (
    AccessRefused,
    Maintenance,
    Refused,
    Throttled,
    UnknownOutcome,
    Unreachable,
)
from iconic_connector.seller_center.retry import retry_briefly

HTML = "<html>Bad Gateway</html>"
FEED = "883bdfe3-950f-4390-9a80-41437b69808c"


@pytest.fixture(params=["make_api", "make_rest_api"])
def make(request):
    """Build a client of either API."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    ("error", "attempt", "pause"),
    [
        (UnknownOutcome(), 1, 1.0),
        (Unreachable(), 2, 2.0),
        (UnknownOutcome(), 3, None),
        (Maintenance(retry_after=4.0), 2, 4.0),
        (Throttled(retry_after=0.0), 1, 0.0),
        (Throttled(retry_after=6.0), 1, None),
        (Refused("No."), 1, None),
        (AccessRefused("No.", cause="key"), 1, None),
    ],
)
def test_the_usual_policy_is_brief(error, attempt, pause):
    assert retry_briefly(error, attempt) == pause


def test_a_policy_sees_each_error_with_its_number(make, marketplace, pauses):
    seen = []

    def policy(error, attempt):
        seen.append((type(error), attempt))
        return 0.25 if attempt < 5 else None

    for _attempt in range(5):
        marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        make(retry=policy).probe()
    assert seen == [(UnknownOutcome, attempt) for attempt in range(1, 6)]
    assert pauses == [0.25] * 4
    assert len(marketplace.requests) == 5


def test_a_policy_may_never_try_again(make, marketplace, pauses):
    marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        make(retry=lambda error, attempt: None).probe()
    assert (len(marketplace.requests), pauses) == (1, [])


def test_jitter_is_a_policy_around_another(make, marketplace, pauses):
    def with_jitter(error, attempt):
        pause = retry_briefly(error, attempt)
        return None if pause is None else pause * 1.5

    for _attempt in range(3):
        marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        make(retry=with_jitter).probe()
    assert pauses == [1.5, 3.0]


def test_the_deadline_holds_whatever_the_policy_says(make, marketplace, pauses):
    marketplace.answer(HTML, status=502)
    api = make(retry=lambda error, attempt: 60, monotonic=lambda: 0.0, deadline=50)
    with pytest.raises(UnknownOutcome):
        api.probe()
    assert (len(marketplace.requests), pauses) == (1, [])


def test_no_policy_makes_a_change_go_out_twice(make, marketplace, pauses):
    marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        make(retry=lambda error, attempt: 0).cancel_feed(
            "883bdfe3-950f-4390-9a80-41437b69808c"
        )
    assert (len(marketplace.requests), pauses) == (1, [])
