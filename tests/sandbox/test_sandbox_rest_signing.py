"""REST v2: calls that have to be signed (SellerCenter REST, Request Signing)."""

import pytest
from marketplace import only, request
from rest_marketplace import STOCK, is_problem, sign

BODY = request(only("A", Quantity="1")).encode()
TRANSACTION = {
    "sellerId": 4711,
    "accountStatementGroupId": 1,
    "transactionTypeId": 1,
    "value": 1.5,
    "currency": "AUD",
}


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        (
            "GET /my/path?foo=bar&zzz=second%20parameter",
            b"",
            "88810379e74af556c15fad9c8fc9fc1756b000d3915df597b69056af0f3ff004",
        ),
        (
            "POST /my/path",
            b'{"foo":"bar","zzz":"second parameter"}',
            "f0d36077e97b2f644d960cd60b1875c7dabfc1630d52c7538e5bd1b0012a75be",
        ),
    ],
)
def test_our_own_signatures_are_the_published_ones(target, body, expected):
    nonce = "9b95be45f403af9c0039e08bee85f409611fa1b2"
    secret = "my_key_123456789012345678901234567890123"
    assert sign(secret, target, "1234567890", nonce, body) == expected


@pytest.fixture
def strict(rest, sandbox):
    """The seller of a marketplace that wants some more calls signed."""
    sandbox.settings.signed_endpoints = (f"POST /{STOCK}", "GET /v2/feeds")
    return rest


def test_a_call_with_a_body_is_signed(strict, sandbox):
    assert strict.signed("POST", STOCK, BODY).ok
    assert len(sandbox.feeds) == 1


def test_a_call_with_a_query_is_signed(strict):
    assert strict.signed("GET", "v2/feeds?limit=1&offset=0").ok


@pytest.mark.parametrize(
    "change",
    [
        {"X_Signature": None},
        {"X_Signature": "0" * 64},
        {"X_Timestamp": "1234567890"},
        {"X_Timestamp": "now"},
        {"X_Nonce": "another"},
        {"X_Nonce": None},
        {"X_Signature_Algorithm": "HMAC-SHA1"},
        {"stamp": "1234567890"},
        {"nonce": "n" * 41},
        {"nonce": ""},
    ],
)
def test_a_wrong_signature_is_refused(strict, sandbox, change):
    assert is_problem(strict.signed("POST", STOCK, BODY, **change), 401)
    assert not sandbox.feeds


def test_a_body_that_was_changed_on_its_way_is_refused(strict, sandbox):
    headers = dict(strict.signed("POST", STOCK, BODY).request.headers)
    headers["X-Nonce"] = "fresh"
    changed = BODY.replace(b">1<", b">9<")
    assert is_problem(strict.call("POST", STOCK, headers=headers, data=changed), 401)
    assert len(sandbox.feeds) == 1


def test_a_call_that_was_overheard_cannot_be_made_again(strict):
    headers = dict(strict.signed("GET", "v2/feeds?limit=1&offset=0").request.headers)
    again = strict.call("GET", "v2/feeds?limit=1&offset=0", headers=headers)
    assert is_problem(again, 401)


def test_other_calls_need_no_signature(strict):
    assert strict.get("v2/feeds/count")
    assert strict.get("v2/seller")


def test_transactions_have_to_be_signed(rest):
    answer = rest.careless("POST", "v2/finance/transaction", json=TRANSACTION)
    assert is_problem(answer, 401)
