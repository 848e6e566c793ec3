from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.flows import FLOWS
from ...transactions import keep, until_no_conflict


class IconicAccount(models.Model):
    """The scheduled jobs that send: flow by flow, account by account, in batches."""

    _inherit = "iconic.account"

    @api.model
    def _cron_send(self, flow_name):
        """Send everything that is pending in one flow.

        :param str flow_name: a key of `flows.FLOWS`
        """
        flow = FLOWS[flow_name]
        accounts = self._ready_to_send(flow)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self._count_picked(flow, accounts))
        for account in accounts:
            if not account._send_flow(flow):
                return
        # What is still pending waits for a lock or for the account: not for this run.
        if self._count_picked(flow, accounts._ready_to_send(flow) & accounts):
            self.env.ref(f"iconic_connector.ir_cron_{flow_name}")._trigger(
                fields.Datetime.now() + const.LOCKED_RETRY
            )
        commit(remaining=0)

    @api.model
    def _ready_to_send(self, flow):
        """Return the accounts that may send this flow now."""
        return self._ready_to_call().filtered(
            lambda one: not one._is_paused(flow) and one._rows_left(flow)
        )

    def _count_picked(self, flow, accounts):
        return self.env["iconic.listing"].search_count(accounts._picked_domain(flow))

    def _picked_domain(self, flow):
        """Return the listings of these accounts that a flow picks now.

        Left out are closed ones and those with an open feed that writes the same part.
        """
        return Domain.AND(
            [
                Domain("account_id", "in", self.ids),
                Domain("closed", "=", False),
                Domain(flow.domain),
                ~self.env["iconic.listing"]._in_flight_domain(flow),
            ]
        )

    def _send_flow(self, flow):
        """Send this account's pending listings of one flow, batch by batch.

        :return: whether there is time left for the next account
        """
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        with self._connect() as client:
            while self._is_ready() and self._rows_left(flow):
                count, feed = until_no_conflict(
                    self.env, partial(self._store_batch, flow)
                )
                # From here on the feed is on record and is found again by recovery.
                time_left = commit(count)
                if feed:
                    feed._send(client)
                if not time_left:
                    return False
                if not count:
                    break
        keep(self.env, self._sync_error_alarm)
        return True

    def _store_batch(self, flow):
        """Pick, check and store one batch.

        :return: how many listings were handled, and the feed to send, maybe empty
        """
        listings = (
            self.env["iconic.listing"]
            .search(self._picked_domain(flow), limit=self._batch_limit(flow))
            # Others may still refer to the listings meanwhile.
            .try_lock_for_update(allow_referencing=True)
        )
        batch = listings._prepare_batch(flow)
        batch.unchanged.write(
            {flow.status_field: "not_needed", flow.error_field: False}
        )
        for listing, problems in batch.problems.items():
            listing._block(flow, "\n".join(problem.message for problem in problems))
        feed = self.env["iconic.feed"]
        if batch.document:
            feed = feed._store(flow, batch.listings, batch.document, batch.lines)
        handled = len(batch.unchanged) + len(batch.problems) + feed.sent_count
        return handled, feed
