from reportlab.graphics.utils import RenderPMError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Datetime, Domain

from odoo.addons.base.models.ir_qweb import QWebError

from ...domain.file_names import file_name
from ..account.clearing_journal import clearing_problem
from ..account.setting_problems import archived
from ..filestore import storing
from ..order.order_worth import match_invoice

# The XML IDs of the reports; attachments have them as their description.
PICK_TICKET = "stock.action_report_picking"
RECEIPT = "account.action_report_payment_receipt"
# Errors of reports: from the PDF engine, the template, or drawing a barcode.
REPORT_FAILURES = (UserError, QWebError, ValueError, RenderPMError)


class IconicOrder(models.Model):
    """Invoices, payments, credit notes and reports, as the account's settings say."""

    _inherit = "iconic.order"

    report_ids = fields.Many2many(
        "ir.attachment",
        string="Reports",
        compute="_compute_report_ids",
        help="Pick tickets and payment receipts that were created automatically.",
    )
    report_error = fields.Text(string="Reports Missing Because", readonly=True)

    def _compute_report_ids(self):
        readable = [
            name
            for name in ("stock.picking", "account.payment")
            if self.env[name].has_access("read")
        ]
        for order in self:
            # Without sudo: only attachments that the user may see.
            order.report_ids = self.env["ir.attachment"].search(
                order.sudo()._reports_domain(readable)
            )

    def action_print_pick_tickets(self):
        """Print the pick tickets of all transfers that these orders still wait for."""
        pickings = self.env["stock.picking"]
        for order in self:
            pickings += order._pickings_to_print()
        if not pickings:
            raise UserError(
                self.env._("Nothing is left to pick for the orders that you selected.")
            )
        return self.env.ref(PICK_TICKET).report_action(pickings, config=False)

    def action_print_receipts(self):
        """Print a receipt for each registered payment of these orders."""
        payments = self.env["account.payment"]
        for order in self:
            payments += order._receipt_payments()
        if not payments:
            raise UserError(
                self.env._(
                    "No payment is registered yet for the orders that you selected."
                )
            )
        return self.env.ref(RECEIPT).report_action(payments, config=False)

    def _invoice_and_pay(self):
        """Invoice orders of an account, register payments and credit what came back.

        What is done already is left alone. If a step raises, the caller undoes the
        others.

        :raise UserError: with what keeps an invoice waiting, and what to do about it
        """
        if not self:
            return
        orders = self.sudo().with_company(self.company_id)
        account = orders.account_id
        sold = orders.filtered(lambda one: one.sale_order_id.state == "sale")
        if sold and account.invoice_orders:
            sold._create_invoices()
            if account.register_payments:
                sold._pay(sold._posted_invoices())
            wanted = account.send_invoice_numbers
            if wanted and account._is_offered("invoice_numbers"):
                for order in sold:
                    order._request_invoice_numbers()
        # Items may have been refunded before they were invoiced.
        orders._credit_returned()
        orders._refund()

    def _check_journal(self, name):
        """Check that Odoo can post in a journal of the account.

        :param str name: the field of the account
        :raise UserError: if it is archived
        """
        account = self.account_id
        for journal in archived(account, name):
            raise UserError(
                self.env._(
                    "The journal %(journal)s is archived. Restore it, or choose "
                    "another one in the Orders section of the account %(account)s.",
                    journal=journal.display_name,
                    account=account.name,
                )
            )

    def _invoice_shipped_soon(self):
        """Have the job invoice what was just shipped, if the account invoices then."""
        due = self.filtered(
            lambda order: (
                order.account_id.invoice_orders and order._invoiced_when() == "shipped"
            )
        )
        if due:
            due._process_again()

    def _create_invoices(self):
        """Create and post the invoices of what is due, unless a person has.

        An invoice that a person has created, emptied or cancelled counts, too. If no
        item stands, there is nothing to invoice.
        """
        due = self.filtered(
            lambda one: (
                (not one.item_ids or any(item._stands() for item in one.item_ids))
                and not one._is_invoiced(one.sale_order_id.invoice_ids)
            )
        )
        if not due:
            return
        due._check_journal("invoice_journal_id")
        invoices = due.sale_order_id.with_context(
            raise_if_nothing_to_invoice=False
        )._create_invoices()
        days = invoices.grouped(lambda one: one.iconic_order_id._invoice_day(one))
        for day, of_day in days.items():
            of_day.invoice_date = day
        if invoices:
            invoices.action_post()

    def _is_invoiced(self, moves):
        """Tell whether nothing is to be invoiced any more, or a person sees to it.

        Invoices of shipped items follow each other.

        :param moves: the invoices and credit notes of the order
        """
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        if self._invoiced_when() == "shipped":
            return "cancel" in invoices.mapped("state")
        return bool(invoices)

    def _invoice_day(self, invoice):
        """Return the date of a new invoice: of the order, or of what it ships."""
        if self._invoiced_when() == "ordered":
            return self._day(self.sale_order_id.date_order)
        items = invoice.invoice_line_ids.sale_line_ids.iconic_item_ids.filtered(
            lambda item: item.shipped_at and not item._is_invoiced()
        )
        moments = items.mapped("shipped_at") or [fields.Datetime.now()]
        return self._day(max(moments))

    def _invoice_values(self):
        """Return the values of invoices that come from this order and its account."""
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
        """Register the payments of invoices and credit notes, each once.

        Somebody may have reset an invoice or replaced it: the payment that it had is
        used before another one is registered.

        :param moves: posted ones of these orders, which are of one account
        """
        unpaid = _unpaid(moves)
        if not unpaid:
            return
        by_order = self._by_order(unpaid)
        self._use_open_payments(by_order)
        self._register_payments(
            {
                order: _unpaid(some).filtered(lambda move: not self._payments(move))
                for order, some in by_order.items()
            }
        )

    def _by_order(self, moves):
        """Return the invoices and credit notes of each of these orders, as a dict."""
        if len(self) == 1:
            return {self: moves}
        found = {order: order.sale_order_id.invoice_ids & moves for order in self}
        return {order: some for order, some in found.items() if some}

    def _use_open_payments(self, by_order):
        """Reconcile moves with open payments of their orders.

        :param by_order: a dict, order -> posted moves that are not paid
        """
        journal = self.account_id.payment_journal_id
        payments = self.env["account.payment"].search(
            Domain("journal_id", "=", journal.id)
            & Domain("memo", "in", [order.number for order in by_order])
        )
        lines = _open_lines(payments.move_id).grouped(lambda one: one.payment_id.memo)
        for order, moves in by_order.items():
            if order.number in lines:
                order._use_payment(lines[order.number], moves)

    def _use_payment(self, lines, moves):
        """Reconcile moves with open payments of the order, and refund what is left.

        :param lines: the open lines of the payments
        :param moves: posted ones of the order that are not paid
        """
        for of_account in (lines | _open_lines(moves)).grouped("account_id").values():
            of_account.reconcile()
        # An invoice that is still being changed may need the rest.
        if "draft" not in self.sale_order_id.invoice_ids.mapped("state"):
            for line in _open_lines(lines.move_id):
                self._refund_surplus(line)

    def _refund_surplus(self, line):
        """Pay back what a payment of the order exceeds its invoices by.

        :param line: the open line of the payment
        """
        surplus = -line.amount_residual_currency
        if line.currency_id.compare_amounts(surplus, 0) <= 0:
            return
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": line.partner_id.id,
                "journal_id": line.journal_id.id,
                "currency_id": line.currency_id.id,
                "amount": surplus,
                "date": self._day(fields.Datetime.now()),
                "memo": self.number,
            }
        )
        payment.action_post()
        (line | _open_lines(payment.move_id)).reconcile()

    def _payments(self, moves):
        """Return the valid payments of invoices or credit notes."""
        return moves.matched_payment_ids.filtered(
            lambda payment: payment.state not in ("draft", "canceled", "rejected")
        )

    def _register_payments(self, by_order):
        """Register payments of the open amounts in the clearing journal.

        The payment date is the accounting date of the move, which Odoo moves out of
        locked periods. What Odoo's wizard does one by one is done together.

        :param by_order: a dict, order -> posted moves that are not paid
        :raise UserError: if no clearing journal can be used
        """
        parts = [
            (order, of_account)
            for order, moves in by_order.items()
            for move in moves
            for of_account in _open_lines(move).grouped("account_id").values()
        ]
        if not parts:
            return
        if problem := self._clearing_problem():
            raise UserError(problem)
        # As in Odoo's wizard.
        Payment = self.env["account.payment"].with_context(
            skip_invoice_sync=True, skip_sale_auto_invoice_send=True
        )
        payments = Payment.create(
            [order._payment_values(lines) for order, lines in parts]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                lines | _open_lines(payment.move_id)
                for payment, (_order, lines) in zip(payments, parts, strict=True)
            ]
        )

    def _payment_values(self, lines):
        """Return the values of the payment of this order that pays an invoice.

        :param lines: the open lines of one account of the invoice or credit note
        """
        move = lines.move_id
        open_amount = sum(lines.mapped("amount_residual_currency"))
        return {
            "payment_type": "inbound" if open_amount > 0 else "outbound",
            "partner_type": "customer",
            "partner_id": move.commercial_partner_id.id,
            "destination_account_id": lines.account_id.id,
            "journal_id": self.account_id.payment_journal_id.id,
            "currency_id": move.currency_id.id,
            "amount": abs(open_amount),
            "date": move.date,
            "memo": self.number,
            "invoice_ids": [fields.Command.set(move.ids)],
        }

    def _clearing_problem(self):
        """Return why payments cannot be registered, and what to do; empty if they can.

        Never is money booked in silence to where nobody looks for it.
        """
        account = self.account_id
        if not account.payment_journal_id:
            return self.env._(
                "%(account)s has no clearing journal to register payments in. Press "
                "Create Clearing Journal in the Orders section of the account, or "
                "untick Register Payments there, then press Retry.",
                account=account.name,
            )
        return clearing_problem(account)

    def _request_invoice_numbers(self):
        """Request that the invoice numbers of open items be sent."""
        for invoice in self._posted_invoices():
            items = self.item_ids.filtered(
                lambda one, move=invoice: one.invoice_line_id.move_id == move
            )
            self._request_change(
                "invoice_number",
                items.filtered(lambda one: one.is_open and not one.invoice_number),
                invoice_number=invoice.name,
            )

    def _credit_items(self, items, reason, post=True, day=None):
        """Take these items off draft invoices, and credit them on posted ones.

        They are credited as they were invoiced, with their shares of the shipping;
        once, however often this is called, and never for more than was invoiced.

        :param items: `iconic.order.item` records of this order
        :param str reason: for the reference of the credit note
        :param bool post: post it and reconcile or pay it; else it stays a draft
        :param day: of the credit note, a `date`; today if it is None
        :return: the new credit notes (`account.move`), one for each invoice
        """
        self.ensure_one()
        # Whoever receives a return need not be an accountant.
        order = self.sudo().with_company(self.company_id)
        leaving = (items.sudo() & order.item_ids).filtered(
            lambda one: not one._is_credited()
        )
        order._take_off_drafts(leaving)
        parts = order._parts_to_credit(leaving)
        moves = self.env["account.move"].sudo()
        for invoice in dict.fromkeys(line.move_id for line, _before, _after in parts):
            of_invoice = [part for part in parts if part[0].move_id == invoice]
            moves += order._make_credit_note(invoice, of_invoice, reason, day)
        order._link_credit_notes(leaving)
        for move in moves:
            match_invoice(order, move)
            if post:
                order._post_credit_note(move)
        return moves.sudo(self.env.su)

    def _take_off_drafts(self, items):
        """Take items off draft invoices.

        If all items are cancelled, the drafts are left to the sales order, which
        cancels them.
        """
        if self._is_all_cancelled():
            return
        lines = items.sale_line_id | items.shipping_line_id
        drafts = lines.invoice_lines.filtered(
            lambda row: (
                row.parent_state == "draft" and row.move_id.move_type == "out_invoice"
            )
        )
        for line, rows in drafts.grouped(lambda row: row.sale_line_ids[:1]).items():
            beyond = line.qty_invoiced - line._quantity_due(items)
            excess = min(beyond, len(line._items_ordered() & items))
            for row in rows:
                excess -= row._take_off(excess)
        for move in drafts.exists().move_id:
            match_invoice(self, move)

    def _parts_to_credit(self, items):
        """Return the parts of invoice lines to credit for items; see `_parts_left`."""
        sold = items.grouped("sale_line_id").items()
        shipped = items.grouped("shipping_line_id").items()
        return [
            part
            for line, of_line in (*sold, *shipped)
            if line
            for part in line._parts_left(
                min(line._quantity_to_credit(items), len(of_line))
            )
        ]

    def _make_credit_note(self, invoice, parts, reason, day=None):
        """Create a draft credit note for parts of an invoice.

        :param parts: tuples as in `_parts_left`
        :param day: see `_credit_items`; never a day before the invoice's
        """
        day = day or self._day(fields.Datetime.now())
        amounts = invoice._amounts_by_line()
        values = {
            "move_type": "out_refund",
            "reversed_entry_id": invoice.id,
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "currency_id": invoice.currency_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "team_id": invoice.team_id.id,
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_origin": invoice.invoice_origin,
            "invoice_date": max(day, invoice.invoice_date or day),
            "ref": f"{self.number}: {reason}" if reason else self.number,
            "payment_reference": self.number,
            "iconic_account_id": self.account_id.id,
            "iconic_order_id": self.id,
            "invoice_line_ids": [
                fields.Command.create(line._credit_values(amounts[line], before, after))
                for line, before, after in parts
            ],
        }
        return self.env["account.move"].create(values)

    def _link_credit_notes(self, items):
        """Store on items their credit note, also one that a person has created."""
        for sale_line, of_line in items.grouped("sale_line_id").items():
            credits = sale_line._lines_invoiced("out_refund").move_id
            if credits:
                of_line.credit_move_id = credits.sorted("id")[-1]

    def _post_credit_note(self, move):
        """Post a credit note, and reconcile it with its invoice or pay it out."""
        move.action_post()
        open_lines = _open_lines(move.reversed_entry_id + move)
        if move.reversed_entry_id.payment_state in ("not_paid", "partial"):
            open_lines.reconcile()
        if self._registers_payments():
            # The refund waits for a usable journal: the credit itself must not fail.
            if problem := self._clearing_problem():
                self.invoice_error = problem
            else:
                self._pay(move)

    def _refund(self):
        """Register the refunds of credit notes whose refund has waited.

        :raise UserError: if no clearing journal can be used
        """
        order = self.sudo().with_company(self.company_id)
        if order._registers_payments():
            order._pay(
                order.sale_order_id.invoice_ids.filtered(
                    lambda move: (
                        move.move_type == "out_refund" and move.state == "posted"
                    )
                )
            )

    def _registers_payments(self):
        """Tell whether payments and refunds of the order are registered by the job."""
        account = self.account_id
        return account.invoice_orders and account.register_payments

    def _pay_soon(self):
        """Have the job pay what a person has posted, of orders it is not processing."""
        due = self.filtered(
            lambda order: order._registers_payments() and not order.lease_until
        )
        if due:
            due._process_again()

    def _day(self, moment):
        """Return the date of a moment in the time zone of the seller."""
        people = self.company_id.partner_id, self.account_id.responsible_id.partner_id
        zone = next((one.tz for one in people if one.tz), self.env.user.tz or "UTC")
        return Datetime.context_timestamp(self.with_context(tz=zone), moment).date()

    def _make_reports(self):
        """Attach the reports that the account's settings ask for, each once.

        An error is stored on the order and stops nothing else: people can still print
        the report themselves.
        """
        try:
            with self.env.cr.savepoint():
                if self.account_id.make_pick_tickets:
                    for picking in self._pickings_to_print():
                        self._attach_report(PICK_TICKET, picking, "Pick ticket")
                if self.account_id.make_payment_receipts:
                    for payment in self._receipt_payments():
                        self._attach_report(RECEIPT, payment, "Receipt")
            error = False
        except REPORT_FAILURES as problem:
            error = str(problem)
        if self.report_error != error:
            self.report_error = error

    def _pickings_to_print(self):
        """Return the open transfers that the warehouse can start with."""
        return self.sale_order_id.picking_ids.filtered(
            lambda picking: (
                picking.state in ("confirmed", "waiting", "assigned")
                and picking.picking_type_code != "incoming"
                and not picking.return_id
                and not picking.move_ids.move_orig_ids.filtered(
                    lambda move: move.state not in ("done", "cancel")
                )
            )
        )

    def _receipt_payments(self):
        return self._payments(self._posted_invoices())

    def _attach_report(self, report, record, kind):
        """Attach a report to its record, unless that was done before.

        :param str report: the XML ID of the report
        :param record: the record that it is printed for
        :param str kind: the beginning of the file name
        """
        known = self.env["ir.attachment"].search_count(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("description", "=", report),
            ],
            limit=1,
        )
        if known:
            return
        content, extension = self._render_report(report, record)
        values = {
            "name": file_name(f"{kind} {self.number} {record.name}", extension),
            "description": report,
            "res_model": record._name,
            "res_id": record.id,
            "raw": content,
            "mimetype": "application/pdf" if extension == "pdf" else "text/html",
        }
        with storing(self.env, content):
            self.env["ir.attachment"].create(values)

    def _render_report(self, report, record):
        """Render a report as PDF, or as HTML where wkhtmltopdf is not installed.

        :return: the content (bytes) and the file extension, "pdf" or "html"
        """
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            return reports._render_qweb_pdf(report, record.ids)
        return reports._render_qweb_html(report, record.ids)

    def _reports_domain(self, models):
        """Return the domain of the attached reports of one order.

        :param models: the names of the models that they may be attached to
        """
        owners = (self.sale_order_id.picking_ids, self._receipt_payments())
        return Domain("description", "in", (PICK_TICKET, RECEIPT)) & Domain.OR(
            Domain("res_model", "=", some._name) & Domain("res_id", "in", some.ids)
            for some in owners
            if some._name in models
        )


def _unpaid(moves):
    """Return the invoices and credit notes of which an amount is open."""
    return moves.filtered(
        lambda move: (
            move.payment_state in ("not_paid", "partial")
            and not move.currency_id.is_zero(move.amount_residual)
        )
    )


def _open_lines(moves):
    """Return the receivable lines of posted moves that are not reconciled."""
    return moves.line_ids.filtered(
        lambda line: (
            line.parent_state == "posted"
            and line.account_type == "asset_receivable"
            and not line.reconciled
        )
    )
