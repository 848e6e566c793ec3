"""Documents that are refused as a whole, before they become a feed."""

import pytest
from marketplace import element, images, only, product, request


@pytest.mark.parametrize("body", ["", "  \n", "<Request/>", "<Request> </Request>"])
def test_an_empty_document_is_e030(seller, body):
    assert seller.call("ProductCreate", body).code == "30"


@pytest.mark.parametrize(
    "body",
    [
        "<Request><Product>",
        "SellerSku=1",
        '{"Request": {}}',
        "<Products><Product/></Products>",
        "<Request><ProductImage/></Request>",
        "<Request><Product><SellerSku>a\x01</SellerSku></Product></Request>",
        b"<?xml version='1.0' encoding='UTF-8'?><Request>\xff</Request>",
    ],
    ids=["cut off", "form", "JSON", "other root", "other entry", "control", "bytes"],
)
def test_a_document_that_cannot_be_read_is_e005(seller, body):
    assert seller.call("ProductCreate", body).code == "5"


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE Request [<!ENTITY a 'b'>]>",
        "<!DOCTYPE Request [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE Request SYSTEM 'http://127.0.0.1:1/x.dtd'>",
    ],
)
def test_a_document_type_is_never_read(seller, declaration):
    body = declaration + request(only("SKU-1", Name="&a;")).partition("?>")[2]
    assert seller.call("ProductUpdate", body).code == "5"


def test_a_product_without_sku_is_named_in_the_refusal(seller, sandbox):
    answer = seller.call("ProductCreate", request(product(), product("")))
    assert answer.code == "1000"
    assert answer["Head/ErrorMessage"] == "Format Error Detected"
    assert answer.details == [("SellerSku", "", "Field must not be empty")]
    assert not sandbox.feeds


@pytest.mark.parametrize("action", ["ProductCreate", "ProductUpdate", "ProductRemove"])
def test_a_sku_twice_in_one_document_is_refused(seller, action):
    answer = seller.call(action, request(only("A"), only("B"), only("A")))
    assert answer.details == [("SellerSku", "A", "Duplicate SellerSku in the document")]


@pytest.mark.parametrize("price", ["10.", "10.5", "10,00", "-1.00", "1e3", "$10.00"])
@pytest.mark.parametrize("name", ["Price", "SalePrice"])
def test_a_price_without_dot_and_two_decimals_is_refused_with_its_sku(
    seller, name, price
):
    body = request(only("A", **{name: price}), only("B", Price="1.00"))
    ((field, sku, message),) = seller.call("ProductUpdate", body).details
    assert (field, sku) == (name, "A")
    assert "dot as decimal separator and 2 decimals" in message


def test_html_that_is_not_wrapped_is_refused_with_its_sku(seller):
    body = request(
        element("Product", {"SellerSku": "A"}, "<Description>A <b>b</b></Description>")
    )
    ((field, sku, message),) = seller.call("ProductUpdate", body).details
    assert (field, sku) == ("Description", "A")
    assert "CDATA" in message


def test_html_in_cdata_is_kept_as_it_is(seller, sandbox):
    text = "A <b>soft</b> dress & more"
    inner = f"<Description><![CDATA[{text}]]></Description>"
    body = request(element("Product", {"SellerSku": "SKU-1"}, inner))
    seller.feed("ProductCreate", request(product()))
    seller.feed("ProductUpdate", body)
    assert sandbox.products["SKU-1"].description == text


def test_an_element_given_twice_is_refused(seller):
    inner = "<Name>one</Name><Name>two</Name>"
    body = request(element("Product", {"SellerSku": "A"}, inner))
    answer = seller.call("ProductUpdate", body)
    assert answer.details == [("Name", "A", "Field is given twice")]


def test_an_image_document_without_images_is_refused(seller):
    body = "<Request><ProductImage><SellerSku>A</SellerSku></ProductImage></Request>"
    assert seller.call("Image", body).details[0][:2] == ("Images", "A")


def test_an_image_document_without_sku_is_refused(seller):
    assert seller.call("Image", request(images("", "http://x/"))).code == "1000"


def test_at_most_fifty_remarks_are_given(seller):
    body = request(*[only(f"SKU-{number}", Price="1.5") for number in range(70)])
    assert len(seller.call("ProductUpdate", body).details) == 50


def test_more_than_a_thousand_products_are_refused(seller, sandbox):
    body = request(*[only(f"SKU-{number}") for number in range(1001)])
    assert seller.call("ProductRemove", body).code == "1000"
    assert not sandbox.feeds


def test_an_unknown_element_gives_a_warning_and_the_feed_is_accepted(seller):
    answer = seller.call("ProductUpdate", request(only("A", Colour="red")))
    assert answer.accepted and answer.feed_id
    assert answer["Body/WarningDetail/Field"] == "Colour"
    assert answer["Body/WarningDetail/SellerSku"] == "A"


def test_comments_and_padding_in_a_document_do_not_matter(seller, sandbox):
    seller.feed("ProductCreate", request(product()))
    body = (
        "<Request>\n <!-- stock -->\n <Product>\n  <SellerSku>\n SKU-1 </SellerSku>"
        "<Quantity> 7<!-- seven --> </Quantity>\n</Product>\n</Request>"
    )
    assert not seller.errors("ProductUpdate", body)
    assert sandbox.products["SKU-1"].quantity == 7
