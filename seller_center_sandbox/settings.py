"""Changing of settings while the marketplace runs."""

from dataclasses import fields
from zoneinfo import ZoneInfoNotFoundError

from .const import DOCUMENT_FORMATS, SHOPS
from .state import Settings
from .times import find_zone


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
