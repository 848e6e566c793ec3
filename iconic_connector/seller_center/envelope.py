"""What comes back: an envelope in XML or JSON, read into one neutral tree.

The JSON is a mechanical copy of the XML and each shop spells it a little differently.
Both become dicts, lists and strings here, and the functions below read that tree
leniently: names without regard to case, one child or many, ``""`` for none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone, tzinfo
from decimal import Decimal
from typing import TypeAlias

from lxml import etree

Node: TypeAlias = dict | list | str | None

# A number with or without thousands separators.
NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?")

# The spellings of a time that have been seen, with and without zone.
TIME_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d",
)


class UnreadableAnswer(ValueError):
    """An answer that is no SellerCenter envelope: the message says what it is."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An answer: whether it reports success, its head and its body."""

    success: bool
    head: Node
    body: Node


def read_envelope(content: bytes) -> Envelope:
    """Read an answer, in whichever of the two formats it came.

    :raise UnreadableAnswer: if it is anything but an envelope.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not content:
        raise UnreadableAnswer("an empty answer")
    if content[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableAnswer("an HTML page")
    tree = _read_json(content) if content[:1] in b"{[" else _read_xml(content)
    for name, success in (("SuccessResponse", True), ("ErrorResponse", False)):
        response = child(tree, name)
        if response is not None:
            return Envelope(success, child(response, "Head"), child(response, "Body"))
    raise UnreadableAnswer("something that is no SellerCenter answer")


def _read_json(content: bytes) -> Node:
    try:
        return json.loads(content, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise UnreadableAnswer("broken JSON") from None


def _read_xml(content: bytes) -> Node:
    # No entities, no network, no document type: nothing an answer could abuse.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise UnreadableAnswer("broken XML") from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableAnswer("XML with a document type, which is not read")
    return {root.tag: _neutral(root)}


def _neutral(element: etree._Element) -> Node:
    """Turn an element into what its JSON copy would be: text, or children by name."""
    if not len(element):
        return (element.text or "").strip()
    tree: dict[str, Node] = {}
    for node in element:
        value = _neutral(node)
        if node.tag not in tree:
            tree[node.tag] = value
        elif isinstance(tree[node.tag], list):
            tree[node.tag].append(value)
        else:
            tree[node.tag] = [tree[node.tag], value]
    return tree


def child(node: Node, *path: str) -> Node:
    """Follow names down the tree, without regard to case.

    :return: None if there is no such child.
    """
    for name in path:
        if not isinstance(node, dict):
            return None
        wanted = name.lower()
        node = next((v for k, v in node.items() if k.lower() == wanted), None)
    return node


def as_list(node: Node, name: str) -> list:
    """Return the children of a container, however the shop spells them.

    Nothing, ``""``, the child itself, a list of them, a list of wrappers
    (``[{"Order": {...}}]``) and a bare list without the child's name all come out as
    a plain list.

    :param node: the container.
    :param name: the name of a child.
    """
    if not isinstance(node, list):
        node = child(node, name)
        node = node if isinstance(node, list) else [node]
    found = []
    for item in node:
        inner = child(item, name) if isinstance(item, dict) and len(item) == 1 else None
        if inner is not None:
            found.extend(as_list(item, name))
        elif item not in (None, "", {}):
            found.append(item)
    return found


def text(node: Node, *path: str) -> str:
    """Return a value as stripped text, empty if it is missing."""
    value = child(node, *path) if path else node
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def number(node: Node, *path: str) -> Decimal | None:
    """Return a number, thousands separators dropped; None if there is none."""
    value = text(node, *path)
    return Decimal(value.replace(",", "")) if NUMBER.fullmatch(value) else None


def whole(node: Node, *path: str) -> int | None:
    """Return a whole number, None if there is none."""
    value = number(node, *path)
    return None if value is None else int(value)


def truth(node: Node, *path: str) -> bool:
    """Return a yes or no, of which ``1`` and ``true`` are yes."""
    return text(node, *path).lower() in ("1", "true", "yes")


def moment(node: Node, *path: str, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return a time in UTC, None if there is none or if it cannot be read.

    :param zone: the zone of times that do not name one.
    """
    value = text(node, *path)
    for time_format in TIME_FORMATS:
        try:
            found = datetime.strptime(value, time_format)
            aware = found if found.tzinfo else found.replace(tzinfo=zone)
            return aware.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            continue
    return None
