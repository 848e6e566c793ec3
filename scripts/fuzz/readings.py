"""What is read from a marketplace, for answers that are made up.

Each reading calls one method of a client whose every call gets the same answer, and
looks at all that comes of it. The documented errors may leave it, nothing else.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

import requests
import urllib3

from iconic_connector.seller_center import ActionApi, RestApi
from iconic_connector.seller_center.errors import SellerCenterError
from iconic_connector.seller_center.records import DocumentTicket
from seller_center_sandbox.core import const

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
TOKEN = b'{"access_token": "token", "token_type": "Bearer", "expires_in": 3600}'
SHOP = b'{"id": 4711, "srcId": "4711", "shortCode": "AU4711", "status": "active"}'
TOKEN_PATH, SHOP_PATH = "/oauth/client-credentials", "/v2/seller"
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


READINGS = {
    "probe": lambda api, ids: api.probe(),
    "feed_status": lambda api, ids: api.feed_status(ids.feed),
    "feeds": lambda api, ids: api.feeds(NOW),
    "feed_payloads": lambda api, ids: api.feed_payloads([ids.feed]),
    "products": lambda api, ids: api.products(),
    "product_ids": lambda api, ids: api.product_ids([ids.sku]),
    "quality_states": lambda api, ids: api.quality_states(),
    "category_tree": lambda api, ids: api.category_tree(),
    "category_attributes": lambda api, ids: api.category_attributes(ids.category),
    "set_attributes": lambda api, ids: api.set_attributes("1", ids.category),
    "brands": lambda api, ids: api.brands(),
    "orders": lambda api, ids: api.orders(updated_after=NOW),
    "order": lambda api, ids: api.order(ids.order),
    "order_items": lambda api, ids: api.order_items([ids.order]),
    "send_feed": lambda api, ids: api.send_feed("ProductUpdate", b"<Request/>"),
    "set_shipped": lambda api, ids: api.set_shipped([ids.item]),
    "fetch_document": lambda api, ids: api.fetch_document(
        DocumentTicket("shippingLabel", "77")
    ),
    "shipment_providers": lambda api, ids: api.shipment_providers(),
    "failure_reasons": lambda api, ids: api.failure_reasons(),
    "webhooks": lambda api, ids: api.webhooks(),
    "webhook_events": lambda api, ids: api.webhook_events(),
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
#: Pairs of an API and what is read over it; the token is REST's.
TARGETS = tuple((api, reading) for api in APIS for reading in READINGS) + (
    ("rest", "token"),
)


class Answers(requests.adapters.BaseAdapter):
    """Answers every call alike, but for the token and the shop."""

    def __init__(self, content, status, is_token):
        super().__init__()
        self._content, self._status, self._is_token = content, status, is_token

    def send(self, request, **_options):
        """Override of `requests` to answer at once."""
        path = urllib3.util.parse_url(request.url).path
        content, status = self._content, self._status
        if path == TOKEN_PATH and not self._is_token:
            content, status = TOKEN, 200
        elif path == SHOP_PATH:
            content, status = SHOP, 200
        response = requests.Response()
        response.status_code, response.request = status, request
        response.url = request.url
        response.headers["Content-Type"] = "application/json"
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(content), status=status, preload_content=False
        )
        response.raw = raw
        return response

    def close(self):
        """Override of `requests`: nothing is open."""


def read(target, content, status=200):
    """Read an answer, to the last value of it.

    :param target: one of `TARGETS`
    :param content: the answer, as bytes
    :param status: its HTTP status
    :return: the documented error that it raised, or None
    """
    api, reading = target
    with requests.Session() as session:
        session.mount("https://", Answers(content, status, reading == "token"))
        try:
            client = APIS[api](session)
            found = READINGS["brands" if reading == "token" else reading](client, Ids())
            repr(list(found) if isinstance(found, Iterator) else found)
        except SellerCenterError as error:
            str(error)
            return error
    return None
