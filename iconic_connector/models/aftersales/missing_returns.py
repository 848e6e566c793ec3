from odoo import fields, models
from odoo.exceptions import UserError

from ...domain import statuses
from ...error_messages import plural
from ..iconic_rights import button


class IconicOrderItem(models.Model):
    """How it ends with items that were refunded, but have not been received."""

    _inherit = "iconic.order.item"

    missing_outcome = fields.Selection(
        statuses.MISSING_OUTCOMES,
        string="Not Received",
        readonly=True,
        help="A reimbursement by THE ICONIC is expected on one of its payout "
        "statements. Odoo books nothing for it before that.",
    )

    @button
    def action_claim_missing(self):
        """Note that these items were claimed from THE ICONIC; they may still arrive."""
        return self._end_missing("claimed", self.env._("Claimed from THE ICONIC."))

    @button
    def action_write_off_missing(self):
        """Note that THE ICONIC has written these items off; none is expected."""
        ended = self._end_missing(
            "written_off", self.env._("Written off by THE ICONIC.")
        )
        self.filtered("missing_outcome")._cancel_receipts()
        return ended

    @button
    def action_wait_for_missing(self):
        """Wait again for items that were claimed or written off."""
        items = self.filtered(lambda item: item.missing_outcome and item._is_missing())
        if not items:
            raise UserError(
                self.env._("None of these items was claimed or written off.")
            )
        items.missing_outcome = False
        items._log_on_orders(self.env._("Expected again."))
        return self._notify_missing(items, self.env._("They are waited for again."))

    def _is_missing(self):
        """Tell whether the item was refunded and should still come back to us."""
        self.ensure_one()
        return self.return_state in ("refunded", *dict(statuses.MISSING_OUTCOMES))

    def _end_missing(self, outcome, words):
        """Store how it ends, and say what that means for the money.

        :param str outcome: a value of `missing_outcome`
        :param str words: a sentence for the order and for the user
        :raise UserError: if nothing is missing
        """
        items = self.filtered(lambda item: item._is_missing())
        if not items:
            raise UserError(
                self.env._(
                    "Choose items that THE ICONIC has refunded and that you have not "
                    "received: filter by Refunded, Not Received."
                )
            )
        items.missing_outcome = outcome
        items._log_on_orders(words)
        money = self.env._(
            "A reimbursement is expected on one of the payout statements; Odoo books "
            "nothing before that. If they arrive after all, receive them as usual."
        )
        return self._notify_missing(items, f"{words} {money}")

    def _notify_missing(self, items, words):
        """Return a notification about some items.

        :param items: those that were changed
        :param str words: what has happened to them
        """
        count = plural(len(items), self.env._("1 item:"), self.env._("%s items:"))
        return items.account_id[:1]._notify(f"{count} {words}", "success")

    def _log_on_orders(self, words):
        """Log a sentence about these items on their orders.

        :param str words: the sentence
        """
        by_order = self.grouped("order_id")
        self.order_id._message_log_batch(
            bodies={
                order.id: f"{', '.join(item._short_name() for item in items)}: {words}"
                for order, items in by_order.items()
            }
        )
