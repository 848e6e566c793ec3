"""Every way a call can end, and what the user is told."""

import traceback
from datetime import datetime, timedelta, timezone

import pytest
import requests
import urllib3

from iconic_connector.seller_center import (
    AccessRefused,
    Maintenance,
    NotAccepted,
    NotOffered,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)
from iconic_connector.seller_center.records import FeedMessage

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
SUCCESS = "<SuccessResponse><Head><RequestId>f</RequestId></Head></SuccessResponse>"


def error(code, message, error_type="Sender", body=""):
    return (
        f"<ErrorResponse><Head><RequestAction>A</RequestAction><ErrorType>{error_type}"
        f"</ErrorType><ErrorCode>{code}</ErrorCode><ErrorMessage>{message}"
        f"</ErrorMessage></Head><Body>{body}</Body></ErrorResponse>"
    )


@pytest.fixture
def send(api):
    """Post a document and return the error that it ends with."""

    def send():
        with pytest.raises(SellerCenterError) as caught:
            api.send_feed("ProductCreate", b"<Request/>")
        return caught.value

    return send


@pytest.mark.parametrize(
    ("code", "message", "cause", "told"),
    [
        (1, "E001: Parameter Action is mandatory", "request", "Parameter Action"),
        (2, "E002: Invalid Version", "version", "1.0"),
        (3, "E003: Timestamp has expired", "clock", "clock of this server"),
        (4, "E004: Invalid Timestamp format", "clock", "clock of this server"),
        (7, "E007: Login failed. Signature mismatching", "key", "Copy both again"),
        (9, "E009: Access Denied", "role", "Seller API Access"),
        (10, "E010: Insecure Channel", "host", "https://"),
        (11, "E011: Request too Big", "request", "fewer products"),
        ("E007", "E007: Login failed", "key", "Copy both again"),
        ("", "E009: Access Denied", "role", "Seller API Access"),
    ],
)
def test_codes_of_access_name_what_to_fix(
    send, marketplace, code, message, cause, told
):
    marketplace.answer(error(code, message))
    outcome = send()
    assert type(outcome) is AccessRefused
    assert outcome.cause == cause
    assert told in str(outcome)


def test_an_action_that_the_shop_does_not_offer_is_refused_for_itself(
    send, marketplace
):
    marketplace.answer(error(8, "E008: Invalid Action"))
    outcome = send()
    assert type(outcome) is NotOffered
    assert "does not offer this action" in str(outcome)


@pytest.mark.parametrize(
    ("offset", "told"),
    [
        (timedelta(minutes=12), "12 minutes behind"),
        (-timedelta(minutes=90), "90 minutes ahead of"),
        (timedelta(seconds=5), "Check that the clock"),
    ],
)
def test_a_wrong_clock_is_told_with_the_difference(send, marketplace, offset, told):
    date = (NOW + offset).strftime("%a, %d %b %Y %H:%M:%S GMT")
    marketplace.answer(error(3, "E003: Timestamp has expired"), Date=date)
    assert told in str(send())


def test_internal_errors_of_the_marketplace_leave_the_outcome_unknown(
    send, marketplace
):
    marketplace.answer(error(6, "E006: Unexpected internal error", "Platform"))
    assert type(send()) is UnknownOutcome


def test_too_many_requests_as_an_error_code_are_throttling(send, marketplace):
    marketplace.answer(error(429, "E429: Too many requests"), Retry_After="30")
    outcome = send()
    assert type(outcome) is Throttled
    assert outcome.retry_after == 30


def test_a_refusal_keeps_the_marketplaces_words(send, marketplace):
    marketplace.answer(error(30, "E030: Empty Request"))
    outcome = send()
    assert type(outcome) is Refused
    assert str(outcome) == "E030: Empty Request"
    assert outcome.joined() == "Sender 30 E030: Empty Request"
    assert outcome.duplicate_of == ""
    assert outcome.details == ()


def test_a_refusal_names_the_products_it_speaks_of(send, marketplace, load):
    marketplace.answer(load("refused.xml"))
    outcome = send()
    assert type(outcome) is Refused
    assert outcome.joined() == "Sender 1000 Format Error Detected"
    assert outcome.details == (
        FeedMessage("Field must contain a positive number", "SKU-1", field="Price"),
        FeedMessage("Brand is not registered", "SKU-2", field="Brand"),
    )


@pytest.mark.parametrize(
    "details",
    [
        '{"ErrorDetail": {"Field": "F", "Message": "M", "SellerSku": "S"}}',
        '{"ErrorDetail": [{"Field": "F", "Message": "M", "SellerSKU": "S"}]}',
        '[{"ErrorDetail": {"Field": "F", "Message": "M", "SellerSku": "S"}}]',
    ],
)
def test_details_are_read_in_every_spelling_of_json(send, marketplace, details):
    marketplace.answer(
        '{"ErrorResponse": {"Head": {"ErrorType": "Sender", "ErrorCode": 1000, '
        f'"ErrorMessage": "Format Error Detected"}}, "Body": {details}}}}}'
    )
    outcome = send()
    assert outcome.joined() == "Sender 1000 Format Error Detected"
    assert outcome.details == (FeedMessage("M", "S", field="F"),)


def test_a_duplicate_names_the_feed_that_is_being_processed(send, marketplace, load):
    marketplace.answer(load("duplicate.xml"))
    outcome = send()
    assert outcome.duplicate_of == "cb106552-87f3-450b-aa8b-412246a24b34"
    assert outcome.joined() == (
        "Platform 1000 Could not save product: An exact match of the document is "
        "being processed, cb106552-87f3-450b-aa8b-412246a24b34"
    )


def test_a_refusal_without_words_still_says_something(send, marketplace):
    marketplace.answer("<ErrorResponse><Head/><Body/></ErrorResponse>")
    assert str(send()) == "The marketplace refused without saying why."


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (301, Unreadable, None),
        (307, Unreadable, None),
        (400, Refused, None),
        (401, AccessRefused, "key"),
        (403, AccessRefused, "role"),
        (404, Refused, None),
        (405, Refused, None),
        (408, UnknownOutcome, None),
        (413, AccessRefused, "request"),
        (429, Throttled, None),
        (500, UnknownOutcome, None),
        (502, UnknownOutcome, None),
        (503, Maintenance, None),
        (504, UnknownOutcome, None),
        (520, UnknownOutcome, None),
    ],
)
def test_http_statuses_have_their_outcome(send, marketplace, status, kind, cause):
    for _attempt in range(2 if status == 403 else 1):
        marketplace.answer(HTML, status=status)
    outcome = send()
    assert type(outcome) is kind
    assert getattr(outcome, "cause", None) == cause
    assert "html" not in str(outcome).lower()


def test_an_error_answer_speaks_for_itself_whatever_its_http_status(send, marketplace):
    marketplace.answer(error(9, "E009: Access Denied"), status=400)
    assert send().cause == "role"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HTML, "an HTML page"),
        ("<SuccessResponse><Head>", "broken XML"),
        ("{", "broken JSON"),
        ("", "an empty answer"),
        ("<Other/>", "no SellerCenter answer"),
    ],
)
def test_garbage_leaves_the_outcome_unknown(send, marketplace, content, told):
    marketplace.answer(content)
    outcome = send()
    assert type(outcome) is Unreadable
    assert told in str(outcome)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
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
def test_retry_after_is_read_as_seconds_or_date(send, marketplace, value, seconds):
    marketplace.answer(HTML, status=503, Retry_After=value)
    assert send().retry_after == seconds


def test_a_retry_date_is_counted_by_the_marketplaces_own_clock(send, marketplace):
    marketplace.answer(
        HTML,
        status=429,
        Retry_After="Sun, 01 Mar 2026 15:01:00 GMT",
        Date="Sun, 01 Mar 2026 15:00:00 GMT",
    )
    assert send().retry_after == 60


def wrapped(reason):
    """Wrap a reason as `requests` hands it on, with the URL in it."""
    url = "/?Action=A&Signature=0123456789abcdef"
    return urllib3.exceptions.MaxRetryError(None, url, reason)


NEW_CONNECTION = wrapped(
    urllib3.exceptions.NewConnectionError(None, "Name or service not known")
)


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
        (requests.ReadTimeout(wrapped(None)), False, Unreachable),
        (
            requests.ConnectionError(
                urllib3.exceptions.ProtocolError(
                    "Connection aborted.", ConnectionResetError(104, "reset")
                )
            ),
            True,
            UnknownOutcome,
        ),
        (requests.exceptions.ChunkedEncodingError("x"), True, UnknownOutcome),
        (requests.exceptions.InvalidURL("https://x?Signature=0"), False, AccessRefused),
        (urllib3.exceptions.LocationParseError("x"), False, AccessRefused),
        (requests.RequestException(), True, UnknownOutcome),
    ],
)
def test_transport_errors_are_told_apart_by_what_may_have_arrived(
    send, marketplace, failure, sent, kind
):
    marketplace.fail(failure, before=not sent)
    assert type(send()) is kind


@pytest.mark.parametrize(
    "prepare",
    [
        lambda m: m.fail(requests.ConnectionError(NEW_CONNECTION), before=True),
        lambda m: m.fail(requests.ReadTimeout(NEW_CONNECTION)),
        lambda m: m.fail(requests.exceptions.InvalidURL("https://x?Signature=0123")),
        lambda m: m.answer(HTML, status=404),
        lambda m: m.answer(HTML),
        lambda m: m.answer(error(7, "E007: no: /?UserID=u&amp;Signature=0123456789")),
        lambda m: m.answer(error(30, "E030: ?Action=A&amp;Signature=0123456789")),
    ],
)
def test_no_error_shows_the_key_or_the_signed_address(send, marketplace, prepare):
    prepare(marketplace)
    outcome = send()
    shown = "".join(traceback.format_exception(outcome)) + repr(outcome) + str(outcome)
    assert "secret-api-key" not in shown
    assert "Signature=0123" not in shown
    assert outcome.__cause__ is None
    assert outcome.__context__ is None


def test_the_client_itself_does_not_show_the_key(api):
    assert "secret-api-key" not in repr(api)


def test_a_document_is_never_sent_twice(api, marketplace, pauses):
    for kind in (429, 500, 502, 503, 504, 404):
        marketplace.answer(HTML, status=kind, Retry_After="0")
    marketplace.answer(HTML)
    marketplace.answer(error(6, "E006: Unexpected internal error"))
    marketplace.answer(error(30, "E030: Empty Request"))
    marketplace.fail(requests.ConnectionError(NEW_CONNECTION), before=True)
    marketplace.fail(requests.ReadTimeout())
    outcomes = len(marketplace.queue)
    for sent in range(1, outcomes + 1):
        with pytest.raises(SellerCenterError):
            api.send_feed("ProductCreate", b"<Request/>")
        assert len(marketplace.requests) == sent
    assert pauses == []


def test_cancelling_is_never_asked_for_twice(api, marketplace):
    marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        api.cancel_feed("f")
    assert len(marketplace.requests) == 1


def test_reading_is_repeated_with_a_fresh_timestamp(
    make_api, marketplace, load, pauses
):
    times = iter(range(100))
    api = make_api(clock=lambda: NOW + timedelta(seconds=next(times)))
    marketplace.answer(HTML, status=503, Retry_After="2")
    marketplace.fail(requests.ConnectionError("cut"))
    marketplace.answer(load("feed_count.xml"))
    assert api.probe().year == 2026
    assert pauses == [2.0, 2.0]
    urls = [request.url for request in marketplace.requests]
    assert len(set(urls)) == 3


def test_reading_gives_up_after_a_few_attempts(api, marketplace, pauses):
    for _attempt in range(5):
        marketplace.answer(HTML, status=502)
    with pytest.raises(UnknownOutcome):
        api.probe()
    assert len(marketplace.requests) == 3
    assert pauses == [1.0, 2.0]


def test_a_long_wait_is_left_to_the_caller(api, marketplace, pauses):
    marketplace.answer(HTML, status=429, Retry_After="60")
    with pytest.raises(Throttled) as caught:
        api.probe()
    assert caught.value.retry_after == 60
    assert pauses == []


def test_reading_is_not_repeated_beyond_the_deadline(make_api, marketplace, pauses):
    marketplace.answer(HTML, status=502)
    api = make_api(monotonic=lambda: 0.0, deadline=1.0)
    with pytest.raises(UnknownOutcome):
        api.probe()
    assert pauses == []


@pytest.mark.parametrize("answer", [error(7, "E007: Login failed"), error(12, "E012")])
def test_what_a_person_has_to_fix_is_not_asked_again(api, marketplace, answer):
    marketplace.answer(answer)
    with pytest.raises(SellerCenterError):
        api.feed_status("f")
    assert len(marketplace.requests) == 1


def test_the_older_version_is_tried_and_remembered(make_api, marketplace):
    api = make_api(version="2.6.20")
    marketplace.answer(error(2, "E002: Invalid Version"))
    marketplace.answer(SUCCESS)
    marketplace.answer(SUCCESS)
    assert api.send_feed("ProductCreate", b"<Request/>").feed_id == "f"
    assert api.version == "1.0"
    api.send_feed("ProductUpdate", b"<Request/>")
    versions = [
        request.url.split("Version=")[1][:3] for request in marketplace.requests
    ]
    assert versions == ["2.6", "1.0", "1.0"]
    assert marketplace.bodies == [b"<Request/>"] * 3


def test_the_newer_version_is_kept_where_it_is_accepted(make_api, marketplace):
    api = make_api(version="2.6.20")
    marketplace.answer(SUCCESS)
    api.send_feed("ProductCreate", b"<Request/>")
    assert api.version == "2.6.20"


def test_two_refused_versions_are_a_matter_of_access(make_api, marketplace):
    api = make_api(version="2.6.20")
    marketplace.answer(error(2, "E002: Invalid Version"))
    marketplace.answer(error(2, "E002: Invalid Version"))
    with pytest.raises(AccessRefused, match="2.6.20, 1.0") as caught:
        api.send_feed("ProductCreate", b"<Request/>")
    assert caught.value.cause == "version"
    assert api.version == "2.6.20"
    assert len(marketplace.requests) == 2


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "http://api.example",
        "https://",
        "https://api.example/?Action=x",
        "https://api.example/#top",
        "https://[broken",
        "https://a b",
        "https://*.example",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_before_anything_is_sent(
    make_api, marketplace, base_url
):
    with pytest.raises(AccessRefused) as caught:
        make_api(base_url=base_url).send_feed("Image", b"<Request/>")
    assert caught.value.cause == "host"
    assert not marketplace.requests


@pytest.mark.parametrize(
    "base_url", ["https://api.example", " https://api.example/ ", "HTTPS://api.example"]
)
def test_spellings_of_an_address_are_the_same(make_api, marketplace, base_url):
    marketplace.answer(SUCCESS)
    make_api(base_url=base_url).send_feed("Image", b"<Request/>")
    assert marketplace.requests[0].url.startswith("https://api.example/?Action=Image&")


@pytest.mark.parametrize(
    ("missing", "cause"), [("user_id", "user"), ("api_key", "key")]
)
def test_missing_credentials_are_told_before_anything_is_sent(
    make_api, marketplace, missing, cause
):
    with pytest.raises(AccessRefused) as caught:
        make_api(**{missing: ""}).probe()
    assert caught.value.cause == cause
    assert not marketplace.requests


def test_an_endless_answer_is_not_read_to_the_end(api, marketplace, monkeypatch):
    monkeypatch.setattr("iconic_connector.seller_center.transport.MAX_ANSWER_SIZE", 100)
    marketplace.answer("x" * 101)
    with pytest.raises(UnknownOutcome, match="too long to read"):
        api.send_feed("Image", b"<Request/>")


@pytest.mark.parametrize(
    "content", ["<a/>" * 700_001, "<a " + "b=''" * 700_001, '{"a": [' + "[]," * 400_000]
)
def test_an_answer_that_would_fill_the_memory_is_not_parsed(api, marketplace, content):
    marketplace.answer(content)
    with pytest.raises(UnknownOutcome, match="too long to read"):
        api.send_feed("Image", b"<Request/>")


def test_the_deadline_holds_while_the_document_is_sent(make_api, marketplace):
    readings = iter([0.0, 0.0, 11.0])
    api = make_api(monotonic=lambda: next(readings), deadline=10)
    marketplace.answer(SUCCESS)
    with pytest.raises(UnknownOutcome, match="too long"):
        api.send_feed("Image", b"<Request/>")


def test_not_accepted_is_the_family_of_what_may_be_sent_again():
    assert issubclass(Throttled, NotAccepted)
    assert issubclass(Maintenance, NotAccepted)
    assert issubclass(Unreachable, NotAccepted)
    assert not issubclass(UnknownOutcome, NotAccepted)
