"""Single values in answers, the same for both APIs.

An answer is a tree of dicts, lists and texts (`tree`). Each shop spells it a little
differently, so that it is read leniently: names without regard to case, one child or
many, ``""`` for none. What counts is bounded and checked here: an amount, a quantity or
an id that is there and cannot be read raises `UnreadableValue`, so that the record it
belongs to is held and never becomes another one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from .const import CENT
from .errors import UnreadableValue
from .records import (
    EXTENSIONS,
    Address,
    Document,
    OrderItem,
    Records,
    UnreadableRecord,
    Voucher,
)
from .tree import BrokenAnswer, Fields, Node, read_json

Record = TypeVar("Record")

# Characters of a text: more is cut. A name of 500 characters still fits into an index
# of PostgreSQL, whatever it is written in.
MAX_TEXT = 500
# The same for descriptions, messages, patterns and addresses of the web.
MAX_LONG_TEXT = 10_000
# The same for descriptions of products, of which 25 000 characters can be sent.
MAX_DESCRIPTION = 50_000
# The same for data that are kept as they came.
MAX_RAW_TEXT = 20_000
# Characters of an id; a longer one is none.
MAX_ID = 255
# Characters of a value that an error repeats.
MAX_TOLD = 40
# Characters of what a person knows a record by.
MAX_SHOWN = 80
# Amounts and numbers from here on are nobody's.
MAX_AMOUNT = Decimal(10) ** 10
MAX_INTEGER = 2**31 - 1
# Years that a time of an order, a price or a product can lie in. Empty dates come as
# ``-0001-11-30``.
YEARS = range(2000, 2200)
# How far the marketplace's clock may be ahead.
CLOCK_MARGIN = timedelta(minutes=15)
# A number with or without thousands separators, or as JSON writes small and large ones.
NUMBER = re.compile(
    r"-?([0-9]{1,3}(,[0-9]{3}){1,10}|[0-9]{1,40})(\.[0-9]{1,40})?(e[+-]?[0-9]{1,2})?",
    re.IGNORECASE,
)
# An id that is a number.
WHOLE = re.compile(r"[0-9]{1,18}")
# The spellings of a time that have been seen, with and without zone.
TIME_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d",
)
# What the marketplace puts in place of personal data.
MASK = re.compile(r"#{3,}|\*{3,}")
# The most lines that the marketplace has for a street.
MAX_LINES = 5
# What files begin with, for answers that do not tell the type.
FILE_STARTS = (
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<", "text/html"),
)


def child(node: Node, *path: str) -> Node:
    """Follow names down the tree, without regard to case.

    :return: None if there is no such child.
    """
    for name in path:
        if not isinstance(node, dict):
            return None
        node = (node if isinstance(node, Fields) else Fields(node)).find(name)
    return node


def as_list(node: Node, name: str) -> list:
    """Return the children of a container, however the shop spells them.

    Nothing, ``""``, the child itself, a list of them, a list of wrappers
    (``[{"Order": {...}}]``) and a bare list without the child's name all come out as
    a plain list. What is nothing within a list of several stays in it.

    :param node: the container.
    :param name: the name of a child.
    """
    if not isinstance(node, list):
        node = child(node, name)
        node = node if isinstance(node, list) else [node]
    found = []
    for item in node:
        inner = child(item, name) if isinstance(item, dict) and len(item) == 1 else None
        if inner is not None:
            found.extend(as_list(item, name))
        elif item not in (None, "", {}) or len(node) > 1:
            found.append(item)
    return found


def record_rows(node: Node, name: str) -> list:
    """Return the rows of a list of records, as `as_list` does for any list.

    A single record of which nothing is told is a row: it does not count as absent.

    :param node: the container.
    :param name: the name of a record.
    """
    rows = as_list(node, name)
    told = node if isinstance(node, list) else child(node, name)
    return rows or ([] if told in (None, []) else [None])


def text(node: Node, *path: str, longest: int = MAX_TEXT) -> str:
    """Return a value as stripped text, empty if it is missing; cut if it is too long.

    :param longest: characters.
    """
    value = child(node, *path) if path else node
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)[: longest + MAX_TEXT].strip()[:longest]


def long_text(node: Node, *path: str) -> str:
    """Return a value as stripped text that may be a description or a web address."""
    return text(node, *path, longest=MAX_LONG_TEXT)


def description(node: Node, *path: str) -> str:
    """Return a description as stripped text, as long as any that can be sent."""
    return text(node, *path, longest=MAX_DESCRIPTION)


def text_list(node: Node, container: str, name: str) -> tuple[str, ...]:
    """Return the texts of a list, empty ones left out."""
    return tuple(filter(None, map(long_text, as_list(child(node, container), name))))


def identifier(node: Node, *path: str, required: bool = False) -> str:
    """Return an id, a SKU or a number that something is known by; empty if missing.

    :param required: whether the record is nothing without it.
    :raise UnreadableValue: if it cannot be one, or is missing though it is required.
    """
    value = child(node, *path) if path else node
    found = text(value)
    if isinstance(value, (bool, dict)) or (isinstance(value, list) and value):
        raise _unreadable("value_not_an_id", path, value)
    if len(found) > MAX_ID:
        raise _unreadable("value_not_an_id", path, found)
    if required and not found:
        raise _unreadable("value_missing", path, "")
    return found


def whole_id(node: Node, *path: str) -> str:
    """Return an id that calls can name: a whole number.

    :raise UnreadableValue: if it is none, or missing.
    """
    found = identifier(node, *path, required=True)
    if not WHOLE.fullmatch(found):
        raise _unreadable("value_not_an_id", path, found)
    return found


def link(node: Node, *path: str) -> str:
    """Return the id of another record, empty if there is none; ``0`` is none too."""
    found = text(node, *path, longest=MAX_ID)
    return "" if found == "0" else found


def json_in_text(node: Node) -> Node:
    """Return what a text of JSON holds, as shops write some fields; others as is."""
    if not isinstance(node, str) or node.strip()[:1] not in ("[", "{"):
        return node
    try:
        return read_json(node.encode())
    except BrokenAnswer:
        return None


def decimal(node: Node, *path: str) -> Decimal | None:
    """Return a number, None if there is none or if it cannot be read.

    Only for what nothing depends on; thousands separators are dropped.
    """
    value = child(node, *path) if path else node
    found = text(value)
    if isinstance(value, bool) or not NUMBER.fullmatch(found):
        return None
    number = Decimal(found.replace(",", ""))
    return number if abs(number) < MAX_AMOUNT else None


def integer(node: Node, *path: str) -> int | None:
    """Return a whole number that nothing depends on, None if it cannot be read."""
    value = decimal(node, *path)
    return None if value is None or abs(value) > MAX_INTEGER else int(value)


def quantity(node: Node, *path: str) -> int | None:
    """Return a number of pieces, None if the answer does not tell.

    :raise UnreadableValue: if there is something else in its place.
    """
    value = _number(node, *path)
    if value is None:
        return None
    if abs(value) > MAX_INTEGER:
        raise _unreadable("value_out_of_range", path, value)
    if value != int(value):
        raise _unreadable("value_not_a_number", path, value)
    return int(value)


def money(node: Node, *path: str) -> Decimal | None:
    """Return an amount in whole cents, None if the answer does not tell.

    Shops write ``1,234.50``; and some numbers in JSON carry the noise of binary
    fractions, which a cent is far above.

    :raise UnreadableValue: if there is something else in its place.
    """
    value = _number(node, *path)
    return None if value is None else value.quantize(CENT, ROUND_HALF_UP)


def price(node: Node, *path: str) -> Decimal | None:
    """Return an amount that is never negative; see `money`.

    :raise UnreadableValue: if it is negative or no amount.
    """
    value = money(node, *path)
    if value is not None and value < 0:
        raise _unreadable("value_negative", path, value)
    return value


def _number(node: Node, *path: str) -> Decimal | None:
    value = child(node, *path) if path else node
    if value in (None, "", {}, []) or value == "null":
        return None
    found = decimal(value)
    if found is None:
        known = NUMBER.fullmatch(text(value)) and not isinstance(value, bool)
        reason = "value_out_of_range" if known else "value_not_a_number"
        raise _unreadable(reason, path, value)
    return found


def _unreadable(reason: str, path: tuple[str, ...], value: Any) -> UnreadableValue:
    field, told = ".".join(path) or "?", str(value)[:MAX_TOLD]
    return UnreadableValue(reason=reason, values={"field": field, "value": told})


def price_or_paid(node: Node, *names: str) -> tuple[Decimal | None, Decimal | None]:
    """Return two amounts that follow from each other, such as price and paid price.

    :raise UnreadableValue: if one is unreadable or both are missing: an item without
        any price is not worth 0.
    """
    found = tuple(price(node, name) for name in names)
    if found == (None, None):
        raise _unreadable("value_missing", names[:1], "")
    return found


def first_price(node: Node, *names: str) -> Decimal | None:
    """Return the first amount of these that there is."""
    amounts = (price(node, name) for name in names)
    return next((amount for amount in amounts if amount is not None), None)


def boolean(node: Node, *path: str) -> bool:
    """Return a yes or no, of which ``1`` and ``true`` are yes."""
    return text(node, *path).lower() in ("1", "true", "yes")


def timestamp(node: Node, *path: str, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return a time in UTC, None if there is none or if it cannot be read.

    :param zone: the zone of times that do not name one.
    """
    value = text(node, *path)
    for time_format in TIME_FORMATS if value else ():
        try:
            found = datetime.strptime(value, time_format)
            aware = found if found.tzinfo else found.replace(tzinfo=zone)
            found = aware.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            continue
        return found if found.year in YEARS else None
    return None


@dataclass(frozen=True, slots=True)
class Times:
    """How the times in an answer are read.

    :param zone: the zone of times that do not name one.
    :param now: after which nothing can have happened yet, None if that is unknown.
    """

    zone: tzinfo = timezone.utc
    now: datetime | None = None

    def moment(self, node: Node, *path: str) -> datetime | None:
        """Return a time, be it past or to come."""
        return timestamp(node, *path, zone=self.zone)

    def past(self, node: Node, *path: str) -> datetime | None:
        """Return when something happened, None if that is still to come.

        An order that was changed in the year 9999 would never change again.
        """
        found = self.moment(node, *path)
        if found and self.now and found > self.now + CLOCK_MARGIN:
            return None
        return found


UTC_TIMES = Times()


def read_each(
    rows: Iterable[Node],
    read: Callable[[Node], Record],
    *,
    key: str = "",
    names: tuple[str, ...] = (),
    whole: bool = False,
) -> Records:
    """Read the records of a list, each for itself.

    :param read: makes a record of a row.
    :param key: the attribute that tells records apart: of two, the newer counts.
    :param names: of the fields by which a person knows a record; first its id.
    :param whole: whether its id has to be a whole number.
    :return: those that could be read; the others are its ``unreadable``.
    """
    found: dict[Any, Record] = {}
    unreadable = []
    for place, row in enumerate(rows):
        try:
            record = read(_record(row))
        except UnreadableValue as error:
            unreadable.append(_unreadable_record(row, names, error, whole))
        else:
            name = getattr(record, key) if key else place
            found[name] = newer(found.get(name), record)
    return Records(found.values(), tuple(unreadable))


def newer(first: Record | None, second: Record) -> Record:
    """Return that of two records of the same thing that was changed last."""
    moments = [getattr(one, "updated_at", None) for one in (first, second)]
    return first if all(moments) and moments[0] > moments[1] else second


def by_whole_id(rows: Iterable[Node], name: str) -> tuple[dict[str, Node], Records]:
    """Return rows by an id that further calls can name.

    :param name: of the field with the id, a whole number.
    :return: the rows by id, and those without one as ``unreadable``.
    """
    found: dict[str, Node] = {}

    def keep(row: Node) -> str:
        number = whole_id(row, name)
        found[number] = row
        return number

    return found, read_each(rows, keep, names=("sellerSku", name, "name"))


def items_by_id(items: Iterable[OrderItem]) -> dict[str, OrderItem]:
    """Return the items of an order by id, each once.

    :raise UnreadableValue: if an id comes twice, for things that are not the same.
    """
    found: dict[str, OrderItem] = {}
    for item in items:
        known = found.setdefault(item.order_item_id, item)
        if known.updated_at == item.updated_at and known != item:
            raise _unreadable("value_twice", ("id",), item.order_item_id)
        found[item.order_item_id] = newer(known, item)
    return found


def read_branches(
    rows: Iterable[Node],
    read: Callable[[Node, tuple], Record],
    below: Callable[[Node], Iterable[Node]],
    **names: Any,
) -> Records:
    """Read the records of a tree from its roots on; see `read_each`.

    :param read: makes a record of a row and of the records below it.
    :param below: returns the rows below one.
    """
    lost: list[UnreadableRecord] = []

    def branch(row: Node) -> Record:
        children = read_each(below(row), branch, **names)
        lost.extend(children.unreadable)
        return read(row, tuple(children))

    found = read_each(rows, branch, **names)
    return Records(found, (*found.unreadable, *lost))


def _record(row: Node) -> dict:
    if isinstance(row, dict):
        return row
    told = str(row)[:MAX_TOLD] if row else ""
    reason = "record_no_record" if told else "record_missing"
    raise UnreadableValue(reason=reason, values={"value": told})


def _unreadable_record(
    row: Node, names: tuple[str, ...], problem: UnreadableValue, whole: bool
) -> UnreadableRecord:
    known = [text(row, name) for name in names]
    key = known[0] if known else ""
    fits = WHOLE.fullmatch(key) if whole else len(key) <= MAX_ID
    return UnreadableRecord(
        key=key if fits else "",
        name=next(filter(None, [*known[1:], *known[:1]]), "")[:MAX_SHOWN],
        problem=problem,
        raw=json_ready(row) if isinstance(row, dict) else None,
    )


def json_ready(node: Any) -> Any:
    """Copy an answer into what JSON can hold: amounts become text, to the digit."""
    if isinstance(node, dict):
        return {name: json_ready(value) for name, value in node.items()}
    if isinstance(node, list):
        return [json_ready(value) for value in node]
    if isinstance(node, str):
        return node[:MAX_RAW_TEXT]
    return str(node) if isinstance(node, Decimal) else node


def file_content(node: Node, *path: str) -> bytes | None:
    """Return a file that is written in base64, None if it cannot be decoded."""
    try:
        content = "".join(str(child(node, *path) or "").split())
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None


def read_files(files: Iterable[tuple[str, bytes | None]]) -> dict[str, bytes]:
    """Return files by name, without those that could not be decoded."""
    return {name: content for name, content in files if content is not None}


def variation(value: str) -> str:
    """Return the size or the like; some shops write ``{}`` or ``...`` for none."""
    return "" if value in ("{}", "[]", "...") else value


def unmask(**values: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Empty the values that the marketplace hides, so that nobody takes them as real.

    :return: the values, and the names of those that were hidden.
    """
    masked = tuple(name for name, value in values.items() if MASK.search(value))
    return {name: "" if name in masked else values[name] for name in values}, masked


def build_address(
    *, lines: Iterable[str], phones: Iterable[str], **values: str
) -> Address | None:
    """Build an address of what an answer says, None if that is nothing."""
    lines, phones = tuple(filter(None, lines)), tuple(filter(None, phones))
    if not (lines or phones or any(values.values())):
        return None
    values, masked = unmask(**values)
    masked += ("lines",) if any(map(MASK.search, lines)) else ()
    masked += ("phones",) if any(map(MASK.search, phones)) else ()
    return Address(
        lines=() if "lines" in masked else lines[:MAX_LINES],
        phones=() if "phones" in masked else phones,
        masked=masked,
        **values,
    )


def read_voucher(row: Node) -> Voucher:
    """Read a voucher; both APIs use the same names."""
    return Voucher(
        code=text(row, "code"),
        amount=money(row, "amount"),
        seller_share=decimal(row, "voucherSellerShare"),
        funded_by_seller=money(row, "amountFundedBySeller"),
        cashback_percentage=decimal(row, "cashbackPercentage"),
        cashback_seller_share=decimal(row, "cashbackSellerShare"),
        cashback_funded_by_seller=decimal(row, "cashbackAmountFundedBySeller"),
    )


def build_document(document_type: str, mime_type: str, content: bytes) -> Document:
    """Build a document, its type guessed from its content if nobody tells.

    Other types than those of documents are as good as none: they end up in headers.
    """
    mime_type = mime_type.partition(";")[0].strip().lower()
    if mime_type not in EXTENSIONS:
        start = content.lstrip()[:8]
        found = (kind for mark, kind in FILE_STARTS if start.startswith(mark))
        mime_type = next(found, "application/octet-stream")
    return Document(document_type, mime_type, content)
