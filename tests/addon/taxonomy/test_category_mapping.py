"""The categories of products at the marketplace, and the sources of their values."""

from common import document, elements
from mapping import MappingCase
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger


class TestNearestMap(MappingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.midi = cls.child_category("Midi", cls.category)
        cls.wrap = cls.child_category("Wrap", cls.midi)

    def assert_mapped(self, category, number):
        self.style.categ_id = category
        self.assertEqual(self.sent().findtext("PrimaryCategory"), number)

    def test_a_map_applies_to_the_categories_below(self):
        self.assert_mapped(self.wrap, "111")

    def test_a_nearer_map_wins(self):
        self.map_category("112", categ_id=self.midi.id)
        self.assert_mapped(self.wrap, "112")

    def test_a_map_above_is_not_touched_by_one_below(self):
        self.map_category("112", categ_id=self.midi.id)
        self.assert_mapped(self.category, "111")

    def test_a_map_does_not_apply_beside_or_above_its_category(self):
        self.mapping.categ_id = self.midi
        beside = self.child_category("Maxi", self.category)
        for category in (beside, self.category):
            self.style.categ_id = category
            listing = self.listing_of()
            self.assertIsNone(
                elements(document(listing))[listing.sku].find("PrimaryCategory")
            )
            rules = [one.rule for one in listing._check_for_sending()[listing.id]]
            self.assertIn("Category not mapped", rules)

    def test_a_moved_category_uses_the_map_of_its_new_place(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        self.map_category("112", categ_id=tops.id)
        self.midi.parent_id = tops
        self.assert_mapped(self.wrap, "112")

    def test_the_map_of_a_single_product_wins(self):
        self.map_category("112", categ_id=self.midi.id)
        self.map_category("1161", product_tmpl_id=self.style.id)
        self.assert_mapped(self.wrap, "1161")

    def test_the_map_of_another_product_does_not_apply(self):
        other = self.make_style("OTHER", "S")
        self.map_category("112", product_tmpl_id=other.id)
        self.assert_mapped(self.category, "111")

    def test_the_map_of_another_account_does_not_apply(self):
        other = self.account.copy({"name": "Another"})
        self.mapping.account_id = other
        self.assertIn("Category not mapped", self.problems())

    def test_values_of_the_listing_win(self):
        category = self.marketplace_category("112")
        listing = self.listing_of(primary_category_id=category.id)
        sent = elements(document(listing))[listing.sku]
        self.assertEqual(sent.findtext("PrimaryCategory"), "112")


class TestChoosingACategory(MappingCase):
    def asked_names(self, number):
        """Return the attributes of a category that need a mapping."""
        own = {"Brand", "Variation"}
        attributes = self.marketplace_category(number).attribute_ids
        return set(attributes.mapped("feed_name")) - own

    def names(self, mapping):
        return mapping.attribute_ids.mapped("feed_name")

    def test_a_new_map_gets_a_line_for_each_attribute(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        mapping = self.map_category("112", categ_id=tops.id)
        self.assertEqual(set(self.names(mapping)), self.asked_names("112"))
        self.assertEqual(mapping.attribute_ids[:1].mandatory, True)
        self.assertEqual(self.line("Color", mapping).attribute_id.name, "Colour family")

    def test_the_form_shows_the_lines_before_saving(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        with Form(self.env["iconic.category.map"]) as form:
            form.account_id = self.account
            form.categ_id = tops
            self.assertEqual(len(form.attribute_ids), 0)
            form.primary_category_id = self.marketplace_category("112")
            shown = {line["feed_name"] for line in form.attribute_ids._records}
            self.assertEqual(shown, self.asked_names("112"))
            places = {line["feed_name"]: i for i, line in enumerate(self.rows(form))}
            with form.attribute_ids.edit(places["Fit"]) as line:
                self.assertEqual(line.attribute_id.name, "Fit")
                line.source = "fixed"
                line.option_id = line.attribute_id.option_ids[:1]
        mapping = form.record
        self.assertEqual(set(self.names(mapping)), self.asked_names("112"))
        self.assertEqual(len(self.names(mapping)), len(set(self.names(mapping))))
        self.assertEqual(self.line("Fit", mapping).value, "Regular")

    def rows(self, form):
        return form.attribute_ids._records

    def test_changing_the_category_before_saving_leaves_only_its_lines(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        with Form(self.env["iconic.category.map"]) as form:
            form.account_id = self.account
            form.categ_id = tops
            form.primary_category_id = self.marketplace_category("112")
            form.primary_category_id = self.marketplace_category("121")
            shown = {line["feed_name"] for line in self.rows(form)}
            self.assertEqual(shown, self.asked_names("121"))
        self.assertEqual(set(self.names(form.record)), self.asked_names("121"))

    def test_another_category_leaves_filled_lines_and_adds_the_rest(self):
        self.mapping.primary_category_id = self.marketplace_category("121")
        self.assertLessEqual(self.asked_names("121"), set(self.names(self.mapping)))
        self.assertEqual(self.line("Composition").value, "Cotton")
        self.assertEqual(
            self.line("Composition").attribute_id.set_id,
            self.mapping.primary_category_id.attribute_set_id,
        )


class TestSources(MappingCase):
    def test_a_fixed_text_is_sent(self):
        self.take("Composition", "fixed", value="Linen")
        self.assertEqual(self.sent_value("Composition"), "Linen")

    def test_a_fixed_option_is_sent(self):
        fit = self.line("Fit").attribute_id.option_ids[1]
        self.take("Fit", "fixed", option_id=fit.id)
        self.assertEqual(self.sent_value("Fit"), "Slim")

    def test_several_fixed_options_are_sent(self):
        self.take("MaterialFamily", "fixed", value="cotton, WOOL")
        self.assertEqual(self.sent_value("MaterialFamily"), "Cotton,Wool")

    def test_another_option_replaces_the_first(self):
        first, second = self.line("Fit").attribute_id.option_ids[:2]
        self.take("Fit", "fixed", option_id=first.id)
        self.line("Fit").option_id = second
        self.assertEqual(self.sent_value("Fit"), "Slim")

    def test_an_attribute_of_the_product_is_sent_through_the_value_map(self):
        self.add_value(self.colour, "Marine")
        self.make_style("SEA", "S", "Marine")
        self.env["iconic.value.map"]._propose(self.account)
        line = self.value_map(self.colour, "Color").line_ids.filtered(
            lambda line: line.value_id.name == "Marine"
        )
        line.option_id = line.attribute_id.option_ids.filtered(
            lambda option: option.name == "Aqua"
        )
        self.assertEqual(self.sent_value("Color", self.product("SEA-Marine-S")), "Aqua")

    def test_an_attribute_of_the_product_is_sent_as_text(self):
        self.take("ColorNameBrand", "attribute", product_attribute_id=self.colour.id)
        self.assertEqual(self.sent_value("ColorNameBrand"), "Navy")

    def test_an_attribute_with_a_single_value_is_sent(self):
        finish = self._attribute("Finish", ("Washed",))
        self.style.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": finish.id,
                    "value_ids": [Command.set(finish.value_ids.ids)],
                }
            )
        ]
        self.take("StyleCode", "attribute", product_attribute_id=finish.id)
        self.assertEqual(self.sent_value("StyleCode"), "Washed")

    def test_an_attribute_that_the_product_lacks_is_not_sent(self):
        other = self._attribute("Finish", ("Washed",))
        self.take("StyleCode", "attribute", product_attribute_id=other.id)
        self.assertIsNone(self.sent_value("StyleCode"))

    def take_field(self, feed_name, name):
        self.take(feed_name, "field", field_id=self.product_field(name).id)

    def test_a_text_field_is_sent(self):
        self.take_field("StyleCode", "default_code")
        self.assertEqual(self.sent_value("StyleCode"), "MAP-Navy-S")

    def test_a_text_field_is_sent_in_the_language_of_the_account(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.style.description_purchase = "Blue dress"
        self.style.with_context(lang="de_DE").description_purchase = "Blaues Kleid"
        self.account.lang = "de_DE"
        self.take_field("StyleCode", "description_purchase")
        self.assertEqual(self.sent_value("StyleCode"), "Blaues Kleid")

    def test_a_field_with_a_choice_sends_its_label(self):
        self.take_field("StyleCode", "iconic_gender")
        self.assertEqual(self.sent_value("StyleCode"), "Female")

    def test_a_field_that_links_sends_the_name(self):
        self.take_field("StyleCode", "categ_id")
        self.assertEqual(self.sent_value("StyleCode"), "Dresses")

    def test_a_number_has_a_decimal_point_and_no_trailing_zeros(self):
        self.take_field("LengthCm", "weight")
        for weight, text in ((98.5, "98.5"), (100.0, "100"), (0.25, "0.25")):
            self.small.weight = weight
            self.assertEqual(self.sent_value("LengthCm"), text)

    def test_a_whole_number_has_no_decimal_point(self):
        self.take_field("LengthCm", "sequence")
        self.style.sequence = 40
        self.assertEqual(self.sent_value("LengthCm"), "40")

    def test_a_number_is_written_the_same_in_every_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.account.lang = "de_DE"
        self.take_field("LengthCm", "weight")
        self.small.weight = 1098.5
        self.assertEqual(self.sent_value("LengthCm"), "1098.5")

    def test_a_date_is_sent_as_year_month_and_day(self):
        self.own_field("x_first_day", "date")
        self.take_field("AvailableFrom", "x_first_day")
        self.style.x_first_day = fields.Date.to_date("2030-01-31")
        self.assertEqual(self.sent_value("AvailableFrom"), "2030-01-31")

    def test_a_tick_box_is_sent_as_yes_or_no(self):
        self.take_field("StyleCode", "sale_ok")
        self.assertEqual(self.sent_value("StyleCode"), "Yes")

    def test_an_empty_field_sends_nothing(self):
        self.take_field("StyleCode", "description_purchase")
        self.assertIsNone(self.sent_value("StyleCode"))

    def own_field(self, name, kind):
        """Let an administrator add a field to products."""
        return self.env["ir.model.fields"].create(
            {
                "name": name,
                "field_description": name,
                "model_id": self.env["ir.model"]._get("product.template").id,
                "ttype": kind,
            }
        )

    def test_the_season_tag_is_sent(self):
        self.take("Season", "season")
        self.style.product_tag_ids |= self.env["product.tag"].create({"name": "A sale"})
        self.assertEqual(self.sent_value("Season"), "AW26")

    def test_the_season_tag_of_a_single_variant_is_sent(self):
        season = self.env["product.tag"].create({"name": "ss27"})
        self.account.season_tag_ids |= season
        self.take("Season", "season")
        self.style.product_tag_ids = False
        self.small.additional_product_tag_ids = season
        self.assertEqual(self.sent_value("Season"), "SS27")

    def test_what_is_filled_in_on_the_listing_is_sent(self):
        self.take("ModelNotes", "listing")
        self.assertIsNone(self.sent_value("ModelNotes"))
        values = self.fill_in("ModelNotes", "Our model is 178 cm tall.")
        self.assertEqual(
            self.sent_value("ModelNotes", **values), "Our model is 178 cm tall."
        )

    def test_what_is_filled_in_on_the_listing_wins(self):
        self.take("Composition", "fixed", value="Linen")
        values = self.fill_in("Composition", "Silk")
        self.assertEqual(self.sent_value("Composition", **values), "Silk")

    def test_without_a_source_nothing_is_sent(self):
        self.take("Composition", "fixed", value="Linen")
        self.line("Composition").source = False
        self.assertIsNone(self.sent_value("Composition"))

    def test_options_are_spelt_as_at_the_marketplace(self):
        self.take("AgeGroup", "fixed", value="ADULTS")
        self.assertEqual(self.sent_value("AgeGroup"), "Adult")

    def test_a_value_that_is_no_option_is_sent_as_it_is_and_found_by_the_check(self):
        self.take("AgeGroup", "fixed", value="Pensioner")
        self.assertEqual(self.sent_value("AgeGroup"), "Pensioner")
        problem = self.problems()["Age group not allowed"]
        self.assertIn("Pensioner", problem.message)
        self.assertEqual(problem.place, self.mapping)


class TestElementsOfTheirOwn(MappingCase):
    def test_tax_class_and_shipment_type_stand_beside_the_product_data(self):
        for feed_name, place in (("TaxClass", 1), ("ShipmentType", 0)):
            options = self.line(feed_name).attribute_id.option_ids
            self.take(feed_name, "fixed", option_id=options[place].id)
        sent = self.sent()
        for feed_name in ("TaxClass", "ShipmentType"):
            self.assertEqual(sent.findtext(feed_name), self.line(feed_name).value)
            self.assertTrue(sent.findtext(feed_name))
            self.assertIsNone(sent.find(f"ProductData/{feed_name}"))

    def test_a_wrong_tax_class_is_found(self):
        self.take("TaxClass", "fixed", value="sometimes")
        self.assertIn("Tax class not allowed", self.problems())

    def test_elements_unknown_to_the_category_are_not_sent(self):
        self.mapping.attribute_ids = [
            Command.create(
                {"feed_name": "HeelType", "source": "fixed", "value": "Flat"}
            )
        ]
        values = self.fill_in("ToeShape", "Round")
        sent = self.sent(**values)
        for feed_name in ("HeelType", "ToeShape"):
            self.assertIsNone(sent.find(f"ProductData/{feed_name}"))
        self.assertTrue(sent.findtext("ProductData/Color"))

    def test_an_attribute_removed_from_the_category_is_no_longer_sent(self):
        self.take("Fit", "fixed", value="Slim")
        self.line("Fit").attribute_id.active = False
        self.assertIsNone(self.sent_value("Fit"))

    def test_a_removed_fixed_option_is_found_by_the_check(self):
        fit = self.line("Fit").attribute_id.option_ids[:1]
        self.take("Fit", "fixed", option_id=fit.id)
        self.assertEqual(self.problems(), {})
        fit.active = False
        self.assertIn("Fit not allowed", self.problems())

    def test_a_removed_category_is_found_by_the_check(self):
        self.mapping.primary_category_id.active = False
        problem = self.problems()["Category removed"]
        self.assertIn("Women / Clothing / Dresses", problem.message)
        self.assertEqual(problem.place, self.mapping)

    def test_the_gender_is_sent_where_the_category_needs_it(self):
        self.assertEqual(self.sent_value("Gender"), "Female")


class TestBrand(MappingCase):
    def brand(self, **values):
        """Return the brand that would be sent with these values of the mapping."""
        self.mapping.write(values)
        return self.sent().findtext("Brand")

    def test_the_brand_comes_from_the_product(self):
        self.assertEqual(self.brand(brand="Gully"), "Saltbush")

    def test_products_without_a_brand_get_that_of_the_mapping(self):
        self.style.iconic_brand = False
        self.assertEqual(self.brand(brand="Gully"), "Gully")

    def test_the_brand_comes_from_an_attribute(self):
        label = self._attribute("Label", ("paper moon",))
        self.style.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": label.id,
                    "value_ids": [Command.set(label.value_ids.ids)],
                }
            )
        ]
        values = {"brand_source": "attribute", "brand_attribute_id": label.id}
        self.assertEqual(self.brand(**values), "Paper Moon")

    def test_a_missing_attribute_gives_the_brand_of_the_mapping(self):
        self.style.iconic_brand = False
        label = self._attribute("Label", ("Gully",))
        self.assertEqual(
            self.brand(
                brand_source="attribute",
                brand_attribute_id=label.id,
                brand="Tidewater",
            ),
            "Tidewater",
        )

    def test_the_brand_comes_from_a_field(self):
        self.style.description_purchase = "GULLY"
        field = self.product_field("description_purchase")
        values = {"brand_source": "field", "brand_field_id": field.id}
        self.assertEqual(self.brand(**values), "Gully")

    def test_an_empty_field_gives_the_brand_of_the_mapping(self):
        self.style.iconic_brand = False
        field = self.product_field("description_purchase")
        self.assertEqual(
            self.brand(brand_source="field", brand_field_id=field.id, brand="Gully"),
            "Gully",
        )

    def test_the_brand_of_the_listing_wins(self):
        sent = self.sent(brand="wattle day")
        self.assertEqual(sent.findtext("Brand"), "Wattle Day")

    def test_the_brand_is_spelt_as_at_the_marketplace(self):
        for name, spelt in (
            ("SALTBUSH", "Saltbush"),
            ("kowhai and co", "kowhai and co"),
            ("KOWHAI & CO", "Kōwhai & Co"),
        ):
            self.style.iconic_brand = name
            self.assertEqual(self.sent().findtext("Brand"), spelt)

    def test_an_unknown_brand_is_refused_by_the_check(self):
        self.style.iconic_brand = "No Name"
        problem = self.problems()["Brand unknown"]
        self.assertIn("No Name", problem.message)

    def test_a_removed_brand_is_refused_by_the_check(self):
        self.account.brand_ids.filtered(
            lambda brand: brand.name == "Saltbush"
        ).active = False
        self.assertIn("Brand unknown", self.problems())

    def test_a_missing_brand_is_refused_by_the_check(self):
        self.style.iconic_brand = False
        self.assertIn("Brand missing", self.problems())

    def test_the_mapping_survives_the_deletion_of_its_field(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_label",
                "field_description": "Label",
                "model_id": self.env["ir.model"]._get("product.template").id,
                "ttype": "char",
            }
        )
        of_product = self.product_field("x_label")
        self.mapping.write({"brand_source": "field", "brand_field_id": of_product.id})
        self.take("Composition", "field", field_id=of_product.id)
        field.unlink()
        self.assertTrue(self.mapping.exists())
        self.assertEqual(self.sent().findtext("Brand"), "Saltbush")
        self.assertEqual(self.problems()["Composition missing"].place, self.mapping)


class TestLimits(MappingCase):
    def categories(self, *numbers):
        found = self.env["iconic.category"]
        for number in numbers:
            found |= self.marketplace_category(number)
        return found

    def below(self, count):
        """Return some categories below that of the dresses."""
        return self.mapping.primary_category_id.child_ids[:count]

    def test_three_secondary_categories_are_sent(self):
        self.mapping.secondary_category_ids = self.below(3)
        sent = self.sent().findtext("Categories")
        self.assertEqual(set(sent.split(",")), set(self.below(3).mapped("external_id")))

    def test_a_fourth_secondary_category_is_refused(self):
        self.assertEqual(len(self.below(4)), 4)
        with self.assertRaisesRegex(ValidationError, "3"):
            self.mapping.secondary_category_ids = self.below(4)

    def test_a_secondary_category_outside_the_primary_one_is_found(self):
        self.mapping.secondary_category_ids = self.categories("112")
        problem = self.problems()["Category wrong"]
        self.assertIn("Tops", problem.message)
        self.assertIn("Dresses", problem.message)
        self.assertEqual(problem.place, self.mapping)

    def test_the_primary_category_is_not_below_itself(self):
        self.mapping.secondary_category_ids = self.categories("111")
        self.assertIn("Category wrong", self.problems())

    def assert_refused(self, **values):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.map_category("111", **values)

    def test_a_map_is_for_a_category_or_for_a_product(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        self.assert_refused(categ_id=tops.id, product_tmpl_id=self.style.id)
        self.assert_refused()

    def test_a_category_is_mapped_once(self):
        self.assert_refused(categ_id=self.category.id)

    def test_a_product_is_mapped_once(self):
        self.map_category("111", product_tmpl_id=self.style.id)
        self.assert_refused(product_tmpl_id=self.style.id)

    def test_a_category_is_mapped_once_on_each_account(self):
        other = self.account.copy({"name": "Another"})
        self.mapping.account_id = other
        self.env.flush_all()
        self.assertTrue(self.map_category("111", categ_id=self.category.id))

    def test_an_attribute_has_one_line(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.mapping.attribute_ids = [Command.create({"feed_name": "Color"})]

    def test_a_source_needs_a_value(self):
        for source in ("fixed", "attribute", "field"):
            with self.subTest(source=source), self.assertRaises(ValidationError):
                self.take("StyleCode", source)


class TestRights(MappingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.manager = (
            new_test_user(
                cls.env,
                f"iconic_{kind}",
                groups=f"iconic_connector.iconic_connector_group_{kind}",
            )
            for kind in ("user", "manager")
        )

    def test_users_read_maps_and_change_none(self):
        mapping = self.mapping.with_user(self.user)
        self.assertTrue(mapping.primary_category_id.complete_name)
        self.assertTrue(mapping.attribute_ids.mapped("source"))
        changes = (
            lambda: mapping.write({"brand": "Gully"}),
            lambda: mapping.attribute_ids[:1].write({"source": False}),
            lambda: mapping.attribute_ids[:1].unlink(),
            mapping.unlink,
            mapping.copy,
        )
        for change in changes:
            with self.assertRaises(AccessError):
                change()

    def test_users_see_the_check_of_every_source(self):
        self.take("StyleCode", "field", field_id=self.product_field("categ_id").id)
        self.take("ModelNotes", "listing")
        self.account.with_user(self.user).action_check_products()
        self.assertEqual(self.account.failing_count, 0)
        self.assertEqual(self.account.checked_count, 2)

    def test_managers_map_in_the_form(self):
        tops = self.env["product.category"].create({"name": "Tops"})
        Map = self.env["iconic.category.map"].with_user(self.manager)
        field = self.product_field("default_code").with_user(self.manager)
        self.assertTrue(field.name_search("Internal Reference"))
        with Form(Map) as form:
            form.account_id = self.account
            form.categ_id = tops
            form.primary_category_id = self.marketplace_category("112")
            form.variation_attribute_id = self.size
            form.brand_source = "field"
            form.brand_field_id = field
        self.assertEqual(form.record.brand_field_id, field)
        with Form(form.record) as form:
            form.primary_category_id = self.marketplace_category("1161")
        form.record.unlink()
