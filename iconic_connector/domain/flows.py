"""The status flows of a listing, as one table.

Each row says which listings a flow picks, what it changes once its feed is stored,
and what the marketplace's answer changes per SKU. Fields that it does not name stay.

Source: product feeds spec, the "Status Flow" of each request. The picture change of a
published product is ours: the spec only knows the first pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALL = frozenset({"content", "price", "quantity", "images"})


@dataclass(frozen=True)
class Flow:
    """One kind of feed: which listings it picks, and how it changes their statuses.

    :param name: the name in `iconic.feed.flow` and in the cron's code
    :param label: the name a user reads
    :param action: the action of the API, SellerCenter's own word
    :param flag: the kind of change whose `_status` and `_error` this flow moves
    :param writes: the parts of the product that it changes at the marketplace
    :param picked: field -> values a listing must have to be picked
    :param sent: field -> value once the feed is stored
    :param success: field -> value when the marketplace accepted the SKU
    :param error: field -> value when it did not
    """

    name: str
    label: str
    action: str
    flag: str
    writes: frozenset[str]
    picked: Mapping[str, tuple[str, ...]]
    sent: Mapping[str, str]
    success: Mapping[str, str]
    error: Mapping[str, str]

    @property
    def status_field(self):
        """Return the listing's field for the state of this kind of change."""
        return f"{self.flag}_status"

    @property
    def error_field(self):
        """Return the listing's field for the error text of this flow."""
        return f"{self.flag}_error"

    @property
    def needs_pictures(self):
        """Tell whether the pictures of a product have to be ready for this flow.

        A product that cannot be shown is not even created.
        """
        return self.action in ("ProductCreate", "Image")

    @property
    def reset(self):
        """Return field -> value that undoes `sent` if the feed is not accepted."""
        return {field: self.picked[field][0] for field in self.sent}

    @property
    def domain(self):
        """Return the domain of listings that the flow picks."""
        domain = [(field, "in", values) for field, values in self.picked.items()]
        if self.status_field not in _LEAVING:
            domain += [(field, "not in", ("pending", "sent")) for field in _LEAVING]
        return domain


# While one of these is pending or sent, changes of price, quantity and content wait.
_LEAVING = ("end_status", "remove_status")

_PUBLISHED_ACTIVE = {"product_status": ("published",), "listing_status": ("active",)}
_PUBLISHED = {
    "product_status": ("published",),
    "listing_status": ("active", "inactive"),
}

_TABLE = (
    Flow(
        name="create",
        label="Create",
        action="ProductCreate",
        flag="content",
        writes=ALL,
        picked={
            "content_status": ("pending",),
            "listing_status": ("inactive",),
            "product_status": ("awaiting_creation", "removed"),
        },
        sent={"content_status": "sent"},
        success={
            "content_status": "pending",
            "listing_status": "inactive",
            "product_status": "created",
        },
        error={"content_status": "error"},
    ),
    Flow(
        name="image",
        label="First Images",
        action="Image",
        flag="content",
        writes=frozenset({"images"}),
        picked={
            "content_status": ("pending",),
            "listing_status": ("inactive",),
            "product_status": ("created",),
            # THE ICONIC makes the pictures of the others.
            "awaiting_pictures_since": (False,),
        },
        sent={"content_status": "sent", "product_status": "images_uploaded"},
        success={
            "content_status": "not_needed",
            "listing_status": "active",
            "product_status": "published",
        },
        error={"content_status": "error", "product_status": "created"},
    ),
    Flow(
        name="update",
        label="Update",
        action="ProductUpdate",
        flag="content",
        writes=frozenset({"content", "price", "quantity"}),
        picked={"content_status": ("pending",), **_PUBLISHED},
        sent={"content_status": "sent"},
        success={"content_status": "not_needed", "listing_status": "active"},
        error={"content_status": "error"},
    ),
    Flow(
        name="picture",
        label="Picture Change",
        action="Image",
        flag="image",
        writes=frozenset({"images"}),
        picked={"image_status": ("pending",), **_PUBLISHED},
        sent={"image_status": "sent"},
        success={"image_status": "not_needed"},
        error={"image_status": "error"},
    ),
    Flow(
        name="price",
        label="Price",
        action="ProductUpdate",
        flag="price",
        writes=frozenset({"price"}),
        picked={"price_status": ("pending",), **_PUBLISHED_ACTIVE},
        sent={"price_status": "sent"},
        success={"price_status": "not_needed"},
        error={"price_status": "error"},
    ),
    Flow(
        name="stock",
        label="Stock",
        action="ProductUpdate",
        flag="quantity",
        writes=frozenset({"quantity"}),
        picked={"quantity_status": ("pending",), **_PUBLISHED},
        sent={"quantity_status": "sent"},
        success={"quantity_status": "not_needed", "listing_status": "active"},
        error={"quantity_status": "error"},
    ),
    Flow(
        name="end",
        label="End",
        action="ProductUpdate",
        flag="end",
        writes=frozenset({"quantity"}),
        picked={"end_status": ("pending",), **_PUBLISHED_ACTIVE},
        sent={"end_status": "sent"},
        success={
            "end_status": "not_needed",
            "listing_status": "inactive",
            # An ended listing stays ended: no pending change may relist it.
            "content_status": "not_needed",
            "price_status": "not_needed",
            "quantity_status": "not_needed",
        },
        error={"end_status": "error"},
    ),
    Flow(
        name="remove",
        label="Remove",
        action="ProductRemove",
        flag="remove",
        writes=ALL,
        picked={"remove_status": ("pending",), **_PUBLISHED},
        sent={"remove_status": "sent"},
        success={
            "remove_status": "not_needed",
            "product_status": "removed",
            "listing_status": "inactive",
            "content_status": "not_needed",
            "price_status": "not_needed",
            "quantity_status": "not_needed",
            "image_status": "not_needed",
            "end_status": "not_needed",
        },
        error={"remove_status": "error"},
    ),
)

FLOWS = {flow.name: flow for flow in _TABLE}


def overlapping(flow):
    """Return the names of the flows that write any part that a flow writes.

    The marketplace may process two feeds in any order, so no two open feeds of a
    listing may write the same part.

    :param flow: a `Flow`
    """
    return [other.name for other in _TABLE if other.writes & flow.writes]


# What is forgotten about a product that is not listed any more: its prices, and its id
# at the marketplace, since it gets another one when it is created again.
FORGOTTEN = {
    "last_wanted_price": 0,
    "approved_price": 0,
    "next_comparison_at": False,
    "marketplace_product_id": False,
    "awaiting_pictures_since": False,
}
