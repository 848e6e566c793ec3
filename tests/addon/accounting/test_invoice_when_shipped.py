"""Invoices of what was shipped, and the list of what was invoiced and not shipped."""

from invoicing import InvoiceCase
from rights import USER

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user


class ShippingCase(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # To print them takes longer than all that the tests are about.
        cls.account.write({"make_pick_tickets": False, "make_payment_receipts": False})

    def ship(self, order, pieces):
        """Ship pieces of each product, and leave the others to a backorder.

        :param pieces: a dict, product -> how many
        """
        picking = order.sale_order_id.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            count = pieces.get(move.product_id, 0)
            move.write({"quantity": count, "picked": bool(count)})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def process(self, order):
        """Do what the job does."""
        self.env.flush_all()
        order._process()
        self.assertFalse(order.error or order.invoice_error)
        return order.sale_order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        ).sorted("id")

    def report(self, order, items, status):
        """Let THE ICONIC report a status, and process it."""
        items.status = status
        return self.process(order)

    def sum_of(self, order):
        """Return what invoices less credit notes come to."""
        return sum(order.sale_order_id.invoice_ids.mapped("amount_total_signed"))


class TestInvoicedWhenShipped(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"invoice_when": "shipped", "credit_returns": "posted"})

    def test_nothing_is_invoiced_before_it_is_shipped(self):
        order = self.make_order(shipping=(9.95,))
        self.assertFalse(self.process(order))
        sale = order.sale_order_id
        self.assertEqual(sale.invoice_status, "no")
        self.assertEqual(sale.order_line.mapped("qty_to_invoice"), [0, 0, 0])

    def test_a_validated_delivery_is_invoiced_and_paid_with_the_day_that_it_left(self):
        order = self.make_order(shipping=(9.95,))
        order.needs_processing = False
        self.ship(order, {self.small: 2, self.medium: 1})
        self.assertTrue(order.needs_processing, "The job is not asked to.")
        invoice = self.process(order)
        self.assertRecordValues(
            invoice,
            [{"state": "posted", "payment_state": "paid", "amount_total": 139.95}],
        )
        self.assertEqual(invoice.invoice_date, fields.Date.today())
        self.assertEqual(order.item_ids.invoice_line_id.move_id, invoice)
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assertEqual(self.process(order), invoice)

    def test_each_shipment_is_invoiced_with_its_share_of_the_shipping(self):
        order = self.make_order(shipping=(9.95,))
        self.ship(order, {self.small: 1})
        first = self.process(order)
        self.assertEqual(first.amount_total, 59.95)
        self.assertEqual(self.process(order), first)
        self.ship(order, {self.small: 1, self.medium: 1})
        first, second = self.process(order)
        self.assertEqual((first.amount_total, second.amount_total), (59.95, 80))
        self.assertEqual(second.payment_state, "paid")
        billed = order.item_ids.grouped(lambda item: item.invoice_line_id.move_id)
        self.assertEqual((len(billed[first]), len(billed[second])), (1, 2))

    def test_what_was_decided_for_an_order_stays(self):
        order = self.make_order((self.small, 50, 2), invoice_when="shipped")
        self.ship(order, {self.small: 1})
        self.process(order)
        self.account.invoice_when = "ordered"
        self.ship(order, {self.small: 1})
        self.assertEqual(len(self.process(order)), 2)
        self.assertEqual(self.sum_of(order), 100)

    def test_a_cent_of_rounding_goes_with_its_shipment(self):
        order = self.make_order(rounding=-0.01)
        order.item_ids[0].write({"unit_price": 49.99, "paid_price": 49.99})
        self.ship(order, {self.small: 2})
        first = self.process(order)
        self.assertEqual(first.amount_total, 99.99)
        gone = order.item_ids.filtered(lambda item: item.unit_price == 49.99)
        self.report(order, gone, "returned")
        self.assertAlmostEqual(self.sum_of(order), 50)
        self.ship(order, {self.medium: 1})
        self.process(order)
        self.assertAlmostEqual(self.sum_of(order), 80)

    def test_what_the_iconic_ships_is_invoiced_when_it_says_so(self):
        self.account.fulfilled_location_id = self.env["stock.location"].create(
            {"name": "There", "usage": "internal", "company_id": self.company.id}
        )
        order = self.make_order((self.small, 50, 1), confirm=False)
        order.item_ids.own_warehouse = True
        order.sale_order_id.action_confirm()
        self.assertFalse(self.process(order))
        invoice = self.report(order, order.item_ids, "shipped")
        self.assertEqual(invoice.amount_total, 50)

    def test_what_is_cancelled_before_it_is_shipped_is_never_invoiced(self):
        order = self.make_order((self.small, 50, 2))
        self.report(order, order.item_ids[:1], "canceled")
        self.ship(order, {self.small: 1})
        invoice = self.process(order)
        self.assertEqual(invoice.amount_total, 50)
        self.assertEqual(invoice.invoice_line_ids.quantity, 1)
        self.assertEqual(order.item_ids[1:].invoice_line_id.move_id, invoice)
        self.assertFalse(order.item_ids[:1].invoice_line_id)

    def test_an_undelivered_parcel_that_was_not_invoiced_yet_never_is(self):
        order = self.make_order((self.small, 50, 1), (self.medium, 30, 1))
        self.ship(order, {self.small: 1, self.medium: 1})
        failed = self.items_of(order, self.small)
        invoice = self.report(order, failed, "failed")
        self.assertEqual(invoice.amount_total, 30)

    def test_returned_items_are_credited_and_the_others_invoiced_as_they_leave(self):
        order = self.make_order((self.small, 50, 2))
        self.ship(order, {self.small: 1})
        self.process(order)
        gone = order.item_ids.filtered("shipped_at")
        self.report(order, gone, "returned")
        self.assertEqual(self.sum_of(order), 0)
        self.ship(order, {self.small: 1})
        self.assertEqual(len(self.process(order)), 2)
        self.assertEqual(self.sum_of(order), 50)

    def test_a_return_that_came_before_the_invoice_is_never_invoiced(self):
        order = self.make_order((self.small, 50, 1))
        self.ship(order, {self.small: 1})
        self.report(order, order.item_ids, "returned")
        self.assertFalse(order.sale_order_id.invoice_ids)

    def test_after_an_invoice_that_a_person_cancelled_he_sees_to_the_others(self):
        order = self.make_order()
        self.ship(order, {self.small: 2})
        invoice = self.process(order)
        invoice.button_draft()
        invoice.button_cancel()
        self.ship(order, {self.medium: 1})
        self.assertEqual(self.process(order), invoice)


class TestCutoff(ShippingCase):
    """Invoiced on 2 March; today is later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small.standard_price = 20
        cls.medium.standard_price = 12

    def listed(self, day=None, user=None):
        """Return what the list shows for a day, today without one."""
        wizard = Form(self.env["iconic.cutoff"].with_user(user or self.env.user))
        if day:
            wizard.date = day
        action = wizard.save().action_view_cutoff()
        self.env.flush_all()
        Item = self.env[action["res_model"]].with_user(user or self.env.user)
        return Item.search(action["domain"])

    def amounts(self, items):
        return (
            round(sum(items.mapped("sale_amount")), 2),
            round(sum(items.mapped("cost_amount")), 2),
        )

    def test_invoiced_items_are_listed_at_sale_and_cost_until_they_are_shipped(self):
        order = self.make_order(shipping=(9.95,))
        self.assertFalse(self.listed())
        self.process(order)
        self.assertFalse(self.listed("2026-03-01"))
        for day in ("2026-03-02", None):
            self.assertEqual(self.listed(day).mapped("id"), order.item_ids.ids)
            self.assertEqual(self.amounts(self.listed(day)), (118.18, 52))
        self.ship(order, {self.medium: 1})
        self.assertEqual(self.amounts(self.listed()), (90.91, 40))
        self.ship(order, {self.small: 2})
        self.assertFalse(self.listed())
        # As of then, it is what it was.
        self.assertEqual(self.amounts(self.listed("2026-03-02")), (118.18, 52))

    def test_items_credited_since_are_listed_until_then(self):
        order = self.make_order()
        self.process(order)
        order._credit_items(order.item_ids, "Cancelled")
        self.assertFalse(self.listed())
        self.assertEqual(len(self.listed("2026-03-02")), 3)

    def test_a_draft_credit_note_undoes_nothing(self):
        order = self.make_order()
        self.process(order)
        order._credit_items(order.item_ids, "Returned", post=False)
        self.assertEqual(len(self.listed()), 3)

    def test_an_invoice_that_a_person_makes_counts_and_one_reset_does_not(self):
        self.account.invoice_orders = False
        order = self.make_order()
        invoice = order.sale_order_id._create_invoices()
        self.assertFalse(self.listed())
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        self.assertEqual(self.listed().invoice_id, invoice)
        invoice.button_draft()
        self.assertFalse(self.listed())

    def test_a_kit_costs_what_its_components_cost(self):
        order = self.make_order((self.small, 50, 1))
        self.process(order)
        line = order.sale_order_id.order_line
        line.iconic_components = {str(self.small.id): 2, str(self.medium.id): 1}
        self.assertEqual(self.listed().cost_amount, 52)

    def test_accountants_read_totals_by_account_and_users_of_orders_do_not(self):
        order = self.make_order()
        self.process(order)
        keeper = new_test_user(
            self.env, "keeper", groups="base.group_user,account.group_account_invoice"
        )
        items = self.listed(user=keeper)
        self.assertEqual(len(items), 3)
        [group] = items.web_read_group(
            [("id", "in", items.ids)],
            ["account_id"],
            ["sale_amount:sum", "cost_amount:sum"],
        )["groups"]
        self.assertEqual(group["account_id"], (self.account.id, "THE ICONIC"))
        self.assertAlmostEqual(group["sale_amount:sum"], 118.18, 2)
        self.assertAlmostEqual(group["cost_amount:sum"], 52)
        items.web_read({"account_id": {"fields": {"display_name": {}}}})
        clerk = new_test_user(self.env, "clerk", groups=USER)
        with self.assertRaises(AccessError):
            self.listed(user=clerk)

    def test_other_companies_see_nothing_of_it(self):
        order = self.make_order()
        self.process(order)
        other = self.env["res.company"].create({"name": "Outlet"})
        keeper = new_test_user(
            self.env,
            "keeper",
            groups="base.group_user,account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.listed(user=keeper))
