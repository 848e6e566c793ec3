"""The control requests about orders: shoppers, carriers and the marketplace's staff.

GET  /sandbox/orders          all orders
POST /sandbox/orders          place one: {"items": [{"sku": ..., "quantity": 1}],
                              "customer": {...}, "masked": true, ...}
POST /sandbox/orders/status   {"items": [ids] or "order": id, "status": "delivered"}
                              as the marketplace; with "reason", "detail"
POST /sandbox/orders/return   {"items": [ids] or "order": id, "comment": ...}
                              as the customer, who sends delivered items back
POST /sandbox/orders/customer {"order": id, "masked": true, "shipping": {...}}
POST /sandbox/exports         {"export": id, "status": "Error"}
GET  /sandbox/webhooks        registrations, and what was told to them
POST /sandbox/webhooks/retry  tell again what failed
"""

from contextlib import contextmanager
from dataclasses import asdict

from .errors import ApiError
from .order_documents import EXPORT_STATUSES
from .order_placing import InvalidOrder, change_customer, place_order
from .order_status import MARKETPLACE, move_items, send_back, usual_reason


class OrderControl:
    """Answers the control requests that concern orders."""

    def _get_orders(self, arguments):
        with self.sandbox.lock:
            return {"orders": [*map(describe_order, _orders(self.sandbox))]}

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
            with _in_words():
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
            with _in_words():
                send_back(self.sandbox, items, **said)
            return {"items": [*map(describe_item, items)]}

    def _post_orders_customer(self, arguments):
        with self.sandbox.lock:
            with _in_words():
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


@contextmanager
def _in_words():
    """Turn the refusals of a block into words for the caller of a control request."""
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


def _orders(sandbox):
    return sandbox.orders.orders.values()


def _items(sandbox, arguments):
    """Give the items that are named, or all of the order that is."""
    with _in_words():
        if "order" in arguments:
            return list(sandbox.orders.find_order(arguments["order"]).items)
        ids = arguments.get("items", [])
        return sandbox.orders.find_items(ids if isinstance(ids, list) else [ids])
