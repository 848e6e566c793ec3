"""Child processes that never outlive the script that started them."""

import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from scripts.env import console, paths

#: linux/prctl.h
PR_SET_PDEATHSIG = 1
#: Seconds a process has between being asked and being forced to end.
GRACE = 15
#: Seconds between two looks at a running process.
POLL = 0.2

#: Linux alone has it.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


class Process:
    """A running command in a process group of its own.

    :param command: the program and its arguments
    :param name: what the logs and messages call it
    :param stdin: what it reads from
    :param keep: further keyword arguments for the process (`cwd`, `env`)
    """

    def __init__(self, command, name, stdin=subprocess.DEVNULL, **keep):
        self.name = name
        self.log = paths.log_file(name)
        with self.log.open("wb") as output:
            self._popen = subprocess.Popen(
                [str(part) for part in command],
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                **keep,
            )

    @property
    def pid(self):
        """The process id, also the id of its group."""
        return self._popen.pid

    def status(self):
        """Look whether it still runs.

        :return: its exit status, or None while it runs
        """
        return self._popen.poll()

    def wait(self):
        """Wait until it ends."""
        self._popen.wait()

    def output(self):
        """Read what it has written.

        :return: the text so far
        """
        return self.log.read_text(errors="replace")

    def stop(self):
        """Ask the whole group to end, then force it."""
        _signal_group(self.pid, signal.SIGTERM)
        try:
            self._popen.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
        _signal_group(self.pid, signal.SIGKILL)
        self._popen.wait()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()


def run(command, name, doing, progress=None, **keep):
    """Run a command to its end, showing that it is alive.

    :param command: the program and its arguments
    :param name: the log's name
    :param doing: what it does, for the progress line and for a failure
    :param progress: takes what the command has written, returns the progress text
    :return: what the command has written
    :raise console.Trouble: when it fails
    """
    line = console.Progress()
    with Process(command, name, **keep) as process:
        try:
            while process.status() is None:
                time.sleep(POLL)
                line.show(progress(process.output()) if progress else doing)
        finally:
            line.close()
        if process.status():
            raise console.Trouble(failure_text(doing, process))
        return process.output()


def failure_text(doing, process):
    """Tell of a failed process with the end of its log.

    :param doing: what it was to do
    :param process: the process
    :return: the text
    """
    tail = "\n".join(process.output().splitlines()[-15:])
    return f"{tail}\n\nFailed: {doing}. The whole log: {process.log}"


def wait_until(ready, process, doing, seconds=120):
    """Wait until a server is ready.

    :param ready: takes nothing, tells whether it is
    :param process: the server
    :param doing: what is waited for
    :param seconds: how long at most
    :raise console.Trouble: when it ends or takes too long
    """
    limit = time.monotonic() + seconds
    line = console.Progress()
    try:
        while not ready():
            line.show(doing)
            if process.status() is not None or time.monotonic() > limit:
                raise console.Trouble(failure_text(doing, process))
            time.sleep(POLL)
    finally:
        line.close()


def wait_for_answer(url, process, doing):
    """Wait until a web server answers.

    :param url: the address to ask
    :param process: the server
    :param doing: what is waited for
    :raise console.Trouble: when it ends or takes too long
    """
    wait_until(lambda: _answers(url), process, doing)


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port(wanted):
    """Find a free TCP port on loopback.

    :param wanted: the port to begin with
    :return: the first free one from there on
    """
    for port in range(wanted, wanted + 200):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise console.Trouble(f"No free port from {wanted} on: end what listens there.")


def _die_with_parent():
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
