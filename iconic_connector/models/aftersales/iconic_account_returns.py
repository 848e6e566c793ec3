from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

DAMAGED_NAME = "THE ICONIC damaged"


class IconicAccount(models.Model):
    """Who receives what comes back, and where it goes."""

    _inherit = "iconic.account"

    returns_to = fields.Selection(
        [("seller", "Our warehouse"), ("marketplace", "THE ICONIC")],
        string="Returns Go To",
        default="seller",
        required=True,
        help="THE ICONIC: it takes returns in and forwards them. They are credited "
        "when it says that they are returned, and are stock when they are received "
        "here.",
    )
    check_in_returns = fields.Boolean(
        string="Automatically Check-In",
        help="As soon as THE ICONIC says that something is returned, it is stock "
        "again. Otherwise somebody in the warehouse receives it.",
    )
    credit_returns = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        string="Credit Notes of Returns",
        default="draft",
        required=True,
    )
    return_location_id = fields.Many2one(
        "stock.location",
        string="Good Returns To",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Empty: the stock of the warehouse that delivered them.",
    )
    damaged_location_id = fields.Many2one(
        "stock.location",
        string="Damaged Returns To",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Nothing in there is sold. Empty: a location of its own is made for the "
        "first damaged return.",
    )

    @api.constrains(
        "damaged_location_id",
        "stock_warehouse_ids",
        "stock_location_ids",
        "excluded_location_ids",
    )
    def _check_damaged_location(self):
        """Refuse damaged goods where they would be sold, by this account or another."""
        for account in self:
            others = self.search([("company_id", "=", account.company_id.id)])
            for place in (others | account).damaged_location_id:
                if account._offers_from(place) or place in account._delivered_from():
                    raise ValidationError(
                        self.env._(
                            "Damaged goods in %(location)s would be sold again. Choose "
                            "a location beside the warehouse's stock, and add it to "
                            "Except Locations.",
                            location=place.display_name,
                        )
                    )

    def _offers_from(self, location):
        """Tell whether what lies in a location is offered for sale."""
        places = self.stock_location_ids or self.stock_warehouse_ids.view_location_id
        offered = Domain("id", "child_of", places.ids) & ~Domain(
            "id", "child_of", self.excluded_location_ids.ids
        )
        return bool(
            location & location.search(offered & Domain("id", "=", location.id))
        )

    def _delivered_from(self):
        """Return the locations from which Odoo delivers orders by itself."""
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return self.env["stock.location"].search(
            [("id", "child_of", warehouses.lot_stock_id.ids)]
        )

    def _good_location(self, warehouse):
        """Return where good returns go.

        :param warehouse: the warehouse that delivered them
        """
        return self.return_location_id or warehouse.lot_stock_id

    def _damaged_location(self, warehouse):
        """Return where damaged returns go; it is made if none was chosen.

        :param warehouse: the warehouse that delivered them
        """
        if not self.damaged_location_id:
            location = self.env["stock.location"].create(
                {
                    "name": DAMAGED_NAME,
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                    "company_id": self.company_id.id,
                }
            )
            # It lies in the warehouse, of which other accounts may offer the stock.
            accounts = self.with_context(active_test=False).search(
                [("company_id", "=", self.company_id.id)]
            )
            accounts.excluded_location_ids |= location
            self.damaged_location_id = location
        return self.damaged_location_id

    def _decides_returns(self):
        """Tell whether returns are approved and rejected from Odoo."""
        return self.returns_to == "seller" and self._client_class.decides_returns
