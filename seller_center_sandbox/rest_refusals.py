"""Refusals of the order system, said the way REST does."""

import re
from contextlib import contextmanager

from .errors import ApiError
from .rest_problems import Problem

_CODE = re.compile(r"^E\d+: ")


@contextmanager
def refusals(status=422):
    """Turn the refusals of a block into problems; their codes stay behind.

    :param int status: HTTP status.
    :raise Problem: in place of an `ApiError`.
    """
    try:
        yield
    except ApiError as error:
        raise Problem(status, _CODE.sub("", error.message)) from error


def body_text(call, name, *, required=False, choices=(), data=None):
    """Read a text of a JSON body.

    :param call: `RestCall`.
    :param str name: of the field.
    :param choices: the words that are allowed, empty for any.
    :param data: the object that holds it, the whole body without one.
    :return: str, empty without the field.
    :raise Problem: if it is missing, no text, or none of the words.
    """
    value = (call.json if data is None else data).get(name)
    if required and value in (None, ""):
        raise Problem(400, f"{name} is required")
    if not isinstance(value, str | None):
        raise Problem(400, f"{name} must be a string")
    if value and choices and value not in choices:
        raise Problem(400, f"{name}: {value!r} is not one of {', '.join(choices)}")
    return value or ""


def body_ids(call, name, *, required=True):
    """Read a list of ids of a JSON body.

    :param call: `RestCall`.
    :param str name: of the field.
    :return: list of int.
    :raise Problem: if it is missing, empty, or holds something else.
    """
    values = call.json.get(name)
    if values is None and not required:
        return []
    if not isinstance(values, list) or (required and not values):
        raise Problem(400, f"{name} is a list with ids")
    for value in values:
        check_whole(name, value)
    return values


def check_whole(name, value):
    """Refuse what is no whole number.

    :param str name: of the field.
    :raise Problem: if the value is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise Problem(400, f"{name}: {value!r} is no whole number")


def check_body(call, names):
    """Refuse fields that an endpoint does not have.

    :param call: `RestCall`.
    :param names: the fields that it has.
    :raise Problem: if the body holds others.
    """
    unknown = sorted(set(call.json) - set(names))
    if unknown:
        raise Problem(400, f"The body has unknown fields: {', '.join(unknown)}")
