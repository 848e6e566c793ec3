"""Judging of values: does one fit what is documented about its field?"""

import re
from datetime import datetime

NUMBER = r"-?\d+(\.\d+)?([eE][+-]?\d+)?"
#: How a value is spelt where everything is text: queries, forms, XML.
SPELLINGS = {"integer": r"-?\d+", "number": NUMBER, "boolean": "true|false"}
READERS = {"integer": int, "number": float, "boolean": "true".__eq__}
KINDS = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool)
    ),
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "any": lambda value: True,
}
DAY_AND_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
FORMATS = {
    # RFC 3339, as OpenAPI has it.
    "date-time": DAY_AND_TIME.replace("[T ]", "T") + r"(\.\d+)?(Z|[+-]\d\d:\d\d)",
    # The documentation's own word, and the times of the older documents: a blank for
    # the T, an offset without its colon, or none at all.
    "datetime": DAY_AND_TIME + r"(\.\d+)?(Z|[+-]\d\d:?\d\d)?",
    "date": r"\d{4}-\d\d-\d\d",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "binary": r"[\s\S]*",
}
LIMITS = {
    "minimum": lambda value, limit: value >= float(limit),
    "maximum": lambda value, limit: value <= float(limit),
    "minLength": lambda value, limit: len(value) >= int(limit),
    "maxLength": lambda value, limit: len(value) <= int(limit),
    "maxItems": lambda value, limit: len(value) <= int(limit),
    "pattern": lambda value, limit: re.search(limit, value),
    "format": lambda value, limit: _has_format(value, limit),
}


def from_text(kind, text):
    """Read a text as a value of some kind.

    :return: the value; the text itself where it is none of that kind.
    """
    if kind in SPELLINGS and re.fullmatch(SPELLINGS[kind], text, re.ASCII):
        return READERS[kind](text)
    return text


# How the marketplace writes a date that there is none of.
EMPTY_DATE = "-0001-11-30T00:00:00.000000+10:04"


class Values:
    """Compares values with fields.

    Lenient where the documentation is: in an answer, null is fine in a field that is
    neither required nor said to be never null, and a field that is not required may be
    missing.
    """

    def __init__(self, sent, complete=False):
        """Say whose values they are.

        :param sent: True for a request, False for an answer.
        :param complete: True to miss every field of an answer, required or not.
        """
        self.sent = sent
        self.complete = complete and not sent

    def check(self, field, value, where):
        """Compare a value with its field.

        :param field: `rest_facts.Field`.
        :param where: words for the value's place.
        :return: iterator of complaints.
        """
        if value is None:
            if not self._may_be_null(field):
                yield f"{where} is null"
        elif not KINDS[field.kind](value):
            yield f"{where} is {value!r:.60}, no {field.kind}"
        else:
            yield from _check_limits(field, value, where)
            if field.kind == "array" and field.items:
                for one in value:
                    yield from self.check(field.items, one, f"{where}[]")
            if field.kind == "object" and field.fields:
                yield from self._check_fields(field, value, where)

    def _check_fields(self, field, value, where):
        for name, one in field.fields.items():
            if name in value:
                yield from self.check(one, value[name], f"{where}.{name}")
            elif one.required or self.complete:
                yield f"{where}.{name} is missing"
        for name in value:
            if name not in field.fields:
                yield f"{where}.{name} is unknown"

    def _may_be_null(self, field):
        if self.sent or field.null is not None:
            return field.null or field.kind == "any"
        return not field.required or field.kind == "any"


def _check_limits(field, value, where):
    parts = value.split(",") if "comma" in field.limits else [value]
    for name, limit in field.limits.items():
        if name == "enum":
            for one in parts:
                if _spelled(one) not in limit.split("|"):
                    yield f"{where} is {one!r:.60}, none of its words"
        elif name in LIMITS and not LIMITS[name](value, limit):
            yield f"{where} is {value!r:.60}, its {name} is {limit}"


def _spelled(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_format(value, name):
    # An answer's empty date; a call never says one.
    if name == "datetime" and value == EMPTY_DATE:
        return True
    if not re.fullmatch(FORMATS[name], value, re.ASCII):
        return False
    try:
        return "date" not in name or datetime.fromisoformat(value[:19])
    except ValueError:
        return False
