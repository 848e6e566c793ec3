"""Price and recommended retail price, as the marketplace wants them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from .const import SALE_YEARS


def sale_window(now: datetime) -> tuple[datetime, datetime]:
    """Return start and end of a sale that begins now.

    Product feeds spec, SaleStartDate and SaleEndDate: now, and now plus two years.
    """
    try:
        return now, now.replace(year=now.year + SALE_YEARS)
    except ValueError:  # 29 February
        return now, now.replace(year=now.year + SALE_YEARS, day=28)


def price_fields(price: Decimal, rrp: Decimal | None, now: datetime) -> dict:
    """Return the price fields of a product record.

    Product feeds spec, Price Update: with a recommended retail price, that is the Price
    and what the buyer pays is the SalePrice. The marketplace refuses a sale price that
    is not below the price, so that such a recommended retail price is not sent.

    :param price: what the buyer pays.
    :param rrp: the recommended retail price, None or 0 if there is none.
    :return: keyword arguments for :class:`~.records.Product`.
    """
    if not rrp or rrp <= price:
        return {"price": price}
    start, end = sale_window(now)
    return {
        "price": rrp,
        "sale_price": price,
        "sale_start": start,
        "sale_end": end,
    }
