"""Raw bytes for answers: what no writer of JSON or XML would write by itself.

A mark, a name between two private characters, stands in the data for what is put into
the finished document: in place of a whole value, or within a text.
"""

import re
from dataclasses import dataclass

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\w+){_CLOSE}".encode())
_WHOLE = re.compile(f'"{_OPEN}(\\w+){_CLOSE}"'.encode())


@dataclass(frozen=True)
class Raw:
    """Bytes for either format.

    :param is_scalar: True if JSON that is made from XML has it as a string, as all
        scalars there.
    """

    json: bytes
    xml: bytes
    is_scalar: bool = True


def _same(text):
    return Raw(text.encode(), text.encode())


def _nested(depth):
    json = b'{"level":' * depth + b"1" + b"}" * depth
    xml = b"<Level>" * depth + b"1" + b"</Level>" * depth
    return Raw(json, xml, is_scalar=False)


RAW = {
    "nan": _same("NaN"),
    "infinity": _same("Infinity"),
    "huge_number": _same("1e400"),
    "many_digits": _same("9" * 100_000),
    "true": _same("true"),
    "endless": _same("1e14"),
    "null": Raw(b"null", b"", is_scalar=False),
    "nested": _nested(500),
    "deeply_nested": _nested(100_000),
    # XML has no way to write either; a server that escapes without thinking does this.
    "nul": Raw(rb"\u0000", b"&#0;"),
    "surrogate": Raw(rb"\ud800", b"&#xD800;"),
    "raw_nul": Raw(b"\0", b"\0"),
    # A lone surrogate the way that CESU-8 writes it.
    "raw_surrogate": Raw(b"\xed\xa0\x80", b"\xed\xa0\x80"),
}


def mark(name):
    """Return what stands for raw bytes in the data of an answer.

    :param str name: key of `RAW`.
    :return: text.
    """
    return f"{_OPEN}{name}{_CLOSE}"


def write_json(content, *, from_xml=False):
    """Put the raw bytes into a JSON document.

    :param bytes content: the document.
    :param bool from_xml: True if its scalars are strings.
    :return: bytes.
    """

    def whole(found):
        raw = RAW.get(found[1].decode())
        if not raw:
            return found[0]
        return b'"%b"' % raw.json if from_xml and raw.is_scalar else raw.json

    return _MARK.sub(_inner("json"), _WHOLE.sub(whole, content))


def write_xml(content):
    """Put the raw bytes into an XML document.

    :param bytes content: the document.
    :return: bytes.
    """
    return _MARK.sub(_inner("xml"), content)


def _inner(format):
    def replace(found):
        raw = RAW.get(found[1].decode())
        return getattr(raw, format) if raw else found[0]

    return replace
