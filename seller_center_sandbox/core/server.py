"""Serving of a sandbox over HTTP, on the loopback interface."""

import ipaddress
import logging
import threading

from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from ..action.api import ActionApi
from ..rest.api import RestApi
from ..web.control import Control
from ..web.pages import Page
from .const import DEFAULT_HOST
from .fault_answers import DRIP

_logger = logging.getLogger(__name__)


class Application:
    """WSGI application: passes each request to the part that accepts it."""

    def __init__(self, sandbox):
        """Create the parts; the first one that accepts a request answers.

        :param sandbox: `Sandbox`.
        """
        self.parts = [
            ActionApi(sandbox),
            RestApi(sandbox),
            Control(sandbox),
            Page(sandbox),
        ]

    def __call__(self, environ, start_response):
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request):
        try:
            for part in self.parts:
                if part.accepts(request):
                    return part.respond(request)
        except HTTPException as error:
            return error.get_response(request.environ)
        return Response("Not found\n", 404)


class SandboxServer:
    """A sandbox that can be reached over HTTP, served from a thread."""

    def __init__(self, sandbox, host=DEFAULT_HOST, port=0, wrap=None):
        """Configure the server without opening a port yet.

        :param sandbox: `Sandbox`.
        :param str host: loopback address to listen on.
        :param int port: 0 for any free port.
        :param wrap: function of the WSGI application that gives the one to serve.
        :raise ValueError: if the address is not a loopback address.
        """
        if not is_loopback(host):
            raise ValueError(f"{host} is not a loopback address")
        self.sandbox = sandbox
        self.host = host
        self.port = port
        self._wrap = wrap or (lambda application: application)
        self._server = None
        self._thread = None

    @property
    def url(self):
        """Return the address of the marketplace, with a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def start(self):
        """Open the port and serve in the background.

        :return: this server.
        """
        self._server = make_server(
            self.host,
            self.port,
            self._wrap(Application(self.sandbox)),
            threaded=True,
            request_handler=_handler_for(self.sandbox),
        )
        self.port = self._server.port
        self.sandbox.closing.clear()
        self.sandbox.queue.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.01},
            name="sandbox-http",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self):
        """Close the port and end the background work."""
        if not self._server:
            return
        self.sandbox.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None
        self.sandbox.queue.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()


def is_loopback(host):
    """Return whether an address stays on this machine.

    :param str host: name or address.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _handler_for(sandbox):
    class Handler(WSGIRequestHandler):
        """Serves one connection; its Date header shows the sandbox's clock."""

        def date_time_string(self, timestamp=None):
            """Override of `http.server` to give the sandbox's time."""
            return super().date_time_string(timestamp or sandbox.now().timestamp())

        def flush_headers(self):
            """Override of `http.server` to let the head drip where a fault says so."""
            # A request that cannot be read has no environment.
            seconds = getattr(self, "environ", {}).get(DRIP)
            if seconds is not None:
                head = b"".join(self._headers_buffer)
                self._headers_buffer.clear()
                for byte in head:
                    self.wfile.write(bytes([byte]))
                    sandbox.closing.wait(seconds)
            super().flush_headers()

        def log(self, type, message, *args):
            """Override of `werkzeug` to log under our own name."""
            level = logging.ERROR if type == "error" else logging.INFO
            _logger.log(level, message, *args)

    return Handler
