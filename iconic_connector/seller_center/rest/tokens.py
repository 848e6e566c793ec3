"""Access tokens of an OAuth application: asked for, kept and renewed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..const import TOKEN_LIFETIME, TOKEN_MARGIN
from ..errors import AccessRefused, UnknownOutcome, Unreachable
from ..transport import Reply, Transport, check_status
from ..values import child, integer


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token and when it ends. The token stays out of logs and messages."""

    value: str = field(repr=False)
    expires_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the token lasts for more than the next call."""
        return self.expires_at - now > timedelta(seconds=TOKEN_MARGIN)


class MemoryTokens:
    """Keeps one token as long as this object lives.

    Whoever has several processes gives an object with the same three methods that
    shares the token among them.
    """

    def __init__(self):
        self._token: AccessToken | None = None

    def get(self) -> AccessToken | None:
        """Return the token, None if there is none."""
        return self._token

    def keep(self, token: AccessToken) -> None:
        """Keep a token in place of the former one."""
        self._token = token

    def forget(self) -> None:
        """Forget the token."""
        self._token = None


def request_token(
    transport: Transport,
    path: str,
    *,
    application_id: str,
    application_secret: str,
    now: datetime,
    ends: float,
) -> AccessToken:
    """Request a token (SellerCenter REST, Authentication).

    No document goes to that address, so that nothing that goes wrong there leaves a
    doubt about what the marketplace has taken.

    :param path: of the token address, below the transport's own address.
    :raise AccessRefused: if the application or the address is wrong.
    :raise NotAccepted: for everything else.
    """
    pair = basic_credentials(application_id, application_secret)
    try:
        reply = transport.send(
            "POST",
            path,
            headers={"Authorization": f"Basic {pair}"},
            body=b"grant_type=client_credentials",
            content_type="application/x-www-form-urlencoded",
            ends=ends,
        )
        check_status(reply, host=transport.host, now=now)
    except UnknownOutcome as error:
        failure = Unreachable(reason="no_token", values={"problem": error})
    else:
        return _read_token(reply, f"{transport.host}{path}", now)
    # Out here: what was caught knows the credentials and must not be chained.
    raise failure


def basic_credentials(application_id: str, application_secret: str) -> str:
    """Return the credentials as the token address wants them."""
    return base64.b64encode(f"{application_id}:{application_secret}".encode()).decode()


def _read_token(reply: Reply, address: str, now: datetime) -> AccessToken:
    values, status = {"address": address}, f"HTTP {reply.status}"
    if reply.status in (400, 401, 403):
        raise AccessRefused(reason="wrong_application", detail=status, cause="key")
    if reply.status >= 300 or reply.content.lstrip()[:1] == b"<":
        raise AccessRefused(
            reason="wrong_token_address", values=values, detail=status, cause="host"
        )
    try:
        answer = json.loads(reply.content)
    except (ValueError, RecursionError):
        answer = None
    value = child(answer, "access_token")
    if not value or not isinstance(value, str):
        raise Unreachable(reason="unreadable_token", values=values)
    seconds = integer(answer, "expires_in") or TOKEN_LIFETIME
    return AccessToken(value, now + timedelta(seconds=seconds))
