"""People without rights on the connector read and work with everything of Odoo's."""

from fulfilling import DeliveryCase
from rights import ROLES, everyone

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

#: What the add-on extends, with a path from the sales order of THE ICONIC to a record.
EXTENDED = {
    "sale.order": "",
    "sale.order.line": "order_line",
    "stock.picking": "picking_ids",
    "stock.move": "picking_ids.move_ids",
    "account.move": "invoice_ids",
    "account.move.line": "invoice_ids.line_ids",
    "product.product": "order_line.product_id",
    "product.template": "order_line.product_template_id",
    "product.tag": "order_line.product_template_id.product_tag_ids",
    "product.pricelist": "iconic_account_id.pricelist_id",
    "product.pricelist.item": "iconic_account_id.pricelist_id.item_ids",
}


class StandardRolesCase(DeliveryCase):
    """An order that was invoiced and is ready to ship, and people of each role."""

    api_type = "rest"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "invoice_orders": True,
                "register_payments": True,
                "payment_journal_id": cls.clearing.id,
                "make_pick_tickets": True,
                "make_payment_receipts": True,
            }
        )
        discount = {"compute_price": "percentage", "percent_price": 0.0}
        cls.pricelist.item_ids = [Command.create(discount)]
        cls.people = everyone(cls.env)

    def begin(self):
        super().begin()
        self.delivery = self.sold(self.small, self.medium, number="TRACK0001")
        self.make_ready(self.delivery)
        self.imported = self.delivery.iconic_order_id
        self.sale = self.imported.sale_order_id
        self.assertEqual(self.sale.invoice_ids.state, "posted")

        self.plain = self._plain_order()

    def _plain_order(self):
        """Create an order of the own shop that is like the one of THE ICONIC."""
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.sale.partner_id.id,
                "warehouse_id": self.warehouse.id,
                "user_id": False,
                "order_line": [
                    Command.create({"product_id": self.product(sku).id})
                    for sku in (self.small, self.medium)
                ],
            }
        )
        sale.action_confirm()
        sale.picking_ids.carrier_id = self.delivery.carrier_id
        sale.order_line.qty_to_invoice = 1
        sale._create_invoices().action_post()
        return sale

    def record(self, model, sale=None):
        """Return the record of a core model that belongs to the order.

        :param sale: another sales order
        """
        sale = (sale or self.sale).sudo()
        return sale.mapped(EXTENDED[model]) if EXTENDED[model] else sale

    def roles_that_read(self, records):
        """Return the users that may read some records, by their roles."""
        found = {
            role: user
            for role in ROLES
            if records.with_user(user := self.people[role]).has_access("read")
        }
        self.assertTrue(found, records)
        return found


class TestReading(StandardRolesCase):
    def unreadable(self, records):
        """Return the fields that keep `read` from reading everything.

        Odoo has some itself, such as the invoices of a sales order for warehouse users.
        """
        if self.reads(records, None):
            return []
        return [
            name for name in records.fields_get() if not self.reads(records, [name])
        ]

    def reads(self, records, names):
        self.env.invalidate_all()
        try:
            return len(records.read(names)) == len(records)
        except AccessError:
            return False

    def test_every_model_is_here_that_the_add_on_extends(self):
        extended = {
            field.model_name
            for model in self.env.values()
            for field in model._fields.values()
            if field._module == "iconic_connector"
            and not field.model_name.startswith("iconic.")
            and not model._abstract
        }
        # Settings of the system, and wizards of others, show nothing of an order.
        self.assertLessEqual(extended - {"res.config.settings"}, set(EXTENDED))

    def test_all_fields_of_a_record_are_read(self):
        for model in EXTENDED:
            records = self.record(model)
            self.assertTrue(records, model)
            for role, user in self.roles_that_read(records).items():
                with self.subTest(model=model, role=role):
                    unreadable = self.unreadable(records.with_user(user))
                    self.assertFalse(
                        [one for one in unreadable if one.startswith("iconic_")]
                    )

    def test_people_of_the_connector_read_all_fields_of_ours(self):
        for model in sorted(self.env):
            ours = self.env[model]
            if not model.startswith("iconic.") or ours._abstract or ours._transient:
                continue
            records = ours.search([])
            for role in ("user", "manager"):
                theirs = records.with_user(self.people[role])
                if theirs.has_access("read"):
                    with self.subTest(model=model, role=role):
                        self.assertEqual(self.unreadable(theirs), [])

    def test_people_of_the_connector_open_an_order_that_is_paid(self):
        self.assertTrue(self.imported.report_ids)
        for role in ("user", "manager"):
            self.assertTrue(self.opens(self.imported.with_user(self.people[role])))

    def test_all_fields_of_ours_are_exported(self):
        for model in EXTENDED:
            records = self.record(model)
            for role, user in self.roles_that_read(records).items():
                theirs = records.with_user(user)
                names = [
                    name
                    for name, field in theirs.fields_get().items()
                    if name.startswith("iconic_") and field.get("exportable", True)
                ]
                with self.subTest(model=model, role=role):
                    self.env.invalidate_all()
                    rows = theirs.export_data(["id", *names])["datas"]
                    self.assertEqual(len(rows), len(records))

    def test_who_opens_the_forms_of_an_own_order_opens_these(self):
        for model in ("sale.order", "stock.picking", "account.move"):
            ours, plain = self.record(model)[:1], self.record(model, self.plain)[:1]
            for role, user in self.roles_that_read(ours).items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(
                        self.opens(ours.with_user(user)),
                        self.opens(plain.with_user(user)),
                    )

    def opens(self, record):
        self.env.invalidate_all()
        try:
            return bool(Form(record).id)
        except AccessError:
            return False

    def test_where_it_comes_from_is_shown_to_those_who_work_with_it(self):
        delivery = self.delivery.with_user(self.people["stock_user"])
        self.assertEqual(delivery.iconic_state, "ready")
        sale = self.sale.with_user(self.people["sales_manager"])
        self.assertEqual(sale.iconic_account_id.id, self.account.id)
        self.assertEqual(sale.iconic_order_id.id, self.imported.id)


class TestWorking(StandardRolesCase):
    def test_a_stock_user_ships_and_the_marketplace_is_told(self):
        self.env.invalidate_all()
        self.validate(self.delivery.with_user(self.people["stock_user"]))
        self.assertEqual(self.delivery.state, "done")
        self.send_updates()
        self.assertEqual(
            {status for status, _number in self.at_marketplace(self.imported)},
            {"shipped"},
        )

    def test_a_stock_user_cancels_a_delivery(self):
        self.delivery.with_user(self.people["stock_user"]).action_cancel()
        self.assertEqual(self.delivery.state, "cancel")

    def test_a_sales_manager_cancels_an_order_with_a_reason(self):
        sale = self.sale.with_user(self.people["sales_manager"])
        action = sale.action_cancel()
        wizard = sale.env[action["res_model"]].browse(action["res_id"])
        wizard.reason_id = wizard.reason_ids[:1]
        wizard.action_confirm()
        self.send_updates()
        self.catch_up()
        self.assertEqual(set(self.imported.item_ids.mapped("status")), {"canceled"})

    def test_a_sales_manager_confirms_an_order_that_waits_for_it(self):
        self.account.confirm_orders = False
        order = self.sell(self.small)
        sale = order.sale_order_id.with_user(self.people["sales_manager"])
        self.assertEqual(sale.state, "draft")
        sale.action_confirm()
        self.assertEqual(sale.state, "sale")

    def test_an_accountant_credits_an_invoice(self):
        invoice = self.sale.invoice_ids.with_user(self.people["accountant"])
        note = invoice._reverse_moves([{"date": invoice.date}], cancel=False)
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_a_sales_manager_invoices_an_order_of_his_own_shop(self):
        user = self.people["sales_manager"]
        sale = (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.sale.partner_id.id,
                    "order_line": [
                        Command.create({"product_id": self.product(self.small).id})
                    ],
                }
            )
        )
        sale.action_confirm()
        self.assertEqual(sale._create_invoices().state, "draft")

    def test_a_product_manager_changes_a_product_that_is_listed(self):
        product = self.product(self.small)
        self.list_products(product)
        theirs = product.with_user(self.people["product_manager"])
        theirs.write({"lst_price": 12.0, "iconic_rrp": 99.0})
        theirs.product_tmpl_id.name = "Another name"
        self.assertEqual(product.iconic_rrp, 99.0)
