"""What requests about orders may hold, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from .errors import Refused
from .records import Page

# How a parcel gets on its way (SellerCenter, SetStatusToPackedByMarketplace).
DELIVERY_TYPES = ("dropship", "pickup", "send_to_warehouse")
# Orders whose units are asked for at once. The marketplace has a limit (E038) that no
# document names.
ORDERS_PER_CALL = 50


def whole_ids(ids: Iterable[object]) -> list[int]:
    """Return ids of orders or units as the numbers they are sent as, each once.

    :raise Refused: for an id that is no number.
    """
    found = {}
    for value in ids:
        word = str(value).strip()
        if not (word.isascii() and word.isdigit()):
            raise Refused(
                f"“{word}” is no number of an order or a unit. Read the order again."
            )
        found[int(word)] = None
    return list(found)


def known_delivery_type(value: str) -> str:
    """Return how a parcel gets on its way.

    :raise Refused: if the marketplace knows no such way.
    """
    if value not in DELIVERY_TYPES:
        raise Refused(
            f"The marketplace knows no delivery type “{value}”. Choose "
            f"{', '.join(DELIVERY_TYPES[:-1])} or {DELIVERY_TYPES[-1]}."
        )
    return value


def needed(value: str, hint: str) -> str:
    """Return a text without blanks around it.

    :param hint: what to do if there is none.
    :raise Refused: if it is empty.
    """
    value = (value or "").strip()
    if not value:
        raise Refused(hint)
    return value


def needed_reason(value: str) -> str:
    """Return the name of a failure reason.

    :raise Refused: if it is empty.
    """
    return needed(value, "Choose one of the marketplace's failure reasons.")


def sort_field(
    updated_after: datetime | None,
    updated_before: datetime | None,
    *,
    created: str,
    updated: str,
) -> str:
    """Return what a list of orders is sorted by, always from the newest on.

    What changes while somebody pages moves to the front then and pushes the rest
    back, so that orders may come twice but none is skipped.
    """
    return updated if updated_after or updated_before else created


def page_of(records: tuple, offset: int, total: int | None, more: bool | None) -> Page:
    """Make a page. An empty one ends the list, a short one does not.

    :param more: whether the marketplace says that there is more, None if it does not.
    """
    ended = not records or more is False
    return Page(records, total, None if ended else offset + len(records))


def portions(ids: list[int], size: int = ORDERS_PER_CALL) -> Iterator[list[int]]:
    """Yield ids, as many at a time as one call may name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def given(**fields: str) -> dict[str, str]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}
