"""Invoice numbers are sent to the marketplace, if the account says so."""

from common import contract, over_both_apis
from ordering import OrderCase


@over_both_apis
class TestInvoiceNumbers(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {"invoice_orders": True, "payment_journal_id": cls.clearing.id}
        )

    @contract
    def test_the_invoice_number_is_sent_once(self):
        self.account.send_invoice_numbers = True
        order = self.sell(self.small, self.medium)
        invoice = order.sale_order_id.invoice_ids
        self.send_updates()
        numbers = [item.invoice_number for item in self.placed(order).items]
        self.assertEqual(numbers, [invoice.name] * 2)
        self.sandbox.requests.clear()
        order.action_retry()
        self.follow()
        self.send_updates()
        self.assertEqual(self.calls("SetInvoiceNumber"), [])

    def test_nothing_is_sent_unless_the_account_says_so(self):
        order = self.sell(self.small)
        self.assertEqual(order.sale_order_id.invoice_ids.state, "posted")
        self.send_updates()
        self.assertEqual(self.calls("SetInvoiceNumber"), [])
