"""Feeds: accepted at once, processed later, listed, cancelled, read back."""

import base64
import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from marketplace import only, product, request

DETAIL = "Body/FeedDetail"


def test_a_feed_is_queued_until_it_is_processed(waiting, sandbox):
    receipt = waiting.call("ProductCreate", request(product()))
    assert receipt["Head/RequestAction"] == "ProductCreate"
    status = waiting.call("FeedStatus", FeedID=receipt.feed_id)
    assert status[f"{DETAIL}/Status"] == "Queued"
    assert status[f"{DETAIL}/TotalRecords"] == "1"
    assert status[f"{DETAIL}/ProcessedRecords"] == "0"
    assert not sandbox.products
    assert waiting.control("POST", "process").json() == {"processed": 1}
    status = waiting.call("FeedStatus", FeedID=receipt.feed_id)
    assert status[f"{DETAIL}/Status"] == "Finished"
    assert status[f"{DETAIL}/Source"] == "api"
    assert status["Head/RequestParameters/FeedID"] == receipt.feed_id
    assert "SKU-1" in sandbox.products


def test_counts_tell_how_many_records_failed(seller):
    document = request(product("A"), product("B", Quantity="-1"), product("C"))
    status = seller.feed("ProductCreate", document)
    names = ("TotalRecords", "ProcessedRecords", "FailedRecords")
    assert [status[f"{DETAIL}/{name}"] for name in names] == ["3", "3", "1"]


def test_a_failure_report_quotes_every_cell_and_repeats_what_was_sent(seller):
    good, bad = product("A"), product("B", Quantity="-1", Name='Dress; "long"')
    status = seller.feed("ProductCreate", request(good, bad))
    report = base64.b64decode(status[f"{DETAIL}/FailureReports/File"]).decode()
    head, row = report.splitlines()
    assert head.startswith('"Error";"Warning";"SellerSku";')
    assert '"Dress; ""long"""' in row
    (found,) = csv.DictReader(StringIO(report), delimiter=";")
    (message,) = status.all(f"{DETAIL}/FeedErrors/Error/Message")
    assert (found["Error"], found["Warning"], found["SellerSku"]) == (message, "", "B")
    assert (found["Quantity"], found["Gender"]) == ("-1", "Female")


def test_a_feed_without_problems_has_empty_lists(seller):
    status = seller.feed("ProductCreate", request(product()))
    for name in ("FeedErrors", "FeedWarnings", "FailureReports"):
        assert len(status.root.find(f"{DETAIL}/{name}")) == 0


def test_the_background_processes_feeds_after_the_delay(seller, sandbox):
    sandbox.settings.processing_delay = 0.05
    receipt = seller.call("ProductCreate", request(product()))
    # Waiting for the other thread: processing is in order, so nothing is left after.
    while not sandbox.feeds[receipt.feed_id].is_finished:
        assert seller.call("FeedStatus", FeedID=receipt.feed_id).accepted
    assert "SKU-1" in sandbox.products


def test_a_feed_that_is_not_due_waits(seller, sandbox):
    sandbox.settings.processing_delay = 3600
    receipt = seller.call("ProductCreate", request(product()))
    status = seller.call("FeedStatus", FeedID=receipt.feed_id)
    assert status[f"{DETAIL}/Status"] == "Queued"
    assert sandbox.process() == 1
    assert sandbox.feeds[receipt.feed_id].is_finished


@pytest.mark.parametrize(
    "feed_id", ["nonsense", "4a835cd5-1f55-4000-8000-f56e011be009"]
)
@pytest.mark.parametrize("action", ["FeedStatus", "FeedCancel"])
def test_an_unknown_feed_is_e012(seller, action, feed_id):
    assert seller.call(action, FeedID=feed_id).code == "12"


@pytest.mark.parametrize("action", ["FeedStatus", "FeedCancel"])
def test_the_feed_id_is_mandatory(seller, action):
    answer = seller.call(action)
    assert answer["Head/ErrorMessage"] == "E001: Parameter FeedID is mandatory"


def test_the_same_bytes_are_refused_while_the_first_are_in_process(waiting, sandbox):
    document = request(product())
    first = waiting.call("ProductCreate", document)
    second = waiting.call("ProductCreate", document)
    assert (second.code, second["Head/ErrorType"]) == ("1000", "Platform")
    assert second["Head/ErrorMessage"] == (
        "Could not save product: An exact match of the document is being processed, "
        f"{first.feed_id}"
    )
    assert len(sandbox.feeds) == 1


def test_other_bytes_another_action_or_a_finished_feed_are_no_duplicate(
    waiting, sandbox
):
    document = request(only("SKU-1"))
    assert waiting.call("ProductUpdate", document).accepted
    assert waiting.call("ProductUpdate", document + "\n").accepted
    assert waiting.call("ProductRemove", document).accepted
    sandbox.process()
    assert waiting.call("ProductUpdate", document).accepted


def test_a_cancelled_feed_is_never_processed(waiting, sandbox):
    receipt = waiting.call("ProductCreate", request(product()))
    answer = waiting.call("FeedCancel", FeedID=receipt.feed_id)
    assert answer["Body/Feed/Status"] == "Canceled"
    sandbox.process()
    assert not sandbox.products
    assert sandbox.feeds[receipt.feed_id].status == "Canceled"


@pytest.mark.parametrize("status", ["Processing", "Finished", "Canceled", "Error"])
def test_only_a_queued_feed_can_be_cancelled(waiting, sandbox, status):
    receipt = waiting.call("ProductCreate", request(product()))
    sandbox.feeds[receipt.feed_id].status = status
    assert waiting.call("FeedCancel", FeedID=receipt.feed_id).code == "13"
    assert sandbox.feeds[receipt.feed_id].status == status


@pytest.fixture
def three(waiting, sandbox):
    """A seller with three feeds, a day apart; ids from old to new."""
    ids = []
    for number in range(3):
        document = request(only(f"SKU-{number}"))
        ids.append(waiting.call("ProductRemove", document).feed_id)
        feed = sandbox.feeds[ids[-1]]
        feed.created_at = sandbox.now() - timedelta(days=3 - number)
        feed.updated_at = feed.created_at
    return waiting, ids


def test_the_list_of_feeds_is_newest_first(three):
    seller, ids = three
    assert seller.call("FeedList").all("Body/Feed/Feed") == ids[::-1]


def test_a_page_of_feeds_is_cut_from_the_list(three):
    seller, ids = three
    answer = seller.call("FeedOffsetList", Offset="1", PageSize="1")
    assert answer.all("Body/Feed/Feed") == [ids[1]]
    assert seller.call("FeedOffsetList", Offset="3").all("Body/Feed/Feed") == []


def test_feeds_are_found_by_status_and_dates(three, sandbox):
    seller, ids = three
    sandbox.feeds[ids[0]].status = "Finished"
    day = sandbox.feeds[ids[1]].created_at
    found = seller.call("FeedOffsetList", Status="Finished")
    assert found.all("Body/Feed/Feed") == [ids[0]]
    for name in ("CreationDate", "UpdatedDate"):
        found = seller.call("FeedOffsetList", **{name: day.isoformat()})
        assert found.all("Body/Feed/Feed") == [ids[2], ids[1]]


@pytest.mark.parametrize(
    ("code", "parameters"),
    [
        ("14", {"Offset": "-1"}),
        ("14", {"Offset": "x"}),
        ("15", {"PageSize": "0"}),
        ("15", {"PageSize": "1001"}),
        ("15", {"PageSize": "many"}),
        ("13", {"Status": "done"}),
        ("46", {"CreationDate": "yesterday"}),
        ("47", {"UpdatedDate": "2026-31-12"}),
    ],
)
def test_wrong_parameters_of_a_page_of_feeds_are_refused(seller, code, parameters):
    assert seller.call("FeedOffsetList", **parameters).code == code


def test_feeds_are_counted_by_status(three, sandbox):
    seller, ids = three
    sandbox.feeds[ids[0]].status = "Finished"
    sandbox.feeds[ids[1]].status = "Canceled"
    node = seller.call("FeedCount").root.find("Body/FeedCount")
    assert {child.tag: child.text for child in node} == {
        "Total": "3",
        "Queued": "1",
        "Processing": "0",
        "Finished": "1",
        "Canceled": "1",
    }


def test_feeds_older_than_thirty_days_are_forgotten(three, sandbox):
    seller, ids = three
    sandbox.feeds[ids[0]].created_at -= timedelta(days=30)
    assert seller.call("FeedList").all("Body/Feed/Feed") == ids[:0:-1]
    assert seller.call("FeedCount")["Body/FeedCount/Total"] == "2"
    assert seller.call("FeedStatus", FeedID=ids[0]).code == "12"


def test_documents_come_back_byte_for_byte_in_lines(waiting):
    documents = [request(product(f"SKU-{number}")) for number in range(2)]
    ids = [waiting.call("ProductCreate", one).feed_id for one in documents]
    answer = waiting.call("GetFeedRawInput", FeedIdList=json.dumps(ids))
    assert answer.all("Body/FeedRawInput/Feed") == ids
    files = answer.all("Body/FeedRawInput/RawInputFile/File")
    assert all(len(line) <= 76 for one in files for line in one.splitlines())
    assert [base64.b64decode(one).decode() for one in files] == documents
    mime = "Body/FeedRawInput/RawInputFile/MimeType"
    assert answer.all(mime) == ["text/xml"] * 2


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("53", None),
        ("53", "[]"),
        ("54", "a,b"),
        ("54", '{"a": 1}'),
        ("54", "[[]]"),
        ("12", '["unknown"]'),
    ],
)
def test_a_wrong_list_of_feeds_is_refused(seller, code, value):
    assert seller.call("GetFeedRawInput", FeedIdList=value).code == code
