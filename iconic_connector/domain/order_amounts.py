"""What an order is worth to the seller, to the cent. Knows nothing of Odoo.

The marketplace has one row per item, without a quantity. Here equal items become lines.
What an item is worth is its price, less what the seller pays of its vouchers (design,
section 8). Store credit, wallet and gift cards are means of payment: they never lessen
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from ..seller_center.records import OrderItem, Voucher

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Vouchers:
    """What the vouchers of an item come to, and who pays them.

    :param funded: by the marketplace.
    :param undecided: where the marketplace does not tell.
    """

    total: Decimal = ZERO
    funded: Decimal = ZERO
    undecided: Decimal = ZERO


def split_vouchers(record: OrderItem) -> Vouchers:
    """Return what the vouchers of an item come to, as far as the marketplace tells."""
    known = [one for one in record.vouchers if one.funded_by_seller is not None]
    told = sum((_amount_of(one, record) for one in known), ZERO)
    listed = sum((one.amount or ZERO for one in record.vouchers), ZERO)
    total = max(record.voucher_amount or ZERO, listed, told)
    by_seller = sum((one.funded_by_seller for one in known), ZERO)
    return Vouchers(total, told - by_seller, total - told)


def _amount_of(voucher: Voucher, record: OrderItem) -> Decimal:
    """Return the amount of a voucher; the item's, where it does not tell its own."""
    if voucher.amount is not None:
        return voucher.amount
    alone = len(record.vouchers) == 1 and record.voucher_amount
    return alone or voucher.funded_by_seller


def credits_of(record: OrderItem) -> Decimal:
    """Return what the buyer paid with store credit, wallet and gift cards."""
    return (record.wallet_credits or ZERO) + (record.store_credits or ZERO)


def price_and_paid(record: OrderItem, voucher: Decimal) -> tuple[Decimal, Decimal]:
    """Return the price of an item and what was paid, one by the other if it is missing.

    :param voucher: what all its vouchers come to.
    """
    price, paid = record.unit_price, record.paid_price
    less = voucher + credits_of(record)
    if price is None:
        price = (paid or ZERO) + less
    return price, price - less if paid is None else paid


@dataclass(frozen=True)
class Terms:
    """Who bears what of an order, where its items do not say.

    :param tax_is_collected: whether the marketplace collects and pays the tax.
    :param marketplace_pays_vouchers: those whose payer the marketplace does not tell.
    :param marketplace_keeps_shipping: the fees that buyers pay for it.
    """

    tax_is_collected: bool = False
    marketplace_pays_vouchers: bool = False
    marketplace_keeps_shipping: bool = False


SELLER_BEARS_ALL = Terms()


@dataclass(frozen=True)
class Item:
    """An item of an order.

    :param key: how the caller identifies it.
    :param kind: items of one kind may be on one line: the same product and so on.
    :param price: before vouchers, without shipping.
    :param paid: by the buyer in money, without shipping.
    :param credits: store credit, wallet and gift cards that the buyer paid with.
    :param voucher: all vouchers, whoever pays them.
    :param funded: what of the vouchers the marketplace pays.
    :param undecided: what of the vouchers somebody pays whom the marketplace does not
        tell.
    :param tax: in the price, as the marketplace reports it.
    :param shipping: paid by the buyer, after `shipping_voucher`.
    :param shipping_tax: in `shipping`.
    :param shipping_voucher: the marketplace never tells who pays it.
    """

    key: Hashable
    kind: Hashable
    price: Decimal = ZERO
    paid: Decimal = ZERO
    credits: Decimal = ZERO
    voucher: Decimal = ZERO
    funded: Decimal = ZERO
    undecided: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    shipping_voucher: Decimal = ZERO

    def worth(self, terms: Terms = SELLER_BEARS_ALL) -> Decimal:
        """Return what the seller earns with the item, without shipping."""
        return self.price - self.voucher + self._added(terms)

    def received(self, terms: Terms = SELLER_BEARS_ALL) -> tuple[Decimal, Decimal]:
        """Return what buyer and marketplace pay for it, without shipping.

        No document says whether the paid price includes what was paid with credits.

        :return: if it includes them, and if it does not
        """
        paid = self.paid + self._added(terms)
        return paid, paid + self.credits

    def shipping_worth(self, terms: Terms = SELLER_BEARS_ALL) -> Decimal:
        """Return what the seller earns with the shipping of the item."""
        if terms.marketplace_keeps_shipping:
            return ZERO
        voucher = self.shipping_voucher if terms.marketplace_pays_vouchers else ZERO
        return self.shipping + voucher - self._collected(terms, self.shipping_tax)

    def _added(self, terms: Terms) -> Decimal:
        """Return what the marketplace adds for vouchers, less the tax it collects."""
        decided = self.undecided if terms.marketplace_pays_vouchers else ZERO
        return self.funded + decided - self._collected(terms, self.tax)

    @staticmethod
    def _collected(terms: Terms, tax: Decimal) -> Decimal:
        return tax if terms.tax_is_collected else ZERO


@dataclass(frozen=True)
class Line:
    """Items of one kind with one price.

    :param price: of one item.
    :param keys: of all items.
    """

    kind: Hashable
    price: Decimal
    keys: tuple

    @property
    def total(self) -> Decimal:
        """Return the price of all items."""
        return self.price * len(self.keys)


def item_lines(items: Iterable[Item], terms: Terms = SELLER_BEARS_ALL) -> list[Line]:
    """Return one line for each kind and worth, in the order of the items.

    Items with other undecided vouchers have another line: their worth may change.
    """
    return _lines(items, lambda one: (one.kind, one.worth(terms), one.undecided))


def shipping_lines(
    items: Iterable[Item], terms: Terms = SELLER_BEARS_ALL
) -> list[Line]:
    """Return one line for each amount of shipping, without those of nothing.

    Each item has its own share, which goes with it when it is cancelled.
    """
    rows = _lines(
        items, lambda one: (None, one.shipping_worth(terms), one.shipping_voucher)
    )
    return [line for line in rows if line.price]


def _lines(items: Iterable[Item], group: Callable[[Item], tuple]) -> list[Line]:
    """Return a line for each group: its kind, its price and what else it shares."""
    groups = defaultdict(list)
    for item in items:
        groups[group(item)].append(item.key)
    return [
        Line(kind, price, tuple(keys)) for (kind, price, _also), keys in groups.items()
    ]


def total_worth(items: Iterable[Item], terms: Terms = SELLER_BEARS_ALL) -> Decimal:
    """Return what the seller earns with some items and their shipping."""
    return sum((one.worth(terms) + one.shipping_worth(terms) for one in items), ZERO)


def total_received(items: Iterable[Item], terms: Terms = SELLER_BEARS_ALL) -> Decimal:
    """Return what buyer and marketplace pay for some items and their shipping.

    It should be `total_worth`. The paid prices of an order may include what was paid
    with credits or not: of both sums the one that is nearer to it is meant.
    """
    items = tuple(items)
    worth = sum((one.worth(terms) for one in items), ZERO)
    received = [one.received(terms) for one in items]
    sums = [sum((both[kind] for both in received), ZERO) for kind in (0, 1)]
    nearest = min(sums, key=lambda one: abs(one - worth))
    return nearest + sum((one.shipping_worth(terms) for one in items), ZERO)


def rounding_amount(difference: Decimal, lines: int, tolerance: Decimal) -> Decimal:
    """Return what a rounding line has to add to a sales order.

    Up to the tolerance for each line; a larger difference needs a person (design,
    section 8).

    :param difference: the sales order's total less the marketplace's.
    :param lines: how many the sales order has.
    :param tolerance: for each line.
    :return: 0 for no line.
    """
    return -difference if abs(difference) <= tolerance * lines else ZERO


def split_total(total: Decimal, quantity: int, step: Decimal) -> list[tuple]:
    """Split a total into prices of whole steps.

    100.00 for 3 pieces is 33.33 twice and 33.34 once, since a price has two decimals.

    :param step: the smallest difference of two prices, such as 0.01.
    :return: pairs of quantity and price, the lower price first; one or two.
    """
    low = (total / quantity).quantize(step, ROUND_FLOOR)
    higher = int(((total - low * quantity) / step).to_integral_value())
    pairs = [(quantity - higher, low), (higher, low + step)]
    return [(count, price) for count, price in pairs if count]
