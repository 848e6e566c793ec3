import math
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain import item_statuses


class IconicListing(models.Model):
    """The quantities that Odoo wants listed: free stock less sold items and buffers."""

    _inherit = "iconic.listing"

    safety_buffer = fields.Integer(
        help="Pieces that are not offered. The highest buffer of account, category "
        "mapping and listing counts."
    )

    def _wanted_quantities(self, account):
        """Return the quantity to offer for each listing, None where it is unknown.

        Free stock in the account's warehouses or locations in whole pieces, less what
        is sold and not reserved yet, less the safety buffer; at least 0, at most the
        cap. Without a warehouse it is unknown: Odoo would count another company's stock
        as 0.

        :param account: the account in its company
        :return: a dict, listing id -> int or None
        """
        maps = self.env["iconic.category.map"]._for_products(account, self.product_id)
        free = self._free_quantities(account, self.product_id)
        sold = self._sold_quantities(account, self.product_id)
        return {
            listing.id: listing._limit_quantity(
                free.get(listing.product_id.id),
                sold.get(listing.product_id.id, 0),
                maps[listing.product_id.id],
                account,
            )
            for listing in self
        }

    def _limit_quantity(self, free, sold, mapping, account):
        """Return how many of the free pieces are offered.

        :param free: pieces, None if unknown
        :param sold: pieces in `free` that the marketplace has sold already; negative
            if it subtracts more of them itself than `free` still holds
        :param mapping: the `iconic.category.map` of the product, may be empty
        """
        if self.has_fixed_quantity:
            return self.quantity
        if free is None:
            return None
        buffer = max(account.safety_buffer, mapping.safety_buffer, self.safety_buffer)
        offered = max(int(free) - sold - buffer, 0)
        return min(offered, account.quantity_cap) if account.quantity_cap else offered

    def _quantity_hold_reason(self, product):
        """Return why a sell-out waits for approval, or an empty string.

        :param product: the wanted `seller_center.records.Product`
        """
        if self.sell_out_approved or not self.account_id.sell_out_threshold_exceeded:
            return ""
        if product.quantity != 0 or not self.listed_quantity:
            return ""
        return self.env._(
            "The quantity would go to 0, like that of many other listings. Check the "
            "stock, or press Send Anyway."
        )

    @api.model
    def _free_quantities(self, account, products):
        """Return the free pieces of some products in this account's stock.

        Read from the quants in one query; only kits are computed one by one, as the
        stock of their components.

        :return: a dict, product id -> pieces; without products of unknown quantity
        """
        tracked = products.filtered("is_storable")
        free = dict.fromkeys(
            (products - tracked).ids if account.untracked_quantity else (),
            account.untracked_quantity,
        )
        # The stock of the other places alone is not what was chosen.
        if not account.stock_warehouse_ids or account._archived_stock_places():
            return free
        kits = tracked.filtered(lambda one: "is_kits" in one._fields and one.is_kits)
        for kit in kits.with_context(**self._stock_context(account)):
            free[kit.id] = kit.free_qty
        free |= dict.fromkeys((tracked - kits).ids, 0)
        for product, on_hand, reserved in self.env["stock.quant"]._read_group(
            self._quant_domain(account)
            & Domain("product_id", "in", (tracked - kits).ids),
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        ):
            pieces = on_hand - reserved
            if is_quantity(pieces):
                free[product.id] = product.uom_id.round(pieces)
            else:
                del free[product.id]
        return free

    @api.model
    def _quant_domain(self, account):
        """Return the domain of quants that may be offered."""
        places = (
            account.stock_location_ids or account.stock_warehouse_ids.view_location_id
        )
        domain = Domain("location_id", "child_of", places.ids)
        if account.excluded_location_ids:
            domain &= ~Domain(
                "location_id", "child_of", account.excluded_location_ids.ids
            )
        return domain

    @api.model
    def _stock_context(self, account):
        """Return the context with which Odoo counts this account's stock."""
        if account.stock_location_ids:
            return {"location": account.stock_location_ids.ids}
        return {"warehouse_id": account.stock_warehouse_ids.ids}

    @api.model
    def _sold_quantities(self, account, products):
        """Return how many pieces are sold on the marketplace and not reserved in Odoo.

        Less all items of open orders, if the marketplace subtracts those itself.

        :return: a dict, product id -> pieces
        """
        sold = defaultdict(int)
        unreserved, still_open = self._open_items(account, products)
        for product_id, count in unreserved.items():
            sold[product_id] += count
        if account.marketplace_subtracts:
            for product_id, count in still_open.items():
                sold[product_id] -= count
        return sold

    @api.model
    def _open_items(self, account, products):
        """Count the open items of products: those without reserved stock, and all.

        Items of orders that are not imported yet are found by their SKU.

        :return: two dicts, product id -> items
        """
        unreserved, still_open = defaultdict(int), defaultdict(int)
        lines = defaultdict(int)
        for product_id, line, count in self._count_open(account, products):
            still_open[product_id] += count
            if line and line.state == "sale":
                lines[line] += count
            else:
                unreserved[product_id] += count
        served = self._fulfilled_quantities(self.env["sale.order.line"].union(*lines))
        for line, count in lines.items():
            unreserved[line.product_id.id] += max(count - served[line.id], 0)
        return unreserved, still_open

    @api.model
    def _count_open(self, account, products):
        """Yield product id, sales order line, if any, and number of open items."""
        listings = self.env["iconic.listing"].search_fetch(
            Domain("account_id", "=", account.id)
            & Domain("product_id", "in", products.ids),
            ["seller_sku", "product_id"],
        )
        by_sku = {one.default_code: one.id for one in products if one.default_code}
        by_sku |= {
            one.seller_sku: one.product_id.id for one in listings if one.seller_sku
        }
        groups = self.env["iconic.order.item"]._read_group(
            Domain("account_id", "=", account.id)
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

    @api.model
    def _fulfilled_quantities(self, lines):
        """Return for how many open items stock is reserved or delivered.

        Items that are delivered in Odoo stay open until the marketplace is notified.

        :param lines: `sale.order.line` records

        :return: a dict, line id -> items
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
                & Domain("status", "!=", item_statuses.CANCELED),
                ["sale_line_id"],
                ["__count"],
            )
        }
        for line in lines:
            served[line.id] += max(int(line.qty_delivered) - shipped.get(line.id, 0), 0)
        return served


def is_quantity(value):
    """Tell whether a number can be a stock: neither NaN, infinite nor absurdly large.

    :param float value: from a field or a computation of Odoo
    """
    return math.isfinite(value) and abs(value) <= const.MAX_QUANTITY
