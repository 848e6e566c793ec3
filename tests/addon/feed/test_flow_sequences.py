"""Sequences of flows, and changes while a flow is on its way."""

import base64

from common import contract, over_both_apis, picture
from selling import SellingCase


@over_both_apis
class TestLeavingAndComingBack(SellingCase):
    @contract
    def test_a_removed_product_is_created_again(self):
        self.small.action_remove()
        self.assertEqual(self.marked(self.small), {"remove": "pending"})
        self.run_cron("remove")
        self.assertEqual(
            (self.small.product_status, self.marked(self.small)),
            ("published", {"remove": "sent"}),
        )
        self.answer()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "deleted")
        self.assertEqual(
            (self.small.product_status, self.small.listing_status),
            ("removed", "inactive"),
        )
        self.assertEqual(self.marked(self.small), {})
        self.assert_nothing_is_sent()

        self.account.action_send_products()
        self.run_all_jobs()
        self.assertEqual(
            (self.small.product_status, self.small.listing_status),
            ("published", "active"),
        )
        self.assertEqual(len(self.calls("ProductCreate")), 1)
        self.assertEqual(list(self.sent_elements("ProductCreate")), ["DRESS-Navy-S"])
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((product.status, product.quantity), ("active", 7))
        self.assertEqual((self.small.listed_price, self.small.listed_quantity), (99, 7))

    def sent_elements(self, action):
        return [self.sent_element("DRESS-Navy-S", action).findtext("SellerSku")]

    def test_success_of_a_removal_clears_flags_errors_and_listed_values(self):
        self.sandbox.faults.add(
            "sku_error", action="ProductUpdate", sku="DRESS-Navy-S", message="Too odd"
        )
        self.style.list_price = 80.0
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"price": "error"})

        self.small.action_remove()
        self.run_cron("remove")
        self.answer()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.error)
        self.assertRecordValues(
            self.small,
            [
                {
                    "has_error": False,
                    "listed_price": 0.0,
                    "listed_sale_price": 0.0,
                    "listed_sale_start": False,
                    "listed_sale_end": False,
                    "listed_quantity": 0,
                    "content_digest": False,
                    "image_digest": False,
                }
            ],
        )

    def end_small(self):
        self.small.action_end()
        self.run_all_jobs()
        self.assertEqual(
            (self.small.product_status, self.small.listing_status),
            ("published", "inactive"),
        )

    @contract
    def test_ending_takes_the_product_off_sale(self):
        self.end_small()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 0)
        self.assertEqual(self.sandbox.products["DRESS-Navy-M"].quantity, 7)
        self.assertEqual(self.small.listed_quantity, 0)
        self.assertEqual(self.medium.listing_status, "active")

    def test_an_ended_listing_stays_ended_whatever_changes(self):
        self.end_small()
        self.small.product_id.iconic_rrp = 150.0
        self.small.title = "A new title"
        self.set_stock(self.small.product_id, self.warehouse, 5)
        self.assert_nothing_is_sent()
        self.assertEqual(self.small.listing_status, "inactive")
        self.assertEqual(self.marked(self.small), {})

    @contract
    def test_relisting_sends_the_current_quantity_and_then_the_other_changes(self):
        self.end_small()
        self.small.product_id.iconic_rrp = 150.0
        self.small.title = "A new title"
        self.set_stock(self.small.product_id, self.warehouse, 5)

        self.small.action_relist()
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})
        self.run_cron("stock")
        self.answer()
        self.assertEqual(self.small.listing_status, "active")
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((product.quantity, product.name), (12, "Dress DRESS"))

        self.run_all_jobs()
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((product.name, product.quantity), ("A new title", 12))
        self.assertEqual((float(product.price), float(product.sale_price)), (150, 99))
        self.assertEqual(self.small.listed_sale_price, 99.0)

    def test_relisting_a_sold_out_product_is_sent_all_the_same(self):
        self.end_small()
        self.set_stock(self.small.product_id, self.warehouse, -7)
        self.small.action_relist()
        self.run_cron("stock")
        self.assertEqual(self.feeds("stock").line_ids.quantity, 0)
        self.answer()
        self.assertEqual(self.small.listing_status, "active")

    def test_update_now_on_an_ended_listing_relists_it(self):
        self.end_small()
        self.small.action_update_now()
        self.run_all_jobs()
        self.assertEqual(self.small.listing_status, "active")
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 7)

    def test_an_ended_listing_can_be_removed(self):
        self.end_small()
        self.small.action_remove()
        self.run_all_jobs()
        self.assertEqual(self.small.product_status, "removed")
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].status, "deleted")

    def test_success_of_an_end_clears_pending_changes(self):
        self.send_quantities_in_feeds()
        self.small.action_end()
        self.run_cron("end")
        self.small.write(
            {
                "content_status": "pending",
                "price_status": "error",
                "price_error": "Too odd",
                "quantity_status": "pending",
            }
        )
        self.answer()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.price_error)
        self.assert_nothing_is_sent()

    def test_a_refused_end_leaves_the_product_on_sale_until_retry(self):
        self.send_quantities_in_feeds()
        self.sandbox.faults.add(
            "sku_error", action="ProductUpdate", sku="DRESS-Navy-S", message="Not now"
        )
        self.small.action_end()
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"end": "error"})
        self.assertEqual(
            (self.small.listing_status, self.small.end_error), ("active", "Not now")
        )
        self.assertEqual(self.small.listed_quantity, 7)

        self.small.action_retry()
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.listing_status, "inactive")

    def test_a_refused_removal_leaves_the_product_published_until_retry(self):
        self.sandbox.faults.add(
            "sku_error", action="ProductRemove", sku="DRESS-Navy-S", message="Not now"
        )
        self.small.action_remove()
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"remove": "error"})
        self.assertEqual(
            (self.small.product_status, self.small.remove_error),
            ("published", "Not now"),
        )
        self.small.action_retry()
        self.run_all_jobs()
        self.assertEqual(self.small.product_status, "removed")


class TestChangesMeanwhile(SellingCase):
    """Changes while a feed is on its way are sent once afterwards."""

    api_type = "rest"

    def check(self, part, flow, change, listed):
        """Change a part, and once more while the first change is on its way.

        :param change: called with 1 and 2
        :param listed: returns what is listed
        """
        status = f"{part}_status"
        change(1)
        self.detect()
        self.assertEqual(self.marked(self.small), {part: "pending"})
        self.run_cron(flow)
        self.assertEqual(self.marked(self.small), {part: "sent"})

        change(2)
        self.detect()
        self.run_cron(flow)
        self.assertEqual(self.small[status], "sent")
        self.assertEqual(len(self.feeds(flow)), 1)

        self.answer()
        self.assertEqual(self.marked(self.small), {})
        first = listed()
        self.detect()
        self.assertEqual(self.marked(self.small), {part: "pending"})
        self.run_cron(flow)
        self.answer()
        self.assertEqual(len(self.feeds(flow)), 2)
        self.assertEqual(self.marked(self.small), {})
        self.assertNotEqual(listed(), first)
        self.assert_nothing_is_sent()
        return first

    def test_a_second_title_is_sent_after_the_first(self):
        def change(number):
            self.small.title = f"Title {number}"

        self.check("content", "update", change, lambda: self.small.content_digest)
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].name, "Title 2")

    def test_a_second_price_is_sent_after_the_first(self):
        def change(number):
            self.small.price = 99.0 - number

        first = self.check("price", "price", change, lambda: self.small.listed_price)
        self.assertEqual((first, self.small.listed_price), (98, 97))

    def test_a_second_quantity_is_sent_after_the_first(self):
        self.send_quantities_in_feeds()

        def change(number):
            self.set_stock(self.small.product_id, self.warehouse, number)

        first = self.check(
            "quantity", "stock", change, lambda: self.small.listed_quantity
        )
        self.assertEqual((first, self.small.listed_quantity), (8, 10))

    def test_a_second_picture_is_sent_after_the_first(self):
        def change(number):
            colour = ("black", "red", "green")[number]
            self.small.product_id.image_variant_1920 = base64.b64encode(
                picture(colour=colour)
            )

        self.check("image", "picture", change, lambda: self.small.image_digest)

    def test_changes_during_the_creation_are_sent_after_publishing(self):
        new = self.make_style("NEW", "S")
        self.account.action_send_products()
        self.run_cron("create")
        listing = self.listing("NEW-Navy-S")
        new.list_price = 120.0
        self.detect()
        self.assertEqual(self.marked(listing), {"content": "sent"})
        self.answer()
        self.run_cron("image")
        self.answer()
        self.assertEqual(
            (listing.product_status, listing.listed_price), ("published", 99)
        )
        self.detect()
        self.assertEqual(self.marked(listing), {"price": "pending"})


class TestLateAnswers(SellingCase):
    """An answer sets the listed values, but no flag that was set again meanwhile."""

    api_type = "rest"

    def test_an_old_answer_sets_the_listed_values_while_the_flag_stays_pending(self):
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")
        self.small.write({"price_status": "pending", "price": 88.0})
        self.answer()
        self.assertEqual(self.small.listed_price, 89.0)
        self.assertEqual(self.marked(self.small), {"price": "pending"})
        self.run_cron("price")
        self.assertEqual(self.sent_values("DRESS-Navy-S"), {"Price": "88.00"})

    def test_an_old_refusal_does_not_stop_a_newer_change(self):
        self.sandbox.faults.add(
            "sku_error", action="ProductUpdate", sku="DRESS-Navy-S", message="Too odd"
        )
        self.small.price = 89.0
        self.detect()
        self.run_cron("price")
        self.small.write({"price_status": "pending", "price": 88.0})
        self.answer()
        self.assertEqual(self.small.listed_price, 99.0)
        self.assertEqual(self.marked(self.small), {"price": "pending"})
        self.assertFalse(self.small.price_error)

    def test_an_old_end_still_ends(self):
        self.send_quantities_in_feeds()
        self.small.action_end()
        self.run_cron("end")
        self.small.end_status = "pending"
        self.answer()
        self.assertEqual(
            (self.small.listing_status, self.small.listed_quantity), ("inactive", 0)
        )
        self.assertEqual(self.small.end_status, "pending")


class TestFlowsSideBySide(SellingCase):
    api_type = "rest"

    def open_flows(self, listing):
        lines = listing.feed_line_ids.filtered(lambda line: line.state == "open")
        return lines.mapped("flow")

    def test_stock_waits_for_the_end(self):
        self.send_quantities_in_feeds()
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.detect()
        self.small.action_end()
        self.assertEqual(
            self.marked(self.small), {"quantity": "pending", "end": "pending"}
        )
        self.run_cron("stock")
        self.assertEqual(self.calls(), [])
        self.run_cron("end")
        self.run_cron("stock")
        self.assertEqual(self.open_flows(self.small), ["end"])
        self.answer()
        self.assertEqual(self.marked(self.small), {})
        self.assert_nothing_is_sent()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 0)

    def test_stock_is_sent_again_after_a_failed_end(self):
        self.send_quantities_in_feeds()
        self.sandbox.faults.add("sku_error", action="ProductUpdate", sku="DRESS-Navy-S")
        self.small.action_end()
        self.run_cron("end")
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.answer()
        self.run_all_jobs()
        self.assertEqual(self.sandbox.products["DRESS-Navy-S"].quantity, 9)

    def test_a_price_waits_for_an_update_that_contains_it_and_is_not_sent_again(self):
        self.small.write({"title": "Another", "price": 89.0})
        self.detect()
        self.assertEqual(
            self.marked(self.small), {"content": "pending", "price": "pending"}
        )
        self.run_cron("update")
        self.run_cron("price")
        self.assertEqual(self.open_flows(self.small), ["update"])
        self.answer()
        self.run_all_jobs()
        self.assertEqual(self.feeds("price"), self.feeds("update")[:0])
        self.assertEqual(len(self.feeds("update")), 1)
        self.assertEqual(self.small.listed_price, 89.0)
        self.assertEqual(self.marked(self.small), {})

    def test_an_update_waits_for_a_price_on_its_way(self):
        self.small.write({"title": "Another", "price": 89.0})
        self.detect()
        self.run_cron("price")
        self.run_cron("update")
        self.assertEqual(self.open_flows(self.small), ["price"])
        self.answer()
        self.run_cron("update")
        self.assertEqual(self.open_flows(self.small), ["update"])

    def test_price_and_stock_are_sent_side_by_side(self):
        self.send_quantities_in_feeds()
        self.small.price = 89.0
        self.set_stock(self.small.product_id, self.warehouse, 2)
        self.detect()
        self.run_cron("price")
        self.run_cron("stock")
        self.assertEqual(sorted(self.open_flows(self.small)), ["price", "stock"])
        self.answer()
        product = self.sandbox.products["DRESS-Navy-S"]
        self.assertEqual((float(product.price), product.quantity), (89, 9))

    def test_a_value_changed_back_before_sending_is_not_sent(self):
        self.small.price = 89.0
        self.detect()
        self.small.price = 0
        self.run_cron("price")
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.marked(self.small), {})


@over_both_apis
class TestRefusals(SellingCase):
    def refuse(self, message="Too odd", times=1):
        self.sandbox.faults.add(
            "sku_error",
            action="*",
            sku="DRESS-Navy-S",
            message=message,
            times=times,
        )

    @contract
    def test_a_refused_value_is_not_sent_again_automatically(self):
        self.send_quantities_in_feeds()
        for part, change in (
            ("price", lambda: self.small.write({"price": 89.0})),
            (
                "quantity",
                lambda: self.set_stock(self.small.product_id, self.warehouse, 2),
            ),
            ("content", lambda: self.small.write({"title": "Another"})),
            ("image", lambda: self.show("red")),
        ):
            with self.subTest(part=part):
                self.refuse(f"Odd {part}")
                change()
                self.run_all_jobs()
                self.assertEqual(self.marked(self.small), {part: "error"})
                self.assertEqual(self.small[f"{part}_error"], f"Odd {part}")
                self.assert_nothing_is_sent()
                self.assertEqual(self.marked(self.small), {part: "error"})
                self.small.action_retry()
                self.assertEqual(self.marked(self.small), {part: "pending"})
                self.run_all_jobs()
                self.assertEqual(self.marked(self.small), {})
                self.assertFalse(self.small.error)

    def show(self, colour):
        self.small.product_id.image_variant_1920 = base64.b64encode(
            picture(colour=colour)
        )

    def test_another_price_is_sent_after_a_refused_one(self):
        self.refuse()
        self.small.price = 89.0
        self.run_all_jobs()
        self.small.price = 88.0
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.listed_price, 88.0)

    def test_another_picture_is_sent_after_a_refused_one(self):
        self.refuse()
        self.show("red")
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"image": "error"})
        self.show("green")
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(len(self.feeds("picture")), 2)

    def test_an_error_ends_when_the_listed_value_is_wanted_again(self):
        self.refuse()
        self.small.price = 89.0
        self.run_all_jobs()
        self.small.price = 0
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.assertFalse(self.small.error)

    def test_an_excluded_product_has_not_succeeded(self):
        message = "The following SKUs have been excluded"
        self.sandbox.faults.add("sku_warning", sku="DRESS-Navy-S", message=message)
        self.style.list_price = 89.0
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertEqual(self.small.price_error, message)
        self.assertEqual(self.small.listed_price, 99.0)
        lines = self.feeds("price").line_ids
        states = {line.seller_sku: line.state for line in lines}
        self.assertEqual(
            states, {"DRESS-Navy-S": "excluded", "DRESS-Navy-M": "success"}
        )
        self.assertEqual(self.feeds("price").failed_count, 1)
        self.assertEqual(self.medium.listed_price, 89.0)

    def test_a_warning_is_shown_without_stopping_the_flow(self):
        message = "The price looks low"
        self.sandbox.faults.add("sku_warning", sku="DRESS-Navy-S", message=message)
        self.small.price = 89.0
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {})
        self.assertEqual(self.small.price_error, message)
        self.assertFalse(self.small.has_error)
        self.assertEqual(self.small.listed_price, 89.0)

    @contract
    def test_a_refused_feed_writes_type_code_and_message_to_the_flow_s_error(self):
        self.sandbox.faults.add(
            "error",
            action="ProductUpdate",
            code=1000,
            type="Platform",
            message="Format Error Detected",
        )
        self.style.list_price = 89.0
        self.detect()
        self.run_cron("price")
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {"price": "error"})
            self.assertEqual(listing.price_error, "Platform 1000 Format Error Detected")
        self.assertEqual(self.feeds("price").state, "refused")

    @contract
    def test_a_refused_feed_that_names_skus_has_the_others_sent_again(self):
        self.sandbox.faults.add(
            "error",
            action="ProductUpdate",
            code=1000,
            type="Platform",
            message="Could not save product",
            details=[{"field": "Price", "sku": "DRESS-Navy-S", "message": "Too odd"}],
        )
        self.style.list_price = 89.0
        self.detect()
        self.run_cron("price")
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertEqual(self.small.price_error, "Price: Too odd")
        self.run_all_jobs()
        self.assertEqual(self.marked(self.medium), {})
        self.assertEqual(self.medium.listed_price, 89.0)
        self.assertEqual(self.marked(self.small), {"price": "error"})

    def test_a_feed_that_ends_as_error_puts_every_product_in_error(self):
        self.sandbox.faults.add("feed_error", action="ProductUpdate", message="Broken")
        self.style.list_price = 89.0
        self.run_all_jobs()
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {"price": "error"})
            self.assertEqual(listing.price_error, "Broken")
            self.assertEqual(listing.listed_price, 99.0)
        self.assertEqual(self.feeds("price").state, "error")

    @contract
    def test_an_error_that_names_no_product_has_every_product_checked(self):
        self.sandbox.faults.add(
            "anonymous_error", action="ProductUpdate", sku="DRESS-Navy-S"
        )
        self.style.list_price = 89.0
        self.run_all_jobs()
        self.assertEqual(float(self.sandbox.products["DRESS-Navy-S"].price), 99.0)
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertTrue(self.small.price_error)
        self.assertEqual(self.small.listed_price, 99.0)
        self.assertEqual(self.medium.listed_price, 89.0)

    def test_a_title_that_may_have_failed_counts_as_failed(self):
        self.sandbox.faults.add("anonymous_error", action="ProductUpdate")
        self.style.name = "Another"
        self.run_all_jobs()
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {"content": "error"})
            self.assertTrue(listing.content_error)
        self.account.listing_ids.action_retry()
        self.run_all_jobs()
        names = {one.name for one in self.sandbox.products.values()}
        self.assertEqual(names, {"Another"})
        self.assertEqual(
            [self.marked(one) for one in self.account.listing_ids], [{}] * 2
        )

    def test_a_picture_that_may_have_failed_counts_as_failed(self):
        self.sandbox.faults.add("anonymous_error", action="Image")
        self.style.image_1920 = base64.b64encode(picture(colour="red"))
        self.run_all_jobs()
        for listing in self.account.listing_ids:
            self.assertEqual(self.marked(listing), {"image": "error"})
            self.assertTrue(listing.image_error)

    def test_an_update_without_a_change_of_content_is_decided_by_its_values(self):
        self.sandbox.faults.add(
            "anonymous_error", action="ProductUpdate", sku="DRESS-Navy-S"
        )
        self.style.list_price = 89.0
        self.account.listing_ids.action_update_now()
        self.run_cron("update")
        self.answer()
        self.assertEqual(self.marked(self.small), {"content": "error"})
        self.assertEqual((self.marked(self.medium), self.medium.listed_price), ({}, 89))

    @contract
    def test_wrong_counts_have_every_product_checked(self):
        self.refuse("Too odd")
        self.sandbox.faults.add("lying_counts", action="ProductUpdate", failed=0)
        self.style.list_price = 89.0
        self.run_all_jobs()
        self.assertEqual(self.marked(self.small), {"price": "error"})
        self.assertEqual(self.medium.listed_price, 89.0)
