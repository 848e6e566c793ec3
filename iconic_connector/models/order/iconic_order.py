from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import const
from ...domain import item_statuses, statuses
from ...domain.dispatch import urgency
from ...domain.order_amounts import Item, total_worth
from ..dispatch_clock import (
    day_ends,
    due_domain,
    risk_domain,
    ship_by_rule,
    stuck_transfers,
)
from ..iconic_rights import button
from .order_worth import standing_items, terms


class IconicOrder(models.Model):
    """An order of the marketplace as it was received, and its state in Odoo.

    It is stored before it is imported: one that cannot be imported is held here with
    the reason, and nothing is lost.

    new ----------------> imported    the sales order is created
    new ----------------> unpaid      the buyer has not paid yet
    new ----------------> held        it cannot be imported
    unpaid -------------> imported    as soon as it is paid
    held --[Retry]------> new         a person has fixed the cause
    new, unpaid, held --> cancelled   at the marketplace, before the import
    history                           from before the import; it is never imported
    """

    _name = "iconic.order"
    _inherit = ["iconic.rights", "mail.thread", "mail.activity.mixin"]
    _description = "THE ICONIC Order"
    _rec_name = "number"
    _order = "ordered_at desc, id desc"
    _check_company_auto = True
    # Through it, what the items allow.
    _user_fields = frozenset(["item_ids"])

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    external_id = fields.Char(string="Order ID", required=True, readonly=True)
    number = fields.Char(string="Order Number", readonly=True, index="trigram")
    payload = fields.Json(readonly=True, help="The order as THE ICONIC sent it.")

    state = fields.Selection(
        statuses.ORDER_STATES,
        string="In Odoo",
        default="new",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    error = fields.Text(string="Held Because", readonly=True)
    invoice_error = fields.Text(string="Invoice on Hold Because", readonly=True)
    attention = fields.Char(
        string="Needs Attention Because",
        compute="_compute_attention",
        search="_search_attention",
        help="Why it is held, or which status updates THE ICONIC has refused.",
    )
    is_overdue = fields.Boolean(
        string="Not Imported Yet",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="It was read a while ago, and no job has imported it since.",
    )
    needs_processing = fields.Boolean(
        readonly=True, help="Odoo has not processed the latest changes yet."
    )
    unreadable = fields.Text(
        string="Unreadable Because",
        readonly=True,
        help="THE ICONIC's last answer about the order could not be read. It is read "
        "again automatically.",
    )
    read_again_at = fields.Datetime(string="Read Again", readonly=True)
    read_again_count = fields.Integer(readonly=True)

    # Read-only in the form alone, once imported: below a read-only field, Odoo leaves
    # out of the list what the domain of a product needs (`_postprocess_tag_field`).
    item_ids = fields.One2many("iconic.order.item", "order_id")
    item_count = fields.Integer(string="Items", compute="_compute_counts", store=True)
    open_count = fields.Integer(
        string="Items to Ship",
        compute="_compute_counts",
        store=True,
        help="Items that still have to leave your warehouse.",
    )
    status_summary = fields.Char(
        string="Status",
        compute="_compute_counts",
        store=True,
        help="The statuses of its items at THE ICONIC.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", check_company=True
    )
    delivery_count = fields.Integer(related="sale_order_id.delivery_count")
    invoice_count = fields.Integer(related="sale_order_id.invoice_count")

    customer = fields.Char(readonly=True)
    country = fields.Char(readonly=True)
    masked = fields.Boolean(
        readonly=True, help="THE ICONIC hides the buyer's name or address."
    )
    payment_method = fields.Char(readonly=True)
    is_gift = fields.Boolean(string="Gift", readonly=True)
    gift_message = fields.Text(readonly=True)
    remarks = fields.Text(readonly=True)
    delivery_info = fields.Text(string="Delivery Instructions", readonly=True)

    exchange_for = fields.Char(
        string="Exchange For Order ID",
        readonly=True,
        index="btree_not_null",
        help="The order of which this one replaces items, by THE ICONIC's own ID.",
    )
    exchange_for_id = fields.Many2one(
        "iconic.order",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="The order of which this one replaces items. Its items are worth what THE "
        "ICONIC says, which may be nothing.",
    )
    exchange_by = fields.Char(
        string="Exchanged By Order ID",
        readonly=True,
        help="The order that replaces items of this one, by THE ICONIC's own ID.",
    )
    exchange_ids = fields.One2many("iconic.order", "exchange_for_id", readonly=True)
    exchange_count = fields.Integer(
        string="Exchanges", compute="_compute_exchange_count"
    )

    ordered_at = fields.Datetime(string="Ordered", readonly=True, index=True)
    changed_at = fields.Datetime(string="Changed", readonly=True)
    target_to_ship = fields.Datetime(string="Set by THE ICONIC", readonly=True)
    ship_by = fields.Datetime(
        string="Ship Before",
        compute="_compute_ship_by",
        store=True,
        help="When the most urgent of its items has to leave: the time set by THE "
        "ICONIC, or the one that follows from the account's dispatch calendar. Each "
        "item dispatched later costs a penalty.",
    )
    due = fields.Selection(
        statuses.DUE,
        string="To Ship",
        compute="_compute_due",
        search="_search_due",
        help="What is late costs a penalty for each item. The day is that of the "
        "account's dispatch calendar.",
    )
    is_at_risk = fields.Boolean(
        string="At Risk",
        compute="_compute_is_at_risk",
        search="_search_is_at_risk",
        help="It is still in time, but less than two hours are left, or it cannot be "
        "shipped as it is: it is held, not confirmed, refused by THE ICONIC, or waits "
        "for goods or a tracking number.",
    )

    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    items_amount = fields.Monetary(
        string="Items before Vouchers", compute="_compute_amounts"
    )
    voucher_amount = fields.Monetary(string="Vouchers", compute="_compute_amounts")
    credits_amount = fields.Monetary(
        string="Paid with Store Credit",
        compute="_compute_amounts",
        help="Store credit, wallet and gift cards: a payment, no discount.",
    )
    worth = fields.Monetary(
        string="What You Earn",
        compute="_compute_worth",
        help="The prices of all items that are neither cancelled, lost nor returned, "
        "less the vouchers that you pay for, with the shipping that you keep, without "
        "tax that THE ICONIC pays.",
    )
    marketplace_funded = fields.Monetary(
        string="Funded by THE ICONIC", compute="_compute_amounts"
    )
    shipping_amount = fields.Monetary(string="Shipping", compute="_compute_amounts")
    tax_amount = fields.Monetary(string="Tax", compute="_compute_amounts")

    _order_once = models.Constraint(
        "UNIQUE(account_id, external_id)", "This order exists already."
    )
    _one_sales_order = models.UniqueIndex(
        "(sale_order_id) WHERE sale_order_id IS NOT NULL",
        "A sales order belongs to one order of THE ICONIC.",
    )
    # PostgreSQL takes no index on a condition without Odoo's own `IS TRUE`.
    _to_process = models.Index(
        "(id) WHERE needs_processing IS TRUE OR lease_until IS NOT NULL OR "
        "retry_at IS NOT NULL"
    )
    _to_ship = models.Index("(ship_by) WHERE open_count > 0")
    _to_read_again = models.Index("(read_again_at) WHERE read_again_at IS NOT NULL")
    # Those that need a person are counted whenever the dashboard is opened.
    _held = models.Index("(id) WHERE error IS NOT NULL OR unreadable IS NOT NULL")
    _invoice_waits = models.Index("(account_id) WHERE invoice_error IS NOT NULL")

    @api.depends("item_ids.status", "item_ids.own_warehouse", "item_ids.is_digital")
    def _compute_counts(self):
        for order in self:
            # An item may come without a status.
            names = [item.status or "unknown" for item in order.item_ids]
            order.item_count = len(order.item_ids)
            order.open_count = len(order.item_ids.filtered("is_open"))
            order.status_summary = ", ".join(
                f"{names.count(one)} {one.replace('_', ' ')}"
                for one in dict.fromkeys(names)
            )

    @api.depends("state")
    def _compute_is_overdue(self):
        overdue = self.filtered_domain(self._not_imported_domain())
        for order in self:
            order.is_overdue = order in overdue

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = self._not_imported_domain()
        return overdue if True in value else ~overdue

    @api.depends("item_ids.ship_by", "item_ids.is_open")
    def _compute_ship_by(self):
        for order in self:
            # Once all have left, what they had to keep to is still of interest.
            items = order.item_ids.filtered("is_open") or order.item_ids
            order.ship_by = min(filter(None, items.mapped("ship_by")), default=False)

    @api.depends("open_count", "state", "ship_by")
    def _compute_due(self):
        now, ends = fields.Datetime.now(), day_ends(self.account_id)
        open_ones = self.filtered_domain(self._open_domain())
        for order in self:
            left = order in open_ones and order.ship_by
            order.due = urgency(left, now, ends.get(order.account_id))

    @api.model
    def _search_due(self, operator, value):
        """Find open orders by `due`; unset finds all others."""
        if operator != "in":
            return NotImplemented
        found = self._open_domain() & due_domain(
            self.env, value, "ship_by", lambda ids: Domain("account_id", "in", ids)
        )
        if False in value:
            found |= ~self._open_domain() | Domain("ship_by", "=", False)
        return found

    @api.depends("open_count", "state", "ship_by", "error", "unreadable")
    def _compute_is_at_risk(self):
        at_risk = self.search(Domain("id", "in", self.ids) & self._risk_domain())
        for order in self:
            order.is_at_risk = order._origin in at_risk

    @api.model
    def _search_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        at_risk = self._risk_domain()
        return at_risk if True in value else ~at_risk

    @api.model
    def _risk_domain(self):
        """Return the domain of open orders that will be late if nobody acts."""
        sale = Domain("state", "in", ("draft", "sent")) | Domain(
            "picking_ids", "any!", stuck_transfers()
        )
        stuck = Domain("sale_order_id", "any!", sale)
        stuck |= self._problem_domain() | self._not_imported_domain()
        return self._open_domain() & risk_domain("ship_by", stuck)

    @api.depends("error", "unreadable", "change_ids.state", "change_ids.message")
    def _compute_attention(self):
        refused = self.change_ids.filtered(lambda change: change.state == "refused")
        by_order = refused.grouped("order_id")
        for order in self:
            changes = by_order.get(order, ())
            sentences = [order.error, order.unreadable]
            sentences += [change._refusal() for change in changes]
            order.attention = " ".join(dict.fromkeys(filter(None, sentences)))

    @api.model
    def _search_attention(self, operator, value):
        """Find orders with or without a reason; its words cannot be searched."""
        if operator != "in" or any(value):
            return NotImplemented
        return ~self._problem_domain()

    @api.depends(
        "item_ids.unit_price",
        "item_ids.voucher_amount",
        "item_ids.credits_amount",
        "item_ids.marketplace_funded",
        "item_ids.shipping_fee",
        "item_ids.tax_amount",
        "item_ids.shipping_tax",
    )
    def _compute_amounts(self):
        for order in self:
            items = order.item_ids
            order.items_amount = sum(items.mapped("unit_price"))
            order.voucher_amount = sum(items.mapped("voucher_amount"))
            order.credits_amount = sum(items.mapped("credits_amount"))
            order.marketplace_funded = sum(items.mapped("marketplace_funded"))
            order.shipping_amount = sum(items.mapped("shipping_fee"))
            order.tax_amount = sum(
                item.tax_amount + item.shipping_tax for item in items
            )

    @api.depends(
        "voucher_payer",
        "shipping_kept_by",
        "tax_is_collected",
        "item_ids.status",
        "item_ids.unit_price",
        "item_ids.voucher_amount",
        "item_ids.marketplace_funded",
        "item_ids.undecided_voucher",
        "item_ids.tax_amount",
        "item_ids.shipping_fee",
        "item_ids.shipping_tax",
        "item_ids.shipping_voucher_amount",
    )
    def _compute_worth(self):
        for order in self:
            order.worth = total_worth(standing_items(order), terms(order))

    @api.depends("exchange_ids")
    def _compute_exchange_count(self):
        for order in self:
            order.exchange_count = len(order.exchange_ids)

    def action_view_exchange_for(self):
        """Open the order of which this one replaces items."""
        self.ensure_one()
        return self.exchange_for_id._get_records_action()

    def action_view_exchanges(self):
        """Open the orders that replace items of this one."""
        self.ensure_one()
        return self.exchange_ids._get_records_action(name=self.env._("Exchanges"))

    def _notes_to_pack(self):
        """Return what whoever packs the order has to know, one sentence a line."""
        self.ensure_one()
        is_gift = self.is_gift and not self.gift_message
        lines = (
            is_gift and self.env._("This is a gift."),
            self.gift_message and self.env._("Gift message: %s", self.gift_message),
            self.delivery_info
            and self.env._("Delivery instructions: %s", self.delivery_info),
            self.remarks and self.env._("Remarks: %s", self.remarks),
        )
        return "\n".join(filter(None, lines))

    def action_view_sale_order(self):
        """Open the sales order."""
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    def action_view_deliveries(self):
        """Open the deliveries of the sales order."""
        self.ensure_one()
        return self.sale_order_id.action_view_delivery()

    def action_view_invoices(self):
        """Open the invoices and credit notes of the sales order."""
        self.ensure_one()
        return self.sale_order_id.action_view_invoice()

    @api.model
    def _open_domain(self):
        """Return the domain of orders with items that still have to leave us."""
        return Domain("open_count", ">", 0) & Domain("state", "!=", "cancelled")

    @api.model
    def _invoice_waits_domain(self):
        """Return the domain of orders that can be shipped, but not invoiced."""
        return Domain("invoice_error", "!=", False) & Domain("state", "!=", "cancelled")

    @api.model
    def _not_imported_domain(self):
        """Return the domain of orders that should have been imported long ago."""
        return Domain("state", "=", "new") & Domain(
            "create_date", "<", fields.Datetime.now() - const.IMPORT_PATIENCE
        )

    @api.model
    def _problem_domain(self):
        """Return the domain of orders that are held or have a refused status update."""
        held = self._search(
            Domain("error", "!=", False) | Domain("unreadable", "!=", False)
        )
        refused = self.env["iconic.order.change"]._search([("state", "=", "refused")])
        # As alternatives of one condition, they would let no index be used.
        found = SQL("(%s UNION %s)", held.subselect(), refused.subselect("order_id"))
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN %s", SQL.identifier(alias, "id"), found
            )
        )


class IconicOrderItem(models.Model):
    """One item of an order: the marketplace has no quantities (SellerCenter, Orders).

    `status` is the marketplace's; `processed_status` is the last one that Odoo has
    processed. Unknown statuses are stored as they are.
    """

    _name = "iconic.order.item"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Order Item"
    # Not in the order of the orders, which would be joined and sorted.
    _order = "order_id.id desc, id"
    _check_company_auto = True
    _user_fields = frozenset(["product_id"])

    order_id = fields.Many2one(
        "iconic.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="order_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    external_id = fields.Char(string="Item ID", required=True, readonly=True)
    seller_sku = fields.Char(string="Seller SKU", readonly=True, index=True)
    name = fields.Char(readonly=True)
    variation = fields.Char(readonly=True)
    payload = fields.Json(readonly=True, help="The item as THE ICONIC sent it.")

    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        help="Found by the SKU. Choose another one if it was not found.",
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    shipping_line_id = fields.Many2one(
        "sale.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The order line with its share of the shipping.",
    )
    removed_from_sale = fields.Boolean(
        readonly=True,
        help="It was cancelled, and the quantity of its order line is without it.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        index="btree_not_null",
        help="The delivery that ships this item.",
    )
    change_ids = fields.Many2many(
        "iconic.order.change",
        "iconic_order_change_item_rel",
        "item_id",
        "change_id",
        string="Status Updates",
        readonly=True,
    )

    status = fields.Char(readonly=True, index=True)
    processed_status = fields.Char(
        readonly=True, help="The last status that Odoo has processed."
    )
    withdrawn = fields.Boolean(
        readonly=True,
        help="It was cancelled or not delivered, and the sales order, delivery and "
        "invoice have been adjusted.",
    )
    is_open = fields.Boolean(
        compute="_compute_is_open",
        store=True,
        help="It still has to leave your warehouse.",
    )
    left_at = fields.Datetime(
        string="Left",
        compute="_compute_left_at",
        store=True,
        help="When Odoo learned that it had left the warehouse.",
    )
    stock_settled = fields.Boolean(
        string="Claims No Stock",
        readonly=True,
        help="A user has said that no piece in stock is meant for it.",
    )
    reason = fields.Char(readonly=True, help="Why it was cancelled or returned.")
    reason_detail = fields.Char(readonly=True)
    changed_at = fields.Datetime(string="Changed", readonly=True)

    own_warehouse = fields.Boolean(
        string="Fulfilled by THE ICONIC",
        readonly=True,
        help="It is stored in THE ICONIC's warehouse and shipped from there.",
    )
    is_digital = fields.Boolean(readonly=True)
    shipping_type = fields.Char(readonly=True)
    shipment_provider = fields.Char(readonly=True)
    tracking_code = fields.Char(string="Tracking Number", readonly=True)
    package = fields.Char(
        readonly=True, help="Items in one package are made ready to ship together."
    )
    target_to_ship = fields.Datetime(string="Set by THE ICONIC", readonly=True)
    ship_by = fields.Datetime(
        string="Ship Before",
        compute="_compute_ship_by",
        store=True,
        help="The time set by THE ICONIC, or the one that follows from the account's "
        "dispatch calendar. An item dispatched later costs a penalty.",
    )

    currency_id = fields.Many2one(related="order_id.currency_id")
    unit_price = fields.Monetary(readonly=True, help="Before vouchers.")
    paid_price = fields.Monetary(readonly=True, help="What the buyer paid for it.")
    tax_amount = fields.Monetary(readonly=True)
    shipping_fee = fields.Monetary(readonly=True)
    shipping_tax = fields.Monetary(readonly=True)
    voucher_amount = fields.Monetary(readonly=True, help="Whoever pays for them.")
    marketplace_funded = fields.Monetary(
        string="Voucher Funded by THE ICONIC", readonly=True
    )
    undecided_voucher = fields.Monetary(
        string="Voucher of Unknown Payer",
        readonly=True,
        help="THE ICONIC does not say who pays for it: the account says it.",
    )
    shipping_voucher_amount = fields.Monetary(
        string="Shipping Voucher",
        readonly=True,
        help="The shipping fee is what is left to the buyer.",
    )
    credits_amount = fields.Monetary(
        string="Paid with Store Credit",
        readonly=True,
        help="Store credit, wallet and gift cards. It is a payment, no discount.",
    )
    invoice_number = fields.Char(readonly=True)

    _item_once = models.Constraint(
        "UNIQUE(account_id, external_id)", "This item exists already."
    )
    # What they claim of the stock is asked all the time, and few have no delivery.
    _without_delivery = models.Index("(account_id) WHERE picking_id IS NULL")
    # Few items are open, and what has to leave is asked all the time.
    _to_ship = models.Index("(picking_id) WHERE is_open IS TRUE")
    # Each comparison of quantities asks which products have left since they were sent.
    _last_left = models.Index(
        "(account_id, product_id, left_at) WHERE left_at IS NOT NULL"
    )

    @api.depends("status", "own_warehouse", "is_digital")
    def _compute_is_open(self):
        for item in self:
            item.is_open = (
                item._is_shipped_by_us() and item.status in item_statuses.OPEN
            )

    @api.depends("status")
    def _compute_left_at(self):
        # Documents are dated by the begin of their transaction, too.
        now = self.env.cr.now()
        for item in self:
            left = (
                item.status in item_statuses.LEFT and item.order_id.state != "history"
            )
            item.left_at = left and (item.left_at or now)

    @api.depends(
        "target_to_ship",
        "own_warehouse",
        "is_digital",
        "order_id.target_to_ship",
        "order_id.ordered_at",
    )
    def _compute_ship_by(self):
        ours = self.filtered(lambda item: item._is_shipped_by_us())
        (self - ours).ship_by = False
        unset = ours.filtered(lambda item: not item._target())
        by_rule = ship_by_rule(unset.order_id)
        for item in ours:
            item.ship_by = item._target() or by_rule[item.order_id]

    def _target(self):
        """Return the time that THE ICONIC has set, for the item or for its order."""
        return self.target_to_ship or self.order_id.target_to_ship

    def write(self, vals):
        """Override to map a SKU to the product that a person chooses for an item."""
        if vals.get("product_id") and not self.env.context.get("iconic_product_found"):
            for item in self.filtered("seller_sku"):
                item._map_sku(vals["product_id"])
        return super().write(vals)

    @button
    def action_settle_stock(self):
        """Let these items claim no stock any more, such as after a stocktake."""
        self.write({"stock_settled": True})
        self.env["iconic.listing"]._compare_products_soon(self.product_id)
        return self.account_id[:1]._notify(
            self.env._("The stock of their products is compared and sent in a moment.")
        )

    def _is_over(self):
        """Tell whether the item needs no piece: it is back, or never left in Odoo."""
        never_left = self.withdrawn and not self.picking_id
        return never_left or self.return_picking_id.state == "done"

    def _is_shipped_by_us(self):
        """Tell whether we ship this item from our own stock."""
        self.ensure_one()
        return not (self.own_warehouse or self.is_digital)

    def _is_at_marketplace(self):
        """Tell whether this item is goods that the marketplace stores and ships."""
        self.ensure_one()
        goods = self.product_id.type != "service"
        return self.own_warehouse and not self.is_digital and goods

    def _stands(self):
        """Tell whether the item is sold: neither cancelled, lost nor returned."""
        self.ensure_one()
        return bool(self.sale_line_id) and self.status not in item_statuses.BACK

    def _short_name(self):
        """Return what people call this item."""
        return self.seller_sku or self.name or self.external_id

    def _known_products(self):
        """Return the product of each item, by its SKU as long as it is not imported.

        :return: a dict, item -> `product.product`, without items of unknown SKUs
        """
        found = {item: item.product_id for item in self if item.product_id}
        unknown = self.filtered(lambda item: not item.product_id and item.seller_sku)
        for account, items in unknown.grouped("account_id").items():
            skus = account._products_of_skus(set(items.mapped("seller_sku")))
            found |= {
                item: skus[item.seller_sku] for item in items if item.seller_sku in skus
            }
        return found

    def _map_sku(self, product_id):
        """Store the product for later orders of this item's SKU."""
        SkuMap = self.env["iconic.sku.map"]
        values = {"account_id": self.account_id.id, "seller_sku": self.seller_sku}
        known = SkuMap.search([(name, "=", value) for name, value in values.items()])
        if known:
            known.product_id = product_id
        else:
            SkuMap.create({**values, "product_id": product_id})

    def _to_sold_item(self):
        """Return this item for the calculations in `domain.order_amounts`."""
        return Item(
            key=self.id,
            kind=(self.product_id, self._is_shipped_by_us()),
            price=_money(self.unit_price),
            paid=_money(self.paid_price),
            credits=_money(self.credits_amount),
            voucher=_money(self.voucher_amount),
            funded=_money(self.marketplace_funded),
            undecided=_money(self.undecided_voucher),
            tax=_money(self.tax_amount),
            shipping=_money(self.shipping_fee),
            shipping_tax=_money(self.shipping_tax),
            shipping_voucher=_money(self.shipping_voucher_amount),
        )


def _money(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))
