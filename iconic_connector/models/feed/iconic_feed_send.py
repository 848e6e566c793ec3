import base64
from collections import defaultdict
from datetime import timedelta
from functools import partial

from odoo import fields, models

from ... import const
from ...domain.moments import to_odoo_datetime
from ...seller_center.errors import (
    AccessRefused,
    NotAccepted,
    Refused,
    SellerCenterError,
    UnknownOutcome,
)
from ...transactions import commit_with_retry


class IconicFeed(models.Model):
    """Sends a stored feed and stores the outcome. Each outcome is committed."""

    _inherit = "iconic.feed"

    def _store_payload(self, document):
        """Store the document to send, byte by byte.

        :param bytes document: XML, or a table
        """
        self.payload = base64.b64encode(document)

    def _stored_payload(self):
        """Return the stored document, byte by byte."""
        payload = (
            self.with_context(bin_size=False).sudo().payload
        )  # crons run as superuser
        return base64.b64decode(payload or b"")

    def _send(self, client):
        """Send a feed that is committed as `sending`, and store the outcome.

        :param client: from `iconic.account._connect`
        """
        self.ensure_one()
        document = self._stored_payload()
        # No transaction stays open during the call.
        self.env["ir.cron"]._commit_progress()
        try:
            receipt = client.send_feed(
                self.action, document, quantity_only=self._flow.writes == {"quantity"}
            )
        except SellerCenterError as error:
            commit_with_retry(self.env, partial(self._note_failed_sending, error))
            self._report_to_account(error)
        else:
            self._store_accepted(
                receipt.feed_id, receipt.warnings, to_odoo_datetime(receipt.timestamp)
            )

    def _report_to_account(self, error=None):
        """Update the account's connection state after a call.

        In a transaction of its own: jobs compete for that row, and a conflict must not
        undo the result of the feed.

        :param error: the `SellerCenterError` of the call, None for success
        """
        account = self.account_id
        if error is None or isinstance(error, Refused):
            commit_with_retry(self.env, account._note_success)
        else:
            commit_with_retry(self.env, partial(account._note_failure, error))

    def _store_accepted(self, *receipt):
        """Store and commit first of all that the marketplace accepted the feed.

        :param receipt: as for `_note_accepted`
        """
        commit_with_retry(self.env, partial(self._note_accepted, *receipt))
        self._report_to_account()

    def _note_failed_sending(self, error):
        """Store the outcome of sending that ended with an error.

        :param SellerCenterError error: the error of the call
        """
        if isinstance(error, Refused):
            self._note_refused(error)
        elif isinstance(error, UnknownOutcome):
            self.message = str(error)
        elif isinstance(error, AccessRefused):
            self._close_unsent("refused", error)
        elif isinstance(error, NotAccepted):
            self._close_unsent("cancelled", error)

    def _note_accepted(self, external_id, warnings=(), submitted_at=None):
        """Store that the marketplace accepted the feed, and schedule the feed reader.

        :param str external_id: the feed's id at the marketplace
        :param warnings: `seller_center.records.FeedMessage` of the receipt
        :param submitted_at: the receipt's Timestamp (product feeds spec, Submitted
            Date), naive and in UTC; None if the answer did not give one
        """
        now = fields.Datetime.now()
        self.write(
            {
                "state": "processing",
                "external_id": external_id,
                "external_status": "Queued",
                "submitted_at": submitted_at or now,
                "sending_since": False,
                "next_poll_at": now + timedelta(seconds=const.POLL_DELAYS[0]),
                "message": "\n".join(warning.message for warning in warnings) or False,
            }
        )
        self._schedule_reading(self.next_poll_at)

    def _schedule_reading(self, moment):
        self.env.ref("iconic_connector.ir_cron_feed_reader")._trigger(moment)

    def _note_refused(self, error):
        """Store that the marketplace refused the document.

        A duplicate of a feed in process is adopted as that feed. Otherwise the SKUs
        that the answer names are in error and the others wait for the next feed; if it
        names none, all are in error.

        :param error: a `seller_center.errors.Refused`
        """
        if error.duplicate_of and not self._holder_of(error.duplicate_of):
            self._note_accepted(error.duplicate_of)
            return
        named = defaultdict(list)
        for detail in error.details:
            if detail.seller_sku:
                named[detail.seller_sku].append(_detail_text(detail))
        lines = self._open_lines()
        rejected = lines.filtered(lambda line: line.seller_sku in named) or lines
        for line in rejected:
            texts = named.get(line.seller_sku) or [error.joined]
            line._close_with_error("\n".join(texts))
        (lines - rejected)._close_unsent()
        self._finish("refused", error.joined)

    def _close_unsent(self, state, error):
        """Reset every listing to pending: the marketplace did not accept the feed.

        :param str state: refused or cancelled
        :param SellerCenterError error: the error of the call
        """
        self._open_lines()._close_unsent()
        self._finish(state, str(error))

    def _finish(self, state, message=False):
        """Set the final state of the feed.

        :param str state: done, refused, error or cancelled
        :param message: the message about the feed as a whole
        """
        self.write(
            {
                "state": state,
                "message": message or self.message,
                "sending_since": False,
                "next_poll_at": False,
                "completed_at": fields.Datetime.now(),
                "failed_count": len(
                    self.line_ids.filtered(
                        lambda line: line.state in ("error", "excluded")
                    )
                ),
            }
        )

    def _holder_of(self, external_id):
        """Return the other feed of this account with this external id, if any."""
        return self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("external_id", "=", external_id),
                ("id", "!=", self.id),
            ],
            limit=1,
        )


def _detail_text(detail):
    """Return the field and the message of an error detail as one text."""
    return f"{detail.field}: {detail.message}" if detail.field else detail.message
