"""The clearing journal: made ready-made, checked, and the only place for the money."""

from invoicing import InvoiceCase
from rights import MANAGER, USER

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user


class ClearingCase(InvoiceCase):
    """In a company with a whole chart of accounts, from which Odoo takes some."""

    @classmethod
    def set_up_accounting(cls, company):
        currency = company.currency_id
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        # The generic chart is American.
        company.currency_id = currency
        company.country_id = cls.env.ref("base.au")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.clearing.default_account_id
        cls.methods = (
            cls.clearing.inbound_payment_method_line_ids
            | cls.clearing.outbound_payment_method_line_ids
        )

    def balance(self, account):
        """Return what has been posted on a ledger account."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def common_accounts(self):
        """Return the accounts that Odoo takes where a payment method has none."""
        chart = self.env["account.chart.template"].with_company(self.company)
        return (
            chart.ref("account_journal_payment_debit_account_id")
            | chart.ref("account_journal_payment_credit_account_id")
            | self.company.transfer_account_id
        )

    def new_account(self, **values):
        return self.env["iconic.account"].create({"name": "Second", **values})


class TestMaking(ClearingCase):
    def test_it_has_a_reconcilable_current_asset_of_its_own_for_both_directions(self):
        self.assertRecordValues(
            self.clearing,
            [
                {
                    "name": "THE ICONIC Clearing",
                    "type": "bank",
                    "company_id": self.company.id,
                    "currency_id": False,
                }
            ],
        )
        self.assertRecordValues(
            self.ledger,
            [
                {
                    "name": "THE ICONIC Clearing",
                    "account_type": "asset_current",
                    "reconcile": True,
                    "company_ids": self.company.ids,
                }
            ],
        )
        self.assertTrue(self.ledger.code)
        self.assertEqual(
            set(self.methods.mapped("payment_type")), {"inbound", "outbound"}
        )
        self.assertEqual(self.methods.payment_account_id, self.ledger)
        self.assertNotIn(self.ledger, self.common_accounts())

    def test_each_account_gets_one_of_its_own(self):
        second = self.new_account()
        second.action_create_clearing_journal()
        journal = second.payment_journal_id
        self.assertEqual(journal.name, "Second Clearing")
        self.assertNotEqual(journal.default_account_id, self.ledger)
        self.assertNotEqual(journal.default_account_id.code, self.ledger.code)

    def test_none_is_created_where_one_is_chosen(self):
        with self.assertRaisesRegex(UserError, "is the clearing journal already"):
            self.account.action_create_clearing_journal()

    def test_managers_create_it_without_being_accountants_and_users_do_not(self):
        second = self.new_account()
        user = new_test_user(self.env, "order_desk", groups=USER)
        with self.assertRaisesRegex(AccessError, "Only managers"):
            second.with_user(user).action_create_clearing_journal()
        manager = new_test_user(self.env, "boss", groups=MANAGER)
        second.with_user(manager).action_create_clearing_journal()
        self.assertTrue(second.payment_journal_id)

    def test_a_shop_abroad_gets_one_in_its_currency(self):
        self.env.ref("base.NZD").active = True
        shop = self.new_account(country="NZ", pricelist_id=False)
        shop.action_create_clearing_journal()
        self.assertEqual(shop.payment_journal_id.currency_id.name, "NZD")

    def test_a_branch_gets_one_of_its_own(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        shop = self.new_account(company_id=branch.id)
        shop.action_create_clearing_journal()
        journal = shop.payment_journal_id
        self.assertEqual(journal.company_id, branch)
        self.assertEqual(journal.default_account_id.company_ids, branch)


class TestBooking(ClearingCase):
    def test_a_paid_invoice_is_on_the_clearing_account_until_it_is_refunded(self):
        order = self.make_order((self.small, 99, 1))
        order._invoice_and_pay()
        self.assertEqual(order.sale_order_id.invoice_ids.payment_state, "paid")
        self.assertEqual(self.balance(self.ledger), 99)
        credit = order._credit_items(order.item_ids, "Returned")
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(self.balance(self.ledger), 0)
        for account in self.common_accounts():
            self.assertEqual(self.balance(account), 0)

    def test_receipt_and_refund_can_be_reconciled_with_each_other(self):
        order = self.make_order((self.small, 99, 1))
        order._invoice_and_pay()
        order._credit_items(order.item_ids, "Returned")
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.ledger.id)]
        )
        lines.reconcile()
        self.assertEqual(lines.mapped("reconciled"), [True, True])

    def test_a_credit_note_that_an_accountant_posts_is_refunded_by_the_job(self):
        order = self.make_order((self.small, 99, 1))
        order._invoice_and_pay()
        credit = order._credit_items(order.item_ids, "Returned", post=False)
        order.needs_processing = False
        keeper = new_test_user(
            self.env, "keeper", groups="base.group_user,account.group_account_invoice"
        )
        credit.with_user(keeper).action_post()
        self.assertTrue(order.needs_processing, "The job is not asked to.")
        order._process()
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(self.balance(self.ledger), 0)


class TestRefusing(ClearingCase):
    """Any other journal is refused where it is chosen, with what to do."""

    def assert_refused(self, words, journal=None, account=None):
        account = account or self.account
        account.payment_journal_id = False
        with self.assertRaisesRegex(ValidationError, words) as caught:
            account.payment_journal_id = journal or self.clearing
            self.env.flush_all()
        self.assertIn("Create Clearing Journal", str(caught.exception))

    def journal(self, **values):
        return self.env["account.journal"].create(
            {"name": "Other", "type": "bank", "company_id": self.company.id, **values}
        )

    def test_an_ordinary_bank_journal(self):
        words = "incoming payments without an outstanding account"
        self.assert_refused(words, self.journal())

    def test_one_direction_without_an_account(self):
        outgoing = self.clearing.outbound_payment_method_line_ids
        outgoing.payment_account_id = False
        self.assert_refused("outgoing payments without an outstanding account")

    def test_a_direction_without_a_payment_method(self):
        self.clearing.outbound_payment_method_line_ids = [Command.clear()]
        self.assert_refused("outgoing payments without an outstanding account")

    def test_two_accounts_for_the_two_directions(self):
        other = self.ledger.copy({"code": "199998"})
        self.clearing.outbound_payment_method_line_ids.payment_account_id = other
        self.assert_refused("books to several accounts")

    def test_a_ledger_account_that_does_not_fit(self):
        for values, words in (
            ({"reconcile": False}, "does not allow reconciliation"),
            ({"account_type": "liability_current"}, "not of the type Current Assets"),
            ({"active": False}, "is archived"),
        ):
            with self.subTest(words), self.cr.savepoint() as savepoint:
                self.ledger.write(values)
                self.assert_refused(words)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_companys_common_account(self):
        self.methods.payment_account_id = self.common_accounts()[0]
        self.assert_refused("is used by others, too")

    def test_the_account_of_another_journal(self):
        self.journal(default_account_id=self.ledger.id)
        self.assert_refused("is used by others, too")

    def test_the_journal_of_another_account(self):
        second = self.new_account(payment_journal_id=False)
        with self.assertRaisesRegex(
            ValidationError, "another account of THE ICONIC already"
        ):
            second.payment_journal_id = self.clearing

    def test_a_journal_in_a_third_currency(self):
        currency = self.env.ref("base.EUR")
        currency.active = True
        self.assert_refused("is in EUR", self.journal(currency_id=currency.id))

    def test_a_journal_of_another_kind_or_archived(self):
        sales = self.env["account.journal"].search([("type", "=", "sale")], limit=1)
        self.assert_refused("neither a bank nor a cash journal", sales)
        self.clearing.active = False
        self.assert_refused("Clearing is archived")

    def test_the_journal_of_another_company(self):
        other = self.env["res.company"].create({"name": "Outlet"})
        self.env.user.company_ids |= other
        journal = self.journal(company_id=other.id)
        self.account.payment_journal_id = False
        with self.assertRaises(UserError):
            self.account.payment_journal_id = journal


class TestChangedSince(ClearingCase):
    """What somebody changes in Invoicing later is told, and no money goes astray."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.au")

    def problem(self):
        self.account.invalidate_recordset()
        return self.account.setting_problems or ""

    def test_a_removed_account_is_told_and_payments_wait(self):
        self.assertFalse(self.problem())
        self.methods.payment_account_id = False
        self.assertIn("without an outstanding account", self.problem())
        self.assertIn("Invoices wait", self.problem())
        order = self.make_order()
        order._try("invoice_error", order._invoice_and_pay)
        self.assertIn("without an outstanding account", order.invoice_error)
        self.assertFalse(order.sale_order_id.invoice_ids)
        for account in self.common_accounts():
            self.assertEqual(self.balance(account), 0)

        self.methods.payment_account_id = self.ledger
        self.assertFalse(self.problem())
        order._try("invoice_error", order._invoice_and_pay)
        self.assertFalse(order.invoice_error)
        self.assertEqual(self.balance(self.ledger), 130)

    def test_an_archived_account_is_told(self):
        self.ledger.active = False
        self.assertIn("is archived", self.problem())

    def test_nothing_is_told_where_no_payments_are_registered(self):
        self.ledger.active = False
        self.account.register_payments = False
        self.assertFalse(self.problem())

    def test_a_refund_waits_with_its_reason_and_is_registered_later(self):
        order = self.make_order()
        order._invoice_and_pay()
        self.methods.payment_account_id = False
        credit = order._credit_items(order.item_ids, "Cancelled")
        self.assertEqual((credit.state, credit.payment_state), ("posted", "not_paid"))
        self.assertIn("without an outstanding account", order.invoice_error)
        self.methods.payment_account_id = self.ledger
        order._try("invoice_error", order._invoice_and_pay)
        self.assertFalse(order.invoice_error)
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(self.balance(self.ledger), 0)

    def test_the_refund_of_a_cancelled_order_waits_as_well(self):
        order = self.make_order()
        order._invoice_and_pay()
        self.methods.payment_account_id = False
        credit = order._credit_items(order.item_ids, "Cancelled")
        order.sale_order_id._iconic_cancel_ended()
        for account, expected in ((False, "not_paid"), (self.ledger, "paid")):
            self.methods.payment_account_id = account
            order._try("invoice_error", order._invoice_and_pay)
            self.assertEqual(credit.payment_state, expected)
            self.assertEqual(bool(order.invoice_error), expected == "not_paid")
