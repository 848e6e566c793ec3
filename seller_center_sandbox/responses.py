"""Answers that are none: pages of proxies, garbage, and cut connections."""

import socket

from werkzeug.wrappers import Response

from .faults import Fault

GARBAGE = b"\x1f\x8b\x00<Succ\xff\xfe\x00essResp"
HTML = """<!DOCTYPE html>
<html><head><title>{title}</title></head>
<body><center><h1>{title}</h1></center><hr><center>gateway</center></body></html>
"""
TITLES = {
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}


def fault_response(fault: Fault):
    """Build what a fault answers in place of the API.

    :param fault: of kind `status`, `html` or `garbage`.
    :return: werkzeug response.
    """
    if fault.kind == "garbage":
        content = fault["body"] if fault["body"] is not None else GARBAGE
        return Response(content, content_type="text/xml; charset=utf-8")
    code = fault["code"] if fault.kind == "status" else 200
    title = TITLES.get(code, "Please log in" if code == 200 else str(code))
    body = fault["body"] if fault["body"] is not None else HTML.format(title=title)
    response = Response(body, code, content_type="text/html; charset=utf-8")
    if fault.kind == "status" and fault["retry_after"] is not None:
        response.headers["Retry-After"] = str(fault["retry_after"])
    return response


def cut(request):
    """Close the connection of a request without a word.

    :param request: werkzeug request.
    :raise ConnectionAbortedError: always; it ends the request silently.
    """
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut on purpose")
