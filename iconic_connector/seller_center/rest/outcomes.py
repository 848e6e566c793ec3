"""What an answer of REST means: data, or an error of the tree."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..errors import AccessRefused, Refused, SellerCenterError, UnknownOutcome
from ..transport import Reply, check_status
from ..values import child, text

# Cause and reason of the statuses that no repetition fixes, whatever the answer says.
ACCESS_STATUSES = {
    401: ("key", "wrong_token"),
    403: ("role", "wrong_role"),
    413: ("request", "too_big"),
}


def parse_reply(reply: Reply, *, host: str, now: datetime) -> Any:
    """Return the data of a successful answer, None for an empty one.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check_reply(reply, host=host, now=now)
    if not reply.content.strip():
        return None
    try:
        return _read_json(reply.content)
    except (ValueError, RecursionError):
        values = {"host": host}
        raise UnknownOutcome(reason="answer_no_json", values=values) from None


def check_reply(reply: Reply, *, host: str, now: datetime) -> None:
    """Raise what stands in the way of reading an answer.

    :raise SellerCenterError: unless the status is one of success.
    """
    check_status(reply, host=host, now=now)
    if not 200 <= reply.status < 300:
        raise _refusal(reply)


def _refusal(reply: Reply) -> SellerCenterError:
    problem = _read_problem(reply.content)
    title = text(problem, "title")
    message = "; ".join(filter(None, (_sentence(problem), *_errors(problem))))
    status = f"HTTP {reply.status}"
    if reply.status in ACCESS_STATUSES:
        cause, reason = ACCESS_STATUSES[reply.status]
        said = message or title
        return AccessRefused(said, reason=reason, detail=said or status, cause=cause)
    if not message and not title:
        return AccessRefused(reason="wrong_host", detail=status, cause="host")
    return Refused(
        message or title,
        code=str(reply.status),
        error_type=title if message else "",
    )


def _read_json(content: bytes) -> Any:
    """Read JSON; money stays exact."""
    return json.loads(content, parse_float=Decimal)


def _read_problem(content: bytes) -> dict:
    try:
        problem = _read_json(content)
    except (ValueError, RecursionError):
        return {}
    return problem if isinstance(problem, dict) else {}


def _sentence(problem: dict) -> str:
    return text(problem, "detail") or text(problem, "message")


def _errors(problem: dict) -> list[str]:
    """Return what a refused import says beside its message."""
    messages = child(problem, "errorMessages")
    return [text(one) for one in messages] if isinstance(messages, list) else []
