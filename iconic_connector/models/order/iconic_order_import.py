from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ... import const
from ...domain import item_statuses
from ...domain.addresses import unpack_addresses
from ...domain.order_amounts import item_lines, shipping_lines, split_total
from ...domain.order_warehouses import spread
from ..dispatch_clock import set_deadlines
from ..item_pieces import exploded
from ..no_mail_to_buyers import no_mail_to
from .fulfilled_by_marketplace import check_location
from .order_worth import (
    answers,
    is_tax_collected,
    line_taxes,
    match_total,
    priced_line_values,
    terms,
)

# The fields of order lines for the items that are sold, and shipped, with them.
SOLD = "iconic_item_ids"
SHIPPED = "iconic_shipping_item_ids"

# The context of created sales orders: no followers, no tracking.
WITHOUT_TRACKING = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_auto_subscribe_no_notify": True,
}


class IconicOrder(models.Model):
    """Creating sales orders: right to the cent, and split by warehouse.

    Those of a batch are created and confirmed together, the oldest first.
    """

    _inherit = "iconic.order"

    total_difference = fields.Monetary(
        readonly=True,
        help="How much the sales order exceeds what the buyer pays, if that is beyond "
        "the account's tolerance.",
    )
    difference_accepted = fields.Boolean(readonly=True)
    # What was decided for this order stays when the account decides otherwise later.
    voucher_payer = fields.Selection(const.BEARERS, readonly=True)
    shipping_kept_by = fields.Selection(const.BEARERS, readonly=True)
    invoice_when = fields.Selection(const.INVOICE_MOMENTS, readonly=True)
    tax_is_collected = fields.Boolean(
        string="Tax Paid by THE ICONIC",
        readonly=True,
        help="THE ICONIC collects the tax of the country it is shipped to.",
    )

    def _invoiced_when(self):
        """Return when this order is invoiced: as its account said at the import."""
        return self.invoice_when or self.account_id.invoice_when

    def _hold_unimportable(self):
        """Hold the orders that a person has to see to before they can be imported.

        :return: those orders
        """
        held = self.browse()
        for order in self._to_import():
            try:
                order._check_importable()
            except UserError as problem:
                order._store_failure("error", problem)
                held |= order
        return held

    def _to_import(self):
        """Return the orders that have no sales order, and may get one."""
        return self.filtered(
            lambda one: (
                not one.sale_order_id and one.state not in ("cancelled", "history")
            )
        )

    def _check_importable(self):
        """Check what an import needs.

        :raise UserError: with what a person has to fix
        """
        if not self.item_ids:
            raise UserError(
                self.env._(
                    "THE ICONIC has not sent the items of this order. Press Retry to "
                    "read them again."
                )
            )
        if self._is_all_cancelled() or self._is_unpaid():
            return
        self._check_not_deleted()
        self._check_products(self._items_to_import())
        check_location(self)
        self._check_currency()
        self.account_id._check_marketplace_partner()
        self._warehouses()

    def _is_unpaid(self):
        return item_statuses.PAYMENT_PENDING in self.item_ids.mapped("status")

    def _import_new(self):
        """Create the sales orders of orders of one account, as far as they are sold.

        They are confirmed if the account says so.
        """
        new = self._to_import()
        cancelled = new.filtered(lambda one: one._is_all_cancelled())
        cancelled.state = "cancelled"
        unpaid = (new - cancelled).filtered(lambda one: one._is_unpaid())
        unpaid.state = "unpaid"
        for orders in (new - cancelled - unpaid)._sharing_no_stock():
            orders._make_sale_orders()
            orders._mark_items_processed()

    def _sharing_no_stock(self):
        """Split these orders into parts that may be reserved at once.

        Whoever comes first is served first: where older orders wait for the same
        products, and where several warehouses ship, each order has to see what is left
        by the one before. So they stand alone then.

        :return: a list of orders
        """
        if len(self) < 2 or len(self[0]._warehouses()) > 1:
            return list(self)
        waiting = self.env["stock.move"]._iconic_waiting_before(self)
        return list(self) if waiting else [self]

    def _make_sale_orders(self):
        """Create the sales orders for all items that are not cancelled."""
        self.env["stock.move"]._iconic_waiting_before(self)._action_assign()
        for order, sale in zip(self, self._create_sale_orders(), strict=True):
            order.write(
                {
                    "sale_order_id": sale.id,
                    "state": "imported",
                    "tax_is_collected": is_tax_collected(order.account_id, sale),
                    **answers(order.account_id),
                }
            )
        self._create_lines()
        for order in self:
            match_total(order)
        if self.account_id.confirm_orders:
            self.sale_order_id.action_confirm()

    def _items_to_import(self):
        return self.item_ids.filtered(lambda one: one.status != item_statuses.CANCELED)

    def _find_products(self):
        """Store the product of each item of orders of an account, by its SKU.

        What then has no product waits for a person, as does an item without a SKU.
        """
        items = self._items_to_import().filtered("seller_sku")
        found = self.account_id._products_of_skus(set(items.mapped("seller_sku")))
        items = items.with_context(iconic_product_found=True)
        for sku, same in items.grouped("seller_sku").items():
            same.product_id = found.get(sku)

    def _check_products(self, items):
        """Refuse the import while the product of an item is missing.

        :raise UserError: with the SKUs, and the products of one that several have
        """
        if unknown := items.filtered(lambda one: not one.product_id):
            names = {one._short_name() for one in unknown}
            ambiguous = self.account_id._ambiguous_products(names)
            reasons = [
                self.env._(
                    "Several products have the SKU %(sku)s: %(products)s. Choose the "
                    "product of the item below, or correct the other product's "
                    "internal reference, and press Retry.",
                    sku=sku,
                    products=", ".join(map(_name_with_id, products)),
                )
                for sku, products in sorted(ambiguous.items())
            ]
            if missing := sorted(names - ambiguous.keys()):
                reasons.append(
                    self.env._(
                        "No product has the SKU %s. Choose the product of the item "
                        "below, or correct the product's internal reference, and press "
                        "Retry.",
                        ", ".join(missing),
                    )
                )
            raise UserError(" ".join(reasons))

    def _check_currency(self):
        """Check that Odoo can sell in the currency of the order.

        :raise UserError: if it is not active
        """
        if not self.currency_id.active:
            raise UserError(
                self.env._(
                    "The currency of the order is not active in Odoo. Activate it "
                    "under Invoicing > Configuration > Currencies, and press Retry."
                )
            )

    def _create_sale_orders(self):
        """Create the sales orders without lines.

        :return: the `sale.order` of each order
        """
        partners = self.account_id._partners_of_orders(
            (one.external_id, *unpack_addresses(one.addresses or {})) for one in self
        )
        values = [one._sale_values(partners[one.external_id]) for one in self]
        known = self.env["res.partner"].union(
            *(one.customer | one.invoice | one.delivery for one in partners.values())
        )
        with no_mail_to(known):
            return (
                self.env["sale.order"].with_context(**WITHOUT_TRACKING).create(values)
            )

    def _sale_values(self, partners):
        """Return the values of the sales order.

        :param partners: the `OrderPartners`
        """
        account = self.account_id
        return {
            "iconic_account_id": account.id,
            "company_id": account.company_id.id,
            "partner_id": partners.customer.id,
            "partner_invoice_id": partners.invoice.id,
            "partner_shipping_id": partners.delivery.id,
            "pricelist_id": self._pricelist().id,
            "date_order": self.ordered_at or fields.Datetime.now(),
            "commitment_date": self.ship_by,
            "client_order_ref": self.number,
            "origin": self.number,
            "user_id": False,
            **self._channel_values(),
        }

    def _pricelist(self):
        """Return a price list in the currency of the order, created if necessary.

        Only its currency matters: the prices are the marketplace's.
        """
        account = self.account_id
        if account.pricelist_id.currency_id == self.currency_id:
            return account.pricelist_id
        own = account.company_id.currency_id
        if not account.pricelist_id and self.currency_id == own:
            return account.pricelist_id
        Pricelist = self.env["product.pricelist"]
        known = Pricelist.search(
            Domain("currency_id", "=", self.currency_id.id)
            & Domain(Pricelist._check_company_domain(account.company_id)),
            limit=1,
        )
        return known or known.create(
            {
                "name": f"THE ICONIC {self.currency_id.name}",
                "currency_id": self.currency_id.id,
                "company_id": account.company_id.id,
            }
        )

    def _channel_values(self):
        """Return the values of sales orders that the account has set."""
        account = self.account_id
        values = {
            "team_id": account.team_id.id,
            "warehouse_id": self._warehouses()[:1].id,
            "payment_term_id": account.payment_term_id.id,
            "fiscal_position_id": account.fiscal_position_id.id,
        }
        chosen = {name: value for name, value in values.items() if value}
        return {**chosen, "tag_ids": [Command.set(account.order_tag_ids.ids)]}

    def _warehouses(self):
        """Return the warehouses that ship, the preferred one first.

        :raise UserError: if all that were chosen are archived, or all of the company
        """
        account = self.account_id
        stocked = account.stock_warehouse_ids
        first = account.warehouse_id or (stocked.filtered("active") or stocked)[:1]
        chosen = first | account.second_warehouse_ids
        active = chosen.filtered("active")
        if chosen and not active:
            raise UserError(
                self.env._(
                    "No warehouse can ship the order: %s is archived. Restore it, or "
                    "choose another Fulfilment Warehouse on the account.",
                    ", ".join(chosen.mapped("name")),
                )
            )
        if not chosen:
            self._check_company_has_warehouse()
        return active

    def _check_company_has_warehouse(self):
        """Check that Odoo has a warehouse to choose where the account names none.

        :raise UserError: with what to do
        """
        own = Domain("company_id", "=", self.company_id.id)
        if not self.env["stock.warehouse"].search_count(own, limit=1):
            raise UserError(
                self.env._(
                    "No warehouse can ship the order: %s has none that is not "
                    "archived. Restore one, or create one under Inventory > "
                    "Configuration > Warehouses, and press Retry.",
                    self.company_id.display_name,
                )
            )

    def _line_values(self):
        """Return the values of the order lines, with their `warehouse_id` if chosen.

        Items of one product, price and warehouse share a line.
        """
        sale, items = self.sale_order_id, self._items_to_import()
        sold = [item._to_sold_item() for item in items]
        parts = self._split_by_warehouse(items)
        rows = []
        for line in item_lines(sold, terms(self)):
            product, ours = line.kind
            for warehouse, keys in _allocate(parts, product, ours, line.keys):
                place = {"warehouse_id": warehouse.id} if warehouse else {}
                rows += self._item_rows(sale, product, keys, line.price, **place)
        return rows + self._shipping_rows(sale, sold)

    def _split_by_warehouse(self, items):
        """Return how many pieces of each product each warehouse ships.

        :return: a dict, `product.product` -> a dict, `stock.warehouse` -> pieces; empty
            if there is one warehouse only
        """
        wanted = defaultdict(int)
        for item in items.filtered(lambda one: one._is_shipped_by_us()):
            wanted[item.product_id] += 1
        warehouses = self._warehouses()
        if len(warehouses) < 2:
            return {}
        products = self.env["product.product"].union(*wanted)
        free = [(one, _free_quantities(products, one)) for one in warehouses]
        return spread(wanted, free)

    def _item_rows(self, sale, product, keys, price, link=SOLD, **values):
        """Return the lines of items; several if their price cannot be divided evenly.

        :param keys: the ids of the items
        :param Decimal price: of one item, taxes included
        :param str link: the field of the lines for the items
        :param values: of other fields of the lines
        """
        taxes = line_taxes(self, sale, product)
        rows, start = [], 0
        total = self._untaxed(taxes, price, len(keys), product)
        for count, unit_price in split_total(total, len(keys), self._price_step()):
            part, start = keys[start : start + count], start + count
            rows.append(
                {
                    **priced_line_values(product, count, unit_price, taxes),
                    link: [Command.set(list(part))],
                    **values,
                }
            )
        return rows

    def _shipping_rows(self, sale, sold):
        """Return the lines of the shipping: the shares of items, as if sold by piece.

        :param sold: `order_amounts.Item` of each
        """
        rows = []
        for line in shipping_lines(sold, terms(self)):
            product = self._required_product("shipping_product_id")
            rows += self._item_rows(
                sale, product, line.keys, line.price, SHIPPED, is_delivery=True
            )
        return rows

    def _required_product(self, name):
        """Return a product that the import needs.

        :param str name: the field of the account
        :raise UserError: if it is not set
        """
        product = self.account_id[name]
        if not product:
            raise UserError(
                self.env._(
                    "Choose a %s on the Orders page of the account, and press Retry.",
                    self.account_id._fields[name]._description_string(self.env),
                )
            )
        return product

    def _untaxed(self, taxes, price, quantity, product):
        """Return a total without the taxes that Odoo adds to the price of a line.

        :param Decimal price: of one piece, taxes included; some taxes are per piece
        """
        total = price * quantity
        if not total or all(tax.price_include for tax in taxes):
            return total
        result = taxes.with_context(force_price_include=True).compute_all(
            float(price), self.currency_id, quantity, product
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

    def _create_lines(self):
        """Create the lines of the sales orders, with the warehouse that ships each."""
        rows = [
            {**row, "order_id": order.sale_order_id.id}
            for order in self
            for row in order._line_values()
        ]
        warehouses = [row.pop("warehouse_id", None) for row in rows]
        lines = self.sale_order_id.order_line.create(rows)
        for line, warehouse in zip(lines, warehouses, strict=True):
            # Odoo computes it from the order when a line is created.
            if warehouse and warehouse != line.warehouse_id.id:
                line.warehouse_id = warehouse

    def _process_confirmed_sale(self):
        """Reserve the stock of confirmed sales orders, and restore their order date.

        What a kit consists of is stored, since its bill of materials may change.

        If a person has confirmed them, the job invoices them and makes their reports.
        """
        for company, orders in self.grouped("company_id").items():
            orders = orders.with_company(company)
            for order in orders:
                order._complete_confirmed_sale()
            # Also if the operation type reserves by hand: the goods are paid for.
            orders.sale_order_id.picking_ids.move_ids.filtered_domain(
                [("state", "in", ("confirmed", "partially_available"))]
            )._action_assign()
        if confirmed_by_hand := self.filtered(lambda one: not one.lease_until):
            confirmed_by_hand._process_again()

    def _complete_confirmed_sale(self):
        """Store what belongs to the confirmed sales order of this order."""
        sale = self.sale_order_id
        if self.ordered_at and sale.date_order != self.ordered_at:
            sale.date_order = self.ordered_at
        for line in sale.order_line:
            components = exploded(line)
            if components != (line.iconic_components or {}):
                line.iconic_components = components
        set_deadlines(self)


def _name_with_id(product):
    """Return the name of a product that other products may share."""
    return f"{product.display_name} (ID {product.id})"


def _free_quantities(products, warehouse):
    """Return the free quantity of each product in a warehouse."""
    stocked = products.with_context(warehouse_id=warehouse.id)
    return {
        product: one.free_qty for product, one in zip(products, stocked, strict=True)
    }


def _allocate(parts, product, ours, keys):
    """Allocate items of one product to warehouses.

    :param parts: what `_split_by_warehouse` returns; the allocated pieces are deducted
    :param ours: whether we ship them
    :param keys: the ids of the items
    :return: pairs of a warehouse, None for the order's own, and ids
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
