"""A marketplace that answers at once, in a process of its own.

`python -m benchmarks.marketplace PORT`. It checks nothing: what is measured is the
seller's side alone. What it does not know itself, such as the taxonomy, is asked of the
sandbox once and answered from memory from then on.
"""

import json
import secrets
import sys
import time
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import Client

from benchmarks import answers
from benchmarks.peer_shop import PATH_END, Shop
from seller_center_sandbox import Sandbox
from seller_center_sandbox.core.server import Application

FEED_ACTIONS = ("ProductCreate", "ProductUpdate", "ProductRemove", "Image")
#: What differs from call to call, though the answer is the same.
VOLATILE = ("Signature", "Timestamp")


class Marketplace:
    """What the marketplace knows, and how it answers."""

    def __init__(self):
        self._remembered = {}
        self._feeds = {}
        # Another marketplace's feeds may be on record already.
        self._name = secrets.token_hex(4)
        self._numbers = count(1)
        self._orders = {}
        #: What the bench sets: which SKUs fail, whether products are there, and what
        #: an answer takes.
        self._settings = {"failing_every": 0, "has_products": True, "seconds": 0}

    @cached_property
    def _sandbox(self):
        return Client(Application(Sandbox()))

    def control(self, order):
        """Do what the bench says.

        :param order: a dict: settings, or `orders` as for `answers.make_orders`
        :return: a dict
        """
        if "orders" in order:
            made = answers.make_orders(**order.pop("orders"))
            self._orders = {str(one["id"]): one for one in made}
        self._settings |= order
        return self._settings

    def answer(self, query, body):
        """Answer a call of the Action API.

        :param query: what follows the question mark
        :param bytes body: the document, if there is one
        :return: bytes
        """
        time.sleep(self._settings["seconds"])
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        action = parameters.get("Action", "")
        if action in FEED_ACTIONS:
            return self._accept(action, body)
        own = getattr(self, f"_answer_{action}", None)
        return own(parameters) if own else self._ask_sandbox(query, parameters)

    def _accept(self, action, document):
        feed_id = f"{self._name}-{next(self._numbers)}"
        self._feeds[feed_id] = (action, answers.skus_of(document))
        return answers.receipt(action, feed_id)

    def _answer_FeedStatus(self, parameters):
        action, skus = self._feeds[parameters["FeedID"]]
        refused = answers.refused_of(skus, self._settings["failing_every"])
        return answers.feed_status(action, parameters["FeedID"], len(skus), refused)

    def _answer_GetProducts(self, parameters):
        skus = json.loads(parameters.get("SkuSellerList") or "[]")
        return answers.products(skus if self._settings["has_products"] else [])

    def _answer_GetOrders(self, parameters):
        place, limit = int(parameters["Offset"]), int(parameters["Limit"])
        return answers.orders_page(list(self._orders.values()), place, limit)

    def _answer_GetMultipleOrderItems(self, parameters):
        wanted = map(str, json.loads(parameters["OrderIdList"]))
        return answers.order_items([self._orders[number] for number in wanted])

    def _ask_sandbox(self, query, parameters):
        key = tuple(
            sorted(item for item in parameters.items() if item[0] not in VOLATILE)
        )
        if key not in self._remembered:
            self._remembered[key] = self._sandbox.get(f"/?{query}").data
        return self._remembered[key]


def serve(port):
    """Serve a marketplace on loopback until the process ends.

    :param port: the TCP port
    """
    marketplace = Marketplace()
    members = {"marketplace": marketplace, "shop": Shop()}
    handler = type("Handler", (_Handler,), members)
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without these, a small answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    marketplace = shop = None

    def do_GET(self):
        self._respond()

    def do_POST(self):
        self._respond()

    def _respond(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        answer, kind = self._answer(address, body)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _answer(self, address, body):
        if address.path == answers.CONTROL:
            answer = self.marketplace.control(json.loads(body or "{}"))
        elif address.path.endswith(PATH_END):
            answer = self.shop.answer(json.loads(body))
        else:
            answer = self.marketplace.answer(address.query, body)
            return answer, "text/xml; charset=utf-8"
        return json.dumps(answer).encode(), "application/json"

    def log_message(self, *words):
        """Override of `http.server` to write nothing."""


if __name__ == "__main__":
    serve(int(sys.argv[1]))
