"""What faults answer in place of an API."""

import json
import re
import socket

from werkzeug.wrappers import Response

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

HTML_TYPE = "text/html; charset=utf-8"
JSON_TYPE = "application/json"
# Where the server finds the seconds between two bytes of the head of an answer.
DRIP = "sandbox.drip"
PROBLEM_TYPE = "application/problem+json"


def fault_response(fault, request, body):
    """Build what a fault answers in place of the API.

    :param fault: `Fault` of kind `status`, `refusal`, `html` or `garbage`.
    :param request: werkzeug request.
    :param bytes body: its body, None if it is too big.
    :return: werkzeug response.
    """
    if fault.kind == "refusal":
        return SHAPES[fault["shape"]](fault, request, body)
    if fault.kind == "garbage":
        content = fault["body"] if fault["body"] is not None else GARBAGE
        return Response(content, content_type="text/xml; charset=utf-8")
    code = fault["code"] if fault.kind == "status" else 200
    response = _page(code, fault["body"])
    if fault.kind == "status" and fault["retry_after"] is not None:
        response.headers["Retry-After"] = fault["retry_after"]
    return response


def cut_connection(request):
    """Close the connection of a request without an answer.

    :param request: werkzeug request.
    :raise ConnectionAbortedError: always; it ends the request without a traceback.
    """
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut on purpose")


def spoil_answer(fault, request, closing):
    """Spoil the answer to a call that was accepted.

    :param fault: `Fault` of kind `cut_after`, `hang_after`, `drip` or `status_after`.
    :param request: werkzeug request.
    :param closing: event that ends all waiting.
    :return: werkzeug response in place of the answer, None if it goes out.
    :raise ConnectionAbortedError: when the connection is cut.
    """
    if fault.kind == "status_after":
        return _page(fault["code"])
    if fault.kind == "cut_after":
        cut_connection(request)
    if fault.kind == "drip":
        request.environ[DRIP] = fault["seconds"]
    else:
        closing.wait(fault["seconds"])
    return None


def named_items(request, body):
    """Return the ids of the order items that a call names, over either API.

    :param request: werkzeug request.
    :param bytes body: its body, None if it is too big.
    :return: list of int, empty if there are none.
    """
    texts = [
        text
        for name in ("OrderItemId", "OrderItemIds", "orderItemIds[]")
        for text in request.args.getlist(name)
    ]
    texts += re.findall(r"/order-item/(\d+)", request.path)
    texts += map(str, _items_of_body(body))
    return [int(digits) for text in texts for digits in re.findall(r"\d+", text)]


def _items_of_body(body):
    try:
        data = json.loads(body or b"")
    except ValueError:
        return
    for name in ("orderItemId", "orderItemIds", "orderItems"):
        found = data.get(name, []) if isinstance(data, dict) else []
        for one in found if isinstance(found, list) else [found]:
            is_object = isinstance(one, dict)
            yield one.get("id", one.get("orderItemId")) if is_object else one


def _page(code, body=None):
    title = TITLES.get(code, "Please log in" if code == 200 else str(code))
    text = body if body is not None else HTML.format(title=title)
    return Response(text, code, content_type=HTML_TYPE)


def _nothing(fault, request, body):
    response = Response(status=fault["code"])
    del response.headers["Content-Type"]
    return response


def _json(build, content_type=JSON_TYPE):
    def answer(fault, request, body):
        text = json.dumps(build(fault, request, body), ensure_ascii=False)
        return Response(text, fault["code"], content_type=content_type)

    return answer


def _problem(fault, request, body):
    return {
        "type": "about:blank",
        "title": "Refused",
        "status": fault["code"],
        "detail": fault["message"],
    }


def _item_errors(fault, request, body):
    ids = named_items(request, body) or [1]
    return {"errors": [{"orderItemId": one, "detail": fault["message"]} for one in ids]}


def _violations(fault, request, body):
    return {
        "type": "https://symfony.com/errors/validation",
        "title": "Validation Failed",
        "detail": f"orderItemIds: {fault['message']}",
        "violations": [
            {
                "propertyPath": "orderItemIds",
                "title": fault["message"],
                "parameters": {"value": "[]", "type": "array"},
                "type": "urn:uuid:c1051bb4-d103-4f74-8988-acbcafc7fdc3",
            }
        ],
    }


# How a call may be refused (SellerCenter REST: three documented shapes, and most
# refusals without a body; the others are what stands in front of a marketplace).
SHAPES = {
    "no_body": _nothing,
    "html": lambda fault, request, body: _page(fault["code"]),
    "empty_list": _json(lambda fault, request, body: []),
    "error_word": _json(lambda fault, request, body: {"error": "x"}),
    "problem": _json(_problem, PROBLEM_TYPE),
    "item_errors": _json(_item_errors),
    "violations": _json(_violations),
    "message": _json(lambda fault, request, body: {"message": fault["message"]}),
}
