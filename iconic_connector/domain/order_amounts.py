"""What an order is worth to the seller, to the cent. Knows nothing of Odoo.

The marketplace has one row per item, without a quantity. Here equal items become lines.
The price of a line is what the seller earns: what the buyer paid, plus what THE ICONIC
paid for its own vouchers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Item:
    """An item of an order.

    :param key: how the caller identifies it.
    :param kind: items of one kind may be on one line: the same product and so on.
    :param paid: by the buyer, without shipping.
    :param funded: by the marketplace, with its own vouchers.
    :param tax: in `paid`, as the marketplace reports it.
    :param shipping: paid by the buyer.
    :param shipping_tax: in `shipping`.
    """

    key: Hashable
    kind: Hashable
    paid: Decimal = ZERO
    funded: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO

    def price(self, tax_is_collected: bool) -> Decimal:
        """Return what the seller earns with the item, without shipping.

        :param tax_is_collected: whether the marketplace collects and pays the tax.
        """
        return self.paid + self.funded - (self.tax if tax_is_collected else ZERO)

    def shipping_price(self, tax_is_collected: bool) -> Decimal:
        """Return what the seller earns with the shipping of the item."""
        return self.shipping - (self.shipping_tax if tax_is_collected else ZERO)


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


def group_items(items: Iterable[Item], tax_is_collected: bool = False) -> list[Line]:
    """Return one line for each kind and price, in the order of the items."""
    groups = defaultdict(list)
    for item in items:
        groups[item.kind, item.price(tax_is_collected)].append(item.key)
    return [Line(kind, price, tuple(keys)) for (kind, price), keys in groups.items()]


def shipping_total(items: Iterable[Item], tax_is_collected: bool = False) -> Decimal:
    """Return what the seller earns with the shipping of some items."""
    return sum((item.shipping_price(tax_is_collected) for item in items), ZERO)


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
