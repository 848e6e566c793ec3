"""Keeps the commands of one clone out of each other's way."""

import contextlib
import fcntl

from scripts.env import console, paths


@contextlib.contextmanager
def exclusive(name, busy, wait=True):
    """Be the only one for as long as the block lasts.

    :param name: what is locked
    :param busy: what to say when somebody else is at it
    :param wait: whether to wait for one's turn then, or not to begin
    :return: a context manager
    :raise console.Trouble: when somebody else is at it, and there is no waiting
    """
    paths.RUN.mkdir(exist_ok=True)
    with (paths.RUN / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if not wait:
                raise console.Trouble(busy) from error
            console.step(busy)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
