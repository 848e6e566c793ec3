"""The pages about orders: what was ordered, and a form to order more."""

from urllib.parse import urlencode

from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule
from werkzeug.utils import redirect

from ..core import const
from ..core.errors import ApiError
from ..orders import statuses
from ..orders.placing import (
    EXAMPLE_CUSTOMER,
    InvalidOrder,
    change_customer,
    place_order,
)
from ..orders.statuses import MARKETPLACE, may_become, reasons_of, usual_reason
from ..orders.transitions import move_items, send_back
from .paging import Paging

ORDERS_PER_PAGE = 40
NEW_ZEALAND_ADDRESS = {
    "phone": "+64 4 555 0100",
    "lines": ["1 Kowhai Street"],
    "city": "Petone",
    "region": "Wellington",
    "post_code": "5012",
    "country": "NZ",
}
# How many different products the form has room for.
FORM_LINES = 3

RULES = (
    Rule("/orders", endpoint="orders", methods=["GET"]),
    Rule("/order", endpoint="order", methods=["GET"]),
    Rule("/orders/place", endpoint="place", methods=["POST"]),
    Rule("/order/move", endpoint="move", methods=["POST"]),
    Rule("/order/mask", endpoint="mask", methods=["POST"]),
)


class OrderPages:
    """The part of the pages that concerns orders."""

    def _orders(self, request, *, problem="", status=200):
        with self.sandbox.lock:
            orders = [*reversed(self.sandbox.orders.orders.values())]
            products = [
                one for one in self.sandbox.products.values() if not one.is_deleted
            ]
            return self._render(
                "orders.html",
                status,
                page=Paging(request, orders, ORDERS_PER_PAGE),
                products=products,
                lines=range(FORM_LINES),
                customer=EXAMPLE_CUSTOMER,
                name_of=self._name_of,
                problem=problem,
            )

    def _order(self, request, *, problem="", status=200):
        with self.sandbox.lock:
            order = self._requested_order(request)
            shipping, _ = self.sandbox.orders.customer(order)
            return self._render(
                "order.html",
                status,
                order=order,
                address=shipping,
                steps=_steps(order),
                movable=[item.id for item in order.items if _ways(item)],
                now=self.sandbox.now(),
                problem=problem,
            )

    def _place(self, request):
        form = request.form
        skus, quantities = form.getlist("sku"), form.getlist("quantity")
        try:
            lines = [
                _line(sku.strip(), quantity, form)
                for sku, quantity in zip(skus, quantities, strict=False)
                if sku.strip()
            ]
            order = place_order(
                self.sandbox,
                lines,
                customer=_customer(form),
                **_gift(form),
                masked="masked" in form,
                paid="unpaid" not in form,
            )
        except InvalidOrder as error:
            return self._orders(request, problem=f"{error}.", status=400)
        return redirect(_address_of(order), 303)

    def _move(self, request):
        form = request.form
        try:
            with self.sandbox.lock:
                items = self.sandbox.orders.find_items(form.getlist("item"))
                _move(self.sandbox, items, form)
        except ApiError as error:
            return self._order(request, problem=error.message, status=400)
        return redirect(_address_of(self._requested_order(request)), 303)

    def _mask(self, request):
        with self.sandbox.lock:
            order = self._requested_order(request)
            change_customer(self.sandbox, order, {"masked": not order.masked})
        return redirect(_address_of(order), 303)

    def _requested_order(self, request):
        try:
            return self.sandbox.orders.find_order(request.values.get("id", ""))
        except ApiError as error:
            raise NotFound("There is no order with that id.") from error

    def _name_of(self, order):
        shipping, _ = self.sandbox.orders.customer(order)
        return shipping.name


def _line(sku, quantity, form):
    if not (quantity.isascii() and quantity.isdigit()):
        raise InvalidOrder(f"{quantity!r} is no quantity")
    line = {"sku": sku, "quantity": int(quantity)}
    if form.get("paid_price", "").strip():
        line["paid_price"] = form["paid_price"].strip()
    if "warehouse" in form:
        line["shipment_type"] = const.WAREHOUSE
    return line


def _customer(form):
    """Return the customer's name, and another example's address if it is abroad."""
    name = {
        name: form[name].strip()
        for name in ("first_name", "last_name")
        if form.get(name, "").strip()
    }
    return {**name, **(NEW_ZEALAND_ADDRESS if "new_zealand" in form else {})}


def _gift(form):
    message = form.get("gift_message", "").strip()
    return {"gift_message": message} if message else {}


def _ways(item):
    return [
        status
        for status in statuses.ITEM_STATUSES
        if may_become(item, status, MARKETPLACE)
    ]


def _steps(order):
    """Return the statuses that at least one item can go to, with their reasons."""
    ways = [status for item in order.items for status in _ways(item)]
    return {status: reasons_of(status, MARKETPLACE) for status in dict.fromkeys(ways)}


def _move(sandbox, items, form):
    status, words = form.get("status", ""), form.get("detail", "").strip()
    if status == statuses.RETURN_SHIPPED:
        send_back(sandbox, items, comment=words)
        return
    reason = form.get("reason", "") or usual_reason(status)
    move_items(sandbox, items, status, editor=MARKETPLACE, reason=reason, detail=words)


def _address_of(order):
    return f"/order?{urlencode({'id': order.id})}"
