"""What an account is set to is archived, deleted, switched off or turned foreign.

Nothing wrong goes out, all else goes on, people read what to do, and what has waited
goes on by itself once that is done.
"""

from ordering import OrderCase
from selling import Selling

from odoo.exceptions import UserError
from odoo.fields import Command


class SettingsCase(Selling, OrderCase):
    """Two sizes of a dress on sale, with orders that are invoiced and paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.responsible_id = cls.env.ref("base.user_admin")
        cls.account.invoice_orders = True
        cls.account.payment_journal_id = cls.clearing
        cls.account.invoice_journal_id = cls.sales_journal
        cls.other = cls.account.copy(
            {
                "name": "Another account",
                "pricelist_id": cls.pricelist.copy().id,
                "stock_warehouse_ids": [Command.set(cls._warehouse("Other").ids)],
                "warehouse_id": False,
                "invoice_journal_id": False,
                "payment_journal_id": False,
                "shipping_product_id": cls.account.shipping_product_id.copy().id,
            }
        )

    def begin(self):
        super().begin()
        self.publish()
        self.listings = self.account.listing_ids.sorted("sku")
        self.run_cron("settings")
        self.assertEqual(self.settings_activities(), {})

    def settings_activities(self):
        """Return the notes of the activities about settings, by account."""
        kind = self.env.ref("iconic_connector.mail_activity_type_settings")
        found = self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])
        return {one.res_id: (one.user_id, one.note) for one in found}

    def assert_told(self, *words):
        """Check that form and activity say what is wrong, of this account only."""
        for _run in range(2):
            self.run_cron("settings")
        self.account.invalidate_recordset()
        self.assertEqual(self.account.setting_problem_count, 1)
        told = self.settings_activities()
        self.assertEqual(list(told), [self.account.id])
        user, note = told[self.account.id]
        self.assertEqual(user, self.account.responsible_id)
        for word in words:
            self.assertIn(word, self.account.setting_problems)
            self.assertIn(word, note)
        self.assertFalse(self.other.setting_problems)

    def assert_healed(self):
        """Check that nobody is told any more, and let the jobs run that were asked."""
        self.run_cron("settings")
        self.account.invalidate_recordset()
        self.assertFalse(self.account.setting_problems)
        self.assertEqual(self.settings_activities(), {})
        self.follow()
        self.run_all_jobs()
        self.assertFalse(any(self.listings.mapped("error")))

    def offered(self):
        return {product.quantity for product in self.sandbox.products.values()}

    def prices(self):
        return {float(product.price) for product in self.sandbox.products.values()}

    def names(self):
        return {product.name for product in self.sandbox.products.values()}


class TestLanguage(SettingsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.account.lang = "fr_FR"
        cls.language = cls.env["res.lang"]._lang_get("fr_FR")
        cls.style.with_context(lang="fr_FR").name = "Robe DRESS"

    def test_without_it_products_wait_and_prices_stock_and_orders_go_on(self):
        self.assertEqual(self.names(), {"Robe DRESS"})
        self.language.active = False
        self.assert_told("French", "Languages")
        self.style.list_price = 79
        self.style.iconic_description = "<p>Another text.</p>"
        order = self.sell(self.small)
        self.run_all_jobs()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(order.sale_order_id.invoice_ids.state, "posted")
        self.assertEqual(self.prices(), {79})
        self.assertEqual(self.offered(), {6, 7})
        self.assertEqual(self.names(), {"Robe DRESS"})
        for listing in self.listings:
            self.assertIn("fr_FR", listing.content_error)

        self.language.active = True
        self.assert_healed()
        self.assertEqual(self.names(), {"Robe DRESS"})

    def test_new_products_wait(self):
        self.language.active = False
        self.make_style("NEW", "S")
        self.account.action_send_products()
        self.run_all_jobs()
        self.assertIn("fr_FR", self.listing("NEW-Navy-S").content_error)
        self.assertNotIn("NEW-Navy-S", self.sandbox.products)
        self.language.active = True
        self.assert_healed()
        self.assertIn("NEW-Navy-S", self.sandbox.products)

    def test_the_form_still_opens_and_another_language_can_be_chosen(self):
        self.language.active = False
        for listing in self.listings:
            self.assertFalse(listing.dropped_elements)
        self.account.lang = "en_US"
        self.assert_healed()


class TestPriceLists(SettingsCase):
    def test_an_archived_price_list(self):
        self.listings[0].price = 55
        self.pricelist.active = False
        self.style.list_price = 79
        for variant in self.style.product_variant_ids:
            self.set_stock(variant, self.warehouse, 1)
        self.assert_told("Shoppers", "No price is sent")
        order = self.sell(self.medium)
        self.run_all_jobs()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(self.prices(), {55, 99})
        self.assertEqual(self.offered(), {7, 8})
        self.assertIn("Shoppers is archived", self.listings[1].price_error)
        self.assertFalse(self.listings[0].price_error)

        self.pricelist.active = True
        self.assert_healed()
        self.assertEqual(self.prices(), {55, 79})

    def test_an_archived_rrp_price_list(self):
        rrps = self.pricelist.copy({"name": "Recommended"})
        rrps.item_ids = [
            Command.create({"compute_price": "fixed", "fixed_price": 120}),
        ]
        self.account.rrp_pricelist_id = rrps
        self.run_all_jobs()
        self.assertEqual(self.prices(), {120})
        self.listings[0].rrp = 150
        rrps.active = False
        self.style.list_price = 79
        self.assert_told("Recommended", "RRP")
        self.run_all_jobs()
        self.assertEqual(self.prices(), {150, 120})
        self.assertIn("Recommended is archived", self.listings[1].price_error)
        self.assertFalse(self.listings[0].price_error)

        self.account.rrp_pricelist_id = False
        self.assert_healed()
        self.assertEqual(self.prices(), {150, 79})

    def test_a_price_list_that_was_changed_to_another_currency(self):
        self.listings[0].price = 55
        self.pricelist.currency_id = self.env.ref("base.USD")
        self.style.list_price = 79
        for variant in self.style.product_variant_ids:
            self.set_stock(variant, self.warehouse, 1)
        self.make_style("NEW", "S")
        self.account.action_send_products()
        self.assert_told(
            "Price List: Shoppers is in USD, but prices in Australia are in AUD.",
            "No price is sent",
        )
        order = self.sell(self.medium)
        self.run_all_jobs()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(order.sale_order_id.currency_id.name, "AUD")
        self.assertEqual(self.prices(), {55, 99})
        self.assertEqual(self.offered(), {7, 8})
        self.assertIn("Choose a list in AUD", self.listings[1].price_error)
        self.assertFalse(self.listings[0].price_error)
        new = self.listing("NEW-Navy-S")
        self.assertIn("Shoppers is in USD", new.error)
        self.assertNotIn(new.sku, self.sandbox.products)

        self.pricelist.currency_id = self.env.ref("base.AUD")
        self.assert_healed()
        self.assertFalse(new.error)
        self.assertEqual(self.prices(), {55, 79, 99})

    def test_an_rrp_price_list_that_was_changed_to_another_currency(self):
        rrps = self.pricelist.copy({"name": "Recommended"})
        rrps.item_ids = [
            Command.create({"compute_price": "fixed", "fixed_price": 120}),
        ]
        self.account.rrp_pricelist_id = rrps
        self.run_all_jobs()
        self.assertEqual(self.prices(), {120})
        self.listings[0].rrp = 150
        rrps.currency_id = self.env.ref("base.USD")
        self.style.list_price = 79
        self.assert_told("RRP Price List: Recommended is in USD", "Products without an")
        self.run_all_jobs()
        self.assertEqual(self.prices(), {150, 120})
        self.assertIn("Recommended is in USD", self.listings[1].price_error)
        self.assertFalse(self.listings[0].price_error)

        self.account.send_rrp = False
        self.assert_healed()
        self.assertEqual(self.prices(), {79})


class TestStock(SettingsCase):
    def second_stock(self):
        """Offer the stock of a second warehouse, too."""
        second = self._warehouse("Second")
        for variant in self.style.product_variant_ids:
            self.set_stock(variant, second, 3)
        self.account.stock_warehouse_ids |= second
        self.account.warehouse_id = second
        self.run_all_jobs()
        self.assertEqual(self.offered(), {10})
        return second

    def archive(self, warehouse):
        """Archive a warehouse as Odoo lets people do: it may contain no goods."""
        quants = self.env["stock.quant"].search(
            [("location_id", "child_of", warehouse.view_location_id.id)]
        )
        quants.sudo().unlink()
        warehouse.active = False

    def test_the_stock_of_the_other_warehouse_is_not_offered_alone(self):
        self.second_stock()
        self.archive(self.warehouse)
        self.style.list_price = 79
        self.assert_told("Main", "No stock is sent")
        self.run_all_jobs()
        self.assertEqual(self.offered(), {10})
        self.assertEqual(self.prices(), {79})
        for listing in self.listings:
            self.assertIn("Main is archived", listing.quantity_error)

        self.account.stock_warehouse_ids = [Command.unlink(self.warehouse.id)]
        self.assert_healed()
        self.assertEqual(self.offered(), {3})

    def test_without_any_other_warehouse_nothing_is_offered_as_0(self):
        self.account.warehouse_id = self._warehouse("Second")
        self.archive(self.warehouse)
        self.assert_told("Main")
        self.run_all_jobs()
        self.assertEqual(self.offered(), {7})
        self.assertIn("Main is archived", self.listings[0].quantity_error)

    def test_an_archived_location_is_not_replaced_by_the_whole_warehouse(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.account.stock_location_ids = shelf
        self.account.max_zero_share = 0
        for variant in self.style.product_variant_ids:
            self.env["stock.quant"]._update_available_quantity(variant, shelf, 2)
        self.run_all_jobs()
        self.assertEqual(self.offered(), {2})
        self.env["stock.quant"].search([("location_id", "=", shelf.id)]).sudo().unlink()
        shelf.active = False
        self.assert_told("Shelf")
        self.run_all_jobs()
        self.assertEqual(self.offered(), {2})
        self.assertIn("Shelf is archived", self.listings[0].quantity_error)

        shelf.active = True
        self.assert_healed()
        self.assertEqual(self.offered(), {0})

    def test_a_fixed_quantity_is_sent_all_the_same(self):
        self.account.warehouse_id = self._warehouse("Second")
        self.archive(self.warehouse)
        self.listings[0].write({"has_fixed_quantity": True, "quantity": 4})
        self.run_all_jobs()
        self.assertEqual(self.offered(), {4, 7})


class TestOrders(SettingsCase):
    def test_an_archived_fulfilment_warehouse_holds_orders_until_it_is_restored(self):
        closed = self._warehouse("Closed")
        self.account.warehouse_id = closed
        closed.active = False
        self.assert_told("Closed", "further warehouses")
        order = self.sell(self.small)
        self.assertEqual(order.state, "held")
        self.assertIn("Closed is archived", order.error)

        closed.active = True
        self.assert_healed()
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertEqual(order.sale_order_id.warehouse_id, closed)

    def test_another_warehouse_ships_instead_if_the_account_has_one(self):
        closed = self._warehouse("Closed")
        self.account.warehouse_id = closed
        self.account.second_warehouse_ids = self.warehouse
        closed.active = False
        self.assert_told("Closed")
        order = self.sell(self.small)
        self.assertEqual(order.sale_order_id.warehouse_id, self.warehouse)

    def test_an_archived_further_warehouse_ships_nothing(self):
        closed = self._warehouse("Closed")
        self.account.second_warehouse_ids = closed
        closed.active = False
        self.assert_told("Closed", "No order goes there")
        order = self.sell(self.small)
        self.assertEqual(order.sale_order_id.warehouse_id, self.warehouse)

    def test_a_warehouse_that_is_archived_before_a_person_confirms_is_named(self):
        closed = self._warehouse("Closed")
        self.account.write({"warehouse_id": closed.id, "confirm_orders": False})
        sale = self.sell(self.small).sale_order_id
        closed.active = False
        with self.assertRaisesRegex(UserError, "Closed is archived.*Other Info"):
            sale.action_confirm()
        sale.warehouse_id = self.warehouse
        sale.action_confirm()
        self.assertEqual(sale.picking_ids.state, "assigned")

    def test_a_company_without_a_warehouse_is_named(self):
        self.account.write({"stock_warehouse_ids": False, "warehouse_id": False})
        # Odoo allows it only once all stock has left.
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_warehouse SET active = FALSE")
        self.env.invalidate_all()
        order = self.sell(self.small)
        self.assertEqual(order.state, "held")
        self.assertIn("Inventory > Configuration > Warehouses", order.error)

    def assert_invoice_waits(self, journal):
        """Archive a journal: orders are imported and shipped, their invoices wait."""
        journal.active = False
        self.assert_told(journal.name, "Invoices wait")
        order = self.sell(self.small)
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertIn(
            f"{journal.name} is archived",
            order.invoice_error.replace(journal.display_name, journal.name),
        )
        self.assertFalse(order.sale_order_id.invoice_ids)
        self.validate(order.sale_order_id.picking_ids)
        self.assertEqual(order.sale_order_id.picking_ids.state, "done")

        journal.active = True
        self.assert_healed()
        self.assertFalse(order.invoice_error)
        invoice = order.sale_order_id.invoice_ids
        self.assertEqual(
            (invoice.state, invoice.journal_id), ("posted", self.sales_journal)
        )
        self.assertEqual(invoice.matched_payment_ids.journal_id, self.clearing)

    def test_an_archived_invoice_journal(self):
        self.assert_invoice_waits(self.sales_journal)

    def test_an_archived_clearing_journal(self):
        self.assert_invoice_waits(self.clearing)

    def test_a_deleted_shipping_product_holds_orders_with_a_fee(self):
        self.account.shipping_product_id.unlink()
        self.assert_told("Shipping Product")
        order = self.sell(items=[self.line(self.small, shipping_amount="9.90")])
        self.assertEqual(order.state, "held")
        self.account.shipping_product_id = self.env["product.product"].create(
            {"name": "Delivery fee", "type": "service"}
        )
        self.assert_healed()
        self.assertEqual(order.state, "imported")

    def test_what_only_labels_orders_stops_none(self):
        team = self.env["crm.team"].create({"name": "Marketplaces"})
        position = self.env["account.fiscal.position"].create(
            {"name": "Domestic", "country_id": self.env.ref("base.au").id}
        )
        customer = self.env["res.partner"].create({"name": "Collective"})
        values = {
            "team_id": team,
            "fiscal_position_id": position,
            "collective_partner_id": customer,
            "shipping_product_id": self.account.shipping_product_id,
        }
        for field, record in values.items():
            with self.subTest(field):
                self.account[field] = record
                record.active = False
                self.assert_told(record.name, "Orders still use it")
                record.active = True
        for record in values.values():
            record.active = False
        order = self.sell(items=[self.line(self.small, shipping_amount="9.90")])
        self.assertEqual((order.state, order.error), ("imported", False))
        self.assertFalse(order.invoice_error)
        for record in values.values():
            record.active = True
        self.assert_healed()

    def test_deleted_team_position_and_customer_leave_no_trace(self):
        self.account.team_id = self.env["crm.team"].create({"name": "Marketplaces"})
        self.account.fiscal_position_id = self.env["account.fiscal.position"].create(
            {"name": "Domestic"}
        )
        self.account.collective_partner_id = self.env["res.partner"].create(
            {"name": "Collective"}
        )
        for field in ("team_id", "fiscal_position_id", "collective_partner_id"):
            self.account[field].unlink()
        self.run_cron("settings")
        self.assertFalse(self.account.setting_problems)
        order = self.sell(self.small)
        self.assertEqual((order.state, order.error), ("imported", False))
