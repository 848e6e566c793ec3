"""What counts as a difference to the campaign."""

from types import SimpleNamespace

import pytest

from scripts.chaos.compare import differences


def feed(number, action="ProductUpdate"):
    """Make a feed of the marketplace."""
    return SimpleNamespace(id=number, action=action, basic_action=action)


def ours(number, action="ProductUpdate", state="done", api_type="action"):
    """Make a feed as Odoo has it on record."""
    return {
        "account": "First",
        "external_id": number,
        "action": action,
        "state": state,
        "api_type": api_type,
    }


@pytest.fixture
def found():
    """Return a function that gives what differs in feeds."""

    def found(known, there):
        expected = dict.fromkeys(
            ("listings", "orders", "changes", "unreserved", "activities", "accounts"),
            (),
        )
        orders = SimpleNamespace(orders={}, items={})
        sandbox = SimpleNamespace(feeds={one.id: one for one in there}, orders=orders)
        return differences({**expected, "feeds": known}, {"First": sandbox})

    return found


@pytest.mark.parametrize("action", ["ProductUpdate", "ProductCreate", "Image"])
def test_a_feed_that_odoo_does_not_know_came_twice(found, action):
    assert not found([ours("A", action)], [feed("A", action)])
    told = found([ours("A", action)], [feed("A", action), feed("B", action)])
    assert told == ["First: feed B is on record 0 times"]


def test_one_number_on_two_records_is_a_difference(found):
    told = found([ours("A"), ours("A")], [feed("A")])
    assert told == ["First: feed A is on record 2 times"]


def test_a_feed_that_its_products_have_shown_needs_no_number(found):
    known = [ours(False, "ProductCreate"), ours("A")]
    assert not found(known, [feed("A"), feed("B", "ProductCreate")])
    more = [feed("B", "ProductCreate"), feed("C", "ProductCreate")]
    assert found(known, more) == ["First: feed C is on record 0 times"]


def test_over_rest_only_what_is_refused_twice_may_not_come_again(found):
    known = [ours("A", api_type="rest")]
    assert not found(known, [feed("A"), feed("B"), feed("C", "Image")])
    told = found(known, [feed("A"), feed("B", "ProductRemove")])
    assert told == ["First: feed B is on record 0 times"]
