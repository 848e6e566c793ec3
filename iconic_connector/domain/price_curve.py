"""From what shoppers are to pay, now and later, to what the marketplace can hold.

Odoo's price of a product is a curve in time: constant between moments at which a dated
rule begins or ends. The marketplace holds one Price and one SalePrice with dates. Knows
nothing of Odoo: amounts are Decimals in cents, taxes included, and moments are UTC
without a time zone, as Odoo stores them.

Source: design, section 6, and the decision table that belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

#: How long before its start a promotion is sent.
HORIZON = timedelta(days=3)
#: How long a sale lasts at most (product feeds spec, SaleEndDate).
SALE_YEARS = 2
#: How long before it is over a sale without an end of its own is renewed.
RENEW_BEFORE = timedelta(days=30)
#: A sale that ends sooner is not begun: feeds take their time.
SHORTEST_SALE = timedelta(minutes=15)
#: How soon a sale that runs out is set to end.
RUNS_OUT_IN = timedelta(minutes=10)
ONE_SECOND = timedelta(seconds=1)


class Step(NamedTuple):
    """A moment, and the price from then on; None where there is none to ask for."""

    moment: datetime
    price: Decimal | None


class Sale(NamedTuple):
    """A sale price, from its start until just before its end."""

    price: Decimal
    start: datetime
    end: datetime

    def runs(self, moment: datetime) -> bool:
        """Tell whether shoppers pay the sale price at some moment."""
        return self.start <= moment < self.end


class Offer(NamedTuple):
    """What the marketplace holds about the price of a product."""

    price: Decimal
    sale: Sale | None = None

    def paid(self, moment: datetime) -> Decimal:
        """Return what shoppers pay at some moment."""
        return self.sale.price if self.sale and self.sale.runs(moment) else self.price

    def holding(self, moment: datetime) -> Offer:
        """Return what is left of it at some moment: an ended sale is no sale."""
        return self._replace(sale=None) if self._is_over(moment) else self

    def _is_over(self, moment):
        return self.sale and self.sale.end <= moment

    def agrees(self, listed: Offer, now: datetime) -> bool:
        """Tell whether sending it would change nothing about what is listed.

        The start of a sale does not matter once it is past.
        """
        ours, theirs = self.holding(now), listed.holding(now)
        return ours.price == theirs.price and _from(ours.sale, now) == _from(
            theirs.sale, now
        )


@dataclass(frozen=True)
class Curve:
    """What shoppers are to pay for one piece of a product, from now on.

    :param now: the present
    :param steps: one or more, by their moments; the first one is the present
    :param lasting: the price now without all rules that have an end, None without one
    """

    now: datetime
    steps: tuple[Step, ...]
    lasting: Decimal | None = None

    @classmethod
    def constant(cls, price: Decimal | None, now: datetime) -> Curve:
        """Return the curve of a price without any rules."""
        return cls(now, (Step(now, price),), price)

    @property
    def price(self) -> Decimal | None:
        """Return the price now."""
        return self.steps[0].price

    def changes(self) -> list[Step]:
        """Return the present, and the steps at which the price is another one."""
        found = [self.steps[0]]
        for step in self.steps[1:]:
            if step.price != found[-1].price:
                found.append(step)
        return found

    def rise(self, price: Decimal, after: datetime) -> datetime | None:
        """Return the first moment at which the price is higher, or None."""
        for moment, later in self.steps:
            if moment > after and later is not None and later > price:
                return moment
        return None

    def next_price(self) -> Step | None:
        """Return the next step that has a price, or None."""
        return next((step for step in self.steps[1:] if step.price), None)

    def passed_over(self, moment: datetime) -> Curve:
        """Return the curve as if its price of some later moment were the present's."""
        before = [step for step in self.steps if step.moment <= moment]
        rest = self.steps[len(before) :]
        return Curve(self.now, (Step(self.now, before[-1].price), *rest), self.lasting)


def offer_for(
    curve: Curve,
    rrp: Decimal | None = None,
    listed: Offer | None = None,
    ahead: bool = True,
) -> Offer | None:
    """Return what the marketplace should hold now, so that shoppers pay the curve.

    :param rrp: the recommended retail price, None without one
    :param listed: what the marketplace holds, None if it does not have the product
    :param ahead: whether a promotion may be sent before it begins
    :return: None if there is no price now: nothing is sent then
    """
    price = curve.price
    if not price or price <= 0:
        return None
    listed = (listed or Offer(price)).holding(curve.now)
    top = max(rrp or price, curve.lasting or price)
    if top > price:
        return _running_sale(curve, top, rrp, listed, ahead)
    return Offer(price, _promotion_ahead(curve, listed.sale) if ahead else None)


def _from(sale, now):
    """Return what is still to come of a sale, if there is one."""
    return sale and sale._replace(start=max(sale.start, now))


def _running_sale(curve, top, rrp, listed, ahead):
    """Return the offer of a price below the lasting one or the RRP."""
    price, now = curve.price, curve.now
    sale = listed.sale if listed.sale and listed.sale.runs(now) else None
    continues = sale is not None and sale.price == price
    rise = curve.rise(price, now)
    if rise and rise - now < SHORTEST_SALE and not continues:
        return offer_for(curve.passed_over(rise), rrp, listed, ahead)
    same = continues and listed.price == top
    start = sale.start if same else now
    return Offer(top, Sale(price, start, _sale_end(now, rise, sale if same else None)))


def _sale_end(now, rise, listed):
    """Return the end of a running sale: the next rise, at most two years ahead.

    The end that a sale without a nearer rise has already is good until it is renewed.

    :param listed: the same sale as it is listed, or None
    """
    latest = years_later(now, SALE_YEARS)
    if rise and rise <= latest:
        return rise
    if listed and listed.end >= now + RENEW_BEFORE and not (rise and listed.end > rise):
        return listed.end
    return latest


def _promotion_ahead(curve, listed):
    """Return the next promotion if it begins soon and ends, or None.

    A fall without a later rise is a lasting change, sent at its moment; and there is no
    promise across a time without a price.

    :param listed: the sale that is listed, or None
    """
    changes = curve.changes()[1:]
    if not changes:
        return None
    start, price = changes[0]
    if not price or price >= curve.price or start > curve.now + HORIZON:
        return None
    end = curve.rise(price, start)
    gaps = [one.moment for one in changes if not one.price]
    if not end or any(gap < end for gap in gaps):
        return None
    sale = Sale(price, start, min(end, years_later(curve.now, SALE_YEARS)))
    return sale if end - curve.now >= SHORTEST_SALE or sale == listed else None


def running_out(wanted: Offer, listed: Offer, now: datetime) -> Offer | None:
    """Return the listed sale with an end a few minutes ahead, or None.

    For shops where a cleared sale stays on. Never for a sale that is cheaper than
    wanted, unless it ends that soon anyway, and never for one that has not begun.

    :param wanted: an offer without a sale
    :param listed: what the marketplace holds
    """
    sale = listed.sale
    if wanted.sale or not sale or not sale.runs(now):
        return None
    soon = now + RUNS_OUT_IN
    if wanted.price > sale.price and sale.end > soon:
        return None
    return Offer(listed.price, sale._replace(end=min(sale.end, soon)))


def sale_price_left(price, end: datetime | None, now: datetime) -> float:
    """Return a sale price that is listed or sent, 0 once the sale is over.

    :param price: maybe None or 0, if there is none
    :param end: in Odoo's form, None or False if it is not known
    """
    return 0.0 if not price or (end and end <= now) else float(price)


def next_comparison(curve: Curve, others: Iterable[datetime] = ()) -> datetime | None:
    """Return when the price has to be compared again, or None.

    :param others: more moments at which something changes
    """
    moments = [step.moment for step in curve.steps[1:2]]
    changes = curve.changes()
    for before, step in zip(changes, changes[1:], strict=False):
        if before.price and step.price and step.price < before.price:
            moments.append(step.moment - HORIZON)
            break
    return min((one for one in (*moments, *others) if one > curve.now), default=None)


def own_end(end: datetime | None, sent: datetime) -> datetime | None:
    """Return the end of a sale if it comes from a rule, None if it is the latest one.

    :param sent: when the sale was sent, or is going to be
    """
    return end if end and end < years_later(sent, SALE_YEARS) - RENEW_BEFORE else None


def years_later(moment: datetime, years: int) -> datetime:
    """Return the same day some years later; the 28th for 29 February."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
