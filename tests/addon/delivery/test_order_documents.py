"""Labels and invoices are polled until they are ready, and printed together."""

import base64
import io
import os
import zipfile

from common import LONG_AGO, ConnectorCase, contract, over_both_apis
from fulfilling import SoldCase

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools.pdf import PdfReader

NUMBERS = [f"CC{number:08d}" for number in range(1, 10)]


@over_both_apis
class TestOrderDocuments(SoldCase):
    """Of two deliveries one is ready to ship; its label is not fetched yet."""

    def begin(self):
        super().begin()
        self.other = self.sold(number=NUMBERS[1])
        self.make_ready(self.packed(number=NUMBERS[0]))
        self.sandbox.requests.clear()

    def both(self):
        """Return the two deliveries, both of them ready to ship."""
        self.make_ready(self.other)
        return self.delivery + self.other

    def fetch(self, times=4):
        """Run the job as often as necessary, without waiting in between."""
        for _time in range(times):
            open_ones = self.documents().filtered(
                lambda one: one.state in ("requested", "waiting")
            )
            if not open_ones:
                break
            open_ones.next_attempt_at = LONG_AGO
            self.run_cron("order_document")

    def documents(self):
        return self.env["iconic.order.document"].search(
            [("account_id", "=", self.account.id)]
        )

    def sheet(self, action):
        """Return name and content of the file that is downloaded."""
        sheet = self.env["iconic.label.sheet"].search([], order="id desc", limit=1)
        self.assertIn(f"/iconic.label.sheet/{sheet.id}/", action["url"])
        return sheet.name, base64.b64decode(sheet.content)

    @contract
    def test_a_label_is_attached_to_the_delivery(self):
        delivery = self.delivery
        self.fetch()
        label = delivery.iconic_document_ids
        self.assertEqual((label.document_type, label.state), ("shippingLabel", "ready"))
        file = label.attachment_id
        self.assertEqual((file.res_model, file.res_id), ("stock.picking", delivery.id))
        self.assertEqual(file.mimetype, "application/pdf")
        number = delivery.iconic_order_id.number
        name = delivery.name.replace("/", "-")
        self.assertEqual(file.name, f"label-{number}-{name}.pdf")
        self.assertTrue(file.raw.startswith(b"%PDF"))

    @contract
    def test_a_label_that_takes_time_is_polled(self):
        self.sandbox.settings.document_polls = 3
        delivery = self.delivery
        self.run_cron("order_document")
        label = delivery.iconic_document_ids
        self.assertIn(label.state, ("requested", "waiting"))
        self.assertGreater(label.next_attempt_at, fields.Datetime.now())
        calls = len(self.calls())
        self.run_cron("order_document")
        self.assertEqual(
            len(self.calls()), calls, "It is not asked for before its time"
        )
        self.fetch(6)
        self.assertEqual(label.state, "ready")

    def test_polling_slows_down_and_ends_after_a_day(self):
        self.sandbox.settings.document_delay = 10**6
        label = self.delivery.iconic_document_ids
        waits = []
        for _time in range(3):
            self.fetch(1)
            waits.append(label.next_attempt_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        label.requested_at = LONG_AGO
        self.fetch(1)
        self.assertEqual(label.state, "failed")
        self.assertIn("within a day", label.message)
        self.sandbox.settings.document_delay = 0
        label.picking_id.action_iconic_fetch_label()
        self.fetch()
        self.assertEqual(label.state, "ready")

    @contract
    def test_invoices_are_fetched_where_the_account_says_so(self):
        self.account.write({"fetch_labels": False, "fetch_invoices": True})
        delivery = self.other
        self.make_ready(delivery)
        self.fetch()
        self.assertEqual(delivery.iconic_document_ids.document_type, "invoice")
        self.assertEqual(delivery.iconic_document_ids.state, "ready")

    def test_labels_are_fetched_by_hand_where_the_account_does_not(self):
        self.account.fetch_labels = False
        delivery = self.other
        self.make_ready(delivery)
        self.assertFalse(delivery.iconic_document_ids)
        delivery.action_iconic_fetch_label()
        self.fetch()
        self.assertEqual(delivery.iconic_document_ids.state, "ready")

    @contract
    def test_a_refused_document_says_why(self):
        delivery = self.delivery
        self.add_fault("error", "GetDocument", code=32)
        self.fetch(1)
        label = delivery.iconic_document_ids
        self.assertEqual(label.state, "failed")
        self.assertTrue(label.message)
        self.assertEqual(self.account.connection_state, "connected")

    @contract
    def test_a_lost_answer_does_no_harm(self):
        delivery = self.delivery
        self.add_fault("cut_after", "GetDocument", times=5)
        self.fetch(1)
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.fetch()
        self.assertEqual(delivery.iconic_document_ids.state, "ready")

    def test_a_label_is_not_visible_to_buyers(self):
        delivery = self.delivery
        before = delivery.message_ids
        self.fetch()
        self.assertEqual(delivery.message_ids, before)

    def test_many_labels_are_one_document(self):
        deliveries = self.both()
        self.fetch()
        name, content = self.sheet(deliveries.action_iconic_print_labels())
        self.assertEqual(name, "labels.pdf")
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 2)

    def test_labels_that_are_missing_are_named(self):
        there, missing = self.delivery, self.other
        self.fetch()
        action = (there | missing).action_iconic_print_labels()
        self.assertIn(missing.name, action["params"]["message"])
        self.assertNotIn(there.name, action["params"]["message"])
        self.assertEqual(self.sheet(action["params"]["next"])[0], "labels.pdf")
        with self.assertRaisesRegex(UserError, missing.name):
            missing.action_iconic_print_labels()

    def test_a_label_whose_file_is_lost_is_fetched_again(self):
        delivery = self.delivery
        self.fetch()
        label = delivery.iconic_document_ids
        lose = {
            "deleted": lambda file: file.unlink(),
            "missing": lambda file: os.unlink(file._full_path(file.store_fname)),
        }
        for how, lost in lose.items():
            with self.subTest(how):
                lost(label.attachment_id)
                self.env.invalidate_all()
                answer = delivery.action_iconic_print_labels()
                self.assertIn("fetched again", answer["params"]["message"])
                self.fetch()
                action = delivery.action_iconic_print_labels()
                self.assertTrue(self.sheet(action)[1].startswith(b"%PDF"))

    def test_a_lost_label_keeps_no_other_from_being_printed(self):
        deliveries = self.both()
        self.fetch()
        deliveries[0].iconic_document_ids.attachment_id.unlink()
        answer = deliveries.action_iconic_print_labels()
        self.assertIn(deliveries[0].name, answer["params"]["message"])
        content = self.sheet(answer["params"]["next"])[1]
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)

    def test_a_half_written_file_blocks_no_label(self):
        delivery = self.delivery
        self.fetch()
        file = delivery.iconic_document_ids.attachment_id
        path, content = file._full_path(file.store_fname), file.raw
        with open(path, "wb") as damaged:
            damaged.write(content[:100])
        delivery.action_iconic_fetch_label()
        self.fetch()
        self.assertEqual(delivery.iconic_document_ids.state, "ready")
        with open(path, "rb") as whole:
            self.assertEqual(whole.read(), content)

    def test_warehouse_users_print_labels(self):
        delivery = self.delivery
        self.fetch()
        person = new_test_user(self.env, "printer", groups="stock.group_stock_user")
        action = delivery.with_user(person).action_iconic_print_labels()
        self.assertEqual(self.sheet(action)[0], "labels.pdf")

    def test_a_damaged_label_is_downloaded_as_it_is(self):
        deliveries = self.both()
        self.fetch()
        deliveries[0].iconic_document_ids.attachment_id.raw = b"%PDF-damaged"
        name, content = self.sheet(deliveries.action_iconic_print_labels())
        self.assertEqual(name, "labels.zip")
        self.assertEqual(len(zipfile.ZipFile(io.BytesIO(content)).namelist()), 2)


class TestPagesAsLabels(SoldCase):
    """Some shops provide HTML labels; over REST a PDF is requested."""

    def begin(self):
        super().begin()
        self.sandbox.settings.document_format = "html"

    def test_html_labels_are_attached_and_downloaded_as_an_archive(self):
        deliveries = self.packed(number=NUMBERS[0]) | self.sold(number=NUMBERS[1])
        self.make_ready(deliveries)
        self.run_cron("order_document")
        files = deliveries.iconic_document_ids.attachment_id
        self.assertEqual(set(files.mapped("mimetype")), {"text/html"})
        self.assertTrue(all(name.endswith(".html") for name in files.mapped("name")))
        deliveries.action_iconic_print_labels()
        sheet = self.env["iconic.label.sheet"].search([], order="id desc", limit=1)
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sheet.content)))
        self.assertEqual(len(archive.namelist()), 2)

    def test_one_html_label_is_downloaded_as_it_is(self):
        delivery = self.packed(number=NUMBERS[0])
        self.make_ready(delivery)
        self.run_cron("order_document")
        delivery.action_iconic_print_labels()
        sheet = self.env["iconic.label.sheet"].search([], order="id desc", limit=1)
        self.assertTrue(sheet.name.endswith(".html"))


#: A PDF whose pages contain each other.
LOOPING_PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Count 1 /Kids [2 0 R]>> endobj
trailer <</Root 1 0 R /Size 3>>
%%EOF
"""


class TestHostileDocuments(ConnectorCase):
    """Whatever a document is called or contains, the sheet of labels is a safe file."""

    def sheet_of(self, *labels):
        """Return the sheet of some labels, given as name and content."""
        files = self.env["ir.attachment"].create(
            [{"name": name, "raw": content} for name, content in labels]
        )
        return self.env["iconic.label.sheet"]._make(files)

    def test_members_of_an_archive_stay_in_their_folder(self):
        sheet = self.sheet_of(("../../a.txt", b"a"), ("C:\\b.txt", b"b"))
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sheet.content)))
        self.assertEqual(archive.namelist(), ["001-a.txt", "002-C-b.txt"])

    def test_the_address_of_a_sheet_ends_with_its_name(self):
        sheet = self.sheet_of(("../x?download=false&y=#.txt", b"a"))
        path, _mark, query = sheet._download()["url"].partition("?")
        self.assertEqual(query, "download=true")
        self.assertTrue(path.startswith(f"/web/content/iconic.label.sheet/{sheet.id}/"))
        self.assertEqual(path.count("/"), 6)

    def test_pages_that_contain_each_other_are_left_as_they_are(self):
        sheet = self.sheet_of(("a.pdf", LOOPING_PDF), ("b.pdf", LOOPING_PDF))
        self.assertEqual(sheet.name, "labels.zip")
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sheet.content)))
        self.assertEqual(archive.read("001-a.pdf"), LOOPING_PDF)


class TestExports(SoldCase):
    """Over REST a document is requested once, and then polled."""

    api_type = "rest"

    def test_an_export_is_requested_once(self):
        self.sandbox.settings.document_polls = 2
        delivery = self.packed(number=NUMBERS[0])
        self.make_ready(delivery)
        label = delivery.iconic_document_ids
        for _time in range(4):
            label.next_attempt_at = LONG_AGO
            self.run_cron("order_document")
        self.assertEqual(label.state, "ready")
        self.assertEqual(len(self.calls("GetDocument")), 1)

    def test_an_expired_export_is_requested_again(self):
        self.sandbox.settings.document_polls = 2
        delivery = self.packed(number=NUMBERS[0])
        self.make_ready(delivery)
        label = delivery.iconic_document_ids
        self.run_cron("order_document")
        self.assertEqual(label.state, "waiting")
        for export in self.sandbox.exports.exports.values():
            export.fixed = "Expired"
        for _time in range(6):
            label.next_attempt_at = LONG_AGO
            self.run_cron("order_document")
        self.assertEqual(label.state, "ready")
        self.assertEqual(len(self.calls("GetDocument")), 2)
