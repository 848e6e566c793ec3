"""What may happen to orders, and what must be true in the end."""

from collections import Counter
from contextlib import suppress
from decimal import Decimal

from cancelling import CancelCase
from fulfilling import DeliveryCase
from returning import ReturnCase

from odoo.exceptions import UserError

from seller_center_sandbox.orders.placing import change_customer
from seller_center_sandbox.orders.statuses import SELLER, may_become
from seller_center_sandbox.orders.transitions import send_back

GONE = ("canceled", "failed", "returned")
SENT_BACK = "return_shipped_by_customer"
_OUT = ("ready_to_ship", "shipped")
_WITH_BUYER = (*_OUT, "delivered")
_BACK = (*_WITH_BUYER, SENT_BACK, "return_waiting_for_approval")
#: The statuses that the marketplace may set, with the statuses before them.
WAYS = {
    "canceled": ("canceled",),
    "ready_to_ship": ("ready_to_ship",),
    "shipped": _OUT,
    "failed": (*_OUT, "failed"),
    "delivered": _WITH_BUYER,
    SENT_BACK: (*_WITH_BUYER, SENT_BACK),
    "return_waiting_for_approval": _BACK,
    "return_rejected": (*_BACK, "return_rejected"),
    "returned": (*_WITH_BUYER, "returned"),
}
#: The items of an order that something happens to.
WHO = {"all": slice(None), "first": slice(1), "last": slice(-1, None)}
#: The rounds of all jobs after which nothing may change any more.
ROUNDS = 12


def worth(item):
    """Return what the seller earns with an item of the sandbox, without shipping."""
    return item.item_price - item.voucher_amount


class MoneyInvariant:
    """At any moment, sales order, invoices and payments add up to the items that stand.

    What Odoo knows counts; an order that waits to be processed is left out.
    """

    def check_money_now(self):
        for order in self.account.order_ids:
            waits = order.needs_processing or order.lease_until or order.error
            if order.sale_order_id.state == "sale" and not waits:
                self.check_sales_order(order)
                self.check_invoices(order)

    def check_sales_order(self, order):
        """Check its total: what is delivered stays on it until it is back."""
        total = Decimal(0)
        for line, items in order.item_ids.grouped("sale_line_id").items():
            if line:
                wanted = len(items.filtered(lambda one: one.status != "canceled"))
                price = worth(self.sold_for(items[0]))
                total += price * max(wanted, int(line.qty_delivered))
        total += sum(
            self.sold_for(one).shipping_amount
            for one in order.item_ids
            if one.sale_line_id and one.status != "canceled"
        )
        self.assertEqual(
            round(order.sale_order_id.amount_total, 2),
            float(total),
            order.item_ids.mapped("status"),
        )

    def check_invoices(self, order):
        """Check that what is invoiced, credited and paid is what stands."""
        moves = order.sale_order_id.invoice_ids.filtered(
            lambda one: one.state != "cancel"
        )
        standing = sum(
            worth(self.sold_for(one)) + self.sold_for(one).shipping_amount
            for one in order.item_ids
            if one.sale_line_id and one.status not in GONE
        )
        if moves.filtered(lambda one: one.move_type == "out_invoice"):
            booked = sum(moves.mapped("amount_total_in_currency_signed"))
            self.assertEqual(round(booked, 2), float(standing))
        posted = moves.filtered(lambda one: one.state == "posted")
        paid = sum(
            payment.amount * (1 if payment.payment_type == "inbound" else -1)
            for payment in posted.matched_payment_ids
        )
        owed = sum(posted.mapped("amount_residual_signed"))
        booked = sum(posted.mapped("amount_total_in_currency_signed"))
        self.assertEqual(round(paid + owed, 2), round(booked, 2))

    def sold_for(self, item):
        """Return the sandbox's item of an `iconic.order.item`."""
        return self.sandbox.orders.items[int(item.external_id)]


class RandomOrders(MoneyInvariant, DeliveryCase, CancelCase, ReturnCase):
    """The steps of a sequence: each method that begins with `step_` is one."""

    def take_step(self, name, *arguments):
        """Take a step; an action that is not allowed now has no effect."""
        with suppress(UserError), self.env.cr.savepoint():
            getattr(self, f"step_{name}")(*arguments)
        self.env.flush_all()
        self.note_tracking_numbers()
        self.check_money_now()

    def note_tracking_numbers(self):
        """Note the tracking numbers of items, and check that none has changed."""
        for item in self.sandbox.orders.items.values():
            if item.tracking_code:
                known = self.numbers.setdefault(item.id, item.tracking_code)
                self.assertEqual(item.tracking_code, known)

    def shopped(self, place):
        """Return one of the sandbox's orders."""
        return self.shopping[place % len(self.shopping)]

    def imported(self, place):
        """Return the imported order, or raise an error if there is none yet."""
        order = self.order(self.shopped(place))
        if not order.sale_order_id:
            raise UserError("It is not imported yet.")
        return order

    def step_place(self):
        """Let a shopper place the next order of the list."""
        if self.wanted:
            lines, price, shipping, less = self.wanted.pop()
            values = {"shipping_amount": shipping, **less}
            if less:
                kinds = ("wallet_credits", "voucher_amount")
                paid = Decimal(price) - sum(Decimal(less.get(one, 0)) for one in kinds)
                values["paid_price"] = str(paid)
                values.setdefault("voucher_amount", "0.00")
            items = [
                self.line(sku, price, quantity=count, **values)
                for sku, count in Counter(lines).items()
            ]
            self.shopping.append(self.place(items=items))

    def step_marketplace(self, place, who, goal):
        """Update items as far as possible on the way to a status."""
        for item in self.shopped(place).items[WHO[who]]:
            for status in WAYS[goal]:
                if not may_become(item, status):
                    continue
                if status == SENT_BACK:
                    with self.sandbox.lock:
                        send_back(self.sandbox, [item])
                else:
                    self.move([item], status)

    def step_mask(self, place):
        with self.sandbox.lock:
            change_customer(self.sandbox, self.shopped(place), {"masked": True})

    def step_pull(self):
        self.pull()

    def step_process(self):
        self.follow()

    def step_send_updates(self):
        self.send_updates()

    def step_all_jobs(self):
        self.pull()
        self.follow()
        self.send_updates()

    def step_time_passes(self):
        """End all waits and leases."""
        self.skip_waits()
        self.account.order_ids.lease_until = False

    def step_fault(self, kind, action, options):
        self.sandbox.faults.add(kind, action=action, **options)

    def open_deliveries(self, order):
        return self.deliveries(order).filtered(
            lambda one: one.state not in ("done", "cancel")
        )

    def deliveries(self, order):
        """Return the deliveries to the buyer, except for rejected returns."""
        return DeliveryCase.deliveries(self, order).filtered(
            lambda one: one.picking_type_code == "outgoing" and not one.return_id
        )

    def step_validate(self, place, some):
        for delivery in self.open_deliveries(self.imported(place))[:1]:
            moves = delivery.move_ids.filtered(lambda one: one.state != "cancel")
            for move in delivery.move_ids - moves:
                move.picked = False
            for number, move in enumerate(moves):
                few = 0 if number else 1
                move.quantity = few if some else move.product_uom_qty
                move.picked = bool(move.quantity)
            delivery.with_context(skip_backorder=True).button_validate()

    def step_carrier(self, place, name):
        for delivery in self.open_deliveries(self.imported(place)):
            delivery.carrier_id = getattr(self, name)

    def step_number(self, place):
        for delivery in self.deliveries(self.imported(place)):
            if not delivery.carrier_tracking_ref:
                number = f"CC{next(self.parcels):08d}"
                delivery.carrier_id = delivery.carrier_id or self.couriers
                if delivery.carrier_id == self.post:
                    number = f"WP{number[2:].zfill(10)}"
                delivery.carrier_tracking_ref = number
                return

    def step_ready(self, place):
        self.deliveries(self.imported(place)).action_iconic_ready_to_ship()

    def step_cancel(self, place, who):
        order = self.imported(place)
        if order.sale_order_id._iconic_cancellable():
            self.ask(order, items=order.item_ids[WHO[who]])

    def step_receive(self, place, who, condition, decision):
        """Receive items with the wizard."""
        items = self.imported(place).item_ids[WHO[who]]
        wizard = self.returns_of(items).create({})
        reason = self.account.failure_reason_ids.filtered(
            lambda one: one.reason_type == "return_rejected"
        )[:1]
        for line in wizard.line_ids:
            line.condition = condition
            if line.can_decide:
                line.decision = decision
                line.reason_id = reason if decision == "reject" else False
        wizard.action_confirm()

    def step_receipt(self, place):
        """Validate the receipts in the warehouse."""
        self.imported(place)
        for receipt in self.receipts():
            self.validate(receipt)

    def receipts(self):
        return self.env["stock.picking"].search(
            [
                ("picking_type_code", "=", "incoming"),
                ("state", "=", "assigned"),
                ("company_id", "=", self.company.id),
            ]
        )

    def step_receive_undelivered(self, place):
        self.imported(place).action_receive_undelivered()

    def step_invoice(self, place, post):
        """Invoice an order by hand, and perhaps leave the draft."""
        invoice = self.imported(place).sale_order_id._create_invoices()
        if post:
            invoice.action_post()

    def step_retry(self, place):
        self.order(self.shopped(place)).action_retry()

    def finish(self):
        """End all faults, fix held orders, and run the jobs until nothing changes."""
        self.sandbox.faults.clear()
        self.run_until_stable()
        self.account.invoice_orders = True
        drafts = self.account.order_ids.sale_order_id.invoice_ids
        drafts.filtered(
            lambda one: one.state == "draft" and one.invoice_line_ids
        ).action_post()
        for order in self.account.order_ids:
            for delivery in self.open_deliveries(order) if order.error else ():
                self.validate(delivery)
            order.action_retry()
        self.run_until_stable()

    def run_until_stable(self):
        for _round in range(ROUNDS):
            before = self.snapshot()
            self.step_time_passes()
            self.step_all_jobs()
            self.note_tracking_numbers()
            if self.snapshot() == before:
                return
        self.fail(f"The jobs do not finish: {self.snapshot()}")

    def snapshot(self):
        orders = self.account.order_ids
        return (
            orders.mapped("state"),
            orders.mapped("needs_processing"),
            orders.item_ids.mapped(lambda one: (one.status, one.processed_status)),
            orders.change_ids.mapped("state"),
            orders.sale_order_id.invoice_ids.mapped("state"),
            [item.status for item in self.sandbox.orders.items.values()],
        )


class OrderInvariants:
    """What must be true once all jobs have finished."""

    def check_all(self):
        self.check_orders()
        self.check_updates()
        for order in self.account.order_ids:
            self.assertFalse(order.error)
            self.assertFalse(order.invoice_error)
            self.check_money(order)
            for line in order.item_ids.sale_line_id:
                self.check_moves(line)
        for product in self.style.product_variant_ids:
            self.check_stock(product)

    def check_orders(self):
        """Check that orders and items exist once, as they are at the marketplace."""
        orders = self.account.order_ids
        self.assertEqual(
            sorted(orders.mapped("external_id")),
            sorted(str(one.id) for one in self.shopping),
        )
        self.assertEqual(
            sorted((one.external_id, one.status) for one in orders.item_ids),
            sorted(
                (str(one.id), one.status) for one in self.sandbox.orders.items.values()
            ),
        )
        for item in orders.filtered("sale_order_id").item_ids:
            self.assertEqual(item.processed_status, item.status)
        sales = self.env["sale.order"].search(
            [("iconic_account_id", "=", self.account.id)]
        )
        self.assertEqual(sales, orders.sale_order_id)

    def check_updates(self):
        """Check that nothing is left to send, and nothing was sent twice."""
        for item in self.sandbox.orders.items.values():
            sent = Counter(
                step.status for step in item.history if step.editor == SELLER
            )
            self.assertLessEqual(set(sent.values()), {1}, item.history)
        for change in self.account.order_ids.change_ids:
            self.assertNotEqual(change.state, "sending", change.display_name)
            self.assertFalse(change.needs_processing, change.display_name)
            if change.state == "refused":
                self.assertTrue(change.message)
        for order in self.account.order_ids:
            for delivery in self.deliveries(order):
                if delivery.state == "done":
                    self.check_shipped(delivery)

    def check_shipped(self, delivery):
        """Check that shipped items are marked as shipped, or a message says why not."""
        waiting = delivery.iconic_item_ids.filtered("is_open")
        if waiting and delivery.iconic_state != "waiting_tracking":
            self.assertEqual(delivery.iconic_state, "problem")
            self.assertTrue(delivery.iconic_message)

    def check_money(self, order):
        """Check that invoices less credit notes are what the remaining items cost.

        Each item has its own share of the shipping.
        """
        items = self.placed(order).items
        sold = {
            int(one)
            for one in order.item_ids.filtered("sale_line_id").mapped("external_id")
        }
        paid = sum(
            (
                worth(one) + one.shipping_amount
                for one in items
                if one.id in sold and one.status not in GONE
            ),
            Decimal(0),
        )
        moves = order.sale_order_id.invoice_ids
        self.assertLessEqual(set(moves.mapped("state")), {"posted", "cancel"})
        booked = sum(
            move.amount_total * (-1 if move.move_type == "out_refund" else 1)
            for move in moves.filtered(lambda one: one.state == "posted")
        )
        self.assertEqual(round(booked, 2), float(paid), items)
        self.assertFalse(
            moves.filtered(lambda one: one.state == "posted" and one.amount_residual)
        )
        for line in order.item_ids.sale_line_id:
            self.check_credits(line)

    def check_credits(self, line):
        """Check that no item is credited twice."""
        credited = sum(line._lines_invoiced("out_refund").mapped("quantity"))
        items = line.iconic_item_ids.filtered("credit_move_id")
        self.assertLessEqual(credited, len(items))

    def check_moves(self, line):
        """Check that each item is shipped once, and cancelled ones are returned."""
        moves = line.move_ids.filtered(
            lambda one: (
                one.state != "cancel"
                and one.location_dest_id.usage == "customer"
                and not one.origin_returned_move_id
            )
        )
        going = sum(
            one.quantity if one.state == "done" else one.product_uom_qty
            for one in moves
        )
        items = line.iconic_item_ids
        back = items.filtered(
            lambda one: (
                one.status == "canceled" and (one.return_to_stock_id or one.received_at)
            )
        )
        living = items.filtered(lambda one: one.status != "canceled")
        self.assertEqual(going, len(living) + len(back))
        waiting = sum(
            one.quantity for one in moves if one.state not in ("done", "cancel")
        )
        self.assertLessEqual(waiting, len(living))

    def check_stock(self, product):
        """Check the quantities in stock, and those that are listed."""
        moves = self.env["stock.move"].search([("product_id", "=", product.id)])
        out = self.pieces_to(moves, "internal", "customer")
        back = self.pieces_to(moves, "customer", "internal")
        quants = product.stock_quant_ids.filtered(
            lambda one: one.location_id.usage == "internal"
        )
        self.assertEqual(
            sum(quants.mapped("quantity")), self.stock[product.id] - out + back
        )
        stock = quants.filtered(
            lambda one: one.location_id == self.warehouse.lot_stock_id
        )
        outgoing = moves.filtered(
            lambda one: (
                one.state not in ("done", "cancel", "draft")
                and one.location_dest_id.usage == "customer"
            )
        )
        free = self.env["iconic.listing"]._free_quantities(self.account, product)[
            product.id
        ]
        sold = self.env["iconic.listing"]._claimed_quantities(self.account)[product.id]
        self.assertEqual(
            free - sold,
            sum(stock.mapped("quantity")) - sum(outgoing.mapped("product_uom_qty")),
        )

    @staticmethod
    def pieces_to(moves, origin, target):
        """Return how many pieces were moved from one kind of location to another.

        :param origin: the usage of a location, such as internal
        """
        return sum(
            one.quantity
            for one in moves
            if one.state == "done"
            and (one.location_id.usage, one.location_dest_id.usage) == (origin, target)
        )
