"""A product that is there already is adopted, one that is gone counts as removed.

Design, section 4: what is there decides, whatever the marketplace's words.
"""

from decimal import Decimal

from common import FeedCase, contract, over_both_apis
from marketplace_products import put
from selling import Selling, SellingCase

PROTECTED = ("content", "images", "price")


@over_both_apis
class TestListedAlready(Selling, FeedCase):
    def create(self):
        """Send the season while a dress is at the marketplace already.

        :return: its listing
        """
        put(
            self.sandbox,
            self.small,
            variation="S",
            parent_sku="SOMEBODY",
            price=Decimal("120.00"),
            quantity=4,
            **self.values,
        )
        self.send()
        self.answer()
        return self.listing(self.small)

    values = {}

    @contract
    def test_a_product_that_is_there_is_adopted_with_its_values(self):
        listing = self.create()
        self.assertRecordValues(
            listing,
            [
                {
                    "product_status": "published",
                    "listing_status": "active",
                    "content_status": "not_needed",
                    "quantity_status": "pending",
                    "parent_sku": "SOMEBODY",
                    "listed_price": 120.0,
                    "listed_quantity": 4,
                    "protect_quantity": False,
                    **{f"protect_{part}": True for part in PROTECTED},
                }
            ],
        )
        self.assertFalse(listing.has_error)

    def test_it_says_so_on_the_line_and_on_the_listing(self):
        listing = self.create()
        line = self.feeds("create").line_ids.filtered(
            lambda one: one.listing_id == listing
        )
        self.assertEqual((line.state, line.message), ("success", listing.error))
        self.assertIn("had this product already", line.message)

    @contract
    def test_its_stock_goes_out_and_nothing_else(self):
        self.create()
        self.run_all_jobs()
        product = self.sandbox.products[self.small]
        self.assertEqual(product.quantity, 7)
        self.assertEqual(
            (product.name, product.price),
            (f"Somebody's {self.small}", Decimal("120.00")),
        )
        self.assertEqual(product.images[0].url, "https://shop.example/1.jpg")

    def test_the_others_of_the_feed_are_created(self):
        self.create()
        others = self.account.listing_ids - self.listing(self.small)
        self.assertEqual(set(others.mapped("product_status")), {"created"})

    def test_unprotecting_hands_everything_over(self):
        listing = self.create()
        self.run_all_jobs()
        listing.action_unprotect()
        self.run_all_jobs()
        self.run_all_jobs()
        product = self.sandbox.products[self.small]
        self.assertEqual(
            (product.name, product.price), ("Dress FEED", Decimal("99.00"))
        )

    def test_one_without_pictures_gets_them_and_goes_on_sale(self):
        self.values = {"images": ()}
        listing = self.create()
        self.assertEqual(listing.product_status, "created")
        self.run_until_quiet()
        self.run_all_jobs()
        self.assertEqual(listing.product_status, "published")
        self.assertTrue(self.sandbox.products[self.small].images)
        self.assertEqual(self.sandbox.products[self.small].quantity, 7)

    def test_what_it_says_stays_while_the_iconic_is_to_picture_it(self):
        self.season.iconic_produced_by_marketplace = True
        self.values = {"images": ()}
        listing = self.create()
        self.assertTrue(listing.awaiting_pictures_since)
        self.assertIn("had this product already", listing.error)
        self.season.iconic_produced_by_marketplace = False
        self.run_cron("compare")
        self.assertFalse(listing.awaiting_pictures_since)
        self.assertEqual(
            (listing.protect_content, listing.protect_images), (True, False)
        )

    def test_one_that_somebody_switched_off_stays_off(self):
        self.values = {"status": "inactive"}
        listing = self.create()
        self.assertEqual(
            (listing.product_status, listing.listing_status), ("published", "inactive")
        )
        self.run_all_jobs()
        self.assertEqual(self.sandbox.products[self.small].quantity, 4)

    @contract
    def test_one_that_cannot_be_read_is_an_error_and_retry_asks_again(self):
        self.sandbox.faults.add(
            "error", action="GetProducts", code=30, message="E030: No", times=None
        )
        listing = self.create()
        self.assertEqual(listing.content_status, "error")
        self.assertIn("Press Retry to ask again", listing.content_error)
        self.sandbox.faults.clear()
        listing.action_retry()
        self.run_cron("create")
        self.answer()
        self.assertEqual(listing.product_status, "published")
        self.assertEqual(listing.listed_quantity, 4)

    def test_while_the_marketplace_does_not_answer_it_waits(self):
        self.sandbox.faults.add("status", action="GetProducts", code=503, times=None)
        listing = self.create()
        self.assertEqual(listing.content_status, "sent")
        self.assertIn("already exists", listing.content_error)
        self.sandbox.faults.clear()
        self.forget_backoff()
        self.read_feeds()
        self.assertEqual(listing.product_status, "published")

    def test_any_other_error_stays_one(self):
        self.sandbox.faults.add("sku_error", sku=self.small, message="Already exists?")
        self.send()
        self.answer()
        listing = self.listing(self.small)
        self.assertEqual(
            (listing.product_status, listing.content_status, listing.content_error),
            ("awaiting_creation", "error", "Already exists?"),
        )

    def test_a_refusal_at_once_that_names_it_has_it_adopted_too(self):
        put(self.sandbox, self.small, variation="S", quantity=4)
        details = [{"field": "SellerSku", "message": "Taken", "sku": self.small}]
        self.add_fault("error", "ProductCreate", code=1000, details=details)
        self.send()
        listing = self.listing(self.small)
        self.assertEqual(
            (listing.product_status, listing.listed_quantity), ("published", 4)
        )


@over_both_apis
class TestGoneAlready(SellingCase):
    def lose(self):
        self.sandbox.products["DRESS-Navy-S"].status = "deleted"

    def remove(self):
        self.small.action_remove()
        self.run_cron("remove")
        self.answer()

    @contract
    def test_removing_what_is_gone_has_succeeded(self):
        self.lose()
        self.remove()
        self.assertEqual(
            (
                self.small.product_status,
                self.small.remove_status,
                self.marked(self.small),
            ),
            ("removed", "not_needed", {}),
        )
        self.assertIn(
            "did not have this product", self.feeds("remove").line_ids.message
        )

    def test_removing_what_is_there_can_fail(self):
        self.sandbox.faults.add(
            "sku_error", action="ProductRemove", message="Not found"
        )
        self.remove()
        self.assertEqual(self.marked(self.small), {"remove": "error"})
        self.assertEqual(self.small.remove_error, "Not found")
        self.assertEqual(self.small.product_status, "published")

    def resync(self):
        self.account.action_find_mismatches()
        self.run_cron("readback")
        rows = self.env["iconic.mismatch"].search(
            [("listing_id", "=", self.small.id), ("part", "=", "status")]
        )
        self.assertEqual(len(rows), 1)
        rows.action_resync()
        self.run_all_jobs()

    def test_resync_does_not_create_what_was_to_be_removed(self):
        self.sandbox.faults.add("sku_error", action="ProductRemove", message="No")
        self.remove()
        self.lose()
        self.resync()
        self.assertEqual(self.small.product_status, "removed")
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "deleted")

    def test_resync_does_not_create_what_was_ended(self):
        self.small.action_end()
        self.run_all_jobs()
        self.lose()
        self.resync()
        self.assertEqual(self.small.product_status, "removed")
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "deleted")
