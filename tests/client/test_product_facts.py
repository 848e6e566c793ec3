"""What the spec derives from a product: identifier, condition, prices."""

from datetime import datetime, timezone

import pytest

from iconic_connector.seller_center.const import CONDITIONS
from iconic_connector.seller_center.documents import (
    product_identifier,
    valid_gtin,
    valid_isbn,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        ({"ean": "E", "upc": "U", "mpn": "M", "isbn": "I"}, "E"),
        ({"ean": "", "upc": "U", "mpn": "M", "isbn": "I"}, "U"),
        ({"ean": " ", "upc": None, "mpn": " M ", "isbn": "I"}, "M"),
        ({"isbn": "I"}, "I"),
        ({}, None),
    ],
)
def test_the_product_id_is_ean_then_upc_then_mpn_then_isbn(known, chosen):
    assert product_identifier(**known) == chosen


def test_conditions_are_sent_as_words():
    assert CONDITIONS == {"1000": "new", "3000": "used", "2500": "refurbished"}


@pytest.mark.parametrize(
    "code", ["4006381333931", "036000291452", "96385074", "10614141000415"]
)
def test_a_right_check_digit_is_accepted(code):
    assert valid_gtin(code)


@pytest.mark.parametrize(
    "code",
    ["4006381333932", "036000291453", "", "123", "40063813339 31", "４006381333931"],
)
def test_a_wrong_barcode_is_noticed(code):
    assert not valid_gtin(code)


def test_isbn_is_checked_with_or_without_hyphens():
    assert valid_isbn("978-0-306-40615-7")
    assert valid_isbn("0306406152")
    assert not valid_isbn("9780306406158")
