"""The values that the marketplace allows for an attribute, and how names compare.

Knows nothing of Odoo. Source: SellerCenter, GetCategoryAttributes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .letters import plain_letters

# Input types whose texts have a format.
NUMBER_INPUT = "numberfield"
DATE_INPUTS = ("datefield", "datetime")

# The marketplace's attribute for the gender, and words for the same gender, in the form
# of `normalise`.
GENDER = "Gender"
_SAME_GENDER = (
    ("female", "women", "woman", "lady"),
    ("male", "men", "man"),
    ("unisex", "adult unisex", "unisex adult"),
    ("girl", "female kid", "kid female"),
    ("boy", "male kid", "kid male"),
    ("unisex kid", "kid unisex", "kid", "child"),
)

# What can be wrong with a value.
NOT_AN_OPTION, TOO_LONG, NO_NUMBER = "option", "length", "number"
NO_DATE, PAST = "date", "past"

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# A plus sign distinguishes sizes, such as XL and XL+.
_WORD = re.compile(r"[^\W_]+|\+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(
    r" {0}:{1}(:{1})?|T{0}:{1}(:{1}(\.\d{{1,6}})?)?(Z|[+-]{0}:?{1})".format(
        r"([01]\d|2[0-3])", r"[0-5]\d"
    ),
    re.ASCII,
)
# Only the description of an attribute says that its dates must be in the future.
_AHEAD = re.compile(r"not (be|lie) in the past|(must|has to) be in the future", re.I)


def normalise(text: str) -> str:
    """Return a name without case, accents, punctuation and plurals.

    Names that differ only in these are spellings of the same name.
    """
    words = _WORD.findall(plain_letters(text))
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word.removesuffix("s")[:-2] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


class Names:
    """The names of a marketplace list, to be found by other spellings as well.

    :param names: as the marketplace spells them
    """

    def __init__(self, names: Iterable[str]):
        self._names = frozenset(names)
        self._alike: dict[str, list[str]] = {}
        for name in sorted(self._names):
            self._alike.setdefault(normalise(name), []).append(name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    def some(self, count: int) -> list[str]:
        """Return the first few names, as examples."""
        return sorted(self._names)[:count]

    def find(self, name: str) -> str:
        """Return the marketplace's spelling of a name, empty if none or several fit."""
        if name in self._names:
            return name
        # Names without any letter or digit all have the same, empty form.
        plain = normalise(name)
        alike = self._alike.get(plain, []) if plain else []
        return alike[0] if len(alike) == 1 else ""


def find_option(feed_name: str, options: Names, value: str) -> str:
    """Return the option that a value means, empty if none or several fit.

    :param feed_name: of the attribute; genders have several words
    """
    if found := options.find(value):
        return found
    if feed_name != GENDER:
        return ""
    word = normalise(value)
    words = next((words for words in _SAME_GENDER if word in words), ())
    found = {options.find(word) for word in words} - {""}
    return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True, eq=False)
class AttributeRule:
    """The values that one attribute of a category allows.

    :param attribute_id: the id of the `iconic.attribute`
    :param attribute_type: ``value``, ``option``, ``multi_option`` or ``system``
    :param max_length: in characters, 0 without a limit
    :param options: the names of its list, empty if it allows any text
    :param description: as the marketplace describes it
    """

    attribute_id: int
    feed_name: str
    label: str
    mandatory: bool = False
    attribute_type: str = "value"
    input_type: str = ""
    max_length: int = 0
    options: Names = field(default_factory=lambda: Names(()))
    description: str = ""

    @property
    def has_options(self) -> bool:
        """Tell whether it allows only the names of its list."""
        return bool(self.options) and self.attribute_type != "system"

    def spell(self, value: str) -> str:
        """Return a value in the marketplace's spelling, unchanged if it has none."""
        if not self.has_options:
            return value
        return ",".join(
            find_option(self.feed_name, self.options, part) or part
            for part in self._parts(value)
        )

    def fault(self, value: str, today: date | None = None) -> str:
        """Return what is wrong with a value, empty if nothing is.

        :param today: None if dates may lie in the past
        """
        if self.has_options:
            wrong = any(part not in self.options for part in self._parts(value))
            return NOT_AN_OPTION if wrong else ""
        if self.max_length and len(value) > self.max_length:
            return TOO_LONG
        if self.input_type == NUMBER_INPUT and not _NUMBER.fullmatch(value):
            return NO_NUMBER
        if self.input_type in DATE_INPUTS:
            return self._date_fault(value, today)
        return ""

    def _date_fault(self, value: str, today: date | None) -> str:
        if not _is_date(value):
            return NO_DATE
        past = today and date.fromisoformat(value[:10]) < today
        return PAST if past and _AHEAD.search(self.description) else ""

    def _parts(self, value: str) -> list[str]:
        if self.attribute_type != "multi_option" or value in self.options:
            return [value]
        return [part.strip() for part in value.split(",") if part.strip()] or [value]


def _is_date(value: str) -> bool:
    """Tell whether a value is a date, with or without a time."""
    day, time = value[:10], value[10:]
    if not _DAY.fullmatch(day) or (time and not _TIME.fullmatch(time)):
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
