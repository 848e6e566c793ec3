"""Ready to Ship says what a delivery waits for that has no stock."""

from fulfilling import DeliveryCase

from odoo.exceptions import UserError

NOT_RESERVED = "Its products are not reserved yet. Missing: "


class TestReadyToShipWithoutStock(DeliveryCase):
    """100 pieces of each size are in stock, of which some are taken."""

    def leave(self, sku, quantity):
        """Take all pieces of a product from the stock except some."""
        product = self.product(sku)
        free = product.with_context(warehouse_id=self.warehouse.id).free_qty
        self.set_stock(product, self.warehouse, quantity - free)

    def words(self, deliveries):
        """Press the button, and return what it says if it goes on."""
        return deliveries.action_iconic_ready_to_ship()["params"]["message"]

    def assert_refused(self, deliveries, words):
        with self.assertRaises(UserError) as caught:
            deliveries.action_iconic_ready_to_ship()
        self.assertIn(words, str(caught.exception))

    def test_a_delivery_that_waits_for_stock_says_so(self):
        self.leave(self.small, 0)
        delivery = self.sold(self.small, self.small, number="CC00000001")
        product = self.product(self.small).display_name
        self.assert_refused(
            delivery,
            f"{delivery.name}: {NOT_RESERVED}2 {product}. Receive them, or press "
            "Check Availability",
        )
        self.leave(self.small, 2)
        delivery.action_assign()
        self.make_ready(delivery)
        self.assertEqual(delivery.iconic_state, "ready")

    def test_one_that_is_reserved_in_part_says_what_is_missing(self):
        self.leave(self.small, 1)
        delivery = self.sold(self.small, self.small, self.medium, number="CC00000001")
        words = self.words(delivery)
        product = self.product(self.small).display_name
        self.assertIn("made ready to ship: 1.", words)
        self.assertIn(
            f"{delivery.name}: Only in part. {NOT_RESERVED}1 {product}.", words
        )
        self.send_updates()
        self.assertEqual(
            [
                status
                for status, _number in self.at_marketplace(delivery.iconic_order_id)
            ],
            ["pending", "ready_to_ship", "ready_to_ship"],
        )

    def test_one_that_ships_all_at_once_waits_for_what_is_missing(self):
        self.leave(self.small, 0)
        delivery = self.sold(self.small, self.medium, number="CC00000001")
        delivery.move_type = "one"
        product = self.product(self.small).display_name
        self.assert_refused(delivery, f"{NOT_RESERVED}1 {product}.")
        self.assertFalse(delivery.iconic_change_ids)

    def test_the_others_of_a_list_are_made_ready(self):
        good = self.sold(self.medium, number="CC00000001")
        self.leave(self.small, 0)
        bad = self.sold(self.small, number="CC00000002")
        words = self.words(good | bad)
        self.assertIn("made ready to ship: 1.", words)
        self.assertIn(f"{bad.name}: {NOT_RESERVED}1 ", words)
        self.assertNotIn(good.name, words)
        self.send_updates()
        self.assertEqual((good | bad).mapped("iconic_state"), ["ready", "not_ready"])

    def test_one_whose_items_were_all_cancelled_has_none(self):
        delivery = self.sold(self.small, number="CC00000001")
        delivery.iconic_order_id.item_ids.status = "canceled"
        self.assert_refused(delivery, "It has no items to ship.")
