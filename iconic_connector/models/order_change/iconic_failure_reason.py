from odoo import fields, models

from ...domain import statuses


class IconicFailureReason(models.Model):
    """A reason that the marketplace accepts for a cancellation or a rejected return.

    Source: SellerCenter, GetFailureReasons. Requests refer to it by its name.
    """

    _name = "iconic.failure.reason"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Failure Reason"
    _order = "reason_type, name, id"
    _key = ("reason_type", "name")

    reason_type = fields.Selection(
        statuses.REASON_TYPES, string="For", required=True, readonly=True
    )
    description = fields.Char(readonly=True)
    out_of_stock = fields.Boolean(
        string="Counts Against You",
        readonly=True,
        help="It means that you sold an item that you did not have.",
    )

    _unique_name = models.Constraint(
        "UNIQUE(account_id, reason_type, name)", "This reason exists already."
    )
