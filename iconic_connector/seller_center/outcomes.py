"""What an answer means: an envelope that reports success, or an error of the tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from .answers import read_details
from .envelope import Envelope, UnreadableAnswer, moment, read_envelope, text
from .errors import (
    AccessRefused,
    Maintenance,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
)
from .transport import Reply

INTERNAL_ERROR = 6
TOO_MANY_REQUESTS = 429
# Error codes that stand for a clock that is wrong: expired or malformed Timestamp.
CLOCK_CODES = (3, 4)

WRONG_KEY = (
    "The API key or the user ID is wrong. Copy both again from Seller Center, Settings "
    "> Integration Management."
)
WRONG_ROLE = (
    "This Seller Center user is not allowed to do this. Give the user the role Seller "
    "API Access in Seller Center."
)
WRONG_HOST = (
    "This address does not answer as a Seller Center. Check the address on the account."
)
TOO_BIG = "The request is too big for the marketplace. Send fewer products at once."

# Cause and sentence of the error codes that no repetition mends (SellerCenter, Error
# Codes). E003 and E004 have a sentence of their own.
ACCESS_CODES = {
    1: ("request", "The marketplace misses a parameter in the request."),
    2: ("version", "The marketplace does not accept this version of its API."),
    7: ("key", WRONG_KEY),
    8: ("request", "The marketplace does not offer this action."),
    9: ("role", WRONG_ROLE),
    10: ("host", "The marketplace wants an address that begins with https://."),
    11: ("request", TOO_BIG),
}
# The same for HTTP statuses without an envelope. Any other one from 300 to 499 means
# that this is no Seller Center.
ACCESS_STATUSES = {
    401: ("key", WRONG_KEY),
    403: ("role", WRONG_ROLE),
    413: ("request", TOO_BIG),
}
# Statuses of gateways that gave up on a request which may have gone on.
UNSURE_STATUSES = (408, 425)

# Differences of the clocks below this are not worth a sentence.
CLOCK_TOLERANCE = timedelta(minutes=1)

SIGNATURE = re.compile(r"(Signature=)[^&\s]+", re.IGNORECASE)


def judge(
    reply: Reply, *, host: str, now: datetime, wrong_key: str = WRONG_KEY
) -> Envelope:
    """Return the envelope of a successful answer.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :param wrong_key: what to say when the credentials are refused.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check_status(reply, host=host, now=now)
    try:
        envelope = read_envelope(reply.content)
    except UnreadableAnswer as error:
        failure = _unreadable(reply, host, str(error))
    else:
        if envelope.success and reply.status < 300:
            return envelope
        failure = _refusal(envelope, reply, now, wrong_key)
    raise failure


def check_status(reply: Reply, *, host: str, now: datetime) -> None:
    """Raise what the HTTP status says alone, whatever the answer holds.

    :raise SellerCenterError: if the marketplace is busy, closed or in trouble.
    """
    if reply.status == TOO_MANY_REQUESTS:
        raise _throttled(reply, now)
    if reply.status == 503:
        raise Maintenance(
            f"{host} is closed for maintenance. Try again later.",
            retry_after=_retry_after(reply.headers, now),
        )
    if reply.status >= 500 or reply.status in UNSURE_STATUSES:
        raise UnknownOutcome(f"{host} had a problem of its own (HTTP {reply.status}).")


def server_time(
    envelope: Envelope | None, headers: Mapping[str, str]
) -> datetime | None:
    """Return the marketplace's own time, None if the answer does not tell."""
    stated = moment(envelope.head, "Timestamp") if envelope else None
    return stated or _http_date(headers.get("Date"))


def _unreadable(reply: Reply, host: str, problem: str) -> SellerCenterError:
    if reply.status < 300:
        return UnknownOutcome(
            f"{host} answered with {problem}, so that its answer could not be read."
        )
    cause, sentence = ACCESS_STATUSES.get(reply.status, ("host", WRONG_HOST))
    return AccessRefused(f"{sentence} (HTTP {reply.status})", cause=cause)


def _refusal(
    envelope: Envelope, reply: Reply, now: datetime, wrong_key: str
) -> SellerCenterError:
    message = SIGNATURE.sub(r"\1...", text(envelope.head, "ErrorMessage"))
    code = text(envelope.head, "ErrorCode")
    number = _error_number(code, message)
    facts = {
        "code": code,
        "error_type": text(envelope.head, "ErrorType"),
        "details": read_details(envelope),
    }
    if number == TOO_MANY_REQUESTS:
        return _throttled(reply, now)
    if number == INTERNAL_ERROR:
        return UnknownOutcome(f"The marketplace had a problem of its own: {message}")
    if number in CLOCK_CODES:
        there = server_time(envelope, reply.headers)
        sentence = _clock_sentence(now, there)
        return AccessRefused(f"{sentence} ({message})", cause="clock", **facts)
    if number in ACCESS_CODES:
        cause, sentence = ACCESS_CODES[number]
        sentence = wrong_key if cause == "key" else sentence
        return AccessRefused(f"{sentence} ({message})", cause=cause, **facts)
    return Refused(message or "The marketplace refused without saying why.", **facts)


def _error_number(code: str, message: str) -> int | None:
    """Read ``7``, ``E007`` or, without a code, a message that begins with ``E007:``."""
    found = re.match(r"E?0*([0-9]+)", code) or re.match(r"E0*([0-9]+):", message)
    return int(found.group(1)) if found else None


def _throttled(reply: Reply, now: datetime) -> Throttled:
    return Throttled(
        "The marketplace takes no more calls for the moment. Try again later.",
        retry_after=_retry_after(reply.headers, now),
    )


def _clock_sentence(now: datetime, there: datetime | None) -> str:
    if there is None or abs(now - there) < CLOCK_TOLERANCE:
        return (
            "The marketplace did not accept the time of the request. Check that the "
            "clock of this server is right."
        )
    minutes = round(abs(now - there) / timedelta(minutes=1))
    side = "ahead of" if now > there else "behind"
    return (
        f"The clock of this server is {minutes} minutes {side} the marketplace's. "
        "Let a time service (NTP) set it."
    )


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, seconds or a date, the latter by the marketplace's clock."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = _http_date(value)
    if until is None:
        return None
    there = _http_date(headers.get("Date")) or now
    return max((until - there).total_seconds(), 0.0)


def _http_date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except (TypeError, ValueError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
