"""Deliveries are made ready to ship at the marketplace, and marked as shipped."""

from common import address, contract, over_both_apis
from fulfilling import DeliveryCase, SoldCase

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from seller_center_sandbox.core.const import WAREHOUSE

READY, SHIPPED = "SetStatusToReadyToShip", "SetStatusToShipped"


@over_both_apis
class TestFulfilment(SoldCase):
    def begin(self):
        super().begin()
        mixed, other = self.sell_each([self.small, self.medium], [self.small])
        self.mixed, self.other = self.deliveries(mixed), self.deliveries(other)
        self.sandbox.requests.clear()

    @contract
    def test_items_are_ready_with_the_tracking_number_of_the_delivery(self):
        delivery = self.set_carrier(self.mixed, number="CC00000001")
        self.assertEqual(delivery.iconic_state, "not_ready")
        delivery.action_iconic_ready_to_ship()
        self.assertEqual(delivery.iconic_state, "requested")
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "ready")
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id),
            [("ready_to_ship", "CC00000001")] * 2,
        )
        self.assertEqual(self.sent_actions(), [READY])

    @contract
    def test_validating_makes_ready_and_ships(self):
        delivery = self.packed(number="CC00000001")
        self.validate(delivery)
        self.assertEqual(delivery.iconic_state, "requested")
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id), [("shipped", "CC00000001")]
        )
        self.assertEqual(self.sent_actions(), [READY, SHIPPED])

    def test_nothing_is_sent_in_the_transaction_of_a_user(self):
        delivery = self.packed(number="CC00000001")
        delivery.action_iconic_ready_to_ship()
        self.validate(delivery)
        self.assertEqual(self.calls(), [])

    def test_a_delivery_that_is_ready_is_only_shipped(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        self.sandbox.requests.clear()
        self.ship(delivery)
        self.assertEqual(self.sent_actions(), [SHIPPED])
        self.assertEqual(delivery.iconic_state, "shipped")

    def test_a_delivery_waits_for_its_tracking_number(self):
        delivery = self.packed(carrier=self.couriers)
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "waiting_tracking")
        self.assertEqual(self.sent_actions(), [])
        delivery.carrier_tracking_ref = "CC00000001"
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id), [("shipped", "CC00000001")]
        )

    def test_only_a_carrier_that_provides_numbers_needs_none(self):
        delivery = self.packed(carrier=self.couriers)
        with self.assertRaisesRegex(UserError, "requires a tracking number"):
            delivery.action_iconic_ready_to_ship()
        delivery.carrier_id = self.post
        self.make_ready(delivery)
        self.assertEqual(delivery.iconic_state, "ready")
        self.catch_up()
        self.assertRegex(delivery.carrier_tracking_ref, r"^WP\d{10}$")

    @contract
    def test_a_number_that_the_carrier_provides_later_is_stored(self):
        self.sandbox.settings.tracking_delay = 3600
        delivery = self.packed(carrier=self.post)
        self.ship(delivery)
        self.send_updates()
        self.catch_up()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertFalse(delivery.carrier_tracking_ref)
        item = self.marketplace_items(delivery.iconic_item_ids)[0]
        item.tracking_due = None
        item.updated_at = self.sandbox.now()
        self.catch_up()
        self.assertEqual(delivery.carrier_tracking_ref, item.tracking_code)
        self.assertEqual(self.sent_actions(), [READY, SHIPPED])

    def test_the_default_carrier_is_for_deliveries_without_a_method(self):
        delivery = self.packed()
        self.assertFalse(delivery.carrier_id)
        self.make_ready(delivery)
        self.assertEqual(
            self.placed(delivery.iconic_order_id).items[0].provider, "Wattle Post"
        )

    def test_a_method_that_is_not_mapped_is_named(self):
        delivery = self.packed(carrier=self._carrier("Pigeon"))
        with self.assertRaisesRegex(UserError, "Pigeon is not mapped"):
            delivery.action_iconic_ready_to_ship()
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "problem")
        self.assertIn("Pigeon", delivery.iconic_message)

    def test_a_number_of_another_delivery_is_not_used_again(self):
        first, second, third = (
            self.set_carrier(one, number="CC00000001")
            for one in (self.delivery, self.other, self.mixed)
        )
        first.action_iconic_ready_to_ship()
        with self.assertRaisesRegex(UserError, "used already"):
            second.action_iconic_ready_to_ship()
        self.send_updates()
        with self.assertRaisesRegex(UserError, "used already"):
            (second | third).action_iconic_ready_to_ship()
        third.carrier_tracking_ref = second.carrier_tracking_ref = "CC00000002"
        notice = (second | third).action_iconic_ready_to_ship()
        self.assertIn(f"{third.name}: The tracking number", notice["params"]["message"])

    def test_deliveries_without_a_problem_continue(self):
        good = self.packed(number="CC00000001")
        bad = self.set_carrier(self.other, self.couriers)
        notice = (good | bad).action_iconic_ready_to_ship()
        self.assertEqual(notice["params"]["type"], "warning")
        self.assertIn(bad.name, notice["params"]["message"])
        self.assertNotIn(good.name, notice["params"]["message"])
        self.send_updates()
        self.assertEqual((good | bad).mapped("iconic_state"), ["ready", "not_ready"])

    def test_of_several_numbers_the_first_is_sent(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        delivery.carrier_tracking_ref += ",CC00000002"
        self.ship(delivery)
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id), [("shipped", "CC00000001")]
        )

    def test_a_number_can_be_corrected_until_it_is_sent(self):
        delivery = self.packed(number="CC00000001")
        delivery.action_iconic_ready_to_ship()
        delivery.carrier_tracking_ref = "CC00000002"
        self.send_updates()
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id),
            [("ready_to_ship", "CC00000002")],
        )

    def test_a_number_cannot_change_once_items_are_shipped(self):
        delivery = self.packed(number="CC00000001")
        self.ship(delivery)
        self.send_updates()
        for number in ("CC00000002", False):
            with self.assertRaisesRegex(UserError, "can no longer be changed"):
                delivery.carrier_tracking_ref = number

    @contract
    def test_a_lost_answer_makes_nothing_ready_twice(self):
        delivery = self.packed(number="CC00000001")
        self.add_fault("cut_after", READY)
        self.make_ready(delivery)
        delivery.iconic_change_ids.write(
            {"sending_since": fields.Datetime.subtract(fields.Datetime.now(), hours=1)}
        )
        self.forget_backoff()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "ready")
        self.assertEqual(self.sent_actions(), [READY])

    @contract
    def test_a_refusal_is_shown_on_the_delivery(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        self.add_fault("error", SHIPPED, code=28)
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "problem")
        self.assertTrue(delivery.iconic_message)
        delivery.iconic_change_ids.filtered(
            lambda one: one.state == "refused"
        ).action_retry()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertFalse(delivery.iconic_message)

    @contract
    def test_a_number_that_the_marketplace_refuses_can_be_corrected(self):
        self.account.provider_ids.tracking_pattern = False
        delivery = self.packed(number="c")
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "problem")
        self.assertIn("CC12345678", delivery.iconic_message)
        delivery.carrier_tracking_ref = "CC00000001"
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertFalse(delivery.iconic_message)

    def test_items_fulfilled_by_the_marketplace_are_left_to_it(self):
        self._stock_at_marketplace()
        lines = [
            self.line(self.small),
            self.line(self.small, shipment_type=WAREHOUSE),
        ]
        order = self.sell(items=lines)
        delivery = self.deliveries(order)
        self.assertEqual(sum(delivery.move_ids.mapped("product_uom_qty")), 1)
        delivery.carrier_id = self.couriers
        delivery.carrier_tracking_ref = "CC00000001"
        self.ship(delivery)
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(
            {(one.own_warehouse, one.status) for one in order.item_ids},
            {(False, "shipped"), (True, "pending")},
        )

    def test_items_that_the_buyer_cancelled_are_not_shipped(self):
        delivery = self.set_carrier(self.mixed, number="CC00000001")
        order = delivery.iconic_order_id
        self.move(self.placed(order).items[:1], "canceled")
        self.catch_up()
        delivery = self.deliveries(order).filtered(lambda one: one.state != "cancel")
        self.ship(delivery)
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(
            [status for status, _number in self.at_marketplace(order)],
            ["canceled", "shipped"],
        )

    def test_warehouse_users_need_no_access_to_the_connector(self):
        delivery = self.packed(number="CC00000001")
        person = new_test_user(
            self.env, "warehouse_person", groups="stock.group_stock_user"
        )
        delivery = delivery.with_user(person)
        delivery.carrier_tracking_ref = "CC00000002"
        delivery.action_iconic_ready_to_ship()
        self.validate(delivery)
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")

    def test_due_and_late_deliveries_are_found(self):
        delivery = self.packed()
        Picking = self.env["stock.picking"]
        now = fields.Datetime.now()
        for days, due in ((-1, "late"), (3, "later")):
            delivery.date_deadline = fields.Datetime.add(now, days=days)
            self.assertEqual(delivery.iconic_due, due)
            for one in ("late", "today", "later", False):
                found = Picking.search([("iconic_due", "=", one)])
                self.assertEqual(delivery in found, one == due, one)
        delivery.date_deadline = fields.Datetime.add(now, minutes=1)
        self.assertIn(delivery.iconic_due, ("today", "later"))
        self.validate(delivery)
        # THE ICONIC does not know yet that it has left.
        delivery.carrier_id = self.couriers
        self.assertTrue(delivery.iconic_due and delivery.iconic_at_risk)
        delivery.carrier_tracking_ref = "CC00000001"
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertFalse(delivery.iconic_due or delivery.iconic_at_risk)

    def test_other_deliveries_are_left_alone(self):
        product = self.product(self.small)
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Shop"}).id,
                "order_line": [fields.Command.create({"product_id": product.id})],
            }
        )
        sale.action_confirm()
        picking = sale.picking_ids
        self.assertFalse(picking.iconic_order_id)
        with self.assertQueryCount(0):
            picking._iconic_deliveries()
        with self.assertRaises(UserError):
            picking.action_iconic_ready_to_ship()
        self.validate(picking)
        self.assertFalse(picking.iconic_state)
        self.assertFalse(picking.iconic_message)


class TestTrackingOverActionApi(SoldCase):
    """What only the Action API supports, or does not."""

    def test_a_number_of_the_wrong_pattern_is_not_sent(self):
        delivery = self.packed(number="cc-1")
        with self.assertRaisesRegex(UserError, "Example: CC12345678"):
            delivery.action_iconic_ready_to_ship()
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "problem")
        self.assertEqual(self.sent_actions(), [])
        delivery.carrier_tracking_ref = "CC00000001"
        self.send_updates()
        self.send_updates()
        self.assertEqual(delivery.iconic_state, "shipped")

    def test_a_number_cannot_change_once_it_was_sent(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        with self.assertRaisesRegex(UserError, "can no longer be changed"):
            delivery.carrier_tracking_ref = "CC00000002"


class TestTrackingOverRest(SoldCase):
    """What only the REST API supports."""

    api_type = "rest"

    def test_a_number_can_change_while_items_are_ready(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        delivery.carrier_tracking_ref = "CC00000002"
        self.send_updates()
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id),
            [("ready_to_ship", "CC00000002")],
        )
        self.ship(delivery)
        self.assertEqual(delivery.iconic_state, "shipped")

    def test_the_marketplace_gets_the_new_carrier(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        call = self.calls(READY)[0]
        self.assertIn(b"Coast Couriers", call.body)
        self.assertNotIn("CC00000001", address(call))


class TestManyDeliveries(DeliveryCase):
    """A warehouse makes all parcels of a day ready at once."""

    #: Queries for each further delivery: its request, and nothing that is checked.
    LIMIT = 4

    def waiting(self, count):
        """Return the deliveries of new orders, each with its own tracking number."""
        placed = [self.place(self.small) for _one in range(count)]
        self.catch_up()
        deliveries = self.env["stock.picking"].union(
            *(self.deliveries(self.order(one)) for one in placed)
        )
        deliveries.carrier_id = self.couriers
        for delivery in deliveries:
            delivery.carrier_tracking_ref = f"CC{delivery.id:08d}"
        return deliveries

    def queries(self, deliveries):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        deliveries.action_iconic_ready_to_ship()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_checking_many_deliveries_takes_no_more_queries_than_one(self):
        deliveries = self.waiting(10)
        few, many = deliveries[:2], deliveries[2:9]
        self.queries(deliveries[9:])
        growth = self.queries(many) - self.queries(few)
        self.assertLessEqual(growth, 5 * self.LIMIT)
        self.assertEqual(set((few | many).mapped("iconic_state")), {"requested"})
