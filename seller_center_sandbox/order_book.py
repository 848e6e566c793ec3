"""The orders of a marketplace, and the finding of them."""

import itertools
from datetime import timedelta

from . import const
from .errors import refusal
from .orders import Order, OrderItem, Package


class OrderBook:
    """All orders of a marketplace, found by their ids."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.orders = {}
        self.items = {}
        self.packages = {}
        # Ids go on from the clock, so that a marketplace that was started anew does
        # not give those of its predecessor to other orders.
        first = int(sandbox.now().timestamp()) % 500_000_000
        self._order_ids = itertools.count(first)
        self._item_ids = itertools.count(first + 1_000_000_000)
        self._package_ids = itertools.count(first + 500_000_000)

    def clear(self):
        """Forget all orders; their ids are not used again."""
        for part in (self.orders, self.items, self.packages):
            part.clear()

    def new_order(self, **values):
        """Add an order without items.

        :param values: of `Order`; the number may be left out.
        :return: `Order`.
        """
        order_id = next(self._order_ids)
        number = values.pop("number", "") or f"2{order_id:09d}"
        order = Order(id=order_id, number=number, **values)
        self.orders[order_id] = order
        return order

    def new_item(self, order, **values):
        """Add one unit to an order.

        :param order: `Order`.
        :param values: of `OrderItem`.
        :return: `OrderItem`.
        """
        at = order.created_at
        item = OrderItem(
            id=next(self._item_ids),
            order_id=order.id,
            created_at=at,
            updated_at=at,
            status_changed_at=at,
            **{"target_to_ship": at + timedelta(hours=const.HOURS_TO_SHIP), **values},
        )
        order.items.append(item)
        self.items[item.id] = item
        return item

    def new_package(self, items):
        """Put items into a package of their own.

        :param items: list of `OrderItem`.
        :return: `Package`.
        """
        package = Package(next(self._package_ids), tuple(item.id for item in items))
        self.packages[package.id] = package
        for item in items:
            self.unpack(item)
            item.package = package
        return package

    @staticmethod
    def unpack(item):
        """Take an item out of its package, if it is in one.

        :param item: `OrderItem`.
        """
        if item.package:
            left = tuple(one for one in item.package.item_ids if one != item.id)
            item.package.item_ids, item.package = left, None

    def companions(self, item):
        """Give the items of an item's package, or the item alone."""
        if not item.package:
            return [item]
        return [self.items[one] for one in item.package.item_ids]

    def find_order(self, order_id):
        """Give an order.

        :param order_id: int, or its text.
        :raise ApiError: if there is none.
        """
        order = self.orders.get(_number(order_id))
        if not order:
            raise refusal(16, order_id)
        return order

    def find_items(self, item_ids, code=23):
        """Give items, each once, in the order of their ids in the list.

        :param item_ids: list of int or text.
        :param int code: of the refusal.
        :raise ApiError: if the list is empty, or an id is unknown.
        """
        items = [self.items.get(_number(one)) for one in dict.fromkeys(item_ids)]
        if not items or None in items:
            raise refusal(code, ",".join(map(str, item_ids)))
        return items

    def customer(self, order):
        """Give an order's addresses as they may be seen.

        :param order: `Order`.
        :return: shipping and billing `Address`.
        """
        if order.masked or self._sandbox.settings.mask_customers:
            return order.shipping.masked(), order.billing.masked()
        return order.shipping, order.billing


def _number(value):
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None
