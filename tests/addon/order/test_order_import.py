"""From an order of the marketplace to a confirmed sales order."""

from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from common import RUNNER_LOG, contract, over_both_apis
from ordering import OrderCase

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.iconic_connector import const

from seller_center_sandbox.core.const import WAREHOUSE

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
READY = {
    "delivery_type": "dropship",
    "provider": "Coast Couriers",
    "tracking_number": "CC00000001",
}

#: What makes the sandbox fail with HTTP 500 when it returns an item.
NO_PACKAGE = object()


@over_both_apis
class TestImportingOrders(OrderCase):
    @contract
    def test_an_order_becomes_a_confirmed_sales_order_with_reserved_stock(self):
        order = self.sell(self.small, self.medium)
        sale = order.sale_order_id
        self.assertFalse(order.error)
        self.assertEqual((order.state, sale.state), ("imported", "sale"))
        self.assertEqual(sale.amount_total, self.total(order))
        self.assertEqual(sale.client_order_ref, order.number)
        self.assertEqual(sale.picking_ids.state, "assigned")

    def test_stock_is_reserved_at_once_even_if_the_operation_type_reserves_by_hand(
        self,
    ):
        self.warehouse.out_type_id.reservation_method = "manual"
        order = self.sell(self.small)
        self.assertEqual(order.sale_order_id.picking_ids.state, "assigned")

    @contract
    def test_the_time_to_ship_becomes_the_deadline_of_the_delivery(self):
        order = self.sell(
            items=[self.line(self.small, target_to_ship="2026-12-01T05:30:00+00:00")]
        )
        deadline = fields.Datetime.to_datetime("2026-12-01 05:30:00")
        self.assertEqual(order.target_to_ship, deadline)
        self.assertEqual(order.sale_order_id.picking_ids.date_deadline, deadline)

    def test_the_settings_of_the_account_are_on_the_sales_order(self):
        team = self.env["crm.team"].create({"name": "Marketplaces"})
        term = self.env["account.payment.term"].create({"name": "Prepaid"})
        self.account.write({"team_id": team.id, "payment_term_id": term.id})
        sale = self.sell(self.small).sale_order_id
        self.assertEqual(
            (sale.team_id, sale.payment_term_id, sale.warehouse_id, sale.tag_ids),
            (team, term, self.warehouse, self.account.order_tag_ids),
        )

    def test_the_sales_order_has_the_date_of_the_order(self):
        order = self.sell(self.small, created_at="2026-11-01T03:04:05+00:00")
        ordered = fields.Datetime.to_datetime("2026-11-01 03:04:05")
        self.assertEqual(order.sale_order_id.date_order, ordered)

    def test_an_unpaid_order_is_not_imported_yet(self):
        placed = self.place(self.small, paid=False)
        self.catch_up()
        order = self.order(placed)
        self.assertEqual((order.state, order.sale_order_id.ids), ("unpaid", []))
        self.move(placed.items, "pending")
        self.catch_up()
        self.assertEqual(order.sale_order_id.state, "sale")

    def test_an_order_cancelled_before_it_was_read_leaves_no_sales_order(self):
        placed = self.place(self.small)
        self.move(placed.items, "canceled")
        self.catch_up()
        order = self.order(placed)
        self.assertEqual((order.state, order.sale_order_id.ids), ("cancelled", []))

    def test_equal_items_share_a_line(self):
        order = self.sell(
            items=[
                self.line(self.small, quantity=3),
                self.line(self.small, price="20.00"),
            ]
        )
        lines = order.sale_order_id.order_line
        self.assertEqual(
            sorted(lines.mapped(lambda one: (one.product_uom_qty, one.price_unit))),
            [(1, 20), (3, 33)],
        )
        self.assertEqual(len(order.item_ids.sale_line_id), 2)

    @contract
    def test_a_parcel_without_a_name_keeps_its_street_and_gets_the_buyers_name(self):
        nobody = {"first_name": "", "last_name": " "}
        order = self.sell(
            self.small,
            customer={"lines": ["Unit 4", "12 King St"], **nobody},
            billing={"first_name": "Matilda", "last_name": "Banks", "city": "Perth"},
        )
        parcel = order.sale_order_id.picking_ids.partner_id
        self.assertEqual(
            (parcel.name, parcel.street, parcel.street2),
            ("Matilda Banks", "Unit 4", "12 King St"),
        )
        nameless = self.sell(self.small, customer=nobody)
        parcel = nameless.sale_order_id.picking_ids.partner_id
        self.assertEqual(parcel.street, "1 Banksia Lane")
        self.assertEqual(parcel.name, "THE ICONIC customer, Sydney 2000")
        self.assertEqual(
            nameless.sale_order_id.partner_id, self.account.collective_partner_id
        )

    @contract
    def test_what_the_buyer_wants_the_packer_to_know_is_on_order_and_pick_ticket(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sell(
            self.small,
            self.medium,
            gift_message="Happy <3 birthday!",
            remarks="Ring twice",
            delivery_info="Leave at door",
        )
        self.assertTrue(order.is_gift)
        self.assertEqual(
            order.sale_order_id.iconic_notes.splitlines(),
            [
                "Gift message: Happy <3 birthday!",
                "Delivery instructions: Leave at door",
                "Remarks: Ring twice",
            ],
        )
        pick = order.sale_order_id.picking_ids
        self.assertEqual(pick.picking_type_id, self.warehouse.pick_type_id)
        ticket, _kind = order._render_report("stock.action_report_picking", pick)
        if isinstance(ticket, bytes) and not ticket.startswith(b"%PDF"):
            self.assertIn("Happy &lt;3 birthday!", ticket.decode())
        self.assertIn("Leave at door", pick.note)
        pick.move_ids[:1].write({"quantity": 1, "picked": True})
        pick.with_context(skip_backorder=True).button_validate()
        for transfer in order.sale_order_id.picking_ids:
            self.assertIn("Ring twice", transfer.note)

    @contract
    def test_an_order_of_150_items_is_imported_whole(self):
        order = self.sell(items=[self.line(self.small, quantity=150)])
        self.assertEqual(order.item_count, 150)
        self.assertEqual(order.sale_order_id.order_line.product_uom_qty, 150)
        self.assertEqual(order.sale_order_id.amount_total, 150 * 33)

    def test_items_in_the_marketplaces_warehouse_are_sold_but_not_shipped_by_us(self):
        self._stock_at_marketplace()
        order = self.sell(
            items=[
                self.line(self.small),
                self.line(self.medium, shipment_type=WAREHOUSE),
            ]
        )
        sale = order.sale_order_id
        self.assertEqual(sale.amount_total, 66)
        self.assertEqual(sale.picking_ids.move_ids.product_id, self.product(self.small))
        self.assertEqual(order.open_count, 1)

    def test_an_unknown_status_is_stored_and_does_no_harm(self):
        order = self.sell(self.small)
        order.item_ids.status = "teleported"
        order.needs_processing = True
        self.follow()
        self.assertFalse(order.error)
        self.assertEqual(order.item_ids.status, "teleported")
        self.assertIn("teleported", order.status_summary)


@over_both_apis
class TestReadingOrdersAgain(OrderCase):
    def test_the_same_page_read_twice_changes_nothing(self):
        order = self.sell(self.small, self.medium)
        before = order.sale_order_id.write_date, order.write_date
        messages = order.sale_order_id.message_ids
        self.catch_up()
        self.assertEqual((order.sale_order_id.write_date, order.write_date), before)
        self.assertEqual(order.sale_order_id.message_ids, messages)
        self.assertEqual(len(self.account.order_ids), 1)
        self.assertFalse(order.needs_processing)

    def test_orders_from_before_the_import_are_left_alone(self):
        self.account.orders_from = "2026-11-10"
        self.place(self.small, created_at="2026-11-09T10:00:00+00:00")
        new = self.place(self.small, created_at="2026-11-11T10:00:00+00:00")
        self.catch_up()
        self.assertEqual(self.account.order_ids, self.order(new))

    def test_pulling_all_open_orders_includes_older_ones(self):
        self.account.orders_from = "2026-11-10"
        old = self.place(self.small, created_at="2026-11-09T10:00:00+00:00")
        gone = self.place(self.small, created_at="2026-11-09T10:00:00+00:00")
        self.deliver_at_marketplace(gone.items)
        self.account.action_pull_open_orders()
        self.catch_up()
        self.assertEqual(self.account.order_ids, self.order(old))
        self.assertIn("New orders: 1", self.account.pull_report)
        self.pull()
        self.assertIn("New orders: 1", self.account.pull_report)

    @contract
    def test_switching_to_the_other_api_duplicates_no_order(self):
        order = self.sell(self.small)
        other = {"action": "rest", "rest": "action"}[self.api_type]
        self.connect_with(other)
        self.account._job("order_pull").position = False
        self.catch_up()
        self.assertEqual(self.account.order_ids, order)
        self.assertEqual(len(order.item_ids), 1)

    @contract
    def test_an_interrupted_pull_continues_where_it_was(self):
        self.patch(const, "ORDERS_PER_PAGE", 2)
        placed = [self.place(self.small) for _number in range(5)]
        self.add_fault("status", "GetOrders", skip=1, code=503, times=9)
        self.pull()
        self.assertEqual(len(self.account.order_ids), 2)
        job = self.account._job("order_pull")
        self.assertEqual(job.position["purpose"], "changes")
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.pull()
        self.assertEqual(len(self.account.order_ids), len(placed))
        self.assertFalse(job.position["purpose"])


@over_both_apis
class TestStaleReading(OrderCase):
    def begin(self):
        super().begin()
        self.known = self.sell(self.small)

    def read(self):
        """Return the current orders of the marketplace."""
        with self.account._connect() as client:
            page = client.orders(created_after=LONG_AGO)
            return self.account._with_items(client, page.records)

    @contract
    def test_an_answer_from_before_a_status_update_is_ignored(self):
        order = self.known
        stale, minute = self.read(), timedelta(minutes=1)
        order._request_change("ready_to_ship", order.item_ids, **READY)
        self.send_updates()
        now = fields.Datetime.now()
        self.account._store_orders(stale, now - minute)
        self.assertEqual(order.item_ids.status, "ready_to_ship")
        self.move(self.placed(order).items, "shipped")
        self.account._store_orders(self.read(), now + minute)
        self.assertEqual(order.item_ids.status, "shipped")

    def test_an_older_answer_does_not_change_the_order(self):
        order = self.known
        stale, now = self.read(), fields.Datetime.now()
        # Not what the marketplace says: two days after the order.
        target = now + timedelta(days=9)
        order.write({"changed_at": now + timedelta(hours=1), "target_to_ship": target})
        self.account._store_orders(stale, now)
        self.assertEqual(order.target_to_ship, target)


class TestOneBadOrder(OrderCase):
    def refuse(self, placed):
        """Let one order of the marketplace not be stored as it is."""
        Order = type(self.env["iconic.order"])
        prepare = Order._prepare_order_values

        def fail(order, account, record, items):
            if record.order_id == str(placed.id):
                raise ZeroDivisionError("division by zero")
            return prepare(order, account, record, items)

        return patch.object(Order, "_prepare_order_values", fail)

    def test_one_that_cannot_be_stored_is_held_while_others_are_imported(self):
        placed = [self.place(self.small) for _number in range(3)]
        with self.refuse(placed[1]), mute_logger(RUNNER_LOG):
            self.catch_up()
        held = self.order(placed[1])
        self.assertEqual(held.state, "held")
        self.assertIn("ZeroDivisionError", held.error)
        self.assertEqual(len(self.account.order_ids.sale_order_id), 2)
        self.assertIn("Held: 1.", self.account.activity_ids.note)
        self.assertEqual(self.account._job("order_pull").result, "success")

    def test_it_is_stored_once_the_cause_is_gone_and_it_is_retried(self):
        placed = [self.place(self.small) for _number in range(2)]
        with self.refuse(placed[1]), mute_logger(RUNNER_LOG):
            self.catch_up()
        self.order(placed[1]).action_retry()
        self.run_cron("webhook")
        self.catch_up()
        self.assertTrue(self.order(placed[1]).sale_order_id)
        self.assertFalse(self.order(placed[1]).error)

    def test_the_same_holds_for_one_that_a_notification_names(self):
        placed = [self.place(self.small) for _number in range(2)]
        for one in placed:
            self.account._request_reading("onOrderCreated", str(one.id))
        with self.refuse(placed[0]), mute_logger(RUNNER_LOG):
            self.run_cron("webhook")
        self.follow()
        self.assertEqual(self.order(placed[0]).state, "held")
        self.assertTrue(self.order(placed[1]).sale_order_id)
        self.assertFalse(self.account.webhook_event_ids)

    def test_it_is_held_with_its_reason_while_others_are_imported(self):
        skus = (self.small, "NOBODY-KNOWS-THIS", self.small)
        placed = [self.place(sku) for sku in skus]
        self.catch_up()
        held = self.account.order_ids.filtered("error")
        self.assertEqual(held, self.order(placed[1]))
        self.assertIn("NOBODY-KNOWS-THIS", held.error)
        self.assertEqual(held.state, "held")
        self.assertEqual(len(self.account.order_ids.sale_order_id), 2)
        self.assertIn("Held: 1.", self.account.activity_ids.note)

    def test_it_is_imported_once_its_sku_is_mapped_and_retried(self):
        order = self.sell("OLD-SKU")
        self.assertTrue(order.error)
        order.item_ids.product_id = self.product(self.small)
        order.action_retry()
        self.follow()
        self.assertFalse(order.error)
        self.assertEqual(
            order.sale_order_id.order_line.product_id.default_code, self.small
        )
        self.assertFalse(self.account.activity_ids)

    def test_a_sku_that_two_products_have_is_held_with_both(self):
        first = self.product(self.small)
        second = self.env["product.product"].create(
            {"name": "Second Dress", "default_code": self.small, "is_storable": True}
        )
        order = self.sell(self.small)
        self.assertEqual((order.state, order.item_ids.product_id.ids), ("held", []))
        for product in (first, second):
            self.assertIn(f"{product.display_name} (ID {product.id})", order.error)
        self.assertIn("press Retry", order.error)

        # An archived product, or one of another company, is not in question.
        second.active = False
        order.action_retry()
        self.follow()
        self.assertEqual((order.state, order.item_ids.product_id), ("imported", first))
        other = self.env["res.company"].create({"name": "Other"})
        second.write({"active": True, "company_id": other.id})
        self.assertEqual(self.sell(self.small).item_ids.product_id, first)

    def test_what_names_one_of_two_products_with_a_sku_decides(self):
        first = self.product(self.small)
        second = self.env["product.product"].create(
            {"name": "Second Dress", "default_code": self.small, "is_storable": True}
        )
        self.list_products(first)
        self.assertEqual(self.sell(self.small).item_ids.product_id, first)
        self.env["iconic.sku.map"].create(
            {
                "account_id": self.account.id,
                "seller_sku": self.small,
                "product_id": second.id,
            }
        )
        self.assertEqual(self.sell(self.small).item_ids.product_id, second)

    def test_one_whose_sales_order_was_deleted_is_imported_again_by_retry_alone(self):
        self.account.confirm_orders = False
        order = self.sell(self.small, self.medium)
        order.sale_order_id.unlink()
        self.assertEqual((order.state, self.account.held_count), ("held", 1))
        self.assertIn("was deleted in Odoo. Press Retry", order.error)
        self.move(self.marketplace_items(order.item_ids)[:1], "canceled")
        self.catch_up()
        self.assertEqual((order.state, len(order.sale_order_id)), ("held", 0))
        self.assertIn("was deleted in Odoo. Press Retry", order.error)

        order.action_retry()
        self.follow()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(order.sale_order_id.order_line.product_uom_qty, 1)
        self.assertFalse(self.account.held_count)

        # At its end it needs nobody.
        order.sale_order_id.unlink()
        self.move(self.marketplace_items(order.item_ids)[1:], "canceled")
        self.catch_up()
        self.assertEqual((order.state, order.error), ("cancelled", False))

    def test_the_product_of_an_item_without_sku_is_chosen_by_a_person(self):
        self.env["product.product"].create({"name": "Nameless"})
        order = self.order_without_sku()
        order.action_retry()
        self.follow()
        self.assertIn("Nothing on it", order.error)
        order.item_ids.product_id = self.product(self.small)
        order.action_retry()
        self.follow()
        self.assertFalse(order.error)
        self.assertEqual(
            order.sale_order_id.order_line.product_id.default_code, self.small
        )

    def order_without_sku(self):
        """Return an order that was read, of one item without a SKU."""
        placed = self.place(self.small)
        self.pull()
        order = self.order(placed)
        order.item_ids.write({"seller_sku": False, "name": "Nothing on it"})
        return order

    def test_items_that_arrive_later_are_not_overlooked(self):
        order = self.sell(self.small)
        order.item_ids.copy(
            {"external_id": "99999", "sale_line_id": False, "processed_status": False}
        )
        order.needs_processing = True
        self.follow()
        self.follow()
        activity = order.sale_order_id.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(self.small, activity.note)

    def test_a_mapped_sku_is_used_for_later_orders(self):
        first = self.sell("OLD-SKU")
        first.item_ids.product_id = self.product(self.small)
        self.assertFalse(self.sell("OLD-SKU").error)


class TestBranch(OrderCase):
    """A branch sells the products of its parent company."""

    @classmethod
    def _make_shop(cls):
        super()._make_shop()
        cls.parent = cls.company
        cls.company = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.parent.id}
        )
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)]
        )

    def test_it_finds_what_belongs_to_its_parent(self):
        style = self.make_style("OWN", "S", company_id=self.parent.id)
        buyer = self.env["res.partner"].create(
            {
                "name": "Matilda Banks",
                "email": "matilda@customer.example",
                "company_id": self.parent.id,
            }
        )
        self.account.bill_to = "buyer"
        order = self.sell("OWN-Navy-S")
        self.assertFalse(order.error)
        sale = order.sale_order_id
        self.assertEqual((order.state, sale.company_id), ("imported", self.company))
        self.assertEqual(sale.partner_id, buyer)
        self.assertEqual(sale.picking_ids.picking_type_id.warehouse_id, self.warehouse)
        product = style.product_variant_ids
        self.assertIn(product, self.account._matching_products())
        found, _taken = self.env["iconic.unmatched.product"]._products_by_sku(
            self.account, ["OWN-Navy-S"]
        )
        self.assertEqual(found["OWN-Navy-S"], product)

    def test_products_of_a_sister_are_not_its_own(self):
        sister = self.env["res.company"].create(
            {"name": "Sister", "parent_id": self.parent.id}
        )
        style = self.make_style("HERS", "S", stock=0, company_id=sister.id)
        self.assertIn("No product has the SKU", self.sell("HERS-Navy-S").error)
        self.assertNotIn(style.product_variant_ids, self.account._matching_products())


class TestOrderThatCannotBeRead(OrderCase):
    """Over the Action API, where items are read apart from their orders."""

    def test_it_is_held_until_it_is_read_again_while_others_are_imported(self):
        placed = [self.place(self.small) for _number in range(3)]
        placed[1].items[0].package = NO_PACKAGE
        self.catch_up()
        order = self.order(placed[1])
        self.assertEqual(len(self.account.order_ids.sale_order_id), 2)
        self.assertIn("cannot be read", order.attention)
        placed[1].items[0].package = None
        order.action_retry()
        self.run_cron("webhook")
        self.follow()
        self.assertFalse(order.attention)
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertEqual(self.account.connection_state, "connected")

    def test_it_is_the_marketplaces_fault_if_none_can_be_read(self):
        for _number in range(3):
            self.place(self.small).items[0].package = NO_PACKAGE
        self.pull()
        self.assertFalse(self.account.order_ids)
        self.assertTrue(self.account.retry_at)
