from collections import defaultdict
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...error_messages import describe
from ...seller_center.const import (
    FEED_CANCELED,
    FEED_ERROR,
    FEED_FINISHED,
    FEED_QUEUED,
)
from ...seller_center.errors import Refused, SellerCenterError, UnknownOutcome
from ...seller_center.records import Feed
from ...transactions import commit_with_retry
from ..columns import write_columns
from .iconic_feed_evidence import EXISTENCE_FLOWS


class IconicFeed(models.Model):
    """The feed reader: polls feeds and applies the results to their listings."""

    _inherit = "iconic.feed"

    @api.model
    def _due_domain(self, accounts):
        """Return the domain of feeds that are due for recovery or polling."""
        return self._lease_expired_domain(accounts) | Domain(
            [
                ("account_id", "in", accounts.ids),
                ("next_poll_at", "<=", fields.Datetime.now()),
            ]
        )

    @api.model
    def _lease_expired_domain(self, accounts):
        """Return the domain of feeds in `sending` with an expired lease."""
        return Domain(
            [
                ("account_id", "in", accounts.ids),
                ("state", "=", "sending"),
                ("sending_since", "<=", fields.Datetime.now() - const.SENDING_LEASE),
            ]
        )

    @api.model
    def _next_due_at(self):
        """Return when the next feed is due for recovery or polling, or None."""
        polled = self.search(
            [("next_poll_at", "!=", False)], order="next_poll_at", limit=1
        )
        interrupted = self.search(
            [("state", "=", "sending")], order="sending_since", limit=1
        )
        moments = [feed.next_poll_at for feed in polled]
        moments += [feed.sending_since + const.SENDING_LEASE for feed in interrupted]
        return min(moments, default=None)

    def _poll(self, client):
        """Request the status of the feed that was postponed, and apply the answer.

        :param client: from `iconic.account._connect`
        """
        self.ensure_one()
        try:
            answer = self._request_status(client)
            seen = self._read_back(client, answer)
            cancelled = self._cancel_if_stuck(client, answer)
            evidence = self._gather_evidence(client, answer)
        except SellerCenterError as error:
            words = describe(self.env, error)
            commit_with_retry(self.env, partial(self.write, {"message": words}))
            self._report_to_account(error)
            return
        found = (answer, seen, evidence, cancelled)
        self._store_and_report(partial(self._apply, *found), evidence.error)

    def _request_status(self, client):
        """Return the status of the feed as a `seller_center.records.Feed`.

        A feed that the marketplace no longer knows stays open until it counts as stuck.
        """
        try:
            return client.feed_status(self.external_id)
        except (Refused, UnknownOutcome):
            if not self._is_stuck():
                raise
            return Feed(self.external_id, "Unknown", self.action)

    def _cancel_if_stuck(self, client, answer):
        """Cancel a feed that has waited too long in the marketplace's queue.

        :return: whether it was cancelled
        """
        if answer.status != FEED_QUEUED or not self._is_stuck():
            return False
        try:
            client.cancel_feed(self.external_id)
        except Refused:
            # It has left the queue meanwhile: the next poll returns its result.
            return False
        return True

    def _postpone(self):
        """Schedule the next poll, with growing delays."""
        delays = const.POLL_DELAYS
        seconds = delays[min(self.poll_count + 1, len(delays) - 1)]
        write_columns(
            self,
            {
                "poll_count": self.poll_count + 1,
                "next_poll_at": fields.Datetime.now() + timedelta(seconds=seconds),
            },
        )

    def _is_stuck(self):
        """Tell whether the feed has been submitted for too long."""
        return (
            self.submitted_at
            and self.submitted_at <= fields.Datetime.now() - const.FEED_STUCK_AFTER
        )

    def _apply(self, answer, seen, evidence, cancelled):
        """Apply the marketplace's answer to the lines, without further calls.

        :param answer: a `seller_center.records.Feed`
        :param seen: the SKUs from `_read_back`, or None
        :param evidence: the `Evidence` from `_gather_evidence`
        :param bool cancelled: whether the feed was just cancelled
        """
        self.write(
            {"external_status": answer.status, "processed_count": answer.processed}
        )
        if cancelled:
            self._apply_cancellation()
        elif answer.status == FEED_FINISHED:
            self._apply_results(answer, seen, evidence)
        elif answer.status in (FEED_ERROR, FEED_CANCELED):
            self._apply_failure(answer)
        elif seen is not None:
            self._apply_results(answer, seen, evidence, stuck=True)

    def _lockable_lines(self):
        """Lock the listings of the open lines.

        :return: the lines with locked listings; the others wait for the next poll
        """
        lines = self._open_lines()
        locked = lines.listing_id.try_lock_for_update(allow_referencing=True)
        ids = set(locked._ids)
        return lines.filtered(lambda line: line.listing_id.id in ids)

    def _apply_results(self, answer, seen, evidence, stuck=False):
        """Apply the result of each product (product feeds spec, Response Reader).

        :param answer: a `seller_center.records.Feed`
        :param seen: the SKUs from `_read_back`, or None
        :param evidence: the `Evidence` from `_gather_evidence`
        :param bool stuck: whether there is no result, so that only `seen` counts
        """
        errors = _by_sku(answer.errors)
        warnings = _by_sku(answer.warnings)
        general = errors.pop("", "") or self._unexplained_message(stuck)
        remark = warnings.pop("", "")
        if stuck:
            self.is_doubtful = True
        verdicts = defaultdict(list)
        lines = self._lockable_lines()
        for line in lines:
            sku = line.seller_sku
            if seen is not None and sku not in seen and sku not in errors:
                verdicts["unseen"].append(line.id)
                continue
            verdict = line._verdict(sku in errors, sku in warnings, evidence)
            verdicts[verdict].append(line.id)
        lines.browse(verdicts.pop("unseen", ()))._close_with_error(general)
        for verdict, ids in verdicts.items():
            lines.browse(ids)._close(verdict, {**warnings, **errors}, evidence)
        self._finish_if_complete("done", remark or (stuck and general))

    def _unexplained_message(self, stuck):
        if stuck:
            return self.env._(
                "THE ICONIC returned no result for this feed within %d hours, and "
                "nothing shows that this product was accepted. Press Retry to send it "
                "again.",
                const.FEED_STUCK_AFTER.total_seconds() // 3600,
            )
        return self.env._(
            "THE ICONIC reports a failure without naming the product, and nothing "
            "shows that this one was accepted. Press Retry to send it again."
        )

    def _apply_failure(self, answer):
        """Set every product in error: the marketplace failed or cancelled the feed."""
        errors = _by_sku(answer.errors)
        general = errors.pop("", "") or self.env._(
            "THE ICONIC ended this feed with the status %s. Press Retry to send the "
            "product again.",
            answer.status,
        )
        lines = self._lockable_lines()
        lines._close_with_errors(
            {line.id: errors.get(line.seller_sku) or general for line in lines}
        )
        self._finish_if_complete("error", general)

    def _apply_cancellation(self):
        """Reset the products of a feed that was cancelled from Odoo to pending."""
        self._lockable_lines()._close_unsent()
        self._finish_if_complete(
            "cancelled",
            self.env._(
                "The feed waited too long in the queue and was cancelled. Its products "
                "are sent again."
            ),
        )

    def _finish_if_complete(self, state, message=False):
        """Finish the feed, unless lines of locked listings wait for the next poll."""
        counts = self._count_lines()
        if counts["open"]:
            soon = fields.Datetime.now() + const.LOCKED_RETRY
            self.next_poll_at = min(self.next_poll_at or soon, soon)
            return
        self._finish(state, message, counts)


class IconicFeedLine(models.Model):
    """Closes lines and applies their results to the listings."""

    _inherit = "iconic.feed.line"

    def _close(self, verdict, messages, evidence):
        """Apply a verdict to lines.

        :param verdict: from `_verdict`
        :param messages: SKU -> what the marketplace says about the product
        :param evidence: the feed's `Evidence`
        """
        if verdict in ("success", "trusted"):
            if verdict == "trusted":
                self.feed_id.is_doubtful = True
            self._close_with_success(messages)
            return
        if verdict == "gone":
            gone = self.env._("THE ICONIC did not have this product any more.")
            self._close_with_success(dict.fromkeys(self.mapped("seller_sku"), gone))
            return
        if verdict in ("error", "excluded"):
            texts = {
                line.id: line._advice(messages[line.seller_sku], evidence)
                for line in self
            }
            self._close_with_errors(texts, verdict)
            return
        for line in self:
            if verdict == "there":
                line._close_as_listed(evidence.products[line.seller_sku])
            else:
                line._wait(messages[line.seller_sku])

    def _close_as_listed(self, product):
        """Close a line whose product the marketplace has already, and adopt it.

        :param product: a `seller_center.records.ListedProduct`
        """
        message = self.listing_id._adopt(product)
        self.write({"state": "success", "message": message})

    def _wait(self, message):
        """Show a message while the product cannot be read, and keep the line open."""
        flow = self.feed_id._flow
        self.message = message
        self.doubtful_since = self.doubtful_since or fields.Datetime.now()
        self.listing_id._still_sent(flow)[flow.error_field] = message

    def _advice(self, message, evidence):
        """Return an error, with what to do if the product could not be read.

        :param str message: the marketplace's
        :param evidence: the feed's `Evidence`
        """
        if self.flow not in EXISTENCE_FLOWS or evidence.answers(self.seller_sku):
            return message
        return self.env._(
            "%s\nTHE ICONIC did not tell whether it has this product already. Press "
            "Retry to ask again.",
            message,
        )

    def _close_with_success(self, warnings):
        """Close accepted lines, and store their values as listed.

        :param warnings: SKU -> the marketplace's warning
        """
        if not self:
            return
        texts = [warnings.get(line.seller_sku) or line.message for line in self]
        write_columns(self, {"state": "success"}, {"message": texts})
        remarks = {
            line.listing_id.id: warnings[line.seller_sku]
            for line in self
            if line.seller_sku in warnings
        }
        self.listing_id._succeed(self.feed_id._flow, self, remarks)
        self._trigger_next_flow()

    def _close_with_error(self, message):
        """Close lines that the marketplace did not accept, all for one reason.

        :param str message: for the user
        """
        self._close_with_errors(dict.fromkeys(self._ids, message))

    def _close_with_errors(self, messages, state="error"):
        """Close lines that the marketplace did not accept.

        :param messages: line id -> text for the user
        :param str state: error, or excluded
        """
        if not self:
            return
        texts = [messages[id_] for id_ in self._ids]
        write_columns(self, {"state": state}, {"message": texts})
        reasons = {line.listing_id.id: messages[line.id] for line in self}
        self.listing_id._fail(self.feed_id._flow, reasons)

    def _close_unsent(self):
        """Close lines that were not accepted, and reset their listings to pending."""
        if self:
            self.write({"state": "cancelled"})
            self.listing_id._reset_to_pending(self.feed_id._flow)

    def _trigger_next_flow(self):
        if self.feed_id.flow == "create":
            self.feed_id.account_id._trigger_crons("image")


def _by_sku(messages):
    """Return the texts of messages by SKU, those without one under an empty SKU.

    :param messages: `seller_center.records.FeedMessage` records
    """
    texts = {}
    for message in messages:
        texts.setdefault(message.seller_sku, []).append(message.message)
    return {sku: "\n".join(parts) for sku, parts in texts.items()}
