"""The classic Action API: a user ID, an API key and one signed URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from . import answers, documents
from .action_orders import ActionOrders
from .calling import Client, iso, json_list, newest_first
from .const import (
    FALLBACK_VERSION,
    FEED_ACTIONS,
    MAX_BRANDS,
    MAX_QUALITY_STATES,
    VERSION,
)
from .envelope import Envelope
from .errors import AccessRefused, UnknownOutcome
from .outcomes import judge, server_time
from .records import Attribute, Brand, Category, Feed, FeedReceipt, Page
from .signature import canonical_query, sign
from .transport import Reply


class ActionApi(ActionOrders, Client):
    """A seller's account on one SellerCenter, by the Action API.

    Every attempt is signed anew with a fresh timestamp.

    :param version: the API version to ask for; `version` holds the one that worked.
    :param response_format: ``XML`` or ``JSON``.
    :param settings: those of every :class:`~.calling.Client`.
    """

    # Whether the list of feeds shows the ids of receipts, so that a feed can be found
    # by its document.
    finds_feeds_by_document = True
    # The actions whose documents are CSV; those of all others are XML.
    table_actions: tuple[str, ...] = ()
    remove_document = staticmethod(documents.remove_document)
    image_document = staticmethod(documents.image_document)

    def __init__(
        self,
        *args,
        user_id: str,
        api_key: str,
        version: str = VERSION,
        response_format: str = "XML",
        **settings,
    ):
        super().__init__(*args, **settings)
        self.version = version
        self._user_id = user_id
        self._api_key = api_key
        self._response_format = response_format

    def send_feed(
        self, action: str, payload: bytes, quantity_only: bool = False
    ) -> FeedReceipt:
        """Send a document, exactly once.

        :param action: one of `const.FEED_ACTIONS`.
        :param payload: the document, sent byte for byte.
        :param quantity_only: makes no difference to this API.
        :return: the feed's id, and the warnings that came with it.
        :raise UnknownOutcome: if the marketplace may have accepted the document.
        """
        if action not in FEED_ACTIONS:
            raise ValueError(f"{action} takes no document.")
        envelope, _reply = self._call("POST", action, {}, payload)
        receipt = answers.read_receipt(envelope)
        if not receipt.feed_id:
            raise UnknownOutcome(
                "The marketplace accepted the feed but did not say under which number."
            )
        return receipt

    def cancel_feed(self, feed_id: str) -> None:
        """Cancel a feed that is still queued; asked for exactly once."""
        self._call("POST", "FeedCancel", {"FeedID": feed_id})

    def feed_status(self, feed_id: str) -> Feed:
        """Return how far a feed is, with its errors and warnings."""
        envelope, _reply = self._read("FeedStatus", {"FeedID": feed_id})
        feed = answers.read_feed_detail(envelope.body, self._zone)
        if feed is None:
            raise UnknownOutcome(f"The marketplace says nothing about feed {feed_id}.")
        return feed

    def feeds(
        self,
        created_after: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Feed]:
        """Return a page of the feeds of the last 30 days, the newest of it first."""
        params = {"Offset": str(offset), "PageSize": str(limit)}
        if created_after is not None:
            params["CreationDate"] = iso(created_after)
        envelope, _reply = self._read("FeedOffsetList", params)
        return newest_first(answers.read_feeds(envelope.body, self._zone))

    def all_feeds(self) -> list[Feed]:
        """Return the feeds of the last 30 days, the newest first."""
        envelope, _reply = self._read("FeedList")
        return newest_first(answers.read_feeds(envelope.body, self._zone))

    def feed_count(self) -> dict[str, int]:
        """Return how many feeds there are by state, and the ``Total``."""
        envelope, _reply = self._read("FeedCount")
        return answers.read_feed_count(envelope.body)

    def feed_payloads(self, feed_ids: Iterable[str]) -> dict[str, bytes]:
        """Return the documents that feeds were made of, by feed id.

        :param feed_ids: a few at a time, since documents may be large.
        """
        envelope, _reply = self._read(
            "GetFeedRawInput", {"FeedIdList": json_list(feed_ids)}
        )
        return answers.read_payloads(envelope.body)

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
        params = {"Filter": filter, **_page(offset, limit, seller_skus)}
        if updated_after is not None:
            params["UpdatedAfter"] = iso(updated_after)
        envelope, _reply = self._read("GetProducts", params)
        return answers.read_products(envelope, offset, self._zone)

    def quality_states(
        self,
        offset: int = 0,
        limit: int = MAX_QUALITY_STATES,
        seller_skus: Iterable[str] = (),
    ) -> Page:
        """Return a page of :class:`~.records.QualityState`.

        :param seller_skus: only these, all if empty.
        """
        params = _page(offset, limit, seller_skus)
        envelope, _reply = self._read("GetQcStatus", params)
        return answers.read_quality_states(envelope, offset)

    def category_tree(self) -> tuple[Category, ...]:
        """Return the roots of the category tree."""
        envelope, _reply = self._read("GetCategoryTree")
        return answers.read_categories(envelope.body)

    def category_attributes(self, category_id: str) -> tuple[Attribute, ...]:
        """Return the attributes of products of a primary category."""
        envelope, _reply = self._read(
            "GetCategoryAttributes", {"PrimaryCategory": str(category_id)}
        )
        return answers.read_attributes(envelope.body)

    def set_attributes(
        self, attribute_set: str, category_id: str
    ) -> tuple[Attribute, ...]:
        """Return the attributes of a whole attribute set.

        :param attribute_set: makes no difference to this API.
        :param category_id: one of the set's categories.
        """
        return self.category_attributes(category_id)

    def brands(self) -> tuple[Brand, ...]:
        """Return the brands that the marketplace knows.

        Some shops answer in pages, and others all at once whatever is asked for: the
        end is where nothing new comes.
        """
        found: dict[str, Brand] = {}
        with self._one_deadline():
            while True:
                params = {"Limit": str(MAX_BRANDS), "Offset": str(len(found))}
                envelope, _reply = self._read("GetBrands", params)
                page = answers.read_brands(envelope.body)
                fresh = {brand.name: brand for brand in page if brand.name not in found}
                if not fresh:
                    return tuple(found.values())
                found.update(fresh)

    def probe(self) -> datetime | None:
        """Make a cheap call that needs address, key, role and clock to be right.

        :return: the marketplace's own time, None if it does not tell.
        """
        envelope, reply = self._read("FeedCount")
        return server_time(envelope, reply.headers)

    def _read(
        self, action: str, params: Mapping[str, str] | None = None
    ) -> tuple[Envelope, Reply]:
        """Ask, and ask again while that may help."""
        return self._again(
            lambda ends: self._call("GET", action, params or {}, ends=ends)
        )

    def _call(
        self,
        method: str,
        action: str,
        params: Mapping[str, str],
        body: bytes | None = None,
        ends: float | None = None,
    ) -> tuple[Envelope, Reply]:
        """Call once; if the version is refused (E002), once more with the older one.

        That refusal is a sure one, so that even a document may be sent again.
        """
        self._check_credentials()
        ends = self._ends() if ends is None else ends
        versions = dict.fromkeys((self.version, FALLBACK_VERSION))
        for version in versions:
            self._keep_pace()
            query = self._signed_query(action, params, version)
            reply = self._transport.send(
                method, query=query, body=body, content_type="text/xml", ends=ends
            )
            try:
                envelope = judge(reply, host=self._transport.host, now=self._clock())
            except AccessRefused as error:
                if error.cause == "version":
                    continue
                raise
            self.version = version
            return envelope, reply
        raise AccessRefused(
            f"The marketplace accepts none of the versions {', '.join(versions)} of "
            "its API.",
            cause="version",
        )

    def _signed_query(
        self, action: str, params: Mapping[str, str], version: str
    ) -> str:
        query = canonical_query(
            {
                **params,
                "Action": action,
                "Format": self._response_format,
                "Timestamp": iso(self._clock()),
                "UserID": self._user_id,
                "Version": version,
            }
        )
        return f"{query}&Signature={sign(query, self._api_key)}"

    def _check_credentials(self) -> None:
        if not self._user_id:
            raise AccessRefused("Fill in the user ID of the account.", cause="user")
        if not self._api_key:
            raise AccessRefused("Fill in the API key of the account.", cause="key")


def _page(offset: int, limit: int, seller_skus: Iterable[str]) -> dict[str, str]:
    params = {"Limit": str(limit), "Offset": str(offset)}
    seller_skus = list(seller_skus)
    if seller_skus:
        params["SkuSellerList"] = json_list(seller_skus)
    return params
