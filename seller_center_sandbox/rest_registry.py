"""The routes that REST v2 has, each entered by its own function."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug.datastructures import Headers, MultiDict

from .rest_problems import Problem
from .state import PRODUCT_ROLE
from .times import parse_time

ROUTES = []


@dataclass(frozen=True)
class Route:
    """An address and what answers there.

    :param path: werkzeug rule.
    :param handler: function of a `RestCall` that gives data or a `RestAnswer`.
    :param action: the Action API's name of the same thing, for log and faults.
    :param role: the role a user needs, empty for any, None for calls without token.
    :param query: names of the query parameters, arrays with their `[]`.
    :param envelope: True if it refuses like the Action API, in an XML envelope.
    """

    method: str
    path: str
    handler: Callable
    action: str
    role: str | None
    query: tuple = ()
    envelope: bool = False


@dataclass
class RestAnswer:
    """What a route gives back when it is more than data with status 200.

    :param body: data for JSON, bytes as they are, None for no body.
    :param content_type: JSON without one.
    """

    body: object = None
    status: int = 200
    content_type: str | None = None


@dataclass
class RestCall:
    """One call, checked and allowed.

    :param user_id: whose token it brought, empty without one.
    :param parameters: query parameters, decoded.
    :param files: form files of a multipart body.
    :param form: other form fields.
    """

    sandbox: object
    route: Route
    user_id: str = ""
    parameters: MultiDict = field(default_factory=MultiDict)
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    form: MultiDict = field(default_factory=MultiDict)
    files: MultiDict = field(default_factory=MultiDict)

    @property
    def file(self):
        """Give the content of the file that came along, None without one."""
        for file in self.files.values():
            file.stream.seek(0)
            return file.stream.read()
        return None

    def check_names(self):
        """Refuse query parameters that the route does not know.

        :raise Problem: if there is one.
        """
        for name in self.parameters:
            if name not in self.route.query:
                raise Problem(400, f"{name} is no parameter of this endpoint")

    @property
    def json(self):
        """Give the body's JSON object.

        :raise Problem: if it is none.
        """
        data = self._json()
        if not isinstance(data, dict):
            raise Problem(400, "The body must be a JSON object")
        return data

    def text(self, name, *, required=False, choices=()):
        """Read a text.

        :param str name: of the parameter.
        :param choices: the words that are allowed, empty for any.
        :return: str, empty without the parameter.
        :raise Problem: if it is missing or none of the words.
        """
        value = self._single(name, required)
        if value and choices and value not in choices:
            raise Problem(400, f"{name}: {value!r} is not one of {', '.join(choices)}")
        return value

    def whole(self, name, *, required=False, default=None, low=0, high=None):
        """Read a whole number.

        :param str name: of the parameter.
        :return: int, `default` without the parameter.
        :raise Problem: if it is missing, none, or out of bounds.
        """
        text = self._single(name, required)
        if not text:
            return default
        number = _whole(name, text)
        if number < low or (high is not None and number > high):
            bounds = f"from {low}" if high is None else f"from {low} to {high}"
            raise Problem(400, f"{name}: {number} is not {bounds}")
        return number

    def flag(self, name):
        """Read a boolean.

        :param str name: of the parameter.
        :return: bool, None without the parameter.
        :raise Problem: if it is neither true nor false.
        """
        text = self.text(name, choices=("true", "false"))
        return None if not text else text == "true"

    def moment(self, name):
        """Read a time.

        :param str name: of the parameter.
        :return: aware datetime, None without the parameter.
        :raise Problem: if it is unreadable.
        """
        text = self._single(name, False)
        try:
            return parse_time(text, self.sandbox.zone) if text else None
        except ValueError as error:
            raise Problem(400, f"{name}: {text!r} is no time") from error

    def list(self, name, *, required=False, most=None, choices=()):
        """Read an array of texts, spelt `name[]=a&name[]=b`.

        :param str name: of the parameter, without the brackets.
        :param most: how many there may be, None for any number.
        :param choices: the words that are allowed, empty for any.
        :return: list of str without repetitions, None without the parameter.
        :raise Problem: if it is missing, too long or holds another word.
        """
        values = self.parameters.getlist(f"{name}[]")
        if not values and required:
            raise Problem(400, f"{name}[] is required")
        if most and len(values) > most:
            raise Problem(400, f"{name}[]: at most {most} values are allowed")
        for value in values:
            if choices and value not in choices:
                raise Problem(400, f"{name}[]: {value!r} is unknown")
        return [*dict.fromkeys(values)] if values else None

    def whole_list(self, name, *, required=False, most=None):
        """Read an array of whole numbers, spelt like those of `list`.

        :return: list of int, None without the parameter.
        :raise Problem: as `list` does, and if one is no number.
        """
        values = self.list(name, required=required, most=most)
        return None if values is None else [_whole(name, one) for one in values]

    def page(self, rows, *, high=None):
        """Give the page that `limit` and `offset` ask for, both required.

        :param list rows: all of them.
        :param high: largest limit, None for any.
        :return: data with `items` and `pagination`.
        :raise Problem: if one is missing or out of bounds.
        """
        limit = self.whole("limit", required=True, low=1, high=high)
        offset = self.whole("offset", required=True)
        pagination = {"limit": limit, "offset": offset, "totalCount": len(rows)}
        return {"items": rows[offset : offset + limit], "pagination": pagination}

    def _single(self, name, required):
        values = self.parameters.getlist(name)
        if len(values) > 1:
            raise Problem(400, f"{name} is given more than once")
        if required and not any(values):
            raise Problem(400, f"{name} is required")
        return values[0] if values else ""

    def _json(self):
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind.lower() != "application/json":
            raise Problem(400, "The body must be application/json")
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Problem(400, "The body is no JSON") from error


def route(
    method, path, *, action, role=PRODUCT_ROLE, query=(), paged=False, envelope=False
):
    """Enter a function under an address.

    :param str method: HTTP method.
    :param str path: werkzeug rule; its arguments become keyword arguments.
    :param str action: the Action API's name of the same thing.
    :param str role: the role a user needs, empty for any, None without a token.
    :param query: names of the query parameters; all others are refused.
    :param bool paged: True adds `limit` and `offset` to them.
    :param bool envelope: True if it refuses in the Action API's envelope.
    :return: decorator.
    """
    names = (*query, "limit", "offset") if paged else tuple(query)

    def enter(handler):
        ROUTES.append(Route(method, path, handler, action, role, names, envelope))
        return handler

    return enter


def _whole(name, text):
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Problem(400, f"{name}: {text!r} is no whole number")
    return int(text)
