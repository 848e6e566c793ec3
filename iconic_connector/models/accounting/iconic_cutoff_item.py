from odoo import fields, models
from odoo.tools import SQL


class IconicCutoffItem(models.Model):
    """Items with their invoice, at sale and at cost, for the cut-off of a period.

    A view of the database: which of them were invoiced and not shipped on a day is a
    domain on its dates (`iconic.cutoff`).
    """

    _name = "iconic.cutoff.item"
    _description = "THE ICONIC Item, Invoiced and Not Shipped"
    _auto = False
    _order = "invoiced_on, id"
    _rec_name = "number"
    _depends = {
        "account.move": ["date", "state"],
        "account.move.line": ["balance", "date", "move_id", "parent_state", "quantity"],
        "iconic.order": ["number", "ordered_at", "sale_order_id"],
        "iconic.order.item": [
            "account_id",
            "credit_move_id",
            "external_id",
            "invoice_line_id",
            "picking_id",
            "product_id",
            "sale_line_id",
            "shipped_at",
            "status",
        ],
        "product.product": ["standard_price"],
        "sale.order.line": ["iconic_components"],
        "stock.move": ["picking_id", "sale_line_id", "state", "value"],
    }

    number = fields.Char(string="Order Number", readonly=True)
    external_id = fields.Char(string="Item ID", readonly=True)
    account_id = fields.Many2one("iconic.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    sale_order_id = fields.Many2one("sale.order", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    status = fields.Char(readonly=True)
    ordered_at = fields.Datetime(string="Ordered", readonly=True)
    invoiced_on = fields.Date(string="Invoiced", readonly=True)
    shipped_at = fields.Datetime(string="Shipped", readonly=True)
    credited_on = fields.Date(string="Credited", readonly=True)
    sale_amount = fields.Monetary(
        string="At Sale",
        readonly=True,
        help="What the invoice has booked as revenue, without tax, in the company's "
        "currency.",
    )
    cost_amount = fields.Monetary(
        string="At Cost",
        readonly=True,
        help="The product's cost in Odoo, of kits that of their components. For items "
        "shipped since then, the value at which they left.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.id,
                   marketplace_order.number,
                   item.external_id,
                   item.account_id,
                   item.company_id,
                   company.currency_id,
                   item.product_id,
                   marketplace_order.sale_order_id,
                   invoice_line.move_id AS invoice_id,
                   item.status,
                   marketplace_order.ordered_at,
                   CASE WHEN invoice_line.parent_state = 'posted'
                        THEN invoice_line.date
                    END AS invoiced_on,
                   item.shipped_at,
                   CASE WHEN credit.state = 'posted'
                        THEN credit.date
                    END AS credited_on,
                   -invoice_line.balance / NULLIF(invoice_line.quantity, 0)
                       AS sale_amount,
                   COALESCE(%(left_at)s, %(components)s, %(own)s, 0) AS cost_amount
              FROM iconic_order_item item
              JOIN iconic_order marketplace_order
                ON marketplace_order.id = item.order_id
              JOIN res_company company ON company.id = item.company_id
              LEFT JOIN sale_order_line line ON line.id = item.sale_line_id
              LEFT JOIN product_product product ON product.id = item.product_id
              LEFT JOIN account_move_line invoice_line
                ON invoice_line.id = item.invoice_line_id
              LEFT JOIN account_move credit ON credit.id = item.credit_move_id
            """,
            left_at=_VALUE_AT_DELIVERY,
            components=_COST_OF_COMPONENTS,
            own=_cost_of("product"),
        )

    def action_view_cutoff_invoice(self):
        """Open the invoice of the item."""
        self.ensure_one()
        return self.invoice_id._get_records_action()


def _cost_of(product):
    """Return the cost of a product in the company of the item, as SQL.

    :param str product: the alias of `product_product`
    """
    return SQL(
        "(%s ->> item.company_id::text)::numeric",
        SQL.identifier(product, "standard_price"),
    )


# What one item of a delivery was worth when it left, also if several pieces make one.
_VALUE_AT_DELIVERY = SQL(
    """
    (SELECT ABS(SUM(move.value)) / NULLIF((
                SELECT COUNT(*)
                  FROM iconic_order_item alike
                 WHERE alike.picking_id = item.picking_id
                   AND alike.sale_line_id = item.sale_line_id), 0)
       FROM stock_move move
      WHERE move.picking_id = item.picking_id
        AND move.sale_line_id = item.sale_line_id
        AND move.state = 'done'
     HAVING SUM(move.value) <> 0)
    """
)
# Of kits, which have no cost of their own until somebody computes it.
_COST_OF_COMPONENTS = SQL(
    """
    (SELECT SUM(part.value::numeric * %s)
       FROM jsonb_each_text(line.iconic_components) part
       JOIN product_product component ON component.id = part.key::integer)
    """,
    _cost_of("component"),
)
