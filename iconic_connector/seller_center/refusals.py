"""What a refused call says where no envelope says it: an HTTP status and a body.

Most refusals of the marketplace have no body at all (SellerCenter REST, the answers of
each endpoint). They are about this one call: the address, the token and the shop are
known to be good, or have errors of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import AccessRefused, NotOffered, Refused, SellerCenterError, Unreadable
from .transport import Reply
from .tree import Node
from .values import MAX_LONG_TEXT, child, long_text, text

UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
# Cause and reason of the statuses that no repetition fixes, whatever the answer says.
ACCESS_STATUSES = {
    UNAUTHORIZED: ("key", "wrong_key"),
    FORBIDDEN: ("role", "wrong_role"),
    413: ("request", "too_big"),
}
# What the other ones mean in words.
REASONS = {
    400: "refused_malformed",
    NOT_FOUND: "refused_not_found",
    409: "refused_conflict",
    410: "refused_not_found",
    422: "refused_values",
}
# What a shop answers to a call that it does not offer.
NOT_OFFERED = (NOT_FOUND, 405, 410)


def refusal(
    reply: Reply,
    problem: Node = None,
    *,
    host: str,
    wrong_key: str = "wrong_key",
    optional: bool = False,
) -> SellerCenterError:
    """Return the error of an answer with a status from 300 to 499.

    :param problem: the body, if it is readable JSON.
    :param host: the host's name, for messages.
    :param wrong_key: the reason of the error when the credentials are refused.
    :param optional: whether the call is one that not every shop offers, so that 404
        is not about what it names.
    """
    status = f"HTTP {reply.status}"
    if reply.status < 400:
        return Unreadable(reason="answer_redirect", values={"host": host})
    message, title = said(problem), text(problem, "title")
    if reply.status in ACCESS_STATUSES:
        cause, reason = ACCESS_STATUSES[reply.status]
        reason = wrong_key if cause == "key" else reason
        message = message or title
        return AccessRefused(
            message, reason=reason, detail=message or status, cause=cause
        )
    kind = NotOffered if optional and reply.status in NOT_OFFERED else Refused
    if message or title:
        error_type = title if message else ""
        return kind(message or title, code=str(reply.status), error_type=error_type)
    reason = REASONS.get(reply.status, "refused")
    if kind is NotOffered:
        reason = "not_offered"
    return kind(reason=reason, detail=status, code=str(reply.status))


def said(problem: Node) -> str:
    """Return all that a refusal says beside its title, as one text.

    The shapes are those of SellerCenter REST: ``detail`` or ``message``; what is wrong
    with each order item; which fields are violated; the messages of an import.
    """
    sentences = [
        long_text(problem, "detail") or long_text(problem, "message"),
        *_all(problem, "errors", _of_item),
        *_all(problem, "violations", _of_field),
        *_all(problem, "errorMessages", long_text),
    ]
    found = "; ".join(dict.fromkeys(filter(None, sentences)))
    return found[:MAX_LONG_TEXT] or _in_a_word(problem)


def _in_a_word(problem: Node) -> str:
    """Return ``{"error": "x"}``, as servers before the marketplace write it."""
    parts = (text(problem, "error"), long_text(problem, "error_description"))
    return ": ".join(filter(None, parts))


def _all(problem: Node, name: str, read) -> Iterable[str]:
    rows = child(problem, name)
    return map(read, rows) if isinstance(rows, list) else ()


def _of_item(row: Node) -> str:
    sentence = long_text(row, "detail") or long_text(row, "message") or long_text(row)
    item = text(row, "orderItemId")
    return f"{item}: {sentence}" if item and sentence else sentence


def _of_field(row: Node) -> str:
    parts = (text(row, "propertyPath"), long_text(row, "title"))
    return ": ".join(filter(None, parts))
