from reportlab.graphics.utils import RenderPMError

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.ir_qweb import QWebError

# The reports; an attachment notes in its description of which it was made.
PICK_TICKET = "stock.action_report_picking"
RECEIPT = "account.action_report_payment_receipt"

# What reports fail with: the engine, the template, and barcodes that cannot be drawn.
FAILURES = (UserError, QWebError, ValueError, RenderPMError)


class IconicOrder(models.Model):
    """Pick tickets and payment receipts, ready to print."""

    _inherit = "iconic.order"

    paper_ids = fields.Many2many(
        "ir.attachment",
        string="Papers",
        compute="_compute_paper_ids",
        help="Pick tickets and payment receipts that were made by themselves.",
    )
    paper_error = fields.Text(string="Papers Missing Because", readonly=True)

    def _compute_paper_ids(self):
        for order in self:
            # Attachments that the user may not see are left out.
            order.paper_ids = self.env["ir.attachment"].search(
                order.sudo()._papers_domain()
            )

    def _papers_domain(self):
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

    def _make_papers(self):
        """Attach the papers that the account's settings ask for, each once.

        What goes wrong is kept on the order: it can be printed by hand, and nothing
        else has to wait for it.
        """
        try:
            with self.env.cr.savepoint():
                if self.account_id.make_pick_tickets:
                    for picking in self._first_pickings():
                        self._attach_paper(PICK_TICKET, picking, "Pick ticket")
                if self.account_id.make_payment_receipts:
                    for payment in self._receipt_payments():
                        self._attach_paper(RECEIPT, payment, "Receipt")
            error = False
        except FAILURES as problem:
            error = str(problem)
        if self.paper_error != error:
            self.paper_error = error

    def _attach_paper(self, report, record, kind):
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
        content, extension = self._render_paper(report, record)
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

    def _render_paper(self, report, record):
        """Render a report as PDF where an engine for it is there, else as HTML.

        :return: the content, as bytes, and "pdf" or "html"
        """
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            return reports._render_qweb_pdf(report, record.ids)
        return reports._render_qweb_html(report, record.ids)

    def _first_pickings(self):
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

    def action_print_pick_tickets(self):
        """Print the picking lists of all that the warehouse has to do for these."""
        pickings = self.env["stock.picking"]
        for order in self:
            pickings += order._first_pickings()
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
