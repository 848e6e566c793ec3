"""The screens of orders: access, filters and number of queries."""

from common import ConnectorCase
from freezegun import freeze_time
from lxml import etree

from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools.safe_eval import safe_eval

USER = "iconic_connector.iconic_connector_group_user"
MANAGER = "iconic_connector.iconic_connector_group_manager"
#: In Sydney it is a quarter past eight in the evening.
NOW = "2026-11-21 09:15:00"
AN_HOUR_AGO = "2026-11-21 08:15:00"
TONIGHT = "2026-11-21 12:30:00"
TOMORROW = "2026-11-21 13:30:00"
OURS = (
    "iconic.account",
    "iconic.order",
    "iconic.order.item",
    "iconic.order.change",
    "iconic.shipment.provider",
    "iconic.sku.map",
    "iconic.failure.reason",
)
ODOOS = ("sale.order", "stock.picking")
#: The count of the account, and the filter that its button opens orders with.
COUNTS = {
    "open_order_count": "open",
    "due_today_count": "due_today",
    "at_risk_count": "at_risk",
    "late_count": "late",
    "held_count": "held",
}


class OrderScreenCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._user("connector_user", USER)
        cls.manager = cls._user("connector_manager", MANAGER)
        cls.salesman = cls._user(
            "sales_person", "sales_team.group_sale_salesman_all_leads"
        )
        cls.storeman = cls._user("stock_person", "stock.group_stock_user")
        cls.product = cls.make_style("SCREEN", "S").product_variant_ids

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(cls.env, login, groups=groups, tz="Australia/Sydney")

    @classmethod
    def make_order(cls, number, status="pending", items=1, item_values=None, **values):
        """Store an order as if it had been read."""
        return cls.env["iconic.order"].create(
            {
                "account_id": cls.account.id,
                "external_id": number,
                "number": number,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "external_id": f"{number}-{item}",
                            "seller_sku": "SCREEN-Navy-S",
                            "status": status,
                            **(item_values or {}),
                        }
                    )
                    for item in range(items)
                ],
                **values,
            }
        )

    @classmethod
    def make_sale(cls, number):
        """Store an imported order, with its sales order and its delivery."""
        sale = cls.env["sale.order"].create(
            {
                "partner_id": cls.env["res.partner"].create({"name": "Mia"}).id,
                "iconic_account_id": cls.account.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [Command.create({"product_id": cls.product.id})],
            }
        )
        order = cls.make_order(
            number,
            state="imported",
            sale_order_id=sale.id,
            item_values={
                "product_id": cls.product.id,
                "sale_line_id": sale.order_line.id,
            },
        )
        sale.action_confirm()
        return order

    def refuse(self, order):
        """Store a status update that the marketplace has refused."""
        return self.env["iconic.order.change"].create(
            {
                "order_id": order.id,
                "kind": "cancel",
                "item_ids": [Command.set(order.item_ids.ids)],
                "state": "refused",
                "message": "E075",
            }
        )

    def arch(self, model, view_type, user):
        """Return the view that a user gets, as XML."""
        views = self.env[model].with_user(user).get_views([(False, view_type)])
        return etree.fromstring(views["views"][view_type]["arch"])

    def specification(self, model, node):
        """Return what the web client asks for to show a view."""
        wanted = {}
        for field in node.iterdescendants("field"):
            if next(field.iterancestors("field"), node) is not node and any(
                above.tag == "field" and above is not node
                for above in field.iterancestors()
                if above in node.iterdescendants()
            ):
                continue
            name = field.get("name")
            known = self.env[model]._fields[name]
            inner = field.find("list")
            if known.type in ("one2many", "many2many"):
                fields = (
                    self.specification(known.comodel_name, inner)
                    if inner is not None
                    else {"display_name": {}}
                )
                wanted[name] = {"fields": fields}
            elif known.type == "many2one":
                wanted[name] = {"fields": {"display_name": {}}}
            else:
                wanted[name] = {}
        return wanted

    def read_as_client(self, records, view_type, user):
        """Read records as the web client does for a view."""
        records = records.with_user(user)
        wanted = self.specification(
            records._name, self.arch(records._name, view_type, user)
        )
        records.invalidate_model()
        return records.web_read(wanted)

    def filters(self, model, user):
        """Return the filters of a search view: name -> domain or context, as text."""
        return {
            one.get("name"): one
            for one in self.arch(model, "search", user).iter("filter")
            if one.get("name")
        }

    def found(self, model, name, user=None):
        """Return the records that a filter finds for a user."""
        user = user or self.user
        domain = safe_eval(self.filters(model, user)[name].get("domain"))
        return self.env[model].with_user(user).search(domain)


class TestOpening(OrderScreenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_sale("100")
        cls.sale = cls.order.sale_order_id
        cls.picking = cls.sale.picking_ids

    def records(self, model):
        return {
            "iconic.account": self.account,
            "iconic.order": self.order,
            "iconic.order.item": self.order.item_ids,
            "iconic.order.change": self.order.change_ids,
            "sale.order": self.sale,
            "stock.picking": self.picking,
        }.get(model, self.env[model])

    def assert_opens(self, model, user):
        with self.subTest(model=model, user=user.login):
            for view_type in ("list", "form"):
                self.read_as_client(self.records(model), view_type, user)
            for name, one in self.filters(model, user).items():
                if "iconic" not in name and not model.startswith("iconic."):
                    continue
                if group_by := safe_eval(one.get("context") or "{}").get("group_by"):
                    self.env[model].with_user(user).formatted_read_group(
                        [], [group_by], ["__count"]
                    )
                elif one.get("domain"):
                    self.found(model, name, user)

    def test_users_of_the_connector_open_all_screens(self):
        self.refuse(self.order)
        for model in (*OURS, *ODOOS, "account.move"):
            for user in (self.user, self.manager):
                self.assert_opens(model, user)

    def test_sales_and_stock_users_need_no_access_to_the_connector(self):
        self.assert_opens("sale.order", self.salesman)
        self.assert_opens("stock.picking", self.salesman)
        self.assert_opens("stock.picking", self.storeman)
        self.assertTrue(self.found("sale.order", "iconic", self.salesman))
        self.assertTrue(self.found("stock.picking", "iconic", self.storeman))

    def test_they_see_no_button_without_access(self):
        buttons = self.arch("sale.order", "form", self.salesman).xpath(
            "//button[@name='action_view_iconic_order']"
        )
        self.assertFalse(buttons)
        form = self.arch("stock.picking", "form", self.storeman)
        self.assertFalse(form.xpath("//page[@name='iconic']"))

    def test_from_the_order_to_what_became_of_it_and_back(self):
        order = self.order.with_user(self.user)
        self.assertEqual(order.action_view_sale_order()["res_id"], self.sale.id)
        self.assertEqual(order.delivery_count, 1)
        self.assertEqual(order.action_view_deliveries()["res_id"], self.picking.id)
        action = self.sale.with_user(self.user).action_view_iconic_order()
        self.assertEqual(action["res_id"], self.order.id)

    def test_the_product_of_a_held_item_is_chosen_on_the_order(self):
        order = self.make_order("101", state="held", error="No product has the SKU.")
        with Form(order.with_user(self.user)) as form, form.item_ids.edit(0) as item:
            item.product_id = self.product
        self.assertEqual(order.item_ids.product_id, self.product)
        order.with_user(self.user).action_retry()
        self.assertEqual(order.state, "new")
        self.assertFalse(order.error)

    def test_the_product_of_an_imported_item_stays(self):
        with Form(self.order.with_user(self.user)) as form:
            with self.assertRaises(AssertionError):
                form.item_ids.edit(0)


@freeze_time(NOW)
class TestFinding(OrderScreenCase):
    def found_numbers(self, name):
        return sorted(self.found("iconic.order", name).mapped("number"))

    def make_orders(self):
        self.make_order("late", target_to_ship=AN_HOUR_AGO)
        self.make_order("tonight", target_to_ship=TONIGHT)
        self.make_order("tomorrow", target_to_ship=TOMORROW)
        self.make_order("gone", status="shipped", target_to_ship=AN_HOUR_AGO)
        self.make_order("given up", state="cancelled", target_to_ship=AN_HOUR_AGO)

    def test_the_day_ends_at_midnight_where_the_seller_is(self):
        self.user.tz = "Europe/London"
        self.make_orders()
        self.assertEqual(self.found_numbers("late"), ["late"])
        self.assertEqual(self.found_numbers("due_today"), ["tonight"])
        self.assertEqual(self.found_numbers("open"), ["late", "tomorrow", "tonight"])

    def test_what_is_shown_as_due_is_what_is_found_as_due(self):
        self.make_orders()
        orders = self.env["iconic.order"].with_user(self.user)
        for value in ("late", "today", "later", False):
            with self.subTest(due=value):
                found = orders.search([("due", "=", value)])
                shown = orders.search([]).filtered(
                    lambda one, due=value: one.due == due
                )
                self.assertTrue(found)
                self.assertEqual(found, shown)

    def test_held_orders_are_those_that_need_attention(self):
        self.make_order("held", state="held", error="No product has the SKU.")
        self.make_order("imported", state="imported", error="Its item was cancelled.")
        self.refuse(self.make_order("refused", state="imported"))
        self.make_order("fine", state="imported")
        self.assertEqual(self.found_numbers("held"), ["held", "imported", "refused"])
        for order in self.found("iconic.order", "held"):
            self.assertTrue(order.attention)

    def test_counts_are_what_their_buttons_open(self):
        self.make_orders()
        self.make_order("held", state="held", error="No product has the SKU.")
        other = self.account.copy({"name": "Other", "api_url": "http://127.0.0.1:8/"})
        self.env["iconic.order"].create(
            {"account_id": other.id, "external_id": "1", "error": "Not this one."}
        )
        account = self.account.with_user(self.user)
        for count, name in COUNTS.items():
            with self.subTest(count=count):
                action = account.with_context(order_filter=name).action_view_orders()
                self.assertEqual(
                    action["context"],
                    {
                        "search_default_account_id": account.id,
                        f"search_default_{name}": 1,
                    },
                )
                found = self.found("iconic.order", name)
                mine = found.filtered(lambda one: one.account_id == account)
                self.assertTrue(mine)
                self.assertEqual(account[count], len(mine))

    def test_counts_are_updated(self):
        order = self.make_order("1", target_to_ship=AN_HOUR_AGO)
        self.assertEqual(self.account.late_count, 1)
        order.item_ids.status = "shipped"
        self.assertEqual(self.account.late_count, 0)
        self.assertEqual(self.account.held_count, 0)
        self.refuse(order)
        self.assertEqual(self.account.held_count, 1)

    def test_refunded_items_are_listed_until_they_are_received(self):
        order = self.make_order("1", status="returned", items=2)
        order.item_ids[0].received_at = NOW
        self.assertEqual(self.account.refunded_count, 1)
        action = self.account.action_view_refunded()
        found = self.env["iconic.order.item"].search(safe_eval(action["domain"]))
        self.assertEqual(found, order.item_ids[1])

    def test_amounts_are_those_of_all_items(self):
        order = self.make_order(
            "1", items=2, item_values={"unit_price": 30, "voucher_amount": 5}
        )
        self.assertEqual((order.items_amount, order.voucher_amount), (60, 10))


class TestCost(OrderScreenCase):
    def queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before

    def test_the_list_costs_as_much_for_many_orders_as_for_few(self):
        wanted = self.specification(
            "iconic.order", self.arch("iconic.order", "list", self.user)
        )
        orders = self.env["iconic.order"].with_user(self.user)

        def read(limit):
            return orders.web_search_read([], wanted, limit=limit)

        for number in range(20):
            self.refuse(self.make_sale(str(number)))
        read(20)
        few, many = (self.queries(lambda limit=limit: read(limit)) for limit in (2, 20))
        self.assertEqual(len(read(20)["records"]), 20)
        self.assertLessEqual(many, few)

    def test_accounts_are_counted_together(self):
        accounts = self.account
        for port in range(4):
            accounts |= self.account.copy({"api_url": f"http://127.0.0.1:{port + 20}/"})
        names = [*COUNTS, "refunded_count"]
        accounts.with_user(self.user).read(names)
        one, five = (
            self.queries(lambda chosen=chosen: chosen.with_user(self.user).read(names))
            for chosen in (self.account, accounts)
        )
        self.assertEqual(one, five)
