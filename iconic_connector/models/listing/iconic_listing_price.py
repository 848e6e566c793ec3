from decimal import Decimal

from odoo import fields, models

from ... import const
from ...domain.moments import to_odoo_datetime, to_utc
from ...seller_center.pricing import ended_sale_fields, price_fields, promotion_fields
from ...seller_center.records import CLEARED


class IconicListing(models.Model):
    """What shoppers are to pay: price list, recommended price, dated promotions."""

    _inherit = "iconic.listing"

    def _wanted_prices(self, account):
        """Return the price fields of each listing, as shoppers pay: taxes included.

        Product feeds spec, Price Update. A listing without a price list has no price.
        A promotion, which is a dated rule of the price list, goes out ahead with its
        own dates, so that it starts and ends on time even if Odoo is down.

        :param account: the account in its company
        :return: a dict, listing id -> arguments for `seller_center.records.Product`
        """
        pricelist = account.pricelist_id
        products = self.product_id
        lasting = pricelist.with_context(iconic_lasting_rules=True)
        usual = self._prices_of(products, lasting, account)
        promotions = self._promotions_of(products, pricelist, account)
        recommended = self._prices_of(products, account.rrp_pricelist_id, account)
        return {
            listing.id: listing._price_fields(usual, promotions, recommended, account)
            for listing in self
        }

    def _prices_of(self, products, pricelist, account, date=False):
        """Return what shoppers pay by a price list, taxes included.

        :param date: when; now if empty
        :return: a dict, product id -> float; empty without a price list
        """
        if not pricelist:
            return {}
        representatives = _price_representatives(products, pricelist)
        some = products.browse(dict.fromkeys(representatives.values()))
        prices = pricelist._get_products_price(some, 1.0, date=date)
        paid = {
            product.id: _with_taxes(prices[product.id], product, pricelist, account)
            for product in some
        }
        return {id_: paid[speaker] for id_, speaker in representatives.items()}

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
            found = pricelist._compute_price_rule(products, 1.0, date=moment)
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

    def _price_fields(self, usual, promotions, recommended, account):
        """Return the price fields of one listing.

        :param usual: product id -> price without promotions
        :param promotions: product id -> price, start and end
        :param recommended: product id -> price of the RRP price list
        """
        product = self.product_id
        price = self.price or usual.get(product.id)
        if price is None:
            return {}
        promotion = promotions.get(product.id)
        if promotion and not self.price:
            reduced, start, end = promotion
            result = promotion_fields(_money(price), _money(reduced), start, end)
        else:
            rrp = self.rrp or product.iconic_rrp or recommended.get(product.id)
            rrp = rrp if account.send_rrp else 0
            now = to_utc(fields.Datetime.now())
            result = price_fields(_money(price), _money(rrp or 0), now)
        return self._in_line_with_listed_sale(result, account, lasting=not promotion)

    def _in_line_with_listed_sale(self, result, account, lasting):
        """Keep the dates of a sale that goes on, and end one that does not.

        Time passing is no change; a sale near its end gets new dates.

        :param result: arguments for `seller_center.records.Product`
        :param bool lasting: a recommended price and not a promotion with own dates
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
        """End the listed sale: at once, or by letting it run out and pricing it then.

        :param result: the price that holds without the sale
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
        """Tell whether price and sale price are what is listed."""
        compare = self.currency_id.compare_amounts
        return not (
            compare(float(result["price"]), self.listed_price)
            or compare(float(result["sale_price"]), self.listed_sale_price)
        )

    def _price_differs(self, wanted):
        """Tell whether the listed price is another one than the wanted.

        :param wanted: a `seller_center.records.Product`
        """
        compare = self.currency_id.compare_amounts
        listed = (self.listed_sale_start, self.listed_sale_end)
        dates = tuple(_sale_date(date) for date in (wanted.sale_start, wanted.sale_end))
        return (
            wanted.price is None
            or compare(float(wanted.price), self.listed_price) != 0
            or compare(_amount(wanted.sale_price), self.listed_sale_price) != 0
            or (bool(self.listed_sale_price) and dates != listed)
        )


def _price_representatives(products, pricelist):
    """Return which product's price holds for each: one variant speaks for its twins.

    Evaluating a price list is dear. Variants of one template with the same extra price
    cost the same, unless a rule looks at the variant itself, its cost or another list.

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
    """Return what a shopper pays: a price of a price list with the sales taxes."""
    taxes = product.taxes_id._filter_taxes_by_company(account.company_id)
    if not taxes:
        return price
    return taxes.compute_all(price, pricelist.currency_id, 1.0, product)[
        "total_included"
    ]


def _money(amount):
    """Return a float amount of Odoo as the Decimal that a person would read."""
    return Decimal(str(round(amount, 6)))


def _amount(money):
    """Return an amount of a record as Odoo stores it; 0 for none."""
    return 0.0 if money is None or money is CLEARED else float(money)


def _sale_date(moment):
    """Return a sale date of a record as Odoo stores it; False for none."""
    return to_odoo_datetime(None if moment is CLEARED else moment)
