"""How parameters, paths and bodies are spelt."""

import json
import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from fake_marketplace import parameters, path

from iconic_connector.seller_center import UnknownOutcome

pytestmark = pytest.mark.usefixtures("made_up_calls")

#: What may stand bare in a query, and the marks that divide it.
QUERY = re.compile(r"[A-Za-z0-9\-._~%=&\[\]]*")


@pytest.fixture
def query(rest_api, marketplace):
    """Ask with parameters and return the call."""

    def query(**params):
        marketplace.answer([])
        rest_api._get("/v2/prices", params)
        return marketplace.requests[-1]

    return query


def test_a_list_is_written_once_for_each_value(query):
    request = query(productSetIds=[3, 1, 2])
    assert parameters(request) == [
        ("productSetIds[]", "3"),
        ("productSetIds[]", "1"),
        ("productSetIds[]", "2"),
    ]


@pytest.mark.parametrize("values", [["A"], ("A",)])
def test_a_list_of_one_is_a_list_too(query, values):
    assert parameters(query(sellerSkus=values)) == [("sellerSkus[]", "A")]


def test_an_empty_list_is_left_out(query):
    assert urlsplit(query(sellerSkus=[]).url).query == ""


def test_what_is_none_is_left_out(query):
    assert parameters(query(status=None, limit=5)) == [("limit", "5")]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (25, "25"),
        (Decimal("12.50"), "12.50"),
        ("", ""),
        ("word", "word"),
        (" ", " "),
        ("a b+c&d=e/é?#%25;,'()*!~", "a b+c&d=e/é?#%25;,'()*!~"),
        ("😀", "😀"),
    ],
)
def test_a_value_arrives_as_it_was_meant(query, value, written):
    request = query(name=value)
    assert parameters(request) == [("name", written)]
    assert QUERY.fullmatch(urlsplit(request.url).query)


def test_a_blank_is_percent_20_and_a_plus_is_encoded(query):
    assert urlsplit(query(name="a b+c").url).query == "name=a%20b%2Bc"


def test_lists_hold_numbers_and_words_with_every_character(query):
    request = query(sellerSkus=["A B", "C+D", "E&F", "é,;"])
    assert [value for _name, value in parameters(request)] == [
        "A B",
        "C+D",
        "E&F",
        "é,;",
    ]


def test_no_parameters_leave_no_question_mark(rest_api, marketplace):
    marketplace.answer([])
    rest_api._get("/v2/category/tree")
    assert marketplace.requests[0].url == "https://api.example/v2/category/tree"


@pytest.mark.parametrize(
    ("feed_id", "written"),
    [
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("é", "%C3%A9"),
    ],
)
def test_a_value_in_the_path_stays_in_its_place(
    rest_api, marketplace, feed_id, written
):
    marketplace.answer("", status=204)
    rest_api.cancel_feed(feed_id)
    (request,) = marketplace.requests
    assert path(request) == f"/v2/feed/{written}"


@pytest.mark.parametrize(
    "base_url",
    ["https://api.example", "https://api.example/", " https://api.example "],
)
def test_spellings_of_the_address_are_the_same(make_rest_api, marketplace, base_url):
    marketplace.answer([])
    make_rest_api(base_url=base_url)._get("/v2/category/tree")
    assert marketplace.requests[0].url == "https://api.example/v2/category/tree"
    (request,) = marketplace.token.requests
    assert request.url == "https://api.example/oauth/client-credentials"


def test_reading_asks_for_json_and_says_who_asks(rest_api, marketplace):
    marketplace.answer([])
    rest_api._get("/v2/category/tree")
    (request,) = marketplace.requests
    assert request.method == "GET"
    assert request.body is None
    assert "iconic_connector" in request.headers["User-Agent"]
    assert "Content-Type" not in request.headers


def test_a_body_is_json_in_utf_8(rest_api, marketplace):
    body = {"orderItemIds": [1, 2], "reason": "Größe – 😀", "flag": True, "no": None}
    marketplace.answer({}, status=200)
    rest_api._change("POST", "/v2/orders/statuses/set-to-shipped", body)
    (request,) = marketplace.requests
    assert request.method == "POST"
    assert request.headers["Content-Type"].startswith("application/json")
    (sent,) = marketplace.bodies
    assert json.loads(sent.decode("utf-8")) == body
    assert request.headers["Content-Length"] == str(len(sent))


def test_a_body_may_be_a_bare_list(rest_api, marketplace):
    marketplace.answer([])
    rest_api._change("PUT", "/v2/stock/product", [{"productId": 1, "quantity": 2}])
    assert json.loads(marketplace.bodies[0]) == [{"productId": 1, "quantity": 2}]


def test_a_change_may_have_parameters_and_no_body(rest_api, marketplace):
    marketplace.answer("", status=204)
    assert (
        rest_api._change("DELETE", "/v2/webhook/1", params={"status": "active"}) is None
    )
    (request,) = marketplace.requests
    assert request.method == "DELETE"
    assert parameters(request) == [("status", "active")]


def test_money_keeps_its_cents(rest_api, marketplace):
    marketplace.answer('{"price": 129.95, "salePrice": 0.10, "count": 3}')
    answer = rest_api._get("/v2/x")
    assert answer == {
        "price": Decimal("129.95"),
        "salePrice": Decimal("0.10"),
        "count": 3,
    }
    assert str(answer["salePrice"]) == "0.10"


def test_an_answer_is_read_as_utf_8_whatever_is_said(rest_api, marketplace):
    marketplace.answer(
        '{"name": "Kōwhai 😀"}'.encode(),
        Content_Type="application/json; charset=latin1",
    )
    assert rest_api._get("/v2/x") == {"name": "Kōwhai 😀"}


@pytest.mark.parametrize("content", ["", "{", "<html>", b"\xff", "NaN,"])
def test_an_answer_that_is_no_json_is_no_answer(rest_api, marketplace, content):
    for _attempt in range(3):
        marketplace.answer(content)
    with pytest.raises(UnknownOutcome):
        rest_api._get("/v2/x")


def test_redirects_are_not_followed_and_certificates_are_checked(
    make_rest_api, marketplace
):
    marketplace.answer([])
    make_rest_api(timeout=(3, 7))._get("/v2/category/tree")
    for desk in (marketplace, marketplace.token, marketplace.shop):
        (options,) = desk.options
        assert options["verify"] is not False
        assert options["timeout"] == (3, 7)
