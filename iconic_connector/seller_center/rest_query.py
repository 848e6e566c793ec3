"""Query strings of REST v2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from .const import MAX_KEYS_LENGTH, MAX_KEYS_PER_CALL


def query_string(params: Mapping[str, Any]) -> str:
    """Build a query string (SellerCenter REST, Array Parameters).

    Percent-encoded by RFC 3986; a list is written ``name[]=a&name[]=b``.

    :param params: texts, numbers, yes or no, or lists of them; None is left out.
    """
    return "&".join(
        f"{quote(key, safe='')}={quote(_word(value), safe='')}"
        for name, given in params.items()
        if given is not None
        for key, value in _pairs(name, given)
    )


def portions(name: str, keys: Iterable[object]) -> Iterator[list]:
    """Yield distinct keys, as many at a time as one query may hold."""
    portion: list = []
    length = 0
    for key in dict.fromkeys(keys):
        size = len(query_string({name: [key]})) + 1
        full = len(portion) == MAX_KEYS_PER_CALL or length + size > MAX_KEYS_LENGTH
        if portion and full:
            yield portion
            portion, length = [], 0
        portion.append(key)
        length += size
    if portion:
        yield portion


def _pairs(name: str, given: Any) -> list[tuple[str, Any]]:
    if isinstance(given, (list, tuple)):
        return [(f"{name}[]", value) for value in given]
    return [(name, given)]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
