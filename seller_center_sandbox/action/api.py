"""The classic Action API: one address, `?Action=`, signed queries, XML or JSON."""

# The other modules are imported for the actions that they register.
import gzip
import zlib
from io import BytesIO
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from ..core import const
from ..core.errors import ApiError, api_error
from ..core.fault_answers import cut_connection, fault_response, spoil_answer
from ..core.faults import AFTER, BEFORE
from ..core.http import RequestRecord, read_body
from ..core.poisons import poison
from ..core.times import head_time, parse_timestamp
from . import (  # noqa: F401
    catalogue,
    envelope,
    feeds,
    order_statuses,
    orders,
    signature,
    webhooks,
)
from .calls import ACTIONS, Call

COMMON_PARAMETERS = ("Action", "Timestamp", "UserID", "Version", "Signature")


class ActionApi:
    """Answers the calls of one marketplace."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    @staticmethod
    def accepts(request):
        """Return whether a request is meant for this API and not for a browser.

        :param request: werkzeug request.
        """
        named = any(name in request.args for name in COMMON_PARAMETERS)
        return request.path == "/" and (request.method == "POST" or named)

    def respond(self, request):
        """Answer one call.

        :param request: werkzeug request.
        :return: werkzeug response.
        :raise ConnectionAbortedError: when the connection was cut on purpose.
        """
        raw = request.environ["QUERY_STRING"]
        parameters = dict(parse_qsl(raw, keep_blank_values=True))
        body = read_body(request, self.sandbox.settings.max_body_bytes)
        record = self._log(request, raw, parameters, body)
        action = record.action
        self._delay(action)
        fault = self.sandbox.faults.trigger(BEFORE, action)
        if fault:
            response = self._answer_fault(fault, request, body, record, parameters)
        else:
            response = self._serve(request, raw, parameters, body, record)
        record.status = response.status_code
        return response

    def _log(self, request, raw, parameters, body):
        record = RequestRecord(
            at=self.sandbox.now(),
            method=request.method,
            action=parameters.get("Action", ""),
            user=parameters.get("UserID", ""),
            query=raw,
            headers=dict(request.headers),
            body=body or b"",
            received=request.content_length or len(body or b""),
        )
        with self.sandbox.lock:
            self.sandbox.requests.append(record)
        return record

    def _delay(self, action):
        fault = self.sandbox.faults.trigger(("delay",), action)
        if fault:
            self.sandbox.closing.wait(fault["seconds"])

    def _answer_fault(self, fault, request, body, record, parameters):
        record.outcome = fault.kind
        if fault.kind == "cut_before":
            cut_connection(request)
        if fault.kind == "error":
            error = ApiError.from_fault(fault)
            return self._write(envelope.failure(record.action, error), parameters)
        return fault_response(fault, request, body)

    def _serve(self, request, raw, parameters, body, record):
        try:
            answer = self._answer(request, raw, parameters, body)
        except ApiError as error:
            record.outcome = error.label
            return self._write(envelope.failure(record.action, error), parameters)
        record.outcome = "accepted"
        fault = self.sandbox.faults.trigger(AFTER, record.action)
        if fault:
            record.outcome = fault.kind
            spoilt = spoil_answer(fault, request, self.sandbox.closing)
            if spoilt:
                return spoilt
        head = self._head(record.action, answer, parameters)
        body, poisoned = poison(self.sandbox.faults, record.action, answer.body)
        if poisoned:
            record.outcome = "poison"
        return self._write(envelope.success(head, body), parameters)

    def _answer(self, request, raw, parameters, body):
        if body is None:
            raise api_error(11)
        action = self._check_call(raw, parameters)
        limit = self.sandbox.settings.max_body_bytes
        call = Call(
            self.sandbox,
            action.name,
            parameters["UserID"],
            self._paged(action.name, parameters),
            _unpack(body, request.headers.get("Content-Encoding", ""), limit),
        )
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            return action.handler(call)

    def _paged(self, action, parameters):
        """Forget the offset of a call whose list is to begin at its first page."""
        is_later = parameters.get("Offset", "0").strip("0").isdecimal()
        if is_later and self.sandbox.faults.trigger(("same_page",), action):
            return {**parameters, "Offset": "0"}
        return parameters

    def _check_call(self, raw, parameters):
        """Check the parts that all calls have, and return the action."""
        for name in COMMON_PARAMETERS:
            if not parameters.get(name):
                raise api_error(1, name)
        action = ACTIONS.get(parameters["Action"])
        if not action:
            raise api_error(8)
        if parameters["Version"] not in self.sandbox.settings.versions:
            raise api_error(2)
        if parameters.get("Format", "XML").upper() not in ("XML", "JSON"):
            raise api_error(5)
        self._check_time(parameters["Timestamp"])
        user = self.sandbox.users.get(parameters["UserID"])
        if not user or not signature.is_valid(raw, user.api_key):
            raise api_error(7)
        if action.role and action.role not in user.roles:
            raise api_error(9)
        return action

    def _check_time(self, text):
        try:
            sent_at = parse_timestamp(text)
        except ValueError as error:
            raise api_error(4) from error
        if abs(self.sandbox.now() - sent_at) > const.CLOCK_TOLERANCE:
            raise api_error(3)

    def _head(self, action, answer, parameters):
        own = {
            name: value
            for name, value in parameters.items()
            if name not in (*COMMON_PARAMETERS, "Format") and name.isidentifier()
        }
        head = {
            "RequestId": answer.request_id,
            "RequestAction": action,
            "ResponseType": ACTIONS[action].response_type,
            "Timestamp": head_time(self.sandbox.now(), self.sandbox.zone),
        }
        if answer.total_count is not None:
            head["TotalCount"] = answer.total_count
        return {**head, "RequestParameters": own} if own else head

    @staticmethod
    def _write(node, parameters):
        if parameters.get("Format", "").upper() == "JSON":
            content = envelope.to_json(node)
            return Response(content, content_type="application/json; charset=utf-8")
        return Response(envelope.to_xml(node), content_type="text/xml; charset=utf-8")


def _unpack(body, encoding, limit):
    if encoding.lower() != "gzip":
        return body
    try:
        with gzip.open(BytesIO(body)) as packed:
            unpacked = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise api_error(5) from error
    if len(unpacked) > limit:
        raise api_error(11)
    return unpacked
