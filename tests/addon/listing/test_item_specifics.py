"""The item specifics of a listing: the attributes of its category, and their source."""

from common import ConnectorCase, document

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

USER = "iconic_connector.iconic_connector_group_user"
#: The attributes of dresses: FeedName, mandatory, and the names of its list.
DRESSES = [
    ("Fit", False, ("Slim", "Loose")),
    ("Color", True, ("Navy", "Red", "Blue")),
    ("Composition", True, ()),
    ("AgeGroup", True, ("Adult", "Kids")),
    ("Season", True, ("AW26", "SS27")),
    ("Gender", True, ("Female", "Male")),
    ("LengthCm", False, ()),
    ("Occasion", False, ("Work", "Party", "Beach")),
    ("Variation", True, ()),
    ("Status", False, ("active", "inactive")),
]
SEVERAL = ("Occasion",)
SYSTEM = ("Status",)


class SpecificsCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.describe("111", DRESSES)
        cls.describe("222", [("UpperMaterial", True, ())])
        cls.mapping._complete_lines()
        cls.style = cls.make_style("SPEC")
        cls.one, cls.other = cls.env["iconic.listing"].create(
            [
                {"account_id": cls.account.id, "product_id": product.id}
                for product in cls.style.product_variant_ids
            ]
        )
        cls.env.invalidate_all()

    @classmethod
    def describe(cls, number, attributes):
        """Put the attributes of a category on record."""
        common = {"account_id": cls.account.id}
        attribute_set = cls.env["iconic.attribute.set"].create(
            {**common, "name": number, "external_id": number}
        )
        cls.marketplace_category(number).attribute_set_id = attribute_set
        for sequence, (name, mandatory, options) in enumerate(attributes):
            attribute = cls.env["iconic.attribute"].create(
                {
                    **common,
                    "set_id": attribute_set.id,
                    "sequence": sequence,
                    "name": name,
                    "feed_name": name,
                    "mandatory": mandatory,
                    "attribute_type": _type(name, options),
                }
            )
            cls.env["iconic.attribute.option"].create(
                [
                    {**common, "attribute_id": attribute.id, "name": option}
                    for option in options
                ]
            )

    def attribute(self, feed_name):
        """Return an attribute of dresses."""
        return self.mapping.primary_category_id.attribute_ids.filtered(
            lambda attribute: attribute.feed_name == feed_name
        )

    def specific(self, feed_name, listing=None):
        """Return the row of one attribute."""
        return (listing or self.one).specific_ids.filtered(
            lambda row: row.feed_name == feed_name
        )

    def shown(self, feed_name):
        """Return value and source of a row."""
        row = self.specific(feed_name)
        return row.wanted_value or "", row.origin

    def map_to(self, feed_name, source, **values):
        """Choose the source of an attribute in the mapping."""
        line = self.mapping.attribute_ids.filtered(
            lambda one: one.feed_name == feed_name
        )
        line.write({"source": source, **values})
        self.env.invalidate_all()

    def options(self, feed_name, *names):
        """Return entries of the list of an attribute."""
        return self.attribute(feed_name).option_ids.filtered(
            lambda option: option.name in names
        )

    def sent(self):
        """Return what is sent, FeedName -> value."""
        product = self.one._wanted_products()[self.one.id]
        return dict(product.attributes)


def _type(feed_name, options):
    if feed_name in SYSTEM:
        return "system"
    if feed_name in SEVERAL:
        return "multi_option"
    return "option" if options else "value"


class TestWhatIsShown(SpecificsCase):
    def test_each_attribute_of_the_products_data_has_a_row_mandatory_ones_first(self):
        self.assertEqual(
            self.one.specific_ids.mapped("feed_name"),
            [
                *("Color", "Composition", "AgeGroup", "Season", "Gender"),
                *("Fit", "LengthCm", "Occasion"),
            ],
        )

    def test_the_listings_own_category_counts_and_not_the_mappings(self):
        self.one.primary_category_id = self.marketplace_category("222")
        self.assertEqual(self.one.specific_ids.mapped("feed_name"), ["UpperMaterial"])
        self.assertEqual(self.shown("UpperMaterial"), ("", "Missing"))

    def test_a_row_shows_what_is_sent(self):
        for row in self.one.specific_ids:
            with self.subTest(attribute=row.feed_name):
                value = self.sent().get(row.feed_name, "")
                self.assertEqual(row.wanted_value or "", value)
        self.assertGreater(len(self.sent()), 4)

    def test_values_of_a_product_attribute_are_shown_in_the_marketplaces_words(self):
        line = self.env["iconic.value.map.line"].search(
            [("attribute_id", "=", self.attribute("Color").id)]
        )
        red = self.options("Color", "Red")
        line.filtered(lambda one: one.value_id.name == "Navy").option_id = red
        self.assertEqual(self.shown("Color"), ("Red", "Product attribute Colour"))

    def test_a_category_that_is_not_known_asks_for_nothing(self):
        self.one.primary_category_id = self.marketplace_category("333")
        self.assertFalse(self.one.specific_ids)

    def test_an_unmapped_product_asks_for_nothing(self):
        self.mapping.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.one.specific_ids)


class TestWhereItComesFrom(SpecificsCase):
    def test_each_source_has_its_words(self):
        self.assertEqual(self.shown("Composition"), ("Cotton", "Fixed in the mapping"))
        self.assertEqual(self.shown("Color"), ("Navy", "Product attribute Colour"))
        self.assertEqual(self.shown("Season"), ("AW26", "Season tag"))
        self.assertEqual(self.shown("Gender"), ("Female", "Product field Gender"))
        self.assertEqual(self.shown("Fit"), ("", "Not sent"))

    def test_a_field_of_the_product_is_named_by_its_label(self):
        field = self.env["ir.model.fields"]._get("product.product", "weight")
        self.style.product_variant_ids.weight = 12.5
        self.map_to("LengthCm", "field", field_id=field.id)
        self.assertEqual(self.shown("LengthCm"), ("12.5", "Product field Weight"))

    def test_the_listings_own_value_is_said_to_be_its_own(self):
        self.specific("Composition").value = "Silk"
        self.assertEqual(self.shown("Composition"), ("Silk", "This listing"))

    def test_what_is_mandatory_and_empty_is_missing(self):
        self.map_to("Composition", False)
        self.assertEqual(self.shown("Composition"), ("", "Missing"))
        self.map_to("Composition", "listing")
        self.assertEqual(
            self.shown("Composition"), ("", "Missing: To be filled in here")
        )
        self.style.iconic_gender = False
        self.env.invalidate_all()
        self.assertEqual(self.shown("Gender"), ("", "Missing: Product field Gender"))


class TestOverriding(SpecificsCase):
    def stored(self):
        return {one.feed_name: one.value for one in self.one.attribute_ids}

    def test_opening_the_page_stores_nothing(self):
        self.one.specific_ids.mapped("wanted_value")
        self.assertEqual(self.stored(), {})

    def test_a_text_takes_precedence_until_it_is_cleared(self):
        with Form(self.one) as form:
            self.write_on(form, "Composition", "Silk")
        self.assertEqual(self.stored(), {"Composition": "Silk"})
        self.assertEqual(self.sent()["Composition"], "Silk")
        self.assertIn(b"<Composition>Silk<", document(self.one))
        with Form(self.one) as form:
            self.write_on(form, "Composition", False)
        self.assertEqual(self.stored(), {})
        self.assertEqual(self.sent()["Composition"], "Cotton")
        self.assertEqual(self.shown("Composition"), ("Cotton", "Fixed in the mapping"))

    def write_on(self, form, feed_name, value):
        """Write a text on the row of an attribute of the page."""
        with self.row(form, feed_name) as row:
            row.value = value

    def row(self, form, feed_name):
        place = self.one.specific_ids.mapped("feed_name").index(feed_name)
        return form.specific_ids.edit(place)

    def test_the_page_shows_at_once_what_is_chosen(self):
        with Form(self.one) as form, self.row(form, "Composition") as row:
            row.value = "Silk"
            self.assertEqual((row.wanted_value, row.origin), ("Silk", "This listing"))

    def test_a_choice_replaces_the_one_before(self):
        red, blue = self.options("Color", "Red"), self.options("Color", "Blue")
        with Form(self.one) as form:
            with self.row(form, "Color") as row:
                row.option_ids.add(red)
            self.assertEqual(self.stored(), {})
        self.assertEqual(self.sent()["Color"], "Red")
        with Form(self.one) as form, self.row(form, "Color") as row:
            row.option_ids.add(blue)
            self.assertEqual(row.wanted_value, "Blue")
        self.assertEqual(self.stored(), {"Color": "Blue"})
        self.assertEqual(self.specific("Color").option_ids, blue)
        with Form(self.one) as form, self.row(form, "Color") as row:
            row.option_ids.clear()
        self.assertEqual(self.shown("Color"), ("Navy", "Product attribute Colour"))

    def test_several_of_a_list_go_with_commas_between(self):
        options = self.options("Occasion", "Work", "Beach")
        self.specific("Occasion").option_ids = options
        self.assertEqual(self.stored(), {"Occasion": "Work,Beach"})
        self.assertEqual(self.sent()["Occasion"], "Work,Beach")
        self.env.invalidate_all()
        self.assertEqual(self.specific("Occasion").option_ids, options)

    def test_the_choice_is_among_the_attributes_own_list(self):
        with Form(self.one) as form, self.row(form, "Occasion") as row:
            field = row._view["fields"]["option_ids"]
            self.assertEqual(field["domain"], "[('attribute_id', '=', attribute_id)]")
            self.assertEqual(row.attribute_id, self.attribute("Occasion"))

    def test_a_value_that_is_not_on_the_list_is_caught_by_the_check(self):
        self.specific("Color").option_ids = self.options("Occasion", "Beach")
        [problem] = self.problems()
        self.assertIn("Beach", problem.message)
        self.assertEqual(problem.place, self.one)

    def problems(self):
        """Return what is wrong with values that are not allowed."""
        found = self.one._check_for_sending()[self.one.id]
        return [one for one in found if one.rule.startswith("Color")]

    def test_a_value_that_was_removed_from_the_list_can_be_cleared(self):
        self.specific("Color").option_ids = self.options("Color", "Red")
        self.options("Color", "Red").active = False
        self.env.invalidate_all()
        row = self.specific("Color")
        self.assertEqual((row.option_ids.ids, row.value), ([], "Red"))
        with Form(self.one) as form:
            self.write_on(form, "Color", False)
        self.assertEqual(self.stored(), {})

    def test_values_stored_by_name_are_found_on_the_list(self):
        self.one.attribute_ids = [
            Command.create({"feed_name": "Color", "value": "reds"})
        ]
        self.env.invalidate_all()
        row = self.specific("Color")
        self.assertEqual(row.option_ids, self.options("Color", "Red"))
        self.assertEqual(row.wanted_value, "Red")
        self.assertEqual(self.sent()["Color"], "Red")

    def test_other_listings_have_the_value_of_the_mapping(self):
        self.specific("Composition").value = "Silk"
        row = self.specific("Composition", listing=self.other)
        self.assertEqual(row.wanted_value, "Cotton")

    def test_a_change_alone_marks_nothing(self):
        self.one.write({"content_status": "not_needed", "product_status": "published"})
        self.specific("Composition").value = "Silk"
        self.assertEqual(self.one.content_status, "not_needed")


class TestWhoMayEdit(SpecificsCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(self.env, "iconic_user", groups=USER)

    def test_users_see_and_edit(self):
        listing = self.one.with_user(self.user)
        row = self.specific("Composition", listing=listing)
        self.assertEqual(row.origin, "Fixed in the mapping")
        with Form(listing) as form:
            place = listing.specific_ids.ids.index(row.id)
            with form.specific_ids.edit(place) as line:
                line.value = "Silk"
        self.assertEqual(self.one.attribute_ids.value, "Silk")

    def test_others_may_not(self):
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        row = self.specific("Composition").with_user(outsider)
        with self.assertRaises(AccessError):
            row.read(["value"])
        with self.assertRaises(AccessError):
            row.value = "Silk"

    def test_nor_users_of_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        row = self.specific("Composition").with_user(self.user)
        with self.assertRaises(AccessError):
            row.read(["value"])
        with self.assertRaises(AccessError):
            row.value = "Silk"


class TestCost(SpecificsCase):
    def test_more_listings_cost_no_more_queries(self):
        counts = []
        more = self.list_products(self.make_style("MORE", "S M L").product_variant_ids)
        for listings in (self.one, self.one | more):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for row in listings.specific_ids:
                self.assertTrue(row.origin)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
