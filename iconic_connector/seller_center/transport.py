"""One HTTP request at a time, and what the status of its answer says by itself."""

from __future__ import annotations

import io
import ipaddress
import re
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3_errors

from .const import (
    MAX_ANSWER_PARTS,
    MAX_ANSWER_SIZE,
    MAX_FILE_SIZE,
    MAX_RETRY_AFTER,
)
from .deadline import DeadlineAdapter, total_deadline
from .errors import (
    AccessRefused,
    Maintenance,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)

# Bytes read from the connection at once.
BLOCK_SIZE = 64 * 1024
# The same for urllib3 1, which waits until the block is full: small, so that the
# deadline is looked at often.
SMALL_BLOCK_SIZE = 1024

# Scheme, host and path of a web address; neither query nor fragment.
ADDRESS = re.compile(r"[a-z]+://[^\s?#]+", re.IGNORECASE)

# How answers may be packed.
PACKINGS = ("gzip", "x-gzip", "deflate")
# What files begin with that are stored, never parsed.
FILE_STARTS = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff")
# What each element and attribute of XML, and each value of JSON, has one of.
PART_MARKS = (b"<", b"=", b"&", b"{", b"[", b",")

TOO_MANY_REQUESTS = 429
SERVICE_UNAVAILABLE = 503
# Statuses of gateways that gave up on a request which may have gone on.
UNSURE_STATUSES = (408, 425)

INVALID_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3_errors.LocationValueError,
)
NO_CONNECTION = (
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.NewConnectionError,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, its content unread."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Upload(io.BytesIO):
    """The body of a request; it knows whether any of it was ever sent.

    Handed over as a file, so that a slow line is timed block by block and not as a
    whole, and so that the total deadline holds while sending, too.
    """

    def __init__(self, content: bytes, check_deadline: Callable[[], None]):
        super().__init__(content)
        self.started = False
        self._check_deadline = check_deadline

    def read(self, size: int | None = -1) -> bytes:
        """Override of `io` to note the start and to keep the deadline."""
        self.started = True
        self._check_deadline()
        return super().read(size)


class Transport:
    """Sends requests to one address and tells apart what may have been received.

    :param session: a ``requests.Session``, kept alive and closed by the caller. Its
        usual adapters are replaced by ones that keep the deadline.
    :param timeout: seconds for the connection, and for the next bytes of the answer.
    :param monotonic: a clock for the total deadline of each request.
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        *,
        user_agent: str,
        timeout: tuple[float, float],
        monotonic: Callable[[], float],
    ):
        for prefix, adapter in session.adapters.items():
            if type(adapter) is requests.adapters.HTTPAdapter:
                session.adapters[prefix] = DeadlineAdapter()
        self._session = session
        self._base_url = base_url.strip().rstrip("/") + "/"
        self._user_agent = user_agent
        self._timeout = timeout
        self._monotonic = monotonic

    def send(
        self,
        method: str,
        path: str = "",
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "",
        ends: float,
    ) -> Reply:
        """Send one request, once, and read the whole answer.

        :param path: below the base address, percent-encoded, sent as it stands.
        :param query: the query string exactly as it was signed.
        :param headers: what this request needs beyond the usual ones.
        :param body: the document, None for a request without one.
        :param content_type: what the body is.
        :param ends: reading of the monotonic clock at which to give up.
        :raise AccessRefused: if the address cannot be one of a Seller Center.
        :raise Unreachable: if surely nothing was sent.
        :raise UnknownOutcome: if the request may have been received.
        """
        check_deadline = partial(self._check_deadline, ends)
        upload = None if body is None else Upload(body, check_deadline)
        try:
            request = self._prepare(method, upload, headers or {}, content_type)
            # Added last, so that nothing encodes anew what was signed.
            request.url += path.lstrip("/") + (query and f"?{query}")
            with (
                total_deadline(lambda: ends - self._monotonic()),
                self._session.send(request, **self._settings(ends)) as response,
            ):
                content = self._read(response, check_deadline)
        except (
            requests.RequestException,
            urllib3_errors.HTTPError,
            zlib.error,
        ) as error:
            failure = self._failure(error, method, upload, late=self._is_late(ends))
        else:
            return Reply(response.status_code, response.headers, content)
        # Out here: what was caught knows the request and must not be chained.
        raise failure

    @property
    def host(self) -> str:
        """The name of the host, for messages."""
        try:
            return urlsplit(self._base_url).hostname or ""
        except ValueError:
            return ""

    @property
    def _names(self) -> dict[str, str]:
        """What sentences about this address have placeholders for."""
        return {"host": self.host}

    @property
    def _loopback(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def _prepare(
        self,
        method: str,
        upload: Upload | None,
        more_headers: Mapping[str, str],
        content_type: str,
    ) -> requests.PreparedRequest:
        self._check_address()
        headers = {
            "Accept": "*/*",
            # Packed answers save little here and could hide a slow one from the clock.
            "Accept-Encoding": "identity",
            "User-Agent": self._user_agent,
            **more_headers,
        }
        if upload is not None:
            headers["Content-Type"] = content_type
        return requests.Request(method, self._base_url, headers, data=upload).prepare()

    def _check_address(self) -> None:
        """Insist on https (E010); a sandbox on this machine may do without."""
        scheme = self._base_url.partition(":")[0].lower()
        plain = scheme == "http" and self._loopback
        if not ADDRESS.fullmatch(self._base_url) or not self.host:
            raise AccessRefused(reason="bad_address", cause="host")
        if scheme != "https" and not plain:
            raise AccessRefused(
                reason="address_without_https", values=self._names, cause="host"
            )

    def _settings(self, ends: float) -> dict:
        settings = self._session.merge_environment_settings(
            self._base_url, {}, stream=True, verify=True, cert=None
        )
        if self._loopback:
            # A proxy would look for the sandbox on its own machine.
            settings["proxies"] = {}
        remaining = max(ends - self._monotonic(), 0.001)
        connect, read = self._timeout
        return {
            **settings,
            "timeout": (min(connect, remaining), min(read, remaining)),
            "allow_redirects": False,
        }

    def _is_late(self, ends: float) -> bool:
        return self._monotonic() >= ends

    def _check_deadline(self, ends: float) -> None:
        if self._is_late(ends):
            raise UnknownOutcome(reason="timed_out", values=self._names)

    def _read(
        self, response: requests.Response, check_deadline: Callable[[], None]
    ) -> bytes:
        content = bytearray()
        for block in _unpacked(response):
            content += block
            check_deadline()
            self._check_size(content)
        if not _is_file(content) and _count_parts(content) > MAX_ANSWER_PARTS:
            raise Unreadable(reason="answer_too_long", values=self._names)
        return bytes(content)

    def _check_size(self, content: bytearray) -> None:
        longest = MAX_FILE_SIZE if _is_file(content) else MAX_ANSWER_SIZE
        if len(content) > longest:
            raise Unreadable(reason="answer_too_long", values=self._names)

    def _failure(
        self, error: Exception, method: str, upload: Upload | None, late: bool
    ) -> SellerCenterError:
        """Tell what surely never arrived from what may have been received.

        Many errors can strike before and after a document was sent, those of TLS and
        of proxies for instance: whether its first block was ever asked for decides.
        A change without a document has no such mark, so that it counts as sent.
        """
        unsent = upload is not None and not upload.started
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        harmless = unsent or method == "GET" or _is_bad_certificate(reason)
        if isinstance(error, INVALID_ADDRESS):
            return AccessRefused(
                reason="bad_address_of_host", values=self._names, cause="host"
            )
        if isinstance(error, requests.exceptions.ProxyError) and harmless:
            return Unreachable(reason="unreachable_proxy", values=self._names)
        if isinstance(error, requests.exceptions.SSLError) and harmless:
            return Unreachable(reason="unreachable_tls", values=self._names)
        if isinstance(reason, NO_CONNECTION) or unsent:
            return Unreachable(reason="unreachable", values=self._names)
        return UnknownOutcome(
            reason="timed_out" if late else "broken_off", values=self._names
        )


def _is_bad_certificate(reason: Exception | None) -> bool:
    """Tell whether no secure connection was made: nothing goes out without one."""
    cause = reason.args[0] if reason is not None and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)


def _unpacked(response: requests.Response) -> Iterator[bytes]:
    """Yield an answer as it arrives, unpacked in small blocks.

    Nobody asked for a packed one, but some gateways pack all the same; what urllib3
    unpacks of one block may be a thousand times as long.
    """
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in PACKINGS:
        yield from _blocks(response.raw)
        return
    # Of either header.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for block in _blocks(response.raw):
        while block:
            yield unpacking.decompress(block, BLOCK_SIZE)
            block = unpacking.unconsumed_tail


def _blocks(raw) -> Iterator[bytes]:
    """Yield an answer as it arrives, without waiting for full blocks."""
    if hasattr(raw, "read1"):
        return iter(partial(raw.read1, BLOCK_SIZE, decode_content=False), b"")
    return raw.stream(SMALL_BLOCK_SIZE, decode_content=False)


def _is_file(content: bytearray) -> bool:
    return content.startswith(FILE_STARTS)


def _count_parts(content: bytearray) -> int:
    """Return how many things parsing would make of an answer, at most."""
    return sum(map(content.count, PART_MARKS))


def check_status(reply: Reply, *, host: str, now: datetime) -> None:
    """Raise what the HTTP status says by itself, whatever the answer holds.

    :param host: the host's name, for messages.
    :param now: this server's time.
    :raise SellerCenterError: if the marketplace is busy, closed or in trouble.
    """
    values = {"host": host, "status": reply.status}
    if reply.status == TOO_MANY_REQUESTS:
        raise throttled(reply, now)
    if reply.status == SERVICE_UNAVAILABLE:
        retry_after = _retry_after(reply.headers, now)
        raise Maintenance(reason="maintenance", values=values, retry_after=retry_after)
    if reply.status >= 500 or reply.status in UNSURE_STATUSES:
        raise UnknownOutcome(reason="server_problem", values=values)


def throttled(reply: Reply, now: datetime) -> Throttled:
    """Return the error of an answer that says: too many calls."""
    return Throttled(reason="throttled", retry_after=_retry_after(reply.headers, now))


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the time of the server that answered, None if it does not tell."""
    return _http_date(headers.get("Date"))


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, seconds or a date, the latter by the marketplace's clock.

    :return: an hour at most, None if it is neither.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER)
    until = _http_date(value)
    if until is None:
        return None
    there = server_time(headers) or now
    return min(max((until - there).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _http_date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
