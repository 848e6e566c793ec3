"""A marketplace of its own for each test, reached over real HTTP."""

import pytest
from marketplace import Seller
from pictures import PictureServer

from seller_center_sandbox import Sandbox, SandboxServer


@pytest.fixture
def sandbox():
    """A marketplace that finishes each feed before it answers the next call."""
    return Sandbox(processing_delay=0)


@pytest.fixture
def server(sandbox):
    with SandboxServer(sandbox) as running:
        yield running


@pytest.fixture
def seller(server):
    """The seller's side: signs, calls, reads."""
    with Seller(server.url) as one:
        yield one


@pytest.fixture
def waiting(sandbox, seller):
    """The seller of a marketplace whose feeds wait until they are told to run."""
    sandbox.settings.auto_process = False
    return seller


@pytest.fixture(scope="session")
def pictures():
    """A web server with good and bad pictures."""
    with PictureServer() as running:
        yield running
