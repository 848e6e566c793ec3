"""Kits leave, are cancelled and come back by their components."""

from cancelling import CancelCase
from fulfilling import DeliveryCase
from kits import Kits
from returning import ReturnCase

from odoo.exceptions import UserError
from odoo.fields import Command


class KitCase(Kits, CancelCase):
    """Kits whose items are cancelled."""

    def cancel_some(self, order, count=1):
        """Let the marketplace cancel some items that stand, shipped ones last."""
        standing = order.item_ids.filtered(lambda item: item.status != "canceled")
        unshipped_first = standing.sorted(lambda item: item.picking_id.state == "done")
        self.cancel_at_marketplace(unshipped_first[:count])

    def validate(self, picking):
        """Validate a transfer with everything that was not cancelled."""
        for move in picking.move_ids.filtered(lambda one: one.state != "cancel"):
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def line_of(self, order):
        return order.item_ids.sale_line_id


class TestCancelledBeforeDelivery(KitCase):
    def test_a_cancelled_kit_takes_its_components_out_of_the_delivery(self):
        order = self.kits(3)
        self.cancel_some(order)
        self.assertEqual(self.pieces(self.deliveries(order).move_ids), (2, 4))
        self.assertEqual(self.reserved(), (2, 4))
        self.assertEqual(self.line_of(order).product_uom_qty, 2)
        self.cancel_some(order, 2)
        self.assertEqual(self.reserved(), (0, 0))
        self.assertEqual(order.sale_order_id.state, "cancel")
        self.assertFalse(self.returns(order))

    def test_a_kit_is_delivered_as_it_was_sold_although_its_bom_has_changed(self):
        order = self.kits(2)
        hat = self._component("Hat")
        self.bom.bom_line_ids.filtered(
            lambda line: line.product_id == self.sock
        ).product_qty = 5
        self.bom.bom_line_ids = [Command.create({"product_id": hat.id})]
        self.cancel_some(order)
        moves = self.deliveries(order).move_ids
        self.assertEqual(self.pieces(moves), (1, 2))
        self.assertFalse(moves.filtered(lambda move: move.product_id == hat))
        self.validate_all(order)
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.cancel_some(order)
        self.assertEqual(self.pieces(self.returns(order).move_ids), (1, 2))

    def test_a_kit_is_delivered_as_it_was_sold_although_its_bom_is_empty(self):
        order = self.kits(2)
        self.bom.bom_line_ids.unlink()
        self.cancel_some(order)
        self.assertEqual(self.pieces(self.deliveries(order).move_ids), (1, 2))
        self.assertEqual(self.reserved(), (1, 2))

    def test_components_of_kits_in_a_kit_are_removed(self):
        pair = self._component("Pair", stock=0)
        pair.is_storable = False
        self._bom(pair.product_tmpl_id, {self.sock: 2})
        self.bom.bom_line_ids = [Command.clear()]
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.top.id}),
            Command.create({"product_id": pair.id, "product_qty": 3}),
        ]
        order = self.kits(2)
        self.assertEqual(self.net(order), (2, 12))
        self.cancel_some(order)
        self.assertEqual(self.net(order), (1, 6))
        self.validate_all(order)
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.cancel_some(order)
        self.assertEqual(self.pieces(self.returns(order).move_ids), (1, 6))

    def test_a_kit_that_consists_of_kits_only_is_cancelled_after_delivery(self):
        outfit = self._component("Outfit", stock=0)
        outfit.is_storable = False
        self._bom(outfit.product_tmpl_id, {self.top: 1, self.sock: 2})
        self.bom.bom_line_ids = [Command.clear()]
        self.bom.bom_line_ids = [Command.create({"product_id": outfit.id})]
        order = self.kits(3)
        self.done_some(self.deliveries(order), 1, 2)
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.cancel_some(order, 2)
        self.assertEqual(self.net(order), (1, 2))
        self.assertEqual(self.line_of(order).product_uom_qty, 1)
        self.assertEqual(self.reserved(), (0, 0))

    def test_a_variant_has_its_own_components(self):
        template = self.make_style("SET", "S M", stock=0, is_storable=False)
        small, medium = (
            template.product_variant_ids.filtered(
                lambda one, sku=sku: one.default_code == sku
            ).product_template_attribute_value_ids.filtered(
                lambda value: value.attribute_id == self.size
            )
            for sku in ("SET-Navy-S", "SET-Navy-M")
        )
        top, sock = self.top.id, self.sock.id
        self._bom(
            template,
            [
                {"product_id": top, "product_qty": 1},
                {
                    "product_id": sock,
                    "product_qty": 2,
                    "bom_product_template_attribute_value_ids": small.ids,
                },
                {
                    "product_id": sock,
                    "product_qty": 3,
                    "bom_product_template_attribute_value_ids": medium.ids,
                },
            ],
        )
        order = self.sell(
            items=[
                self.line("SET-Navy-S", quantity=2),
                self.line("SET-Navy-M", quantity=2),
            ]
        )
        self.assertEqual(self.pieces(self.deliveries(order).move_ids), (4, 10))
        of_medium = order.item_ids.filtered(
            lambda item: item.seller_sku == "SET-Navy-M"
        )
        self.cancel_at_marketplace(of_medium[0])
        self.assertEqual(self.pieces(self.deliveries(order).move_ids), (3, 7))

    def test_a_component_on_two_lines_of_the_bom_counts_twice(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.sock.id, "product_qty": 1})
        ]
        order = self.kits(3)
        self.assertEqual(self.net(order), (3, 9))
        self.cancel_some(order)
        self.assertEqual(self.net(order), (2, 6))
        self.validate_all(order)
        self.assertEqual(self.line_of(order).qty_delivered, 2)
        self.cancel_some(order)
        self.assertEqual(self.pieces(self.returns(order).move_ids), (1, 3))

    def test_components_may_be_counted_in_another_unit(self):
        socks = self.bom.bom_line_ids.filtered(
            lambda line: line.product_id == self.sock
        )
        socks.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order = self.kits(3)
        self.assertEqual(self.reserved(), (3, 72))
        self.cancel_some(order)
        self.assertEqual(self.reserved(), (2, 48))
        self.done_some(self.deliveries(order), 1, 24)
        self.cancel_some(order)
        self.assertEqual(self.reserved(), (0, 0))
        self.cancel_some(order)
        back = self.returns(order)
        self.assertEqual(self.pieces(back.move_ids), (1, 24))
        self.validate(back)
        self.assertEqual(self.in_stock(), (100, 100))

    def test_a_third_of_a_piece_leaves_no_rest(self):
        """Four socks are for three kits."""
        self.bom.product_qty = 3
        self.bom.bom_line_ids.product_qty = 4
        order = self.kits(3)
        for _item in order.item_ids[1:]:
            self.cancel_some(order)
        self.assertEqual(self.reserved(), (1.33, 1.33))
        self.cancel_some(order)
        self.assertEqual(self.reserved(), (0, 0))

    def validate_all(self, order):
        for picking in self.deliveries(order):
            if picking.state not in ("done", "cancel"):
                self.validate(picking)


class PickAndShip:
    """Tests of a warehouse that picks first, and ships then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._choose_steps()

    @classmethod
    def _choose_steps(cls):
        cls.warehouse.delivery_steps = "pick_ship"

    def pick(self, order):
        return self.deliveries(order).filtered(
            lambda one: one.picking_type_id == self.warehouse.pick_type_id
        )

    def open(self, order):
        """Return the pieces of the open picks and shipments."""
        moves = self.deliveries(order).move_ids.filtered(
            lambda move: move.state != "done"
        )
        shipping = moves.filtered(
            lambda move: move.location_dest_id.usage == "customer"
        )
        return self.pieces(moves - shipping), self.pieces(shipping)

    def standing(self, picked, shipping):
        """Return what is open if the push rule makes shipments of picked goods."""
        return picked, shipping

    def test_before_picking_the_components_are_removed(self):
        order = self.kits(3)
        self.cancel_some(order)
        self.assertEqual(self.open(order), self.standing((2, 4), (0, 0)))
        self.assertEqual(self.reserved(), (2, 4))
        self.cancel_some(order, 2)
        self.assertEqual(self.open(order), ((0, 0), (0, 0)))
        self.assertEqual(self.reserved(), (0, 0))
        self.assertFalse(self.returns(order))

    def test_picked_components_return_to_stock_and_their_transfer_survives(self):
        order = self.kits(2)
        self.validate(self.pick(order))
        self.cancel_some(order, 2)
        self.assertEqual(order.sale_order_id.state, "cancel")
        back = self.returns(order)
        self.assertEqual(back.state, "assigned")
        self.assertEqual(self.pieces(back.move_ids), (2, 4))
        self.assertEqual(back.location_dest_id, self.warehouse.lot_stock_id)
        self.assertEqual(self.open(order), ((0, 0), (0, 0)))
        self.assertEqual(order.item_ids.return_to_stock_id, back)
        self.validate(back)
        self.assertEqual(self.in_stock(), (100, 100))
        self.assertEqual(self.reserved(), (0, 0))

    def test_one_picked_kit_of_two_returns(self):
        order = self.kits(2)
        self.validate(self.pick(order))
        self.cancel_some(order)
        back = self.returns(order)
        self.assertEqual((back.state, self.pieces(back.move_ids)), ("assigned", (1, 2)))
        self.assertEqual(len(back.ids), 1)
        self.assertEqual(self.open(order), ((0, 0), (1, 2)))
        self.validate(back)
        self.assertEqual(self.reserved(), (1, 2))
        self.validate(self.shipping(order))
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.assertEqual(self.in_stock(), (99, 98))

    def test_what_is_not_picked_yet_is_removed_first(self):
        order = self.kits(2)
        self.done_some(self.pick(order), 2, 1)
        self.cancel_some(order)
        self.assertEqual(self.open(order), self.standing((0, 1), (1, 1)))
        back = self.returns(order)
        self.assertEqual(self.pieces(back.move_ids), (1, 0))
        self.cancel_some(order)
        self.assertEqual(self.open(order), ((0, 0), (0, 0)))
        for picking in self.returns(order):
            self.assertEqual(picking.state, "assigned")
            self.validate(picking)
        self.assertEqual(self.in_stock(), (100, 100))
        self.assertEqual(self.reserved(), (0, 0))

    def test_a_component_on_two_lines_of_the_bom_is_removed_from_both_steps(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.sock.id, "product_qty": 1})
        ]
        order = self.kits(2)
        self.done_some(self.pick(order), 2, 5)
        self.cancel_some(order)
        self.assertEqual(self.open(order), ((0, 0), (1, 3)))
        self.assertEqual(self.pieces(self.returns(order).move_ids), (1, 2))
        self.validate(self.returns(order))
        self.validate_shipping(order)
        self.assertEqual(self.in_stock(), (99, 97))
        self.assertEqual(self.line_of(order).qty_delivered, 1)

    def shipping(self, order):
        return self.deliveries(order).filtered(
            lambda one: one.picking_type_code == "outgoing" and one.state == "assigned"
        )

    def validate_shipping(self, order):
        for picking in self.shipping(order):
            self.validate(picking)


class TestPickAndShip(PickAndShip, KitCase):
    """The shipment exists once its goods are picked."""


class TestPickAndShipByPullRules(PickAndShip, KitCase):
    """Both steps exist from the beginning."""

    @classmethod
    def _choose_steps(cls):
        cls.deliver_by_pull_rules()

    def standing(self, picked, shipping):
        return picked, tuple(map(sum, zip(picked, shipping, strict=True)))


class TestCancelledAfterDelivery(KitCase):
    def test_a_kit_that_has_left_is_called_back(self):
        order = self.kits(2)
        self.validate(self.deliveries(order))
        self.cancel_some(order)
        back = self.returns(order)
        self.assertEqual(back.picking_type_code, "incoming")
        self.assertEqual((back.state, self.pieces(back.move_ids)), ("assigned", (1, 2)))
        self.assertIn(back.name, order.sale_order_id.activity_ids.note)
        self.assertEqual(self.line_of(order).product_uom_qty, 2)
        self.validate(back)
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.assertEqual(self.in_stock(), (99, 98))
        self.assertFalse(order.item_ids.filtered("received_at"))

    def test_components_are_taken_from_where_they_are(self):
        order = self.kits(2)
        self.done_some(self.deliveries(order), 2, 1)
        self.cancel_some(order)
        self.assertEqual(self.net(order), (1, 2))
        self.assertEqual(self.pieces(self.returns(order).move_ids), (1, 0))
        self.assertEqual(self.reserved(), (0, 1))
        self.assertEqual(self.line_of(order).product_uom_qty, 1)

    def test_components_of_two_parcels_are_called_back_from_both(self):
        order = self.kits(2)
        first = self.deliveries(order)
        self.done_some(first, 2, 1)
        self.validate(first.backorder_ids)
        self.cancel_some(order)
        back = self.returns(order)
        self.assertEqual(self.pieces(back.move_ids), (1, 2))
        for receipt in back:
            self.validate(receipt)
        self.assertFalse(order.item_ids.filtered("received_at"))
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.cancel_some(order)
        self.assertEqual(self.net(order), (0, 0))

    def test_a_shipment_that_left_components_behind_still_knows_the_kit(self):
        order = self.kits(2)
        delivery = self.deliveries(order)
        for move in delivery.move_ids:
            move.quantity = 2
            move.picked = True
        delivery.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=delivery.ids
        ).button_validate()
        self.assertEqual(self.line_of(order).qty_delivered, 1)
        self.cancel_some(order, 2)
        self.assertEqual(self.net(order), (0, 0))


class TestParcels(Kits, DeliveryCase):
    def sold_kits(self, count=2):
        order = self.kits(count)
        delivery = self.deliveries(order)
        delivery.write(
            {"carrier_id": self.couriers.id, "carrier_tracking_ref": "CC00000001"}
        )
        return order, delivery

    def send_all_updates(self):
        for _round in range(3):
            self.send_updates()

    def test_a_kit_is_shipped_with_the_parcel_that_completes_it(self):
        order, first = self.sold_kits()
        self.done_some(first, 2, 1)
        self.send_all_updates()
        self.assertEqual(self.at_marketplace(order), [("pending", "")] * 2)
        rest = first.backorder_ids
        rest.carrier_tracking_ref = "CC00000002"
        self.ship(rest)
        self.send_all_updates()
        self.assertEqual(self.at_marketplace(order), [("shipped", "CC00000002")] * 2)
        self.assertEqual(rest.iconic_state, "shipped")

    def test_each_parcel_ships_the_kits_that_it_completes(self):
        order, first = self.sold_kits(3)
        self.done_some(first, 3, 3)
        self.send_all_updates()
        rest = first.backorder_ids
        rest.carrier_tracking_ref = "CC00000002"
        self.ship(rest)
        self.send_all_updates()
        self.assertEqual(
            self.at_marketplace(order),
            [
                ("shipped", "CC00000001"),
                ("shipped", "CC00000002"),
                ("shipped", "CC00000002"),
            ],
        )

    def test_a_parcel_of_parts_says_so_and_is_no_problem(self):
        _order, first = self.sold_kits()
        self.done_some(first, 2, 1)
        self.assertIn("parts of kits", first.iconic_message)
        self.assertFalse(first.iconic_state)

    def test_a_kit_that_is_being_cancelled_does_not_leave(self):
        order, delivery = self.sold_kits()
        self.ask_to_cancel(order.item_ids[0])
        with self.assertRaisesRegex(UserError, "1 of .* must not be shipped"):
            self.validate(delivery)

    def test_the_other_kits_leave(self):
        order, delivery = self.sold_kits()
        self.ask_to_cancel(order.item_ids[0])
        self.done_some(delivery, 1, 2)
        self.assertEqual(delivery.state, "done")

    def ask_to_cancel(self, item):
        sale = item.order_id.sale_order_id
        action = sale.action_cancel()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        for line in wizard.line_ids:
            line.chosen = line.item_id == item
        wizard.reason_id = wizard.reason_ids[:1]
        wizard.action_confirm()
        self.assertTrue(item.cancel_requested)


class TestReturns(Kits, ReturnCase):
    def delivered_kits(self, *parcels, count=2):
        """Sell kits and deliver them.

        :param parcels: tops and socks of each parcel, but for the last one
        """
        order = self.kits(count)
        picking = order.sale_order_id.picking_ids
        for tops, socks in parcels:
            self.done_some(picking, tops, socks)
            picking = picking.backorder_ids
        self.validate(picking)
        self.deliver_at_marketplace(self.marketplace_items(order.item_ids))
        self.catch_up()
        self.assertFalse(order.error)
        return order

    def test_a_returned_kit_is_received_by_its_components(self):
        order = self.delivered_kits()
        item = order.item_ids[0]
        self.send_back(item)
        receipt = self.receipt(item)
        self.assertEqual(self.of(receipt), (1, 2))
        self.validate(receipt)
        self.assertTrue(item.received_at)
        self.assertFalse((order.item_ids - item).received_at)
        self.assertEqual(self.in_stock(), (99, 98))

    def test_a_kit_is_received_once_all_of_its_components_are_in(self):
        order = self.delivered_kits()
        self.send_back(order.item_ids)
        receipt = self.receipt(order.item_ids)
        self.done_some(receipt, 2, 1)
        self.assertFalse(order.item_ids.filtered("received_at"))
        second = receipt.backorder_ids
        self.assertEqual(order.item_ids.return_picking_id, second)
        self.done_some(second, 0, 1)
        self.assertEqual(len(order.item_ids.filtered("received_at")), 1)
        self.validate(second.backorder_ids)
        self.assertEqual(len(order.item_ids.filtered("received_at")), 2)

    def test_a_kit_of_two_parcels_comes_back_with_one_receipt(self):
        order = self.delivered_kits((2, 1))
        for item in order.item_ids:
            self.send_back(item)
            self.assertFalse(order.error)
            receipt = self.receipt(item)
            self.assertEqual(self.of(receipt), (1, 2))
            self.validate(receipt)
            self.assertTrue(item.received_at)
        self.assertEqual(self.in_stock(), (100, 100))

    def test_the_warehouse_checks_in_a_kit_with_the_wizard(self):
        order = self.delivered_kits((2, 1))
        item = order.item_ids[0]
        self.send_back(item)
        self.wizard(item).action_confirm()
        self.assertEqual(item.return_picking_id.state, "done")
        self.assertEqual(self.in_stock(), (99, 98))
        self.assertFalse((order.item_ids - item).received_at)

    def test_a_damaged_kit_is_put_aside_whole(self):
        self.bom.bom_line_ids[1].product_uom_id = self.env.ref("uom.product_uom_dozen")
        order = self.delivered_kits()
        self.send_back(order.item_ids)
        wizard = self.wizard(order)
        wizard.line_ids[0].condition = "damaged"
        wizard.action_confirm()
        place = self.account.damaged_location_id
        self.assertEqual(
            tuple(
                one.with_context(location=place.id).qty_available
                for one in (self.top, self.sock)
            ),
            (1, 24),
        )
        self.assertEqual(self.in_stock(), (99, 76))

    def test_a_failed_delivery_of_a_kit_is_received(self):
        order = self.kits(2)
        self.validate(order.sale_order_id.picking_ids)
        item = order.item_ids[0]
        for status in ("ready_to_ship", "shipped", "failed"):
            self.move(self.marketplace_items(item), status)
        self.catch_up()
        self.assertFalse(order.error)
        order.action_receive_undelivered()
        receipt = self.receipt(item)
        self.assertEqual(self.of(receipt), (1, 2))
        self.done_some(receipt, 1, 0)
        self.assertFalse(item.received_at)
        self.validate(receipt.backorder_ids)
        self.assertTrue(item.received_at)
        self.assertEqual(self.in_stock(), (99, 98))

    def test_a_rejected_kit_goes_back_to_the_buyer_whole(self):
        order = self.delivered_kits()
        item = order.item_ids[0]
        self.send_back(item)
        receipt = self.receipt(item)
        self.done_some(receipt, 1, 0)
        self.validate(receipt.backorder_ids)
        self.decide(item, "return_rejected")
        self.assertFalse(order.error)
        again = order.sale_order_id.picking_ids.filtered(
            lambda one: one.state == "assigned"
        )
        self.assertEqual(self.of(again), (1, 2))
        self.validate(again)
        self.assertEqual(self.in_stock(), (98, 96))

    def of(self, picking):
        return self.pieces(picking.move_ids)
