"""A marketplace that a session reaches without a network."""

import io
import json
from collections import deque
from urllib.parse import parse_qsl, urlsplit

import requests
import urllib3

TOKEN_PATH = "/oauth/client-credentials"
SHOP_PATH = "/v2/seller"

#: The shop that an application acts on unless a test says otherwise.
SHOP = {
    "id": 4711,
    "uuid": "5c7e1a0e-55a4-4a43-8b0f-3c0a4ad4b0f1",
    "srcId": "4711",
    "shortCode": "AU4711",
    "status": "active",
    "name": "Harbour & Co",
    "companyName": "Harbour Pty Ltd",
    "email": "look@me.com",
    "taxClass": "default",
    "createdAt": "2025-03-01T12:00:00.000000Z",
    "updatedAt": "2026-02-01T12:00:00.000000Z",
    "verified": True,
    "listed": True,
    "delistReasons": [],
    "profileFields": [],
}


class Desk:
    """Answers one kind of calls, and remembers them.

    First what a test has queued, in turn; then what stands for the path; then the
    default. An exception in the queue is raised: `before` the body was read or after.
    """

    def __init__(self, default=None):
        self.queue = deque()
        self.standing = {}
        self.default = default
        self.requests = []
        self.bodies = []
        self.options = []
        self.calls_here = []

    def answer(self, content, status=200, **headers):
        """Queue an answer; lists and dictionaries go out as JSON."""
        self.queue.append(self._answer(content, status, headers))

    def fail(self, error, before=False):
        """Queue an error of the connection."""
        self.queue.append((error, before, None))

    def stand(self, path, content, status=200, **headers):
        """Answer every call of a path alike.

        :param content: may be a function of the request.
        """
        self.standing[path] = (content, status, headers)

    def refuse(self, status, detail, title="Unprocessable Entity", **fields):
        """Queue a problem as the REST API words it."""
        problem = {"type": "about:blank", "title": title, "status": status}
        self.answer(
            {**problem, "detail": detail, **fields},
            status,
            Content_Type="application/problem+json",
        )

    def take(self, request, options):
        """Remember a call.

        :return: content, status and headers of its answer.
        """
        self.requests.append(request)
        self.options.append(options)
        content, status, headers = self._next(request)
        if isinstance(content, Exception) and status:
            raise content
        self.bodies.append(_body(request))
        self.calls_here.append((request, self.bodies[-1]))
        if isinstance(content, Exception):
            raise content
        return content, status, headers

    def _next(self, request):
        if self.queue:
            return self.queue.popleft()
        standing = (self.default, 200, {}) if self.default else None
        standing = self.standing.get(path(request), standing)
        assert standing, f"Nobody expected {request.method} {request.url}"
        content, status, headers = standing
        content = content(request) if callable(content) else content
        return self._answer(content, status, headers)

    def _answer(self, content, status, headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(content, dict | list):
            content = json.dumps(content)
            names = {"Content-Type": "application/json", **names}
        content = content.encode() if isinstance(content, str) else content
        return content, status, names


class FakeMarketplace(Desk, requests.adapters.BaseAdapter):
    """All desks of a marketplace.

    The calls for a token and for the shop come before the others whenever the client
    sees fit. So they have desks of their own, which know what to say.
    """

    def __init__(self):
        requests.adapters.BaseAdapter.__init__(self)
        Desk.__init__(self)
        self.token = Desk(self._token)
        self.shop = Desk(lambda request: SHOP)

    @property
    def calls(self):
        """Every call of the REST API that got through: the request and its body."""
        return [
            call
            for desk in (self, self.token, self.shop)
            for call in desk.calls_here
            if path(call[0]) != "/"
        ]

    def send(self, request, **kwargs):
        content, status, headers = self._desk(request).take(request, kwargs)
        response = requests.Response()
        response.status_code = status
        response.headers = requests.structures.CaseInsensitiveDict(headers)
        response.request = request
        response.url = request.url
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(content), headers=headers, status=status, preload_content=False
        )
        return response

    def close(self):
        """Override of `requests`: there is nothing to close."""

    def _desk(self, request):
        path = urlsplit(request.url).path
        if path.endswith(TOKEN_PATH):
            return self.token
        return self.shop if path == SHOP_PATH else self

    def _token(self, request):
        number = len(self.token.requests)
        return {
            "access_token": f"token-{number}",
            "expires_in": 3600,
            "token_type": "Bearer",
        }


def parameters(request):
    """Return the query of a call as pairs, in the order of the address."""
    return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)


def path(request):
    """Return the path of a call, still encoded."""
    return urlsplit(request.url).path


def _body(request):
    body = request.body
    if isinstance(body, str):
        return body.encode()
    return body.read() if hasattr(body, "read") else body
