"""Odoo in a process of its own, asked for one step after the other."""

import contextlib
import json
import socket

from scripts import runtime
from scripts.env import console, paths, processes

#: Seconds that Odoo has to come up.
START = 600
WORKER = """
import sys
sys.path.insert(0, {root!r})
from benchmarks.worker import serve
from {module} import open_groups
serve({port}, open_groups(env, {url!r}))
"""


class OdooProcess:
    """A process of `odoo shell` on a database, which serves what it is asked.

    :param database: a database of one's own
    :param module: the module whose `open_groups` it serves
    :param url: where the marketplace is
    :param shell: further arguments of `runtime.start_shell`
    """

    def __init__(self, database, module, url, **shell):
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = server.getsockname()[1]
            code = WORKER.format(
                root=str(paths.ROOT), module=module, port=port, url=url
            )
            name = f"bench-{database}"
            self._process = runtime.start_shell(database, code, name, **shell)
            stack.enter_context(self._process)
            stack.enter_context(self._accept(server))
            self._stack = stack.pop_all()

    def ask(self, *order):
        """Have it do something.

        :param order: a group of steps, a method and its arguments
        :return: what that returned
        """
        self._lines.write(f"{json.dumps(order)}\n")
        self._lines.flush()
        answer = self._lines.readline()
        if not answer:
            self._process.wait()
            raise self._trouble(f"measuring {' '.join(map(str, order))}")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self._stack.close()

    def _accept(self, server):
        processes.wait_until(
            lambda: self._has_come(server), self._process, "starting Odoo", START
        )
        self._lines = self._connection.makefile("rw", encoding="utf-8")
        return self._connection

    def _has_come(self, server):
        server.settimeout(processes.POLL)
        try:
            self._connection, _address = server.accept()
        except TimeoutError:
            return False
        self._connection.settimeout(None)
        return True

    def _trouble(self, doing):
        return console.Trouble(processes.failure_text(doing, self._process))
