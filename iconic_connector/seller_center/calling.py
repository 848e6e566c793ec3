"""What both APIs share: one connection, its pace, and the patience of reads."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone, tzinfo
from typing import TypeVar

import requests

from .const import (
    DEADLINE,
    MAX_READ_PAUSE,
    READ_ATTEMPTS,
    READ_PAUSE,
    TIMEOUT,
    USER_AGENT,
)
from .errors import NotAccepted, UnknownOutcome
from .records import Feed
from .transport import Transport

Answer = TypeVar("Answer")


class Client:
    """A seller's account on one SellerCenter.

    Reading is repeated a few times within the deadline if the marketplace is briefly
    away. What changes something is sent exactly once; whoever calls decides what an
    error means for it.

    :param session: a ``requests.Session``, kept alive and closed by the caller.
    :param base_url: the API's address; https, but for a sandbox on this machine.
    :param clock: returns the time, an aware datetime.
    :param sleep: waits for a number of seconds.
    :param monotonic: a clock for deadlines, in seconds.
    :param timeout: seconds for the connection, and for the next bytes of the answer.
    :param deadline: seconds that one method may take in all.
    :param zone: the zone of times that do not name one.
    :param pace: seconds from one call to the next at least.
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
    ):
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
        self._next_call = 0.0
        self._shared_end: float | None = None

    def _again(self, call: Callable[[float], Answer]) -> Answer:
        """Ask, and ask again while that may help and the deadline allows it.

        :param call: gets the reading of the monotonic clock at which to give up.
        """
        ends = self._ends()
        for attempt in range(1, READ_ATTEMPTS):
            try:
                return call(ends)
            except (NotAccepted, UnknownOutcome) as error:
                pause = getattr(error, "retry_after", None)
                pause = READ_PAUSE * attempt if pause is None else pause
                if pause > MAX_READ_PAUSE or self._monotonic() + pause >= ends:
                    raise
            self._sleep(pause)
        return call(ends)

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

    def _keep_pace(self) -> None:
        """Wait until the next call may be made."""
        if not self._pace:
            return
        wait = self._next_call - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._next_call = self._monotonic() + self._pace


def json_list(values: Iterable[str]) -> str:
    """Write a list as one parameter: JSON without blanks (Signing Requests)."""
    return json.dumps(list(values), separators=(",", ":"))


def iso(moment: datetime) -> str:
    """Write a time in ISO 8601, relative to UTC (product feeds spec, Timestamp).

    :raise ValueError: if it has no zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone.")
    return moment.astimezone(timezone.utc).isoformat("T", "seconds")


def newest_first(feeds: Iterable[Feed]) -> list[Feed]:
    """Sort feeds, those without a time last."""
    unknown = datetime.min.replace(tzinfo=timezone.utc)
    return sorted(feeds, key=lambda feed: feed.created_at or unknown, reverse=True)
