"""The saved answers that others are made of: right ones, and those that broke a reader.

A file's name says what reads it: the API, the reading and a number.
"""

import base64
import contextlib
import hashlib
import io
import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

import requests
import urllib3
from lxml import etree

from iconic_connector.seller_center.documents import create_document
from iconic_connector.seller_center.records import Product
from scripts.env import paths
from scripts.fuzz.readings import (
    APIS,
    ASKED_FIRST,
    FIRST_READINGS,
    HEADERS_OF,
    PART_END,
    READINGS,
    TARGETS,
    Ids,
    SellerCenterError,
)
from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.core.webhooks import ALIASES
from seller_center_sandbox.orders.placing import place_order
from seller_center_sandbox.orders.statuses import (
    PENDING,
    READY_TO_SHIP,
    RETURN_DELIVERED,
    RETURN_WAITING,
)

FOLDER = paths.ROOT / "tests" / "client" / "corpus"
#: Of larger ones, a few of each list say as much, and slow nothing down.
LARGEST, FEW = 20_000, 3
#: What the items of an order have to be for some of the readings.
ITEM_STATUSES = {
    "set_shipped": READY_TO_SHIP,
    "change_tracking": READY_TO_SHIP,
    "receive_return": RETURN_DELIVERED,
    "approve_return": RETURN_WAITING,
    "reject_return": RETURN_WAITING,
    "ask_document": READY_TO_SHIP,
}
HEADER_WORDS = (b"120", b"Sun, 01 Mar 2026 12:05:00 GMT", b"gzip", b"application/pdf")
DRESS = Product(
    seller_sku="D-1",
    parent_sku="D-1",
    status="active",
    name="Dress",
    variation="S",
    primary_category="111",
    description="<p>For long summers</p>",
    brand="Saltbush",
    price=Decimal("99.00"),
    attributes=(
        ("Gender", "Female"),
        ("Color", "Black"),
        ("Composition", "100% Linen"),
        ("Season", "AW26"),
        ("AgeGroup", "Adult"),
    ),
    quantity=5,
)


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
    """A session that keeps the answers."""

    def __init__(self):
        super().__init__()
        self.answers, self.asked_first = [], {}

    def send(self, request, **options):
        """Override of `requests` to keep what came."""
        response = super().send(request, **{**options, "stream": False})
        # The client reads from the connection, of which nothing is left.
        response.raw = urllib3.HTTPResponse(
            body=io.BytesIO(response.content), preload_content=False
        )
        path = urlsplit(request.url).path
        if path in ASKED_FIRST:
            self.asked_first[path] = response.content
        else:
            self.answers.append(response.content)
        return response


def record():
    """Save what the project's own marketplace answers to each reading, and calls."""
    for api, reading in TARGETS:
        if reading in READINGS:
            _record(api, reading)
    for api in HEADERS_OF:
        for word in HEADER_WORDS:
            save((api, "headers"), word)


def _record(api, reading):
    """Save what comes of one reading, at a marketplace that knows nothing of others."""
    sandbox = Sandbox(processing_delay=0)
    with SandboxServer(sandbox) as server, Recorder() as session:
        ids = _stock(sandbox, server.url, ITEM_STATUSES.get(reading, PENDING))
        client = APIS[api](session, base_url=server.url, clock=sandbox.now)
        with contextlib.suppress(SellerCenterError):
            READINGS[reading](client, ids)
    if session.answers:
        save((api, reading), PART_END.join(map(_shortened, session.answers)))
    _save_others(api, reading, session, sandbox)


def _save_others(api, reading, session, sandbox):
    """Save what is read beside the answers of two readings."""
    if (api, reading) == ("action", "feed_status"):
        file = etree.fromstring(session.answers[-1]).findtext(".//FailureReports/File")
        save((api, "failure_report"), base64.b64decode(file))
    if (api, reading) == ("rest", "orders"):
        for name, path in FIRST_READINGS.items():
            save(("rest", name), session.asked_first[path])
        for callback in sandbox.webhooks.callbacks.values():
            save(("webhook", "event"), callback.body.encode())


def _shortened(content):
    """Leave only a few of each list, if there is too much."""
    if len(content) <= LARGEST:
        return content
    if not content.startswith(b"<"):
        return json.dumps(_few(json.loads(content))).encode()
    root = etree.fromstring(content)
    for element in list(root.iter("*")):
        for one in element.findall("*"):
            if len(list(one.itersiblings(one.tag, preceding=True))) >= FEW:
                element.remove(one)
    return etree.tostring(root)


def _few(node):
    if isinstance(node, dict):
        return {name: _few(value) for name, value in node.items()}
    return list(map(_few, node[:FEW])) if isinstance(node, list) else node


def _stock(sandbox, url, status):
    """Have a feed with errors, a webhook, a product, an order and its label.

    :param status: of the order's items
    :return: their ids
    """
    webhook = sandbox.webhooks.register("https://shop.example/other", ALIASES).id
    with requests.Session() as session:
        client = APIS["rest"](session, base_url=url, clock=sandbox.now)
        document = create_document(
            [DRESS, replace(DRESS, seller_sku="D-2", price=None)]
        )
        receipt = client.send_feed("ProductCreate", document)
        line = {"sku": "D-1", "name": "Dress", "item_price": "33.00"}
        order = place_order(sandbox, items=[line, line], oversell=True)
        item = str(order.items[0].id)
        for one in order.items:
            one.status = READY_TO_SHIP
        document = client.ask_document([item], "shippingLabel").ticket_id
        [product] = client.product_ids(["D-1"]).values()
    for one in order.items:
        one.status = status
    return Ids(
        feed=receipt.feed_id,
        order=str(order.id),
        item=item,
        product=product,
        document=document,
        webhook=webhook,
    )


if __name__ == "__main__":
    record()
