"""Up to 25 orders are processed together, as if each of them had been alone."""

from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count as count_up
from unittest.mock import patch

from common import RUNNER_LOG, picture
from order_facts import differences, facts_of
from ordering import OrderCase, OtherAccount
from psycopg2.errors import SerializationFailure
from selling import Selling

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.iconic_connector import transactions
from odoo.addons.iconic_connector.models.order.order_jobs import ProcessOrders

from seller_center_sandbox.orders.placing import change_customer

MORNING, NOON, EVENING = (f"2026-05-04 {hour}:00:00" for hour in ("08", "12", "18"))
#: Queries of 25 orders, from choosing them until they are confirmed and reserved; and
#: of each further order.
CONFIRMED, CONFIRMED_EACH = 1414, 49
#: Likewise, until their invoices are posted.
INVOICED, INVOICED_EACH = 1917, 67
#: Likewise, until they are paid.
PAID, PAID_EACH = 2735, 95
#: Methods of Odoo that are called for many orders: model, name, field with the number.
CREATING = ("sale.order", "create", "client_order_ref")
CONFIRMING = ("sale.order", "_action_confirm", "client_order_ref")
INVOICING = ("sale.order", "_create_invoices", "client_order_ref")
POSTING = ("account.move", "_post", "ref")
PAYING = ("account.payment", "action_post", "memo")

_buyers = count_up(1)


class BatchCase(Selling, OrderCase):
    """An account that imports, invoices and pays orders; reports would take long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {"invoice_orders": True, "payment_journal_id": cls.clearing.id}
        )
        for sku in (cls.small, cls.medium):
            cls.set_stock(cls.product(sku), cls.warehouse, 100)

    def read(self, count, **options):
        """Place some orders of two lines, and read them."""
        placed = [
            self.place(self.small, self.medium, **options) for _number in range(count)
        ]
        self.pull()
        return placed

    def pull(self):
        """Override to read all orders again, since some are placed in the past."""
        self.account._job("order_pull").position = False
        super().pull()

    def process(self, one_by_one=False):
        """Run the job without any noise; in an instant, so that all times are equal."""
        size = 1 if one_by_one else ProcessOrders.batch_size
        with (
            patch.object(ProcessOrders, "batch_size", size),
            self.at(self.moment),
            mute_logger(RUNNER_LOG, "odoo.sql_db"),
        ):
            self.follow()

    def setUp(self):
        super().setUp()
        self.moment = fields.Datetime.now()

    def watch_batches(self):
        """Note how many orders each batch has.

        :return: a list that grows
        """
        sizes, do = [], ProcessOrders.do

        def count_and_do(job, batch):
            sizes.append(len(batch))
            return do(job, batch)

        self.startPatcher(patch.object(ProcessOrders, "do", count_and_do))
        return sizes

    def process_again(self):
        """Have all orders processed two more times."""
        for _time in range(2):
            self.account.order_ids.needs_processing = True
            self.process()

    def facts(self, placed):
        """Return all that matters of some orders."""
        return [facts_of(self.order(one)) for one in placed]

    def assert_same(self, placed, expected):
        """Check that the facts of orders are what they were otherwise."""
        self.assertFalse(differences(self.facts(placed), expected))

    @contextmanager
    def undone(self):
        """Undo in Odoo whatever is done meanwhile."""
        savepoint = self.env.cr.savepoint()
        yield
        self.env.flush_all()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def assert_done_once(self, placed):
        """Check that some orders are sold, invoiced and paid, each once."""
        for order in map(self.order, placed):
            same = [("client_order_ref", "=", order.number)]
            sale = self.env["sale.order"].search(same)
            self.assertEqual((sale, sale.state), (order.sale_order_id, "sale"))
            memo = [("memo", "=", order.number)]
            invoice, payment = (
                sale.invoice_ids,
                self.env["account.payment"].search(memo),
            )
            self.assertEqual((len(invoice), len(payment)), (1, 1))
            self.assertEqual((invoice.payment_state, payment.state), ("paid", "paid"))
            self.assertFalse(order.error or order.invoice_error or order.lease_until)

    def spoil(self, step, placed, fail):
        """Have a method of Odoo fail whenever one of some orders is among others.

        :param step: model, name and the field that holds the number of the order
        :param fail: function that raises
        """
        model, name, field = step
        owner, bad = type(self.env[model]), {one.number for one in placed}
        original = getattr(owner, name)

        def fail_for_some(records, *arguments, **options):
            if bad & set(_numbers(records, arguments, field)):
                fail()
            return original(records, *arguments, **options)

        self.startPatcher(patch.object(owner, name, fail_for_some))

    def refuse(self):
        """Raise what Odoo raises for people."""
        raise UserError("Not this one")

    def violate(self):
        """Have the database refuse a row."""
        self.env.cr.execute("UPDATE res_lang SET code = NULL WHERE code = 'en_US'")

    def overflow(self):
        """Have the database refuse a value."""
        self.env.cr.execute("SELECT 1 / 0")

    def stumble(self):
        """Raise what nobody has foreseen."""
        raise KeyError("nobody has foreseen this")


def _numbers(records, arguments, field):
    if arguments and isinstance(arguments[0], list):
        return [values.get(field) for values in arguments[0]]
    return records.mapped(field)


class TestOneBadOrder(BatchCase):
    """The others of its batch end as they would without it."""

    def compare(self, placed, bad, spoil=None):
        """Process orders, and compare the good ones with a run in which all are.

        :param bad: those of them that cannot be processed
        :param spoil: function that makes them bad, if they are not yet
        """
        good = [one for one in placed if one not in bad]
        if spoil:
            with self.undone():
                self.process()
                expected = self.facts(good)
            spoil()
            self.process()
            self.assert_same(good, expected)
        else:
            self.process()
        self.assert_done_once(good)
        self.assertEqual(self.account._job("order_process").result, "success")
        before = self.facts(placed)
        self.process_again()
        self.assert_same(placed, before)
        self.assert_done_once(good)

    def assert_held(self, placed, reason):
        """Check that an order is held, and nothing of it is in Odoo."""
        order = self.order(placed)
        self.assertEqual((order.state, order.lease_until), ("held", False))
        self.assertIn(reason, order.error)
        number = [("client_order_ref", "=", order.number)]
        self.assertFalse(self.env["sale.order"].search(number))
        self.assertFalse(order.sale_order_id)

    def assert_waits(self, placed, reason):
        """Check that an order is imported, and nothing of its invoice is in Odoo."""
        order = self.order(placed)
        self.assertEqual((order.state, order.lease_until), ("imported", False))
        self.assertIn(reason, order.invoice_error)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertFalse(order.sale_order_id.invoice_ids)
        memo = [("memo", "=", order.number)]
        self.assertFalse(self.env["account.payment"].search(memo))

    def compare_with_spoiled(self, step, fail, places=(2,), count=5):
        """Spoil a step of some orders of a batch, and process them.

        :return: the bad orders
        """
        placed = self.read(count)
        bad = [placed[place] for place in places]
        self.compare(placed, bad, partial(self.spoil, step, bad, fail))
        return bad

    def test_an_unknown_sku_holds_only_its_order(self):
        placed = self.read(2)
        bad = self.place(self.small, "UNKNOWN")
        placed += [bad, *self.read(2)]
        self.compare(placed, [bad])
        self.assert_held(bad, "UNKNOWN")

    def test_an_order_without_items_holds_only_itself(self):
        placed = self.read(4)

        def lose_items():
            self.order(placed[1]).item_ids.unlink()

        self.compare(placed, [placed[1]], lose_items)
        self.assert_held(placed[1], "has not sent the items")

    def test_a_currency_that_is_not_active_holds_only_its_order(self):
        placed = self.read(4)

        def change_currency():
            self.order(placed[1]).currency_id = self.env.ref("base.NZD")

        self.env.ref("base.NZD").active = False
        self.compare(placed, [placed[1]], change_currency)
        self.assert_held(placed[1], "currency of the order is not active")

    def test_a_sales_order_that_cannot_be_created_holds_only_its_order(self):
        (bad,) = self.compare_with_spoiled(CREATING, self.refuse)
        self.assert_held(bad, "Not this one")

    def test_a_sales_order_that_cannot_be_confirmed_holds_only_its_order(self):
        (bad,) = self.compare_with_spoiled(CONFIRMING, self.refuse)
        self.assert_held(bad, "Not this one")

    def test_an_invoice_that_cannot_be_created_waits_alone(self):
        (bad,) = self.compare_with_spoiled(INVOICING, self.refuse)
        self.assert_waits(bad, "Not this one")

    def test_an_invoice_that_cannot_be_posted_waits_alone(self):
        (bad,) = self.compare_with_spoiled(POSTING, self.refuse)
        self.assert_waits(bad, "Not this one")

    def test_a_payment_that_cannot_be_posted_waits_alone_with_its_invoice(self):
        (bad,) = self.compare_with_spoiled(PAYING, self.refuse)
        self.assert_waits(bad, "Not this one")

    def test_a_row_that_the_database_refuses_holds_only_its_order(self):
        (bad,) = self.compare_with_spoiled(CONFIRMING, self.violate)
        self.assert_held(bad, "res_lang")

    def test_a_payment_that_the_database_refuses_waits_alone(self):
        (bad,) = self.compare_with_spoiled(PAYING, self.violate)
        self.assert_waits(bad, "res_lang")

    def test_a_value_that_the_database_refuses_holds_only_its_order(self):
        (bad,) = self.compare_with_spoiled(CREATING, self.overflow)
        self.assert_held(bad, "division by zero")

    def test_an_invoice_of_which_the_database_refuses_a_value_waits_alone(self):
        (bad,) = self.compare_with_spoiled(POSTING, self.overflow)
        self.assert_waits(bad, "division by zero")

    def test_what_nobody_has_foreseen_at_the_import_holds_only_its_order(self):
        (bad,) = self.compare_with_spoiled(CONFIRMING, self.stumble)
        self.assert_held(bad, "KeyError")

    def test_what_nobody_has_foreseen_at_the_payment_undoes_only_its_order(self):
        (bad,) = self.compare_with_spoiled(PAYING, self.stumble)
        self.assert_held(bad, "KeyError")

    def test_the_first_of_a_batch_may_be_the_bad_one(self):
        (bad,) = self.compare_with_spoiled(PAYING, self.stumble, places=[0])
        self.assert_held(bad, "KeyError")

    def test_the_last_of_a_batch_may_be_the_bad_one(self):
        (bad,) = self.compare_with_spoiled(PAYING, self.refuse, places=[4])
        self.assert_waits(bad, "Not this one")

    def test_two_bad_ones_in_different_halves_hold_only_themselves(self):
        for bad in self.compare_with_spoiled(CREATING, self.refuse, (1, 5), 7):
            self.assert_held(bad, "Not this one")

    def test_two_that_nobody_has_foreseen_hold_only_themselves(self):
        for bad in self.compare_with_spoiled(INVOICING, self.stumble, (0, 6), 7):
            self.assert_held(bad, "KeyError")

    def test_bad_ones_of_two_kinds_keep_their_own_reasons(self):
        placed = self.read(6)
        held, waiting = placed[1], placed[2]

        def spoil():
            self.spoil(CREATING, [held], self.stumble)
            self.spoil(PAYING, [waiting], self.violate)

        self.compare(placed, [held, waiting], spoil)
        self.assert_held(held, "KeyError")
        self.assert_waits(waiting, "res_lang")


class TestAllAreBad(BatchCase):
    """A whole batch fails."""

    def test_each_keeps_the_reason_if_it_says_what_to_do(self):
        placed = self.read(5)
        self.spoil(PAYING, placed, self.refuse)
        self.process()
        orders = self.account.order_ids
        self.assertEqual(set(orders.mapped("invoice_error")), {"Not this one"})
        self.assertEqual(set(orders.mapped("state")), {"imported"})
        self.assertEqual(len(self.env["sale.order"].search(self.ours())), 5)
        self.assertFalse(orders.sale_order_id.invoice_ids)

    def ours(self):
        return [("iconic_account_id", "=", self.account.id)]

    def test_each_is_held_if_nobody_has_foreseen_it(self):
        self.read(5)
        with patch.object(type(self.account.order_ids), "_pay", _stumble):
            self.process()
        orders = self.account.order_ids
        self.assertEqual(set(orders.mapped("state")), {"held"})
        self.assertEqual(len(orders.filtered(lambda one: "KeyError" in one.error)), 5)
        self.assertFalse(self.env["sale.order"].search(self.ours()))

    def test_they_are_tried_again_by_themselves_as_their_reasons_say(self):
        self.read(5)
        with patch.object(type(self.account.order_ids), "_pay", _stumble):
            self.process()
        orders = self.account.order_ids
        self.assertIn("It is tried again by itself", orders[0].error)
        self.process()
        self.assertFalse(orders.sale_order_id)
        self.moment += timedelta(hours=1, minutes=1)
        self.process()
        self.assertEqual(set(orders.mapped("state")), {"imported"})
        self.assertFalse(orders.filtered("error") | orders.filtered("retry_at"))

    def test_they_are_processed_once_the_cause_is_gone_and_they_are_retried(self):
        for fault in (_refuse, _stumble):
            with self.subTest(fault=fault.__name__):
                placed = self.read(4)
                with patch.object(type(self.account.order_ids), "_pay", fault):
                    self.process()
                self.account.order_ids.action_retry()
                self.process()
                self.assert_done_once(placed)


def _refuse(_orders, _moves):
    raise UserError("Nobody pays")


def _stumble(_orders, _moves):
    raise KeyError("nobody has foreseen this")


class EqualityCase(BatchCase):
    """Orders are processed twice: in one batch, and one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env["account.tax.group"].create({"name": "GST"})
        cls.included, cls.on_top = cls.env["account.tax"].create(
            [
                {
                    "name": f"GST {override}",
                    "amount": 10,
                    "price_include_override": override,
                    "tax_group_id": group.id,
                    "company_id": cls.company.id,
                }
                for override in ("tax_included", "tax_excluded")
            ]
        )
        cls.style.taxes_id = cls.included
        cls.account.shipping_product_id.taxes_id = cls.included
        odd = cls.make_style("ODD", "S", stock=100)
        odd.taxes_id = cls.on_top
        cls.odd = "ODD-Navy-S"

    def setUp(self):
        super().setUp()
        self.day = 0
        self.batches = self.watch_batches()

    def add(self, *skus, **options):
        """Let another shopper order something, a day and some hours later."""
        self.day += 1
        created_at = f"2026-05-{self.day:02} {self.day % 24:02}:30:00"
        customer = {
            "first_name": f"Matilda {self.day}",
            "email": f"m{self.day}@customer.example",
            "lines": [f"{self.day} Banksia Lane"],
        }
        options = {"created_at": created_at, "customer": customer, **options}
        return self.place(*skus, **options)

    def assert_equal(self, placed, batches):
        """Process orders together and one by one, and compare the facts."""
        self.pull()
        self.batches.clear()
        with self.undone():
            self.process(one_by_one=True)
            expected = self.facts(placed)
        self.assertEqual(set(self.batches), {1})
        self.batches.clear()
        self.process()
        self.assertEqual(self.batches, batches)
        self.assert_same(placed, expected)


class TestNewOrders(EqualityCase):
    """Orders of one batch end as they do one by one."""

    def order_each_kind(self):
        """Have orders placed that are worth something different each."""
        shipped = {"shipping_amount": "9.95"}
        return [
            self.add(self.small, self.medium),
            self.add(items=[self.line(self.small, "33.33", quantity=3, **shipped)]),
            self.add(self.small, price="0.00"),
            self.add(items=[self.line(self.odd, "10.00", quantity=7)]),
            self.add(self.odd, self.small, price="0.05"),
            self.add(items=[self.line(self.small, "29.95"), self.line(self.small)]),
            self.add(self.medium, customer={"first_name": "", "last_name": ""}),
        ]

    def test_new_orders_of_many_kinds(self):
        placed = self.order_each_kind()
        self.assert_equal(placed, [len(placed)])
        self.assert_done_once(placed[:2])

    def test_several_orders_of_one_new_buyer(self):
        buyer = {"first_name": "Ned", "email": "ned@customer.example"}
        placed = [self.add(self.small, customer=buyer) for _number in range(3)]
        self.assert_equal(placed, [3])
        self.assertEqual(len(self.account.order_ids.sale_order_id.partner_id), 1)

    def test_orders_that_are_not_sold_among_others(self):
        placed = [
            self.add(self.small),
            self.add(self.small, paid=False),
            self.add(self.small, "UNKNOWN"),
            self.add(self.medium),
            self.add(self.small, self.medium),
            self.add(self.medium),
        ]
        self.move(placed[3].items, "canceled")
        self.move(placed[4].items[:1], "canceled")
        self.assert_equal(placed, [6])
        states = [self.order(one).state for one in placed]
        self.assertEqual(states[1:4], ["unpaid", "held", "cancelled"])

    def test_orders_without_a_date_or_time_to_ship(self):
        placed = [self.add(self.small) for _number in range(4)]
        self.pull()
        self.order(placed[1]).ordered_at = False
        self.order(placed[2]).write({"target_to_ship": False})
        self.assert_equal(placed, [4])

    def test_an_invoice_that_waits_for_an_answer_among_others(self):
        voucher = {
            "paid_price": "29.70",
            "voucher_amount": "3.30",
            "voucher_code": "SPRING",
        }
        placed = [
            self.add(self.small),
            self.add(items=[self.line(self.small, **voucher)]),
            self.add(self.medium),
        ]
        self.account.unknown_voucher_payer = False
        self.assert_equal(placed, [3])
        self.assertIn("who pays for the vouchers", self.order(placed[1]).invoice_error)
        self.account.unknown_voucher_payer = "seller"
        self.account.order_ids.needs_processing = True
        self.assert_equal(placed, [3])
        self.assert_done_once(placed)

    def test_an_invoice_that_waits_for_its_difference_among_others(self):
        self.account.rounding_product_id = False
        placed = [self.add(self.small), self.add(self.odd, price="0.05")]
        placed.append(self.add(self.medium))
        self.assert_equal(placed, [3])
        self.assertIn("differs from", self.order(placed[1]).invoice_error)
        self.order(placed[1]).action_accept_difference()
        self.account.order_ids.needs_processing = True
        self.assert_equal(placed, [3])
        self.assert_done_once(placed)

    def test_orders_in_several_currencies(self):
        currency = self.env.ref("base.NZD")
        currency.active = True
        self.env["res.currency.rate"].create(
            [
                {"name": f"2026-05-0{day}", "rate": rate, "currency_id": currency.id}
                for day, rate in ((1, 1.1), (3, 1.3), (5, 1.7))
            ]
        )
        placed = [
            self.add(self.small, self.medium, currency=name)
            for name in ("AUD", "NZD", "NZD", "AUD", "NZD")
        ]
        self.assert_equal(placed, [5])
        self.assert_done_once(placed)
        names = [self.order(one).sale_order_id.currency_id.name for one in placed]
        self.assertEqual(names, ["AUD", "NZD", "NZD", "AUD", "NZD"])

    def test_orders_of_a_locked_period_and_of_an_open_one(self):
        # The day after a lock depends on how the journal has numbered before.
        self.add(self.small)
        self.catch_up()
        self.company.fiscalyear_lock_date = "2026-05-03"
        placed = [self.add(self.small) for _number in range(4)]
        self.assert_equal(placed, [4])
        orders = map(self.order, placed)
        dates = [str(one.sale_order_id.invoice_ids.date) for one in orders]
        self.assertGreater(min(dates), "2026-05-03")

    def test_orders_that_a_person_has_to_confirm(self):
        self.account.confirm_orders = False
        placed = [self.add(self.small) for _number in range(3)]
        self.assert_equal(placed, [3])
        self.assertEqual(
            set(self.account.order_ids.sale_order_id.mapped("state")), {"draft"}
        )


class TestChangedOrders(EqualityCase):
    """So do orders that were imported, invoiced and paid before, among new ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_returns = "posted"

    def begin(self):
        super().begin()
        shares = {"shipping_amount": "3.32"}
        items = [self.line(sku, "33.32", **shares) for sku in (self.small, self.medium)]
        placed = [self.place(items=items) for _number in range(7)]
        self.numbers = [one.id for one in placed]
        self.catch_up()

    def earlier(self):
        """Return the orders of before, as the marketplace has them."""
        return [self.sandbox.orders.orders[number] for number in self.numbers]

    def deliver(self, *placed):
        """Deliver orders in Odoo and at the marketplace."""
        for one in placed:
            self.validate(self.order(one).sale_order_id.picking_ids)
            self.deliver_at_marketplace(one.items)

    def test_orders_with_changes_of_many_kinds_among_new_ones(self):
        one_left, none_left, refunded, partly, moved, ready, quiet = self.earlier()
        self.deliver(refunded, partly)
        self.move(one_left.items[:1], "canceled")
        self.move(none_left.items, "canceled")
        self.move(refunded.items, "returned")
        self.move(partly.items[1:], "returned")
        self.move(ready.items, "ready_to_ship")
        change_customer(self.sandbox, moved, {"shipping": {"lines": ["9 New Lane"]}})
        self.order(quiet).needs_processing = True
        new = [self.add(self.small), self.add(self.medium, self.small)]
        self.assert_equal([*self.earlier(), *new], [9])
        types = self.order(partly).sale_order_id.invoice_ids.mapped("move_type")
        self.assertEqual(sorted(types), ["out_invoice", "out_refund"])
        self.assertEqual(self.order(none_left).sale_order_id.state, "cancel")

    def test_orders_that_are_paid_only_now(self):
        placed = [self.add(self.small, paid=False) for _number in range(3)]
        self.catch_up()
        for one in placed[:2]:
            self.move(one.items, "pending")
        self.order(placed[2]).needs_processing = True
        self.assert_equal([*placed, *self.earlier()], [3])
        self.assert_done_once(placed[:2])

    def test_invoices_that_a_person_has_touched(self):
        cancelled, draft, unpaid, paid, *_others = self.earlier()
        for one in (cancelled, draft, unpaid):
            invoice = self.order(one).sale_order_id.invoice_ids
            invoice.button_draft()
            if one is cancelled:
                invoice.button_cancel()
            if one is unpaid:
                invoice.action_post()
        self.account.order_ids.needs_processing = True
        self.assert_equal(self.earlier(), [7])
        for one in (unpaid, paid):
            invoice = self.order(one).sale_order_id.invoice_ids
            self.assertEqual(invoice.payment_state, "paid")

    def test_invoices_and_payments_that_were_switched_off_before(self):
        self.account.invoice_orders = False
        placed = [self.add(self.small) for _number in range(3)]
        self.catch_up()
        self.account.write({"invoice_orders": True, "register_payments": False})
        self.account.order_ids.needs_processing = True
        self.process()
        self.account.register_payments = True
        self.account.order_ids.needs_processing = True
        self.assert_equal([*placed, *self.earlier()], [10])
        self.assert_done_once(placed)


class TestShippedOrders(EqualityCase):
    """So do those that are invoiced when they are shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.invoice_when = "shipped"

    def begin(self):
        super().begin()
        skus = [self.small, self.small, self.medium]
        placed = [self.place(*skus) for _number in range(4)]
        self.numbers = [one.id for one in placed]
        self.catch_up()

    def test_orders_of_which_all_some_and_no_items_are_shipped(self):
        placed = [self.sandbox.orders.orders[number] for number in self.numbers]
        orders = [self.order(one) for one in placed]
        for order, day, share in zip(orders, (1, 2, 3), (1, 1, 0.5), strict=False):
            picking = order.sale_order_id.picking_ids
            for move in picking.move_ids:
                move.quantity = max(1, int(move.product_uom_qty * share))
                move.picked = True
            picking.with_context(skip_backorder=True).button_validate()
            order.item_ids.filtered("shipped_at").shipped_at = f"2026-05-0{day} 10:00"
        self.account.order_ids.needs_processing = True
        self.assert_equal(placed, [4])
        amounts = [
            sum(one.sale_order_id.invoice_ids.mapped("amount_total")) for one in orders
        ]
        self.assertEqual(amounts, [99, 99, 66, 0])


class ScarceCase(BatchCase):
    """One piece left of a dress, and several orders that want it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dress = cls.product(cls.small)
        cls.stock = cls.warehouse.lot_stock_id
        cls.set_stock(cls.dress, cls.warehouse, 1 - cls.dress.free_qty)

    def setUp(self):
        super().setUp()
        self.batches = self.watch_batches()

    def queue(self, *moments, skus=(OrderCase.small,)):
        """Place orders at some moments, and read them."""
        placed = [self.place(*skus, created_at=moment) for moment in moments]
        self.pull()
        return placed

    def reserved(self, *placed):
        """Return how many pieces of the dress are reserved for each order."""
        return [
            sum(
                self.order(one)
                .sale_order_id.picking_ids.move_ids.filtered(
                    lambda move: move.product_id == self.dress
                )
                .mapped("quantity")
            )
            for one in placed
        ]

    def hours(self, count):
        """Return moments, one after the other."""
        return [f"2026-05-04 {hour:02}:00:00" for hour in range(1, count + 1)]


class TestFirstComeFirstServed(ScarceCase):
    """Within a batch, too, the oldest order gets the last piece."""

    def test_the_oldest_of_a_batch_gets_it(self):
        noon, evening, morning = self.queue(NOON, EVENING, MORNING)
        self.process()
        self.assertEqual(self.batches, [3])
        self.assertEqual(self.reserved(morning, noon, evening), [1, 0, 0])

    def test_an_order_without_a_date_is_the_last_of_its_batch(self):
        undated, noon, evening = self.queue(MORNING, NOON, EVENING)
        self.order(undated).ordered_at = False
        self.process()
        self.assertEqual(self.batches, [3])
        self.assertEqual(self.reserved(undated, noon, evening), [0, 1, 0])

    def wait(self, *pieces):
        """Have an order of noon wait, place others around it, and find some pieces."""
        self.set_stock(self.dress, self.warehouse, -1)
        (noon,) = self.queue(NOON)
        self.process()
        placed = self.queue(MORNING, EVENING)
        morning, evening = placed
        self.set_stock(self.dress, self.warehouse, *pieces)
        self.process()
        return self.reserved(morning, noon, evening)

    def test_one_that_waits_already_comes_after_an_older_one_of_the_batch(self):
        self.assertEqual(self.wait(1), [1, 0, 0])

    def test_one_that_waits_already_comes_before_a_younger_one_of_the_batch(self):
        self.assertEqual(self.wait(2), [1, 1, 0])

    def test_of_two_warehouses_only_one_ships_the_last_piece_of_the_first(self):
        second = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        self.account.second_warehouse_ids = [Command.set(second.ids)]
        self.set_stock(self.dress, second, 1)
        placed = self.queue(EVENING, MORNING, NOON)
        self.process()
        evening, morning, noon = placed
        self.assertEqual(self.batches, [3])
        self.assertEqual(self.reserved(morning, noon, evening), [1, 1, 0])
        lines = [self.order(one).sale_order_id.order_line for one in (morning, noon)]
        used = [line.warehouse_id for line in lines]
        self.assertEqual(used, [self.warehouse, second])

    def test_orders_that_were_claimed_in_vain_keep_their_turn(self):
        placed = self.queue(*self.hours(6))
        self.spoil(CONFIRMING, placed[3:4], self.stumble)
        self.process()
        self.assertEqual(self.reserved(*placed), [1, 0, 0, 0, 0, 0])

    def test_the_next_oldest_gets_it_if_the_oldest_is_held(self):
        placed = self.queue(*self.hours(4))
        self.spoil(CONFIRMING, placed[:1], self.refuse)
        self.process()
        self.assertEqual(self.reserved(*placed), [0, 1, 0, 0])

    def test_the_next_oldest_gets_it_if_nobody_foresaw_the_fault_of_the_oldest(self):
        placed = self.queue(*self.hours(12))
        self.spoil(CONFIRMING, placed[:1], self.stumble)
        self.process()
        self.assertEqual(self.reserved(*placed), [0, 1] + 10 * [0])

    def test_a_piece_that_a_failed_payment_does_not_free_stays_with_its_order(self):
        placed = self.queue(*self.hours(4))
        self.spoil(PAYING, placed[:1], self.refuse)
        self.process()
        self.assertEqual(self.reserved(*placed), [1, 0, 0, 0])


class TestAnotherAccount(OtherAccount, ScarceCase):
    """Another account of the same company sells the same dress."""

    def reserved_there(self, placed):
        """Return how many pieces are reserved for an order of the other account."""
        order = self.other.order_ids.filtered(
            lambda one: one.external_id == str(placed.id)
        )
        return sum(order.sale_order_id.picking_ids.move_ids.mapped("quantity"))

    def race(self, moment, sku=OrderCase.small):
        """Have an order placed there among three here, and our account go first."""
        there = self.place_at(self.other, sku, created_at=moment)
        here = self.queue("2026-05-04 08:00:00", NOON, EVENING)
        for account, day in ((self.account, 1), (self.other, 2)):
            account._job("order_process").started_at = f"2020-01-0{day}"
        self.process()
        return [*self.reserved(*here), self.reserved_there(there)]

    def test_an_older_order_there_gets_the_last_piece(self):
        self.assertEqual(self.race("2026-05-04 07:00:00"), [0, 0, 0, 1])

    def test_one_in_between_gets_the_second_piece(self):
        self.set_stock(self.dress, self.warehouse, 1)
        self.assertEqual(self.race("2026-05-04 09:00:00"), [1, 0, 0, 1])

    def test_a_younger_one_there_gets_none(self):
        self.assertEqual(self.race("2026-05-04 20:00:00"), [1, 0, 0, 0])
        self.assertEqual(self.batches, [3, 1])

    def test_an_older_one_of_another_dress_holds_no_batch_up(self):
        self.race("2026-05-04 07:00:00", self.medium)
        self.assertEqual(self.batches, [3, 1])


class TestLeases(ScarceCase):
    """An order is claimed by one job at a time, and lost by none."""

    def test_what_a_killed_job_has_claimed_stands_alone_and_goes_last(self):
        placed = self.queue(MORNING, NOON, EVENING)
        for one in placed[:2]:
            self.order(one).write(
                {"lease_until": "2026-05-04 08:10:00", "needs_processing": False}
            )
        self.process()
        self.assertEqual(self.batches, [1, 1, 1])
        self.assertEqual(self.reserved(*placed), [0, 0, 1])
        self.assert_done_once(placed)

    def test_what_another_job_is_processing_is_left_to_it(self):
        placed = self.queue(MORNING, NOON)
        lease = self.moment + timedelta(minutes=5)
        self.order(placed[0]).write({"lease_until": lease, "needs_processing": True})
        self.process()
        order = self.order(placed[0])
        self.assertEqual((order.state, order.lease_until), ("new", lease))
        self.assertEqual(self.reserved(*placed), [0, 1])

    def lock(self, placed):
        """Let another transaction have an order locked.

        :return: what ends that, for `with`
        """
        owner, locked = type(self.account.order_ids), self.order(placed)
        lock = owner.try_lock_for_update
        return patch.object(
            owner,
            "try_lock_for_update",
            lambda orders, **options: lock(orders - locked, **options),
        )

    def process_locked(self):
        """Process a batch of which somebody else has locked the second order.

        :return: the orders at the marketplace
        """
        placed = self.queue(MORNING, NOON, EVENING)
        with self.lock(placed[1]):
            self.process()
        order = self.order(placed[1])
        self.assertEqual((order.state, order.error), ("new", False))
        self.assertTrue(order.lease_until, "It is lost.")
        self.assert_done_once([placed[0], placed[2]])
        return placed

    def process_after_lease(self, placed):
        """Let the lease of what was locked end, and process it."""
        self.moment += timedelta(minutes=11)
        self.process()
        self.assert_done_once(placed)

    def test_an_order_that_somebody_has_locked_is_processed_after_its_lease(self):
        self.process_after_lease(self.process_locked())

    def test_nor_is_it_lost_if_reports_are_made(self):
        self.account.make_pick_tickets = True
        with patch.object(
            type(self.account.order_ids), "_make_reports", lambda _order: None
        ):
            self.process_after_lease(self.process_locked())

    def test_the_job_wakes_up_when_the_lease_of_a_locked_order_ends(self):
        placed = self.process_locked()
        self.env["ir.cron.trigger"].search([]).unlink()
        self.process()
        cron = self.env.ref("iconic_connector.ir_cron_order_process")
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.order(placed[1]).lease_until, moments.mapped("call_at"))

    def test_changes_that_arrive_during_processing_are_processed_later(self):
        placed = self.queue(MORNING, NOON, EVENING)
        owner = type(self.account.order_ids)
        work, changes = owner._invoice_and_pay, iter(self.order(placed[1]).ids)

        def change_and_work(orders):
            for order in map(orders.browse, changes):
                order.item_ids.status = "canceled"
                order.needs_processing = True
            return work(orders)

        with patch.object(owner, "_invoice_and_pay", change_and_work):
            self.process()
        self.process()
        order = self.order(placed[1])
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertFalse(order.needs_processing or order.lease_until)
        self.assert_done_once([placed[0], placed[2]])

    def test_a_conflict_is_retried_with_the_whole_batch(self):
        placed = self.queue(MORNING, NOON, EVENING)
        conflicts = iter([SerializationFailure("could not serialize")])

        def fail_once():
            for conflict in conflicts:
                raise conflict

        self.spoil(PAYING, placed[1:2], fail_once)
        with patch.object(transactions.time, "sleep"):
            self.process()
        self.assertEqual(self.batches, [3, 3])
        self.assertEqual(self.reserved(*placed), [1, 0, 0])
        self.assert_done_once(placed)


class TestReportsOfBatches(BatchCase):
    """Reports are made order by order, once all of the batch is stored."""

    def setUp(self):
        super().setUp()
        self.account.write({"make_pick_tickets": True, "make_payment_receipts": True})
        self.reports = type(self.env["ir.actions.report"])
        self.patch(self.reports, "get_wkhtmltopdf_state", lambda _self: "install")
        # Some installations cannot draw barcodes.
        self.patch(self.reports, "barcode", lambda *_args, **_kwargs: picture())

    def fail_for(self, placed, error):
        """Have the reports of one order fail.

        :return: what ends that, for `with`
        """
        owner, bad = type(self.account.order_ids), self.order(placed)
        attach = owner._attach_report

        def fail(order, *arguments):
            if order == bad:
                raise error
            return attach(order, *arguments)

        return patch.object(owner, "_attach_report", fail)

    def assert_reports(self, placed):
        """Check that orders have a pick ticket and a receipt each."""
        for one in placed:
            models = self.order(one).report_ids.mapped("res_model")
            self.assertEqual(sorted(models), ["account.payment", "stock.picking"])

    def test_each_order_gets_its_own_reports(self):
        placed = self.read(3)
        self.process()
        self.assert_done_once(placed)
        self.assert_reports(placed)
        reports = self.account.order_ids.report_ids
        self.process_again()
        self.assertEqual(self.account.order_ids.report_ids, reports)

    def test_they_are_made_when_all_of_the_batch_is_stored(self):
        self.read(3)
        owner, seen = type(self.account.order_ids), []
        make, orders = owner._make_reports, self.account.order_ids

        def look_and_make(order):
            states = orders.sale_order_id.invoice_ids.mapped("payment_state")
            leases = order.search_count([("lease_until", "!=", False)])
            seen.append((len(order), states, leases))
            return make(order)

        with patch.object(owner, "_make_reports", look_and_make):
            self.process()
        paid = ["paid"] * 3
        self.assertEqual(seen, [(1, paid, 3), (1, paid, 2), (1, paid, 1)])

    def test_a_report_that_fails_keeps_its_reason_alone(self):
        placed = self.read(3)
        with self.fail_for(placed[1], UserError("No ink")):
            self.process()
        errors = [self.order(one).report_error for one in placed]
        self.assertEqual(errors, [False, "No ink", False])
        self.assert_done_once(placed)
        self.assert_reports([placed[0], placed[2]])

    def test_one_that_nobody_has_foreseen_costs_only_its_order(self):
        placed = self.read(3)
        with self.fail_for(placed[1], KeyError("ink")):
            self.process()
        order = self.order(placed[1])
        self.assertEqual((order.state, order.lease_until), ("imported", False))
        self.assertIn("KeyError", order.error)
        self.assert_reports([placed[0], placed[2]])
        order.action_retry()
        self.process()
        self.assert_done_once(placed)
        self.assert_reports(placed)

    def test_changes_that_arrive_before_it_fails_are_processed_later(self):
        moments = (MORNING, NOON)
        placed = [self.place(self.small, created_at=moment) for moment in moments]
        self.pull()
        owner, (first, second) = type(self.account.order_ids), map(self.order, placed)

        def change_and_stumble(order):
            if order == second:
                raise KeyError("ink")
            other = order.browse(second.id)
            other.item_ids.status = "canceled"
            other.needs_processing = True

        with patch.object(owner, "_make_reports", change_and_stumble):
            self.process()
        self.process()
        self.assertEqual(first.sale_order_id.state, "sale")
        self.assertEqual(second.sale_order_id.state, "cancel")

    def test_the_first_of_a_batch_may_be_the_one(self):
        placed = self.read(2)
        with self.fail_for(placed[0], KeyError("ink")):
            self.process()
        self.assertIn("KeyError", self.order(placed[0]).error)
        self.assert_done_once(placed[1:])
        self.assert_reports(placed[1:])

    def test_those_of_the_good_ones_are_made_if_one_of_the_batch_is_held(self):
        placed = self.read(5)
        self.spoil(CONFIRMING, [placed[3]], self.stumble)
        self.process()
        self.assert_reports([one for one in placed if one is not placed[3]])
        self.assertFalse(self.order(placed[3]).report_ids)


class TestQueries(BatchCase):
    """What a batch costs: so many queries. Odoo's own are among them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for sku in (cls.small, cls.medium):
            cls.set_stock(cls.product(sku), cls.warehouse, 1000)

    def cost_of(self, count):
        """Process new orders of two lines each, of buyers who are new, too.

        :return: the queries
        """
        for _number in range(count):
            self.place(self.small, self.medium, customer=self.new_buyer())
        self.pull()
        queries = self.count_queries("order_process")
        orders = self.account.order_ids
        self.assertFalse(orders.filtered(lambda one: one.error or one.invoice_error))
        self.assertEqual(set(orders.sale_order_id.mapped("state")), {"sale"})
        return (queries,)

    def new_buyer(self):
        """Make a buyer whom nobody knows."""
        number = next(_buyers)
        return {
            "first_name": f"Matilda {number}",
            "email": f"m{number}@queries.example",
            "lines": [f"{number} Banksia Lane"],
        }

    def assert_costs(self, queries, per_order):
        """Compare the queries of a batch, and of each further order."""
        self.cost_of(2)
        few = self.least_of(partial(self.cost_of, 5))
        many = self.least_of(partial(self.cost_of, 25))
        more = (many[0] - few[0]) / 20
        self.assertEqual((many[0], more), (queries, per_order))

    def test_25_orders_are_confirmed(self):
        self.account.invoice_orders = False
        self.assert_costs(CONFIRMED, CONFIRMED_EACH)

    def test_25_orders_are_invoiced(self):
        self.account.register_payments = False
        self.assert_costs(INVOICED, INVOICED_EACH)

    def test_25_orders_are_paid(self):
        self.assert_costs(PAID, PAID_EACH)
