"""What is read from a marketplace, for answers that are made up.

Each reading calls one method of a client and looks at all that comes of it. The
documented errors may leave it, nothing else. A method may make several calls: they get
the parts of the answer one after the other, and the last part again and again.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

import requests
import urllib3

from iconic_connector.seller_center import ActionApi, RestApi
from iconic_connector.seller_center.action.failure_report import read_failure_report
from iconic_connector.seller_center.documents import update_document
from iconic_connector.seller_center.errors import SellerCenterError
from iconic_connector.seller_center.events import read_event
from iconic_connector.seller_center.records import DocumentTicket, Product, StockRow
from iconic_connector.seller_center.stock import stock_document
from seller_center_sandbox.core import const

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
TOKEN = b'{"access_token": "token", "token_type": "Bearer", "expires_in": 3600}'
SHOP = b'{"id": 4711, "srcId": "4711", "shortCode": "AU4711", "status": "active"}'
#: What every REST client asks first, and gets a good answer to unless that is read.
FIRST_READINGS = {"token": "/oauth/client-credentials", "shop": "/v2/seller"}
ASKED_FIRST = {FIRST_READINGS["token"]: TOKEN, FIRST_READINGS["shop"]: SHOP}
NOTHING = b"[]"
#: Parts the answers of several calls; no document holds one.
PART_END = b"\x1e"
#: Statuses that answers come with.
STATUSES = (*(200,) * 12, 400, 403, 404, 422, 429, 500, 503)


@dataclass(frozen=True)
class Ids:
    """What is asked for."""

    feed: str = "5f1b"
    category: str = "111"
    order: str = "123"
    item: str = "456"
    sku: str = "D-1"
    product: str = "1"
    document: str = "77"
    webhook: str = "5f1b"


#: A document that changes a product.
SENT = update_document([Product("D-1", quantity=3)])
#: The address that a webhook is registered for.
CALLED = "https://shop.example/iconic/webhook/token"


def _stock_document(ids):
    return stock_document([StockRow(ids.sku, ids.product, 3)])


#: By the method that they call, or by what is special about the call.
READINGS = {
    "probe": lambda api, ids: api.probe(),
    "feed_status": lambda api, ids: api.feed_status(ids.feed),
    "feeds": lambda api, ids: api.feeds(NOW),
    "feed_payloads": lambda api, ids: api.feed_payloads([ids.feed]),
    "products": lambda api, ids: api.products(),
    "products_by_sku": lambda api, ids: api.products(seller_skus=[ids.sku]),
    "product_ids": lambda api, ids: api.product_ids([ids.sku]),
    "quality_states": lambda api, ids: api.quality_states(),
    "quality_states_by_sku": lambda api, ids: api.quality_states(seller_skus=[ids.sku]),
    "category_tree": lambda api, ids: api.category_tree(),
    "category_attributes": lambda api, ids: api.category_attributes(ids.category),
    "set_attributes": lambda api, ids: api.set_attributes("1", ids.category),
    "brands": lambda api, ids: api.brands(),
    "orders": lambda api, ids: api.orders(updated_after=NOW),
    "order": lambda api, ids: api.order(ids.order),
    "order_items": lambda api, ids: api.order_items([ids.order]),
    "send_feed": lambda api, ids: api.send_feed("ProductUpdate", SENT),
    "send_table": lambda api, ids: api.send_feed(
        "ProductRemove", api.remove_document([Product(ids.sku)])
    ),
    "set_stock": lambda api, ids: api.set_stock(_stock_document(ids)),
    "cancel_feed": lambda api, ids: api.cancel_feed(ids.feed),
    "set_shipped": lambda api, ids: api.set_shipped([ids.item]),
    "set_ready_to_ship": lambda api, ids: api.set_ready_to_ship(
        [ids.item], "dropship", tracking_number="WP0000000001"
    ),
    "cancel_items": lambda api, ids: api.cancel_items([ids.item], "Out of stock"),
    "receive_return": lambda api, ids: api.receive_return([ids.item]),
    "approve_return": lambda api, ids: api.approve_return([ids.item]),
    "reject_return": lambda api, ids: api.reject_return([ids.item], "Worn"),
    "change_tracking": lambda api, ids: api.change_tracking(ids.item, "WP0000000002"),
    "set_invoice_number": lambda api, ids: api.set_invoice_number(ids.item, "I-1"),
    "ask_document": lambda api, ids: api.ask_document([ids.item], "shippingLabel"),
    "fetch_document": lambda api, ids: api.fetch_document(
        DocumentTicket("shippingLabel", ids.document)
    ),
    "shipment_providers": lambda api, ids: api.shipment_providers(),
    "failure_reasons": lambda api, ids: api.failure_reasons(),
    "webhooks": lambda api, ids: api.webhooks(),
    "webhook_events": lambda api, ids: api.webhook_events(),
    "create_webhook": lambda api, ids: api.create_webhook(CALLED, ["onOrderCreated"]),
    "delete_webhook": lambda api, ids: api.delete_webhook(ids.webhook),
}
_SETTINGS = {
    "base_url": "https://api.example",
    "clock": lambda: NOW,
    "sleep": lambda _seconds: None,
}
_ACTION = {
    **_SETTINGS,
    "user_id": const.DEFAULT_USER_ID,
    "api_key": const.DEFAULT_API_KEY,
    "version": "1.0",
}
_REST = {
    **_SETTINGS,
    "application_id": const.DEFAULT_APPLICATION_ID,
    "application_secret": const.DEFAULT_APPLICATION_SECRET,
}
#: The classic API asks for its version in vain at first; that is not read here.
APIS = {
    "action": lambda session, **own: ActionApi(session, **{**_ACTION, **own}),
    "action_json": lambda session, **own: ActionApi(
        session, **{**_ACTION, "response_format": "JSON", **own}
    ),
    "rest": lambda session, **own: RestApi(session, **{**_REST, **own}),
}
#: What the classic API refuses or knows without a call.
REST_ALONE = (
    "product_ids",
    "set_stock",
    "receive_return",
    "approve_return",
    "reject_return",
    "change_tracking",
    "fetch_document",
    *FIRST_READINGS,
)
#: What is read without a call: a table within an answer, and what calls the webhook,
#: which is alike for both APIs.
CONTENTS = {
    ("webhook", "event"): read_event,
    ("action", "failure_report"): read_failure_report,
}
#: The headers that are read, and by which call.
HEADERS = ("Retry-After", "Date", "Content-Encoding", "Content-Type")
HEADERS_OF = {"action": "probe", "rest": "fetch_document"}
#: Pairs of an API and what is read over it.
TARGETS = (
    *(
        (api, reading)
        for api in APIS
        for reading in (*READINGS, *FIRST_READINGS)
        if api == "rest" or reading not in REST_ALONE
    ),
    *CONTENTS,
    *((api, "headers") for api in HEADERS_OF),
)


class Answers(requests.adapters.BaseAdapter):
    """Answers the calls of a reading."""

    def __init__(self, reading, content, status):
        super().__init__()
        self._reading, self._status = reading, status
        self._parts = content.split(PART_END)

    def send(self, request, **_options):
        """Override of `requests` to answer at once."""
        content, status = self._answer(urllib3.util.parse_url(request.url).path)
        response = requests.Response()
        response.status_code, response.request = status, request
        response.url = request.url
        response.headers["Content-Type"] = "application/json"
        if self._reading == "headers":
            word = content.decode("latin-1").strip()
            response.headers.update(dict.fromkeys(HEADERS, word))
        response.raw = urllib3.HTTPResponse(
            body=io.BytesIO(content), status=status, preload_content=False
        )
        return response

    def _answer(self, path):
        if not self._is_read(path):
            return ASKED_FIRST.get(path, NOTHING), 200
        part = self._parts.pop(0) if len(self._parts) > 1 else self._parts[0]
        return part, self._status

    def _is_read(self, path):
        if self._reading in FIRST_READINGS:
            return path == FIRST_READINGS[self._reading]
        return path not in ASKED_FIRST

    def close(self):
        """Override of `requests`: nothing is open."""


def _method(api, reading):
    if reading in FIRST_READINGS:
        reading = "brands"
    return READINGS[HEADERS_OF[api] if reading == "headers" else reading]


def read(target, content, status=200):
    """Read an answer, to the last value of it.

    :param target: one of `TARGETS`
    :param content: the answer, as bytes
    :param status: its HTTP status
    :return: the documented error that it raised, or None
    """
    if target in CONTENTS:
        repr(CONTENTS[target](content))
        return None
    api, reading = target
    with requests.Session() as session:
        session.mount("https://", Answers(reading, content, status))
        try:
            found = _method(api, reading)(APIS[api](session), Ids())
            repr(list(found) if isinstance(found, Iterator) else found)
        except SellerCenterError as error:
            str(error)
            return error
    return None
