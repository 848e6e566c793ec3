"""No status update is lost or sent twice, whatever happens to the job or connection.

Design, section 8.
"""

from datetime import timedelta

from common import contract, over_both_apis
from status_updates import ChangeCase

from odoo import fields
from odoo.modules.neutralize import get_neutralization_queries

#: The kinds that bring items into another status over both APIs, and the calls.
ACTIONS = {
    "ready_to_ship": "SetStatusToReadyToShip",
    "shipped": "SetStatusToShipped",
    "cancel": "SetStatusToCanceled",
}
STATUSES = {
    "ready_to_ship": "ready_to_ship",
    "shipped": "shipped",
    "cancel": "canceled",
}


class RecoveryCase(ChangeCase):
    def lose_answer(self, kind="ready_to_ship", fault="cut_after", count=1, **options):
        """Request an update whose call has an unknown outcome."""
        change = self.request(self.order_for(kind, count), kind)
        self.add_fault(fault, ACTIONS[kind], **options)
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.sandbox.requests.clear()
        return change

    def recover(self, change):
        self.end_lease(change)
        self.forget_backoff()
        self.send_updates()

    def call_count(self, kind="ready_to_ship"):
        return len(self.calls(ACTIONS[kind]))


@over_both_apis
class TestUnknownOutcomes(RecoveryCase):
    @contract
    def test_an_accepted_update_is_recognised_and_not_sent_again(self):
        for kind, status in STATUSES.items():
            with self.subTest(kind):
                change = self.lose_answer(kind)
                self.recover(change)
                self.assertEqual(change.state, "done")
                self.assert_items(change.item_ids, status)
                self.assertEqual(self.call_count(kind), 0)
                self.assertEqual(self.processed, [(f"_after_{kind}", change.id)])
                self.processed.clear()

    @contract
    def test_an_update_that_was_not_accepted_is_sent_again(self):
        for kind, status in STATUSES.items():
            with self.subTest(kind):
                change = self.lose_answer(kind, "status", code=502)
                self.recover(change)
                self.assert_done(change, status)
                self.assertEqual(self.call_count(kind), 1)

    def test_the_items_are_read_before_anything_is_sent_again(self):
        change = self.lose_answer(fault="status", code=502)
        self.recover(change)
        self.assertEqual(
            self.actions()[:2], ["GetMultipleOrderItems", "SetStatusToReadyToShip"]
        )

    def test_a_connection_cut_before_the_call_was_accepted_is_recovered(self):
        change = self.request(self.order(), "ready_to_ship")
        self.add_fault("cut_before", ACTIONS["ready_to_ship"])
        self.send_updates()
        self.assertEqual(change.item_ids.status, "pending")
        if change.state == "sending":
            self.end_lease(change)
        self.skip_waits()
        self.send_updates()
        self.assert_done(change, "ready_to_ship")

    def test_no_job_touches_an_update_during_its_lease(self):
        change = self.lose_answer()
        change.sending_since = fields.Datetime.now() - timedelta(minutes=9)
        self.skip_waits()
        self.send_updates()
        self.assertEqual((change.state, self.actions()), ("sending", []))

    def test_it_waits_while_the_items_cannot_be_read(self):
        change = self.lose_answer()
        self.sandbox.faults.add("status", code=503, times=None)
        self.recover(change)
        self.assertEqual(change.state, "sending")
        self.assertTrue(change.message)
        self.assertTrue(self.account.retry_at)

        self.sandbox.faults.clear()
        self.sandbox.requests.clear()
        self.forget_backoff()
        self.send_updates()
        self.assertEqual(self.actions(), [])  # recovery has a lease of its own
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.call_count(), 0)

    def test_an_update_is_sent_later_if_the_job_is_killed_before_its_call(self):
        change = self.request(self.order(), "ready_to_ship")
        change.write({"state": "sending", "attempt_count": 1})
        self.recover(change)
        self.assert_done(change, "ready_to_ship")
        self.assertEqual(self.call_count(), 1)

    def test_an_update_is_not_sent_again_if_the_job_is_killed_after_its_call(self):
        change = self.request(self.order(), "ready_to_ship")
        self.send_updates()
        change.item_ids.write({"status": "pending", "processed_status": "pending"})
        change.write({"state": "sending", "done_at": False})
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.call_count(), 1)
        self.assert_items(change.item_ids, "ready_to_ship")

    def test_an_outcome_is_processed_later_if_the_job_is_killed(self):
        change = self.request(self.order(), "ready_to_ship")
        self.send_updates()
        self.processed.clear()
        change.write({"needs_processing": True})
        self.send_updates()
        self.assertEqual(self.processed, [("_after_ready_to_ship", change.id)])
        self.assertEqual(self.call_count(), 1)

    @contract
    def test_after_a_mixed_outcome_only_the_other_items_are_sent_again(self):
        order = self.order_for("shipped", 3)
        first = order.item_ids[0]
        change = self.request(order, "shipped")
        change.write({"state": "sending", "attempt_count": 1})
        self.at_marketplace(self.outside(first), "shipped")
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assert_items(order.item_ids, "shipped")
        steps = self.outside(first)[0].history
        self.assertEqual([step.status for step in steps].count("shipped"), 1)

    @contract
    def test_a_refusal_whose_items_cannot_be_read_is_not_final(self):
        change = self.request(self.order(), "ready_to_ship", tracking_number="?")
        # Reads are repeated: it is closed for all of them.
        self.add_fault("status", "GetMultipleOrderItems", code=503, times=9)
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.assertIn("CC12345678", change.message)
        self.sandbox.faults.clear()
        self.recover(change)
        self.assertEqual(change.state, "refused")

    def test_an_order_unknown_to_the_marketplace_is_refused(self):
        order = self.order()
        change = self.request(order, "ready_to_ship")
        change.write({"state": "sending", "attempt_count": 1})
        with self.sandbox.lock:
            self.sandbox.orders.items.clear()
            self.sandbox.orders.orders.clear()
        self.recover(change)
        self.assertEqual(change.state, "refused")
        self.assertTrue(change.message)

    def test_other_orders_continue_while_an_outcome_is_unknown(self):
        unanswered = self.lose_answer()
        other = self.request(self.order(), "cancel")
        self.skip_waits()
        self.send_updates()
        self.assertEqual(unanswered.state, "sending")
        self.assert_done(other, "canceled")


class TestUnknownOutcomesItemByItem(RecoveryCase):
    """For most kinds, the Action API accepts one item per call."""

    def test_items_sent_before_the_cut_are_not_sent_again(self):
        change = self.request(self.order_for("shipped", 3), "shipped")
        self.add_fault("cut_after", "SetStatusToShipped", skip=1)
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.assertEqual(
            sorted(change.item_ids.mapped("status")),
            ["ready_to_ship", "ready_to_ship", "shipped"],
        )
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assert_items(change.item_ids, "shipped")
        self.assertEqual(self.call_count("shipped"), 3)

    def test_items_sent_before_the_throttling_are_not_sent_again(self):
        change = self.request(self.order_for("shipped", 3), "shipped")
        self.add_fault("status", "SetStatusToShipped", code=429, skip=2)
        self.send_updates()
        self.assertEqual((change.state, len(change._items_left())), ("pending", 1))
        self.skip_waits()
        self.send_updates()
        self.assert_done(change, "shipped")
        self.assertEqual(self.call_count("shipped"), 4)

    def test_an_invoice_number_with_unknown_outcome_is_sent_again(self):
        change = self.request(self.order(2), "invoice_number")
        self.add_fault("cut_after", "SetInvoiceNumber", skip=1)
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.recover(change)
        self.assertEqual(change.state, "done")
        for item in self.outside(change.item_ids):
            self.assertEqual(item.invoice_number, "INV/2026/0042")


class TestUnknownNumbersOverRest(RecoveryCase):
    api_type = "rest"

    def test_an_invoice_number_that_arrived_is_recognised(self):
        change = self.request(self.order(), "invoice_number")
        self.add_fault("cut_after", "SetInvoiceNumber")
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(len(self.calls("SetInvoiceNumber")), 1)

    def test_a_tracking_number_that_arrived_is_recognised(self):
        order = self.order()
        self.request(order, "ready_to_ship")
        self.send_updates()
        change = self.request(order, "tracking")
        self.add_fault("cut_after", "SetShippingProvider")
        self.send_updates()
        self.assertEqual(change.state, "sending")
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(len(self.calls("SetShippingProvider")), 1)


@over_both_apis
class TestRetries(RecoveryCase):
    @contract
    def test_an_update_that_was_certainly_not_accepted_is_retried(self):
        for code in (429, 503):
            with self.subTest(code):
                change = self.request(self.order(), "cancel")
                self.add_fault("status", "SetStatusToCanceled", code=code)
                self.send_updates()
                self.assertEqual(change.state, "pending")
                self.assertTrue(change.message)
                self.assertGreater(change.next_attempt_at, fields.Datetime.now())
                self.assertTrue(self.account.retry_at)

                self.send_updates()
                self.skip_waits()
                self.send_updates()
                self.assert_done(change, "canceled")
                self.assertEqual(self.call_count("cancel"), 2)
                self.sandbox.requests.clear()

    @contract
    def test_the_marketplace_sets_the_shortest_wait(self):
        change = self.request(self.order(), "cancel")
        self.add_fault("status", "SetStatusToCanceled", code=429, retry_after=3000)
        self.send_updates()
        wait = change.next_attempt_at - fields.Datetime.now()
        self.assertGreater(wait, timedelta(minutes=45))

    def test_the_waits_grow(self):
        change = self.request(self.order(), "cancel")
        self.add_fault("status", "SetStatusToCanceled", code=503, times=3)
        waits = []
        for _round in range(3):
            self.skip_waits()
            self.send_updates()
            waits.append(change.next_attempt_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[2], waits[0])

    def test_the_job_is_triggered_for_it(self):
        job = self.env.ref("iconic_connector.ir_cron_order_change")
        change = self.request(self.order(), "cancel")
        self.add_fault("status", "SetStatusToCanceled", code=503)
        self.send_updates()
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertIn(change.next_attempt_at, moments.mapped("call_at"))

    def test_an_unreachable_marketplace_is_retried(self):
        change = self.request(self.order(), "cancel")
        self.leave_marketplace()
        self.send_updates()
        self.assertEqual(change.state, "pending")
        self.account.api_url = self.server.url
        self.skip_waits()
        self.send_updates()
        self.assert_done(change, "canceled")

    @contract
    def test_wrong_credentials_hold_the_account_and_lose_nothing(self):
        changes = [self.request(self.order(), "cancel") for _ in range(2)]
        self.enter_secret("wrong")
        self.send_updates()
        self.assertEqual(self.account.connection_state, "on_hold")
        self.assertEqual([change.state for change in changes], ["pending"] * 2)
        self.assertFalse(changes[0].next_attempt_at)

        self.sandbox.requests.clear()
        self.send_updates()
        self.assertEqual(self.actions(), [])

        self.enter_secret()
        self.account._resume()
        self.send_updates()
        for change in changes:
            self.assert_done(change, "canceled")

    def test_recovery_waits_for_credentials_too(self):
        change = self.lose_answer("cancel")
        self.enter_secret("wrong")
        self.recover(change)
        self.assertEqual(change.state, "sending")
        self.assertEqual(self.account.connection_state, "on_hold")
        self.enter_secret()
        self.account._resume()
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.call_count("cancel"), 0)


class TestBlockedAccounts(RecoveryCase):
    def test_an_archived_account_sends_nothing(self):
        change = self.request(self.order(), "cancel")
        self.account.active = False
        self.send_updates()
        self.assertEqual((change.state, self.actions()), ("pending", []))

    def test_a_copied_database_sends_nothing(self):
        change = self.request(self.order(), "cancel")
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "a-copy")
        self.send_updates()
        self.assertEqual((change.state, self.actions()), ("pending", []))

    def test_a_neutralised_copy_forgets_pending_updates(self):
        unanswered = self.lose_answer("cancel")
        waiting = self.request(self.order(), "cancel")
        done = self.request(self.order(), "cancel")
        done.write({"state": "done"})
        self.env.flush_all()
        for query in get_neutralization_queries(["iconic_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        for change in (unanswered, waiting):
            self.assertEqual(change.state, "cancelled")
            self.assertIn("original", change.message)
        self.assertEqual(done.state, "done")
        self.send_updates()
        self.assertEqual(self.actions(), [])

    def test_the_api_may_change_meanwhile(self):
        change = self.lose_answer("cancel")
        self.connect_with("rest")
        self.recover(change)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.call_count("cancel"), 0)
