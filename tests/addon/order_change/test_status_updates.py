"""Status updates about items are sent to the marketplace, each once.

Design, section 8; SellerCenter, Order Flow.
"""

from common import contract, over_both_apis
from status_updates import ChangeCase

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from seller_center_sandbox.orders.shipping import Shipment, pack

RETURNS = ("return_received", "return_approved", "return_rejected")


@over_both_apis
class TestKinds(ChangeCase):
    @contract
    def test_ready_to_ship_arrives_with_carrier_and_tracking_number(self):
        change = self.request(self.order(2), "ready_to_ship")
        self.send_updates()
        self.assert_done(change, "ready_to_ship")
        for item in self.outside(change.item_ids):
            self.assertEqual(
                (item.provider, item.tracking_code), ("Coast Couriers", "CC00000001")
            )

    def test_the_marketplaces_parcel_data_is_stored(self):
        change = self.request(self.order(), "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.item_ids.tracking_code, "CC00000001")
        self.assertEqual(change.item_ids.shipment_provider, "Coast Couriers")

    @contract
    def test_shipped_arrives(self):
        change = self.request(self.order_for("shipped", 2), "shipped")
        self.send_updates()
        self.assert_done(change, "shipped")

    @contract
    def test_a_cancellation_arrives_with_its_reason(self):
        order = self.order(2)
        change = self.request(order, "cancel", order.item_ids[0])
        self.send_updates()
        self.assert_done(change, "canceled")
        (item,) = self.outside(change.item_ids)
        self.assertEqual(
            (item.reason, item.reason_detail),
            ("Out of stock", "The last one was torn"),
        )
        self.assert_items(order.item_ids[1], "pending")

    @contract
    def test_the_invoice_number_arrives_for_each_item(self):
        change = self.request(self.order(2), "invoice_number")
        self.send_updates()
        self.assert_done(change)
        for item in self.outside(change.item_ids):
            self.assertEqual(item.invoice_number, "INV/2026/0042")

    @contract
    def test_fifty_items_get_ready_in_one_call(self):
        change = self.request(self.order(50), "ready_to_ship")
        self.send_updates()
        self.assert_done(change, "ready_to_ship")
        self.assertEqual(len(self.calls("SetStatusToReadyToShip")), 1)

    def test_each_outcome_is_processed_once(self):
        change = self.request(self.order(), "ready_to_ship")
        for _round in range(3):
            self.send_updates()
            self.skip_waits()
        self.assertEqual(self.processed, [("_after_ready_to_ship", change.id)])

    def test_two_orders_are_sent_in_one_run(self):
        changes = [self.request(self.order(), "cancel") for _ in range(2)]
        self.send_updates()
        for change in changes:
            self.assert_done(change, "canceled")


class TestKindsOfRest(ChangeCase):
    api_type = "rest"

    def test_each_decision_about_a_return_arrives(self):
        self.sandbox.settings.seller_rejects_returns = True
        for kind, status in zip(
            RETURNS,
            ("return_waiting_for_approval", "returned", "return_rejected"),
            strict=True,
        ):
            with self.subTest(kind):
                change = self.request(self.order_for(kind), kind)
                self.send_updates()
                self.assert_done(change, status)

    def test_a_new_tracking_number_arrives(self):
        order = self.order()
        self.request(order, "ready_to_ship")
        change = self.request(order, "tracking")
        self.send_updates()
        self.assert_done(change)
        self.assertEqual(self.outside(change.item_ids)[0].tracking_code, "CC00000009")
        self.assertEqual(change.item_ids.tracking_code, "CC00000009")

    def test_fifty_items_are_sent_in_one_call_each(self):
        # Which update is next was looked for in minutes, with few updates on record.
        self.env.cr.execute("SET LOCAL statement_timeout = '20s'")
        for kind, action in (
            ("shipped", "SetStatusToShipped"),
            ("cancel", "SetStatusToCanceled"),
        ):
            with self.subTest(kind):
                change = self.request(self.order_for(kind, 50), kind)
                self.send_updates()
                self.assertEqual(change.state, "done")
                self.assertEqual(len(self.calls(action)), 1)


class TestUnsupportedByTheActionApi(ChangeCase):
    def test_the_refusal_says_what_to_do_instead(self):
        for kind in (*RETURNS, "tracking"):
            with self.subTest(kind):
                change = self.request(self.order_for(kind), kind)
                self.send_updates()
                self.assertEqual(change.state, "refused")
                self.assertIn("Seller Center", change.message)


class TestRequesting(ChangeCase):
    def test_nothing_is_sent_in_the_transaction_of_the_user(self):
        self.request(self.order(), "cancel")
        self.assertEqual(self.calls(), [])

    def test_the_job_is_triggered_at_once(self):
        job = self.env.ref("iconic_connector.ir_cron_order_change")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search([("cron_id", "=", job.id)])
        self.request(self.order(), "cancel")
        (new,) = triggers.search([("cron_id", "=", job.id)]) - before
        self.assertLessEqual(new.call_at, fields.Datetime.now())

    def test_the_same_update_is_requested_once(self):
        order = self.order(2)
        first = self.request(order, "ready_to_ship")
        self.assertEqual(self.request(order, "ready_to_ship"), first)
        one = order.item_ids[0]
        self.assertEqual(self.request(order, "ready_to_ship", one), first)
        self.assertEqual(len(order.change_ids), 1)

    def test_only_the_additional_items_are_requested_again(self):
        order = self.order(3)
        self.request(order, "ready_to_ship", order.item_ids[:2])
        more = self.request(
            order, "ready_to_ship", order.item_ids[1:], tracking_number="CC00000002"
        )
        self.assertEqual(more.item_ids, order.item_ids[2])
        self.send_updates()
        codes = [item.tracking_code for item in self.outside(order.item_ids)]
        self.assertEqual(codes, ["CC00000001", "CC00000001", "CC00000002"])

    def test_newer_values_replace_pending_ones(self):
        order = self.order()
        change = self.request(order, "invoice_number")
        self.request(order, "invoice_number", invoice_number="INV/2026/0043")
        self.assertEqual(order.change_ids.mapped("invoice_number"), ["INV/2026/0043"])
        self.send_updates()
        self.assert_done(change)
        (item,) = self.outside(order.item_ids)
        self.assertEqual(item.invoice_number, "INV/2026/0043")

    def test_a_newer_number_is_not_lost_while_the_older_one_is_being_sent(self):
        order = self.order()
        older = self.request(order, "invoice_number")
        older.write({"state": "sending", "sending_since": "2020-01-01"})
        newer = self.request(order, "invoice_number", invoice_number="INV/2026/0043")
        self.assertNotEqual(newer, older)
        self.send_updates()
        self.assert_done(newer)
        (item,) = self.outside(order.item_ids)
        self.assertEqual(item.invoice_number, "INV/2026/0043")

    def test_a_new_request_replaces_a_refused_one(self):
        order = self.order()
        refused = self.request(order, "ready_to_ship", tracking_number="?")
        self.send_updates()
        self.assertEqual(refused.state, "refused")
        change = self.request(order, "ready_to_ship")
        self.assertEqual(refused.state, "cancelled")
        self.send_updates()
        self.assert_done(change, "ready_to_ship")

    def test_without_items_nothing_is_requested(self):
        order = self.order()
        self.assertFalse(self.request(order, "cancel", order.item_ids.browse()))

    def test_items_of_other_orders_are_left_alone(self):
        order, other = self.order(), self.order()
        change = self.request(order, "cancel", order.item_ids | other.item_ids)
        self.assertEqual(change.item_ids, order.item_ids)

    def test_users_without_access_to_the_connector_can_request_updates(self):
        order = self.order()
        for group in ("stock.group_stock_user", "sales_team.group_sale_salesman"):
            user = new_test_user(self.env, login=group, groups=group)
            with self.subTest(group):
                theirs = order.with_user(user)
                change = self.request(theirs, "cancel", order.item_ids.with_user(user))
                self.assertEqual(change.state, "pending")

    def test_it_reads_as_a_sentence(self):
        order = self.order(2)
        number = order.number
        self.assertEqual(
            self.request(order, "ready_to_ship").display_name,
            f"Ready to ship: 2 items of {number}",
        )
        self.assertEqual(
            self.request(order, "cancel", order.item_ids[0]).display_name,
            f"Cancel: 1 item of {number}",
        )


@over_both_apis
class TestUnnecessaryUpdates(ChangeCase):
    def test_items_with_that_status_or_a_later_one_are_not_sent(self):
        order = self.order(2, ["ready_to_ship"])
        self.at_marketplace(self.outside(order.item_ids[0]), "shipped")
        order.item_ids[0].status = "shipped"
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.state, "done")
        self.assertEqual(self.calls("SetStatusToReadyToShip"), [])
        self.assertEqual(self.processed, [("_after_ready_to_ship", change.id)])

    def test_only_the_others_are_sent(self):
        order = self.order(3)
        self.at_marketplace(self.outside(order.item_ids[0]), "canceled")
        order.item_ids[0].status = "canceled"
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assert_done(change)
        self.assert_items(order.item_ids[1:], "ready_to_ship")

    @contract
    def test_an_order_cancelled_meanwhile_needs_no_update(self):
        order = self.order(2)
        change = self.request(order, "ready_to_ship")
        order.item_ids.status = "canceled"
        self.send_updates()
        self.assertEqual(change.state, "cancelled")
        self.assertIn("cancelled", change.message)
        self.assertEqual(self.calls("SetStatusToReadyToShip"), [])
        self.assertEqual(self.processed, [])

    def test_items_cancelled_at_the_marketplace_do_not_block_the_others(self):
        order = self.order(3)
        self.at_marketplace(self.outside(order.item_ids[0]), "canceled")
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assert_done(change)
        self.assert_items(order.item_ids[1:], "ready_to_ship")
        self.assertEqual(order.item_ids[0].status, "canceled")
        # Odoo has not processed that yet.
        self.assertEqual(order.item_ids[0].processed_status, "pending")
        self.assertTrue(order.needs_processing)

    def test_an_order_cancelled_at_the_marketplace_is_no_refusal(self):
        order = self.order(2)
        self.at_marketplace(self.outside(order.item_ids), "canceled")
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.state, "cancelled")
        self.assertEqual({*order.item_ids.mapped("status")}, {"canceled"})
        self.assertTrue(order.needs_processing)

    def test_an_update_made_in_seller_center_is_no_refusal(self):
        order = self.order(2)
        self.at_marketplace(self.outside(order.item_ids), "ready_to_ship")
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.state, "done")
        self.assert_items(order.item_ids, "ready_to_ship")
        self.assertEqual(self.processed, [("_after_ready_to_ship", change.id)])

    def test_a_later_status_set_in_seller_center_is_processed(self):
        order = self.order()
        for status in ("ready_to_ship", "shipped"):
            self.at_marketplace(self.outside(order.item_ids), status)
        change = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.state, "done")
        item = order.item_ids
        self.assertEqual(
            (item.status, item.processed_status), ("shipped", "ready_to_ship")
        )
        self.assertTrue(order.needs_processing)

    @contract
    def test_additional_items_that_the_marketplace_updates_are_noticed(self):
        order = self.order(2)
        self.pack_together(order)
        change = self.request(order, "ready_to_ship", order.item_ids[0])
        self.send_updates()
        self.assert_done(change, "ready_to_ship")
        other = order.item_ids[1]
        self.assertEqual(
            (other.status, other.processed_status), ("ready_to_ship", "pending")
        )
        self.assertTrue(order.needs_processing)

    def pack_together(self, order):
        """Put all items of an order into one package, as Seller Center does."""
        pack(
            self.sandbox,
            self.outside(order.item_ids),
            Shipment("dropship", "Wattle Post"),
        )


class TestSequence(ChangeCase):
    def test_a_change_waits_for_the_previous_one(self):
        order = self.order()
        first = self.request(order, "ready_to_ship")
        second = self.request(order, "shipped", previous=first)
        self.add_fault("status", "SetStatusToReadyToShip", code=429)
        self.send_updates()
        self.assertEqual((first.state, second.state), ("pending", "pending"))
        self.skip_waits()
        self.send_updates()
        self.assert_done(first)
        self.assert_done(second, "shipped")

    def test_a_change_waits_while_the_previous_one_is_refused(self):
        order = self.order()
        first = self.request(order, "ready_to_ship", tracking_number="?")
        second = self.request(order, "shipped", previous=first)
        self.send_updates()
        self.assertEqual((first.state, second.state), ("refused", "pending"))
        first.tracking_number = "CC00000001"
        first.action_retry()
        self.send_updates()
        self.assert_done(second, "shipped")

    def test_shipped_always_waits_for_ready_to_ship(self):
        order = self.order()
        shipped = self.request(order, "shipped")
        ready = self.request(order, "ready_to_ship")
        self.send_updates()
        self.assert_done(ready)
        self.assert_done(shipped, "shipped")

    def test_nothing_is_sent_about_items_whose_last_call_has_no_outcome(self):
        order = self.order()
        ready = self.request(order, "ready_to_ship")
        self.add_fault("cut_after", "SetStatusToReadyToShip")
        self.send_updates()
        self.assertEqual(ready.state, "sending")
        cancel = self.request(order, "cancel")
        self.skip_waits()
        self.send_updates()
        self.assertEqual(cancel.state, "pending")
        self.assertEqual(self.calls("SetStatusToCanceled"), [])

    def test_items_to_be_cancelled_are_not_made_ready(self):
        order = self.order()
        ready = self.request(order, "ready_to_ship")
        cancel = self.request(order, "cancel")
        self.send_updates()
        self.assert_done(cancel, "canceled")
        self.send_updates()
        self.assertEqual(ready.state, "cancelled")
        self.assertEqual(self.calls("SetStatusToReadyToShip"), [])

    def test_other_items_of_the_order_do_not_wait(self):
        order = self.order(2)
        first = self.request(order, "ready_to_ship", order.item_ids[0])
        first.next_attempt_at = "2100-01-01"
        second = self.request(
            order, "ready_to_ship", order.item_ids[1], tracking_number="CC00000002"
        )
        self.send_updates()
        self.assert_done(second, "ready_to_ship")


@over_both_apis
class TestRefusals(ChangeCase):
    def refuse(self, count=1):
        change = self.request(self.order(count), "ready_to_ship", tracking_number="?")
        self.send_updates()
        return change

    @contract
    def test_a_refusal_stores_the_message_of_the_marketplace(self):
        change = self.refuse()
        self.assertEqual(change.state, "refused")
        self.assertIn("CC12345678", change.message)
        self.assertEqual(self.processed, [("_after_refused_ready_to_ship", change.id)])
        self.assertEqual(change.item_ids.status, "pending")

    def test_a_refused_update_is_not_repeated_automatically(self):
        self.refuse()
        self.skip_waits()
        self.send_updates()
        self.assertEqual(len(self.calls("SetStatusToReadyToShip")), 1)

    def test_a_refusal_can_be_retried(self):
        change = self.refuse()
        change.tracking_number = "CC00000001"
        change.action_retry()
        self.assertEqual((change.state, change.message), ("pending", False))
        self.send_updates()
        self.assert_done(change, "ready_to_ship")

    def test_one_refused_order_does_not_block_the_other(self):
        refused = self.request(self.order(), "ready_to_ship", tracking_number="?")
        other = self.request(self.order(), "ready_to_ship")
        self.send_updates()
        self.assertEqual(refused.state, "refused")
        self.assert_done(other, "ready_to_ship")

    def test_a_refusal_raises_an_activity_until_it_is_fixed(self):
        kind = self.env.ref("iconic_connector.mail_activity_type_orders")

        def alarms():
            return self.account.activity_ids.filtered(
                lambda one: one.activity_type_id == kind
            )

        change = self.refuse()
        self.assertEqual(len(alarms()), 1)
        change.tracking_number = "CC00000001"
        change.action_retry()
        self.send_updates()
        self.assertFalse(alarms())

    def test_a_refused_change_can_be_given_up(self):
        change = self.refuse()
        change.action_cancel_change()
        self.assertEqual(change.state, "cancelled")
        with self.assertRaisesRegex(UserError, "None of these was refused"):
            change.action_retry()

    def test_an_update_that_is_being_sent_cannot_be_given_up(self):
        change = self.request(self.order(), "cancel")
        change.write({"state": "sending", "sending_since": "2020-01-01"})
        with self.assertRaisesRegex(UserError, "may have received"):
            change.action_cancel_change()

    @contract
    def test_an_action_that_is_not_available_stops_nothing_else(self):
        if self.api_type == "rest":
            self.skipTest("REST answers 404, which is an ordinary refusal.")
        self.account.send_invoice_numbers = True
        self.add_fault(
            "error",
            "SetInvoiceNumber",
            code=8,
            type="Sender",
            message="E008: Invalid Action",
        )
        numbered = self.request(self.order(), "invoice_number")
        other = self.request(self.order(), "cancel")
        self.send_updates()
        self.assertEqual(numbered.state, "cancelled")
        self.assertIn("E008", numbered.message)
        self.assertEqual(
            self.account.feature_off_ids.mapped("name"), ["invoice_numbers"]
        )
        self.assert_done(other, "canceled")
        self.assertEqual(self.account.connection_state, "connected")

    @contract
    def test_items_updated_before_a_refusal_stay_updated(self):
        order = self.order_for("shipped", 3)
        last = self.outside(order.item_ids)[2]
        self.at_marketplace([last], "canceled")
        change = self.request(order, "shipped")
        self.send_updates()
        self.assertEqual(change.state, "done")
        self.assert_items(order.item_ids[:2], "shipped")
        self.assertEqual(order.item_ids[2].status, "canceled")


class TestProcessingOutcomes(ChangeCase):
    def test_a_failure_in_odoo_is_processed_again_but_not_sent_again(self):
        calls = []

        def fail_once(_order, change):
            calls.append(change.id)
            if len(calls) == 1:
                raise UserError("The label printer is on fire.")

        self.replace_hook("_after_cancel", fail_once)
        order = self.order()
        change = self.request(order, "cancel")
        other = self.request(self.order(), "ready_to_ship")
        self.send_updates()
        self.assertEqual(change.state, "done")
        self.assertEqual(order.error, "The label printer is on fire.")
        self.assert_done(other, "ready_to_ship")

        self.send_updates()
        self.assertEqual(len(calls), 1)
        self.skip_waits()
        self.send_updates()
        self.assertEqual(len(calls), 2)
        self.assertFalse(order.error)
        self.assertEqual(len(self.calls("SetStatusToCanceled")), 1)

    def test_changes_before_a_failure_are_undone(self):
        def fail(order, change):
            order.customer = "Nobody"
            raise UserError("No.")

        self.replace_hook("_after_cancel", fail)
        change = self.request(self.order(), "cancel")
        self.send_updates()
        self.assertFalse(change.order_id.customer)

    def test_it_runs_in_the_company_of_the_order(self):
        companies = []

        def look(order, change):
            companies.append((order.env.company, change.env.company))

        self.replace_hook("_after_cancel", look)
        self.request(self.order(), "cancel")
        self.send_updates()
        self.assertEqual(companies, [(self.account.company_id,) * 2])
