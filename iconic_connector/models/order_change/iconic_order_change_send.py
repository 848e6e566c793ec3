from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import const
from ...domain.order_changes import KINDS
from ...seller_center.errors import Refused, SellerCenterError
from ...transactions import commit, commit_with_retry
from .iconic_order_change_outcome import is_about_request


class IconicOrderChange(models.Model):
    """Sending status updates, one by one.

    State `sending` is committed before each call, and its outcome right after.
    """

    _inherit = "iconic.order.change"

    @api.model
    def _due_domain(self, accounts):
        """Return the domain of updates to send, recover or process now."""
        now = fields.Datetime.now()
        state = partial(Domain, "state")
        due = Domain("next_attempt_at", "=", False) | Domain(
            "next_attempt_at", "<=", now
        )
        decided = Domain("needs_processing", "=", True) & state(
            "in", ("done", "refused")
        )
        return Domain("account_id", "in", accounts.ids) & (
            self._lease_expired_domain()
            | (due & decided)
            | (due & state("=", "pending") & self._free_domain())
        )

    @api.model
    def _lease_expired_domain(self):
        """Return the domain of updates whose job was interrupted while sending."""
        return Domain("state", "=", "sending") & Domain(
            "sending_since", "<=", fields.Datetime.now() - const.CHANGE_LEASE
        )

    @api.model
    def _free_domain(self):
        """Return the domain of updates that wait for no other update.

        An update waits for the previous one, for another one about the same items that
        is being sent, for their cancellation, and for the kind that comes before.
        """
        previous = Domain("previous_id", "=", False) | Domain(
            "previous_id.state", "in", ("done", "cancelled")
        )
        return previous & Domain.custom(to_sql=_waits_for_no_other)

    @api.model
    def _next_due_at(self):
        """Return when the job has to run again, or None."""
        now = fields.Datetime.now()
        waiting = self.search(
            Domain("next_attempt_at", ">", now), order="next_attempt_at", limit=1
        )
        interrupted = self.search(
            Domain("state", "=", "sending"), order="sending_since", limit=1
        )
        moments = [change.next_attempt_at for change in waiting]
        moments += [change.sending_since + const.CHANGE_LEASE for change in interrupted]
        # What is still due was locked or not allowed to be sent: not for this run.
        accounts = self.env["iconic.account"]._ready_to_call()
        if self.search_count(self._due_domain(accounts), limit=1):
            moments.append(now + const.LOCKED_RETRY)
        return min(moments, default=None)

    def _handle(self, client):
        """Recover, send and process one update, as far as possible now.

        :param client: what `iconic.account._connect` gives
        """
        self.ensure_one()
        if self.state == "sending":
            self._recover(client)
        # Sent a second time only if fewer items are left, see `_apply_answer`.
        while commit_with_retry(self.env, self._claim):
            self._send(client)
        if self.needs_processing:
            self._process_outcome(client)

    def _lock(self, domain):
        """Lock this update; return it unless it is locked or no longer in a domain."""
        mine = self.try_lock_for_update(allow_referencing=True)
        return self.search(Domain("id", "in", mine.ids) & domain)

    def _claim(self):
        """Claim this update for sending, if its items still need it.

        :return: whether to call the marketplace
        """
        pending = Domain("state", "=", "pending")
        if not self.account_id._is_ready() or not self._lock(
            self._due_domain(self.account_id) & pending
        ):
            return False
        if not self._items_left():
            self._end_without_call()
            return False
        self.write(
            {
                "state": "sending",
                "sending_since": fields.Datetime.now(),
                "next_attempt_at": False,
                "attempt_count": self.attempt_count + 1,
            }
        )
        return True

    def _send(self, client):
        """Make the call of a claimed update, and record its outcome."""
        call = self._prepare_call(client, self._items_left())
        # No transaction stays open during a call.
        commit(self.env)
        try:
            answer = call()
        except SellerCenterError as error:
            if isinstance(error, Refused) or is_about_request(error):
                self._handle_refusal(client, error)
            else:
                commit_with_retry(self.env, partial(self._note_not_accepted, error))
                self._report_to_account(error)
        else:
            commit_with_retry(self.env, partial(self._note_accepted, answer))
            self._report_to_account()

    def _prepare_call(self, client, items):
        """Return the call of the client for this update.

        :param items: the items to send
        :return: a function without parameters that returns ids or `PackedItem` records
        """
        ids = items.mapped("external_id")
        packages = set(items.mapped("package"))
        reason = (self.reason or "", self.detail or "")
        number = self.invoice_number or ""
        carrier = (self.provider or "", self.tracking_number or "")
        calls = {
            "ready_to_ship": partial(
                client.set_ready_to_ship,
                ids,
                self.delivery_type or "dropship",
                *carrier,
                package_id=(packages.pop() or "") if len(packages) == 1 else "",
            ),
            "shipped": partial(client.set_shipped, ids),
            "cancel": partial(client.cancel_items, ids, *reason),
            "return_received": partial(client.receive_return, ids),
            "return_approved": partial(client.approve_return, ids),
            "return_rejected": partial(client.reject_return, ids, *reason),
            "invoice_number": partial(
                _call_each, client.set_invoice_number, ids, number
            ),
            "tracking": partial(
                _call_each, client.change_tracking, ids, *carrier[::-1]
            ),
        }
        return calls[self.kind]


def _waits_for_no_other(changes, alias, _query):
    """Return SQL: no other update about the same items has to be sent before.

    A nested domain lets PostgreSQL read all items of all updates for every row.

    :param changes: the model
    :param alias: its table's alias in the query
    :return: :class:`odoo.tools.SQL`
    """
    first = [(kind.name, kind.after) for kind in KINDS.values() if kind.after]
    first += [(name, "cancel") for name in KINDS if name != "cancel"]
    return SQL(
        """NOT EXISTS (
            SELECT FROM iconic_order_change_item_rel AS own
            JOIN iconic_order_change_item_rel AS shared
              ON shared.item_id = own.item_id
            JOIN iconic_order_change AS other ON other.id = shared.change_id
            WHERE own.change_id = %(id)s AND (
                %(state)s = 'sending'
                OR %(state)s = 'pending' AND (%(kind)s, other.kind) IN %(first)s
            )
        )""",
        id=SQL.identifier(alias, "id", to_flush=changes._fields["item_ids"]),
        state=changes._field_to_sql("other", "state"),
        kind=changes._field_to_sql(alias, "kind"),
        first=tuple(first),
    )


def _call_each(call, ids, *values):
    """Make a call for each item; only for calls that may safely be repeated.

    :return: the ids
    :raise SellerCenterError: the first error, with the ids before it as `done`
    """
    done = []
    for item_id in ids:
        try:
            call(item_id, *values)
        except SellerCenterError as error:
            error.done = tuple(done)
            raise
        done.append(item_id)
    return done
