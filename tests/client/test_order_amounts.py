"""What items come to, line by line, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.order_amounts import (
    Item,
    Terms,
    item_lines,
    price_and_paid,
    rounding_amount,
    shipping_lines,
    split_total,
    split_vouchers,
    total_received,
    total_worth,
)
from iconic_connector.seller_center.records import OrderItem, Voucher

CENT = Decimal("0.01")
NEW_ZEALAND = Terms(tax_is_collected=True)
MARKETPLACE_PAYS = Terms(marketplace_pays_vouchers=True)


def item(key, price="10.00", **values):
    amounts = {name: Decimal(value) for name, value in values.items()}
    amounts.setdefault("paid", Decimal(price))
    return Item(key=key, kind="dress", price=Decimal(price), **amounts)


def test_items_of_one_kind_and_price_share_a_line():
    lines = item_lines([item(1), item(2, "9.00"), item(3)])
    assert [(line.keys, line.price) for line in lines] == [
        ((1, 3), Decimal("10.00")),
        ((2,), Decimal("9.00")),
    ]
    assert lines[0].total == Decimal("20.00")


@pytest.mark.parametrize(
    ("amounts", "terms", "worth"),
    [
        # The seller pays vouchers, the marketplace pays its own.
        ({"paid": "90", "voucher": "10"}, Terms(), "90"),
        ({"paid": "90", "voucher": "10", "funded": "10"}, Terms(), "100"),
        ({"paid": "90", "voucher": "10", "funded": "4"}, Terms(), "94"),
        ({"paid": "90", "voucher": "10", "undecided": "10"}, Terms(), "90"),
        ({"paid": "90", "voucher": "10", "undecided": "10"}, MARKETPLACE_PAYS, "100"),
        # Credits are payments: the paid price may include them or not.
        ({"paid": "70", "credits": "30"}, Terms(), "100"),
        ({"paid": "100", "credits": "30"}, Terms(), "100"),
        ({"paid": "0", "credits": "100"}, Terms(), "100"),
        ({"paid": "60", "credits": "30", "voucher": "10"}, Terms(), "90"),
        (
            {"paid": "60", "credits": "30", "voucher": "10", "funded": "10"},
            Terms(),
            "100",
        ),
        # Tax that the marketplace collects is not the seller's.
        ({"paid": "100", "tax": "13.04"}, Terms(), "100"),
        ({"paid": "100", "tax": "13.04"}, NEW_ZEALAND, "86.96"),
        ({"paid": "70", "credits": "30", "tax": "13.04"}, NEW_ZEALAND, "86.96"),
    ],
)
def test_an_item_is_worth_its_price_less_what_the_seller_pays(amounts, terms, worth):
    sold = item(1, "100.00", **amounts)
    assert total_worth([sold], terms) == Decimal(worth)
    assert total_received([sold], terms) == Decimal(worth)


@pytest.mark.parametrize(
    ("amounts", "received"),
    [
        ({"paid": "80"}, "80"),
        ({"paid": "80", "credits": "5"}, "85"),
        ({"paid": "90", "voucher": "5"}, "90"),
        ({"paid": "110"}, "110"),
    ],
)
def test_what_is_received_shows_a_discount_that_nobody_explains(amounts, received):
    sold = item(1, "100.00", **amounts)
    assert total_received([sold]) == Decimal(received)
    assert total_received([sold]) != total_worth([sold])


def test_one_order_is_read_in_one_way():
    # The first says that credits are in the paid price; the second cannot be, too.
    items = [
        item(1, "100", paid="100", credits="30"),
        item(2, "50", paid="20", credits="30"),
    ]
    assert total_received(items) == Decimal("120")
    assert total_worth(items) == Decimal("150")


def test_each_item_has_its_own_share_of_the_shipping():
    items = [
        item(1, shipping="3.32"),
        item(2, shipping="3.32"),
        item(3, shipping="3.31"),
        item(4),
    ]
    assert [(line.keys, line.price) for line in shipping_lines(items)] == [
        ((1, 2), Decimal("3.32")),
        ((3,), Decimal("3.31")),
    ]
    assert total_worth(items) == Decimal("49.95")


@pytest.mark.parametrize(
    ("terms", "worth"),
    [
        (Terms(), "5.75"),
        (MARKETPLACE_PAYS, "7.75"),
        (NEW_ZEALAND, "5.00"),
        (Terms(marketplace_keeps_shipping=True), "0"),
    ],
)
def test_shipping_is_worth_what_the_seller_keeps_of_it(terms, worth):
    sold = item(1, shipping="5.75", shipping_tax="0.75", shipping_voucher="2.00")
    assert sum(line.total for line in shipping_lines([sold], terms)) == Decimal(worth)
    assert sold.shipping_worth(terms) == Decimal(worth)


def test_items_whose_vouchers_nobody_has_explained_are_on_lines_of_their_own():
    # Whoever pays: each line has one price.
    items = [item(1, "9"), item(2, "10", voucher="1", undecided="1")]
    for terms in (Terms(), MARKETPLACE_PAYS):
        assert len(item_lines(items, terms)) == 2


def record(**values):
    vouchers = [
        Voucher(**{name: Decimal(value) for name, value in one.items()})
        for one in values.pop("vouchers", ())
    ]
    amounts = {name: Decimal(value) for name, value in values.items()}
    return OrderItem("1", vouchers=tuple(vouchers), **amounts)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("0", "0", "0")),
        ({"voucher_amount": "10"}, ("10", "0", "10")),
        ({"vouchers": [{"amount": "10"}]}, ("10", "0", "10")),
        ({"vouchers": [{"amount": "10", "funded_by_seller": "10"}]}, ("10", "0", "0")),
        ({"vouchers": [{"amount": "10", "funded_by_seller": "0"}]}, ("10", "10", "0")),
        (
            {"vouchers": [{"amount": "10", "funded_by_seller": "4"}, {"amount": "5"}]},
            ("15", "6", "5"),
        ),
        (
            {"voucher_amount": "10", "vouchers": [{"funded_by_seller": "4"}]},
            ("10", "6", "0"),
        ),
        (
            {
                "voucher_amount": "12",
                "vouchers": [{"amount": "10", "funded_by_seller": "0"}],
            },
            ("12", "10", "2"),
        ),
    ],
)
def test_a_voucher_is_split_by_who_pays_it(values, expected):
    found = split_vouchers(record(**values))
    assert (found.total, found.funded, found.undecided) == tuple(map(Decimal, expected))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"unit_price": "100", "paid_price": "90"}, ("100", "90")),
        ({"paid_price": "90"}, ("100", "90")),
        ({"unit_price": "100"}, ("100", "90")),
        (
            {"paid_price": "60", "store_credits": "20", "wallet_credits": "10"},
            ("100", "60"),
        ),
        ({"unit_price": "100", "store_credits": "20"}, ("100", "70")),
    ],
)
def test_price_and_paid_price_follow_from_each_other(values, expected):
    found = price_and_paid(record(**values), Decimal(10))
    assert found == tuple(map(Decimal, expected))


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
