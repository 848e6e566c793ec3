"""The saved answers that others are made of: right ones, and those that broke a reader.

A file's name says what reads it: the API, the reading and a number.
"""

import contextlib
import hashlib
from decimal import Decimal

import requests

from iconic_connector.seller_center.documents import create_document
from iconic_connector.seller_center.records import Product
from scripts.env import paths
from scripts.fuzz.readings import APIS, READINGS, Ids, SellerCenterError
from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.orders.placing import place_order

FOLDER = paths.ROOT / "tests" / "client" / "corpus"
#: Larger ones say no more, and slow all others down.
LARGEST = 20_000


def load():
    """Read the corpus.

    :return: a dict, pair of API and reading -> list of bytes
    """
    found = {}
    for file in sorted(FOLDER.glob("*.bin")):
        api, reading, _number = file.stem.split("-")
        found.setdefault((api, reading), []).append(file.read_bytes())
    return found


def save(target, content):
    """Add an answer, once.

    :return: its file
    """
    digest = hashlib.sha256(content).hexdigest()[:8]
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{target[0]}-{target[1]}-{digest}.bin"
    file.write_bytes(content)
    return file


class Recorder(requests.Session):
    """A session that keeps the last answer."""

    last = b""

    def send(self, request, **options):
        """Override of `requests` to keep what came."""
        response = super().send(request, **{**options, "stream": False})
        self.last = response.content
        return response


def record():
    """Save what the project's own marketplace answers to each reading."""
    sandbox = Sandbox(processing_delay=0)
    with SandboxServer(sandbox) as server:
        ids = _stock(sandbox, server.url)
        for api, make in APIS.items():
            for name, reading in READINGS.items():
                with Recorder() as session:
                    client = make(session, base_url=server.url, clock=sandbox.now)
                    with contextlib.suppress(SellerCenterError):
                        reading(client, ids)
                    if 0 < len(session.last) <= LARGEST:
                        save((api, name), session.last)


def _stock(sandbox, url):
    """Have a feed, a product and an order at the marketplace.

    :return: their ids
    """
    with requests.Session() as session:
        client = APIS["rest"](session, base_url=url, clock=sandbox.now)
        product = Product(seller_sku="D-1", name="Dress", price=Decimal("99.00"))
        receipt = client.send_feed("ProductCreate", create_document([product]))
    line = {"sku": "D-1", "name": "Dress", "item_price": "33.00"}
    order = place_order(sandbox, items=[line, line], oversell=True)
    return Ids(receipt.feed_id, "111", str(order.id), str(order.items[0].id))


if __name__ == "__main__":
    record()
