"""Odoo's side of the bench: a process of `odoo shell` that does what it is asked.

Each line that comes is an order in JSON: a group of steps, a method and its arguments.
Each line that goes is what it returned.
"""

import json
import socket
from functools import partial

from benchmarks.orders import OrderSteps
from benchmarks.profiles import write_profile
from benchmarks.steps import Steps


def serve(env, port, url):
    """Do what comes in until the other side closes.

    :param env: the environment of `odoo shell`
    :param port: where the bench listens, on loopback
    :param url: where the marketplace is
    """
    groups = {"steps": Steps(env), "orders": OrderSteps(env, url)}
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
