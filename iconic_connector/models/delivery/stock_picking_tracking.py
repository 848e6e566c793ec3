from odoo import models
from odoo.exceptions import UserError

from ...domain import item_statuses


class StockPicking(models.Model):
    """Tracking numbers: one that is entered late sends what waited for it.

    One that was sent stays as it is, unless the marketplace lets it be changed.
    """

    _inherit = "stock.picking"

    def write(self, vals):
        """Override to request the updates that a new tracking number allows.

        Items follow the day on which their delivery has left.

        :raise UserError: if another number was sent already and cannot be changed
        """
        renumbered, usable = self._iconic_take_number(vals)
        result = super().write(vals)
        renumbered._iconic_request_new_number()
        usable._iconic_use_new_number()
        if "date_done" in vals:
            self._iconic_deliveries().iconic_item_ids._shipping_moment_changed()
        return result

    def _iconic_take_number(self, vals):
        """Return the deliveries that get another tracking number.

        :param vals: what is about to be written
        :return: those for which a number was sent already, and the others
        :raise UserError: if one that was sent cannot be changed
        """
        if "carrier_tracking_ref" not in vals:
            # Warehouse users need no access to the connector.
            return self.sudo().browse(), self.sudo().browse()
        number = first_number(vals["carrier_tracking_ref"])
        changed = self._iconic_deliveries().filtered(
            lambda one: one._iconic_tracking_number() != number
        )
        sent = changed.filtered(lambda one: one._iconic_is_sent())
        renumbered = sent.filtered(lambda one: not one._iconic_is_known_by(number))
        renumbered._iconic_check_new_number(number)
        return renumbered, changed - sent

    def _iconic_is_sent(self):
        """Tell whether carrier and tracking number were sent to the marketplace."""
        sending = self._iconic_open_changes().filtered(
            lambda change: change.kind == "ready_to_ship" and change.state == "sending"
        )
        ready = self._iconic_live_items().filtered(
            lambda item: item.status not in item_statuses.NOT_READY
        )
        return bool(sending or ready)

    def _iconic_is_known_by(self, number):
        """Tell whether the marketplace has this number for the delivery already."""
        return bool(number) and number in self._iconic_live_items().mapped(
            "tracking_code"
        )

    def _iconic_check_new_number(self, number):
        """Check that a number that was sent can be changed to another one.

        :raise UserError: if it cannot
        """
        shipments = self._iconic_shipments()
        for delivery in self:
            if not delivery._iconic_may_change_number():
                raise UserError(
                    self.env._(
                        "%s: the tracking number was sent to THE ICONIC and can no "
                        "longer be changed.",
                        delivery.name,
                    )
                )
            shipment = shipments.get(delivery)
            if not number or not shipment:
                raise UserError(
                    self.env._(
                        "%s is ready to ship at THE ICONIC and requires a carrier and "
                        "a tracking number.",
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
        """Tell whether the number can be changed: only over REST, before shipping."""
        statuses = set(self._iconic_live_items().mapped("status"))
        rest = self.iconic_order_id.account_id.api_type == "rest"
        shipping = "shipped" in self._iconic_open_changes().mapped("kind")
        return rest and statuses == {"ready_to_ship"} and not shipping

    def _iconic_request_new_number(self):
        """Request that the tracking numbers of items be changed."""
        for delivery, shipment in self._iconic_shipments().items():
            delivery.iconic_order_id._request_change(
                "tracking",
                delivery._iconic_live_items(),
                picking_id=delivery.id,
                provider=shipment.provider.name,
                tracking_number=delivery._iconic_tracking_number(),
            )

    def _iconic_use_new_number(self):
        """Request the updates that a new tracking number allows."""
        done = self.filtered(lambda one: one.state == "done")
        requested = self.filtered(
            lambda one: one.iconic_state in ("requested", "problem")
        )
        done._iconic_ship()
        (requested - done)._iconic_make_ready()

    def _iconic_tracking_number(self):
        """Return the number to send to the marketplace, or an empty string.

        Odoo's carriers list the numbers of several packages, with commas between them.
        The marketplace accepts one: the first is sent.
        """
        return first_number(self.carrier_tracking_ref)

    def _iconic_used_numbers(self):
        """Return the deliveries for which these tracking numbers were sent already.

        :return: a dict, number -> a delivery, empty if it is not known in Odoo
        """
        numbers = [one._iconic_tracking_number() for one in self]
        numbers = [number for number in numbers if number]
        accounts = self.iconic_order_id.account_id.ids
        items = self.env["iconic.order.item"].search(
            [("tracking_code", "in", numbers), ("account_id", "in", accounts)]
        )
        changes = self.env["iconic.order.change"].search(
            [
                ("tracking_number", "in", numbers),
                ("account_id", "in", accounts),
                ("state", "in", ("pending", "sending")),
            ]
        )
        used = {one.tracking_number: one.picking_id for one in changes}
        for item in items.filtered(lambda one: one.status != item_statuses.CANCELED):
            used[item.tracking_code] = item.picking_id
        return used


def first_number(reference):
    """Return the first of the tracking numbers in a reference."""
    return (reference or "").split(",")[0].strip()
