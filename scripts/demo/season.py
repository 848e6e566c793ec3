"""The demo's second act: what a season goes through once it is for sale.

A user changes a price, runs a promotion, sells, ends, relists, removes and sends again;
scheduled jobs notice and send it. What arrived is read from the marketplace itself.
"""

import time
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from scripts.demo.marketplace import Marketplace, Step, sale
from scripts.env import console

#: In the order of their priorities; the last one reads what became of it all.
CRONS = (
    "ir_cron_detect",
    "ir_cron_stock",
    "ir_cron_end",
    "ir_cron_price",
    "ir_cron_remove",
    "ir_cron_create",
    "ir_cron_image",
    "ir_cron_feed_reader",
)
#: Seconds between two rounds of the crons.
PAUSE = 0.5
#: Seconds until a scene that has not arrived counts as failed.
PATIENCE = 60

NEW_PRICE = 69
PERCENT_OFF = 30
PROMOTION_BEGINS_IN = timedelta(days=1)
PROMOTION_LASTS = timedelta(days=2)
#: Odoo's rules apply until the end of their last second.
ONE_SECOND = timedelta(seconds=1)
PIECES = 3


class Story:
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

        What waits for the marketplace's answer to something else comes in scene two.

        :return: whether every step arrived
        """
        console.step("A season goes on")
        return self._scene(
            self._change_price, self._promote, self._sell, self._end, self._remove
        ) and self._scene(self._relist, self._send_again)

    def _scene(self, *deeds):
        before = self._marketplace.products()
        steps = [deed(before) for deed in deeds]
        self._wait(steps)
        after = self._marketplace.products()
        for step in steps:
            self._lines += 1
            console.say(f"    {self._lines}. {step.describe(before, after)}")
        return all(step.arrived(after) for step in steps)

    def _wait(self, steps):
        """Run the crons until all has arrived and nothing is on its way any more."""
        limit = time.monotonic() + PATIENCE
        line = console.Progress()
        try:
            while time.monotonic() < limit:
                for cron in self._crons:
                    self._user.run_cron(cron)
                products = self._marketplace.products()
                arrived = sum(step.arrived(products) for step in steps)
                if arrived == len(steps) and not self._on_the_way():
                    return
                line.show(f"arrived: {arrived} of {len(steps)}")
                time.sleep(PAUSE)
        finally:
            line.close()

    def _on_the_way(self):
        return self._read("iconic.account", self._account, "pending_count")

    def _change_price(self, before):
        template, name, skus = self._style("demo_slide_sandal")
        price = self._read("product.template", template, "list_price")
        changes = {"list_price": NEW_PRICE}
        self._user.call("product.template", "write", [template], changes)
        title = f"Sales price {price:.2f} -> {NEW_PRICE:.2f} before tax, {name}"
        share = Decimal(NEW_PRICE) / Decimal(str(price))
        return Step(title, skus, {"price": _part(before[skus[0]]["price"], share)})

    def _promote(self, before):
        template, name, skus = self._style("demo_pocket_tee")
        now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
        start = now + PROMOTION_BEGINS_IN
        end = start + PROMOTION_LASTS
        self._user.call(
            "product.pricelist.item", "create", self._promotion(template, start, end)
        )
        share = 1 - Decimal(PERCENT_OFF) / 100
        price = _part(before[skus[0]]["price"], share)
        title = f"Two days of {PERCENT_OFF} % off from tomorrow on, {name}"
        return Step(title, skus, {"sale": sale(price, start, end)})

    def _promotion(self, template, start, end):
        """Give the values of a dated rule of the account's price list."""
        return {
            "pricelist_id": self._read("iconic.account", self._account, "pricelist_id"),
            "applied_on": "1_product",
            "product_tmpl_id": template,
            "compute_price": "percentage",
            "percent_price": PERCENT_OFF,
            "date_start": f"{start:%Y-%m-%d %H:%M:%S}",
            "date_end": f"{end - ONE_SECOND:%Y-%m-%d %H:%M:%S}",
        }

    def _sell(self, before):
        product, sku = self._product("demo_merino_jumper_grey_m")
        customer = self._user.call("res.partner", "create", {"name": "A customer"})
        line = {"product_id": product, "product_uom_qty": PIECES}
        values = {"partner_id": customer, "order_line": [(0, 0, line)]}
        order = self._user.call("sale.order", "create", values)
        self._user.call("sale.order", "action_confirm", [order])
        name = self._read("sale.order", order, "name")
        left = before[sku]["quantity"] - PIECES
        title = f"Sales order {name} on {PIECES} pieces, {sku}"
        return Step(title, [sku], {"quantity": left})

    def _end(self, before):
        product, sku = self._product("demo_leather_tote_brown")
        self._user.press("iconic.listing", "action_end", self._listings(product))
        self._quantity_before_end = before[sku]["quantity"]
        return Step(f"Listing ended, {sku}", [sku], {"quantity": 0})

    def _remove(self, before):
        product, sku = self._product("demo_ribbed_beanie_yellow")
        self._user.press("iconic.listing", "action_remove", self._listings(product))
        self._before_removal = before[sku]
        return Step(f"Product removed, {sku}", [sku], {"status": "deleted"})

    def _relist(self, before):
        product, sku = self._product("demo_leather_tote_brown")
        self._user.press("iconic.listing", "action_relist", self._listings(product))
        expected = {"quantity": self._quantity_before_end}
        return Step(f"Listing relisted, {sku}", [sku], expected)

    def _send_again(self, before):
        _product, sku = self._product("demo_ribbed_beanie_yellow")
        self._user.press("iconic.account", "action_send_products", [self._account])
        return Step(f"Season sent again, {sku}", [sku], self._before_removal)

    def _product(self, name):
        product = self._user.record(name)
        return product, self._read("product.product", product, "default_code")

    def _style(self, name):
        """Look up a product template: its id, its name and the SKUs of its variants."""
        template = self._user.record(name)
        domain = [("product_tmpl_id", "=", template)]
        variants = self._user.call(
            "product.product", "search_read", domain, ["name", "default_code"]
        )
        skus = [variant["default_code"] for variant in variants]
        return template, variants[0]["name"], skus

    def _listings(self, product):
        domain = [("account_id", "=", self._account), ("product_id", "=", product)]
        return self._user.call("iconic.listing", "search", domain)

    def _read(self, model, id_, field):
        value = self._user.call(model, "read", [id_], [field])[0][field]
        # Many2one fields are read as id and name.
        return value[0] if isinstance(value, list) else value


def _part(price, share):
    """Give a part of a price that the marketplace shows, as it would show it."""
    return str((Decimal(price) * share).quantize(Decimal("0.01"), ROUND_HALF_UP))
