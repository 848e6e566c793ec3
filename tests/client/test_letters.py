"""Spellings that differ in case and accents are the same."""

import time

import pytest

from iconic_connector.domain.letters import plain_letters


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zoë", "zoe"),
        ("ZOE\u0308", "zoe"),
        ("Strauß", "strauss"),
        ("ﬁne", "fine"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        # Two marks in the other order, and one character that is two.
        ("a\u0316\u0301\u0f73", "a"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_case_and_accents_do_not_count(text, plain):
    assert plain_letters(text) == plain


@pytest.mark.parametrize("accents", ["\u0301\u0316", "\u0f73"])
def test_a_long_run_of_accents_takes_no_longer_than_its_length(accents):
    begin = time.monotonic()
    assert plain_letters("e" + accents * 150_000) == "e"
    assert time.monotonic() - begin < 8
