from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Labels, and messages of Odoo that are not sent to buyers of the marketplace.

    THE ICONIC itself informs its buyers about deliveries.
    """

    _inherit = "stock.picking"

    def _pre_action_done_hook(self):
        """Override of `stock` to skip the SMS warning of `stock_sms`: none is sent."""
        if all(one.iconic_order_id for one in self):
            self = self.with_context(skip_sms=True)
        return super()._pre_action_done_hook()

    def message_post_with_source(self, source_ref, **kwargs):
        """Override of `mail` to leave out the confirmation mail of `stock`."""
        confirmations = self.sudo().company_id.stock_mail_confirmation_template_id
        # It may be the XML ID of a view instead of a template.
        is_template = getattr(source_ref, "_name", "") == confirmations._name
        if is_template and source_ref in confirmations:
            self = self.filtered(lambda one: not one.iconic_order_id)
        return super().message_post_with_source(source_ref, **kwargs)

    def _message_sms_with_template(
        self,
        template=False,
        template_xmlid=False,
        template_fallback="",
        partner_ids=False,
        **kwargs,
    ):
        """Override of `sms` to leave out the confirmation SMS of `stock_sms`.

        Called only where these modules are installed; only then is there a `super()`.
        """
        self = self.filtered(lambda one: not one.iconic_order_id)
        if not self:
            return None
        return super()._message_sms_with_template(
            template, template_xmlid, template_fallback, partner_ids, **kwargs
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
