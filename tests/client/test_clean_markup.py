"""Descriptions cut down to what the marketplace shows (product feeds spec)."""

import time

import pytest

from iconic_connector.seller_center.documents import clean_markup

TAGS = {"p", "b", "br", "ul", "li"}


@pytest.mark.parametrize(
    ("text", "clean", "dropped"),
    [
        ("No markup & none needed", "No markup & none needed", ()),
        ("<p>A <b>lovely</b> dress</p>", "<p>A <b>lovely</b> dress</p>", ()),
        ("<p style='x' onclick='y'>A</p>", "<p>A</p>", ()),
        ("<h9>Old</h9><p>New</p>", "Old<p>New</p>", ("h9",)),
        ("<p>A<script>bad()</script>B</p>", "<p>AB</p>", ("script",)),
        ("<style>p {}</style><p>A</p>", "<p>A</p>", ("style",)),
        ("<p><a href='//x'>See <b>this</b></a></p>", "<p>See <b>this</b></p>", ("a",)),
        ("<p>A<!-- note -->B</p>", "<p>AB</p>", ()),
        ("One<br/>two", "One<br>two", ()),
        ("<ul><li>Silk &amp; wool</li></ul>", "<ul><li>Silk &amp; wool</li></ul>", ()),
        ("<iframe src='x'><p>In</p></iframe><p>Out</p>", "<p>Out</p>", ("iframe",)),
    ],
)
def test_elements_that_are_not_shown_go_and_their_text_stays(text, clean, dropped):
    assert clean_markup(text, TAGS) == (clean, dropped)


def test_what_is_clean_stays_as_it_is():
    text = "<p>Größe – <b>M</b>: 12 €</p>"
    once, _dropped = clean_markup(text, TAGS)
    assert once == text
    assert clean_markup(once, TAGS) == (once, ())


def test_an_unclosed_element_is_closed():
    assert clean_markup("<p>A <b>dress", TAGS) == ("<p>A <b>dress</b></p>", ())


def test_nothing_but_a_comment_is_nothing():
    assert clean_markup("<!-- note -->", TAGS) == ("", ())


@pytest.mark.parametrize("part", ["x<i>y</i>z", "<a>", "<i></i>", "<p>", "<!---->x"])
def test_a_long_text_takes_no_longer_than_its_length(part):
    begin = time.monotonic()
    clean_markup(part * (300_000 // len(part)), TAGS)
    assert time.monotonic() - begin < 8
