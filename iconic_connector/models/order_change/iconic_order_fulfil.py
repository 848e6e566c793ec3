from odoo import models


class IconicOrder(models.Model):
    """What follows when the marketplace has taken that units are ready or shipped."""

    _inherit = "iconic.order"

    def _after_ready_to_ship(self, change):
        """Take over the tracking number, and have the documents fetched.

        :param change: an `iconic.order.change` that is done
        """
        self._forget_refusal(change)
        self._take_tracking(change.item_ids)
        pickings = change.item_ids.picking_id.filtered(
            lambda picking: picking.state != "cancel"
        )
        wanted = {
            "shippingLabel": self.account_id.fetch_labels,
            "invoice": self.account_id.fetch_invoices,
        }
        names = [name for name, is_wanted in wanted.items() if is_wanted]
        if pickings and names:
            self.env["iconic.order.document"]._ask_for(pickings, names)

    def _after_shipped(self, change):
        """Forget what has been in the way.

        :param change: an `iconic.order.change` that is done
        """
        self._forget_refusal(change)

    def _after_tracking(self, change):
        """Forget what has been in the way.

        :param change: an `iconic.order.change` that is done
        """
        self._forget_refusal(change)

    def _forget_refusal(self, change):
        for picking in change.picking_id:
            picking.iconic_message = picking._iconic_note()

    def _after_refused_ready_to_ship(self, change):
        """Say on the delivery why it is not ready to ship."""
        change.picking_id.iconic_message = change.message

    def _after_refused_shipped(self, change):
        """Say on the delivery why it is not marked as shipped."""
        change.picking_id.iconic_message = change.message

    def _after_refused_tracking(self, change):
        """Say on the delivery why its tracking number stays what it was."""
        change.picking_id.iconic_message = change.message
