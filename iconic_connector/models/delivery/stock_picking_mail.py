from odoo import models


class StockPicking(models.Model):
    """Buyers of the marketplace hear from it, not from Odoo by itself."""

    _inherit = "stock.picking"

    def _pre_action_done_hook(self):
        """Let nobody be warned of SMS where none is sent."""
        if all(one.iconic_order_id for one in self):
            self = self.with_context(skip_sms=True)
        return super()._pre_action_done_hook()

    def message_post_with_source(self, source_ref, **kwargs):
        """Leave out the mail that confirms a delivery."""
        confirmations = self.sudo().company_id.stock_mail_confirmation_template_id
        # It can be the name of a view, too.
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
        """Leave out the SMS that confirms a delivery.

        Only called, and there above, where SMS are installed.
        """
        self = self.filtered(lambda one: not one.iconic_order_id)
        if not self:
            return None
        return super()._message_sms_with_template(
            template, template_xmlid, template_fallback, partner_ids, **kwargs
        )
