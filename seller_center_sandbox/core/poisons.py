"""Poisoned records: an answer is right but for one record.

Each poison says which places of a record it takes, and what it puts there. An answer
that has no such place, such as a list of brands for a poisoned amount, is left alone,
and the fault waits for one that has.
"""

import re
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from .raw import mark

# The names of fields over both APIs: the Action API's begin with a capital.
_ITEM_IDS = ("OrderItemId", "orderItemId")
_IDS = (
    *_ITEM_IDS,
    *("OrderId", "SellerSku", "SellerSKU", "Feed", "CategoryId", "BrandId"),
    *("WebhookId", "FeedName", "id", "webhookId", "productSetId", "productId"),
    *("sellerSku", "uuid"),
)
_NUMBERS = ("OrderNumber", "number")
_NAMES = ("Name", "name", "CustomerFirstName", "firstName")
# What may be asked for as `record`.
_LABELS = {
    *(*_IDS, *_NUMBERS, *_NAMES),
    *("orderId", "Sku", "ShopSku", "shopSku", "feedName", "Label", "label"),
    *("publicId", "url", "CallbackUrl", "DocumentType"),
}
_TEXTS = (
    *_NAMES,
    *("access_token", "remarks", "Remarks", "Label", "label", "Reason", "Message"),
    *("errorMessage", "File", "url", "CallbackUrl", "DocumentType", "status", "Status"),
)
_AMOUNTS = {
    *("unitPrice", "paidPrice", "taxAmount", "shippingFee", "priceAfterDiscount"),
    *("salesDueAmount", "discountAmount", "walletCredits", "unitPriceSumWithFees"),
    *("grandTotal", "price", "salePrice", "expires_in"),
    *("Price", "SalePrice", "GrandTotal", "ProductTotal", "ItemPrice", "PaidPrice"),
    *("TaxAmount", "ShippingAmount", "ShippingFeeTotal", "Voucher", "VoucherAmount"),
}
_COUNTS = {
    *("quantity", "available", "reservedStock", "stock", "sumOfStocks", "itemCount"),
    *("totalRecords", "processedRecords", "failedRecords", "maxLength", "expires_in"),
    *("Quantity", "Available", "ReservedStock", "ItemsCount", "MaxLength"),
    *("TotalRecords", "ProcessedRecords", "FailedRecords"),
}
_UPDATED = {"updatedAt", "UpdatedAt", "UpdatedDate", "lastCallAt"}
_BEGINNINGS = {"createdAt", "CreatedAt", "CreationDate"}
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"(At|Date|Time|ToShip)$")


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
    :param numbers: function of a `record` that gives more of what is known of it:
        name of a field -> value.
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
    found = _find(answer, fault["record"], numbers)
    if not found:
        return []
    holder, key = found
    chosen = POISONS[fault["poison"]].places
    if fault["field"] is not None and chosen not in _WHOLE:
        return _fields(holder, key, {fault["field"]})[:1]
    return chosen(holder, key)


def _find(answer, wanted, numbers):
    """Return where a record is, the first one if none is wanted in particular."""
    known = numbers(wanted) if numbers and wanted is not None else {}
    for holder, key in _records(answer):
        record = holder[key]
        if wanted is None or any(
            name in record and str(record[name]) == str(value)
            for name, value in known.items()
        ):
            return holder, key
        if any(str(record[name]) == wanted for name in _LABELS & set(record)):
            return holder, key
    return None


def _records(answer):
    """Give the places of all records, those of the list itself first."""
    outer = _outer_records(answer, "")
    yield from outer
    for place in outer:
        for holder, name in _entries(*place):
            if isinstance(holder[name], list):
                yield from _of_list(holder[name])


def _outer_records(holder, key):
    value = holder[key]
    if isinstance(value, dict) and "pagination" in value:
        return _of_list(value["items"])
    if isinstance(value, dict) and len(value) == 1:
        return _outer_records(value, next(iter(value)))
    if isinstance(value, list):
        return _of_list(value)
    return [(holder, key)] if isinstance(value, dict) and value else []


def _of_list(values):
    return [(values, n) for n, one in enumerate(values) if isinstance(one, dict)]


def _entries(holder, key):
    """Give the places of all fields of a record, the outer ones first."""
    queue = deque([holder[key]])
    while queue:
        value = queue.popleft()
        if isinstance(value, dict):
            yield from ((value, name) for name in value)
            queue.extend(value.values())
        elif isinstance(value, list):
            queue.extend(value)


def _fields(holder, key, names):
    return [(one, name) for one, name in _entries(holder, key) if name in names]


def _filled(holder, key, names):
    return [
        (one, name)
        for one, name in _fields(holder, key, names)
        if not isinstance(one[name], dict | list | None) and one[name] != ""
    ]


def _whole(holder, key):
    return [(holder, key)]


def _in_list(holder, key):
    return [(holder, key)] if isinstance(holder, list) else []


def _items(holder, key):
    """Give the first item of an order, or the record if it is an item itself."""
    record = holder[key]
    if {*_ITEM_IDS, "orderId"} & set(record):
        return [(holder, key)]
    lists = (one[name] for one, name in _fields(holder, key, {"items", "OrderItem"}))
    return [(one, 0) for one in lists if one][:1]


def _repeated_item(holder, key):
    return [pair for pair in _items(holder, key) if isinstance(pair[0], list)]


def _item_id(holder, key):
    return [pair for item in _items(holder, key) for pair in _own_id(*item)]


def _own_id(holder, key):
    return [(holder[key], name) for name in _IDS if name in holder[key]][:1]


def _number(holder, key):
    return [(holder[key], name) for name in _NUMBERS if name in holder[key]]


def _first(names):
    def places(holder, key):
        for name in names:
            found = _filled(holder, key, {name})
            texts = [pair for pair in found if isinstance(pair[0][pair[1]], str)]
            if texts:
                return texts[:1]
        return []

    return places


_name, _text = _first(_NAMES), _first(_TEXTS)


def _amounts(holder, key):
    return [
        (one, name)
        for one, name in _filled(holder, key, _AMOUNTS)
        if _AMOUNT.fullmatch(str(one[name]))
    ]


def _counts_and_id(holder, key):
    ids = [
        (one, name) for one, name in _own_id(holder, key) if str(one[name]).isdecimal()
    ]
    return _filled(holder, key, _COUNTS) + ids


def _figures(holder, key):
    return _amounts(holder, key) or _counts_and_id(holder, key)


def _updated(holder, key):
    return _fields(holder, key, _UPDATED)


def _dates(holder, key):
    """Give the dates that may be empty, without such ones the others."""
    dates = [
        (one, name)
        for one, name in _entries(holder, key)
        if _DATE.search(name) and not isinstance(one[name], dict | list)
    ]
    return [pair for pair in dates if pair[1] not in _UPDATED | _BEGINNINGS] or dates


def _only(*names):
    return lambda holder, key: _fields(holder, key, set(names))


_WHOLE = (_whole, _in_list, _repeated_item)


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
    value = Decimal(str(holder[key]))
    holder[key] = -abs(value) if value else value


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


POISONS = {
    "nul": Poison("a NUL in a text, escaped", _text, _insert(mark("nul"))),
    "raw_nul": Poison("a NUL in a text, as it is", _text, _insert(mark("raw_nul"))),
    "lone_surrogate": Poison(
        "half a character in a text, escaped", _text, _insert(mark("surrogate"))
    ),
    "raw_surrogate": Poison(
        "half a character in a text, as CESU-8", _text, _insert(mark("raw_surrogate"))
    ),
    "long_text": Poison("a text of 300 000 characters", _text, _put("long " * 60_000)),
    "list_for_text": Poison("a list for a text", _text, _put(["one", "two"])),
    "object_for_text": Poison("an object for a text", _text, _put({"Value": "one"})),
    "nan": Poison("NaN as amounts", _amounts, _put(mark("nan"))),
    "infinity": Poison("Infinity as amounts", _amounts, _put(mark("infinity"))),
    "huge_number": Poison("1e400 as amounts", _amounts, _put(mark("huge_number"))),
    "boolean_amount": Poison("true as amounts", _amounts, _put(mark("true"))),
    "text_amount": Poison("a word as amounts", _amounts, _put("twelve")),
    "negative_price": Poison("amounts below zero", _amounts, _negate),
    "many_digits": Poison(
        "amounts or counts of 100 000 digits", _figures, _put(mark("many_digits"))
    ),
    "beyond_32_bits": Poison("counts and id above 2^31", _counts_and_id, _put(2**40)),
    "no_number": Poison("an order without its number", _number, _remove),
    "no_id": Poison("the record without its id", _own_id, _remove),
    "no_item_id": Poison("an item without its id", _item_id, _remove),
    "no_name": Poison("the record without its name", _name, _remove),
    "long_id": Poison("an id of 300 characters", _own_id, _lengthen),
    "far_future": Poison(
        "updated in the year 9999",
        _updated,
        _moment("9999-12-31T23:59:59.000000+00:00"),
    ),
    "empty_date": Poison(
        "an empty date as a date long ago",
        _dates,
        _moment("-0001-11-30T00:00:00.000000+10:04"),
    ),
    "deep_nesting": Poison("500 levels in a field", _whole, _add_field(mark("nested"))),
    "very_deep_nesting": Poison(
        "100 000 levels in a field", _whole, _add_field(mark("deeply_nested"))
    ),
    "twice": Poison("the record twice in its list", _in_list, _repeat),
    "item_twice": Poison("an item twice in its order", _repeated_item, _repeat),
    "null_record": Poison("null for the record", _whole, _put(mark("null"))),
    "text_record": Poison("a word for the record", _whole, _put("record")),
    "no_token": Poison("no access token", _only("access_token"), _remove),
    "euro_sign": Poison("a euro sign", _only("access_token"), _insert("€")),
    "endless": Poison("valid for 1e14 s", _only("expires_in"), _put(mark("endless"))),
}
