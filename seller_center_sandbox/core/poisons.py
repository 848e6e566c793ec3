"""Poisoned records: an answer is right but for one record.

Each poison says which places of a record it takes, and what it puts there. An answer
that has no such place, such as a list of brands for a poisoned amount, is left alone,
and the fault waits for one that has.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from . import records
from .raw import mark
from .times import EMPTY_DATE


@dataclass(frozen=True)
class Poison:
    """One way to spoil a record.

    :param places: function of a record's holder and its key there that gives pairs of
        holder and key, or nothing.
    :param change: function of such a holder and key that spoils what is there.
    """

    explanation: str
    places: Callable
    change: Callable


def poison(faults, action, body, numbers=None):
    """Poison the records that faults ask for.

    :param faults: `Faults`.
    :param str action: the action that is answered.
    :param body: data of the answer; it stays as it is.
    :param numbers: as `records.find_record` takes it.
    :return: the data to answer, and the faults that were applied.
    """
    if isinstance(body, bytes) or not faults.is_awaited("poison", action):
        return body, []
    answer = {"": deepcopy(body)}
    places = partial(_places, answer, numbers=numbers)
    struck = faults.trigger_all("poison", action, places)
    for fault in struck:
        change = POISONS[fault["poison"]].change
        # The last one first: a change may add to the list that it is in.
        for holder, key in reversed(places(fault)):
            change(holder, key)
    return answer[""], struck


def _places(answer, fault, *, numbers):
    """Return the places that a fault poisons, none if there are none."""
    found = records.find_record(answer, fault["record"], numbers)
    if not found:
        return []
    holder, key = found
    chosen = POISONS[fault["poison"]].places
    if fault["field"] is not None and chosen not in _RECORDS:
        return records.fields(holder, key, {fault["field"]})[:1]
    return chosen(holder, key)


def _put(value):
    def change(holder, key):
        holder[key] = deepcopy(value)

    return change


def _insert(text):
    def change(holder, key):
        old = str(holder[key])
        holder[key] = f"{old[:1]}{text}{old[1:]}"

    return change


def _repeat(holder, key):
    holder.insert(key, deepcopy(holder[key]))


def _remove(holder, key):
    del holder[key]


def _negate(holder, key):
    if records.is_amount(holder[key]) and Decimal(str(holder[key])):
        holder[key] = -abs(Decimal(str(holder[key])))


def _lengthen(holder, key):
    text = str(holder[key])
    holder[key] = (text * 300)[:300]


def _moment(text):
    """Write a moment the way that the API of the field does."""

    def change(holder, key):
        is_classic = key[:1].isupper()
        holder[key] = text[:-13].replace("T", " ") if is_classic else text

    return change


def _add_field(text):
    def change(holder, key):
        record = holder[key]
        is_classic = any(name[:1].isupper() for name in record)
        record["Extra" if is_classic else "extra"] = text

    return change


# The places that are records and not fields.
_RECORDS = (records.whole, records.in_list, records.listed_item)
POISONS = {
    "nul": Poison("a NUL in a text, escaped", records.text_field, _insert(mark("nul"))),
    "raw_nul": Poison(
        "a NUL in a text, as it is", records.text_field, _insert(mark("raw_nul"))
    ),
    "lone_surrogate": Poison(
        "half a character in a text, escaped",
        records.text_field,
        _insert(mark("surrogate")),
    ),
    "raw_surrogate": Poison(
        "half a character in a text, as CESU-8",
        records.text_field,
        _insert(mark("raw_surrogate")),
    ),
    "long_text": Poison(
        "a text of 300 000 characters", records.text_field, _put("long " * 60_000)
    ),
    "list_for_text": Poison(
        "a list for a text", records.text_field, _put(["one", "two"])
    ),
    "object_for_text": Poison(
        "an object for a text", records.text_field, _put({"Value": "one"})
    ),
    "nan": Poison("NaN as amounts", records.amounts, _put(mark("nan"))),
    "infinity": Poison("Infinity as amounts", records.amounts, _put(mark("infinity"))),
    "huge_number": Poison(
        "1e400 as amounts", records.amounts, _put(mark("huge_number"))
    ),
    "boolean_amount": Poison("true as amounts", records.amounts, _put(mark("true"))),
    "text_amount": Poison("a word as amounts", records.amounts, _put("twelve")),
    "negative_price": Poison("amounts below zero", records.amounts, _negate),
    "many_digits": Poison(
        "amounts or counts of 100 000 digits",
        records.figures,
        _put(mark("many_digits")),
    ),
    "beyond_32_bits": Poison(
        "counts and id above 2^31", records.counts_and_id, _put(2**40)
    ),
    "no_number": Poison("an order without its number", records.order_number, _remove),
    "no_id": Poison("the record without its id", records.own_id, _remove),
    "no_item_id": Poison("an item without its id", records.item_id, _remove),
    "no_name": Poison("the record without its name", records.name_field, _remove),
    "long_id": Poison("an id of 300 characters", records.own_id, _lengthen),
    "far_future": Poison(
        "updated in the year 9999",
        records.updates,
        _moment("9999-12-31T23:59:59.000000+00:00"),
    ),
    "empty_date": Poison(
        "an empty date as a date long ago",
        records.dates,
        _moment(EMPTY_DATE),
    ),
    "deep_nesting": Poison(
        "500 levels in a field", records.whole, _add_field(mark("nested"))
    ),
    "very_deep_nesting": Poison(
        "100 000 levels in a field", records.whole, _add_field(mark("deeply_nested"))
    ),
    "twice": Poison("the record twice in its list", records.in_list, _repeat),
    "item_twice": Poison("an item twice in its order", records.listed_item, _repeat),
    "null_record": Poison("null for the record", records.whole, _put(mark("null"))),
    "text_record": Poison("a word for the record", records.whole, _put("record")),
    "no_token": Poison("no access token", records.only("access_token"), _remove),
    "euro_sign": Poison("a euro sign", records.only("access_token"), _insert("€")),
    "endless": Poison(
        "valid for 1e14 s", records.only("expires_in"), _put(mark("endless"))
    ),
}
