"""Calls of the Action API: the actions that there are, and reading of parameters."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..core.errors import api_error
from ..core.settings import PRODUCT_ROLE
from ..core.times import parse_time

ACTIONS = {}


@dataclass(frozen=True)
class Action:
    """An action and how its answer is labelled.

    :param handler: function of a `Call` that gives an `Answer`.
    :param role: the role a user needs.
    :param response_type: ResponseType of the answer's head.
    """

    name: str
    handler: Callable
    role: str
    response_type: str


@dataclass
class Call:
    """One authorised call.

    :param parameters: query parameters, decoded.
    :param payload: body, unpacked.
    """

    sandbox: object
    action: str
    user_id: str
    parameters: dict
    payload: bytes = b""


@dataclass
class Answer:
    """What an action gives back.

    :param body: elements of the body.
    :param request_id: id of the feed that was made.
    :param total_count: size of the list that a page is from.
    """

    body: dict = field(default_factory=dict)
    request_id: str = ""
    total_count: int | None = None


def action(name, response_type="", role=PRODUCT_ROLE):
    """Register a function under the name of an action.

    :param str name: as in the query.
    :param str response_type: ResponseType of the answer's head.
    :param str role: the role a user needs, empty for any.
    :return: decorator.
    """

    def register(handler):
        ACTIONS[name] = Action(name, handler, role, response_type)
        return handler

    return register


def whole_number(parameters, name, default, code, *, low=0, high=None):
    """Read a number.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param int default: without the parameter.
    :param int code: of the error.
    :param int low: smallest value.
    :param high: largest value, None for any.
    :return: int.
    :raise ApiError: if it is none, or out of bounds.
    """
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise api_error(code, text)
    number = int(text)
    if number < low or (high is not None and number > high):
        raise api_error(code, text)
    return number


def read_time(parameters, name, zone, code=17):
    """Read a time.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param zone: the zone of times without one.
    :param int code: of the error.
    :return: aware datetime, or None without the parameter.
    :raise ApiError: if it is unreadable.
    """
    text = parameters.get(name, "")
    if not text:
        return None
    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise api_error(code, text) from error


_COMMA_LIST = re.compile(r"\d+(,\d+)*", re.ASCII)


def text_list(parameters, name, code, *, commas=False):
    """Read a JSON array of texts.

    :param dict parameters: the call's parameters.
    :param str name: of the parameter.
    :param int code: of the error.
    :param bool commas: True if numbers may also come with nothing but commas.
    :return: list of str, or None without the parameter.
    :raise ApiError: if it is no such array.
    """
    text = parameters.get(name, "")
    if not text:
        return None
    if commas and _COMMA_LIST.fullmatch(text):
        return text.split(",")
    try:
        values = json.loads(text)
    except ValueError as error:
        raise api_error(code) from error
    if not isinstance(values, list) or not all(
        isinstance(value, str | int) for value in values
    ):
        raise api_error(code)
    return [str(value) for value in values]


def required(call, name):
    """Return a parameter that must be there.

    :param call: `Call`.
    :param str name: of the parameter.
    :raise ApiError: without it.
    """
    value = call.parameters.get(name, "").strip()
    if not value:
        raise api_error(1, name)
    return value


def required_list(call, name, code, *, commas=False):
    """Return a list that must be there, with something in it.

    :param call: `Call`.
    :param str name: of the parameter.
    :param int code: of the error.
    :param bool commas: as `text_list` takes it.
    :raise ApiError: without it, or if it is no such list.
    """
    required(call, name)
    values = text_list(call.parameters, name, code, commas=commas)
    if not values:
        raise api_error(code, call.parameters[name])
    return values


def order_item_ids(call, code):
    """Return the order items that a call names, which may be a list with commas.

    :param call: `Call`.
    :param int code: of the error.
    :raise ApiError: without them.
    """
    return required_list(call, "OrderItemIds", code, commas=True)
