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
    ("pattern", "right", "wrong"),
    [
        (r"/^(?=.*\d)(?=.*[A-Z])[A-Z\d]{8}$/", "AB123456", "12345678"),
        (r"/^(?!00)\d{10}$/", "0100000000", "0000000001"),
        (r"/^\d+(?<!9)$/", "128", "129"),
        (r"/^(?<carrier>AU|NZ)(\d)\2$/", "NZ77", "NZ78"),
        ("/^(a|b){30}$/", "ab" * 15, "ab" * 14),
        (r"/^(\d{4}[ -]?){5}$/", "1234-5678 901234567890", "1234"),
        ("/^(a+)+$/", "a" * 64, "a" * 63 + "!"),
        # A comment, blanks and a line end, as the flag x allows.
        ("/^AU  # Australia\n \\d{3} $/x", "AU123", "AU12"),
        ("/^au.b$/is", "AU\nB", "AUB"),
        ("/^b$/m", "a\nb", "ab"),
        (r"/^\w+$/u", "AU_1", "ÄU_1"),
        (r"/^\p{Lu}+$/", "AU", "au"),
    ],
)
def test_patterns_of_carriers_are_really_applied(pattern, right, wrong):
    assert fits(pattern, right)
    assert not fits(pattern, wrong)


@pytest.mark.parametrize(
    "pattern",
    ["(", "/^AU/k", "x" * 201, "(" * 200, r"/^\2$/", "/^a{2}{3}$/", "/^[z-a]$/"],
)
def test_patterns_that_cannot_be_applied_let_every_number_pass(pattern):
    assert fits(pattern, "no number of theirs")


@pytest.mark.parametrize(
    "pattern",
    [
        "/^" + r"(.|\w|)" * 27 + "!$/",
        r"^\w*\w*\w*\w*-$",
        r"^(\w+)?\w+\w+-$",
        "^(a+)+$",
        "^(a|a)*$",
        r"^(a*)*\1\1\1b$",
        "(?R)!",
        # Written out, these would fill the memory.
        "a{999999999}",
        "(a{65535}){65535}",
        "(?:(?:(?:a|b|){99}){99}){99}",
        "/(?:a|b) {9999999}/x",
        "/a{ 99999999 }/x",
        "(a){0,9}(b){9999999}",
    ],
)
def test_no_pattern_takes_long(pattern):
    begin = time.monotonic()
    fits(pattern, "a" * 63 + "?")
    assert time.monotonic() - begin < 2


def test_a_pattern_that_takes_too_long_lets_every_number_pass():
    assert fits("^(a|a)*$", "a" * 63 + "!")
