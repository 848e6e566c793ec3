"""Tests of the client alone: no Odoo, no database, no network but this machine."""

import io
import sys
from collections import deque
from datetime import datetime, timezone
from pathlib import Path

import pytest
import requests
import urllib3

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "iconic_connector"))

from seller_center import ActionApi  # noqa: E402

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


class FakeMarketplace(requests.adapters.BaseAdapter):
    """Answers from a queue, and remembers what it was asked.

    An exception in the queue is raised: `before` the body was read or after.
    """

    def __init__(self):
        super().__init__()
        self.queue = deque()
        self.requests = []
        self.bodies = []
        self.options = []

    def answer(self, content, status=200, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = content.encode() if isinstance(content, str) else content
        self.queue.append((content, status, names))

    def fail(self, error, before=False):
        self.queue.append((error, before, None))

    def send(self, request, **kwargs):
        self.requests.append(request)
        self.options.append(kwargs)
        content, status, headers = self.queue.popleft()
        if isinstance(content, Exception) and status:
            raise content
        self.bodies.append(request.body.read() if request.body else None)
        if isinstance(content, Exception):
            raise content
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


@pytest.fixture
def marketplace():
    return FakeMarketplace()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def make_api(marketplace, pauses):
    """Build a client of the fake marketplace; keyword arguments change its settings."""
    sessions = []

    def make(**settings):
        session = requests.Session()
        session.mount("https://api.example", marketplace)
        sessions.append(session)
        return ActionApi(
            session,
            **{
                "base_url": "https://api.example",
                "user_id": "look@me.com",
                "api_key": "secret-api-key",
                "clock": lambda: NOW,
                "sleep": pauses.append,
                "version": "1.0",
                **settings,
            },
        )

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def api(make_api):
    return make_api()


@pytest.fixture
def load():
    """Read a fixture file."""
    return lambda name: (HERE / "fixtures" / name).read_bytes()
