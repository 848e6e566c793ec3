"""Strategies of Hypothesis for answers: right ones of the corpus, spoilt in places.

A value of JSON or an element of XML is replaced, repeated, nested or taken away, or
some bytes are, so that what comes is still what a reader goes deep into.
"""

import copy
import json
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from lxml import etree

from scripts.fuzz.readings import PART_END

#: What no list, object, text, number or time expects in its place, and Hypothesis
#: finds late.
STRANGE = (
    "x" * 5000,
    "\ud800",
    "9999-12-31T23:59:59Z",
    "0000-00-00 00:00:00",
    "1e400",
    "NaN",
    "١٢",
    2**70,
    10**400,
    [[]],
    [None],
    {"": None},
)
#: Bytes that parsers stumble over.
BYTES = (
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#xd800;",
    b"\\ud800",
    b"Infinity",
    b"1e999",
    b"[" * 300,
    b"9" * 5000,
    PART_END,
)
TEXT = st.text(max_size=20)
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.datetimes().map(str)
)
VALUES = st.one_of(
    st.sampled_from(STRANGE),
    LEAF,
    st.lists(LEAF, max_size=3),
    st.dictionaries(TEXT, LEAF, max_size=2),
)
CHANGES = st.sampled_from(("remove", "repeat", "nest", "replace", "replace"))
TIMES = st.sampled_from((2, 3, 20))
#: Bytes from which on an answer is spoilt no more: repeated again, it would be endless.
LONG_ENOUGH = 50_000
#: Stands in a document for what its writer would refuse.
MARK = "replaced-here"


@st.composite
def spoilt(draw, answers):
    """Spoil one of some answers in one to three places.

    :param answers: a list of bytes
    :return: a strategy of bytes
    """
    parts = draw(st.sampled_from(answers)).split(PART_END)
    place = draw(st.integers(0, len(parts) - 1))
    for _ in range(draw(st.integers(1, 3))):
        if len(parts[place]) < LONG_ENOUGH:
            parts[place] = draw(_spoilt_part(parts[place]))
    return PART_END.join(parts)


def _spoilt_part(content):
    try:
        return spoilt_json(json.loads(content))
    except (ValueError, RecursionError):
        pass
    try:
        return spoilt_xml(etree.fromstring(content)) | spoilt_bytes(content)
    except (ValueError, etree.XMLSyntaxError):
        return spoilt_bytes(content)


@st.composite
def spoilt_bytes(draw, content):
    """Take some bytes out of an answer, and put others in.

    :param content: the answer
    :return: a strategy of bytes
    """
    start = draw(st.integers(0, len(content)))
    end = min(len(content), start + draw(st.sampled_from((0, 0, 1, 2, 8, 64, 512))))
    own = st.sampled_from((b"", content[start:end] * 2))
    put = draw(own | st.sampled_from(BYTES) | st.binary(max_size=16))
    return content[:start] + put + content[end:]


@st.composite
def spoilt_json(draw, document):
    """Change one value of a document.

    :param document: what JSON was read into
    :return: a strategy of bytes
    """
    document = copy.deepcopy(document)
    places = list(_places(document))
    if not places:
        return json.dumps(draw(VALUES)).encode()
    holder, key = draw(st.sampled_from(places))
    change = draw(CHANGES)
    if change == "remove":
        del holder[key]
    elif change == "repeat":
        holder[key] = [holder[key]] * draw(TIMES)
    elif change == "nest":
        holder[key] = _nested(holder[key], draw(TIMES))
    else:
        holder[key] = draw(VALUES)
    return json.dumps(document).encode()


@st.composite
def spoilt_xml(draw, root):
    """Change one element of a document.

    :param root: its root element
    :return: a strategy of bytes
    """
    root = copy.deepcopy(root)
    element = draw(st.sampled_from(list(root.iter("*"))))
    change = draw(CHANGES)
    if change == "replace" or element is root:
        return _with_text(root, element, str(draw(VALUES)))
    if change == "remove":
        element.getparent().remove(element)
    elif change == "repeat":
        for _ in range(draw(TIMES)):
            element.addnext(copy.deepcopy(element))
    else:
        for _ in range(draw(TIMES)):
            inner = copy.deepcopy(element)
            element[:] = [inner]
    return etree.tostring(root)


def _places(document):
    """Yield each holder with each of its keys."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            pairs = list(holder.items())
        else:
            pairs = list(enumerate(holder)) if isinstance(holder, list) else []
        for key, value in pairs:
            yield holder, key
            waiting.append(value)


def _nested(value, times):
    for _ in range(times):
        value = [value]
    return value


def _with_text(root, element, word):
    element[:] = []
    element.text = MARK
    put = escape(word).encode("utf-8", "surrogatepass")
    return etree.tostring(root).replace(MARK.encode(), put)
