"""Endpoints that ask for a signed request get one, computed from what is sent."""

import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import urlsplit

from iconic_connector.seller_center.const import SIGNED_ENDPOINTS

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
SECRET = "secret-of-the-application"
TRANSACTION = {
    "sellerId": 4711,
    "description": "Café – 1",
    "accountStatementGroupId": 1,
    "transactionTypeId": 2,
    "value": 1.5,
    "currency": "AUD",
}
SHIPPED = {"orderItemIds": [1]}
HEADERS = ("X-Timestamp", "X-Nonce", "X-Signature-Algorithm", "X-Signature")


def expected_signature(request, body):
    """Sign anew what went over the wire, by the documentation's four lines."""
    parts = urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    body_hash = hashlib.sha256(body).hexdigest() if body else ""
    content = (
        f"{request.method} {target}\n"
        f"timestamp={request.headers['X-Timestamp']}\n"
        f"nonce={request.headers['X-Nonce']}\n"
        f"body_hash={body_hash}"
    )
    return hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).hexdigest()


def test_a_transaction_is_signed_as_it_is_sent(rest_api, marketplace):
    marketplace.answer({"id": 1}, status=201)
    rest_api._change("POST", "/v2/finance/transaction", TRANSACTION)
    (request,) = marketplace.requests
    (body,) = marketplace.bodies
    assert request.headers["X-Timestamp"] == str(int(NOW.timestamp()))
    assert request.headers["X-Signature-Algorithm"] == "HMAC-SHA256"
    assert request.headers["X-Signature"] == expected_signature(request, body)
    assert request.headers["Authorization"] == "Bearer token-1"


def test_the_query_is_signed_with_the_path(make_rest_api, marketplace):
    marketplace.answer([])
    api = make_rest_api(signed_endpoints=(("GET", "/v2/prices"),))
    api._get("/v2/prices", {"productName": "a b+é", "productIds": [1, 2]})
    (request,) = marketplace.requests
    assert "a%20b%2B%C3%A9" in request.url
    assert request.headers["X-Signature"] == expected_signature(request, b"")


def test_a_document_is_signed_byte_for_byte(make_rest_api, marketplace):
    path = "/v2/import/product-removal"
    marketplace.answer({"success": True, "feedUuid": "f"}, status=201)
    api = make_rest_api(signed_endpoints=(("POST", path),))
    api.send_feed("ProductRemove", b"SellerSku\r\nA\r\n")
    (request,) = marketplace.requests
    (body,) = marketplace.bodies
    assert request.headers["X-Signature"] == expected_signature(request, body)


def test_nothing_else_is_signed(rest_api, marketplace):
    marketplace.answer([])
    marketplace.answer({"id": 1}, status=201)
    rest_api._get("/v2/category/tree")
    rest_api._change("POST", "/v2/orders/statuses/set-to-shipped", SHIPPED)
    for request in (*marketplace.requests, *marketplace.shop.requests):
        assert not set(HEADERS) & set(request.headers)


def test_a_nonce_is_short_and_never_used_twice(rest_api, marketplace):
    for _call in range(5):
        marketplace.answer({"id": 1}, status=201)
        rest_api._change("POST", "/v2/finance/transaction", TRANSACTION)
    nonces = [request.headers["X-Nonce"] for request in marketplace.requests]
    assert len(set(nonces)) == 5
    assert all(1 <= len(nonce) <= 40 for nonce in nonces)


def test_a_call_that_is_repeated_with_a_new_token_is_signed_anew(rest_api, marketplace):
    marketplace.refuse(401, "expired")
    marketplace.answer({"id": 1}, status=201)
    rest_api._change("POST", "/v2/finance/transaction", TRANSACTION)
    first, second = marketplace.requests
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]


def test_a_repeated_read_is_signed_anew(make_rest_api, marketplace):
    marketplace.answer("", status=502)
    marketplace.answer([])
    make_rest_api(signed_endpoints=(("GET", "/v2/prices"),))._get("/v2/prices")
    first, second = marketplace.requests
    assert first.headers["X-Nonce"] != second.headers["X-Nonce"]


def test_the_transaction_is_what_the_documentation_wants_signed():
    assert ("POST", "/v2/finance/transaction") in SIGNED_ENDPOINTS
