"""What was just sold, delivered or received is compared and sent before the rest."""

from unittest.mock import patch

from test_detecting_quantities import QuantityCase

from odoo.fields import Command

from odoo.addons.iconic_connector.models.account.job import JOBS


class FreshCase(QuantityCase):
    def asked(self):
        """Return the listings to compare next, and forget them."""
        requests = self.env["iconic.compare.request"].search([])
        listings = requests.listing_id
        requests.unlink()
        return listings

    def order(self, product, quantity=2):
        """Let the own shop sell a product; not confirmed yet."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )

    def receive(self, product, quantity):
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.write({"quantity": quantity, "picked": True})
        receipt.button_validate()


class TestAskingForComparisons(FreshCase):
    def test_a_sale_of_the_own_shop_does_as_soon_as_it_is_reserved(self):
        order = self.order(self.small.product_id)
        self.assertFalse(self.asked())
        order.action_confirm()
        self.assertEqual(self.asked(), self.small)

    def test_a_delivery_does(self):
        order = self.order(self.small.product_id)
        order.action_confirm()
        self.asked()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(self.asked(), self.small)

    def test_a_receipt_does(self):
        self.receive(self.medium.product_id, 5)
        self.assertEqual(self.asked(), self.medium)

    def test_every_account_that_lists_the_product_is_asked(self):
        other = self.account.copy({"name": "Other"})
        there = self.env["iconic.listing"].create(
            {
                "account_id": other.id,
                "product_id": self.medium.product_id.id,
                "product_status": "published",
            }
        )
        self.receive(self.medium.product_id, 5)
        self.assertEqual(self.asked(), self.medium | there)

    def test_listings_that_are_closed_or_not_created_are_not(self):
        self.small.closed = True
        self.medium.product_status = "awaiting_creation"
        self.receive(self.small.product_id, 5)
        self.receive(self.medium.product_id, 5)
        self.assertFalse(self.asked())

    def test_listings_of_an_archived_account_are_not(self):
        self.account.active = False
        self.receive(self.small.product_id, 5)
        self.assertFalse(self.asked())

    def test_requests_of_an_account_that_does_not_run_are_deleted(self):
        self.receive(self.small.product_id, 5)
        requests = self.env["iconic.compare.request"]
        requests._gc_requests()
        self.assertTrue(requests.search([]))
        self.account.connection_state = "on_hold"
        requests._gc_requests()
        self.assertFalse(requests.search([]))

    def test_a_warehouse_user_needs_no_access_to_the_connector(self):
        worker = self.env["res.users"].create(
            {
                "name": "Wim",
                "login": "wim",
                "group_ids": [Command.set(self.env.ref("stock.group_stock_user").ids)],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        order = self.order(self.small.product_id)
        order.action_confirm()
        self.asked()
        delivery = order.picking_ids.with_user(worker)
        delivery.move_ids.picked = True
        delivery.button_validate()
        self.assertEqual(self.asked(), self.small)


class TestSendingFirst(FreshCase):
    def test_it_goes_before_what_waits_already_in_a_feed_of_its_own(self):
        self.stock(-3, product=self.medium.product_id)
        self.detect()
        self.assertEqual(self.marked(self.medium), {"quantity": "pending"})
        self.order(self.small.product_id).action_confirm()
        self.run_cron("compare")
        first, second = self.send_by("stock"), self.send_by("stock")
        self.assertEqual(first.line_ids.listing_id, self.small)
        self.assertEqual(first.line_ids.quantity, 5)
        self.assertEqual(second.line_ids.listing_id, self.medium)
        self.assertFalse(self.small.send_first)

    def test_comparing_forgets_the_requests(self):
        self.receive(self.small.product_id, 5)
        self.run_cron("compare")
        self.assertFalse(self.asked())
        self.assertEqual(self.marked(self.small), {"quantity": "pending"})

    def test_the_stock_flow_is_triggered(self):
        self.receive(self.small.product_id, 5)
        cron = self.env.ref("iconic_connector.ir_cron_stock")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.run_cron("compare")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_a_sale_while_a_feed_is_under_way_is_compared_after_its_answer(self):
        self.stock(-1)
        self.detect()
        feed = self.send_by("stock")
        self.assertEqual(self.marked(self.small), {"quantity": "sent"})
        self.order(self.small.product_id).action_confirm()
        self.run_cron("compare")
        cron = self.env.ref("iconic_connector.ir_cron_compare")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.take(feed)
        self.assertEqual(self.small.listed_quantity, 6)
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))
        self.run_cron("compare")
        self.assertEqual(self.send_by("stock").line_ids.quantity, 4)
        self.assertFalse(self.asked())

    def test_a_pause_that_begins_while_a_feed_is_under_way_is_sent(self):
        self.stock(-1)
        self.detect()
        feed = self.send_by("stock")
        self.env["iconic.account.pause"].create(
            {"account_id": self.account.id, "job": "selling"}
        )
        self.run_cron("compare")
        self.take(feed)
        self.run_cron("compare")
        sent = self.send_by("stock").line_ids.filtered(
            lambda line: line.listing_id == self.small
        )
        self.assertEqual(sent.quantity, 0)

    def test_one_that_somebody_has_locked_stops_no_others(self):
        self.stock(-3, product=self.medium.product_id)
        self.detect()
        self.order(self.small.product_id).action_confirm()
        self.run_cron("compare")
        listings = type(self.small)
        lock = listings.try_lock_for_update

        def lock_others(listings, **options):
            return lock(listings - self.small, **options)

        job = JOBS["stock"](self.account._job("stock"))
        with patch.object(listings, "try_lock_for_update", lock_others):
            self.assertFalse(job.do(job.next_batch()))
            feed = job.do(job.next_batch())
            self.assertIsNone(job.next_batch())
        self.assertEqual(feed.line_ids.listing_id, self.medium)
        self.assertIn("1", job.finish())

    def test_a_price_that_is_sent_leaves_the_stock_the_first(self):
        self.order(self.small.product_id).action_confirm()
        self.run_cron("compare")
        self.style.list_price = 89.0
        self.detect()
        self.assertTrue(self.send_by("price"))
        self.assertTrue(self.small.send_first)
