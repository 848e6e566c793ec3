"""Pieces that are sold on any account and not reserved yet (design, section 6).

An item claims pieces of its product until they have left: it was just pulled, is not
paid yet, is held, on a quotation, or waits for stock. It does so, too, if only the
marketplace knows that it has left. What is reserved or delivered for it is not free any
more, so that it does not count again.
"""

from collections import Counter, defaultdict

from odoo.fields import Domain

from ...domain import item_statuses
from ...domain.offered_quantities import LineNeeds
from ..item_pieces import pieces_per_item

# Items of these statuses still have to leave; unpaid ones may be paid any moment.
WAITING = (item_statuses.PAYMENT_PENDING, *item_statuses.OPEN)
# Where goods are ours.
OURS = ("internal", "transit")

_DONE = Domain("state", "=", "done")
_NO_RETURN = Domain("move_id.origin_returned_move_id", "=", False)
# What is on its way back to its shelf is reserved for nobody.
_RESERVED = (
    Domain("state", "not in", ("done", "cancel"))
    & Domain("location_id.usage", "in", OURS)
    & (_NO_RETURN | Domain("location_dest_id.usage", "=", "customer"))
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


def claiming_items(account):
    """Return the items, of whichever account, that claim stock of this one.

    Of accounts that sell or ship from the same places, archived ones too; and of
    others, if somebody lets an order of theirs leave from here.
    """
    accounts = account.with_context(active_test=False).search(
        [("company_id", "in", account.company_id.ids)]
    )
    own = _paths(account)
    sharing = account | accounts.filtered(lambda one: _overlap(own, _paths(one)))
    return _unshipped_items(accounts | account).filtered(
        lambda item: (
            item.account_id in sharing
            or _overlap(own, _view_paths(item.sale_line_id.warehouse_id))
        )
    )


def waiting_items(accounts):
    """Return the items of accounts that the marketplace expects us to send."""
    return _ours(accounts, Domain("status", "in", WAITING))


class Claims:
    """What some items claim, read with a constant number of queries.

    :param items: what `claiming_items` returned
    """

    def __init__(self, items):
        """Sort the items by the confirmed sales order line that they are on."""
        self.env = items.env
        #: product -> items that are on no confirmed sales order.
        self._loose = Counter()
        lines, products = set(), items._known_products()
        for item, product in products.items():
            line = item.sale_line_id
            if line.state == "sale":
                lines.add(line)
            elif not item._is_over():
                self._loose[line.product_id or product] += 1
        self._lines = self.env["sale.order.line"].union(*lines)
        self._loose.subtract(_added_by_hand(products))

    def by_product(self):
        """Return how many pieces are claimed.

        :return: a dict, product id -> pieces, of components for kits
        """
        claimed = defaultdict(float)
        for product_id, pieces in (*self._of_lines(), *self._of_loose()):
            claimed[product_id] += pieces
        return claimed

    def _of_loose(self):
        products = self.env["product.product"].union(*self._loose)
        components = self.env["iconic.listing"]._sellable_components(products)
        for product, count in self._loose.items():
            for component, pieces in components.get(product, {product: 1}).items():
                yield component.id, pieces * max(count, 0)

    def _of_lines(self):
        """Yield product id and pieces of what waits on confirmed sales orders."""
        sources, still_open = self._sources()
        waiting, gone = self._items_of_lines(still_open)
        reserved = self._pieces(_RESERVED)
        left, returned = self._pieces(_LEFT), self._pieces(_RETURNED)
        for line in self._lines:
            for product_id, per_item in _per_item(line, sources[line.id]).items():
                key = line.id, product_id
                needs = LineNeeds(
                    per_item,
                    waiting[line.id],
                    gone[line.id],
                    reserved[key],
                    left[key],
                    returned[key],
                )
                yield product_id, needs.unreserved()

    def _items_of_lines(self, still_open):
        """Count the items of each line that wait, and those that are gone.

        :param still_open: the ids of lines with an open delivery
        :return: two dicts, line id -> items
        """
        waiting, gone = Counter(), Counter()
        for item in self.env["iconic.order.item"].search_fetch(
            Domain("sale_line_id", "in", self._lines.ids)
            & Domain("stock_settled", "=", False),
            ["sale_line_id", "status", "picking_id"],
        ):
            line_id = item.sale_line_id.id
            if item.status in WAITING:
                waiting[line_id] += item._is_shipped_by_us()
            elif line_id in still_open or not item._is_over():
                gone[line_id] += _is_outside(item)
        return waiting, gone

    def _pieces(self, domain):
        """Return the pieces of moves of the lines.

        :param domain: which `stock.move.line` records count
        :return: a dict, (line id, product id) -> pieces
        """
        found = defaultdict(float)
        for line, product, pieces in self.env["stock.move.line"]._read_group(
            Domain("move_id.sale_line_id", "in", self._lines.ids) & domain,
            ["move_id.sale_line_id", "product_id"],
            ["quantity_product_uom:sum"],
        ):
            found[line.id, product.id] = pieces
        return found

    def _sources(self):
        """Return what is delivered for each line, and from which kinds of places.

        :return: a dict, line id -> a set of product id and usage of a location; and the
            ids of lines with an open delivery
        """
        sources, still_open = defaultdict(set), set()
        for line, product, location, state in self.env["stock.move"]._read_group(
            Domain("sale_line_id", "in", self._lines.ids)
            & Domain("state", "!=", "cancel")
            & Domain("origin_returned_move_id", "=", False),
            ["sale_line_id", "product_id", "location_id", "state"],
        ):
            sources[line.id].add((product.id, location.usage))
            if state != "done":
                still_open.add(line.id)
        return sources, still_open


def _paths(account):
    """Return the places that an account sells or ships from, as paths of their ids.

    One that names no warehouse ships from any of its company.
    """
    account = account.with_context(active_test=False)
    shipping = account.warehouse_id | account.second_warehouse_ids
    warehouses = shipping | account.stock_warehouse_ids
    if not warehouses:
        domain = [("company_id", "in", account.company_id.ids)]
        warehouses = warehouses.search(domain)
    elif account.stock_location_ids:
        places = account.stock_location_ids.mapped("parent_path")
        return [*places, *_view_paths(shipping or warehouses)]
    return _view_paths(warehouses)


def _view_paths(warehouses):
    return warehouses.view_location_id.mapped("parent_path")


def _overlap(some, others):
    """Tell whether a place is within another one, or the same.

    :param some: paths of ids
    :param others: paths of ids
    """
    return any(
        one.startswith(other) or other.startswith(one)
        for one in some
        for other in others
    )


def _unshipped_items(accounts):
    """Return the items whose goods have not left in Odoo, whatever their status.

    In three queries, each with an index: there are very many other items.
    """
    left_there = Domain("status", "not in", (*WAITING, item_statuses.CANCELED))
    in_open_delivery = Domain(
        "picking_id", "any", [("state", "not in", ("done", "cancel"))]
    )
    return (
        waiting_items(accounts)
        | _ours(accounts, left_there & Domain("picking_id", "=", False))
        | _ours(accounts, left_there & in_open_delivery)
    )


def _ours(accounts, domain):
    return accounts.env["iconic.order.item"].search_fetch(
        domain
        & Domain("account_id", "in", accounts.ids)
        & Domain("stock_settled", "=", False)
        & Domain("own_warehouse", "=", False)
        & Domain("is_digital", "=", False),
        ["account_id", "product_id", "seller_sku", "sale_line_id", "status"],
    )


def _added_by_hand(products):
    """Return what users have added to sales orders for items that came later.

    :param products: a dict, item -> `product.product`
    :return: a dict, product -> items
    """
    late, added = Counter(), Counter()
    sales = set()
    for item, product in products.items():
        sale = item.order_id.sale_order_id
        if sale.state == "sale" and not item.sale_line_id:
            late[product] += 1
            sales.add(sale)
    for line in (line for sale in sales for line in sale.order_line):
        if not line.iconic_item_ids:
            added[line.product_id] += line.product_uom_qty
    return {product: min(n, added[product]) for product, n in late.items()}


def _per_item(line, sources):
    """Return the pieces of each product that one item of a confirmed line needs.

    :param sources: what is delivered for the line, from which kinds of places
    :return: a dict, product id -> pieces; empty if a supplier sends it
    """
    if sources and not any(usage in OURS for _product, usage in sources):
        return {}
    if line.iconic_components or {one for one, _usage in sources} - {
        line.product_id.id
    }:
        return {product.id: n for product, n in pieces_per_item(line).items()}
    return {line.product_id.id: 1}


def _is_outside(item):
    """Tell whether an item that is not to leave any more has left, and is not back."""
    if not item._is_shipped_by_us():
        return False
    if item.status != item_statuses.CANCELED:
        return item.return_picking_id.state != "done"
    delivery = item.picking_id
    has_left = delivery.state == "done" and delivery.location_dest_id._is_outgoing()
    return has_left and item.return_to_stock_id.state != "done"
