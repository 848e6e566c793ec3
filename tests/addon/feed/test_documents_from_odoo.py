"""The document that a product becomes, typed in from the spec's table.

Product feeds spec, Product Create.
"""

from common import ConnectorCase, document, elements
from freezegun import freeze_time
from lxml import etree

from odoo.fields import Command

from odoo.addons.iconic_connector.domain.flows import FLOWS

EXPECTED = """<?xml version="1.0" encoding="UTF-8" ?>
<Request>
<Product>
<SellerSku>FULL-Navy-S</SellerSku>
<ParentSku>FULL-Navy-S</ParentSku>
<Status>active</Status>
<Name>Wrap Dress &amp; Belt</Name>
<Variation>S</Variation>
<PrimaryCategory>111</PrimaryCategory>
<Categories>1111,1113</Categories>
<Description><![CDATA[<p>A <b>lovely</b> dress &amp; a belt.</p>]]></Description>
<Brand>Saltbush</Brand>
<Price>129.00</Price>
<SalePrice>99.00</SalePrice>
<SaleStartDate>2026-11-21T08:30:00+00:00</SaleStartDate>
<SaleEndDate>2028-11-21T08:30:00+00:00</SaleEndDate>
<ProductId>4006381333931</ProductId>
<Condition>new</Condition>
<ProductData>
<Gender>Female</Gender>
<AgeGroup>Adult</AgeGroup>
<Color>Navy</Color>
<Composition>Cotton</Composition>
<Season>AW26</Season>
</ProductData>
<Quantity>7</Quantity>
<ProductGroup>Wrap</ProductGroup>
</Product>
</Request>"""


def structure(element):
    """Return an element as name, text and children, for comparing."""
    return (
        element.tag,
        (element.text or "").strip(),
        [structure(child) for child in element],
    )


class DocumentCase(ConnectorCase):
    def element(self, listing):
        return elements(document(listing))[listing.sku]

    def text(self, listing, name):
        return self.element(listing).findtext(name)

    def data(self, listing):
        return {one.tag: one.text for one in self.element(listing).find("ProductData")}

    def one_listing(self, prefix="ONE", **values):
        """Make a dress of one size and its listing."""
        template = self.make_style(prefix, "S", **values)
        return self.list_products(template.product_variant_ids)

    def prices(self, listing):
        element = self.element(listing)
        return element.findtext("Price"), element.findtext("SalePrice")


class TestWholeDocument(DocumentCase):
    @freeze_time("2026-11-21 08:30:00")
    def test_a_complete_product_becomes_the_document_of_the_spec(self):
        for number in ("1111", "1113"):
            self.mapping.secondary_category_ids += self.marketplace_category(number)
        listing = self.one_listing(
            "FULL",
            name="Wrap Dress & Belt",
            iconic_description="<p>A <b>lovely</b> dress &amp; a belt.</p>",
        )
        listing.product_id.write({"barcode": "4006381333931", "iconic_rrp": 129.0})
        listing.product_group = "Wrap"
        sent = document(listing)
        self.assertEqual(
            structure(etree.fromstring(sent)),
            structure(etree.fromstring(EXPECTED.encode())),
        )
        self.assertIn(
            b"<Description><![CDATA[<p>A <b>lovely</b> dress &amp; a belt.</p>]]>",
            sent,
        )

    def test_elements_without_a_value_are_left_out(self):
        element = self.element(self.one_listing())
        names = [child.tag for child in element]
        for name in ("Categories", "SalePrice", "SaleStartDate", "ProductGroup"):
            self.assertNotIn(name, names)

    def test_the_same_products_make_the_same_bytes(self):
        listings = self.list_products(self.make_style("SAME").product_variant_ids)
        self.assertEqual(document(listings), document(listings))

    def test_each_colour_is_a_group_named_by_its_first_sku(self):
        style = self.make_style("TWO", "S M L", "Navy Red")
        found = elements(document(self.list_products(style.product_variant_ids)))
        groups = {}
        for sku, element in found.items():
            groups.setdefault(element.findtext("ParentSku"), set()).add(sku)
        for parent, skus in groups.items():
            self.assertIn(parent, skus)
        self.assertEqual(
            sorted(map(sorted, groups.values())),
            [
                ["TWO-Navy-L", "TWO-Navy-M", "TWO-Navy-S"],
                ["TWO-Red-L", "TWO-Red-M", "TWO-Red-S"],
            ],
        )

    def test_the_first_sku_that_passes_the_check_names_the_group(self):
        style = self.make_style("PASS", "S M")
        first, second = style.product_variant_ids
        first.barcode = False
        listings = self.list_products(first | second)
        self.account._store_batch(FLOWS["create"], listings)
        self.assertFalse(listings[0].parent_sku)
        self.assertEqual(listings[1].parent_sku, second.default_code)

    def test_a_later_size_joins_the_group_that_was_sent(self):
        style = self.make_style("LATE", "S M L")
        first, second, third = style.product_variant_ids
        self.list_products(second, parent_sku="LATE-GROUP")
        later = self.list_products(first | third)
        for element in elements(document(later)).values():
            self.assertEqual(element.findtext("ParentSku"), "LATE-GROUP")

    def test_the_parent_of_the_user_comes_first(self):
        listing = self.one_listing()
        listing.parent_sku = "MY-GROUP"
        self.assertEqual(self.text(listing, "ParentSku"), "MY-GROUP")

    def test_the_account_decides_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        listing = self.one_listing(name="Wrap Dress")
        template = listing.product_tmpl_id.with_context(lang="fr_FR")
        template.name = "Robe portefeuille"
        template.iconic_description = "<p>Une belle robe.</p>"
        french = listing.with_context(lang="fr_FR")
        self.assertEqual(self.text(french, "Name"), "Wrap Dress")

        self.account.lang = "fr_FR"
        self.assertEqual(self.text(listing, "Name"), "Robe portefeuille")
        self.assertEqual(self.text(listing, "Description"), "<p>Une belle robe.</p>")
        self.assertEqual(self.data(listing)["Gender"], "Female")

    def test_the_mapping_of_a_category_applies_to_those_below(self):
        below = self.env["product.category"].create(
            {"name": "Evening", "parent_id": self.category.id}
        )
        listing = self.one_listing(categ_id=below.id)
        self.assertEqual(self.text(listing, "PrimaryCategory"), "111")
        self.env["iconic.category.map"].create(
            {
                "account_id": self.account.id,
                "categ_id": below.id,
                "primary_category_id": self.marketplace_category("112").id,
            }
        )
        self.assertEqual(self.text(listing, "PrimaryCategory"), "112")


class TestTextsAndIdentifiers(DocumentCase):
    def test_the_product_id_is_ean_else_upc_else_mpn_else_isbn(self):
        listing = self.one_listing()
        product = listing.product_id
        codes = [
            ("barcode", "4006381333931"),
            ("iconic_upc", "036000291452"),
            ("iconic_mpn", "MPN-77"),
            ("iconic_isbn", "9780306406157"),
        ]
        product.write(dict(codes))
        for field, code in codes:
            self.assertEqual(self.text(listing, "ProductId"), code)
            product[field] = False
        self.assertIsNone(self.text(listing, "ProductId"))

    def test_conditions_are_sent_as_words(self):
        listing = self.one_listing()
        for code, word in (("1000", "new"), ("3000", "used"), ("2500", "refurbished")):
            listing.product_tmpl_id.iconic_condition = code
            self.assertEqual(self.text(listing, "Condition"), word)

    def test_the_gender_is_an_item_specific(self):
        listing = self.one_listing()
        for gender, word in (
            ("female", "Female"),
            ("male", "Male"),
            ("unisex", "Unisex"),
        ):
            listing.product_tmpl_id.iconic_gender = gender
            self.assertEqual(self.data(listing)["Gender"], word)

    def test_internal_notes_are_never_sent(self):
        listing = self.one_listing(
            description="<p>Bought too dear</p>",
            iconic_description=False,
            description_sale="A lovely dress.\nWith a belt.",
        )
        self.assertEqual(
            self.text(listing, "Description"), "A lovely dress.<br/>With a belt."
        )
        self.assertNotIn(b"dear", document(listing))
        listing.product_tmpl_id.description_sale = False
        self.assertIsNone(self.text(listing, "Description"))

    def test_plain_sales_texts_stay_plain(self):
        listing = self.one_listing(
            iconic_description=False, description_sale="Size < 40 & up"
        )
        self.assertEqual(self.text(listing, "Description"), "Size &lt; 40 &amp; up")

    def test_the_end_of_a_cdata_section_in_a_description_survives(self):
        listing = self.one_listing(iconic_description="<p>Odd ]]&gt; text</p>")
        listing.description = "<p>Odd ]]&gt; text ]]&gt;</p>"
        self.assertEqual(
            self.text(listing, "Description"), "<p>Odd ]]&gt; text ]]&gt;</p>"
        )

    def test_control_characters_do_not_reach_the_document(self):
        listing = self.one_listing(iconic_description="<p>A lovely\x0b dress\x02.</p>")
        self.assertNotRegex(self.text(listing, "Description"), "[\x0b\x02]")

    def test_values_of_the_listing_win(self):
        listing = self.one_listing()
        listing.product_id.iconic_rrp = 150.0
        listing.write(
            {
                "title": "Better title",
                "description": "<p>Better description</p>",
                "price": 80.0,
                "rrp": 120.0,
                "has_fixed_quantity": True,
                "quantity": 3,
                "variation": "XS",
                "brand": "Ridgeline",
                "primary_category_id": self.marketplace_category("112").id,
                "secondary_category_ids": [
                    Command.link(self.marketplace_category(number).id)
                    for number in ("1121", "1122")
                ],
                "product_group": "Group",
                "attribute_ids": [
                    Command.create({"feed_name": "Color", "value": "Blue"}),
                    Command.create({"feed_name": "Fit", "value": "Slim"}),
                ],
            }
        )
        element = self.element(listing)
        found = {child.tag: child.text for child in element}
        for name, value in {
            "Name": "Better title",
            "Description": "<p>Better description</p>",
            "Price": "120.00",
            "SalePrice": "80.00",
            "Quantity": "3",
            "Variation": "XS",
            "Brand": "Ridgeline",
            "PrimaryCategory": "112",
            "Categories": "1121,1122",
            "ProductGroup": "Group",
        }.items():
            self.assertEqual(found[name], value, name)
        data = self.data(listing)
        self.assertEqual((data["Color"], data["Fit"]), ("Blue", "Slim"))
        self.assertEqual(data["Composition"], "Cotton")

    def test_the_brand_of_the_mapping_is_the_default(self):
        self.mapping.brand = "Paper Moon"
        listing = self.one_listing()
        self.assertEqual(self.text(listing, "Brand"), "Saltbush")
        listing.product_tmpl_id.iconic_brand = False
        self.assertEqual(self.text(listing, "Brand"), "Paper Moon")


class TestPrices(DocumentCase):
    def tax(self, amount=10.0, company=None, **values):
        company = company or self.company
        country = self.env.ref("base.au")
        group = self.env["account.tax.group"].create(
            {"name": "GST", "company_id": company.id, "country_id": country.id}
        )
        return self.env["account.tax"].create(
            {
                "name": f"GST {amount} {values}",
                "amount": amount,
                "company_id": company.id,
                "country_id": country.id,
                "tax_group_id": group.id,
                **values,
            }
        )

    def rule(self, pricelist=None, **values):
        return self.env["product.pricelist.item"].create(
            {"pricelist_id": (pricelist or self.pricelist).id, **values}
        )

    def test_without_an_rrp_the_price_is_the_price(self):
        listing = self.one_listing()
        self.assertEqual(self.prices(listing), ("99.00", None))

    @freeze_time("2028-02-29 12:00:00")
    def test_a_sale_from_a_leap_day_ends_two_years_later(self):
        listing = self.one_listing()
        listing.rrp = 120
        self.assertEqual(self.prices(listing), ("120.00", "99.00"))
        dates = [self.text(listing, name) for name in ("SaleStartDate", "SaleEndDate")]
        self.assertEqual(
            dates, ["2028-02-29T12:00:00+00:00", "2030-02-28T12:00:00+00:00"]
        )

    def test_an_rrp_that_is_not_higher_is_not_sent(self):
        listing = self.one_listing()
        for rrp in (99.0, 50.0):
            listing.product_id.iconic_rrp = rrp
            self.assertEqual(self.prices(listing), ("99.00", None))

    def test_the_account_may_send_plain_prices(self):
        listing = self.one_listing()
        listing.product_id.iconic_rrp = 129.0
        self.account.send_rrp = False
        self.assertEqual(self.prices(listing), ("99.00", None))

    def test_the_rrp_is_the_listings_else_the_products_else_the_price_lists(self):
        listing = self.one_listing()
        recommended = self.env["product.pricelist"].create({"name": "RRP"})
        self.rule(
            recommended,
            compute_price="fixed",
            fixed_price=120.0,
            applied_on="3_global",
        )
        self.account.rrp_pricelist_id = recommended
        self.assertEqual(self.prices(listing), ("120.00", "99.00"))
        listing.product_id.iconic_rrp = 110.0
        self.assertEqual(self.prices(listing), ("110.00", "99.00"))
        listing.rrp = 130.0
        self.assertEqual(self.prices(listing), ("130.00", "99.00"))

    def test_shoppers_pay_with_taxes(self):
        listing = self.one_listing(list_price=100.0)
        template = listing.product_tmpl_id
        template.taxes_id = self.tax(price_include_override="tax_excluded")
        self.assertEqual(self.prices(listing), ("110.00", None))
        template.taxes_id = self.tax(price_include_override="tax_included")
        self.assertEqual(self.prices(listing), ("100.00", None))

    def test_taxes_of_another_company_are_not_added(self):
        other = self.env["res.company"].create({"name": "Other"})
        listing = self.one_listing(list_price=100.0)
        listing.product_tmpl_id.taxes_id = self.tax(
            company=other, price_include_override="tax_excluded"
        )
        self.assertEqual(self.prices(listing), ("100.00", None))

    def test_rules_of_the_price_list_apply(self):
        style = self.make_style("RULE", "S M", list_price=100.0)
        small, medium = self.list_products(style.product_variant_ids)
        self.rule(compute_price="percentage", percent_price=15.0, applied_on="3_global")
        self.rule(
            compute_price="fixed",
            fixed_price=70.0,
            applied_on="0_product_variant",
            product_id=medium.product_id.id,
        )
        self.assertEqual(self.prices(small), ("85.00", None))
        self.assertEqual(self.prices(medium), ("70.00", None))

    def test_prices_have_two_decimals_rounded_half_up(self):
        listing = self.one_listing()
        self.rule(compute_price="percentage", percent_price=2.5, applied_on="3_global")
        for list_price, price in ((10.0, "9.75"), (99.98, "97.48"), (1234567, None)):
            listing.product_tmpl_id.list_price = list_price
            self.assertEqual(self.prices(listing)[0], price or "1203702.83", list_price)

    def test_the_country_decides_the_currency(self):
        dollars = self.env.ref("base.NZD")
        pricelist = self.env["product.pricelist"].create(
            {"name": "New Zealand", "currency_id": dollars.id}
        )
        self.rule(
            pricelist, compute_price="fixed", fixed_price=42.0, applied_on="3_global"
        )
        self.account.write({"country": "NZ", "pricelist_id": pricelist.id})
        listing = self.one_listing()
        self.assertEqual(self.prices(listing), ("42.00", None))
        self.assertEqual(listing.currency_id, dollars)


class TestQuantities(DocumentCase):
    def quantity(self, listing):
        self.env.invalidate_all()
        return self.text(listing, "Quantity")

    def test_the_stock_of_all_chosen_warehouses_is_added_up(self):
        listing = self.one_listing(stock=5)
        second, third = self._warehouse("Second"), self._warehouse("Third")
        self.set_stock(listing.product_id, second, 3)
        self.set_stock(listing.product_id, third, 100)
        self.assertEqual(self.quantity(listing), "5")
        self.account.stock_warehouse_ids = self.warehouse | second
        self.assertEqual(self.quantity(listing), "8")

    def test_reserved_pieces_are_not_offered(self):
        listing = self.one_listing(stock=5)
        self.reserve(listing.product_id, 2)
        self.assertEqual(self.quantity(listing), "3")

    def reserve(self, product, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": self.warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.state, "assigned")

    def test_stock_below_zero_is_offered_as_zero(self):
        listing = self.one_listing(stock=0)
        self.set_stock(listing.product_id, self.warehouse, -4)
        self.assertEqual(self.quantity(listing), "0")

    def test_parts_of_a_piece_are_not_offered(self):
        listing = self.one_listing(
            stock=2.7, uom_id=self.env.ref("uom.product_uom_meter").id
        )
        self.assertEqual(self.quantity(listing), "2")

    def test_a_fixed_quantity_is_offered_whatever_the_stock(self):
        listing = self.one_listing(stock=5)
        listing.write({"has_fixed_quantity": True, "quantity": 2})
        self.assertEqual(self.quantity(listing), "2")
        listing.quantity = 0
        self.assertEqual(self.quantity(listing), "0")

    def test_a_quantity_that_is_not_fixed_does_not_count(self):
        listing = self.one_listing(stock=5)
        listing.quantity = 2
        self.assertEqual(self.quantity(listing), "5")

    def test_stock_of_another_company_is_not_offered(self):
        listing = self.one_listing(stock=5)
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        theirs = theirs or self._warehouse("Theirs", other)
        self.set_stock(listing.product_id.with_company(other), theirs, 100)
        self.assertEqual(self.quantity(listing), "5")

    def test_the_company_of_the_job_does_not_matter(self):
        listing = self.one_listing(stock=5)
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = listing.with_context(allowed_company_ids=other.ids)
        self.assertEqual(self.quantity(elsewhere), "5")

    def test_without_a_warehouse_there_is_no_quantity(self):
        listing = self.one_listing(stock=5)
        self.account.stock_warehouse_ids = False
        self.assertIsNone(self.quantity(listing))
