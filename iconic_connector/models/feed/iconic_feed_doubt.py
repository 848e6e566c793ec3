from datetime import timedelta
from functools import partial

from odoo import fields, models

from ... import const
from ...domain.moments import precise_now
from ...error_messages import describe
from ...seller_center.const import FEED_CANCELED, FEED_ERROR, FEED_FINISHED
from ...seller_center.errors import Refused, SellerCenterError, Unreadable
from ...seller_center.records import Feed
from ...transactions import commit_with_retry
from ..listing.iconic_listing_flow import listed_values


class IconicFeed(models.Model):
    """Follows feeds that were decided without a result of their own.

    The marketplace may process one that was given up hours later, behind newer ones.
    What its listings remember is then wrong, and a comparison with it would send
    nothing. So the feed is polled on, and its products are read each time: what they
    show replaces what is remembered (design, section 5).
    """

    _inherit = "iconic.feed"

    def _poll_doubtful(self, client):
        """Request the status of a doubtful feed, and store what its products show.

        :param client: from `iconic.account._connect`
        """
        self.ensure_one()
        commit_with_retry(self.env, self._postpone_doubtful)
        if not self.is_doubtful:
            return
        asked_at = precise_now()
        try:
            answer = self._late_status(client)
        except SellerCenterError as error:
            words = describe(self.env, error)
            commit_with_retry(self.env, partial(self.write, {"message": words}))
            self._report_to_account(error)
            return
        evidence = self._read_products(client, self.line_ids.mapped("seller_sku"))
        found = (answer, evidence, asked_at)
        commit_with_retry(self.env, partial(self._apply_doubtful, *found))
        self._report_to_account(evidence.error)

    def _postpone_doubtful(self):
        """Schedule the next poll; end them once the marketplace forgets the feed."""
        now = fields.Datetime.now()
        if (self.submitted_at or self.create_date) <= now - const.FEED_HISTORY:
            self.write({"is_doubtful": False, "next_poll_at": False})
            return
        hours = (now - (self.completed_at or now)).total_seconds() / 3600
        self.next_poll_at = self._next_doubtful_poll(hours)

    def _next_doubtful_poll(self, hours):
        """Return when to poll next.

        :param float hours: how long ago the feed was given up
        """
        later = 0
        for delay in const.GIVEN_UP_DELAYS:
            later += delay
            if later > hours:
                break
        return fields.Datetime.now() + timedelta(hours=delay)

    def _late_status(self, client):
        """Return the status of the feed as a `seller_center.records.Feed`.

        Nothing follows any more of one that was sent at once, and nothing tells of it.
        """
        if self.sent_at_once:
            return Feed("", FEED_FINISHED, self.action)
        try:
            return client.feed_status(self.external_id)
        except (Refused, Unreadable):
            return Feed(self.external_id, "Unknown", self.action)

    def _apply_doubtful(self, answer, evidence, asked_at):
        """Store what the products show, and end the doubt if nothing can follow.

        :param answer: a `seller_center.records.Feed`
        :param evidence: the `Evidence` about the products of all lines
        :param asked_at: when it was asked for, from `precise_now`
        """
        self.external_status = answer.status
        final = answer.status in (FEED_FINISHED, FEED_ERROR, FEED_CANCELED)
        lines = self._readable_lines(evidence, asked_at)
        for line in lines:
            line._believe(evidence, answer.status == FEED_FINISHED)
        lines.listing_id._compare_soon()
        if final and lines == self.line_ids:
            self.write({"is_doubtful": False, "next_poll_at": False})

    def _readable_lines(self, evidence, asked_at):
        """Return the lines whose products were read, with nothing on its way since.

        :param evidence: an `Evidence`
        :param asked_at: when it was asked for, from `precise_now`
        """
        listings = self.line_ids.listing_id._unmoved_since(asked_at)
        listings = listings.try_lock_for_update(allow_referencing=True)
        open_lines = self.env["iconic.feed.line"].search(
            [("listing_id", "in", listings.ids), ("state", "=", "open")]
        )
        lines = self.line_ids.filtered(
            lambda line: line.listing_id in listings - open_lines.listing_id
        )
        if self.sent_at_once:
            return lines.browse(line.id for line in lines._shown_quantities(evidence))
        return lines.filtered(lambda line: evidence.answers(line.seller_sku))


class IconicFeedLine(models.Model):
    """Has listings believe what the products of a doubtful feed show."""

    _inherit = "iconic.feed.line"

    def _believe(self, evidence, is_finished):
        """Store what the product shows in place of what the listing remembers.

        :param evidence: an `Evidence` that answers for the product
        :param bool is_finished: whether the feed has been processed in the end
        """
        if self._succeeded_late(evidence):
            flow = self.feed_id._flow
            self.listing_id[flow.status_field] = "sent"
            self._close_with_success({})
        listing, sku = self.listing_id, self.seller_sku
        if listing.product_status != "published" or not evidence.has(sku):
            return
        values = listed_values(evidence.products[sku])
        if evidence.products[sku].quantity is None:
            del values["listed_quantity"]
        if is_finished:
            # Older texts or pictures may be back, which cannot be told: send them.
            for name in ("content_digest", "image_digest"):
                if self[name] and self[name] != listing[name]:
                    values[name] = False
        listing.write(values)

    def _succeeded_late(self, evidence):
        """Tell whether a line in error shows its effect, and nobody has tried again.

        :param evidence: an `Evidence` that answers for the product
        """
        flow, listing = self.feed_id._flow, self.listing_id
        waits = all(
            listing[name] in values
            for name, values in flow.picked.items()
            if name != flow.status_field
        )
        if self.state != "error" or not waits:
            return False
        if listing[flow.status_field] != "error":
            return False
        if flow.name == "remove":
            return evidence.lacks(self.seller_sku)
        product = evidence.products.get(self.seller_sku)
        return bool(product) and self.feed_id._shows_effect(product, self)
