"""Whether a read is repeated after an error, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .errors import NotAccepted, SellerCenterError, UnknownOutcome

# The usual policy: attempts, seconds before the second one, and longest pause.
READ_ATTEMPTS = 3
READ_PAUSE = 1.0
# A longer Retry-After than this many seconds is left to the caller.
MAX_READ_PAUSE = 5.0

# Gets the error that a read ended with and the number of the attempt, from 1 on.
# Returns the seconds to wait before the next attempt, None to give up.
RetryPolicy: TypeAlias = Callable[[SellerCenterError, int], float | None]


def retry_briefly(error: SellerCenterError, attempt: int) -> float | None:
    """Try again a few times, a little later each time; leave long waits to the caller.

    It adds no jitter: wrap it in a policy that does.
    """
    if attempt >= READ_ATTEMPTS or not isinstance(error, NotAccepted | UnknownOutcome):
        return None
    asked = getattr(error, "retry_after", None)
    pause = READ_PAUSE * attempt if asked is None else asked
    return pause if pause <= MAX_READ_PAUSE else None
