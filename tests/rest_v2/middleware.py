"""A layer around a WSGI application that judges each REST exchange."""

import io
import threading
from urllib.parse import quote

from checker import Checker
from werkzeug.wsgi import get_input_stream

PREFIXES = ("/v2", "/oauth/", "/filemanager/")


class CheckedApplication:
    """Passes everything on, and keeps what the checker has to say.

    A cut connection is passed on as it is: there is no answer to judge then.
    """

    def __init__(self, application, checker=None):
        """Stand in front of an application.

        :param application: WSGI application.
        :param checker: `checker.Checker`.
        """
        self.application = application
        self.checker = checker or Checker()
        self.complaints = []
        self._lock = threading.Lock()

    def take(self):
        """Give the complaints so far, and forget them.

        :return: list of texts.
        """
        with self._lock:
            taken, self.complaints = self.complaints, []
        return taken

    def __call__(self, environ, start_response):
        if not environ["PATH_INFO"].startswith(PREFIXES):
            return self.application(environ, start_response)
        method, path = environ["REQUEST_METHOD"], _path(environ)
        body = get_input_stream(environ).read()
        environ["wsgi.input"] = io.BytesIO(body)
        query = environ.get("QUERY_STRING", "")
        self._complain(
            self.checker.check_request(method, path, query, _headers(environ), body)
        )
        status, headers, content = self._answer(environ)
        self._complain(
            self.checker.check_response(method, path, int(status[:3]), headers, content)
        )
        start_response(status, headers)
        return [content]

    def _answer(self, environ):
        """Read the whole answer before it is passed on, so that it is judged first."""
        heads = []

        def remember(status, headers, exc_info=None):
            heads[:] = [(status, headers)]

        chunks = self.application(environ, remember)
        try:
            content = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        return *heads[0], content

    def _complain(self, complaints):
        with self._lock:
            self.complaints += complaints


def _path(environ):
    """Give the path as it was sent; a server without this says what it decoded."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    return raw.partition("?")[0] if raw else quote(environ["PATH_INFO"])


def _headers(environ):
    names = [name for name in environ if name.startswith("HTTP_")]
    headers = {name[5:].replace("_", "-"): environ[name] for name in names}
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return headers
