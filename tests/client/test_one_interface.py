"""Whoever calls need not know which of the two APIs speaks."""

import inspect

import pytest

from iconic_connector.seller_center import ActionApi, RestApi

#: What the older API cannot do at all.
REST_ONLY = {
    "set_returned",
    "receive_return",
    "approve_return",
    "reject_return",
    "returns",
    "change_tracking",
}


def methods(api):
    return {
        name: member
        for name, member in inspect.getmembers(api, callable)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("name", sorted(methods(ActionApi)))
def test_a_method_takes_the_same_arguments_in_both(name):
    ours, theirs = (getattr(api, name) for api in (ActionApi, RestApi))
    parameters = [
        [(p.name, p.default, p.kind) for p in inspect.signature(m).parameters.values()]
        for m in (ours, theirs)
    ]
    assert parameters[0] == parameters[1]


def test_the_newer_api_has_little_that_the_older_one_lacks():
    assert set(methods(RestApi)) - set(methods(ActionApi)) <= REST_ONLY


@pytest.mark.parametrize("api", [ActionApi, RestApi])
@pytest.mark.parametrize(
    "name", ["finds_feeds_by_document", "table_actions", "decides_returns"]
)
def test_both_say_what_they_can(api, name):
    assert hasattr(api, name)


def test_the_answers_are_not_the_same():
    assert (ActionApi.finds_feeds_by_document, RestApi.finds_feeds_by_document) == (
        True,
        False,
    )
    assert (ActionApi.decides_returns, RestApi.decides_returns) == (False, True)
