"""Signatures of the Action API and of REST requests."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def canonical_query(params: Mapping[str, str]) -> str:
    """Build the query string that is both signed and sent.

    SellerCenter, Signing Requests: sorted by name in byte order, names and values
    percent-encoded by RFC 3986 (a blank is ``%20``), empty values kept.

    :param params: every parameter but Signature.
    """
    # UTF-8 keeps the order of the code points, so plain sorting is byte order.
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in sorted(params.items())
    )


def sign(query: str, key: str) -> str:
    """Sign a query string.

    SellerCenter, Signing Requests: HMAC-SHA256 in lower-case hex, the key as it stands.
    """
    return _hmac_hex(key, query)


def rest_signature(
    method: str,
    path_with_query: str,
    body: bytes,
    *,
    secret: str,
    timestamp: str,
    nonce: str,
) -> str:
    """Sign a REST request (the X-Signature header).

    SellerCenter REST, Request Signing: four lines, no line end after the last.

    :param path_with_query: as it is sent, percent-encoded.
    :param body: the body as it is sent, empty if there is none.
    :param timestamp: the X-Timestamp header, Unix seconds.
    :param nonce: the X-Nonce header, at most 40 characters, never used twice.
    """
    body_hash = hashlib.sha256(body).hexdigest() if body else ""
    lines = (
        f"{method} {path_with_query}",
        f"timestamp={timestamp}",
        f"nonce={nonce}",
        f"body_hash={body_hash}",
    )
    return _hmac_hex(secret, "\n".join(lines))


def _hmac_hex(key: str, content: str) -> str:
    return hmac.new(key.encode(), content.encode(), hashlib.sha256).hexdigest()
