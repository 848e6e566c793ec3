"""What a piece of work costs: time, CPU, queries and memory of those who do it."""

import ctypes
import gc
import resource
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024
#: Of a process's backends, those that do its work.
BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
"""
NANOSECONDS = 1e9


class Cost:
    """Adds up what is spent in its blocks; work between them does not count.

    :param cursor: a cursor of the database that does the work
    :param queries: takes nothing, returns how many queries were made so far
    """

    def __init__(self, cursor, queries=lambda: 0):
        self._cursor = cursor
        self._queries = queries
        self.seconds = self.cpu = self.queries = self.peak_mb = 0

    @contextmanager
    def counted(self):
        """Count what the block spends.

        :return: a context manager
        """
        before = self._backends()
        started = _forget_peak()
        queries, cpu, seconds = self._queries(), own_cpu(), time.perf_counter()
        yield
        self.seconds += time.perf_counter() - seconds
        self.cpu += own_cpu() - cpu
        self.queries += self._queries() - queries
        self.peak_mb = max(self.peak_mb, _peak() - started)
        self.cpu += spent_between(before, self._backends())

    def _backends(self):
        """Return the CPU time of each backend of the database, by process id."""
        self._cursor.execute(BACKENDS)
        return {pid: cpu_of(pid) for (pid,) in self._cursor.fetchall()}

    def as_dict(self):
        """Return it as plain values.

        :return: a dict: seconds, cpu (seconds), queries, peak_mb
        """
        return {
            "seconds": self.seconds,
            "cpu": self.cpu,
            "queries": self.queries,
            "peak_mb": self.peak_mb,
        }


def spent_between(before, after):
    """Add up what some processes have spent meanwhile.

    :param before: dict, process id -> its CPU time, in seconds
    :param after: the same, later: others may have begun, and some have ended
    :return: seconds
    """
    return sum(spent - before.get(pid, 0) for pid, spent in after.items())


def own_cpu():
    """Return the CPU time of this process with all its threads, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_of(pid):
    """Return the CPU time of another process, in seconds; 0 once it has ended.

    :param pid: its id
    """
    try:
        # Finer than the hundredths of a second that `stat` counts in.
        text = Path(f"/proc/{pid}/schedstat").read_text()
        return int(text.split()[0]) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return _cpu_by_psutil(pid)


def _cpu_by_psutil(pid):
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0
    return times.user + times.system


def _forget_peak():
    """Begin a new peak of this process's memory.

    :return: what it has now, in MB
    """
    gc.collect()
    _give_back()
    try:
        # proc(5): 5 resets the peak.
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass
    return psutil.Process().memory_info().rss / MEGABYTE


def _give_back():
    """Give freed memory back to the system, which counts it as used otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _peak():
    """Return the peak of this process's memory, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return psutil.Process().memory_info().rss / MEGABYTE
    (line,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
