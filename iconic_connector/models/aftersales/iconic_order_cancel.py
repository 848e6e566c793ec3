from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...domain import item_statuses, statuses
from ..iconic_rights import button
from ..item_pieces import whole_items
from ..order.order_worth import match_total, unlocked
from .dropshipping import warn_purchasers
from .iconic_order_cancel_return_to_stock import has_left, is_delivered


class IconicOrder(models.Model):
    """Processing cancelled and undelivered items: sales order, delivery and invoice.

    Either way the item is credited; goods that have been picked are returned to stock.
    """

    _inherit = "iconic.order"

    has_failed_delivery = fields.Boolean(
        string="Delivery Failed",
        compute="_compute_has_failed_delivery",
        search="_search_has_failed_delivery",
        # The connector's users need no access to transfers.
        compute_sudo=True,
        help="Items were not delivered and have not been returned.",
    )

    @api.depends("item_ids.status", "item_ids.return_picking_id.state")
    def _compute_has_failed_delivery(self):
        for order in self:
            order.has_failed_delivery = bool(order._undelivered_items())

    # Stored, it would have every transfer of the shop look for items at each step.
    @api.model
    def _search_has_failed_delivery(self, operator, value):
        if operator != "in":
            return NotImplemented
        there = self.env["iconic.order.item"]._undelivered_domain()
        failed = Domain("item_ids", "any", there)
        return failed if True in value else ~failed

    @button
    def action_receive_undelivered(self):
        """Create the receipts of undelivered items that have come back.

        :return: an action that shows the receipts
        :raise UserError: if there are none, or they have not been shipped in Odoo
        """
        self.ensure_one()
        order = self.with_company(self.company_id)
        items = order._undelivered_items()
        if not items:
            raise UserError(self.env._("No delivery of this order has failed."))
        items._prepare_receipts()
        return order.sale_order_id._get_action_view_picking(items.return_picking_id)

    def _process_canceled(self, items):
        """Remove cancelled items from the sales order, its deliveries and invoices.

        Items that are not picked yet are removed from the deliveries; for picked or
        shipped ones, a transfer returns the goods. Invoiced items are credited, since
        the marketplace does not pay for them. If no item is left, the sales order is
        cancelled.

        :param items: items of this order; those that were removed before are ignored
        """
        items = items.filtered(lambda item: not item.withdrawn)
        if not items or not self.sale_order_id:
            return
        order = self.with_company(self.company_id)
        order._remove_from_invoices(items)
        order._remove_from_deliveries(items)
        order._remove_shipping(items)
        items.withdrawn = True
        match_total(order)
        if order._is_all_cancelled():
            order.sale_order_id._iconic_cancel_ended()
        # Odoo may have done so by now.
        warn_purchasers(order, items)

    def _remove_from_invoices(self, items):
        """Take items off draft invoices, and credit those on posted ones."""
        reasons = ", ".join(dict.fromkeys(filter(None, items.mapped("reason"))))
        self._credit_items(items, reasons or self.env._("Cancelled"))

    def _remove_shipping(self, items):
        """Take the shares of cancelled items off the shipping of the sales order."""
        for line, of_line in items.grouped("shipping_line_id").items():
            if line:
                _reduce_sale_line(line, len(of_line))

    def _remove_from_deliveries(self, items):
        """Reduce the sales order lines of items, and the deliveries of the lines."""
        back = {}
        for line, of_line in items.grouped("sale_line_id").items():
            ours = of_line.filtered(lambda item: item._is_shipped_by_us())
            moved = self._reduce_deliveries(line, ours)
            departed = Counter()
            for move, pieces in moved.items():
                departed[move.product_id] += is_delivered(move) and pieces
            take_off_sale(line, of_line, len(of_line) - whole_items(line, departed))
            back.update(moved)
        if back:
            self._return_picked_goods(items, back)

    def _return_picked_goods(self, items, back):
        """Create the returns of picked goods, and warn if some have been shipped.

        :param back: a dict, done `stock.move` -> pieces to return
        """
        note = self.env._(
            "THE ICONIC has cancelled items of order %s. Return these goods to stock.",
            self.number,
        )
        made = self._create_returns_to_stock(items, back, note)
        receipts = made.filtered(lambda one: one.picking_type_code == "incoming")
        if receipts:
            self._warn_about_shipped_goods(receipts)

    def _warn_about_shipped_goods(self, receipts):
        """Ask a person to stop a parcel that was shipped although it is cancelled."""
        self.sale_order_id.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Cancelled at THE ICONIC after shipping"),
            note=self.env._(
                "THE ICONIC does not pay for cancelled items. Stop the parcel if you "
                "can. When it is back, validate %s.",
                ", ".join(receipts.mapped("name")),
            ),
            user_id=self.account_id._activity_user().id,
        )

    def _is_all_cancelled(self):
        return all(item.status == item_statuses.CANCELED for item in self.item_ids)

    def _after_cancel(self, change):
        """Process the items that the marketplace has cancelled on our request.

        :param change: an `iconic.order.change` with an outcome
        """
        items = change.item_ids.filtered(
            lambda item: item.status == item_statuses.CANCELED
        )
        self._process_canceled(items)

    def _after_refused_cancel(self, change):
        """Note on the sales order which items the marketplace has not cancelled.

        It may have cancelled some of them before it refused.

        :param change: a refused `iconic.order.change`
        """
        self._after_cancel(change)
        remaining = change.item_ids.filtered(
            lambda item: item.status != item_statuses.CANCELED
        )
        self.sale_order_id.message_post(
            body=self.env._(
                "THE ICONIC refused to cancel %(items)s, which remain in the order: "
                "%(words)s",
                items=", ".join(remaining.mapped("seller_sku")),
                words=change.message or "",
            )
        )

    def _process_failed(self, items):
        """Credit items that were not delivered.

        Their goods are received with `action_receive_undelivered`, if they come back. A
        delivery that is not validated stays as it is: the parcel was shipped, according
        to the marketplace. A note asks the warehouse to validate it.

        :param items: items of this order; those processed before are ignored
        """
        items = items.filtered(lambda item: not item.withdrawn)
        if not items or not self.sale_order_id:
            return
        order = self.with_company(self.company_id)
        order._remove_from_invoices(items)
        items.withdrawn = True
        ours = items.filtered(lambda item: item._is_shipped_by_us())
        lines = ours.sale_line_id
        if lines.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            order.sale_order_id.message_post(
                body=order.env._(
                    "THE ICONIC reports that the delivery of a parcel of this order "
                    "failed. One of its deliveries is not validated: validate it if "
                    "the parcel was shipped."
                )
            )

    def _undelivered_items(self):
        """Return the undelivered items that have no receipt yet."""
        return self.item_ids.filtered_domain(self.item_ids._undelivered_domain())


class IconicOrderItem(models.Model):
    """Items whose cancellation was requested in Odoo."""

    _inherit = "iconic.order.item"

    cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_cancel_requested",
        store=True,
        help="THE ICONIC has not answered yet to the request to cancel it.",
    )

    _undelivered = models.Index("(order_id) WHERE status = 'failed'")

    @api.depends("change_ids.state")
    def _compute_cancel_requested(self):
        for item in self:
            item.cancel_requested = any(
                change.kind == "cancel" and change.state in statuses.OPEN_CHANGE_STATES
                for change in item.change_ids
            )

    @api.model
    def _undelivered_domain(self):
        """Return the domain of undelivered items that have no receipt yet."""
        # The connector's users need no access to transfers.
        cancelled = Domain("return_picking_id", "any!", [("state", "=", "cancel")])
        without_receipt = Domain("return_picking_id", "=", False) | cancelled
        ours = Domain("own_warehouse", "=", False) & Domain("is_digital", "=", False)
        return Domain("status", "=", item_statuses.FAILED) & ours & without_receipt

    def _is_cancelling(self):
        """Tell whether an item must not leave: it is or may be cancelled."""
        self.ensure_one()
        return self.cancel_requested or (
            self.status == item_statuses.CANCELED and not self.withdrawn
        )

    def _can_be_cancelled(self):
        """Tell whether the cancellation of this item can still be requested."""
        self.ensure_one()
        digital = self.is_digital and self.status == item_statuses.PENDING
        return (self.is_open or digital) and not self.cancel_requested


def take_off_sale(line, items, count):
    """Take cancelled items off a sales order line, except for what is delivered.

    :param items: of the line; those that have left stay on it until they are back
    :param int count: how many at most
    """
    reduced = int(_reduce_sale_line(line, count))
    items.sorted(has_left)[:reduced].removed_from_sale = True


def _reduce_sale_line(line, quantity):
    """Reduce the quantity of a sales order line, but not below the delivered one.

    :param line: a `sale.order.line`, whose moves are reduced; its order may be locked
    :return: by how much
    """
    left = max(line.product_uom_qty - quantity, line.qty_delivered, 0)
    reduced = line.product_uom_qty - left
    if reduced <= 0:
        return 0
    with unlocked(line.order_id):
        line.with_context(skip_procurement=True).product_uom_qty = left
    return reduced
