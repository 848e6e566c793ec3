"""Amounts and sales, as the marketplace wants them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from .const import CENT
from .records import CLEARED


def cents(amount: Decimal) -> Decimal:
    """Round an amount as documents do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def ended_sale_fields(price: Decimal) -> dict:
    """Return the price fields that end a sale: three empty elements."""
    return {
        "price": price,
        "sale_price": CLEARED,
        "sale_start": CLEARED,
        "sale_end": CLEARED,
    }
