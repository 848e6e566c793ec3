"""What the tests of cancelled and undelivered items share."""

from common import LONG_AGO
from ordering import OrderCase


class CancelCase(OrderCase):
    """Imported orders, which are invoiced and paid only where a test does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.shipping_product_id.taxes_id = False
        cls.account.write(
            {
                "invoice_orders": False,
                "register_payments": False,
                "payment_journal_id": cls.clearing.id,
            }
        )

    def free(self, sku):
        """Return how many pieces the warehouse can still promise."""
        product = self.product(sku).with_context(warehouse_id=self.warehouse.id)
        return product.free_qty

    def cancel_at_marketplace(self, items, status="canceled"):
        """Let the marketplace cancel items, and process it.

        :param items: `iconic.order.item` records
        """
        self.move(self.marketplace_items(items), status)
        self.catch_up()
        self.assertFalse(items.order_id.error)

    def fail_delivery(self, items):
        """Let the delivery of items fail."""
        for status in ("ready_to_ship", "shipped", "failed"):
            self.move(self.marketplace_items(items), status)
        self.catch_up()
        self.assertFalse(items.order_id.error)

    def of_line(self, line):
        """Return a sales line's ordered quantity and item price."""
        return (line.product_uom_qty, line.price_unit)

    def deliveries(self, order):
        """Return the deliveries of an order, no returns, in the order of steps."""
        return order.sale_order_id.picking_ids.filtered(
            lambda picking: not picking.return_id
        ).sorted("id")

    def returns(self, order):
        """Return the transfers that return goods of an order."""
        found = self.env["stock.picking"].search(
            [("return_id", "in", order.sale_order_id.picking_ids.ids)]
        )
        return found.sorted("id")

    def invoice(self, order, post=True):
        """Invoice all of an order."""
        invoice = order.sale_order_id._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    def credits(self, order):
        """Return the credit notes of an order."""
        return order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )

    def deliver_in(self, steps):
        """Let the warehouse deliver in several steps."""
        self.warehouse.delivery_steps = steps

    def ask(self, order, user=None, items=None, **values):
        """Press Cancel on a sales order, and confirm the wizard.

        :param user: who does it
        :param items: the items that are cancelled, all of them without
        :param values: of the wizard
        :return: the wizard
        """
        sale = order.sale_order_id.with_user(user or self.env.user)
        wizard = self.wizard(sale)
        if items is not None:
            for line in wizard.line_ids:
                line.chosen = line.sudo().item_id in items
        wizard.write(
            {
                "reason_id": wizard.reason_ids.filtered(
                    lambda reason: reason.name == "Wrong price"
                ).id,
                **values,
            }
        )
        wizard.action_confirm()
        return wizard

    def wizard(self, sale):
        """Press Cancel on a sales order."""
        action = sale.action_cancel()
        self.assertEqual(action["res_model"], "iconic.order.cancel")
        return sale.env["iconic.order.cancel"].browse(action["res_id"])

    def skip_waits(self):
        """End all waits of status updates and of the account."""
        self.forget_backoff()
        self.env["iconic.order.change"].search([]).write(
            {"next_attempt_at": False, "sending_since": LONG_AGO}
        )
