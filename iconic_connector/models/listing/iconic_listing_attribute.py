from odoo import fields, models


class IconicListingAttribute(models.Model):
    """The value of one attribute of the marketplace on one listing.

    It takes precedence over the value that the category mapping gives.
    """

    _name = "iconic.listing.attribute"
    _description = "THE ICONIC Attribute Value of a Listing"
    _order = "listing_id, feed_name"

    listing_id = fields.Many2one(
        "iconic.listing", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="listing_id.company_id", store=True)
    feed_name = fields.Char(
        string="Attribute",
        required=True,
        help="The attribute's FeedName at THE ICONIC, such as Composition.",
    )
    value = fields.Char(required=True)

    _unique_feed_name = models.Constraint(
        "UNIQUE(listing_id, feed_name)", "This attribute has a value already."
    )
