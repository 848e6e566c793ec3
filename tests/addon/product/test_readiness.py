"""The completeness of seasons and mappings, their problems, and where to fix them."""

from mapping import MappingCase

from odoo.fields import Command


class ReadinessCase(MappingCase):
    """Two dresses of the season, and a top without a category mapping."""

    def check(self):
        """Press Check Products."""
        self.account.action_check_products()

    def row(self, group):
        """Return the row of a season or of a mapping."""
        name = "tag_id" if group._name == "product.tag" else "map_id"
        rows = self.account.readiness_ids.filtered(lambda row: row[name] == group)
        self.assertEqual(len(rows), 1)
        return rows

    def numbers(self, group):
        row = self.row(group)
        return row.total, row.ready, row.share

    def found_by(self, action):
        """Return the problems that an action shows."""
        self.assertEqual(action["res_model"], "iconic.product.problem")
        return self.env["iconic.product.problem"].search(action["domain"])

    def lose_brand(self, *skus):
        for sku in skus:
            self.product(sku).product_tmpl_id.iconic_brand = False


class TestRows(ReadinessCase):
    def test_everything_ready_is_100_per_cent(self):
        self.check()
        for group in (self.season, self.mapping):
            self.assertEqual(self.numbers(group), (2, 2, 100))
            self.assertFalse(self.row(group).obstacle)

    def test_nothing_matching_leaves_no_rows(self):
        self.style.product_tag_ids = False
        self.check()
        self.assertFalse(self.account.readiness_ids)

    def test_rows_count_what_could_be_sent(self):
        self.make_style("MORE", "S M")
        self.product("MORE-Navy-S").barcode = False
        self.check()
        for group in (self.season, self.mapping):
            self.assertEqual(self.numbers(group), (4, 3, 75))

    def test_the_main_problem_is_shown_with_its_number_of_products(self):
        self.make_style("MORE", "S M")
        self.lose_brand("MORE-Navy-S")
        self.product("MAP-Navy-S").barcode = False
        self.check()
        self.assertEqual(self.row(self.season).obstacle, "Brand missing (2)")

    def test_a_product_with_two_problems_of_a_kind_counts_once(self):
        self.take("Composition", "fixed", value="x" * 300)
        self.take("CareLabel", "fixed", value="x" * 300)
        self.check()
        self.assertEqual(self.numbers(self.mapping), (2, 0, 0))
        self.assertIn("(2)", self.row(self.mapping).obstacle)

    def test_each_season_has_a_row_of_its_own(self):
        core = self.env["product.tag"].create({"name": "Core"})
        self.account.season_tag_ids |= core
        self.make_style("CORE", "S", product_tag_ids=[Command.set(core.ids)])
        both = self.season | core
        self.make_style("BOTH", "S", product_tag_ids=[Command.set(both.ids)])
        self.lose_brand("CORE-Navy-S")
        self.check()
        self.assertEqual(self.numbers(core), (2, 1, 50))
        self.assertEqual(self.numbers(self.season), (3, 3, 100))
        self.assertEqual(self.numbers(self.mapping), (4, 3, 75))

    def test_tags_that_are_no_seasons_have_no_row(self):
        self.style.product_tag_ids |= self.env["product.tag"].create({"name": "A sale"})
        self.check()
        self.assertEqual(self.account.readiness_ids.tag_id, self.season)

    def test_each_mapping_has_a_row_with_its_products(self):
        other = self.make_style("OWN", "S M L")
        own = self.map_category("111", product_tmpl_id=other.id)
        self.check()
        self.assertEqual(self.numbers(self.mapping), (2, 2, 100))
        self.assertEqual(self.numbers(own), (3, 0, 0))
        self.assertEqual((own.total, own.ready, own.share), (3, 0, 0))
        self.assertEqual((self.mapping.total, self.mapping.share), (2, 100))

    def test_products_without_a_mapping_count_in_their_season_alone(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        self.make_style("TOP", "S M", categ_id=tops.id)
        self.check()
        self.assertEqual(self.numbers(self.season), (4, 2, 50))
        self.assertEqual(self.row(self.season).obstacle, "Category not mapped (2)")
        self.assertEqual(self.account.readiness_ids.map_id, self.mapping)

    def test_a_second_check_replaces_the_first(self):
        self.lose_brand("MAP-Navy-S")
        self.check()
        self.assertEqual(self.numbers(self.season), (2, 0, 0))
        self.style.iconic_brand = "Saltbush"
        self.check()
        self.assertEqual(self.numbers(self.season), (2, 2, 100))
        self.assertEqual(len(self.account.readiness_ids), 2)
        self.assertFalse(self.account.problem_ids)
        self.assertEqual(self.account.failing_count, 0)

    def test_the_check_of_another_account_does_not_change_these_rows(self):
        other = self.account.copy({"name": "Another"})
        self.check()
        other.season_tag_ids = self.season
        other.action_check_products()
        self.assertEqual(self.numbers(self.season), (2, 2, 100))
        self.assertEqual(other.readiness_ids.mapped("ready"), [0])


class TestWhy(ReadinessCase):
    def setUp(self):
        super().setUp()
        self.core = self.env["product.tag"].create({"name": "Core"})
        self.account.season_tag_ids |= self.core
        tops = self.env["product.category"].create({"name": "Tops"})
        self.make_style(
            "TOP", "S", categ_id=tops.id, product_tag_ids=[Command.set(self.core.ids)]
        )
        self.lose_brand("MAP-Navy-S")
        self.check()

    def skus(self, problems):
        return sorted(problems.product_id.mapped("default_code"))

    def test_of_the_account_shows_everything(self):
        problems = self.found_by(self.account.action_view_problems())
        self.assertEqual(problems, self.account.problem_ids)
        self.assertEqual(
            self.skus(problems), ["MAP-Navy-M", "MAP-Navy-S", "TOP-Navy-S"]
        )

    def test_of_a_season_shows_its_products_alone(self):
        problems = self.found_by(self.row(self.season).action_view_problems())
        self.assertEqual(self.skus(problems), ["MAP-Navy-M", "MAP-Navy-S"])
        self.assertEqual(set(problems.mapped("rule")), {"Brand missing"})
        problems = self.found_by(self.row(self.core).action_view_problems())
        self.assertEqual(self.skus(problems), ["TOP-Navy-S"])

    def test_of_a_mapping_shows_its_products_alone(self):
        for action in (
            self.row(self.mapping).action_view_problems(),
            self.mapping.action_view_problems(),
        ):
            problems = self.found_by(action)
            self.assertEqual(self.skus(problems), ["MAP-Navy-M", "MAP-Navy-S"])

    def test_shows_nothing_of_another_account(self):
        other = self.account.copy({"name": "Another"})
        other.season_tag_ids = self.season
        other.action_check_products()
        problems = self.found_by(self.row(self.season).action_view_problems())
        self.assertEqual(problems.account_id, self.account)


class TestFix(ReadinessCase):
    def fix(self, rule, product=None):
        """Check, press Fix at a problem, and return the record that opens."""
        self.check()
        product = product or self.small
        problem = self.account.problem_ids.filtered(
            lambda one: one.rule == rule and one.product_id == product
        )
        self.assertEqual(len(problem), 1, self.account.problem_ids.mapped("rule"))
        action = problem.action_fix()
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertTrue(self.env[action["res_model"]].has_access("read"))
        return self.env[action["res_model"]].browse(action.get("res_id"))

    def test_a_problem_of_the_product_opens_the_product(self):
        self.lose_brand("MAP-Navy-S")
        self.assertEqual(self.fix("Brand missing"), self.small)

    def test_an_attribute_that_the_product_lacks_opens_the_product(self):
        finish = self._attribute("Finish", ("Washed",))
        self.take("Composition", "attribute", product_attribute_id=finish.id)
        self.assertEqual(self.fix("Composition missing"), self.small)

    def test_an_empty_field_opens_the_product(self):
        field = self.product_field("description_purchase")
        self.take("Composition", "field", field_id=field.id)
        self.assertEqual(self.fix("Composition missing"), self.small)

    def test_an_attribute_without_a_source_opens_the_mapping(self):
        self.line("Composition").source = False
        self.assertEqual(self.fix("Composition missing"), self.mapping)

    def test_a_fixed_value_that_is_no_option_opens_the_mapping(self):
        self.take("AgeGroup", "fixed", value="Pensioner")
        self.assertEqual(self.fix("Age group not allowed"), self.mapping)

    def test_a_category_outside_opens_the_mapping(self):
        self.mapping.secondary_category_ids = self.marketplace_category("112")
        self.assertEqual(self.fix("Category wrong"), self.mapping)

    def test_a_value_without_a_counterpart_opens_the_value_map(self):
        self.add_value(self.colour, "Teal")
        self.make_style("TEAL", "S", "Teal")
        place = self.fix("Colour family not allowed", self.product("TEAL-Teal-S"))
        self.assertEqual(place, self.value_map(self.colour, "Color"))

    def test_a_size_without_a_counterpart_opens_the_value_map(self):
        self.add_value(self.size, "Petite")
        self.make_style("SIZE", "Petite")
        place = self.fix("Size not allowed", self.product("SIZE-Navy-Petite"))
        self.assertEqual(place, self.value_map(self.size, "Variation"))

    def test_a_wrong_value_of_the_listing_opens_the_listing(self):
        listing = self.listing_of(**self.fill_in("AgeGroup", "Pensioner"))
        self.assertEqual(self.fix("Age group not allowed"), listing)

    def test_a_missing_value_of_the_listing_opens_the_listing(self):
        listing = self.listing_of()
        self.take("Composition", "listing")
        self.assertEqual(self.fix("Composition missing"), listing)

    def test_a_missing_value_opens_the_product_if_there_is_no_listing(self):
        self.take("Composition", "listing")
        self.assertEqual(self.fix("Composition missing"), self.small)

    def test_a_categorys_own_choice_on_the_listing_opens_the_listing(self):
        gone = self.marketplace_category("112")
        listing = self.listing_of(primary_category_id=gone.id)
        gone.active = False
        self.assertEqual(self.fix("Category removed"), listing)

    def test_a_category_without_a_mapping_opens_the_mappings(self):
        self.mapping.unlink()
        place = self.fix("Category not mapped")
        self.assertEqual(place._name, "iconic.category.map")
        self.assertFalse(place)
