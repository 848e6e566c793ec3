"""An application follows its user's active shop: another one is refused with words."""

from datetime import datetime, timedelta, timezone

import pytest
import requests
from fake_marketplace import SHOP

from iconic_connector.seller_center import AccessRefused, NotAccepted, SellerCenterError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
COUNT = {"total": 0, "queued": 0, "processing": 0, "finished": 0, "canceled": 0}
RECEIPT = "<SuccessResponse><Head><RequestId>f</RequestId></Head></SuccessResponse>"
OUTLET = {**SHOP, "id": 4712, "name": "Harbour Outlet", "shortCode": "AU4712"}


class Time:
    """Both clocks of a client, moved by hand."""

    def __init__(self):
        self.seconds = 0.0

    def clock(self):
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self):
        return 1000.0 + self.seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def make_timed(make_rest_api, marketplace, time):
    """Build a client with hands on its clocks, of a marketplace that counts feeds."""
    marketplace.stand("/v2/feeds/count", COUNT)

    def make(**settings):
        return make_rest_api(clock=time.clock, monotonic=time.monotonic, **settings)

    return make


def test_the_shop_is_asked_for_before_the_first_call(make_timed, marketplace):
    api = make_timed()
    assert api.shop is None
    api.probe()
    (request,) = marketplace.shop.requests
    assert request.method == "GET"
    assert request.url == "https://api.example/v2/seller"
    assert (api.shop.shop_id, api.shop.name) == ("4711", "Harbour & Co")


def test_the_shop_that_an_account_belongs_to_is_let_in(make_timed, marketplace):
    api = make_timed(shop_id="4711")
    api.probe()
    assert len(marketplace.requests) == 1


def test_another_shop_is_refused_with_words_and_nothing_is_sent(
    make_timed, marketplace
):
    marketplace.shop.answer(OUTLET)
    api = make_timed(shop_id="4711")
    with pytest.raises(AccessRefused) as caught:
        api.send_feed("ProductCreate", b"<Request/>")
    assert caught.value.cause == "shop"
    told = str(caught.value)
    assert "Harbour Outlet" in told
    assert "4711" in told
    assert "Seller Center" in told
    assert not marketplace.requests


def test_reading_is_refused_in_another_shop_too(make_timed, marketplace):
    marketplace.shop.answer(OUTLET)
    with pytest.raises(AccessRefused) as caught:
        make_timed(shop_id="4711").probe()
    assert caught.value.cause == "shop"
    assert len(marketplace.shop.requests) == 1
    assert not marketplace.requests


def test_the_shop_is_asked_for_again_after_a_minute(make_timed, marketplace, time):
    api = make_timed()
    for time.seconds in (0, 30, 59, 61, 100, 122):
        api.probe()
    assert len(marketplace.shop.requests) == 3


def test_a_user_who_changes_shops_is_found_out_after_a_minute(
    make_timed, marketplace, time
):
    api = make_timed(shop_id="4711")
    api.probe()
    marketplace.shop.answer(OUTLET)
    time.seconds = 61
    with pytest.raises(AccessRefused) as caught:
        api.send_feed("Image", b"SellerSku;MainImage\r\n")
    assert caught.value.cause == "shop"
    assert len(marketplace.requests) == 1


def test_a_shop_made_active_again_is_let_in_at_once(make_timed, marketplace):
    api = make_timed(shop_id="4711")
    marketplace.shop.answer(OUTLET)
    with pytest.raises(AccessRefused):
        api.probe()
    api.probe()


@pytest.mark.parametrize(
    "prepare",
    [
        lambda desk: desk.fail(requests.ReadTimeout()),
        lambda desk: desk.fail(requests.exceptions.ChunkedEncodingError("x")),
        lambda desk: desk.answer("<html>", status=502),
        lambda desk: desk.answer("<html>", status=500),
        lambda desk: desk.answer("", status=503),
        lambda desk: desk.answer("", status=429),
        lambda desk: desk.answer("{"),
        lambda desk: desk.answer([]),
        lambda desk: desk.answer({"id": None}),
    ],
)
def test_a_shop_check_that_fails_leaves_the_document_unsent(
    make_timed, marketplace, prepare
):
    for _attempt in range(5):
        prepare(marketplace.shop)
    with pytest.raises(NotAccepted):
        make_timed().send_feed("ProductCreate", b"<Request/>")
    assert not marketplace.requests


def test_a_failed_shop_check_is_made_again_before_the_next_call(
    make_timed, marketplace
):
    api = make_timed(shop_id="4711")
    for _attempt in range(5):
        marketplace.shop.answer("<html>", status=502)
    with pytest.raises(SellerCenterError):
        api.probe()
    marketplace.shop.queue.clear()
    asked = len(marketplace.shop.requests)
    api.probe()
    assert len(marketplace.shop.requests) == asked + 1


def test_a_brief_failure_of_the_shop_check_does_not_end_a_read(make_timed, marketplace):
    marketplace.shop.answer("<html>", status=502)
    make_timed().probe()
    assert len(marketplace.requests) == 1


def test_a_user_without_the_role_is_told_so(make_timed, marketplace):
    for _attempt in range(2):
        marketplace.shop.refuse(403, "Forbidden", title="Forbidden")
    with pytest.raises(AccessRefused) as caught:
        make_timed().probe()
    assert caught.value.cause == "role"


@pytest.mark.parametrize("status", [403, 422, 404, 400])
def test_a_single_refusal_of_the_shop_check_proves_nothing(
    make_timed, marketplace, status
):
    marketplace.shop.answer("", status=status)
    make_timed(shop_id="4711").probe()
    assert len(marketplace.shop.requests) == 2


def test_a_document_goes_out_after_the_check(make_timed, marketplace):
    marketplace.answer(RECEIPT)
    api = make_timed(shop_id="4711")
    assert api.send_feed("ProductCreate", b"<Request/>").feed_id == "f"
    assert len(marketplace.shop.requests) == 1
