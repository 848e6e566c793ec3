"""What an answer of the Action API means: an envelope of success, or an error.

An envelope comes in XML or JSON. The JSON is a mechanical copy of the XML; both become
the same tree of dicts, lists and strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from .errors import (
    AccessRefused,
    NotOffered,
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreadable,
    error_number,
)
from .records import FeedMessage, FeedReceipt
from .refusals import FORBIDDEN, UNAUTHORIZED, refusal
from .transport import TOO_MANY_REQUESTS, Reply, check_status, server_time, throttled
from .tree import BrokenAnswer, Node, read_json, read_xml
from .values import as_list, child, identifier, long_text, text, timestamp

# The statuses that say more than an envelope with an unknown code.
UNSURE_REFUSALS = (*range(300, 400), UNAUTHORIZED, FORBIDDEN)
INTERNAL_ERROR = 6
UNKNOWN_ACTION = 8
# Error codes that stand for a clock that is wrong: expired or malformed Timestamp.
CLOCK_CODES = (3, 4)
# Cause and reason of the error codes that no repetition fixes (SellerCenter, Error
# Codes). E003 and E004 have sentences of their own.
ACCESS_CODES = {
    1: ("request", "missing_parameter"),
    2: ("version", "wrong_version"),
    7: ("key", "wrong_key"),
    9: ("role", "wrong_role"),
    10: ("host", "https_wanted"),
    11: ("request", "too_big"),
}

# Differences of the clocks below this are not worth a sentence.
CLOCK_TOLERANCE = timedelta(minutes=1)

SIGNATURE = re.compile(r"(Signature=)[^&\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An answer: whether it reports success, its head and its body."""

    success: bool
    head: Node
    body: Node


def parse_reply(
    reply: Reply, *, host: str, now: datetime, wrong_key: str = "wrong_key"
) -> Envelope:
    """Return the envelope of a successful answer.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :param wrong_key: the reason of the error when the credentials are refused.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check_status(reply, host=host, now=now)
    try:
        envelope = read_envelope(reply.content)
    except BrokenAnswer as error:
        failure = _without_envelope(reply, host, error.reason, wrong_key)
    else:
        if envelope.success and reply.status < 300:
            return envelope
        failure = _refusal(envelope, reply, now, wrong_key)
        if isinstance(failure, Refused) and reply.status in UNSURE_REFUSALS:
            failure = refusal(reply, host=host, wrong_key=wrong_key)
    # Out here: what was caught may hold the answer and must not be chained.
    raise failure


def read_envelope(content: bytes) -> Envelope:
    """Read an answer, in whichever of the two formats it came.

    :raise BrokenAnswer: if it is anything but an envelope.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not content:
        raise BrokenAnswer("answer_empty")
    if content[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise BrokenAnswer("answer_html")
    is_json = content[:1] in b"{["
    tree = read_json(content, number=str) if is_json else read_xml(content)
    for name, success in (("SuccessResponse", True), ("ErrorResponse", False)):
        response = child(tree, name)
        if isinstance(response, dict):
            return Envelope(success, child(response, "Head"), child(response, "Body"))
    raise BrokenAnswer("answer_foreign")


def marketplace_time(envelope: Envelope, reply: Reply) -> datetime | None:
    """Return the marketplace's own time, None if the answer does not tell."""
    return timestamp(envelope.head, "Timestamp") or server_time(reply.headers)


def _without_envelope(
    reply: Reply, host: str, reason: str, wrong_key: str
) -> SellerCenterError:
    if reply.status < 300:
        return Unreadable(reason=reason, values={"host": host})
    try:
        problem = read_json(reply.content)
    except BrokenAnswer:
        problem = None
    return refusal(reply, problem, host=host, wrong_key=wrong_key)


def _refusal(
    envelope: Envelope, reply: Reply, now: datetime, wrong_key: str
) -> SellerCenterError:
    message = SIGNATURE.sub(r"\1...", long_text(envelope.head, "ErrorMessage"))
    code = text(envelope.head, "ErrorCode")
    number = error_number(code, message)
    if number == TOO_MANY_REQUESTS:
        return throttled(reply, now)
    if number == INTERNAL_ERROR:
        values = {"message": message}
        return UnknownOutcome(message, reason="internal_error", values=values)
    facts = {
        "code": code,
        "error_type": text(envelope.head, "ErrorType"),
        "details": read_messages(envelope.body, "ErrorDetail"),
    }
    if number in CLOCK_CODES:
        sentence = _clock_sentence(now, marketplace_time(envelope, reply))
        return AccessRefused(
            message, **sentence, detail=message, cause="clock", **facts
        )
    if number in ACCESS_CODES:
        cause, reason = ACCESS_CODES[number]
        reason = wrong_key if cause == "key" else reason
        return AccessRefused(
            message, reason=reason, detail=message, cause=cause, **facts
        )
    if number == UNKNOWN_ACTION:
        return NotOffered(message, reason="unknown_action", detail=message, **facts)
    return Refused(message, reason="" if message else "refused", **facts)


def _clock_sentence(now: datetime, there: datetime | None) -> dict:
    """Return reason and values of what there is to say about the clock."""
    if there is None or abs(now - there) < CLOCK_TOLERANCE:
        return {"reason": "clock"}
    minutes = round(abs(now - there) / timedelta(minutes=1))
    reason = "clock_ahead" if now > there else "clock_behind"
    return {"reason": reason, "values": {"minutes": minutes}}


def read_receipt(envelope: Envelope) -> FeedReceipt:
    """Read the answer to a document. The feed id is empty if the answer names none."""
    return FeedReceipt(
        feed_id=identifier(envelope.head, "RequestId"),
        action=text(envelope.head, "RequestAction"),
        timestamp=timestamp(envelope.head, "Timestamp"),
        warnings=read_messages(envelope.body, "WarningDetail"),
    )


def read_messages(container: Node, name: str) -> tuple[FeedMessage, ...]:
    """Read errors or warnings, in whichever way they are nested."""
    if text(container, "Message"):
        rows = [container]
    else:
        rows = as_list(container, name)
    return tuple(
        FeedMessage(
            message=long_text(row, "Message") or long_text(row),
            seller_sku=text(row, "SellerSku"),
            code=text(row, "Code"),
            field=text(row, "Field"),
        )
        for row in rows
    )
