from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """The labels of deliveries: fetched, and printed for many at once."""

    _inherit = "stock.picking"

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
        by_picking = {one.picking_id.id: one.attachment_id for one in labels}
        missing = self.filtered(lambda one: one.id not in by_picking)
        message = self.env._(
            "There is no label yet for: %s", ", ".join(missing.mapped("name"))
        )
        if not labels:
            raise UserError(message)
        files = labels.attachment_id.browse(
            by_picking[one.id].id for one in self - missing
        )
        download = self.env["iconic.label.sheet"]._make(files)._download()
        if not missing:
            return download
        notice = labels.account_id[:1]._notify(message, "warning")
        notice["params"]["next"] = download
        return notice
