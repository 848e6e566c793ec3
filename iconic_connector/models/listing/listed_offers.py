"""Amounts of Odoo in cents, and what the marketplace holds as an `Offer`."""

import math
from decimal import Decimal
from functools import lru_cache

from ... import const
from ...domain.moments import to_odoo_datetime
from ...domain.price_curve import Offer, Sale
from ...seller_center.pricing import cents
from ...seller_center.records import CLEARED

# A shop has few prices, and each is needed several times.
_few = lru_cache(maxsize=10_000)


def is_amount(value):
    """Tell whether a number can be a price: neither NaN, infinite nor absurdly large.

    :param float value: from a field or a computation of Odoo
    """
    return math.isfinite(value) and abs(value) <= const.MAX_PRICE


@_few
def cents_of(amount):
    """Return a float amount of Odoo in cents, without binary rounding errors.

    :return: None if it cannot be a price
    """
    if amount is None or not is_amount(amount):
        return None
    return cents(Decimal(str(round(amount, 6))))


@_few
def listed_alone(price):
    """Return the `Offer` of a listed price without a sale."""
    return Offer(cents_of(price))


@_few
def listed_sale(price, sale_price, start, end):
    """Return the `Offer` of a listed price and sale."""
    return Offer(cents_of(price), Sale(cents_of(sale_price), start, end))


def offer_of(product):
    """Return the `Offer` that a record makes.

    :param product: a `seller_center.records.Product` with a price
    """
    if product.sale_price in (None, CLEARED):
        return Offer(cents(product.price))
    return _sent_sale(
        product.price, product.sale_price, product.sale_start, product.sale_end
    )


@_few
def _sent_sale(price, sale_price, start, end):
    """Return the `Offer` of a price and a sale with dates of the marketplace."""
    dates = map(to_odoo_datetime, (start, end))
    return Offer(cents(price), Sale(cents(sale_price), *dates))
