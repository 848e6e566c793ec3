"""Answers of the Action API, as XML and as the JSON made mechanically from it.

A node is a dict of element names. A list repeats its element, None is an empty one.
The JSON has the quirks that come from converting XML without a schema: one child is
an object and not a list, nothing is `""`, every scalar is a string.
"""

import json
import re

from lxml import etree

from ..core import raw

# Characters that XML 1.0 cannot hold; they can arrive in the query string.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def success(head, body=None):
    """Wrap the answer to an accepted call.

    :param dict head: head elements.
    :param dict body: body elements.
    :return: node with the root element.
    """
    return {"SuccessResponse": {"Head": head, "Body": body}}


def failure(action, error):
    """Wrap an error.

    :param str action: name of the action as it was asked for.
    :param error: `ApiError`.
    :return: node with the root element.
    """
    head = {
        "RequestAction": action,
        "ErrorType": error.error_type,
        "ErrorCode": error.code,
        "ErrorMessage": error.message,
    }
    details = [detail.as_node() for detail in error.details]
    return {"ErrorResponse": {"Head": head, "Body": {"ErrorDetail": details}}}


def to_xml(node):
    """Write an answer as XML.

    :param dict node: one root element.
    :return: UTF-8 bytes with an XML declaration.
    """
    ((name, value),) = node.items()
    root = etree.Element(name)
    _fill(root, value)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return raw.write_xml(content)


def to_json(node):
    """Write an answer as JSON.

    :param dict node: one root element.
    :return: UTF-8 bytes.
    """
    content = json.dumps(_simplify(node), ensure_ascii=False).encode()
    return raw.write_json(content, from_xml=True)


def text(value):
    """Write a scalar.

    :param value: string, number, boolean or None.
    :return: booleans as 1 and 0, None as the empty string.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return _FORBIDDEN.sub("", str(value))


def _fill(element, value):
    if not isinstance(value, dict):
        element.text = text(value) or None
        return
    for name, child in value.items():
        for one in child if isinstance(child, list) else [child]:
            _fill(etree.SubElement(element, name), one)


def _simplify(value):
    if isinstance(value, list):
        items = [_simplify(item) for item in value]
        return items[0] if len(items) == 1 else items
    if isinstance(value, dict):
        filled = {key: child for key, child in value.items() if child != []}
        return {key: _simplify(child) for key, child in filled.items()} or ""
    return text(value)
