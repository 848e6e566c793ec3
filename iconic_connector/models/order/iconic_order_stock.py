from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain

from ... import const


class IconicAccount(models.Model):
    """What open orders mean for the quantity that is offered (design, section 6)."""

    _inherit = "iconic.account"

    marketplace_subtracts = fields.Boolean(
        string="THE ICONIC Subtracts Open Orders",
        help="Tick if THE ICONIC takes the units of open orders off the quantity that "
        "it is sent. They are added to the quantity then, so that they do not count "
        "twice.",
    )

    def _sold_quantities(self, products):
        """Return how many pieces of products are sold, but neither reserved nor gone.

        Less all units of open orders, where the marketplace subtracts those itself.

        :return: a dict, product id -> pieces
        """
        sold = defaultdict(int)
        unreserved, still_open = self._open_units(products)
        for product_id, count in unreserved.items():
            sold[product_id] += count
        if self.marketplace_subtracts:
            for product_id, count in still_open.items():
                sold[product_id] -= count
        return sold

    def _open_units(self, products):
        """Count the open units of products: those without reserved stock, and all.

        Units of orders that are not imported yet are known by their SKU only.

        :return: two dicts, product id -> units
        """
        unreserved, still_open = defaultdict(int), defaultdict(int)
        lines = defaultdict(int)
        for product_id, line, count in self._count_open(products):
            still_open[product_id] += count
            if line and line.state == "sale":
                lines[line] += count
            else:
                unreserved[product_id] += count
        served = self._served(self.env["sale.order.line"].union(*lines))
        for line, count in lines.items():
            unreserved[line.product_id.id] += max(count - served[line.id], 0)
        return unreserved, still_open

    def _count_open(self, products):
        """Yield product id, sale line (maybe empty) and number of open units."""
        listings = self.env["iconic.listing"].search_fetch(
            Domain("account_id", "=", self.id)
            & Domain("product_id", "in", products.ids),
            ["seller_sku", "product_id"],
        )
        by_sku = {one.default_code: one.id for one in products if one.default_code}
        by_sku |= {
            one.seller_sku: one.product_id.id for one in listings if one.seller_sku
        }
        groups = self.env["iconic.order.item"]._read_group(
            Domain("account_id", "=", self.id)
            & Domain("is_open", "=", True)
            & (
                Domain("product_id", "in", products.ids)
                | Domain("product_id", "=", False)
                & Domain("seller_sku", "in", list(by_sku))
            ),
            ["product_id", "seller_sku", "sale_line_id"],
            ["__count"],
        )
        for product, sku, line, count in groups:
            yield product.id or by_sku[sku], line, count

    def _served(self, lines):
        """Return for how many open units of sale lines stock is reserved or gone.

        Units that are delivered in Odoo stay open until the marketplace knows.

        :return: a dict, line id -> units
        """
        served = defaultdict(int)
        for line, reserved in self.env["stock.move.line"]._read_group(
            Domain("move_id.sale_line_id", "in", lines.ids)
            & Domain("state", "not in", ("done", "cancel"))
            & Domain("location_id.usage", "in", ("internal", "transit")),
            ["move_id.sale_line_id"],
            ["quantity_product_uom:sum"],
        ):
            served[line.id] += int(reserved)
        shipped = {
            line.id: count
            for line, count in self.env["iconic.order.item"]._read_group(
                Domain("sale_line_id", "in", lines.ids)
                & Domain("is_open", "=", False)
                & Domain("status", "!=", const.CANCELLED_STATUS),
                ["sale_line_id"],
                ["__count"],
            )
        }
        for line in lines:
            served[line.id] += max(int(line.qty_delivered) - shipped.get(line.id, 0), 0)
        return served

    def _compare_soon(self, products):
        """Have some products compared with the marketplace right away.

        :param products: `product.product` records, such as those of a new order
        """
        self.env["iconic.listing"].search(
            Domain("account_id", "=", self.id)
            & Domain("product_id", "in", products.ids)
            & Domain("product_status", "=", "published")
            & Domain("compare_soon", "=", False)
        ).compare_soon = True
        self._trigger_crons("compare")


class IconicListing(models.Model):
    _inherit = "iconic.listing"

    compare_soon = fields.Boolean(
        readonly=True, copy=False, help="Compared before all others: it was just sold."
    )
    _to_compare_soon = models.Index("(account_id) WHERE compare_soon")
