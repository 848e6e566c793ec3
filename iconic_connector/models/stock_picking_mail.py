from odoo import models


class StockPicking(models.Model):
    """Buyers of the marketplace hear from it, not from Odoo by itself."""

    _inherit = "stock.picking"

    def message_post_with_source(self, source_ref, **kwargs):
        """Leave out the mail that confirms a delivery."""
        told = self.sudo().filtered(
            lambda one: (
                one.iconic_order_id
                and source_ref == one.company_id.stock_mail_confirmation_template_id
            )
        )
        return super(
            StockPicking, self.browse(set(self.ids) - set(told.ids))
        ).message_post_with_source(source_ref, **kwargs)

    def _message_sms_with_template(self, **kwargs):
        """Leave out the SMS that confirms a delivery.

        Only called, and there above, where SMS are installed.
        """
        others = self.filtered(lambda one: not one.iconic_order_id)
        if not others:
            return None
        return super(StockPicking, others)._message_sms_with_template(**kwargs)
