"""Every way a call of the REST API can end, and what the user is told."""

import pytest
import requests
import urllib3
from fake_marketplace import SHOP

from iconic_connector.seller_center import (
    AccessRefused,
    Maintenance,
    NotAccepted,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)
from iconic_connector.seller_center.records import FeedMessage

COUNT = {"total": 5, "queued": 1, "processing": 1, "finished": 3, "canceled": 0}
HTML = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>"
PROBLEM = "application/problem+json"
#: How often a call is made until its status is believed.
TIMES_ASKED = {403: 2}
UUID = "883bdfe3-950f-4390-9a80-41437b69808c"
DUPLICATE = (
    "Could not save product: An exact match of the document is being processed, "
    "cb106552-87f3-450b-aa8b-412246a24b34"
)


def envelope(code, message, error_type="Sender", body=""):
    return (
        f"<ErrorResponse><Head><RequestAction>A</RequestAction><ErrorType>{error_type}"
        f"</ErrorType><ErrorCode>{code}</ErrorCode><ErrorMessage>{message}"
        f"</ErrorMessage></Head><Body>{body}</Body></ErrorResponse>"
    )


def change(api):
    api._change(
        "POST", "/v2/webhook", {"callbackUrl": "https://a.example/", "events": []}
    )


def send_document(api):
    api.send_feed("ProductCreate", b"<Request/>")


def send_table(api):
    api.send_feed("ProductRemove", b"SellerSku\r\nA\r\n")


#: What is made exactly once.
ONCE = [
    pytest.param(change, id="change"),
    pytest.param(send_document, id="document"),
    pytest.param(send_table, id="table"),
    pytest.param(lambda api: api.cancel_feed(UUID), id="cancel"),
]


@pytest.fixture(params=ONCE)
def once(request, rest_api):
    """Make a call that is made exactly once, and return the error it ends with."""

    def once():
        with pytest.raises(SellerCenterError) as caught:
            request.param(rest_api)
        return caught.value

    return once


@pytest.fixture
def read(rest_api, marketplace):
    """Read where every attempt ends alike, and return the error."""

    def read(content, status, **headers):
        for _attempt in range(5):
            marketplace.answer(content, status, **headers)
        with pytest.raises(SellerCenterError) as caught:
            rest_api.feed_status(UUID)
        return caught.value

    return read


STATUSES = [
    (301, Unreadable, None),
    (307, Unreadable, None),
    (400, Refused, None),
    (403, AccessRefused, "role"),
    (404, Refused, None),
    (405, Refused, None),
    (408, UnknownOutcome, None),
    (413, AccessRefused, "request"),
    (418, Refused, None),
    (422, Refused, None),
    (425, UnknownOutcome, None),
    (429, Throttled, None),
    (500, UnknownOutcome, None),
    (502, UnknownOutcome, None),
    (503, Maintenance, None),
    (504, UnknownOutcome, None),
    (520, UnknownOutcome, None),
]


@pytest.mark.parametrize("content", [HTML, "", "{}", b"\xff\xfe"])
@pytest.mark.parametrize(("status", "kind", "cause"), STATUSES)
def test_a_status_without_a_readable_problem_has_its_outcome(
    once, marketplace, status, kind, cause, content
):
    times = TIMES_ASKED.get(status, 1)
    for _attempt in range(times):
        marketplace.answer(content, status=status)
    outcome = once()
    assert type(outcome) is kind
    assert getattr(outcome, "cause", None) == cause
    assert str(outcome)
    assert "html" not in str(outcome).lower()
    assert len(marketplace.requests) == times


@pytest.mark.parametrize(("status", "kind", "cause"), STATUSES)
def test_reading_has_the_same_outcomes(read, status, kind, cause):
    outcome = read(HTML, status)
    assert type(outcome) is kind
    assert getattr(outcome, "cause", None) == cause


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_problem_is_a_refusal_in_the_marketplaces_words(once, marketplace, status):
    marketplace.refuse(status, "Tracking number already used.", title="Not possible")
    outcome = once()
    assert type(outcome) is Refused
    assert str(outcome) == "Tracking number already used."
    assert outcome.code == str(status)
    assert outcome.error_type == "Not possible"
    assert outcome.joined() == f"Not possible {status} Tracking number already used."
    assert outcome.duplicate_of == ""
    assert len(marketplace.requests) == 1


def test_the_http_status_counts_and_not_the_one_in_the_problem(once, marketplace):
    marketplace.answer(
        {"type": "x", "title": "T", "status": 500, "detail": "D"},
        status=422,
        Content_Type=PROBLEM,
    )
    outcome = once()
    assert type(outcome) is Refused
    assert outcome.code == "422"


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ({"title": "Only a title"}, "Only a title"),
        ({"title": "A title", "detail": ""}, "A title"),
        ({"title": "A title", "detail": None}, "A title"),
        ({"detail": "Only a detail"}, "Only a detail"),
    ],
)
def test_a_problem_says_what_it_has(once, marketplace, problem, told):
    marketplace.answer(problem, status=422, Content_Type=PROBLEM)
    outcome = once()
    assert type(outcome) is Refused
    assert str(outcome) == told


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/problem+json; charset=utf-8"]
)
def test_a_problem_is_known_by_its_form(once, marketplace, content_type):
    marketplace.answer(
        {"type": "x", "title": "T", "status": 422, "detail": "D"},
        status=422,
        Content_Type=content_type,
    )
    assert type(once()) is Refused


@pytest.mark.parametrize(
    ("status", "kind", "cause"), [(403, AccessRefused, "role"), (429, Throttled, None)]
)
def test_a_problem_does_not_hide_what_a_status_means(
    once, marketplace, status, kind, cause
):
    for _attempt in range(TIMES_ASKED.get(status, 1)):
        marketplace.refuse(status, "No.", title="No")
    outcome = once()
    assert type(outcome) is kind
    assert getattr(outcome, "cause", None) == cause


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_problem_of_the_marketplaces_own_leaves_the_outcome_unknown(
    once, marketplace, status
):
    marketplace.refuse(status, "Sorry.", title="Internal")
    assert type(once()) is UnknownOutcome


@pytest.mark.parametrize(
    "content",
    [{"message": "We are back soon.", "caused_by": "maintenance_mode"}, HTML, ""],
)
@pytest.mark.parametrize(("header", "seconds"), [("120", 120.0), (None, None)])
def test_maintenance_says_when_to_come_back(
    once, marketplace, content, header, seconds
):
    headers = {"Retry_After": header} if header else {}
    marketplace.answer(content, status=503, **headers)
    outcome = once()
    assert type(outcome) is Maintenance
    assert outcome.retry_after == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 400, 3600.0),
        ("3601", 3600.0),
        ("Sun, 01 Mar 5195 12:05:00 GMT", 3600.0),
        ("Sun, 01 Mar 99999999999999999999 12:05:00 GMT", None),
        ("Sun, 01 Mar 2026 12:05:00 +9999999", None),
        ("1e400", None),
        ("٣٠", None),
        ("", None),
    ],
)
@pytest.mark.parametrize(("status", "kind"), [(429, Throttled), (503, Maintenance)])
def test_retry_after_is_read_as_seconds_or_date(
    once, marketplace, status, kind, value, seconds
):
    marketplace.answer("", status=status, Retry_After=value)
    outcome = once()
    assert type(outcome) is kind
    assert outcome.retry_after == seconds


@pytest.mark.parametrize("content", ["", "{", HTML, b"\xff", "null", "5", '"x"', "[]"])
@pytest.mark.parametrize("send", [send_document, send_table])
def test_garbage_after_a_feed_leaves_the_outcome_unknown(
    rest_api, marketplace, send, content
):
    status = 200 if send is send_document else 201
    marketplace.answer(content, status=status)
    with pytest.raises(UnknownOutcome):
        send(rest_api)
    assert len(marketplace.requests) == 1


@pytest.mark.parametrize("content", ["{", HTML, b"\xff"])
def test_garbage_after_a_change_leaves_the_outcome_unknown(
    rest_api, marketplace, content
):
    marketplace.answer(content)
    with pytest.raises(UnknownOutcome):
        change(rest_api)


@pytest.mark.parametrize(("status", "content"), [(204, ""), (200, ""), (201, "")])
def test_a_change_may_be_answered_without_words(rest_api, marketplace, status, content):
    marketplace.answer(content, status=status)
    assert rest_api._change("DELETE", f"/v2/webhook/{UUID}") is None


def wrapped(reason):
    url = "/v2/import/product-creation-xml-import"
    return urllib3.exceptions.MaxRetryError(None, url, reason)


NEW_CONNECTION = wrapped(
    urllib3.exceptions.NewConnectionError(None, "Name or service not known")
)
RESET = urllib3.exceptions.ProtocolError("aborted", ConnectionResetError(104, "reset"))


@pytest.mark.parametrize(
    ("failure", "sent", "kind"),
    [
        (requests.ConnectTimeout(NEW_CONNECTION), False, Unreachable),
        (requests.ConnectionError(NEW_CONNECTION), False, Unreachable),
        (requests.exceptions.SSLError(wrapped(None)), False, Unreachable),
        (requests.exceptions.SSLError(wrapped(None)), True, UnknownOutcome),
        (requests.exceptions.ProxyError(wrapped(None)), False, Unreachable),
        (requests.exceptions.ProxyError(wrapped(None)), True, UnknownOutcome),
        (requests.ReadTimeout(wrapped(None)), True, UnknownOutcome),
        (requests.ConnectionError(RESET), True, UnknownOutcome),
        (requests.exceptions.ChunkedEncodingError("x"), True, UnknownOutcome),
        (requests.RequestException(), True, UnknownOutcome),
    ],
)
@pytest.mark.parametrize("send", [send_document, send_table, change])
def test_transport_errors_are_told_apart_by_what_may_have_arrived(
    rest_api, marketplace, send, failure, sent, kind
):
    marketplace.fail(failure, before=not sent)
    with pytest.raises(SellerCenterError) as caught:
        send(rest_api)
    assert type(caught.value) is kind
    assert len(marketplace.requests) == 1


def test_nothing_is_made_twice_whatever_happens(once, marketplace, pauses):
    failures = 0
    for status in (429, 500, 502, 503, 504, 404):
        marketplace.answer(HTML, status=status, Retry_After="0")
        failures += 1
    marketplace.refuse(422, "No.")
    marketplace.fail(requests.ConnectionError(NEW_CONNECTION), before=True)
    marketplace.fail(requests.ReadTimeout())
    for sent in range(1, failures + 4):
        once()
        assert len(marketplace.requests) == sent
    assert pauses == []


@pytest.mark.parametrize(
    "trouble",
    [
        lambda m: m.answer(HTML, status=500),
        lambda m: m.answer(HTML, status=502),
        lambda m: m.answer("", status=503, Retry_After="1"),
        lambda m: m.answer("", status=429, Retry_After="1"),
        lambda m: m.answer("{"),
        lambda m: m.fail(requests.ConnectionError(RESET)),
        lambda m: m.fail(requests.ReadTimeout()),
        lambda m: m.fail(requests.ConnectionError(NEW_CONNECTION), before=True),
    ],
)
def test_reading_is_repeated(rest_api, marketplace, pauses, trouble):
    trouble(marketplace)
    marketplace.answer(COUNT)
    rest_api.probe()
    assert len(marketplace.requests) == 2
    assert len(pauses) == 1


def test_reading_waits_as_long_as_it_is_asked_to(rest_api, marketplace, pauses):
    marketplace.answer("", status=503, Retry_After="2")
    marketplace.answer("", status=429, Retry_After="4")
    marketplace.answer(COUNT)
    rest_api.probe()
    assert pauses == [2.0, 4.0]


def test_reading_gives_up_after_a_few_attempts(read, marketplace, pauses):
    assert type(read(HTML, 502)) is UnknownOutcome
    assert len(marketplace.requests) == 3
    assert pauses == [1.0, 2.0]


def test_a_long_wait_is_left_to_the_caller(read, marketplace, pauses):
    outcome = read("", 429, Retry_After="60")
    assert type(outcome) is Throttled
    assert outcome.retry_after == 60
    assert len(marketplace.requests) == 1
    assert pauses == []


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_a_person_has_to_fix_is_not_asked_again(rest_api, marketplace, status):
    times = TIMES_ASKED.get(status, 1)
    for _attempt in range(times):
        marketplace.refuse(status, "No.")
    with pytest.raises(SellerCenterError):
        rest_api.probe()
    assert len(marketplace.requests) == times


def test_reading_is_not_repeated_beyond_the_deadline(
    make_rest_api, marketplace, pauses
):
    marketplace.answer(HTML, status=502)
    api = make_rest_api(monotonic=lambda: 0.0, deadline=1.0)
    with pytest.raises(UnknownOutcome):
        api.probe()
    assert pauses == []


def test_a_document_is_not_begun_beyond_the_deadline(make_rest_api, marketplace):
    late = []
    api = make_rest_api(monotonic=lambda: 11.0 if late else 0.0, deadline=10)
    marketplace.shop.default = lambda request: late.append(True) or SHOP
    marketplace.stand("/v2/import/product-creation-xml-import", "<html>")
    with pytest.raises(SellerCenterError) as caught:
        send_document(api)
    assert b"<Request/>" not in marketplace.bodies
    assert isinstance(caught.value, NotAccepted | UnknownOutcome)


def test_all_pages_of_a_list_share_one_deadline(make_rest_api, marketplace):
    seconds = []

    def serve(request):
        seconds.append(50)
        rows = [{"id": len(seconds), "name": "North"}]
        return {"items": rows, "pagination": {"totalCount": 1000}}

    marketplace.stand("/v2/brands", serve)
    api = make_rest_api(monotonic=lambda: float(sum(seconds)), deadline=120)
    with pytest.raises(SellerCenterError):
        api.brands()
    assert len(seconds) <= 4


def test_an_endless_answer_is_not_read_to_the_end(rest_api, marketplace, monkeypatch):
    monkeypatch.setattr(
        "iconic_connector.seller_center.transport.MAX_ANSWER_SIZE", 2000
    )
    marketplace.answer("x" * 2001)
    with pytest.raises(UnknownOutcome, match="too long to read"):
        rest_api.send_feed("ProductCreate", b"<Request/>")


def test_an_answer_that_would_fill_the_memory_is_not_parsed(rest_api, marketplace):
    marketplace.answer("[" + "[]," * 400_000)
    with pytest.raises(UnknownOutcome, match="too long to read"):
        rest_api.send_feed("ProductCreate", b"<Request/>")


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "http://api.example",
        "https://",
        "https://api.example/?x=y",
        "https://api.example/#top",
        "https://[broken",
        "https://a b",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_before_anything_is_sent(
    make_rest_api, marketplace, base_url
):
    with pytest.raises(AccessRefused) as caught:
        send_document(make_rest_api(base_url=base_url))
    assert caught.value.cause == "host"
    for desk in (marketplace, marketplace.token, marketplace.shop):
        assert not desk.requests


def test_an_envelope_that_refuses_keeps_its_words(rest_api, marketplace, load):
    marketplace.answer(load("refused.xml"))
    with pytest.raises(Refused) as caught:
        send_document(rest_api)
    assert caught.value.joined() == "Sender 1000 Format Error Detected"
    assert caught.value.details == (
        FeedMessage("Field must contain a positive number", "SKU-1", field="Price"),
        FeedMessage("Brand is not registered", "SKU-2", field="Brand"),
    )


@pytest.mark.parametrize(
    ("code", "kind", "cause"),
    [
        (6, UnknownOutcome, None),
        (7, AccessRefused, "key"),
        (9, AccessRefused, "role"),
        (11, AccessRefused, "request"),
        (30, Refused, None),
        (429, Throttled, None),
    ],
)
def test_an_envelope_means_what_it_means_for_the_older_api(
    rest_api, marketplace, code, kind, cause
):
    marketplace.answer(envelope(code, f"E{code:03}: No", "Platform"))
    with pytest.raises(SellerCenterError) as caught:
        send_document(rest_api)
    assert type(caught.value) is kind
    assert getattr(caught.value, "cause", None) == cause


def refuse_by_envelope(marketplace):
    marketplace.answer(envelope(1000, DUPLICATE, "Platform"))
    return send_document


def refuse_by_problem(marketplace):
    marketplace.refuse(400, DUPLICATE, title="Bad Request")
    return send_table


def refuse_by_receipt(marketplace):
    marketplace.answer(
        {"success": False, "message": "", "errorMessages": [DUPLICATE]}, status=201
    )
    return send_table


@pytest.mark.parametrize(
    "refuse", [refuse_by_envelope, refuse_by_problem, refuse_by_receipt]
)
def test_a_duplicate_names_the_feed_that_is_being_processed(
    rest_api, marketplace, refuse
):
    send = refuse(marketplace)
    with pytest.raises(Refused) as caught:
        send(rest_api)
    assert caught.value.duplicate_of == "cb106552-87f3-450b-aa8b-412246a24b34"
