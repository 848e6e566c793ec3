"""Access to REST v2: a token, the right shop and, rarely, a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import quote

from ..client import Client
from ..const import (
    LONGEST_TOKEN_LIFETIME,
    SHOP_CHECK_SECONDS,
    SIGNED_ENDPOINTS,
    TIMEOUT,
    TOKEN_LIFETIME,
    TOKEN_MARGIN,
    TOKEN_PATH,
    USER_AGENT,
)
from ..errors import AccessRefused, Refused, UnknownOutcome, Unreachable, Unreadable
from ..records import Shop
from ..refusals import FORBIDDEN
from ..retry import READ_PAUSE
from ..transport import Reply, Transport, check_status
from ..tree import BrokenAnswer, read_json
from ..values import child, decimal, text
from .answers import parse_reply

JSON = "application/json"
# What can stand in a header, as a token does.
TOKEN = re.compile(r"[!-~]{1,8000}")
# Calls that not every shop offers: 404 is about the call, not about what it names.
OPTIONAL_PATHS = frozenset(
    {
        "/v2/brands",
        "/v2/product-set/quality-control-status",
        "/v2/stock/product",
        "/v2/orders-shipment-providers",
        "/v2/orders-failure-reasons",
        "/v2/webhooks",
        "/v2/webhook-entities",
    }
)


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
    :raise AccessRefused: if the application is wrong.
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
        raise AccessRefused(
            reason="wrong_application",
            detail=status,
            code=str(reply.status),
            cause="key",
        )
    if reply.status >= 300 or reply.content.lstrip()[:1] == b"<":
        raise Unreachable(reason="wrong_token_address", values=values, detail=status)
    try:
        answer = read_json(reply.content)
    except BrokenAnswer:
        answer = None
    value = child(answer, "access_token")
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        raise Unreachable(reason="unreadable_token", values=values)
    seconds = decimal(answer, "expires_in") or TOKEN_LIFETIME
    lifetime = min(max(int(seconds), 0), LONGEST_TOKEN_LIFETIME)
    return AccessToken(value, now + timedelta(seconds=lifetime))


class RestAccess(Client):
    """Makes single calls of REST v2, for the right shop and with a token that lasts.

    :param application_id: of the OAuth application; with its secret it gets tokens.
    :param token_url: where tokens are, below `base_url` if empty.
    :param tokens: keeps the token, as :class:`~.access.MemoryTokens` does.
    :param shop_id: the only shop to speak to, any if empty. An application speaks for
        the shop that its user has active; `shop` holds the one last met.
    :param country: the country whose prices are read, any if empty.
    :param nonce: returns a text of at most 40 characters, never twice the same.
    :param signed_endpoints: pairs of method and path that want a signature.
    :param settings: those of every :class:`~..client.Client`.
    """

    def __init__(
        self,
        session,
        *,
        base_url: str,
        application_id: str,
        application_secret: str,
        token_url: str = "",
        tokens=None,
        shop_id: str = "",
        country: str = "",
        user_agent: str = USER_AGENT,
        timeout: tuple[float, float] = TIMEOUT,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
        signed_endpoints: Iterable[tuple[str, str]] = SIGNED_ENDPOINTS,
        **settings,
    ):
        transport = {"user_agent": user_agent, "timeout": timeout}
        super().__init__(session, base_url=base_url, **transport, **settings)
        token_base, self._token_path = _token_address(base_url, token_url)
        self._token_transport = Transport(
            session, token_base, monotonic=self._monotonic, **transport
        )
        self.shop: Shop | None = None
        self._application_id = application_id
        self._application_secret = application_secret
        self._tokens = MemoryTokens() if tokens is None else tokens
        self._shop_id = str(shop_id or "")
        self._shop_checked: float | None = None
        self._country = country
        self._nonce = nonce
        self._signed_endpoints = frozenset(signed_endpoints)

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        content_type: str = JSON,
        *,
        query: str = "",
        ends: float | None = None,
    ) -> Reply:
        """Call once, for the right shop; once more with a new token after a 401.

        That refusal is a sure one, so that even a document may be sent again.
        """
        self._check_application()
        ends = self._ends() if ends is None else ends
        query = query or query_string(params or {})
        with _nothing_sent():
            self._check_shop(ends)
        return self._send(method, path, query, body, content_type, ends)

    def _send(
        self,
        method: str,
        path: str,
        query: str,
        body: bytes | None,
        content_type: str,
        ends: float,
    ) -> Reply:
        path = quote(path, safe="/%")
        for last_attempt in (False, True):
            token = self._token(ends)
            headers = {
                "Authorization": f"Bearer {token.value}",
                **self._signature(method, path, query, body),
            }
            send = partial(
                self._transport.send,
                method,
                path,
                query=query,
                headers=headers,
                body=body,
                content_type=content_type,
                ends=ends,
            )
            self._keep_pace()
            reply = self._unless_forbidden(send, ends)
            if reply.status != 401 or last_attempt:
                break
            self._forget(token)
        if method == "GET" and reply.status < 300:
            return reply
        return self._without_secrets(reply, token)

    def _parse(self, reply: Reply, path: str = "") -> Any:
        """Return the data of a successful answer, None for an empty one.

        :param path: that was called.
        :raise SellerCenterError: for any other answer.
        """
        return parse_reply(
            reply,
            host=self._transport.host,
            now=self._clock(),
            optional=path in OPTIONAL_PATHS,
        )

    def _token(self, ends: float) -> AccessToken:
        """Return a token that lasts, a new one if there is none."""
        token = self._tokens.get()
        if token is None or not token.is_fresh(self._clock()):
            token = self._request_token(ends)
            self._tokens.keep(token)
        return token

    def _request_token(self, ends: float) -> AccessToken:
        """Request a token, once more after a 403: a single one proves nothing."""
        request = partial(
            request_token,
            self._token_transport,
            self._token_path,
            application_id=self._application_id,
            application_secret=self._application_secret,
            now=self._clock(),
            ends=ends,
        )
        self._keep_pace()
        try:
            return request()
        except AccessRefused as error:
            if error.code != str(FORBIDDEN) or self._monotonic() + READ_PAUSE >= ends:
                raise
        self._sleep(READ_PAUSE)
        return request()

    def _forget(self, token: AccessToken) -> None:
        """Forget a refused token, unless somebody has renewed it meanwhile."""
        if self._tokens.get() == token:
            self._tokens.forget()

    def _without_secrets(self, reply: Reply, token: AccessToken) -> Reply:
        """Hide what an answer repeats of the credentials: it may end in a message."""
        content = reply.content
        for secret in (
            basic_credentials(self._application_id, self._application_secret),
            self._application_secret,
            token.value,
        ):
            # JSON may be written with its slashes escaped.
            for spelling in (secret, secret.replace("/", r"\/")):
                content = content.replace(spelling.encode(), b"...")
        return replace(reply, content=content)

    def _signature(
        self, method: str, path: str, query: str, body: bytes | None
    ) -> dict[str, str]:
        """Return the headers of a signed request (SellerCenter REST, Request Signing).

        Empty for the many endpoints that want none.
        """
        if (method, path) not in self._signed_endpoints:
            return {}
        timestamp = str(int(self._clock().timestamp()))
        nonce = self._nonce()
        signature = sign_request(
            method,
            path + (query and f"?{query}"),
            body or b"",
            secret=self._application_secret,
            timestamp=timestamp,
            nonce=nonce,
        )
        return {
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature-Algorithm": "HMAC-SHA256",
            "X-Signature": signature,
        }

    def _check_application(self) -> None:
        if not self._application_id:
            raise AccessRefused(reason="missing_application_id", cause="application")
        if not self._application_secret:
            raise AccessRefused(
                reason="missing_application_secret", cause="application"
            )

    def _check_shop(self, ends: float) -> None:
        """Check that calls go to the right shop: the user may switch any time.

        :raise AccessRefused: if another shop is active now.
        """
        now = self._monotonic()
        checked = self._shop_checked
        if checked is not None and now - checked <= SHOP_CHECK_SECONDS:
            return
        self.shop = self._ask_shop(ends)
        if self._shop_id and self.shop.shop_id != self._shop_id:
            raise _other_shop(self.shop, self._shop_id)
        self._shop_checked = now

    def _ask_shop(self, ends: float) -> Shop:
        """Ask which shop this is, once more if that is refused: once proves nothing."""
        try:
            return self._read_shop(ends)
        except Refused:
            if self._monotonic() + READ_PAUSE >= ends:
                raise
        self._sleep(READ_PAUSE)
        return self._read_shop(ends)

    def _read_shop(self, ends: float) -> Shop:
        reply = self._send("GET", "/v2/seller", "", None, "", ends)
        return _read_shop(self._parse(reply))


def _token_address(base_url: str, token_url: str) -> tuple[str, str]:
    """Return base address and path of the place where tokens are."""
    if not token_url.strip():
        return base_url, TOKEN_PATH
    scheme, _, rest = token_url.strip().partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", slash + path


@contextmanager
def _nothing_sent() -> Iterator[None]:
    """Turn what is uncertain about a preparing read into: surely nothing was sent."""
    try:
        yield
    except UnknownOutcome as error:
        raise Unreachable.like(error) from None
    except Refused as error:
        values = {"problem": error}
        raise AccessRefused(
            reason="unknown_shop_because", values=values, cause="shop"
        ) from None


def _read_shop(data: Any) -> Shop:
    shop_id = text(data, "id")
    if not shop_id:
        raise Unreadable(reason="unknown_shop")
    return Shop(shop_id, name=text(data, "name"))


def _other_shop(shop: Shop, wanted: str) -> AccessRefused:
    name = f"{shop.name} ({shop.shop_id})" if shop.name else shop.shop_id
    values = {"shop": name, "wanted": wanted}
    return AccessRefused(reason="other_shop", values=values, cause="shop")


def sign_request(
    method: str,
    path_with_query: str,
    body: bytes,
    *,
    secret: str,
    timestamp: str,
    nonce: str,
) -> str:
    """Sign a request (the X-Signature header).

    SellerCenter REST, Request Signing: HMAC-SHA256 of four lines, no line end after the
    last.

    :param path_with_query: as it is sent, percent-encoded.
    :param body: the body as it is sent, empty if there is none.
    :param timestamp: the X-Timestamp header, Unix seconds.
    :param nonce: the X-Nonce header, at most 40 characters, never used twice.
    """
    body_hash = hashlib.sha256(body).hexdigest() if body else ""
    lines = (
        f"{method} {path_with_query}",
        f"timestamp={timestamp}",
        f"nonce={nonce}",
        f"body_hash={body_hash}",
    )
    content = "\n".join(lines).encode()
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def query_string(params: Mapping[str, Any]) -> str:
    """Build a query string (SellerCenter REST, Array Parameters).

    Percent-encoded by RFC 3986; a list is written ``name[]=a&name[]=b``.

    :param params: texts, numbers, yes or no, or lists of them; None is left out.
    """
    return "&".join(
        f"{quote(key, safe='')}={quote(_word(value), safe='')}"
        for name, given in params.items()
        if given is not None
        for key, value in _pairs(name, given)
    )


def _pairs(name: str, given: Any) -> list[tuple[str, Any]]:
    if isinstance(given, (list, tuple)):
        return [(f"{name}[]", value) for value in given]
    return [(name, given)]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
