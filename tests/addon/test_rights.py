"""Who may do what, as the table in docs/rights.rst tells it, tried on every field."""

from common import ConnectorCase
from rights import everyone, record_of, table

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import SQL, mute_logger

from odoo.addons.iconic_connector.models.listing.iconic_listing_specific import (
    ATTRIBUTES,
)

#: Buttons that open what the reader may see, or not, and that close a dialog.
SHOWING = ("action_view_", "action_open_", "action_show_", "action_download")
CLOSING = ("action_save",)
#: Hidden while there is nothing to show; Odoo's own action fails then.
HIDDEN = ("action_view_deliveries",)
MANAGERS_BUTTONS = (
    "action_confirm_database",
    "action_create_clearing_journal",
    "action_read_history",
    "action_register_webhook",
    "action_view_cutoff",
    "action_view_cutoff_invoice",
    "action_unregister_webhook",
)
#: They act on records of Odoo, whose rights they check.
BUTTONS_OF_OTHERS = ("iconic.order.cancel",)
OPERATIONS = ("read", "write", "create", "unlink")
AUTOMATIC = ("id", "create_uid", "create_date", "write_uid", "write_date")
#: What belongs to the conversation of a record has rights of its own.
CONVERSATION = (
    "message_",
    "website_message_",
    "activity_",
    "my_activity_",
    "has_message",
)


class RightsCase(ConnectorCase):
    """One record of every model, and a user of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("RIGHTS")
        cls.table = table()
        cls.people = everyone(cls.env)
        # The others are made of this one: an item of it can be cancelled.
        sale = record_of(cls.env["sale.order"])
        sale.user_id = False  # open to all salespeople
        record_of(cls.env["iconic.order"], sale_order_id=sale.id)
        cls.records = {
            name: record_of(cls.env[name])
            for name in sorted(cls.env)
            if name.startswith("iconic.") and not cls.env[name]._abstract
        }
        listing = cls.records["iconic.listing"]
        cls.records |= {
            # A view of the database: the items themselves.
            "iconic.cutoff.item": cls.env["iconic.cutoff.item"].browse(
                cls.records["iconic.order.item"].id
            ),
            # Pictures of products that companies share are shared, too.
            "iconic.image": record_of(cls.env["iconic.image"], listing_id=listing.id),
            # They have no table: the id is made of both.
            "iconic.listing.specific": cls.env["iconic.listing.specific"].browse(
                listing.id * ATTRIBUTES + cls.records["iconic.attribute"].id
            ),
        }
        cls.env.flush_all()

    def record(self, name, user):
        """Return the record of a model that a user tries to reach; his own wizard."""
        if not self.env[name]._transient:
            return self.records[name]
        record = record_of(self.env[name])
        self.give(record, user)
        if "wizard_id" in record:
            self.give(record.wizard_id, user)
        return record

    def give(self, record, user):
        """Let a user have created a record, also one who may not."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_uid = %s WHERE id = %s",
                SQL.identifier(record._table),
                user.id,
                record.id,
            )
        )
        self.env.invalidate_all()

    def may(self, user, name, operation):
        """Tell whether a user has access to the record of a model."""
        return self.record(name, user).with_user(user).has_access(operation)

    def writable(self, record):
        """Return the names of the fields of a record that are written by somebody."""
        return [
            name
            for name, field in record._fields.items()
            if name not in AUTOMATIC
            and not name.startswith(CONVERSATION)
            and (field.store or field.inverse)
            and not field.related
        ]

    def writes(self, user, record, *names):
        """Try to write what fields have already.

        :return: whether it was allowed
        """
        values = {name: self.stored(record, name) for name in names}
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                record.with_user(user).write(values)
        except AccessError:
            return False
        return True

    def stored(self, record, name):
        """Return the value of a field as it is written."""
        field = record._fields[name]
        if field.type in ("one2many", "many2many"):
            return [Command.link(one) for one in record[name].ids]
        return field.convert_to_write(record[name], record)


class TestRightsTable(RightsCase):
    def test_it_names_every_model(self):
        self.assertEqual(set(self.table), set(self.records))

    def test_users_and_managers_may_do_what_it_says(self):
        for name in self.records:
            for kind in ("user", "manager"):
                for operation in OPERATIONS:
                    with self.subTest(model=name, kind=kind, operation=operation):
                        self.assertEqual(
                            self.may(self.people[kind], name, operation),
                            operation in self.table[name][kind],
                        )

    def test_each_writes_the_fields_that_it_lists_and_no_others(self):
        for name in self.records:
            row = self.table[name]
            for kind in set(self.people) - {"other_company"}:
                operations = row.get(kind) or row["others"].get(kind, ())
                if "write" not in operations:
                    continue  # refused as a whole
                user = self.people[kind]
                record = self.record(name, user)
                fields = self.writable(record)
                if kind == "manager":
                    with self.subTest(model=name, kind=kind):
                        self.assertTrue(self.writes(user, record, *fields))
                    continue
                for field in fields:
                    with self.subTest(model=name, kind=kind, field=field):
                        allowed = field in row["fields"]
                        self.assertEqual(self.writes(user, record, field), allowed)

    def test_others_may_do_what_it_says_of_them(self):
        for name in self.records:
            for kind in set(self.people) - {"user", "manager", "other_company"}:
                for operation in OPERATIONS:
                    with self.subTest(model=name, kind=kind, operation=operation):
                        allowed = self.table[name]["others"].get(kind, ())
                        self.assertEqual(
                            self.may(self.people[kind], name, operation),
                            operation in allowed,
                        )

    def test_managers_of_another_company_may_do_nothing(self):
        stranger = self.people["other_company"]
        for name, record in self.records.items():
            for operation in ("read", "write", "unlink"):
                with self.subTest(model=name, operation=operation):
                    self.assertFalse(record.with_user(stranger).has_access(operation))

    def test_wizards_belong_to_whoever_opened_them(self):
        manager = self.people["manager"]
        for name, record in self.records.items():
            if not record._transient:
                continue
            with self.subTest(model=name):
                self.assertFalse(record.with_user(manager).has_access("read"))
                self.assertFalse(
                    record.with_user(manager).search([("id", "=", record.id)])
                )


class TestFilesOfWizards(RightsCase):
    def test_a_sheet_of_labels_is_read_by_whoever_printed_it(self):
        printer, other = self.people["stock_user"], self.people["stock_manager"]
        sheet = self.record("iconic.label.sheet", printer)
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", sheet._name),
                ("res_id", "=", sheet.id),
                ("res_field", "=", "content"),
            ]
        )
        self.assertTrue(file.with_user(printer).raw)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            file.with_user(other).read(["raw"])


class TestWhatAnAttackerWouldWrite(RightsCase):
    """The fields through which more could be reached, with the values of attackers."""

    def assert_refused(self, record, **values):
        with self.assertRaisesRegex(AccessError, "Only managers of THE ICONIC"):
            record.with_user(self.people["user"]).write(values)

    def test_settings_that_redirect_money_secrets_or_pictures(self):
        for values in (
            {"image_base_url": "https://evil.example.com"},
            {"bill_to": "marketplace"},
            {"pricelist_id": self.pricelist.id},
            {"country": "NZ"},
            {"shop_id": "1"},
            {"connection_state": "connected"},
            {"retry_at": False},
            {"payment_journal_id": False},
            {"responsible_id": self.people["user"].id},
        ):
            with self.subTest(values=values):
                self.assert_refused(self.account, **values)

    def test_what_jobs_remember(self):
        self.assert_refused(self.records["iconic.feed"], state="done")
        self.assert_refused(self.records["iconic.feed"], payload=b"PHg+")
        self.assert_refused(self.records["iconic.order"], state="new")
        self.assert_refused(self.records["iconic.order"], amount_total=1)
        self.assert_refused(self.records["iconic.order.item"], paid_price=1)
        listing = self.list_products(self.style.product_variant_ids[:1])
        self.assert_refused(listing, product_status="published")
        self.assert_refused(listing, listed_price=1)

    def test_a_listing_is_not_created_with_more_than_may_be_written(self):
        Listing = self.env["iconic.listing"].with_user(self.people["user"])
        key = {
            "account_id": self.account.id,
            "product_id": self.product("RIGHTS-Navy-M").id,
        }
        with self.assertRaisesRegex(AccessError, "Product Status"):
            Listing.create({**key, "product_status": "published"})
        self.assertEqual(Listing.create({**key, "title": "Mine"}).title, "Mine")

    def test_the_company_of_an_account_with_orders_is_fixed(self):
        other = self.people["other_company"].company_id
        order = self.records["iconic.order"]
        order.account_id.listing_ids.unlink()
        with self.assertRaisesRegex(Exception, "listings or orders"):
            order.account_id.company_id = other


class TestForms(RightsCase):
    def test_a_user_sees_as_read_only_what_managers_set(self):
        for kind, fixed in (("user", True), ("manager", False)):
            with Form(self.account.with_user(self.people[kind])) as form:
                for name in ("country", "safety_buffer", "pricelist_id", "returns_to"):
                    with self.subTest(kind=kind, field=name):
                        self.assertEqual(form._get_modifier(name, "readonly"), fixed)

    def test_a_user_chooses_what_is_sold(self):
        with Form(self.account.with_user(self.people["user"])) as form:
            form.season_tag_ids.clear()
        self.assertFalse(self.account.season_tag_ids)


class TestEveryButton(RightsCase):
    """All public methods named action_..., whether a form shows them or not."""

    def presses(self, user, record, name):
        """Press a button.

        :return: whether the user may; another refusal, such as "nothing to do", counts
            as allowed
        """
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                getattr(record.with_user(user), name)()
        except AccessError:
            return False
        except UserError:
            pass
        self.env.invalidate_all()
        return True

    def buttons(self):
        """Yield each model's name with each of its buttons."""
        for name in self.records:
            for method in set(dir(type(self.env[name]))) - set(dir(self.env["base"])):
                if method.startswith("action_") and method not in HIDDEN + CLOSING:
                    yield name, method

    def test_a_user_may_press_it_unless_it_belongs_to_managers(self):
        user, manager = self.people["user"], self.people["manager"]
        for name, method in self.buttons():
            with self.subTest(model=name, button=method):
                for_managers = method in MANAGERS_BUTTONS
                own = self.record(name, user)
                self.assertNotEqual(self.presses(user, own, method), for_managers)
                own = self.record(name, manager)
                self.assertTrue(self.presses(manager, own, method))

    def test_it_changes_nothing_for_people_without_rights_on_the_record(self):
        for name, method in self.buttons():
            if method.startswith(SHOWING) or name in BUTTONS_OF_OTHERS:
                continue
            for kind in ("employee", "salesman", "stock_user", "other_company"):
                record = self.records[name]
                with self.subTest(model=name, button=method, kind=kind):
                    self.assertFalse(self.presses(self.people[kind], record, method))


class TestEveryHtmlField(ConnectorCase):
    def test_it_is_sanitized(self):
        for model in self.env.values():
            for field in model._fields.values():
                ours = field.name.startswith("iconic_") or model._name.startswith(
                    "iconic."
                )
                if field.type == "html" and ours and not field.related:
                    with self.subTest(field=str(field)):
                        self.assertTrue(field.sanitize)

    def test_no_view_shows_text_as_html(self):
        ours = self.env["ir.model.data"].search(
            [("module", "=", "iconic_connector"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(ours.mapped("res_id"))
        self.assertTrue(views)
        for view in views:
            with self.subTest(view=view.xml_id):
                for mark in ('widget="html"', "t-raw", "t-out"):
                    self.assertNotIn(mark, view.arch_db)

    def test_script_in_the_name_of_a_product_stays_text(self):
        user = new_test_user(
            self.env, "writer", groups="iconic_connector.iconic_connector_group_user"
        )
        style = self.make_style("EVIL", name="<script>alert(1)</script>")
        style.iconic_brand = False
        wizard = (
            self.env["iconic.dry.run"]
            .with_user(user)
            .create({"account_id": self.account.id})
        )
        wizard.problems = "<p onclick='x()'>Hi</p><script>alert(1)</script>"
        self.assertNotIn("<script", wizard.problems)
        self.assertNotIn("onclick", wizard.problems)
        self.account.action_check_products()
        self.assertNotIn("<script", self.account.problem_summary)
