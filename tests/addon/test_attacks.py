"""Ways around the rights that somebody has found: each is closed."""

import base64

from common import picture
from fulfilling import DeliveryCase
from rights import everyone, record_of

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

#: The base of missing rights and of invalid values.
REFUSALS = UserError


class AttackCase(DeliveryCase):
    """An account of ours and one of another company, with what their names tell."""

    api_type = "rest"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = everyone(cls.env)
        cls.user, cls.manager = cls.people["user"], cls.people["manager"]
        cls.other = cls.people["other_company"].company_id
        cls.account.company_id.partner_id.lang = "en_US"
        theirs = cls.env["iconic.account"].with_company(cls.other)
        cls.their_account = theirs.create(
            {
                "name": "Secret account",
                "company_id": cls.other.id,
                "api_url": "http://127.0.0.1:9/",
                "api_type": "action",
                "user_login": "they@example.com",
                "api_key": "their-key",
                "pricelist_id": cls.pricelist.id,
                "lang": "en_US",
            }
        )
        cls.their_order = record_of(
            cls.env["iconic.order"],
            account_id=cls.their_account.id,
            external_id="1",
            number="SECRET-42",
        )
        cls.their_item = record_of(
            cls.env["iconic.order.item"],
            order_id=cls.their_order.id,
            external_id="1",
            name="Secret item",
        )
        cls.dress = cls.product(cls.small)
        cls.env.flush_all()

    def as_user(self, model, user=None):
        return self.env[model].with_user(user or self.user)

    def own_listing(self, **values):
        key = {"account_id": self.account.id, "product_id": self.dress.id}
        return self.as_user("iconic.listing").create({**key, **values})

    def assert_stays(self, record, **values):
        """Fail unless a record cannot be moved to another company."""
        with self.subTest(model=record._name), self.assertRaises(REFUSALS):
            with self.env.cr.savepoint():
                record.write(values)
                record.env.flush_all()


class TestMovingToAnotherCompany(AttackCase):
    def test_what_users_may_write_stays_in_their_companies(self):
        account = {"account_id": self.account.id}
        to_them = {"account_id": self.their_account.id}
        for model, values in (
            ("iconic.sku.map", {"seller_sku": "X", "product_id": self.dress.id}),
            ("iconic.account.pause", {"job": "all"}),
        ):
            record = self.as_user(model).create({**account, **values})
            self.assert_stays(record, **to_them)
        self.assert_stays(self.own_listing(), **to_them)

    def test_parts_of_a_listing_stay_there(self):
        listing = self.own_listing()
        theirs = record_of(
            self.env["iconic.listing"],
            account_id=self.their_account.id,
            product_id=self.dress.id,
        )
        value = self.as_user("iconic.listing.attribute").create(
            {"listing_id": listing.id, "feed_name": "Color", "value": "mine"}
        )
        image = self.as_user("iconic.image").create(
            {"listing_id": listing.id, "image": base64.b64encode(picture())}
        )
        for record in (value, image):
            self.assert_stays(record, listing_id=theirs.id)

    def test_what_managers_own_stays_in_their_companies(self):
        mapping = self.mapping.with_user(self.manager)
        self.assert_stays(mapping, account_id=self.their_account.id)
        feed = self.as_user("iconic.feed", self.manager).create(
            {"account_id": self.account.id, "flow": "create", "action": "x"}
        )
        self.assert_stays(feed, account_id=self.their_account.id)
        account = self.as_user("iconic.account", self.manager).create(
            {
                "name": "Unused",
                "api_url": "http://127.0.0.1:9/",
                "user_login": "e@example.com",
                "api_key": "k",
                "responsible_id": False,
            }
        )
        self.assert_stays(account, company_id=self.other.id)


class TestDefaultsInTheContext(AttackCase):
    def test_they_fill_no_field_that_is_not_the_users(self):
        context = {
            "default_product_status": "published",
            "default_listed_price": 5,
            "default_approved_price": 5,
            "default_title": "Mine",
        }
        key = {"account_id": self.account.id, "product_id": self.dress.id}
        listing = self.as_user("iconic.listing").with_context(**context).create(key)
        self.assertEqual(
            (listing.product_status, listing.listed_price, listing.approved_price),
            ("awaiting_creation", 0, 0),
        )
        self.assertEqual(listing.title, "Mine")


class TestWizardsOfOthers(AttackCase):
    def begin(self):
        super().begin()
        self.sale = self.sell(self.small, self.small).sale_order_id
        self.wizard = self.env["iconic.order.cancel"].browse(
            self.sale.with_user(self.user).action_cancel()["res_id"]
        )

    def test_nobody_else_adds_lines_to_them(self):
        item = self.sale.iconic_order_id.item_ids[0]
        with self.assertRaises(AccessError):
            self.as_user("iconic.order.cancel.line", self.people["salesman"]).create(
                {"wizard_id": self.wizard.id, "item_id": item.id, "chosen": True}
            )

    def test_a_line_that_somebody_has_added_is_not_carried_out(self):
        lines = self.wizard.line_ids
        lines[0].with_user(self.user).chosen = False
        lines[1].sudo().create_uid = self.people["salesman"]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iconic_order_cancel_line SET create_uid = %s WHERE id = %s",
            (self.people["salesman"].id, lines[1].id),
        )
        self.env.invalidate_all()
        wizard = self.wizard.with_user(self.user)
        wizard.reason_id = wizard.reason_ids[:1]
        with self.assertRaisesRegex(UserError, "Choose a reason, and items"):
            wizard.action_confirm()

    def test_items_of_other_orders_cannot_be_entered(self):
        with self.assertRaises(REFUSALS):
            self.as_user("iconic.order.cancel.line").create(
                {"wizard_id": self.wizard.id, "item_id": self.their_item.id}
            )
        wizard = self.as_user("iconic.order.return").create({"line_ids": []})
        with self.assertRaises(REFUSALS):
            self.as_user("iconic.order.return.line").create(
                {
                    "wizard_id": wizard.id,
                    "item_id": self.their_item.id,
                    "received": True,
                    "decision": "later",
                }
            )

    def test_reasons_of_other_companies_cannot_be_entered(self):
        reason = record_of(
            self.env["iconic.failure.reason"],
            account_id=self.their_account.id,
            name="Secret reason",
        )
        with self.assertRaises(AccessError):
            self.wizard.with_user(self.people["salesman"]).reason_id = reason
        with self.assertRaises(AccessError):
            self.wizard.with_user(self.user).reason_id = reason


class TestLinksWithOtherCompanies(AttackCase):
    def begin(self):
        super().begin()
        self.sale = self.sell(self.small).sale_order_id

    def test_categories_of_other_accounts_cannot_be_chosen(self):
        category = record_of(
            self.env["iconic.category"],
            account_id=self.their_account.id,
            name="Secret category",
        )
        for values in (
            {"primary_category_id": category.id},
            {"secondary_category_ids": [Command.link(category.id)]},
        ):
            with self.assertRaises(REFUSALS):
                self.own_listing(**values)

    def test_documents_of_odoo_show_nothing_of_them(self):
        invoice = self.sale._create_invoices()
        account = {"iconic_account_id": self.their_account.id}
        order = {"iconic_order_id": self.their_order.id}
        for record, role, values in (
            (self.sale, "sales_manager", account),
            (self.sale.picking_ids, "stock_user", order),
            (invoice, "accountant", account),
            (invoice, "accountant", order),
        ):
            with self.subTest(model=record._name, values=values):
                theirs = record.with_user(self.people[role])
                with self.assertRaisesRegex(AccessError, "another company") as caught:
                    theirs.write(values)
                self.assertNotIn("ecret", str(caught.exception))

    def test_a_delivery_takes_no_items_of_another_company(self):
        sale = self.sale.copy()
        line = self.sale.order_line[:1]
        self.their_item.write({"sale_line_id": line.id, "status": "pending"})
        delivery = self.sale.picking_ids
        self.assertNotIn(self.their_item, delivery._iconic_items_of(line.ids))
        self.assertTrue(sale)


class TestContextOfTheCaller(AttackCase):
    def test_it_does_not_switch_the_reason_for_a_cancellation_off(self):
        sale = self.sell(self.small).sale_order_id
        other = self.sell(self.medium).sale_order_id
        both = (sale | other).with_user(self.people["sales_manager"])
        with self.assertRaisesRegex(UserError, "requires a reason"):
            both.with_context(iconic_order_ended=True).action_cancel()
