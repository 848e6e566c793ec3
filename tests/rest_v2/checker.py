"""Judging of REST v2 exchanges by the documentation alone.

`Checker` knows neither the connector nor the sandbox: it compares what went over the
wire with `endpoints.json` and says in words what does not fit.
"""

import re
from urllib.parse import parse_qsl

from rest_contents import JSON, Unreadable, media_type, read
from rest_facts import Facts
from rest_values import Values, from_text

TOKEN = "/oauth/client-credentials"
PROBLEM = "application/problem+json"
#: SellerCenter REST, Errors: what any call may end with, listed or not. Statuses from
#: 500 on are also given by what stands in front of the API.
ANY_CALL = (401, 403, 404, 429)
#: Those that come with a problem in JSON; others may have any body.
PROBLEMS = (400, 409, 422)


class Checker:
    """Compares requests and answers with what is documented."""

    def __init__(self, facts=None, complete=False):
        """Read the facts.

        :param facts: `rest_facts.Facts`; those beside this file.
        :param complete: True to complain also about fields that an answer leaves out
            although nothing says that they are required.
        """
        self.facts = facts or Facts()
        self.sent = Values(sent=True)
        self.received = Values(sent=False, complete=complete)
        self.enveloped = Values(sent=False)

    def check_request(self, method, path, query_string, headers, body):
        """Judge a request.

        :param path: as it was sent, percent-encoded.
        :param query_string: as it was sent, without its question mark.
        :param headers: dict or pairs.
        :param body: bytes.
        :return: list of complaints.
        """
        endpoints = self.facts.find(path)
        if not endpoints:
            return [f"{method} {path}: no such path"]
        if method not in endpoints:
            return [f"{method} {path}: the path knows only {', '.join(endpoints)}"]
        endpoint, arguments = endpoints[method]
        headers = _lower(headers)
        complaints = [
            *_check_authorization(path, headers),
            *self._check_texts(endpoint.path, arguments, "path argument"),
            *self._check_headers(endpoint.headers, headers),
            *self._check_query(endpoint.query, query_string),
            *self._check_body(endpoint.bodies, headers, body),
        ]
        return [f"{endpoint.name}: {one}" for one in complaints]

    def check_response(self, method, path, status, headers, body):
        """Judge the answer to a request.

        :param status: number.
        :param headers: dict or pairs.
        :param body: bytes.
        :return: list of complaints; none about an answer to an unknown request.
        """
        endpoint, _ = self.facts.find(path).get(method, (None, None))
        if endpoint is None:
            return []
        headers = _lower(headers)
        complaints = self._check_answer(endpoint, status, headers, body)
        return [f"{endpoint.name}: {status}: {one}" for one in complaints]

    def _check_answer(self, endpoint, status, headers, body):
        known = status in endpoint.statuses or status in ANY_CALL or status >= 500
        if not known:
            yield "the status is not documented"
        if status in endpoint.answers:
            contents = endpoint.answers[status]
            values = self.received if JSON in contents else self.enveloped
            yield from _check_content(values, contents, headers, body, "answer")
        elif status == 204 and body:
            yield "the answer is not empty"
        elif status in PROBLEMS and endpoint.template != TOKEN:
            yield from self._check_refusal(endpoint, status, headers, body)

    def _check_refusal(self, endpoint, status, headers, body):
        """Judge a refusal; where none is documented, a problem is expected.

        One that is documented without a body may be a problem too: no program reads it.
        """
        problem = self.facts.shapes["Problem"]
        shape = endpoint.refusals.get(status, problem)
        if shape is None and not body:
            return
        kinds = (PROBLEM, JSON) if shape in (None, problem) else (JSON,)
        contents = dict.fromkeys(kinds, shape or problem)
        yield from _check_content(self.enveloped, contents, headers, body, "refusal")

    def _check_body(self, bodies, headers, body):
        if bodies and not body:
            yield "the body is missing"
        elif bodies:
            yield from _check_content(self.sent, bodies, headers, body, "body")
        elif body:
            yield "a body is not expected"

    def _check_headers(self, fields, headers):
        known = {name.lower(): name for name in fields}
        given = {known[name]: one for name, one in headers.items() if name in known}
        return self._check_texts(fields, given, "header")

    def _check_query(self, fields, query_string):
        values = {}
        for name, text in parse_qsl(query_string, keep_blank_values=True):
            field = fields.get(name)
            if field is None:
                yield _unknown(fields, name)
            elif field.kind == "array":
                kind = field.items.kind
                values.setdefault(name, []).append(from_text(kind, text))
            elif name in values:
                yield f"parameter {name} is given twice"
            else:
                values[name] = from_text(field.kind, text)
        yield from self._check_named(fields, values, "parameter")

    def _check_texts(self, fields, texts, what):
        values = {
            name: from_text(fields[name].kind, one) for name, one in texts.items()
        }
        return self._check_named(fields, values, what)

    def _check_named(self, fields, values, what):
        for name, field in fields.items():
            if name in values:
                yield from self.sent.check(field, values[name], f"{what} {name}")
            elif field.required:
                yield f"{what} {name} is missing"


def _check_content(values, contents, headers, body, what):
    """Judge a body by what is documented for its media type."""
    kind = media_type(headers)
    if kind not in contents:
        yield f"the {what} is {kind or 'of no type'}, not {' or '.join(contents)}"
        return
    field = contents[kind]
    try:
        value = read(JSON if kind == PROBLEM else kind, field, headers, body)
    except Unreadable as error:
        yield f"the {what} {error}"
        return
    if not isinstance(value, bytes):
        yield from values.check(field, value, what)


def _check_authorization(path, headers):
    wanted = "Basic" if path == TOKEN else "Bearer"
    if not re.fullmatch(rf"{wanted} \S+", headers.get("authorization", "")):
        yield f"the Authorization is not {wanted}"


def _unknown(fields, name):
    bare = name.partition("[")[0]
    spelling = f"{bare}[]"
    if spelling in fields:
        return f"parameter {name} is an array and spelt {spelling}"
    return f"parameter {name} is unknown"


def _lower(headers):
    pairs = headers.items() if hasattr(headers, "items") else headers
    return {name.lower(): value for name, value in pairs}
