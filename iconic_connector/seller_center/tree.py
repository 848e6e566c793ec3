"""Reads an answer's bytes into a tree of dicts, lists and texts that nothing chokes on.

The one place where what comes from outside is cleaned: no NUL or other control
character, no lone surrogate, no number of endless digits and no endless nesting gets
past it. What is cleaned away is never a value that counts: a record that lacks one is
unreadable (`values`), and its neighbours are not.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

Node: TypeAlias = dict | list | str | None

# Levels of an answer below which everything is left out; the deepest list that is read,
# the category tree, has two for each level of categories.
MAX_DEPTH = 64
# Digits of a number that is read as one; a longer one stays text.
MAX_DIGITS = 40
# What neither XML nor PostgreSQL can hold: control characters and halves of characters.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# References to such characters, which no XML parser takes.
REFERENCE = re.compile(rb"&#(?:x([0-9a-f]{1,8})|([0-9]{1,8}));", re.IGNORECASE)
# An ampersand that begins none of the references that XML knows.
AMPERSAND = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#x?[0-9a-f]{1,8});)", re.IGNORECASE
)
# The encodings that an answer may name; in others, its size tells nothing.
ENCODING = re.compile(rb"""^<\?xml[^>]{0,80}encoding\s*=\s*["']([a-z0-9_-]+)""", re.I)
ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1", b"windows-1252")


class Fields(dict):
    """The fields of a record, found without regard to case.

    What is asked for is mostly spelt as it is, or is not there at all: then all names
    are lowered, once and not for each question.
    """

    _lowered: dict | None = None

    def find(self, name: str) -> Node:
        """Return a field, None if there is none."""
        if name in self:
            return self[name]
        if self._lowered is None:
            # The first of two spellings counts.
            self._lowered = {key.lower(): self[key] for key in reversed(self)}
        return self._lowered.get(name.lower())


class BrokenAnswer(ValueError):
    """An answer that is neither JSON nor XML.

    :param reason: a key of `errors.USER_MESSAGES`.
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def read_json(content: bytes, number=Decimal) -> Any:
    """Read JSON.

    :param number: makes a value of a number's digits.
    :raise BrokenAnswer: if it is none.
    """
    try:
        tree = json.loads(
            content.decode("utf-8-sig", "replace"),
            # Control characters in texts are cleaned away, not refused.
            strict=False,
            parse_float=_bounded(number),
            parse_int=_bounded(int if number is Decimal else number),
            # NaN and Infinity are no JSON: they stay words.
            parse_constant=str,
        )
        return clean(tree)
    except (ValueError, RecursionError):
        raise BrokenAnswer("answer_broken_json") from None


def _bounded(number):
    """Let digits that nobody can mean stay a text."""

    def read(digits: str) -> Any:
        try:
            return digits if len(digits) > MAX_DIGITS else number(digits)
        except ArithmeticError:
            return digits

    return read


def read_xml(content: bytes) -> Node:
    """Read XML as its JSON copy would be: texts, or children by name.

    :raise BrokenAnswer: if it is none, or has a document type.
    """
    named = ENCODING.match(content)
    if named and named[1].lower() not in ENCODINGS:
        raise BrokenAnswer("answer_broken_xml")
    try:
        root = _parse(content)
    except etree.XMLSyntaxError:
        root = _parse_cleaned(content)
    if root.getroottree().docinfo.doctype:
        raise BrokenAnswer("answer_doctype")
    return Fields({root.tag: _as_json(root, 1)})


def _parse(content: bytes, deep: bool = False) -> etree._Element:
    # No entities, no network: nothing an answer could abuse.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=deep,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(content, parser)


def _parse_cleaned(content: bytes) -> etree._Element:
    """Parse XML without what XML cannot hold, and deeper than usual.

    A shop that writes what buyers entered may well send such; the records without it
    are still wanted.
    """
    content = AMPERSAND.sub(b"&amp;", REFERENCE.sub(_wanted_reference, content))
    words = content.decode("utf-8", "replace")
    words = UNWANTED.sub("", words.removeprefix("\ufeff"))
    # As bytes: a text may not name its encoding.
    try:
        return _parse(words.encode(), deep=True)
    except etree.XMLSyntaxError:
        raise BrokenAnswer("answer_broken_xml") from None


def _wanted_reference(found: re.Match) -> bytes:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    number = int(digits, base)
    wanted = number <= 0x10FFFF and not UNWANTED.match(chr(number))
    return found[0] if wanted else b""


def _as_json(element: etree._Element, depth: int) -> Node:
    """Turn an element into what its JSON copy would be."""
    if not len(element):
        return _clean_text((element.text or "").strip())
    tree = Fields()
    if depth >= MAX_DEPTH:
        return tree
    for node in element:
        value = _as_json(node, depth + 1)
        if node.tag not in tree:
            tree[node.tag] = value
        elif isinstance(tree[node.tag], list):
            tree[node.tag].append(value)
        else:
            tree[node.tag] = [tree[node.tag], value]
    return tree


def clean(node: Any, depth: int = 0) -> Any:
    """Return a tree whose texts can be stored, cut where it is too deep.

    :param node: what JSON was read into.
    """
    if isinstance(node, str):
        return _clean_text(node)
    if not isinstance(node, (dict, list)):
        return node
    if depth >= MAX_DEPTH:
        return None
    if isinstance(node, list):
        return [clean(item, depth + 1) for item in node]
    return Fields(
        (_clean_text(key), clean(item, depth + 1)) for key, item in node.items()
    )


def _clean_text(word: str) -> str:
    return UNWANTED.sub("", word)
