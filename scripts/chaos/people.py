"""People at work: users of Odoo in their browsers, and shoppers at the marketplaces.

Users work over HTTP as the web client does. What they may not do now is refused in
words, which is no fault; that somebody else's work refuses theirs, is one.
"""

import base64
import contextlib
import http.client
import itertools
import urllib.error
from io import BytesIO

from PIL import Image

from scripts.chaos import season
from scripts.chaos.worker import Worker
from scripts.env import web_client
from seller_center_sandbox.core.errors import ApiError
from seller_center_sandbox.orders.placing import InvalidOrder, place_order
from seller_center_sandbox.orders.statuses import (
    CANCELED,
    CUSTOMER,
    DELIVERED,
    FAILED,
    MARKETPLACE,
    PENDING,
    RETURN_DELIVERED,
    RETURN_SHIPPED,
    RETURNED,
    SHIPPED,
    usual_reason,
)
from seller_center_sandbox.orders.transitions import move_items

LOGIN = PASSWORD = "admin"
#: Words of PostgreSQL's in what a user is told whom another transaction was in the way.
DISTURBED = ("could not serialize", "deadlock detected", "could not obtain lock")
#: What a user meets while a server is down or its database is.
AWAY = (
    urllib.error.URLError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
    ValueError,
)
#: Seconds between two actions of a user, and of the shoppers at a marketplace.
PAUSE, SHOPPERS_PAUSE = 0.2, 3
#: What becomes of an item without the seller: the next status and who sets it.
_NEXT = {
    PENDING: ((CANCELED, MARKETPLACE),),
    SHIPPED: ((DELIVERED, MARKETPLACE),) * 4 + ((FAILED, MARKETPLACE),),
    DELIVERED: ((RETURNED, MARKETPLACE), (RETURN_SHIPPED, CUSTOMER)),
    RETURN_SHIPPED: ((RETURN_DELIVERED, MARKETPLACE),),
    RETURN_DELIVERED: ((RETURNED, MARKETPLACE),),
}
#: The share of those that might be cancelled or returned, and are.
SOME = 0.2
#: The share of returned goods that are damaged.
DAMAGED = 0.2
SKIP_QUESTIONS = {"context": {"skip_backorder": True, "skip_sms": True}}


class Person(Worker):
    """Somebody who chooses what to do.

    :param random: a :class:`random.Random` of its own
    :param log: function of the name of an action, called for each
    """

    pause = PAUSE

    def __init__(self, random, log):
        super().__init__()
        self._random = random
        self._log = log


class User(Person):
    """A user of Odoo.

    :param world: the :class:`~scripts.chaos.world.World`
    :param disturb: function of a text, called when other work was in the way
    """

    def __init__(self, world, random, log, disturb):
        super().__init__(random, log)
        self._world = world
        self._disturb = disturb
        self._client = None
        self._server = None
        self._numbers = itertools.count(random.randrange(10**7))
        self._actions = [
            getattr(self, name) for name in dir(self) if name.startswith("_do_")
        ]

    def act(self):
        """Override to press something on one of the servers."""
        if not self._world.servers:
            return
        action = self._random.choice(self._actions)
        try:
            self._open()
            action()
        except AWAY:
            self._client = None
        except web_client.OdooError as error:
            self._note(str(error))
        else:
            self._log(action.__name__.removeprefix("_do_"))

    def _open(self):
        server = self._random.choice(list(self._world.servers.values()))
        if not self._client or server is not self._server:
            self._server, self._client = server, web_client.WebClient(server.url)
            self._client.log_in(self._world.database, LOGIN, PASSWORD)
        self.call = self._client.call

    def _note(self, text):
        if any(words in text for words in DISTURBED):
            self._disturb(text)
        if "HTTP" in text or "Session" in text or "session" in text:
            self._client = None

    def _one(self, model, domain, fields=("id",)):
        """Return one of the records that a domain finds, or None."""
        count = self.call(model, "search_count", domain)
        if not count:
            return None
        offset = self._random.randrange(count)
        found = self.call(
            model, "search_read", domain, list(fields), offset=offset, limit=1
        )
        return found[0] if found else None

    def _product(self, **values):
        domain = [("default_code", "like", "DRESS-")]
        domain += [(name, "=", value) for name, value in values.items()]
        return self._one("product.product", domain, ["product_tmpl_id"])

    def _warehouse(self):
        return self._one("stock.warehouse", [], ["lot_stock_id", "in_type_id"])

    def _do_change_price(self):
        style = self._product()["product_tmpl_id"][0]
        price = self._random.randint(2000, 20000) / 100
        self.call("product.template", "write", [style], {"list_price": price})

    def _do_rename(self):
        style = self._product()["product_tmpl_id"][0]
        name = f"Dress {next(self._numbers)}"
        self.call("product.template", "write", [style], {"name": name})

    def _do_change_picture(self):
        style = self._product()["product_tmpl_id"][0]
        output = BytesIO()
        colour = tuple(self._random.randrange(256) for _ in range(3))
        Image.new("RGB", (600, 800), colour).save(output, "JPEG")
        picture = base64.b64encode(output.getvalue()).decode()
        self.call("product.template", "write", [style], {"image_1920": picture})

    def _do_count_stock(self):
        product = self._product(is_storable=True)["id"]
        values = {
            "product_id": product,
            "location_id": self._warehouse()["lot_stock_id"][0],
            "inventory_quantity": self._random.randrange(12),
        }
        context = {"context": {"inventory_mode": True}}
        quant = self.call("stock.quant", "create", [values], **context)
        self.call("stock.quant", "action_apply_inventory", quant, **context)

    def _do_receive_goods(self):
        product, house = self._product(is_storable=True)["id"], self._warehouse()
        supplier = self._one("stock.location", [("usage", "=", "supplier")])["id"]
        where = {
            "location_id": supplier,
            "location_dest_id": house["lot_stock_id"][0],
        }
        move = {"product_id": product, "product_uom_qty": 3, **where}
        receipt = self.call(
            "stock.picking",
            "create",
            [
                {
                    "picking_type_id": house["in_type_id"][0],
                    "move_ids": [(0, 0, move)],
                    **where,
                }
            ],
        )
        self.call("stock.picking", "action_confirm", receipt)
        self.call("stock.picking", "button_validate", receipt, **SKIP_QUESTIONS)

    def _do_sell_in_own_shop(self):
        partner = self._one("res.partner", [("is_company", "=", True)])
        line = {"product_id": self._product()["id"], "product_uom_qty": 1}
        order = self.call(
            "sale.order",
            "create",
            [{"partner_id": partner["id"], "order_line": [(0, 0, line)]}],
        )
        self.call("sale.order", "action_confirm", order)

    def _do_cancel_own_sale(self):
        domain = [("state", "=", "sale"), ("iconic_order_ids", "=", False)]
        order = self._one("sale.order", domain)
        if order:
            self.call("sale.order", "action_cancel", [order["id"]])

    def _do_deliver(self):
        domain = [
            ("picking_type_code", "=", "outgoing"),
            ("state", "=", "assigned"),
        ]
        picking = self._one("stock.picking", domain, ["iconic_order_id"])
        if not picking:
            return
        if picking["iconic_order_id"]:
            carrier = self._one("delivery.carrier", [("name", "=", season.CARRIER)])
            values = {
                "carrier_id": carrier["id"],
                "carrier_tracking_ref": f"CC{next(self._numbers):08d}",
            }
            self.call("stock.picking", "write", [picking["id"]], values)
        self.call("stock.picking", "button_validate", [picking["id"]], **SKIP_QUESTIONS)

    def _do_receive_return(self):
        """Receive an item that the carrier has brought, good or damaged."""
        domain = [("return_state", "in", ("coming_back", "refunded"))]
        item = self._one("iconic.order.item", domain)
        if not item:
            return
        active = {"active_model": "iconic.order.item", "active_ids": [item["id"]]}
        [wizard] = self.call("iconic.order.return", "create", [{}], context=active)
        if self._random.random() < DAMAGED:
            [asked] = self.call("iconic.order.return", "read", [wizard], ["line_ids"])
            damaged = [
                (1, line, {"condition": "damaged"}) for line in asked["line_ids"]
            ]
            self.call("iconic.order.return", "write", [wizard], {"line_ids": damaged})
        self.call("iconic.order.return", "action_confirm", [wizard])

    def _do_receive_undelivered(self):
        """Receive a parcel that came back without having reached its buyer."""
        order = self._one("iconic.order", [("has_failed_delivery", "=", True)])
        if order:
            self.call("iconic.order", "action_receive_undelivered", [order["id"]])
        back = [
            ("picking_type_code", "=", "incoming"),
            ("state", "=", "assigned"),
        ]
        receipt = self._one("stock.picking", back)
        if receipt:
            self.call(
                "stock.picking", "button_validate", [receipt["id"]], **SKIP_QUESTIONS
            )

    def _do_cancel_order(self):
        """Cancel what cannot be shipped: the wizard asks for items and the reason."""
        domain = [("state", "=", "sale"), ("iconic_order_ids", "!=", False)]
        order = self._one("sale.order", domain, ["iconic_account_id"])
        if not order:
            return
        answer = self.call("sale.order", "action_cancel", [order["id"]])
        # Nothing is asked where all has been shipped or cancelled.
        if not isinstance(answer, dict):
            return
        wizard = answer["res_id"]
        [asked] = self.call("iconic.order.cancel", "read", [wizard], ["line_ids"])
        reason = self._one(
            "iconic.failure.reason",
            [
                ("account_id", "=", order["iconic_account_id"][0]),
                ("reason_type", "=", "canceled"),
            ],
        )
        chosen = [(1, line, {"chosen": True}) for line in asked["line_ids"][:1]]
        values = {"reason_id": reason["id"], "line_ids": chosen}
        self.call("iconic.order.cancel", "write", [wizard], values)
        self.call("iconic.order.cancel", "action_confirm", [wizard])

    def _do_press_a_button(self):
        button = self._random.choice(
            ("action_update_now", "action_retry", "action_end", "action_relist")
        )
        listing = self._one("iconic.listing", [])
        if listing:
            self.call("iconic.listing", button, [listing["id"]])

    def _do_open_lists(self):
        model = self._random.choice(
            ("iconic.listing", "iconic.feed", "iconic.order", "iconic.account")
        )
        self.call(model, "web_search_read", [], {"display_name": {}}, limit=40)


class Shopper(Person):
    """Shoppers and the marketplace's own people, at one marketplace.

    :param sandbox: the marketplace
    """

    pause = SHOPPERS_PAUSE

    def __init__(self, sandbox, random, log):
        super().__init__(random, log)
        self._sandbox = sandbox

    def act(self):
        """Override to buy something, or to move what was bought on its way."""
        action = self._random.choice((self._buy, self._buy, self._move))
        with contextlib.suppress(InvalidOrder, ApiError):
            action()

    def _buy(self):
        with self._sandbox.lock:
            live = [one for one in self._sandbox.products.values() if one.is_live]
            if not live:
                return
            chosen = self._random.choices(live, k=self._random.randint(1, 3))
            place_order(
                self._sandbox,
                items=[{"sku": one.seller_sku} for one in chosen],
            )
        self._log("buy")

    def _move(self):
        with self._sandbox.lock:
            items = list(self._sandbox.orders.items.values())
            if not items:
                return
            item = self._random.choice(items)
            status, editor = self._random.choice(_NEXT.get(item.status, [("", "")]))
            often = status in (DELIVERED, FAILED, RETURN_DELIVERED)
            if status and (often or self._random.random() < SOME):
                move_items(
                    self._sandbox,
                    [item],
                    status,
                    editor=editor,
                    reason=usual_reason(status),
                )
                self._log(status)
