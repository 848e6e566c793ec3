"""The documents of each flow for a published product, typed in from the spec.

Product feeds spec: Product Full Update, Price Update, Stock Update, Product End,
Product Remove and Listing Image.
"""

from common import document, elements
from selling import ComparingCase, canonical

WHOLE = """<Request><Product>
<SellerSku>DRESS-Navy-S</SellerSku>
<ParentSku>DRESS-Navy-M</ParentSku>
<Status>active</Status>
<Name>Dress DRESS</Name>
<Variation>S</Variation>
<PrimaryCategory>111</PrimaryCategory>
<Description><![CDATA[<p>A <b>lovely</b> dress.</p>]]></Description>
<Brand>Saltbush</Brand>
<Price>129.00</Price>
<SalePrice>99.00</SalePrice>
<SaleStartDate>2026-11-02T10:00:00+00:00</SaleStartDate>
<SaleEndDate>2028-11-02T10:00:00+00:00</SaleEndDate>
<ProductId>{barcode}</ProductId>
<Condition>new</Condition>
<ProductData>
<Gender>Female</Gender>
<AgeGroup>Adult</AgeGroup>
<Color>Navy</Color>
<Composition>Cotton</Composition>
<Season>AW26</Season>
</ProductData>
<Quantity>7</Quantity>
</Product></Request>"""
PRICE_TAGS = {"Price", "SalePrice", "SaleStartDate", "SaleEndDate"}


class DocumentCase(ComparingCase):
    def document(self, flow, flag, **values):
        self.small.write({f"{flag}_status": "pending", **values})
        return self.send_by(flow)._stored_payload()


class TestFlowDocuments(DocumentCase):
    def assert_document(self, document, expected):
        self.assertEqual(canonical(document), canonical(expected))

    def tags(self, document):
        return [child.tag for child in elements(document)["DRESS-Navy-S"]]

    def test_a_price_document_holds_the_price_fields_alone(self):
        self.assert_document(
            self.document("price", "price", rrp=129.0),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku>
            <Price>129.00</Price>
            <SalePrice>99.00</SalePrice>
            <SaleStartDate>2026-11-02T10:00:00+00:00</SaleStartDate>
            <SaleEndDate>2028-11-02T10:00:00+00:00</SaleEndDate>
            </Product></Request>""",
        )

    def test_without_a_recommended_price_the_price_goes_alone(self):
        self.assert_document(
            self.document("price", "price", price=89.5),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku><Price>89.50</Price>
            </Product></Request>""",
        )

    def test_a_sale_that_stops_is_ended_by_three_empty_elements(self):
        self.small.write({"listed_price": 129, "listed_sale_price": 99})
        self.assert_document(
            self.document("price", "price"),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku><Price>99.00</Price>
            <SalePrice/><SaleStartDate/><SaleEndDate/>
            </Product></Request>""",
        )

    def test_a_stock_document_holds_the_quantity_alone(self):
        self.set_stock(self.small.product_id, self.warehouse, 3)
        self.assert_document(
            self.document("stock", "quantity"),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku><Quantity>10</Quantity>
            </Product></Request>""",
        )

    def test_an_end_is_quantity_0(self):
        self.assert_document(
            self.document("end", "end"),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku><Quantity>0</Quantity>
            </Product></Request>""",
        )

    def test_a_removal_holds_the_sku_alone(self):
        self.assert_document(
            self.document("remove", "remove"),
            """<Request><Product>
            <SellerSku>DRESS-Navy-S</SellerSku>
            </Product></Request>""",
        )

    def test_a_change_of_pictures_lists_all_of_them(self):
        self.account.image_base_url = "https://shop.example"
        self.small.image_digest = "others"
        document = self.document("picture", "image")
        address = elements(document)["DRESS-Navy-S"].findtext("Images/Image")
        self.assertRegex(address, r"^https://shop\.example/iconic/image/\d+/\w+\.jpg$")
        self.assert_document(
            document,
            f"""<Request><ProductImage>
            <SellerSku>DRESS-Navy-S</SellerSku>
            <Images><Image>{address}</Image></Images>
            </ProductImage></Request>""",
        )

    def test_an_update_is_the_whole_product(self):
        self.assert_document(
            self.document("update", "content", rrp=129.0),
            WHOLE.format(barcode=self.small.product_id.barcode),
        )

    def test_a_protected_price_is_left_out_of_an_update(self):
        tags = self.tags(self.document("update", "content", protect_price=True))
        self.assertFalse(PRICE_TAGS & set(tags))
        self.assertIn("Quantity", tags)
        self.assertIn("Name", tags)

    def test_a_protected_quantity_is_left_out_of_an_update(self):
        tags = self.tags(self.document("update", "content", protect_quantity=True))
        self.assertNotIn("Quantity", tags)
        self.assertIn("Price", tags)

    def test_protected_content_is_left_out_of_an_update(self):
        document = self.document("update", "content", protect_content=True, rrp=129.0)
        self.assertEqual(
            set(self.tags(document)), {"SellerSku", "Quantity"} | PRICE_TAGS
        )

    def test_protected_parts_stay_as_listed(self):
        self.set_stock(self.small.product_id, self.warehouse, 3)
        self.small.write(
            {
                "content_status": "pending",
                "price": 89.0,
                "title": "Another",
                "protect_price": True,
                "protect_quantity": True,
                "protect_content": True,
            }
        )
        before = (self.small.listed_price, self.small.content_digest)
        self.take(self.send_by("update"))
        self.assertEqual(self.small.content_status, "not_needed")
        self.assertEqual((self.small.listed_price, self.small.content_digest), before)
        self.assertEqual(self.small.listed_quantity, 7)

    def test_a_first_sending_holds_the_protected_parts_too(self):
        template = self.make_style("FIRST", "S")
        self.list_products(
            template.product_variant_ids,
            protect_price=True,
            protect_quantity=True,
            protect_content=True,
        )
        element = elements(self.send_by("create")._stored_payload())["FIRST-Navy-S"]
        sent = [element.findtext(tag) for tag in ("Name", "Price", "Quantity")]
        self.assertEqual(sent, ["Dress FIRST", "99.00", "7"])


class TestTables(DocumentCase):
    """REST needs tables for removals and pictures, and the same XML for the rest."""

    api_type = "rest"

    def test_a_removal_is_a_table_of_skus(self):
        table = self.document("remove", "remove")
        self.assertEqual(table, b"SellerSku\r\nDRESS-Navy-S\r\n")
        self.assertTrue(self.feeds().payload_name.endswith(".csv"))

    def test_a_change_of_pictures_is_a_table_of_addresses(self):
        self.account.image_base_url = "https://shop.example"
        self.small.image_digest = "others"
        header, row, end = self.document("picture", "image").decode().split("\r\n")
        self.assertEqual(
            header,
            "SellerSku;MainImage;Image2;Image3;Image4;Image5;Image6;Image7;Image8",
        )
        self.assertRegex(
            row,
            r"^DRESS-Navy-S;https://shop\.example/iconic/image/\d+/\w+\.jpg;{7}$",
        )
        self.assertEqual(end, "")

    def test_all_other_documents_are_the_same(self):
        self.small.rrp = 129.0
        for flow in ("create", "update", "price", "stock", "end"):
            with self.subTest(flow=flow):
                self.connect_with("rest")
                sent = document(self.small, flow)
                self.connect_with("action")
                self.assertEqual(document(self.small, flow), sent)
