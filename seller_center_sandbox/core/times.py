"""Times as the marketplace reads and writes them."""

import re
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc

# How REST writes a date that there is none of.
EMPTY_DATE = "-0001-11-30T00:00:00.000000+10:04"
# Seconds may be missing, the offset may not; `Z`, `+0000` and `+00:00` are the same.
_TIMESTAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII
)
_PARTS = re.compile(r"(\d{4}-\d{2}-\d{2}T[\d:]+)(\.\d+)?(Z|[+-][\d:]+)", re.ASCII)
_PLAIN = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)


def find_zone(name):
    """Return a time zone by its name.

    :param str name: for example `Australia/Sydney`.
    :return: tzinfo.
    :raise ZoneInfoNotFoundError: if this machine knows no such zone.
    """
    # A bare machine has no zone data, and UTC needs none.
    return UTC if name == "UTC" else ZoneInfo(name)


def parse_timestamp(text):
    """Read an ISO 8601 time with its offset.

    :param str text: for example `2015-07-01T11:11:11+00:00`.
    :return: aware datetime.
    :raise ValueError: if it is spelt differently.
    """
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(f"{text!r} is no time with an offset")
    # Python 3.10 reads neither `Z`, nor an offset without colon, nor odd fractions.
    text, fraction, offset = _PARTS.fullmatch(text).groups()
    hours = "+00:00" if offset == "Z" else f"{offset[:3]}:{offset[-2:]}"
    time = datetime.fromisoformat(text + hours)
    return time.replace(microsecond=int((fraction or ".0")[1:].ljust(6, "0")))


def parse_time(text, zone):
    """Read a time in a document or a filter.

    :param str text: a date, `YYYY-MM-DD HH:MM:SS`, the same with a `T`, or ISO 8601.
    :param zone: the shop's zone, which a time without offset is in.
    :return: aware datetime in UTC.
    :raise ValueError: if it is spelt differently.
    """
    if _PLAIN.fullmatch(text):
        time = datetime.fromisoformat(text).replace(tzinfo=zone)
    else:
        time = parse_timestamp(text)
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def head_time(time, zone):
    """Write a time for the head of an answer.

    :param time: aware datetime.
    :param zone: the shop's zone.
    :return: for example `2016-06-22T04:40:14+0200`.
    """
    return time.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def rest_time(time):
    """Write a time the way REST does.

    :param time: aware datetime.
    :return: for example `2016-06-22T02:40:14.000000Z`.
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body_time(time, zone):
    """Write a time for the body of an answer.

    :param time: aware datetime, or None.
    :param zone: the shop's zone, which the text does not mention.
    :return: `YYYY-MM-DD HH:MM:SS`, empty for None.
    """
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if time else ""


def is_within(at, after, before):
    """Return whether a time is in a window, its ends included.

    :param at: aware datetime.
    :param after: its beginning, None for none.
    :param before: its end, None for none.
    """
    return (not after or at >= after) and (not before or at <= before)
