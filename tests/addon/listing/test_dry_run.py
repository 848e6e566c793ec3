"""Showing what would be sent: the same bytes as those of the feed, and nothing else."""

import base64

from common import ConnectorCase, MarketplaceCase, contract, elements, over_both_apis
from selling import ComparingCase, Selling, SellingCase

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.domain.flows import FLOWS

USER = "iconic_connector.iconic_connector_group_user"
SMALL, MEDIUM, LARGE = (f"DRESS-Navy-{size}" for size in "SML")


class DryRunning:
    """The steps of a person who wants to see a document."""

    def open(self, records, flow=None):
        """Press Show Document on listings or the account, and choose a flow.

        :return: the wizard
        """
        action = records.action_show_document()
        wizard = records.env[action["res_model"]].browse(action["res_id"])
        if flow:
            wizard.flow = flow
        return wizard

    def shown(self, wizard):
        """Return the bytes that the wizard shows."""
        return base64.b64decode(wizard.document)

    def counts(self, wizard):
        return wizard.passing_count, wizard.failing_count

    def assert_sends_the_same(self, wizard):
        """Send what is pending in the wizard's flow: the very bytes that were shown."""
        shown = self.shown(wizard)
        self.assertTrue(shown)
        self.sandbox.requests.clear()
        self.run_cron(wizard.flow)
        # A few quantities go at once over REST.
        [call] = self.calls(FLOWS[wizard.flow].action) or self.calls("SetStock")
        self.assertEqual(call.body, shown)


@over_both_apis
class TestSameBytesOfNewProducts(DryRunning, Selling, MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A sale that starts now, and two groups of a ParentSku each.
        cls.style = cls.make_style("DRESS", "S M L", "Navy Red")
        cls.style.product_variant_ids.iconic_rrp = 129.0

    def setUp(self):
        super().setUp()
        self.enterContext(self.at(fields.Datetime.now()))

    @contract
    def test_of_products_without_a_listing(self):
        wizard = self.open(self.account)
        self.assertEqual((wizard.flow, self.counts(wizard)), ("create", (6, 0)))
        self.assertIn("<SaleStartDate>", wizard.document_text)
        self.assertFalse(self.account.listing_ids)
        self.account.action_send_products()
        self.assert_sends_the_same(wizard)

    def test_of_listings_in_any_order(self):
        self.account.action_send_products()
        self.assert_sends_the_same(
            self.open(self.account.listing_ids.sorted("id")[::-1])
        )

    def test_when_the_product_fails_that_would_be_the_parent(self):
        self.product(SMALL).barcode = False
        wizard = self.open(self.account)
        self.assertEqual(self.counts(wizard), (5, 1))
        found = elements(self.shown(wizard))
        self.assertEqual(found[LARGE].findtext("ParentSku"), MEDIUM)
        self.account.action_send_products()
        self.assert_sends_the_same(wizard)

    @contract
    def test_of_the_first_pictures(self):
        self.account.action_send_products()
        early = self.shown(self.open(self.account, "image"))
        self.run_cron("create")
        self.answer()
        wizard = self.open(self.account)
        self.assertEqual(wizard.flow, "image")
        self.assertEqual(self.shown(wizard), early)
        self.assert_sends_the_same(wizard)

    def test_of_the_first_feed_of_many(self):
        self.account.batch_size = 4
        wizard = self.open(self.account)
        self.assertEqual(self.counts(wizard), (4, 0))
        self.assertIn("the first of 6", wizard.remarks)
        self.account.action_send_products()
        shown = self.shown(wizard)
        self.run_cron("create")
        self.assertEqual(self.calls("ProductCreate")[0].body, shown)

    def test_of_a_document_that_would_be_too_large(self):
        size = len(self.shown(self.open(self.account)))
        self.patch(const, "MAX_DOCUMENT_SIZE", size - 1)
        wizard = self.open(self.account)
        self.assertEqual(self.counts(wizard), (3, 0))
        self.assertIn("in the next feeds: 3.", wizard.remarks)
        self.account.action_send_products()
        shown = self.shown(wizard)
        self.run_cron("create")
        self.assertEqual(self.calls("ProductCreate")[0].body, shown)

    def test_of_one_size_names_the_parent_that_goes_before_it(self):
        self.account.action_send_products()
        shown = self.shown(self.open(self.listing(LARGE)))
        self.assertEqual(set(elements(shown)), {LARGE})
        self.run_cron("create")
        lines = self.calls("ProductCreate")[0].body.splitlines()
        self.assertIn(b"  <ParentSku>DRESS-Navy-S</ParentSku>", lines)
        self.assertEqual([line for line in shown.splitlines() if line not in lines], [])


@over_both_apis
class TestSameBytesOfProductsOnSale(DryRunning, SellingCase):
    def setUp(self):
        super().setUp()
        # The ids by which REST knows the products are read before they are needed.
        self.account.action_find_mismatches()
        self.run_cron("readback")
        self.enterContext(self.at(fields.Datetime.now()))
        self.both = self.small | self.medium

    def test_of_an_update_without_what_is_protected(self):
        self.small.protect_price = True
        self.both.action_update_now()
        self.assert_sends_the_same(self.open(self.both))

    @contract
    def test_of_prices(self):
        self.both.price = 59.0
        self.both.rrp = 89.0
        self.detect()
        wizard = self.open(self.both)
        self.assertEqual(wizard.flow, "price")
        self.assert_sends_the_same(wizard)

    def test_of_the_stock_less_what_is_listed_already(self):
        self.set_stock(self.small.product_id, self.warehouse, 3)
        self.both.quantity_status = "pending"
        wizard = self.open(self.both)
        self.assertEqual((wizard.flow, self.counts(wizard)), ("stock", (1, 0)))
        self.assertIn("Unchanged, so not sent: 1.", wizard.remarks)
        self.assert_sends_the_same(wizard)

    @contract
    def test_of_another_picture(self):
        self.both.write({"image_digest": "others", "image_status": "pending"})
        wizard = self.open(self.both)
        self.assertEqual(wizard.flow, "picture")
        self.assert_sends_the_same(wizard)

    @contract
    def test_of_an_end(self):
        self.both.action_end()
        self.assert_sends_the_same(self.open(self.both))

    @contract
    def test_of_a_removal(self):
        self.both.action_remove()
        self.assert_sends_the_same(self.open(self.both))

    def test_tables_are_shown_as_tables(self):
        is_rest = self.api_type == "rest"
        for flow, is_table in (("remove", is_rest), ("update", False)):
            wizard = self.open(self.both, flow)
            self.assertEqual(wizard.is_table, is_table)
            self.assertEqual(wizard.document_name[-4:], ".csv" if is_table else ".xml")
            self.assertEqual(wizard.document_text.startswith("SellerSku"), is_table)


class TestNothingHappens(DryRunning, SellingCase):
    def state(self):
        """Return everything that is on record of our listings and feeds."""
        self.env.flush_all()
        self.env.invalidate_all()
        listings = self.account.listing_ids
        stored = [name for name, field in listings._fields.items() if field.store]
        feeds = self.feeds()
        return listings.read(stored), feeds.ids, feeds.line_ids.ids

    def test_no_document_changes_a_listing_or_calls_the_marketplace(self):
        self.small.product_id.barcode = False
        self.small.price = 59.0
        before = self.state()
        self.sandbox.requests.clear()
        for flow in FLOWS:
            for records in (self.account, self.small | self.medium):
                with self.subTest(flow=flow, of=records._name):
                    self.assertTrue(self.open(records, flow).document_name)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.calls(), [])


class TestWhatIsShown(DryRunning, ComparingCase):
    def setUp(self):
        super().setUp()
        self.both = self.small | self.medium

    def test_problems_are_listed_by_sku_with_what_to_do(self):
        self.small.product_id.barcode = False
        wizard = self.open(self.both, "update")
        self.assertEqual(self.counts(wizard), (1, 1))
        for text in (SMALL, "Barcode"):
            self.assertIn(text, wizard.problems)
        self.assertNotIn(MEDIUM, wizard.problems)
        self.assertEqual(set(elements(self.shown(wizard))), {MEDIUM})

    def test_names_of_products_are_no_markup(self):
        self.style.name = "A <b>dress"
        self.small.product_id.barcode = False
        self.assertIn("A &lt;b&gt;dress", self.open(self.small, "update").problems)

    def test_what_no_document_can_hold_is_a_problem_too(self):
        style = self.make_style("ODD", "S M")
        style.product_variant_ids[0].default_code = " ODD"
        wizard = self.open(self.list_published(style), "remove")
        self.assertEqual(self.counts(wizard), (1, 1))
        self.assertIn("begins or ends with a blank", wizard.problems)

    def test_a_flow_that_has_nothing_to_do_says_why(self):
        self.medium.closed = True
        wizard = self.open(self.both, "create")
        self.assertEqual(self.counts(wizard), (0, 0))
        self.assertEqual(self.shown(wizard), b"")
        self.assertEqual(
            wizard.remarks.splitlines(),
            [
                "Closed, so not managed by scheduled jobs: 1.",
                "Already at THE ICONIC: 1.",
            ],
        )

    def test_what_is_ended_gets_no_price(self):
        self.small.listing_status = "inactive"
        wizard = self.open(self.small, "price")
        self.assertEqual(wizard.remarks, "Not on sale at THE ICONIC: 1.")

    def test_new_products_cannot_be_updated_yet(self):
        new = self.list_products(self.make_style("NEW", "S").product_variant_ids)
        wizard = self.open(new, "stock")
        self.assertEqual(wizard.remarks, "Not yet published at THE ICONIC: 1.")

    def test_products_without_a_listing_have_no_price_to_change(self):
        self.make_style("NEW", "S M")
        wizard = self.open(self.account, "price")
        self.assertEqual(
            wizard.remarks.splitlines()[-1], "Not on sale at THE ICONIC: 2."
        )

    def test_without_matching_products_it_says_so(self):
        self.account.product_categ_ids = self.env["product.category"].create(
            {"name": "Empty"}
        )
        wizard = self.open(self.account)
        self.assertEqual(
            wizard.remarks, "No product matches the chosen seasons and categories."
        )

    def test_without_a_season_the_user_is_asked_to_choose_one(self):
        self.account.season_tag_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "season"):
            self.account.action_show_document()

    def test_it_begins_with_what_is_sent_next(self):
        cases = {
            "remove": {"remove_status": "pending"},
            "price": {"price_status": "pending"},
            "update": {},
            "image": {"product_status": "created"},
            "create": {"product_status": "removed"},
        }
        rest = dict(
            self.small.read(["remove_status", "price_status", "product_status"])[0]
        )
        rest.pop("id")
        for flow, values in cases.items():
            with self.subTest(flow=flow):
                self.small.write({**rest, **values})
                self.assertEqual(self.open(self.small).flow, flow)

    def test_another_flow_is_shown_as_soon_as_it_is_chosen(self):
        with Form(self.open(self.small, "update")) as form:
            self.assertIn("<Name>", form.document_text)
            form.flow = "end"
            self.assertNotIn("<Name>", form.document_text)
            self.assertIn("<Quantity>0</Quantity>", form.document_text)

    def test_listings_of_several_accounts_are_shown_account_by_account(self):
        other = self.account.copy({"name": "Other", "api_key": "other"})
        more = self.list_products(self.style.product_variant_ids, account_id=other.id)
        with Form(self.open(self.small | more)) as form:
            self.assertEqual(form.account_ids[:], self.account | other)
            self.assertEqual(form.passing_count, 1)
            form.account_id = other
            form.flow = "create"
            self.assertEqual(form.passing_count + form.failing_count, 2)


class TestThePerson(DryRunning, ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_style("DRESS", "S M")
        cls.user = new_test_user(cls.env, "dry_user", groups=USER, lang="en_US")

    def test_a_user_downloads_what_is_shown(self):
        wizard = self.open(self.account.with_user(self.user))
        self.assertEqual(self.counts(wizard), (2, 0))
        action = wizard.action_download()
        self.assertIn(f"/{wizard.id}/document/ProductCreate.xml", action["url"])
        self.assertEqual(wizard.document_text.encode(), self.shown(wizard))

    def test_the_menu_of_the_list_shows_what_is_selected(self):
        listings = self.list_products(self.product(SMALL) | self.product(MEDIUM))
        action = (
            self.env.ref("iconic_connector.iconic_dry_run_action_listings")
            .with_user(self.user)
            .with_context(active_model=listings._name, active_ids=listings.ids)
            .run()
        )
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.listing_ids, listings)
        self.assertEqual(self.counts(wizard), (2, 0))

    def test_the_language_of_the_user_changes_no_byte(self):
        self.env["res.lang"]._activate_lang("de_DE")
        other = self.make_style("SKIRT", "S")
        expected = self.shown(self.open(self.account))
        # In German it would come first.
        other.with_context(lang="de_DE").name = "A"
        german = self.account.with_context(lang="de_DE")
        self.assertEqual(self.shown(self.open(german)), expected)

    def test_listings_of_another_company_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Foreign"})
        foreign = self.env["iconic.account"].create(
            {"name": "Foreign", "company_id": company.id}
        )
        DryRun = self.env["iconic.dry.run"].with_user(self.user)
        with self.assertRaises(AccessError):
            DryRun.create({"account_id": foreign.id}).document  # noqa: B018

    def test_opening_takes_the_same_queries_for_few_and_many(self):
        self.make_style("MORE", "S M L", "Navy Red")
        self.open(self.account)
        counts = []
        for size in (2, 8):
            self.account.batch_size = size
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.counts(self.open(self.account)), (size, 0))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
