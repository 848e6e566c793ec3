"""What may happen to stock, and how many pieces may be offered after it.

What is expected is worked out here from Odoo's own records and the marketplace's
items: from places, transfers and statuses, one sales order line after the other.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import count

from common import ConnectorCase
from ordering import Ordering

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.iconic_connector.seller_center.records import (
    Address,
    Order,
    OrderItem,
)

#: A SKU without a product, until somebody maps it to TOP.
UNKNOWN = "OLD-TOP"
#: Items that nobody has shipped, according to the marketplace.
OPEN = ("payment_pending", "pending", "ready_to_ship")
#: Items that are sold and stay with their buyers.
ALIVE = (*OPEN, "shipped", "delivered")
#: What an item may become next.
NEXT = {
    "payment_pending": ("pending", "canceled"),
    "pending": ("ready_to_ship", "canceled"),
    "ready_to_ship": ("shipped", "canceled"),
    "shipped": ("delivered", "failed", "canceled"),
    "delivered": ("return_shipped_by_customer", "returned"),
    "return_shipped_by_customer": ("returned", "return_rejected"),
}
#: The items of an order that something happens to.
WHO = {"all": slice(None), "first": slice(1), "last": slice(-1, None)}
#: Rounds after which transfers count as endless.
ROUNDS = 5
ADDRESS = Address(
    first_name="Ann",
    last_name="Buyer",
    lines=("1 High Street",),
    city="Sydney",
    postcode="2000",
    country="Australia",
)
START = datetime(2026, 11, 1, tzinfo=timezone.utc)


def way_to(status, goal):
    """Return the statuses from one to another one, none if there is no way."""
    ways = [(status,)]
    for way in ways:
        if way[-1] == goal:
            return way[1:]
        ways += [(*way, one) for one in NEXT.get(way[-1], ()) if one not in way]
    return ()


@tagged("post_install", "-at_install")
class RandomStock(Ordering, ConnectorCase):
    """The steps of a sequence: each method that begins with `step_` is one.

    KIT is 1 TOP and 2 SOCK, GIFT is 1 KIT and 1 TOP. Two accounts sell all four.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_books()
        cls.account.write(
            {
                "orders_from": "2020-01-01",
                "warehouse_id": cls.warehouse.id,
                "invoice_orders": False,
                "make_pick_tickets": False,
                "make_payment_receipts": False,
                "max_zero_share": 0,
            }
        )
        cls.other = cls.account.copy({"name": "Other"})
        cls.accounts = [cls.account, cls.other]
        cls.products = {
            sku: cls._product(sku) for sku in ("TOP", "SOCK", "KIT", "GIFT")
        }
        cls.top, cls.sock, cls.kit, cls.gift = cls.products.values()
        cls.set_stock(cls.top, cls.warehouse, 6)
        cls.set_stock(cls.sock, cls.warehouse, 10)
        cls.kit_bom = cls._kit(cls.kit, {cls.top: 1, cls.sock: 2})
        cls._kit(cls.gift, {cls.kit: 1, cls.top: 1})
        cls.listings = [cls._list(account) for account in cls.accounts]
        cls.damaged = cls._place("Damaged")
        cls.shelf = cls._place("Shelf")
        cls.buyer = cls.env["res.partner"].create({"name": "Own buyer"})

    @classmethod
    def _product(cls, sku):
        return cls.env["product.product"].create(
            {
                "name": sku,
                "default_code": sku,
                "is_storable": True,
                "categ_id": cls.category.id,
                "taxes_id": [Command.clear()],
                "product_tag_ids": [Command.set(cls.season.ids)],
            }
        )

    @classmethod
    def _kit(cls, product, components):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": one.id, "product_qty": pieces})
                    for one, pieces in components.items()
                ],
            }
        )

    @classmethod
    def _list(cls, account):
        return cls.env["iconic.listing"].create(
            [
                {
                    "account_id": account.id,
                    "product_id": product.id,
                    "seller_sku": product.default_code,
                    "product_status": "published",
                    "listing_status": "active",
                    "content_status": "not_needed",
                }
                for product in cls.products.values()
            ]
        )

    @classmethod
    def _place(cls, name):
        return cls.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": cls.warehouse.lot_stock_id.id,
            }
        )

    def begin_story(self):
        """Forget the orders of the story before."""
        self.socks = 2
        self.given_up = False
        self.known = []
        self.recipes = {}
        self.numbers = count(1)
        self.minutes = count(1)
        self.steps_taken = 0

    # The steps

    def take_step(self, name, *arguments):
        """Take a step; an action that is not allowed now has no effect."""
        with suppress(UserError), self.env.cr.savepoint():
            getattr(self, f"step_{name}")(*arguments)
        self.env.flush_all()
        self.steps_taken += 1

    def stored(self, place):
        """Return one of the orders that were pulled."""
        if not self.known:
            raise UserError("Nothing was sold yet.")
        return self.known[place % len(self.known)]

    def transfers(self, place):
        """Return the open transfers of an order's deliveries."""
        sale = self.stored(place).sale_order_id
        return self._open(sale.picking_ids.filtered(lambda one: not one.return_id))

    @staticmethod
    def _open(pickings):
        return pickings.filtered(lambda one: one.state not in ("done", "cancel"))

    def step_buy(self, which, skus, status="pending"):
        """Pull an order that a shopper has just placed."""
        number = f"{next(self.numbers)}"
        self._store(
            self.accounts[which],
            number,
            [(f"{number}-{place}", sku, status) for place, sku in enumerate(skus)],
        )

    def _store(self, account, number, items):
        """Store an order by the step that a pull ends with.

        :param items: triples of an id, a SKU and a status
        """
        now = START + timedelta(minutes=next(self.minutes))
        record = Order(
            order_id=number,
            number=number,
            first_name="Ann",
            last_name="Buyer",
            billing=ADDRESS,
            shipping=ADDRESS,
            currency="AUD",
            created_at=START,
            updated_at=now,
        )
        rows = [
            OrderItem(
                order_item_id=key,
                order_id=number,
                seller_sku=sku,
                name=sku,
                status=status,
                shipping_type="Dropshipping",
                currency="AUD",
                unit_price=Decimal("33.00"),
                paid_price=Decimal("33.00"),
                tax_amount=Decimal("3.00"),
                updated_at=now,
            )
            for key, sku, status in items
        ]
        found = account._store_read([(record, rows)], fields.Datetime.now())
        if found not in self.known:
            self.known.append(found)

    def step_become(self, place, who, goal):
        """Pull an order of which some items have a new status."""
        order = self.stored(place)
        chosen = order.item_ids.sorted("id")[WHO[who]]
        rows = []
        for item in order.item_ids.sorted("id"):
            way = way_to(item.status, goal) if item in chosen else ()
            status = way[-1] if way else item.status
            rows.append((item.external_id, item.seller_sku, status))
        self._store(order.account_id, order.external_id, rows)

    def step_process(self, place):
        """Process an order as the job does."""
        order = self.stored(place)
        if order.needs_processing:
            order._claim_processing()
            order._process()

    def step_process_all(self):
        for place in range(len(self.known)):
            self.step_process(place)

    def step_retry(self, place):
        self.stored(place).action_retry()

    def step_map(self, place):
        """Choose the product of an unknown SKU."""
        self.stored(place).item_ids.filtered(
            lambda one: not one.product_id
        ).product_id = self.top

    def step_confirm_orders(self, which, value):
        self.accounts[which].confirm_orders = value

    def step_confirm(self, place):
        """Confirm a quotation as a user does."""
        sale = self.stored(place).sale_order_id
        if sale.state == "draft":
            sale.action_confirm()

    def step_unreserve(self, place):
        self.transfers(place).do_unreserve()

    def step_reserve(self, place):
        self.transfers(place).action_assign()

    def step_reserve_some(self, place, number, pieces):
        """Reserve some pieces of one move of a transfer."""
        moves = self.transfers(place).move_ids
        if moves:
            move = moves[number % len(moves)]
            move.quantity = min(pieces, move.quantity)

    def step_assign_all(self):
        """Reserve what can be reserved, as Odoo's scheduler does."""
        self.env["stock.move"].search(
            [
                ("state", "in", ("confirmed", "partially_available")),
                ("company_id", "=", self.company.id),
            ]
        )._action_assign()

    def step_validate(self, place, how):
        """Validate the next transfer of an order.

        :param how: all of it, its first move only, or one piece of each move; "last":
            one piece, and nothing follows
        """
        for transfer in self.transfers(place).sorted("id")[:1]:
            self._validate(transfer, how)

    def _validate(self, transfer, how="all"):
        moves = transfer.move_ids.filtered(lambda one: one.state != "cancel")
        for number, move in enumerate(moves):
            whole = move.product_uom_qty
            move.quantity = {
                "all": whole,
                "first": 0 if number else whole,
            }.get(how, min(whole, 1))
            move.picked = bool(move.quantity)
        options = {"skip_backorder": True}
        if how == "last":
            options["picking_ids_not_to_backorder"] = transfer.ids
            self.given_up = True
        transfer.with_context(**options).button_validate()

    def step_steps(self, steps):
        self.warehouse.delivery_steps = steps

    def step_return_by_hand(self, place, pieces):
        """Return some pieces of what was delivered, without the marketplace."""
        done = self.stored(place).sale_order_id.picking_ids.filtered(
            lambda one: one.state == "done" and not one.return_id
        )
        for delivery in done.sorted("id")[-1:]:
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": delivery.id}
            )
            for row in wizard.product_return_moves:
                row.quantity = min(pieces, row.move_id.quantity)
            self._validate(wizard._create_return())

    def step_send_again(self, place):
        """Send again what came back by hand, as Odoo does: by returning the return."""
        done = self._returns(self.stored(place)).filtered(
            lambda one: one.state == "done" and one.location_id.usage == "customer"
        )
        for receipt in done.sorted("id")[-1:]:
            wizard = self.env["stock.return.picking"].create({"picking_id": receipt.id})
            for row in wizard.product_return_moves:
                row.quantity = min(1, row.move_id.quantity)
            wizard._create_return()

    def step_cancel_transfer(self, place):
        """Cancel the next transfer of an order."""
        transfers = self.transfers(place).sorted("id")[:1]
        if transfers:
            self.given_up = True
            transfers.action_cancel()

    def step_receive(self, place):
        """Validate what comes back of an order."""
        for transfer in self._open(self._returns(self.stored(place))):
            self._validate(transfer)

    def _returns(self, order):
        found, made = self.env["stock.picking"], order.sale_order_id.picking_ids
        while made:
            made = self.env["stock.picking"].search([("return_id", "in", made.ids)])
            found |= made
        return (
            found | order.item_ids.return_picking_id | order.item_ids.return_to_stock_id
        )

    def step_receive_undelivered(self, place):
        self.stored(place).action_receive_undelivered()

    def step_adjust(self, sku, pieces, shelf=False):
        """Find pieces, or miss some."""
        self.env["stock.quant"]._update_available_quantity(
            self.products[sku],
            self.shelf if shelf else self.warehouse.lot_stock_id,
            pieces,
        )

    def step_damage(self, sku, pieces):
        """Move pieces into the place for damaged goods, or back."""
        for location, added in (
            (self.warehouse.lot_stock_id, -pieces),
            (self.damaged, pieces),
        ):
            self.env["stock.quant"]._update_available_quantity(
                self.products[sku], location, added
            )

    def step_exclude(self, which, value):
        places = self.damaged.ids if value else []
        self.accounts[which].excluded_location_ids = [Command.set(places)]

    def step_only_shelf(self, which, value):
        places = self.shelf.ids if value else []
        self.accounts[which].stock_location_ids = [Command.set(places)]

    def step_own_shop(self, sku, pieces, deliver):
        """Sell pieces in the own shop."""
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.products[sku].id,
                            "product_uom_qty": pieces,
                        }
                    )
                ],
            }
        )
        sale.action_confirm()
        for transfer in self._open(sale.picking_ids) if deliver else ():
            self._validate(transfer)

    def step_bom(self, socks):
        """Change how many socks a kit has."""
        self.kit_bom.bom_line_ids.filtered(
            lambda one: one.product_id == self.sock
        ).product_qty = socks
        self.socks = socks

    def step_limits(self, which, buffer, cap, share):
        self.accounts[which].write(
            {"safety_buffer": buffer, "quantity_cap": cap, "stock_share": share}
        )

    # What may be offered

    def pieces_of(self, product, socks=None):
        """Return what one piece of a product is made of.

        :return: a dict, `product.product` -> pieces
        """
        socks = self.socks if socks is None else socks
        return {
            self.kit: {self.top: 1, self.sock: socks},
            self.gift: {self.top: 2, self.sock: socks},
        }.get(product, {product: 1})

    def recipe(self, line):
        """Return what one piece of a sales line was made of when it was confirmed."""
        if line.state != "sale":
            return self.pieces_of(line.product_id)
        if line.id not in self.recipes:
            self.recipes[line.id] = self.pieces_of(line.product_id)
        return self.recipes[line.id]

    def check(self, story=""):
        """Check what both accounts offer of all products."""
        least, most = self.claims()
        for account, listings in zip(self.accounts, self.listings, strict=True):
            wanted = listings._wanted_quantities(account)
            free = self.free(account)
            for listing in listings:
                offered = wanted[listing.id]
                product = listing.product_id
                upper = self.allowed(account, product, free, least)
                lower = self.allowed(account, product, free, most)
                where = f"{story}: {product.name} on {account.name}"
                self.assertLessEqual(offered, upper, f"too many: {where}")
                self.assertGreaterEqual(offered, lower, f"too few: {where}")

    def allowed(self, account, product, free, claims):
        """Return how many pieces an account offers, given what is claimed."""
        left = {one: free[one] - claims[one] for one in (self.top, self.sock)}
        pieces = self.pieces_of(product)
        whole = min(int(left[one] // each) for one, each in pieces.items())
        limits = [whole - account.safety_buffer]
        if account.quantity_cap:
            limits.append(account.quantity_cap)
        if account.stock_share:
            limits.append(whole * account.stock_share // 100)
        return max(0, min(limits))

    def free(self, account):
        """Return the pieces of each component that nothing has reserved."""
        # Fewer delivery steps archive a place with the goods that are still in it.
        Location = self.env["stock.location"].with_context(active_test=False)
        roots = account.stock_location_ids or account.stock_warehouse_ids.mapped(
            "view_location_id"
        )
        places = Location.search([("id", "child_of", roots.ids)])
        if account.excluded_location_ids:
            places -= Location.search(
                [("id", "child_of", account.excluded_location_ids.ids)]
            )
        free = Counter()
        for product in (self.top, self.sock):
            here = [("product_id", "=", product.id), ("location_id", "in", places.ids)]
            quants = self.env["stock.quant"].search(here)
            reserved = self.env["stock.move.line"].search(
                [*here, ("state", "not in", ("done", "cancel"))]
            )
            free[product] = sum(quants.mapped("quantity")) - sum(
                reserved.mapped("quantity_product_uom")
            )
        return free

    def claims(self):
        """Return how many pieces of each component are sold and not reserved.

        :return: two `Counter`: at the least, and at the most
        """
        least, most = Counter(), Counter()
        for order in self.known:
            for item in order.item_ids:
                if item.sale_line_id or item.status not in ALIVE:
                    continue
                product = self.product_of(item)
                for one, each in self.pieces_of(product).items() if product else ():
                    least[one] += each
                    most[one] += each
            for line in order.item_ids.sale_line_id:
                for one in (self.top, self.sock):
                    low, high = self.claims_of(line, one)
                    least[one] += low
                    most[one] += high
        return least, most

    def product_of(self, item):
        if item.product_id:
            return item.product_id
        found = item.account_id._products_of_skus({item.seller_sku})
        return found.get(item.seller_sku)

    def claims_of(self, line, component):
        """Return the least and the most that a sales line claims of a component.

        Each item that is sold needs its pieces until they have left. Which item a piece
        has left for is not always known: so there are two figures.
        """
        items = line.iconic_item_ids
        moves = line.move_ids.filtered(
            lambda one: one.product_id == component and one.state != "cancel"
        )
        each = self.recipe(line).get(component, 0)
        forward = moves.filtered(self.is_forward)
        waiting = forward.filtered(lambda one: one.state != "done")
        reserved = sum(waiting.move_line_ids.mapped("quantity_product_uom"))
        out = self.done(moves, "customer")
        back = self.done(moves, "internal")
        # A piece waits once, however many transfers it still passes.
        last = waiting.filtered(
            lambda one: not one.move_dest_ids.filtered(lambda later: later in waiting)
        )
        demand = sum(last.mapped("product_uom_qty"))
        sold = len(items.filtered(lambda one: one.status in ALIVE))
        open_ones = len(items.filtered(lambda one: one.status in OPEN))
        undone = items.filtered(
            lambda one: one.status == "canceled" and not one.withdrawn
        )
        low = max(
            0,
            each * sold - reserved - out,
            each * open_ones - reserved - max(0, out - back),
            demand - each * len(undone) - reserved,
        )
        gone = items.filtered(
            lambda one: one.status not in ALIVE and one.picking_id.state == "done"
        )
        for_sold = max(0, out - back - each * len(gone))
        high = max(low, each * sold - reserved - for_sold, demand - reserved)
        return low, high

    def is_forward(self, move):
        """Tell whether a move is on the way to the buyer."""
        if move.location_dest_id.usage == "customer":
            return True
        return not move.origin_returned_move_id and (
            move.location_final_id.usage == "customer"
            or any(self.is_forward(one) for one in move.move_dest_ids)
        )

    @staticmethod
    def done(moves, usage):
        """Return how many pieces have come to the buyer, or back from there."""
        return sum(
            one.quantity
            for one in moves
            if one.state == "done"
            and (one.location_id.usage == "customer") != (usage == "customer")
            and (one.location_dest_id.usage == "customer") == (usage == "customer")
        )

    # The end

    def come_to_rest(self):
        """Import, reserve and check; then deliver, report and check again."""
        for sku in ("TOP", "SOCK"):
            self.step_adjust(sku, 100)
            self.step_adjust(sku, 20, shelf=True)
        self.finish_orders()
        self.step_assign_all()
        self.env.flush_all()
        self.check("all is reserved")
        for _round in range(ROUNDS):
            for place in range(len(self.known)):
                for transfer in self.transfers(place).sorted("id"):
                    self.take_step("deliver", transfer)
                self.take_step("become", place, "all", "shipped")
                self.take_step("receive", place)
            self.finish_orders()
            self.check("all has left")
            if self.is_at_rest():
                break
        if not self.given_up:
            self.check_rest()

    def step_deliver(self, transfer):
        self._validate(transfer)

    def finish_orders(self):
        """Import and confirm all orders."""
        for place, order in enumerate(self.known):
            if not order.sale_order_id:
                self.take_step("map", place)
                self.take_step("become", place, "all", "pending")
            if order.state == "held" or order.error:
                self.take_step("retry", place)
            self.take_step("process", place)
            if order.sale_order_id.state == "draft":
                self.take_step("confirm", place)
            self.take_step("process", place)

    def is_at_rest(self):
        """Tell whether nothing is left to process, to deliver or to receive."""
        return not any(
            order.needs_processing
            or order.error
            or self.transfers(place)
            or self._open(self._returns(order))
            for place, order in enumerate(self.known)
        )

    def check_rest(self):
        """Check that nothing is held back for orders any more."""
        for order in self.known:
            self.assertFalse(order.error, order.error)
        for account, listings in zip(self.accounts, self.listings, strict=True):
            wanted = listings._wanted_quantities(account)
            free = self.free(account)
            for listing in listings:
                expected = self.allowed(account, listing.product_id, free, Counter())
                self.assertEqual(
                    wanted[listing.id],
                    expected,
                    f"at rest: {listing.product_id.name} on {account.name}",
                )
