from datetime import timedelta
from functools import partial

from odoo import fields, models

from ... import const
from ...seller_center.errors import (
    AccessRefused,
    NotAccepted,
    NotReady,
    Refused,
    UnknownOutcome,
)
from ...transactions import commit_with_retry


class IconicOrderChange(models.Model):
    """Recording the outcome of a status update."""

    _inherit = "iconic.order.change"

    def _note_accepted(self, answer):
        """Record that the marketplace has accepted the call.

        :param answer: ids of items or `PackedItem` records, perhaps of more items
        """
        self._note_items_updated(
            {getattr(one, "order_item_id", one): one for one in answer}
        )
        if self._items_left():
            self.message = self.env._("The answer does not name all of the items.")
        else:
            self._note_done()

    def _note_items_updated(self, answers):
        """Store on items the status or number that this update sets.

        :param answers: a dict, id of an item -> its `PackedItem`, or something else
        """
        now = fields.Datetime.now()
        for item in self._items_left().filtered(lambda one: one.external_id in answers):
            parcel = _parcel_values(answers[item.external_id])
            item.write({**self._target_values(), **parcel, "moved_at": now})

    def _target_values(self):
        """Return the field values of an item after this update."""
        if self.kind == "invoice_number":
            return {"invoice_number": self.invoice_number}
        if self.kind == "tracking":
            provider = {"shipment_provider": self.provider} if self.provider else {}
            return {"tracking_code": self.tracking_number, **provider}
        return {
            "status": self._kind_rule.status,
            "processed_status": self._kind_rule.status,
        }

    def _note_not_accepted(self, error):
        """Record an error that does not refuse the update; it is sent again later.

        If nobody knows whether it was received, it stays `sending` for `_recover`.

        :param SellerCenterError error: the error
        """
        self._note_items_updated(dict.fromkeys(error.done))
        self.message = str(error)
        if isinstance(error, UnknownOutcome):
            return
        self.write({"state": "pending", "sending_since": False})
        if isinstance(error, NotAccepted):
            self._postpone(error.retry_after)

    def _postpone(self, seconds=None):
        """Set the next attempt; the delay doubles with each.

        :param seconds: the shortest delay that the marketplace allows, or None
        """
        pause = min(
            const.CHANGE_BACKOFF_FIRST * 2 ** max(self.attempt_count - 1, 0),
            const.CHANGE_BACKOFF_LONGEST,
        )
        self.next_attempt_at = fields.Datetime.now() + timedelta(
            seconds=max(pause, seconds or 0)
        )

    def _end_without_call(self):
        """Close an update that none of its items needs any more."""
        if any(self._kind_rule.is_reached(self, item) for item in self.item_ids):
            self._note_done(self.env._("THE ICONIC had this status already."))
        else:
            self._give_up(self.env._("Its items have been cancelled meanwhile."))

    def _note_done(self, message=False):
        self.write(
            {
                "state": "done",
                "message": message,
                "sending_since": False,
                "next_attempt_at": False,
                "done_at": fields.Datetime.now(),
                "needs_processing": True,
            }
        )

    def _note_refused(self, message):
        self.write(
            {
                "state": "refused",
                "message": message,
                "sending_since": False,
                "next_attempt_at": False,
                "needs_processing": True,
            }
        )

    def _report_to_account(self, error=None):
        """Record on the account whether a call succeeded.

        In a transaction of its own: other jobs write to the account too, and a conflict
        there must not undo the outcome of this update.

        :param error: the `SellerCenterError` of the call, None for success
        """
        account = self.account_id
        if error is None or isinstance(error, Refused | NotReady):
            commit_with_retry(self.env, account._note_success)
        elif not is_about_request(error):
            commit_with_retry(self.env, partial(account._note_failure, error))


def _parcel_values(answer):
    """Return the field values of an item from an answer about its parcel.

    :param answer: a `PackedItem`, or something else without such values
    """
    values = {
        "package": getattr(answer, "package_id", ""),
        "tracking_code": getattr(answer, "tracking_code", ""),
        "shipment_provider": getattr(answer, "shipment_provider", ""),
    }
    return {name: value for name, value in values.items() if value}


def is_about_request(error):
    """Tell whether access was refused to this request only, not to the account."""
    return isinstance(error, AccessRefused) and error.cause == "request"
