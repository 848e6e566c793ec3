"""The one contract of both APIs: what they are asked, and what they answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime

from .records import (
    Document,
    DocumentTicket,
    Feed,
    FeedReceipt,
    Order,
    PackedItem,
    Page,
    Product,
    ProductImages,
    Records,
    WebhookEvent,
)


class SellerCenterApi(ABC):
    """A seller's account on one SellerCenter.

    What cannot be read of a list stands apart, so that the rest of it counts: it is the
    ``unreadable`` of :class:`~.records.Records` and :class:`~.records.Page`. A single
    record that cannot be read raises :class:`~.errors.Unreadable`.

    Every method raises a :class:`~.errors.SellerCenterError` if it does not succeed.
    Reading is repeated as the retry policy says. What changes something is sent exactly
    once, however it ends; whoever calls decides what an error means for it. What an
    API cannot do is refused with a sentence about what to do instead.

    ``finds_feeds_by_document`` tells whether the list of feeds shows the ids of
    receipts, so that a feed can be found by its document. ``table_actions`` are the
    actions whose documents are CSV; those of all others are XML.
    ``max_stock_rows`` is how many quantities `set_stock` takes, 0 if it takes none.
    ``finds_orders_by_number`` tells whether `orders` can look for numbers, and
    ``decides_returns`` whether returns can be received, approved and rejected.
    """

    finds_feeds_by_document: bool
    table_actions: tuple[str, ...]
    max_stock_rows: int
    finds_orders_by_number: bool
    decides_returns: bool

    @abstractmethod
    def probe(self) -> datetime | None:
        """Make a cheap call that needs address, credentials, role and clock right.

        :return: the marketplace's own time, None if it does not tell.
        """

    # Feeds

    @staticmethod
    @abstractmethod
    def remove_document(products: Iterable[Product]) -> bytes:
        """Build the document of ProductRemove: the SKUs alone.

        :raise DocumentError: for a SKU that cannot be written, or without products.
        """

    @staticmethod
    @abstractmethod
    def image_document(images: Iterable[ProductImages]) -> bytes:
        """Build the document of Image, the main picture first.

        :raise DocumentError: without a picture, or with more than are allowed.
        """

    @abstractmethod
    def send_feed(
        self, action: str, payload: bytes, quantity_only: bool = False
    ) -> FeedReceipt:
        """Send a document.

        :param action: one of `const.FEED_ACTIONS`.
        :param payload: the document, sent byte for byte.
        :param quantity_only: whether a ProductUpdate holds nothing but quantities.
        :return: the feed's id, and the warnings that came with it.
        :raise UnknownOutcome: if the marketplace may have accepted the document.
        """

    @abstractmethod
    def set_stock(self, payload: bytes) -> FeedReceipt:
        """Set the quantities of a few products at once, without a feed.

        :param payload: from `stock.stock_document`, sent byte for byte.
        :return: which products were ignored; all others have their quantity.
        :raise NotOffered: if the shop takes quantities in feeds alone.
        :raise UnknownOutcome: if any of the quantities may have been set.
        """

    @abstractmethod
    def cancel_feed(self, feed_id: str) -> None:
        """Cancel a feed that is still queued."""

    @abstractmethod
    def feed_status(self, feed_id: str) -> Feed:
        """Return how far a feed is, with its errors and warnings."""

    @abstractmethod
    def feeds(
        self,
        created_after: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Records:
        """Return a page of the feeds of the last 30 days, the newest of it first."""

    @abstractmethod
    def feed_payloads(self, feed_ids: Iterable[str]) -> dict[str, bytes]:
        """Return the documents that feeds were made of, by feed id.

        :param feed_ids: a few at a time, since documents may be large.
        """

    # Products

    @abstractmethod
    def products(
        self,
        offset: int = 0,
        limit: int = 100,
        filter: str = "all",
        seller_skus: Iterable[str] = (),
        updated_after: datetime | None = None,
    ) -> Page:
        """Return a page of :class:`~.records.ListedProduct`.

        :param filter: ``all``, ``live``, ``inactive``, ``deleted``, ``image-missing``,
            ``pending``, ``rejected`` or ``sold-out``.
        :param seller_skus: only these, all if empty.
        """

    @abstractmethod
    def product_ids(self, seller_skus: Iterable[str]) -> dict[str, str]:
        """Return the marketplace's ids of products by SKU, for `set_stock`.

        :return: without those that it does not have or tells apart from no other.
        """

    @abstractmethod
    def quality_states(
        self,
        offset: int = 0,
        limit: int = 100,
        seller_skus: Iterable[str] = (),
    ) -> Page:
        """Return a page of :class:`~.records.QualityState`.

        :param seller_skus: only these, all if empty.
        """

    # Taxonomy

    @abstractmethod
    def category_tree(self) -> Records:
        """Return the roots of the category tree."""

    @abstractmethod
    def category_attributes(self, category_id: str) -> Records:
        """Return the attributes of products of a primary category."""

    @abstractmethod
    def set_attributes(self, attribute_set: str, category_id: str) -> Records:
        """Return the attributes of a whole attribute set.

        :param category_id: one of the set's categories.
        """

    @abstractmethod
    def brands(self) -> Records:
        """Return the brands that the marketplace knows."""

    # Orders

    @abstractmethod
    def orders(
        self,
        updated_after: datetime | None = None,
        updated_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        status: str = "",
        numbers: Iterable[str] = (),
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """Return a page of :class:`~.records.Order`, the newest first.

        What changes while somebody pages moves to the front and pushes the rest back,
        so that orders may come twice but none is skipped.

        :param updated_before: leave it out while paging through changes: an order that
            leaves the window meanwhile would let others be skipped.
        :param status: only orders with items of this status, all if empty.
        :param numbers: only orders of these numbers, all if empty.
        """

    @abstractmethod
    def order(self, order_id: str) -> Order:
        """Return an order."""

    @abstractmethod
    def order_items(self, order_ids: Iterable[str]) -> Records:
        """Return the items of orders."""

    @abstractmethod
    def set_ready_to_ship(
        self,
        order_item_ids: Iterable[str],
        delivery_type: str,
        provider: str = "",
        tracking_number: str = "",
        package_id: str = "",
    ) -> tuple[PackedItem, ...]:
        """Tell that items of one order can be fetched.

        :param delivery_type: one of `const.DELIVERY_TYPES`.
        :param provider: the name of a shipment provider.
        :param tracking_number: empty only if the provider gives it itself.
        :param package_id: of items that are packed; some shops insist on it.
        """

    @abstractmethod
    def set_shipped(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Tell that items are on their way.

        :return: the ids of the items that were changed.
        """

    @abstractmethod
    def cancel_items(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Cancel items. The marketplace may cancel all of their packages.

        :param reason: the name of a failure reason of the type ``canceled``.
        :return: the ids of the items that were changed.
        """

    @abstractmethod
    def receive_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Tell that items have come back and wait to be looked at.

        :return: the ids of the items that were changed.
        """

    @abstractmethod
    def approve_return(self, order_item_ids: Iterable[str]) -> tuple[str, ...]:
        """Accept returned items that were looked at.

        :return: the ids of the items that were changed.
        """

    @abstractmethod
    def reject_return(
        self, order_item_ids: Iterable[str], reason: str, detail: str = ""
    ) -> tuple[str, ...]:
        """Reject returned items that were looked at.

        :param reason: the name of a failure reason of the type ``return_rejected``.
        :return: the ids of the items that were changed.
        """

    @abstractmethod
    def change_tracking(
        self, order_item_id: str, tracking_code: str, provider: str = ""
    ) -> None:
        """Change how an item that is ready to ship goes.

        :param provider: the name of a shipment provider, the same as before if empty.
        """

    @abstractmethod
    def set_invoice_number(self, order_item_id: str, invoice_number: str) -> None:
        """Tell the number of the invoice that an item is on."""

    @abstractmethod
    def ask_document(
        self, order_item_ids: Iterable[str], document_type: str, format: str = "pdf"
    ) -> DocumentTicket:
        """Ask for a document about items, to be fetched with the ticket.

        :raise NotReady: if it cannot be made yet, as a label just after the packing.
        """

    @abstractmethod
    def fetch_document(self, ticket: DocumentTicket) -> Document | None:
        """Return the document of a ticket, None if it is not ready yet.

        :raise Refused: if it cannot be had any more; ask for it anew.
        """

    @abstractmethod
    def shipment_providers(self) -> Records:
        """Return the carriers that parcels may be handed to."""

    @abstractmethod
    def failure_reasons(self) -> Records:
        """Return why items may be cancelled, fail or come back."""

    # Webhooks

    @abstractmethod
    def webhooks(self) -> Records:
        """Return the registered webhooks."""

    @abstractmethod
    def webhook_events(self) -> tuple[WebhookEvent, ...]:
        """Return what webhooks can be called for."""

    @abstractmethod
    def create_webhook(self, url: str, events: Iterable[str]) -> str:
        """Register a webhook.

        :param url: nobody must be able to guess it: calls carry no signature.
        :param events: aliases of events, as ``onOrderCreated``.
        :return: its id.
        :raise Refused: also if the address is registered already (E098).
        """

    @abstractmethod
    def delete_webhook(self, webhook_id: str) -> None:
        """End the registration of a webhook."""
