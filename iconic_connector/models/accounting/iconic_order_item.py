from odoo import api, fields, models

from ...domain import item_statuses


class IconicOrderItem(models.Model):
    """When an item was shipped, and where it was invoiced and credited."""

    _inherit = "iconic.order.item"

    shipped_at = fields.Datetime(
        string="Shipped",
        compute="_compute_shipped_at",
        store=True,
        help="When its delivery was validated in Odoo, or else when THE ICONIC "
        "reported it as shipped.",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line of the posted invoice that bills it.",
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The credit note that refunds this item.",
    )

    # The delivery says so when it is done: through its state, each transfer of the
    # shop would look for items at each step.
    @api.depends("status", "own_warehouse", "picking_id")
    def _compute_shipped_at(self):
        for item in self:
            item.shipped_at = item._shipping_moment()

    def _shipping_moment(self):
        """Return when this item was shipped; False if it was not.

        What has left stays shipped, whatever becomes of it.
        """
        delivery = self.picking_id
        if self._is_shipped_by_us() and delivery.state == "done":
            return delivery.date_done
        if self.status in item_statuses.LEFT:
            return self.shipped_at or self.changed_at or fields.Datetime.now()
        return self.status == item_statuses.CANCELED and self.shipped_at

    def _shipping_moment_changed(self):
        """Have it computed anew when these items were shipped."""
        self.env.add_to_compute(self._fields["shipped_at"], self)

    def _is_invoiced(self):
        """Tell whether a posted invoice bills this item."""
        return self.invoice_line_id.parent_state == "posted"

    def _is_credited(self):
        """Tell whether a valid credit note refunds this item already."""
        self.ensure_one()
        return bool(self.credit_move_id) and self.credit_move_id.state != "cancel"

    def _is_billable(self, when="ordered"):
        """Tell whether this item is on an invoice, or should be.

        :param str when: "shipped" to leave out what was not shipped yet
        """
        self.ensure_one()
        return self._is_due(when) and self._stands() and not self._is_credited()

    def _is_due(self, when):
        """Tell whether this item, if it stands, is to be invoiced by now."""
        return when == "ordered" or bool(self.shipped_at)

    def _link_invoices(self):
        """Store on items the line of the posted invoice that bills each of them.

        Items of one sales order line are alike: those that were shipped first are
        invoiced first.
        """
        for line, items in self.grouped("sale_line_id").items():
            rows = line._lines_invoiced("out_invoice")
            free = items.filtered(
                lambda item, rows=rows: item.invoice_line_id not in rows
            ).sorted(_invoicing_order)
            for row in rows:
                taken = items.filtered(
                    lambda item, row=row: item.invoice_line_id == row
                )
                count = max(int(row.quantity) - len(taken), 0)
                free[:count].invoice_line_id = row
                free = free[count:]


def _invoicing_order(item):
    """Return a sort key: shipped items come first, cancelled ones last."""
    dropped = not item._stands() and not item._is_credited()
    return dropped, not item.shipped_at, item.shipped_at or item.create_date, item.id
