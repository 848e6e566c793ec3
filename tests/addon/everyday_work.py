"""What people do in Odoo all day that has nothing to do with the marketplace.

Run by `odoo shell`, in a database with the add-on and in one without it.
"""

import json
from datetime import datetime
from pathlib import Path

from books import Books

from odoo.fields import Command

#: How often each step is done: what comes first also warms what stays in memory.
TIMES = 2


def measure(env, file):
    """Do everyday work, and count the queries of each step.

    :param env: of a database without products and orders; nothing is committed
    :param str file: where the counts are put, as JSON
    """
    work = EverydayWork(env)
    for _time in range(TIMES):
        counts = {name: _count(env, step) for name, step in work.steps()}
    Path(file).write_text(json.dumps(counts))
    env.cr.rollback()


def _count(env, step):
    """Return how many queries a step makes, after what others have left in memory."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    step()
    env.flush_all()
    return env.cr.sql_log_count - before


class EverydayWork(Books):
    """The steps, each of which goes on where the one before has stopped.

    :param env: of `odoo shell`
    """

    def __init__(self, env):
        type(self).env = env
        self.warehouse = env["stock.warehouse"].search([], limit=1)
        if not env["account.journal"].search([("type", "=", "sale")], limit=1):
            self._open_books(env.company)
        self.supplier = env["res.partner"].create({"name": "Mill"})

    def steps(self):
        """Yield the name of each step and a function that takes it."""
        for name in (
            "create_product",
            "save_product",
            "save_variant",
            "create_contact",
            "save_contact",
            "add_price_rule",
            "count_stock",
            "expect_goods",
            "receive_goods",
            "create_order",
            "save_order",
            "confirm_order",
            "validate_delivery",
            "invoice_order",
            "post_invoice",
            "reset_invoice",
            "receive_return",
            "cancel_order",
            "delete_order",
        ):
            yield name, getattr(self, f"_{name}")

    def _create_product(self):
        self.style = self.env["product.template"].create(
            {"name": "Cup", "is_storable": True, "list_price": 20.0, "taxes_id": False}
        )
        self.product = self.style.product_variant_id

    def _save_product(self):
        self.style.write({"name": "Mug", "list_price": 21.0, "weight": 1.0})

    def _save_variant(self):
        self.product.write({"weight": 2.0, "default_code": f"CUP-{self.product.id}"})

    def _create_contact(self):
        self.customer = self.env["res.partner"].create({"name": "Kim", "zip": "2000"})

    def _save_contact(self):
        self.customer.write({"name": "Kim Lee", "email": "kim@example.com"})

    def _add_price_rule(self):
        pricelist = self.env["product.pricelist"].create({"name": "Summer"})
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": self.style.id,
                "compute_price": "fixed",
                "fixed_price": 15.0,
            }
        )

    def _count_stock(self):
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.product.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "inventory_quantity": 10,
            }
        ).action_apply_inventory()

    def _expect_goods(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.receipt = self._transfer(
            self.warehouse.in_type_id, supplier, self.warehouse.lot_stock_id
        )
        self.receipt.action_confirm()

    def _receive_goods(self):
        self._validate(self.receipt)

    def _create_order(self):
        self.order, self.other = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "product_uom_qty": 2}
                        )
                    ],
                }
            ]
            * 2
        )

    def _save_order(self):
        self.order.write({"client_order_ref": "By phone", "note": "Ring twice"})
        self.order.order_line.product_uom_qty = 3

    def _confirm_order(self):
        self.order.action_confirm()

    def _validate_delivery(self):
        self._validate(self.order.picking_ids)

    def _invoice_order(self):
        self.invoice = self.order._create_invoices()

    def _post_invoice(self):
        self.invoice.invoice_date = datetime(2026, 11, 2).date()
        self.invoice.action_post()

    def _reset_invoice(self):
        self.invoice.button_draft()
        self.invoice.action_post()

    def _receive_return(self):
        delivery = self.order.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        self._validate(wizard._create_return())

    def _cancel_order(self):
        self.other.action_confirm()
        self.other._action_cancel()

    def _delete_order(self):
        self.other.unlink()

    def _transfer(self, operation, source, destination):
        return self.env["stock.picking"].create(
            {
                "picking_type_id": operation.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": self.supplier.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 5,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                        }
                    )
                ],
            }
        )

    def _validate(self, picking):
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        assert picking.state == "done", picking.state
