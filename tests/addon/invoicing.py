"""What the tests of invoices and payments share: an order, imported and confirmed."""

from itertools import count

from books import Books
from common import ConnectorCase

from odoo.fields import Command

_numbers = count(300001)


class InvoiceCase(Books, ConnectorCase):
    """A sales order as the import creates it, in a company with accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_accounting(cls.company)
        cls.tax = cls.make_tax(cls.company)
        cls.account.action_create_clearing_journal()
        cls.clearing = cls.account.payment_journal_id
        cls.style = cls.make_style("SET", "S M", stock=20)
        cls.small = cls.product("SET-Navy-S")
        cls.medium = cls.product("SET-Navy-M")
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Beth Buyer", "email": "beth@example.com", "phone": "0400000000"}
        )

    @classmethod
    def set_up_accounting(cls, company):
        """Give a company accounts and journals, and a group for its taxes."""
        cls._open_books(company)
        cls.env["account.tax.group"].create({"name": "GST", "company_id": company.id})

    @classmethod
    def make_tax(cls, company, included=True, **values):
        """Create a tax of 10 %, included in the price or on top of it."""
        return cls.env["account.tax"].create(
            {
                "name": f"GST {'included' if included else 'on top'} {company.id}",
                "amount": 10,
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
                "company_id": company.id,
                **values,
            }
        )

    @classmethod
    def make_order(
        cls, *lines, shipping=(), rounding=0, confirm=True, account=None, **values
    ):
        """Create an order as the import does.

        :param lines: tuples of product, price and quantity
        :param shipping: what the buyer pays for the shipping of each item
        :return: the `iconic.order`
        """
        account = account or cls.account
        env = cls.env(context={**cls.env.context, "tracking_disable": True})
        number = str(next(_numbers))
        tax = values.pop("tax", cls.tax)
        invoice_when = values.pop("invoice_when", False)
        lines = list(lines or [(cls.small, 50, 2), (cls.medium, 30, 1)])
        products = list(lines)
        shares = [(account.shipping_product_id, fee, 1) for fee in shipping]
        lines += shares
        if rounding:
            lines.append((account.rounding_product_id, rounding, 1))
        sale = env["sale.order"].create(
            {
                "partner_id": cls.buyer.id,
                "company_id": account.company_id.id,
                "warehouse_id": values.pop("warehouse", cls.warehouse).id,
                "client_order_ref": number,
                "iconic_account_id": account.id,
                "date_order": "2026-03-02 10:00:00",
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "technical_price_unit": price - 1,
                            "discount": 0,
                            "tax_ids": [Command.set(tax.ids)],
                            "is_delivery": product == account.shipping_product_id,
                        }
                    )
                    for product, price, quantity in lines
                ],
                **values,
            }
        )
        order = env["iconic.order"].create(
            {
                "account_id": account.id,
                "external_id": number,
                "number": number,
                "state": "imported",
                "sale_order_id": sale.id,
                "currency_id": sale.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "external_id": f"{number}-{place}-{item}",
                            "product_id": product.id,
                            "sale_line_id": sale.order_line[place].id,
                            "unit_price": price,
                            "paid_price": price,
                            "status": "pending",
                            "processed_status": "pending",
                        }
                    )
                    for place, (product, price, quantity) in enumerate(products)
                    for item in range(int(quantity))
                ],
                "voucher_payer": "seller",
                "shipping_kept_by": "seller",
                "invoice_when": invoice_when,
            }
        )
        shipped = sale.order_line[len(products) :][: len(shares)]
        for item, line, fee in zip(order.item_ids, shipped, shipping, strict=False):
            item.write({"shipping_line_id": line.id, "shipping_fee": fee})
        if confirm:
            sale.action_confirm()
            sale.date_order = "2026-03-02 10:00:00"
        return order.with_env(cls.env)

    @classmethod
    def items_of(cls, order, product=None):
        """Return the items of a product, all products without one."""
        return order.item_ids.filtered(
            lambda item: product is None or item.product_id == product
        )

    @classmethod
    def deliver(cls, order):
        """Ship all that was ordered."""
        picking = order.sale_order_id.picking_ids
        picking.move_ids.quantity = 0
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        return picking
