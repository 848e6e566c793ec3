"""Speaks SellerCenter, the software behind THE ICONIC. Knows nothing of Odoo."""

from .action.api import ActionApi
from .errors import (
    USER_MESSAGES,
    AccessRefused,
    Maintenance,
    NoProgress,
    NotAccepted,
    NotOffered,
    NotReady,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)
from .rest.api import RestApi

__all__ = [
    "USER_MESSAGES",
    "AccessRefused",
    "ActionApi",
    "Maintenance",
    "NoProgress",
    "NotAccepted",
    "NotOffered",
    "NotReady",
    "Refused",
    "RestApi",
    "SellerCenterError",
    "Throttled",
    "UnknownOutcome",
    "Unreachable",
    "Unreadable",
]
