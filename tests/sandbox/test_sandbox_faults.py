"""Each fault strikes as often as it was told to, and no more."""

import time

import pytest
import requests
from lxml import etree
from marketplace import only, product, request

DETAIL = "Body/FeedDetail"


def fault(seller, kind, **options):
    answer = seller.control("POST", "faults", kind=kind, **options)
    assert answer.status_code == 200, answer.text


def test_a_status_with_html_comes_in_place_of_the_answer(seller, sandbox):
    fault(seller, "status", code=503, retry_after=7, action="ProductCreate")
    assert seller.call("FeedCount").accepted
    query = seller.query("ProductCreate")
    response = seller.send(query, request(product()).encode())
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "7"
    assert response.headers["Content-Type"].startswith("text/html")
    assert "503 Service Temporarily Unavailable" in response.text
    assert not sandbox.feeds
    assert seller.call("ProductCreate", request(product())).accepted


@pytest.mark.parametrize("code", [429, 500, 502, 504])
def test_any_status_can_be_had(seller, code):
    fault(seller, "status", code=code)
    response = seller.send(seller.query("FeedCount"))
    assert response.status_code == code
    assert "Retry-After" not in response.headers


def test_a_page_can_come_with_status_200(seller):
    fault(seller, "html", body="<html>maintenance</html>")
    response = seller.send(seller.query("FeedCount"))
    assert (response.status_code, response.text) == (200, "<html>maintenance</html>")


def test_garbage_can_come_as_xml(seller):
    fault(seller, "garbage")
    response = seller.send(seller.query("FeedCount"))
    assert response.headers["Content-Type"].startswith("text/xml")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(response.content)


def test_a_connection_cut_before_leaves_no_feed(seller, sandbox):
    fault(seller, "cut_before")
    with pytest.raises(requests.ConnectionError):
        seller.call("ProductCreate", request(product()))
    assert not sandbox.feeds
    assert sandbox.requests[-1].outcome == "cut_before"
    assert sandbox.requests[-1].status == 0
    assert seller.call("ProductCreate", request(product())).accepted


def test_a_connection_cut_after_leaves_a_feed_without_an_answer(waiting, sandbox):
    fault(waiting, "cut_after", action="ProductCreate")
    with pytest.raises(requests.ConnectionError):
        waiting.call("ProductCreate", request(product()))
    (feed,) = sandbox.feeds.values()
    assert sandbox.requests[-1].outcome == "cut_after"
    again = waiting.call("ProductCreate", request(product()))
    assert feed.id in again["Head/ErrorMessage"]


def test_a_refused_call_does_not_use_up_a_fault_for_accepted_ones(seller, sandbox):
    fault(seller, "cut_after")
    assert (
        seller.call("ProductCreate", request(product()), Version="2.6.20").code == "2"
    )
    with pytest.raises(requests.ConnectionError):
        seller.call("ProductCreate", request(product()))
    assert len(sandbox.feeds) == 1


def test_an_answer_can_hang_after_the_feed_was_stored(waiting, sandbox):
    fault(waiting, "hang_after", seconds=20)
    query = waiting.query("ProductCreate")
    with pytest.raises(requests.ReadTimeout):
        waiting.session.post(
            f"{waiting.url}?{query}", data=request(product()), timeout=0.3
        )
    assert len(sandbox.feeds) == 1


def test_the_head_of_an_answer_may_come_byte_by_byte(seller, sandbox):
    fault(seller, "drip", seconds=0.001)
    before = time.monotonic()
    response = seller.send(seller.query("FeedCount"))
    assert time.monotonic() - before > 0.001 * len(str(response.headers))
    assert response.status_code == 200
    assert sandbox.requests[-1].outcome == "drip"


def test_stopping_does_not_wait_for_answers_that_hang(server, seller):
    fault(seller, "hang_after", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        seller.session.get(f"{seller.url}?{seller.query('FeedCount')}", timeout=0.2)
    before = time.monotonic()
    server.stop()
    assert time.monotonic() - before < 10


def test_an_answer_can_be_late(seller):
    fault(seller, "delay", seconds=0.2)
    before = time.monotonic()
    assert seller.call("FeedCount").accepted
    assert time.monotonic() - before >= 0.2


def test_an_error_of_choice_can_be_answered(seller, sandbox):
    details = [{"field": "Price", "message": "too low", "sku": "SKU-1"}]
    fault(
        seller,
        "error",
        code=1000,
        type="Sender",
        message="Format Error Detected",
        details=details,
    )
    answer = seller.call("ProductCreate", request(product()))
    assert (answer.code, answer["Head/ErrorType"]) == ("1000", "Sender")
    assert answer.details == [("Price", "SKU-1", "too low")]
    assert not sandbox.feeds


def test_an_internal_error_is_the_error_without_a_choice(seller):
    fault(seller, "error")
    answer = seller.call("FeedCount")
    assert answer["Head/ErrorMessage"] == "E006: Unexpected internal error"
    assert answer["Head/ErrorType"] == "Platform"


def test_one_sku_of_a_feed_can_be_refused(seller, sandbox):
    fault(seller, "sku_error", sku="B", message="No such luck")
    feed = seller.feed("ProductCreate", request(product("A"), product("B")))
    assert feed[f"{DETAIL}/FeedErrors/Error/Message"] == "No such luck"
    assert feed[f"{DETAIL}/FeedErrors/Error/SellerSku"] == "B"
    assert list(sandbox.products) == ["A"]
    assert not seller.errors("ProductCreate", request(product("B")))


def test_a_warning_lets_the_change_through(seller, sandbox):
    fault(seller, "sku_warning", sku="A", message="Please add a care label")
    feed = seller.feed("ProductCreate", request(product("A")))
    warning = f"{DETAIL}/FeedWarnings/Warning"
    assert feed[f"{warning}/Message"] == "Please add a care label"
    assert feed[f"{warning}/SellerSku"] == "A"
    assert feed[f"{DETAIL}/FailedRecords"] == "0"
    assert "A" in sandbox.products


@pytest.mark.parametrize(
    "options",
    [
        {"message": "The following SKUs have been excluded..."},
        {"message": "Left out", "excluded": True},
    ],
)
def test_a_warning_of_exclusion_leaves_the_product_alone(seller, sandbox, options):
    fault(seller, "sku_warning", sku="A", **options)
    feed = seller.feed("ProductCreate", request(product("A"), product("B")))
    assert feed[f"{DETAIL}/FailedRecords"] == "0"
    assert list(sandbox.products) == ["B"]


def test_a_stuck_feed_is_never_processed_until_it_is_freed(seller, sandbox):
    fault(seller, "stuck")
    receipt = seller.call("ProductCreate", request(product()))
    assert sandbox.process() == 0
    status = seller.call("FeedStatus", FeedID=receipt.feed_id)
    assert status[f"{DETAIL}/Status"] == "Queued"
    seller.control("POST", "process", release=True)
    assert "SKU-1" in sandbox.products


def test_a_feed_can_be_stuck_while_processing(seller):
    fault(seller, "stuck", status="Processing")
    receipt = seller.call("ProductCreate", request(product()))
    assert seller.call("FeedCancel", FeedID=receipt.feed_id).code == "13"


@pytest.mark.parametrize(("quantity", "failed"), [("-1", "0"), ("1", "1")])
def test_counts_can_lie(seller, quantity, failed):
    fault(seller, "lying_counts")
    feed = seller.feed("ProductCreate", request(product(Quantity=quantity)))
    assert feed[f"{DETAIL}/FailedRecords"] == failed
    errors = feed.all(f"{DETAIL}/FeedErrors/Error")
    assert bool(errors) == (failed == "0")


def test_counts_can_lie_as_told(seller):
    fault(seller, "lying_counts", total=9, processed=8, failed=7)
    feed = seller.feed("ProductCreate", request(product()))
    names = ("TotalRecords", "ProcessedRecords", "FailedRecords")
    assert [feed[f"{DETAIL}/{name}"] for name in names] == ["9", "8", "7"]


def test_an_error_can_hide_its_sku(seller, sandbox):
    fault(seller, "anonymous_error", sku="B", message="Something failed")
    feed = seller.feed("ProductCreate", request(product("A"), product("B")))
    assert feed[f"{DETAIL}/FeedErrors/Error/Message"] == "Something failed"
    assert feed.root.find(f"{DETAIL}/FeedErrors/Error/SellerSku") is None
    assert list(sandbox.products) == ["A"]


def test_a_whole_feed_can_end_as_error(seller, sandbox):
    fault(seller, "feed_error", message="Out of order")
    feed = seller.feed("ProductCreate", request(product()))
    assert feed[f"{DETAIL}/Status"] == "Error"
    assert feed[f"{DETAIL}/FeedErrors/Error/Message"] == "Out of order"
    assert not sandbox.products


def test_a_fault_strikes_as_often_as_it_was_told(seller):
    fault(seller, "error", times=2)
    outcomes = [seller.call("FeedCount").accepted for _ in range(3)]
    assert outcomes == [False, False, True]


def test_a_fault_can_let_some_calls_pass_first(seller):
    fault(seller, "error", skip=1)
    outcomes = [seller.call("FeedCount").accepted for _ in range(3)]
    assert outcomes == [True, False, True]


def test_a_fault_without_a_number_strikes_until_it_is_removed(seller, sandbox):
    sandbox.faults.add("error", times=None)
    assert [seller.call("FeedCount").accepted for _ in range(3)] == [False] * 3
    seller.control("DELETE", "faults")
    assert seller.call("FeedCount").accepted


def test_a_fault_for_one_action_leaves_the_others_alone(seller):
    fault(seller, "error", action="FeedList")
    assert seller.call("FeedCount").accepted
    assert not seller.call("FeedList").accepted


def test_faults_strike_in_the_order_they_were_switched_on(seller):
    fault(seller, "error", code=6, message="first")
    fault(seller, "error", code=6, message="second")
    messages = [seller.call("FeedCount")["Head/ErrorMessage"] for _ in range(2)]
    assert messages == ["first", "second"]


def test_a_feed_takes_its_faults_along_when_it_is_accepted(waiting, sandbox):
    fault(waiting, "feed_error")
    first = waiting.call("ProductCreate", request(product("A"))).feed_id
    second = waiting.call("ProductUpdate", request(only("A"))).feed_id
    sandbox.process()
    assert sandbox.feeds[first].status == "Error"
    assert sandbox.feeds[second].status == "Finished"


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "earthquake"},
        {"action": "FeedCount"},
        {"kind": "delay", "code": 1},
        {"kind": "delay", "seconds": "long"},
        {"kind": "error", "times": 0},
        {"kind": "error", "times": "often"},
        {"kind": "error", "skip": -1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(seller, sandbox, data):
    answer = seller.control("POST", "faults", **data)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not list(sandbox.faults)
