"""Attempts to have the first pass miss what comparing all listings would find."""

import base64
from functools import partial
from unittest.mock import patch

from common import picture
from test_first_pass import LATER, FirstPassCase

from odoo.fields import Command
from odoo.tools import SQL

SENT_FLAGS = ("content", "price", "quantity", "image")


class AttemptCase(FirstPassCase):
    def states(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.all._flag_states()

    def assert_nothing_missed(self, change):
        """Make a change that matters; comparing all finds no more than the job."""
        before = self.states()
        change()
        self.detect()
        found = self.states()
        self.all._detect()
        wanted = self.states()
        self.assertNotEqual(before, wanted, "the change does not matter")
        self.assertEqual(found, wanted)

    def rule(self, **values):
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.account.pricelist_id.id,
                "compute_price": "fixed",
                "fixed_price": 77.0,
                "applied_on": "3_global",
                **values,
            }
        )

    def settle(self):
        """Have what is wanted now listed and compared, some days ago."""
        self.all.write(
            {
                **{f"{flag}_status": "not_needed" for flag in SENT_FLAGS},
                **{f"{flag}_error": False for flag in SENT_FLAGS},
            }
        )
        self.as_published(self.all)
        self.make_older()
        self.detect()
        for one in self.all:
            self.assertEqual(self.marked(one), {})

    def make_older(self):
        """Have later changes write their own moment, as in other transactions."""
        self.env.flush_all()
        for table in ("iconic_listing", "iconic_category_map", "iconic_image"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - interval '2 days'",
                    SQL.identifier(table),
                )
            )
        self.env.invalidate_all()


class TestContent(AttemptCase):
    def list_attribute(self, name="Color", options=("Blue", "Dark Blue")):
        sets = self.env["iconic.attribute.set"].create(
            {"account_id": self.account.id, "external_id": "7", "name": "Set"}
        )
        self.mapping.primary_category_id.attribute_set_id = sets
        return self.env["iconic.attribute"].create(
            {
                "account_id": self.account.id,
                "set_id": sets.id,
                "feed_name": name,
                "name": name,
                "attribute_type": "option",
                "option_ids": [
                    Command.create({"account_id": self.account.id, "name": one})
                    for one in options
                ],
            }
        )

    def value_line(self):
        attribute = self.list_attribute()
        self.env["iconic.value.map"]._propose(self.account)
        maps = self.env["iconic.value.map"].search(
            [("attribute_id", "=", attribute.id)]
        )
        line = maps.line_ids.filtered(lambda one: one.value_id.name == "Navy")
        self.assertTrue(line)
        return attribute, line

    def test_mapped_value_chosen(self):
        attribute, line = self.value_line()
        self.settle()
        self.assert_nothing_missed(
            lambda: line.write({"option_id": attribute.option_ids[1].id})
        )

    def test_mapped_value_removed(self):
        attribute, line = self.value_line()
        line.write({"option_id": attribute.option_ids[1].id})
        self.settle()
        self.assert_nothing_missed(line.unlink)

    def test_option_renamed(self):
        attribute, line = self.value_line()
        line.write({"option_id": attribute.option_ids[1].id})
        self.settle()
        self.assert_nothing_missed(
            lambda: attribute.option_ids[1].write({"name": "Midnight"})
        )

    def test_attribute_set_of_the_category(self):
        self.list_attribute()
        self.settle()
        self.assert_nothing_missed(
            lambda: self.mapping.primary_category_id.write({"attribute_set_id": False})
        )

    def test_secondary_categories_of_mapping_or_listing(self):
        below = self.marketplace_category("1112")
        change = {"secondary_category_ids": [Command.link(below.id)]}
        for owner in (self.small, self.mapping):
            with self.subTest(owner=owner):
                self.settle()
                self.assert_nothing_missed(partial(owner.write, change))

    def test_value_of_a_product_attribute_translated(self):
        value = self.colour.value_ids[0]
        self.assert_nothing_missed(lambda: value.write({"name": "Marine"}))

    def test_name_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.lang = "fr_FR"
        self.settle()
        self.assert_nothing_missed(
            lambda: self.style.with_context(lang="fr_FR").write({"name": "Robe"})
        )

    def test_language_deactivated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.lang = "fr_FR"
        self.style.with_context(lang="fr_FR").write({"name": "Robe"})
        self.settle()
        lang = self.env.ref("base.lang_fr")
        self.assert_nothing_missed(lambda: lang.write({"active": False}))

    def test_order_of_seasons(self):
        other = self.season.copy({"name": "SS27", "sequence": 99})
        self.season.sequence = 1
        self.account.season_tag_ids |= other
        other.product_template_ids = self.style
        self.settle()
        self.assert_nothing_missed(lambda: other.write({"sequence": 0}))

    def map_field(self, name):
        field = self.env["ir.model.fields"]._get("product.product", name)
        line = self.mapping.attribute_ids.filtered(lambda one: one.source == "fixed")
        line[:1].write({"source": "field", "field_id": field.id})

    def test_label_of_a_selection(self):
        self.env["ir.model.fields"].create(
            {
                "name": "x_fit",
                "model_id": self.env["ir.model"]._get("product.template").id,
                "field_description": "Fit",
                "ttype": "selection",
                "selection_ids": [
                    Command.create({"value": "slim", "name": "Slim"}),
                    Command.create({"value": "wide", "name": "Wide"}),
                ],
            }
        )
        self.style.x_fit = "slim"
        self.map_field("x_fit")
        self.settle()
        self.assert_nothing_missed(
            lambda: (
                self.env["ir.model.fields.selection"]
                .search([("field_id.name", "=", "x_fit"), ("value", "=", "slim")])
                .write({"name": "Slim Fit"})
            )
        )

    def test_category_renamed_as_a_mapped_field(self):
        self.map_field("categ_id")
        self.settle()
        self.assert_nothing_missed(lambda: self.category.write({"name": "Gowns"}))

    def test_fallback_of_a_companys_own_field(self):
        self.map_field("standard_price")
        self.settle()
        self.assert_nothing_missed(
            lambda: self.env["ir.default"].set(
                "product.product", "standard_price", 4.0, company_id=self.company.id
            )
        )


class TestPictures(AttemptCase):
    def test_picture_of_a_value_that_is_taken_away(self):
        line = self.style.attribute_line_ids.filtered(
            lambda one: one.attribute_id == self.colour
        )
        red = self.colour.value_ids.filtered(lambda one: one.name == "Red")
        line.value_ids |= red
        own = line.product_template_value_ids.filtered(
            lambda one: one.product_attribute_value_id == red
        )
        self.env["iconic.image"].create(
            {
                "product_tmpl_id": self.style.id,
                "image": base64.b64encode(picture(colour="red")),
                "product_template_attribute_value_ids": [Command.set(own.ids)],
            }
        )
        self.settle()
        self.assert_nothing_missed(
            lambda: line.write({"value_ids": [Command.unlink(red.id)]})
        )

    def test_values_of_a_picture(self):
        image = self.env["iconic.image"].create(
            {"product_tmpl_id": self.style.id, "image": self.picture}
        )
        image.image = base64.b64encode(picture(colour="red"))
        self.settle()
        value = self.style.attribute_line_ids.filtered(
            lambda one: one.attribute_id == self.size
        ).product_template_value_ids[:1]
        self.assert_nothing_missed(
            lambda: image.write(
                {"product_template_attribute_value_ids": [Command.link(value.id)]}
            )
        )

    def test_picture_of_the_variant(self):
        self.assert_nothing_missed(
            lambda: self.small.product_id.write(
                {"image_variant_1920": base64.b64encode(picture(colour="red"))}
            )
        )

    def test_picture_of_the_template(self):
        self.assert_nothing_missed(
            lambda: self.style.write(
                {"image_1920": base64.b64encode(picture(colour="red"))}
            )
        )


class TestPrices(AttemptCase):
    def rrp_list(self):
        rrps = self.pricelist.copy({"name": "RRP", "item_ids": False})
        self.rule(pricelist_id=rrps.id, fixed_price=150.0)
        self.account.write({"rrp_pricelist_id": rrps.id, "send_rrp": True})
        return rrps

    def test_dated_rule_of_the_rrp_list_begins(self):
        rrps = self.rrp_list()
        self.rule(
            pricelist_id=rrps.id,
            applied_on="1_product",
            product_tmpl_id=self.style.id,
            fixed_price=180.0,
            date_start=LATER,
        )
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_dated_rule_of_the_rrp_list_ends(self):
        rrps = self.rrp_list()
        self.rule(
            pricelist_id=rrps.id,
            applied_on="1_product",
            product_tmpl_id=self.style.id,
            fixed_price=180.0,
            date_end="2026-11-02 10:30:00",
        )
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_rule_of_the_rrp_list(self):
        rrps = self.rrp_list()
        self.settle()
        self.assert_nothing_missed(
            lambda: self.rule(pricelist_id=rrps.id, fixed_price=170.0)
        )

    def test_promotion_that_runs_by_itself_ends_beside_the_same_price(self):
        self.small.product_id.product_tmpl_id.product_variant_ids.write(
            {"iconic_rrp": 150.0}
        )
        self.rule(
            applied_on="1_product",
            product_tmpl_id=self.style.id,
            fixed_price=90.0,
            date_end="2026-11-02 10:30:00",
            iconic_runs_by_itself=True,
        )
        self.rule(fixed_price=90.0, date_end="2026-11-09 10:30:00")
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_promotion_comes_near(self):
        self.rule(
            fixed_price=90.0,
            date_start="2026-11-05 10:30:00",
            date_end="2026-11-09 10:30:00",
        )
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_promotion_that_runs_by_itself_comes_near(self):
        self.style.product_variant_ids.write({"iconic_rrp": 150.0})
        self.rule(
            fixed_price=90.0,
            date_start="2026-11-03 10:30:00",
            date_end="2026-11-09 10:30:00",
            iconic_runs_by_itself=True,
        )
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_rate_of_the_main_companys_currency(self):
        """Products without a company have prices in the main company's currency."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        main = self.env["res.company"].create({"name": "Main", "currency_id": euro.id})
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": "2026-10-01",
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        companies = type(main)
        self.startPatcher(
            patch.object(companies, "_get_main_company", lambda _self: main)
        )
        self.env.invalidate_all()
        self.settle()
        self.assertEqual(self.small.listed_price, 198.0)
        self.assert_nothing_missed(
            lambda: self.env["res.currency.rate"].create(
                {
                    "currency_id": euro.id,
                    "name": "2026-11-02",
                    "rate": 0.45,
                    "company_id": self.company.id,
                }
            )
        )

    def test_another_list_below(self):
        one, two = (
            self.pricelist.copy({"name": name, "item_ids": False}) for name in "AB"
        )
        self.rule(pricelist_id=one.id, fixed_price=90.0)
        self.rule(pricelist_id=two.id, fixed_price=91.0)
        rule = self.rule(
            compute_price="formula", base="pricelist", base_pricelist_id=one.id
        )
        self.settle()
        self.assert_nothing_missed(lambda: rule.write({"base_pricelist_id": two.id}))

    def test_list_archived(self):
        self.assert_nothing_missed(
            lambda: self.account.pricelist_id.write({"active": False})
        )

    def test_rounding_of_taxes(self):
        tax = self.env["account.tax"].create(
            {
                "name": "T",
                "amount": 10,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
            }
        )
        self.style.taxes_id = tax
        self.settle()
        self.assert_nothing_missed(lambda: tax.write({"amount": 12}))

    def test_children_of_a_tax(self):
        one, two = self.env["account.tax"].create(
            [
                {
                    "name": f"T{n}",
                    "amount": n,
                    "type_tax_use": "sale",
                    "price_include_override": "tax_excluded",
                }
                for n in (10, 20)
            ]
        )
        group = self.env["account.tax"].create(
            {
                "name": "G",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [Command.set(one.ids)],
            }
        )
        self.style.taxes_id = group
        self.settle()
        self.assert_nothing_missed(
            lambda: group.write({"children_tax_ids": [Command.set(two.ids)]})
        )

    def test_category_moved_below_one_with_a_rule(self):
        above = self.env["product.category"].create({"name": "Above"})
        self.rule(applied_on="2_product_category", categ_id=above.id, fixed_price=90.0)
        self.settle()
        self.assert_nothing_missed(lambda: self.category.write({"parent_id": above.id}))


class TestQuantities(AttemptCase):
    def kit_of(self, listing, component):
        kit = listing.product_id

        def components(self, products):
            return {kit: {component: 1}} if kit in products else {}

        return patch.object(type(listing), "_sellable_components", components)

    def test_product_becomes_a_kit_that_cannot_be_made(self):
        component = self.make_style("PART", "S", stock=0).product_variant_ids
        with patch.object(
            type(self.small), "_sellable_components", lambda *_arguments: {}
        ):
            self.settle()
        with self.kit_of(self.small, component):
            self.assert_nothing_missed(lambda: None)

    def test_kit_that_cannot_be_made_becomes_a_product(self):
        component = self.make_style("PART", "S", stock=0).product_variant_ids
        with self.kit_of(self.small, component):
            self.settle()
        with patch.object(
            type(self.small), "_sellable_components", lambda *_arguments: {}
        ):
            self.assert_nothing_missed(lambda: None)

    def test_component_is_received(self):
        component = self.make_style("PART", "S", stock=0).product_variant_ids
        with self.kit_of(self.small, component):
            self.settle()
            self.assert_nothing_missed(
                lambda: self.set_stock(component, self.warehouse, 1)
            )

    def test_stock_moved_to_another_warehouse(self):
        other = self._warehouse("Other")
        place = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.small.product_id, place, 4
        )
        self.settle()
        self.assert_nothing_missed(
            lambda: place.write({"location_id": other.lot_stock_id.id})
        )

    def test_pause_begins_and_ends(self):
        self.env["iconic.account.pause"].create(
            {"account_id": self.account.id, "job": "selling", "until": LATER}
        )
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_season_opens(self):
        self.season.iconic_on_sale_from = LATER
        self.settle()
        with self.at(LATER):
            self.assert_nothing_missed(lambda: None)

    def test_not_tracked_any_more(self):
        self.account.untracked_quantity = 3
        new = self.make_style("SERVICE", "S", stock=0, is_storable=False)
        with self.at(self.NOW):
            self.all |= self.list_published(new)
        self.settle()
        self.assert_nothing_missed(lambda: new.write({"is_storable": True}))


class TestAnotherModule(AttemptCase):
    def test_stock_counted_in_another_way(self):
        free = {}
        original = type(self.small)._free_quantities

        def counted(listings, *arguments, **options):
            found = original(listings, *arguments, **options)
            return found | {id_: free[id_] for id_ in found if id_ in free}

        self.startPatcher(patch.object(type(self.small), "_free_quantities", counted))
        self.settle()
        self.assert_nothing_missed(lambda: free.update({self.small.product_id.id: 1}))


class TestInterruptions(AttemptCase):
    def test_change_behind_an_interrupted_run(self):
        row = self.account._job("detect")
        last = self.all.sorted("id")[-1]
        plan = {"all": False, "proving": False, "missed": [], "missed_count": 0}
        row.position = {**row.position, **plan, "after": last.id, "done": 3}
        self.style.name = "Another"
        self.detect()
        self.assertEqual(self.marked(self.small), {})
        self.detect()
        self.assertEqual(self.marked(self.small), {"content": "pending"})

    def test_change_while_another_one_is_sent(self):
        self.style.list_price = 90.0
        self.detect()
        feed = self.send_by("price")
        self.style.list_price = 91.0
        self.detect()
        self.assertEqual(self.marked(self.small), {"price": "sent"})
        self.take(feed)
        self.assert_nothing_missed(lambda: None)

    def test_moment_that_comes_while_a_price_is_sent(self):
        self.rule(fixed_price=80.0, date_start="2026-11-02 10:30:00")
        self.style.list_price = 90.0
        self.detect()
        feed = self.send_by("price")
        with self.at(LATER):
            self.detect()
            self.take(feed)
            self.assert_nothing_missed(lambda: None)


class TestNothingToDo(AttemptCase):
    def test_counting_another_product_concerns_nobody(self):
        other = self.make_style("UNLISTED", "S").product_variant_ids

        def count():
            quant = self.env["stock.quant"].search(
                [
                    ("product_id", "=", other.id),
                    ("location_id", "=", self.warehouse.lot_stock_id.id),
                ]
            )
            quant.inventory_quantity = 5
            quant.action_apply_inventory()

        self.assertFalse(self.compared_after(count))

    def test_kits_of_another_company_than_the_jobs(self):
        """A kit of the account's company is not compared again and again."""
        component = self.make_style("PART", "S", stock=5).product_variant_ids
        kit, company = self.small.product_id, self.company

        def components(self, products):
            own = self.env.company == company and kit in products
            return {kit: {component: 1}} if own else {}

        self.startPatcher(
            patch.object(type(self.small), "_sellable_components", components)
        )
        other = self.env["res.company"].create({"name": "Other"})
        root = self.env.ref("base.user_root")
        root.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        self.detect()
        self.detect()
        self.assertFalse(self.compared_after(lambda: None))

    def test_ordinary_work_with_another_product_concerns_nobody(self):
        other = self.make_style("UNLISTED", "S", stock=7).product_variant_ids
        self.detect()
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Somebody"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [Command.create({"product_id": other.id})],
            }
        )

        def work():
            sale.action_confirm()
            sale.picking_ids.button_validate()
            sale._create_invoices().action_post()

        self.assertFalse(self.compared_after(work))
        self.assertEqual(sale.picking_ids.state, "done")
