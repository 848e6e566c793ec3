"""Odoo, remembering which functions of the add-on are entered.

    python -m scripts.structure.traced_odoo PORT server -c ...

What follows the port goes to Odoo. At the port, on loopback, listens an XML-RPC server
that says when to remember. It serves :class:`~scripts.structure.journeys.Trace`.

A function counts that `def` made, nested ones too, whether called by Odoo or by the
add-on itself; lambdas, comprehensions, class bodies, modules and code of scheduled jobs
do not. Odoo's threaded server gives each request a thread of its own: those that begin
while functions are remembered are watched. As all goes over HTTP, the filter that the
add-on puts into the log of requests is always among them.
"""

import inspect
import runpy
import sys
import threading
from xmlrpc.server import SimpleXMLRPCServer

from scripts.env import paths

ADDON = f"{paths.ADDON}/"


class Recorder:
    """Remembers what is entered between :meth:`start` and :meth:`stop`."""

    def __init__(self):
        # By id, which is quick; the object beside it, so that no other gets that id.
        self._known = {}
        self._entered = []

    def start(self):
        """Watch the threads that begin from now on."""
        self._known, self._entered = {}, []
        threading.setprofile(self._note)
        return True

    def stop(self):
        """Watch no further threads.

        :return: what was entered: file, name and line of each function, once
        """
        threading.setprofile(None)
        return self._entered

    def _note(self, frame, event, _argument):
        code = frame.f_code
        if event == "call" and id(code) not in self._known:
            self._known[id(code)] = code
            if code.co_filename.startswith(ADDON) and is_function(code):
                file = code.co_filename.removeprefix(ADDON)
                self._entered.append((file, code.co_name, code.co_firstlineno))


def is_function(code):
    """Tell whether `def` made it, and not `lambda`, a class, a module or a loop.

    :param code: a code object
    :return: a boolean
    """
    optimised = code.co_flags & inspect.CO_OPTIMIZED
    return bool(optimised) and not code.co_name.startswith("<")


def main():
    """Serve the recorder beside Odoo, which runs in this process."""
    port = int(sys.argv[1])
    server = SimpleXMLRPCServer(("127.0.0.1", port), logRequests=False)
    recorder = Recorder()
    server.register_function(recorder.start)
    server.register_function(recorder.stop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.argv = ["odoo", *sys.argv[2:]]
    runpy.run_module("odoo", run_name="__main__")


if __name__ == "__main__":
    main()
