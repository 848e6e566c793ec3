"""What an answer of REST means: data, or an error of the tree."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from .envelope import child, text
from .errors import AccessRefused, Refused, SellerCenterError, UnknownOutcome
from .outcomes import TOO_BIG, WRONG_HOST, WRONG_ROLE, check_status
from .transport import Reply

WRONG_TOKEN = (
    "The marketplace does not accept the OAuth application. Check in Seller Center, "
    "Settings > Integration Management > OAuth Applications, that it is still there "
    "and that its user is active."
)
# Statuses that no repetition mends, whatever the answer says.
ACCESS_STATUSES = {
    401: ("key", WRONG_TOKEN),
    403: ("role", WRONG_ROLE),
    413: ("request", TOO_BIG),
}


def judge(reply: Reply, *, host: str, now: datetime) -> Any:
    """Return the data of a successful answer, None for an empty one.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :raise SellerCenterError: the branch of the tree that says what to do next.
    """
    check(reply, host=host, now=now)
    if not reply.content.strip():
        return None
    try:
        return _read_json(reply.content)
    except (ValueError, RecursionError):
        raise UnknownOutcome(
            f"{host} answered with something that is no JSON, so that its answer "
            "could not be read."
        ) from None


def check(reply: Reply, *, host: str, now: datetime) -> None:
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
    if reply.status in ACCESS_STATUSES:
        cause, sentence = ACCESS_STATUSES[reply.status]
        reason = message or title or f"HTTP {reply.status}"
        return AccessRefused(f"{sentence} ({reason})", cause=cause)
    if not message and not title:
        return AccessRefused(f"{WRONG_HOST} (HTTP {reply.status})", cause="host")
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
