"""Which warehouse delivers which items of an order. Knows nothing of Odoo."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

Stock = Mapping[Hashable, float]


def spread(
    wanted: Mapping[Hashable, int], warehouses: Sequence[tuple[Hashable, Stock]]
) -> dict[Hashable, dict[Hashable, int]]:
    """Choose one warehouse if it has everything, else split the order.

    Pieces that no warehouse has are assigned to the first one and wait for stock.

    :param wanted: product -> pieces.
    :param warehouses: pairs of a warehouse and its free pieces by product, the
        preferred warehouse first.
    :return: product -> pieces by warehouse.
    """
    for warehouse, free in warehouses:
        if all(free.get(product, 0) >= count for product, count in wanted.items()):
            return {product: {warehouse: count} for product, count in wanted.items()}
    return {
        product: _spread_one(product, count, warehouses)
        for product, count in wanted.items()
    }


def _spread_one(product, count, warehouses):
    parts = {}
    left = count
    for warehouse, free in warehouses:
        available = min(left, max(int(free.get(product, 0)), 0))
        if available:
            parts[warehouse] = available
            left -= available
    if left:
        first = warehouses[0][0]
        parts[first] = parts.get(first, 0) + left
    return parts
