"""What shoppers pay by a price list, now and later. Odoo's own computation decides."""

import math
from collections import defaultdict

from .price_rules import PriceRules

#: What Odoo's rounding raises for NaN, infinity and amounts that are far too large.
NO_AMOUNT = (ArithmeticError, ValueError)


class ShopperPrices:
    """The prices of one piece of some products by one price list, taxes included.

    :param pricelist: the `product.pricelist`, maybe empty: then there are no prices
    :param products: `product.product` records
    :param company: whose sales taxes are included
    :param now: the present
    """

    def __init__(self, pricelist, products, company, now):
        self.rules = PriceRules(pricelist, products, now)
        self._pricelist = pricelist.with_context(iconic_price_rules=self.rules)
        self._products = products if pricelist else products.browse()
        self._company = company
        self._now = now
        self._taxed = {}
        self._company_taxes = {}

    def now(self):
        """Return product id -> price; NaN if Odoo cannot compute it."""
        return self._prices(self._pricelist, self._products, self._now)

    def later(self):
        """Return product id -> list of moment and price, for moments yet to come."""
        at = defaultdict(list)
        for product in self._products:
            for moment in self.rules.moments(product):
                at[moment].append(product.id)
        steps = defaultdict(list)
        for moment, ids in sorted(at.items()):
            products = self._products.browse(ids)
            products = products.with_prefetch(self._products._prefetch_ids)
            for id_, price in self._prices(self._pricelist, products, moment).items():
                steps[id_].append((moment, price))
        return steps

    def lasting(self):
        """Return product id -> price now without rules that have an end.

        Only of products that such a rule can apply to.
        """
        dated = self._products.filtered(self.rules.is_dated)
        lasting = self._pricelist.with_context(
            iconic_price_rules=self.rules.without_dated()
        )
        return self._prices(lasting, dated, self._now)

    def _prices(self, pricelist, products, moment):
        """Return product id -> price at some moment."""
        found = {}
        for batch in self.rules.batches(products):
            found |= _computed_prices(pricelist, batch, moment)
        return {
            product.id: self._taxes(found[product.id], product) for product in products
        }

    def _taxes(self, price, product):
        """Return a price including the sales taxes of the company."""
        taxes = self._taxes_of(product)
        if not taxes or not math.isfinite(price):
            return price
        # Taxes by formula may look at the product.
        by_product = any(tax.amount_type == "code" for tax in taxes)
        key = price, taxes._ids, by_product and product.id
        if key not in self._taxed:
            self._taxed[key] = self._included(price, product, taxes)
        return self._taxed[key]

    def _taxes_of(self, product):
        """Return the sales taxes of a product in the company; few products differ."""
        taxes = product.taxes_id
        if taxes._ids not in self._company_taxes:
            ours = taxes._filter_taxes_by_company(self._company)
            self._company_taxes[taxes._ids] = ours
        return self._company_taxes[taxes._ids]

    def _included(self, price, product, taxes):
        try:
            computed = taxes.compute_all(
                price, self._pricelist.currency_id, 1.0, product
            )
        except NO_AMOUNT:
            return math.nan
        return computed["total_included"]


def _computed_prices(pricelist, products, moment):
    """Return the price of each product; one that fails stands alone.

    :return: a dict, product id -> price, NaN if Odoo cannot compute it
    """
    if not products:
        return {}
    try:
        return pricelist._get_products_price(products, 1.0, date=moment)
    except NO_AMOUNT:
        if len(products) == 1:
            return {products.id: math.nan}
    middle = len(products) // 2
    return {
        **_computed_prices(pricelist, products[:middle], moment),
        **_computed_prices(pricelist, products[middle:], moment),
    }
