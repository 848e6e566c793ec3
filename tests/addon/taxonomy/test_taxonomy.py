"""The marketplace's categories, attributes and brands in the database.

SellerCenter, Categories and Attributes.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from common import MarketplaceCase, contract, leave_sections, over_both_apis

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.iconic_connector.models.taxonomy.iconic_taxonomy import NO_CHANGES
from odoo.addons.iconic_connector.seller_center.records import Brand

MODELS = ("category", "attribute.set", "attribute", "attribute.option", "brand")


class TaxonomyCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        leave_sections(cls.sandbox)

    def refresh(self):
        """Press the button, and run the job until everything is read."""
        self.account.action_refresh_taxonomy()
        self.run_cron("taxonomy")
        self.assertFalse(self.account.is_refreshing)

    def entries(self, model, **values):
        """Return entries of the account, archived ones too."""
        domain = [("account_id", "=", self.account.id), *map(_equal, values.items())]
        found = self.env[f"iconic.{model}"].with_context(active_test=False)
        return found.search(domain)

    def attribute(self, number, feed_name):
        category = self.entries("category", external_id=number)
        return category.attribute_ids.filtered(
            lambda attribute: attribute.feed_name == feed_name
        )


def _equal(pair):
    name, value = pair
    return (name, "=", value)


@over_both_apis
class TestReading(TaxonomyCase):
    def begin(self):
        super().begin()
        self.refresh()

    @contract
    def test_the_tree_has_full_paths_levels_and_parents(self):
        dresses = self.entries("category", external_id="111")
        self.assertEqual(
            (dresses.complete_name, dresses.level, dresses.parent_id.external_id),
            ("Women / Clothing / Dresses", 3, "11"),
        )
        midi = self.entries("category", external_id="1111")
        self.assertTrue(midi._is_below(dresses))
        self.assertFalse(dresses._is_below(midi))
        women = self.entries("category", external_id="1")
        below = self.env["iconic.category"].search([("id", "child_of", women.id)])
        self.assertLessEqual(dresses | midi | women, below)

    def test_a_category_is_found_by_path_and_by_number(self):
        Category = self.env["iconic.category"]
        for text in ("Clothing / Dresses", "111"):
            names = [name for _id, name in Category.name_search(text)]
            self.assertIn("Women / Clothing / Dresses", names)

    @contract
    def test_attributes_have_their_rules(self):
        colour = self.attribute("111", "Color")
        self.assertTrue(colour.mandatory)
        self.assertEqual(colour.attribute_type, "option")
        self.assertIn("Navy", colour.option_ids.mapped("name"))
        composition = self.attribute("111", "Composition")
        self.assertEqual(
            (composition.attribute_type, composition.max_length), ("value", 255)
        )
        self.assertTrue(self.attribute("111", "Variation").per_variation)

    @contract
    def test_options_have_the_order_of_the_marketplace(self):
        names = self.attribute("111", "Variation").option_ids.mapped("name")
        sizes = [name for name in names if name in ("S", "M", "L", "XL")]
        self.assertEqual(sizes, ["S", "M", "L", "XL"])

    @contract
    def test_all_brands_are_read(self):
        self.assertEqual(
            set(self.entries("brand").mapped("name")),
            set(self.sandbox.taxonomy.brands.values()),
        )

    def test_attributes_are_read_once_for_each_set_and_not_for_each_category(self):
        self.assertEqual(
            len(self.calls("GetCategoryAttributes")), len(self.entries("attribute.set"))
        )


class TestReadingAgain(TaxonomyCase):
    def rows(self):
        """Return where the database holds each row: a row written again is moved."""
        self.env.flush_all()
        found = set()
        for model in MODELS:
            table = self.env[f"iconic.{model}"]._table
            self.env.cr.execute(
                SQL("SELECT %s, id, ctid::text FROM %s", table, SQL.identifier(table))
            )
            found.update(self.env.cr.fetchall())
        return found

    def test_an_unchanged_taxonomy_writes_nothing(self):
        self.refresh()
        before = self.rows()
        self.refresh()
        self.assertEqual(self.rows(), before)
        self.assertIn("Created: 0.", self.account.taxonomy_report)

    def test_a_removed_entry_is_archived_and_comes_back(self):
        self.refresh()
        brands = self.sandbox.taxonomy.brands
        number = next(key for key, name in brands.items() if name == "Saltbush")
        del brands[number]
        self.refresh()
        self.assertFalse(self.entries("brand", name="Saltbush").active)
        self.assertIn("Archived: 1.", self.account.taxonomy_report)
        brands[number] = "Saltbush"
        self.refresh()
        self.assertTrue(self.entries("brand", name="Saltbush").active)

    def test_an_entry_with_the_same_number_is_renamed_and_not_duplicated(self):
        known = self.marketplace_category("111")
        self.refresh()
        self.assertEqual(self.entries("category", external_id="111"), known)
        self.assertEqual(known.complete_name, "Women / Clothing / Dresses")


@over_both_apis
class TestWhatIsRefusedOrMissing(TaxonomyCase):
    """Absence and refusal prove nothing (design, section 4)."""

    def begin(self):
        super().begin()
        self.refresh()
        self.known = self.counts()

    def counts(self):
        """Return how many entries of each kind are not archived."""
        return {model: len(self.entries(model).filtered("active")) for model in MODELS}

    def refuse(self, action, code, times=1):
        self.add_fault(
            "error", action, code=code, message=f"E{code:03}: Not today", times=times
        )

    def activity(self):
        return self.account.activity_search(
            ["iconic_connector.mail_activity_type_lists"]
        )

    def answer(self, name, value):
        """Let the client answer a call in a certain way."""
        client = self.account._client_class
        self.patch(client, name, lambda *_arguments, **_options: value)

    @contract
    def test_a_refused_attribute_set_stays_and_the_others_are_read(self):
        sets = len(self.entries("attribute.set"))
        for code in (57, 30):
            with self.subTest(code=code):
                self.sandbox.requests.clear()
                self.refuse("GetCategoryAttributes", code)
                self.refresh()
                self.assertEqual(self.counts(), self.known)
                self.assertEqual(len(self.calls("GetCategoryAttributes")), sets)

    def test_a_refused_attribute_set_is_named_and_asked_for_again(self):
        self.refuse("GetCategoryAttributes", 30)
        self.refresh()
        report = self.account.taxonomy_report
        self.assertRegex(report, "Left as they are.*\nAttributes of .*Not today")
        self.sandbox.requests.clear()
        self.run_cron("taxonomy")
        self.assertEqual(self.calls(), [])
        later = fields.Datetime.now() + timedelta(minutes=61)
        with patch.object(fields.Datetime, "now", lambda *_self: later):
            self.run_cron("taxonomy")
        self.assertTrue(self.calls("GetCategoryAttributes"))
        self.assertNotIn("Left as they are", self.account.taxonomy_report)

    def test_a_set_that_is_refused_again_and_again_is_asked_less_and_less_often(self):
        waits = []
        for _time in range(7):
            self.refuse("GetCategoryAttributes", 30)
            self.refresh()
            retry_at = self.account._job("taxonomy").position["retry_at"]
            wait = datetime.fromisoformat(retry_at) - fields.Datetime.now()
            waits.append(round(wait.total_seconds() / 3600))
        self.assertEqual(waits, [1, 2, 4, 8, 16, 24, 24])

    def test_refused_brands_and_categories_stay(self):
        for action in ("GetBrands", "GetCategoryTree"):
            with self.subTest(action=action):
                self.refuse(action, 30)
                self.refresh()
                self.assertEqual(self.counts(), self.known)
                self.assertIn("Not today", self.account.taxonomy_report)

    @contract
    def test_an_empty_tree_archives_nothing_and_a_person_is_told(self):
        roots = self.sandbox.taxonomy.roots
        self.sandbox.taxonomy.roots = ()
        self.refresh()
        self.assertEqual(self.counts(), self.known)
        self.assertIn("Categories", self.activity().note)
        self.assertIn("no longer shows", self.account.smaller_lists_note)
        self.assertIn("no longer shows", self.account.taxonomy_report)
        self.sandbox.taxonomy.roots = roots
        self.refresh()
        self.assertFalse(self.activity())
        self.assertFalse(self.account.smaller_lists_note)

    def test_an_empty_answer_of_any_other_list_archives_nothing(self):
        for name in ("brands", "set_attributes"):
            with self.subTest(name=name):
                self.answer(name, ())
                self.refresh()
                self.assertEqual(self.counts(), self.known)
                self.assertTrue(self.activity())

    def test_a_category_that_the_tree_lost_is_asked_for_by_its_number(self):
        tree = self.sandbox.taxonomy.roots
        client = self.account._client_class
        read = client.category_tree
        self.patch(client, "category_tree", lambda api: without(read(api), "1111"))
        self.refresh()
        self.assertTrue(self.entries("category", external_id="1111").active)
        self.assertEqual(self.sandbox.taxonomy.roots, tree)
        self.sandbox.taxonomy.remove_category("1111")
        self.refresh()
        self.assertFalse(self.entries("category", external_id="1111").active)

    def test_a_few_removed_categories_are_archived(self):
        for number in ("1111", "1112"):
            self.sandbox.taxonomy.remove_category(number)
        self.refresh()
        self.assertEqual(self.counts()["category"], self.known["category"] - 2)
        self.assertFalse(self.activity())

    def test_a_smaller_list_counts_once_a_person_has_accepted_it(self):
        for name in list(self.sandbox.taxonomy.brands.values())[6:]:
            self.sandbox.taxonomy.remove_brand(name)
        self.refresh()
        self.assertEqual(self.counts(), self.known)
        self.account.action_accept_smaller_lists()
        self.assertFalse(self.activity())
        self.run_cron("taxonomy")
        self.assertEqual(self.counts(), {**self.known, "brand": 6})
        self.assertFalse(self.account.smaller_lists)

    def test_accepting_a_loss_accepts_no_larger_one(self):
        names = list(self.sandbox.taxonomy.brands.values())
        for name in names[10:]:
            self.sandbox.taxonomy.remove_brand(name)
        self.refresh()
        self.account.action_accept_smaller_lists()
        self.sandbox.taxonomy.remove_brand(names[0])
        self.run_cron("taxonomy")
        self.assertEqual(self.counts(), self.known)
        self.assertTrue(self.activity())

    def test_a_list_that_cannot_be_read_whole_archives_nothing(self):
        class Whole(tuple):
            unreadable = ("a brand without a name",)

        brands = [Brand(name) for name in self.sandbox.taxonomy.brands.values()]
        self.answer("brands", Whole(brands[1:]))
        self.refresh()
        self.assertEqual(self.counts(), self.known)


def without(nodes, number):
    """Return a category tree without one of its categories."""
    return tuple(
        replace(node, children=without(node.children, number))
        for node in nodes
        if node.category_id != number
    )


class TestTheJob(TaxonomyCase):
    def test_it_reads_a_taxonomy_again_after_a_week(self):
        self.run_cron("taxonomy")
        self.assertTrue(self.account.taxonomy_read_at)
        self.sandbox.requests.clear()
        self.run_cron("taxonomy")
        self.assertEqual(self.calls(), [])
        later = fields.Datetime.now() + timedelta(days=7)
        with patch.object(fields.Datetime, "now", lambda *_self: later):
            self.run_cron("taxonomy")
        self.assertTrue(self.calls("GetCategoryTree"))

    def test_an_interrupted_reading_continues_where_it_stopped(self):
        self.sandbox.faults.add(
            "status", code=503, action="GetCategoryAttributes", skip=1, times=3
        )
        self.account.action_refresh_taxonomy()
        self.run_cron("taxonomy")
        position = self.account._job("taxonomy").position
        self.assertEqual(position["step"], "attributes")
        self.assertTrue(position["set"])
        self.sandbox.requests.clear()
        self.forget_backoff()
        self.run_cron("taxonomy")
        self.assertFalse(self.account.is_refreshing)
        self.assertEqual(self.calls("GetCategoryTree"), [])
        self.assertEqual(
            len(self.calls("GetCategoryAttributes")),
            len(self.entries("attribute.set")) - 1,
        )

    def test_nobody_can_change_entries_of_the_marketplace(self):
        self.refresh()
        user = self.env.ref("base.user_admin")
        user.group_ids += self.env.ref(
            "iconic_connector.iconic_connector_group_manager"
        )
        for model in MODELS:
            entry = self.entries(model)[:1].with_user(user)
            with self.assertRaises(AccessError):
                entry.name = "Mine"
            with self.assertRaises(AccessError):
                entry.unlink()


class TestUnderAMapping(TaxonomyCase):
    def begin(self):
        super().begin()
        self.refresh()

    def line(self, feed_name):
        return self.mapping.attribute_ids.filtered(
            lambda line: line.feed_name == feed_name
        )

    def test_a_mapping_gets_a_line_for_each_attribute_of_its_category(self):
        asked = {
            attribute.feed_name
            for attribute in self.mapping.primary_category_id.attribute_ids
            if attribute._is_mapped()
        }
        self.assertIn("Fit", asked)
        self.assertEqual(set(self.mapping.attribute_ids.mapped("feed_name")), asked)
        self.assertFalse(self.line("Fit").source)
        self.assertEqual(self.line("Color").source, "attribute")
        self.assertTrue(self.line("Color").mandatory)
        self.assertFalse(self.line("Fit").mandatory)

    def test_a_removed_category_is_reported(self):
        self.mapping.primary_category_id.active = False
        report = self.account._finish_refresh(NO_CHANGES)
        self.assertIn("Dresses", report)

    def test_a_removed_value_is_reported(self):
        self.line("Fit").write(
            {
                "source": "fixed",
                "option_id": self.line("Fit").attribute_id.option_ids[0],
            }
        )
        self.line("Fit").option_id.active = False
        report = self.account._finish_refresh(NO_CHANGES)
        self.assertIn("Fit no longer has the value", report)

    def test_values_are_matched_by_name_whatever_case_accent_and_plural(self):
        values = {"navy": "Navy", "BLÜE": "Blue", "Greys": "Grey", "Teal": False}
        self.colour.write(
            {"value_ids": [Command.create({"name": name}) for name in values]}
        )
        self.env["iconic.value.map"]._propose(self.account)
        lines = self.env["iconic.value.map.line"].search(
            [("map_id.product_attribute_id", "=", self.colour.id)]
        )
        found = {
            line.value_id.name: line.option_id.name
            for line in lines
            if line.value_id.name in values
        }
        self.assertEqual(found, values)

    def test_mappings_of_the_same_attribute_set_share_their_values(self):
        self.mapping.copy(
            {
                "categ_id": self.env["product.category"].create({"name": "Tops"}).id,
                "primary_category_id": self.entries("category", external_id="112").id,
            }
        )
        maps = self.env["iconic.value.map"].search(
            [("product_attribute_id", "=", self.colour.id)]
        )
        self.assertEqual(len(maps), 1)


class TestLoad(TaxonomyCase):
    def test_queries_grow_by_thousands_and_not_by_rows(self):
        """The rows of a set are compared at once: 2000 more cost their insertion."""
        counts = []
        for size in (1, 3):
            brands = [Brand(f"Brand {number}") for number in range(size * 1000)]
            before = self.env.cr.sql_log_count
            self.account._upsert_brands(brands)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.entries("brand").unlink()
        self.assertLess(counts[1] - counts[0], 60)
