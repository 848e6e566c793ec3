import math
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ... import const
from ...domain.moments import to_odoo_datetime, to_utc
from ...domain.price_curve import (
    ONE_SECOND,
    RENEW_BEFORE,
    Curve,
    Step,
    next_comparison,
    offer_for,
    running_out,
)
from ...seller_center.pricing import ended_sale_fields
from ...seller_center.records import CLEARED
from ..product.shopper_prices import ShopperPrices
from .listed_offers import cents_of, is_amount, listed_alone, listed_sale, offer_of
from .price_thresholds import PriceThresholds
from .price_words import describe_next

# Fields of `seller_center.records.Product` and of `iconic.feed.line`.
PRICE_FIELDS = ("price", "sale_price", "sale_start", "sale_end")
OFFER_FIELDS = (*PRICE_FIELDS, "quantity")
#: No RRP, and no moment at which there is another.
NO_RRP = (None, ())


class Amounts(NamedTuple):
    """The amounts that the price of a listing is made of, as they are in Odoo.

    :param price: what shoppers pay now, None if unknown
    :param later: moments and what shoppers pay from then on
    :param lasting: what shoppers would pay now without rules that have an end
    :param rrp: None if there is none
    :param alone: start and end of promotions that run by themselves
    :param rrp_moments: when the RRP may be another one
    """

    price: float | None
    later: tuple = ()
    lasting: float | None = None
    rrp: float | None = None
    alone: tuple = ()
    rrp_moments: tuple = ()


class Held(NamedTuple):
    """Which prices of a listing wait for approval.

    :param reason: why the present price does, or an empty string
    :param ahead: the price of a promotion that does, or None
    :param ahead_reason: why it does
    """

    reason: str = ""
    ahead: Decimal | None = None
    ahead_reason: str = ""


class WantedPrice(NamedTuple):
    """What Odoo wants the price of a listing to be.

    :param fields: arguments for `seller_center.records.Product`, empty if there is no
        price that could be sent
    :param curve: what shoppers are to pay, now and later
    :param reason: why the present price waits for approval, or an empty string
    :param ahead: the price of a promotion that waits for approval, or None
    :param ahead_reason: why it waits
    :param next_at: when to compare again, None if nothing is going to change
    """

    fields: dict
    curve: Curve
    reason: str = ""
    ahead: Decimal | None = None
    ahead_reason: str = ""
    next_at: datetime | None = None

    @property
    def paid(self):
        """Return what shoppers are to pay now, 0 if there is no such price."""
        return self.curve.price or Decimal()

    @property
    def held(self):
        """Return the price that waits for approval, 0 if there is none."""
        return self.paid if self.reason else self.ahead or Decimal()


class IconicListing(models.Model):
    """The prices that Odoo wants listed: Odoo's own answer, now and later.

    Which of it the marketplace can hold is decided in `domain/price_curve.py`.
    """

    _inherit = "iconic.listing"

    minimum_price = fields.Monetary(
        help="A lower price waits for approval. Empty: the account's limit."
    )
    last_wanted_price = fields.Monetary(
        readonly=True,
        copy=False,
        help="What shoppers were to pay at the last comparison, unless that waited for "
        "approval. Falls are measured from here.",
    )
    approved_price = fields.Monetary(
        readonly=True,
        copy=False,
        help="A user has approved this price, which a threshold held back.",
    )
    next_comparison_at = fields.Datetime(
        string="Next Comparison",
        readonly=True,
        copy=False,
        help="When the price list has another price, a promotion is to be sent, or the "
        "product goes on sale.",
    )
    is_on_sale = fields.Boolean(
        compute="_compute_is_on_sale",
        help="Shoppers pay the listed sale price now.",
    )
    _next_prices = models.Index(
        "(next_comparison_at) WHERE next_comparison_at IS NOT NULL"
    )

    @api.depends(
        "listed_price", "listed_sale_price", "listed_sale_start", "listed_sale_end"
    )
    def _compute_is_on_sale(self):
        now = fields.Datetime.now()
        for listing in self:
            offer = listing._listed_offer(now)
            listing.is_on_sale = bool(offer and offer.sale and offer.sale.runs(now))

    def _wanted_prices(self, account):
        """Return what Odoo wants the price of each listing to be, taxes included.

        Source: design, section 6; product feeds spec, Price Update. Without a price
        list there is no price.

        :param account: the account in its company
        :return: a dict, listing id -> `WantedPrice`
        """
        amounts, now = self._amounts(account), fields.Datetime.now()
        thresholds = PriceThresholds(account, self.product_id, now)
        return {
            listing.id: listing._wanted_price(amounts[listing.id], thresholds)
            for listing in self
        }

    def _current_prices(self):
        """Return what Odoo wants the prices of listings of any accounts to be.

        :return: a dict, listing id -> `WantedPrice`
        """
        found = {}
        for account, listings in self.grouped("account_id").items():
            account = account._with_company_and_language()
            found |= listings.with_env(account.env)._wanted_prices(account)
        return found

    def _amounts(self, account):
        """Return the amounts that the prices are made of.

        :param account: the account in its company
        :return: a dict, listing id -> `Amounts`
        """
        pricelist = account._usable_pricelist("pricelist_id")
        now, company = fields.Datetime.now(), account.company_id
        shoppers = ShopperPrices(pricelist, self.product_id, company, now)
        parts = (shoppers.now(), shoppers.later(), shoppers.lasting())
        rrps = self._rrps(account)
        return {
            listing.id: listing._own_amounts(shoppers.rules, rrps[listing.id], *parts)
            for listing in self
        }

    def _rrps(self, account):
        """Return the RRP of each listing, and the moments at which it may change.

        Its own, else its product's, else that of the account's list.

        :param account: the account in its company
        :return: a dict, listing id -> RRP, None if there is none, and moments
        """
        if not account.send_rrp:
            return dict.fromkeys(self._ids, NO_RRP)
        recommended = self._recommended_prices(account)
        # The product's is in the currency of the company.
        counts = account.company_id.currency_id == account.currency_id
        rrps = {}
        for listing in self:
            product = listing.product_id
            own = listing.rrp or (counts and product.iconic_rrp)
            rrps[listing.id] = (own, ()) if own else recommended.get(product.id, NO_RRP)
        return rrps

    def _recommended_prices(self, account):
        """Return the RRPs of the account's list, NaN if it must not be used.

        :return: a dict, product id -> price, and the moments at which it may change
        """
        pricelist = account._usable_pricelist("rrp_pricelist_id")
        if pricelist != account.rrp_pricelist_id:
            return dict.fromkeys(self.product_id._ids, (math.nan, ()))
        if not pricelist:
            return {}
        now, company = fields.Datetime.now(), account.company_id
        shoppers = ShopperPrices(pricelist, self.product_id, company, now)
        prices = shoppers.now()
        return {
            product.id: (prices[product.id], shoppers.rules.moments(product))
            for product in self.product_id
            if product.id in prices
        }

    def _own_amounts(self, rules, rrp, prices, later, lasting):
        """Return the `Amounts` of one listing; its own price comes first.

        :param rules: the `PriceRules` of the price list
        :param rrp: its RRP, None if there is none, and the moments of another one
        :param prices: product id -> price now
        :param later: product id -> moments and prices
        :param lasting: product id -> price without promotions, if there may be any
        """
        rrp, rrp_moments = rrp
        if self.price:
            return Amounts(
                self.price, lasting=self.price, rrp=rrp, rrp_moments=rrp_moments
            )
        product = self.product_id
        price = prices.get(product.id)
        return Amounts(
            price,
            later.get(product.id, ()),
            lasting.get(product.id, price),
            rrp,
            rules.alone(product) if price is not None else (),
            rrp_moments,
        )

    def _product_rrp(self):
        """Return the RRP of the product, 0 if it is in another currency."""
        company = self.account_id.company_id
        same = company.currency_id == self.currency_id
        return self.product_id.iconic_rrp if same else 0

    def _wanted_price(self, amounts, thresholds):
        """Return the `WantedPrice` of one listing.

        :param amounts: its `Amounts`
        :param thresholds: the `PriceThresholds` of its account, as they are now
        """
        account, now = thresholds.account, thresholds.now
        if _unusable(amounts):
            return WantedPrice({}, Curve.constant(None, now))
        curve, listed = _curve(amounts, now), self._listed_offer(now)
        ahead = timedelta(hours=account.promotion_alone_hours)
        next_at = next_comparison(curve, self._other_moments(amounts, ahead))
        alone = any(
            (start or now) - ahead <= now <= end for start, end in amounts.alone
        )
        make_offer = partial(_offer, curve, cents_of(amounts.rrp), listed, alone)
        if not (offer := make_offer()):
            return WantedPrice({}, curve, next_at=next_at)
        held, offer = self._held_prices(thresholds, curve, offer, listed, make_offer)
        values = self._price_fields(offer, listed, account, held.reason, now)
        return WantedPrice(values, curve, *held, next_at)

    def _held_prices(self, thresholds, curve, offer, listed, make_offer):
        """Return which prices wait for approval, and leave a promotion out that does.

        :param thresholds: the `PriceThresholds`
        :param curve: the `Curve`
        :param offer: the `Offer` for it
        :param listed: the `Offer` that is listed, or None
        :param make_offer: returns an `Offer`, without promotions if `ahead` is False
        :return: a `Held`, and the `Offer` that may be sent
        """
        price, sale = curve.price, offer.sale
        reason = thresholds.reason(self, price, offer.price, listed)
        if not sale or sale.start <= curve.now:
            return Held(reason), offer
        ahead_reason = thresholds.reason(
            self, sale.price, offer.price, listed, before=price
        )
        if not ahead_reason:
            return Held(reason), offer
        return Held(reason, sale.price, ahead_reason), make_offer(ahead=False)

    def _other_moments(self, amounts, ahead):
        """Yield more moments at which the offer may have to change.

        :param amounts: the `Amounts`
        :param ahead: how long before promotions that run by themselves the RRP is left
            out
        """
        yield from (start - ahead for start, _end in amounts.alone if start)
        yield from amounts.rrp_moments
        if self.listed_sale_end:
            yield self.listed_sale_end
            yield self.listed_sale_end - RENEW_BEFORE

    def _listed_offer(self, now):
        """Return what the marketplace holds, None if it does not have the product.

        A sale whose dates the shop did not tell is to be renewed.
        """
        price, sale_price = self.listed_price, self.listed_sale_price
        if not price:
            return None
        if not sale_price:
            return listed_alone(price)
        return listed_sale(
            price,
            sale_price,
            self.listed_sale_start or now,
            self.listed_sale_end or now + RENEW_BEFORE - ONE_SECOND,
        )

    def _price_fields(self, offer, listed, account, reason, now):
        """Return an offer as arguments for `seller_center.records.Product`.

        :param offer: the `Offer` that is wanted
        :param listed: the `Offer` that is listed, or None
        :param str reason: why the offer waits for approval, or an empty string
        :param now: the present
        """
        if account.sale_ending == "expire" and listed and not reason:
            offer = running_out(offer, listed, now) or offer
        if sale := offer.sale:
            return {
                "price": offer.price,
                "sale_price": sale.price,
                "sale_start": to_utc(sale.start),
                "sale_end": to_utc(sale.end),
            }
        if listed and self._has_sale_to_clear(listed, account, now):
            return ended_sale_fields(offer.price)
        return {"price": offer.price}

    def _has_sale_to_clear(self, listed, account, now):
        """Tell whether three empty elements have to end a sale.

        One that is over may still be in the way of a lower price, but where sales run
        out it is left alone.
        """
        if not listed.sale:
            return False
        return account.sale_ending == "clear" or bool(listed.holding(now).sale)

    def _price_faults(self):
        """Return why listings of one account have no price that could be sent.

        :return: a dict, listing id -> what is wrong and what to do, as a sentence
        """
        if not self:
            return {}
        account = self.account_id._with_company_and_language()
        amounts = self.with_env(account.env)._amounts(account)
        return {one.id: one._price_fault(amounts[one.id]) for one in self}

    def _price_fault(self, amounts):
        """Return why this listing has no price that could be sent.

        :param amounts: its `Amounts`
        """
        unusable = _unusable(amounts)
        name = "rrp" if "rrp" in unusable else "price"
        source, setting = self._source_of(name)
        if problem := setting and self.account_id._pricelist_problem(setting):
            return problem
        if not unusable and amounts.price is None:
            return self.env._("Choose a price list on the account.")
        if not unusable:
            return self._no_price(amounts)
        return self.env._(
            "%(what)s is %(amount)s, which is no amount that can be sent: enter the "
            "right one, at most %(limit)s.",
            what=source,
            amount=unusable[name],
            limit=f"{const.MAX_PRICE:.2f}",
        )

    def _no_price(self, amounts):
        """Return that the price is 0, and when there is going to be one.

        :param amounts: its `Amounts`
        """
        words = self.env._(
            "The price is %s, but has to be above 0: give the product a price in the "
            "price list.",
            f"{amounts.price:.2f}" if amounts.price else 0,
        )
        curve = _curve(amounts, fields.Datetime.now())
        # Jobs have no time zone of their own.
        zone = self.env.user.tz or self.account_id.responsible_id.tz
        env = self.with_context(tz=zone).env
        return f"{words} {describe_next(env, self.currency_id, curve)}".strip()

    def _source_of(self, name):
        """Return in words where an amount comes from, and from which price list.

        :param str name: price or rrp
        :return: the words, and the account's field of the list, empty if it is not
            from one
        """
        account = self.account_id
        if name == "price" and not self.price:
            return self.env._(
                "The price in the price list %s, or the Sales Price of the product,",
                account.pricelist_id.name,
            ), "pricelist_id"
        if name == "price":
            return self.env._("The price of the listing"), ""
        if self.rrp:
            return self.env._("The RRP of the listing"), ""
        if self._product_rrp():
            return self.env._("The RRP of the product"), ""
        return self.env._(
            "The RRP in the price list %s", account.rrp_pricelist_id.name
        ), "rrp_pricelist_id"

    def _keeps_listed_price(self):
        """Tell whether no price is sent, since the listed one is protected."""
        return self.protect_price and self.product_status == "published"

    def _price_differs(self, wanted):
        """Tell whether price, sale price or sale dates are not as wanted.

        :param wanted: a `seller_center.records.Product`
        """
        now = fields.Datetime.now()
        listed = self._listed_offer(now)
        if wanted.price is None or not listed:
            return True
        return not offer_of(wanted).agrees(listed, now)

    def _remember_prices(self, wanted):
        """Store what shoppers are to pay, and when to compare again, with one query.

        An approval ends as soon as Odoo wants another price. Of a protected price
        everything is forgotten: nobody sees what Odoo wants of it.

        :param wanted: what `_wanted_now` returned
        """
        names = ("last_wanted_price", "approved_price", "next_comparison_at")
        new = {one.id: one._remembered(wanted[one.id].price) for one in self}
        rows = [
            (one.id, *new[one.id])
            for one in self
            if new[one.id] != tuple(one[name] or None for name in names)
        ]
        if not rows:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE iconic_listing AS listing
                      SET last_wanted_price = found.wanted,
                          approved_price = found.approved,
                          next_comparison_at = found.next
                     FROM unnest(%s::int[], %s::numeric[],
                                 %s::numeric[], %s::timestamp[])
                       AS found (id, wanted, approved, next)
                    WHERE listing.id = found.id""",
                *map(list, zip(*rows, strict=True)),
            )
        )
        self.invalidate_recordset(names)

    def _end_approvals_of_prices(self, wanted):
        """Forget approvals of first prices that Odoo does not want any more.

        :param wanted: what `_wanted_now` returned
        """
        approved = self.filtered("approved_price")
        approved.filtered(
            lambda one: not one._approves(wanted[one.id].price)
        ).approved_price = 0

    def _approves(self, price):
        """Tell whether a person has approved some of what Odoo wants.

        :param price: the `WantedPrice`
        """
        wanted = (price.paid, price.ahead, price.fields.get("sale_price"))
        return cents_of(self.approved_price) in wanted

    def _remembered(self, price):
        """Return what to store of a price; None where there is nothing.

        :param price: the `WantedPrice`
        """
        opens_at = self._opens_later() or None
        if self.protect_price:
            return None, None, opens_at
        accepted = price.paid and not price.reason
        return (
            float(price.paid) if accepted else self.last_wanted_price or None,
            self.approved_price if self._approves(price) else None,
            min(filter(None, (price.next_at, opens_at)), default=None),
        )


def _offer(curve, rrp, listed, alone, ahead=True):
    """Return what the marketplace should hold now.

    :param alone: whether a promotion that runs by itself is near or runs: it takes the
        place of the RRP, unless another rule sets the price or it waits for approval
    :param ahead: whether a promotion may be sent before it begins
    """
    offer = offer_for(curve, None, listed, ahead) if alone else None
    return offer if offer and offer.sale else offer_for(curve, rrp, listed, ahead)


def _curve(amounts, now):
    """Return the `Curve` of the amounts of a listing; what cannot be sent is a gap."""
    steps = ((now, amounts.price), *amounts.later)
    return Curve(
        now,
        tuple(Step(moment, _positive(price)) for moment, price in steps),
        _positive(amounts.lasting),
    )


def _positive(amount):
    """Return an amount in cents, None unless it is above 0."""
    price = cents_of(amount)
    return price if price and price > 0 else None


def _unusable(amounts):
    """Return which amounts of a listing cannot be sent.

    :param amounts: its `Amounts`
    :return: a dict, price or rrp -> amount
    """
    values = {"price": amounts.price, "rrp": amounts.rrp}
    return {
        name: value for name, value in values.items() if value and not is_amount(value)
    }


def offer_values(product, names):
    """Return price or quantity fields of a record as a feed line stores them.

    :param product: a `seller_center.records.Product`
    :param names: some of `OFFER_FIELDS`
    """
    values = {name: getattr(product, name) for name in names}
    for name, value in values.items():
        if value is CLEARED:
            values[name] = False
        elif isinstance(value, datetime):
            values[name] = to_odoo_datetime(value)
    return values
