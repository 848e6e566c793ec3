"""The sales taxes of products in a company, computed once per price and tax set."""

import math

from ..overrides import is_untouched
from .price_rules import is_of_template

#: What Odoo's rounding raises for NaN, infinity and amounts that are far too large.
NO_AMOUNT = (ArithmeticError, ValueError)


class SalesTaxes:
    """Adds sales taxes to prices of some products, and takes them off.

    :param products: `product.product` records
    :param company: whose taxes count
    :param currency: of the prices
    """

    def __init__(self, products, company, currency):
        self._company = company
        self._currency = currency
        self._by_owner = {}
        self._ours = {}
        self._known = {}
        #: Whether taxes are the template's, as in Odoo: a module may give a variant its
        #: own.
        self._are_of_template = is_of_template(products, ["taxes_id"])

    def included(self, price, product):
        """Return a price including taxes; NaN if Odoo cannot compute it.

        :param float price: as a price list has it
        """
        return self._total("total_included", price, product)

    def excluded(self, price, product):
        """Return a price without taxes; NaN if Odoo cannot compute it.

        :param float price: including them
        """
        return self._total("total_excluded", price, product)

    def _total(self, kind, price, product):
        taxes, by_product = self._taxes_of(product)
        if not taxes or not math.isfinite(price):
            return price
        key = kind, price, taxes._ids, by_product and product.id
        if key not in self._known:
            try:
                self._known[key] = _total(kind, taxes, price, self._currency, product)
            except NO_AMOUNT:
                self._known[key] = math.nan
        return self._known[key]

    def _taxes_of(self, product):
        """Return the sales taxes of a product in the company; few products differ.

        :return: `account.tax` records, and whether they may look at the product
        """
        owner = product.product_tmpl_id if self._are_of_template else product
        if owner.id not in self._by_owner:
            taxes = owner.taxes_id
            if taxes._ids not in self._ours:
                ours = taxes._filter_taxes_by_company(self._company)
                # Taxes by formula may.
                by_product = any(tax.amount_type == "code" for tax in ours)
                self._ours[taxes._ids] = ours, by_product
            self._by_owner[owner.id] = self._ours[taxes._ids]
        return self._by_owner[owner.id]


def _total(kind, taxes, price, currency, product):
    """Return a price with or without taxes, as `account.tax.compute_all` does.

    Without what belongs to bookings, unless another module has a say in it.

    :param str kind: total_included of a price as the taxes take it, or total_excluded
        of one that includes them
    :param taxes: one or more `account.tax` records
    :param product: a `product.product`
    """
    from_total = kind == "total_excluded"
    if not is_untouched(taxes, ("compute_all",)):
        if from_total:
            taxes = taxes.with_context(force_price_include=True)
        return taxes.compute_all(price, currency, 1.0, product)[kind]
    company = taxes[0].company_id
    line = taxes._prepare_base_line_for_taxes_computation(
        None,
        currency_id=currency,
        product_id=product,
        tax_ids=taxes,
        price_unit=price,
        quantity=1.0,
        special_mode="total_included" if from_total else False,
    )
    taxes._add_tax_details_in_base_line(
        line, company._accessible_branches()[:1] or company
    )
    return currency.round(line["tax_details"][f"raw_{kind}_currency"])
