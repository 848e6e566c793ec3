"""Verification of the Action API's signature (SellerCenter: Signing Requests).

The query string is verified as received: decoding it first and encoding it again would
accept the mistakes that a real server rejects.
"""

import hashlib
import hmac
from urllib.parse import quote, unquote_to_bytes

SIGNATURE = "Signature"


def canonical(raw_query):
    """Sort a received query string the way that is signed.

    :param str raw_query: undecoded query string.
    :return: all parameters but the signature, sorted by name in byte order.
    """
    pairs = [pair for pair in raw_query.split("&") if pair]
    signed = [pair for pair in pairs if _name(pair) != SIGNATURE]
    return "&".join(sorted(signed, key=lambda pair: _name(pair).encode()))


def sign(text, api_key):
    """Compute the signature of a canonical query string.

    :param str text: canonical query string.
    :param str api_key: the user's key.
    :return: lower-case hexadecimal HMAC-SHA256.
    """
    return hmac.new(api_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_valid(raw_query, api_key):
    """Return whether a query string carries the right signature.

    :param str raw_query: undecoded query string.
    :param str api_key: the key of the user that it names.
    :return: False also when the encoding differs from RFC 3986.
    """
    received = [
        pair.partition("=")[2]
        for pair in raw_query.split("&")
        if _name(pair) == SIGNATURE
    ]
    if len(received) != 1 or not is_strictly_encoded(raw_query):
        return False
    expected = sign(canonical(raw_query), api_key)
    return hmac.compare_digest(received[0].encode(), expected.encode())


def is_strictly_encoded(raw_query):
    """Return whether names and values are percent-encoded by RFC 3986.

    A blank sent as `+`, lower-case hexadecimal digits or a bare reserved character
    are not: the server signs the strict spelling, so such a call cannot match.

    :param str raw_query: undecoded query string.
    :return: True if each part is encoded in the only valid way.
    """
    parts = (part for pair in raw_query.split("&") for part in pair.split("=", 1))
    return all(quote(unquote_to_bytes(part), safe="") == part for part in parts)


def _name(pair):
    return pair.partition("=")[0]
