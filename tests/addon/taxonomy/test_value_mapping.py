"""The value mapping: matched by name, completed by hand, shared by categories."""

from ast import literal_eval

from lxml import etree
from mapping import MappingCase

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

VIEW = "iconic_connector.iconic_value_map_line_view_search"


class ValueMappingCase(MappingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colours = cls.value_map(cls.colour, "Color")

    def propose(self):
        self.env["iconic.value.map"]._propose(self.account)

    def chosen(self, value, value_map=None):
        """Return the marketplace's value for a value, False if it is not mapped."""
        lines = (value_map or self.colours).line_ids
        return lines.filtered(lambda line: line.value_id == value).option_id.name

    def choose(self, value, name, value_map=None):
        """Choose the marketplace's value for a value by hand."""
        value_map = value_map or self.colours
        line = value_map.line_ids.filtered(lambda line: line.value_id == value)
        line.option_id = value_map.attribute_id.option_ids.filtered(
            lambda option: option.name == name
        )
        self.assertTrue(line.option_id)

    def to_map(self):
        """Return the values that the filter To Map lists, for our attributes."""
        return self.listed("to_map")

    def listed(self, name):
        """Return the values that a filter of the list shows, for our attributes."""
        arch = etree.fromstring(self.env.ref(VIEW).arch)
        domain = literal_eval(arch.find(f".//filter[@name='{name}']").get("domain"))
        lines = self.env["iconic.value.map.line"].search(domain)
        return lines.filtered(lambda line: line.account_id == self.account)


class TestProposals(ValueMappingCase):
    def test_a_mapping_that_uses_an_attribute_gets_its_values_proposed(self):
        navy, red = self.colour.value_ids
        self.assertEqual(self.chosen(navy), "Navy")
        self.assertEqual(self.chosen(red), "Red")
        self.assertEqual(self.colours.open_count, 0)

    def test_names_differ_in_case_accents_signs_and_plurals(self):
        words = {"rosé gold": "Rose Gold", "BLACK": "Black", "Creams": "Cream"}
        values = {name: self.add_value(self.colour, name) for name in words}
        self.propose()
        for name, expected in words.items():
            self.assertEqual(self.chosen(values[name]), expected)

    def test_an_ambiguous_value_is_left_open(self):
        self.colours.attribute_id.option_ids[0].copy({"name": "REDS"})
        scarlet = self.add_value(self.colour, "reds ")
        self.propose()
        self.assertFalse(self.chosen(scarlet))

    def test_names_are_compared_in_the_language_of_the_account(self):
        self.env["res.lang"]._activate_lang("de_DE")
        gold = self.add_value(self.colour, "Gold")
        gold.with_context(lang="de_DE").name = "Silver"
        account = self.account.with_context(lang="de_DE")
        account.env["iconic.value.map"]._propose(account)
        self.assertEqual(self.chosen(gold), "Gold")

    def test_a_text_attribute_gets_no_value_map(self):
        self.take("Composition", "attribute", product_attribute_id=self.colour.id)
        self.assertFalse(self.value_map(self.colour, "Composition"))

    def test_an_attribute_chosen_later_gets_its_map_at_once(self):
        pattern = self._attribute("Print", ("stripes", "Dots"))
        self.assertFalse(self.value_map(pattern, "Pattern"))
        self.take("Pattern", "attribute", product_attribute_id=pattern.id)
        found = self.value_map(pattern, "Pattern")
        stripes, dots = pattern.value_ids
        self.assertEqual(self.chosen(stripes, found), "Stripe")
        self.assertFalse(self.chosen(dots, found))

    def test_the_variation_has_a_map_too(self):
        sizes = self.value_map(self.size, "Variation")
        small = self.size.value_ids[0]
        self.assertEqual(self.chosen(small, sizes), "S")
        self.choose(small, "AU 8", sizes)
        self.assertEqual(self.sent().findtext("Variation"), "AU 8")


class TestByHand(ValueMappingCase):
    def test_open_values_are_listed_once_and_not_per_product(self):
        teal = self.add_value(self.colour, "Teal")
        self.make_style("TEAL", "S M L", "Teal")
        self.propose()
        self.propose()
        self.assertEqual(self.to_map().value_id, teal)
        self.assertEqual(len(self.to_map()), 1)
        self.assertEqual(self.colours.open_count, 1)

    def test_a_chosen_value_is_sent_and_no_longer_listed(self):
        teal = self.add_value(self.colour, "Teal")
        self.make_style("TEAL", "S", "Teal")
        self.propose()
        product = self.product("TEAL-Teal-S")
        self.assertIn("Colour family not allowed", self.problems(product))
        self.choose(teal, "Turquoise")
        self.assertFalse(self.to_map())
        self.assertEqual(self.problems(product), {})
        self.assertEqual(self.sent_value("Color", product), "Turquoise")

    def test_what_was_chosen_by_hand_stays(self):
        navy = self.colour.value_ids[0]
        self.choose(navy, "Blue")
        self.propose()
        self.account.action_check_products()
        self.assertEqual(self.chosen(navy), "Blue")
        self.assertEqual(self.sent_value("Color"), "Blue")

    def test_a_new_value_appears_with_the_next_check(self):
        teal = self.add_value(self.colour, "Teal")
        gold = self.add_value(self.colour, "gold")
        self.assertNotIn(teal, self.colours.line_ids.value_id)
        self.account.action_check_products()
        self.assertEqual(self.to_map().value_id, teal)
        self.assertEqual(self.chosen(gold), "Gold")

    def test_a_removed_value_stays_and_is_refused(self):
        navy = self.colour.value_ids[0]
        self.choose(navy, "Indigo")
        self.colours.line_ids.option_id.filtered(
            lambda option: option.name == "Indigo"
        ).active = False
        self.add_value(self.colour, "Teal")
        self.propose()
        self.assertEqual(self.chosen(navy), "Indigo")
        self.assertEqual(self.listed("removed").value_id, navy)
        self.assertIn("Colour family not allowed", self.problems())

    def test_deleting_a_value_deletes_its_line(self):
        teal = self.add_value(self.colour, "Teal")
        self.propose()
        teal.unlink()
        self.assertFalse(self.to_map())
        self.assertEqual(self.colours.open_count, 0)


class TestSharing(ValueMappingCase):
    def other_mapping(self, number, feed_name="Color"):
        """Map another category, its colours from the same product attribute."""
        category = self.env["product.category"].create({"name": f"Other {number}"})
        return self.map_category(
            number,
            categ_id=category.id,
            variation_attribute_id=self.size.id,
            attribute_ids=[
                Command.create(
                    {
                        "feed_name": feed_name,
                        "source": "attribute",
                        "product_attribute_id": self.colour.id,
                    }
                )
            ],
        )

    def maps_of(self, attribute):
        return self.env["iconic.value.map"].search(
            [("product_attribute_id", "=", attribute.id)]
        )

    def test_categories_with_the_same_attributes_share_one_map(self):
        self.choose(self.colour.value_ids[0], "Blue")
        tops = self.other_mapping("112")
        self.assertEqual(self.maps_of(self.colour), self.colours)
        self.assertEqual(len(self.maps_of(self.size)), 1)
        top = self.make_style("TOP", "S", categ_id=tops.categ_id.id)
        self.assertEqual(self.sent_value("Color", top.product_variant_ids), "Blue")

    def test_categories_with_other_attributes_have_a_map_of_their_own(self):
        self.choose(self.colour.value_ids[0], "Blue")
        sneakers = self.other_mapping("121")
        self.assertEqual(len(self.maps_of(self.colour)), 2)
        shoe = self.make_style("SHOE", "S", categ_id=sneakers.categ_id.id)
        self.assertEqual(self.sent_value("Color", shoe.product_variant_ids), "Navy")

    def test_two_product_attributes_have_separate_maps(self):
        tops = self.other_mapping("112")
        shade = self._attribute("Shade", ("Navy",))
        self.line("Color", tops).product_attribute_id = shade
        self.choose(self.colour.value_ids[0], "Blue")
        shades = self.value_map(shade, "Color")
        self.assertEqual(self.chosen(shade.value_ids, shades), "Navy")


class TestFieldsAndSeasons(ValueMappingCase):
    """What the connector takes from fields and seasons is mapped like attributes."""

    #: With girls' clothing.
    sections = ("11", "10365")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping.primary_category_id = cls.marketplace_category("10366")
        cls.mapping.attribute_ids.filtered(
            lambda line: line.feed_name == "AgeRange"
        ).write({"source": "fixed", "value": "Kids"})

    def lines(self, feed_name):
        """Return the lines that map the values of one attribute of the category."""
        return self.env["iconic.value.map.line"].search(
            [
                ("account_id", "=", self.account.id),
                ("attribute_id.feed_name", "=", feed_name),
                ("attribute_id.set_id", "=", self.category_set.id),
            ]
        )

    @property
    def category_set(self):
        return self.mapping.primary_category_id.attribute_set_id

    def mapped(self, feed_name):
        return {line.name: line.option_id.name for line in self.lines(feed_name)}

    def map_text(self, feed_name, text, name):
        line = self.lines(feed_name).filtered(lambda one: one.name == text)
        line.option_id = line.attribute_id.option_ids.filtered(
            lambda option: option.name == name
        )

    def test_the_genders_of_a_category_are_matched_by_what_they_mean(self):
        genders = (
            ("female", "Women"),
            ("girls", "Girls"),
            ("unisex_kids", "Unisex Kids"),
        )
        for key, expected in genders:
            self.style.iconic_gender = key
            self.assertEqual(self.sent_value("Gender"), expected)
            self.assertEqual(self.problems(), {})
        self.propose()
        self.assertEqual(
            self.mapped("Gender"), {"Female": "Women", "Unisex Kids": "Unisex Kids"}
        )

    def test_a_gender_that_the_category_lacks_is_mapped_where_the_check_says(self):
        self.style.iconic_gender = "unisex"
        self.account.action_check_products()
        problem = self.problems()["Gender not allowed"]
        self.assertIn("Configuration > Value Mapping", problem.message)
        self.assertEqual(problem.place, self.lines("Gender").map_id)
        self.assertIn("Unisex", self.to_map().mapped("name"))
        self.map_text("Gender", "Unisex", "Unisex Kids")
        self.assertEqual(self.problems(), {})
        self.assertEqual(self.sent_value("Gender"), "Unisex Kids")

    def test_a_gender_of_the_whole_category_is_fixed_in_its_mapping(self):
        self.take("Gender", "fixed", value="Girls")
        self.assertEqual(self.sent_value("Gender"), "Girls")
        self.take("Gender", "fixed", value="Cats")
        problem = self.problems()["Gender not allowed"]
        self.assertIn("choose another one in the category mapping", problem.message)
        self.assertEqual(problem.place, self.mapping)

    def test_what_is_chosen_on_the_listing_is_never_mapped(self):
        self.style.iconic_gender = "girls"
        self.propose()
        self.map_text("Gender", "Girls", "Unisex Kids")
        self.assertEqual(self.sent_value("Gender"), "Unisex Kids")
        own = self.fill_in("Gender", "Girls")
        self.assertEqual(self.sent_value("Gender", **own), "Girls")

    def test_the_texts_of_a_field_are_those_of_the_products(self):
        self.small.iconic_mpn = "striped all over"
        self.take("Pattern", "field", field_id=self.product_field("iconic_mpn").id)
        self.assertEqual(self.mapped("Pattern"), {"striped all over": False})
        self.assertIn("Pattern not allowed", self.problems())
        self.map_text("Pattern", "striped all over", "Stripe")
        self.assertEqual(self.sent_value("Pattern"), "Stripe")

    def test_two_fields_of_one_attribute_do_not_answer_for_each_other(self):
        self.small.iconic_mpn = self.small.iconic_isbn = "striped"
        for name, pattern in (("iconic_mpn", "Stripe"), ("iconic_isbn", "Floral")):
            self.take("Pattern", "field", field_id=self.product_field(name).id)
            field = self.product_field(name)
            line = self.lines("Pattern").filtered(
                lambda one, field=field: one.map_id.field_id == field
            )
            line.option_id = line.attribute_id.option_ids.filtered(
                lambda one, pattern=pattern: one.name == pattern
            )
            self.assertTrue(line.option_id)
            self.assertEqual(self.sent_value("Pattern"), pattern)
        self.take("Pattern", "field", field_id=self.product_field("iconic_mpn").id)
        self.assertEqual(self.sent_value("Pattern"), "Stripe")

    def test_an_open_text_that_no_product_has_any_more_is_not_to_be_mapped(self):
        self.small.iconic_mpn = "stripd"
        self.take("Pattern", "field", field_id=self.product_field("iconic_mpn").id)
        self.small.iconic_mpn = "stripes"
        self.propose()
        self.assertEqual(self.mapped("Pattern"), {"stripes": "Stripe"})

    def test_a_season_is_mapped_to_a_season_of_the_marketplace(self):
        self.season.name = "Autumn 26"
        self.propose()
        self.assertFalse(self.mapped("Season")["Autumn 26"])
        self.assertIn("Season not allowed", self.problems())
        self.map_text("Season", "Autumn 26", "AW26")
        self.assertEqual(self.sent_value("Season"), "AW26")
        self.assertEqual(
            self.lines("Season").map_id.display_name, "Season tag → Season"
        )

    def test_a_list_of_conditions_or_brands_in_a_category_is_kept_too(self):
        for feed_name, options in (
            ("Condition", ("Brand New", "Pre-Loved")),
            ("Brand", ("SALTBUSH PTY",)),
        ):
            attribute = self.env["iconic.attribute"].search(
                [
                    ("set_id", "=", self.category_set.id),
                    ("feed_name", "=", feed_name),
                ]
            ) or self.env["iconic.attribute"].create(
                {
                    "account_id": self.account.id,
                    "set_id": self.category_set.id,
                    "name": feed_name,
                    "feed_name": feed_name,
                }
            )
            attribute.attribute_type = "option"
            self.env["iconic.attribute.option"].create(
                [
                    {
                        "account_id": self.account.id,
                        "attribute_id": attribute.id,
                        "name": name,
                    }
                    for name in options
                ]
            )
        self.propose()
        self.assertEqual(
            set(self.problems()) & {"Condition not allowed", "Brand not allowed"},
            {"Condition not allowed", "Brand not allowed"},
        )
        self.map_text("Condition", "new", "Brand New")
        self.map_text("Brand", "Saltbush", "SALTBUSH PTY")
        sent = self.sent()
        self.assertEqual(sent.findtext("Condition"), "Brand New")
        self.assertEqual(sent.findtext("Brand"), "SALTBUSH PTY")


class TestRights(ValueMappingCase):
    def test_users_read_the_maps_and_let_new_values_be_proposed(self):
        user = new_test_user(
            self.env,
            "iconic_user",
            groups="iconic_connector.iconic_connector_group_user",
        )
        gold = self.add_value(self.colour, "gold")
        self.account.with_user(user).action_check_products()
        self.assertEqual(self.chosen(gold), "Gold")
        line = self.colours.line_ids[0].with_user(user)
        self.assertTrue(line.option_id.name)
        with self.assertRaises(AccessError):
            line.option_id = False
        with self.assertRaises(AccessError):
            line.unlink()

    def test_managers_choose(self):
        manager = new_test_user(
            self.env,
            "iconic_manager",
            groups="iconic_connector.iconic_connector_group_manager",
        )
        line = self.colours.line_ids[0].with_user(manager)
        line.option_id = self.colours.attribute_id.option_ids[5]
        self.assertEqual(line.option_id.name, "Green")
