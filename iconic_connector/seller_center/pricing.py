"""Price and recommended retail price, as the marketplace wants them."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from .const import CENT, SALE_MUST_END_WITHIN, SALE_MUST_START_AFTER, SALE_YEARS
from .records import CLEARED, Product


def cents(amount: Decimal) -> Decimal:
    """Round an amount as documents do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


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
    if not rrp or cents(rrp) <= cents(price):
        return {"price": price}
    start, end = sale_window(now)
    return {
        "price": rrp,
        "sale_price": price,
        "sale_start": start,
        "sale_end": end,
    }


def promotion_fields(price: Decimal, sale_price: Decimal, start, end) -> dict:
    """Return the price fields of a sale with dates of its own, such as a weekend's.

    :param price: what the buyer pays before and after.
    :param sale_price: what the buyer pays from start to end.
    :return: keyword arguments for :class:`~.records.Product`.
    """
    if cents(sale_price) >= cents(price):
        return {"price": price}
    return {
        "price": price,
        "sale_price": sale_price,
        "sale_start": start,
        "sale_end": end,
    }


def ended_sale_fields(price: Decimal) -> dict:
    """Return the price fields that end a sale: three empty elements."""
    return {
        "price": price,
        "sale_price": CLEARED,
        "sale_start": CLEARED,
        "sale_end": CLEARED,
    }


def sale_dates_fit(product: Product, year: int) -> bool:
    """Tell whether the marketplace takes the dates of a sale, if there is one.

    SellerCenter REST, Prices.

    :param year: the present one.
    """
    if product.sale_price is None or product.sale_price is CLEARED:
        return True
    return (
        product.sale_start >= SALE_MUST_START_AFTER
        and product.sale_end.year <= year + SALE_MUST_END_WITHIN
    )


def paid_price(product: Product) -> Decimal | None:
    """Return what the buyer pays while the product's sale lasts, if it has one."""
    if product.sale_price is None or product.sale_price is CLEARED:
        return product.price
    return product.sale_price
