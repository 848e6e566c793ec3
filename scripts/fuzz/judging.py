"""Tells a right reading from one that did what no reading may do."""

import resource
import signal
import time
import traceback
from contextlib import contextmanager

from scripts.fuzz.readings import read

#: Seconds of a processor that a reading may take: others may be busy here, too.
LONG = 2.0
#: The same, after which it is ended.
ENDLESS = 10
#: Kilobytes by which the process may grow in one reading.
MUCH = 300 * 1024


class Fault(Exception):
    """A reading did what no reading may do."""


def judge(target, content, status):
    """Read an answer, within time and memory.

    :param target: one of :data:`~scripts.fuzz.readings.TARGETS`
    :param content: the answer, as bytes
    :param status: its HTTP status
    :return: the name of the documented error, or an empty string
    :raise Fault: in words
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    try:
        with _ended():
            error = read(target, content, status)
    except Exception as unforeseen:
        raise Fault("".join(traceback.format_exception(unforeseen)[-3:])) from None
    seconds = time.process_time() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if seconds > LONG:
        raise Fault(f"It takes {seconds:.1f} s.")
    if grown > MUCH:
        raise Fault(f"It takes {grown / 1024:.0f} MB.")
    return type(error).__name__ if error else ""


@contextmanager
def _ended():
    """End what has no end of its own."""
    signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _end(_number, _frame):
    raise Fault(f"It takes more than {ENDLESS} s.")
