"""REST v2: bearer tokens, one address per thing, JSON, problem documents.

It shares its state with the Action API: what is sent through one can be read through
the other.
"""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from ..action import envelope
from ..catalogue.products import product_number, set_number
from ..core import raw
from ..core.errors import ApiError
from ..core.fault_answers import cut_connection, fault_response, spoil_answer
from ..core.faults import AFTER, BEFORE
from ..core.http import RequestRecord, read_body, read_form
from ..core.poisons import poison
from ..core.times import rest_time

# The other modules are imported for the routes that they register.
from . import (  # noqa: F401
    auth,
    feeds,
    order_statuses,
    orders,
    product_sets,
    products,
    taxonomy,
    webhooks,
)
from .auth import Authenticator
from .calls import ROUTES, Problem, RestAnswer, RestCall, Route

PREFIXES = ("/v2/", "/oauth/", "/filemanager/")
MAINTENANCE = {
    "message": "The marketplace is being maintained",
    "caused_by": "maintenance_mode",
}
XML_TYPE = "text/xml; charset=utf-8"
JSON_TYPE = "application/json"


class RestApi:
    """Answers the REST calls of one marketplace."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self._authenticator = Authenticator(sandbox)

    @staticmethod
    def accepts(request):
        """Return whether a request is meant for this API.

        :param request: werkzeug request.
        """
        return request.path.startswith(PREFIXES)

    def respond(self, request):
        """Answer one call.

        :param request: werkzeug request.
        :return: werkzeug response.
        :raise ConnectionAbortedError: when the connection was cut on purpose.
        """
        route, arguments = self._find(request)
        body = read_body(request, self.sandbox.settings.max_body_bytes)
        call = self._call(request, route, body)
        record = self._log(request, call, body)
        self._delay(route.action)
        fault = self.sandbox.faults.trigger(BEFORE, route.action)
        if fault:
            response = self._answer_fault(fault, request, body, record, route)
        else:
            response = self._serve(request, call, body, arguments, record)
        record.status = response.status_code
        return response

    def _find(self, request):
        try:
            return _addresses().bind_to_environ(request.environ).match()
        except NotFound:
            return _unknown_endpoint(404, "There is no such endpoint"), {}
        except MethodNotAllowed:
            return _unknown_endpoint(405, f"{request.method} is not allowed here"), {}

    def _call(self, request, route, body):
        form, files = read_form(request, body or b"")
        return RestCall(
            self.sandbox,
            route,
            parameters=request.args,
            headers=request.headers,
            body=body or b"",
            form=form,
            files=files,
        )

    def _log(self, request, call, body):
        record = RequestRecord(
            at=self.sandbox.now(),
            method=request.method,
            action=call.route.action,
            user="",
            query=request.environ["QUERY_STRING"],
            headers=dict(request.headers),
            body=call.file or call.body,
            received=request.content_length or len(call.body),
            api="rest",
            path=request.path,
            ignored=call.ignored,
        )
        with self.sandbox.lock:
            self.sandbox.requests.append(record)
        return record

    def _delay(self, action):
        fault = self.sandbox.faults.trigger(("delay",), action)
        if fault:
            self.sandbox.closing.wait(fault["seconds"])

    def _answer_fault(self, fault, request, body, record, route):
        record.outcome = fault.kind
        if fault.kind == "cut_before":
            cut_connection(request)
        if fault.kind == "error":
            if route.envelope:
                return _refuse(route, ApiError.from_fault(fault))
            return Problem.from_fault(fault).response()
        response = fault_response(fault, request, body)
        if fault.kind == "status" and fault["code"] == 503 and fault["body"] is None:
            response.content_type = JSON_TYPE
            response.data = json.dumps(MAINTENANCE)
        return response

    def _serve(self, request, call, body, arguments, record):
        try:
            answer = self._answer(request, call, body, arguments, record)
        except Problem as problem:
            record.outcome = str(problem.status)
            return problem.response()
        except ApiError as error:
            record.outcome = error.label
            return _refuse(call.route, error)
        record.outcome = "accepted"
        fault = self.sandbox.faults.trigger(AFTER, call.route.action)
        if fault:
            record.outcome = fault.kind
            spoilt = spoil_answer(fault, request, self.sandbox.closing)
            if spoilt:
                return spoilt
        return _write(self._poisoned(answer, record))

    def _poisoned(self, answer, record):
        answer = answer if isinstance(answer, RestAnswer) else RestAnswer(answer)
        body, poisoned = poison(
            self.sandbox.faults, record.action, answer.body, self._numbers
        )
        if poisoned:
            record.outcome = "poison"
        return replace(answer, body=body)

    def _numbers(self, sku):
        """Return what stands for a product where its SKU does not."""
        with self.sandbox.lock:
            product = self.sandbox.products.get(sku)
            if not product:
                return {}
            return {
                "productId": product_number(self.sandbox, product),
                "productSetId": set_number(self.sandbox, product),
            }

    def _answer(self, request, call, body, arguments, record):
        """Authorise and execute a call while the marketplace is locked."""
        if body is None:
            raise Problem(413, "The request is too big")
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            if call.route.role is not None:
                application = self._authenticator.authenticate(request)
                call.user_id = record.user = application.user_id
                self._authenticator.authorize(application, request, body, call.route)
            return self._answer_page(call, arguments)

    def _answer_page(self, call, arguments):
        """Execute a call; the first page is answered if the offset is to be ignored."""
        offset = call.parameters.get("offset", "0")
        is_later = offset.isdecimal() and offset != "0"
        faults, action = self.sandbox.faults, call.route.action
        if not is_later or not faults.trigger(("same_page",), action):
            return call.route.handler(call, **arguments)
        call.parameters = MultiDict(call.parameters)
        call.parameters["offset"] = "0"
        answer = call.route.handler(call, **arguments)
        return {**answer, "pagination": {**answer["pagination"], "offset": int(offset)}}


@lru_cache(maxsize=1)
def _addresses():
    """Return the map of all routes, which takes its time to build."""
    rules = [Rule(one.path, endpoint=one, methods=[one.method]) for one in ROUTES]
    return Map(rules, strict_slashes=False, merge_slashes=False)


def _unknown_endpoint(status, detail):
    def refuse(call):
        raise Problem(status, detail)

    return Route("", "", refuse, "", "")


def _refuse(route, error):
    """Write an error of the Action API."""
    if route.envelope:
        node = envelope.failure(route.action, error)
        return Response(envelope.to_xml(node), content_type=XML_TYPE)
    remarks = [f"{one.field}: {one.message} {one.value}" for one in error.details]
    return Problem(400, ". ".join([error.message, *remarks])).response()


def _write(answer):
    content, kind = answer.body, answer.content_type
    if content is None:
        response = Response(status=answer.status)
        del response.headers["Content-Type"]
        return response
    if not isinstance(content, bytes):
        content = json.dumps(content, default=_plain, ensure_ascii=False).encode()
        content = raw.write_json(content)
    return Response(content, answer.status, content_type=kind or JSON_TYPE)


def _plain(value):
    if isinstance(value, datetime):
        return rest_time(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} cannot be written as JSON")
