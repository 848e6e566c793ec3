"""Pick tickets and payment receipts are created automatically, ready to print."""

from unittest.mock import patch

from common import picture
from invoicing import InvoiceCase

from odoo.exceptions import UserError

PICK_TICKET = "stock.action_report_picking"
RECEIPT = "account.action_report_payment_receipt"


class TestReports(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.reports = type(self.env["ir.actions.report"])
        self.offer_engine("install")
        # Some installations cannot draw barcodes.
        self.patch(self.reports, "barcode", lambda *_args, **_kwargs: picture())

    def offer_engine(self, state):
        """Set whether wkhtmltopdf is installed."""
        self.patch(self.reports, "get_wkhtmltopdf_state", lambda _self: state)

    def process(self, order):
        """Take the last steps of processing an order."""
        order._invoice_and_pay()
        order._make_reports()

    def attached(self, record):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "in", record.ids),
                ("description", "in", (PICK_TICKET, RECEIPT)),
            ]
        )

    def test_the_pick_ticket_is_attached_to_the_delivery(self):
        order = self.make_order()
        self.process(order)
        ticket = self.attached(order.sale_order_id.picking_ids)
        self.assertEqual(len(ticket), 1)
        self.assertIn(order.number, ticket.name)
        self.assertTrue(ticket.name.endswith(".html"))
        self.assertIn(self.small.default_code, ticket.raw.decode())

    def test_the_receipt_is_attached_to_the_payment(self):
        order = self.make_order()
        self.process(order)
        receipt = self.attached(order.sale_order_id.invoice_ids.matched_payment_ids)
        self.assertEqual(len(receipt), 1)
        self.assertIn(order.number, receipt.name)
        self.assertIn("130.00", receipt.raw.decode())

    def test_reports_are_listed_on_the_order(self):
        order = self.make_order()
        self.process(order)
        self.assertEqual(
            set(order.report_ids.mapped("res_model")),
            {"stock.picking", "account.payment"},
        )

    def test_reports_are_created_once(self):
        order = self.make_order()
        self.process(order)
        reports = order.report_ids
        self.process(order)
        order.invalidate_recordset()
        self.assertEqual(order.report_ids, reports)
        self.assertEqual(len(reports), 2)

    def test_reports_are_pdfs_where_wkhtmltopdf_is_installed(self):
        self.offer_engine("ok")
        order = self.make_order()
        with patch.object(
            self.reports, "_run_wkhtmltopdf", return_value=b"%PDF-1.4 made"
        ):
            self.process(order.with_context(force_report_rendering=True))
        self.assertEqual(order.report_ids.mapped("mimetype"), ["application/pdf"] * 2)
        for report in order.report_ids:
            self.assertTrue(report.name.endswith(".pdf"))
            self.assertEqual(report.raw, b"%PDF-1.4 made")

    def test_each_report_is_a_setting_of_the_account(self):
        for field, expected in (
            ("make_pick_tickets", "account.payment"),
            ("make_payment_receipts", "stock.picking"),
        ):
            with self.subTest(without=field):
                self.account[field] = False
                order = self.make_order()
                self.process(order)
                self.assertEqual(order.report_ids.mapped("res_model"), [expected])
                self.account[field] = True

    def test_pick_tickets_need_no_invoice(self):
        self.account.invoice_orders = False
        order = self.make_order()
        self.process(order)
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.assertEqual(order.report_ids.res_model, "stock.picking")

    def test_pick_tickets_are_created_while_the_invoice_waits(self):
        order = self.make_order()
        order.item_ids[:1].write({"unit_price": 45, "paid_price": 45})
        order.write({"total_difference": 5, "needs_processing": True})
        order._process()
        order._finish_processing()
        self.assertIn("differs from THE ICONIC's by", order.invoice_error)
        self.assertEqual(order.report_ids.res_model, "stock.picking")

    def test_a_failing_report_blocks_nothing(self):
        self.offer_engine("ok")
        order = self.make_order()
        fault = UserError("wkhtmltopdf has crashed")
        with patch.object(self.reports, "_render_qweb_pdf", side_effect=fault):
            self.process(order)
        self.assertEqual(order.report_error, "wkhtmltopdf has crashed")
        self.assertEqual(order.sale_order_id.invoice_ids.payment_state, "paid")
        self.process(order)
        self.assertFalse(order.report_error)
        self.assertEqual(len(order.report_ids), 2)

    def test_with_several_steps_the_first_is_printed(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order()
        self.process(order)
        ticket = self.attached(order.sale_order_id.picking_ids)
        picking = self.env["stock.picking"].browse(ticket.res_id)
        self.assertEqual(picking.picking_type_id, self.warehouse.pick_type_id)
        self.assertEqual(picking.state, "assigned")

    def test_many_orders_are_printed_at_once(self):
        orders = self.make_order() + self.make_order()
        for order in orders:
            self.process(order)
        pickings = orders.sale_order_id.picking_ids
        action = orders.action_print_pick_tickets()
        self.assertEqual(action["report_name"], "stock.report_picking")
        self.assertEqual(set(action["context"]["active_ids"]), set(pickings.ids))
        action = orders.action_print_receipts()
        self.assertEqual(action["report_name"], "account.report_payment_receipt")
        self.assertEqual(len(action["context"]["active_ids"]), 2)

    def test_without_reports_to_print_an_error_says_so(self):
        order = self.make_order(confirm=False)
        with self.assertRaisesRegex(UserError, "Nothing is left to pick"):
            order.action_print_pick_tickets()
        with self.assertRaisesRegex(UserError, "No payment is registered"):
            order.action_print_receipts()
