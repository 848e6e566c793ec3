"""Orders by REST v2."""

from __future__ import annotations


class RestOrders:
    """The calls of REST v2 that orders need."""
