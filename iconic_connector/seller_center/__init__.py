"""Speaks SellerCenter, the software behind THE ICONIC. Knows nothing of Odoo."""

from .action_api import ActionApi
from .errors import (
    AccessRefused,
    Maintenance,
    NotAccepted,
    Refused,
    SellerCenterError,
    Throttled,
    UnknownOutcome,
    Unreachable,
)

__all__ = [
    "AccessRefused",
    "ActionApi",
    "Maintenance",
    "NotAccepted",
    "Refused",
    "SellerCenterError",
    "Throttled",
    "UnknownOutcome",
    "Unreachable",
]
