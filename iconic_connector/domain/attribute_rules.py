"""What the marketplace takes as the value of an attribute, and how names compare.

Knows nothing of Odoo. Source: SellerCenter, GetCategoryAttributes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

# Input types whose texts have a form of their own.
NUMBER_INPUT = "numberfield"
DATE_INPUTS = ("datefield", "datetime")

# What can be wrong with a value.
NOT_AN_OPTION, TOO_LONG, NO_NUMBER = "option", "length", "number"
NO_DATE, PAST = "date", "past"

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# A plus sign tells sizes apart, such as XL and XL+.
_WORD = re.compile(r"[^\W_]+|\+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(
    r" {0}:{1}(:{1})?|T{0}:{1}(:{1}(\.\d{{1,6}})?)?(Z|[+-]{0}:?{1})".format(
        r"([01]\d|2[0-3])", r"[0-5]\d"
    ),
    re.ASCII,
)
# Nothing but the description of an attribute says that its dates have to be ahead.
_AHEAD = re.compile(r"not (be|lie) in the past|(must|has to) be in the future", re.I)


def normalise(text: str) -> str:
    """Return a name without what people spell differently.

    Case, accents, punctuation and plurals do not count.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_singular(word) for word in _WORD.findall(letters))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word.removesuffix("s")[:-2] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


class Names:
    """The names of a list at the marketplace, found again in other spellings.

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
        """Return a few of the names, to give an idea of the list."""
        return sorted(self._names)[:count]

    def find(self, name: str) -> str:
        """Return the marketplace's spelling of a name, empty if it is not sure."""
        if name in self._names:
            return name
        # Names of nothing but signs are all alike.
        plain = normalise(name)
        alike = self._alike.get(plain, []) if plain else []
        return alike[0] if len(alike) == 1 else ""


@dataclass(frozen=True, eq=False)
class AttributeRule:
    """What one attribute of a category takes.

    :param attribute_id: of `iconic.attribute`
    :param attribute_type: ``value``, ``option``, ``multi_option`` or ``system``
    :param max_length: in characters, 0 without a limit
    :param options: the names of its list, empty if it takes any text
    :param description: the marketplace's own words about it
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
        """Tell whether nothing but the names of its list is taken."""
        return bool(self.options) and self.attribute_type != "system"

    def spell(self, value: str) -> str:
        """Return a value as the marketplace spells it, unchanged if it knows none."""
        if not self.has_options:
            return value
        return ",".join(self.options.find(part) or part for part in self._parts(value))

    def fault(self, value: str, today: date | None = None) -> str:
        """Return what is wrong with a value that is there, empty if nothing is.

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
    """Tell whether a value is a date, maybe with a time behind it."""
    day, time = value[:10], value[10:]
    if not _DAY.fullmatch(day) or (time and not _TIME.fullmatch(time)):
        return False
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
