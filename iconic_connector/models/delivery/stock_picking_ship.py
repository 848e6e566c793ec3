from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ...domain import item_statuses


class Shipment(NamedTuple):
    """The carrier of a delivery.

    :param provider: an `iconic.shipment.provider`
    :param delivery_type: one of `seller_center.const.DELIVERY_TYPES`
    """

    provider: models.Model
    delivery_type: str

    def lacks_number(self, number):
        """Tell whether the delivery needs a tracking number and has none."""
        provided = self.provider.api_integration or self.delivery_type == "pickup"
        return not (number or provided)


class StockPicking(models.Model):
    """Ready to ship, shipped, and labels: checked before they are requested.

    Nothing is sent in the transaction of whoever presses a button: requests wait for
    their job (`iconic.order.change`).
    """

    _inherit = "stock.picking"

    def action_iconic_ready_to_ship(self):
        """Request that deliveries be made ready to ship.

        Those with a problem are listed; the others continue.

        :raise UserError: if all have a problem
        """
        self.check_access("write")
        deliveries = self._iconic_deliveries()
        if not deliveries:
            raise UserError(
                self.env._("Select at least one delivery of an order of THE ICONIC.")
            )
        deliveries._iconic_allocate()
        problems = deliveries._iconic_make_ready()
        notes = {}
        for delivery in deliveries:
            missing = delivery._iconic_unreserved_message()
            if not delivery._iconic_live_items():
                problems[delivery] = missing or self.env._("It has no items to ship.")
            elif missing and delivery not in problems:
                notes[delivery] = self.env._("Only in part. %s", missing)
        said = {**problems, **notes}
        words = [f"{one.name}: {text}" for one, text in said.items()]
        if len(problems) == len(deliveries):
            raise UserError("\n".join(words))
        return deliveries.iconic_order_id.account_id[:1]._notify(
            "\n".join(
                [
                    self.env._(
                        "Deliveries being made ready to ship: %s.",
                        len(deliveries) - len(problems),
                    ),
                    *words,
                ]
            ),
            "warning" if said else "success",
        )

    def action_iconic_fetch_label(self):
        """Fetch labels, also those that were fetched before."""
        self.check_access("write")
        deliveries = self._iconic_deliveries().filtered("iconic_item_ids")
        if not deliveries:
            raise UserError(
                self.env._("A delivery has a label once it is ready to ship.")
            )
        Document = deliveries.env["iconic.order.document"]
        Document._request_documents(deliveries, ["shippingLabel"], again=True)
        return deliveries.iconic_order_id.account_id[:1]._notify(
            self.env._("The labels are being fetched in the background.")
        )

    def action_iconic_print_labels(self):
        """Download the labels of deliveries in one file, in their order.

        :raise UserError: if there are none
        """
        self.check_access("read")
        labels = self._iconic_deliveries().iconic_document_ids.filtered(
            lambda one: one.document_type == "shippingLabel" and one.state == "ready"
        )
        lost = labels._fetch_lost()
        labels -= lost
        by_picking = {one.picking_id.id: one.attachment_id for one in labels}
        missing = self.filtered(lambda one: one.id not in by_picking)
        message = self.env._(
            "There is no label yet for: %s", ", ".join(missing.mapped("name"))
        )
        if lost:
            message += ". " + self.env._("Lost files are being fetched again.")
        if not labels and not lost:
            raise UserError(message)
        if not labels:
            # An error would undo that they are fetched again.
            return lost.account_id[:1]._notify(message, "warning")
        files = labels.attachment_id.browse(
            by_picking[one.id].id for one in self - missing
        )
        download = self.env["iconic.label.sheet"]._make(files)._download()
        if not missing:
            return download
        notice = labels.account_id[:1]._notify(message, "warning")
        notice["params"]["next"] = download
        return notice

    def _iconic_make_ready(self):
        """Request that the items of these deliveries be made ready to ship.

        :return: a dict, delivery -> why it cannot be requested
        """
        waiting = self.filtered(lambda one: one._iconic_items_not_ready())
        shipments = waiting._iconic_shipments()
        problems = waiting._iconic_problems(shipments)
        for delivery in waiting:
            if delivery not in problems:
                delivery._iconic_request_ready(shipments[delivery])
        for delivery in self:
            shipment = shipments.get(delivery)
            number = delivery._iconic_tracking_number()
            waits = shipment and shipment.lacks_number(number)
            delivery.iconic_message = not waits and problems.get(delivery)
        return problems

    def _iconic_items_not_ready(self):
        """Return the items that still have to be made ready to ship."""
        return self._iconic_live_items().filtered(
            lambda one: one.status in item_statuses.NOT_READY
        )

    def _iconic_request_ready(self, shipment):
        self.iconic_order_id._request_change(
            "ready_to_ship",
            self._iconic_items_not_ready(),
            picking_id=self.id,
            delivery_type=shipment.delivery_type,
            provider=shipment.provider.name,
            tracking_number=self._iconic_tracking_number(),
        )

    def _iconic_shipments(self):
        """Return the carriers of these deliveries.

        :return: a dict, delivery -> `Shipment`, without deliveries with no carrier
        """
        found = self.env["iconic.carrier.map"].search(
            [
                ("account_id", "in", self.iconic_order_id.account_id.ids),
                ("carrier_id", "in", self.carrier_id.ids),
            ]
        )
        maps = {(one.account_id, one.carrier_id): one for one in found}
        shipments = {}
        for delivery in self:
            account = delivery.iconic_order_id.account_id
            mapped = maps.get((account, delivery.carrier_id))
            if mapped:
                shipments[delivery] = Shipment(mapped.provider_id, mapped.delivery_type)
            elif not delivery.carrier_id and account.default_provider_id:
                shipments[delivery] = Shipment(account.default_provider_id, "dropship")
        return shipments

    def _iconic_problems(self, shipments):
        """Return why deliveries cannot be made ready to ship.

        :param shipments: what `_iconic_shipments` returns
        :return: a dict, delivery -> a sentence, without the others
        """
        used = self._iconic_used_numbers()
        problems = {}
        for delivery in self:
            number = delivery._iconic_tracking_number()
            problem = delivery._iconic_problem(shipments.get(delivery))
            if not problem and used.get(number, delivery) != delivery:
                problem = self.env._("The tracking number %s is used already.", number)
            if problem:
                problems[delivery] = problem
            elif number:
                used[number] = delivery
        return problems

    def _iconic_problem(self, shipment):
        """Return why this delivery cannot be made ready, or an empty string.

        :param shipment: a `Shipment`, None if it has no carrier
        """
        if self.state not in ("assigned", "done"):
            return self._iconic_unreserved_message()
        if not shipment:
            return self._iconic_missing_carrier_message()
        if not shipment.provider.active:
            return self.env._(
                "THE ICONIC no longer has the carrier %s: map its delivery method "
                "again.",
                shipment.provider.name,
            )
        number = self._iconic_tracking_number()
        if not number and not shipment.lacks_number(number):
            return ""
        return shipment.provider._tracking_problem(number)

    def _iconic_unreserved_message(self):
        """Return which products of this delivery are not reserved, and what to do.

        :return: sentences; empty if nothing is missing
        """
        missing = self._iconic_unreserved()
        if not missing:
            return ""
        return self.env._(
            "Its products are not reserved yet. Missing: %s. Receive them, or press "
            "Check Availability if they are in stock.",
            ", ".join(
                f"{quantity:g} {product.display_name}"
                for product, quantity in missing.items()
            ),
        )

    def _iconic_unreserved(self):
        """Return how many pieces of each product of this delivery are not reserved.

        :return: a dict, `product.product` -> quantity, without those that are reserved
        """
        missing = defaultdict(float)
        for move in self.move_ids:
            left = move.product_uom_qty - move.quantity
            if move.state not in ("done", "cancel") and left > 0:
                missing[move.product_id] += move.product_uom._compute_quantity(
                    left, move.product_id.uom_id
                )
        return missing

    def _iconic_missing_carrier_message(self):
        """Return what to do about a delivery that has no carrier."""
        if self.carrier_id:
            return self.env._(
                "The delivery method %s is not mapped: choose its carrier on the "
                "account.",
                self.carrier_id.name,
            )
        return self.env._(
            "Choose its delivery method, or a default carrier on the account."
        )

    def _iconic_ship(self):
        """Request the status updates of deliveries that have left."""
        if not self:
            return
        self._iconic_allocate()
        self._iconic_make_ready()
        for delivery in self:
            if not delivery.iconic_message:
                delivery.iconic_message = delivery._iconic_delivery_note()
            delivery._iconic_request_shipped()

    def _iconic_request_shipped(self):
        """Request that items be marked as shipped, once all of them are ready."""
        items = self._iconic_live_items().filtered("is_open")
        ready = self._iconic_open_changes().filtered(
            lambda change: change.kind == "ready_to_ship"
        )
        if self._iconic_items_not_ready() <= ready.item_ids:
            self.iconic_order_id._request_change(
                "shipped", items, previous=ready[:1], picking_id=self.id
            )

    def _iconic_delivery_note(self):
        """Return a note on a delivery that has left, if there is anything to note."""
        if self.state != "done":
            return False
        left_behind = self._iconic_items_left_behind()
        if self._iconic_holds_parts_only():
            return self.env._(
                "It holds parts of kits only. Their items are shipped with the "
                "delivery that completes them."
            )
        if not self._iconic_live_items():
            return self.env._(
                "None of its items is left to ship at THE ICONIC. Were they cancelled?"
            )
        if not left_behind:
            return False
        if later := left_behind.picking_id:
            return self.env._(
                "Items made ready to ship with this delivery that leave with "
                "%(later)s: %(count)s. They are marked as shipped then.",
                count=len(left_behind),
                later=later.name,
            )
        return self.env._(
            "Items made ready to ship with this delivery that did not leave: %s. "
            "Cancel them at THE ICONIC.",
            len(left_behind),
        )
