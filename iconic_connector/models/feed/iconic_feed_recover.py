import logging
from functools import partial

from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...seller_center.const import (
    PRODUCT_CREATE,
    PRODUCT_REMOVE,
    PRODUCT_STOCK_UPDATE,
    PRODUCT_UPDATE,
)
from ...seller_center.errors import SellerCenterError
from ...transactions import commit_with_retry
from .iconic_feed_send import aware

_logger = logging.getLogger(__name__)
# The marketplace's own names of what is one action here.
SAME_ACTIONS = {PRODUCT_STOCK_UPDATE: PRODUCT_UPDATE}
# Actions that are refused the second time for what went through the first time.
ONCE_ONLY = (PRODUCT_CREATE, PRODUCT_REMOVE)


class IconicFeed(models.Model):
    """Finding out what became of feeds whose sender died or got no answer.

    Never blind: the marketplace is asked first whether it has the document.
    """

    _inherit = "iconic.feed"

    @api.model
    def _lease_expired_domain(self, accounts):
        """Return the feeds in `sending` whose lease is over."""
        return Domain(
            [
                ("account_id", "in", accounts.ids),
                ("state", "=", "sending"),
                ("sending_since", "<=", fields.Datetime.now() - const.SENDING_LEASE),
            ]
        )

    def _recover(self, client):
        """Adopt the marketplace's feed with this document, or send the document again.

        :param client: what `iconic.account._connect` gives
        """
        self.ensure_one()
        if not self._renew_lease():
            return
        try:
            external_id = self._find_outside(client)
            arrived = [] if external_id else self._arrived_skus(client)
        except SellerCenterError as error:
            commit_with_retry(self.env, partial(self.write, {"message": str(error)}))
            self._report_to_account(error)
            return
        if external_id:
            _logger.info("Feed %s was accepted as %s", self.id, external_id)
            self._store_accepted(external_id)
            return
        commit_with_retry(self.env, partial(self._apply_arrived, arrived, client))
        if self.state == "sending":
            self._send(client)

    def _renew_lease(self):
        """Become the sender of a lost feed, and commit that.

        :return: whether nobody else was faster
        """
        return commit_with_retry(self.env, self._try_renew_lease)

    def _try_renew_lease(self):
        mine = self.try_lock_for_update(allow_referencing=True).filtered_domain(
            self._lease_expired_domain(self.account_id)
        )
        mine.sending_since = fields.Datetime.now()
        return bool(mine)

    def _find_outside(self, client):
        """Return the id of the marketplace's feed that carries this document.

        Feeds that belong to another feed of ours are left out. An API that does not
        show the documents of unknown feeds finds none; if this one is still in
        process, the marketplace refuses it as a duplicate and names it.

        :return: an id, or an empty string
        :raise SellerCenterError: if the marketplace cannot say
        """
        if not client.finds_feeds_by_document:
            return ""
        document = _canonical(self._stored_payload())
        for feed in self._later_feeds(client):
            action = SAME_ACTIONS.get(feed.action, feed.action)
            if action != self.action or self._holder_of(feed.feed_id):
                continue
            payload = client.feed_payloads([feed.feed_id]).get(feed.feed_id)
            if payload and _canonical(payload) == document:
                return feed.feed_id
        return ""

    def _arrived_skus(self, client):
        """Return the SKUs on which a lost feed has shown its effect meanwhile.

        Asked where the feed itself cannot be found, and where sending it again would
        be refused for what went through: for create and remove.

        :raise SellerCenterError: if the marketplace cannot say
        """
        if client.finds_feeds_by_document or self.action not in ONCE_ONLY:
            return []
        skus = self._open_lines().mapped("seller_sku")
        # A product that was there before is not what this feed created.
        return self._seen_outside(client, skus, recent=self.action == PRODUCT_CREATE)

    def _apply_arrived(self, skus, client):
        """Close the lines of products that arrived; what is left may be sent again.

        :param skus: as from `_arrived_skus`
        :param client: what `iconic.account._connect` gives
        """
        self._open_lines().filtered(
            lambda line: line.seller_sku in skus
        )._close_with_success({})
        if not self._open_lines():
            self._finish(
                "done",
                self.env._("No answer came; the products show that it was accepted."),
            )
        elif self._is_table() != self._is_table(self.account_id.api_type):
            self._open_lines()._close_unsent()
            self._finish(
                "cancelled",
                self.env._(
                    "The account connects in another way now, which takes other "
                    "documents: the products go in a new feed."
                ),
            )

    def _later_feeds(self, client):
        """Yield the marketplace's feeds since this one was stored, page by page.

        All of them: one that is overlooked would be sent twice.
        """
        since = aware(self.create_date - const.RECOVERY_CLOCK_MARGIN)
        seen = set()
        while page := client.feeds(
            created_after=since, limit=const.RECOVERY_PAGE_SIZE, offset=len(seen)
        ):
            known = len(seen)
            seen.update(feed.feed_id for feed in page)
            if len(seen) == known:
                return
            yield from page


def _canonical(document):
    """Return a document in a form that does not depend on how it was stored.

    :param bytes document: XML
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_blank_text=True
    )
    try:
        return etree.tostring(etree.fromstring(document, parser), method="c14n")
    except etree.XMLSyntaxError:
        return document
