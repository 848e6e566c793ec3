"""HTTP requests: reading, logging and turning away those from other machines."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header


@dataclass
class RequestRecord:
    """One logged call of an API.

    :param action: the Action API's name of what was called, for both APIs.
    :param body: what came along; the file's content when it was a file.
    :param status: HTTP status of the answer, 0 when the connection was cut.
    :param received: bytes of the body as they came over the wire.
    :param outcome: `accepted`, the code of the error, or the fault that was applied.
    :param ignored: query parameters that mean nothing to REST.
    """

    at: datetime
    method: str
    action: str
    user: str
    query: str
    headers: dict
    body: bytes
    received: int
    status: int = 0
    outcome: str = ""
    api: str = "action"
    path: str = "/"
    ignored: tuple = ()


def read_body(request, limit):
    """Read the body up to a limit.

    :param request: werkzeug request.
    :param int limit: bytes.
    :return: bytes, or None if there are more than `limit`.
    """
    if (request.content_length or 0) > limit:
        return None
    body = request.stream.read(limit + 1)
    return None if len(body) > limit else body


def read_form(request, body):
    """Read the fields of a form, either way that forms are sent.

    :param request: werkzeug request.
    :param bytes body: its body.
    :return: fields and files, empty when the body is no form.
    """
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    _rest, fields, files = FormDataParser(silent=True).parse(
        BytesIO(body), kind, len(body), options
    )
    return fields, files


LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def refuse_foreign_requests(request):
    """Refuse requests from other machines and from pages of other sites.

    :param request: werkzeug request.
    :raise Forbidden: if it is one.
    """
    if not ipaddress.ip_address(request.remote_addr).is_loopback:
        raise Forbidden("Only this machine may do that")
    # A foreign name in Host or Origin means that a browser was led here.
    origin = request.headers.get("Origin")
    for url in (request.host_url, origin):
        if url and not _is_local(url):
            raise Forbidden("Another site's page may not do that")


def _is_local(url):
    host = urlsplit(url).hostname or ""
    return host in LOCAL_NAMES or host.startswith("127.")
