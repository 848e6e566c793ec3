"""Moments in time, from Odoo's form to an aware one and back. Knows nothing of Odoo.

Odoo stores moments in UTC without a time zone; the marketplace's are aware.
"""

from __future__ import annotations

from datetime import datetime, timezone


def to_odoo_datetime(moment: datetime | None) -> datetime | bool:
    """Convert an aware moment to Odoo's form: naive, in UTC, in whole seconds.

    :return: False for None, as in an empty field
    """
    if moment is None:
        return False
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def to_utc(moment: datetime | bool | None) -> datetime | None:
    """Convert a moment that Odoo stores, naive and in UTC, to an aware one.

    :param moment: maybe None or False, as in an empty field
    :return: None for an empty field
    """
    return moment.replace(tzinfo=timezone.utc) if moment else None


def precise_now() -> datetime:
    """Return the present in Odoo's form, but with its fractions of a second.

    For telling which of two things that follow each other closely came first.
    """
    return datetime.now(timezone.utc).replace(tzinfo=None)
