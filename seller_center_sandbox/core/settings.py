"""Credentials and settings: who may call, and how the marketplace behaves."""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from .const import (
    DEFAULT_API_KEY,
    DEFAULT_APPLICATION_ID,
    DEFAULT_APPLICATION_SECRET,
    DEFAULT_SHOP,
    DEFAULT_USER_ID,
    DEFAULT_VERSIONS,
    DOCUMENT_FORMATS,
    MAX_BODY_BYTES,
    ORDER_API_KEY,
    ORDER_APPLICATION_ID,
    ORDER_APPLICATION_SECRET,
    ORDER_USER_ID,
    SHOPS,
    SIGNED_ENDPOINTS,
    TOKEN_LIFETIME,
)
from .times import find_zone

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
    """Return the users that a marketplace starts with.

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
    """Return the OAuth applications that a marketplace starts with.

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


@dataclass(frozen=True)
class Token:
    """An access token.

    :param application_id: the application that it was issued to.
    """

    value: str
    application_id: str
    expires_at: datetime


class Tokens:
    """Issues access tokens and finds them again."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._tokens = {}

    def issue(self, application_id):
        """Issue a new token; earlier ones stay valid.

        :param str application_id: the application that asks.
        :return: `Token`.
        """
        lifetime = timedelta(seconds=self._sandbox.settings.token_lifetime)
        ends = self._sandbox.now() + lifetime
        token = Token(secrets.token_urlsafe(32), application_id, ends)
        self._tokens[token.value] = token
        return token

    def find(self, value):
        """Return the token with a value.

        :return: `Token`, or None when it is unknown, revoked or has ended.
        """
        token = self._tokens.get(value)
        return token if token and token.expires_at > self._sandbox.now() else None

    def clear(self):
        """Revoke all tokens."""
        self._tokens.clear()


@dataclass
class Settings:
    """What can be changed while the marketplace runs.

    :param versions: the values of Version that are understood.
    :param clock_offset: seconds by which the marketplace's clock is ahead.
    :param processing_delay: seconds from accepting a feed to its result.
    :param auto_process: False leaves feeds queued until they are started by hand.
    :param auto_review: False leaves quality reviews to a person.
    :param review_delay: seconds from publishing to the quality review.
    :param timezone: the zone of the times that carry none.
    :param max_body_bytes: largest request body.
    :param token_lifetime: lifetime of an access token in seconds.
    :param active_shop: id of the shop that the user has selected in Seller Center.
    :param calls_per_second: how many REST calls a user may make, 0 for any number.
    :param signed_endpoints: `METHOD /path` of the REST calls that must be signed.
    :param document_polls: how many requests for a document say that it is not ready.
    :param document_delay: seconds until a document is ready.
    :param document_format: `pdf` or `html`, of documents asked for without one.
    :param tracking_delay: seconds until a generated tracking number shows.
    :param mask_customers: hide the customers of all orders.
    :param direct_returns: parcels come back to the seller, who receives and approves
        them; False for a seller whose returns the marketplace handles.
    :param seller_rejects_returns: the seller may reject returns too, and need not ask
        the help desk for it.
    :param webhook_ids: include the ids of registrations when REST lists them; the
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
    direct_returns: bool = True
    seller_rejects_returns: bool = False
    webhook_ids: bool = False


class InvalidSetting(ValueError):
    """A setting is unknown, or has no such value."""


def change_settings(sandbox, values):
    """Change some settings.

    :param sandbox: `Sandbox`.
    :param dict values: setting -> value; all are checked before any is changed.
    :raise InvalidSetting: if one is unknown, or has no such value.
    """
    known = {one.name for one in fields(Settings)}
    typed = {}
    for name, value in values.items():
        if name not in known:
            raise InvalidSetting(f"There is no setting {name!r}")
        typed[name] = _typed(name, value)
    with sandbox.lock:
        for name, value in typed.items():
            setattr(sandbox.settings, name, value)
    sandbox.queue.wake()


def _typed(name, value):
    reader = {
        "versions": _versions,
        "clock_offset": float,
        "processing_delay": _seconds,
        "review_delay": _seconds,
        "timezone": _zone,
        "max_body_bytes": int,
        "auto_process": bool,
        "auto_review": bool,
        "token_lifetime": _seconds,
        "active_shop": _shop,
        "calls_per_second": _count,
        "signed_endpoints": _texts,
        "document_polls": int,
        "document_delay": _seconds,
        "document_format": _document_format,
        "tracking_delay": _seconds,
        "mask_customers": bool,
        "direct_returns": bool,
        "seller_rejects_returns": bool,
        "webhook_ids": bool,
    }[name]
    try:
        return reader(value)
    except (TypeError, ValueError) as error:
        raise InvalidSetting(f"{value!r} is no value for {name}") from error


def _versions(value):
    if not value:
        raise ValueError
    return _texts(value)


def _texts(value):
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(str(one) for one in value)


def _count(value):
    if int(value) < 0:
        raise ValueError
    return int(value)


def _shop(value):
    if int(value) not in SHOPS:
        raise ValueError
    return int(value)


def _seconds(value):
    seconds = float(value)
    if not 0 <= seconds < 1e6:
        raise ValueError
    return seconds


def _zone(value):
    try:
        find_zone(value)
    except ZoneInfoNotFoundError as error:
        raise ValueError from error
    return value


def _document_format(value):
    if value not in DOCUMENT_FORMATS:
        raise ValueError
    return value
