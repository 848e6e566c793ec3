"""Removes everything the other commands made: `make clean`."""

import os
import shutil
import signal
import time
from pathlib import Path

from scripts.env import console, paths, postgres

#: Seconds between asking processes to end and forcing them.
GRACE = 10


def main():
    """End what still runs, then remove all files."""
    if not paths.RUN.exists() and not postgres.fallback_folder().exists():
        console.say("Nothing to clean.")
        return
    _end_processes()
    _remove(postgres.fallback_folder())
    _remove(paths.RUN)
    for folder in (".pytest_cache", ".ruff_cache"):
        _remove(paths.ROOT / folder)
    for folder in paths.ROOT.rglob("__pycache__"):
        _remove(folder)
    console.say("All clean.")


def _end_processes():
    found = running()
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in found:
            _signal(pid, number)
        limit = time.monotonic() + GRACE
        while found and time.monotonic() < limit:
            time.sleep(0.1)
            found = [pid for pid in found if is_alive(pid)]
    if found:
        raise console.Trouble(f"These processes do not end: {found}")


def running():
    """Find the processes that this clone's scripts have started.

    :return: a list of process ids, ourselves and who called us left out
    """
    marker = f"{paths.MARKER}={paths.RUN}".encode()
    spared = _ancestry()
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
        and int(folder.name) not in spared
        and marker in _environment(folder)
    ]


def _environment(folder):
    try:
        return (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        # It has just ended, or is somebody else's.
        return []


def _ancestry():
    pids, pid = [], os.getpid()
    while pid > 1:
        pids.append(pid)
        stat = Path(f"/proc/{pid}/stat").read_text()
        pid = int(stat.rpartition(")")[2].split()[1])
    return pids


def is_alive(pid):
    """Tell whether a process does anything any more.

    :param pid: its id
    :return: a boolean; False for a zombie
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _remove(folder):
    """Remove a folder; on trouble say which."""
    if not folder.exists():
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise console.Trouble(f"{folder} cannot be removed: {error}") from error


if __name__ == "__main__":
    console.run_main(main)
