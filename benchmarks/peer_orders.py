"""The other connector's orders: one job for each, as its shop's message makes it."""

from itertools import count

import requests

from odoo import sql_db

from benchmarks.answers import ORDER_LINES
from benchmarks.cost import Cost
from benchmarks.peer_queue import pending, run_jobs
from benchmarks.peer_shop import GATEWAY, PATH_END, TAX

#: How far orders go -> the shop's setting for invoices, and whether they are paid.
GOALS = {
    "peer_order_confirmed": ("manual", False),
    "peer_order_invoiced": ("paid", False),
    "peer_order_paid": ("paid", True),
}
SIZE = 50
FIRST = 800001
TIMEOUT = 60


class PeerOrders:
    """The steps, by name: orders of two lines, as those of `OrderSteps`.

    All are the guest's: no contact is made.

    :param env: the environment of `odoo shell`
    :param url: where the shop is, to which `PeerSteps` has connected
    """

    def __init__(self, env, url):
        self.env = env
        self._address = f"{url}{PATH_END}"
        self._shop = env["shopify.instance"].search([])
        self._goods = env["shopify.product.variant"].search([], order="id")
        self._numbers = count(FIRST)
        self._places = count()
        self._set_up()

    def prepare(self, name):
        """Have shoppers place orders, and a job made for each.

        :param name: a key of `GOALS`
        """
        self._shop.order_invoicing_policy, is_paid = GOALS[name]
        orders = [self._new_order(is_paid) for _number in range(SIZE)]
        call = {"variables": {"orders": orders}}
        answer = requests.post(self._address, json=call, timeout=TIMEOUT).json()
        for order in answer["data"]["orders"]:
            delayed = self.env["shopify.order"].with_delay()
            delayed._job_import_order_from_api(self._shop.id, order)
        self.env.cr.commit()
        self.env.invalidate_all()

    def run(self, name):
        """Run the jobs.

        :param name: as for `prepare`
        :return: a dict, as `Cost.as_dict`, and `size`: how many orders
        """
        newest = self.env["shopify.order"].search([], order="id desc", limit=1).id or 0
        jobs = pending(self.env)
        cost = Cost(self.env.cr, lambda: sql_db.sql_counter)
        with cost.counted():
            run_jobs(self.env, jobs)
        self._check(name, self.env["shopify.order"].search([("id", ">", newest)]))
        return {**cost.as_dict(), "size": SIZE}

    def _set_up(self):
        """Know the shop's tax and its payments, and confirm what is paid for."""
        journal = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        self._shop.order_confirmation_policy = "auto"
        self.env["shopify.tax.mapping"].create(
            {
                "instance_id": self._shop.id,
                "rate": TAX["rate"],
                "country_id": self.env.ref("base.au").id,
                "price_included": True,
                "tax_id": self._goods.odoo_id.taxes_id.id,
            }
        )
        self.env["shopify.gateway.journal"].create(
            {
                "instance_id": self._shop.id,
                "gateway": GATEWAY,
                "journal_id": journal.id,
            }
        )
        self.env.cr.commit()

    def _new_order(self, is_paid):
        places = [next(self._places) for _line in range(ORDER_LINES)]
        goods = [self._goods[place % len(self._goods)] for place in places]
        return {
            "number": next(self._numbers),
            "currency": self._shop.company_id.currency_id.name,
            "lines": [self._line(one) for one in goods],
            "is_paid": is_paid,
        }

    @staticmethod
    def _line(variant):
        product = variant.odoo_id
        price = f"{product.list_price:.2f}"
        return (variant.shopify_id, product.default_code, product.name, price)

    def _check(self, name, orders):
        """Make sure that the orders came as far as they should, and no further."""
        sales = orders.odoo_id
        invoices = sales.invoice_ids
        facts = (
            len(sales),
            set(sales.mapped("state")),
            set(invoices.mapped("state")),
            set(invoices.mapped("payment_state")),
        )
        policy, is_paid = GOALS[name]
        paid = {"in_payment", "paid"} if is_paid else {"not_paid"}
        invoiced = {"posted"} if policy == "paid" else set()
        if facts[:3] != (SIZE, {"sale"}, invoiced) or not facts[3] <= paid:
            raise AssertionError(f"{facts}: {orders.mapped('error_message')[:1]}")
