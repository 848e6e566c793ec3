"""Imported orders are invoiced, posted and paid automatically, each once."""

from invoicing import InvoiceCase

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user


class TestInvoicing(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()

    def test_an_order_is_invoiced_posted_and_paid(self):
        order = self.make_order(shipping=(9.95,))
        order._invoice_and_pay()
        invoice = order.sale_order_id.invoice_ids
        self.assertRecordValues(
            invoice,
            [
                {
                    "state": "posted",
                    "payment_state": "paid",
                    "amount_total": 139.95,
                    "ref": order.number,
                    "payment_reference": order.number,
                    "iconic_account_id": self.account.id,
                    "iconic_order_id": order.id,
                    "invoice_date": order.sale_order_id.date_order.date(),
                }
            ],
        )
        self.assertIn(order.number, invoice.invoice_origin)
        payment = invoice.matched_payment_ids
        self.assertRecordValues(
            payment,
            [
                {
                    "journal_id": self.clearing.id,
                    "amount": 139.95,
                    "memo": order.number,
                    "date": invoice.invoice_date,
                }
            ],
        )
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")

    def invoice(self, order):
        order._invoice_and_pay()
        return order.sale_order_id.invoice_ids

    def test_products_that_are_invoiced_on_delivery_are_invoiced_as_well(self):
        self.style.invoice_policy = "delivery"
        order = self.make_order()
        sale = order.sale_order_id
        self.assertEqual(sale.invoice_status, "to invoice")
        self.assertAlmostEqual(sale.amount_to_invoice, 130)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, 130)
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assertAlmostEqual(sale.amount_to_invoice, 0)
        self.assertAlmostEqual(
            sum(sale.order_line.mapped("untaxed_amount_to_invoice")), 0
        )
        self.deliver(order)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_invoicing_again_changes_nothing(self):
        order = self.order
        invoice = self.invoice(order)
        payment = invoice.matched_payment_ids
        self.assertEqual(self.invoice(order), invoice)
        self.assertEqual(invoice.matched_payment_ids, payment)

    def test_an_unconfirmed_order_is_not_invoiced(self):
        self.assertFalse(self.invoice(self.make_order(confirm=False)))

    def test_without_the_switch_nothing_is_invoiced(self):
        self.account.invoice_orders = False
        self.assertFalse(self.invoice(self.order))

    def test_without_the_switch_nothing_is_paid(self):
        self.account.register_payments = False
        order = self.order
        invoice = self.invoice(order)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.account.register_payments = True
        order._invoice_and_pay()
        self.assertEqual(invoice.payment_state, "paid")

    def test_without_a_clearing_journal_the_reason_says_what_to_do(self):
        self.account.payment_journal_id = False
        with self.assertRaisesRegex(UserError, "Press Create Clearing Journal"):
            self.order._invoice_and_pay()

    def test_a_failed_payment_leaves_no_invoice_behind(self):
        self.account.payment_journal_id = False
        order = self.order
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order._invoice_and_pay()
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.account.payment_journal_id = self.clearing
        self.assertEqual(self.invoice(order).payment_state, "paid")

    def test_an_order_of_zero_is_invoiced_and_needs_no_payment(self):
        invoice = self.invoice(self.make_order((self.small, 0, 1)))
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(invoice.matched_payment_ids)

    def test_an_order_without_items_left_is_not_invoiced(self):
        order = self.order
        order.sale_order_id.order_line.product_uom_qty = 0
        self.assertFalse(self.invoice(order))

    def test_an_invoice_created_by_a_user_is_left_alone(self):
        order = self.order
        draft = order.sale_order_id._create_invoices()
        self.assertEqual(self.invoice(order), draft)
        self.assertEqual(draft.state, "draft")
        draft.action_post()
        order._invoice_and_pay()
        self.assertEqual(draft.payment_state, "paid")

    def test_an_invoice_cancelled_by_a_user_is_not_created_again(self):
        self.account.register_payments = False
        order = self.order
        invoice = self.invoice(order)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(self.invoice(order), invoice)

    def test_invoices_of_a_locked_period_are_booked_after_it(self):
        self.company.fiscalyear_lock_date = "2026-10-31"
        order = self.order
        invoice = self.invoice(order)
        self.assertEqual(str(invoice.invoice_date), "2026-03-02")
        self.assertGreater(str(invoice.date), "2026-10-31")
        self.assertEqual(invoice.matched_payment_ids.date, invoice.date)

    def test_each_order_has_an_invoice_of_its_own(self):
        orders = self.order + self.make_order()
        other = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "order_line": [Command.create({"product_id": self.small.id})],
            }
        )
        other.action_confirm()
        invoices = (orders.sale_order_id + other)._create_invoices()
        self.assertEqual(len(invoices), 3)
        self.assertEqual(
            set(invoices.mapped("iconic_order_id.number")), set(orders.mapped("number"))
        )

    def test_the_account_chooses_the_journal(self):
        journal = self.env["account.journal"].create(
            {"name": "Marketplaces", "code": "MARK", "type": "sale"}
        )
        self.account.invoice_journal_id = journal
        invoice = self.invoice(self.order)
        self.assertEqual(invoice.journal_id, journal)

    def test_dates_are_in_the_time_zone_of_the_company(self):
        self.company.partner_id.tz = "Australia/Sydney"
        order = self.order
        order.sale_order_id.date_order = "2026-03-02 20:00:00"
        invoice = self.invoice(order)
        self.assertEqual(str(invoice.invoice_date), "2026-03-03")
        self.assertEqual(str(invoice.matched_payment_ids.date), "2026-03-03")

    def test_dates_are_in_the_time_zone_of_the_responsible_user_otherwise(self):
        self.company.partner_id.tz = False
        self.account.responsible_id.tz = "Australia/Sydney"
        order = self.order
        order.sale_order_id.date_order = "2026-03-02 20:00:00"
        self.assertEqual(str(self.invoice(order).invoice_date), "2026-03-03")

    def test_everything_is_paid_whatever_the_payment_terms(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Half now, 2 % off",
                "early_discount": False,
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        discount = self.env["account.payment.term"].create(
            {
                "name": "2 % off",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        for term in terms + discount:
            with self.subTest(term=term.name):
                invoice = self.invoice(self.make_order(payment_term_id=term.id))
                self.assertEqual(invoice.payment_state, "paid")
                self.assertEqual(invoice.matched_payment_ids.amount, 130)

    def test_orders_in_another_currency_are_paid_in_it(self):
        currency = self.env.ref("base.NZD")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 2, "currency_id": currency.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self.make_order(pricelist_id=pricelist.id)
        invoice = self.invoice(order)
        self.assertEqual(invoice.currency_id, currency)
        self.assertEqual(invoice.payment_state, "paid")
        payment = invoice.matched_payment_ids
        self.assertEqual((payment.amount, payment.currency_id), (130, currency))
        credit = order._credit_items(order.item_ids, "Returned")
        self.assertEqual(credit.amount_total, 130)
        self.assertEqual(credit.payment_state, "paid")


class TestNoMail(InvoiceCase):
    """Odoo sends no messages to buyers: the marketplace does."""

    def test_buyers_get_no_mail_from_order_to_credit_note(self):
        company = self.company
        company.stock_move_email_validation = True
        company.stock_mail_confirmation_template_id = self.env.ref(
            "stock.mail_template_data_delivery_confirmation"
        )
        before = self.env["mail.mail"].search([])
        order = self.make_order()
        order._invoice_and_pay()
        self.assertEqual(self.deliver(order).state, "done")
        credit = order._credit_items(order.item_ids, "Returned")
        invoice = order.sale_order_id.invoice_ids - credit
        self.assertFalse(self.env["mail.mail"].search([]) - before)
        self.assertFalse(
            self.env["mail.notification"].search(
                [("res_partner_id", "=", self.buyer.id)]
            )
        )
        for record in (
            order.sale_order_id,
            order.sale_order_id.picking_ids,
            invoice,
            credit,
            invoice.matched_payment_ids,
        ):
            self.assertNotIn(self.buyer, record.message_partner_ids)
            self.assertNotIn(self.buyer, record.message_ids.partner_ids)


class TestUsers(InvoiceCase):
    """Users without access to the connector can do their work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()

    def user(self, name, *groups):
        return new_test_user(
            self.env,
            name,
            groups=",".join(("base.group_user", *groups)),
            company_id=self.company.id,
        )

    def test_salespeople_confirm_and_invoice_such_orders(self):
        seller = self.user("seller", "sales_team.group_sale_salesman_all_leads")
        order = self.make_order(confirm=False)
        sale = order.sale_order_id.with_user(seller)
        sale.web_read({"iconic_account_id": {"fields": {"display_name": {}}}})
        sale.action_confirm()
        sale.order_line[0].product_uom_qty = 1
        invoice = sale._create_invoices()
        self.assertEqual(invoice.sudo().iconic_order_id, order)
        self.assertEqual(invoice.sudo().ref, order.number)
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_accountants_post_pay_and_credit_such_invoices(self):
        keeper = self.user("keeper", "account.group_account_invoice")
        self.account.invoice_orders = False
        order = self.order
        invoice = order.sale_order_id._create_invoices().with_user(keeper)
        invoice.web_read({"iconic_order_id": {"fields": {"display_name": {}}}})
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        register = self.env["account.payment.register"].with_user(keeper)
        register.with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": self.clearing.id})._create_payments()
        self.assertEqual(invoice.payment_state, "paid")
        credit = invoice._reverse_moves([{"invoice_date": "2026-03-05"}])
        credit.action_post()
        self.assertEqual(credit.amount_total, 130)

    def test_stock_users_deliver_such_orders(self):
        packer = self.user("packer", "stock.group_stock_user")
        order = self.order
        order._invoice_and_pay()
        picking = order.sale_order_id.picking_ids.with_user(packer)
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_whoever_receives_returns_may_credit_them(self):
        clerk = self.user("clerk", "iconic_connector.iconic_connector_group_user")
        order = self.order
        order._invoice_and_pay()
        credit = order.with_user(clerk)._credit_items(
            order.item_ids[:1].with_user(clerk), "Returned"
        )
        self.assertEqual(credit.sudo().state, "posted")


class TestCompanies(InvoiceCase):
    def test_moves_belong_to_the_company_of_the_account(self):
        other = self.env["res.company"].create({"name": "Outlet"})
        self.env.user.company_ids |= other
        self.set_up_accounting(other)
        everywhere = self.env(
            context={"allowed_company_ids": (other | self.company).ids}
        )
        account = everywhere["iconic.account"].create(
            {"name": "Outlet", "company_id": other.id}
        )
        account.action_create_clearing_journal()
        clearing = account.payment_journal_id
        order = self.make_order(
            account=account,
            tax=self.make_tax(other),
            warehouse=everywhere["stock.warehouse"].search(
                [("company_id", "=", other.id)], limit=1
            ),
            confirm=False,
        )
        order.sale_order_id.with_company(other).action_confirm()
        # The user of the job is in the first company.
        order.with_env(self.env)._invoice_and_pay()
        invoice = order.sale_order_id.sudo().invoice_ids
        credit = order._credit_items(order.item_ids[:1], "Returned")
        for move in invoice + credit:
            self.assertEqual(move.company_id, other)
            self.assertEqual(move.payment_state, "paid")
            payment = move.matched_payment_ids
            self.assertEqual(payment.journal_id, clearing)
            self.assertEqual(payment.company_id, other)
            self.assertEqual(move.invoice_line_ids.account_id.company_ids, other)


class TestCredit(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paid = cls.make_order()
        cls.paid._invoice_and_pay()

    def credit_one_by_one(self, order, **options):
        moves = self.env["account.move"]
        for item in order.item_ids:
            item.status = "returned"
            moves += order._credit_items(item, "Returned", **options)
        return moves

    def check_parts(self, order):
        """Items credited one by one add up to the invoice, to the cent."""
        order._invoice_and_pay()
        invoice = order.sale_order_id.invoice_ids
        moves = self.credit_one_by_one(order)
        self.assertEqual(len(moves), len(order.item_ids))
        for name in ("amount_total", "amount_untaxed", "amount_tax"):
            self.assertAlmostEqual(sum(moves.mapped(name)), invoice[name], msg=name)
        for line in invoice.invoice_line_ids:
            credited = moves.invoice_line_ids.filtered(
                lambda one, line=line: one.sale_line_ids == line.sale_line_ids
            )
            for name in ("price_subtotal", "price_total", "quantity"):
                self.assertAlmostEqual(sum(credited.mapped(name)), line[name])
        return moves

    def test_items_credited_one_by_one_add_up_to_the_invoice(self):
        self.check_parts(self.make_order((self.small, 1.05, 7), (self.medium, 30, 1)))

    def test_taxes_on_top_add_up_as_well(self):
        tax = self.make_tax(self.company, included=False)
        self.check_parts(self.make_order((self.small, 10.05, 3), tax=tax))

    def test_prices_without_tax_add_up_as_well(self):
        none = self.env["account.tax"]
        self.check_parts(self.make_order((self.small, 3.33, 3), tax=none))

    def test_items_of_a_line_are_one_line_of_the_credit_note(self):
        order = self.paid
        invoice = order.sale_order_id.invoice_ids
        move = order._credit_items(self.items_of(order, self.small), "Lost")
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "payment_state": "paid",
                    "amount_total": 100,
                    "reversed_entry_id": invoice.id,
                    "iconic_order_id": order.id,
                }
            ],
        )
        self.assertEqual(move.invoice_line_ids.quantity, 2)
        self.assertEqual(move.ref, f"{order.number}: Lost")
        self.assertEqual(move.matched_payment_ids.journal_id, self.clearing)
        lines = order.sale_order_id.order_line
        self.assertEqual(lines.mapped("qty_invoiced"), [0, 1])
        self.assertEqual(lines.mapped("qty_to_invoice"), [0, 0])
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assertEqual(self.items_of(order, self.small).credit_move_id, move)

    def test_an_item_is_credited_once(self):
        order = self.paid
        item = self.items_of(order, self.small)[0]
        self.assertTrue(order._credit_items(item, "Returned"))
        self.assertFalse(order._credit_items(item, "Returned"))

    def test_items_without_an_invoice_are_left_out(self):
        order = self.make_order()
        self.assertFalse(order._credit_items(order.item_ids, "Lost"))
        self.assertFalse(order.item_ids.credit_move_id)

    def test_a_draft_stays_a_draft(self):
        order = self.paid
        move = order._credit_items(order.item_ids[:1], "Returned", post=False)
        self.assertEqual(move.state, "draft")
        self.assertFalse(order._credit_items(order.item_ids[:1], "Returned"))

    def test_a_credit_note_is_reconciled_with_an_open_invoice(self):
        self.account.register_payments = False
        order = self.make_order()
        order._invoice_and_pay()
        move = order._credit_items(order.item_ids, "Cancelled")
        invoice = move.reversed_entry_id
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(move.matched_payment_ids)

    def test_without_a_clearing_journal_items_are_credited_all_the_same(self):
        order = self.paid
        self.account.payment_journal_id = False
        move = order._credit_items(order.item_ids, "Cancelled")
        self.assertEqual((move.state, move.payment_state), ("posted", "not_paid"))

    def test_one_credit_note_may_take_all_cents_of_the_order(self):
        order = self.make_order(
            (self.small, 100, 1), (self.medium, 100, 4), rounding=-0.02
        )
        order.item_ids[0].write({"unit_price": 99.98, "paid_price": 99.98})
        order._invoice_and_pay()
        self.assertEqual(order.sale_order_id.invoice_ids.amount_total, 499.98)
        order.item_ids[0].status = "returned"
        credit = order._credit_items(order.item_ids[0], "Returned")
        self.assertEqual(credit.amount_total, 99.98)

    def test_what_a_person_posts_is_paid_by_the_job(self):
        order = self.make_order()
        draft = order.sale_order_id._create_invoices()
        order._process()
        order.needs_processing = False
        draft.action_post()
        self.assertTrue(order.needs_processing)
        order._process()
        self.assertEqual(draft.payment_state, "paid")

    def assert_cleared(self, order, amount):
        """Check what the clearing account holds, and that nothing else is open."""
        lines = self.env["account.move.line"].search(
            [("journal_id", "=", self.clearing.id)]
        )
        ledger = self.clearing.inbound_payment_method_line_ids.payment_account_id
        of_ledger = lines.filtered(lambda one: one.account_id == ledger)
        self.assertAlmostEqual(sum(of_ledger.mapped("balance")), amount)
        moves = order.sale_order_id.invoice_ids | lines.move_id
        open_lines = moves.line_ids.filtered(
            lambda one: (
                one.account_type == "asset_receivable"
                and one.parent_state == "posted"
                and not one.reconciled
            )
        )
        self.assertFalse(open_lines)

    def test_an_invoice_that_was_reset_and_reduced_keeps_its_payment(self):
        order = self.paid
        invoice = order.sale_order_id.invoice_ids
        invoice.button_draft()
        order.item_ids[0].status = "canceled"
        order._credit_items(order.item_ids[0], "Cancelled")
        self.assertEqual((invoice.state, invoice.amount_total), ("draft", 80))
        order._invoice_and_pay()
        invoice.action_post()
        order._invoice_and_pay()
        order._invoice_and_pay()
        self.assert_cleared(order, 80)

    def test_an_invoice_that_replaces_a_paid_one_takes_over_its_payment(self):
        order = self.paid
        invoice = order.sale_order_id.invoice_ids
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "by hand"})
        )
        new = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self.assertEqual(new.iconic_order_id, order)
        order._invoice_and_pay()
        new.action_post()
        order._invoice_and_pay()
        order._invoice_and_pay()
        self.assert_cleared(order, 130)

    def test_without_invoicing_no_refund_is_registered(self):
        self.account.invoice_orders = False
        order = self.make_order()
        order.sale_order_id._create_invoices().action_post()
        credit = order._credit_items(order.item_ids, "Returned")
        self.assertFalse(credit.matched_payment_ids)

    def test_an_item_is_credited_with_its_share_of_the_shipping(self):
        order = self.make_order(shipping=(3.32, 3.32, 3.31))
        order._invoice_and_pay()
        moves = order._credit_items(order.item_ids[:1], "Returned")
        moves += order._credit_items(order.item_ids[1:], "Returned")
        self.assertEqual(moves[0].amount_total, 53.32)
        invoice = moves.reversed_entry_id
        self.assertAlmostEqual(sum(moves.mapped("amount_total")), invoice.amount_total)
        self.assertAlmostEqual(sum(moves.mapped("amount_tax")), invoice.amount_tax)

    def test_what_is_left_is_what_the_other_items_are_worth_to_the_cent(self):
        order = self.make_order(rounding=-0.01)
        order.item_ids[2].write({"unit_price": 29.99, "paid_price": 29.99})
        order._invoice_and_pay()
        moves = self.credit_one_by_one(order)
        self.assertEqual(moves.mapped("amount_total"), [50, 50, 29.99])

    def test_items_of_no_value_can_be_credited(self):
        self.account.register_payments = False
        order = self.make_order((self.small, 0, 1))
        order._invoice_and_pay()
        move = order._credit_items(order.item_ids, "Lost")
        self.assertEqual((move.state, move.amount_total), ("posted", 0))

    def test_a_cancelled_item_is_neither_invoiced_again_nor_credited_twice(self):
        order = self.paid
        sale = order.sale_order_id
        sale.order_line[0].product_uom_qty = 1
        order.item_ids[0].removed_from_sale = True
        self.assertEqual(sale.order_line[0].qty_to_invoice, -1)
        order._credit_items(order.item_ids[:1], "Cancelled")
        self.assertEqual(sale.order_line[0].qty_to_invoice, 0)
        order._credit_items(order.item_ids[1:2], "Returned")
        self.assertEqual(sale.order_line[0].qty_to_invoice, 0)
        self.assertEqual(sale.invoice_status, "invoiced")
        self.assertAlmostEqual(sale.amount_to_invoice, 0)

    def test_a_credit_note_that_was_cancelled_does_not_count(self):
        order = self.paid
        item = order.item_ids[:1]
        order._credit_items(item, "Returned", post=False).button_cancel()
        self.assertEqual(order._credit_items(item, "Returned").amount_total, 50)

    def test_a_large_order_is_credited_in_one_go(self):
        products = [(self.small, 10 + place / 100, 1) for place in range(20)]
        order = self.make_order(*products)
        order._invoice_and_pay()
        move = order._credit_items(order.item_ids, "Cancelled")
        invoice = move.reversed_entry_id
        self.assertEqual(len(move.invoice_line_ids), 20)
        self.assertAlmostEqual(move.amount_total, invoice.amount_total)
        self.assertAlmostEqual(move.amount_tax, invoice.amount_tax)
