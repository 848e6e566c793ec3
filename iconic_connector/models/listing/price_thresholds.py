"""The thresholds with which a price waits for a person (design, section 6)."""

from functools import cached_property

from ..product.sales_taxes import SalesTaxes
from .listed_offers import cents_of


class PriceThresholds:
    """The thresholds of one account, with the costs and taxes that they look at.

    :param account: the account in its company
    :param products: the `product.product` records of the listings
    :param now: the present
    """

    def __init__(self, account, products, now):
        self.account = account
        self.now = now
        self._company = account.company_id
        self._minimum_price = account.minimum_price
        self._holds_below_cost = account.hold_below_cost
        self._max_fall = account.max_price_fall
        self._min_rrp_share = account.min_rrp_share
        self._costs = {}
        self._taxes = SalesTaxes(products, self._company, account.currency_id)

    @cached_property
    def _env(self):
        """Return the environment for words: the account's language is for shoppers."""
        return self.account.with_context(lang=self.account.env.user.lang).env

    def reason(self, listing, price, struck, listed, before=None):
        """Return why a price waits for approval, or an empty string.

        What shoppers pay and what a person has approved does not wait.

        :param listing: an `iconic.listing` of the account
        :param price: what shoppers would pay
        :param struck: the price beside it, such as the RRP, or the same
        :param listed: the `Offer` that is listed, or None
        :param before: the price that it falls from, None for the last one
        """
        paid = listed and listed.paid(self.now)
        approved = cents_of(listing.approved_price)
        if price in (approved, paid) or listing._keeps_listed_price():
            return ""
        last = before or cents_of(listing.last_wanted_price) or paid
        return (
            self._floor_reason(listing, price)
            or self._cost_reason(listing, price)
            or self._fall_reason(listing, price, last)
            or self._first_price_reason(listing, price, struck)
        )

    def _floor_reason(self, listing, price):
        floor = listing.minimum_price or self._minimum_price
        if float(price) >= floor:
            return ""
        return self._env._(
            "The price would be %(new).2f, below the limit of %(floor).2f. Correct it, "
            "or press Send Anyway.",
            new=price,
            floor=floor,
        )

    def _cost_reason(self, listing, price):
        """Return that a price is below the cost of the product, taxes left out."""
        if not self._holds_below_cost:
            return ""
        product = listing.product_id.with_company(self._company)
        if not product.standard_price:
            return ""
        cost = self._cost(product.standard_price)
        net = self._taxes.excluded(float(price), product)
        # Costs may be averages, of more than two decimals.
        if round(net - cost, 2) >= 0:
            return ""
        return self._env._(
            "The price would be %(new).2f (%(net).2f without tax), below the cost of "
            "%(cost).2f. Correct it, or press Send Anyway.",
            new=price,
            net=net,
            cost=cost,
        )

    def _cost(self, amount):
        """Return a cost in the currency of the account.

        :param float amount: in the currency of the company
        """
        if amount not in self._costs:
            company, currency = self._company, self.account.currency_id
            self._costs[amount] = company.currency_id._convert(
                amount, currency, company, self.now, round=False
            )
        return self._costs[amount]

    def _fall_reason(self, listing, price, old):
        """Return that a price falls by more than the account allows."""
        limit = self._max_fall
        # In whole cents: a fall by exactly the limit is none above it.
        if not limit or not old or price * 100 >= old * (100 - limit):
            return ""
        return self._env._(
            "The price would fall from %(old).2f to %(new).2f, by %(fall)d %%. Correct "
            "it, or press Send Anyway.",
            old=old,
            new=price,
            fall=(1 - price / old) * 100,
        )

    def _first_price_reason(self, listing, price, struck):
        """Return that the first price of a product is a small share of its RRP."""
        limit = self._min_rrp_share
        if listing.last_wanted_price or listing.listed_price or price >= struck:
            return ""
        share = price / struck * 100
        if not limit or share >= limit:
            return ""
        return self._env._(
            "The first price would be %(new).2f, only %(share)d %% of the %(struck).2f "
            "beside it. Correct it, or press Send Anyway.",
            new=price,
            share=share,
            struck=struck,
        )
