"""Calls of REST v2: the routes that there are, reading of requests, errors."""

import json
import re
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from werkzeug.datastructures import Headers, MultiDict
from werkzeug.wrappers import Response

from ..core.errors import ApiError
from ..core.settings import PRODUCT_ROLE
from ..core.times import parse_time

PROBLEM_TYPE = "application/problem+json"


class Problem(Exception):
    """A call is answered with a problem document."""

    def __init__(self, status, detail, title="", headers=None):
        """Store the parts of the answer.

        :param int status: HTTP status, repeated in the document.
        :param str detail: what is wrong.
        :param str title: kind of problem; without one the HTTP status phrase.
        :param dict headers: HTTP headers beside the usual ones.
        """
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title or HTTPStatus(status).phrase
        self.headers = headers or {}

    @classmethod
    def from_fault(cls, fault):
        """Build the problem that a fault of kind `error` asks for.

        :param fault: `Fault`; its code is one of the Action API's.
        :return: `Problem`.
        """
        status = {7: 401, 9: 403, 6: 500, 429: 429}.get(fault["code"], 422)
        return cls(status, fault["message"])

    def response(self):
        """Write the answer.

        :return: werkzeug response.
        """
        document = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        text = json.dumps(document, ensure_ascii=False)
        return Response(
            text, self.status, headers=self.headers, content_type=PROBLEM_TYPE
        )


class ItemProblem(Problem):
    """A call is answered with a sentence for each order item."""

    def __init__(self, status, detail, item_ids):
        """Store the parts of the answer.

        :param item_ids: the items that are refused.
        """
        super().__init__(status, detail)
        self.item_ids = item_ids

    def response(self):
        """Override to write one error for each item."""
        errors = [{"orderItemId": one, "detail": self.detail} for one in self.item_ids]
        text = json.dumps({"errors": errors}, ensure_ascii=False)
        return Response(text, self.status, content_type="application/json")


ROUTES = []


@dataclass(frozen=True)
class Route:
    """An address and what answers there.

    :param path: werkzeug rule.
    :param handler: function of a `RestCall` that gives data or a `RestAnswer`.
    :param action: the Action API's name of the same thing, for log and faults.
    :param role: the role a user needs, empty for any, None for calls without token.
    :param query: names of the query parameters, arrays with their `[]`.
    :param envelope: True if errors come in the Action API's XML envelope.
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
    """One authorised call.

    :param user_id: the user of the access token, empty without one.
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
        """Return the content of the file that came along, None without one."""
        for file in self.files.values():
            file.stream.seek(0)
            return file.stream.read()
        return None

    @property
    def ignored(self):
        """Return the query parameters that the route does not know.

        The marketplace passes over them without a word, so that a filter with a wrong
        name gives the whole list.
        """
        return tuple(name for name in self.parameters if name not in self.route.query)

    @property
    def json(self):
        """Return the body's JSON object.

        :raise Problem: if it is none.
        """
        data = self._json()
        if not isinstance(data, dict):
            raise Problem(400, "The body must be a JSON object")
        return data

    @property
    def json_list(self):
        """Return the body's JSON array.

        :raise Problem: if it is none.
        """
        data = self._json()
        if not isinstance(data, list):
            raise Problem(422, "The body must be a JSON array")
        return data

    def text(self, name, *, required=False, choices=()):
        """Read a text.

        :param str name: of the parameter.
        :param choices: the values that are allowed, empty for any.
        :return: str, empty without the parameter.
        :raise Problem: if it is missing or not allowed.
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

    def time(self, name):
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

    def day(self, name):
        """Read a date without a time.

        :param str name: of the parameter.
        :return: date, None without the parameter.
        :raise Problem: if it is spelt differently.
        """
        text = self._single(name, False)
        try:
            return datetime.strptime(text, "%Y-%m-%d").date() if text else None
        except ValueError as error:
            raise Problem(400, f"{name}: {text!r} is no date (Y-m-d)") from error

    def list(self, name, *, required=False, most=None, choices=()):
        """Read an array of texts, spelt `name[]=a&name[]=b`.

        :param str name: of the parameter, without the brackets.
        :param most: how many there may be, None for any number.
        :param choices: the values that are allowed, empty for any.
        :return: list of str without repetitions, None without the parameter.
        :raise Problem: if it is missing, too long or holds another value.
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
        """Return the page that `limit` and `offset` ask for, both required.

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
    """Register a function under an address.

    :param str method: HTTP method.
    :param str path: werkzeug rule; its arguments become keyword arguments.
    :param str action: the Action API's name of the same thing.
    :param str role: the role a user needs, empty for any, None without a token.
    :param query: names of the query parameters; all others are ignored.
    :param bool paged: True adds `limit` and `offset` to them.
    :param bool envelope: True if errors come in the Action API's XML envelope.
    :return: decorator.
    """
    names = (*query, "limit", "offset") if paged else tuple(query)

    def register(handler):
        ROUTES.append(Route(method, path, handler, action, role, names, envelope))
        return handler

    return register


def _whole(name, text):
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Problem(400, f"{name}: {text!r} is no whole number")
    return int(text)


_CODE = re.compile(r"^E\d+: ")


@contextmanager
def errors_as_problems(status=422):
    """Turn the errors_as_problems of a block into problems; their codes stay behind.

    :param int status: HTTP status.
    :raise Problem: in place of an `ApiError`.
    """
    try:
        yield
    except ApiError as error:
        raise Problem(status, _CODE.sub("", error.message)) from error


@contextmanager
def errors_of_items(item_ids):
    """Turn the errors of a block into sentences about order items.

    :param item_ids: the items that the call names; an error may name some of them.
    :raise ItemProblem: in place of an `ApiError`.
    """
    try:
        yield
    except ApiError as error:
        detail = _CODE.sub("", error.message)
        named = {int(digits) for digits in re.findall(r"\d+", detail)}
        refused = [one for one in item_ids if one in named]
        raise ItemProblem(422, detail, refused or item_ids) from error


def body_text(call, name, *, required=False, choices=(), data=None):
    """Read a text of a JSON body.

    :param call: `RestCall`.
    :param str name: of the field.
    :param choices: the values that are allowed, empty for any.
    :param data: the object that holds it, the whole body without one.
    :return: str, empty without the field.
    :raise Problem: if it is missing, no text, or not allowed.
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


_NAMESPACE = uuid.UUID("5d9a1c5e-6f0e-4b53-9a53-2a4e7f7c9c11")


def uuid_of(kind, key):
    """Return the UUID of a thing; it is always the same.

    :param str kind: what it is.
    :param key: what tells it from others of its kind.
    :return: str.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{kind} {key}"))
