"""Tests of the client alone: no Odoo, no database, no network but this machine."""

import sys
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
import requests
from fake_marketplace import FakeMarketplace

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "rest_v2"))
sys.path.append(str(HERE.parent / "sandbox"))

# The add-on's own `__init__` would load Odoo: only its pure packages are wanted here.
WITHOUT_ODOO = ModuleType("iconic_connector")
WITHOUT_ODOO.__path__ = [str(HERE.parents[1] / WITHOUT_ODOO.__name__)]
sys.modules[WITHOUT_ODOO.__name__] = WITHOUT_ODOO

from checker import Checker  # noqa: E402

from iconic_connector import seller_center  # noqa: E402

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def checker():
    """Return the judge of what is said by the REST API."""
    return Checker()


@pytest.fixture
def marketplace(request, checker):
    """Return a marketplace that insists on the documentation of the REST API.

    The fixture `made_up_calls` lets a test call what is not documented.
    """
    marketplace = FakeMarketplace()
    yield marketplace
    if "made_up_calls" not in request.fixturenames:
        complaints = [
            complaint
            for call, body in marketplace.calls
            for complaint in check(checker, call, body)
        ]
        assert complaints == []


def check(checker, call, body):
    """Judge a call by what went over the wire."""
    address = urlsplit(call.url)
    return checker.check_request(
        call.method, address.path, address.query, call.headers, body or b""
    )


@pytest.fixture
def made_up_calls():
    """Let a test speak of addresses and values that the documentation has not."""


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def session(marketplace):
    """Return a session for which every host is the fake marketplace."""
    with requests.Session() as session:
        session.mount("https://", marketplace)
        yield session


@pytest.fixture
def make_api(session, pauses):
    """Build a client of the Action API; keyword arguments change its settings."""

    def make(**settings):
        return seller_center.ActionApi(
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

    return make


@pytest.fixture
def api(make_api):
    return make_api()


@pytest.fixture
def make_rest_api(session, pauses):
    """Build a client of the REST API; keyword arguments change its settings."""

    def make(**settings):
        return seller_center.RestApi(
            session,
            **{
                "base_url": "https://api.example",
                "application_id": "application-0001",
                "application_secret": "secret-of-the-application",
                "clock": lambda: NOW,
                "sleep": pauses.append,
                **settings,
            },
        )

    return make


@pytest.fixture
def rest_api(make_rest_api):
    return make_rest_api()


@pytest.fixture
def load():
    """Read a fixture file."""
    return lambda name: (HERE / "fixtures" / name).read_bytes()
