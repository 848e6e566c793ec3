from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...domain.order_amounts import Unit, group_units, shipping_total, split_total
from ...domain.order_warehouses import spread


class IconicOrder(models.Model):
    """The lines of the sales order, right to the cent, warehouse by warehouse."""

    _inherit = "iconic.order"

    total_difference = fields.Monetary(
        readonly=True,
        help="How much the sales order is above what the buyer pays; beyond the "
        "account's tolerance.",
    )
    difference_accepted = fields.Boolean(readonly=True)

    def _create_lines(self, sale, rows):
        """Create order lines, and say which of them another warehouse delivers."""
        warehouses = [row.pop("warehouse_id", None) for row in rows]
        lines = sale.order_line.create([{**row, "order_id": sale.id} for row in rows])
        for line, warehouse in zip(lines, warehouses, strict=True):
            # Odoo works it out of the order while a line is created.
            if warehouse and warehouse != line.warehouse_id.id:
                line.warehouse_id = warehouse

    def _tax_is_collected(self, sale):
        """Tell whether THE ICONIC collects and pays the tax of this order."""
        country = sale.partner_shipping_id.country_id
        return country in self.account_id.collected_tax_country_ids

    def _line_values(self, sale, items):
        """Return the order lines: one for units of one product, price and warehouse."""
        collected = self._tax_is_collected(sale)
        units = [item._as_unit() for item in items]
        parts = self._parts(items)
        rows = []
        for line in group_units(units, collected):
            product, ours = line.kind
            for warehouse, keys in _take_parts(parts, product, ours, line.keys):
                rows += self._product_rows(
                    sale, product, warehouse, keys, line.price, collected
                )
        shipping = shipping_total(units, collected)
        if shipping:
            rows += self._shipping_rows(sale, shipping, collected)
        return rows

    def _parts(self, items):
        """Return how many pieces of each product each warehouse delivers."""
        wanted = defaultdict(int)
        for item in items.filtered(lambda one: one._is_ours()):
            wanted[item.product_id] += 1
        warehouses = self._warehouses()
        if len(warehouses) < 2:
            return {}
        products = self.env["product.product"].union(*wanted)
        free = [(one, _free(products, one)) for one in warehouses]
        return spread(wanted, free)

    def _product_rows(self, sale, product, warehouse, keys, price, collected):
        taxes = self._taxes(sale, product, collected)
        rows, start = [], 0
        total = self._untaxed(taxes, price * len(keys), product)
        for count, unit_price in split_total(total, len(keys), self._price_step()):
            part, start = keys[start : start + count], start + count
            rows.append(
                {
                    **_priced(product, count, unit_price, taxes),
                    "iconic_item_ids": [Command.set(list(part))],
                    **({"warehouse_id": warehouse.id} if warehouse else {}),
                }
            )
        return rows

    def _shipping_rows(self, sale, total, collected):
        product = self._required_product("shipping_product_id")
        taxes = self._taxes(sale, product, collected)
        price = self._untaxed(taxes, total, product)
        return [{**_priced(product, 1, price, taxes), "is_delivery": True}]

    def _required_product(self, name):
        product = self.account_id[name]
        if not product:
            raise UserError(
                self.env._(
                    "Choose a %s on the Orders page of the account, and press Retry.",
                    self.account_id._fields[name]._description_string(self.env),
                )
            )
        return product

    def _taxes(self, sale, product, collected):
        """Return the taxes of a line; none where THE ICONIC pays them."""
        taxes = product.taxes_id._filter_taxes_by_company(sale.company_id)
        if collected:
            return taxes.browse()
        return sale.fiscal_position_id.map_tax(taxes)

    def _untaxed(self, taxes, total, product):
        """Return a total as a price is entered: without the taxes that come on top.

        :param Decimal total: taxes included
        """
        if not total or all(tax.price_include for tax in taxes):
            return total
        result = taxes.with_context(force_price_include=True).compute_all(
            float(total), self.currency_id, 1, product
        )
        included = sum(
            one["amount"]
            for one in result["taxes"]
            if taxes.browse(one["id"]).price_include
        )
        amount = self.currency_id.round(result["total_excluded"] + included)
        return Decimal(str(amount))

    def _price_step(self):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return Decimal(1).scaleb(-digits)

    def _balance(self, items):
        """Make the sales order's total the marketplace's, or note how far off it is.

        A rounding line bears what the tolerance allows for each line (design, 8).
        """
        sale = self.sale_order_id
        expected = self._expected_total(items)
        difference = self.currency_id.round(sale.amount_total - float(expected))
        tolerance = self.account_id.order_tolerance * len(sale.order_line)
        product = self.account_id.rounding_product_id
        # Without a product for it the invoice waits, but no parcel for cents.
        if (
            product
            and not self.currency_id.is_zero(difference)
            and self.currency_id.compare_amounts(abs(difference), tolerance) <= 0
        ):
            price = Decimal(str(-difference))
            none = self.env["account.tax"]
            sale.order_line = [Command.create(_priced(product, 1, price, none))]
            difference = self.currency_id.round(sale.amount_total - float(expected))
        self.total_difference = difference

    def _expected_total(self, items):
        collected = self._tax_is_collected(self.sale_order_id)
        units = [item._as_unit() for item in items]
        return sum(unit.price(collected) for unit in units) + shipping_total(
            units, collected
        )


class IconicOrderItem(models.Model):
    _inherit = "iconic.order.item"

    def _as_unit(self):
        """Return this unit with what counts for the amounts."""
        return Unit(
            key=self.id,
            kind=(self.product_id, self._is_ours()),
            paid=_money(self.paid_price),
            funded=_money(self.marketplace_funded),
            tax=_money(self.tax_amount),
            shipping=_money(self.shipping_fee),
            shipping_tax=_money(self.shipping_tax),
        )


def _priced(product, quantity, price, taxes):
    """Return the fields of an order line whose price stays.

    Odoo takes a price for entered by hand, and leaves it alone, where it differs from
    `technical_price_unit`.
    """
    return {
        "product_id": product.id,
        "product_uom_id": product.uom_id.id,
        "product_uom_qty": quantity,
        "price_unit": float(price),
        "technical_price_unit": 0.0 if price else -1.0,
        "discount": 0.0,
        "tax_ids": [Command.set(taxes.ids)],
    }


def _free(products, warehouse):
    stocked = products.with_context(warehouse_id=warehouse.id)
    return {
        product: one.free_qty for product, one in zip(products, stocked, strict=True)
    }


def _take_parts(parts, product, ours, keys):
    """Hand units out to warehouses, using up what is left for each.

    :param parts: product -> pieces by warehouse; changed here
    :return: pairs of a warehouse, None for the order's own, and keys
    """
    left = parts.get(product) if ours else None
    if not left:
        return [(None, keys)]
    result, start = [], 0
    for warehouse in list(left):
        count = min(left[warehouse], len(keys) - start)
        left[warehouse] -= count
        if count:
            result.append((warehouse, keys[start : start + count]))
        start += count
    return result


def _money(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))
