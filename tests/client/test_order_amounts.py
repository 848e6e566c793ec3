"""What items come to, line by line, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.order_amounts import (
    Item,
    group_items,
    rounding_amount,
    shipping_total,
    split_total,
)

CENT = Decimal("0.01")


def item(key, paid="10.00", **values):
    amounts = {name: Decimal(value) for name, value in values.items()}
    return Item(key=key, kind="dress", paid=Decimal(paid), **amounts)


def test_items_of_one_kind_and_price_share_a_line():
    lines = group_items([item(1), item(2, "9.00"), item(3)])
    assert [(line.keys, line.price) for line in lines] == [
        ((1, 3), Decimal("10.00")),
        ((2,), Decimal("9.00")),
    ]
    assert lines[0].total == Decimal("20.00")


def test_what_the_marketplace_pays_of_a_voucher_is_earned_all_the_same():
    [line] = group_items([item(1, "8.00", funded="2.00")])
    assert line.price == Decimal("10.00")


def test_tax_that_the_marketplace_collects_is_not_earned():
    items = [item(1, "11.50", tax="1.50", shipping="5.75", shipping_tax="0.75")]
    [line] = group_items(items, tax_is_collected=True)
    assert line.price == Decimal("10.00")
    assert shipping_total(items, tax_is_collected=True) == Decimal("5.00")
    assert shipping_total(items) == Decimal("5.75")


def test_the_shipping_of_no_items_is_nothing():
    assert shipping_total([]) == 0


@pytest.mark.parametrize(
    ("total", "quantity", "expected"),
    [
        ("100.00", 3, [(2, "33.33"), (1, "33.34")]),
        ("30.00", 3, [(3, "10.00")]),
        ("0.00", 2, [(2, "0.00")]),
        ("0.01", 2, [(1, "0.00"), (1, "0.01")]),
    ],
)
def test_a_total_is_spread_over_prices_of_whole_cents(total, quantity, expected):
    found = split_total(Decimal(total), quantity, CENT)
    assert found == [(count, Decimal(price)) for count, price in expected]


@given(cents=st.integers(0, 10**7), quantity=st.integers(1, 200))
def test_the_parts_of_a_total_always_come_to_it(cents, quantity):
    total = Decimal(cents) * CENT
    parts = split_total(total, quantity, CENT)
    assert sum(count * price for count, price in parts) == total
    assert sum(count for count, _price in parts) == quantity
    assert len(parts) <= 2


@pytest.mark.parametrize(
    ("difference", "lines", "added"),
    [
        ("0.00", 3, "0.00"),
        ("0.02", 3, "-0.02"),
        ("-0.03", 3, "0.03"),
        ("0.04", 3, "0.00"),
        ("-0.02", 1, "0.00"),
    ],
)
def test_a_rounding_line_adds_a_cent_for_each_line_at_most(difference, lines, added):
    amount = rounding_amount(Decimal(difference), lines, CENT)
    assert amount == Decimal(added)
