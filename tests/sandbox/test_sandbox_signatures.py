"""The marketplace believes the published signatures, and nothing but exact ones."""

import pytest
from marketplace import KEY, ORDER_KEY, ORDER_USER, USER, Answer, encode, signed

from seller_center_sandbox.action.signature import canonical, is_valid, sign

DOCUMENTED_KEY = "b1bdb357ced10fe4e9a69840cdd4f0e9c03d77fe"
STAMP = "Timestamp=2015-07-01T11%3A11%3A11%2B00%3A00&UserID=look%40me.com"

# The signatures that are published for the Action API: key, query, signature.
PUBLISHED = [
    (
        DOCUMENTED_KEY,
        f"Action=FeedList&Format=XML&{STAMP}&Version=1.0",
        "3ceb8ed91049dfc718b0d2d176fb2ed0e5fd74f76c5971f34cdab48412476041",
    ),
    (
        DOCUMENTED_KEY,
        f"Action=FeedList&Format=XML&{STAMP}&version=1.0",
        "9cbcdf6a7d8f8229ec01f67268a1ed82b47f8f931a2990316fe83835441ebff3",
    ),
    (
        "1234567890",
        "Foo=bar&Timestamp=2014-11-12T11%3A45%3A26Z"
        "&UserID=abc%40sellercenter.net&Whatever=you%20want",
        "bb6b9ee192fe31f7e21c2fcc6298feccc777b747beb0a062e7c21072671a5cae",
    ),
    (
        "abc16cfd7e7fa8263b8b83eb3b4467e60ca0638b",
        "Action=test&Timestamp=Fri%2C%2020%20Jul%202014%2023%3A36%3A00%20GMT"
        "&UserID=admin%40sellercenter.net&Version=1.0",
        "02815c9a18c5c45ee5f6af8fc9ee0a02b65aef1c55003574690f4d80efbefe80",
    ),
    (
        "67c7ef5fa5d408aed1",
        "param1=123&param2=ab%20cd",
        "1dff271f6157edfbfc592966a3b811efee46df45e002c25120e4c65e06990c7a",
    ),
    (
        "67c7ef5fa5d408aed1diff",
        "param1=123&param2=ab%20cd",
        "fa95b6da10e5c6b59569627cc88a8f56d2b8d8a8db6543c3e307d6bf8e9cf1db",
    ),
    (
        "67c7ef5fa5d408aed1",
        "param1=123&param2=ab%20cd&someother",
        "7e6782cabcc903dc9e03b10fcd61deafd42a72bbcc750db01819611ec11255b7",
    ),
    (
        DOCUMENTED_KEY,
        f"Action=Feedlist&Format=JSON&{STAMP}&Version=1.0",
        "0b5bbfd36b672577e04c5b0f1b33c70ac10c585d8c08339f782fcb501b529d68",
    ),
    (
        DOCUMENTED_KEY,
        f"Action=FeedStatus&Format=JSON&{STAMP}&Version=1.0",
        "3bd6b0a4f47ec743b18b182cc53ef13226a6a3cea18127923eb77e13c9dc302d",
    ),
    (
        DOCUMENTED_KEY,
        f"Action=ProductUpdate&Format=JSON&{STAMP}&Version=1.0",
        "e601cd399a0a2b27cc214e489f115ef9d2ae0e9b735813fb6062f9766d17579e",
    ),
    (
        DOCUMENTED_KEY,
        "Action=FeedList&Format=JSON"
        f"&SellerSKUList=%5B%22aa%22%2C%22bb%22%2C%22cc%22%5D&{STAMP}&Version=1.0",
        "d5ace21b558e92f6435ff9f9bd01936f09b78bf59668f6ece8b5fe5bed361cda",
    ),
]


@pytest.mark.parametrize(("key", "query", "expected"), PUBLISHED)
def test_each_published_signature_is_believed_in_any_order(key, query, expected):
    backwards = "&".join(reversed(query.split("&")))
    assert is_valid(f"Signature={expected}&{backwards}", key)


@pytest.mark.parametrize(("key", "query", "expected"), PUBLISHED)
def test_a_changed_query_no_longer_fits_a_published_signature(key, query, expected):
    assert not is_valid(f"{query}1&Signature={expected}", key)


def test_parameters_are_sorted_by_bytes_with_capitals_first():
    query = "packageId=1&Version=1.0&shipping_provider_name=x&Action=A&Signature=f"
    expected = "Action=A&Version=1.0&packageId=1&shipping_provider_name=x"
    assert canonical(query) == expected


def test_a_second_signature_makes_a_query_worthless():
    digest = sign("Action=A", "key")
    assert not is_valid(f"Action=A&Signature={digest}&Signature={digest}", "key")


@pytest.mark.parametrize(
    "query",
    [
        "Search=two+words",
        "Timestamp=2015-07-01T11:11:11Z",
        "UserID=look%40me.com&Search=%c3%a9",
        "Search=(dress)",
        "Search=%7Edress",
    ],
    ids=["plus for blank", "bare colon", "lower-case digits", "brackets", "tilde"],
)
def test_a_spelling_that_the_signature_rules_do_not_know_is_refused(query):
    assert not is_valid(signed(query, "key"), "key")


def test_a_call_with_the_right_signature_is_let_through(seller):
    assert seller.call("FeedCount").accepted


def test_the_signature_may_stand_anywhere_in_the_query(seller):
    pairs = seller.query("FeedCount").split("&")
    assert Answer(seller.send("&".join(reversed(pairs)))).accepted


def test_values_outside_ascii_are_signed_as_utf8(seller):
    assert seller.call("GetProducts", Search="Kōwhai & Co (100 %) ~ 'new'").accepted


def test_an_empty_parameter_is_signed_as_well(seller):
    query = seller.query("GetProducts", Search="")
    assert Answer(seller.send(query)).accepted
    assert Answer(seller.send(query.replace("Search=&", ""))).code == "7"


@pytest.mark.parametrize(
    ("user", "key"),
    [(USER, "another-key"), ("nobody@sandbox.example", KEY), (USER, KEY.upper())],
    ids=["wrong key", "unknown user", "key in capitals"],
)
def test_wrong_credentials_are_e007(seller, user, key):
    answer = seller.call("FeedCount", key=key, UserID=user)
    assert answer.code == "7"
    assert answer["Head/ErrorMessage"] == "E007: Login failed. Signature mismatching"
    assert answer["Head/ErrorType"] == "Sender"


def test_a_parameter_added_after_signing_is_e007(seller):
    query = seller.query("FeedCount") + "&Filter=all"
    assert Answer(seller.send(query)).code == "7"


def test_a_signature_in_capitals_is_e007(seller):
    query, _, digest = seller.query("FeedCount").rpartition("=")
    assert Answer(seller.send(f"{query}={digest.upper()}")).code == "7"


def test_the_body_is_not_part_of_the_signature(seller):
    query = seller.query("FeedCount")
    assert Answer(seller.send(query, b"anything")).accepted


def test_a_user_for_orders_is_e009_on_products(seller):
    answer = seller.call("ProductCreate", "x", key=ORDER_KEY, UserID=ORDER_USER)
    assert answer.code == "9"
    answer = seller.call("GetStatistics", key=ORDER_KEY, UserID=ORDER_USER)
    assert answer.accepted


def test_signing_in_the_tests_is_independent_of_the_sandbox():
    query = encode({"b": "1", "A": "x y"})
    assert query == "A=x%20y&b=1"
