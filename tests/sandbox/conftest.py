"""A marketplace of its own for each test, reached over real HTTP."""

import pytest
from checker import Checker
from marketplace import Seller, product, request
from middleware import CheckedApplication
from pictures import PictureServer
from rest_marketplace import CREATE, RestSeller

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
def checker():
    """The documentation, strict: an answer must hold every field it lists."""
    return Checker(complete=True)


@pytest.fixture
def watched(sandbox, checker):
    """A server whose REST exchanges all pass the checker, and the checker's layer."""
    layers = []

    def wrap(application):
        layers.append(CheckedApplication(application, checker))
        return layers[0]

    with SandboxServer(sandbox, wrap=wrap) as running:
        yield running, layers[0]


@pytest.fixture
def rest(watched):
    """The seller's side over REST v2; whatever the checker minds fails the test."""
    server, layer = watched
    with RestSeller(server.url, layer) as one:
        yield one


@pytest.fixture
def classic(watched):
    """The same seller over the Action API of the same marketplace."""
    with Seller(watched[0].url) as one:
        yield one


@pytest.fixture
def shelf(rest, sandbox):
    """A seller with a dress in two sizes, S and M, and a top."""
    sandbox.settings.auto_review = False
    rest.feed(
        CREATE,
        request(
            product("S", ParentSku="S", Variation="S", ProductId="0012345678905"),
            product("M", ParentSku="S", Variation="M", Quantity="2"),
            product("TOP", ParentSku="TOP", Name="Linen top", PrimaryCategory="112"),
        ),
    )
    return rest


@pytest.fixture(scope="session")
def pictures():
    """A web server with good and bad pictures."""
    with PictureServer() as running:
        yield running
