"""Pieces that are sold on any account and not reserved yet (design, section 6).

An item claims pieces of its product as long as it has not left: it was just pulled, is
held, on a quotation, or waits for stock. What is reserved or delivered for it is not
free any more, so that it does not count again.
"""

from collections import defaultdict

from odoo.fields import Domain

from ...domain import item_statuses
from ...domain.offered_quantities import LineNeeds

# Items of these statuses still have to leave; unpaid ones may be paid any moment.
CLAIMING = (item_statuses.PAYMENT_PENDING, *item_statuses.OPEN)
# Where goods are ours.
OURS = ("internal", "transit")

_NO_RETURN = Domain("origin_returned_move_id", "=", False)
_DONE = Domain("state", "=", "done")
# What is on its way back to its shelf is reserved for nobody.
_RESERVED = (
    Domain("state", "not in", ("done", "cancel"))
    & Domain("location_id.usage", "in", OURS)
    & Domain("move_id.origin_returned_move_id", "=", False)
)
_LEFT = (
    _DONE
    & Domain("location_id.usage", "in", OURS)
    & Domain("location_dest_id.usage", "=", "customer")
)
_RETURNED = (
    _DONE
    & Domain("location_id.usage", "=", "customer")
    & Domain("location_dest_id.usage", "in", OURS)
)


def accounts_sharing_stock(account):
    """Return the accounts that take pieces from where this one does, itself included.

    Archived ones, too: what they have sold still has to be shipped.
    """
    own = _paths(account)
    others = account.with_context(active_test=False).search(
        [("company_id", "in", account.company_id.ids)]
    )
    return account | others.filtered(
        lambda other: any(
            one.startswith(another) or another.startswith(one)
            for one in own
            for another in _paths(other)
        )
    )


def _paths(account):
    """Return the places that an account sells or ships from, as paths of their ids."""
    account = account.with_context(active_test=False)
    warehouses = account.warehouse_id | account.second_warehouse_ids
    if not account.stock_location_ids:
        warehouses |= account.stock_warehouse_ids
    places = account.stock_location_ids | warehouses.view_location_id
    return places.mapped("parent_path")


def claiming_items(accounts):
    """Return the items of these accounts that still have to leave our warehouses."""
    return accounts.env["iconic.order.item"].search_fetch(
        Domain("account_id", "in", accounts.ids)
        & Domain("status", "in", CLAIMING)
        & Domain("own_warehouse", "=", False)
        & Domain("is_digital", "=", False),
        ["account_id", "product_id", "seller_sku", "sale_line_id", "status"],
    )


def products_of(items):
    """Return the product of each item, by its SKU as long as it is not imported.

    :return: a dict, item -> `product.product`, without items of unknown SKUs
    """
    found = {item: item.product_id for item in items if item.product_id}
    unknown = items.filtered(lambda item: not item.product_id and item.seller_sku)
    for account, of_account in unknown.grouped("account_id").items():
        skus = account._products_of_skus(set(of_account.mapped("seller_sku")))
        found |= {
            item: skus[item.seller_sku]
            for item in of_account
            if item.seller_sku in skus
        }
    return found


class Claims:
    """What the items of some accounts claim, read with a constant number of queries.

    :param items: what `claiming_items` returned
    """

    def __init__(self, items):
        """Read what the items are, and what is reserved for them."""
        self.env = items.env
        #: product -> items that are on no confirmed sales order.
        self._loose = defaultdict(int)
        #: Sales order line -> items.
        self._confirmed = defaultdict(int)
        for item, product in products_of(items).items():
            line = item.sale_line_id
            if line.state == "sale":
                self._confirmed[line] += 1
            else:
                self._loose[line.product_id or product] += 1

    def by_product(self):
        """Return how many pieces are claimed.

        :return: a dict, product id -> pieces, of components for kits
        """
        claimed = defaultdict(float)
        for product_id, pieces in self._of_lines():
            claimed[product_id] += pieces
        # Last, since lines without deliveries count as loose.
        for product_id, pieces in self._of_loose():
            claimed[product_id] += pieces
        return claimed

    def _of_loose(self):
        products = self.env["product.product"].union(*self._loose)
        components = self.env["iconic.listing"]._sellable_components(products)
        for product, count in self._loose.items():
            needed = components.get(product, {product: 1})
            for component, pieces in needed.items():
                yield component.id, pieces * count

    def _of_lines(self):
        """Yield product id and pieces of what waits on confirmed sales orders."""
        lines = self.env["sale.order.line"].union(*self._confirmed)
        demand = self._demand(lines)
        reserved = self._pieces(lines, _RESERVED)
        left, returned = self._pieces(lines, _LEFT), self._pieces(lines, _RETURNED)
        gone = self._gone(lines)
        for line, waiting in self._confirmed.items():
            if line.id not in demand or not line.product_uom_qty:
                self._loose[line.product_id] += waiting
                continue
            for product_id, per_item in _per_item(line, demand[line.id]).items():
                key = line.id, product_id
                needs = LineNeeds(
                    per_item,
                    waiting,
                    gone[line.id],
                    reserved[key],
                    left[key] - returned[key],
                )
                yield product_id, needs.unreserved()

    def _demand(self, lines):
        """Return what leaves for each line, as it was when its moves were created.

        Of several steps the first one counts: the others move the same pieces. What a
        supplier sends to the buyer needs nothing of ours.

        :return: a dict, line id -> a dict, product id -> pieces
        """
        demand = defaultdict(lambda: defaultdict(float))
        before = Domain("sale_line_id", "in", lines.ids) & Domain(
            "state", "!=", "cancel"
        )
        for line, product, location, pieces in self.env["stock.move"]._read_group(
            before & _NO_RETURN & Domain("move_orig_ids", "not any", before),
            ["sale_line_id", "product_id", "location_id"],
            ["product_qty:sum"],
        ):
            is_ours = location.usage in OURS
            demand[line.id][product.id] += pieces if is_ours else 0
        return demand

    def _pieces(self, lines, domain):
        """Return the pieces of moves of some lines.

        :param domain: which `stock.move.line` records count
        :return: a dict, (line id, product id) -> pieces
        """
        found = defaultdict(float)
        for line, product, pieces in self.env["stock.move.line"]._read_group(
            Domain("move_id.sale_line_id", "in", lines.ids) & domain,
            ["move_id.sale_line_id", "product_id"],
            ["quantity_product_uom:sum"],
        ):
            found[line.id, product.id] = pieces
        return found

    def _gone(self, lines):
        """Return how many items of each line have left and have not come back.

        :return: a dict, line id -> items
        """
        gone = defaultdict(int)
        for item in self.env["iconic.order.item"].search_fetch(
            Domain("sale_line_id", "in", lines.ids)
            & Domain("status", "not in", CLAIMING),
            ["sale_line_id", "status", "picking_id"],
        ):
            gone[item.sale_line_id.id] += _is_outside(item)
        return gone


def _per_item(line, demand):
    """Return the pieces of each product that one item of a confirmed line needs.

    :param demand: product id -> pieces that leave for the line
    :return: a dict, product id -> pieces; of a kit as it was when it was sold, unless
        a supplier sends it
    """
    if line.iconic_components and any(demand.values()):
        return {int(id_): each for id_, each in line.iconic_components.items()}
    return {id_: pieces / line.product_uom_qty for id_, pieces in demand.items()}


def _is_outside(item):
    """Tell whether an item that is not to leave any more has left, and is not back."""
    if not item._is_shipped_by_us():
        return False
    if item.status != item_statuses.CANCELED:
        return item.return_picking_id.state != "done"
    delivery = item.picking_id
    has_left = delivery.state == "done" and delivery.location_dest_id._is_outgoing()
    return has_left and item.return_to_stock_id.state != "done"
