import logging
from functools import partial

from lxml import etree

from odoo import fields, models

from ... import const
from ...domain.moments import to_utc
from ...error_messages import describe
from ...seller_center.const import (
    FEED_ACTIONS,
    PRODUCT_CREATE,
    PRODUCT_REMOVE,
    PRODUCT_STOCK_UPDATE,
    PRODUCT_UPDATE,
)
from ...seller_center.errors import (
    NotOffered,
    Refused,
    SellerCenterError,
    Unreadable,
)
from ...transactions import commit_with_retry
from ..account.iconic_account_feature import is_not_offered

_logger = logging.getLogger(__name__)
# Actions with another name at the marketplace.
SAME_ACTIONS = {PRODUCT_STOCK_UPDATE: PRODUCT_UPDATE}
# Actions that are refused if they are sent twice.
ONCE_ONLY = (PRODUCT_CREATE, PRODUCT_REMOVE)


class IconicFeed(models.Model):
    """Recovers feeds whose sender was stopped or received no answer.

    Nothing is sent again before the marketplace was asked for the document.
    """

    _inherit = "iconic.feed"

    def _recover(self, client):
        """Adopt the marketplace's feed with this document, or send the document again.

        :param client: from `iconic.account._connect`
        """
        self.ensure_one()
        if not commit_with_retry(self.env, self._renew_lease):
            return
        if self.sent_at_once:
            self._recover_at_once(client)
            return
        is_lost = not self._stored_payload()
        if is_lost and not self.call_begun:
            commit_with_retry(self.env, self._give_up_lost)
            return
        try:
            external_id = None if is_lost else self._find_accepted_feed(client)
            unknown = external_id is None
            applied = [] if external_id else self._applied_skus(client, unknown)
        except SellerCenterError as error:
            words = describe(self.env, error)
            commit_with_retry(self.env, partial(self.write, {"message": words}))
            self._report_to_account(error)
            return
        if external_id:
            _logger.info("Feed %s was accepted as %s", self.id, external_id)
            self._store_accepted(external_id)
            return
        if unknown:
            decide = partial(self._decide_by_products, applied, is_lost)
            commit_with_retry(self.env, decide)
            self._report_to_account()
            return
        commit_with_retry(self.env, partial(self._close_applied, applied))
        if self.state == "sending":
            self._send(client)

    def _renew_lease(self):
        """Claim the feed for this worker.

        :return: whether the claim succeeded
        """
        mine = self.try_lock_for_update(allow_referencing=True).filtered_domain(
            self._lease_expired_domain(self.account_id)
        )
        mine.sending_since = fields.Datetime.now()
        return bool(mine)

    def _find_accepted_feed(self, client):
        """Return the id of the marketplace's feed with this document.

        Feeds that are already stored as another feed are skipped. REST cannot search
        for documents; if the feed is still in process there, the marketplace refuses
        the second one as a duplicate and returns the id of the first.

        :param client: from `iconic.account._connect`
        :return: an id, an empty string if there is none, None if it cannot be told
        :raise SellerCenterError: if the marketplace does not answer
        """
        if not self._can_search(client):
            return ""
        feature = (self.account_id, "feed_search")
        Feature = self.env["iconic.account.feature"]
        try:
            found = self._search_accepted_feed(client)
        except SellerCenterError as error:
            if not is_not_offered(error):
                raise
            note, found = partial(Feature._switch_off, *feature, error), ""
        else:
            note = partial(Feature._switch_on, *feature)
        commit_with_retry(self.env, note)
        return found

    def _can_search(self, client):
        """Tell whether the marketplace can be asked for the document of this feed.

        :param client: from `iconic.account._connect`
        """
        offered = self.account_id._is_offered("feed_search")
        return client.finds_feeds_by_document and offered

    def _search_accepted_feed(self, client):
        """Return the id of the feed with this document, as `_find_accepted_feed` does.

        :param client: from `iconic.account._connect`
        :raise SellerCenterError: if the marketplace does not answer
        """
        document, hidden = _canonical(self._stored_payload()), False
        for feed in self._later_feeds(client):
            if feed and not self._may_be(feed):
                continue
            payload = feed and self._payload_of(client, feed.feed_id)
            if payload and _canonical(payload) == document:
                return feed.feed_id
            # One that cannot be read, or whose document is not shown, may be this one.
            hidden = hidden or not payload
        return None if hidden else ""

    def _may_be(self, feed):
        """Tell whether a feed of the marketplace may be this one.

        :param feed: a `seller_center.records.Feed`
        """
        action = SAME_ACTIONS.get(feed.action, feed.action)
        # An action that nobody knows may be ours, misspelt.
        is_other = action in FEED_ACTIONS and action != self.action
        return not is_other and not self._feed_with_external_id(feed.feed_id)

    def _payload_of(self, client, external_id):
        """Return the document of a feed of the marketplace, None if it is not shown.

        :param client: from `iconic.account._connect`
        :param str external_id: the id of the feed
        :raise SellerCenterError: if the marketplace does not answer, or never shows any
        """
        try:
            return client.feed_payloads([external_id]).get(external_id)
        except NotOffered:
            raise
        except (Refused, Unreadable):
            return None

    def _applied_skus(self, client, unknown):
        """Return the SKUs that the marketplace shows as sent by this feed.

        Only for APIs that cannot search for documents, and for actions that are
        refused if they are sent twice; or if documents cannot be compared.

        :param client: from `iconic.account._connect`
        :param bool unknown: whether they cannot be compared
        :raise SellerCenterError: if the marketplace does not answer
        """
        is_repeatable = self._can_search(client) or self.action not in ONCE_ONLY
        if is_repeatable and not unknown:
            return []
        skus = self._open_lines().mapped("seller_sku")
        # A product that existed before was not created by this feed.
        recent = self.action == PRODUCT_CREATE
        return self._find_applied_skus(client, skus, recent)

    def _close_applied(self, skus):
        """Close the lines of applied SKUs, and the feed if nothing can be sent again.

        :param skus: from `_applied_skus`
        """
        self._open_lines().filtered(
            lambda line: line.seller_sku in skus
        )._close_with_success({})
        if not self._open_lines():
            self._finish(
                "done",
                self.env._(
                    "No answer was received, but the products show that the feed was "
                    "accepted."
                ),
            )
        elif self._is_table() != self._is_table(self.account_id.api_type):
            self._open_lines()._close_unsent()
            self._finish(
                "cancelled",
                self.env._(
                    "The account now uses the other API, which needs another document. "
                    "The products are sent in a new feed."
                ),
            )

    def _decide_by_products(self, skus, is_lost):
        """Decide a feed that may have been sent, and that nothing else tells about.

        It can neither be found by its document nor be sent again. What is not seen at
        the marketplace is sent in a new feed, once this one is not in process any more.

        :param skus: from `_applied_skus`
        :param bool is_lost: whether our own document is lost
        """
        reason = self._why_unknown(is_lost)
        lines = self._lockable_lines()
        seen = lines.filtered(lambda line: line.seller_sku in skus)
        seen._close_with_success({})
        if self.create_date <= fields.Datetime.now() - const.FEED_STUCK_AFTER:
            (lines - seen)._close_unsent()
        if self._open_lines():
            self.message = self.env._(
                "%(reason)s It is asked for the products again and again. Those that "
                "it does not show within %(hours)d hours are sent in a new feed.",
                reason=reason,
                hours=const.FEED_STUCK_AFTER.total_seconds() // 3600,
            )
            return
        self._finish(
            "done" if len(seen) == len(lines) else "cancelled",
            self.env._(
                "%s The products were read back: those that it did not show are sent "
                "in a new feed.",
                reason,
            ),
        )
        self.account_id._trigger_crons(self.flow)

    def _why_unknown(self, is_lost):
        """Return why it cannot be told whether the marketplace has the document.

        :param bool is_lost: whether our own document is lost
        """
        if is_lost:
            return self.env._(
                "The document is lost: its file is missing or damaged. THE ICONIC may "
                "have received it."
            )
        return self.env._(
            "THE ICONIC does not show the documents of all feeds: it may have received "
            "this one."
        )

    def _later_feeds(self, client):
        """Yield all of the marketplace's feeds since this one was stored.

        A feed that is missed here would be sent twice: None stands for those that
        cannot be read, and for those that a repeated page hides.

        :param client: from `iconic.account._connect`
        """
        since = to_utc(self.create_date - const.RECOVERY_CLOCK_MARGIN)
        limit, seen, offset, new = const.RECOVERY_PAGE_SIZE, set(), 0, True
        while new:
            page = client.feeds(created_after=since, limit=limit, offset=offset)
            new = [feed for feed in page if feed.feed_id not in seen]
            yield from new
            if page.unreadable or (not new and len(page) == limit):
                yield None
            seen.update(feed.feed_id for feed in new)
            offset += len(page) + len(page.unreadable)


def _canonical(document):
    """Return the canonical form of a document, to compare it with another one.

    :param bytes document: XML; anything else is returned as it is
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_blank_text=True
    )
    try:
        return etree.tostring(etree.fromstring(document, parser), method="c14n")
    except etree.XMLSyntaxError:
        return document
