from odoo import api, fields, models
from odoo.exceptions import UserError

from ...domain import statuses
from ...domain.order_changes import KINDS
from ..iconic_rights import button


class IconicOrderChange(models.Model):
    """A status update: a request to the marketplace about items of one order.

    pending --[it is sent]-------------------> sending
    pending --[items are there already]------> done
    pending --[items have gone another way]--> cancelled
    sending --[accepted]---------------------> done
    sending --[refused]----------------------> refused
    sending --[certainly not received]-------> pending
    sending --[outcome unknown]--------------> sending, until the items are read
    refused --[Retry]------------------------> pending
    refused --[items have moved on]----------> cancelled
    pending, refused --[Give Up]-------------> cancelled
    """

    _name = "iconic.order.change"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Status Update"
    _order = "id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "iconic.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="order_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    kind = fields.Selection(
        [(kind.name, kind.label) for kind in KINDS.values()],
        string="What",
        required=True,
        readonly=True,
    )
    item_ids = fields.Many2many(
        "iconic.order.item",
        "iconic_order_change_item_rel",
        "change_id",
        "item_id",
        string="Items",
        readonly=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    previous_id = fields.Many2one(
        "iconic.order.change",
        string="Waits For",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    delivery_type = fields.Char(readonly=True)
    provider = fields.Char(string="Shipment Provider", readonly=True)
    tracking_number = fields.Char(readonly=True)
    reason = fields.Char(readonly=True)
    detail = fields.Char(readonly=True)
    invoice_number = fields.Char(readonly=True)

    state = fields.Selection(
        statuses.CHANGE_STATES,
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    message = fields.Text(readonly=True, help="The answer of the marketplace.")
    sending_since = fields.Datetime(
        readonly=True,
        help="For ten minutes, no other job sends it.",
    )
    next_attempt_at = fields.Datetime(string="Next Attempt", readonly=True)
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    done_at = fields.Datetime(string="Done", readonly=True)
    needs_processing = fields.Boolean(
        readonly=True, help="Odoo has not processed the outcome yet."
    )

    _to_send = models.Index(
        "(account_id, id) WHERE state IN ('pending', 'sending')"
        " OR needs_processing IS TRUE"
    )

    @api.depends("kind", "item_ids", "order_id.number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            count = len(change.item_ids)
            items = (
                self.env._("1 item") if count == 1 else self.env._("%s items", count)
            )
            change.display_name = self.env._(
                "%(what)s: %(items)s of %(order)s",
                what=labels.get(change.kind),
                items=items,
                order=change.order_id.number or change.order_id.external_id,
            )

    @button
    def action_retry(self):
        """Send refused status updates again."""
        refused = self.filtered(lambda change: change.state == "refused")
        if not refused:
            raise UserError(self.env._("None of these was refused."))
        refused.write(
            {
                "state": "pending",
                "message": False,
                "next_attempt_at": False,
                "needs_processing": False,
            }
        )
        refused.account_id._sync_order_activity()
        self.env["iconic.account"]._trigger_crons("order_change")

    @button
    def action_cancel_change(self):
        """Give up status updates that were not sent yet, or were refused."""
        if any(change.state not in ("pending", "refused") for change in self):
            raise UserError(
                self.env._(
                    "Only status updates that were not sent can be given up. THE "
                    "ICONIC may have received this one already."
                )
            )
        user = self.env.user.display_name
        self._give_up(self.env._("Given up by %s.", user))
        self.account_id._sync_order_activity()

    @property
    def _kind_rule(self):
        """The rules of this kind of update (`domain.order_changes`)."""
        return KINDS[self.kind]

    def _items_left(self):
        """Return the items that still need this update."""
        self.ensure_one()
        rule = self._kind_rule
        return self.item_ids.filtered(lambda item: not rule.is_over(self, item))

    def _covers(self, values):
        """Tell whether this update makes another one with these values unnecessary.

        Items reach a status once; a new invoice or tracking number needs a new update.
        """
        self.ensure_one()
        return bool(self._kind_rule.status) or not self._changed_values(values)

    def _changed_values(self, values):
        """Return those of the values that differ from this update's."""
        return {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_cache(value or False, self)
            != self._fields[name].convert_to_cache(self[name], self)
        }

    def _replace_values(self, values, items):
        """Replace the values of updates that are about no items but these.

        :param items: the items that the values are for
        """
        for change in self:
            different = change._changed_values(values)
            if different and change.item_ids <= items:
                change.write(different)

    def _give_up(self, message):
        """Cancel updates that will not be sent.

        :param str message: the reason
        """
        self.write(
            {
                "state": "cancelled",
                "message": message,
                "sending_since": False,
                "next_attempt_at": False,
                "needs_processing": False,
            }
        )

    def _give_up_refused(self):
        """Give up refused updates that none of their items needs any more."""
        moved_on = self.filtered(
            lambda change: change.state == "refused" and not change._items_left()
        )
        for change in moved_on:
            change._give_up(
                self.env._(
                    "Nothing is left to do: THE ICONIC has moved its items on. It had "
                    "refused before: %s",
                    change.message or "",
                )
            )

    def _refusal(self):
        """Return what the marketplace has refused, why, and what to do about it."""
        refusal = self.env._(
            "%(what)s. THE ICONIC refused: %(words)s",
            what=self.display_name,
            words=self.message or "",
        )
        return " ".join(filter(None, (refusal, self._remedy())))

    def _remedy(self):
        """Return what to do about a refusal, as far as its kind says it."""
        remedies = {
            "return_received": self.env._(
                "If THE ICONIC handles your returns, choose THE ICONIC for Returns Go "
                "To on the account, and give this update up."
            ),
            "return_rejected": self.env._(
                "The seller help desk of THE ICONIC decides on rejected returns: ask "
                "it in Seller Center. The return can still be approved here."
            ),
        }
        return remedies.get(self.kind)
