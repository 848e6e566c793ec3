from odoo import api, fields, models
from odoo.exceptions import UserError

from ...domain import item_statuses, statuses
from .iconic_order_return_to_stock import is_delivered, is_kit


class IconicOrder(models.Model):
    """What cancelled and undelivered items mean for order, delivery and invoice.

    The money of an item that never arrives goes back; its goods perhaps come back.
    """

    _inherit = "iconic.order"

    has_failed_delivery = fields.Boolean(
        string="Delivery Failed",
        compute="_compute_has_failed_delivery",
        store=True,
        help="Items of it were not delivered and have not come back.",
    )

    @api.depends("item_ids.status", "item_ids.return_picking_id.state")
    def _compute_has_failed_delivery(self):
        for order in self:
            order.has_failed_delivery = bool(order._undelivered_items())

    def action_receive_undelivered(self):
        """Create the receipts of lost items that have come back after all.

        :return: an action that shows them
        :raise UserError: if nothing was lost, or it has not left by Odoo
        """
        self.ensure_one()
        self.check_access("write")
        # Users of the connector need not be users of the stock.
        order = self.sudo().with_company(self.company_id)
        items = order._undelivered_items()
        if not items:
            raise UserError(self.env._("No delivery of this order has failed."))
        items._prepare_receipts()
        return order.sale_order_id._get_action_view_picking(items.return_picking_id)

    def _process_canceled(self, items):
        """Take cancelled items off the sales order, its deliveries and invoices.

        What nobody has picked is taken out of the deliveries. What was picked, or has
        even left, gets a transfer back. What is invoiced is credited, since the
        marketplace does not pay for it. If nothing of the order is left, it is
        cancelled.

        :param items: items of this order; those that were taken off before count not
        """
        items = items.filtered(lambda item: not item.withdrawn)
        if not items or not self.sale_order_id:
            return
        order = self.with_company(self.company_id)
        order._remove_from_invoices(items)
        order._remove_from_deliveries(items)
        items.withdrawn = True
        if order._is_all_cancelled():
            order.sale_order_id._iconic_cancel_ended()

    def _is_all_cancelled(self):
        return all(item.status == item_statuses.CANCELED for item in self.item_ids)

    def _remove_from_deliveries(self, items):
        """Take items out of the sales lines and of their deliveries.

        How the components of a kit follow is left to Odoo.
        """
        back = {}
        for line, of_line in items.grouped("sale_line_id").items():
            if is_kit(line):
                _reduce_sale_line(line, len(of_line), skip_procurement=False)
                continue
            ours = of_line.filtered(lambda item: item._is_ours())
            moved = self._reduce_deliveries(line, ours)
            departed = sum(n for move, n in moved.items() if is_delivered(move))
            _reduce_sale_line(line, len(of_line) - departed)
            back.update(moved)
        if back:
            self._return_picked_goods(items, back)

    def _return_picked_goods(self, items, back):
        """Have moved goods brought back, and tell people which have left."""
        note = self.env._(
            "Cancelled at THE ICONIC: order %s. Bring these goods back to the stock.",
            self.number,
        )
        made = self._create_returns_to_stock(items, back, note)
        receipts = made.filtered(lambda one: one.picking_type_code == "incoming")
        if receipts:
            self._warn_about_shipped_goods(receipts)

    def _warn_about_shipped_goods(self, receipts):
        """Ask a person to stop a parcel that has left although it was cancelled."""
        self.sale_order_id.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Cancelled at THE ICONIC after it had left"),
            note=self.env._(
                "THE ICONIC does not pay for what is cancelled. Stop the parcel if "
                "you can; when it is back, validate %s.",
                ", ".join(receipts.mapped("name")),
            ),
            user_id=self.account_id._activity_user().id,
        )

    def _remove_from_invoices(self, items):
        """Take items off drafts of invoices, and credit those that are posted."""
        posted = self.env["iconic.order.item"]
        for line, of_line in items.grouped("sale_line_id").items():
            if line:
                posted |= self._remove_from_drafts(line, of_line)
        if posted:
            reasons = ", ".join(dict.fromkeys(filter(None, items.mapped("reason"))))
            self._credit_items(
                posted,
                reasons or self.env._("Cancelled"),
                post=True,
                shipping=self._shipping_to_refund(),
            )

    def _has_never_arrived(self):
        """Tell whether the buyer gets none of it, so that nothing is paid for."""
        return all(item.status in item_statuses.NEVER_ARRIVED for item in self.item_ids)

    def _shipping_to_refund(self):
        """Return what the buyer gets back for shipping: all, if nothing has arrived."""
        if not self._has_never_arrived():
            return 0
        shipping = self.account_id.shipping_product_id
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line.is_delivery or (shipping and line.product_id == shipping)
        )
        return sum(lines.mapped("price_total"))

    def _remove_from_drafts(self, line, items):
        """Take items off the drafts that invoice a sales line.

        The drafts of an order of which nothing is left are cancelled with it.

        :return: the items that stand on posted invoices
        """
        items = items.filtered(lambda item: not item.credit_move_id)
        left = items[int(self._uninvoiced_count(line)) :]
        for row in _invoice_rows(line).filtered(
            lambda one: one.parent_state == "draft"
        ):
            taken = min(len(left), row.quantity)
            left = left[int(taken) :]
            if not self._is_all_cancelled():
                _reduce_invoice_line(row, taken)
        return left

    def _uninvoiced_count(self, line):
        """Return how many items of a sales line stand on no invoice."""
        items = line.iconic_item_ids
        dropped = items.filtered(
            lambda item: item.withdrawn and not item.credit_move_id
        )
        rows = _invoice_rows(line)
        return max(len(items) - len(dropped) - sum(rows.mapped("quantity")), 0)

    def _after_cancel(self, change):
        """Follow what the marketplace has cancelled on our request."""
        items = change.item_ids.filtered(
            lambda item: item.status == item_statuses.CANCELED
        )
        self._process_canceled(items)

    def _after_refused_cancel(self, change):
        """Tell the sales order which items the marketplace does not cancel.

        It may have cancelled some of them before it declined.
        """
        self._after_cancel(change)
        kept = change.item_ids.filtered(
            lambda item: item.status != item_statuses.CANCELED
        )
        self.sale_order_id.message_post(
            body=self.env._(
                "THE ICONIC does not cancel %(items)s, so they stay in the order: "
                "%(words)s",
                items=", ".join(kept.mapped("seller_sku")),
                words=change.message or "",
            )
        )

    def _undelivered_items(self):
        """Return the items that were lost and are not on their way back."""
        return self.item_ids.filtered(
            lambda item: (
                item.status == item_statuses.FAILED
                and item._is_ours()
                and item.return_picking_id.state in (False, "cancel")
            )
        )

    def _process_failed(self, items):
        """Credit items that were lost; the goods are gone until they come back.

        A delivery that was not validated stays as it is: the marketplace knows that the
        parcel has left, so the warehouse has only not said so yet. A note asks for it.
        """
        items = items.filtered(lambda item: not item.withdrawn)
        if not items or not self.sale_order_id:
            return
        order = self.with_company(self.company_id)
        order._remove_from_invoices(items)
        items.withdrawn = True
        ours = items.filtered(lambda item: item._is_ours())
        lines = ours.sale_line_id
        if lines.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            order.sale_order_id.message_post(
                body=order.env._(
                    "THE ICONIC says that delivering a parcel of this order failed. A "
                    "delivery of it is not validated: validate it, if the parcel has "
                    "left."
                )
            )


class IconicOrderItem(models.Model):
    """Items that we have asked the marketplace to cancel."""

    _inherit = "iconic.order.item"

    cancel_requested = fields.Boolean(
        string="Cancellation Requested",
        compute="_compute_cancel_requested",
        store=True,
        help="THE ICONIC is asked to cancel it and has not answered yet.",
    )

    @api.depends("change_ids.state")
    def _compute_cancel_requested(self):
        for item in self:
            item.cancel_requested = any(
                change.kind == "cancel" and change.state in statuses.OPEN_CHANGE_STATES
                for change in item.change_ids
            )

    def _is_cancelling(self):
        """Tell whether an item must not leave, since it is or will be cancelled."""
        self.ensure_one()
        return self.cancel_requested or (
            self.status == item_statuses.CANCELED and not self.withdrawn
        )

    def _can_be_cancelled(self):
        """Tell whether we may still ask the marketplace to cancel this item."""
        self.ensure_one()
        digital = self.is_digital and self.status == item_statuses.PENDING
        return (self.is_open or digital) and not self.cancel_requested


def _reduce_sale_line(line, quantity, skip_procurement=True):
    """Reduce what a sales line orders; its price stays.

    Odoo lets nobody go below what was delivered: that stays until it is back.

    :param bool skip_procurement: the moves carry less already
    """
    left = max(line.product_uom_qty - quantity, line.qty_delivered, 0)
    if left >= line.product_uom_qty:
        return
    sale = line.order_id
    locked = sale.locked
    if locked:
        sale.locked = False
    line.with_context(skip_procurement=skip_procurement).product_uom_qty = left
    if locked:
        sale.locked = True


def _invoice_rows(line):
    """Return the lines of invoices, no credit notes, that a sales line is on."""
    return line.invoice_lines.filtered(
        lambda row: (
            row.move_id.move_type == "out_invoice" and row.parent_state != "cancel"
        )
    )


def _reduce_invoice_line(row, quantity):
    """Take some items off a line of a draft invoice.

    :param row: an `account.move.line`
    """
    if quantity >= row.quantity:
        row.unlink()
    elif quantity:
        row.quantity -= quantity
