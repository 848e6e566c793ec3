"""Tracking numbers are checked by the marketplace's own patterns, with care."""

import time

import pytest

from iconic_connector.domain.tracking_pattern import fits


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (r"^WP\d{10}$", "WP0000000001"),
        ("/^AU/i", "au123"),
        (r"#^\w+\#\d$#", "ab#1"),
        ("/^AU[0-9]{3,5}$/", "AU1234"),
        (r"/^(AU)?\d+$/", "AU12"),
        ("", "anything"),
    ],
)
def test_numbers_that_look_right_pass(pattern, number):
    assert fits(pattern, number)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (r"^WP\d{10}$", "WP1"),
        ("/^AU/", "au123"),
        ("/^AU[0-9]{3,5}$/", "AU123456"),
        # Only plain digits are digits, as for PHP.
        (r"^\d+$", "١٢٣"),
        ("^A", "A" * 65),
    ],
)
def test_numbers_that_look_wrong_do_not_pass(pattern, number):
    assert not fits(pattern, number)


@pytest.mark.parametrize(
    "pattern",
    ["(", "/^AU/k", "^(a+)+$", "^(a|a)*$", "^(a|b){30}$", r"^\d*" * 6, "x" * 201],
)
def test_patterns_that_cannot_be_applied_let_every_number_pass(pattern):
    assert fits(pattern, "no number of theirs")


@pytest.mark.parametrize("pattern", [r"^\w*\w*\w*\w*-$", r"^(\w+)?\w+\w+-$"])
def test_no_pattern_takes_long(pattern):
    begin = time.monotonic()
    fits(pattern, "a" * 64)
    assert time.monotonic() - begin < 2
