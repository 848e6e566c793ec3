"""Whoever calls need not know which of the two APIs speaks."""

import inspect

import pytest

from iconic_connector.seller_center import ActionApi, RestApi
from iconic_connector.seller_center.interface import SellerCenterApi


def methods(api):
    return {
        name: member
        for name, member in inspect.getmembers(api, callable)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("name", sorted(methods(SellerCenterApi)))
def test_a_method_takes_the_same_arguments_in_both(name):
    contract, ours, theirs = (
        [(p.name, p.default, p.kind) for p in inspect.signature(m).parameters.values()]
        for m in (getattr(api, name) for api in (SellerCenterApi, ActionApi, RestApi))
    )
    assert ours == theirs == contract


@pytest.mark.parametrize("api", [ActionApi, RestApi])
def test_neither_can_more_or_less_than_the_contract_says(api):
    assert set(methods(api)) == set(methods(SellerCenterApi))
    assert not inspect.isabstract(api)


@pytest.mark.parametrize("name", sorted(methods(SellerCenterApi)))
def test_every_method_of_the_contract_is_described(name):
    assert getattr(SellerCenterApi, name).__doc__


@pytest.mark.parametrize("api", [ActionApi, RestApi])
@pytest.mark.parametrize("name", sorted(SellerCenterApi.__annotations__))
def test_both_say_what_they_can(api, name):
    assert hasattr(api, name)


def test_the_answers_are_not_the_same():
    assert (ActionApi.finds_feeds_by_document, RestApi.finds_feeds_by_document) == (
        True,
        False,
    )
    assert (ActionApi.decides_returns, RestApi.decides_returns) == (False, True)
