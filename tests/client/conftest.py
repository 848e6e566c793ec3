"""Tests of the client alone: no Odoo, no database, no network but this machine."""

import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
import requests
from fake_marketplace import FakeMarketplace

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "iconic_connector"))

import seller_center  # noqa: E402

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def marketplace():
    return FakeMarketplace()


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
