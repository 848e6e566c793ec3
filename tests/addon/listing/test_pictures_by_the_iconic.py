"""Pictures and text by THE ICONIC: from creation without pictures to published.

Design, section 4.
"""

import base64

from common import (
    MarketplaceCase,
    contract,
    document,
    elements,
    over_both_apis,
    picture,
)
from selling import Selling

from seller_center_sandbox.catalogue.production import produce

NAVY = "DRESS-Navy-S"


@over_both_apis
class TestProduction(Selling, MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style(
            "DRESS", "S", "Navy Red", image_1920=False, iconic_description=False
        )

    def create_products(self):
        """Have the season created, and return the listing of the navy dress."""
        self.account.action_send_products()
        self.run_until_quiet()
        return self.listing(NAVY)

    def produce(self, *listings):
        """Let THE ICONIC picture some products, and look for that."""
        for listing in listings:
            produce(self.sandbox, self.sandbox.products[listing.sku])
        self.run_cron("production")

    def state(self, listing):
        return (
            listing.product_status,
            listing.listing_status,
            listing.content_status,
            listing.error,
        )

    def protected(self, listing):
        return listing.protect_content, listing.protect_images

    @contract
    def test_a_season_goes_from_creation_without_pictures_to_published(self):
        self.season.iconic_produced_by_marketplace = True
        self.assertEqual(
            self.account.action_check_products()["params"]["type"], "success"
        )
        navy = self.create_products()
        theirs = self.sandbox.products[NAVY]
        self.assertEqual((theirs.images, len(self.sandbox.products)), ((), 2))
        self.assertEqual(theirs.description, "Pictures and text by THE ICONIC.")
        self.assertEqual(self.state(navy), ("created", "inactive", "pending", False))
        self.assertTrue(navy.awaiting_pictures_since)
        self.assertEqual((navy.protect_content, navy.protect_images), (True, True))
        self.assertEqual(self.account.awaiting_pictures_count, 2)
        self.assertEqual((self.account.pending_count, self.account.error_count), (0, 0))

        self.produce()
        self.assertEqual(self.state(navy), ("created", "inactive", "pending", False))
        self.produce(navy)
        self.assertEqual(self.state(navy), ("published", "active", "not_needed", False))
        self.assertEqual(self.account.awaiting_pictures_count, 1)
        self.assertIn("1", self.account._job("production").outcome)

        self.style.image_1920 = base64.b64encode(picture())
        self.run_all_jobs()
        self.assertEqual(self.state(navy), ("published", "active", "not_needed", False))
        self.assertIn("by the marketplace", theirs.description)
        self.assertIn("production.example", theirs.images[0].url)

    def test_stock_and_price_of_what_was_pictured_are_those_of_today(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.style.list_price = 129
        self.produce(navy)
        self.run_all_jobs()
        self.assertEqual(str(self.sandbox.products[NAVY].price), "129.00")

    def test_the_listing_says_more_than_its_season(self):
        self.season.iconic_produced_by_marketplace = True
        self.style.write(
            {
                "image_1920": base64.b64encode(picture()),
                "iconic_description": "<p>Our own text.</p>",
            }
        )
        navy, red = self.list_products(self.style.product_variant_ids)
        red.produced_by = "seller"
        self.run_until_quiet()
        self.assertEqual(navy.product_status, "created")
        self.assertEqual(red.product_status, "published")
        self.assertFalse(red.protect_images)
        produced = [("produced_by_marketplace", "=", True)]
        self.assertEqual(self.account.listing_ids.search(produced), navy)
        others = [("produced_by_marketplace", "=", False)]
        self.assertEqual(self.account.listing_ids.search(others), red)

    def test_without_a_text_of_the_account_the_products_own_is_sent(self):
        self.season.iconic_produced_by_marketplace = True
        self.account.production_text = False
        self.style.iconic_description = "<p>Our own text.</p>"
        self.create_products()
        self.assertIn("Our own text.", self.sandbox.products[NAVY].description)

    def test_switched_off_halfway_our_pictures_and_text_go(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.style.write(
            {
                "image_1920": base64.b64encode(picture()),
                "iconic_description": "<p>Our own text.</p>",
            }
        )
        self.season.iconic_produced_by_marketplace = False
        self.run_cron("compare")
        self.run_until_quiet()
        self.assertEqual(self.state(navy), ("published", "active", "not_needed", False))
        self.assertFalse(navy.awaiting_pictures_since)
        theirs = self.sandbox.products[NAVY]
        self.assertIn("/iconic/image/", theirs.images[0].url)
        self.run_all_jobs()
        self.assertIn("Our own text.", self.sandbox.products[NAVY].description)

    def test_a_product_that_loses_the_season_gets_our_pictures_too(self):
        other = self.env["product.tag"].create(
            {"name": "SS27", "iconic_produced_by_marketplace": True}
        )
        self.account.season_tag_ids |= other
        self.style.product_tag_ids |= other
        navy = self.create_products()
        self.style.image_1920 = base64.b64encode(picture())
        self.style.product_tag_ids -= other
        self.detect()
        self.run_until_quiet()
        self.assertEqual(navy.product_status, "published")

    def test_switched_on_after_creation_it_waits_instead_of_missing_pictures(self):
        self.style.write(
            {
                "image_1920": base64.b64encode(picture()),
                "iconic_description": "<p>Our own text.</p>",
            }
        )
        self.account.action_send_products()
        self.run_cron("create")
        self.let_marketplace_work()
        self.read_feeds()
        self.style.image_1920 = False
        self.run_until_quiet()
        navy = self.listing(NAVY)
        self.assertEqual(navy.content_status, "error")
        navy.produced_by = "marketplace"
        self.run_cron("compare")
        self.assertEqual(self.state(navy), ("created", "inactive", "pending", False))
        self.produce(navy)
        self.assertEqual(navy.product_status, "published")

    def test_a_product_deleted_instead_of_pictured_is_said(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.sandbox.products[NAVY].status = "deleted"
        self.produce()
        self.assertEqual(navy.content_status, "error")
        self.assertIn("deleted this product instead of picturing it", navy.error)
        self.assertFalse(navy.awaiting_pictures_since)
        self.assertFalse(navy.marketplace_product_id)
        self.assertEqual(self.protected(navy), (False, False))

    def test_a_product_that_is_removed_is_no_longer_theirs(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.produce(navy)
        self.assertEqual(self.protected(navy), (True, True))
        navy.action_remove()
        self.run_all_jobs()
        self.assertEqual(navy.product_status, "removed")
        self.assertEqual(self.protected(navy), (False, False))

    def test_what_a_person_had_protected_stays_so_when_waiting_ends(self):
        self.season.iconic_produced_by_marketplace = True
        navy, red = self.list_products(self.style.product_variant_ids)
        navy.protect_images = True
        self.run_until_quiet()
        self.assertEqual(self.protected(navy), (True, True))
        self.season.iconic_produced_by_marketplace = False
        self.run_cron("compare")
        self.assertFalse((navy | red).filtered("awaiting_pictures_since"))
        self.assertEqual(self.protected(navy), (False, True))
        self.assertEqual(self.protected(red), (False, False))

    def test_pictures_that_are_not_sent_are_not_prepared(self):
        self.style.image_1920 = base64.b64encode(picture())
        self.season.iconic_produced_by_marketplace = True
        self.account.action_check_products()
        navy = self.create_products()
        self.assertEqual(navy.product_status, "created")
        self.assertFalse(self.env["iconic.prepared.image"].search([]))

    def test_what_the_marketplace_does_not_show_keeps_waiting(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.sandbox.groups.remove(self.sandbox.products.pop(NAVY))
        self.produce()
        self.assertEqual(self.state(navy), ("created", "inactive", "pending", False))
        outcome = self.account._job("production").outcome
        self.assertIn(f"{NAVY} (not shown by THE ICONIC)", outcome)
        self.assertNotIn("DRESS-Red-S", outcome)

    def test_a_text_for_a_published_product_is_never_the_accounts(self):
        self.season.iconic_produced_by_marketplace = True
        navy = self.create_products()
        self.produce(navy)
        self.style.iconic_description = "<p>Our own text.</p>"
        sent = elements(document(navy, "update"))[NAVY]
        self.assertIsNone(sent.find("Description"))
        navy.action_unprotect()
        sent = elements(document(navy, "update"))[NAVY]
        self.assertIn("Our own text.", sent.findtext("Description"))
