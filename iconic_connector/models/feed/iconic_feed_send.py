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
    """Sending a stored feed, and the four kinds of outcome. Each ends with a commit."""

    _inherit = "iconic.feed"

    def _store_payload(self, document):
        """Store the exact bytes that are sent.

        :param bytes document: XML, or a table
        """
        self.payload = base64.b64encode(document)

    def _stored_payload(self):
        """Return the exact bytes that were stored."""
        payload = self.with_context(bin_size=False).sudo().payload  # superuser's crons
        return base64.b64decode(payload or b"")

    def _send(self, client):
        """Send a feed that is committed as `sending`, and note what came of it.

        :param client: what `iconic.account._connect` gives
        """
        self.ensure_one()
        document = self._stored_payload()
        # No transaction stays open while the marketplace thinks.
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
        """Note on the account how the marketplace treated a call.

        In a transaction of its own: jobs meet on that row, and what became of a feed
        must not be lost for it.

        :param error: the `SellerCenterError` it ended with, None for success
        """
        account = self.account_id
        if error is None or isinstance(error, Refused):
            commit_with_retry(self.env, account._note_success)
        else:
            commit_with_retry(self.env, partial(account._note_failure, error))

    def _store_accepted(self, *receipt):
        """Note and commit that the marketplace has the feed, first of all its id.

        :param receipt: as for `_note_accepted`
        """
        commit_with_retry(self.env, partial(self._note_accepted, *receipt))
        self._report_to_account()

    def _note_failed_sending(self, error):
        """Take in the error that sending ended with.

        :param SellerCenterError error: one of the tree in `seller_center.errors`
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
        """Note that the marketplace has the feed; the reader takes it from here.

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
        """Take in that the marketplace declined the document.

        A duplicate of a feed in process is that feed: it is adopted. Otherwise the
        SKUs that the answer names are in error and the others wait for the next feed;
        if it names none, all are in error (design: a feed's life, refused).
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
        """Put every listing back: the marketplace surely did not take the feed."""
        self._open_lines()._close_unsent()
        self._finish(state, str(error))

    def _finish(self, state, message=False):
        """End the feed's life.

        :param str state: done, refused, error or cancelled
        :param message: what is to be said about the feed as a whole
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
        """Return the feed of ours that already goes by this id, if any."""
        return self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("external_id", "=", external_id),
                ("id", "!=", self.id),
            ],
            limit=1,
        )


def _detail_text(detail):
    """Return field and message of an error detail as one text."""
    return f"{detail.field}: {detail.message}" if detail.field else detail.message
