"""Every published vector of both signatures, typed in from its source."""

import pytest

from iconic_connector.seller_center.action.signature import canonical_query, sign
from iconic_connector.seller_center.rest.access import sign_request

DOCUMENTATION_KEY = "b1bdb357ced10fe4e9a69840cdd4f0e9c03d77fe"
COMMON = {
    "UserID": "look@me.com",
    "Version": "1.0",
    "Timestamp": "2015-07-01T11:11:11+00:00",
}
TAIL = "Timestamp=2015-07-01T11%3A11%3A11%2B00%3A00&UserID=look%40me.com&Version=1.0"

VECTORS = [
    pytest.param(
        {**COMMON, "Action": "FeedList", "Format": "XML"},
        DOCUMENTATION_KEY,
        "Action=FeedList&Format=XML&" + TAIL,
        "3ceb8ed91049dfc718b0d2d176fb2ed0e5fd74f76c5971f34cdab48412476041",
        id="documentation",
    ),
    pytest.param(
        {
            "UserID": "look@me.com",
            "version": "1.0",
            "Timestamp": "2015-07-01T11:11:11+00:00",
            "Action": "FeedList",
            "Format": "XML",
        },
        DOCUMENTATION_KEY,
        "Action=FeedList&Format=XML&Timestamp=2015-07-01T11%3A11%3A11%2B00%3A00"
        "&UserID=look%40me.com&version=1.0",
        "9cbcdf6a7d8f8229ec01f67268a1ed82b47f8f931a2990316fe83835441ebff3",
        id="lower-case-name-sorts-last",
    ),
    pytest.param(
        {
            "Foo": "bar",
            "Timestamp": "2014-11-12T11:45:26Z",
            "UserID": "abc@sellercenter.net",
            "Whatever": "you want",
        },
        "1234567890",
        "Foo=bar&Timestamp=2014-11-12T11%3A45%3A26Z&UserID=abc%40sellercenter.net"
        "&Whatever=you%20want",
        "bb6b9ee192fe31f7e21c2fcc6298feccc777b747beb0a062e7c21072671a5cae",
        id="blank-is-percent-20",
    ),
    pytest.param(
        {
            "Action": "test",
            "Timestamp": "Fri, 20 Jul 2014 23:36:00 GMT",
            "UserID": "admin@sellercenter.net",
            "Version": "1.0",
        },
        "abc16cfd7e7fa8263b8b83eb3b4467e60ca0638b",
        "Action=test&Timestamp=Fri%2C%2020%20Jul%202014%2023%3A36%3A00%20GMT"
        "&UserID=admin%40sellercenter.net&Version=1.0",
        "02815c9a18c5c45ee5f6af8fc9ee0a02b65aef1c55003574690f4d80efbefe80",
        id="blanks-and-comma-in-timestamp",
    ),
    pytest.param(
        {**COMMON, "Format": "JSON", "Action": "Feedlist"},
        DOCUMENTATION_KEY,
        "Action=Feedlist&Format=JSON&" + TAIL,
        "0b5bbfd36b672577e04c5b0f1b33c70ac10c585d8c08339f782fcb501b529d68",
        id="Feedlist-JSON",
    ),
    pytest.param(
        {**COMMON, "Format": "JSON", "Action": "FeedStatus"},
        DOCUMENTATION_KEY,
        "Action=FeedStatus&Format=JSON&" + TAIL,
        "3bd6b0a4f47ec743b18b182cc53ef13226a6a3cea18127923eb77e13c9dc302d",
        id="FeedStatus-JSON",
    ),
    pytest.param(
        {**COMMON, "Format": "JSON", "Action": "ProductUpdate"},
        DOCUMENTATION_KEY,
        "Action=ProductUpdate&Format=JSON&" + TAIL,
        "e601cd399a0a2b27cc214e489f115ef9d2ae0e9b735813fb6062f9766d17579e",
        id="body-is-not-signed",
    ),
    pytest.param(
        {
            **COMMON,
            "Format": "JSON",
            "Action": "FeedList",
            "SellerSKUList": '["aa","bb","cc"]',
        },
        DOCUMENTATION_KEY,
        "Action=FeedList&Format=JSON&SellerSKUList=%5B%22aa%22%2C%22bb%22%2C%22cc%22%5D&"
        + TAIL,
        "d5ace21b558e92f6435ff9f9bd01936f09b78bf59668f6ece8b5fe5bed361cda",
        id="list-as-JSON",
    ),
]

# Published as the canonical string alone.
RAW_VECTORS = [
    (
        "param1=123&param2=ab%20cd",
        "67c7ef5fa5d408aed1",
        "1dff271f6157edfbfc592966a3b811efee46df45e002c25120e4c65e06990c7a",
    ),
    (
        "param1=123&param2=ab%20cd",
        "67c7ef5fa5d408aed1diff",
        "fa95b6da10e5c6b59569627cc88a8f56d2b8d8a8db6543c3e307d6bf8e9cf1db",
    ),
    (
        "param1=123&param2=ab%20cd&someother",
        "67c7ef5fa5d408aed1",
        "7e6782cabcc903dc9e03b10fcd61deafd42a72bbcc750db01819611ec11255b7",
    ),
]


@pytest.mark.parametrize(("params", "key", "canonical", "signature"), VECTORS)
def test_published_action_api_vector_is_reproduced(params, key, canonical, signature):
    assert canonical_query(params) == canonical
    assert sign(canonical, key) == signature


@pytest.mark.parametrize(("canonical", "key", "signature"), RAW_VECTORS)
def test_published_signature_of_a_canonical_string_is_reproduced(
    canonical, key, signature
):
    assert sign(canonical, key) == signature


def test_parameters_without_a_value_are_signed_too():
    assert canonical_query({"Search": "", "Action": "A"}) == "Action=A&Search="


def test_only_unreserved_characters_stay_bare():
    encoded = canonical_query({"q": "~-._!'()*/ é😀"})
    assert encoded == "q=~-._%21%27%28%29%2A%2F%20%C3%A9%F0%9F%98%80"


def test_names_are_ordered_as_utf_8_bytes():
    assert canonical_query({"\uffee": "1", "😀": "2", "Z": "3", "a": "4"}) == (
        "Z=3&a=4&%EF%BF%AE=1&%F0%9F%98%80=2"
    )


REST = {
    "secret": "my_key_123456789012345678901234567890123",
    "timestamp": "1234567890",
    "nonce": "9b95be45f403af9c0039e08bee85f409611fa1b2",
}


def test_published_rest_get_vector_is_reproduced():
    signature = sign_request(
        "GET", "/my/path?foo=bar&zzz=second%20parameter", b"", **REST
    )
    assert signature == (
        "88810379e74af556c15fad9c8fc9fc1756b000d3915df597b69056af0f3ff004"
    )


def test_published_rest_post_vector_is_reproduced():
    body = b'{"foo":"bar","zzz":"second parameter"}'
    assert sign_request("POST", "/my/path", body, **REST) == (
        "f0d36077e97b2f644d960cd60b1875c7dabfc1630d52c7538e5bd1b0012a75be"
    )
