"""The control API: tests and scripts steer the marketplace through it.

    GET    /sandbox/state        the whole state, as JSON
    POST   /sandbox/reset        clear all state
    GET    /sandbox/faults       faults that are switched on
    POST   /sandbox/faults       switch one on: {"kind": ..., "action": "*", "times": 1}
                                 with "skip" and the options of its kind, such as
                                 {"kind": "refusal", "code": 404, "shape": "no_body"} or
                                 {"kind": "poison", "poison": "nan", "record": number,
                                  "times": null}
    DELETE /sandbox/faults       switch all off
    GET    /sandbox/kinds        the kinds of faults with their options, the shapes of
                                 refusals, and the poisons
    POST   /sandbox/process      process queued feeds now: {"release": true} with stuck
    GET    /sandbox/settings     the settings
    POST   /sandbox/settings     change some of them
    POST   /sandbox/qc           {"sku": ..., "status": "rejected", "reason": ...}
    POST   /sandbox/edit         change a product outside of the connector
    POST   /sandbox/produce      {"sku": ...}: picture it, and write its text, as the
                                 marketplace's production service
    POST   /sandbox/cancel       cancel a feed as the marketplace: {"feed": id}
    GET    /sandbox/requests     the calls that came in, through either API
    DELETE /sandbox/tokens       revoke all access tokens
    POST   /sandbox/taxonomy     remove or rename a part until the next reset:
                                 {"remove_category": id}, with all below it
                                 {"rename_category": {"id": ..., "name": ...}}
                                 {"remove_option": {"set": 1, "feed_name": ...,
                                  "option": ...}}
                                 {"remove_brand": name}
    GET    /sandbox/orders       all orders
    POST   /sandbox/orders       place one: {"items": [{"sku": ..., "quantity": 1}],
                                 "customer": {...}, "masked": true, ...}
                                 a customer with "country": "NZ" pays that tax on top;
                                 items may have "wallet_credits", "store_credits",
                                 "voucher_amount" with "voucher_seller_share", and
                                 "shipping_voucher_amount"; "less_credits": true takes
                                 the credits off the paid price; "exchange_for": id
                                 replaces items of an order; "gift_message", "remarks"
    POST   /sandbox/orders/status   {"items": [ids] or "order": id,
                                 "status": "return_delivered"} as the marketplace;
                                 with "reason", "detail"
    POST   /sandbox/orders/return   {"items": [ids] or "order": id, "comment": ...}
                                 as the customer, who sends delivered items back
    POST   /sandbox/orders/customer {"order": id, "masked": true, "shipping": {...}}
    POST   /sandbox/exports      {"export": id, "status": "Error"}
    GET    /sandbox/webhooks     registrations, and the callbacks made to them
    POST   /sandbox/webhooks/retry  repeat the callbacks that failed

No password: it listens on loopback only, and refuses pages of other sites.
"""

import json
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal, InvalidOperation

from werkzeug.wrappers import Response

from ..catalogue.processing import as_text
from ..catalogue.production import produce
from ..core.const import CANCELED, PRODUCT_STATUSES
from ..core.errors import ApiError
from ..core.fault_answers import SHAPES
from ..core.faults import OPTIONS, InvalidFault
from ..core.http import refuse_foreign_requests
from ..core.poisons import POISONS
from ..core.settings import InvalidSetting, change_settings
from ..orders.documents import EXPORT_STATUSES
from ..orders.placing import InvalidOrder, change_customer, place_order
from ..orders.statuses import MARKETPLACE, usual_reason
from ..orders.transitions import move_items, send_back

PREFIX = "/sandbox/"


class ControlError(ValueError):
    """A control request cannot be carried out; the text says why."""


_USER_ERRORS = (ControlError, InvalidFault, InvalidOrder, InvalidSetting)


class Control:
    """Answers the control requests of one marketplace."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    @staticmethod
    def accepts(request):
        """Return whether a request is meant for the control API."""
        return request.path.startswith(PREFIX)

    def respond(self, request):
        """Carry out one request.

        :param request: werkzeug request.
        :return: werkzeug response with JSON.
        """
        refuse_foreign_requests(request)
        name = request.path.removeprefix(PREFIX).replace("/", "_")
        handler = getattr(self, f"_{request.method.lower()}_{name}", None)
        if not name.isidentifier() or not handler:
            return _json({"error": "There is no such control"}, 404)
        # A control is a call like any other: what is due has happened before it.
        self.sandbox.run_due_tasks()
        try:
            return _json(handler(_arguments(request)))
        except _USER_ERRORS as error:
            return _json({"error": str(error)}, 400)

    def _post_reset(self, arguments):
        self.sandbox.reset()
        return {"reset": True}

    def _get_state(self, arguments):
        with self.sandbox.lock:
            return describe(self.sandbox)

    def _get_faults(self, arguments):
        return {"faults": [fault.as_dict() for fault in self.sandbox.faults]}

    def _post_faults(self, arguments):
        try:
            fault = self.sandbox.faults.add(**arguments)
        except TypeError as error:
            raise ControlError("A fault needs a kind") from error
        return {"fault": fault.as_dict()}

    def _delete_faults(self, arguments):
        self.sandbox.faults.clear()
        return {"faults": []}

    def _get_kinds(self, arguments):
        return {
            "kinds": OPTIONS,
            "shapes": list(SHAPES),
            "poisons": {name: one.explanation for name, one in POISONS.items()},
        }

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
            raise ControlError("Needed are sku, status and, perhaps, reason") from error
        return arguments

    def _post_edit(self, arguments):
        with self.sandbox.lock:
            product = self.sandbox.products.get(arguments.pop("sku", None))
            if not product:
                raise ControlError("There is no product with that sku")
            edit_product(self.sandbox, product, arguments)
            return describe_product(product)

    def _post_produce(self, arguments):
        with self.sandbox.lock:
            product = self.sandbox.products.get(arguments.get("sku"))
            if not product:
                raise ControlError("There is no product with that sku")
            produce(self.sandbox, product)
            return describe_product(product)

    def _post_cancel(self, arguments):
        with self.sandbox.lock:
            feed = self.sandbox.feeds.get(arguments.get("feed"))
            if not feed or not feed.is_open:
                raise ControlError("There is no open feed with that id")
            feed.status = CANCELED
            feed.updated_at = self.sandbox.now()
            return describe_feed(feed)

    def _delete_tokens(self, arguments):
        with self.sandbox.lock:
            self.sandbox.tokens.clear()
        return {"tokens": []}

    def _get_requests(self, arguments):
        with self.sandbox.lock:
            requests = [describe_request(one) for one in self.sandbox.requests]
        return {"requests": requests}

    def _get_orders(self, arguments):
        with self.sandbox.lock:
            return {"orders": [*map(describe_order, _all_orders(self.sandbox))]}

    def _post_orders(self, arguments):
        order = place_order(self.sandbox, **arguments)
        with self.sandbox.lock:
            return describe_order(order)

    def _post_orders_status(self, arguments):
        with self.sandbox.lock:
            items = _items(self.sandbox, arguments)
            status = str(arguments.get("status", ""))
            reason = str(arguments.get("reason") or usual_reason(status))
            detail = str(arguments.get("detail", ""))
            with _as_invalid_order():
                move_items(
                    self.sandbox,
                    items,
                    status,
                    editor=MARKETPLACE,
                    reason=reason,
                    detail=detail,
                )
            return {"items": [*map(describe_item, items)]}

    def _post_orders_return(self, arguments):
        with self.sandbox.lock:
            items = _items(self.sandbox, arguments)
            said = {
                name: str(arguments.get(name, ""))
                for name in ("comment", "provider", "tracking_code")
            }
            with _as_invalid_order():
                send_back(self.sandbox, items, **said)
            return {"items": [*map(describe_item, items)]}

    def _post_orders_customer(self, arguments):
        with self.sandbox.lock:
            with _as_invalid_order():
                order = self.sandbox.orders.find_order(arguments.pop("order", ""))
            change_customer(self.sandbox, order, arguments)
            return describe_order(order)

    def _post_exports(self, arguments):
        with self.sandbox.lock:
            export = self.sandbox.exports.exports.get(arguments.get("export"))
            if not export or arguments.get("status") not in EXPORT_STATUSES:
                raise InvalidOrder("Needed are an export's id and a status")
            export.fixed = arguments["status"]
            return {"export": export.id, "status": export.fixed}

    def _get_webhooks(self, arguments):
        webhooks = self.sandbox.webhooks
        with self.sandbox.lock:
            return {
                "webhooks": [asdict(one) for one in webhooks.registered.values()],
                "callbacks": [asdict(one) for one in webhooks.callbacks.values()],
            }

    def _post_webhooks_retry(self, arguments):
        with self.sandbox.lock:
            return {"retried": self.sandbox.webhooks.retry()}

    def _post_taxonomy(self, arguments):
        if len(arguments) != 1 or next(iter(arguments)) not in _CHANGES:
            raise ControlError(f"Needed is one of: {', '.join(_CHANGES)}")
        ((name, value),) = arguments.items()
        try:
            with self.sandbox.lock:
                _CHANGES[name](self.sandbox.taxonomy, value)
        except (KeyError, TypeError, ValueError) as error:
            raise ControlError(f"{value!r} is not what {name} needs") from error
        except LookupError as error:
            raise ControlError(str(error)) from error
        return arguments


_EDITABLE = {
    "quantity": int,
    "reserved": int,
    "price": Decimal,
    "sale_price": Decimal,
    "status": str,
    "name": str,
}


def edit_product(sandbox, product, values):
    """Change a product outside of the connector.

    :param sandbox: `Sandbox`.
    :param product: `Product`.
    :param dict values: attribute -> new value.
    :raise ControlError: if something cannot be changed so.
    """
    typed = {}
    for name, value in values.items():
        if name not in _EDITABLE:
            raise ControlError(f"{name} cannot be edited; {', '.join(_EDITABLE)} can")
        try:
            typed[name] = _EDITABLE[name](str(value))
        except (ValueError, InvalidOperation) as error:
            raise ControlError(f"{value!r} is no {name}") from error
    if typed.get("status", product.status) not in PRODUCT_STATUSES:
        raise ControlError(f"status is one of: {', '.join(PRODUCT_STATUSES)}")
    changes = {}
    for name, value in typed.items():
        changes[name] = (as_text(getattr(product, name)), as_text(value))
        setattr(product, name, value)
    product.updated_at = sandbox.now()
    sandbox.record_change(product, "seller centre", "Edit", changes)


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


def describe_request(record):
    """Describe a call that came in.

    :param record: one of `Sandbox.requests`.
    :return: plain data, without the body.
    """
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
        raise ControlError("The body is no JSON") from error
    if not isinstance(arguments, dict):
        raise ControlError("The body is no JSON object")
    return arguments


def _json(data, status=200):
    text = json.dumps(data, default=str, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")


@contextmanager
def _as_invalid_order():
    """Turn the API errors of a block into errors of the control request."""
    try:
        yield
    except ApiError as error:
        raise InvalidOrder(error.message) from error


def describe_order(order):
    """Describe an order with its items.

    :param order: `Order`.
    :return: plain data.
    """
    values = asdict(order)
    values["items"] = [*map(describe_item, order.items)]
    values.update(
        total=order.total, statuses=dict(order.statuses), updated_at=order.updated_at
    )
    return values


def describe_item(item):
    """Describe an item.

    :param item: `OrderItem`.
    :return: plain data.
    """
    values = asdict(item)
    values["package"] = item.package.name if item.package else ""
    return values


def _all_orders(sandbox):
    return sandbox.orders.orders.values()


def _items(sandbox, arguments):
    """Return the items that are named, or all of the order that is."""
    with _as_invalid_order():
        if "order" in arguments:
            return list(sandbox.orders.find_order(arguments["order"]).items)
        ids = arguments.get("items", [])
        return sandbox.orders.find_items(ids if isinstance(ids, list) else [ids])


def _remove_option(taxonomy, value):
    taxonomy.remove_option(int(value["set"]), value["feed_name"], value["option"])


_CHANGES = {
    "remove_category": lambda taxonomy, value: taxonomy.remove_category(str(value)),
    "rename_category": lambda taxonomy, value: taxonomy.rename_category(
        str(value["id"]), str(value["name"])
    ),
    "remove_option": _remove_option,
    "remove_brand": lambda taxonomy, value: taxonomy.remove_brand(value),
}
