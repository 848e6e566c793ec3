"""What the tests of deliveries share: two carriers, and the steps of a parcel."""

from ordering import OrderCase

POST, COURIERS = "Wattle Post", "Coast Couriers"


class DeliveryCase(OrderCase):
    """An account with two delivery methods that are mapped to carriers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = cls._carrier("Post")
        cls.couriers = cls._carrier("Couriers")
        for product in cls.style.product_variant_ids:
            cls.set_stock(product, cls.warehouse, 100)

    @classmethod
    def _carrier(cls, name):
        product = cls.env["product.product"].create({"name": name, "type": "service"})
        return cls.env["delivery.carrier"].create(
            {"name": name, "delivery_type": "fixed", "product_id": product.id}
        )

    def begin(self):
        super().begin()
        self.account.action_refresh_providers()
        for carrier, name in ((self.post, POST), (self.couriers, COURIERS)):
            provider = self.account.provider_ids.filtered(
                lambda one, name=name: one.name == name
            )
            self.env["iconic.carrier.map"].create(
                {
                    "account_id": self.account.id,
                    "carrier_id": carrier.id,
                    "provider_id": provider.id,
                }
            )

    def deliveries(self, order):
        """Return the deliveries of an order, the oldest first."""
        found = order.sale_order_id.picking_ids.filtered("iconic_order_id")
        return found.sorted("id")

    def sold(self, *skus, carrier=None, number=None, **options):
        """Return the delivery of a new order.

        :param carrier: its delivery method, the couriers if there is a number
        :param number: the tracking number
        """
        delivery = self.deliveries(self.sell(*(skus or [self.small]), **options))
        self.sandbox.requests.clear()
        return self.set_carrier(delivery, carrier, number)

    def set_carrier(self, delivery, carrier=None, number=None):
        """Set the delivery method and the tracking number of a delivery.

        :return: the delivery
        """
        carrier = carrier or (number and self.couriers)
        delivery.carrier_id = carrier
        if number:
            delivery.carrier_tracking_ref = number
        return delivery

    def make_ready(self, deliveries):
        """Make deliveries ready to ship, and send the updates."""
        deliveries.action_iconic_ready_to_ship()
        self.send_updates()

    def validate(self, picking):
        """Validate a delivery with everything that was not cancelled."""
        for move in picking.move_ids.filtered(lambda one: one.state != "cancel"):
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def ship(self, delivery):
        """Validate a delivery, and send the updates."""
        self.validate(delivery)
        self.send_updates()

    def validate_some(self, delivery, *counts, backorder=True):
        """Validate less than there is of each move.

        :param counts: how many of each move
        """
        for move, count in zip(delivery.move_ids, counts, strict=True):
            move.quantity = count
            move.picked = bool(count)
        options = {"skip_backorder": True}
        if not backorder:
            options["picking_ids_not_to_backorder"] = delivery.ids
        delivery.with_context(**options).button_validate()

    def at_marketplace(self, order):
        """Return status and tracking number of each item there, sorted."""
        return sorted(
            (item.status, item.tracking_code) for item in self.placed(order).items
        )

    def sent_actions(self):
        """Return the actions of the calls that have set a status of items."""
        return [
            call.action for call in self.calls() if call.action.startswith("SetStatus")
        ]


class SoldCase(DeliveryCase):
    """The same with an order that was sold, whose delivery all tests begin with."""

    #: How many equal items it is of.
    pieces = 1

    def begin(self):
        super().begin()
        self.delivery = self.sold(*[self.small] * self.pieces)

    def packed(self, carrier=None, number=None):
        """Return this delivery, with a delivery method and a tracking number."""
        return self.set_carrier(self.delivery, carrier, number)
