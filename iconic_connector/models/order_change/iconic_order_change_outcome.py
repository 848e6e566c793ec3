from datetime import timedelta
from functools import partial

from odoo import fields, models

from ... import const
from ...error_messages import describe, describe_refusal
from ...seller_center.errors import (
    AccessRefused,
    NotAccepted,
    NotOffered,
    NotReady,
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreadable,
)
from ...transactions import commit, commit_with_retry
from ..order.iconic_order_process import FAILURES


class IconicOrderChange(models.Model):
    """The outcome of status updates, and the items read back where it is unclear.

    What succeeded or was refused has its consequences, whose failures are stored.
    """

    _inherit = "iconic.order.change"

    def _note_accepted(self, answer):
        """Record that the marketplace has accepted the call.

        :param answer: ids of items or `PackedItem` records, perhaps of more items
        """
        self._note_items_updated(
            {getattr(one, "order_item_id", one): one for one in answer}
        )
        if self.kind == "invoice_number":
            switch_on = self.env["iconic.account.feature"]._switch_on
            switch_on(self.account_id, "invoice_numbers")
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
        self.message = describe(self.env, error)
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
            self._give_up(self._too_late_message())

    def _too_late_message(self):
        """Return why no item can be updated any more."""
        if exchange := self.order_id._exchanged_by():
            return self.env._(
                "Its items were exchanged: order %s replaces them.", exchange
            )
        if self._kind_rule.needs:
            return self.env._(
                "THE ICONIC has moved its items on meanwhile: %s.",
                self.order_id.status_summary,
            )
        return self.env._("Its items have been cancelled meanwhile.")

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

    def _read_items(self, client):
        """Read all items of the order from the marketplace.

        :raise SellerCenterError: if they cannot be read
        """
        number = self.order_id.external_id
        # No transaction stays open during a call.
        commit(self.env)
        found = client.order_items([number])
        for lost in found.unreadable:
            # An order without items is none any more; an unreadable one says nothing.
            if lost.raw:
                raise Unreadable(describe(self.env, lost.problem))
        return found

    def _recover(self, client):
        """Find out the outcome of an update whose job was interrupted or timed out.

        :param client: what `iconic.account._connect` gives
        """
        if not commit_with_retry(self.env, self._renew_lease):
            return
        try:
            records = self._read_items(client)
        except Refused as error:
            commit_with_retry(
                self.env, partial(self._note_refused, describe_refusal(self.env, error))
            )
            self._report_to_account()
        except SellerCenterError as error:
            words = describe(self.env, error)
            commit_with_retry(self.env, partial(self.write, {"message": words}))
            self._report_to_account(error)
        else:
            commit_with_retry(self.env, partial(self._apply_answer, records))
            self._report_to_account()

    def _renew_lease(self):
        """Claim an interrupted update.

        :return: whether no other job has claimed it
        """
        mine = self._lock(self._lease_expired_domain())
        mine.sending_since = fields.Datetime.now()
        return bool(mine)

    def _handle_refusal(self, client, error):
        """Record a refusal, unless the items have the status already.

        :param client: what `iconic.account._connect` gives
        :param error: the `SellerCenterError` of the call
        """
        if self.kind == "invoice_number" and isinstance(error, NotOffered):
            commit_with_retry(self.env, partial(self._give_up_not_offered, error))
            return
        commit_with_retry(
            self.env, partial(self._note_items_updated, dict.fromkeys(error.done))
        )
        try:
            records = self._read_items(client)
        except Refused:
            records = ()
        except SellerCenterError as second:
            # It stays `sending`, and `_recover` reads the items later.
            commit_with_retry(
                self.env,
                partial(self.write, {"message": describe_refusal(self.env, error)}),
            )
            self._report_to_account(second)
            return
        commit_with_retry(self.env, partial(self._apply_answer, records, error))
        self._report_to_account()

    def _give_up_not_offered(self, error):
        """Give up an update that the shop does not offer, and request no more of them.

        :param error: the `NotOffered` of the call
        """
        switch_off = self.env["iconic.account.feature"]._switch_off
        switch_off(self.account_id, "invoice_numbers", error)
        self._give_up(describe(self.env, error))

    def _apply_answer(self, records, error=None):
        """Decide by the items that were read what the outcome of an update is.

        If fewer items need it than were sent, for example because the buyer cancelled
        one, a refusal says nothing about the others: they are sent again.

        :param records: `seller_center.records.OrderItem` records of the order
        :param error: the refusal, None if the outcome of the call is unknown
        """
        before = self._items_left()
        self._store_answer(records)
        left = self._items_left()
        if not left:
            self._end_without_call()
        elif error is None or left < before:
            self.write({"state": "pending", "sending_since": False})
        else:
            self._note_refused(describe_refusal(self.env, error))

    def _store_answer(self, records):
        """Store the items of the order; what this update has set is no change.

        :param records: `seller_center.records.OrderItem` records
        """
        self._note_items_updated(
            dict.fromkeys(
                record.order_item_id
                for record in records
                if self._kind_rule.is_reached(self, record)
            )
        )
        order = self.order_id
        order._store_items(records)
        if order.needs_processing:
            self.account_id._trigger_crons("order_process")

    def _process_outcome(self, client):
        """Process the outcome of an update in Odoo.

        :param client: what `iconic.account._connect` gives
        """
        # First of all, so that a failing one is not repeated at once.
        commit_with_retry(self.env, self._postpone_outcome)
        if self.state == "done" and self._kind_rule.moves_packages:
            try:
                records = self._read_items(client)
            except Refused:
                records = ()
            except SellerCenterError as error:
                self._report_to_account(error)
                return
            commit_with_retry(self.env, partial(self._store_answer, records))
        commit_with_retry(self.env, self._run_outcome_hook)

    def _postpone_outcome(self):
        self.attempt_count += 1
        self._postpone()

    def _run_outcome_hook(self):
        """Call `_after_<kind>` or `_after_refused_<kind>` of the order, if defined.

        If that fails, the reason is stored on the order, and it is repeated later.
        """
        prefix = "_after_refused_" if self.state == "refused" else "_after_"
        change = self.with_company(self.company_id).with_context(
            lang=self.account_id._active_lang()
        )
        order = change.order_id
        hook = getattr(order, prefix + self.kind, None)
        try:
            with self.env.cr.savepoint():
                if hook:
                    hook(change)
        except FAILURES as error:
            order._store_failure("error", error)
            self.message = order.error
            return
        if order.error and order.error == self.message:
            order.error = False
        self.write({"needs_processing": False, "next_attempt_at": False})


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
