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


class TestWorkedExample(AustralianShop):
    """The amounts of `docs/amounts.rst`, to the cent."""

    def booked(self, order):
        """Return what is on the sales order, on invoices and on credit notes."""
        sale = order.sale_order_id
        posted = sale.invoice_ids.filtered(lambda move: move.state == "posted")
        credits = posted.filtered(lambda move: move.move_type == "out_refund")
        invoiced = posted - credits
        tax = sum(invoiced.mapped("amount_tax")) - sum(credits.mapped("amount_tax"))
        totals = [
            sum(some.mapped("amount_total")) for some in (sale, invoiced, credits)
        ]
        return [*(round(total, 2) for total in totals), round(tax, 2)]

    def test_an_australian_order_with_voucher_credit_and_shipping(self):
        self.account.invoice_orders = False
        self.account.credit_returns = "posted"
        self.account.shipping_product_id.taxes_id = self.gst
        fee = {"shipping_amount": "3.30"}
        voucher = {"voucher_amount": "9.00", "voucher_code": "SPRING", **fee}
        placed = self.place(
            items=[
                self.line(
                    self.small,
                    "99.00",
                    paid_price="60.00",
                    wallet_credits="30.00",
                    voucher_seller_share="9.00",
                    **voucher,
                ),
                self.line(
                    self.medium,
                    "99.00",
                    paid_price="90.00",
                    voucher_seller_share="0.00",
                    **voucher,
                ),
                self.line(self.medium, "49.50", **fee),
            ]
        )
        self.account.unknown_voucher_payer = "marketplace"
        self.catch_up()
        order = self.order(placed)
        small, _medium, shirt = order.item_ids.sorted("external_id")
        if not order.marketplace_funded:
            # The classic API names nobody who pays for vouchers.
            small.undecided_voucher = 0
        self.assertFalse(order.total_difference)
        self.assertEqual(self.booked(order), [248.40, 0, 0, 0])
        self.move(self.marketplace_items(shirt), "canceled")
        self.catch_up()
        self.assertEqual(self.booked(order), [195.60, 0, 0, 0])
        self.account.invoice_orders = True
        order.action_retry()
        self.follow()
        self.assertEqual(self.booked(order), [195.60, 195.60, 0, 17.78])
        self.validate(order.sale_order_id.picking_ids)
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids - shirt))
        self.move(self.marketplace_items(small), "returned")
        self.catch_up()
        self.assertEqual(self.booked(order), [195.60, 195.60, 93.30, 9.30])
        self.assertEqual(order.worth, 102.30)
        cleared = self.env["account.move.line"].search(
            [("account_id", "=", self.clearing.default_account_id.id)]
        )
        self.assertEqual(round(sum(cleared.mapped("balance")), 2), 102.30)

    def test_a_new_zealand_order_is_an_export(self):
        self.assertEqual(self.account.collected_tax_country_ids.code, "NZ")
        order = self.sell(
            items=[self.line(self.small, "115.00", tax_amount="15.00")],
            customer={"country": "New Zealand", "region": "Auckland"},
        )
        self.assertFalse(order.invoice_error)
        self.assertEqual(self.booked(order), [100, 100, 0, 0])
        line = order.sale_order_id.invoice_ids.invoice_line_ids
        self.assertEqual(line.tax_ids.name, "0% EX")
        tags = {name.lstrip("+-") for name in line.tax_tag_ids.mapped("name")}
        self.assertEqual(tags, {"G1", "G2"})


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
