"""What the variants of a style share is computed once, and gets to nobody else."""

from dataclasses import replace

from common import document, elements
from mapping import MappingCase

from odoo.fields import Command

from odoo.addons.iconic_connector.models.listing.iconic_listing_content import (
    content_digest,
)
from odoo.addons.iconic_connector.models.listing.iconic_listing_price import (
    OFFER_FIELDS,
)
from odoo.addons.iconic_connector.seller_center.records import Product


class TestSharedContent(MappingCase):
    """Two styles in two colours and two sizes, built into one document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.make_style("ONE", "S M", "Navy Red", name="One")
        cls.second = cls.make_style(
            "TWO",
            "S M",
            "Navy Red",
            name="Two",
            iconic_description="<p>Another dress.</p>",
            iconic_gender="male",
        )

    def setUp(self):
        super().setUp()
        products = (self.first | self.second).product_variant_ids
        self.listings = self.list_products(products)

    def values(self, path):
        """Return SKU -> the text of an element, as all would be created."""
        found = elements(document(self.listings))
        return {sku: element.findtext(path) for sku, element in found.items()}

    def assert_differs(self, path, others, **own):
        """Check that an element is the same for all but some SKUs.

        :param path: of the element
        :param others: its text for all others
        :param own: SKU, with _ for -, and its text
        """
        known = dict.fromkeys(self.listings.mapped("sku"), others)
        own = {name.replace("_", "-"): text for name, text in own.items()}
        self.assertEqual(self.values(path), known | own)

    def test_each_style_has_its_own_texts(self):
        for path, texts in (
            ("Name", ("One", "Two")),
            (
                "Description",
                ("<p>A <b>lovely</b> dress.</p>", "<p>Another dress.</p>"),
            ),
            ("ProductData/Gender", ("Female", "Male")),
        ):
            with self.subTest(path=path):
                expected = {
                    sku: texts[sku.startswith("TWO")]
                    for sku in self.listings.mapped("sku")
                }
                self.assertEqual(self.values(path), expected)

    def test_each_variant_has_its_own_values(self):
        colours = {sku: sku.split("-")[1] for sku in self.listings.mapped("sku")}
        self.assertEqual(self.values("ProductData/Color"), colours)
        sizes = {sku: sku.split("-")[2] for sku in self.listings.mapped("sku")}
        self.assertEqual(self.values("Variation"), sizes)

    def test_each_colour_of_a_style_has_its_own_parent(self):
        parents = self.values("ParentSku")
        for sku, parent in parents.items():
            self.assertEqual(parent.split("-")[:2], sku.split("-")[:2])
        self.assertEqual(len(set(parents.values())), 4)

    def test_texts_of_a_listing_are_its_own(self):
        self.listing("ONE-Red-M").write({"title": "Mine", "brand": "Own"})
        self.assertEqual(self.values("Name")["ONE-Red-M"], "Mine")
        self.assertEqual(self.values("Name")["ONE-Red-S"], "One")
        self.assert_differs("Brand", "Saltbush", ONE_Red_M="Own")

    def test_the_description_of_a_listing_is_its_own(self):
        self.listing("ONE-Red-M").description = "<p>Mine</p>"
        found = self.values("Description")
        self.assertEqual(found["ONE-Red-M"], "<p>Mine</p>")
        self.assertEqual(found["ONE-Red-S"], "<p>A <b>lovely</b> dress.</p>")

    def test_attributes_of_a_listing_are_its_own(self):
        own = self.fill_in("Composition", "Silk")
        self.listing("TWO-Navy-S").write(own)
        self.assert_differs("ProductData/Composition", "Cotton", TWO_Navy_S="Silk")

    def test_the_variation_of_a_listing_is_its_own(self):
        self.listing("ONE-Navy-S").variation = "L"
        self.assertEqual(self.values("Variation")["ONE-Navy-S"], "L")
        self.assertEqual(self.values("Variation")["ONE-Red-S"], "S")

    def test_categories_of_a_listing_are_its_own(self):
        other = self.marketplace_category("112")
        self.listing("ONE-Navy-S").primary_category_id = other
        self.assert_differs("PrimaryCategory", "111", ONE_Navy_S="112")

    def test_a_mapping_of_one_style_is_its_own(self):
        self.map_category("112", product_tmpl_id=self.second.id)
        expected = {
            sku: "112" if sku.startswith("TWO") else "111"
            for sku in self.listings.mapped("sku")
        }
        self.assertEqual(self.values("PrimaryCategory"), expected)

    def test_a_season_of_one_variant_is_its_own(self):
        other = self.env["product.tag"].create({"name": "SS27"})
        self.account.season_tag_ids |= other
        self.first.product_tag_ids = False
        for sku in ("ONE-Navy-S", "ONE-Red-S"):
            self.product(sku).additional_product_tag_ids = self.season
        self.product("ONE-Navy-M").additional_product_tag_ids = other
        self.take("Season", "season")
        self.mapping.attribute_ids.filtered(
            lambda line: line.feed_name == "Composition"
        ).write({"source": "season"})
        self.assert_differs(
            "ProductData/Composition", "AW26", ONE_Navy_M="SS27", ONE_Red_M=None
        )

    def test_a_field_of_the_variant_is_its_own(self):
        self.product("ONE-Navy-S").iconic_mpn = "M-1"
        self.product("ONE-Navy-M").iconic_mpn = "M-2"
        field = self.product_field("iconic_mpn")
        self.take("Composition", "field", field_id=field.id)
        self.assert_differs(
            "ProductData/Composition", None, ONE_Navy_S="M-1", ONE_Navy_M="M-2"
        )

    def test_a_field_of_the_template_is_each_style_s_own(self):
        field = self.product_field("name")
        self.take("Composition", "field", field_id=field.id)
        self.assertEqual(self.values("ProductData/Composition"), self.values("Name"))

    def test_texts_are_in_the_language_of_each_account(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.with_context(lang="fr_FR").name = "Une"
        self.assertEqual(self.values("Name")["ONE-Red-S"], "One")
        self.account.lang = "fr_FR"
        self.assertEqual(self.values("Name")["ONE-Red-S"], "Une")
        self.assertEqual(self.values("Name")["TWO-Red-S"], "Two")

    def test_a_protected_content_is_left_out_of_one_update_alone(self):
        self.listings.write({"product_status": "published"})
        self.listing("ONE-Navy-S").protect_content = True
        found = elements(document(self.listings, "update"))
        self.assertIsNone(found["ONE-Navy-S"].findtext("Name"))
        self.assertEqual(found["ONE-Navy-S"].findtext("Quantity"), "7")
        self.assertEqual(found["ONE-Navy-M"].findtext("Name"), "One")

    def rules(self):
        """Return SKU -> the rules that are broken, without pictures."""
        self.listings._prepare_pictures()
        found = self.listings._check_for_sending()
        return {
            listing.sku: [problem.rule for problem in found[listing.id]]
            for listing in self.listings
            if found[listing.id]
        }

    def test_the_problem_of_a_style_is_told_of_each_of_its_variants(self):
        self.first.name = "A"
        self.second.iconic_brand = "Nobody's"
        expected = {
            sku: ["Brand unknown"]
            if sku.startswith("TWO")
            else ["Title too short or too long"]
            for sku in self.listings.mapped("sku")
        }
        self.assertEqual(self.rules(), expected)

    def test_the_problem_of_a_listing_is_told_of_it_alone(self):
        self.listing("ONE-Navy-S").title = "A"
        self.listing("ONE-Navy-M").brand = "Nobody's"
        self.listing("ONE-Red-S").write(self.fill_in("AgeGroup", "Ancient"))
        self.product("ONE-Red-M").barcode = "9521234567890"
        self.product("TWO-Red-M").barcode = False
        [age_group] = self.line("AgeGroup").mapped("attribute_id.name")
        self.assertEqual(
            self.rules(),
            {
                "ONE-Navy-S": ["Title too short or too long"],
                "ONE-Navy-M": ["Brand unknown"],
                "ONE-Red-S": [f"{age_group} not allowed"],
                "ONE-Red-M": ["Barcode wrong"],
                "TWO-Red-M": ["Barcode missing"],
            },
        )

    def test_a_withdrawn_category_is_put_right_where_it_was_chosen(self):
        gone = self.marketplace_category("112")
        chosen = self.listing("ONE-Navy-S") | self.listing("ONE-Navy-M")
        chosen.primary_category_id = gone
        gone.active = False
        self.listings._prepare_pictures()
        found = self.listings._check_for_sending()
        places = {
            listing: [
                problem.place
                for problem in found[listing.id]
                if problem.rule == "Category removed"
            ]
            for listing in self.listings
        }
        self.assertEqual(
            {listing for listing, place in places.items() if place}, set(chosen)
        )
        for listing in chosen:
            self.assertEqual(places[listing], [listing])

    def test_products_of_categories_that_are_not_mapped_name_their_own(self):
        for style, name in ((self.first, "Hats"), (self.second, "Bags")):
            style.categ_id = self.env["product.category"].create({"name": name})
        found = self.listings._check_for_sending()
        for listing in self.listings:
            [problem] = [
                one for one in found[listing.id] if one.rule == "Category not mapped"
            ]
            name = "Bags" if listing.sku.startswith("TWO") else "Hats"
            self.assertIn(name, problem.message)

    def test_a_picture_of_a_colour_is_shown_for_it_alone(self):
        red = self.first.attribute_line_ids.product_template_value_ids.filtered(
            lambda one: one.name == "Red"
        )
        self.env["iconic.image"].create(
            {
                "product_tmpl_id": self.first.id,
                "image": self.first.image_1920,
                "product_template_attribute_value_ids": [Command.set(red.ids)],
                "is_main": True,
            }
        )
        wanted = self.listings._wanted_pictures()
        main = {
            listing.sku: wanted[listing.id][0].attachment_id
            for listing in self.listings
        }
        self.assertEqual(main["ONE-Red-S"], main["ONE-Red-M"])
        self.assertNotEqual(main["ONE-Red-S"], main["ONE-Navy-S"])
        self.assertEqual(main["ONE-Navy-S"], main["ONE-Navy-M"])
        self.assertNotEqual(main["ONE-Navy-S"], main["TWO-Navy-S"])


class TestContentDigest(MappingCase):
    def test_it_depends_on_all_content_and_on_no_offer(self):
        listing = self.listing_of()
        product = listing._wanted_products()[listing.id]
        digest = content_digest(product)
        for name in Product.__dataclass_fields__:
            with self.subTest(name=name):
                new = (("Other", "value"),) if name == "attributes" else "other"
                other = content_digest(replace(product, **{name: new}))
                if name in OFFER_FIELDS:
                    self.assertEqual(other, digest)
                else:
                    self.assertNotEqual(other, digest)
