"""Orders with several deliveries: the status updates of each of them."""

from common import contract, over_both_apis
from fulfilling import DeliveryCase, SoldCase

from odoo.exceptions import UserError
from odoo.fields import Command

READY, SHIPPED = "SetStatusToReadyToShip", "SetStatusToShipped"


@over_both_apis
class TestSplitDeliveries(SoldCase):
    pieces = 3

    def send_all_updates(self):
        for _round in range(3):
            self.send_updates()

    @contract
    def test_a_backorder_has_its_own_tracking_number(self):
        delivery = self.packed(number="CC00000001")
        order = delivery.iconic_order_id
        self.validate_some(delivery, 2)
        self.send_all_updates()
        self.assertEqual(delivery.iconic_state, "shipped")
        rest = delivery.backorder_ids
        self.assertEqual(rest.iconic_order_id, order)
        self.assertEqual(rest.iconic_state, "not_ready")
        self.assertEqual(
            self.at_marketplace(order),
            [("pending", ""), ("shipped", "CC00000001"), ("shipped", "CC00000001")],
        )
        rest.carrier_tracking_ref = "CC00000002"
        self.ship(rest)
        self.send_all_updates()
        self.assertEqual(rest.iconic_state, "shipped")
        self.assertEqual(
            [number for _status, number in self.at_marketplace(order)],
            ["CC00000001", "CC00000001", "CC00000002"],
        )

    def test_ready_items_that_did_not_leave_are_shipped_later(self):
        delivery = self.packed(number="CC00000001")
        order = delivery.iconic_order_id
        self.make_ready(delivery)
        self.validate_some(delivery, 2)
        self.send_all_updates()
        rest = delivery.backorder_ids
        self.assertIn(rest.name, delivery.iconic_message)
        self.assertEqual(delivery.iconic_state, "shipped")
        self.assertEqual(rest.iconic_state, "ready")
        self.assertEqual(rest.carrier_tracking_ref, "CC00000001")
        self.sandbox.requests.clear()
        self.ship(rest)
        self.send_all_updates()
        self.assertEqual(set(self.sent_actions()), {SHIPPED})
        self.assertEqual(self.at_marketplace(order), [("shipped", "CC00000001")] * 3)
        self.assertEqual(rest.iconic_state, "shipped")

    def test_a_pending_update_is_corrected(self):
        delivery = self.packed(number="CC00000001")
        delivery.action_iconic_ready_to_ship()
        self.validate_some(delivery, 1)
        self.send_all_updates()
        self.assertEqual(
            [
                status
                for status, _number in self.at_marketplace(delivery.iconic_order_id)
            ],
            ["pending", "pending", "shipped"],
        )

    def test_items_without_a_backorder_are_left_to_a_person(self):
        delivery = self.packed(number="CC00000001")
        self.make_ready(delivery)
        self.validate_some(delivery, 2, backorder=False)
        self.send_all_updates()
        self.assertFalse(delivery.backorder_ids)
        self.assertIn("Cancel them", delivery.iconic_message)
        self.assertEqual(len(delivery.iconic_item_ids), 2)

    def test_items_of_a_cancelled_delivery_are_released(self):
        delivery = self.packed(number="CC00000001")
        delivery.action_iconic_ready_to_ship()
        self.assertEqual(len(delivery.iconic_item_ids), 3)
        delivery.action_cancel()
        self.assertFalse(delivery.iconic_item_ids)
        self.assertFalse(delivery.iconic_state)
        self.send_updates()
        self.assertEqual(self.sent_actions(), [])

    def test_a_delivery_is_split_before_anything_is_sent(self):
        delivery = self.packed(number="CC00000001")
        delivery.move_ids.quantity = 1
        delivery.move_ids.picked = True
        delivery.action_split_transfer()
        rest = delivery.backorder_ids
        rest.carrier_tracking_ref = "CC00000002"
        rest.action_assign()
        self.make_ready(delivery | rest)
        self.assertEqual(
            self.at_marketplace(delivery.iconic_order_id),
            [
                ("ready_to_ship", "CC00000001"),
                ("ready_to_ship", "CC00000002"),
                ("ready_to_ship", "CC00000002"),
            ],
        )

    def test_only_the_last_step_counts(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sell(self.small)
        steps = order.sale_order_id.picking_ids.sorted("id")
        pick = steps.filtered(lambda one: one.picking_type_code == "internal")
        self.assertFalse(pick.iconic_order_id)
        self.ship(pick)
        self.assertEqual(self.sent_actions(), [])
        delivery = self.deliveries(order)
        delivery.write(
            {"carrier_id": self.couriers.id, "carrier_tracking_ref": "CC00000001"}
        )
        self.ship(delivery)
        self.send_all_updates()
        self.assertEqual(self.at_marketplace(order), [("shipped", "CC00000001")])


class TestTwoWarehouses(DeliveryCase):
    api_type = "rest"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._warehouse("Second")
        cls.account.second_warehouse_ids = [Command.set(cls.second.ids)]
        cls.here, cls.there = cls.product(cls.small), cls.product(cls.medium)
        cls.set_stock(cls.there, cls.warehouse, -107)
        cls.set_stock(cls.there, cls.second, 5)

    def test_each_warehouse_ships_its_part_with_its_number(self):
        order = self.sell(self.small, self.medium)
        first, second = self.deliveries(order).sorted(
            lambda one: one.picking_type_id.warehouse_id == self.second
        )
        self.assertEqual(first.move_ids.product_id, self.here)
        self.assertEqual(second.move_ids.product_id, self.there)
        first.write(
            {"carrier_id": self.couriers.id, "carrier_tracking_ref": "CC00000001"}
        )
        second.carrier_id = self.couriers
        self.ship(first)
        self.send_updates()
        self.assertEqual(first.iconic_state, "shipped")
        self.assertEqual(
            self.at_marketplace(order), [("pending", ""), ("shipped", "CC00000001")]
        )
        with self.assertRaises(UserError):
            second.action_iconic_ready_to_ship()
        second.carrier_tracking_ref = "CC00000002"
        self.ship(second)
        self.send_updates()
        self.assertEqual(
            self.at_marketplace(order),
            [("shipped", "CC00000001"), ("shipped", "CC00000002")],
        )
