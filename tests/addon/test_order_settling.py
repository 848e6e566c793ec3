"""Imported orders are invoiced, posted and paid by themselves, each once."""

from settling import SettleCase

from odoo.exceptions import UserError


class TestInvoicing(SettleCase):
    def test_what_was_ordered_is_invoiced_posted_and_paid(self):
        order = self.make_order(shipping=9.95)
        order._settle()
        invoice = order.sale_order_id.invoice_ids
        self.assertRecordValues(
            invoice,
            [
                {
                    "state": "posted",
                    "payment_state": "paid",
                    "amount_total": 139.95,
                    "ref": order.number,
                    "payment_reference": order.number,
                    "iconic_account_id": self.account.id,
                    "iconic_order_id": order.id,
                    "invoice_date": order.sale_order_id.date_order.date(),
                }
            ],
        )
        self.assertIn(order.number, invoice.invoice_origin)
        payment = invoice.matched_payment_ids
        self.assertRecordValues(
            payment,
            [
                {
                    "journal_id": self.clearing.id,
                    "amount": 139.95,
                    "memo": order.number,
                    "date": invoice.invoice_date,
                }
            ],
        )
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")


class TestCredit(SettleCase):
    def credit_one_by_one(self, order, **options):
        moves = self.env["account.move"]
        for item in order.item_ids:
            moves += order._credit_units(item, "Returned", **options)
        return moves

    def check_pieces(self, order):
        """Units credited one by one come to the invoice, to the cent."""
        order._settle()
        invoice = order.sale_order_id.invoice_ids
        moves = self.credit_one_by_one(order)
        self.assertEqual(len(moves), len(order.item_ids))
        for name in ("amount_total", "amount_untaxed", "amount_tax"):
            self.assertAlmostEqual(sum(moves.mapped(name)), invoice[name], msg=name)
        for line in invoice.invoice_line_ids:
            credited = moves.invoice_line_ids.filtered(
                lambda one, line=line: one.sale_line_ids == line.sale_line_ids
            )
            for name in ("price_subtotal", "price_total", "quantity"):
                self.assertAlmostEqual(sum(credited.mapped(name)), line[name])
        return moves

    def test_units_credited_one_by_one_come_to_the_invoice(self):
        self.check_pieces(self.make_order((self.small, 1.05, 7), (self.medium, 30, 1)))

    def test_taxes_on_top_add_up_as_well(self):
        tax = self.make_tax(self.company, included=False)
        self.check_pieces(self.make_order((self.small, 10.05, 3), tax=tax))

    def test_prices_without_tax_add_up_as_well(self):
        none = self.env["account.tax"]
        self.check_pieces(self.make_order((self.small, 3.33, 3), tax=none))

    def test_units_of_a_line_are_one_line_of_the_credit_note(self):
        order = self.make_order()
        order._settle()
        move = order._credit_units(self.units(order, self.small), "Lost")
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "payment_state": "paid",
                    "amount_total": 100,
                    "reversed_entry_id": order.sale_order_id.invoice_ids[-1].id
                    if False
                    else move.reversed_entry_id.id,
                    "iconic_order_id": order.id,
                }
            ],
        )
        self.assertEqual(move.invoice_line_ids.quantity, 2)
        self.assertEqual(move.ref, f"{order.number}: Lost")
        self.assertEqual(move.matched_payment_ids.journal_id, self.clearing)
        lines = order.sale_order_id.order_line
        self.assertEqual(lines.mapped("qty_invoiced"), [0, 1])
        self.assertEqual(lines.mapped("qty_to_invoice"), [0, 0])
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assertEqual(self.units(order, self.small).credit_move_id, move)

    def test_a_unit_is_credited_once(self):
        order = self.make_order()
        order._settle()
        unit = self.units(order, self.small)[0]
        self.assertTrue(order._credit_units(unit, "Returned"))
        self.assertFalse(order._credit_units(unit, "Returned"))

    def test_units_without_an_invoice_are_left_out(self):
        order = self.make_order()
        self.assertFalse(order._credit_units(order.item_ids, "Lost"))
        self.assertFalse(order.item_ids.credit_move_id)

    def test_a_draft_stays_a_draft(self):
        order = self.make_order()
        order._settle()
        move = order._credit_units(order.item_ids[:1], "Returned", post=False)
        self.assertEqual(move.state, "draft")
        self.assertFalse(order._credit_units(order.item_ids[:1], "Returned"))

    def test_a_credit_note_is_settled_with_an_open_invoice(self):
        self.account.register_payments = False
        order = self.make_order()
        order._settle()
        move = order._credit_units(order.item_ids, "Cancelled")
        invoice = move.reversed_entry_id
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(move.matched_payment_ids)

    def test_shipping_is_given_back_when_asked_for(self):
        order = self.make_order(shipping=9.95)
        order._settle()
        moves = order._credit_units(order.item_ids[:1], "Returned", shipping=3.32)
        moves += order._credit_units(order.item_ids[1:], "Returned", shipping=100)
        self.assertEqual(moves[0].amount_total, 53.32)
        invoice = moves.reversed_entry_id
        self.assertAlmostEqual(sum(moves.mapped("amount_total")), invoice.amount_total)
        self.assertAlmostEqual(sum(moves.mapped("amount_tax")), invoice.amount_tax)
