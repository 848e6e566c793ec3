"""The documents against the examples of the product feeds spec."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from lxml import etree

from iconic_connector.seller_center.documents import (
    DocumentError,
    clean_text,
    create_document,
    image_document,
    remove_document,
    update_document,
)
from iconic_connector.seller_center.records import Product, ProductImages


def at(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def canonical(document):
    return etree.canonicalize(document.decode(), strip_text=True)


def read_back(**fields):
    """Write one product and return its elements as the marketplace reads them."""
    document = create_document([Product("SKU-1", **fields)])
    product = etree.fromstring(document).find("Product")
    return {element.tag: element.text for element in product}


def test_create_document_is_the_spec_example_byte_for_byte(load):
    products = [
        Product(
            seller_sku="4105382173aaee4",
            parent_sku="4105382173aaee0",
            status="active",
            name="Magic Product",
            variation="XXL",
            primary_category="4",
            categories=("2", "3", "5"),
            description="This is a <b>bold</b> product.",
            brand="ASM",
            price=Decimal("1"),
            sale_price=Decimal("0.5"),
            sale_start=at(2013, 9, 3, 11, 31, 23),
            sale_end=at(2013, 10, 3, 11, 31, 23),
            tax_class="default",
            shipment_type="dropshipping",
            product_id="xyzabc",
            condition="new",
            attributes=(
                ("Megapixels", "490"),
                ("OpticalZoom", "7"),
                ("SystemMemory", "4"),
                ("NumberCpus", "32"),
                ("Network", "This is network"),
            ),
            quantity=10,
            product_group="Magic",
        ),
        Product(
            seller_sku="513558029156743ab4e3",
            status="active",
            name="Normal Product",
            variation="XS",
            primary_category="4",
            categories=("2",),
            description="This is a <i>cursive</i> product.",
            brand="BIN",
            price=Decimal("2.5"),
            attributes=(("Megapixels", "1"), ("Network", "")),
            quantity=5,
        ),
    ]
    assert create_document(products) == load("create.xml")
    assert create_document(iter(products)) == load("create.xml")


def test_price_document_holds_the_price_fields_only(load):
    product = Product(
        "4105382173aaee4",
        price=Decimal("2.5"),
        sale_price=Decimal("1.5"),
        sale_start=at(2016, 7, 1, 11, 15, 7),
        sale_end=at(2018, 7, 1, 11, 15, 7),
    )
    assert canonical(update_document([product])) == canonical(load("price.xml"))


def test_stock_document_holds_the_quantity_only(load):
    product = Product("4105382173aaee4", quantity=4)
    assert canonical(update_document([product])) == canonical(load("stock.xml"))


def test_remove_document_holds_skus_only(load):
    products = [
        Product("297afb9c989c6ad", name="Not sent"),
        Product("1b71ff01983241f", quantity=3),
    ]
    assert canonical(remove_document(products)) == canonical(load("remove.xml"))


def test_image_document_keeps_the_order_of_the_pictures(load):
    cdn = "http://static.somecdn.com/"
    images = [
        ProductImages(
            "b2378adf",
            (cdn + "moneyshot.jpeg", cdn + "front.jpeg", cdn + "rear.jpeg"),
        ),
        ProductImages("c62378fdf", (cdn + "unboxing.jpeg?a=1&b=2",)),
    ]
    assert canonical(image_document(images)) == canonical(load("images.xml"))


@pytest.mark.parametrize("urls", [(), ("https://img.example/1.jpg",) * 9, ("",)])
def test_no_picture_an_empty_one_or_more_than_eight_are_no_document(urls):
    with pytest.raises(DocumentError, match="SKU-1.*1 to 8") as caught:
        image_document([ProductImages("SKU-1", urls)])
    assert caught.value.seller_sku == "SKU-1"


def test_a_document_without_products_is_refused():
    with pytest.raises(DocumentError, match="nothing to send"):
        create_document([])


def test_what_is_empty_is_left_out():
    fields = read_back(
        name="", brand="\x00", categories=(), attributes=(("Color", " "),), price=None
    )
    assert fields == {"SellerSku": "SKU-1"}


def test_quantity_zero_and_price_zero_are_values():
    assert read_back(quantity=0, price=Decimal(0)) == {
        "SellerSku": "SKU-1",
        "Price": "0.00",
        "Quantity": "0",
    }


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1.005", "1.01"),
        ("1.004", "1.00"),
        ("2.675", "2.68"),
        ("1234567.5", "1234567.50"),
        ("1E+3", "1000.00"),
        ("0E-8", "0.00"),
    ],
)
def test_prices_have_two_decimals_rounded_half_up(amount, written):
    assert read_back(price=Decimal(amount))["Price"] == written


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01", "1E+40"])
def test_what_is_no_price_is_named(amount):
    with pytest.raises(DocumentError, match="SKU-1: Price: .* no amount") as caught:
        read_back(price=Decimal(amount))
    assert caught.value.field == "price"


@pytest.mark.parametrize("quantity", [-1, 1.5])
def test_what_is_no_quantity_is_named(quantity):
    with pytest.raises(DocumentError, match="SKU-1: Quantity: .* not a whole number"):
        read_back(quantity=quantity)


def test_times_are_written_in_utc():
    sydney = timezone(timedelta(hours=11))
    start = datetime(2026, 1, 1, 9, 30, 15, 999, tzinfo=sydney)
    fields = read_back(sale_start=start)
    assert fields["SaleStartDate"] == "2025-12-31T22:30:15+00:00"


def test_a_time_without_zone_is_refused():
    with pytest.raises(DocumentError, match="SKU-1: SaleStartDate: .* no time zone"):
        read_back(sale_start=datetime(2026, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "<p>a &amp; b</p>",
        "ends ]]> inside",
        "]]>",
        "]]]]>>",
        "]] >",
        "half ]]",
        "Kōwhai 😀 \U0010fffd",
    ],
)
def test_descriptions_come_back_as_they_were(text):
    assert read_back(description=text)["Description"] == text


def test_a_description_is_cdata():
    document = create_document([Product("SKU-1", description="<b>bold</b>")])
    assert b"<Description><![CDATA[<b>bold</b>]]></Description>" in document


def test_markup_in_other_fields_is_escaped():
    document = create_document([Product("SKU-1", name="Black & <White>")])
    assert b"<Name>Black &amp; &lt;White&gt;</Name>" in document


def test_emoji_are_kept_as_utf_8():
    document = create_document([Product("SKU-1", name="Wave \U0001f30a top")])
    assert "Wave \U0001f30a top".encode() in document


@pytest.mark.parametrize(
    "unwanted",
    [
        "\x00",
        "\x07",
        "\x0b",
        "\x1f",
        "\x7f",
        "\x85",
        "\ud83d",
        "\udc00",
        "\ufdd0",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
        "\U0010fffe",
    ],
)
def test_characters_that_xml_does_not_take_are_dropped_everywhere(unwanted):
    dirty = f"a{unwanted}b"
    fields = read_back(name=dirty, description=dirty, categories=(dirty, "2"))
    assert set(fields.values()) == {"SKU-1", "ab", "ab,2"}
    document = create_document([Product("SKU-1", attributes=(("Color", dirty),))])
    assert b"<Color>ab</Color>" in document


def test_every_character_of_xml_is_kept():
    kept = "\t\n ~\xa0\ud7ff\ue000\ufdcf\ufdf0\ufffd\U00010000\U0001fffd\U0010fffd"
    assert clean_text(kept) == kept


def test_line_ends_become_line_feeds():
    assert clean_text("a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize("sku", ["", " SKU", "SKU\n", "S\x00KU"])
def test_a_sku_that_would_come_back_changed_is_refused(sku):
    with pytest.raises(DocumentError, match="SKU"):
        create_document([Product(sku)])


@pytest.mark.parametrize(
    "feed_name", ["", "Care Label", "1st", "a:b", "{x}a", "a>b", "-a", "Größe!"]
)
def test_an_attribute_without_a_usable_feed_name_is_named_with_its_product(feed_name):
    with pytest.raises(DocumentError, match="SKU-1") as caught:
        read_back(attributes=((feed_name, "x"),))
    assert repr(feed_name) in str(caught.value)
    assert caught.value.field == feed_name


def test_feed_names_may_be_any_xml_name():
    document = create_document(
        [Product("SKU-1", attributes=(("_a.b-c1", "x"), ("Größe", "y")))]
    )
    data = etree.fromstring(document).find("Product/ProductData")
    assert [element.tag for element in data] == ["_a.b-c1", "Größe"]


def test_the_same_products_always_give_the_same_bytes():
    products = [Product(f"SKU-{n}", name="Ünïcode", quantity=n) for n in range(50)]
    assert create_document(products) == create_document(list(products))


def test_a_large_document_is_well_formed():
    description = "<p>Soft and <b>light</b>.</p>" * 500
    products = (Product(f"SKU-{n}", description=description) for n in range(200))
    root = etree.fromstring(create_document(products))
    assert len(root) == 200
    assert root[199].findtext("Description") == description
