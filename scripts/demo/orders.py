"""The demo's third act: two orders, from the shopper to the parcel and back.

Shoppers order at the marketplace. A user pulls the orders and the warehouse ships them;
one piece is cancelled after it was picked, another one comes back.
"""

import time

from scripts.demo.marketplace import Marketplace
from scripts.env import console

CRONS = (
    "ir_cron_order_pull",
    "ir_cron_order_process",
    "ir_cron_order_change",
    "ir_cron_order_document",
)
#: Seconds between two rounds of the crons.
PAUSE = 0.5
#: Seconds until a step that has not arrived counts as failed.
PATIENCE = 90
#: A carrier of the sandbox that takes the seller's own tracking numbers.
PROVIDER = "Coast Couriers"
#: How a shipped piece comes back.
RETURNING = ("delivered", "return", "return_waiting_for_approval", "returned")


class OrderStory:
    """The act itself.

    :param user: the :class:`~scripts.env.web_client.WebClient`
    :param account: the id of the account whose products are for sale
    :param sandbox_url: the marketplace's address
    """

    def __init__(self, user, account, sandbox_url):
        self._user = user
        self._account = account
        self._marketplace = Marketplace(sandbox_url)
        self._crons = [user.record(name) for name in CRONS]
        self._lines = 0

    def play(self):
        """Play the act and print a line for each step.

        :return: whether every step arrived
        """
        console.step("Orders come in")
        self._prepare()
        scenes = (
            self._order,
            self._pick,
            self._cancel_a_piece,
            self._make_ready,
            self._ship,
            self._send_a_piece_back,
        )
        return all(scene() for scene in scenes)

    def _prepare(self):
        """Set up what a seller sets up once: journal, carrier, warehouse."""
        self._user.press(
            "iconic.account", "action_create_clearing_journal", [self._account]
        )
        self._write(
            "iconic.account",
            self._account,
            check_in_returns=True,
            credit_returns="posted",
        )
        for warehouse in self._warehouses():
            self._write("stock.warehouse", warehouse, delivery_steps="pick_ship")
        self._user.press("iconic.account", "action_refresh_providers", [self._account])
        self._carrier = self._map_a_carrier()

    def _warehouses(self):
        """Return all warehouses that deliver; the second one helps the first out."""
        names = ["warehouse_id", "stock_warehouse_ids"]
        [found] = self._user.call("iconic.account", "read", [self._account], names)
        first, others = found["warehouse_id"][0], found["stock_warehouse_ids"]
        second = [(6, 0, [one for one in others if one != first])]
        self._write("iconic.account", self._account, second_warehouse_ids=second)
        return others

    def _map_a_carrier(self):
        [carrier] = self._user.call("delivery.carrier", "search", [], limit=1)
        mine = [("account_id", "=", self._account)]
        found = self._user.call(
            "iconic.shipment.provider", "search", [*mine, ("name", "=", PROVIDER)]
        )
        if not self._user.count("iconic.carrier.map", mine):
            values = {
                "account_id": self._account,
                "carrier_id": carrier,
                "provider_id": found[0],
            }
            self._user.call("iconic.carrier.map", "create", values)
        return carrier

    def _order(self):
        """Let two shoppers order, and pull their orders."""
        skus = [
            self._read("product.product", self._user.record(name), "default_code")
            for name in ("demo_merino_jumper_grey_m", "demo_leather_tote_brown")
        ]
        placed = [self._marketplace.place({"sku": sku, "quantity": 2}) for sku in skus]
        self._user.press("iconic.account", "action_pull_open_orders", [self._account])
        self._numbers = [one["number"] for one in placed]
        self._placed = [one["id"] for one in placed]
        arrived = self._wait(lambda: all(map(self._is_paid, self._numbers)))
        self._orders = [self._find(number) for number in self._numbers]
        for number, order in zip(self._numbers, self._orders, strict=True):
            self._say(f"Order {number} -> {self._describe(order)}", arrived)
        return arrived

    def _find(self, number):
        domain = [("account_id", "=", self._account), ("number", "=", number)]
        [order] = self._user.call("iconic.order", "search", domain) or [None]
        return order

    def _is_paid(self, number):
        order = self._find(number)
        invoices = self._invoices(order) if order else []
        return bool(invoices) and all(
            one["payment_state"] in ("paid", "in_payment") for one in invoices
        )

    def _sale(self, order):
        return self._read("iconic.order", order, "sale_order_id")

    def _invoices(self, order):
        sale = self._sale(order)
        if not sale:
            return []
        ids = self._user.call("sale.order", "read", [sale], ["invoice_ids"])
        return self._user.call(
            "account.move",
            "read",
            ids[0]["invoice_ids"],
            ["name", "payment_state", "move_type", "amount_total"],
        )

    def _describe(self, order):
        reason = self._read("iconic.order", order, "error") if order else "not here"
        reason = reason or self._read("iconic.order", order, "invoice_error")
        if reason:
            return reason
        sale = self._read("sale.order", self._sale(order), "name")
        invoices = ", ".join(
            f"{one['name']} {one['payment_state']}" for one in self._invoices(order)
        )
        return f"{sale}, invoice {invoices}"

    def _pick(self):
        """Take the goods of both orders off the shelves."""
        picked = [self._validate(order, "internal") for order in self._orders]
        self._say(f"Picked: {', '.join(picked)}", all(picked))
        return all(picked)

    def _cancel_a_piece(self):
        """Cancel a piece at the marketplace that is picked already."""
        item = self._marketplace.order(self._placed[1])["items"][0]["id"]
        self._marketplace.move([item], "canceled")
        order = self._orders[1]
        arrived = self._wait(
            lambda: self._credits(order) and self._is_back_in_stock(order)
        )
        name = self._validate(order, "internal") if arrived else ""
        self._say(
            f"A piece cancelled after it was picked: put back with {name}, credited",
            bool(name),
        )
        return bool(name)

    def _credits(self, order):
        return [
            one for one in self._invoices(order) if one["move_type"] == "out_refund"
        ]

    def _is_back_in_stock(self, order):
        return self._pickings(order, "internal")

    def _make_ready(self):
        """Enter tracking numbers and make both deliveries ready to ship."""
        pickings = [
            picking for order in self._orders for picking in self._pickings(order)
        ]
        for place, picking in enumerate(pickings, 1):
            self._write(
                "stock.picking",
                picking,
                carrier_id=self._carrier,
                carrier_tracking_ref=f"CC{int(time.time())}{place}",
            )
        self._user.press("stock.picking", "action_iconic_ready_to_ship", pickings)
        arrived = self._wait(lambda: self._all_open_are("ready_to_ship"))
        self._say(f"Ready to ship with {PROVIDER}: {len(pickings)} parcels", arrived)
        return arrived

    def _ship(self):
        """Validate both deliveries."""
        names = [self._validate(order, "outgoing") for order in self._orders]
        arrived = self._wait(lambda: self._all_open_are("shipped"))
        self._say(f"Shipped: {', '.join(names)}", arrived)
        return arrived

    def _all_open_are(self, status):
        return all(
            item["status"] in (status, "canceled")
            for order in self._placed
            for item in self._marketplace.order(order)["items"]
        )

    def _send_a_piece_back(self):
        """Let a shopper send a piece back, which is checked in by itself."""
        item = self._marketplace.order(self._placed[0])["items"][0]
        sku = item["seller_sku"]
        before = self._free(sku)
        for status in RETURNING:
            self._marketplace.move([item["id"]], status)
        arrived = self._wait(lambda: self._free(sku) == before + 1)
        self._say(
            f"A piece came back: free stock of {sku} {before:.0f} -> "
            f"{self._free(sku):.0f}",
            arrived,
        )
        return arrived

    def _free(self, sku):
        domain = [("default_code", "=", sku)]
        [product] = self._user.call(
            "product.product", "search_read", domain, ["free_qty"]
        )
        return product["free_qty"]

    def _pickings(self, order, kind="outgoing"):
        """Look up the transfers of an order that wait to be done."""
        domain = [
            ("sale_id", "=", self._sale(order)),
            ("picking_type_code", "=", kind),
            ("state", "=", "assigned"),
        ]
        return self._user.call("stock.picking", "search", domain)

    def _validate(self, order, kind):
        """Validate what waits of an order.

        :return: the names of the transfers, empty if there are none
        """
        pickings = self._pickings(order, kind)
        if not pickings:
            return ""
        self._user.call("stock.picking", "button_validate", pickings)
        found = self._user.call("stock.picking", "read", pickings, ["name", "state"])
        return ", ".join(one["name"] for one in found if one["state"] == "done")

    def _wait(self, arrived):
        """Run the crons until something has arrived.

        :return: whether it has
        """
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            for cron in self._crons:
                self._user.run_cron(cron)
            if arrived():
                return True
            time.sleep(PAUSE)
        return False

    def _say(self, text, arrived):
        self._lines += 1
        console.say(f"    {self._lines}. {text}{'' if arrived else ': NOT arrived'}")

    def _write(self, model, id_, **values):
        self._user.call(model, "write", [id_], values)

    def _read(self, model, id_, field):
        value = self._user.call(model, "read", [id_], [field])[0][field]
        # Many2one fields are read as id and name.
        return value[0] if isinstance(value, list) else value


def keep_books(user, account):
    """Give the company what invoices need: a chart of accounts, in the shop's dollars.

    :param user: the :class:`~scripts.env.web_client.WebClient`
    :param account: the id of the account
    """
    names = ["company_id", "currency_id"]
    [found] = user.call("iconic.account", "read", [account], names)
    company, dollars = found["company_id"][0], found["currency_id"][0]
    [australia] = user.call("res.country", "search", [("code", "=", "AU")])
    user.call("res.company", "write", [company], {"country_id": australia})
    calendars = user.call("resource.calendar", "search", [("company_id", "=", company)])
    user.call("resource.calendar", "write", calendars, {"tz": "Australia/Sydney"})
    if not user.count("account.account", [("company_ids", "in", [company])]):
        values = {"company_id": company, "chart_template": "generic_coa"}
        settings = user.call("res.config.settings", "create", values)
        user.call("res.config.settings", "execute", [settings])
    # The generic chart is American. Prices are sent as they are only if the company's
    # currency is that of the price list.
    user.call("res.company", "write", [company], {"currency_id": dollars})
