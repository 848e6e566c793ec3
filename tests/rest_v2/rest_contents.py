"""Reading of bodies: JSON, XML and forms, as values that can be compared."""

import json
from email import message_from_bytes
from urllib.parse import parse_qsl

from lxml import etree
from rest_values import from_text

JSON = "application/json"
XML = "text/xml"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Unreadable(ValueError):
    """A body is not what its Content-Type says."""


def media_type(headers):
    """Give the media type of a message without its parameters, in lower case.

    :param headers: dict with lower-case names.
    """
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def read(kind, field, headers, body):
    """Read a body.

    :param kind: media type that it is documented with.
    :param field: `rest_facts.Field` of what is in it.
    :param headers: dict with lower-case names.
    :return: the value.
    :raise Unreadable: when it cannot be read.
    """
    if kind == JSON:
        return _read_json(body)
    if kind == XML:
        return _read_xml(field, body)
    if kind == FORM:
        pairs = parse_qsl(_text(body), keep_blank_values=True)
        return _typed(field, pairs)
    if kind == MULTIPART:
        return _typed(field, _read_parts(headers, body))
    return body


def _read_json(body):
    try:
        return json.loads(_text(body), parse_constant=_refuse)
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"is no JSON: {error}") from error


def _refuse(name):
    raise ValueError(f"{name} is no number")


def _text(body):
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("is no UTF-8") from error


def _read_xml(field, body):
    try:
        root = etree.fromstring(body)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"is no XML: {error}") from error
    known = field.fields.get(root.tag)
    return {root.tag: _element(known, root) if known else None}


def _element(field, element):
    """Read an element as its field says: an object, a list's item, or a text.

    Whatever is in an element about which nothing is known stays unread, such as the
    attributes of a category in ProductData.
    """
    if field.kind != "object" or not field.fields:
        text = element.text or ""
        return {} if field.kind == "object" else from_text(field.kind, text.strip())
    found = {}
    for child in element.iterchildren(etree.Element):
        known = field.fields.get(child.tag)
        if known is None:
            found[child.tag] = child.text
        elif known.kind == "array":
            found.setdefault(child.tag, []).append(_element(known.items, child))
        elif known.kind == "string" or child.text or known.kind == "object":
            # A second one is a list where none is documented, and found out as one.
            value = _element(known, child)
            found[child.tag] = (
                [found[child.tag], value] if child.tag in found else value
            )
    return found


def _read_parts(headers, body):
    """Read the parts of a multipart form as names and texts; files stay texts."""
    head = f"Content-Type: {headers.get('content-type', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + body)
    if not message.is_multipart():
        raise Unreadable("has no parts")
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        if not name:
            raise Unreadable("has a part without a name")
        content = part.get_payload(decode=True).decode("utf-8", "replace")
        is_file = part.get_param("filename", header="content-disposition")
        yield name, _File(content) if is_file else content


class _File(str):
    """The text of an uploaded file."""


def _typed(field, pairs):
    """Give names and texts as an object, each text read as its field says."""
    values = {}
    for name, text in pairs:
        known = field.fields.get(name)
        is_binary = known is not None and known.limits.get("format") == "binary"
        if is_binary != isinstance(text, _File):
            raise Unreadable(f"has {name} as {'no' if is_binary else 'a'} file")
        if not text and is_binary:
            raise Unreadable(f"has an empty file {name}")
        if name in values:
            raise Unreadable(f"has {name} twice")
        values[name] = from_text(known.kind, text) if known else text
    return values
