from typing import NamedTuple

from odoo import models

from ... import const
from ...seller_center.documents import DocumentError
from .iconic_listing_check import Problem

# Which part of a listing is compared for the flows that comparing starts.
COMPARED_PARTS = {"price": "price", "stock": "quantity", "picture": "image"}


class Batch(NamedTuple):
    """What a flow makes of some listings, before anything is written or sent.

    :param unchanged: the listings that are listed already as they would be sent
    :param problems: listing -> list of `Problem`, for those that cannot be sent
    :param listings: those in the document; what is in none of these goes later
    :param wanted: what `_wanted_for` gave for them
    :param document: the bytes, empty without listings
    :param lines: listing id -> values of `iconic.feed.line`
    """

    unchanged: models.Model
    problems: dict
    listings: models.Model
    wanted: dict
    document: bytes
    lines: dict


class IconicListing(models.Model):
    """How listings become a document: the same for sending and for showing it only."""

    _inherit = "iconic.listing"

    def _prepare_batch(self, flow):
        """Check the listings of one account and build the document of a flow.

        Nothing is written here.

        :param flow: a row of the table of flows
        :return: a `Batch`
        """
        unchanged = self._unchanged(flow)
        due = self - unchanged
        wanted = due._wanted_for(flow)
        found = due._check_flow(flow, wanted)
        problems = {listing: found[listing.id] for listing in due if found[listing.id]}
        passing = due.filtered(lambda one: one not in problems)
        # A ParentSku may be the SKU of a failing one: then it is another.
        return passing._fit_document(
            flow, None if problems else wanted, unchanged, problems
        )

    def _unchanged(self, flow):
        """Return which of these turned out to be listed already as Odoo wants.

        Only for changes that are noticed by comparing. What is ended is sent whatever
        it says, since that brings it back.
        """
        part = COMPARED_PARTS.get(flow.name)
        if not self or not part:
            return self.browse()
        active = self.filtered(lambda one: one.listing_status == "active")
        differing = active._differing(part)
        return active.filtered(lambda one: one.id not in differing)

    def _fit_document(self, flow, wanted, unchanged, problems):
        """Build the document of these listings, as far as they fit into one.

        A listing that no document can be made of joins the problems, and the others
        go on.

        :param wanted: what `_wanted_for` gave, None to ask for it again
        :param unchanged: as in `Batch`
        :param problems: as in `Batch`
        :return: a `Batch`
        """
        listings = self
        while listings:
            wanted = wanted or listings._wanted_for(flow)
            try:
                document, lines = listings._build_document(flow, wanted)
            except DocumentError as error:
                guilty = listings._guilty_of(error)
                fault = Problem(self.env._("Cannot be written"), str(error))
                problems = {**problems, **{listing: [fault] for listing in guilty}}
                listings -= guilty
                wanted = None
                continue
            if len(document) > const.MAX_DOCUMENT_SIZE and len(listings) > 1:
                listings = listings[: len(listings) // 2]
                wanted = None
                continue
            return Batch(unchanged, problems, listings, wanted, document, lines)
        return Batch(unchanged, problems, listings, {}, b"", {})

    def _guilty_of(self, error):
        """Return the listings that an error of the document is about: maybe all.

        :param error: a `seller_center.documents.DocumentError`
        """
        return self.filtered(lambda one: one.sku == error.seller_sku) or self
