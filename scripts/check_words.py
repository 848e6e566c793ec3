"""Checks what people read for words that the trade does not use: one of the linters.

Looks at the texts of views, wizards and data, at labels, help texts and sentences in
the add-on's Python, and at the pages for readers.
"""

import ast
import re
import sys
from pathlib import Path

import lxml.etree

#: What screens never say, and what they say in its place.
WORDS = {
    r"units?(?! of measure)": "item",
    r"mend(s|ed|ing)?": "fix",
    r"brakes?": "threshold",
    r"alarms?": "activity",
    r"drift(s|ed|ing)?": "mismatch",
    r"put(s|ting)? (it |them |selected )?(back|right)": "return to stock, resync",
    r"papers?": "report",
    r"lost parcels?|parcels? (is|was|were|that was) lost": "delivery failed",
    r"own warehouse": "Fulfilled by THE ICONIC",
    r"vat": "GST",
    r"told|be told|what was told": "status update, sent",
    r"what happens by itself": "Automation",
    r"reasons of the iconic": "Cancellation Reasons",
    r"silen(t|ce)": "blocked",
    r"unborn": "unpublished",
    r"guilty": "rejected",
    r"calm(s|ed)?": "unchanged",
    r"heal(s|ed|ing)?": "fixed",
    r"settled?": "invoiced and paid",
    r"speakers?": "representative",
}
PATTERNS = [
    (re.compile(rf"(?<![\w-]){word}(?![\w-])", re.IGNORECASE), better)
    for word, better in WORDS.items()
]
#: Attributes of views that people read.
SHOWN = ("string", "title", "confirm", "placeholder", "help", "confirm-title")
#: Elements of data whose text people read.
SHOWN_FIELDS = ("name", "help", "summary", "note")
#: Arguments of fields that people read.
LABELS = ("string", "help")
#: reST: what is quoted as it stands in code.
LITERAL = re.compile(r"``[^`]*``")


def texts_of(path):
    """List what people read in a file.

    :param path: an XML, Python or reST file
    :return: pairs of a line's number and a text
    """
    if path.suffix == ".xml":
        return list(_texts_of_xml(path))
    if path.suffix == ".py":
        return list(_texts_of_python(path))
    lines = path.read_text().splitlines()
    return [(number, LITERAL.sub("", line)) for number, line in enumerate(lines, 1)]


def _texts_of_xml(path):
    for node in lxml.etree.parse(path).iter(lxml.etree.Element):
        yield from ((node.sourceline, node.get(name, "")) for name in SHOWN)
        if node.tag != "field" or node.get("name") in SHOWN_FIELDS:
            yield node.sourceline, node.text or ""
        yield node.sourceline, node.tail or ""


def _texts_of_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            for text in _texts_of_call(node):
                yield node.lineno, text
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield node.lineno, _text(node.elts[1])


def _texts_of_call(call):
    name = getattr(call.func, "attr", "")
    if name == "_" or name == "Constraint":
        yield from map(_text, call.args)
    if isinstance(getattr(call.func, "value", None), ast.Name):
        if call.func.value.id == "fields":
            yield from map(_text, call.args[:1])
            yield from (_text(one.value) for one in call.keywords if one.arg in LABELS)


def _text(node):
    """Return a literal text, if it looks like one for people: with a capital."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if re.search("[A-Z]| ", node.value) else ""
    return ""


def problems(path):
    """Find the words in a file that people should not read.

    :param path: an XML, Python or reST file
    :return: a list of lines
    """
    return [
        f"{path}:{number}: “{found.group()}”: say {better}"
        for number, text in texts_of(path)
        for pattern, better in PATTERNS
        for found in pattern.finditer(text)
    ]


def main():
    """Check the files named on the command line."""
    found = [line for name in sys.argv[1:] for line in problems(Path(name))]
    for line in found:
        print(line)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
