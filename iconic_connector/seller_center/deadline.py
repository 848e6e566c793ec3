"""A total deadline for an exchange over HTTP, from the request to the answer's end.

``requests`` and ``urllib3`` know a time-out for each single read from the connection.
An answer that comes byte by byte, be it in its headers, keeps every one of them. Here
each read and each write gets no more than what is left until the deadline.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Returns the seconds that are left, None outside of `total_deadline`. Between that and
# the connection lie requests and urllib3, which would not hand it on.
_seconds_left: ContextVar[Callable[[], float] | None] = ContextVar(
    "seconds_left", default=None
)


@contextmanager
def total_deadline(seconds_left: Callable[[], float]) -> Iterator[None]:
    """Let all that a `DeadlineAdapter` reads and writes end at one moment.

    :param seconds_left: returns the seconds until then.
    """
    before = _seconds_left.set(seconds_left)
    try:
        yield
    finally:
        _seconds_left.reset(before)


class DeadlineAdapter(HTTPAdapter):
    """Connections that keep the `total_deadline`; not through a SOCKS proxy."""

    def init_poolmanager(self, *args, **kwargs):
        """Override of `requests` to make connections with a deadline."""
        done = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS
        return done

    def build_response(self, req, resp):
        """Override of `requests` to leave out where a redirect leads.

        Nobody follows one, but `requests` would read all of its body to prepare that.
        """
        response = super().build_response(req, resp)
        response.headers.pop("Location", None)
        return response

    def proxy_manager_for(self, proxy: str, **kwargs):
        """Override of `requests` to make connections with a deadline."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        return manager


class _WithDeadline:
    """A connection of urllib3 that keeps the `total_deadline`."""

    def send(self, data):
        """Override of `http.client` to limit the time of a write."""
        if self.sock is not None:
            self.limit_time(self.sock)
        return super().send(data)

    def response_class(self, sock, *args, **kwargs) -> HTTPResponse:
        """Override of `http.client` to limit the time of each read, also of a proxy."""
        response = HTTPResponse(sock, *args, **kwargs)
        reader = _Reader(response.fp.detach(), lambda: self.limit_time(sock))
        response.fp = io.BufferedReader(reader)
        return response

    def limit_time(self, sock) -> None:
        """Let the next read or write end at the deadline.

        :raise TimeoutError: if it is past.
        """
        if (seconds_left := _seconds_left.get()) is None:
            return
        seconds = seconds_left()
        if seconds <= 0:
            raise TimeoutError("The deadline is past.")
        sock.settimeout(min(seconds, self.timeout))


class _Reader(io.RawIOBase):
    """What comes over a connection.

    :param raw: the unbuffered file of its socket.
    :param limit_time: called before each read.
    """

    def __init__(self, raw: io.RawIOBase, limit_time: Callable[[], None]):
        super().__init__()
        self._raw = raw
        self._limit_time = limit_time

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int | None:
        self._limit_time()
        return self._raw.readinto(buffer)

    def close(self):
        self._raw.close()
        return super().close()


class _Connection(_WithDeadline, HTTPConnection):
    pass


class _SecureConnection(_WithDeadline, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}
