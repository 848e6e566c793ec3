"""The marketplace's carriers are read, and mapped to delivery methods."""

from common import MarketplaceCase, contract, over_both_apis
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from seller_center_sandbox.orders import shipping


@over_both_apis
class TestShipmentProviders(MarketplaceCase):
    def read(self):
        return self.account.action_refresh_providers()

    def provider(self, name):
        return self.account.provider_ids.filtered(lambda one: one.name == name)

    def offer(self, *providers):
        """Let the marketplace have these carriers only."""
        self.patch(shipping, "PROVIDERS", providers)
        for module in ("action.orders", "rest.orders"):
            self.patch_providers_of(module, providers)

    def patch_providers_of(self, module, providers):
        module = __import__(f"seller_center_sandbox.{module}", fromlist=[module])
        if hasattr(module, "PROVIDERS"):
            self.patch(module, "PROVIDERS", providers)

    @contract
    def test_carriers_are_read_with_all_their_data(self):
        notice = self.read()
        self.assertEqual(notice["params"]["type"], "success")
        post, couriers = self.provider("Wattle Post"), self.provider("Coast Couriers")
        self.assertTrue(post.api_integration)
        self.assertFalse(couriers.api_integration)
        self.assertIn("couriers.example", couriers.tracking_url)
        if self.api_type == "action":  # REST does not report the pattern.
            self.assertEqual(couriers.tracking_pattern, r"/^[A-Z0-9]{6,20}$/")
            self.assertEqual(couriers.tracking_example, "CC12345678")

    def test_the_marketplaces_default_carrier_is_chosen_at_first(self):
        self.read()
        self.assertEqual(self.account.default_provider_id.name, "Wattle Post")

    def test_a_chosen_carrier_stays_when_carriers_are_read_again(self):
        self.read()
        couriers = self.provider("Coast Couriers")
        self.account.default_provider_id = couriers
        self.run_cron("shipment_provider")
        self.assertEqual(self.account.default_provider_id, couriers)

    def test_reading_twice_changes_nothing(self):
        self.read()
        before = self.account.provider_ids
        self.assertIn(
            "Created: 0. Changed: 0. Archived: 0.", self.read()["params"]["message"]
        )
        self.assertEqual(self.account.provider_ids, before)

    @contract
    def test_a_removed_carrier_is_archived_and_may_return(self):
        self.read()
        couriers = self.provider("Coast Couriers")
        offered = shipping.PROVIDERS
        self.offer(offered[0])
        self.run_cron("shipment_provider")
        self.assertFalse(couriers.active)
        self.offer(*offered)
        self.run_cron("shipment_provider")
        self.assertTrue(couriers.active)

    @contract
    def test_an_empty_list_removes_no_carrier_and_a_person_is_told(self):
        self.read()
        before = self.account.provider_ids
        self.offer()
        self.run_cron("shipment_provider")
        self.assertEqual(self.account.provider_ids, before)
        self.assertIn("Carriers", self.account.smaller_lists_note)

    def test_a_removed_default_carrier_is_replaced(self):
        self.read()
        self.account.default_provider_id = self.provider("Coast Couriers")
        self.offer(shipping.PROVIDERS[0])
        self.read()
        self.assertEqual(self.account.default_provider_id.name, "Wattle Post")

    def test_a_user_who_waits_sees_what_is_wrong(self):
        self.enter_secret("wrong")
        with self.assertRaises(UserError):
            self.read()

    def test_a_delivery_method_is_mapped_once_per_account(self):
        self.read()
        carrier = self.env["delivery.carrier"].search([], limit=1)
        values = {
            "account_id": self.account.id,
            "carrier_id": carrier.id,
            "provider_id": self.provider("Wattle Post").id,
        }
        self.assertEqual(
            self.env["iconic.carrier.map"].create(values).delivery_type, "dropship"
        )
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["iconic.carrier.map"].create(values)

    @contract
    def test_the_tracking_pattern_stays_known_over_rest(self):
        self.connect_with("action")
        self.read()
        self.connect_with("rest")
        self.read()
        couriers = self.provider("Coast Couriers")
        self.assertEqual(couriers.tracking_pattern, r"/^[A-Z0-9]{6,20}$/")

    def test_tracking_numbers_are_checked_with_an_explanation(self):
        self.connect_with("action")
        self.read()
        couriers = self.provider("Coast Couriers")
        self.assertEqual(couriers._tracking_problem("CC12345678"), "")
        self.assertIn("CC12345678", couriers._tracking_problem("cc"))
        self.assertIn("tracking number", couriers._tracking_problem(""))
        self.assertEqual(self.provider("Wattle Post")._tracking_problem(""), "")
