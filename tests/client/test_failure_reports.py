"""The failure report of a feed: read, and used for what the feed itself leaves out."""

import base64

import pytest

from iconic_connector.seller_center.action.failure_report import (
    FailureReport,
    complete_messages,
    read_failure_report,
)
from iconic_connector.seller_center.records import FeedMessage

QUOTED = (
    b'"Error";"Warning";"SellerSku";"Name";"Price"\r\n'
    b'"No brand\r\nPrice; too low";"";"A";"Dress; ""long""";"1.00"\r\n'
    b'"";"Ignored";"B";"Skirt";"2.00"\r\n'
)
PLAIN = b"\xef\xbb\xbfError;Warning;Seller SKU\nNo brand;;A\n"


def test_every_cell_may_be_quoted_and_hold_several_messages():
    assert read_failure_report(QUOTED) == FailureReport(
        errors=(FeedMessage("No brand", "A"), FeedMessage("Price; too low", "A")),
        warnings=(FeedMessage("Ignored", "B"),),
    )


def test_cells_need_no_quotes():
    assert read_failure_report(PLAIN).errors == (FeedMessage("No brand", "A"),)


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\r\n", b"Error", b"Error;Warning", b"<html>", b"\xff\xfe;\0", b'"'],
)
def test_what_is_no_report_tells_nothing(content):
    assert read_failure_report(content) == FailureReport()


def test_what_cannot_be_stored_is_cleaned_away():
    report = read_failure_report(b"Error;SellerSku\nNo\0 brand;A\xff\n")
    assert [one.message for one in report.errors] in (["No brand"], [])


def messages(*pairs):
    return tuple(FeedMessage(text, sku) for text, sku in pairs)


@pytest.mark.parametrize(
    ("told", "reported", "found"),
    [
        ([("x", "")], [("x", "A")], [("x", "A")]),
        ([("x", ""), ("x", "")], [("x", "A"), ("x", "B")], [("x", "A"), ("x", "B")]),
        ([("x", "A"), ("x", "")], [("x", "A"), ("x", "B")], [("x", "A"), ("x", "B")]),
        ([], [("x", "A")], [("x", "A")]),
        ([("x", "A")], [("y", "A"), ("z", "B")], [("x", "A"), ("z", "B")]),
        ([("x", "")], [], [("x", "")]),
        ([("x", "")], [("x", "")], [("x", "")]),
        (
            [("x", "")],
            [("x", "A"), ("x", "B")],
            [("x", ""), ("x", "A"), ("x", "B")],
        ),
    ],
)
def test_a_report_names_the_products_that_the_feed_leaves_out(told, reported, found):
    assert complete_messages(messages(*told), messages(*reported)) == messages(*found)


def test_the_status_of_a_feed_is_read_with_its_report(api, marketplace):
    file = base64.b64encode(QUOTED).decode()
    marketplace.answer(
        "<SuccessResponse><Head/><Body><FeedDetail><Feed>f-1</Feed>"
        "<Status>Finished</Status><FailedRecords>1</FailedRecords>"
        "<FeedErrors><Error><Code>0</Code><Message>No brand</Message></Error>"
        "</FeedErrors><FailureReports><MimeType>text/csv</MimeType>"
        f"<File>{file}</File></FailureReports></FeedDetail></Body></SuccessResponse>"
    )
    feed = api.feed_status("f-1")
    assert feed.errors == (FeedMessage("No brand", "A", code="0"),)
    assert feed.warnings == (FeedMessage("Ignored", "B"),)
