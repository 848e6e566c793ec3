from odoo import api, fields, models
from odoo.fields import Domain

from ... import const


class IconicOrder(models.Model):
    """An order of the marketplace, as it came, and what became of it in Odoo.

    It is kept before anything else happens, so that an order that cannot be imported
    waits here with its reason instead of being lost.

        new ------> imported            the sales order exists
        new ------> unpaid --> new      the buyer has not paid yet
        new ------> held ----> new      cannot be imported; a person mends, then Retry
        new, unpaid, held --> cancelled before there was a sales order
    """

    _name = "iconic.order"
    _description = "THE ICONIC Order"
    _inherit = ["mail.thread"]
    _rec_name = "number"
    _order = "ordered_at desc, id desc"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    external_id = fields.Char(string="Order ID", required=True, readonly=True)
    number = fields.Char(string="Order Number", readonly=True, index="trigram")
    state = fields.Selection(
        const.ORDER_STATES,
        string="In Odoo",
        default="new",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    error = fields.Text(string="Held Because", readonly=True)
    invoice_error = fields.Text(string="Invoice Waits Because", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", check_company=True
    )
    item_ids = fields.One2many("iconic.order.item", "order_id", readonly=True)
    item_count = fields.Integer(string="Units", compute="_compute_counts", store=True)
    open_count = fields.Integer(
        string="Units to Ship",
        compute="_compute_counts",
        store=True,
        help="Units that still have to leave our warehouse.",
    )
    status_summary = fields.Char(
        string="Status",
        compute="_compute_counts",
        store=True,
        help="Of its units at THE ICONIC.",
    )
    needs_follow = fields.Boolean(
        readonly=True, help="Something has changed that Odoo has not followed yet."
    )
    customer = fields.Char(readonly=True)
    country = fields.Char(readonly=True)
    masked = fields.Boolean(
        readonly=True, help="THE ICONIC hides who ordered, or has hidden it since."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    payment_method = fields.Char(readonly=True)
    ordered_at = fields.Datetime(string="Ordered", readonly=True, index=True)
    changed_at = fields.Datetime(string="Changed", readonly=True)
    target_to_ship = fields.Datetime(
        string="Ship Before",
        readonly=True,
        index=True,
        help="When its units have to be on their way: each late one costs a penalty.",
    )
    payload = fields.Json(readonly=True, help="The order as THE ICONIC sent it.")

    _order_once = models.Constraint(
        "UNIQUE(account_id, external_id)", "This order is there already."
    )
    _one_sales_order = models.UniqueIndex(
        "(sale_order_id) WHERE sale_order_id IS NOT NULL",
        "A sales order belongs to one order of THE ICONIC.",
    )
    _to_follow = models.Index("(id) WHERE needs_follow OR follow_at IS NOT NULL")

    @api.depends("item_ids.status", "item_ids.own_warehouse", "item_ids.is_digital")
    def _compute_counts(self):
        for order in self:
            statuses = order.item_ids.mapped("status")
            order.item_count = len(order.item_ids)
            order.open_count = len(order.item_ids.filtered("is_open"))
            order.status_summary = ", ".join(
                f"{statuses.count(one)} {one.replace('_', ' ')}"
                for one in dict.fromkeys(statuses)
            )

    @api.model
    def _open_domain(self):
        """Return the orders with units that still have to leave our warehouse."""
        return Domain("open_count", ">", 0) & Domain("state", "!=", "cancelled")

    @api.model
    def _problem_domain(self):
        """Return the orders that need a person."""
        return Domain("error", "!=", False) | Domain("change_ids.state", "=", "refused")
