from odoo import models
from odoo.exceptions import UserError

from .stock_picking import NOT_READY
from .stock_picking_ship import first_number

# Set while the number is written that the marketplace has made or knows.
FROM_MARKETPLACE = "iconic_tracking_from_marketplace"


class StockPicking(models.Model):
    """Tracking numbers: late ones set things going, sent ones stay what they are."""

    _inherit = "stock.picking"

    def write(self, vals):
        """Let a tracking number that comes late trigger what waits for it.

        :raise UserError: for another number than the marketplace was told
        """
        if "carrier_tracking_ref" not in vals or self.env.context.get(FROM_MARKETPLACE):
            return super().write(vals)
        number = first_number(vals["carrier_tracking_ref"])
        changed = self._iconic_deliveries().filtered(
            lambda one: one._iconic_tracking_number() != number
        )
        told = changed.filtered(lambda one: one._iconic_is_told())
        told._iconic_check_new_number(number)
        result = super().write(vals)
        told._iconic_request_new_number()
        (changed - told)._iconic_go_on()
        return result

    def _iconic_is_told(self):
        """Tell whether the marketplace knows how this delivery is carried."""
        sending = self._iconic_open_changes().filtered(
            lambda change: change.kind == "ready_to_ship" and change.state == "sending"
        )
        gone = self._iconic_live_items().filtered(
            lambda unit: unit.status not in NOT_READY
        )
        return bool(sending or gone)

    def _iconic_check_new_number(self, number):
        """Refuse another number, unless the marketplace lets it be changed."""
        shipments = self._iconic_shipments()
        for delivery in self:
            if not delivery._iconic_may_change_number():
                raise UserError(
                    self.env._(
                        "%s: the tracking number was sent to THE ICONIC, where it "
                        "cannot be changed any more.",
                        delivery.name,
                    )
                )
            shipment = shipments.get(delivery)
            if not number or not shipment:
                raise UserError(
                    self.env._(
                        "%s is ready to ship at THE ICONIC and needs a carrier and a "
                        "tracking number.",
                        delivery.name,
                    )
                )
            if problem := shipment.provider._tracking_problem(number):
                raise UserError(
                    self.env._(
                        "%(delivery)s: %(problem)s",
                        delivery=delivery.name,
                        problem=problem,
                    )
                )

    def _iconic_may_change_number(self):
        """Tell whether the number can be changed: over REST, while units lie ready."""
        statuses = set(self._iconic_live_items().mapped("status"))
        rest = self.iconic_order_id.account_id.api_type == "rest"
        shipping = "shipped" in self._iconic_open_changes().mapped("kind")
        return rest and statuses == {"ready_to_ship"} and not shipping

    def _iconic_request_new_number(self):
        for delivery, shipment in self._iconic_shipments().items():
            delivery.iconic_order_id._request_change(
                "tracking",
                delivery._iconic_live_items(),
                picking_id=delivery.id,
                provider=shipment.provider.name,
                tracking_number=delivery._iconic_tracking_number(),
            )

    def _iconic_go_on(self):
        """Take up what a new tracking number makes possible."""
        gone = self.filtered(lambda one: one.state == "done")
        asked = self.filtered(lambda one: one.iconic_state in ("requested", "problem"))
        gone._iconic_ship()
        (asked - gone)._iconic_make_ready()


class IconicOrder(models.Model):
    _inherit = "iconic.order"

    def _take_tracking(self, items):
        """Write the numbers that the marketplace has made on the deliveries.

        :param items: units of this order
        """
        for picking, units in items.grouped("picking_id").items():
            number = next(filter(None, units.mapped("tracking_code")), "")
            if not (picking and number):
                continue
            own = picking._iconic_tracking_number()
            if not own:
                silent = picking.with_context(**{FROM_MARKETPLACE: True})
                silent.carrier_tracking_ref = number
            elif own != number and not picking._iconic_open_changes():
                picking.iconic_message = self.env._(
                    "THE ICONIC knows this delivery by the tracking number %s.", number
                )
