"""The control API: lets tests and people pull the strings of the marketplace.

    GET    /sandbox/state        everything, as JSON
    POST   /sandbox/reset        forget everything
    GET    /sandbox/faults       faults that are switched on
    POST   /sandbox/faults       switch one on: {"kind": ..., "action": "*", "times": 1}
    DELETE /sandbox/faults       switch all off
    POST   /sandbox/process      process queued feeds now: {"release": true} with stuck
    GET    /sandbox/settings     the settings
    POST   /sandbox/settings     change some of them
    POST   /sandbox/qc           {"sku": ..., "status": "rejected", "reason": ...}
    POST   /sandbox/edit         change a product behind the seller's back
    POST   /sandbox/cancel       cancel a feed as the marketplace: {"feed": id}
    GET    /sandbox/requests     the calls that came in, through either API
    DELETE /sandbox/tokens       revoke all access tokens
    POST   /sandbox/taxonomy     remove or rename a part: {"remove_brand": name}

No password: it listens on loopback only, and turns away other sites' pages.
"""

import json
from dataclasses import asdict
from decimal import Decimal, InvalidOperation

from werkzeug.wrappers import Response

from .access import refuse_strangers
from .const import CANCELED, PRODUCT_STATUSES
from .faults import InvalidFault
from .order_control import OrderControl
from .order_placing import InvalidOrder
from .processing import as_text
from .settings import InvalidSetting, change_settings
from .taxonomy_control import InvalidTaxonomy, TaxonomyControl

PREFIX = "/sandbox/"


class Mistake(ValueError):
    """A control request cannot be carried out; the text says why."""


_MISTAKES = (Mistake, InvalidFault, InvalidOrder, InvalidSetting, InvalidTaxonomy)


class Control(OrderControl, TaxonomyControl):
    """Answers the control requests of one marketplace."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    @staticmethod
    def accepts(request):
        """Tell whether a request is meant for the control API."""
        return request.path.startswith(PREFIX)

    def respond(self, request):
        """Carry out one request.

        :param request: werkzeug request.
        :return: werkzeug response with JSON.
        """
        refuse_strangers(request)
        name = request.path.removeprefix(PREFIX).replace("/", "_")
        handler = getattr(self, f"_{request.method.lower()}_{name}", None)
        if not name.isidentifier() or not handler:
            return _json({"error": "There is no such control"}, 404)
        try:
            return _json(handler(_arguments(request)))
        except _MISTAKES as error:
            return _json({"error": str(error)}, 400)

    def _post_reset(self, arguments):
        self.sandbox.reset()
        return {"reset": True}

    def _get_state(self, arguments):
        self.sandbox.settle()
        with self.sandbox.lock:
            return describe(self.sandbox)

    def _get_faults(self, arguments):
        return {"faults": [fault.as_dict() for fault in self.sandbox.faults]}

    def _post_faults(self, arguments):
        try:
            fault = self.sandbox.faults.add(**arguments)
        except TypeError as error:
            raise Mistake("A fault needs a kind") from error
        return {"fault": fault.as_dict()}

    def _delete_faults(self, arguments):
        self.sandbox.faults.clear()
        return {"faults": []}

    def _post_process(self, arguments):
        if arguments.get("release"):
            self.sandbox.queue.release()
        return {"processed": self.sandbox.process()}

    def _get_settings(self, arguments):
        return asdict(self.sandbox.settings)

    def _post_settings(self, arguments):
        change_settings(self.sandbox, arguments)
        return asdict(self.sandbox.settings)

    def _post_qc(self, arguments):
        try:
            with self.sandbox.lock:
                self.sandbox.quality.review(**arguments)
        except (TypeError, ValueError) as error:
            raise Mistake("Needed are sku, status and, perhaps, reason") from error
        return arguments

    def _post_edit(self, arguments):
        with self.sandbox.lock:
            product = self.sandbox.products.get(arguments.pop("sku", None))
            if not product:
                raise Mistake("There is no product with that sku")
            edit_product(self.sandbox, product, arguments)
            return describe_product(product)

    def _post_cancel(self, arguments):
        with self.sandbox.lock:
            feed = self.sandbox.feeds.get(arguments.get("feed"))
            if not feed or not feed.is_open:
                raise Mistake("There is no open feed with that id")
            feed.status = CANCELED
            feed.updated_at = self.sandbox.now()
            return describe_feed(feed)

    def _delete_tokens(self, arguments):
        with self.sandbox.lock:
            self.sandbox.tokens.clear()
        return {"tokens": []}

    def _get_requests(self, arguments):
        with self.sandbox.lock:
            return {"requests": [_request(one) for one in self.sandbox.requests]}


_EDITABLE = {
    "quantity": int,
    "reserved": int,
    "price": Decimal,
    "sale_price": Decimal,
    "status": str,
    "name": str,
}


def edit_product(sandbox, product, values):
    """Change a product as somebody else than the connector would.

    :param sandbox: `Sandbox`.
    :param product: `Product`.
    :param dict values: attribute -> new value.
    :raise Mistake: if something cannot be changed so.
    """
    typed = {}
    for name, value in values.items():
        if name not in _EDITABLE:
            raise Mistake(f"{name} cannot be edited; {', '.join(_EDITABLE)} can")
        try:
            typed[name] = _EDITABLE[name](str(value))
        except (ValueError, InvalidOperation) as error:
            raise Mistake(f"{value!r} is no {name}") from error
    if typed.get("status", product.status) not in PRODUCT_STATUSES:
        raise Mistake(f"status is one of: {', '.join(PRODUCT_STATUSES)}")
    changes = {}
    for name, value in typed.items():
        changes[name] = (as_text(getattr(product, name)), as_text(value))
        setattr(product, name, value)
    product.updated_at = sandbox.now()
    sandbox.remember(product, "seller centre", "Edit", changes)


def describe(sandbox):
    """Describe the whole marketplace.

    :param sandbox: `Sandbox`.
    :return: plain data.
    """
    products, feeds = sandbox.products, sandbox.feeds
    return {
        "counts": {"products": len(products), "feeds": len(feeds)},
        "products": {sku: describe_product(one) for sku, one in products.items()},
        "feeds": {key: describe_feed(one) for key, one in feeds.items()},
        "faults": [fault.as_dict() for fault in sandbox.faults],
        "settings": asdict(sandbox.settings),
    }


def describe_product(product):
    """Describe a product.

    :param product: `Product`.
    :return: plain data.
    """
    values = asdict(product)
    values.update(
        available=product.available,
        is_published=product.is_published,
        is_live=product.is_live,
    )
    return values


def describe_feed(feed):
    """Describe a feed.

    :param feed: `Feed`.
    :return: plain data, without the document.
    """
    values = asdict(feed)
    for name in ("payload", "entries", "faults", "start_at", "due_at"):
        del values[name]
    values["size"] = len(feed.payload)
    values["skus"] = [entry.seller_sku for entry in feed.entries]
    return values


def _request(record):
    values = asdict(record)
    del values["body"]
    return values


def _arguments(request):
    text = request.get_data()
    if not text.strip():
        return {}
    try:
        arguments = json.loads(text)
    except ValueError as error:
        raise Mistake("The body is no JSON") from error
    if not isinstance(arguments, dict):
        raise Mistake("The body is no JSON object")
    return arguments


def _json(data, status=200):
    text = json.dumps(data, default=str, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")
