"""What requests about orders may hold, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from .const import DELIVERY_TYPES, ORDERS_PER_CALL
from .errors import Refused


def whole_ids(ids: Iterable[object]) -> list[int]:
    """Return ids of orders or items as the numbers they are sent as, each once.

    :raise Refused: for an id that is no number.
    """
    found = {}
    for value in ids:
        word = str(value).strip()
        if not (word.isascii() and word.isdigit()):
            raise Refused(reason="bad_id", values={"id": word})
        found[int(word)] = None
    return list(found)


def batches(ids: list[int], size: int = ORDERS_PER_CALL) -> Iterator[list[int]]:
    """Yield ids, as many at a time as one call may name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def filled(**fields: str) -> dict[str, str]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def require(value: str, reason: str) -> str:
    """Return a text without blanks around it.

    :param reason: that of the error.
    :raise Refused: if it is empty.
    """
    value = (value or "").strip()
    if not value:
        raise Refused(reason=reason)
    return value


def check_delivery_type(value: str) -> str:
    """Return how a parcel gets on its way.

    :raise Refused: if the marketplace knows no such way.
    """
    if value not in DELIVERY_TYPES:
        raise Refused(reason="unknown_delivery_type", values={"type": value})
    return value


def check_status_filter(status: str, known: Collection[str], reason: str) -> None:
    """Check that an API can look for orders of a status; empty is any.

    :param reason: that of the error.
    :raise Refused: if it cannot.
    """
    if status and status not in known:
        raise Refused(reason=reason, values={"status": status})


def check_document_type(document_type: str, known: Collection[str], reason: str):
    """Check that an API makes documents of a type.

    :param reason: that of the error.
    :raise Refused: if it does not.
    """
    if document_type not in known:
        raise Refused(reason=reason, values={"type": document_type})


def document_items(order_item_ids: Iterable[str]) -> list[int]:
    """Return the ids of the items that a document is about.

    :raise Refused: if there is none.
    """
    ids = whole_ids(order_item_ids)
    if not ids:
        raise Refused(reason="missing_items")
    return ids


def sort_field(
    updated_after: datetime | None,
    updated_before: datetime | None,
    *,
    created: str,
    updated: str,
) -> str:
    """Return what a list of orders is sorted by, always from the newest on.

    :param created: the name of the time of creation.
    :param updated: the name of the time of the last change.
    """
    return updated if updated_after or updated_before else created
