"""Access rights, company rules, and the secrecy of the API key."""

import logging

from common import API_KEY, APPLICATION_SECRET, ConnectorCase, FeedCase
from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

USER = "iconic_connector.iconic_connector_group_user"
MANAGER = "iconic_connector.iconic_connector_group_manager"
SECRET_NAMES = ("key", "secret", "token", "password")
#: The address of tokens is not secret.
PUBLIC = ("token_url",)
#: Models that only jobs access.
HIDDEN = ("iconic.access.token",)


class TestAccessRights(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "iconic_user", groups=USER)
        cls.manager = new_test_user(cls.env, "iconic_manager", groups=MANAGER)
        cls.style = cls.make_style("SAFE")

    def our_models(self):
        return [
            model
            for name, model in self.env.items()
            if name.startswith("iconic.") and not model._abstract
        ]

    def test_models_for_jobs_only_are_open_to_nobody(self):
        for name in HIDDEN:
            for user in (self.user, self.manager, self.env.ref("base.user_admin")):
                for operation in ("read", "write", "create", "unlink"):
                    model = self.env[name].with_user(user)
                    self.assertFalse(model.has_access(operation))

    def test_outsiders_see_nothing(self):
        outsiders = (
            new_test_user(self.env, "outsider", groups="base.group_user"),
            new_test_user(self.env, "customer", groups="base.group_portal"),
            self.env.ref("base.public_user"),
        )
        for model in self.our_models():
            for outsider in outsiders:
                if model._name == "iconic.image" and outsider.has_group(
                    "base.group_user"
                ):
                    continue  # a part of the product form, which all employees may open
                with self.subTest(model=model._name, outsider=outsider.login):
                    self.assertFalse(model.with_user(outsider).has_access("read"))

    def test_every_model_has_a_company_rule(self):
        for model in self.our_models():
            if model._transient or not self.is_read_by_anyone(model):
                continue  # only whoever made such a record sees it, or the code
            with self.subTest(model=model._name):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                self.assertIn("company_id", rules.mapped("domain_force")[0])

    def is_read_by_anyone(self, model):
        access = [("model_id.model", "=", model._name), ("perm_read", "=", True)]
        return self.env["ir.model.access"].search_count(access)

    def test_every_secret_is_for_managers_only(self):
        secrets = [
            field
            for model in self.our_models()
            for field in model._fields.values()
            if set(field.name.split("_")) & set(SECRET_NAMES)
            and field.name not in PUBLIC
        ]
        self.assertTrue(secrets)
        for field in secrets:
            with self.subTest(field=str(field)):
                self.assertEqual(field.groups, MANAGER)
                self.assertFalse(field.copy)

    def test_a_user_cannot_read_the_secrets(self):
        self.connect_with("rest")
        account = self.account.with_user(self.user)
        known = {"api_key": API_KEY, "application_secret": APPLICATION_SECRET}
        for name, secret in known.items():
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    account.read([name])
                with self.assertRaises(AccessError):
                    account[name]
                with self.assertRaises(AccessError):
                    account.search([(name, "like", "sandbox")])
                self.assertNotIn(name, account.read()[0])
                self.assertEqual(self.account.with_user(self.manager)[name], secret)

    def test_a_user_cannot_change_the_credentials(self):
        account = self.account.with_user(self.user)
        for values in (
            {"api_key": "mine"},
            {"user_login": "me@example.com"},
            {"api_url": "https://example.com"},
            {"use_staging": True},
            {"test_host": "preproduction"},
            {"api_type": "rest"},
            {"application_id": "mine"},
            {"application_secret": "mine"},
            {"token_url": "https://example.com"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                account.write(values)
        with self.assertRaises(AccessError):
            account.create({"name": "Mine"})
        with self.assertRaises(AccessError):
            account.unlink()

    def test_a_user_cannot_confirm_a_copied_database(self):
        self.account.database_name = "production"
        with self.assertRaises(AccessError):
            self.account.with_user(self.user).action_confirm_database()
        self.assertTrue(self.account.is_copy)
        self.account.with_user(self.manager).action_confirm_database()
        self.account.invalidate_recordset()
        self.assertFalse(self.account.is_copy)

    def test_a_user_can_choose_check_send_and_retry(self):
        self.style.iconic_brand = False
        account = self.account.with_user(self.user)
        account.season_tag_ids = self.season
        account.product_categ_ids = self.category
        account.action_check_products()
        self.assertEqual(account.failing_count, 2)
        account.action_send_products()
        listings = account.listing_ids
        self.assertEqual(len(listings), 2)
        listings.sudo().write({"content_status": "error", "content_error": "No"})
        listings.action_retry()
        self.assertEqual(set(listings.mapped("content_status")), {"pending"})
        listings.title = "Better"
        self.assertTrue(listings[0].wanted_title)

    def test_the_pages_open_for_users_and_managers(self):
        listing = self.list_products(self.style.product_variant_ids)[0]
        for user in (self.user, self.manager):
            for record in (self.account, listing, self.mapping):
                with self.subTest(user=user.login, model=record._name):
                    with Form(record.with_user(user)) as form:
                        self.assertTrue(form.id)

    def test_the_page_shows_the_secrets_to_managers_only(self):
        for user, shown in ((self.user, False), (self.manager, True)):
            arch = self.account.with_user(user).get_view(view_type="form")["arch"]
            for name in ("api_key", "application_secret"):
                nodes = etree.fromstring(arch).xpath(f"//field[@name='{name}']")
                self.assertEqual(bool(nodes), shown)
                self.assertTrue(all(node.get("password") for node in nodes))

    def test_the_menu_of_the_configuration_is_for_managers(self):
        root = self.env.ref("iconic_connector.iconic_connector_menu_root")
        configuration = self.env.ref(
            "iconic_connector.iconic_connector_menu_configuration"
        )
        visible = {
            user: self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.user, self.manager)
        }
        self.assertIn(root.id, visible[self.user])
        self.assertNotIn(configuration.id, visible[self.user])
        self.assertIn(configuration.id, visible[self.manager])
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        menus = self.env["ir.ui.menu"].with_user(outsider)._visible_menu_ids()
        self.assertNotIn(root.id, menus)

    def test_a_product_manager_without_connector_rights_can_work(self):
        listing = self.list_products(self.style.product_variant_ids)[0]
        product_manager = new_test_user(
            self.env,
            "product_manager",
            groups="product.group_product_manager,stock.group_stock_user",
        )
        template = self.style.with_user(product_manager)
        with Form(template) as form:
            form.name = "Renamed"
            form.iconic_brand = "Ridgeline"
            form.iconic_gender = "unisex"
        product = listing.product_id.with_user(product_manager)
        product.write({"iconic_rrp": 150, "default_code": "SAFE-NEW"})
        template.copy()
        template.list_price = 50
        self.env["stock.quant"].with_user(product_manager).search(
            [("product_id", "=", product.id)], limit=1
        )
        self.assertEqual(listing.product_id.iconic_rrp, 150)
        template.active = False

    def test_an_employee_can_open_a_product_that_is_listed(self):
        self.list_products(self.style.product_variant_ids)
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        form = Form(self.style.with_user(employee))
        self.assertEqual(form.iconic_brand, "Saltbush")

    def test_jobs_belong_to_administrators_and_run_as_superuser(self):
        jobs = self.env["ir.model.data"].search(
            [("module", "=", "iconic_connector"), ("model", "=", "ir.cron")]
        )
        self.assertGreaterEqual(len(jobs), 3)
        self.assertEqual(set(jobs.mapped("noupdate")), {True})
        crons = self.env["ir.cron"].browse(jobs.mapped("res_id"))
        self.assertEqual(crons.user_id, self.env.ref("base.user_root"))
        self.assertEqual(set(crons.mapped("active")), {True})


class TestCompanies(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups=MANAGER,
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.style = cls.make_style("SAFE")

    def test_another_company_sees_none_of_our_records(self):
        self.style.iconic_brand = False
        self.account.action_check_products()
        self.style.iconic_brand = "Saltbush"
        self.account.action_send_products()
        listing = self.account.listing_ids[0]
        listing.attribute_ids = [Command.create({"feed_name": "Fit", "value": "Slim"})]
        feed = self.env["iconic.feed"].create(
            {"account_id": self.account.id, "flow": "create", "action": "x"}
        )
        self.env["iconic.feed.line"].create(
            {"feed_id": feed.id, "listing_id": listing.id, "seller_sku": listing.sku}
        )
        ours = (
            self.account,
            self.mapping,
            self.mapping.attribute_ids,
            self.account.listing_ids,
            listing.attribute_ids,
            feed,
            feed.line_ids,
            self.account.problem_ids,
        )
        for records in ours:
            with self.subTest(model=records._name):
                self.assertTrue(records)
                theirs = records.with_user(self.stranger)
                self.assertFalse(theirs.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    theirs.check_access("read")

    def test_a_job_serves_both_companies(self):
        account = self.account.copy(
            {
                "name": "Theirs",
                "company_id": self.other.id,
                "responsible_id": self.stranger.id,
                "stock_warehouse_ids": [Command.clear()],
                "dispatch_calendar_id": self.other.resource_calendar_id.id,
                "user_login": "other@sandbox.example",
            }
        )
        account.api_key = API_KEY
        found = self.env["iconic.account"]._ready_to_call()
        self.assertLessEqual(self.account | account, found)

    def test_the_company_of_an_account_with_listings_is_fixed(self):
        self.account.action_send_products()
        with self.assertRaises(ValidationError):
            self.account.write(
                {
                    "company_id": self.other.id,
                    "stock_warehouse_ids": [Command.clear()],
                    "responsible_id": self.stranger.id,
                }
            )


class TestTheKeyStaysSecret(FeedCase):
    def test_the_key_is_neither_in_logs_nor_in_messages(self):
        faults = (
            {"kind": "status", "code": 401},
            {"kind": "status", "code": 500},
            {"kind": "status", "code": 503},
            {"kind": "html"},
            {"kind": "cut_after"},
            {
                "kind": "error",
                "code": 7,
                "type": "Sender",
                "message": "E007: Login failed. Signature mismatching",
            },
        )
        self.account.action_send_products()
        for fault in faults:
            with self.subTest(**fault):
                self.sandbox.faults.add(**fault)
                with self.assertLogs(level=logging.DEBUG) as logs:
                    self.run_cron("create")
                    self.account.action_test_connection()
                self.assert_untold("\n".join(logs.output))
                self.assert_untold(self.everything_written())
                self.start_again()

    def assert_untold(self, text):
        self.assertTrue(text)
        self.assertNotIn(API_KEY, text)

    def everything_written(self):
        feeds, listings = self.feeds(), self.account.listing_ids
        texts = [
            self.account.hold_reason,
            *self.account.activity_ids.mapped("note"),
            *self.account.message_ids.mapped("body"),
            *feeds.mapped("message"),
            *feeds.line_ids.mapped("message"),
            *listings.mapped("error"),
            *(call.query for call in self.sandbox.requests),
            *(str(call.headers) for call in self.sandbox.requests),
            *(call.body.decode() for call in self.sandbox.requests),
        ]
        return "\n".join(str(text) for text in texts if text)

    def start_again(self):
        self.feeds().line_ids.unlink()
        self.feeds().unlink()
        self.sandbox.faults.clear()
        self.account._resume()
        self.account.listing_ids.write({"content_status": "pending"})
