"""Modules that not every shop has change nothing in the marketplace's orders."""

from contextlib import suppress
from unittest.mock import patch

from fulfilling import DeliveryCase

from odoo.fields import Command
from odoo.modules import module
from odoo.tests import TransactionCase, new_test_user, tagged


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
        cls.account.action_create_clearing_journal()
        cls.clearing = cls.account.payment_journal_id

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gst = cls.env["account.chart.template"].ref("au_tax_sale_10")
        cls.style.taxes_id = cls.gst
        cls.account.write(
            {
                "invoice_orders": True,
                "register_payments": True,
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
        ledger = self.clearing.default_account_id
        self.assertEqual(ledger.account_type, "asset_current")
        self.assertTrue(ledger.code.isdigit(), "Not like the others of the chart.")
        paid = invoice.matched_payment_ids.move_id.line_ids
        self.assertEqual(paid.filtered("debit").account_id, ledger)
        tax_line = invoice.line_ids.filtered("tax_line_id")
        self.assertEqual(tax_line.tax_line_id, self.gst)
        self.assertEqual(tax_line.credit, 6.0)
        self.assertTrue(tax_line.tax_tag_ids, "Nothing for the activity statement.")


class TestWorkedExample(AustralianShop):
    """The amounts of `docs/amounts.rst`, to the cent."""

    # The classic API does not tell who pays for vouchers.
    api_type = "rest"

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
        self.catch_up()
        order = self.order(placed)
        small, _medium, shirt = order.item_ids.sorted("external_id")
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


class TestDropshipping(AustralianShop):
    """Suppliers send the dresses to the buyers themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        supplier = cls.env["res.partner"].create({"name": "Loom"})
        cls.purchaser = new_test_user(
            cls.env, "purchaser", "purchase.group_purchase_user"
        )
        supplier.buyer_id = cls.purchaser
        cls.style.write(
            {
                "route_ids": cls.env.ref("stock_dropshipping.route_drop_shipping"),
                "seller_ids": [Command.create({"partner_id": supplier.id})],
            }
        )

    def warnings(self, purchase):
        """Return our activities: Odoo has one of its own, for whole orders alone."""
        return purchase.activity_ids.filtered(
            lambda one: one.summary == "Cancelled at THE ICONIC"
        )

    def test_the_purchaser_hears_of_one_of_two_that_is_cancelled(self):
        order = self.sell(self.small, self.small)
        sale = order.sale_order_id
        purchase = sale.order_line.purchase_line_ids.order_id
        purchase.user_id = self.purchaser
        purchase.button_confirm()

        self.move(self.marketplace_items(order.item_ids)[:1], "canceled")
        self.catch_up()
        self.assertFalse(order.error)
        warning = self.warnings(purchase)
        self.assertEqual(warning.user_id, self.purchaser)
        self.assertIn("1 × [DRESS-Navy-S]", warning.note)
        self.assertIn(order.number, warning.note)

        self.purchaser.active = False
        self.move(self.marketplace_items(order.item_ids)[1:], "canceled")
        self.catch_up()
        another = self.warnings(purchase) - warning
        self.assertEqual(another.user_id, self.account._activity_user())

    def test_the_purchaser_hears_only_once_that_a_whole_order_is_cancelled(self):
        """From Odoo, if the purchase order is confirmed; else from us."""
        for is_confirmed in (True, False):
            order = self.sell(self.small)
            purchase = order.sale_order_id.order_line.purchase_line_ids.order_id
            purchase.user_id = self.purchaser
            if is_confirmed:
                purchase.button_confirm()
            self.move(self.marketplace_items(order.item_ids), "canceled")
            self.catch_up()
            self.assertEqual(order.sale_order_id.state, "cancel")
            self.assertEqual(purchase.activity_ids.user_id, self.purchaser)
            self.assertEqual(len(purchase.activity_ids), 1)
            self.assertEqual(len(self.warnings(purchase)), 0 if is_confirmed else 1)

    def test_what_the_supplier_has_sent_is_no_longer_the_purchasers(self):
        order = self.sell(self.small)
        purchase = order.sale_order_id.order_line.purchase_line_ids.order_id
        purchase.button_confirm()
        self.validate(purchase.picking_ids)
        self.move(self.marketplace_items(order.item_ids), "canceled")
        self.catch_up()
        self.assertFalse(self.warnings(purchase))


class TestWholeWay(AustralianShop):
    def test_an_order_is_imported_invoiced_and_shipped(self):
        delivery = self.sold(self.small, number="TRACK0001")
        self.make_ready(delivery)
        self.ship(delivery)
        order = delivery.iconic_order_id
        self.catch_up()
        self.assertEqual(order.item_ids.mapped("status"), ["shipped"])
        self.assertEqual(order.sale_order_id.invoice_ids.payment_state, "paid")


class TestNoMailToBuyers(AustralianShop):
    """Whatever module would write to them when an order is confirmed or shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.confirm_orders = False
        cls.colleague = new_test_user(
            cls.env,
            "colleague",
            "sales_team.group_sale_salesman_all_leads",
            email="colleague@example.com",
            notification_type="email",
        ).partner_id

    def setUp(self):
        super().setUp()
        self.known_mails = self.env["mail.mail"].search([])
        self.known_notifications = self.env["mail.notification"].search([])

    @classmethod
    def _mail_template(cls, model):
        return cls.env["mail.template"].create(
            {
                "name": "Thank you",
                "subject": "Thank you",
                "body_html": "<p>Thank you!</p>",
                "model_id": cls.env["ir.model"]._get_id(model),
                "use_default_to": True,
            }
        )

    def _quotation_mail(self):
        """Let Odoo send a mail for each order that is confirmed."""
        template = self.env["sale.order.template"].create(
            {"name": "Ours", "mail_template_id": self._mail_template("sale.order").id}
        )
        self.company.sale_order_template_id = template
        return template

    def _own_sale(self, partner):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.product(self.small).id})
                ],
            }
        )

    def addressees(self):
        """Return who was written to since the test began."""
        mails = self.env["mail.mail"].search([]) - self.known_mails
        self.assertFalse([one for one in mails if one.state == "cancel"])
        notified = self.env["mail.notification"].search([]) - self.known_notifications
        return mails.recipient_ids | notified.res_partner_id

    def test_neither_the_companys_nor_the_quotations_mail_confirms_an_order(self):
        self._quotation_mail()
        sale = self.sell(self.small).sale_order_id
        self.assertTrue(sale.partner_shipping_id.email)
        self.assertTrue(sale.sale_order_template_id.mail_template_id)
        sale.action_confirm()
        self.assertFalse(self.addressees())
        other = self.sell(self.small).sale_order_id
        other.with_context(send_email=True).action_confirm()
        self.assertFalse(self.addressees())

    def test_nor_does_a_mail_that_odoo_sends_in_a_moment(self):
        self._quotation_mail()
        self.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        sale = self.sell(self.small).sale_order_id
        sale.action_confirm()
        self.assertFalse(sale.pending_email_template_id)

    def test_of_several_orders_the_own_shops_buyers_get_theirs(self):
        template = self._quotation_mail()
        sale = self.sell(self.small).sale_order_id
        # They may be one and the same person.
        own = self._own_sale(sale.partner_id)
        other = self._own_sale(self.env["res.partner"].create({"name": "Max"}))
        other.partner_id.email = "max@example.com"
        (own | other).sale_order_template_id = template
        (sale | own | other).action_confirm()
        self.assertEqual((sale | own | other).mapped("state"), ["sale"] * 3)
        self.assertEqual(self.addressees(), own.partner_id | other.partner_id)
        self.assertNotIn(sale.partner_id, sale.message_ids.notified_partner_ids)

    def test_colleagues_and_suppliers_get_theirs(self):
        self._quotation_mail()
        sale = self.sell(self.small).sale_order_id
        sale.message_subscribe((self.colleague | sale.partner_id).ids)
        supplier = self.env["res.partner"].create(
            {"name": "Loom", "email": "loom@example.com"}
        )
        Sale = type(self.env["sale.order"])
        confirm = Sale._action_confirm

        def confirm_and_write(order):
            order.env["mail.mail"].create(
                [
                    {"email_to": f"Loom <LOOM@example.com>, {sale.partner_id.email}"},
                    {"email_to": sale.partner_id.email_formatted},
                    {"recipient_ids": [Command.set((supplier | sale.partner_id).ids)]},
                ]
            )
            return confirm(order)

        with patch.object(Sale, "_action_confirm", confirm_and_write):
            sale.action_confirm()
        self.assertEqual(self.addressees(), self.colleague | supplier)
        mails = self.env["mail.mail"].search([]) - self.known_mails
        self.assertEqual(
            sorted(filter(None, mails.mapped("email_to"))),
            ['"Loom" <LOOM@example.com>'],
        )

    def test_nobody_writes_when_an_order_is_imported(self):
        Sale = type(self.env["sale.order"])
        create = Sale.create

        def create_and_write(orders, vals_list):
            found = create(orders, vals_list)
            for order in found:
                order.message_post(
                    body="Thank you!",
                    partner_ids=order.partner_id.ids,
                    subtype_xmlid="mail.mt_comment",
                )
            return found

        with patch.object(Sale, "create", create_and_write):
            sale = self.sell(self.small).sale_order_id
        self.assertTrue(sale.message_ids)
        self.assertFalse(self.addressees())

    def test_people_may_write_to_a_buyer(self):
        sale = self.sell(self.small).sale_order_id
        sale.action_confirm()
        sale.message_post(
            body="The dress is late.",
            partner_ids=sale.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.addressees(), sale.partner_id)

    def test_no_coupon_for_the_next_order_is_sent(self):
        self.env["loyalty.program"].create(
            {
                "name": "10 % on the next order",
                "program_type": "next_order_coupons",
                "applies_on": "future",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create({"discount": 10})],
                "communication_plan_ids": [
                    Command.create(
                        {
                            "trigger": "create",
                            "mail_template_id": self.env.ref(
                                "loyalty.mail_template_loyalty_card"
                            ).id,
                        }
                    )
                ],
            }
        )
        sale = self.sell(self.small).sale_order_id
        sale.action_confirm()
        self.assertFalse(self.addressees())
        own = self._own_sale(sale.partner_id)
        own._update_programs_and_rewards()
        own.action_confirm()
        self.assertEqual(self.addressees(), own.partner_id)

    def test_no_mail_of_a_product_is_sent_with_an_invoice(self):
        self.account.confirm_orders = True
        self.style.email_template_id = self._mail_template("account.move")
        order = self.sell(self.small)
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertFalse(self.addressees())
        self.assertFalse(invoice.message_ids.partner_ids)

    def test_neither_mail_nor_sms_say_that_a_parcel_has_left(self):
        self.account.confirm_orders = True
        self.company.write(
            {"stock_move_email_validation": True, "stock_text_confirmation": True}
        )
        delivery = self.sold(self.small, number="TRACK0001")
        self.assertTrue(delivery.partner_id.phone)
        own = self._own_sale(delivery.partner_id)
        own.action_confirm()
        both = delivery | own.picking_ids
        self.make_ready(delivery)
        both.move_ids.write({"quantity": 1, "picked": True})
        self.company.has_received_warning_stock_sms = True
        with patch.object(module, "current_test", False):
            both.button_validate()
        self.assertEqual(both.mapped("state"), ["done", "done"])
        self.assertFalse(delivery.message_ids.notification_ids)
        kinds = own.picking_ids.message_ids.notification_ids
        self.assertEqual(set(kinds.mapped("notification_type")), {"email", "sms"})

    def test_no_sms_is_sent_after_an_automation_rule_has_changed(self):
        """Odoo's automation rules take the guards off `create` of all models."""
        Sms = self.env["sms.sms"]
        with suppress(AttributeError):
            delattr(type(Sms), "create")
        sale = self.sell(self.small).sale_order_id
        sale.partner_id.phone = "+61 412 345 678"
        Sale = type(sale)
        confirm = Sale._action_confirm

        def confirm_and_write(order):
            order.env["sms.sms"].create(
                [
                    {"body": "Thanks!", "number": "0412345678"},
                    {
                        "body": "Thanks!",
                        "number": "1",
                        "partner_id": sale.partner_id.id,
                    },
                    {"body": "Thanks!", "number": "0498765432"},
                ]
            )
            return confirm(order)

        known = Sms.search([])
        with patch.object(Sale, "_action_confirm", confirm_and_write):
            sale.action_confirm()
        self.assertEqual((Sms.search([]) - known).mapped("number"), ["0498765432"])
