"""Reading of the query parameters that actions share."""

import json

from .errors import refusal
from .times import parse_time


def whole_number(parameters, name, default, code, *, low=0, high=None):
    """Read a number.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param int default: without the parameter.
    :param int code: of the refusal.
    :param int low: smallest value.
    :param high: largest value, None for any.
    :return: int.
    :raise ApiError: if it is none, or out of bounds.
    """
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise refusal(code, text)
    number = int(text)
    if number < low or (high is not None and number > high):
        raise refusal(code, text)
    return number


def moment(parameters, name, zone, code=17):
    """Read a time.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param zone: the zone of times without one.
    :param int code: of the refusal.
    :return: aware datetime, or None without the parameter.
    :raise ApiError: if it is unreadable.
    """
    text = parameters.get(name, "")
    if not text:
        return None
    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise refusal(code, text) from error


def text_list(parameters, name, code):
    """Read a JSON array of texts.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param int code: of the refusal.
    :return: list of str, or None without the parameter.
    :raise ApiError: if it is no such array.
    """
    text = parameters.get(name, "")
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError as error:
        raise refusal(code) from error
    if not isinstance(values, list) or not all(
        isinstance(value, str | int) for value in values
    ):
        raise refusal(code)
    return [str(value) for value in values]
