from reportlab.graphics.utils import RenderPMError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Datetime

from odoo.addons.base.models.ir_qweb import QWebError

# The reports; an attachment notes in its description of which it was made.
PICK_TICKET = "stock.action_report_picking"
RECEIPT = "account.action_report_payment_receipt"
# What reports fail with: the engine, the template, and barcodes that cannot be drawn.
FAILURES = (UserError, QWebError, ValueError, RenderPMError)


class IconicOrder(models.Model):
    """Invoice, payment, credit notes and reports of an order, as the account says."""

    _inherit = "iconic.order"

    report_ids = fields.Many2many(
        "ir.attachment",
        string="Reports",
        compute="_compute_report_ids",
        help="Pick tickets and payment receipts that were made by themselves.",
    )
    report_error = fields.Text(string="Reports Missing Because", readonly=True)

    def _compute_report_ids(self):
        for order in self:
            # Attachments that the user may not see are left out.
            order.report_ids = self.env["ir.attachment"].search(
                order.sudo()._reports_domain()
            )

    def action_print_pick_tickets(self):
        """Print the picking lists of all that the warehouse has to do for these."""
        pickings = self.env["stock.picking"]
        for order in self:
            pickings += order._pickings_to_print()
        if not pickings:
            raise UserError(
                self.env._("Nothing is left to pick for the orders that you selected.")
            )
        return self.env.ref(PICK_TICKET).report_action(pickings, config=False)

    def action_print_receipts(self):
        """Print a receipt for each payment that was registered for these."""
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
        """Invoice what was ordered, post it and pay it, as far as not done yet.

        All of it or nothing: what raises leaves no invoice behind.

        :raise UserError: what keeps the invoice waiting, and what to do about it
        """
        self.ensure_one()
        order = self.sudo().with_company(self.company_id)
        if order.sale_order_id.state == "sale":
            order._invoice_sold()
        # What was refunded before it was invoiced is credited now.
        self._credit_returned()

    def _invoice_sold(self):
        if self.account_id.invoice_orders:
            self._invoice()
            if self.account_id.register_payments:
                self._pay(self._posted_invoices())
            if self.account_id.send_invoice_numbers:
                self._request_invoice_numbers()
        self._make_reports()

    def _request_invoice_numbers(self):
        """Have the marketplace told which invoice the items are on."""
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

    def _reports_domain(self):
        """Return how the papers of one order are found."""
        pickings, payments = self.sale_order_id.picking_ids, self._receipt_payments()
        return [
            ("description", "in", (PICK_TICKET, RECEIPT)),
            "|",
            "&",
            ("res_model", "=", "stock.picking"),
            ("res_id", "in", pickings.ids),
            "&",
            ("res_model", "=", "account.payment"),
            ("res_id", "in", payments.ids),
        ]

    def _make_reports(self):
        """Attach the papers that the account's settings ask for, each once.

        What goes wrong is kept on the order: it can be printed by hand, and nothing
        else has to wait for it.
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
        except FAILURES as problem:
            error = str(problem)
        if self.report_error != error:
            self.report_error = error

    def _attach_report(self, report, record, kind):
        """Attach a report about a record to it, unless that is there already.

        :param str report: the XML ID of the report, which its attachment notes
        :param str kind: the first words of the file's name
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
        name = (record.name or "").replace("/", "-")
        self.env["ir.attachment"].create(
            {
                "name": f"{kind} {self.number} {name}.{extension}",
                "description": report,
                "res_model": record._name,
                "res_id": record.id,
                "raw": content,
                "mimetype": ("application/pdf" if extension == "pdf" else "text/html"),
            }
        )

    def _render_report(self, report, record):
        """Render a report as PDF where an engine for it is there, else as HTML.

        :return: the content, as bytes, and "pdf" or "html"
        """
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            return reports._render_qweb_pdf(report, record.ids)
        return reports._render_qweb_html(report, record.ids)

    def _pickings_to_print(self):
        """Return the transfers that the warehouse begins with, of each delivery."""
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

    def _credit_items(self, items, reason, post=True, shipping=0.0):
        """Credit exactly these items, as they were invoiced.

        An item is credited once, however often this is asked for, and never more than
        was invoiced. Items that are on no posted invoice are left out.

        :param items: `iconic.order.item` records of this order
        :param str reason: for the reference of the credit note
        :param bool post: post it and settle it with the invoice; else it stays a draft
        :param float shipping: what the buyer gets back for shipping, tax included
        :return: the new credit note (`account.move`): none when there is nothing to
            credit, several when the items are on several invoices
        """
        self.ensure_one()
        # Whoever takes a parcel back need not be an accountant.
        order = self.sudo().with_company(self.company_id)
        creditable = (items.sudo() & order.item_ids).filtered(
            lambda one: not one._is_credited()
        )
        parts = order._item_parts(creditable)
        parts += order._shipping_parts(shipping)
        parts += order._rounding_parts(creditable)
        moves = self.env["account.move"].sudo()
        for invoice in dict.fromkeys(line.move_id for line, _before, _after in parts):
            of_invoice = [part for part in parts if part[0].move_id == invoice]
            moves += order._make_credit_note(invoice, of_invoice, reason)
        order._link_credit_notes(creditable)
        if post:
            for move in moves:
                order._post_credit_note(move)
        return moves.sudo(self.env.su)

    def _item_parts(self, items):
        """Find what items were invoiced with; see `_parts_left`."""
        return [
            part
            for sale_line, of_line in items.grouped("sale_line_id").items()
            for part in sale_line._parts_left(len(of_line))
        ]

    def _shipping_parts(self, amount):
        """Find what an amount for shipping, tax included, was invoiced with."""
        product = self.account_id.shipping_product_id
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line.is_delivery or (product and line.product_id == product)
        )
        parts = []
        for line in lines:
            found = line._parts_left(amount, by="price_total")
            parts += found
            amount -= sum(
                (after - before) * one.price_total for one, before, after in found
            )
        return parts

    def _rounding_parts(self, items):
        """Find the cents that are left over when all items are credited.

        :param items: those that are credited now
        """
        product = self.account_id.rounding_product_id
        others = self.item_ids.filtered("sale_line_id") - items
        if not (items and product) or not all(one._is_credited() for one in others):
            return []
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line.product_id == product
        )
        return [
            part for line in lines for part in line._parts_left(line.product_uom_qty)
        ]

    def _make_credit_note(self, invoice, parts, reason):
        """Create a draft of a credit note for parts of an invoice."""
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
            "invoice_date": self._day(fields.Datetime.now()),
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
        """Note on items where their money goes back, also if a person saw to it."""
        for sale_line, of_line in items.grouped("sale_line_id").items():
            credits = sale_line._lines_invoiced("out_refund").move_id
            if credits:
                of_line.credit_move_id = credits.sorted("id")[-1]

    def _post_credit_note(self, move):
        """Post a credit note, and settle it with its invoice or pay it out."""
        move.action_post()
        open_lines = (move.reversed_entry_id + move).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        if move.reversed_entry_id.payment_state in ("not_paid", "partial"):
            open_lines.reconcile()
        account = self.account_id
        # Without a journal a person pays it: what it is for cannot wait.
        if account.register_payments and account.payment_journal_id:
            self._pay(move)


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The credit note that gives the buyer the money for this item back.",
    )

    def _is_credited(self):
        """Tell whether the money for this item goes back already."""
        self.ensure_one()
        return bool(self.credit_move_id) and self.credit_move_id.state != "cancel"
