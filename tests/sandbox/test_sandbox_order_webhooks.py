"""Webhooks: registrations, and the calls when something happens."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from marketplace import element, product, request
from ordering import gift, ids, moved, place, shipped

EVENTS = ("onOrderCreated", "onOrderItemsStatusChanged", "onReturnStatusChanged")


class Listener:
    """A seller's program that takes calls, and answers with a status."""

    def __init__(self):
        self.status = 200
        self.bodies = []
        self.kinds = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                listener.bodies.append(json.loads(self.rfile.read(size)))
                listener.kinds.append(self.headers["Content-Type"])
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook/secret"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener():
    one = Listener()
    yield one
    one.close()


def registration(url, *events):
    inner = "".join(element("Event", one) for one in events)
    return request(
        element("Webhook", {"CallbackUrl": url}, f"<Events>{inner}</Events>")
    )


@pytest.fixture
def register(seller):
    """Register an address; give the answer."""

    def call(url, *events):
        return seller.call("CreateWebhook", registration(url, *(events or EVENTS)))

    return call


def test_new_orders_are_told(seller, sandbox, listener, register):
    assert register(listener.url).accepted
    order = place(seller, gift())
    sandbox.webhooks.wait()
    payload = {"OrderId": order["id"], "OrderNr": order["number"]}
    assert listener.bodies == [{"event": "onOrderCreated", "payload": payload}]
    assert listener.kinds == ["application/json"]


def test_new_statuses_are_told_with_the_items(seller, sandbox, listener, register):
    register(listener.url, "onOrderItemsStatusChanged")
    order = place(seller, gift(quantity=2))
    moved(seller, ids(order), "ready_to_ship")
    sandbox.webhooks.wait()
    (body,) = listener.bodies
    assert body["event"] == "onOrderItemsStatusChanged"
    assert body["payload"] == {
        "OrderId": order["id"],
        "OrderItemIds": ids(order),
        "NewStatus": "ready_to_ship",
    }


def test_returns_are_told_as_such(seller, sandbox, listener, register):
    item_ids = shipped(seller, gift())
    moved(seller, item_ids, "delivered")
    register(listener.url, "onReturnStatusChanged")
    seller.control("POST", "orders/return", items=item_ids)
    sandbox.webhooks.wait()
    (body,) = listener.bodies
    assert body["payload"]["NewStatus"] == "return_shipped_by_customer"


def test_a_refused_change_is_not_told(seller, sandbox, listener, register):
    (one,) = ids(place(seller, gift()))
    register(listener.url)
    assert seller.call("SetStatusToShipped", OrderItemId=one).code == "28"
    sandbox.webhooks.wait()
    assert listener.bodies == []


def test_feeds_are_told_when_they_come_and_when_they_are_done(
    seller, sandbox, listener, register
):
    register(listener.url, "onFeedCreated", "onFeedCompleted")
    receipt = seller.feed("ProductCreate", request(product()))
    sandbox.webhooks.wait()
    feed = receipt["Body/FeedDetail/Feed"]
    assert listener.bodies == [
        {"event": "onFeedCreated", "payload": {"Feed": feed}},
        {"event": "onFeedCompleted", "payload": {"Feed": feed}},
    ]


def test_nobody_is_called_without_a_registration(seller, sandbox, listener, register):
    place(seller, gift())
    assert sandbox.webhooks.callbacks == {}
    webhook_id = register(listener.url)["Body/Webhook/WebhookId"]
    assert seller.call(
        "DeleteWebhook", request(element("Webhook", webhook_id))
    ).accepted
    place(seller, gift())
    sandbox.webhooks.wait()
    assert listener.bodies == []


def test_only_200_counts_and_failed_calls_are_repeated_on_demand(
    seller, sandbox, listener, register
):
    register(listener.url)
    listener.status = 204
    place(seller, gift())
    sandbox.webhooks.wait()
    (callback,) = seller.control("GET", "webhooks").json()["callbacks"]
    assert (callback["status"], callback["attempts"]) == ("fail", 1)
    listener.status = 200
    answer = seller.control("POST", "webhooks/retry")
    assert answer.json() == {"retried": 1}
    sandbox.webhooks.wait()
    (callback,) = seller.control("GET", "webhooks").json()["callbacks"]
    assert (callback["status"], callback["attempts"]) == ("success", 2)
    assert listener.bodies[0] == listener.bodies[1]
    assert seller.control("POST", "webhooks/retry").json() == {"retried": 0}


def test_an_address_that_nobody_listens_at_fails(seller, sandbox, register):
    register("http://127.0.0.1:1/hook")
    place(seller, gift())
    sandbox.webhooks.wait()
    (callback,) = sandbox.webhooks.callbacks.values()
    assert callback.status == "fail"


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "https://127.example/x", "http://10.0.0.1/x"],
)
def test_addresses_elsewhere_are_never_called(seller, sandbox, register, url):
    assert register(url).accepted
    place(seller, gift())
    (callback,) = sandbox.webhooks.callbacks.values()
    assert (callback.status, callback.attempts) == ("queueing_failed", 0)


def test_registrations_are_listed(seller, register):
    first = register("http://127.0.0.1:1/a")["Body/Webhook/WebhookId"]
    second = register("http://127.0.0.1:1/b", "onOrderCreated")
    assert second["Body/Webhook/CreatedAt"]
    answer = seller.call("GetWebhooks")
    path = "Body/Webhooks/Webhook"
    assert answer.all(f"{path}/CallbackUrl") == [
        "http://127.0.0.1:1/a",
        "http://127.0.0.1:1/b",
    ]
    some = seller.call("GetWebhooks", WebhookIds=json.dumps([first]))
    assert some.all(f"{path}/WebhookId") == [first]
    assert some.all(f"{path}/Events/Event") == list(EVENTS)


def test_events_are_listed_by_what_they_are_about(seller):
    answer = seller.call("GetWebhookEntities")
    assert answer.all("Body/Entities/Entity/Name") == ["Feed", "Order", "Return"]
    aliases = answer.all("Body/Entities/Entity/Events/Event/EventAlias")
    assert set(EVENTS) < set(aliases)


def test_wrong_registrations_are_refused(seller, register):
    assert register("http://127.0.0.1:1/a").accepted
    assert register("http://127.0.0.1:1/a").code == "98"
    assert register("ftp://127.0.0.1/a").code == "98"
    assert register("").code == "98"
    assert register("http://127.0.0.1:1/b", "onRain").code == "99"
    assert seller.call("CreateWebhook", registration("http://x.example")).code == "99"
    assert seller.call("CreateWebhook", "").code == "30"
    assert seller.call("CreateWebhook", request()).code == "5"
    assert seller.call("DeleteWebhook", request(element("Webhook", "x"))).code == "100"


def test_a_reset_ends_all_registrations(seller, sandbox, listener, register):
    register(listener.url)
    seller.control("POST", "reset")
    place(seller, gift())
    sandbox.webhooks.wait()
    assert listener.bodies == []
