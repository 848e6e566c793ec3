from odoo import api, models

from ...seller_center.records import Product

PRICE_FIELDS = ("pricelist_id", "rrp_pricelist_id", "send_rrp")
STOCK_FIELDS = (
    "stock_warehouse_ids",
    "stock_location_ids",
    "excluded_location_ids",
    "safety_buffer",
    "quantity_cap",
    "untracked_quantity",
)


class IconicAccount(models.Model):
    """Saying first how many listings another price list or warehouse would change."""

    _inherit = "iconic.account"

    @api.onchange(*PRICE_FIELDS)
    def _onchange_prices(self):
        return self._warn_of_changes("price", self.env._("prices"))

    @api.onchange(*STOCK_FIELDS)
    def _onchange_stock(self):
        return self._warn_of_changes("quantity", self.env._("quantities"))

    def _warn_of_changes(self, part, label):
        """Return a warning that counts what would be sent after saving.

        :param str part: price or quantity
        :param str label: what a person calls it
        """
        listings = self._origin.listing_ids.filtered(lambda one: one._is_selling())
        if not listings:
            return None
        changed = self._count_changes(listings, part)
        if not changed:
            return None
        return {
            "warning": {
                "title": self.env._("Before you save"),
                "message": self.env._(
                    "With this, the %(label)s of %(changed)s of %(total)s active "
                    "listings would change and be sent to THE ICONIC.",
                    label=label,
                    changed=changed,
                    total=len(listings),
                ),
            }
        }

    def _count_changes(self, listings, part):
        """Return how many listings would be listed differently by the form's values."""
        if part == "price":
            wanted = listings._wanted_prices(self)
            return sum(
                listing._price_differs(Product(listing.sku, **wanted[listing.id]))
                for listing in listings
            )
        wanted = listings._wanted_quantities(self)
        return sum(
            wanted[listing.id] != listing.listed_quantity for listing in listings
        )
