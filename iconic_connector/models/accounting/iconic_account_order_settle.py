from odoo import fields, models


class IconicAccount(models.Model):
    """The Orders section: what becomes of a confirmed order by itself."""

    _inherit = "iconic.account"

    invoice_orders = fields.Boolean(
        string="Invoice and Post",
        default=True,
        help="As soon as an order is confirmed, all that was ordered is invoiced and "
        "the invoice is posted, dated the day of the order. Also for products that "
        "are otherwise invoiced on delivery.",
    )
    invoice_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Empty: the sales journal that Odoo would take.",
    )
    register_payments = fields.Boolean(
        default=True,
        help="Buyers have paid THE ICONIC already: the invoice is paid into the "
        "clearing journal, where THE ICONIC's payouts are matched later. Credit notes "
        "are paid back out of it.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Clearing Journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        help="Holds what THE ICONIC has collected for you until it pays out. Without "
        "one no payment can be registered, so that invoices wait.",
    )
    send_invoice_numbers = fields.Boolean(
        help="THE ICONIC is told the number of the invoice, for shops that print it on "
        "what goes with the parcel.",
    )
    make_pick_tickets = fields.Boolean(
        default=True,
        help="The picking list of each new delivery is attached to it, ready to print.",
    )
    make_payment_receipts = fields.Boolean(
        default=True,
        help="A receipt is attached to each payment that was registered.",
    )
