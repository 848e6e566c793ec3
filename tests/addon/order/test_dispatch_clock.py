"""When orders have to leave, which of them are at risk, and whom that concerns."""

from datetime import timedelta

from common import ConnectorCase
from freezegun import freeze_time
from ordering import OrderCase

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

#: In Sydney it is half past ten on Friday morning; 23:30 UTC was yesterday.
NOW = "2026-11-19 23:30:00"


class DispatchCase(ConnectorCase):
    """An account that works from Monday to Friday, 8:00 to 17:00, in Sydney."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.account.dispatch_calendar_id
        cls.product = cls.make_style("CLOCK", "S", stock=9).product_variant_ids

    def read(self, number, items=({},), **values):
        """Store an order as if it had been read, with an item for each dict."""
        rows = [
            {"external_id": f"{number}-{place}", "status": "pending", **item}
            for place, item in enumerate(items)
        ]
        return self.env["iconic.order"].create(
            {
                "account_id": self.account.id,
                "external_id": number,
                "number": number,
                "ordered_at": NOW,
                "currency_id": self.company.currency_id.id,
                "item_ids": [Command.create(row) for row in rows],
                **values,
            }
        )

    def import_order(self, number, confirm=True, **values):
        """Store an order with its sales order."""
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Mia"}).id,
                "iconic_account_id": self.account.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order = self.read(number, state="imported", sale_order_id=sale.id, **values)
        order.item_ids.sale_line_id = sale.order_line
        if confirm:
            sale.action_confirm()
        return order

    def holiday(self, day, company=None):
        """Enter a public holiday of a company, in Sydney."""
        company = company or self.company
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": company.id,
                "calendar_id": company.resource_calendar_id.id,
                "date_from": fields.Datetime.to_datetime(day) - timedelta(hours=11),
                "date_to": fields.Datetime.to_datetime(day) + timedelta(hours=13),
            }
        )


@freeze_time(NOW)
class TestDispatchCalendar(DispatchCase):
    """Of orders for which THE ICONIC has not set a time; all times are in UTC."""

    def at(self, text):
        return fields.Datetime.to_datetime(text)

    def test_an_order_has_24_hours_without_days_off(self):
        order = self.read("1")
        self.assertEqual(order.ship_by, self.at("2026-11-22 23:30:00"))
        self.assertEqual(order.item_ids.ship_by, order.ship_by)

    def test_what_comes_until_the_cut_off_leaves_the_same_day(self):
        self.account.dispatch_cut_off = 11
        self.assertEqual(self.read("1").ship_by, self.at("2026-11-20 06:00:00"))
        self.account.dispatch_cut_off = 10
        self.assertEqual(self.read("2").ship_by, self.at("2026-11-22 23:30:00"))
        self.account.dispatch_days = 2
        self.assertEqual(self.read("3").ship_by, self.at("2026-11-23 23:30:00"))

    def test_public_holidays_do_not_count_but_those_of_another_company_do(self):
        other = self.env["res.company"].create({"name": "Another"})
        self.holiday("2026-11-23")
        self.holiday("2026-11-24", other)
        self.assertEqual(self.read("1").ship_by, self.at("2026-11-23 23:30:00"))

    def test_the_clock_is_right_after_summer_time_ends(self):
        # Thursday before Easter in Sydney; on Tuesday the clock is an hour behind.
        for day in ("2026-04-03", "2026-04-06"):
            self.holiday(day)
        order = self.read("1", ordered_at="2026-04-01 23:00:00")
        self.assertEqual(order.ship_by, self.at("2026-04-07 00:00:00"))

    def test_the_time_that_the_iconic_sets_comes_first(self):
        target = self.at("2026-11-25 01:00:00")
        own = self.read("1", [{"target_to_ship": target}, {}])
        self.assertEqual(own.item_ids.sorted("id").mapped("ship_by")[0], target)
        whole = self.read("2", target_to_ship=target)
        self.assertEqual((whole.ship_by, whole.item_ids.ship_by), (target, target))

    def test_only_items_that_we_ship_have_to_leave(self):
        early, late = self.at("2026-11-20 01:00:00"), self.at("2026-11-24 01:00:00")
        soon = {"target_to_ship": early}
        order = self.read(
            "1",
            [
                {**soon, "own_warehouse": True},
                {**soon, "is_digital": True},
                {**soon, "status": "canceled"},
                {**soon, "status": "shipped"},
                {"target_to_ship": late},
            ],
        )
        self.assertEqual(order.ship_by, late)
        self.assertFalse(self.read("2", [{"own_warehouse": True}]).ship_by)

    def test_orders_follow_another_rule_and_a_holiday_that_is_entered_later(self):
        order = self.import_order("1")
        delivery = order.sale_order_id.picking_ids
        self.assertEqual(delivery.date_deadline, self.at("2026-11-22 23:30:00"))
        self.account.dispatch_days = 2
        self.run_cron("order_process")
        self.assertEqual(delivery.date_deadline, self.at("2026-11-23 23:30:00"))
        self.holiday("2026-11-24")
        self.run_cron("settings")
        self.run_cron("order_process")
        self.assertEqual(order.ship_by, self.at("2026-11-24 23:30:00"))
        self.assertEqual(delivery.date_deadline, order.ship_by)

    def test_the_working_hours_are_read_once_for_many_orders(self):
        def queries(orders):
            items = orders.item_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env.add_to_compute(items._fields["ship_by"], items)
            items.mapped("ship_by")
            return self.env.cr.sql_log_count - before

        few = self.read("few")
        many = few.union(*(self.read(str(number)) for number in range(20)))
        queries(few)
        self.assertEqual(queries(few), queries(many))

    def test_a_calendar_in_another_time_zone_is_reported(self):
        self.company.country_id = self.env.ref("base.au")
        self.assertNotIn("Dispatch", self.account.setting_problems or "")
        self.calendar.tz = "Australia/Perth"
        self.account.invalidate_recordset()
        self.assertNotIn("Dispatch", self.account.setting_problems or "")
        self.calendar.tz = "Europe/Brussels"
        self.account.invalidate_recordset()
        self.assertIn("Europe/Brussels", self.account.setting_problems)


@freeze_time(NOW)
class TestAtRisk(DispatchCase):
    #: In an hour; in the afternoon of today; after the weekend.
    SHORTLY, TODAY, LATER = (
        "2026-11-20 00:30:00",
        "2026-11-20 05:00:00",
        "2026-11-22 23:00:00",
    )
    PAST, FAR = "2026-11-19 23:00:00", "2026-12-20 05:00:00"

    def numbers(self, orders):
        return sorted(orders.mapped("number"))

    def assert_at_risk(self, *numbers):
        Order = self.env["iconic.order"]
        self.env.invalidate_all()
        found = Order.search([("is_at_risk", "=", True)])
        self.assertEqual(self.numbers(found), sorted(numbers))
        self.assertEqual(found, Order.search([]).filtered("is_at_risk"))
        self.assertEqual(self.account.at_risk_count, len(numbers))

    def test_what_is_blocked_or_short_of_time_is_at_risk(self):
        held = {"state": "held", "error": "No product has the SKU X."}
        self.import_order("fine", target_to_ship=self.TODAY)
        self.import_order("short of time", target_to_ship=self.SHORTLY)
        self.import_order("late", target_to_ship=self.PAST)
        self.import_order("quotation", confirm=False, target_to_ship=self.LATER)
        self.read("held", target_to_ship=self.LATER, **held)
        self.read("held for weeks", target_to_ship=self.FAR, **held)
        self.read("just read", target_to_ship=self.TODAY)
        self.assert_at_risk("short of time", "quotation", "held")

    def test_an_order_without_goods_is_at_risk_until_they_arrive(self):
        self.set_stock(self.product, self.warehouse, -9)
        order = self.import_order("waits", target_to_ship=self.LATER)
        delivery = order.sale_order_id.picking_ids
        self.assert_at_risk("waits")
        self.assertTrue(delivery.iconic_at_risk)
        found = self.env["stock.picking"].search([("iconic_at_risk", "=", True)])
        self.assertEqual(found, delivery)
        self.set_stock(self.product, self.warehouse, 1)
        delivery.action_assign()
        self.assert_at_risk()
        self.assertFalse(delivery.iconic_at_risk)

    def test_goods_that_are_missing_in_a_step_before_are_noticed(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.set_stock(self.product, self.warehouse, -9)
        order = self.import_order("waits", target_to_ship=self.LATER)
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.picking_type_code, "internal")
        self.assertTrue(picking.iconic_at_risk)
        self.assertEqual(picking.iconic_due, "later")
        self.assert_at_risk("waits")

    def test_warehouse_users_find_them_in_several_time_zones(self):
        other = self.env["res.company"].create({"name": "Another"})
        other.resource_calendar_id.tz = "Pacific/Auckland"
        self.account.copy(
            {
                "company_id": other.id,
                "dispatch_calendar_id": other.resource_calendar_id.id,
                "stock_warehouse_ids": False,
                "api_url": "http://127.0.0.1:8/",
            }
        )
        tonight = self.import_order("1", target_to_ship="2026-11-20 12:30:00")
        person = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        Picking = self.env["stock.picking"].with_user(person)
        delivery = tonight.sale_order_id.picking_ids
        for value, found in (("today", delivery), ("later", delivery.browse())):
            self.assertEqual(Picking.search([("iconic_due", "=", value)]), found)
        self.assertEqual(delivery.with_user(person).iconic_due, "today")
        self.assertFalse(Picking.search([("iconic_at_risk", "=", True)]))


class TestDeadlines(OrderCase):
    """What the deliveries of an order make of the times of its items."""

    api_type = "rest"
    MONDAY, WEDNESDAY = "2026-11-23T02:00:00+00:00", "2026-11-25T02:00:00+00:00"
    monday, wednesday = (
        fields.Datetime.to_datetime(day)
        for day in ("2026-11-23 02:00:00", "2026-11-25 02:00:00")
    )

    def two(self, first, second):
        """Sell two items, the first more urgent than the second.

        :return: the order and its delivery
        """
        order = self.sell(
            items=[
                self.line(first, target_to_ship=self.MONDAY),
                self.line(second, target_to_ship=self.WEDNESDAY),
            ]
        )
        return order, self.deliveries(order)

    def deliveries(self, order):
        return order.sale_order_id.picking_ids.filtered(
            lambda one: one.iconic_order_id and one.state not in ("done", "cancel")
        )

    def ship_one(self, order, number):
        """Ship one piece of a delivery of two."""
        delivery = self.deliveries(order)
        delivery.carrier_tracking_ref = number
        move = delivery.move_ids[:1]
        move.quantity = 1
        move.picked = True
        delivery.with_context(skip_backorder=True).button_validate()
        return delivery

    def test_the_days_of_steps_are_taken_off_however_often_it_is_processed(self):
        """Both steps are pulled: to pick takes two days, and to ship one."""
        self.warehouse.delivery_steps = "pick_ship"
        rules = self.warehouse.delivery_route_id.rule_ids
        ship = rules.filtered(lambda one: one.action == "push")
        pick = rules - ship
        pick.write({"location_dest_id": ship.location_src_id.id, "delay": 2})
        ship.write({"action": "pull", "procure_method": "make_to_order", "delay": 1})
        order, _delivery = self.two(self.small, self.medium)
        moves = order.sale_order_id.picking_ids.move_ids
        self.assertEqual(moves.rule_id, pick | ship)
        for _again in range(2):
            for rule, days in ((ship, 1), (pick, 3)):
                self.assertEqual(
                    set(
                        moves.filtered(
                            lambda one, rule=rule: one.rule_id == rule
                        ).mapped("date_deadline")
                    ),
                    {self.monday - timedelta(days), self.wednesday - timedelta(days)},
                )
            order.needs_processing = True
            self.follow()

    def test_what_is_pushed_to_the_next_step_has_no_days_of_its_own(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.warehouse.delivery_route_id.rule_ids.delay = 2
        order, _delivery = self.two(self.small, self.medium)
        pick = order.sale_order_id.picking_ids
        self.assertEqual(pick.date_deadline, self.monday - timedelta(2))
        pick.move_ids.picked = True
        pick.button_validate()
        order.needs_processing = True
        self.follow()
        self.assertEqual(
            set(self.deliveries(order).move_ids.mapped("date_deadline")),
            {self.monday, self.wednesday},
        )

    def test_each_move_has_the_time_of_its_item_and_the_first_decides(self):
        order, delivery = self.two(self.small, self.medium)
        self.assertEqual(
            set(delivery.move_ids.mapped("date_deadline")),
            {self.monday, self.wednesday},
        )
        self.assertEqual(delivery.date_deadline, self.monday)
        self.assertEqual(order.sale_order_id.commitment_date, self.monday)

    def test_what_is_shipped_leaves_the_rest_its_own_time(self):
        order, delivery = self.two(self.small, self.small)
        self.ship_one(order, "CC00000001")
        urgent = order.item_ids.filtered(lambda one: one.ship_by == self.monday)
        self.assertEqual(urgent.picking_id, delivery)
        self.move(self.marketplace_items(urgent), "ready_to_ship")
        self.move(self.marketplace_items(urgent), "shipped")
        self.catch_up()
        self.assertEqual(order.ship_by, self.wednesday)
        self.assertEqual(self.deliveries(order).date_deadline, self.wednesday)

    def test_a_cancelled_item_is_urgent_no_longer(self):
        order, delivery = self.two(self.small, self.medium)
        urgent = order.item_ids.filtered(lambda one: one.ship_by == self.monday)
        self.move(self.marketplace_items(urgent), "canceled")
        self.catch_up()
        self.assertEqual(order.ship_by, self.wednesday)
        self.assertEqual(delivery.date_deadline, self.wednesday)

    def test_all_steps_and_backorders_carry_it_and_follow_another_time(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.sell(
            items=[self.line(self.small, quantity=2, target_to_ship=self.MONDAY)]
        )
        pick = order.sale_order_id.picking_ids
        self.assertEqual(pick.date_deadline, self.monday)
        pick.move_ids.write({"quantity": 1, "picked": True})
        pick.with_context(skip_backorder=True).button_validate()
        rest = order.sale_order_id.picking_ids - pick
        self.assertEqual(
            rest.picking_type_id,
            self.warehouse.pick_type_id | self.warehouse.pack_type_id,
        )
        self.assertEqual(set(rest.mapped("date_deadline")), {self.monday})
        order.item_ids.target_to_ship = order.target_to_ship = self.wednesday
        order.needs_processing = True
        self.follow()
        self.assertEqual(set(rest.mapped("date_deadline")), {self.wednesday})
        self.assertEqual(pick.date_deadline, self.monday)

    def test_a_step_that_takes_a_day_is_due_a_day_before(self):
        self.warehouse.delivery_route_id.rule_ids.delay = 1
        order, delivery = self.two(self.small, self.small)
        day = timedelta(days=1)
        self.assertEqual(delivery.date_deadline, self.monday - day)
        order.item_ids.target_to_ship = self.wednesday
        order.needs_processing = True
        self.follow()
        self.assertEqual(delivery.date_deadline, self.wednesday - day)

    def test_where_all_is_shipped_together_the_most_urgent_item_decides(self):
        self.env["ir.default"].set("sale.order", "picking_policy", "one")
        _order, delivery = self.two(self.small, self.medium)
        self.assertEqual(delivery.move_type, "one")
        self.assertEqual(delivery.date_deadline, self.monday)


class TestHeldOrders(OrderCase):
    """Who is asked to act when an order is held."""

    api_type = "rest"

    def activities(self, order):
        kind = self.env.ref("iconic_connector.mail_activity_type_held_order")
        return order.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_a_held_order_asks_the_responsible_person_at_once_and_only_once(self):
        self.account.responsible_id = self.env.ref("base.user_admin")
        mails = self.env["mail.mail"].search_count([])
        order = self.sell("UNKNOWN")
        self.pull()
        activity = self.activities(order)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.account.responsible_id)
        self.assertIn("Choose the product", activity.note)
        self.assertIn("penalty", activity.note)
        # The one on the account counts them all.
        self.assertLessEqual(self.env["mail.mail"].search_count([]), mails + 1)

        order.item_ids.product_id = self.product(self.small)
        order.action_retry()
        self.follow()
        self.assertEqual(order.state, "imported")
        self.assertFalse(self.activities(order))

    def test_it_says_what_is_wrong_now(self):
        order = self.sell("UNKNOWN")
        order.error = "THE ICONIC <has> said & meant another thing."
        self.account._sync_order_activity()
        activity = self.activities(order)
        self.assertIn("another thing", activity.note)
        stamp = activity.write_date
        self.account._sync_order_activity()
        self.assertEqual(activity.write_date, stamp)
