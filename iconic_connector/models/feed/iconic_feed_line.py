from odoo import fields, models

from ... import const


class IconicFeedLine(models.Model):
    """One product in a feed: what was sent, and what the marketplace said to it."""

    _name = "iconic.feed.line"
    _description = "THE ICONIC Feed Line"
    _order = "feed_id DESC, id"
    _check_company_auto = True

    feed_id = fields.Many2one(
        "iconic.feed", required=True, readonly=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one(related="feed_id.account_id")
    company_id = fields.Many2one(related="feed_id.company_id", store=True, index=True)
    flow = fields.Selection(related="feed_id.flow", store=True)
    currency_id = fields.Many2one(related="feed_id.account_id.currency_id")
    listing_id = fields.Many2one(
        "iconic.listing", required=True, readonly=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(related="listing_id.product_id")
    state = fields.Selection(
        const.LINE_STATES, required=True, readonly=True, default="open"
    )
    message = fields.Text(readonly=True, help="What the marketplace said.")
    seller_sku = fields.Char(string="SKU", required=True, readonly=True, index=True)
    parent_sku = fields.Char(string="Parent SKU", readonly=True)
    price = fields.Monetary(readonly=True)
    sale_price = fields.Monetary(readonly=True)
    sale_start = fields.Datetime(readonly=True)
    sale_end = fields.Datetime(readonly=True)
    quantity = fields.Integer(readonly=True)
    content_digest = fields.Char(readonly=True)
    image_digest = fields.Char(readonly=True)

    # Two open feeds of one flow for one listing would race at the marketplace.
    _one_open_feed = models.UniqueIndex(
        "(listing_id, flow) WHERE state = 'open'",
        "This listing has an open feed of this kind already.",
    )
    _open_lines = models.Index("(feed_id) WHERE state = 'open'")
