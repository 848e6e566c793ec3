import logging
from functools import partial

from odoo import api, fields, models

from ... import const
from ...error_messages import describe
from ...seller_center.errors import (
    NoProgress,
    Refused,
    UnknownOutcome,
    Unreadable,
)
from ...transactions import commit_with_retry

_logger = logging.getLogger(__name__)
#: The value of `iconic.account.feature.name`.
FEATURE = "stock_at_once"
# Errors of a read that say nothing about the next one.
ABOUT_ONE_READ = (Refused, Unreadable, NoProgress)


class IconicFeed(models.Model):
    """Sets few quantities at once, where the API can; many go in a feed.

    Such a feed is on record before it is sent, like any other. It has no external ID:
    its answer is the result (SellerCenter REST, Stock). If that is lost, the products
    are read back, and what they show decides (design, section 9).
    """

    _inherit = "iconic.feed"

    sent_at_once = fields.Boolean(
        string="Sent at Once",
        readonly=True,
        help="A few quantities, which THE ICONIC has set when it answers: nothing has "
        "to be polled, and there is no external ID.",
    )

    @api.model
    def _goes_at_once(self, flow, listings):
        """Tell whether these listings are sent at once: the one place that decides.

        :param flow: a row of `flows.FLOWS`
        :param listings: those of one document
        """
        if not self._may_go_at_once(flow, listings):
            return False
        ids = set(listings.mapped("marketplace_product_id"))
        # Two listings of one product could not be told apart in the answer.
        return all(ids) and len(ids) == len(listings)

    @api.model
    def _may_go_at_once(self, flow, listings):
        """Tell whether listings are sent at once if their product ids are known."""
        if flow.writes != {"quantity"} or not listings:
            return False
        account = listings.account_id
        return (
            len(listings) <= account._client_class.max_stock_rows
            and account._is_offered(FEATURE)
            and not self._failed_lately(account)
        )

    @api.model
    def _failed_lately(self, account):
        """Tell whether quantities have lately not been set at once, or nobody knows.

        They go in feeds for an hour then: an answer that is lost holds up its products
        until they are read back, and a feed tells why it refuses a product.
        """
        since = fields.Datetime.now() - const.AT_ONCE_PAUSE
        return bool(
            self.search_count(
                [
                    ("account_id", "=", account.id),
                    ("sent_at_once", "=", True),
                    ("call_begun", "=", True),
                    ("submitted_at", "=", False),
                    ("create_date", ">", since),
                ],
                limit=1,
            )
        )

    @api.model
    def _read_product_ids(self, client, flow, listings):
        """Ask for the product ids without which listings cannot be sent at once.

        If the marketplace does not tell them, the listings go in a feed.

        :param client: from `iconic.account._connect`
        :param flow: a row of `flows.FLOWS`
        :param listings: those of the next feed
        :return: a dict, SKU -> id
        """
        # Of more, nothing has to be read to know that.
        if flow.flag == "quantity" and len(listings) > client.max_stock_rows:
            return {}
        if not self._may_go_at_once(flow, listings):
            return {}
        unknown = listings.filtered(lambda one: not one.marketplace_product_id)
        if not unknown:
            return {}
        try:
            return client.product_ids(unknown.mapped("sku"))
        except (Refused, UnknownOutcome) as error:
            _logger.info("Product ids cannot be read: %s", error)
            return {}

    def _note_offer(self, error=None):
        """Store whether the marketplace sets quantities at once for this account.

        :param error: the `NotOffered` that says no, None if it did
        """
        Feature = self.env["iconic.account.feature"]
        if error is None:
            Feature._switch_on(self.account_id, FEATURE)
        else:
            Feature._switch_off(self.account_id, FEATURE, error)

    def _note_set(self, ignored):
        """Close a feed whose answer tells what became of each product.

        The id of an ignored product may be that of another one by now: it is read
        again.

        :param ignored: the ids of the products whose quantity was not set
        """
        lines = self._open_lines()
        failed = lines.filtered(lambda line: line.marketplace_product_id in ignored)
        (lines - failed)._close_with_success({})
        if failed:
            failed._close_with_error(
                self.env._(
                    "THE ICONIC ignored this quantity and did not say why. Look the "
                    "product up in Seller Center: it may have been removed there, or "
                    "THE ICONIC may keep its stock itself. Then press Retry."
                )
            )
            failed.listing_id.marketplace_product_id = False
        now = fields.Datetime.now()
        self.write({"submitted_at": now, "processed_count": len(lines)})
        self._finish("done")

    def _recover_at_once(self, client):
        """Read back which quantities were set, after the answer was lost.

        :param client: from `iconic.account._connect`
        """
        evidence = self._read_products(client, self._open_lines().mapped("seller_sku"))
        error = evidence.error
        if error and not isinstance(error, ABOUT_ONE_READ):
            words = describe(self.env, error)
            commit_with_retry(self.env, partial(self.write, {"message": words}))
            self._report_to_account(error)
            return
        commit_with_retry(self.env, partial(self._decide_by_quantities, evidence))
        self._report_to_account()

    def _decide_by_quantities(self, evidence):
        """Close every line by the quantity that its product shows.

        What was not set is sent with what Odoo wants by then, never the old value. So
        is what cannot be read, and it is read again later: the listing may remember a
        quantity that is not there any more.

        :param evidence: the `Evidence` about the open lines
        """
        lines = self._open_lines()
        shown = lines._shown_quantities(evidence)
        as_sent = lines.filtered(lambda line: shown.get(line) == line.quantity)
        as_sent._close_with_success({})
        for line in lines - as_sent:
            if line in shown:
                line.listing_id.listed_quantity = shown[line]
        (lines - as_sent)._close_unsent()
        self.is_doubtful = len(shown) < len(lines)
        self._finish(
            "done" if as_sent == lines else "cancelled",
            self.env._(
                "No answer was received, so the products were read back. The "
                "quantities that they did not show are sent in a new feed."
            ),
        )
        self.account_id._trigger_crons(self.flow)


class IconicFeedLine(models.Model):
    """Knows products by the marketplace's ids, where they were sent by them."""

    _inherit = "iconic.feed.line"

    marketplace_product_id = fields.Char(
        string="THE ICONIC's Product ID",
        readonly=True,
        help="By which the quantity was sent, if it was sent at once.",
    )

    def _shown_quantities(self, evidence):
        """Return the quantities that the marketplace shows.

        :param evidence: an `Evidence`
        :return: a dict, line -> quantity, without the lines whose product cannot be
            read: that it is missing proves nothing
        """
        found = {}
        for line in self.filtered(lambda one: evidence.has(one.seller_sku)):
            quantity = evidence.products[line.seller_sku].quantity
            if quantity is not None:
                found[line] = quantity
        return found
