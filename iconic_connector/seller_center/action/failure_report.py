"""The failure report of a feed: what went wrong, as a table.

SellerCenter, FeedStatus. Semicolons between cells, which may be quoted; first the
columns Error and Warning, each with several messages on lines of their own, then the
columns that were sent.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..records import FeedMessage
from ..tree import clean
from ..values import MAX_ID, MAX_LONG_TEXT

SKU, ERROR, WARNING = "sellersku", "error", "warning"


@dataclass(frozen=True, slots=True)
class FailureReport:
    """The messages of a report, each with the SKU of its row."""

    errors: tuple[FeedMessage, ...] = ()
    warnings: tuple[FeedMessage, ...] = ()


def read_failure_report(content: bytes | None) -> FailureReport:
    """Read a report.

    :param content: the file, None without one.
    :return: an empty one for a file that is no such table.
    """
    table = csv.reader(
        io.StringIO((content or b"").decode("utf-8-sig", "replace"), newline=""),
        delimiter=";",
    )
    try:
        head, *lines = clean([line for line in table if line])
    except (csv.Error, ValueError):
        return FailureReport()
    names = ["".join(filter(str.isalpha, name)).lower() for name in head]
    rows = [dict(zip(names, line, strict=False)) for line in lines]
    return FailureReport(_messages(rows, ERROR), _messages(rows, WARNING))


def _messages(rows: Iterable[dict[str, str]], column: str) -> tuple[FeedMessage, ...]:
    return tuple(
        FeedMessage(line.strip()[:MAX_LONG_TEXT], row.get(SKU, "").strip()[:MAX_ID])
        for row in rows
        for line in row.get(column, "").splitlines()
        if line.strip()
    )


def complete_messages(
    told: tuple[FeedMessage, ...], reported: tuple[FeedMessage, ...]
) -> tuple[FeedMessage, ...]:
    """Return the messages of a feed, with what only its report tells.

    A message without SKU belongs to the rows that say the same, if these are as many.

    :param told: the messages of the feed itself.
    :param reported: those of its report; they are added for SKUs that no other names.
    """
    told = tuple(_with_skus(told, reported))
    named = {one.seller_sku for one in told}
    more = (one for one in reported if one.seller_sku not in named)
    return (*told, *more)


def _with_skus(
    told: tuple[FeedMessage, ...], reported: tuple[FeedMessage, ...]
) -> Iterable[FeedMessage]:
    named = {(one.message, one.seller_sku) for one in told if one.seller_sku}
    nameless = Counter(one.message for one in told if not one.seller_sku)
    skus = defaultdict(list)
    for one in reported:
        if one.seller_sku and (one.message, one.seller_sku) not in named:
            skus[one.message].append(one.seller_sku)
    certain = {text for text, count in nameless.items() if len(skus[text]) == count}
    for one in told:
        if one.message in certain and not one.seller_sku:
            yield replace(one, seller_sku=skus[one.message].pop(0))
        else:
            yield one
