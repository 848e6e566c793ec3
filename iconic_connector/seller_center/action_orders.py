"""Orders by the Action API."""

from __future__ import annotations


class ActionOrders:
    """The calls of the Action API that orders need."""
