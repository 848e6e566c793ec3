"""Prices that change in time, in words."""

from datetime import time

from odoo import fields
from odoo.tools import format_date, format_datetime

from ...domain.price_curve import ONE_SECOND

#: How many changes ahead are named.
NAMED_CHANGES = 3


def describe_curve(env, currency, curve):
    """Return what shoppers are to pay, such as "119.00 until 6 December, then 149.00".

    :param currency: the `res.currency` of the prices
    :param curve: a `domain.price_curve.Curve`
    """
    changes = curve.changes()
    words = [_amount(env, currency, changes[0].price)]
    for change in changes[1 : NAMED_CHANGES + 1]:
        words.append(
            env._(
                "until %(moment)s, then %(price)s",
                moment=_end(env, change.moment),
                price=_amount(env, currency, change.price),
            )
        )
    rest = env._("and so on") if len(changes) > NAMED_CHANGES + 1 else ""
    return ", ".join(filter(None, [" ".join(words), rest]))


def describe_next(env, currency, curve):
    """Return when there is going to be a price, as a sentence, or an empty string."""
    step = curve.next_price()
    if not step:
        return ""
    return env._(
        "From %(moment)s on it is %(price)s.",
        moment=format_datetime(env, step.moment, dt_format="d MMMM y, HH:mm"),
        price=_amount(env, currency, step.price),
    )


def _amount(env, currency, price):
    if not price:
        return env._("no price")
    return currency.format(float(price))


def _end(env, moment):
    """Return the last day or, within a day, the time until which a price holds."""
    local = fields.Datetime.context_timestamp(env["base"], moment)
    this_year = fields.Datetime.context_timestamp(env["base"], fields.Datetime.now())
    whole_days = local.time() in (time(), time(0, 0, 1))
    last = local - 2 * ONE_SECOND if whole_days else local
    year = "" if last.year == this_year.year else " y"
    if whole_days:
        return format_date(env, last.date(), date_format=f"d MMMM{year}")
    return format_datetime(env, moment, dt_format=f"d MMMM{year}, HH:mm")
