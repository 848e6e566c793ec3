"""Single values in answers, the same for both APIs.

An answer is a tree of dicts, lists and strings. Each shop spells it a little
differently, so that it is read leniently: names without regard to case, one child or
many, ``""`` for none.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeAlias

from .const import CENT
from .records import EXTENSIONS, Address, Document, Voucher

Node: TypeAlias = dict | list | str | None

# A number with or without thousands separators.
NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?")
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
        wanted = name.lower()
        node = next((v for k, v in node.items() if k.lower() == wanted), None)
    return node


def as_list(node: Node, name: str) -> list:
    """Return the children of a container, however the shop spells them.

    Nothing, ``""``, the child itself, a list of them, a list of wrappers
    (``[{"Order": {...}}]``) and a bare list without the child's name all come out as
    a plain list.

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
        elif item not in (None, "", {}):
            found.append(item)
    return found


def text(node: Node, *path: str) -> str:
    """Return a value as stripped text, empty if it is missing."""
    value = child(node, *path) if path else node
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def text_list(node: Node, container: str, name: str) -> tuple[str, ...]:
    """Return the texts of a list, empty ones left out."""
    return tuple(filter(None, map(text, as_list(child(node, container), name))))


def number(node: Node, *path: str) -> Decimal | None:
    """Return a number, thousands separators dropped; None if there is none."""
    value = text(node, *path)
    return Decimal(value.replace(",", "")) if NUMBER.fullmatch(value) else None


def integer(node: Node, *path: str) -> int | None:
    """Return a whole number, None if there is none."""
    value = number(node, *path)
    return None if value is None else int(value)


def decimal(node: Node, *path: str) -> Decimal | None:
    """Return a number as it stands, of text or of JSON; None if there is none."""
    value = child(node, *path) if path else node
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return number(value)


def money(node: Node, *path: str) -> Decimal | None:
    """Return an amount in whole cents, None if there is none.

    Shops write ``1,234.50``; and some numbers in JSON carry the noise of binary
    fractions, which a cent is far above.
    """
    value = decimal(node, *path)
    try:
        return None if value is None else value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return None


def first_money(node: Node, *names: str) -> Decimal | None:
    """Return the first amount of these that there is."""
    amounts = (money(node, name) for name in names)
    return next((amount for amount in amounts if amount is not None), None)


def boolean(node: Node, *path: str) -> bool:
    """Return a yes or no, of which ``1`` and ``true`` are yes."""
    return text(node, *path).lower() in ("1", "true", "yes")


def timestamp(node: Node, *path: str, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return a time in UTC, None if there is none or if it cannot be read.

    :param zone: the zone of times that do not name one.
    """
    value = text(node, *path)
    for time_format in TIME_FORMATS:
        try:
            found = datetime.strptime(value, time_format)
            aware = found if found.tzinfo else found.replace(tzinfo=zone)
            return aware.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            continue
    return None


def file_content(node: Node, *path: str) -> bytes | None:
    """Return a file that is written in base64, None if it cannot be decoded."""
    try:
        return base64.b64decode(text(node, *path))
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
        cashback_funded_by_seller=money(row, "cashbackAmountFundedBySeller"),
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
