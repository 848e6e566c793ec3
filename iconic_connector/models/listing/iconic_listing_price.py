import math
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models

from ... import const
from ...domain.moments import to_odoo_datetime, to_utc
from ...seller_center.pricing import (
    ended_sale_fields,
    paid_price,
    price_fields,
    promotion_fields,
)
from ...seller_center.records import CLEARED

# Fields of `seller_center.records.Product` and of `iconic.feed.line`.
PRICE_FIELDS = ("price", "sale_price", "sale_start", "sale_end")
OFFER_FIELDS = (*PRICE_FIELDS, "quantity")
# What Odoo's rounding raises for NaN, infinity and amounts that are far too large.
NO_AMOUNT = (ArithmeticError, ValueError)


class Amounts(NamedTuple):
    """The amounts that the price of a listing is made of, as they are in Odoo.

    :param price: what shoppers pay without a promotion, None if unknown
    :param promotion: price, start and end, or None
    :param rrp: None if there is none
    """

    price: float | None
    promotion: tuple | None
    rrp: float | None


class IconicListing(models.Model):
    """The prices that Odoo wants listed: price list, RRP and dated promotions."""

    _inherit = "iconic.listing"

    minimum_price = fields.Monetary(
        help="A lower price waits for approval. Empty: the account's limit."
    )

    def _wanted_prices(self, account):
        """Return the price fields of each listing, taxes included.

        Source: product feeds spec, Price Update. Without a price list there is no
        price. A promotion, a dated rule of the price list, is sent ahead with its own
        dates, so that it starts and ends on time even if Odoo is down.

        :param account: the account in its company
        :return: a dict, listing id -> arguments for `seller_center.records.Product`
        """
        amounts = self._amounts(account)
        return {
            listing.id: listing._price_fields(amounts[listing.id], account)
            for listing in self
        }

    def _amounts(self, account):
        """Return the amounts that the prices are made of.

        :param account: the account in its company
        :return: a dict, listing id -> `Amounts`
        """
        # An archived list is out of date: its prices wait.
        pricelist = account.pricelist_id.filtered("active")
        products = self.product_id
        lasting = pricelist.with_context(iconic_lasting_rules=True)
        usual = self._prices_of(products, lasting, account)
        promotions = self._promotions_of(products, pricelist, account)
        recommended = self._recommended_prices(products, account)
        return {
            listing.id: listing._own_amounts(usual, promotions, recommended, account)
            for listing in self
        }

    def _recommended_prices(self, products, account):
        """Return the RRPs of the account's list, NaN if it is archived."""
        pricelist = account.rrp_pricelist_id
        if pricelist and not pricelist.active:
            return dict.fromkeys(products._ids, math.nan)
        return self._prices_of(products, pricelist, account)

    def _own_amounts(self, usual, promotions, recommended, account):
        """Return the `Amounts` of one listing; its own values come first.

        :param usual: product id -> price without promotions
        :param promotions: product id -> price, start and end
        :param recommended: product id -> price of the RRP price list
        """
        product = self.product_id
        rrp = self.rrp or product.iconic_rrp or recommended.get(product.id)
        return Amounts(
            self.price or usual.get(product.id),
            None if self.price else promotions.get(product.id),
            rrp if account.send_rrp else None,
        )

    def _prices_of(self, products, pricelist, account):
        """Return what shoppers pay now by a price list, taxes included.

        :return: a dict, product id -> float; empty without a price list
        """
        if not pricelist:
            return {}
        representatives = _price_representatives(products, pricelist)
        some = products.browse(dict.fromkeys(representatives.values()))
        prices = _computed_prices(pricelist, some)
        paid = {
            product.id: _with_taxes(prices[product.id][0], product, pricelist, account)
            for product in some
        }
        return {id_: paid[other] for id_, other in representatives.items()}

    def _promotions_of(self, products, pricelist, account):
        """Return the running or next promotion of each product that has one.

        :return: a dict, product id -> price with taxes, start and end (aware)
        """
        now = fields.Datetime.now()
        dated = pricelist.item_ids.filtered(
            lambda rule: (
                rule.date_end
                and rule.date_end > now
                and (rule.date_start or now) <= now + const.PROMOTION_AHEAD
            )
        )
        promotions = {}
        for moment in sorted({max(rule.date_start or now, now) for rule in dated}):
            found = _computed_prices(pricelist, products, date=moment)
            for product in products:
                price, rule_id = found[product.id]
                rule = dated.filtered(lambda rule, id_=rule_id: rule.id == id_)
                if rule and product.id not in promotions:
                    promotions[product.id] = (
                        _with_taxes(price, product, pricelist, account),
                        to_utc(rule.date_start or now),
                        to_utc(rule.date_end),
                    )
        return promotions

    def _price_fields(self, amounts, account):
        """Return the price fields of one listing; empty if there is no price to send.

        :param amounts: its `Amounts`
        """
        price, promotion, rrp = amounts
        if price is None or _unusable(amounts):
            return {}
        if promotion:
            reduced, start, end = promotion
            result = promotion_fields(_money(price), _money(reduced), start, end)
        else:
            now = to_utc(fields.Datetime.now())
            result = price_fields(_money(price), _money(rrp or 0), now)
        return self._with_listed_sale_dates(result, account, lasting=not promotion)

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
        source, pricelist = self._source_of(name)
        if pricelist and not pricelist.active:
            return self.env._(
                "The price list %s is archived: restore it, or choose another one on "
                "the account.",
                pricelist.name,
            )
        if not unusable:
            return self.env._("Choose a price list on the account.")
        return self.env._(
            "%(what)s is %(amount)s, which is no amount that can be sent: enter the "
            "right one, at most %(limit)s.",
            what=source,
            amount=unusable.get(name) or unusable["promotion"],
            limit=f"{const.MAX_PRICE:.2f}",
        )

    def _source_of(self, name):
        """Return in words where an amount comes from, and from which price list.

        :param str name: price or rrp
        :return: the words, and a `product.pricelist`, empty if it is not from one
        """
        account = self.account_id
        none = account.pricelist_id.browse()
        if name == "price" and not self.price:
            return self.env._(
                "The price in the price list %s, or the Sales Price of the product,",
                account.pricelist_id.name,
            ), account.pricelist_id
        if name == "price":
            return self.env._("The price of the listing"), none
        if self.rrp:
            return self.env._("The RRP of the listing"), none
        if self.product_id.iconic_rrp:
            return self.env._("The RRP of the product"), none
        return self.env._(
            "The RRP in the price list %s", account.rrp_pricelist_id.name
        ), account.rrp_pricelist_id

    def _with_listed_sale_dates(self, result, account, lasting):
        """Reuse the listed dates of a sale that continues, and end one that does not.

        Otherwise every comparison would find new dates. A sale without an end gets new
        ones before the listed ones are over.

        :param result: arguments for `seller_center.records.Product`
        :param bool lasting: whether an RRP makes it a sale, not a promotion with dates
        """
        if not self.listed_sale_price:
            return result
        if "sale_price" not in result:
            return self._without_sale(result, account)
        start, end = to_utc(self.listed_sale_start), to_utc(self.listed_sale_end)
        if not start or not end or not self._has_listed_prices(result):
            return result
        now = to_utc(fields.Datetime.now())
        if lasting and end >= now + const.RENEW_SALE_BEFORE:
            return {**result, "sale_start": start, "sale_end": end}
        if not lasting and max(start, result["sale_start"]) <= now:
            return {**result, "sale_start": start}
        return result

    def _without_sale(self, result, account):
        """Return price fields that end the listed sale, as the account says.

        Either at once with empty elements, or by an early end date; in that case the
        price changes only after it.

        :param result: the price fields without the sale
        """
        if account.sale_ending == "clear":
            return ended_sale_fields(result["price"])
        now = fields.Datetime.now()
        soon = now + const.SALE_RUNS_OUT_IN
        end = self.listed_sale_end
        if not end or end <= now:
            return result
        return {
            "price": _money(self.listed_price),
            "sale_price": _money(self.listed_sale_price),
            "sale_start": to_utc(min(self.listed_sale_start or now, now)),
            "sale_end": to_utc(min(end, soon)),
        }

    def _has_listed_prices(self, result):
        """Tell whether price and sale price are the listed ones."""
        compare = self.currency_id.compare_amounts
        return not (
            compare(float(result["price"]), self.listed_price)
            or compare(float(result["sale_price"]), self.listed_sale_price)
        )

    def _price_hold_reason(self, product):
        """Return why a price waits for approval, or an empty string.

        :param product: the wanted `seller_center.records.Product`
        """
        if product.price is None:
            # Nothing is sent: the check says why.
            return ""
        account = self.account_id
        new = float(paid_price(product) or 0)
        floor = self.minimum_price or account.minimum_price
        if new < floor:
            return self.env._(
                "The price would be %(new).2f, below the limit of %(floor).2f. Correct "
                "it, or press Send Anyway.",
                new=new,
                floor=floor,
            )
        old = self.listed_sale_price or self.listed_price
        fall = (1 - new / old) * 100 if old else 0
        if not account.max_price_fall or fall <= account.max_price_fall:
            return ""
        return self.env._(
            "The price would fall from %(old).2f to %(new).2f, by %(fall)d %%. Correct "
            "it, or press Send Anyway.",
            old=old,
            new=new,
            fall=fall,
        )

    def _price_differs(self, wanted):
        """Tell whether price, sale price or sale dates are not as wanted.

        :param wanted: a `seller_center.records.Product`
        """
        compare = self.currency_id.compare_amounts
        offer = offer_values(wanted, PRICE_FIELDS)
        return (
            wanted.price is None
            or compare(float(wanted.price), self.listed_price) != 0
            or compare(float(offer["sale_price"] or 0), self.listed_sale_price) != 0
            or bool(self.listed_sale_price)
            and any(
                (offer[name] or False) != self[f"listed_{name}"]
                for name in ("sale_start", "sale_end")
            )
        )


def _price_representatives(products, pricelist):
    """Return for each product one whose price is the same, for fewer computations.

    Evaluating a price list is expensive. Variants of a template with the same extra
    price cost the same, unless a rule depends on the variant, its cost or another list.

    :return: a dict, product id -> product id
    """
    if any(rule.product_id or rule.base != "list_price" for rule in pricelist.item_ids):
        return {id_: id_ for id_ in products._ids}
    first = {}
    return {
        product.id: first.setdefault(
            (product.product_tmpl_id.id, product.price_extra), product.id
        )
        for product in products
    }


def _with_taxes(price, product, pricelist, account):
    """Return a price of a price list including sales taxes."""
    taxes = product.taxes_id._filter_taxes_by_company(account.company_id)
    if not taxes or not is_amount(price):
        return price
    return taxes.compute_all(price, pricelist.currency_id, 1.0, product)[
        "total_included"
    ]


def _computed_prices(pricelist, products, **options):
    """Return price and rule of each product; one that fails stands alone.

    :param options: of `product.pricelist._compute_price_rule`
    :return: a dict, product id -> price, NaN if Odoo cannot compute it, and rule id
    """
    try:
        return pricelist._compute_price_rule(products, 1.0, **options)
    except NO_AMOUNT:
        if len(products) == 1:
            return {products.id: (math.nan, False)}
    middle = len(products) // 2
    return {
        **_computed_prices(pricelist, products[:middle], **options),
        **_computed_prices(pricelist, products[middle:], **options),
    }


def is_amount(value):
    """Tell whether a number can be a price: neither NaN, infinite nor absurdly large.

    :param float value: from a field or a computation of Odoo
    """
    return math.isfinite(value) and abs(value) <= const.MAX_PRICE


def _unusable(amounts):
    """Return which amounts of a listing cannot be sent.

    :param amounts: its `Amounts`
    :return: a dict, field of `Amounts` -> amount
    """
    values = amounts._asdict()
    if amounts.promotion:
        # A promotion is sent without the RRP.
        values |= {"promotion": amounts.promotion[0], "rrp": None}
    return {
        name: value for name, value in values.items() if value and not is_amount(value)
    }


def _money(amount):
    """Return a float amount of Odoo as a Decimal, without binary rounding errors."""
    return Decimal(str(round(amount, 6)))


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
