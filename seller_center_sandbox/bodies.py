"""Reading of request bodies."""

from io import BytesIO

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header


def read_body(request, limit):
    """Read the body, but not endlessly.

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
