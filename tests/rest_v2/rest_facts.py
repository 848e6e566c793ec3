"""The documented endpoints of REST v2, read from `endpoints.json`.

A field is written as words: its kind, `!` when it is required, then its limits, such as
`integer! minimum=1` or `string null enum=a|b`. A kind with a capital is one of the
shapes, `array of X` an array of them. `null` and `not-null` are said only where the
documentation says so. Names are paths: `items[].id`, and `$` for what has no name.
`refusals` names the shape of a refusal by its status, "" for one without a body.

Sources: SellerCenter REST, all endpoints; its general pages for the token, signing and
the limits of lists; the product feeds spec for the elements of products that it alone
has, since the documents are the same.
"""

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

FILE = Path(__file__).with_name("endpoints.json")


@dataclass
class Field:
    """What is known about one value.

    :param null: True or False where the documentation says it, else None.
    :param limits: name -> text, such as `minimum` or `enum`.
    :param fields: the fields of an object; none means that it may hold anything.
    :param items: what an array holds, None for anything.
    """

    kind: str = "object"
    required: bool = False
    null: bool | None = None
    limits: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    items: "Field | None" = None


@dataclass(frozen=True)
class Endpoint:
    """One documented call.

    :param bodies: media type -> `Field` of what may be sent.
    :param answers: status -> media type -> `Field` of what may come back.
    :param refusals: status -> `Field` of what a refusal says, None for one that is
        documented without a body.
    """

    method: str
    template: str
    path: dict
    query: dict
    headers: dict
    bodies: dict
    answers: dict
    refusals: dict
    statuses: tuple

    @property
    def name(self):
        """Give the words that the documentation has for it."""
        return f"{self.method} {self.template}"

    def arguments(self, path):
        """Read the arguments in a path.

        :param path: as it was sent, percent-encoded.
        :return: dict of texts, or None when the path is another one.
        """
        wanted, given = self.template.split("/"), path.split("/")
        if len(wanted) != len(given):
            return None
        found = {}
        for name, part in zip(wanted, map(unquote, given), strict=True):
            if name.startswith("{") and part:
                found[name[1:-1]] = part
            elif name != part:
                return None
        return found


class Facts:
    """All endpoints."""

    def __init__(self, file=FILE):
        """Read them.

        :param file: path of a file like `endpoints.json`.
        """
        data = json.loads(file.read_text())
        self.shapes = _shapes(data["shapes"])
        self.endpoints = [self._endpoint(*pair) for pair in data["endpoints"].items()]

    def find(self, path):
        """Find the endpoints of a path; words go before arguments.

        :param path: as it was sent, percent-encoded.
        :return: dict of method -> (`Endpoint`, its arguments).
        """
        found = [(one, one.arguments(path)) for one in self.endpoints]
        found = [pair for pair in found if pair[1] is not None]
        least = min((len(arguments) for _, arguments in found), default=0)
        return {
            one.method: (one, arguments)
            for one, arguments in found
            if len(arguments) == least
        }

    def _endpoint(self, name, data):
        method, template = name.split(" ")
        parts = [
            self._named(data.get(part, {})) for part in ("path", "query", "header")
        ]
        answers = {
            int(status): self._contents(contents)
            for status, contents in data.get("answers", {}).items()
        }
        refusals = {
            int(status): self.shapes[shape] if shape else None
            for status, shape in data.get("refusals", {}).items()
        }
        bodies = self._contents(data.get("body", {}))
        statuses = tuple(data["statuses"])
        return Endpoint(method, template, *parts, bodies, answers, refusals, statuses)

    def _named(self, words):
        return {name: _field(text, self.shapes) for name, text in words.items()}

    def _contents(self, contents):
        return {kind: _content(one, self.shapes) for kind, one in contents.items()}


def _shapes(data):
    """Read the shapes; they may speak of each other, and of themselves."""
    shapes = {
        name: Field() if isinstance(one, dict) else _field(one, {})
        for name, one in data.items()
    }
    for name, one in data.items():
        if isinstance(one, dict):
            shapes[name].fields.update(_tree(one, shapes).fields)
    return shapes


def _content(data, shapes):
    return _tree(data if isinstance(data, dict) else {"$": data}, shapes)


def _tree(paths, shapes):
    root = Field()
    for path, words in paths.items():
        node, steps = root, re.findall(r"\[\]|[^.\[\]]+", path)
        for step in steps[:-1]:
            node = _step(node, step)
        _put(node, steps[-1], _field(words, shapes))
    return root.fields.get("$", root)


def _step(node, step):
    """Go one step down; what was not told yet is an array or an object."""
    if step == "[]":
        node.kind = "array"
        node.items = node.items or Field()
        return node.items
    return node.fields.setdefault(step, Field())


def _put(node, step, value):
    if step == "[]":
        node.kind, node.items = "array", value
    else:
        node.fields[step] = value


def _field(words, shapes):
    """Read the words of one field."""
    outer, _, inner = words.partition(" of ")
    kind, *limits = outer.split()
    name = kind.rstrip("!")
    base = shapes[name] if name[0].isupper() else Field(name)
    pairs = dict(one.partition("=")[::2] for one in limits)
    null = {"null": True, "not-null": False}
    said = [null[one] for one in pairs if one in null]
    return replace(
        base,
        required=kind.endswith("!"),
        null=said[0] if said else base.null,
        limits={**base.limits, **pairs},
        items=_field(inner, shapes) if inner else base.items,
    )
