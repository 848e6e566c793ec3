"""What the marketplace remembers."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .const import (
    ACTIVE,
    DEFAULT_API_KEY,
    DEFAULT_APPLICATION_ID,
    DEFAULT_APPLICATION_SECRET,
    DEFAULT_SHOP,
    DEFAULT_USER_ID,
    DEFAULT_VERSIONS,
    DELETED,
    FINISHED,
    MAX_BODY_BYTES,
    ORDER_API_KEY,
    ORDER_APPLICATION_ID,
    ORDER_APPLICATION_SECRET,
    ORDER_USER_ID,
    PROCESSING,
    QC_APPROVED,
    QC_PENDING,
    QUEUED,
    SIGNED_ENDPOINTS,
    STOCK_UPDATE,
    TOKEN_LIFETIME,
)

PRODUCT_ROLE, ORDER_ROLE = "product", "order"


@dataclass(frozen=True)
class User:
    """A user of the seller's account.

    :param roles: the parts of the API that are open to this user.
    """

    user_id: str
    api_key: str
    roles: frozenset = frozenset((PRODUCT_ROLE, ORDER_ROLE))


def default_users(user_id=DEFAULT_USER_ID, api_key=DEFAULT_API_KEY):
    """Give the users that a marketplace starts with.

    :param str user_id: the user who may do everything.
    :param str api_key: that user's key.
    :return: dict of `User` by user id.
    """
    users = (
        User(user_id, api_key),
        User(ORDER_USER_ID, ORDER_API_KEY, frozenset((ORDER_ROLE,))),
    )
    return {user.user_id: user for user in users}


@dataclass(frozen=True)
class OAuthApplication:
    """An application that may ask for tokens of the user who registered it."""

    application_id: str
    secret: str
    user_id: str


def default_applications(
    user_id=DEFAULT_USER_ID,
    application_id=DEFAULT_APPLICATION_ID,
    secret=DEFAULT_APPLICATION_SECRET,
):
    """Give the OAuth applications that a marketplace starts with.

    :param str user_id: the user who may do everything.
    :param str application_id: id of that user's application.
    :param str secret: its secret.
    :return: dict of `OAuthApplication` by id.
    """
    applications = (
        OAuthApplication(application_id, secret, user_id),
        OAuthApplication(ORDER_APPLICATION_ID, ORDER_APPLICATION_SECRET, ORDER_USER_ID),
    )
    return {one.application_id: one for one in applications}


@dataclass
class Settings:
    """What can be changed while the marketplace runs.

    :param versions: the values of Version that are understood.
    :param clock_offset: seconds by which the marketplace's clock is ahead.
    :param processing_delay: seconds from accepting a feed to its result.
    :param auto_process: False leaves feeds queued until they are told to run.
    :param auto_review: False leaves quality reviews to a person.
    :param review_delay: seconds from publishing to the quality review.
    :param timezone: the zone of the times that carry none.
    :param max_body_bytes: largest request body.
    :param token_lifetime: seconds that an access token is good for.
    :param active_shop: id of the shop that the user has open in Seller Center.
    :param calls_per_second: how many REST calls a user may make, 0 for any number.
    :param signed_endpoints: `METHOD /path` of the REST calls that must be signed.
    :param document_polls: how often a document is asked for in vain.
    :param document_delay: seconds that a document takes.
    :param document_format: `pdf` or `html`, of documents asked for without one.
    :param tracking_delay: seconds until a generated tracking number shows.
    :param mask_customers: hide the customers of all orders.
    :param webhook_ids: tell the ids of registrations when REST lists them; the
        documentation has no place for them.
    """

    versions: tuple = DEFAULT_VERSIONS
    clock_offset: float = 0.0
    processing_delay: float = 0.0
    auto_process: bool = True
    auto_review: bool = True
    review_delay: float = 0.0
    timezone: str = "UTC"
    max_body_bytes: int = MAX_BODY_BYTES
    token_lifetime: float = TOKEN_LIFETIME
    active_shop: int = DEFAULT_SHOP
    calls_per_second: int = 0
    signed_endpoints: tuple = SIGNED_ENDPOINTS
    document_polls: int = 0
    document_delay: float = 0.0
    document_format: str = "pdf"
    tracking_delay: float = 0.0
    mask_customers: bool = False
    webhook_ids: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture that the marketplace fetched and kept a thumbnail of."""

    url: str
    checksum: str
    format: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Change:
    """One accepted change of a product.

    :param source: feed id, or the words for who else did it.
    :param values: dict of field -> (before, after), as text.
    """

    at: datetime
    source: str
    action: str
    values: dict


@dataclass
class Product:
    """One SKU of the seller."""

    seller_sku: str
    shop_sku: str
    created_at: datetime
    updated_at: datetime
    parent_sku: str = ""
    status: str = ACTIVE
    name: str = ""
    variation: str = ""
    primary_category: str = ""
    categories: tuple = ()
    browse_nodes: str = ""
    description: str = ""
    brand: str = ""
    price: Decimal | None = None
    sale_price: Decimal | None = None
    sale_start: datetime | None = None
    sale_end: datetime | None = None
    tax_class: str = ""
    shipment_type: str = ""
    product_id: str = ""
    condition: str = ""
    product_group: str = ""
    volumetric_weight: Decimal | None = None
    attributes: dict = field(default_factory=dict)
    quantity: int = 0
    reserved: int = 0
    images: tuple = ()
    qc_status: str = QC_PENDING
    qc_reason: str = ""
    qc_due: datetime | None = None
    data_changed: bool = False
    history: list = field(default_factory=list)

    @property
    def is_deleted(self):
        """Tell whether the seller removed it."""
        return self.status == DELETED

    @property
    def group(self):
        """Give the SKU that all variations of this product share."""
        return self.parent_sku or self.seller_sku

    @property
    def available(self):
        """Give what shoppers can still buy: the stock less what orders hold."""
        return self.quantity - self.reserved

    @property
    def is_published(self):
        """Tell whether the product page is up, sold out or not."""
        approved = self.qc_status == QC_APPROVED
        return self.status == ACTIVE and approved and bool(self.images)

    @property
    def is_live(self):
        """Tell whether shoppers can buy it."""
        return self.is_published and self.available > 0

    def sale_runs(self, now):
        """Tell whether a sale price is set that has not ended."""
        return self.sale_price is not None and self.sale_end > now


@dataclass(frozen=True)
class FeedError:
    """A remark of a processed feed; the SKU may be empty."""

    message: str
    seller_sku: str = ""


@dataclass
class Feed:
    """A document that was accepted and waits for, or has, its result."""

    action: str
    user_id: str
    payload: bytes
    checksum: str
    entries: tuple
    created_at: datetime
    updated_at: datetime
    due_at: float = 0.0
    start_at: float = 0.0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    number: int = 0
    status: str = QUEUED
    source: str = "api"
    mime_type: str = "text/xml"
    total: int = 0
    processed: int = 0
    failed: int = 0
    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    stuck: bool = False
    faults: dict = field(default_factory=dict)

    @property
    def basic_action(self):
        """Give the action whose rules and faults apply to it."""
        return "ProductUpdate" if self.action == STOCK_UPDATE else self.action

    @property
    def is_open(self):
        """Tell whether the result is still to come."""
        return self.status in (QUEUED, PROCESSING)

    @property
    def is_finished(self):
        """Tell whether it was processed to the end."""
        return self.status == FINISHED


@dataclass
class RequestRecord:
    """One call of an API, kept for whoever wants to know what was sent.

    :param action: the Action API's name of what was called, for both APIs.
    :param body: what came along; the file's content when it was a file.
    :param status: HTTP status of the answer, 0 when the connection was cut.
    :param received: bytes of the body as they came over the wire.
    :param outcome: `accepted`, the code of the refusal, or the fault that struck.
    """

    at: datetime
    method: str
    action: str
    user: str
    query: str
    headers: dict
    body: bytes
    received: int
    status: int = 0
    outcome: str = ""
    api: str = "action"
    path: str = "/"
