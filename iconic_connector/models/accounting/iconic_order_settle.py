from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Datetime


class IconicOrder(models.Model):
    """Invoice and payment of an order, as the account's settings say."""

    _inherit = "iconic.order"

    def _settle(self):
        """Invoice what was ordered, post it and pay it, as far as not done yet.

        All of it or nothing: what raises leaves no invoice behind.

        :raise UserError: what keeps the invoice waiting, and what to do about it
        """
        self.ensure_one()
        order = self.sudo().with_company(self.company_id)
        if order.sale_order_id.state != "sale":
            return
        if order.account_id.invoice_orders:
            order._invoice()
            if order.account_id.register_payments:
                order._pay(order._posted_invoices())
            if order.account_id.send_invoice_numbers:
                order._tell_invoice_numbers()
        order._make_papers()

    def _tell_invoice_numbers(self):
        """Have the marketplace told which invoice the units are on."""
        for invoice in self._posted_invoices():
            items = invoice.invoice_line_ids.sale_line_ids.iconic_item_ids
            self._request_change(
                "invoice_number",
                items.filtered(lambda one: one.is_open and not one.invoice_number),
                invoice_number=invoice.name,
            )

    def _invoice(self):
        """Create and post the invoice for what was ordered, unless there is one.

        One that a person has made, emptied or cancelled counts, too. If nothing of it
        has arrived, nothing is paid for, not even its shipping.
        """
        sale = self.sale_order_id
        if self.item_ids and self._has_never_arrived():
            return
        if sale.invoice_ids.filtered(lambda move: move.move_type == "out_invoice"):
            return
        invoice = sale.with_context(
            raise_if_nothing_to_invoice=False
        )._create_invoices()
        if invoice:
            invoice.invoice_date = self._day(sale.date_order)
            invoice.action_post()

    def _invoice_values(self):
        """Return what the invoices of this order take from it."""
        values = {
            "iconic_account_id": self.account_id.id,
            "iconic_order_id": self.id,
            "ref": self.number,
            "payment_reference": self.number,
            "invoice_origin": f"{self.sale_order_id.name}, {self.number}",
        }
        if self.account_id.invoice_journal_id:
            values["journal_id"] = self.account_id.invoice_journal_id.id
        return values

    def _posted_invoices(self):
        return self.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )

    def _pay(self, moves):
        """Pay invoices into the clearing journal, or credit notes out of it, once."""
        for move in moves:
            unpaid = move.payment_state in ("not_paid", "partial")
            if unpaid and not move.currency_id.is_zero(move.amount_residual):
                if not self._payments(move):
                    self._register_payment(move)

    def _payments(self, moves):
        """Return the payments of invoices or credit notes that count."""
        return moves.matched_payment_ids.filtered(
            lambda payment: payment.state not in ("draft", "canceled", "rejected")
        )

    def _register_payment(self, move):
        """Pay what is open of an invoice or a credit note.

        On its own day, or, in a period that is closed, on the day it is booked.
        """
        journal = self.account_id.payment_journal_id
        if not journal:
            raise UserError(
                self.env._(
                    "%(account)s has no clearing journal to register payments in. "
                    "Choose one in the Orders section of its configuration, or "
                    "untick Register Payments, then retry.",
                    account=self.account_id.name,
                )
            )
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create(
            {
                "journal_id": journal.id,
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "payment_date": move.date,
                "communication": self.number,
                "group_payment": True,
            }
        )._create_payments()

    def _day(self, moment):
        """Return the date of a moment where the seller is."""
        people = self.company_id.partner_id, self.account_id.responsible_id.partner_id
        zone = next((one.tz for one in people if one.tz), self.env.user.tz or "UTC")
        return Datetime.context_timestamp(self.with_context(tz=zone), moment).date()
