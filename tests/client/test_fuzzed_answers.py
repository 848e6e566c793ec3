"""Answers that are made up: documented errors are all that ever leaves the client."""

import inspect

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from iconic_connector.seller_center import ActionApi, RestApi
from scripts.fuzz import corpus
from scripts.fuzz.answers import spoilt
from scripts.fuzz.judging import judge
from scripts.fuzz.readings import READINGS, STATUSES, TARGETS

SAVED = corpus.load()
#: Answers that are made up for each target; `make fuzz` makes up many more.
SPOILT = 10


@pytest.mark.parametrize("target", sorted(SAVED), ids="-".join)
def test_saved_answers_are_read_or_refused_with_a_documented_error(target):
    for content in SAVED[target]:
        judge(target, content, 200)


@pytest.mark.parametrize("target", sorted(TARGETS), ids="-".join)
def test_spoilt_answers_are_read_or_refused_with_a_documented_error(target):
    @settings(
        max_examples=SPOILT,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(content=spoilt(SAVED[target]), status=st.sampled_from(STATUSES))
    def read(content, status):
        judge(target, content, status)

    read()


@pytest.mark.parametrize("api", [ActionApi, RestApi])
def test_every_call_of_a_client_is_read(api):
    calls = {
        name
        for name, _method in inspect.getmembers(api, inspect.isfunction)
        # What is static makes documents, and no call.
        if not isinstance(inspect.getattr_static(api, name), staticmethod)
    }
    assert {name for name in calls if not name.startswith("_")} <= set(READINGS)


def test_every_reading_has_a_saved_answer():
    assert set(SAVED) == set(TARGETS)


def test_what_is_saved_is_read_to_its_values():
    """The saved answers are right ones: making up begins where readers go deep."""
    read = {
        target
        for target, contents in SAVED.items()
        for content in contents
        if judge(target, content, 200) == ""
    }
    refused = {("action", "cancel_feed"), ("action_json", "cancel_feed")}
    # Their answers are the headers, without a body to read.
    assert set(TARGETS) - read == refused | {("action", "headers")}
