"""Both clients against the sandbox: one marketplace behind two APIs, over real HTTP."""

from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest
import requests
from middleware import CheckedApplication
from pictures import PictureServer

from iconic_connector.seller_center import (
    AccessRefused,
    ActionApi,
    Maintenance,
    NotAccepted,
    Refused,
    RestApi,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)
from iconic_connector.seller_center.documents import create_document
from iconic_connector.seller_center.records import Product, ProductImages
from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.core import const

APIS = {
    "action": (
        ActionApi,
        {
            "user_id": const.DEFAULT_USER_ID,
            "api_key": const.DEFAULT_API_KEY,
            "version": "1.0",
        },
    ),
    "rest": (
        RestApi,
        {
            "application_id": const.DEFAULT_APPLICATION_ID,
            "application_secret": const.DEFAULT_APPLICATION_SECRET,
            "country": "AU",
        },
    ),
}
DRESS = Product(
    seller_sku="DRESS-S",
    parent_sku="DRESS-S",
    status="active",
    name="Linen dress",
    variation="S",
    primary_category="111",
    description="<p>For long summers – é 😀</p>",
    brand="Saltbush",
    price=Decimal("199.95"),
    product_id="0012345678905",
    attributes=(
        ("Gender", "Female"),
        ("Color", "Black"),
        ("Composition", "100% Linen"),
        ("Season", "AW26"),
        ("AgeGroup", "Adult"),
    ),
    quantity=5,
)
SEASON = (
    DRESS,
    replace(DRESS, seller_sku="DRESS-M", variation="M", product_id=None, quantity=0),
    replace(
        DRESS,
        seller_sku='T;"1 é+&/?#%',
        parent_sku=None,
        name="Linen top",
        product_id=None,
        sale_price=Decimal("99.50"),
        sale_start=datetime(2026, 1, 1, tzinfo=timezone.utc),
        sale_end=datetime(2046, 1, 1, tzinfo=timezone.utc),
    ),
)
FLOWS = ("ProductCreate", "ProductUpdate", "ProductRemove", "Image")
# One that REST takes as XML, and one that it takes as a table.
BOTH_FORMS = ("ProductCreate", "Image")


@pytest.fixture
def sandbox():
    """A marketplace that finishes each feed before it answers the next call."""
    return Sandbox(processing_delay=0)


@pytest.fixture
def server(request, sandbox, checker):
    """A server whose requests and answers have to be as documented.

    The fixture `any_answer` lets a test spoil the answers.
    """
    layers = []

    def wrap(application):
        layers.append(CheckedApplication(application, checker))
        return layers[0]

    with SandboxServer(sandbox, wrap=wrap) as running:
        yield running
    if "any_answer" not in request.fixturenames:
        assert layers[0].take() == []


@pytest.fixture
def any_answer():
    """Let a test make the marketplace answer as it never should."""


@pytest.fixture
def connect(server):
    """Build a client of an API; keyword arguments change its settings."""
    session = requests.Session()

    def connect(kind, **settings):
        api, credentials = APIS[kind]
        return api(
            session,
            **{
                "base_url": server.url,
                "clock": lambda: datetime.now(timezone.utc),
                "sleep": lambda seconds: None,
                "timeout": (5, 5),
                **credentials,
                **settings,
            },
        )

    yield connect
    session.close()


@pytest.fixture(params=list(APIS))
def kind(request):
    return request.param


@pytest.fixture
def client(connect, kind):
    return connect(kind)


@pytest.fixture
def other(connect, kind):
    """The client of the other API."""
    return connect("action" if kind == "rest" else "rest")


@pytest.fixture
def stocked(client):
    """A client whose season is in the marketplace already."""
    finish(client, "ProductCreate", create_document(SEASON))
    return client


@pytest.fixture(scope="session")
def pictures():
    with PictureServer() as running:
        yield running


def document(client, action, skus=("DRESS-S",)):
    """Build a document of an action, as the API at hand wants it."""
    if action == "ProductRemove":
        return client.remove_document([Product(sku) for sku in skus])
    if action == "Image":
        url = "https://127.0.0.1:1/none.jpg"
        return client.image_document([ProductImages(sku, (url,)) for sku in skus])
    return create_document(
        replace(DRESS, seller_sku=sku, parent_sku=sku, product_id=None) for sku in skus
    )


def finish(client, action, payload, **options):
    """Send a document and read what became of it."""
    receipt = client.send_feed(action, payload, **options)
    feed = client.feed_status(receipt.feed_id)
    assert (feed.feed_id, feed.status) == (receipt.feed_id, "Finished")
    return feed


def drain(read, **asked):
    """Follow the pages of a list to their end."""
    records, offset = [], 0
    while offset is not None:
        page = read(offset=offset, **asked)
        records += page.records
        assert page.next_offset is None or page.next_offset > offset
        offset = page.next_offset
    return sorted(records, key=lambda record: record.seller_sku)


def by_sku(client, **asked):
    return {record.seller_sku: record for record in drain(client.products, **asked)}


def outcome(client, action, payload):
    """Send a document and return the error, None if there was none."""
    try:
        client.send_feed(action, payload)
    except SellerCenterError as error:
        return error
    return None


def test_a_season_is_created_and_read_back(client):
    feed = finish(client, "ProductCreate", create_document(SEASON))
    assert feed.errors == ()
    listed = by_sku(client)
    assert sorted(listed) == sorted(product.seller_sku for product in SEASON)
    dress, top = listed["DRESS-S"], listed['T;"1 é+&/?#%']
    assert (dress.name, dress.parent_sku) == ("Linen dress", "DRESS-S")
    assert (dress.price, dress.sale_price) == (Decimal("199.95"), None)
    assert (dress.quantity, listed["DRESS-M"].quantity) == (5, 0)
    assert (top.sale_price, top.sale_start, top.sale_end) == (
        Decimal("99.50"),
        datetime(2026, 1, 1, tzinfo=timezone.utc),
        datetime(2046, 1, 1, tzinfo=timezone.utc),
    )


def test_both_apis_tell_the_same_about_products(stocked, other, pictures):
    # Over REST, the variations of a set share their pictures.
    urls = (pictures.url("good.jpg"), pictures.url("back.jpg"))
    images = [ProductImages(product.seller_sku, urls) for product in SEASON[:2]]
    finish(stocked, "Image", stocked.image_document(images))
    finish(stocked, "ProductRemove", stocked.remove_document(SEASON[1:2]))
    ours, theirs = drain(stocked.products), drain(other.products)
    same = (
        "seller_sku",
        "parent_sku",
        "name",
        "status",
        "price",
        "sale_price",
        "sale_start",
        "sale_end",
        "quantity",
        "main_image",
        "images",
    )
    for name in same:
        assert [getattr(one, name) for one in ours] == [
            getattr(one, name) for one in theirs
        ], name


def test_products_are_found_by_their_skus(stocked):
    wanted = ['T;"1 é+&/?#%', "DRESS-M", "NOTHING"]
    assert sorted(by_sku(stocked, seller_skus=wanted)) == ["DRESS-M", 'T;"1 é+&/?#%']


def test_stock_alone_is_updated(stocked):
    payload = create_document([Product("DRESS-S", quantity=17)])
    feed = finish(stocked, "ProductUpdate", payload, quantity_only=True)
    assert feed.errors == ()
    dress = by_sku(stocked)["DRESS-S"]
    assert (dress.quantity, dress.price) == (17, Decimal("199.95"))


def test_a_price_is_updated(stocked):
    payload = create_document([Product("DRESS-S", price=Decimal("149"))])
    assert finish(stocked, "ProductUpdate", payload).errors == ()
    dress = by_sku(stocked)["DRESS-S"]
    assert (dress.quantity, dress.price) == (5, Decimal("149.00"))


def test_pictures_arrive_in_their_order(stocked, pictures):
    urls = (pictures.url("good.jpg"), pictures.url("back.jpg"))
    payload = stocked.image_document([ProductImages('T;"1 é+&/?#%', urls)])
    assert finish(stocked, "Image", payload).errors == ()
    top = by_sku(stocked)['T;"1 é+&/?#%']
    assert len(top.images) == 2
    assert top.main_image == top.images[0]


def test_a_bad_picture_names_its_product(stocked, pictures):
    images = [
        ProductImages("DRESS-S", (pictures.url("missing.jpg"),)),
        ProductImages('T;"1 é+&/?#%', (pictures.url("good.jpg"),)),
    ]
    feed = finish(stocked, "Image", stocked.image_document(images))
    assert {message.seller_sku for message in feed.errors} == {"DRESS-S"}


def test_a_product_is_removed(stocked):
    payload = stocked.remove_document([Product('T;"1 é+&/?#%')])
    assert finish(stocked, "ProductRemove", payload).errors == ()
    left = by_sku(stocked)
    assert left["DRESS-S"].status == "active"
    removed = left.get('T;"1 é+&/?#%')
    assert removed is None or removed.status == "deleted"


def test_a_wrong_product_is_an_error_of_its_own(client):
    bad = replace(SEASON[2], seller_sku="BAD", brand="Nobody's")
    feed = finish(client, "ProductCreate", create_document([DRESS, bad]))
    assert {message.seller_sku for message in feed.errors} == {"BAD"}
    assert sorted(by_sku(client)) == ["DRESS-S"]


@pytest.mark.parametrize("action", FLOWS)
def test_the_same_document_is_refused_while_it_is_processed(client, sandbox, action):
    sandbox.settings.auto_process = False
    payload = document(client, action)
    receipt = client.send_feed(action, payload)
    with pytest.raises(Refused) as caught:
        client.send_feed(action, payload)
    assert caught.value.duplicate_of == receipt.feed_id
    assert list(sandbox.feeds) == [receipt.feed_id]


@pytest.mark.parametrize("action", FLOWS)
def test_what_was_sent_is_what_the_marketplace_holds(client, sandbox, action):
    sandbox.settings.auto_process = False
    payload = document(client, action, skus=("A;1", 'B"2', "É 3"))
    receipt = client.send_feed(action, payload)
    assert client.feed_payloads([receipt.feed_id]) == {receipt.feed_id: payload}


def test_a_queued_feed_is_cancelled(client, sandbox):
    sandbox.settings.auto_process = False
    receipt = client.send_feed("ProductCreate", create_document([DRESS]))
    assert client.feed_status(receipt.feed_id).status == "Queued"
    client.cancel_feed(receipt.feed_id)
    assert client.feed_status(receipt.feed_id).status == "Canceled"
    with pytest.raises(Refused):
        client.cancel_feed(receipt.feed_id)


def test_an_unknown_feed_is_refused(client):
    with pytest.raises(Refused):
        client.feed_status("883bdfe3-950f-4390-9a80-41437b69808c")


def test_feeds_are_listed(client, other, sandbox):
    sandbox.settings.auto_process = False
    for number in range(23):
        payload = document(client, "ProductCreate", skus=(f"SKU-{number}",))
        (client if number % 2 else other).send_feed("ProductCreate", payload)
    pages = [client.feeds(limit=20, offset=offset) for offset in (0, 20, 40)]
    assert len({feed.feed_id for page in pages for feed in page}) == 23
    newest = [feed.created_at for feed in client.feeds(limit=5)]
    assert len(newest) == 5
    assert newest == sorted(newest, reverse=True)


def test_both_apis_know_the_same_words(client, other):
    def tree(categories):
        return [
            (one.category_id, one.name, one.attribute_set, tree(one.children))
            for one in categories
        ]

    def words(attributes):
        return [
            (
                one.feed_name,
                one.label,
                one.mandatory,
                one.attribute_type,
                one.product_type,
                one.max_length,
                [(option.name, option.default) for option in one.options],
            )
            for one in attributes
        ]

    assert tree(client.category_tree()) == tree(other.category_tree())
    ours, theirs = client.category_attributes("111"), other.category_attributes("111")
    assert sorted(words(ours)) == sorted(words(theirs))
    assert [one.name for one in client.brands()] == [one.name for one in other.brands()]


def test_the_attributes_of_a_set_hold_those_of_its_category(client):
    def find(categories, wanted):
        for one in categories:
            if one.category_id == wanted:
                return one
            if found := find(one.children, wanted):
                return found
        return None

    category = find(client.category_tree(), "111")
    names = {one.feed_name for one in client.category_attributes("111")}
    in_set = client.set_attributes(category.attribute_set, "111")
    assert names <= {one.feed_name for one in in_set}


def test_quality_control_is_the_same_through_both(stocked, other, sandbox):
    skus = [product.seller_sku for product in SEASON]
    ours = drain(stocked.quality_states, seller_skus=skus)
    theirs = drain(other.quality_states, seller_skus=skus)
    assert [(s.seller_sku, s.status) for s in ours] == [
        (s.seller_sku, s.status) for s in theirs
    ]
    assert drain(stocked.quality_states) == ours


def test_a_hundred_and_fifty_products_are_all_found(client):
    skus = [f"SKU {number:03}" for number in range(150)]
    finish(client, "ProductCreate", document(client, "ProductCreate", skus=skus))
    assert sorted(by_sku(client)) == skus
    found = {}
    for start in range(0, 150, 50):
        found.update(by_sku(client, seller_skus=skus[start : start + 50]))
    assert sorted(found) == skus


def test_probe_finds_the_clock_of_the_marketplace(client):
    difference = client.probe() - datetime.now(timezone.utc)
    assert abs(difference.total_seconds()) < 60


@pytest.mark.parametrize(
    ("kind", "wrong", "cause"),
    [
        ("action", {"api_key": "wrong"}, "key"),
        ("rest", {"application_secret": "wrong"}, "key"),
        ("rest", {"application_id": "wrong"}, "key"),
        (
            "action",
            {"user_id": const.ORDER_USER_ID, "api_key": const.ORDER_API_KEY},
            "role",
        ),
        (
            "rest",
            {
                "application_id": const.ORDER_APPLICATION_ID,
                "application_secret": const.ORDER_APPLICATION_SECRET,
            },
            "role",
        ),
        ("rest", {"shop_id": "4712"}, "shop"),
    ],
)
def test_what_is_wrong_with_an_account_is_told(connect, sandbox, kind, wrong, cause):
    client = connect(kind, **wrong)
    for call in (
        client.probe,
        lambda: client.send_feed("ProductCreate", create_document([DRESS])),
    ):
        with pytest.raises(AccessRefused) as caught:
            call()
        assert caught.value.cause == cause
    assert not sandbox.feeds


def test_a_user_who_switches_shops_stops_everything(connect, sandbox):
    assert connect("rest", shop_id="4711").probe()
    sandbox.settings.active_shop = 4712
    client = connect("rest", shop_id="4711")
    with pytest.raises(AccessRefused, match="Sandbox Outlet"):
        client.send_feed("ProductCreate", create_document([DRESS]))
    assert client.shop.shop_id == "4712"
    assert not sandbox.feeds


@pytest.mark.parametrize("action", FLOWS)
def test_a_document_goes_through_once_after_all_tokens_were_revoked(
    connect, sandbox, action
):
    sandbox.settings.auto_process = False
    client = connect("rest")
    client.probe()
    sandbox.tokens.clear()
    receipt = client.send_feed(action, document(client, action))
    assert list(sandbox.feeds) == [receipt.feed_id]


def test_tokens_that_last_for_a_moment_are_enough(connect, sandbox):
    sandbox.settings.token_lifetime = 2
    client = connect("rest")
    receipt = client.send_feed("ProductCreate", create_document([DRESS]))
    assert client.feed_status(receipt.feed_id).status == "Finished"


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        (
            "GET",
            "/v2/product/seller-skus",
            lambda api: api.products(seller_skus=['T;"1 é+&/?#%', "A B"]),
        ),
        (
            "POST",
            "/v2/import/product-removal",
            lambda api: api.send_feed("ProductRemove", document(api, "ProductRemove")),
        ),
        (
            "POST",
            "/v2/import/product-creation-xml-import",
            lambda api: api.send_feed("ProductCreate", document(api, "ProductCreate")),
        ),
    ],
)
def test_the_marketplace_agrees_with_the_signatures(
    connect, sandbox, method, path, call
):
    sandbox.settings.signed_endpoints = (f"{method} {path}",)
    call(connect("rest", signed_endpoints=((method, path),)))
    with pytest.raises(SellerCenterError):
        call(connect("rest", signed_endpoints=()))


FAULTS = [
    ("status", {"code": 429, "retry_after": 60}, Throttled),
    ("status", {"code": 503, "retry_after": 60}, Maintenance),
    ("status", {"code": 500}, UnknownOutcome),
    ("status", {"code": 502}, UnknownOutcome),
    ("status", {"code": 504}, UnknownOutcome),
    ("status", {"code": 404}, Refused),
    ("html", {}, Unreadable),
    ("garbage", {}, Unreadable),
    ("cut_before", {}, UnknownOutcome),
    ("cut_after", {}, UnknownOutcome),
    ("hang_after", {"seconds": 5}, UnknownOutcome),
    ("error", {"code": 6}, UnknownOutcome),
    ("error", {"code": 7, "message": "E007: Login failed"}, AccessRefused),
    ("error", {"code": 9, "message": "E009: Access Denied"}, AccessRefused),
    ("error", {"code": 30, "message": "E030: Empty Request"}, Refused),
    ("error", {"code": 429, "message": "E429: Too many"}, Throttled),
]


@pytest.mark.parametrize("action", BOTH_FORMS)
@pytest.mark.parametrize(("fault", "options", "expected"), FAULTS)
def test_a_fault_tells_truly_whether_a_document_may_have_been_taken(
    connect, sandbox, kind, any_answer, action, fault, options, expected
):
    sandbox.settings.auto_process = False
    client = connect(kind, timeout=(5, 0.3))
    payload = document(client, action)
    sandbox.faults.add(fault, action=action, times=None, **options)
    error = outcome(client, action, payload)
    assert type(error) is expected
    sent = [one for one in sandbox.requests if one.action == action]
    # A new token, or a 403 that is believed when it comes again.
    once = 2 if getattr(error, "cause", "") in ("key", "role") and kind == "rest" else 1
    assert len(sent) <= once
    if not isinstance(error, UnknownOutcome):
        assert not sandbox.feeds
    sandbox.faults.clear()
    after = outcome(client, action, payload)
    if sandbox.feeds and after:
        assert after.duplicate_of in sandbox.feeds
    assert len(sandbox.feeds) == 1


@pytest.mark.parametrize("where", ["Token", "GetSeller"])
@pytest.mark.parametrize("action", BOTH_FORMS)
@pytest.mark.parametrize(
    ("fault", "options", "expected"),
    [
        ("status", {"code": 429, "retry_after": 60}, Throttled),
        ("status", {"code": 503, "retry_after": 60}, Maintenance),
        ("status", {"code": 502}, Unreachable),
        ("garbage", {}, Unreachable),
        ("cut_before", {}, Unreachable),
        ("cut_after", {}, Unreachable),
        ("hang_after", {"seconds": 5}, Unreachable),
    ],
)
def test_trouble_before_a_document_leaves_it_surely_unsent(
    connect, sandbox, any_answer, where, action, fault, options, expected
):
    client = connect("rest", timeout=(5, 0.3))
    sandbox.faults.add(fault, action=where, times=None, **options)
    error = outcome(client, action, document(client, action))
    assert type(error) is expected
    assert isinstance(error, NotAccepted)
    assert not sandbox.feeds
    assert not [one for one in sandbox.requests if one.action == action]


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("status", {"code": 503}),
        ("status", {"code": 502}),
        ("html", {}),
        ("garbage", {}),
        ("cut_before", {}),
        ("cut_after", {}),
    ],
)
@pytest.mark.parametrize("skip", (0, 1, 3))
def test_reading_gets_over_one_fault_wherever_it_strikes(
    client, sandbox, any_answer, fault, options, skip
):
    finish(client, "ProductCreate", create_document(SEASON))
    sandbox.faults.add(fault, action="*", skip=skip, **options)
    assert len(by_sku(client)) == 3


def test_no_secret_is_in_what_the_client_says_of_a_refusal(connect, any_answer):
    client = connect("rest", application_secret="not-the-secret-0123456789")
    error = outcome(client, "ProductCreate", create_document([DRESS]))
    assert "not-the-secret" not in str(error) + repr(error)
