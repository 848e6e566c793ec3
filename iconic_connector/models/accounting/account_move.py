from odoo import api, fields, models
from odoo.fields import Command

from ..iconic_rights import refuse_other_companies


class AccountMove(models.Model):
    """Invoices and credit notes of orders of the marketplace."""

    _inherit = "account.move"

    iconic_account_id = fields.Many2one(
        "iconic.account",
        string="THE ICONIC Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        # An export asks for rights on what it names, which a form does not.
        exportable=False,
    )
    iconic_order_id = fields.Many2one(
        "iconic.order",
        string="THE ICONIC Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        exportable=False,
    )

    @api.constrains("iconic_account_id", "iconic_order_id", "company_id")
    def _iconic_check_company(self):
        """Refuse links with another company, whose names they would show."""
        refuse_other_companies(self, "iconic_account_id", "iconic_order_id")

    def _post(self, soft=True):
        """Override of `account` to link items to invoices, and to have them paid.

        The job registers the payment of what a person has posted.
        """
        posted = super()._post(soft)
        # Accountants need no access to the connector.
        ours = posted.sudo().filtered("iconic_order_id").grouped("move_type")
        if invoices := ours.get("out_invoice"):
            invoices.iconic_order_id.item_ids._link_invoices()
        posted.sudo().iconic_order_id._pay_soon()
        return posted

    def copy_data(self, default=None):
        """Override of `account` to link an invoice that replaces another, too."""
        rows = super().copy_data(default)
        if self.env.context.get("include_business_fields"):
            for move, row in zip(self, rows, strict=True):
                row["iconic_account_id"] = move.iconic_account_id.id
                row["iconic_order_id"] = move.iconic_order_id.id
        return rows

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account` to link credit notes of users to the order, too."""
        values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, values_list, strict=True):
            values.setdefault("iconic_account_id", move.iconic_account_id.id)
            values.setdefault("iconic_order_id", move.iconic_order_id.id)
        return super()._reverse_moves(values_list, cancel)

    def _amounts_by_line(self):
        """Return the rounded amounts of each line of an invoice.

        :return: a dict, `account.move.line` -> a tuple: the total, taxes included, and
            a dict, tax ID (str) -> amount
        """
        self.ensure_one()
        base_lines, _tax_lines = self._get_rounded_base_and_tax_lines()
        found = {}
        for base_line in base_lines:
            details = base_line["tax_details"]
            taxes = {
                str(one["tax"].id): one["tax_amount_currency"]
                for one in details["taxes_data"]
                if not one["is_reverse_charge"]
            }
            untaxed = (
                details["total_excluded_currency"]
                + details["delta_total_excluded_currency"]
            )
            found[base_line["record"]] = (untaxed + sum(taxes.values()), taxes)
        return found


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _take_off(self, quantity):
        """Reduce this line of a draft invoice, or remove it if nothing is left.

        :return: by how much it was reduced
        """
        self.ensure_one()
        taken = max(min(quantity, self.quantity), 0)
        if taken and taken == self.quantity:
            self.unlink()
        elif taken:
            self.quantity -= taken
        return taken

    def _credit_values(self, amounts, before, after):
        """Return the values of a credit note line for a part of this invoice line.

        The amounts are parts of the invoice's, not computed again: credit notes for all
        parts of a line add up to it to the cent.

        :param amounts: of this line, see `account.move._amounts_by_line`
        :param float before: the share of this line (0 to 1) that was credited earlier
        :param float after: the share that is credited including this part
        """
        self.ensure_one()
        total, taxes = amounts

        def part_of(amount):
            currency = self.currency_id
            return currency.round(
                currency.round(amount * after) - currency.round(amount * before)
            )

        tax_parts = {tax: part_of(amount) for tax, amount in taxes.items()}
        quantity = round((after - before) * self.quantity, 2) or 0.01
        return {
            "name": self.name,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "account_id": self.account_id.id,
            "analytic_distribution": self.analytic_distribution,
            "quantity": quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [Command.set(self.tax_ids.ids)],
            "sale_line_ids": [Command.set(self.sale_line_ids.ids)],
            "extra_tax_data": {
                "currency_id": self.currency_id.id,
                "price_unit": self.price_unit,
                "discount": self.discount,
                "quantity": quantity,
                "manual_total_excluded_currency": self.currency_id.round(
                    part_of(total) - sum(tax_parts.values())
                ),
                # Odoo ignores the amounts if there is no tax: "0" is not a real one.
                "manual_tax_amounts": {
                    tax: {"tax_amount_currency": amount}
                    for tax, amount in tax_parts.items()
                }
                or {"0": {}},
            },
        }
