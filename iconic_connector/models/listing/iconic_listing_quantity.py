import math
from collections import defaultdict
from functools import cache, partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ... import const
from ...domain.offered_quantities import Limits, kits_possible, whole
from ..overrides import is_untouched
from .stock_claims import Claims, claiming_items, waiting_items


class IconicListing(models.Model):
    """The quantities that Odoo wants listed: free stock less claims and buffers.

    Claims are pieces that are sold on any account and not reserved yet, see
    `stock_claims`.
    """

    _inherit = "iconic.listing"

    safety_buffer = fields.Integer(
        help="Pieces that are not offered: the last ones stay for your own shop. The "
        "highest buffer of account, category mapping and listing counts."
    )
    on_sale_from = fields.Datetime(
        help="Until then the product is listed with quantity 0. Empty: as its season "
        "says, else at once."
    )
    sale_opens_at = fields.Datetime(
        string="Goes on Sale",
        compute="_compute_sale_opens_at",
        search="_search_sale_opens_at",
        help="From then on its stock is offered: as the listing says, else its season.",
    )

    is_paused = fields.Boolean(
        compute="_compute_is_paused",
        compute_sudo=True,
        help="A pause of selling lowers its quantity to 0.",
    )
    quantity_words = fields.Char(
        string="Quantity Because",
        compute="_compute_quantity_words",
        # Whoever lists products need not read stock moves or bills of materials.
        compute_sudo=True,
        help="What the quantity is made of.",
    )

    @api.depends("account_id.selling_pause")
    def _compute_is_paused(self):
        for account, listings in self.grouped("account_id").items():
            account = account._with_company_and_language()
            all_paused = account._selling_is_paused()
            otherwise = {}
            if account.selling_pause and not all_paused:
                listings = listings.with_env(account.env)
                otherwise = listings._wanted_quantities(account, despite_pauses=True)
            for listing in listings:
                listing.is_paused = all_paused or bool(otherwise.get(listing.id))

    @api.depends("product_id", "account_id", "has_fixed_quantity", "on_sale_from")
    def _compute_quantity_words(self):
        self.quantity_words = False
        complete = self.filtered(lambda one: one.account_id and one.product_id)
        for account, listings in complete.grouped("account_id").items():
            account = account._with_company_and_language()
            listings = listings.with_env(account.env)
            kits = listings._sellable_components(listings.product_id)
            free = listings._free_quantities(account, listings.product_id)
            claimed = listings._claimed_quantities(account)
            for listing in listings:
                product = listing.product_id
                listing.quantity_words = listing._describe_quantity(
                    product in kits, free.get(product.id), claimed[product.id]
                )

    def action_view_claims(self):
        """Open the items, of whichever account, that claim pieces of this product."""
        self.ensure_one()
        account = self.account_id._with_company_and_language()
        products = self.product_id | self._kits_with(self.product_id)
        # Which items claim is computed of all accounts; who opens them sees their own.
        known = claiming_items(account.sudo())._known_products()
        items = [item.id for item, product in known.items() if product in products]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_order_item_action"
        )
        return {**action, "domain": [("id", "in", items)], "context": {}}

    def _describe_quantity(self, is_kit, free, claimed):
        """Return in words what the quantity is made of, False if nothing is to say.

        :param free: pieces, None if unknown
        :param claimed: pieces that are sold on any account and not reserved
        """
        if self.is_paused:
            return self.account_id.selling_pause
        if opens_at := self._opens_later():
            moment = format_datetime(self.env, opens_at, dt_format="short")
            return self.env._("0 until it goes on sale: %s.", moment)
        if is_kit:
            return self.env._("As many as the free components make.")
        if self.has_fixed_quantity or not self.product_id.is_storable or free is None:
            return False
        return self.env._(
            "%(free)s free, %(claimed)s sold and not reserved yet.",
            free=_plain(free),
            claimed=_plain(claimed),
        )

    @api.depends(
        "on_sale_from",
        "account_id.season_tag_ids",
        "product_id.all_product_tag_ids.iconic_on_sale_from",
    )
    def _compute_sale_opens_at(self):
        for account, listings in self.grouped("account_id").items():
            # Most seasons are on sale, and their products need not be looked at.
            has_dates = any(account.season_tag_ids.mapped("iconic_on_sale_from"))
            for listing in listings:
                listing.sale_opens_at = listing.on_sale_from or (
                    has_dates and listing._season_opens_at()
                )

    @api.model
    def _search_sale_opens_at(self, operator, value):
        """Find the listings that go on sale after a moment."""
        if operator not in (">", ">="):
            return NotImplemented
        own = Domain("on_sale_from", operator, value)
        by_season = Domain.OR(
            account._opening_after(operator, value)
            for account in self.env["iconic.account"].search([])
        )
        return own | Domain("on_sale_from", "=", False) & by_season

    def _season_opens_at(self):
        """Return when the first season of the product goes on sale, False for at once.

        Of the product's tags those count that the account has chosen as seasons.
        """
        seasons = self.account_id.season_tag_ids
        chosen = self.product_id.all_product_tag_ids & seasons
        moments = chosen.mapped("iconic_on_sale_from")
        # One without a date has begun.
        return min(moments) if moments and all(moments) else False

    def _opens_later(self):
        """Return when the listing goes on sale, False if it is on sale already."""
        opens_at = self.sale_opens_at
        return opens_at and opens_at > fields.Datetime.now() and opens_at

    def _wanted_quantities(self, account, despite_pauses=False):
        """Return the quantity to offer for each listing, None where it is unknown.

        Free pieces in the account's warehouses or locations, less the claims of all
        accounts that sell them, less what is held back; never below 0. Without a
        warehouse it is unknown: Odoo would count another company's stock as 0. What is
        paused, or not on sale yet, is 0.

        :param account: the account in its company
        :param bool despite_pauses: whether to count what is paused
        :return: a dict, listing id -> int or None
        """
        pauses = account._selling_pauses()
        if despite_pauses:
            pauses = pauses.browse()
        if account._selling_is_paused(pauses):
            return dict.fromkeys(self._ids, 0)
        self._fetch_stock_facts()
        products, paused = self.product_id, pauses.warehouse_id
        available = self._available_quantities(account, products, paused)
        subtracted = self._subtracted_quantities(account)
        limits = self._limits(account)
        return {
            listing.id: listing._wanted_quantity(
                available.get(product_id), subtracted[product_id], limits[listing.id]
            )
            for listing in self
            for product_id in listing.product_id._ids
        }

    def _fetch_stock_facts(self):
        """Read what the quantities need to know of products, and nothing else."""
        self.product_id.fetch(["product_tmpl_id"])
        templates = self.product_id.product_tmpl_id
        templates.fetch(["categ_id", "is_storable", "uom_id"])

    def _wanted_quantity(self, available, subtracted, limits):
        """Return the quantity to send.

        :param available: pieces that are free and not sold, None if unknown
        :param subtracted: pieces that the marketplace itself will subtract
        :param limits: `Limits`
        """
        if self._opens_later():
            return 0
        if self.has_fixed_quantity:
            return self.quantity
        if available is None:
            return None
        return max(limits.offered(available) + subtracted, 0)

    def _limits(self, account):
        """Return what is held back of the available pieces of each listing.

        :param account: the account in its company
        :return: a dict, listing id -> `Limits`
        """
        of_category = self._category_buffers(account)
        of_account, cap = account.safety_buffer, account.quantity_cap
        limits = cache(partial(Limits, cap=cap, share=account.stock_share))
        return {
            one.id: limits(
                max(
                    of_account,
                    one.safety_buffer,
                    of_category.get(one.product_id.id, 0),
                )
            )
            for one in self
        }

    def _category_buffers(self, account):
        """Return the safety buffers of mappings by product id; empty if none has any.

        :param account: the account in its company
        """
        if not any(account.category_map_ids.mapped("safety_buffer")):
            return {}
        maps = account.category_map_ids._for_products(account, self.product_id)
        return {id_: mapping.safety_buffer for id_, mapping in maps.items()}

    def _quantity_hold_reason(self, product):
        """Return why a sell-out waits for approval, or an empty string.

        :param product: the wanted `seller_center.records.Product`
        """
        if self.sell_out_approved or not self.account_id.sell_out_threshold_exceeded:
            return ""
        if product.quantity != 0 or not self.listed_quantity:
            return ""
        if self._opens_later() or self.is_paused:
            return ""
        return self.env._(
            "The quantity would go to 0, like that of many other listings. Check the "
            "stock, or press Send Anyway."
        )

    @api.model
    def _available_quantities(self, account, products, paused=None):
        """Return the pieces of products that are free and not sold on any account.

        :param account: the account in its company
        :param paused: the warehouses that sell nothing now, None to look for them
        :return: a dict, product id -> pieces, negative if more are sold than there
            are; without products of unknown quantity
        """
        kits = self._sellable_components(products)
        none = products.browse()
        parts = products.union(*(none.union(*one) for one in kits.values()))
        parts_alone = parts - none.union(*kits)
        free = self._free_quantities(account, parts_alone, paused)
        claimed, tracked = self._claimed_quantities(account), _tracked(parts)
        available = {
            id_: free[id_] - (claimed.get(id_, 0) if id_ in tracked else 0)
            for id_ in parts._ids
            if id_ in free
        }
        return available | self._available_kits(account, kits, available)

    @api.model
    def _stock_states(self, account, products):
        """Return what decides about quantities besides the quants of the product.

        What is sold and not reserved, what the marketplace subtracts, when pieces have
        left it, and how many of each kit can be made.

        :param account: the account in its company
        :param products: `product.product` records, for the kits among them
        :return: a dict, product id -> text; without products of which all is 0, unless
            they are kits
        """
        kits = products.browse().union(*self._sellable_components(products))
        parts = (
            self._claimed_quantities(account),
            self._subtracted_quantities(account),
            self._last_left(account) if account.marketplace_subtracts else {},
            self._available_quantities(account, kits) if kits else {},
        )
        ids = set(kits._ids).union(*parts)
        found = {id_: [part.get(id_) for part in parts] for id_ in ids}
        return {
            id_: repr(numbers)
            for id_, numbers in found.items()
            if any(numbers) or id_ in kits._ids
        }

    @api.model
    def _kits_among(self, domain):
        """Return the kits among the products of listings.

        :param domain: of the listings
        """
        products = self.env["product.product"]
        if is_untouched(self, ("_sellable_components",)):
            return products
        sold = self.search(domain).product_id
        return products.union(*self._sellable_components(sold))

    @api.model
    def _available_kits(self, account, kits, available):
        """Return how many of each kit the available components make.

        Components that are not tracked are there; a kit of nothing else is not tracked.

        :param kits: what `_sellable_components` returned
        :param available: component id -> pieces
        :return: a dict, product id -> kits; without kits of unknown quantity
        """
        found = {}
        for kit, components in kits.items():
            needed = {one.id: n for one, n in components.items() if one.is_storable}
            if not needed and account.untracked_quantity:
                found[kit.id] = account.untracked_quantity
            elif needed and needed.keys() <= available.keys():
                found[kit.id] = whole(kits_possible(available, needed))
        return found

    @api.model
    def _sellable_components(self, products):
        """Return what the products are made of that leave the warehouse as their parts.

        To be overridden by modules that know kits.

        :param products: `product.product` records, in the company that sells them
        :return: a dict, kit -> a dict, component -> pieces in one kit, in the unit of
            measure of the component; without all other products
        """
        return {}

    @api.model
    def _kits_with(self, products):
        """Return the kits that contain some of the products.

        To be overridden together with `_sellable_components`.

        :param products: `product.product` records
        """
        return products.browse()

    @api.model
    def _free_quantities(self, account, products, paused=None):
        """Return the free pieces of some products in this account's stock.

        Read from the quants in one query.

        :param paused: as for `_available_quantities`
        :return: a dict, product id -> pieces; without products of unknown quantity
        """
        tracked = _tracked(products)
        untracked = account.untracked_quantity
        free = {
            id_: untracked for id_ in products._ids if untracked and id_ not in tracked
        }
        # The stock of the other places alone is not what was chosen.
        if not account.stock_warehouse_ids or account._archived_stock_places():
            return free
        free |= dict.fromkeys(tracked, 0)
        for product, on_hand, reserved in self.env["stock.quant"]._read_group(
            self._quant_domain(account, paused)
            & Domain("product_id", "in", list(tracked)),
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        ):
            pieces = on_hand - reserved
            if is_quantity(pieces):
                free[product.id] = _rounded(pieces, product)
            else:
                del free[product.id]
        return free

    @api.model
    def _quant_domain(self, account, paused=None):
        """Return the domain of quants that may be offered.

        :param paused: as for `_available_quantities`
        """
        if paused is None:
            paused = account._selling_pauses().warehouse_id
        places = (
            account.stock_location_ids or account.stock_warehouse_ids.view_location_id
        )
        left_out = account.excluded_location_ids | paused.view_location_id
        domain = Domain("location_id", "child_of", places.ids)
        if left_out:
            domain &= ~Domain("location_id", "child_of", left_out.ids)
        return domain

    @api.model
    def _claimed_quantities(self, account):
        """Return the pieces that are sold on any account of this stock, not reserved.

        :param account: the account in its company
        :return: a dict, product id -> pieces, 0 for all others; components for kits
        """
        # The items of other accounts count, whoever asks.
        return Claims(claiming_items(account.sudo())).by_product()

    @api.model
    def _subtracted_quantities(self, account):
        """Return how many pieces the marketplace itself subtracts: its open orders'.

        :return: a dict, product id -> pieces, 0 for all others; kits as such
        """
        subtracted = defaultdict(int)
        if account.marketplace_subtracts:
            waiting = waiting_items(account.sudo())
            for product in waiting._known_products().values():
                subtracted[product.id] += 1
        return subtracted


def _tracked(products):
    """Return the ids of the products whose stock is tracked.

    As its template says: for a field of its own, Odoo would make a copy first.
    """
    return {one.id for one in products if one.product_tmpl_id.is_storable}


def _rounded(pieces, product):
    """Return pieces as precisely as the unit of measure of the product counts them."""
    if pieces.is_integer():
        return pieces
    return product.product_tmpl_id.uom_id.round(pieces)


def _plain(pieces):
    """Write a number of pieces without needless zeros, such as 7 and 0.5."""
    return format(round(pieces, 2), ".12g")


def is_quantity(value):
    """Tell whether a number can be a stock: neither NaN, infinite nor absurdly large.

    :param float value: from a field or a computation of Odoo
    """
    return math.isfinite(value) and abs(value) <= const.MAX_QUANTITY
