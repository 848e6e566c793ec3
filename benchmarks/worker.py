"""Odoo's side of the bench: a process of `odoo shell` that does what it is asked.

Each line that comes is an order in JSON: a group of steps, a method and its arguments.
Each line that goes is what it returned.
"""

import json
import socket
from functools import partial

from benchmarks.profiles import write_profile


def serve(port, groups):
    """Do what comes in until the other side closes.

    :param port: where the bench listens, on loopback
    :param groups: a dict of names and the steps that belong together
    """
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = connection.makefile("rw", encoding="utf-8")
        for line in lines:
            group, method, *arguments = json.loads(line)
            result = _do(groups[group], method, *arguments)
            lines.write(f"{json.dumps(result)}\n")
            lines.flush()


def _do(steps, method, name=None, target=None):
    """Call a method of some steps, or `profile` one that was prepared."""
    if method == "profile":
        return write_profile(partial(steps.run, name), target)
    arguments = [] if name is None else [name]
    return getattr(steps, method)(*arguments)
