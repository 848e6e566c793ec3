"""How far one price, one order and one picture travel through the add-on.

They are taken to the sandbox over REST as a user and the scheduled jobs would, by the
things below and nothing else, so that this runs on trees of any age. What was renamed
gets its new name in front; the first that exists is taken.
"""

import time
import xmlrpc.client
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from functools import partial

from scripts.demo.main_job import CREDENTIALS
from scripts.demo.marketplace import Marketplace
from scripts.demo.orders import keep_books
from scripts.env import console

#: XML ids of the scheduled jobs.
JOBS = {
    "compare": ("ir_cron_detect",),
    "create": ("ir_cron_create",),
    "first pictures": ("ir_cron_image",),
    "prices": ("ir_cron_price",),
    "pictures": ("ir_cron_picture",),
    "read feeds": ("ir_cron_feed_reader",),
    "taxonomy": ("ir_cron_taxonomy",),
    "pull orders": ("ir_cron_order_pull",),
    "process orders": ("ir_cron_order_process", "ir_cron_order_follow"),
    "status updates": ("ir_cron_order_change",),
}
#: Buttons of the account.
BUTTONS = {
    "test": ("action_test_connection",),
    "taxonomy": ("action_refresh_taxonomy",),
    "send": ("action_send_products",),
    "providers": ("action_refresh_providers",),
}
#: Records of the demo data: what is sent, and what is sold (the warehouse has some).
ACCOUNT = "demo_account"
TEMPLATE, PRODUCT = "demo_leather_tote", "demo_leather_tote_brown"
SOLD = "demo_merino_jumper_grey_m"
PICTURE, OTHER_PICTURE = (
    "demo_leather_tote_brown_front",
    "demo_leather_tote_brown_detail",
)
TAXONOMY = ("iconic.category", "iconic.attribute", "iconic.attribute.option")
API = "rest"
#: A carrier of the sandbox that takes the seller's own tracking numbers.
PROVIDER, NUMBER = "Coast Couriers", "CC00000001"
NEW_PRICE = 199.0
PAID = ("paid", "in_payment")

#: Seconds after each round of jobs, and until a journey has no end.
PAUSE, PATIENCE = 0.5, 300


class Trace:
    """The functions that are entered while :meth:`running`.

    :param port: where :mod:`scripts.structure.traced_odoo` listens
    """

    def __init__(self, port):
        self._recorder = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/")
        self._entered = set()

    @contextmanager
    def running(self):
        """Remember what is entered until the block ends."""
        self._recorder.start()
        try:
            yield
        finally:
            self._entered.update(map(tuple, self._recorder.stop()))

    def result(self):
        """Count what was entered, and forget it.

        :return: a dict of the counts, and of count and names of the functions by file
        """
        entered, self._entered = sorted(self._entered), set()
        names = defaultdict(list)
        for file, name, _line in entered:
            names[file].append(name)
        return {
            "files": len(names),
            "functions": len(entered),
            "entered": {file: len(some) for file, some in names.items()},
            "names": dict(names),
        }


class Journeys:
    """An account with a season for sale, and what is then taken to the marketplace.

    :param user: the :class:`~scripts.env.web_client.WebClient`, logged in
    :param odoo_url: where the marketplace fetches pictures from
    :param sandbox_url: the marketplace's address
    :param trace: a :class:`Trace`
    """

    def __init__(self, user, odoo_url, sandbox_url, trace):
        self._user = user
        self._odoo_url = odoo_url
        self._sandbox_url = sandbox_url
        self._marketplace = Marketplace(sandbox_url)
        self._trace = trace
        self._account = user.record(ACCOUNT)
        self._listing = None

    def prepare(self):
        """Connect the account, put the demo's season up for sale, map a carrier."""
        console.step("Putting a season up for sale")
        user, account = self._user, self._account
        user.call("ir.config_parameter", "set_param", "web.base.url", self._odoo_url)
        self._write(
            "iconic.account",
            account,
            api_url=self._sandbox_url,
            api_type=API,
            **CREDENTIALS[API],
        )
        keep_books(user, account)
        self._press("test")
        self._read_taxonomy()
        self._press("send")
        self._until(self._is_for_sale, "create", "first pictures", "read feeds")
        product = ("product_id", "=", user.record(PRODUCT))
        domain = [("account_id", "=", account), product]
        [self._listing] = user.call("iconic.listing", "search", domain)
        self._prepare_orders()
        # What is left over from publishing is no part of a journey.
        self._until(self._is_settled, "compare", "prices", "pictures", "read feeds")

    def take(self):
        """Take everything to the marketplace.

        :return: a dict, journey -> what :meth:`Trace.result` gives
        """
        results = {}
        for journey in (self.price, self.order, self.picture):
            console.step(f"One {journey.__name__}")
            journey()
            results[journey.__name__] = self._trace.result()
        return results

    def price(self):
        """Change a price, until the marketplace has it and the listing knows."""
        template = self._user.record(TEMPLATE)
        with self._trace.running():
            self._write("product.template", template, list_price=NEW_PRICE)
        self._send("price_status", "prices")

    def picture(self):
        """Change a picture, until the marketplace has it and the listing knows."""
        pictures = [self._user.record(name) for name in (PICTURE, OTHER_PICTURE)]
        other = self._read("iconic.image", pictures[1], "image")
        with self._trace.running():
            self._write("iconic.image", pictures[0], image=other)
        self._send("image_status", "pictures")

    def order(self):
        """Sell a piece, until it is shipped and the marketplace knows."""
        sku = self._read("product.product", self._user.record(SOLD), "default_code")
        placed = self._marketplace.place({"sku": sku, "quantity": 1})
        self._run("pull orders")
        self._until(
            partial(self._is_paid, placed["number"]), "process orders", traced=True
        )
        [picking] = self._pickings(placed["number"])
        [carrier] = self._user.call("delivery.carrier", "search", [], limit=1)
        tracking = {"carrier_id": carrier, "carrier_tracking_ref": NUMBER}
        with self._trace.running():
            self._write("stock.picking", picking, **tracking)
            self._user.call("stock.picking", "button_validate", [picking])
        self._until(
            partial(self._is_shipped, placed["id"]), "status updates", traced=True
        )

    def _read_taxonomy(self):
        """Run the job until nothing comes any more."""
        self._press("taxonomy")
        before = None
        while before != (now := [self._user.count(one, []) for one in TAXONOMY]):
            before = now
            self._until(lambda: True, "taxonomy")

    def _prepare_orders(self):
        """Set up what a seller sets up once: journal and carrier."""
        user, account = self._user, self._account
        user.press("iconic.account", "action_create_clearing_journal", [account])
        self._press("providers")
        [carrier] = user.call("delivery.carrier", "search", [], limit=1)
        named = [("account_id", "=", account), ("name", "=", PROVIDER)]
        [provider] = user.call("iconic.shipment.provider", "search", named)
        values = {"account_id": account, "carrier_id": carrier, "provider_id": provider}
        user.call("iconic.carrier.map", "create", values)

    def _is_for_sale(self):
        domain = [("account_id", "=", self._account)]
        states = [
            ("product_status", "=", "published"),
            ("content_status", "=", "not_needed"),
        ]
        count = self._user.count
        return count("iconic.listing", domain + states) == count(
            "iconic.listing", domain
        )

    def _is_settled(self):
        parts = ("content", "price", "image")
        domain = [("account_id", "=", self._account)]
        waiting = [(f"{part}_status", "in", ["pending", "sent"]) for part in parts]
        return not self._user.count("iconic.listing", [*domain, "|", "|", *waiting])

    def _send(self, field, job):
        """Compare, send and read, until one status of the listing is at rest again."""
        for name, expected in (("compare", "pending"), (job, "sent")):
            self._run(name)
            if not self._is(field, expected):
                raise console.Trouble(f"{field} is not {expected} after «{name}».")
        self._until(partial(self._is, field, "not_needed"), "read feeds", traced=True)

    def _is(self, field, value):
        return self._read("iconic.listing", self._listing, field) == value

    def _sale(self, number):
        domain = [("account_id", "=", self._account), ("number", "=", number)]
        found = self._user.call(
            "iconic.order", "search_read", domain, ["sale_order_id"]
        )
        return found and found[0]["sale_order_id"] and found[0]["sale_order_id"][0]

    def _is_paid(self, number):
        sale = self._sale(number)
        if not sale:
            return False
        ids = self._read("sale.order", sale, "invoice_ids")
        moves = self._user.call("account.move", "read", ids, ["payment_state"])
        return bool(moves) and all(one["payment_state"] in PAID for one in moves)

    def _pickings(self, number):
        domain = [("sale_id", "=", self._sale(number)), ("state", "=", "assigned")]
        return self._user.call("stock.picking", "search", domain)

    def _is_shipped(self, order):
        items = self._marketplace.order(order)["items"]
        return all(item["status"] == "shipped" for item in items)

    def _until(self, arrived, *jobs, traced=False):
        """Run jobs, at least once, until something is so.

        The pauses are traced, too: the marketplace fetches pictures meanwhile.
        """
        limit = time.monotonic() + PATIENCE
        while True:
            with self._trace.running() if traced else nullcontext():
                for job in jobs:
                    self._user.run_cron(self._cron(job))
                time.sleep(PAUSE)
            if arrived():
                return
            if time.monotonic() > limit:
                raise console.Trouble(f"No end of {', '.join(jobs)}.")

    def _run(self, job):
        with self._trace.running():
            self._user.run_cron(self._cron(job))

    def _cron(self, job):
        return self._first(self._user.record, JOBS[job])

    def _press(self, button):
        press = partial(self._user.press, "iconic.account", ids=[self._account])
        self._first(press, BUTTONS[button])

    @staticmethod
    def _first(take, names):
        """Take the first of several names that there is."""
        for name in names[:-1]:
            try:
                return take(name)
            except console.Trouble:
                continue
        return take(names[-1])

    def _write(self, model, id_, **values):
        self._user.call(model, "write", [id_], values)

    def _read(self, model, id_, field):
        return self._user.call(model, "read", [id_], [field])[0][field]
