"""Envelopes in both formats, with every spelling that shops are known to use."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from iconic_connector.seller_center.envelope import read_envelope
from iconic_connector.seller_center.tree import BrokenAnswer
from iconic_connector.seller_center.values import (
    as_list,
    boolean,
    child,
    decimal,
    integer,
    text,
    timestamp,
)

UTC = timezone.utc


@pytest.mark.parametrize(
    "container",
    [
        {"Error": {"Message": "a"}},
        {"Error": [{"Message": "a"}]},
        {"error": [{"Message": "a"}]},
        [{"Error": {"Message": "a"}}],
        [{"Error": [{"Message": "a"}]}],
        [{"Message": "a", "SellerSku": "b"}],
    ],
)
def test_one_child_is_found_in_every_spelling(container):
    assert [text(row, "Message") for row in as_list(container, "Error")] == ["a"]


@pytest.mark.parametrize(
    "container",
    [
        {"Status": ["a", "b"]},
        [{"Status": "a"}, {"Status": "b"}],
        ["a", "b"],
    ],
)
def test_several_children_are_found_in_every_spelling(container):
    assert as_list(container, "Status") == ["a", "b"]


@pytest.mark.parametrize(
    "container",
    ["", None, {}, [], {"Error": ""}, {"Error": []}, {"Error": None}, {"Other": "x"}],
)
def test_nothing_is_an_empty_list_in_every_spelling(container):
    assert as_list(container, "Error") == []


def test_a_record_that_holds_its_own_name_is_not_taken_apart():
    body = {"Feed": [{"Feed": "id-1", "Status": "Queued"}]}
    assert as_list(body, "Feed") == [{"Feed": "id-1", "Status": "Queued"}]


def test_names_are_found_without_regard_to_case():
    assert text({"SellerSKU": "S"}, "SellerSku") == "S"
    assert child({"isMandatory": "1"}, "IsMandatory") == "1"


def test_xml_and_json_give_the_same_tree():
    xml = read_envelope(
        b"<SuccessResponse><Head><RequestId/><Timestamp>\n  t\n</Timestamp></Head>"
        b"<Body><!-- note --><A><B>1</B><B>2</B></A><A/><C>x</C></Body>"
        b"</SuccessResponse>"
    )
    json = read_envelope(
        b'{"SuccessResponse": {"Head": {"RequestId": "", "Timestamp": "t"},'
        b'"Body": {"A": [{"B": ["1", "2"]}, ""], "C": "x"}}}'
    )
    assert xml == json


def test_a_byte_order_mark_and_blanks_before_the_answer_do_not_matter():
    content = b"\xef\xbb\xbf\n <ErrorResponse><Head/><Body/></ErrorResponse>"
    assert read_envelope(content).success is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "answer_empty"),
        (b" \n ", "answer_empty"),
        (b"<!DOCTYPE html><html><body>Sorry</body></html>", "answer_html"),
        (b"<HTML><head>", "answer_html"),
        (b"<SuccessResponse><Head>", "answer_broken_xml"),
        (b"<SuccessResponse>\xff</SuccessResponse>", "answer_foreign"),
        (b"Bad Gateway", "answer_broken_xml"),
        (b'{"SuccessResponse": ', "answer_broken_json"),
        (b"[" * 100000, "answer_broken_json"),
        (b"<Other/>", "answer_foreign"),
        (b"[]", "answer_foreign"),
        (b'{"SuccessResponse": null}', "answer_foreign"),
    ],
)
def test_what_is_no_envelope_is_described(content, problem):
    with pytest.raises(BrokenAnswer, match=problem):
        read_envelope(content)


def test_document_types_and_entities_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    content = (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        "<SuccessResponse><Head><RequestId>&x;</RequestId></Head></SuccessResponse>"
    )
    with pytest.raises(BrokenAnswer, match="answer_doctype"):
        read_envelope(content.encode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12.34", Decimal("12.34")),
        ("115,210.00", Decimal("115210.00")),
        (" 5 ", Decimal(5)),
        ("-1", Decimal(-1)),
        ("", None),
        ("n/a", None),
        ("NaN", None),
        ("1e999999999", None),
    ],
)
def test_numbers_are_read_with_and_without_thousands_separators(written, value):
    assert decimal({"Price": written}, "Price") == value


def test_json_numbers_keep_their_digits():
    envelope = read_envelope(b'{"SuccessResponse": {"Body": {"P": 0.10, "Q": 3}}}')
    assert str(decimal(envelope.body, "P")) == "0.10"
    assert integer(envelope.body, "Q") == 3


@pytest.mark.parametrize("written", ["1", "true", "True", True, "yes"])
def test_yes_is_read_in_every_spelling(written):
    assert boolean({"x": written}, "x")


@pytest.mark.parametrize("written", ["0", "false", False, "", None, "2"])
def test_anything_else_is_no(written):
    assert not boolean({"x": written}, "x")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2016-06-22T04:40:14+0200", datetime(2016, 6, 22, 2, 40, 14, tzinfo=UTC)),
        ("2016-06-22T04:40:14-03:00", datetime(2016, 6, 22, 7, 40, 14, tzinfo=UTC)),
        ("2015-07-01T11:11:11Z", datetime(2015, 7, 1, 11, 11, 11, tzinfo=UTC)),
        (
            "2020-01-02T03:04:05.348Z",
            datetime(2020, 1, 2, 3, 4, 5, 348000, tzinfo=UTC),
        ),
        ("2015-07-01T11:11+0000", datetime(2015, 7, 1, 11, 11, tzinfo=UTC)),
        ("2015-05-05 15:06:35", datetime(2015, 5, 5, 15, 6, 35, tzinfo=UTC)),
        ("2015-05-05", datetime(2015, 5, 5, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("1999-12-31 23:59:59", None),
        ("9999-12-31 23:59:59", None),
        ("0001-01-01T00:00:00+0200", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_read_in_every_spelling(written, value):
    assert timestamp({"t": written}, "t") == value


def test_a_time_without_zone_is_read_in_the_shops_zone():
    sydney = timezone(timedelta(hours=10))
    node = {"a": "2015-05-05 15:06:35", "b": "2015-05-05T15:06:35Z"}
    assert timestamp(node, "a", zone=sydney) == datetime(
        2015, 5, 5, 5, 6, 35, tzinfo=UTC
    )
    assert timestamp(node, "b", zone=sydney) == datetime(
        2015, 5, 5, 15, 6, 35, tzinfo=UTC
    )
