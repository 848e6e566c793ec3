"""What both APIs do alike: pace, patience, pages, and checks before a call."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone, tzinfo
from typing import Any, TypeVar

import requests

from .const import (
    DEADLINE,
    DELIVERY_TYPES,
    FEED_ACTIONS,
    ORDERS_PER_CALL,
    TIMEOUT,
    USER_AGENT,
)
from .errors import (
    AccessRefused,
    NoProgress,
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreachable,
    Unreadable,
    UnreadableValue,
)
from .interface import SellerCenterApi
from .records import FeedReceipt, Page, Records, UnreadableRecord
from .refusals import FORBIDDEN, REASONS
from .retry import READ_PAUSE, RetryPolicy, retry_briefly
from .transport import Reply, Transport
from .values import Times

Answer = TypeVar("Answer")

Row = TypeVar("Row")

# What the probe takes for another server than a Seller Center.
WRONG_ADDRESS = {"refused", "answer_redirect", "wrong_token_address", *REASONS.values()}


class Client(SellerCenterApi):
    """The base of both APIs.

    :param session: a ``requests.Session``, kept alive and closed by the caller.
    :param base_url: the API's address; https, but for a sandbox on this machine.
    :param clock: returns the time, an aware datetime.
    :param sleep: waits for a number of seconds.
    :param monotonic: a clock for deadlines, in seconds.
    :param timeout: seconds for the connection, and for the next bytes of the answer.
    :param deadline: seconds that one method may take in all, whatever `retry` says.
    :param zone: the zone of times that do not name one.
    :param pace: seconds from one call to the next at least.
    :param retry: decides whether and when a read is tried again.
    """

    def __init__(
        self,
        session: requests.Session,
        *,
        base_url: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        monotonic: Callable[[], float] = time.monotonic,
        user_agent: str = USER_AGENT,
        timeout: tuple[float, float] = TIMEOUT,
        deadline: float = DEADLINE,
        zone: tzinfo = timezone.utc,
        pace: float = 0,
        retry: RetryPolicy = retry_briefly,
    ):
        # Of each list: the offset of the last page, what all held, the largest size.
        self._pages: dict[str, tuple[int, set[str], int]] = {}
        self._transport = Transport(
            session,
            base_url,
            user_agent=user_agent,
            timeout=timeout,
            monotonic=monotonic,
        )
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._deadline = deadline
        self._zone = zone
        self._pace = pace
        self._retry_policy = retry
        self._next_call = 0.0
        self._shared_end: float | None = None

    def send_feed(
        self, action: str, payload: bytes, quantity_only: bool = False
    ) -> FeedReceipt:
        if action not in FEED_ACTIONS:
            raise ValueError(f"{action} takes no document.")
        receipt = self._post_feed(action, payload, quantity_only)
        if not receipt.feed_id:
            raise UnknownOutcome(reason="no_feed_id")
        return receipt

    @abstractmethod
    def _post_feed(
        self, action: str, payload: bytes, quantity_only: bool
    ) -> FeedReceipt:
        """Send a document of a known action.

        :return: without an id if the answer names none.
        """

    def _retry(self, call: Callable[[float], Answer]) -> Answer:
        """Call, and call again while the policy and the deadline allow it.

        :param call: gets the reading of the monotonic clock at which to give up.
        """
        ends = self._ends()
        attempt = 1
        while True:
            try:
                return call(ends)
            except SellerCenterError as error:
                pause = self._retry_policy(error, attempt)
                if pause is None or self._monotonic() + pause >= ends:
                    raise
            self._sleep(pause)
            attempt += 1

    def _ends(self) -> float:
        """Return when a call that begins now has to give up."""
        if self._shared_end is not None:
            return self._shared_end
        return self._monotonic() + self._deadline

    @contextmanager
    def _one_deadline(self) -> Iterator[None]:
        """Let all the calls of one method share its deadline."""
        before, self._shared_end = self._shared_end, self._ends()
        try:
            yield
        finally:
            self._shared_end = before

    def _unless_forbidden(self, send: Callable[[], Reply], ends: float) -> Reply:
        """Send, and send once more after a 403: a single one proves nothing.

        That refusal is a sure one, so that even a document may be sent again.
        """
        reply = send()
        if reply.status != FORBIDDEN or self._monotonic() + READ_PAUSE >= ends:
            return reply
        self._sleep(READ_PAUSE)
        return send()

    @contextmanager
    def _judging_the_address(self) -> Iterator[None]:
        """Take a refusal without words as proof that this is no Seller Center.

        Only for the probe: all other calls are refused for themselves.
        """
        try:
            yield
        except (Refused, Unreadable, Unreachable) as error:
            if error.reason not in WRONG_ADDRESS:
                raise
            kept = error.reason if error.reason == "wrong_token_address" else ""
            raise AccessRefused(
                reason=kept or "wrong_host",
                values=error.values,
                detail=error.detail,
                cause="host",
            ) from None

    @property
    def _times(self) -> Times:
        """How the times in an answer that has just come are read."""
        return Times(self._zone, self._clock())

    def _keep_pace(self) -> None:
        """Wait until the next call may be made."""
        if not self._pace:
            return
        wait = self._next_call - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._next_call = self._monotonic() + self._pace

    def _read_all(
        self,
        read_page: Callable[[int], tuple[Sequence[Row], bool | None]],
        *,
        key: Callable[[Row], str] = str,
        repeats: bool = False,
    ) -> Records:
        """Read a list to its end, page by page.

        An empty page ends it. A short one does not, since shops cap the size.

        :param read_page: gets an offset; returns rows and whether there is more, None
            if the marketplace does not say.
        :param key: tells rows apart.
        :param repeats: some shops answer this list all at once, whatever page is asked
            for: the end is where nothing new comes.
        :raise NoProgress: if a page brings nothing new where that is no end.
        """
        found: dict[str, Row] = {}
        lost: list = []
        offset, more = 0, True
        while more is not False:
            rows, more = read_page(offset)
            lost += getattr(rows, "unreadable", ())
            page = {key(row): row for row in rows}
            if page.keys() <= found.keys():
                if page and not repeats:
                    raise self._no_progress()
                break
            found |= page
            offset += len(rows) + len(getattr(rows, "unreadable", ()))
        return Records(found.values(), lost)

    def _has_ended(self, name: str, offset: int, keys: Iterable[str]) -> bool:
        """Tell whether a page is behind the end of its list: it brings nothing new.

        Whoever reads page after page, over several calls, would never come to an end
        where the marketplace ignores the offset.

        :param name: of the list.
        :param keys: what tells the rows of the page apart.
        :raise NoProgress: if it is as long as the longest, so that more may follow.
        """
        page = list(keys)
        last_offset, known, longest = self._pages.get(name, (offset, set(), 0))
        if offset <= last_offset:
            known, longest = set(), 0
        longest = max(longest, len(page))
        repeats = bool(page) and known.issuperset(page)
        self._pages[name] = (offset, known.union(page), longest)
        if repeats and len(page) == longest:
            raise self._no_progress()
        return repeats

    def _no_progress(self) -> NoProgress:
        return NoProgress(reason="no_progress", values={"host": self._transport.host})


def keys_of(records: Records, key: str) -> list[str]:
    """Return what tells all rows of a page apart, the unreadable ones among them.

    :param key: the attribute of the readable ones.
    """
    readable = [getattr(record, key) for record in records]
    return readable + [one.key or repr(one.raw) for one in records.unreadable]


def build_page(
    records: Records,
    offset: int,
    total: int | None = None,
    more: bool | None = None,
    rows: int | None = None,
) -> Page:
    """Build a page. An empty one ends the list, a short one does not.

    :param more: whether the marketplace says that there is more, None if it does not.
    :param rows: of the answer, if some of them are no records of their own.
    """
    lost = records.unreadable
    rows = len(records) + len(lost) if rows is None else rows
    ended = not rows or more is False
    return Page(tuple(records), total, None if ended else offset + rows, lost)


def only(records: Records) -> Any:
    """Return the one record that was asked for, None if there is none.

    :raise Unreadable: if it cannot be read.
    """
    for lost in records.unreadable:
        values = {"record": lost.name or lost.key or "?", "problem": lost.problem}
        raise Unreadable(reason="record_unreadable", values=values)
    return records[0] if records else None


def iso_time(moment: datetime) -> str:
    """Write a time in ISO 8601, relative to UTC (product feeds spec, Timestamp).

    :raise ValueError: if it has no zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone.")
    return moment.astimezone(timezone.utc).isoformat("T", "seconds")


def name_missing(found: Records, order_ids: Iterable[int]) -> Records:
    """Return the items of orders, those orders unreadable of which no item came.

    There is no order without an item: what belonged to it was lost in the answer.
    """
    asked = list(map(str, order_ids))
    items = [_of_only_order(one, "order_id", asked) for one in found]
    known = [_of_only_order(one, "key", asked) for one in found.unreadable]
    told = {item.order_id for item in items} | {one.key for one in known}
    problem = UnreadableValue(reason="no_items")
    lost = [UnreadableRecord(one, "", problem) for one in asked if one not in told]
    return Records(items, (*known, *lost))


def _of_only_order(item: Any, field: str, asked: list[str]) -> Any:
    """Return an item with the id of its order, if only one order was asked for.

    :param item: an `OrderItem` or an `UnreadableRecord`.
    :param field: its field with that id.
    :raise Unreadable: if it may belong to any of several: ask for them one by one.
    """
    if getattr(item, field):
        return item
    if len(asked) > 1:
        raise UnreadableValue(reason="value_missing", values={"field": "orderId"})
    return replace(item, **{field: asked[0]})


def newest_first(feeds: Records) -> Records:
    """Sort feeds, those without a time last."""
    unknown = datetime.min.replace(tzinfo=timezone.utc)
    found = sorted(feeds, key=lambda feed: feed.created_at or unknown, reverse=True)
    return Records(found, feeds.unreadable)


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
