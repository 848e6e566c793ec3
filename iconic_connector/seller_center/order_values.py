"""Single values in answers about orders, the same for both APIs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .envelope import Node, as_list, child, number, text
from .order_records import Address, Document, Voucher

CENT = Decimal("0.01")
# What the marketplace puts in place of personal data.
MASK = re.compile(r"#{3,}|\*{3,}")
# The most lines that the marketplace has for a street.
MAX_LINES = 5
# What files begin with, for answers that do not tell the type.
SIGNATURES = (
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"<", "text/html"),
)
VAGUE_TYPES = ("", "application/octet-stream", "binary/octet-stream")


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


def words(node: Node, container: str, name: str) -> tuple[str, ...]:
    """Return the texts of a list, empty ones left out."""
    return tuple(filter(None, map(text, as_list(child(node, container), name))))


def variation(value: str) -> str:
    """Return the size or the like; some shops write ``{}`` or ``...`` for none."""
    return "" if value in ("{}", "[]", "...") else value


def unmask(**values: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Empty the values that the marketplace hides, so that nobody takes them as real.

    :return: the values, and the names of those that were hidden.
    """
    masked = tuple(name for name, value in values.items() if MASK.search(value))
    return {name: "" if name in masked else values[name] for name in values}, masked


def make_address(
    *, lines: Iterable[str], phones: Iterable[str], **values: str
) -> Address | None:
    """Make an address of what an answer says, None if that is nothing."""
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


def make_document(document_type: str, mime_type: str, content: bytes) -> Document:
    """Make a document, its type guessed from its content if nobody tells."""
    mime_type = mime_type.partition(";")[0].strip().lower()
    if mime_type in VAGUE_TYPES:
        start = content.lstrip()[:8]
        found = (kind for mark, kind in SIGNATURES if start.startswith(mark))
        mime_type = next(found, "application/octet-stream")
    return Document(document_type, mime_type, content)
