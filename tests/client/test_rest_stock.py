"""Quantities that are set at once over REST, and the product ids that they need."""

import pytest
from fake_marketplace import parameters, path
from rest_catalogue import Catalogue

from iconic_connector.seller_center import (
    AccessRefused,
    Maintenance,
    NotOffered,
    Refused,
    UnknownOutcome,
    Unreadable,
)
from iconic_connector.seller_center.documents import DocumentError
from iconic_connector.seller_center.records import StockRow
from iconic_connector.seller_center.stock import stock_document

ROWS = [StockRow("A", "11", 5), StockRow("B", "12", 0)]
DOCUMENT = b'[{"productId": 11, "quantity": 5}, {"productId": 12, "quantity": 0}]'


def test_a_document_is_a_bare_list_of_ids_and_quantities():
    assert stock_document(ROWS) == DOCUMENT


@pytest.mark.parametrize(
    "row",
    [
        StockRow("A", "", 1),
        StockRow("A", "SKU-1", 1),
        StockRow("A", "11", -1),
        StockRow("A", "11", 1.5),
        StockRow("A", "11", None),
    ],
)
def test_a_row_that_cannot_be_written_is_named(row):
    with pytest.raises(DocumentError) as caught:
        stock_document([*ROWS, row])
    assert caught.value.seller_sku == "A"
    assert caught.value.user_message


@pytest.mark.parametrize("count", [0, 101])
def test_a_document_holds_one_to_a_hundred_rows(count):
    with pytest.raises(DocumentError):
        stock_document(
            StockRow(f"S{number}", f"{number}", 1) for number in range(count)
        )


def test_quantities_are_sent_byte_for_byte_and_without_a_feed(rest_api, marketplace):
    marketplace.answer([])
    receipt = rest_api.set_stock(DOCUMENT)
    assert (receipt.feed_id, receipt.ignored) == ("", frozenset())
    (request,) = marketplace.requests
    assert (request.method, path(request)) == ("PUT", "/v2/stock/product")
    assert request.headers["Content-Type"] == "application/json"
    assert marketplace.bodies == [DOCUMENT]


@pytest.mark.parametrize(
    "answer",
    [
        [{"productId": 12, "quantity": 0}],
        [{"productId": "12", "quantity": "0"}],
        [{"productId": 12}, {"productId": 12}],
        {"items": [{"productId": 12, "quantity": 7}]},
    ],
)
def test_the_answer_tells_which_rows_were_ignored(rest_api, marketplace, answer):
    marketplace.answer(answer)
    assert rest_api.set_stock(DOCUMENT).ignored == {"12"}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "{}",
        "<html></html>",
        '"done"',
        [12],
        [None],
        [{}],
        [{"productId": None}],
        [{"productId": True}],
        [{"productId": [12]}],
        [{"productId": 12.5}],
        [{"productId": "A"}],
        [{"productId": "1" * 400}],
        [{"productId": 999, "quantity": 5}],
    ],
)
def test_an_answer_that_cannot_be_understood_leaves_the_outcome_open(
    rest_api, marketplace, answer
):
    marketplace.answer(answer)
    with pytest.raises(Unreadable) as caught:
        rest_api.set_stock(DOCUMENT)
    assert caught.value.user_message
    assert len(marketplace.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (404, NotOffered),
        (405, NotOffered),
        (410, NotOffered),
        (413, AccessRefused),
        (422, Refused),
        (500, UnknownOutcome),
        (502, UnknownOutcome),
        (503, Maintenance),
        (504, UnknownOutcome),
    ],
)
def test_each_status_has_its_outcome(rest_api, marketplace, status, kind):
    marketplace.answer("", status=status)
    with pytest.raises(kind) as caught:
        rest_api.set_stock(DOCUMENT)
    assert type(caught.value) is kind
    assert len(marketplace.requests) == 1


def test_the_classic_api_says_that_it_sends_quantities_in_feeds(api, marketplace):
    with pytest.raises(NotOffered, match="feed"):
        api.set_stock(DOCUMENT)
    assert api.product_ids(["A"]) == {}
    assert (api.max_stock_rows, marketplace.requests) == (0, [])


def test_ids_of_a_hundred_products_are_read_with_one_call(rest_api, marketplace):
    Catalogue(marketplace, dress=90)
    skus = [f"dress-{number}" for number in range(1, 91)]
    found = rest_api.product_ids([*skus, "unknown"])
    assert found == {f"dress-{number}": f"{100000 + number}" for number in range(1, 91)}
    (request,) = marketplace.requests
    assert path(request) == "/v2/product/seller-skus"
    assert len([name for name, _ in parameters(request) if "Skus" in name]) == 91


def test_an_id_that_is_none_or_one_of_several_is_left_out(rest_api, marketplace):
    shelf = Catalogue(marketplace, dress=6)
    first, second, third, fourth, fifth, last = shelf.products
    first["status"] = "deleted"
    second["id"] = "no number"
    third["id"] = None
    # The same SKU twice: once removed, and twice on sale.
    fourth["sellerSku"] = first["sellerSku"]
    fifth["sellerSku"] = last["sellerSku"]
    skus = [f"dress-{number}" for number in range(1, 7)]
    assert rest_api.product_ids(skus) == {"dress-1": str(fourth["id"])}


def test_a_product_that_is_read_brings_its_id(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    (dress,) = rest_api.products(seller_skus=["dress-1"]).records
    assert dress.marketplace_id == "100001"
