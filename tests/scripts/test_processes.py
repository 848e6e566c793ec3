"""Nothing that a script starts outlives it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from scripts.env import console, leftovers, paths, processes

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
#: Starts a sleeper as the scripts do, prints its id and waits to be killed.
PARENT = f"""
import time
from scripts.env import processes
print(processes.Process({SLEEPER!r}, "test-sleeper").pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOGS", tmp_path)


def ended(pid):
    """Wait, without looking at a clock, until a process that is no child has ended.

    :param pid: its id
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            os.sched_yield()


def pids():
    """List the processes that `make clean` would end."""
    return [process.pid for process in leftovers.running()]


def test_a_child_ends_with_its_killed_parent():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
        cwd=paths.ROOT,
    )
    with parent:
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    ended(child)


def test_leaving_the_block_ends_the_process():
    with processes.Process(SLEEPER, "sleeper") as process:
        assert process.status() is None
    assert process.status() == -signal.SIGTERM


def test_a_process_is_found_by_the_clone_that_started_it():
    with processes.Process(SLEEPER, "sleeper") as process:
        assert process.pid in pids()


def test_a_process_of_another_clone_is_left_alone():
    environment = {**os.environ, paths.MARKER: "/another/clone/.run"}
    with processes.Process(SLEEPER, "sleeper", env=environment) as process:
        assert process.pid not in pids()


def test_what_does_not_end_when_asked_is_forced(monkeypatch):
    monkeypatch.setattr(leftovers, "GRACE", 0.1)
    command = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert leftovers.end([psutil.Process(process.pid)]) == []


def test_a_failing_command_is_told_with_the_end_of_its_log():
    command = [sys.executable, "-c", "print('no such suite'); raise SystemExit(3)"]
    with pytest.raises(console.Trouble, match="(?s)no such suite.*Failed: fetching"):
        processes.run(command, "failing", "fetching")


def test_a_server_that_ends_early_is_not_waited_for():
    with processes.Process([sys.executable, "-c", ""], "short") as process:
        with pytest.raises(console.Trouble, match="Failed: starting"):
            processes.wait_until(lambda: False, process, "starting")


def test_a_busy_port_is_passed_over():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert processes.free_port(port) > port
