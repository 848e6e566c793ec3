"""REST v2: an OAuth application, tokens and JSON."""

from __future__ import annotations

from datetime import datetime

from .outcomes import server_time
from .rest_feeds import RestFeeds
from .rest_orders import RestOrders
from .rest_products import RestProducts
from .rest_taxonomy import RestTaxonomy


class RestApi(RestOrders, RestFeeds, RestProducts, RestTaxonomy):
    """A seller's account on one SellerCenter, by REST v2.

    The same methods and records as :class:`~.action_api.ActionApi`.
    """

    def probe(self) -> datetime | None:
        """Make a cheap call that needs address, key, role and shop to be right.

        :return: the marketplace's own time, None if it does not tell.
        """
        _count, reply = self._read("/v2/feeds/count")
        return server_time(None, reply.headers)
