"""Who decides on a return, and how it is reported to the marketplace."""

from datetime import timedelta

from returning import DeliveredCase, ReturnCase

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

ON_THE_WAY = "return_shipped_by_customer"
WAITING = "return_waiting_for_approval"


class TestDecidingOverRest(DeliveredCase):
    """Returns on their way that are decided on in Odoo."""

    api_type = "rest"
    pair = (DeliveredCase.small, DeliveredCase.medium)

    def begin(self):
        super().begin()
        self.sandbox.settings.seller_rejects_returns = True
        self.account._read_failure_reasons()
        self.reason = self.account.failure_reason_ids.filtered(
            lambda reason: reason.reason_type == "return_rejected"
        )[:1]
        self.send_back(self.one_item.item_ids | self.two_items.item_ids)

    def send_all_updates(self):
        """Send all status updates, each after the one it waits for."""
        for _round in range(3):
            self.send_updates()
        self.follow()

    def statuses_there(self, order):
        return [item.status for item in self.marketplace_items(order.item_ids)]

    def test_an_approved_return_adds_stock_and_a_credit_note(self):
        order = self.one_item
        before = self.free()
        self.wizard(order).action_confirm()
        self.assertEqual(self.free(), before + 1)
        self.assertFalse(order.item_ids.credit_move_id)
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), ["returned"])
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertTrue(order.item_ids.credit_move_id)
        self.assertTrue(order.item_ids.returned_at)
        credits = order.sale_order_id.invoice_ids
        self.catch_up()
        self.assertEqual(order.sale_order_id.invoice_ids, credits)

    def test_a_rejected_return_makes_neither_stock_nor_credit(self):
        order = self.one_item
        before = self.free()
        form = self.form(order)
        with form.line_ids.edit(0) as line:
            line.decision = "reject"
            line.reason_id = self.reason
            line.detail = "Stained"
        form.save().action_confirm()
        self.assertEqual(self.free(), before)
        receipt = self.receipt(order.item_ids)
        self.send_all_updates()
        (item,) = self.marketplace_items(order.item_ids)
        self.assertEqual(item.status, "return_rejected")
        self.assertEqual(
            (item.reason, item.reason_detail), (self.reason.name, "Stained")
        )
        self.assertEqual(receipt.state, "cancel")
        self.assertEqual(self.free(), before)
        self.assertFalse(order.item_ids.credit_move_id)
        self.assertEqual(order.item_ids.return_state, "rejected")

    def test_received_items_can_be_decided_later(self):
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.decision = "later"
        wizard.action_confirm()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), [WAITING])
        wizard = self.wizard(order)
        self.assertFalse(wizard.line_ids.can_receive)
        self.assertEqual(wizard.line_ids.decision, "approve")
        wizard.action_confirm()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), ["returned"])
        self.assertTrue(order.item_ids.credit_move_id)

    def test_items_of_one_order_can_be_decided_differently(self):
        order = self.two_items
        wizard = self.wizard(order)
        wizard.line_ids[0].write({"decision": "reject", "reason_id": self.reason.id})
        wizard.action_confirm()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), ["return_rejected", "returned"])
        self.assertEqual(
            order.item_ids.mapped("return_state"), ["rejected", "approved"]
        )

    def test_the_warehouse_receipt_is_reported_automatically(self):
        order = self.one_item
        receipt = self.receipt(order.item_ids)
        receipt.with_user(self.stock_user()).button_validate()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), [WAITING])

    def test_a_parcel_that_was_delivered_is_received_within_a_day(self):
        order = self.one_item
        self.assertFalse(order.item_ids.return_due_at)
        self.move(self.marketplace_items(order.item_ids), "return_delivered")
        self.catch_up()
        item = order.item_ids
        self.assertEqual(item.return_due_at, item.changed_at + timedelta(hours=24))
        self.assertEqual(self.account.returns_due_count, 1)
        self.receipt(item).with_user(self.stock_user()).button_validate()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), [WAITING])
        self.assertEqual(item.return_due_at, item.received_at + timedelta(hours=48))
        self.catch_up()
        self.assertEqual(item.return_due_at, item.received_at + timedelta(hours=48))
        self.wizard(order).action_confirm()
        self.send_all_updates()
        self.assertFalse(item.return_due_at)
        self.assertFalse(self.account.returns_due_count)

    def test_a_refused_rejection_says_who_decides_and_can_still_be_approved(self):
        self.sandbox.settings.seller_rejects_returns = False
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.write({"decision": "reject", "reason_id": self.reason.id})
        wizard.action_confirm()
        self.send_all_updates()
        self.assertIn("contact the seller help desk", order.item_ids.return_refusal)
        self.assertIn("ask it in Seller Center", order.attention)
        self.assertIn("contact the seller help desk", order.message_ids[0].body)
        self.assertEqual(self.statuses_there(order), [WAITING])
        approving = self.wizard(order)
        self.assertTrue(approving.line_ids.can_decide)
        approving.line_ids.write({"decision": "approve", "received": True})
        approving.action_confirm()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), ["returned"])
        self.assertFalse(order.attention)

    def test_a_refused_decision_ends_when_the_help_desk_has_decided(self):
        self.sandbox.settings.seller_rejects_returns = False
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.write({"decision": "reject", "reason_id": self.reason.id})
        wizard.action_confirm()
        self.send_all_updates()
        self.decide(order.item_ids, "returned")
        self.assertFalse(order.attention)
        self.assertTrue(order.item_ids.credit_move_id)
        refused = order.change_ids.filtered(lambda one: one.kind == "return_rejected")
        self.assertEqual(refused.state, "cancelled")
        self.assertIn("Nothing is left to do", refused.message)

    def test_updates_about_an_exchanged_item_end_in_words(self):
        order = self.one_item
        exchange = self.sell(self.medium, exchange_for=order.external_id)
        self.wizard(order).action_confirm()
        # While they wait, the marketplace has decided by itself.
        (item,) = self.marketplace_items(order.item_ids)
        item.status = "return_rejected"
        self.send_all_updates()
        self.assertFalse(order.attention)
        approval = order.change_ids.filtered(lambda one: one.kind == "return_approved")
        self.assertEqual(approval.state, "cancelled")
        self.assertIn(f"order {exchange.number} replaces them", approval.message)

    def test_the_last_decision_counts(self):
        order = self.two_items
        wizard = self.wizard(order)
        wizard.line_ids.write({"decision": "reject", "reason_id": self.reason.id})
        wizard.action_confirm()
        again = self.wizard(order.item_ids[0])
        again.line_ids.write({"decision": "approve", "received": True})
        again.action_confirm()
        self.send_all_updates()
        self.assertEqual(self.statuses_there(order), ["returned", "return_rejected"])

    def test_damaged_goods_are_approved_only_by_choice(self):
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.condition = "damaged"
        self.assertEqual(wizard.line_ids.decision, "later")

    def test_a_rejection_needs_a_reason(self):
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.decision = "reject"
        with self.assertRaisesRegex(UserError, "Choose why"):
            wizard.action_confirm()

    def test_nothing_is_approved_before_it_is_received(self):
        order = self.one_item
        wizard = self.wizard(order)
        wizard.line_ids.received = False
        self.assertEqual(wizard.line_ids.decision, "later")
        wizard.line_ids.decision = "approve"
        with self.assertRaisesRegex(UserError, "has not been received yet"):
            wizard.action_confirm()

    def test_returns_to_the_marketplace_are_decided_there(self):
        self.account.returns_to = "marketplace"
        order = self.delivered()
        self.send_back(order.item_ids)
        wizard = self.wizard(order)
        self.assertFalse(wizard.decides)
        wizard.action_confirm()
        self.assertFalse(order.change_ids.filtered(lambda one: "return" in one.kind))

    def test_users_of_the_connector_need_no_access_to_stock(self):
        order = self.one_item
        user = self.connector_user("keeper", self.company)
        before = self.free()
        self.wizard(order.with_user(user)).action_confirm()
        self.assertEqual(self.free(), before + 1)

    def test_users_of_another_company_receive_nothing(self):
        order = self.one_item
        other = self.env["res.company"].create({"name": "Other"})
        user = self.connector_user("stranger", other)
        values = {"line_ids": [Command.create({"item_id": order.item_ids.id})]}
        with self.assertRaises(AccessError):
            self.env["iconic.order.return"].with_user(user).create(
                values
            ).action_confirm()
        self.assertFalse(order.item_ids.received_at)

    def connector_user(self, login, company):
        return new_test_user(
            self.env,
            login,
            "iconic_connector.iconic_connector_group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


class TestDecidingElsewhere(ReturnCase):
    """The Action API has no calls for decisions on returns."""

    api_type = "action"

    def test_goods_are_received_and_people_are_sent_to_seller_center(self):
        order = self.delivered()
        self.send_back(order.item_ids)
        before = self.free()
        wizard = self.wizard(order)
        self.assertFalse(wizard.decides)
        self.assertTrue(wizard.decided_elsewhere)
        said = wizard.action_confirm()["params"]["message"]
        self.assertIn("Seller Center", said)
        self.assertEqual(self.free(), before + 1)
        self.assertFalse(order.change_ids.filtered(lambda one: "return" in one.kind))
        self.decide(order.item_ids, "returned")
        self.assertEqual(order.item_ids.return_state, "approved")
        self.assertTrue(order.item_ids.credit_move_id)
        self.assertEqual(self.free(), before + 1)
