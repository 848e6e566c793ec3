"""What the tests of returns share."""

from ordering import OrderCase

from odoo.fields import Command
from odoo.tests import Form, new_test_user

from seller_center_sandbox.orders.transitions import send_back


class ReturnCase(OrderCase):
    """An account with returns of paid orders, and the steps before them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {"invoice_orders": True, "payment_journal_id": cls.clearing.id}
        )

    def setUp(self):
        super().setUp()
        self.product = self.env["product.product"].search(
            [("default_code", "=", self.small)]
        )

    def delivered(self, *skus, **options):
        """Sell items and deliver them, in Odoo and at the marketplace.

        :return: the `iconic.order`
        """
        order = self.sell(*(skus or [self.small]), **options)
        self.deliver(order)
        return order

    def deliver(self, *orders):
        """Deliver imported orders, in Odoo and at the marketplace."""
        for order in orders:
            self.assertFalse(order.error)
            for picking in order.sale_order_id.picking_ids:
                self.validate(picking)
            self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.catch_up()

    def send_back(self, items):
        """Let the buyer send items back, and read that."""
        with self.sandbox.lock:
            send_back(self.sandbox, self.marketplace_items(items))
        self.catch_up()

    def refund(self, items):
        """Let the marketplace refund items, and read that."""
        self.move(self.marketplace_items(items), "returned")
        self.catch_up()

    def free(self, product=None):
        """Return how many pieces the account can list."""
        product = product or self.product
        return self.env["iconic.listing"]._free_quantities(self.account, product)[
            product.id
        ]

    def receipt(self, items):
        """Return the receipt of items."""
        self.assertEqual(len(items.return_picking_id), 1)
        return items.return_picking_id

    def wizard(self, records):
        """Open the wizard on orders, items or transfers, as a user of the connector."""
        return self.returns_of(records).create({})

    def form(self, records):
        """Open the wizard as the browser does."""
        return Form(self.returns_of(records))

    def returns_of(self, records):
        """Return the model of the wizard with the selected records."""
        return records.env["iconic.order.return"].with_context(
            active_model=records._name, active_ids=records.ids
        )

    def decide(self, items, status):
        """Let the marketplace receive what the buyer has sent, and decide on it."""
        at_marketplace = self.marketplace_items(items)
        if at_marketplace[0].status == "return_shipped_by_customer":
            self.move(at_marketplace, "return_waiting_for_approval")
        self.move(at_marketplace, status)
        self.catch_up()

    def pieces(self, location):
        """Return how many pieces are in a location."""
        quants = self.env["stock.quant"].search([("location_id", "=", location.id)])
        return sum(quants.mapped("quantity"))

    def stock_user(self):
        """Return a warehouse user without access to the connector."""
        return new_test_user(
            self.env,
            "worker",
            "stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )


class DeliveredCase(ReturnCase):
    """The same with two orders that were delivered, of one item and of two."""

    #: What the second one is of.
    pair = (OrderCase.small, OrderCase.small)

    def begin(self):
        super().begin()
        self.one_item, self.two_items = self.sell_each([self.small], self.pair)
        self.deliver(self.one_item, self.two_items)
