"""Sales orders have the marketplace's totals, to the cent."""

from decimal import Decimal

from common import contract, over_both_apis
from ordering import OrderCase

from odoo.exceptions import UserError
from odoo.fields import Command


class TotalsCase(OrderCase):
    """Orders of products with taxes."""

    def tax(self, amount=10, included=True, **values):
        """Create a tax and set it on the dresses."""
        group = self.env["account.tax.group"].create({"name": f"Taxes {amount}"})
        tax = self.env["account.tax"].create(
            {
                "tax_group_id": group.id,
                "name": f"Tax {amount} {included}",
                "amount": amount,
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
                "company_id": self.company.id,
                **values,
            }
        )
        self.style.taxes_id = tax
        return tax

    def assert_to_the_cent(self, order):
        """Check that the sales order's total is the marketplace's."""
        self.assertFalse(order.error)
        self.assertFalse(order.total_difference)
        self.assertEqual(order.sale_order_id.amount_total, self.total(order))
        self.assertEqual(order.amount_total, self.total(order))

    def rounding(self, order):
        """Return the rounding line of an order."""
        return order.sale_order_id.order_line.filtered(
            lambda one: one.product_id == self.account.rounding_product_id
        )


@over_both_apis
class TestTotals(TotalsCase):
    def test_prices_with_the_tax_included_stay_as_they_are(self):
        self.tax(included=True)
        order = self.sell(items=[self.line(self.small, "33.33", quantity=3)])
        self.assert_to_the_cent(order)
        line = order.sale_order_id.order_line
        self.assertEqual((line.price_unit, line.price_total), (33.33, 99.99))
        self.assertEqual(order.sale_order_id.amount_tax, 9.09)

    def test_prices_without_tax_are_computed_from_the_paid_price(self):
        self.tax(included=False)
        order = self.sell(items=[self.line(self.small, "33.00")])
        self.assert_to_the_cent(order)
        self.assertEqual(order.sale_order_id.order_line.price_unit, 30)

    def test_30_items_without_tax_come_to_the_cent(self):
        self.tax(included=False)
        order = self.sell(items=[self.line(self.small, "10.00", quantity=30)])
        self.assert_to_the_cent(order)
        quantities = order.sale_order_id.order_line.mapped("product_uom_qty")
        self.assertEqual(sum(quantities), 30)

    def test_a_cent_that_no_price_can_give_goes_to_a_rounding_line(self):
        # 0.05 and 10 % of it rounded to cents is 0.06; 0.04 makes 0.04.
        self.tax(included=False)
        order = self.sell(items=[self.line(self.small, "0.05")])
        self.assert_to_the_cent(order)

    def test_without_a_rounding_product_only_the_invoice_waits(self):
        self.tax(included=False)
        self.account.write({"invoice_orders": True, "rounding_product_id": False})
        order = self.sell(items=[self.line(self.small, "0.05")])
        self.assertEqual((order.error, order.sale_order_id.state), (False, "sale"))
        self.assertIn("differs from THE ICONIC's by", order.invoice_error)

    @contract
    def test_shipping_has_a_line_of_its_own(self):
        order = self.sell(
            items=[self.line(self.small, "33.00", shipping_amount="9.95", quantity=2)]
        )
        self.assert_to_the_cent(order)
        shipping = order.sale_order_id.order_line.filtered("is_delivery")
        self.assertEqual(shipping.price_total, 19.90)
        self.assertEqual(shipping.product_id, self.account.shipping_product_id)

    def test_free_items_make_an_order_of_zero(self):
        order = self.sell(items=[self.line(self.small, "0.00")])
        self.assert_to_the_cent(order)
        self.assertEqual(order.sale_order_id.order_line.price_unit, 0)

    def test_a_tax_of_a_fixed_amount_per_piece_is_part_of_the_price(self):
        self.tax(amount=1, included=False, amount_type="fixed")
        for pieces, price in ((2, "49.50"), (3, "33.00"), (7, "10.05")):
            with self.subTest(pieces=pieces):
                order = self.sell(items=[self.line(self.small, price, quantity=pieces)])
                self.assert_to_the_cent(order)
                self.assertEqual(order.sale_order_id.amount_tax, pieces)

    def test_an_order_in_another_currency_stays_in_it(self):
        dollars = self.env.ref("base.NZD")
        dollars.active = True
        order = self.sell(self.small, currency="NZD")
        self.assert_to_the_cent(order)
        self.assertEqual(order.sale_order_id.currency_id, dollars)

    def test_an_order_without_a_price_list_stays_in_the_currency_of_the_account(self):
        self.company.currency_id = self.env.ref("base.USD")
        self.account.pricelist_id = False
        for currency in ("AUD", ""):
            with self.subTest(currency=currency):
                order = self.sell(self.small, currency=currency)
                self.assert_to_the_cent(order)
                self.assertEqual(order.sale_order_id.currency_id.name, "AUD")

    def test_an_inactive_currency_holds_the_order_with_its_reason(self):
        self.env.ref("base.NZD").active = False
        order = self.sell(self.small, currency="NZD")
        self.assertEqual(order.state, "held")
        self.assertIn("currency", order.error)

    @contract
    def test_tax_that_the_marketplace_collects_is_no_revenue(self):
        self.tax(included=True)
        order = self.sell_to_new_zealand()
        sale = order.sale_order_id
        self.assertEqual(sale.partner_shipping_id.country_id.code, "NZ")
        self.assertEqual((sale.amount_total, sale.amount_tax), (100, 0))
        self.assertFalse(order.total_difference)

    def test_without_a_tax_for_exports_the_parcel_goes_and_the_invoice_waits(self):
        self.account.write({"invoice_orders": True, "register_payments": False})
        domestic = self.tax(included=True)
        order = self.sell_to_new_zealand()
        sale = order.sale_order_id
        self.assertEqual((sale.state, sale.picking_ids.state), ("sale", "assigned"))
        self.assertIn("Export Tax", order.invoice_error)
        self.assertFalse(sale.invoice_ids)
        export = domestic.copy({"name": "Export", "amount": 0})
        self.account.export_tax_id = export
        order.action_retry()
        self.follow()
        self.assertFalse(order.invoice_error)
        self.assertEqual(sale.invoice_ids.invoice_line_ids.tax_ids, export)
        self.assertEqual(sale.invoice_ids.amount_total, 100)

    def test_what_leaves_a_warehouse_of_the_country_is_no_export(self):
        self.tax(included=True)
        self.warehouse.partner_id = self.env["res.partner"].create(
            {"name": "Auckland", "country_id": self.env.ref("base.nz").id}
        )
        order = self.sell_to_new_zealand()
        self.assertEqual(order.sale_order_id.amount_total, 115)
        self.assertGreater(order.sale_order_id.amount_tax, 0)

    def sell_to_new_zealand(self):
        self.account.collected_tax_country_ids = self.env.ref("base.nz")
        return self.sell(
            items=[self.line(self.small, "115.00", tax_amount="15.00")],
            customer={"country": "New Zealand", "region": "Auckland"},
        )

    def test_the_fiscal_position_of_the_account_decides_the_tax(self):
        tax = self.tax(included=True)
        export = self.env["account.fiscal.position"].create(
            {"name": "Export", "company_id": self.company.id}
        )
        zero = tax.copy({"name": "Zero", "amount": 0})
        zero.write(
            {
                "original_tax_ids": [Command.link(tax.id)],
                "fiscal_position_ids": [Command.link(export.id)],
            }
        )
        self.account.fiscal_position_id = export
        order = self.sell(self.small)
        self.assert_to_the_cent(order)
        self.assertEqual(order.sale_order_id.amount_tax, 0)

    def test_a_voucher_funded_by_the_seller_reduces_revenue(self):
        order = self.sell_with_voucher(voucher_seller_share="5.00")
        self.assertEqual(order.sale_order_id.amount_total, 28)

    @contract
    def test_a_voucher_funded_by_the_marketplace_is_revenue(self):
        self.account.unknown_voucher_payer = "marketplace"
        order = self.sell_with_voucher()
        self.assertEqual(order.sale_order_id.amount_total, 33)
        self.assertEqual(order.amount_total, 28)

    def sell_with_voucher(self, **values):
        return self.sell(
            items=[
                self.line(
                    self.small,
                    "33.00",
                    paid_price="28.00",
                    voucher_amount="5.00",
                    voucher_code="SPRING",
                    **values,
                )
            ]
        )

    @contract
    def test_store_credit_is_a_payment_and_lessens_nothing(self):
        for paid in ("23.00", "33.00"):
            with self.subTest(paid=paid):
                order = self.sell(
                    items=[
                        self.line(
                            self.small,
                            "33.00",
                            paid_price=paid,
                            wallet_credits="10.00",
                            voucher_amount="0.00",
                        )
                    ]
                )
                self.assertEqual(order.sale_order_id.amount_total, 33)
                self.assertFalse(order.total_difference)
                self.assertEqual(order.credits_amount, 10)
                self.assertEqual(order.worth, 33)


class TestQuestions(TotalsCase):
    """Who pays for vouchers and keeps the shipping is asked, not assumed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.shipping_product_id.taxes_id = False
        cls.account.write(
            {
                "invoice_orders": True,
                "register_payments": False,
                "unknown_voucher_payer": False,
                "shipping_kept_by": False,
            }
        )

    def sell_with(self, **values):
        """Sell two items, the second with something that nobody has decided."""
        order = self.sell(
            items=[
                self.line(self.small, "33.00"),
                self.line(self.small, "33.00", **values),
            ]
        )
        sale = order.sale_order_id
        self.assertEqual((sale.state, sale.picking_ids.state), ("sale", "assigned"))
        self.assertFalse(sale.invoice_ids)
        return order

    def answer(self, order, **values):
        """Answer on the account; its jobs do the rest."""
        self.run_cron("settings")
        self.account.write(values)
        self.run_cron("settings")
        self.follow()
        self.assertFalse(order.invoice_error)
        sale = order.sale_order_id
        self.assertEqual(sale.invoice_ids.state, "posted")
        self.assertEqual(sale.invoice_ids.amount_total, sale.amount_total)
        return sale.amount_total

    def test_a_voucher_of_an_unknown_payer_lets_the_invoice_wait(self):
        for payer, total in (("seller", 61), ("marketplace", 66)):
            with self.subTest(payer=payer):
                self.account.unknown_voucher_payer = False
                order = self.sell_with(
                    paid_price="28.00", voucher_amount="5.00", voucher_code="SPRING"
                )
                self.assertIn("Vouchers Are Paid By", order.invoice_error)
                found = self.answer(order, unknown_voucher_payer=payer)
                self.assertEqual(found, total)

    def test_a_shipping_fee_of_an_unknown_keeper_lets_the_invoice_wait(self):
        for keeper, total in (("seller", 75.95), ("marketplace", 66)):
            with self.subTest(keeper=keeper):
                self.account.shipping_kept_by = False
                order = self.sell_with(shipping_amount="9.95")
                self.assertIn("Shipping Fees Are Kept By", order.invoice_error)
                self.assertEqual(order.sale_order_id.amount_total, 66)
                found = self.answer(order, shipping_kept_by=keeper)
                self.assertEqual(found, total)

    def test_an_invoice_by_hand_waits_for_the_answer_too(self):
        self.account.invoice_orders = False
        order = self.sell_with(shipping_amount="9.95")
        with self.assertRaisesRegex(UserError, "Shipping Fees Are Kept By"):
            order.sale_order_id._create_invoices()

    def test_a_shipping_voucher_alone_raises_the_questions_too(self):
        self.account.shipping_kept_by = "seller"
        order = self.sell_with(shipping_voucher_amount="3.30", shipping_amount="0.00")
        self.assertIn("Vouchers Are Paid By", order.invoice_error)
        found = self.answer(order, unknown_voucher_payer="marketplace")
        self.assertEqual(found, 69.30)

    def test_an_answer_lets_go_on_what_has_waited_at_once(self):
        order = self.sell_with(shipping_amount="9.95")
        order.needs_processing = False
        self.account.shipping_kept_by = "seller"
        self.assertTrue(order.needs_processing)

    def test_what_was_decided_for_an_order_stays(self):
        self.account.shipping_kept_by = "seller"
        order = self.sell(
            items=[self.line(self.small, "33.00", shipping_amount="5.00")]
        )
        self.account.shipping_kept_by = "marketplace"
        order.action_retry()
        self.follow()
        self.assertEqual(order.worth, 38)
        self.assertEqual(order.sale_order_id.amount_total, 38)

    def test_orders_without_voucher_and_shipping_wait_for_nothing(self):
        order = self.sell(self.small)
        self.assertEqual(order.sale_order_id.invoice_ids.state, "posted")

    def test_the_questions_are_asked_before_there_is_an_order(self):
        problems = self.account.setting_problems
        self.assertIn("who pays for vouchers", problems)
        self.assertIn("who keeps shipping fees", problems)


class TestDifferences(TotalsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.invoice_orders = True

    def test_a_discount_that_nobody_explains_lets_only_the_invoice_wait(self):
        order = self.sell_below_the_price()
        sale = order.sale_order_id
        self.assertEqual((sale.state, sale.picking_ids.state), ("sale", "assigned"))
        self.assertEqual(order.total_difference, 3)
        self.assertEqual(sale.amount_total, 33)
        self.assertFalse(sale.invoice_ids)

    def test_a_price_that_changes_before_the_invoice_lets_it_wait(self):
        self.account.write({"register_payments": False, "invoice_orders": False})
        order = self.sell(self.small)
        order.item_ids.paid_price = 30
        self.account.invoice_orders = True
        order.action_retry()
        self.follow()
        self.assertEqual(order.total_difference, 3)
        self.assertFalse(order.sale_order_id.invoice_ids)

    def test_an_order_whose_lines_were_corrected_is_invoiced(self):
        order = self.sell_below_the_price()
        order.sale_order_id.order_line.price_unit = 30
        order.action_retry()
        self.follow()
        self.assertFalse(order.invoice_error)
        self.assertEqual(order.sale_order_id.invoice_ids.amount_total, 30)

    def sell_below_the_price(self):
        self.account.register_payments = False
        less = {"paid_price": "30.00", "voucher_amount": "0.00"}
        return self.sell(items=[self.line(self.small, "33.00", **less)])

    def test_beyond_the_tolerance_only_the_invoice_waits(self):
        self.account.write({"order_tolerance": 0, "register_payments": False})
        # A price that no amount without tax gives: 10 % of 0.05 is no whole cent.
        self.tax(amount=50, included=False)
        order = self.sell(items=[self.line(self.small, "0.01")])
        sale = order.sale_order_id
        self.assertEqual((sale.state, sale.picking_ids.state), ("sale", "assigned"))
        self.assertTrue(order.total_difference)
        self.assertIn("Invoice Anyway", order.invoice_error)
        self.assertFalse(sale.invoice_ids)
        order.action_accept_difference()
        self.follow()
        self.assertFalse(order.invoice_error)
        self.assertEqual(sale.invoice_ids.state, "posted")


class TestWarehouses(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._warehouse("Second")
        cls.account.second_warehouse_ids = cls.second

    def deliveries(self, order):
        """Return what each warehouse ships: its name, and pieces by SKU."""
        return {
            picking.picking_type_id.warehouse_id.name: {
                move.product_id.default_code: move.product_uom_qty
                for move in picking.move_ids
            }
            for picking in order.sale_order_id.picking_ids
        }

    def test_a_warehouse_with_everything_ships_everything(self):
        for sku in (self.small, self.medium):
            self.set_stock(self.product(sku), self.second, 20)
        order = self.sell(items=[self.line(self.small, quantity=12)])
        self.assertEqual(self.deliveries(order), {"Second": {self.small: 12}})

    def test_two_warehouses_ship_their_parts_if_neither_has_everything(self):
        self.set_stock(self.product(self.small), self.second, 5)
        order = self.sell(items=[self.line(self.small, quantity=12)])
        self.assertEqual(
            self.deliveries(order),
            {"Main": {self.small: 7}, "Second": {self.small: 5}},
        )
        self.assertEqual(order.sale_order_id.amount_total, 12 * Decimal("33.00"))
