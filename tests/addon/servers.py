"""Servers around the marketplace in tests: pictures, and a checker of requests."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from checker import Checker

#: What our own tests may call; the marketplace and Odoo are both on this machine.
LOOPBACK = "127.0.0.1"


class RequestChecker(Checker):
    """Checks our requests only: answers may be faulty on purpose."""

    def check_response(self, *exchange):
        """Override to accept any response."""
        return []


#: One for all tests: it has no state, and reading the documentation is slow.
REQUEST_CHECKER = RequestChecker()


class PictureServer:
    """Serves one picture under every address, for tests without Odoo's own server."""

    def __init__(self, content):
        """Prepare, without serving yet.

        :param bytes content: a JPEG
        """

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "image/jpeg")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                """Keep the tests' output clean."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def start(self):
        """Serve in the background.

        :return: this server
        """
        self._thread.start()
        return self

    def stop(self):
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
