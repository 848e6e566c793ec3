"""Opening a screen takes as many queries, however many records there are."""

from datetime import timedelta

from rights import USER
from selling import SellingCase

from odoo import fields
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from benchmarks.screen_calls import SCREENS, opening

#: What the second opening of each screen takes; the first one fills Odoo's caches.
QUERIES = {
    "dashboard": 36,
    "account_form": 66,
    "listings": 18,
    "listings_with_errors": 18,
    "listings_on_the_way": 18,
    "feeds": 3,
    "feed_lines": 13,
    "feed_lines_failed": 13,
    "orders_to_ship": 10,
    "orders": 10,
    "orders_at_risk": 10,
    "orders_late": 11,
    "orders_held": 10,
    "items": 12,
    "items_to_ship": 12,
    "returns": 1,
    "problems": 10,
    "mismatches": 10,
    "unmatched": 3,
}
MAY_BE_EMPTY = ("returns",)
#: What the add-on's columns of Odoo's own list take at most. Odoo takes one for each
#: delivery beside.
COLUMNS = 7
DELIVERIES = ("deliveries_to_make_ready", "deliveries_at_risk", "deliveries_late")
LONG_AGO = "2026-01-03 10:00:00"
#: The conditions of partial indexes, and a search that has to be served by them.
INDEXES = {
    "iconic_order_item_to_ship": ("iconic.order.item", [("is_open", "=", True)]),
    "iconic_listing_to_send_first": ("iconic.listing", [("send_first", "=", True)]),
    "iconic_order_invoice_waits": ("iconic.order", [("invoice_error", "!=", False)]),
    "iconic_order_held": (
        "iconic.order",
        ["|", ("error", "!=", False), ("unreadable", "!=", False)],
    ),
    "iconic_order_item_return_due": (
        "iconic.order.item",
        [("return_due_at", "!=", False)],
    ),
    "iconic_feed_line_failed": (
        "iconic.feed.line",
        [("state", "in", ("error", "excluded"))],
    ),
    "iconic_order_to_process": (
        "iconic.order",
        ["|", ("needs_processing", "=", True), ("lease_until", "!=", False)],
    ),
    "iconic_order_change_to_send": (
        "iconic.order.change",
        ["|", ("state", "in", ("pending", "sending")), ("needs_processing", "=", True)],
    ),
}


class ScreenCase(SellingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{USER},stock.group_stock_user"
        cls.clerk = new_test_user(cls.env, "screens_clerk", groups=groups)
        cls.product = cls.style.product_variant_ids[0]

    def ask(self, model, method, *arguments, **keywords):
        """Call a method as the web client does."""
        return call_kw(
            self.env[model].with_user(self.clerk), method, arguments, keywords
        )

    def ask_without_ours(self, model, method, *arguments, **keywords):
        """Call a method, but read none of the add-on's columns of a list of Odoo's."""
        if method == "web_search_read":
            domain, columns = arguments
            columns = {
                name: one
                for name, one in columns.items()
                if not name.startswith("iconic_")
            }
            arguments = (domain, columns)
        return self.ask(model, method, *arguments, **keywords)

    def count_queries_of(self, name, ask=None):
        """Open a screen, and return the queries of opening it once more."""
        open_it = opening(ask or self.ask, SCREENS[name])
        self.assertTrue(open_it() or name in MAY_BE_EMPTY, f"{name} is empty")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        open_it()
        return self.cr.sql_log_count - before

    def costs_of_our_columns(self):
        """Return how many queries the add-on's columns of deliveries take."""
        return [
            self.count_queries_of(name)
            - self.count_queries_of(name, self.ask_without_ours)
            for name in DELIVERIES
        ]

    def fill(self, first, count):
        """Add so many records of each kind, and some of each that need a person."""
        soon = fields.Datetime.now() + timedelta(hours=1)
        for number in range(first, first + count):
            self.make_order(number, LONG_AGO if number % 3 else soon)
        listed = self.make_style(f"STYLE{first}", "S M L").product_variant_ids
        for listing in self.list_products(listed):
            listing.price_status = "error"
            self.look_at(listing)
        self.account.listing_ids.feed_line_ids.state = "error"

    def make_order(self, number, ship_by):
        """Store an imported order of two items, with its sales order and delivery.

        THE ICONIC has refused a status update.
        """
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Mia"}).id,
                "iconic_account_id": self.account.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        item = {
            "seller_sku": self.product.default_code,
            "status": "pending",
            "product_id": self.product.id,
            "sale_line_id": sale.order_line.id,
        }
        order = self.env["iconic.order"].create(
            {
                "account_id": self.account.id,
                "external_id": str(number),
                "number": str(number),
                "state": "imported",
                "ordered_at": "2026-01-02 10:00:00",
                "target_to_ship": ship_by,
                "sale_order_id": sale.id,
                "item_ids": [
                    Command.create({**item, "external_id": f"{number}-{place}"})
                    for place in range(2)
                ],
            }
        )
        sale.action_confirm()
        sale.picking_ids.date_deadline = ship_by
        self.env["iconic.order.change"].create(
            {"order_id": order.id, "kind": "cancel", "state": "refused"}
        )

    def look_at(self, listing):
        """Store what people have to look at, about a listing."""
        ours = {"account_id": self.account.id}
        self.env["iconic.mismatch"].create(
            {
                **ours,
                "listing_id": listing.id,
                "part": "price",
                "found_at": fields.Datetime.now(),
            }
        )
        self.env["iconic.product.problem"].create(
            {
                **ours,
                "product_id": listing.product_id.id,
                "rule": "Brand",
                "message": "Add it.",
            }
        )
        self.env["iconic.unmatched.product"].create(
            {**ours, "seller_sku": f"OTHER-{listing.id}", "name": "Other"}
        )


class TestScreens(ScreenCase):
    maxDiff = None

    def test_opening_takes_as_many_queries_for_few_and_many(self):
        self.fill(first=100, count=4)
        self.assertEqual({one: self.count_queries_of(one) for one in QUERIES}, QUERIES)
        self.fill(first=200, count=8)
        self.assertEqual({one: self.count_queries_of(one) for one in QUERIES}, QUERIES)

    def test_columns_of_deliveries_take_few_queries_for_few_and_many(self):
        self.fill(first=100, count=4)
        self.assertLessEqual(max(self.costs_of_our_columns()), COLUMNS)
        self.fill(first=200, count=8)
        self.assertLessEqual(max(self.costs_of_our_columns()), COLUMNS)


class TestOrderOfLists(ScreenCase):
    def test_the_newest_comes_first(self):
        self.fill(first=100, count=2)
        lines = self.env["iconic.feed.line"].search([])
        self.assertEqual(lines.ids, sorted(lines.ids, reverse=True))
        orders = self.env["iconic.order"].search([], order="id desc")
        items = self.env["iconic.order.item"].search([])
        self.assertEqual(
            items.ids, [item for order in orders for item in sorted(order.item_ids.ids)]
        )
        listings = self.env["iconic.listing"].search([])
        self.assertEqual(listings[:3].product_tmpl_id.name, "Dress STYLE100")
        self.assertEqual(listings[:3].ids, sorted(listings[:3].ids))


class TestIndexes(ScreenCase):
    """PostgreSQL can take the partial indexes, for what Odoo makes of a domain."""

    def test_searches_are_served_by_their_indexes(self):
        # So few rows are read faster without any index.
        self.cr.execute("SET LOCAL enable_seqscan = off")
        for index, (model, domain) in INDEXES.items():
            with self.subTest(index=index):
                query = self.env[model].sudo()._search(domain)
                self.cr.execute("EXPLAIN " + query.select().code, query.select().params)
                plan = "\n".join(line for (line,) in self.cr.fetchall())
                self.assertIn(index, plan)

    def test_orders_that_need_a_person_are_found_by_indexes(self):
        self.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["iconic.order"].sudo()._search([("attention", "!=", False)])
        self.cr.execute("EXPLAIN " + query.select().code, query.select().params)
        plan = "\n".join(line for (line,) in self.cr.fetchall())
        self.assertIn("iconic_order_held", plan)
        self.assertNotIn("Seq Scan", plan)
