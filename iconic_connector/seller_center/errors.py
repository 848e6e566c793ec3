"""What can go wrong with a call: one tree, its branches told apart by what to do next.

    SellerCenterError
     +- NotAccepted        surely not taken: try again later
     |   +- Throttled      too many calls
     |   +- Maintenance    the marketplace is closed for maintenance
     |   +- Unreachable    nothing was sent: no address, refused connection, TLS
     |   +- NotReady       not there yet, as a label just after the order was packed
     +- AccessRefused      key, clock, role, shop or address: a person has to mend it
     +- Refused            understood and declined: the request itself is wrong
     +- UnknownOutcome     nobody knows whether it was taken: look before repeating

``str(error)`` is a plain sentence for the user. No message holds a key, a token or a
signed URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .records import FeedMessage

# "Could not save product: An exact match of the document is being processed, <feed id>"
# (product feeds spec, Error Response).
DUPLICATE = re.compile(
    r"exact match of the document is being processed,\s*([0-9a-z][0-9a-z-]*)", re.I
)


class SellerCenterError(Exception):
    """A call to the marketplace that did not end with success.

    :param message: a plain sentence for the user.
    :param code: the ErrorCode as the marketplace wrote it, if it gave one.
    :param error_type: the ErrorType, ``Sender`` or ``Platform``; over REST the title.
    :param details: what the marketplace says about single fields and SKUs.

    ``done`` holds the ids of order items that went through before the error, of a
    method that makes one call for each.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        error_type: str = "",
        details: Iterable[FeedMessage] = (),
    ):
        super().__init__(message)
        self.message = message
        self.code = code
        self.error_type = error_type
        self.details = tuple(details)
        self.done: tuple[str, ...] = ()


class NotAccepted(SellerCenterError):
    """The marketplace surely did not take the request; it may be sent again later.

    :param retry_after: seconds the marketplace asks to wait, None if it does not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **kwargs):
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class Throttled(NotAccepted):
    """Too many calls (HTTP 429, E429)."""


class Maintenance(NotAccepted):
    """The marketplace is closed for the moment (HTTP 503)."""


class Unreachable(NotAccepted):
    """No connection was made, or it broke before any of the document was sent."""


class NotReady(NotAccepted):
    """What was asked for does not exist yet; ask again later (E034, E119)."""


class AccessRefused(SellerCenterError):
    """The marketplace does not let this account in; trying again will not help.

    :param cause: what has to be mended: ``key``, ``user``, ``application``, ``shop``,
        ``clock``, ``role``, ``host``, ``version`` or ``request``.
    """

    def __init__(self, message: str, *, cause: str, **kwargs):
        super().__init__(message, **kwargs)
        self.cause = cause


class Refused(SellerCenterError):
    """The marketplace understood the request and declined it.

    ``duplicate_of`` is the id of the feed that already carries the same document.
    """

    @property
    def joined(self) -> str:
        """Type, code and message in one line (product feeds spec, Error Response)."""
        return " ".join(filter(None, (self.error_type, self.code, self.message)))

    @property
    def duplicate_of(self) -> str:
        """The id of the feed with the same document, empty if there is none."""
        found = DUPLICATE.search(self.message)
        return found.group(1) if found else ""

    @property
    def number(self) -> int | None:
        """The error code as a number: 34 for ``34`` and ``E034``, None without one."""
        found = re.match(r"E?0*([0-9]+)", self.code) or re.match(
            r"E0*([0-9]+):", self.message
        )
        return int(found.group(1)) if found else None


class UnknownOutcome(SellerCenterError):
    """The request may or may not have been taken. Never repeat it blindly."""
