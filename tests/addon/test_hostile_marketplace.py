"""The marketplace answers what it never should: one record, call or feature of it.

For each kind, the neighbours arrive, what cannot be read is held with its words,
another account never notices, a person is told, and afterwards all heals by itself.
"""

from datetime import timedelta

from common import (
    CREDENTIALS,
    LONG_AGO,
    FeedCase,
    MarketplaceCase,
    contract,
    over_both_apis,
)
from lxml import etree
from marketplace_products import put
from ordering import Ordering

from odoo.tools.safe_eval import safe_eval

from odoo.addons.iconic_connector import const
from odoo.addons.iconic_connector.seller_center.records import Order, OrderItem, Page

from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.core.poisons import POISONS
from seller_center_sandbox.orders.placing import place_order

COUNT = 16
#: Which of the orders is spoilt.
SPOILT = "N5"
#: What makes an order unreadable, though its id can be read.
HELD = (
    "nan",
    "infinity",
    "huge_number",
    "boolean_amount",
    "text_amount",
    "negative_price",
    "many_digits",
    "no_item_id",
)
#: What can be cleaned away, or what nothing depends on.
ARRIVES = (
    "nul",
    "raw_nul",
    "lone_surrogate",
    "raw_surrogate",
    "long_text",
    "list_for_text",
    "object_for_text",
    "no_name",
    "no_number",
    "far_future",
    "empty_date",
    "deep_nesting",
    "twice",
    "item_twice",
)
#: What leaves no id to know an order by.
NAMELESS = ("null_record", "text_record")
#: The shapes of refusals.
SHAPES = (
    "no_body",
    "html",
    "empty_list",
    "error_word",
    "problem",
    "item_errors",
    "violations",
    "message",
)


class HostileMarketplaceCase(Ordering, MarketplaceCase):
    """Two accounts, each at a marketplace of its own; one of these turns hostile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calm = Sandbox(processing_delay=0)
        server = SandboxServer(calm).start()
        cls.addClassCleanup(server.stop)
        cls.other = cls.account.copy(
            {
                "name": "Other",
                "api_url": server.url,
                **CREDENTIALS[cls.api_type],
            }
        )
        place_order(calm, items=[cls.line("OTHER")], oversell=True)

    def begin(self):
        for number in range(COUNT):
            self.place("D-1", "D-2", number=f"N{number}")

    def poison(self, name, record=SPOILT, **options):
        """Have the marketplace spoil one order in all of its answers."""
        for action in ("GetOrders", "GetOrder"):
            self.sandbox.faults.add(
                "poison",
                action=action,
                poison=name,
                record=record,
                times=None,
                **options,
            )
        if self.api_type == "action":
            # Its orders come without items.
            self.sandbox.faults.add(
                "poison",
                action="GetMultipleOrderItems",
                poison=name,
                record=record,
                times=None,
                **options,
            )

    def orders(self, account=None):
        account = account or self.account
        return self.env["iconic.order"].search([("account_id", "=", account.id)])

    def activity(self, cause):
        return self.account.activity_search(
            [f"iconic_connector.mail_activity_type_{cause}"]
        )

    def assert_other_account_is_well(self):
        self.assertEqual(len(self.orders(self.other)), 1)
        self.assertFalse(self.orders(self.other).attention)
        self.assertEqual(self.other.connection_state, "connected")
        self.assertFalse(self.other.activity_ids)

    def let_marketplace_come_to_its_senses(self):
        """Heal the marketplace, and let some time pass and the jobs run."""
        self.sandbox.faults.clear()
        self.orders().filtered("read_again_at").read_again_at = LONG_AGO
        self.account.job_ids.filtered("next_try_at").next_try_at = LONG_AGO
        for name in ("order_pull", "webhook", "order_pull"):
            self.run_cron(name)

    def assert_all_is_well(self):
        found = self.orders()
        self.assertEqual(
            sorted(found.mapped("number")),
            sorted(f"N{number}" for number in range(COUNT)),
        )
        self.assertEqual(set(found.mapped("state")), {"new"})
        self.assertEqual(set(found.mapped("item_count")), {2})
        self.assertFalse(any(found.mapped("attention")))
        self.assertFalse(self.activity("orders"))
        self.assertFalse(self.activity("jobs"))


@over_both_apis
class TestSpoiltOrder(HostileMarketplaceCase):
    """One order of many, or one in every way, is spoilt in the answer."""

    def poison_each(self, names):
        """Spoil an order in each of several ways.

        :return: a dict, the order's number -> what spoils it
        """
        spoilt = {f"N{place}": name for place, name in enumerate(names)}
        for number, name in spoilt.items():
            self.poison(name, number)
        return spoilt

    @contract
    def test_orders_that_cannot_be_read_are_held_and_heal(self):
        spoilt = self.poison_each(HELD)
        self.run_cron("order_pull")
        found = self.orders()
        self.assertEqual(len(found), COUNT)
        by_number = found.grouped("number")
        for number, name in spoilt.items():
            with self.subTest(poison=name):
                self.assertTrue(by_number[number].unreadable)
                self.assertEqual(by_number[number].state, "held")
                self.assertIn("cannot be read", by_number[number].attention)
        good = found - found.filtered("unreadable")
        self.assertEqual(len(good), COUNT - len(spoilt))
        self.assertEqual(set(good.mapped("state")), {"new"})
        self.assertEqual(
            self.activity("orders").summary, f"{len(spoilt)} orders need you"
        )
        self.assertEqual(self.account.held_count, len(spoilt))
        self.assert_other_account_is_well()
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()

    @contract
    def test_what_can_be_cleaned_away_holds_nothing(self):
        spoilt = self.poison_each(ARRIVES)
        self.run_cron("order_pull")
        found = self.orders()
        self.assertEqual(len(found), COUNT)
        self.assertEqual(set(found.mapped("state")), {"new"})
        for order in found:
            with self.subTest(poison=spoilt.get(order.number)):
                self.assertEqual((order.item_count, order.unreadable), (2, False))
        self.assert_other_account_is_well()

    def test_a_known_order_that_cannot_be_read_any_more_is_held_before_its_import(self):
        self.run_cron("order_pull")
        self.poison("text_amount")
        self.run_cron("order_pull")
        order = self.orders().filtered("unreadable")
        self.assertEqual(order.mapped("number"), [SPOILT])
        self.assertEqual((order.state, order.needs_processing), ("held", False))
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()

    @contract
    def test_an_order_without_id_is_held_by_its_number_and_heals(self):
        # Nothing but what was passed over is read twice.
        self.patch(const, "ORDER_OVERLAP", timedelta())
        self.poison("no_id")
        self.run_cron("order_pull")
        held = self.orders().filtered("unreadable")
        self.assertEqual(held.mapped("number"), [SPOILT])
        self.assertEqual(len(self.orders()), COUNT)
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()
        self.assertTrue(held.external_id.isdigit())
        self.assertTrue(held.ordered_at)
        self.assertTrue(held.amount_total)

    @contract
    def test_what_is_no_order_is_named_on_the_job_and_comes_later(self):
        for name in NAMELESS:
            with self.subTest(poison=name):
                self.poison(name)
                self.run_failing_cron("order_pull")
                self.assertEqual(len(self.orders()), COUNT - 1)
                job = self.account._job("order_pull")
                self.assertEqual(job.left_out_count, 1)
                self.assertIn("cannot be read", job.left_out)
                self.assertEqual(self.activity("jobs").summary, "1 job needs you")
                self.assert_other_account_is_well()
                self.let_marketplace_come_to_its_senses()
                self.assert_all_is_well()
                self.orders().unlink()
                self.account._job("order_pull").position = {}

    def test_an_order_that_breaks_its_whole_page_is_passed_over_and_comes_later(self):
        self.poison("very_deep_nesting")
        self.run_failing_cron("order_pull")
        self.assertEqual(len(self.orders()), COUNT - 1)
        self.assertEqual(self.account._job("order_pull").left_out_count, 1)
        self.assertTrue(self.activity("jobs"))
        self.assert_other_account_is_well()
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()

    def test_a_list_that_is_broken_throughout_is_not_taken_for_read(self):
        self.sandbox.faults.add("garbage", action="GetOrders", times=None)
        self.run_cron("order_pull")
        job = self.account._job("order_pull")
        self.assertEqual(job.result, "failed")
        self.assertFalse(self.orders())
        self.assertTrue(self.activity("jobs"))
        self.assertEqual(self.account.connection_state, "connected")
        self.assert_other_account_is_well()
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()

    @contract
    def test_a_list_that_ignores_the_offset_is_told_and_heals(self):
        self.patch(const, "ORDERS_PER_PAGE", 10)
        self.sandbox.faults.add("same_page", action="GetOrders", times=None)
        self.run_cron("order_pull")
        job = self.account._job("order_pull")
        self.assertEqual(job.result, "failed")
        self.assertIn("repeats a page", job.error)
        self.assertEqual(len(self.orders()), 10)
        self.assertTrue(self.activity("jobs"))
        self.let_marketplace_come_to_its_senses()
        self.assert_all_is_well()

    def test_every_poison_has_its_right_outcome_here(self):
        of_tokens = {"no_token", "euro_sign", "endless"}
        ids = {"no_id", "long_id", "beyond_32_bits", "very_deep_nesting"}
        self.assertEqual(set(POISONS), {*HELD, *ARRIVES, *NAMELESS, *of_tokens, *ids})


@over_both_apis
class TestRefusedCall(HostileMarketplaceCase):
    """One call is refused in every shape; all others go on."""

    def begin(self):
        self.place("D-1")

    @contract
    def test_a_refused_list_of_orders_stops_nothing_else(self):
        for shape in SHAPES:
            with self.subTest(shape=shape):
                self.sandbox.faults.add(
                    "refusal", action="GetOrders", shape=shape, code=422, times=None
                )
                self.run_cron("order_pull")
                job = self.account._job("order_pull")
                self.assertEqual(job.result, "failed")
                self.assertTrue(job.error)
                self.assertNotEqual(self.account.connection_state, "on_hold")
                self.assertFalse(self.account.retry_at)
                self.assertEqual(self.activity("jobs").summary, "1 job needs you")
                self.run_cron("shipment_provider")
                self.assertTrue(self.account.provider_ids)
                self.assert_other_account_is_well()
                self.sandbox.faults.clear()
                job.next_try_at = LONG_AGO
                self.run_cron("order_pull")
                self.assertEqual(len(self.orders()), 1)
                self.assertFalse(self.activity("jobs"))

    def test_a_refused_pull_of_open_orders_does_not_end_the_routine_one(self):
        self.account.action_pull_open_orders()
        self.sandbox.faults.add(
            "refusal", action="GetOrders", shape="no_body", code=404, times=None
        )
        self.run_cron("order_pull")
        self.assertIn("could not be pulled", self.account.pull_report)
        self.assertFalse(self.account.is_pulling)
        self.sandbox.faults.clear()
        self.account._job("order_pull").next_try_at = LONG_AGO
        self.run_cron("order_pull")
        self.assertEqual(len(self.orders()), 1)

    def test_an_item_without_any_price_is_held_and_not_sold_for_nothing(self):
        item = OrderItem("71", order_id="7", seller_sku="D-1", status="pending")
        order = Order("7", number="N7", grand_total=None, items=(item,))
        page = Page((order,))
        self.patch(self.account._client_class, "orders", lambda *_a, **_o: page)
        self.run_cron("order_pull")
        self.assertEqual(self.orders().state, "held")
        self.assertIn("paidPrice is missing", self.orders().attention)

    @contract
    def test_a_single_403_holds_nothing(self):
        self.sandbox.faults.add("refusal", action="GetOrders", shape="html", code=403)
        self.run_cron("order_pull")
        self.assertEqual(len(self.orders()), 1)
        self.assertEqual(self.account.connection_state, "connected")

    @contract
    def test_a_feature_that_is_not_offered_is_switched_off_and_asked_for_weekly(self):
        self._refuse_carriers()
        self.run_cron("shipment_provider")
        self.run_cron("order_pull")
        self.assertEqual(len(self.orders()), 1)
        self.assertEqual(self.account.connection_state, "connected")
        feature = self.account.feature_off_ids
        self.assertEqual(feature.mapped("name"), ["carriers"])
        self.assertEqual(self.account.feature_off_count, 1)
        self.assertIn("Carriers", self.activity("features").note)
        asked = len(self.calls("GetShipmentProviders"))
        self.run_cron("shipment_provider")
        self.assertEqual(len(self.calls("GetShipmentProviders")), asked)
        self.assert_other_account_is_well()
        self.sandbox.faults.clear()
        feature.ask_again_at = LONG_AGO
        self.run_cron("shipment_provider")
        self.assertFalse(self.account.feature_off_ids)
        self.assertFalse(self.activity("features"))
        self.assertTrue(self.account.provider_ids)

    def _refuse_carriers(self):
        if self.api_type == "action":
            self.add_fault(
                "error",
                "GetShipmentProviders",
                times=None,
                code=8,
                type="Sender",
                message="E008: Invalid Action",
            )
        else:
            self.sandbox.faults.add(
                "refusal",
                action="GetShipmentProviders",
                shape="no_body",
                code=404,
                times=None,
            )

    def test_a_person_can_ask_for_a_feature_at_once(self):
        self._refuse_carriers()
        self.run_cron("shipment_provider")
        self.sandbox.faults.clear()
        self.account.feature_off_ids.action_ask_again()
        self.assertFalse(self.activity("features"))
        self.run_cron("shipment_provider")
        self.assertTrue(self.account.provider_ids)


@over_both_apis
class TestUnreadableFeed(FeedCase):
    """The status of one feed cannot be read, as long as it is asked for."""

    @contract
    def test_it_makes_no_other_call_wait_and_is_decided_by_its_products(self):
        feed = self.send()
        self.sandbox.faults.add(
            "refusal", action="FeedStatus", shape="no_body", code=200, times=None
        )
        self.let_marketplace_work()
        self.read_feeds()
        self.assertEqual(feed.state, "processing")
        self.assertTrue(feed.message)
        self.assertFalse(self.account.retry_at)
        feed.submitted_at = LONG_AGO
        self.read_feeds()
        self.assertEqual(feed.state, "done")
        self.assertEqual(
            set(self.account.listing_ids.mapped("product_status")), {"created"}
        )


class TestNobodyIsLeftInTheDark(HostileMarketplaceCase):
    """What waits is counted, opens its list, and raises one activity."""

    api_type = "rest"

    def begin(self):
        self.place("D-1")

    def listed_by(self, name):
        """Return what a count on the dashboard opens."""
        action = self.account.with_context(order_filter=name).action_view_orders()
        view = self.env.ref("iconic_connector.iconic_order_view_search")
        arch = self.env["iconic.order"].get_view(view.id, "search")["arch"]
        (node,) = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        self.assertIn(f"search_default_{name}", action["context"])
        return self.orders().filtered_domain(safe_eval(node.get("domain")))

    def test_an_outage_is_counted_explained_and_raised(self):
        self.sandbox.faults.add("status", action="*", code=503, times=None)
        self.run_cron("order_pull")
        self.assertTrue(self.account.outage_since)
        self.assertIn("closed for maintenance", self.account.outage_reason)
        self.assertFalse(self.activity("outage"))
        self.account.write({"retry_at": LONG_AGO, "outage_since": LONG_AGO})
        self.account.job_ids.filtered("next_try_at").next_try_at = LONG_AGO
        self.run_cron("order_pull")
        self.assertEqual(self.activity("outage").summary, "THE ICONIC does not answer")
        self.account.retry_at = LONG_AGO
        self.sandbox.faults.clear()
        self.account.job_ids.filtered("next_try_at").next_try_at = LONG_AGO
        self.run_cron("order_pull")
        self.assertFalse(self.account.outage_since)
        self.assertFalse(self.activity("outage"))
        self.assertEqual(len(self.orders()), 1)

    def test_an_invoice_that_waits_is_counted_listed_and_raised(self):
        self.run_cron("order_pull")
        self.orders().write(
            {"state": "imported", "needs_processing": False, "invoice_error": "Why."}
        )
        self.assertEqual(self.account.invoice_waiting_count, 1)
        self.assertEqual(self.listed_by("invoice_waits"), self.orders())
        self.run_cron("order_pull")
        self.assertEqual(self.activity("orders").summary, "1 order needs you")
        self.assertIn("Invoice on hold: 1", self.activity("orders").note)
        self.orders().invoice_error = False
        self.run_cron("order_pull")
        self.assertFalse(self.activity("orders"))

    def test_an_order_whose_sales_order_was_deleted_is_held_and_can_be_imported(self):
        self.run_cron("order_pull")
        order = self.orders()
        customer = self.env["res.partner"].create({"name": "Somebody"})
        sale = self.env["sale.order"].create(
            {"partner_id": customer.id, "iconic_account_id": order.account_id.id}
        )
        order.write({"state": "imported", "sale_order_id": sale.id})
        sale.unlink()
        self.assertEqual(order.state, "held")
        self.assertIn("was deleted in Odoo. Press Retry", order.attention)
        self.assertEqual(self.account.held_count, 1)
        self.assertEqual(self.listed_by("held"), order)
        self.assertEqual(self.activity("orders").summary, "1 order needs you")
        order.action_retry()
        self.assertEqual((order.state, order.needs_processing), ("new", True))

    def test_an_order_that_no_job_imports_is_counted_listed_and_raised(self):
        self.run_cron("order_pull")
        self.assertEqual(self.account.overdue_import_count, 0)
        self.orders().flush_recordset()
        self.env.cr.execute("UPDATE iconic_order SET create_date = %s", [LONG_AGO])
        self.orders().invalidate_recordset()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.overdue_import_count, 1)
        self.assertEqual(self.listed_by("overdue"), self.orders())
        self.run_cron("order_pull")
        self.assertIn("Not imported yet: 1", self.activity("orders").note)


@over_both_apis
class TestSpoiltProduct(HostileMarketplaceCase):
    """One product of a few is spoilt in the answer, while all are to be linked."""

    products = 6
    spoilt = "P-3"

    def begin(self):
        for number in range(self.products):
            put(self.sandbox, f"P-{number}", parent_sku=f"P-{number}")

    def link(self):
        self.account.action_link_products()
        self.run_cron("readback")

    def skus(self):
        rows = self.env["iconic.unmatched.product"].search(
            [("account_id", "=", self.account.id)]
        )
        return set(rows.mapped("seller_sku"))

    @contract
    def test_the_others_are_read_and_it_is_named_until_it_can_be_read(self):
        others = {f"P-{number}" for number in range(self.products)} - {self.spoilt}
        for name in (*HELD, "null_record", "text_record"):
            if name == "no_item_id":
                continue
            with self.subTest(poison=name):
                for action in ("GetProducts", "GetPrices"):
                    self.sandbox.faults.add(
                        "poison",
                        action=action,
                        poison=name,
                        record=self.spoilt,
                        times=None,
                    )
                self.link()
                self.assertEqual(self.account._job("readback").result, "success")
                self.assertGreaterEqual(self.skus(), others)
                if self.spoilt not in self.skus():
                    self.assertIn("could not be read", self.account.reading_report)
                self.sandbox.faults.clear()
                self.link()
                self.assertEqual(self.skus(), others | {self.spoilt})
                self.assertNotIn("could not be read", self.account.reading_report)
                self.env["iconic.unmatched.product"].search([]).unlink()

    @contract
    def test_a_product_that_cannot_be_read_does_not_count_as_gone(self):
        product = self.make_style("P", "S").product_variant_ids
        product.default_code = self.spoilt
        self.link()
        listing = self.account.listing_ids
        self.assertEqual(listing.seller_sku, self.spoilt)
        self.sandbox.faults.add(
            "poison",
            action="GetProducts",
            poison="null_record",
            record=self.spoilt,
            times=None,
        )
        self.account.action_find_mismatches()
        self.run_cron("readback")
        self.assertFalse(self.account.mismatch_count)
        self.assertEqual(listing.product_status, "published")

    def test_a_product_that_breaks_its_whole_page_does_not_hide_the_others(self):
        self.sandbox.faults.add(
            "poison",
            action="GetProducts",
            poison="very_deep_nesting",
            record=self.spoilt,
            times=None,
        )
        self.link()
        self.assertEqual(len(self.skus()), self.products - 1)
        self.assertIn("could not be read", self.account.reading_report)
