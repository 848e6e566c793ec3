"""Speaks SellerCenter, the software behind THE ICONIC. Knows nothing of Odoo."""

from .action_api import ActionApi
from .errors import (
    AccessRefused,
    Maintenance,
    NotAccepted,
    NotReady,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
)
from .rest_api import RestApi

__all__ = [
    "AccessRefused",
    "ActionApi",
    "Maintenance",
    "NotAccepted",
    "NotReady",
    "Refused",
    "RestApi",
    "SellerCenterError",
    "Throttled",
    "UnknownOutcome",
    "Unreachable",
]
