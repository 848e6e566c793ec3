"""The first pass of a comparison: which listings may have to be marked at all.

Quantities are compared by their values, many at a time. Content, pictures and price are
wanted as they were as long as nothing is written that they are made from; only the
others are computed (design, section 6).
"""

from odoo.fields import Domain

from ... import const

#: What is read of listings to compare their quantities.
QUANTITY_FIELDS = (
    "account_id product_id listed_quantity quantity_listed_at quantity_status end_status "
    "remove_status product_status listing_status protect_quantity sell_out_approved "
    "has_fixed_quantity quantity safety_buffer on_sale_from"
).split()


class FirstPass:
    """Looks at the listings of an account that are compared, as they are now.

    :param account: the `iconic.account`
    :param listings: which of them; None for all
    """

    def __init__(self, account, listings=None):
        self._account = account._with_company_and_language()
        self.env = self._account.env
        self._domain = account._comparison_domain()
        if listings is not None:
            self._domain &= Domain("id", "in", listings.ids)
        #: The ids of listings whose quantity is to be marked, or is not any more.
        self._moved = set()
        #: How many listings sell, and how many of them are to go to 0 at once.
        self.selling = self.sold_out = 0
        for listings in self._slices():
            self._compare_quantities(listings)
            # Of a hundred thousand, none is kept.
            self.env.invalidate_all()

    def changed(self):
        """Return the ids of the listings that may have to be marked."""
        find = self.env["iconic.listing.comparison"]._find_changed
        return self._moved | find(self._account, self._domain)

    def _slices(self):
        """Yield the listings that are on sale, many at a time."""
        Listing, last = self.env["iconic.listing"], 0
        selling = (
            self._domain
            & Domain("product_status", "=", "published")
            & Domain("listing_status", "=", "active")
        )
        while listings := Listing.search_fetch(
            selling & Domain("id", ">", last),
            QUANTITY_FIELDS,
            order="id",
            limit=const.FIRST_PASS_SLICE,
        ):
            last = listings[-1].id
            yield listings

    def _compare_quantities(self, listings):
        self.selling += len(listings)
        ours = listings.filtered(lambda one: not one.protect_quantity)
        wanted = ours._wanted_quantities(self._account)
        doubtful = ours._with_doubtful_quantity()
        self._moved.update(
            one.id
            for one in ours
            if one._has_quantity_to_mark(wanted[one.id], one.id in doubtful)
        )
        self.sold_out += self._count_sell_outs(ours, wanted)

    def _count_sell_outs(self, listings, wanted):
        """Count the listings that are about to go to 0, but not by a pause.

        :param wanted: listing id -> pieces
        """
        offered = listings.filtered(
            lambda one: (
                one.listed_quantity > 0
                and not wanted[one.id]
                and not one.sell_out_approved
                and not one._opens_later()
            )
        )
        if self._account.selling_pause:
            wanted = offered._wanted_quantities(self._account, despite_pauses=True)
        return sum(wanted[id_] == 0 for id_ in offered._ids)
