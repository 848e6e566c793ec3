"""Orders of two lines: the connector's way, and Odoo's own batch on the same data."""

from datetime import datetime, timedelta, timezone
from itertools import count

import requests

from odoo import sql_db
from odoo.fields import Command

from benchmarks.answers import ADDRESS, CONTROL, ORDER_LINES
from benchmarks.cost import Cost
from benchmarks.jobs import run_job

#: How far orders go -> what the account does by itself.
GOALS = {
    "order_quotation": (),
    "order_confirmed": ("confirm_orders",),
    "order_invoiced": ("confirm_orders", "invoice_orders"),
    "order_paid": ("confirm_orders", "invoice_orders", "register_payments"),
}
SWITCHES = GOALS["order_paid"]
#: What Odoo's own batch is called, beside the connector's.
OWN = "odoo_"
FEWEST, MOST, SHARE = 10, 100, 10
FIRST = 700001
TIMEOUT = 60


class OrderSteps:
    """The steps, by name; those that begin with `OWN` are Odoo's own.

    :param env: the environment of `odoo shell`
    :param url: where the marketplace is
    """

    def __init__(self, env, url):
        self.env = env
        self.account = env["iconic.account"].search([])
        self._address = f"{url.rstrip('/')}{CONTROL}"
        listings = env["iconic.listing"].search([], order="id")
        self._products = listings.product_id
        self._size = max(FEWEST, min(MOST, len(listings) // SHARE))
        self._numbers = count(FIRST, self._size)
        self._places = count()

    def prepare(self, name):
        """Have shoppers place orders, or nothing for Odoo's own.

        :param name: a key of `GOALS`, perhaps behind `OWN`
        """
        if name in GOALS:
            self.account.write({one: one in GOALS[name] for one in SWITCHES})
            self._place_orders()
        self.env.cr.commit()
        self.env.invalidate_all()

    def run(self, name):
        """Run a step that was prepared.

        :param name: as for `prepare`
        :return: a dict, as `Cost.as_dict`, and `size`: how many orders
        """
        cost = Cost(self.env.cr, lambda: sql_db.sql_counter)
        newest = self.env["sale.order"].search([], order="id desc", limit=1).id or 0
        if name in GOALS:
            with cost.counted():
                run_job(self.env, "order_pull")
                run_job(self.env, "order_process")
        else:
            with cost.counted():
                self._make_own(GOALS[name.removeprefix(OWN)])
                self.env.cr.commit()
        made = self.env["sale.order"].search([("id", ">", newest)])
        self._check(made, GOALS[name.removeprefix(OWN)])
        return {**cost.as_dict(), "size": self._size}

    def _place_orders(self):
        hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
        orders = {
            "first": next(self._numbers),
            "number": self._size,
            "goods": [
                (one.default_code, f"{price:.2f}") for one, price in self._goods()
            ],
            "moment": hour_ago.strftime("%Y-%m-%d %H:%M:%S"),
        }
        requests.post(self._address, json={"orders": orders}, timeout=TIMEOUT)

    def _goods(self):
        """Return what the next orders are about: pairs of product and price."""
        places = [next(self._places) for _one in range(self._size * ORDER_LINES)]
        products = [self._products[place % len(self._products)] for place in places]
        return [(product, product.list_price) for product in products]

    def _make_own(self, goal):
        """Make the same orders as a developer does who has all of them at once."""
        sales = self.env["sale.order"].create(self._own_values())
        if "confirm_orders" in goal:
            sales.action_confirm()
        if "invoice_orders" in goal:
            invoices = sales._create_invoices(grouped=True)
            invoices.action_post()
        if "register_payments" in goal:
            self._pay(invoices)

    def _own_values(self):
        goods = self._goods()
        partners = self._buyers()
        return [
            {
                "partner_id": self.account._customer_of_all().id,
                "partner_shipping_id": partner.id,
                "client_order_ref": partner.ref,
                "warehouse_id": self.account.warehouse_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "price_unit": price,
                        }
                    )
                    for product, price in goods[ORDER_LINES * place :][:ORDER_LINES]
                ],
            }
            for place, partner in enumerate(partners)
        ]

    def _buyers(self):
        first = next(self._numbers)
        return self.env["res.partner"].create(
            [
                {
                    "name": f"{ADDRESS['FirstName']} {ADDRESS['LastName']}",
                    "type": "delivery",
                    "ref": str(number),
                    "street": ADDRESS["Address1"],
                    "city": ADDRESS["City"],
                    "zip": ADDRESS["PostCode"],
                    "country_id": self.env.ref("base.au").id,
                }
                for number in range(first, first + self._size)
            ]
        )

    def _pay(self, invoices):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        journal = self.account.payment_journal_id
        register.create(
            {"journal_id": journal.id, "group_payment": False}
        )._create_payments()

    def _check(self, sales, goal):
        """Make sure that the orders came as far as they should."""
        invoices = sales.invoice_ids
        facts = {
            "orders": len(sales) == self._size,
            "confirm_orders": set(sales.mapped("state")) == {"sale"},
            "invoice_orders": set(invoices.mapped("state")) == {"posted"},
            "register_payments": bool(invoices)
            and set(invoices.mapped("payment_state")) <= {"paid", "in_payment"},
        }
        wanted = {"orders": True, **{name: name in goal for name in SWITCHES}}
        if facts != wanted:
            held = self.env["iconic.order"].search([], order="id desc", limit=1)
            raise AssertionError(f"{facts}: {held.error} {held.invoice_error}")
