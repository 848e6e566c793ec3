"""Removal and pictures as the tables that the REST API takes."""

import csv
import io

import pytest

from iconic_connector.seller_center import ActionApi, RestApi, documents
from iconic_connector.seller_center.documents import DocumentError
from iconic_connector.seller_center.records import Product, ProductImages

PICTURES = ("SellerSku", "MainImage", *(f"Image{n}" for n in range(2, 9)))


def read_back(table):
    """Read a table the way a spreadsheet would."""
    text = table.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def filled(row):
    return {name: value for name, value in row.items() if value}


def urls(count):
    return tuple(f"https://img.example/{number}.jpg" for number in range(count))


def test_a_removal_names_the_skus_alone():
    table = RestApi.remove_document([Product("A-1"), Product("B-2", name="Dress")])
    assert table == b"SellerSku\r\nA-1\r\nB-2\r\n"


def test_pictures_have_a_column_each():
    images = [ProductImages("A", urls(1)), ProductImages("B", urls(8))]
    table = RestApi.image_document(images)
    assert table.partition(b"\r\n")[0].decode() == ";".join(PICTURES)
    first, second = read_back(table)
    assert filled(first) == {"SellerSku": "A", "MainImage": urls(1)[0]}
    assert second == dict(zip(PICTURES, ("B", *urls(8)), strict=True))


def test_every_line_ends_as_tables_do():
    table = RestApi.image_document([ProductImages("A", urls(3))] * 3)
    assert table.count(b"\r\n") == table.count(b"\n") == 4
    assert table.endswith(b"\r\n")


def test_every_line_has_all_columns():
    table = RestApi.image_document([ProductImages("A", urls(2))])
    assert [line.count(b";") for line in table.split(b"\r\n")[:-1]] == [8, 8]


@pytest.mark.parametrize("sku", ["A;1", 'A"1', 'A";"1', "A B", "é😀", "=1+1", "0012"])
def test_a_sku_comes_back_as_it_was(sku):
    (row,) = read_back(RestApi.remove_document([Product(sku)]))
    assert row == {"SellerSku": sku}
    (row,) = read_back(RestApi.image_document([ProductImages(sku, urls(1))]))
    assert row["SellerSku"] == sku


def test_an_address_comes_back_as_it_was():
    url = 'https://img.example/é;"x".jpg?a=1;b=2'
    (row,) = read_back(RestApi.image_document([ProductImages("A", (url,))]))
    assert row["MainImage"] == url


def test_a_table_is_utf_8_without_a_mark_in_front():
    table = RestApi.remove_document([Product("é")])
    assert table == "SellerSku\r\né\r\n".encode()


def test_the_same_products_always_give_the_same_bytes():
    images = [ProductImages(f"SKU-{n}", urls(1 + n % 8)) for n in range(50)]
    assert RestApi.image_document(images) == RestApi.image_document(iter(images))


@pytest.mark.parametrize("api", [ActionApi, RestApi])
@pytest.mark.parametrize("sku", ["", " SKU", "SKU\n", "S\x00KU"])
def test_a_sku_that_would_come_back_changed_is_refused(api, sku):
    for build in (
        lambda: api.remove_document([Product("A"), Product(sku)]),
        lambda: api.image_document([ProductImages(sku, urls(1))]),
    ):
        with pytest.raises(DocumentError, match="SKU") as caught:
            build()
        assert caught.value.seller_sku == sku
        assert caught.value.field == "seller_sku"


@pytest.mark.parametrize("api", [ActionApi, RestApi])
@pytest.mark.parametrize("pictures", [(), urls(9), ("",), (urls(1)[0], "")])
def test_pictures_that_cannot_be_sent_are_refused(api, pictures):
    with pytest.raises(DocumentError, match="1 to 8") as caught:
        api.image_document([ProductImages("A", pictures)])
    assert caught.value.seller_sku == "A"
    assert caught.value.field == "urls"


@pytest.mark.parametrize("api", [ActionApi, RestApi])
def test_nothing_makes_no_document(api):
    with pytest.raises(DocumentError, match="nothing to send"):
        api.remove_document([])
    with pytest.raises(DocumentError, match="nothing to send"):
        api.image_document(iter(()))


def test_the_older_api_sends_xml():
    products = [Product("A;1")]
    images = [ProductImages("A;1", urls(2))]
    assert ActionApi.remove_document(products) == documents.remove_document(products)
    assert ActionApi.image_document(images) == documents.image_document(images)


def test_each_api_says_which_actions_take_a_table():
    assert set(ActionApi.table_actions) == set()
    assert set(RestApi.table_actions) == {"Image", "ProductRemove"}
