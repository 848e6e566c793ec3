"""Signatures of the Action API (SellerCenter, Signing Requests)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def canonical_query(params: Mapping[str, str]) -> str:
    """Build the query string that is both signed and sent.

    Sorted by name in byte order, names and values percent-encoded by RFC 3986 (a blank
    is ``%20``), empty values kept.

    :param params: every parameter but Signature.
    """
    # UTF-8 keeps the order of the code points, so plain sorting is byte order.
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in sorted(params.items())
    )


def sign(query: str, key: str) -> str:
    """Sign a query string: HMAC-SHA256 in lower-case hex, the key as it stands."""
    return hmac.new(key.encode(), query.encode(), hashlib.sha256).hexdigest()
