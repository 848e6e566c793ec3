"""The token of an OAuth application: asked for, kept, renewed, never shown."""

import base64
import logging
import traceback
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

import pytest
import requests
import urllib3
from fake_marketplace import path

from iconic_connector.seller_center import (
    AccessRefused,
    Maintenance,
    NotAccepted,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
)
from iconic_connector.seller_center.rest.access import AccessToken

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
COUNT = {"total": 0, "queued": 0, "processing": 0, "finished": 0, "canceled": 0}
RECEIPT = "<SuccessResponse><Head><RequestId>f</RequestId></Head></SuccessResponse>"
HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
SECRET = "secret-of-the-application"


class Store:
    """Keeps a token where several clients find it."""

    def __init__(self, token=None):
        self.token = token
        self.forgotten = 0

    def get(self):
        return self.token

    def keep(self, token):
        self.token = token

    def forget(self):
        self.token = None
        self.forgotten += 1


class Clock:
    """A clock that moves when a test moves it."""

    def __init__(self):
        self.seconds = 0

    def __call__(self):
        return NOW + timedelta(seconds=self.seconds)


@pytest.fixture
def count(marketplace):
    """Let the marketplace count feeds whenever it is asked."""
    marketplace.stand("/v2/feeds/count", COUNT)


@pytest.fixture
def send(rest_api):
    """Post a document and return the error that it ends with."""

    def send(api=rest_api):
        with pytest.raises(SellerCenterError) as caught:
            api.send_feed("ProductCreate", b"<Request/>")
        return caught.value

    return send


def bearers(desk):
    return [request.headers["Authorization"] for request in desk.requests]


def answer_401(marketplace):
    marketplace.refuse(401, "The access token is invalid.", title="Unauthorized")


def test_the_application_names_itself_in_a_basic_header(make_rest_api, marketplace):
    marketplace.answer(COUNT)
    make_rest_api(application_secret="s:é cret").probe()
    (request,) = marketplace.token.requests
    expected = base64.b64encode("application-0001:s:é cret".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {expected}"


def test_the_token_is_asked_for_by_client_credentials(rest_api, marketplace, count):
    rest_api.probe()
    (request,) = marketplace.token.requests
    assert request.method == "POST"
    assert request.url == "https://api.example/oauth/client-credentials"
    content_type = request.headers["Content-Type"].partition(";")[0]
    assert content_type == "application/x-www-form-urlencoded"
    (body,) = marketplace.token.bodies
    assert parse_qsl(body.decode()) == [("grant_type", "client_credentials")]


def test_the_token_may_live_at_another_address(
    make_rest_api, marketplace, count, made_up_calls
):
    address = "https://login.example/seller/oauth/client-credentials"
    make_rest_api(token_url=address).probe()
    assert marketplace.token.requests[0].url == address
    assert marketplace.requests[0].url.startswith("https://api.example/v2/")


def test_calls_carry_the_token_and_share_it(rest_api, marketplace, count):
    for _call in range(3):
        rest_api.probe()
    assert bearers(marketplace) == ["Bearer token-1"] * 3
    assert bearers(marketplace.shop) == ["Bearer token-1"]
    assert len(marketplace.token.requests) == 1


def test_the_token_is_kept_with_its_end(make_rest_api, count):
    store = Store()
    make_rest_api(tokens=store).probe()
    assert store.token == AccessToken("token-1", NOW + timedelta(hours=1))


def test_clients_with_one_store_share_a_token(make_rest_api, marketplace, count):
    store = Store(AccessToken("shared", NOW + timedelta(minutes=30)))
    for _worker in range(3):
        make_rest_api(tokens=store).probe()
    assert set(bearers(marketplace)) == {"Bearer shared"}
    assert not marketplace.token.requests


def test_a_client_without_a_store_shares_its_token_with_nobody(
    make_rest_api, marketplace, count
):
    make_rest_api().probe()
    make_rest_api().probe()
    assert bearers(marketplace) == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    ("seconds", "token"),
    [
        (3500, "Bearer token-1"),
        (3539, "Bearer token-1"),
        (3541, "Bearer token-2"),
        (3601, "Bearer token-2"),
        (90_000, "Bearer token-2"),
    ],
)
def test_the_token_is_renewed_a_minute_before_its_end(
    make_rest_api, marketplace, count, seconds, token
):
    clock = Clock()
    api = make_rest_api(clock=clock)
    api.probe()
    clock.seconds = seconds
    api.probe()
    assert bearers(marketplace) == ["Bearer token-1", token]


def test_a_token_that_ends_at_once_still_carries_one_call(rest_api, marketplace, count):
    marketplace.token.answer(
        {"access_token": "short", "expires_in": 30, "token_type": "Bearer"}
    )
    rest_api.probe()
    assert bearers(marketplace)[0] in ("Bearer short", "Bearer token-2")


def test_a_refused_token_is_replaced_once(make_rest_api, marketplace):
    store = Store(AccessToken("stale", NOW + timedelta(minutes=30)))
    answer_401(marketplace)
    marketplace.answer(COUNT)
    make_rest_api(tokens=store).probe()
    assert bearers(marketplace) == ["Bearer stale", "Bearer token-1"]
    assert store.token.value == "token-1"


def test_a_token_that_the_shop_check_finds_refused_is_replaced(
    make_rest_api, marketplace, count
):
    store = Store(AccessToken("stale", NOW + timedelta(minutes=30)))
    answer_401(marketplace.shop)
    api = make_rest_api(tokens=store)
    api.probe()
    assert bearers(marketplace.shop) == ["Bearer stale", "Bearer token-1"]
    assert bearers(marketplace) == ["Bearer token-1"]
    assert api.shop.shop_id == "4711"


def test_a_token_that_another_client_has_renewed_meanwhile_is_used(
    make_rest_api, marketplace
):
    store = Store(AccessToken("stale", NOW + timedelta(minutes=30)))
    api = make_rest_api(tokens=store)

    def renew(request):
        store.keep(AccessToken("renewed", NOW + timedelta(minutes=30)))
        return {"title": "Unauthorized", "detail": "No.", "status": 401, "type": "x"}

    marketplace.stand("/v2/feeds/count", renew, status=401)
    with pytest.raises(AccessRefused):
        api.probe()
    assert bearers(marketplace) == ["Bearer stale", "Bearer renewed"]
    assert not marketplace.token.requests


def test_a_document_whose_token_was_refused_is_sent_again(make_rest_api, marketplace):
    answer_401(marketplace)
    marketplace.answer(RECEIPT)
    receipt = make_rest_api().send_feed("ProductUpdate", b"<Request/>")
    assert receipt.feed_id == "f"
    assert marketplace.bodies == [b"<Request/>"] * 2
    assert bearers(marketplace) == ["Bearer token-1", "Bearer token-2"]


def test_a_table_whose_token_was_refused_is_sent_again_unchanged(rest_api, marketplace):
    answer_401(marketplace)
    marketplace.answer({"success": True, "feedUuid": "f"}, status=201)
    assert rest_api.send_feed("ProductRemove", b"SellerSku\r\nA\r\n").feed_id == "f"
    first, second = marketplace.bodies
    assert first == second


def test_a_second_refusal_is_given_up(send, marketplace):
    answer_401(marketplace)
    answer_401(marketplace)
    outcome = send()
    assert type(outcome) is AccessRefused
    assert outcome.cause == "key"
    assert len(marketplace.requests) == 2
    assert len(marketplace.token.requests) == 2


def test_reading_gives_up_after_a_second_refusal(rest_api, marketplace, pauses):
    for _attempt in range(9):
        answer_401(marketplace)
    with pytest.raises(AccessRefused) as caught:
        rest_api.probe()
    assert caught.value.cause == "key"
    assert len(marketplace.requests) == 2
    assert pauses == []


def test_a_token_that_was_refused_twice_is_not_used_again(make_rest_api, marketplace):
    store = Store(AccessToken("stale", NOW + timedelta(minutes=30)))
    api = make_rest_api(tokens=store)
    answer_401(marketplace)
    answer_401(marketplace)
    with pytest.raises(AccessRefused):
        api.probe()
    marketplace.answer(COUNT)
    api.probe()
    assert "Bearer stale" not in bearers(marketplace)[1:]


def connection_error():
    reason = urllib3.exceptions.NewConnectionError(None, "Name or service not known")
    return requests.ConnectionError(
        urllib3.exceptions.MaxRetryError(None, "/oauth/client-credentials", reason)
    )


def cut():
    return requests.ConnectionError(
        urllib3.exceptions.ProtocolError("aborted", ConnectionResetError(104, "reset"))
    )


@pytest.mark.parametrize(
    ("failure", "before"),
    [
        (connection_error(), True),
        (requests.ConnectTimeout(), True),
        (requests.exceptions.SSLError(), True),
        (requests.ReadTimeout(), False),
        (requests.exceptions.ChunkedEncodingError("x"), False),
        (requests.exceptions.ProxyError(), False),
        (cut(), False),
    ],
)
def test_a_token_address_that_cannot_be_reached_leaves_the_document_unsent(
    send, marketplace, failure, before
):
    for _attempt in range(5):
        marketplace.token.fail(failure, before=before)
    assert type(send()) is Unreachable
    assert not marketplace.requests


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504, 520])
def test_a_token_address_with_trouble_leaves_the_document_unsent(
    send, marketplace, status
):
    for _attempt in range(5):
        marketplace.token.answer(HTML, status=status)
    assert type(send()) is Unreachable
    assert not marketplace.requests


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"access_token": ""}',
        '{"access_token": null, "expires_in": 3600}',
        '{"access_token": 5, "expires_in": 3600}',
        b"\xff\xfe\x00",
    ],
)
def test_an_unreadable_token_leaves_the_document_unsent(send, marketplace, content):
    for _attempt in range(5):
        marketplace.token.answer(content)
    outcome = send()
    assert isinstance(outcome, NotAccepted)
    assert not marketplace.requests


@pytest.mark.parametrize("lifetime", [None, "soon", "3600", -5, 0])
def test_a_token_is_used_whatever_is_said_about_its_life(
    rest_api, marketplace, count, lifetime
):
    marketplace.token.answer({"access_token": "odd", "expires_in": lifetime})
    marketplace.token.answer({"access_token": "odd", "expires_in": lifetime})
    rest_api.probe()
    assert bearers(marketplace) == ["Bearer odd"]


@pytest.mark.parametrize(("status", "kind"), [(429, Throttled), (503, Maintenance)])
def test_a_busy_token_address_says_when_to_come_back(send, marketplace, status, kind):
    marketplace.token.answer(HTML, status=status, Retry_After="90")
    outcome = send()
    assert type(outcome) is kind
    assert outcome.retry_after == 90
    assert not marketplace.requests


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("content", [HTML, '{"error": "invalid_client"}', ""])
def test_a_refused_application_is_a_matter_of_the_key(
    send, marketplace, status, content
):
    # A single 403 proves nothing.
    times = 2 if status == 403 else 1
    for _attempt in range(times):
        marketplace.token.answer(content, status=status)
    outcome = send()
    assert type(outcome) is AccessRefused
    assert outcome.cause == "key"
    assert len(marketplace.token.requests) == times
    assert not marketplace.requests


@pytest.mark.parametrize(("status", "content"), [(404, HTML), (404, ""), (200, HTML)])
def test_a_wrong_token_address_is_named(
    make_rest_api, send, marketplace, status, content
):
    for _attempt in range(4):
        marketplace.token.answer(content, status=status)
    api = make_rest_api(token_url="https://login.example/oauth/client-credentials")
    outcome = send(api)
    assert type(outcome) is Unreachable
    assert "login.example" in str(outcome)
    with pytest.raises(AccessRefused, match="login.example") as caught:
        api.probe()
    assert caught.value.cause == "host"


def test_a_redirect_of_the_token_address_is_not_followed(send, marketplace):
    marketplace.token.answer("", status=302, Location="https://evil.example/oauth")
    assert type(send()) is Unreachable
    assert len(marketplace.token.requests) == 1


@pytest.mark.parametrize(
    "token_url",
    [
        "http://login.example/oauth/client-credentials",
        "login.example/oauth/client-credentials",
        "ftp://login.example/oauth/client-credentials",
    ],
)
def test_the_secret_goes_to_no_address_without_https(
    make_rest_api, send, marketplace, token_url
):
    outcome = send(make_rest_api(token_url=token_url))
    assert type(outcome) is AccessRefused
    assert outcome.cause == "host"
    assert not marketplace.token.requests


@pytest.mark.parametrize(
    "prepare",
    [
        lambda desk: desk.answer(HTML, status=502),
        lambda desk: desk.fail(requests.ReadTimeout()),
    ],
)
def test_reading_goes_on_after_brief_trouble_with_the_token(
    rest_api, marketplace, count, prepare
):
    prepare(marketplace.token)
    rest_api.probe()
    assert len(marketplace.requests) == 1


def test_trouble_while_a_token_is_replaced_leaves_the_document_unsent(
    send, marketplace
):
    marketplace.token.answer({"access_token": "stale", "expires_in": 3600})
    answer_401(marketplace)
    for _attempt in range(5):
        marketplace.token.answer(HTML, status=502)
    assert isinstance(send(), NotAccepted)
    assert len(marketplace.requests) == 1


@pytest.mark.parametrize("missing", ["application_id", "application_secret"])
def test_missing_credentials_are_told_before_anything_is_sent(
    make_rest_api, marketplace, missing
):
    with pytest.raises(AccessRefused) as caught:
        make_rest_api(**{missing: ""}).probe()
    assert caught.value.cause == "application"
    assert not marketplace.token.requests
    assert not marketplace.requests


def shown(error):
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


BASIC = base64.b64encode(f"application-0001:{SECRET}".encode()).decode()
ECHO = f"Authorization: Basic {BASIC} Bearer token-1 {SECRET}"
HIDDEN = (SECRET, BASIC, "token-1")


@pytest.mark.parametrize(
    "prepare",
    [
        lambda m: m.token.answer(ECHO, status=400),
        lambda m: m.token.answer({"error": "invalid_client", "hint": ECHO}, 401),
        lambda m: m.token.answer(ECHO, status=404),
        lambda m: m.token.answer(f"<html>{ECHO}"),
        lambda m: [m.token.answer(f'{{"access_token": "{SECRET}"') for _ in "123"],
        lambda m: [m.token.fail(requests.ReadTimeout(ECHO)) for _ in "123"],
        lambda m: m.token.fail(requests.exceptions.InvalidURL(ECHO), before=True),
        lambda m: m.token.fail(requests.exceptions.InvalidHeader(ECHO), before=True),
        lambda m: m.answer(ECHO, status=404),
        lambda m: m.answer(ECHO),
        lambda m: m.fail(requests.ReadTimeout(ECHO)),
        lambda m: m.fail(requests.exceptions.InvalidHeader(ECHO), before=True),
    ],
)
def test_no_error_and_no_log_shows_a_secret(send, marketplace, caplog, prepare):
    caplog.set_level(logging.DEBUG)
    prepare(marketplace)
    outcome = send()
    for hidden in HIDDEN:
        assert hidden not in shown(outcome)
        assert hidden not in caplog.text
    assert outcome.__cause__ is None
    assert outcome.__context__ is None


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_a_problem_that_repeats_the_header_shows_no_secret(send, marketplace, status):
    for _attempt in range(2 if status == 403 else 1):
        marketplace.refuse(status, ECHO, title=ECHO)
    outcome = send()
    for hidden in HIDDEN:
        assert hidden not in shown(outcome)


def test_neither_the_client_nor_the_token_shows_a_secret(rest_api, count):
    rest_api.probe()
    token = AccessToken("token-1", NOW)
    for hidden in HIDDEN:
        assert hidden not in repr(rest_api)
        assert hidden not in repr(token) + str(token) + f"{token}"


def test_a_call_with_an_unknown_outcome_does_not_ask_for_a_new_token(send, marketplace):
    marketplace.answer(HTML, status=502)
    assert type(send()) is UnknownOutcome
    assert len(marketplace.token.requests) == 1


def test_the_shop_check_and_the_token_are_never_mistaken_for_the_call(
    rest_api, marketplace, count
):
    rest_api.probe()
    assert [path(request) for request in marketplace.requests] == ["/v2/feeds/count"]
