"""Keeps the commands of one clone out of each other's way."""

import contextlib
import fcntl

from scripts.env import console, paths


@contextlib.contextmanager
def exclusive(name, busy):
    """Be the only one for as long as the block lasts; wait for one's turn.

    :param name: what is locked
    :param busy: what to say when somebody else is at it
    :return: a context manager
    """
    with _file(name) as lock:
        if not _taken(lock):
            console.step(busy)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_one(name, busy):
    """Be the only one for as long as the block lasts, or do not begin.

    :param name: what is locked
    :param busy: what to tell the user when somebody else is at it
    :return: a context manager
    :raise console.Trouble: when somebody else is at it
    """
    with _file(name) as lock:
        if not _taken(lock):
            raise console.Trouble(busy)
        yield


def _file(name):
    paths.RUN.mkdir(exist_ok=True)
    return (paths.RUN / f"{name}.lock").open("w")


def _taken(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
