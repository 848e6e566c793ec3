"""How many pieces are offered: what is free, less what is sold and not reserved yet.

Design, section 6: no account offers a piece that is sold, held or reserved anywhere.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

# Below it, differences are those of fractions: three times a third is one.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Limits:
    """What of the available pieces is kept back.

    :param buffer: pieces of each product that are not offered
    :param cap: never more pieces; 0: no limit
    :param share: percent of the available pieces, rounded down; 0: all of them
    """

    buffer: int = 0
    cap: int = 0
    share: int = 0

    def offered(self, available):
        """Return how many pieces shoppers may buy.

        :param available: pieces that are free and not sold
        :return: whole pieces; negative if more are sold than there are
        """
        pieces = whole(available)
        left = pieces - self.buffer
        if self.share and pieces > 0:
            left = min(left, whole(pieces * self.share / 100))
        return min(left, self.cap) if self.cap else left


@dataclass(frozen=True)
class LineNeeds:
    """What the items of a confirmed sales order line need of one product.

    :param per_item: pieces for each item: 1, or as many as a kit contains
    :param waiting: items that still have to leave, according to the marketplace
    :param gone: items that have left according to it, and have not come back
    :param reserved: pieces that are reserved for the line
    :param left: pieces that have left for it in Odoo
    :param returned: pieces of these that came back
    """

    per_item: float
    waiting: int
    gone: int = 0
    reserved: float = 0
    left: float = 0
    returned: float = 0

    def unreserved(self):
        """Return how many pieces are sold, and neither reserved nor delivered.

        What has left counts for the items that are gone first, and so does what came
        back. What came back of others is on its shelf again, and still sold.
        """
        gone = self.per_item * self.gone
        not_recorded = max(gone - self.left, 0)
        left = max(self.left - gone, 0)
        returned = max(self.returned - min(gone, self.left), 0)
        waiting = max(self.per_item * self.waiting - max(left - returned, 0), 0)
        return max(not_recorded + waiting - self.reserved, 0)


def kits_possible(available: Mapping, needed: Mapping):
    """Return how many kits the available components make.

    :param available: component -> pieces, negative if more are sold than there are
    :param needed: component -> pieces in one kit, at least one of them
    """
    return min(available[one] / pieces for one, pieces in needed.items())


def whole(pieces):
    """Return the whole pieces in a quantity, such as 2 in 2.9 and 3 in 2.9999999."""
    return math.floor(pieces + _ROUNDING)
