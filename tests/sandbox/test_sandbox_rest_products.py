"""REST v2: product sets and their variations, found and read (SellerCenter REST)."""

from datetime import datetime, timedelta

import pytest
import requests
from marketplace import ATTRIBUTES, only, product, request
from rest_marketplace import (
    CREATE,
    IMAGES,
    REMOVE,
    UPDATE,
    by_sku,
    is_problem,
    segment,
    set_of,
    sets,
    table,
)


def test_the_variations_of_a_group_are_one_set(shelf):
    answer = sets(shelf)
    assert answer["pagination"] == {"limit": 100, "offset": 0, "totalCount": 2}
    assert {one["name"] for one in answer["items"]} == {"Linen midi dress", "Linen top"}
    found = by_sku(shelf, "S", "M", "TOP")
    assert found["S"]["productSetId"] == found["M"]["productSetId"]
    assert found["S"]["productSetId"] != found["TOP"]["productSetId"]
    assert {one["id"] for one in answer["items"]} == {
        one["productSetId"] for one in found.values()
    }


def test_a_set_tells_what_its_variations_share(shelf):
    wanted = set_of(shelf, "S")
    one = shelf.get(f"v2/product-set/{wanted}")
    assert [one] == sets(shelf, productSetIds=[wanted])["items"]
    assert (one["parentSku"], one["sellerId"]) == ("S", 4711)
    assert one["description"] == "A dress for long summers."
    assert one["primaryCategoryId"] == 111
    assert one["status"] == "active"
    (brand,) = shelf.get("v2/brands", name="Saltbush", limit=1, offset=0)["items"]
    assert one["brandId"] == brand["id"]
    assert len(one["attributes"]) >= len(ATTRIBUTES)


def test_the_products_of_a_set_are_listed(shelf):
    rows = shelf.get(f"v2/product-set/{set_of(shelf, 'S')}/products")
    assert [one["sellerSku"] for one in rows] == ["S", "M"]
    assert [one["variation"] for one in rows] == ["S", "M"]


def test_products_are_read_by_their_ids(shelf):
    found = by_sku(shelf, "S", "M", "TOP")
    wanted = [found["TOP"]["id"], found["M"]["id"], 999999]
    rows = shelf.get("v2/products", productIds=wanted)
    assert {one["sellerSku"] for one in rows} == {"TOP", "M"}
    assert [one for one in rows if one["sellerSku"] == "M"] == [found["M"]]


def test_a_product_keeps_the_zeros_of_its_barcode(shelf):
    one = by_sku(shelf, "S")["S"]
    assert one["productIdentifier"] == "0012345678905"
    assert (one["status"], one["approvalStatus"]) == ("active", "pending")


def test_products_are_found_by_skus_in_pages(shelf):
    assert set(by_sku(shelf, "M", "X", "TOP")) == {"M", "TOP"}
    skus = ["S", "M", "TOP"]
    pages = [
        shelf.get("v2/product/seller-skus", sellerSkus=skus, limit=2, offset=start)
        for start in (0, 2, 4)
    ]
    assert [len(one["items"]) for one in pages] == [2, 1, 0]
    assert {one["pagination"]["totalCount"] for one in pages} == {3}


def test_at_most_a_hundred_skus_are_asked_for_at_once(shelf):
    skus = [f"SKU-{number}" for number in range(101)]
    params = {"sellerSkus[]": skus[:100], "limit": 100, "offset": 0}
    assert shelf.call("GET", "v2/product/seller-skus", params=params).ok
    params["sellerSkus[]"] = skus
    answer = shelf.careless("GET", "v2/product/seller-skus", params=params)
    assert is_problem(answer, 400)


def test_one_product_is_found_by_its_sku_whatever_is_in_it(rest):
    sku = "A/b c+d;é"
    rest.feed(CREATE, request(product(sku)))
    assert rest.get(f"v2/product/seller-sku/{segment(sku)}")["sellerSku"] == sku
    assert list(by_sku(rest, sku)) == [sku]
    assert is_problem(rest.call("GET", "v2/product/seller-sku/x"), 404)


def test_ids_stay_when_products_change(shelf):
    before = by_sku(shelf, "S", "M", "TOP")
    shelf.feed(
        UPDATE, request(only("S", Name="New name", Price="1.00", Status="inactive"))
    )
    shelf.feed(CREATE, request(product("L", ParentSku="S", Variation="L")))
    shelf.feed(REMOVE, table(["SellerSku"], ["M"]))
    after = by_sku(shelf, "S", "M", "TOP", "L")
    for sku, one in before.items():
        for name in ("id", "uuid", "productSetId", "createdAt"):
            assert after[sku][name] == one[name]
    assert after["L"]["productSetId"] == before["S"]["productSetId"]
    assert len({one["id"] for one in after.values()}) == 4


def test_removed_products_stay_readable(shelf):
    shelf.feed(REMOVE, table(["SellerSku"], ["TOP"]))
    assert by_sku(shelf, "TOP")["TOP"]["status"] == "deleted"
    one = shelf.get(f"v2/product-set/{set_of(shelf, 'TOP')}")
    assert one["status"] == "deleted"


def test_all_sets_are_in_the_list_of_all(shelf):
    shelf.feed(
        UPDATE, request(only("S", Status="inactive"), only("M", Status="inactive"))
    )
    shelf.feed(REMOVE, table(["SellerSku"], ["TOP"]))
    assert sets(shelf, status="all")["pagination"]["totalCount"] == 2


def test_sets_come_in_pages_by_their_age(shelf, sandbox):
    skus = [f"N{number}" for number in range(4)]
    shelf.feed(CREATE, request(*[product(sku) for sku in skus]))
    for hours, one in enumerate(sandbox.products.values()):
        one.created_at -= timedelta(hours=hours)
    order = {"orderBy": "createdAt", "limit": 4}
    up = [
        one
        for start in (0, 4)
        for one in sets(shelf, orderDirection="ASC", offset=start, **order)["items"]
    ]
    down = sets(shelf, orderBy="createdAt", orderDirection="DESC")["items"]
    assert [one["id"] for one in up] == [one["id"] for one in reversed(down)]
    moments = [one["createdAt"] for one in up]
    assert moments == sorted(moments) and len(up) == 6
    assert sets(shelf, offset=6)["items"] == []


def test_a_page_of_sets_has_its_limits(shelf):
    for query in ("limit=101&offset=0", "limit=5", "offset=0", "limit=0&offset=0"):
        answer = shelf.call("GET", f"v2/product-sets?{query}")
        assert is_problem(answer, 400), query
    assert shelf.checked.take()


def test_sets_are_found_by_their_ids_and_changes(shelf, sandbox):
    wanted = set_of(shelf, "TOP")
    (one,) = sets(shelf, productSetIds=[wanted])["items"]
    assert one["id"] == wanted
    for sku in ("S", "M"):
        sandbox.products[sku].updated_at -= timedelta(days=1)
    today = sandbox.products["TOP"].updated_at.astimezone(sandbox.zone).date()
    found = sets(shelf, updateDateStart=today)["items"]
    assert [one["id"] for one in found] == [wanted]
    assert len(sets(shelf, updateDateEnd=today)["items"]) == 2
    found = sets(shelf, updateDateEnd=today - timedelta(days=1))["items"]
    assert [one["id"] for one in found] == [set_of(shelf, "S")]


@pytest.mark.parametrize("text", ["2026-03-01T00:00:00Z", "1.3.2026", "today"])
def test_sets_are_looked_for_by_day_and_not_by_the_minute(shelf, text):
    params = {"limit": 1, "offset": 0, "updateDateStart": text}
    answer = shelf.careless("GET", "v2/product-sets", params=params)
    assert is_problem(answer, 400)
    assert "updateDateStart" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["keyword", "keyword[]"])
def test_sets_are_found_by_several_words(shelf, name):
    def skus(*words):
        params = [(name, word) for word in words]
        answer = shelf.call(
            "GET", "v2/product-sets", params=[*params, ("limit", 9), ("offset", 0)]
        )
        return [one["sellerSku"] for one in answer.json()["items"]]

    assert sorted(skus("linen")) == ["S", "TOP"]
    assert skus("linen", "top") == ["TOP"]
    assert skus("linen", "boots") == []


@pytest.mark.parametrize("words", [["li"], ["linen"] * 6])
def test_a_word_is_neither_too_short_nor_one_of_too_many(shelf, words):
    params = {"limit": 9, "offset": 0, "keyword[]": words}
    assert is_problem(shelf.call("GET", "v2/product-sets", params=params), 422)


def test_an_unknown_set_is_a_problem(shelf):
    for path in ("v2/product-set/999999", "v2/product-set/999999/products"):
        assert is_problem(shelf.call("GET", path), 404)
    assert not shelf.careless("GET", "v2/product-set/one").ok


def test_prices_are_those_of_the_country(shelf):
    start, end = "2026-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"
    sale = {"SalePrice": "149.50", "SaleStartDate": start, "SaleEndDate": end}
    shelf.feed(UPDATE, request(only("M", **sale)))
    products = by_sku(shelf, "S", "M")
    wanted = set_of(shelf, "S")
    (row,) = shelf.get("v2/prices", productSetIds=[wanted])
    assert row["productSetId"] == wanted
    prices = {one["productId"]: one["prices"] for one in row["items"]}
    ((plain,), (sale,)) = (prices[products[sku]["id"]] for sku in ("S", "M"))
    assert (plain["price"], plain["salePrice"], plain["country"]) == (199, None, "AU")
    assert plain["saleStartDate"] is plain["saleEndDate"] is None
    assert (sale["price"], sale["salePrice"]) == (199, 149.5)
    assert read(sale["saleEndDate"]) == datetime.fromisoformat(end)
    assert read(sale["saleStartDate"]) == datetime.fromisoformat(start)


def read(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_prices_of_several_sets_come_at_once(shelf):
    wanted = [set_of(shelf, sku) for sku in ("S", "TOP")]
    rows = shelf.get("v2/prices", productSetIds=[*wanted, 999999])
    assert {one["productSetId"]: len(one["items"]) for one in rows} == {
        wanted[0]: 2,
        wanted[1]: 1,
    }
    flat = shelf.get(f"v2/product-set/{wanted[0]}/prices")
    assert [one["price"] for one in flat] == [199, 199]


def test_stock_tells_what_orders_hold(shelf, sandbox):
    number = set_of(shelf, "S")
    sandbox.products["S"].reserved = 2
    rows = shelf.get(f"v2/stock/product-set/{number}")
    found = {
        one["sellerSku"]: (one["quantity"], one["reservedStock"], one["available"])
        for one in rows
    }
    assert found == {"S": (5, 2, 3), "M": (2, 0, 2)}
    one = shelf.get(f"v2/stock/product/{by_sku(shelf, 'S')['S']['id']}")
    assert one == next(row for row in rows if row["sellerSku"] == "S")


def test_images_are_those_of_the_set_in_their_order(shelf, pictures):
    urls = [pictures.url(name) for name in ("good.jpg", "back.jpg", "good.png")]
    head = ["SellerSku", "MainImage", "Image2", "Image3"]
    assert shelf.result(IMAGES, table(head, ["S", *urls]))["errors"] == []
    wanted = [set_of(shelf, sku) for sku in ("S", "TOP")]
    rows = shelf.get("v2/product-sets/images", productSetIds=wanted)
    found = {
        one["productSetId"]: [image["displayUrl"] for image in one["images"]]
        for one in rows
    }
    assert found[wanted[0]] == urls
    assert not found.get(wanted[1])


def put_stock(shelf, *rows):
    """Set the stock of products at once."""
    return shelf.call("PUT", "v2/stock/product", json=list(rows))


def stock_row(shelf, sku, quantity):
    """Give the row that sets the stock of a product."""
    return {"productId": by_sku(shelf, sku)[sku]["id"], "quantity": quantity}


def test_stock_is_set_at_once_and_without_a_feed(shelf, sandbox):
    feeds = dict(sandbox.feeds)
    rows = [stock_row(shelf, "S", 9), stock_row(shelf, "M", 0)]
    answer = put_stock(shelf, *rows)
    assert (answer.status_code, answer.json()) == (200, [])
    assert [sandbox.products[sku].quantity for sku in ("S", "M")] == [9, 0]
    assert sandbox.products["S"].history[-1].values == {"quantity": ("5", "9")}
    assert dict(sandbox.feeds) == feeds


def test_rows_of_unknown_and_removed_products_come_back(shelf, sandbox):
    gone, here = stock_row(shelf, "TOP", 4), stock_row(shelf, "S", 9)
    shelf.result(REMOVE, table(["SellerSku"], ["TOP"]))
    unknown = {"productId": 999999, "quantity": 1}
    answer = put_stock(shelf, gone, here, unknown)
    assert (answer.status_code, answer.json()) == (200, [gone, unknown])
    assert sandbox.products["S"].quantity == 9


def test_a_row_may_be_ignored_on_purpose(shelf, sandbox):
    sandbox.faults.add("sku_error", action="SetStock", sku="S")
    row = stock_row(shelf, "S", 9)
    assert put_stock(shelf, row, stock_row(shelf, "M", 9)).json() == [row]
    assert [sandbox.products[sku].quantity for sku in ("S", "M")] == [5, 9]


def test_stock_below_zero_is_refused(shelf):
    assert is_problem(put_stock(shelf, stock_row(shelf, "S", -1)), 422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1],
        [{"productId": "1", "quantity": 1}],
        [{"productId": number, "quantity": 1} for number in range(101)],
    ],
)
def test_what_is_no_short_list_of_stock_is_refused(shelf, body):
    answer = shelf.careless("PUT", "v2/stock/product", json=body)
    assert is_problem(answer, 422)


@pytest.mark.parametrize(
    ("kind", "quantity"), [("cut_before", 5), ("cut_after", 9), ("status_after", 9)]
)
def test_the_answer_about_stock_may_get_lost_either_way(shelf, sandbox, kind, quantity):
    row = stock_row(shelf, "S", 9)
    sandbox.faults.add(kind, action="SetStock")
    try:
        answer = put_stock(shelf, row)
    except requests.ConnectionError:
        answer = None
    assert (answer is None) == kind.startswith("cut")
    assert answer is None or answer.status_code == 500
    assert sandbox.products["S"].quantity == quantity
