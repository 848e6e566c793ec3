"""The prices paid at the marketplace stay, whatever changes in Odoo later."""

from invoicing import InvoiceCase

from odoo.fields import Command
from odoo.tests import Form, new_test_user


class TestPricesStay(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("product.group_product_pricelist")
        cls.env.user.group_ids |= cls.env.ref("uom.group_uom")
        cls.cheap = cls.env["product.pricelist"].create(
            {
                "name": "Half",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 50,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        cls.other_tax = cls.make_tax(cls.company, included=False, name="Other")
        cls.small.taxes_id = cls.other_tax

    def setUp(self):
        super().setUp()
        self.order = self.make_order(
            (self.small, 50, 2), shipping=(9.95,), confirm=False
        )
        self.sale = self.order.sale_order_id

    def assert_prices_stay(self):
        self.env.flush_all()
        self.env.invalidate_all()
        item, shipping = self.sale.order_line[:2]
        for line, price in ((item, 50), (shipping, 9.95)):
            self.assertEqual(line.price_unit, price)
            self.assertEqual(line.discount, 0)
            self.assertEqual(line.tax_ids, self.tax)

    def test_when_the_quantity_changes(self):
        for quantity in (1, 3, 2):
            with self.subTest(quantity=quantity):
                self.sale.order_line[0].product_uom_qty = quantity
                self.assert_prices_stay()

    def test_when_the_quantity_changes_on_the_form(self):
        with Form(self.sale) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 5
            self.assertEqual(line.price_unit, 50)
        self.assert_prices_stay()

    def test_when_the_quantity_changes_after_confirming(self):
        self.sale.action_confirm()
        self.sale.order_line[0].product_uom_qty = 1
        self.assert_prices_stay()

    def test_when_another_price_list_is_chosen(self):
        with Form(self.sale) as form:
            form.pricelist_id = self.cheap
        self.sale.order_line[0].product_uom_qty = 3
        self.assert_prices_stay()

    def test_when_prices_are_updated(self):
        self.sale.pricelist_id = self.cheap
        self.sale.action_update_prices()
        self.assert_prices_stay()

    def test_when_discounts_of_price_lists_are_shown(self):
        self.env.user.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        self.env["res.config.settings"].create(
            {"group_discount_per_so_line": True}
        ).execute()
        self.sale.pricelist_id = self.cheap
        self.sale.order_line[0].product_uom_qty = 3
        self.assert_prices_stay()
        self.sale.action_update_prices()
        self.assert_prices_stay()

    def test_when_the_product_gets_another_price(self):
        self.small.list_price = 1
        self.sale.order_line[0].product_uom_qty = 3
        self.assert_prices_stay()

    def test_when_the_fiscal_position_changes(self):
        free = self.env["account.tax"].create({"name": "Free", "amount": 0})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        free.fiscal_position_ids = position
        free.original_tax_ids = self.tax | self.other_tax
        with Form(self.sale) as form:
            form.fiscal_position_id = position
        self.sale.action_update_taxes()
        self.assert_prices_stay()

    def test_when_the_buyer_changes(self):
        partner = self.env["res.partner"].create(
            {"name": "Carl", "specific_property_product_pricelist": self.cheap.id}
        )
        with Form(self.sale) as form:
            form.partner_id = partner
        self.sale.order_line[0].product_uom_qty = 3
        self.assert_prices_stay()

    def test_when_the_unit_of_measure_changes(self):
        self.sale.order_line[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assert_prices_stay()

    def test_when_the_taxes_of_the_product_change(self):
        self.small.taxes_id = [Command.clear()]
        self.sale.order_line[0].product_uom_qty = 3
        self.assert_prices_stay()

    def test_when_another_size_is_sent(self):
        with Form(self.sale) as form, form.order_line.edit(0) as line:
            line.product_id = self.medium
        self.assertEqual(self.sale.order_line[0].product_id, self.medium)
        self.assert_prices_stay()

    def test_lines_that_a_person_adds_get_their_prices(self):
        self.medium.list_price = 77
        self.medium.taxes_id = self.other_tax
        with Form(self.sale) as form, form.order_line.new() as line:
            line.product_id = self.medium
        added = self.sale.order_line[-1]
        self.assertEqual(added.price_unit, 77)
        self.assertEqual(added.tax_ids, self.other_tax)
        self.sale.pricelist_id = self.cheap
        self.sale.action_update_prices()
        self.assertEqual(added.price_unit * (1 - added.discount / 100), 38.5)
        self.assert_prices_stay()

    def test_for_salespeople_too(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.sale.pricelist_id = self.cheap
        sale = self.sale.with_user(seller)
        sale.order_line[0].product_uom_qty = 3
        sale.action_update_prices()
        sale.action_update_taxes()
        self.assert_prices_stay()

    def test_prices_of_other_orders_are_computed_as_usual(self):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "order_line": [Command.create({"product_id": self.small.id})],
            }
        )
        sale.pricelist_id = self.cheap
        sale.action_update_prices()
        line = sale.order_line
        self.assertEqual(line.price_unit * (1 - line.discount / 100), 49.5)
        self.small.list_price = 10
        line.product_uom_qty = 2
        self.assertEqual(line.price_unit * (1 - line.discount / 100), 5)

    def test_credit_notes_have_the_invoiced_prices(self):
        self.sale.action_confirm()
        self.order._invoice_and_pay()
        invoice = self.sale.invoice_ids
        self.small.list_price = 1
        self.small.taxes_id = self.other_tax
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "by hand"})
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        self.assertEqual(credit.amount_total, invoice.amount_total)
        self.assertEqual(credit.iconic_order_id, self.order)
        item = credit.invoice_line_ids[0]
        self.assertEqual(item.price_unit, 50)
        self.assertEqual(item.tax_ids, self.tax)
        self.assertFalse(self.order._credit_items(self.order.item_ids, "Returned"))
        self.assertEqual(self.order.item_ids.credit_move_id, credit)
