"""What an answer of the Action API means: an envelope of success, or an error.

An envelope comes in XML or JSON. The JSON is a mechanical copy of the XML; both become
the same tree of dicts, lists and strings.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from .errors import (
    AccessRefused,
    Refused,
    SellerCenterError,
    UnknownOutcome,
    error_number,
)
from .records import FeedMessage, FeedReceipt
from .transport import TOO_MANY_REQUESTS, Reply, check_status, server_time, throttled
from .values import Node, as_list, child, text, timestamp

INTERNAL_ERROR = 6
# Error codes that stand for a clock that is wrong: expired or malformed Timestamp.
CLOCK_CODES = (3, 4)
# Cause and reason of the error codes that no repetition fixes (SellerCenter, Error
# Codes). E003 and E004 have sentences of their own.
ACCESS_CODES = {
    1: ("request", "missing_parameter"),
    2: ("version", "wrong_version"),
    7: ("key", "wrong_key"),
    8: ("request", "unknown_action"),
    9: ("role", "wrong_role"),
    10: ("host", "https_wanted"),
    11: ("request", "too_big"),
}
# The same for HTTP statuses without an envelope. Any other one from 300 to 499 means
# that this is no Seller Center.
ACCESS_STATUSES = {
    401: ("key", "wrong_key"),
    403: ("role", "wrong_role"),
    413: ("request", "too_big"),
}
NO_SELLER_CENTER = ("host", "wrong_host")

# Differences of the clocks below this are not worth a sentence.
CLOCK_TOLERANCE = timedelta(minutes=1)

SIGNATURE = re.compile(r"(Signature=)[^&\s]+", re.IGNORECASE)


class UnreadableAnswer(ValueError):
    """An answer that is no SellerCenter envelope.

    :param reason: a key of `errors.USER_MESSAGES` that says what it is instead.
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


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
    except UnreadableAnswer as error:
        failure = _unreadable(reply, host, error.reason)
    else:
        if envelope.success and reply.status < 300:
            return envelope
        failure = _refusal(envelope, reply, now, wrong_key)
    # Out here: what was caught may hold the answer and must not be chained.
    raise failure


def read_envelope(content: bytes) -> Envelope:
    """Read an answer, in whichever of the two formats it came.

    :raise UnreadableAnswer: if it is anything but an envelope.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not content:
        raise UnreadableAnswer("answer_empty")
    if content[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableAnswer("answer_html")
    tree = _read_json(content) if content[:1] in b"{[" else _read_xml(content)
    for name, success in (("SuccessResponse", True), ("ErrorResponse", False)):
        response = child(tree, name)
        if response is not None:
            return Envelope(success, child(response, "Head"), child(response, "Body"))
    raise UnreadableAnswer("answer_foreign")


def _read_json(content: bytes) -> Node:
    try:
        return json.loads(content, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise UnreadableAnswer("answer_broken_json") from None


def _read_xml(content: bytes) -> Node:
    # No entities, no network, no document type: nothing an answer could abuse.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise UnreadableAnswer("answer_broken_xml") from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableAnswer("answer_doctype")
    return {root.tag: _as_json(root)}


def _as_json(element: etree._Element) -> Node:
    """Turn an element into what its JSON copy would be: text, or children by name."""
    if not len(element):
        return (element.text or "").strip()
    tree: dict[str, Node] = {}
    for node in element:
        value = _as_json(node)
        if node.tag not in tree:
            tree[node.tag] = value
        elif isinstance(tree[node.tag], list):
            tree[node.tag].append(value)
        else:
            tree[node.tag] = [tree[node.tag], value]
    return tree


def marketplace_time(envelope: Envelope, reply: Reply) -> datetime | None:
    """Return the marketplace's own time, None if the answer does not tell."""
    return timestamp(envelope.head, "Timestamp") or server_time(reply.headers)


def _unreadable(reply: Reply, host: str, reason: str) -> SellerCenterError:
    if reply.status < 300:
        return UnknownOutcome(reason=reason, values={"host": host})
    cause, reason = ACCESS_STATUSES.get(reply.status, NO_SELLER_CENTER)
    return AccessRefused(reason=reason, detail=f"HTTP {reply.status}", cause=cause)


def _refusal(
    envelope: Envelope, reply: Reply, now: datetime, wrong_key: str
) -> SellerCenterError:
    message = SIGNATURE.sub(r"\1...", text(envelope.head, "ErrorMessage"))
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
        feed_id=text(envelope.head, "RequestId"),
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
            message=text(row, "Message") or text(row),
            seller_sku=text(row, "SellerSku"),
            code=text(row, "Code"),
            field=text(row, "Field"),
        )
        for row in rows
    )
