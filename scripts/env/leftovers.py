"""Ends what this clone's scripts have started: a part of `make clean`.

Runs on the project's Python, which has psutil.
"""

import contextlib
import sys

import psutil

from scripts.env import paths

#: Seconds between asking processes to end and forcing them.
GRACE = 10


def running():
    """Find the processes that this clone's scripts have started.

    :return: a list of processes, ourselves and who called us left out
    """
    this = psutil.Process()
    spared = [this, *this.parents()]
    return [one for one in psutil.process_iter() if one not in spared and _is_ours(one)]


def _is_ours(process):
    # It may just have ended, or be somebody else's.
    with contextlib.suppress(psutil.Error):
        return process.environ().get(paths.MARKER) == str(paths.RUN)


def end(found):
    """Ask processes to end, then force them.

    :param found: the processes
    :return: those that still run
    """
    for stop in (psutil.Process.terminate, psutil.Process.kill):
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                stop(process)
        _ended, found = psutil.wait_procs(found, GRACE)
        # A zombie that nobody buries is none any more.
        found = [process for process in found if _is_ours(process)]
    return found


if __name__ == "__main__":
    sys.exit(bool(end(running())))
