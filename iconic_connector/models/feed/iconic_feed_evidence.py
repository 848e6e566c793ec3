from dataclasses import dataclass, field

from lxml import etree

from odoo import fields, models

from ... import const
from ...domain.moments import to_odoo_datetime, to_utc
from ...domain.price_curve import sale_price_left
from ...domain.texts import plain_text
from ...seller_center.const import (
    FEED_CANCELED,
    FEED_ERROR,
    FEED_FINISHED,
    FEED_QUEUED,
    IMAGE,
    PRODUCT_CREATE,
    PRODUCT_REMOVE,
    PRODUCT_UPDATE,
    STATUS_DELETED,
)
from ...seller_center.errors import Refused, SellerCenterError

# The flows whose errors are decided by whether the marketplace has the product.
EXISTENCE_FLOWS = ("create", "remove")


@dataclass
class Evidence:
    """What the marketplace has, of products that were asked for by their SKUs.

    :param products: SKU -> `seller_center.records.ListedProduct`
    :param asked: the SKUs that it has answered for
    :param error: the `SellerCenterError` that left others without an answer, or None
    :param final: whether it makes no sense to wait for another answer
    """

    products: dict = field(default_factory=dict)
    asked: set = field(default_factory=set)
    error: SellerCenterError | None = None
    final: bool = False

    def answers(self, sku):
        """Tell whether the marketplace has answered for a SKU."""
        return sku in self.asked

    def has(self, sku):
        """Tell whether the marketplace has a product."""
        product = self.products.get(sku)
        return product is not None and product.status != STATUS_DELETED

    def lacks(self, sku):
        """Tell whether the marketplace has answered that it has no such product."""
        return self.answers(sku) and not self.has(sku)


class IconicFeed(models.Model):
    """Reads products back where the result of a feed does not say what happened."""

    _inherit = "iconic.feed"

    def _read_back(self, client, answer):
        """Return which SKUs were applied, if the status of the feed leaves that open.

        It does after an error without a SKU, after more failures than named SKUs, and
        for a stuck feed.

        :param client: from `iconic.account._connect`
        :param answer: a `seller_center.records.Feed`
        :return: a set of SKUs; None if the status is sufficient
        """
        named = {message.seller_sku for message in answer.errors if message.seller_sku}
        anonymous = any(not message.seller_sku for message in answer.errors)
        doubtful = answer.status == FEED_FINISHED and (
            anonymous or answer.failed > len(named)
        )
        stuck = answer.status not in (FEED_FINISHED, FEED_ERROR, FEED_CANCELED) and (
            self._is_stuck() and answer.status != FEED_QUEUED
        )
        if not doubtful and not stuck:
            return None
        lines = self._open_lines()
        skus = [sku for sku in lines.mapped("seller_sku") if sku not in named]
        return self._find_applied_skus(client, skus)

    def _find_applied_skus(self, client, skus, recent=False):
        """Return the SKUs of this feed that the marketplace shows as sent.

        :param client: from `iconic.account._connect`
        :param skus: the SKUs to read
        :param bool recent: whether only changes since this feed was stored count
        """
        seen, hidden = set(), set()
        lines = {line.seller_sku: line for line in self.line_ids}
        for start in range(0, len(skus), const.READ_BACK_SIZE):
            some = skus[start : start + const.READ_BACK_SIZE]
            page = client.products(seller_skus=some, limit=const.READ_BACK_SIZE)
            seen.update(
                product.seller_sku
                for product in page.records
                if product.seller_sku in lines
                and self._shows_effect(product, lines[product.seller_sku], recent)
            )
            # What cannot be read may be any of those that are missing.
            if page.unreadable:
                hidden |= set(some) - {one.seller_sku for one in page.records}
        # A removal has been applied if the product is no longer there.
        return set(skus) - seen - hidden if self.action == PRODUCT_REMOVE else seen

    def _shows_effect(self, product, line, recent=False):
        """Tell whether a product at the marketplace shows the effect of this feed.

        The marketplace returns price and quantity, and whether there are pictures: any
        other change cannot be confirmed.

        :param product: a `seller_center.records.ListedProduct`
        :param line: the product's `iconic.feed.line`
        :param bool recent: as for `_find_applied_skus`
        """
        if product.status == STATUS_DELETED or line._has_unverifiable_changes():
            return False
        if recent and not (
            self._changed_since_stored(product) and line._has_values_of(product)
        ):
            return False
        if self.action == IMAGE:
            return bool(product.main_image or product.images)
        return self.action != PRODUCT_UPDATE or line._has_values_of(product)

    def _changed_since_stored(self, product):
        """Tell whether a product was created or changed since this feed was stored."""
        moments = filter(None, (product.created_at, product.updated_at))
        since = to_utc(self.create_date - const.RECOVERY_CLOCK_MARGIN)
        return any(moment >= since for moment in moments)

    def _gather_evidence(self, client, answer):
        """Read the products of which the marketplace's words decide nothing.

        An error of a creation may mean that the product is there already, one of a
        removal that it is gone already, and a warning anything: what is there decides
        (design, section 4).

        :param client: from `iconic.account._connect`
        :param answer: a `seller_center.records.Feed`
        :return: an `Evidence`
        """
        if answer.status != FEED_FINISHED:
            return Evidence()
        named = {one.seller_sku for one in answer.warnings}
        if self.flow in EXISTENCE_FLOWS:
            named |= {one.seller_sku for one in answer.errors}
        if not named:
            return Evidence()
        skus = [sku for sku in self._open_lines().mapped("seller_sku") if sku in named]
        return self._read_products(client, skus)

    def _evidence_on_refusal(self, client, error):
        """Read the products that a refusal names, if they may be there or gone already.

        :param client: from `iconic.account._connect`
        :param SellerCenterError error: what sending ended with
        :return: an `Evidence`
        """
        named = {detail.seller_sku for detail in error.details}
        if not isinstance(error, Refused) or self.flow not in EXISTENCE_FLOWS:
            return Evidence()
        skus = [sku for sku in self._open_lines().mapped("seller_sku") if sku in named]
        evidence = self._read_products(client, skus)
        # The refused document has no further result to wait for.
        evidence.final = True
        return evidence

    def _read_products(self, client, skus):
        """Read products by their SKUs; the first error ends that.

        :param client: from `iconic.account._connect`
        :return: an `Evidence`
        """
        evidence = Evidence(final=bool(self._is_stuck()))
        for start in range(0, len(skus), const.READ_BACK_SIZE):
            some = skus[start : start + const.READ_BACK_SIZE]
            try:
                page = client.products(seller_skus=some, limit=const.READ_BACK_SIZE)
            except SellerCenterError as error:
                evidence.error = error
                evidence.final = evidence.final or isinstance(error, Refused)
                return evidence
            found = {product.seller_sku: product for product in page.records}
            evidence.products |= found
            # What cannot be read may be any of those that are missing.
            evidence.asked |= found.keys() if page.unreadable else set(some)
        return evidence

    def _sent_texts(self):
        """Return SKU -> name and description that the document sends, maybe None."""
        if self._is_table():
            return {}
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(self._stored_payload(), parser)
        return {
            element.findtext("SellerSku"): (
                element.findtext("Name"),
                element.findtext("Description"),
            )
            for element in root
        }


class IconicFeedLine(models.Model):
    """Decides what has become of a product by what the marketplace has."""

    _inherit = "iconic.feed.line"

    doubtful_since = fields.Datetime(
        readonly=True,
        help="Since then the product has to be read, to know what became of it.",
    )

    def _has_unverifiable_changes(self):
        """Tell whether the line changes what the marketplace does not return."""
        if self.flow == "picture":
            return True
        listed = self.listing_id.content_digest
        return self.flow == "update" and self.content_digest != listed

    def _has_values_of(self, product):
        """Tell whether price and quantity, if sent, match those at the marketplace.

        :param product: a `seller_center.records.ListedProduct`
        """
        written = self.feed_id._flow.writes
        compare = self.feed_id.account_id.currency_id.compare_amounts
        if "quantity" in written and product.quantity not in (None, self.quantity):
            return False
        now, end = fields.Datetime.now(), to_odoo_datetime(product.sale_end)
        return "price" not in written or not (
            compare(float(product.price or 0), self.price)
            or compare(
                sale_price_left(product.sale_price, end, now),
                sale_price_left(self.sale_price, self.sale_end, now),
            )
        )

    def _verdict(self, has_error, has_warning, evidence):
        """Return what has become of the product.

        :param bool has_error: whether the result has an error about it
        :param bool has_warning: whether it has a warning
        :param evidence: the feed's `Evidence`
        :return: success; trusted (a success that could not be confirmed); there (it was
            there already); gone (it had gone already); waiting; error or excluded
        """
        if has_error:
            return self._verdict_on_error(evidence)
        if has_warning:
            return self._verdict_on_warning(evidence)
        return "success"

    def _verdict_on_error(self, evidence):
        sku = self.seller_sku
        if self.flow not in EXISTENCE_FLOWS:
            return "error"
        if self.flow == "create" and evidence.has(sku):
            return "there"
        if self.flow == "remove" and evidence.lacks(sku):
            return "gone"
        if evidence.error and not evidence.answers(sku) and not evidence.final:
            return "waiting"
        return "error"

    def _verdict_on_warning(self, evidence):
        """Return what became of a product with a warning, whatever its words say.

        What was read decides at once. What cannot be read waits, since an excluded
        product must not count as accepted; but the open line also keeps new prices and
        stock from a product on sale, and selling what is sold is worse than a change
        that was passed over. So such a line waits for an hour, and all others, which
        hold up nothing else, for a day (design, section 4).
        """
        effect = None
        if evidence.answers(self.seller_sku):
            effect = self._took_effect(evidence)
        if effect is None:
            return "trusted" if self._has_waited() else "waiting"
        return "success" if effect else "excluded"

    def _has_waited(self):
        """Tell whether the line has waited long enough for its product to be read."""
        on_sale = self.feed_id._flow.writes & {"price", "quantity"} and (
            self.flow not in EXISTENCE_FLOWS
        )
        patience = const.DOUBT_ON_SALE if on_sale else const.DOUBT
        since = self.doubtful_since
        return bool(since) and since <= fields.Datetime.now() - patience

    def _took_effect(self, evidence):
        """Tell whether the product shows what was sent; None if nothing shows that.

        :param evidence: the feed's `Evidence`, which answers for the product
        """
        feed, sku = self.feed_id, self.seller_sku
        if feed.action == PRODUCT_REMOVE:
            return evidence.lacks(sku)
        if not evidence.has(sku):
            return False
        product = evidence.products[sku]
        if feed.action == PRODUCT_CREATE:
            return True
        if feed.action == IMAGE:
            return bool(product.main_image or product.images)
        if "price" in feed._flow.writes and product.price is None:
            return None
        return self._has_values_of(product) and self._has_texts_of(product)

    def _has_texts_of(self, product):
        """Tell whether the name and the description that were sent are listed.

        What was not sent or is not returned says nothing.

        :param product: a `seller_center.records.ListedProduct`
        """
        if "content" not in self.feed_id._flow.writes:
            return True
        sent = self.feed_id._sent_texts().get(self.seller_sku, (None, None))
        listed = (product.name, product.description)
        return all(
            plain_text(ours) == plain_text(theirs)
            for ours, theirs in zip(sent, listed, strict=True)
            if ours and theirs
        )
