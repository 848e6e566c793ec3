"""The rules for the value of one attribute (SellerCenter: Get Category Attributes)."""

import re

from .taxonomy_attributes import DATE, NUMBER
from .times import parse_time

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def attribute_errors(attribute, value, now, zone):
    """Check a value against the definition of its attribute.

    :param attribute: `Attribute`.
    :param str value: as it was sent, empty for nothing.
    :param now: the marketplace's time.
    :param zone: the shop's zone, whose days count.
    :return: list of sentences.
    """
    name = attribute.feed_name
    if not value:
        return [f"Field {name} must not be empty"] if attribute.mandatory else []
    if attribute.choices:
        return [f"Field {name}: {error}" for error in _option_errors(attribute, value)]
    try:
        _check_value(attribute, value, now, zone)
    except ValueError as error:
        return [f"Field {name}: {error}"]
    return []


def check_number(text):
    """Check that a text is a number.

    :param str text: what was sent.
    :raise ValueError: if it is none, or is spelt otherwise than with a dot.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is not a number with a dot as decimal separator")


def read_time(text, zone):
    """Read a time, or refuse it in words.

    :param str text: what was sent.
    :param zone: the zone of times without one.
    :return: aware datetime in UTC.
    :raise ValueError: if it is none.
    """
    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date") from error


def _option_errors(attribute, value):
    parts = (
        [part.strip() for part in value.split(",")] if attribute.multiple else [value]
    )
    for part in parts:
        if part not in attribute.options:
            yield f"'{part}' is not one of the allowed values"


def _check_value(attribute, value, now, zone):
    if attribute.max_length and len(value) > attribute.max_length:
        raise ValueError(f"at most {attribute.max_length} characters are allowed")
    if attribute.content == NUMBER:
        check_number(value)
    if attribute.content == DATE:
        day = read_time(value, zone).astimezone(zone).date()
        if attribute.future and day < now.astimezone(zone).date():
            raise ValueError(f"'{value}' is in the past")
