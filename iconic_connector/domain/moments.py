"""Moments as Odoo stores them; without Odoo."""

from __future__ import annotations

from datetime import datetime, timezone


def to_odoo_datetime(moment: datetime | None) -> datetime | bool:
    """Return an aware moment as Odoo stores it: in UTC, without a zone.

    :return: False for none
    """
    if moment is None:
        return False
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
