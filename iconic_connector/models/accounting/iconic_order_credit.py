from odoo import fields, models


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The credit note that gives the buyer the money for this unit back.",
    )

    def _is_credited(self):
        """Tell whether the money for this unit goes back already."""
        self.ensure_one()
        return bool(self.credit_move_id) and self.credit_move_id.state != "cancel"


class IconicOrder(models.Model):
    """Credit notes for units that do not go out, or come back."""

    _inherit = "iconic.order"

    def _credit_units(self, items, reason, post=True, shipping=0.0):
        """Credit exactly these units, as they were invoiced.

        A unit is credited once, however often this is asked for, and never more than
        was invoiced. Units that are on no posted invoice are left out.

        :param items: `iconic.order.item` records of this order
        :param str reason: for the reference of the credit note
        :param bool post: post it and settle it with the invoice; else it stays a draft
        :param float shipping: what the buyer gets back for shipping, tax included
        :return: the new credit note (`account.move`): none when there is nothing to
            credit, several when the units are on several invoices
        """
        self.ensure_one()
        # Whoever takes a parcel back need not be an accountant.
        order = self.sudo().with_company(self.company_id)
        units = (items.sudo() & order.item_ids).filtered(
            lambda one: not one._is_credited()
        )
        parts = order._parts_of_units(units)
        parts += order._parts_of_shipping(shipping)
        parts += order._parts_of_rounding(units)
        moves = self.env["account.move"].sudo()
        for invoice in dict.fromkeys(line.move_id for line, _before, _after in parts):
            of_invoice = [part for part in parts if part[0].move_id == invoice]
            moves += order._make_credit_note(invoice, of_invoice, reason)
        order._remember_credit(units)
        if post:
            for move in moves:
                order._post_credit_note(move)
        return moves.sudo(self.env.su)

    def _parts_of_units(self, units):
        """Find what units were invoiced with; see `_parts_left`."""
        return [
            part
            for sale_line, of_line in units.grouped("sale_line_id").items()
            for part in sale_line._parts_left(len(of_line))
        ]

    def _parts_of_shipping(self, amount):
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

    def _parts_of_rounding(self, units):
        """Find the cents that are left over when all units are credited.

        :param units: those that are credited now
        """
        product = self.account_id.rounding_product_id
        others = self.item_ids.filtered("sale_line_id") - units
        if not (units and product) or not all(one._is_credited() for one in others):
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

    def _remember_credit(self, units):
        """Note on units where their money goes back, also if a person saw to it."""
        for sale_line, of_line in units.grouped("sale_line_id").items():
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
