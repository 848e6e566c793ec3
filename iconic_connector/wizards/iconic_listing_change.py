from odoo import api, fields, models

CHANGES = [
    ("update_now", "Update now"),
    ("end", "End"),
    ("relist", "Relist"),
    ("remove", "Remove from THE ICONIC"),
    ("retry", "Retry errors"),
    ("send_anyway", "Send anyway"),
    ("protect", "Protect from updates"),
    ("unprotect", "Hand over to Odoo"),
    ("close", "Stop Managing"),
    ("reopen", "Resume Managing"),
]

# The listings that each change applies to.
READY = {
    "update_now": [
        ("product_status", "=", "published"),
        ("content_status", "!=", "sent"),
        ("closed", "=", False),
    ],
    "end": [
        ("product_status", "=", "published"),
        ("listing_status", "=", "active"),
        ("end_status", "!=", "sent"),
        ("closed", "=", False),
    ],
    "relist": [
        ("product_status", "=", "published"),
        ("listing_status", "=", "inactive"),
        ("quantity_status", "!=", "sent"),
        ("closed", "=", False),
    ],
    "remove": [
        ("product_status", "=", "published"),
        ("remove_status", "!=", "sent"),
        ("closed", "=", False),
    ],
    "retry": [("has_error", "=", True)],
    "send_anyway": [("has_error", "=", True)],
    "protect": [],
    "unprotect": [],
    "close": [("closed", "=", False)],
    "reopen": [("closed", "=", True)],
}


class IconicListingChange(models.TransientModel):
    """Asks for confirmation before many listings are changed, with their number."""

    _name = "iconic.listing.change"
    _description = "Change Listings at THE ICONIC"

    change = fields.Selection(CHANGES, required=True, default="update_now")
    listing_ids = fields.Many2many(
        "iconic.listing",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    seen_prices = fields.Json(
        compute="_compute_seen_prices",
        store=True,
        readonly=False,  # what was shown is what is confirmed
        help="The prices that wait as the user is asked about them, by listing.",
    )
    held_prices = fields.Char(compute="_compute_held_prices")
    selected_count = fields.Integer(compute="_compute_counts")
    ready_count = fields.Integer(string="Will Change", compute="_compute_counts")

    @api.depends("change", "listing_ids")
    def _compute_seen_prices(self):
        for wizard in self:
            asked = wizard.change == "send_anyway"
            failed = wizard._possible_listings() if asked else wizard.listing_ids[:0]
            wizard.seen_prices = {
                str(id_): float(price.held)
                for id_, price in failed._current_prices().items()
                if price.held
            }

    @api.depends("seen_prices")
    def _compute_held_prices(self):
        for wizard in self:
            prices = (wizard.seen_prices or {}).values()
            currency = wizard.listing_ids.currency_id[:1]
            wizard.held_prices = prices and self.env._(
                "Prices that wait: %(count)s, from %(lowest)s to %(highest)s.",
                count=len(prices),
                lowest=currency.format(min(prices)),
                highest=currency.format(max(prices)),
            )

    @api.depends("change", "listing_ids", "seen_prices")
    def _compute_counts(self):
        for wizard in self:
            wizard.selected_count = len(wizard.listing_ids)
            wizard.ready_count = len(wizard._ready_listings())

    def action_confirm(self):
        """Change the listings and report how many."""
        self.ensure_one()
        listings = self._ready_listings()
        if self.change == "send_anyway":
            listings = listings._send_anyway(
                {int(id_): price for id_, price in (self.seen_prices or {}).items()}
            )
        elif listings:
            getattr(listings, f"action_{self.change}")()
        label = dict(self._fields["change"]._description_selection(self.env))
        return self.env["iconic.account"]._notify(
            self.env._(
                "%(change)s: %(count)s listings.",
                change=label[self.change],
                count=len(listings),
            ),
            "success" if listings else "warning",
        )

    def _ready_listings(self):
        """Return the chosen listings that the change applies to."""
        listings = self._possible_listings()
        if self.change != "send_anyway":
            return listings
        shown = self.seen_prices or {}
        priced = listings.filtered(lambda one: str(one.id) in shown)
        return priced | listings._held_sell_outs()

    def _possible_listings(self):
        """Return the chosen listings whose statuses allow the change."""
        self.ensure_one()
        return self.listing_ids._origin.filtered_domain(READY.get(self.change, []))
