from odoo import models


class IconicOrder(models.Model):
    """Pick tickets and payment receipts."""

    _inherit = "iconic.order"

    def _make_papers(self):
        """Attach the papers that the account's settings ask for, each once."""
