"""Which changes of texts, attributes and pictures are found and sent."""

import base64

from common import picture
from selling import ComparingCase, SellingCase

from odoo.fields import Command


class TestDetectingContent(ComparingCase):
    def assert_marked(self, **expected):
        self.detect()
        self.assertEqual(self.marked(self.small), expected)

    def test_each_part_of_the_content_is_noticed(self):
        red = self.colour.value_ids.filtered(lambda value: value.name == "Red")
        changes = {
            "name": lambda: self.style.write({"name": "Another"}),
            "title": lambda: self.small.write({"title": "Another one"}),
            "description": lambda: self.style.write(
                {"iconic_description": "<p>Even lovelier.</p>"}
            ),
            "brand": lambda: self.style.write({"iconic_brand": "Ridgeline"}),
            "gender": lambda: self.style.write({"iconic_gender": "unisex"}),
            "category": lambda: self.mapping.write(
                {"primary_category_id": self.marketplace_category("112").id}
            ),
            "second category": lambda: self.small.write(
                {"secondary_category_ids": self.marketplace_category("1121").ids}
            ),
            "attribute of all": lambda: self.mapping.attribute_ids.filtered(
                lambda line: line.feed_name == "Composition"
            ).write({"value": "Wool"}),
            "attribute of one": lambda: self.small.write(
                {
                    "attribute_ids": [
                        Command.create({"feed_name": "Fit", "value": "Slim"})
                    ]
                }
            ),
            "attribute value": lambda: self.rename(red.attribute_id),
            "barcode": lambda: self.small.product_id.write(
                {"barcode": "4006381333931"}
            ),
            "condition": lambda: self.style.write({"iconic_condition": "3000"}),
            "group": lambda: self.small.write({"product_group": "Wrap"}),
        }
        for part, change in changes.items():
            with self.subTest(part=part):
                change()
                self.assert_marked(content="pending")
                self.take(self.send_by("update"))
                self.assert_marked()

    def rename(self, attribute):
        attribute.value_ids.filtered(lambda value: value.name == "Navy").name = "Blue"

    def test_dates_of_a_sale_are_no_content(self):
        self.small.rrp = 129.0
        self.detect()
        self.take(self.send_by("price"))
        with self.at("2028-10-20 08:00:00"):
            self.assert_marked(price="pending")

    def test_price_and_stock_are_no_content(self):
        self.small.price = 89.0
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.assert_marked(price="pending", quantity="pending")

    def test_internal_notes_are_not_sent(self):
        self.style.description = "Bought too many of these."
        self.assert_marked()

    def test_content_that_returns_to_what_is_listed_is_harmless(self):
        self.style.name = "Another"
        self.assert_marked(content="pending")
        self.style.name = "Dress DRESS"
        feed = self.send_by("update")
        if feed:
            self.take(feed)
        self.assert_marked()

    def test_a_new_picture_marks_the_pictures_alone(self):
        self.show(self.style, "image_1920", "red")
        self.assert_marked(image="pending")

    def test_a_picture_of_the_variant_is_noticed_for_that_variant(self):
        self.show(self.small.product_id, "image_variant_1920", "red")
        self.assert_marked(image="pending")
        self.assertEqual(self.marked(self.medium), {})

    def test_a_picture_of_the_listing_is_noticed(self):
        self.small.image_ids = [
            Command.create(
                {"name": "Front", "image": base64.b64encode(picture(colour="red"))}
            )
        ]
        self.assert_marked(image="pending")

    def test_the_same_picture_again_is_no_change(self):
        self.show(self.style, "image_1920", "navy")
        self.assert_marked()

    def show(self, record, field, colour):
        record[field] = base64.b64encode(picture(colour=colour))

    def change_everything(self):
        self.style.write({"name": "Another", "list_price": 89.0})
        self.show(self.style, "image_1920", "red")
        self.set_stock(self.small.product_id, self.warehouse, 2)

    def test_everything_at_once_marks_each_kind(self):
        self.change_everything()
        self.assert_marked(
            content="pending", price="pending", quantity="pending", image="pending"
        )

    def test_what_must_not_be_touched_is_skipped(self):
        states = {
            "closed": {"closed": True},
            "ended": {"listing_status": "inactive", "listed_quantity": 0},
            "ending": {"end_status": "sent"},
            "removing": {"remove_status": "sent"},
            "removed": {"product_status": "removed", "listing_status": "inactive"},
            "protected": dict.fromkeys(
                (
                    "protect_content",
                    "protect_images",
                    "protect_price",
                    "protect_quantity",
                ),
                True,
            ),
        }
        self.change_everything()
        for name, values in states.items():
            with self.subTest(state=name):
                before = {field: self.small[field] for field in values}
                self.small.write(values)
                flags = self.marked(self.small)
                self.assert_marked(**flags)
                self.small.write(before)

    def test_each_protection_covers_only_its_own_part(self):
        self.change_everything()
        parts = ("content", "price", "quantity", "image")
        for part in parts:
            with self.subTest(part=part):
                field = "protect_images" if part == "image" else f"protect_{part}"
                self.small[field] = True
                self.assert_marked(
                    **{other: "pending" for other in parts if other != part}
                )
                self.small.write(
                    {field: False} | {f"{one}_status": "not_needed" for one in parts}
                )

    def test_what_is_on_its_way_is_skipped(self):
        self.change_everything()
        flags = {
            f"{part}_status": "sent"
            for part in ("content", "price", "quantity", "image")
        }
        self.small.write(flags)
        self.detect()
        self.assertEqual({name: self.small[name] for name in flags}, flags)

    def test_the_account_says_when_it_was_compared(self):
        self.detect()
        job = self.account._job("detect")
        self.assertEqual(job.result, "success")


class TestSendingNothingTwice(SellingCase):
    def test_a_run_without_changes_sends_nothing(self):
        self.assert_nothing_is_sent()

    def test_a_second_run_right_after_the_first_sends_nothing(self):
        self.style.write({"name": "Another", "list_price": 89.0})
        self.style.image_1920 = base64.b64encode(picture(colour="red"))
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.small.product_id.iconic_rrp = 129.0
        self.run_all_jobs()
        self.assertTrue(self.feeds("update"))
        self.assertTrue(self.feeds("picture"))
        # The prices went along with the update.
        self.run_all_jobs()
        self.assert_nothing_is_sent()
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {})
            self.assertFalse(listing.error)

    def test_comparing_triggers_only_the_flows_that_have_work(self):
        self.env["ir.cron.trigger"].search([]).unlink()
        self.detect()
        self.assertEqual(self._triggered(), [])
        self.small.price = 89.0
        self.detect()
        self.assertEqual(self._triggered(), ["price"])

    def test_an_archived_account_compares_and_sends_nothing(self):
        self.small.price = 89.0
        self.account.active = False
        self.detect()
        self.assertEqual(self.marked(self.small), {})


class TestErrorsAfterAFix(ComparingCase):
    """A listing in error is marked again when its cause has changed, and only then."""

    def fail(self, template=None, **values):
        """Let the first sending of a new style fail in the check.

        :return: its listing
        """
        template = template or self.make_style("SICK", "S", **values)
        listing = self.list_products(template.product_variant_ids)
        self.send_by("create")
        self.assertEqual(self.marked(listing), {"content": "error"})
        return listing

    def assert_fixed_by(self, listing, change):
        before = listing.content_error
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "error"})
        self.assertEqual(listing.content_error, before)
        change()
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "pending"})
        self.assertFalse(listing.content_error)

    def test_a_missing_picture_is_added(self):
        listing = self.fail(image_1920=False)
        self.assert_fixed_by(
            listing,
            lambda: listing.product_tmpl_id.write(
                {"image_1920": base64.b64encode(picture())}
            ),
        )

    def test_a_missing_brand_is_filled_in(self):
        listing = self.fail(iconic_brand=False)
        self.assertIn("Brand", listing.content_error)
        self.assert_fixed_by(
            listing, lambda: listing.product_tmpl_id.write({"iconic_brand": "Saltbush"})
        )

    def test_a_category_is_mapped_later(self):
        other = self.env["product.category"].create({"name": "Skirts"})
        listing = self.fail(categ_id=other.id)
        self.assert_fixed_by(
            listing,
            lambda: self.mapping.copy(
                {"account_id": self.account.id, "categ_id": other.id}
            ),
        )

    def test_a_sku_used_twice_gets_its_own(self):
        template = self.make_style("SICK", "S")
        twin = self.make_style("TWIN", "S").product_variant_ids
        twin.default_code = "SICK-Navy-S"
        listing = self.fail(template)
        self.assertIn("several products", listing.content_error)
        self.assert_fixed_by(listing, lambda: twin.write({"default_code": "TWIN"}))

    def test_of_two_causes_the_other_one_remains(self):
        listing = self.fail(iconic_brand=False, image_1920=False)
        self.assertIn("picture", listing.content_error)
        listing.product_tmpl_id.iconic_brand = "Saltbush"
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "error"})
        self.assertNotIn("Brand", listing.content_error)
        self.assertIn("picture", listing.content_error)

    def test_a_picture_that_is_missing_after_publishing_is_sent_again(self):
        original = self.style.image_1920
        self.style.image_1920 = False
        self.detect()
        self.send_by("picture")
        self.assertEqual(self.marked(self.small), {"image": "error"})
        self.assertIn("picture", self.small.image_error)
        self.style.image_1920 = original
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.image_error)

    def test_refused_first_pictures_are_fixed_by_another_picture(self):
        listing = self.list_products(self.make_style("SICK", "S").product_variant_ids)
        self.take(self.send_by("create"))
        feed = self.send_by("image")
        feed.line_ids._close_with_error("Too dark")
        feed._finish("done")
        self.detect()
        self.assertEqual(
            (listing.product_status, self.marked(listing)),
            ("created", {"content": "error"}),
        )
        listing.product_tmpl_id.image_1920 = base64.b64encode(picture(colour="red"))
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "pending"})

    def test_a_refused_creation_is_sent_again_only_with_another_name(self):
        listing = self.list_products(self.make_style("SICK", "S").product_variant_ids)
        feed = self.send_by("create")
        feed.line_ids._close_with_error("Bad name")
        feed._finish("done")
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "error"})
        self.assertEqual(listing.content_error, "Bad name")
        listing.title = "Good name"
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "pending"})

    def test_closed_listings_are_not_sent_again(self):
        listing = self.fail(iconic_brand=False)
        listing.closed = True
        listing.product_tmpl_id.iconic_brand = "Saltbush"
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "error"})
