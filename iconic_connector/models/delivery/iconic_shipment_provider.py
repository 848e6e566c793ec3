from odoo import api, fields, models

from ...domain.tracking_pattern import fits
from ...seller_center.const import DELIVERY_TYPES

DELIVERY_TYPE_NAMES = {
    "dropship": "Shipped by You to the Buyer",
    "pickup": "Picked Up by THE ICONIC's Carrier",
    "send_to_warehouse": "To THE ICONIC's Warehouse",
}


class IconicShipmentProvider(models.Model):
    """A carrier at THE ICONIC (SellerCenter, GetShipmentProviders)."""

    _name = "iconic.shipment.provider"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Shipment Provider"
    _order = "account_id, is_default desc, name, id"
    #: Requests refer to it by its name.
    _key = ("name",)

    external_id = fields.Char(string="Number", readonly=True)
    is_default = fields.Boolean(
        string="Default", readonly=True, help="THE ICONIC's default carrier."
    )

    api_integration = fields.Boolean(
        string="Provides Tracking Numbers",
        readonly=True,
        help="THE ICONIC generates the tracking number; none has to be entered.",
    )
    tracking_pattern = fields.Char(
        readonly=True, help="The format of its tracking numbers."
    )
    tracking_example = fields.Char(readonly=True)
    tracking_url = fields.Char(string="Tracking URL", readonly=True)

    _unique_name = models.Constraint(
        "UNIQUE(account_id, name)", "This carrier exists already."
    )

    def _tracking_problem(self, number):
        """Return what is wrong with a tracking number, or an empty string.

        :param str number: may be empty
        """
        self.ensure_one()
        if not number:
            if self.api_integration:
                return ""
            return self.env._(
                "%s requires a tracking number: enter it as Tracking Reference.",
                self.name,
            )
        if fits(self.tracking_pattern, number):
            return ""
        return self.env._(
            "“%(number)s” is not a valid tracking number of %(carrier)s. Example: "
            "%(example)s.",
            number=number,
            carrier=self.name,
            example=self.tracking_example or self.tracking_pattern,
        )


class IconicCarrierMap(models.Model):
    """The carrier at THE ICONIC for a delivery method of Odoo."""

    _name = "iconic.carrier.map"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Carrier Mapping"
    _order = "account_id, carrier_id, id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    provider_id = fields.Many2one(
        "iconic.shipment.provider",
        string="Carrier at THE ICONIC",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('account_id', '=', account_id)]",
        check_company=True,
    )
    delivery_type = fields.Selection(
        selection="_delivery_types", required=True, default="dropship"
    )

    _carrier_once = models.Constraint(
        "UNIQUE(account_id, carrier_id)", "This delivery method is mapped already."
    )

    @api.model
    def _delivery_types(self):
        return [(name, DELIVERY_TYPE_NAMES[name]) for name in DELIVERY_TYPES]
