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
    """What came of telling the marketplace, on record."""

    _inherit = "iconic.order.change"

    def _note_accepted(self, answer):
        """Take in that the marketplace has accepted the call.

        :param answer: ids of items or `PackedItem` records, maybe of more items
        """
        self._note_items_updated(
            {getattr(one, "order_item_id", one): one for one in answer}
        )
        if self._items_left():
            self.message = self.env._("The answer does not name all of the items.")
        else:
            self._note_done()

    def _note_items_updated(self, told):
        """Note on items that they are where this change wants them.

        :param told: id of an item -> what the answer says of it, a `PackedItem` or not
        """
        now = fields.Datetime.now()
        for item in self._items_left().filtered(lambda one: one.external_id in told):
            news = {**self._wanted_values(), **_parcel_values(told[item.external_id])}
            item.write({**news, "moved_at": now})

    def _wanted_values(self):
        """Return the fields of an item that is where this change wants it."""
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
        """Take in an error after which nobody has to look at the items first.

        :param SellerCenterError error: anything but a refusal
        """
        self._note_items_updated(dict.fromkeys(error.done))
        self.message = str(error)
        if isinstance(error, UnknownOutcome):
            return
        self.write({"state": "pending", "sending_since": False})
        if isinstance(error, NotAccepted):
            self._postpone(error.retry_after)

    def _postpone(self, seconds=None):
        """Look again later, twice as long from one attempt to the next.

        :param seconds: what the marketplace asks for at least, or None
        """
        pause = min(
            const.CHANGE_BACKOFF_FIRST * 2 ** max(self.attempt_count - 1, 0),
            const.CHANGE_BACKOFF_LONGEST,
        )
        self.next_attempt_at = fields.Datetime.now() + timedelta(
            seconds=max(pause, seconds or 0)
        )

    def _end_without_call(self):
        """End a change about which nothing is left to tell."""
        if any(self._kind_rule.is_reached(self, item) for item in self.item_ids):
            self._note_done(self.env._("The marketplace has known it already."))
        else:
            self._give_up(self.env._("Its items were cancelled meanwhile."))

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
        """Note on the account how the marketplace treated a call.

        In a transaction of its own: jobs meet on that row, and what became of a change
        must not be lost for it.

        :param error: the `SellerCenterError` it ended with, None for success
        """
        account = self.account_id
        if error is None or isinstance(error, Refused | NotReady):
            commit_with_retry(self.env, account._note_success)
        elif not is_about_request(error):
            commit_with_retry(self.env, partial(account._note_failure, error))


def _parcel_values(answer):
    """Return the fields of an item that an answer tells about its parcel.

    :param answer: a `PackedItem`, or something that tells nothing
    """
    values = {
        "package": getattr(answer, "package_id", ""),
        "tracking_code": getattr(answer, "tracking_code", ""),
        "shipment_provider": getattr(answer, "shipment_provider", ""),
    }
    return {name: value for name, value in values.items() if value}


def is_about_request(error):
    """Tell whether it is this request that cannot be, and not the access of all."""
    return isinstance(error, AccessRefused) and error.cause == "request"
