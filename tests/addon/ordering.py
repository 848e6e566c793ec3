"""What the tests of orders share: orders at the marketplace, and their jobs."""

from books import Books
from common import CREDENTIALS, NOBODY, MarketplaceCase

from odoo.fields import Command

from odoo.addons.iconic_connector.models.account.clearing_journal import (
    create_clearing_journal,
)

from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.orders.placing import place_order
from seller_center_sandbox.orders.statuses import MARKETPLACE, usual_reason
from seller_center_sandbox.orders.transitions import move_items

#: A price that contains 10 % tax without rounding.
PRICE = "33.00"
#: The rounds of all jobs after which they count as endless.
ROUNDS = 6


class Ordering(Books):
    """The steps of an order's life."""

    @classmethod
    def _make_books(cls):
        cls.sales_journal = cls._open_books(cls.company)
        cls.clearing = create_clearing_journal(cls.account)

    @classmethod
    def _stock_at_marketplace(cls):
        """Choose a location for what is fulfilled by THE ICONIC, still empty.

        :return: the `stock.location`
        """
        cls.account.fulfilled_location_id = cls.env["stock.location"].create(
            {"name": "THE ICONIC", "usage": "internal", "company_id": cls.company.id}
        )
        return cls.account.fulfilled_location_id

    def place(self, *skus, price=PRICE, **options):
        """Let a shopper order one item of each SKU.

        :param skus: of products; they need not be listed
        :param options: of the sandbox's `place_order`; `items` instead of SKUs
        :return: the sandbox's order
        """
        items = options.pop("items", None) or [self.line(sku, price) for sku in skus]
        return place_order(self.sandbox, items=items, oversell=True, **options)

    @staticmethod
    def line(sku, price=PRICE, **values):
        """Describe a line of an order as the sandbox wants it."""
        return {"sku": sku, "name": sku, "item_price": price, **values}

    def pull(self):
        """Read new and changed orders, without processing them."""
        self.run_cron("order_pull")

    def follow(self):
        """Run the job that imports and processes orders."""
        self.run_cron("order_process")

    def send_updates(self):
        """Run the job that sends status updates."""
        self.run_cron("order_change")

    def sell(self, *skus, **options):
        """Place an order, read and import it.

        :return: the `iconic.order`
        """
        placed = self.place(*skus, **options)
        self.pull()
        self.follow()
        return self.order(placed)

    def sell_each(self, *baskets, **options):
        """Place several orders, read and import them in one go.

        :param baskets: the SKUs of each
        :return: a list of `iconic.order`
        """
        placed = [self.place(*skus, **options) for skus in baskets]
        self.catch_up()
        return [self.order(one) for one in placed]

    def order(self, placed):
        """Return the `iconic.order` of a sandbox's order."""
        return self.env["iconic.order"].search(
            [
                ("account_id", "=", self.account.id),
                ("external_id", "=", str(placed.id)),
            ]
        )

    def placed(self, order):
        """Return the sandbox's order of an `iconic.order`."""
        return self.sandbox.orders.orders[int(order.external_id)]

    def marketplace_items(self, items):
        """Return the sandbox's items of some `iconic.order.item` records."""
        return [self.sandbox.orders.items[int(one.external_id)] for one in items]

    def move(self, items, status, reason=""):
        """Let the marketplace change the status of items of the sandbox."""
        with self.sandbox.lock:
            move_items(
                self.sandbox,
                list(items),
                status,
                editor=MARKETPLACE,
                reason=reason or usual_reason(status),
            )

    def deliver_at_marketplace(self, items):
        """Bring pending items all the way to the buyer."""
        for status in ("ready_to_ship", "shipped", "delivered"):
            self.move(items, status)

    def catch_up(self):
        """Read what has changed, and process it."""
        self.pull()
        self.follow()

    def validate(self, picking):
        """Validate a transfer with its whole quantity."""
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def total(self, order):
        """Return what the buyer pays, according to the sandbox."""
        return float(self.placed(order).total)


class OrderCase(Ordering, MarketplaceCase):
    """A dress in two sizes in stock, and an account that imports orders."""

    small = "DRESS-Navy-S"
    medium = "DRESS-Navy-M"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_books()
        cls.style = cls.make_style("DRESS", "S M")
        cls.account.write(
            {
                "orders_from": "2020-01-01",
                "warehouse_id": cls.warehouse.id,
                "connection_state": "connected",
                "order_tag_ids": [
                    Command.create({"name": "THE ICONIC"}),
                ],
                # Each takes longer than to import an order.
                "invoice_orders": False,
                "make_pick_tickets": False,
                "make_payment_receipts": False,
            }
        )


class OtherAccount:
    """A second account of the company, at a marketplace of its own; before a case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.account.copy(
            {"name": "Other", "api_url": NOBODY, **CREDENTIALS[cls.api_type]}
        )
        cls.other.connection_state = "connected"

    def setUp(self):
        super().setUp()
        self.calm = Sandbox(processing_delay=0)
        server = SandboxServer(self.calm).start()
        self.addCleanup(server.stop)
        self.other.api_url = server.url

    def place_at(self, account, *skus, **options):
        """Place an order at the marketplace of one of the accounts."""
        sandbox = self.sandbox if account == self.account else self.calm
        items = [self.line(sku) for sku in skus]
        return place_order(sandbox, items=items, oversell=True, **options)
