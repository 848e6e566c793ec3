"""Modules that not every shop has change nothing in the marketplace's orders."""

from fulfilling import DeliveryCase

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestKitsAddOn(TransactionCase):
    def test_it_is_installed_by_itself_where_kits_can_be_sold(self):
        module = self.env["ir.module.module"].search(
            [("name", "=", "iconic_connector_mrp")]
        )
        self.assertEqual(module.state, "installed")
        self.assertTrue(module.auto_install)


class AustralianShop(DeliveryCase):
    """A company with the Australian chart of accounts, and its GST on the dresses."""

    @classmethod
    def _make_books(cls):
        company = cls.company
        company.country_id = cls.env.ref("base.au")
        cls.env["account.chart.template"].try_loading(
            "au", company=company, install_demo=False
        )
        cls.clearing = cls._journal(
            "Clearing", "bank", cls._account("clearing", "asset_cash")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gst = cls.env["account.chart.template"].ref("au_tax_sale_10")
        cls.style.taxes_id = cls.gst
        cls.account.write(
            {
                "invoice_orders": True,
                "register_payments": True,
                "payment_journal_id": cls.clearing.id,
            }
        )


class TestAustralianChart(AustralianShop):
    def test_its_tax_is_part_of_the_price_on_order_invoice_and_statement(self):
        order = self.sell(self.small, self.medium)
        sale = order.sale_order_id
        self.assertFalse(order.error)
        self.assertEqual((sale.amount_total, sale.amount_tax), (66.0, 6.0))
        invoice = sale.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 0))
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (66.0, 6.0))
        tax_line = invoice.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.tax_line_id, self.gst)
        self.assertEqual(tax_line.credit, 6.0)
        self.assertTrue(tax_line.tax_tag_ids, "Nothing for the activity statement.")


class TestPromotionsOfTheOwnShop(AustralianShop):
    def test_a_discount_on_every_order_is_none_on_the_marketplace(self):
        self.env["loyalty.program"].create(
            {
                "name": "10 % on everything",
                "program_type": "promotion",
                "applies_on": "current",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        order = self.sell(self.small)
        sale = order.sale_order_id
        self.assertEqual(sale.amount_total, self.total(order))
        self.assertFalse(sale.order_line.filtered("is_reward_line"))


class TestWholeWay(AustralianShop):
    def test_an_order_is_imported_invoiced_and_shipped(self):
        delivery = self.sold(self.small, number="TRACK0001")
        self.make_ready(delivery)
        self.ship(delivery)
        order = delivery.iconic_order_id
        self.catch_up()
        self.assertEqual(order.item_ids.mapped("status"), ["shipped"])
        self.assertEqual(order.sale_order_id.invoice_ids.payment_state, "paid")
