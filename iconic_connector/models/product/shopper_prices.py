"""What shoppers pay by a price list, now and later. Odoo's own computation decides."""

import math
from collections import defaultdict

from .price_rules import PriceRules
from .sales_taxes import NO_AMOUNT, SalesTaxes


class ShopperPrices:
    """The prices of one piece of some products by one price list, taxes included.

    :param pricelist: the `product.pricelist`, maybe empty: then there are no prices
    :param products: `product.product` records
    :param company: whose sales taxes are included
    :param now: the present
    """

    def __init__(self, pricelist, products, company, now):
        # Of what else they have, such as texts, prices need nothing.
        products.fetch(["product_tmpl_id", "iconic_rrp", "standard_price"])
        products.product_tmpl_id.fetch(
            ["list_price", "uom_id", "categ_id", "company_id", "taxes_id"]
        )
        self.rules = PriceRules(pricelist, products, now).for_one()
        self._pricelist = pricelist.with_context(iconic_price_rules=self.rules)
        self._products = products if pricelist else products.browse()
        self._now = now
        self._taxes = SalesTaxes(products, company, pricelist.currency_id)

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
        templates, alone = self.rules.split(products)
        found = self._untaxed(pricelist, products.browse(alone), moment)
        shared = products.product_tmpl_id.browse(one.id for one in templates)
        for id_, price in self._untaxed(pricelist, shared, moment).items():
            found |= dict.fromkeys(templates[shared.browse(id_)], price)
        return {
            product.id: self._taxes.included(found[product.id], product)
            for product in products
        }

    def _untaxed(self, pricelist, records, moment):
        """Return id -> price at some moment, as the price list has it.

        :param records: some of the products, or of their templates
        """
        found = {}
        for batch in self.rules.batches(records):
            found |= _computed_prices(pricelist, batch, moment)
        return found


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
