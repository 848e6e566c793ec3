from odoo import models


class IconicListing(models.Model):
    """Listings of kits: what is sold of them is their components."""

    _inherit = "iconic.listing"
