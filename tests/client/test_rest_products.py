"""Listed products over REST, put together from several calls."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from fake_marketplace import parameters, path
from rest_catalogue import Catalogue, price

UTC = timezone.utc


def drain(read, **asked):
    """Follow the pages to their end.

    :return: the records, and how many pages they came on.
    """
    records, offset, pages = [], 0, 0
    while offset is not None:
        page = read(offset=offset, **asked)
        records += page.records
        pages += 1
        assert page.next_offset is None or page.next_offset > offset
        assert pages < 100
        offset = page.next_offset
    return records, pages


def asked(marketplace, wanted):
    """Return the parameters of the calls of a path."""
    return [parameters(r) for r in marketplace.requests if path(r) == wanted]


def skus(records):
    return [record.seller_sku for record in records]


def test_a_product_is_put_together(make_rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=1)
    (number,) = catalogue.prices
    catalogue.prices[number] = [
        price(
            129.95,
            salePrice=99.9,
            saleStartDate="2026-01-01T00:00:00.000000Z",
            saleEndDate="2027-12-31T13:00:00+00:00",
        )
    ]
    catalogue.images[100] = ["https://img.example/1.jpg", "https://img.example/2.jpg"]
    (listed,) = make_rest_api(country="AU").products().records
    assert listed.seller_sku == "dress-1"
    assert listed.parent_sku == "dress-1"
    assert listed.name == "Dress"
    assert listed.status == "active"
    assert (listed.price, listed.sale_price) == (Decimal("129.95"), Decimal("99.9"))
    assert listed.sale_start == datetime(2026, 1, 1, tzinfo=UTC)
    assert listed.sale_end == datetime(2027, 12, 31, 13, tzinfo=UTC)
    assert listed.quantity == 12
    assert listed.main_image == "https://img.example/1.jpg"
    assert listed.images == ("https://img.example/1.jpg", "https://img.example/2.jpg")
    assert listed.created_at == datetime(2026, 2, 28, 9, 0, 0, 123456, tzinfo=UTC)
    assert listed.updated_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_each_variation_is_a_product_with_its_own_facts(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=3, shirt=1)
    second = catalogue.products[1]
    second["status"] = "inactive"
    catalogue.prices[second["id"]] = [price(50)]
    catalogue.stock["dress-2"] = {"quantity": 0, "available": -1}
    catalogue.images[100] = ["https://img.example/1.jpg"]
    listed = {one.seller_sku: one for one in drain(rest_api.products)[0]}
    assert list(listed) == ["dress-1", "dress-2", "dress-3", "shirt-1"]
    assert [one.status for one in listed.values()] == [
        "active",
        "inactive",
        "active",
        "active",
    ]
    assert listed["dress-2"].price == 50
    assert listed["dress-3"].price == Decimal("129.95")
    assert listed["dress-2"].quantity == 0
    assert listed["dress-3"].quantity == 12
    assert listed["dress-3"].main_image == "https://img.example/1.jpg"
    assert listed["shirt-1"].main_image == ""
    assert listed["shirt-1"].images == ()


@pytest.mark.parametrize(
    ("country", "amount"), [("AU", 20), ("au", 20), ("NZ", 30), ("SG", 10), ("", 10)]
)
def test_the_price_is_the_one_of_the_accounts_country(
    make_rest_api, marketplace, country, amount
):
    catalogue = Catalogue(marketplace, dress=1)
    (number,) = catalogue.prices
    rows = [price(10, "HK"), price(20, "Au"), price(30, "nz")]
    catalogue.prices[number] = rows
    (listed,) = make_rest_api(country=country).products().records
    assert listed.price == amount


def test_a_product_without_a_price_is_listed_without(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=1)
    catalogue.prices = dict.fromkeys(catalogue.prices, [])
    (listed,) = rest_api.products().records
    assert (listed.price, listed.sale_price) == (None, None)


def test_what_the_marketplace_does_not_say_stays_open(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=1)
    (product,) = catalogue.products
    for name in ("shopSku", "productIdentifier", "variation", "updatedAt"):
        product[name] = None
    catalogue.sets[0].update(parentSku=None, updatedAt=None)
    catalogue.stock["dress-1"] = {"quantity": None, "available": None, "shopSku": None}
    (listed,) = rest_api.products().records
    assert listed.parent_sku == ""
    assert listed.quantity is None
    assert listed.updated_at is None


def test_sets_are_paged_in_an_order_that_does_not_move(rest_api, marketplace):
    Catalogue(marketplace, **{f"set{n}": 1 for n in range(60)})
    records, _pages = drain(rest_api.products)
    assert skus(records) == [f"set{n}-1" for n in range(60)]
    for params in asked(marketplace, "/v2/product-sets"):
        params = dict(params)
        assert params["orderBy"] == "createdAt"
        assert params["orderDirection"] == "ASC"
        assert int(params["limit"]) <= 25


def test_the_offset_counts_sets(rest_api, marketplace):
    Catalogue(marketplace, **{f"set{n}": 4 for n in range(30)})
    page = rest_api.products(offset=0, limit=100)
    assert (len(page.records), page.next_offset) == (100, 25)
    assert page.total is None
    assert dict(asked(marketplace, "/v2/product-sets")[0])["offset"] == "0"
    page = rest_api.products(offset=page.next_offset, limit=100)
    assert len(page.records) == 20
    assert dict(asked(marketplace, "/v2/product-sets")[1])["offset"] == "25"


def test_a_small_limit_is_kept(rest_api, marketplace):
    Catalogue(marketplace, dress=1, shirt=1, shoe=1)
    assert len(rest_api.products(limit=2).records) == 2
    assert dict(asked(marketplace, "/v2/product-sets")[0])["limit"] == "2"


def test_a_short_page_is_not_the_end(rest_api, marketplace):
    Catalogue(marketplace, page_cap=3, **{f"set{n}": 1 for n in range(10)})
    records, _pages = drain(rest_api.products)
    assert skus(records) == [f"set{n}-1" for n in range(10)]


def test_an_empty_page_is_the_end(rest_api, marketplace):
    Catalogue(marketplace)
    page = rest_api.products()
    assert page.records == ()
    assert page.next_offset is None
    assert [path(request) for request in marketplace.requests] == ["/v2/product-sets"]


def test_many_variations_are_read_a_hundred_at_once(rest_api, marketplace):
    Catalogue(marketplace, **{f"set{n}": 11 for n in range(25)})
    assert len(rest_api.products().records) == 275
    sizes = [len(params) for params in asked(marketplace, "/v2/products")]
    assert sorted(sizes) == [75, 100, 100]


def test_stock_is_read_once_for_each_set(rest_api, marketplace):
    Catalogue(marketplace, dress=5, shirt=2)
    rest_api.products()
    stock = [path(r) for r in marketplace.requests if "/stock/" in path(r)]
    assert sorted(stock) == ["/v2/stock/product-set/100", "/v2/stock/product-set/101"]


@pytest.mark.parametrize(
    ("filter", "status"),
    [
        ("all", "all"),
        ("live", "active"),
        ("inactive", "inactive-all"),
        ("deleted", "deleted-all"),
        ("image-missing", "image-missing"),
        ("pending", "pending"),
        ("rejected", "rejected"),
        ("sold-out", "sold-out"),
    ],
)
def test_filters_are_spelt_as_this_api_knows_them(
    rest_api, marketplace, filter, status
):
    Catalogue(marketplace, dress=1)
    rest_api.products(filter=filter)
    (params,) = asked(marketplace, "/v2/product-sets")
    assert dict(params).get("status", "all") == status


def test_only_what_changed_since_is_asked_for(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    since = datetime(2026, 2, 28, 9, 30, tzinfo=UTC)
    rest_api.products(updated_after=since)
    (params,) = asked(marketplace, "/v2/product-sets")
    assert dict(params)["updateDateStart"] == "2026-02-28"


def test_products_are_found_by_sku(rest_api, marketplace):
    catalogue = Catalogue(marketplace, dress=3, shirt=2, shoe=1)
    catalogue.stock["shirt-2"] = {"quantity": 4}
    records, _pages = drain(
        rest_api.products, seller_skus=["shirt-2", "dress-3", "nothing"]
    )
    listed = {one.seller_sku: one for one in records}
    assert sorted(listed) == ["dress-3", "shirt-2"]
    assert len(records) == 2
    assert listed["shirt-2"].quantity == 4
    assert listed["shirt-2"].price == Decimal("129.95")
    assert listed["shirt-2"].parent_sku == "shirt-1"
    assert listed["dress-3"].name == "Dress"
    assert not [path(r) for r in marketplace.requests if "102" in r.url]


def test_many_skus_are_asked_for_a_hundred_at_once(rest_api, marketplace):
    Catalogue(marketplace, **{f"set{n}": 10 for n in range(25)})
    wanted = [f"set{n}-{m}" for n in range(25) for m in range(1, 11)]
    records, _pages = drain(rest_api.products, seller_skus=wanted)
    assert sorted(skus(records)) == sorted(wanted)


@pytest.mark.parametrize("limit", [10, 100])
def test_skus_of_many_sets_are_all_found(rest_api, marketplace, limit):
    Catalogue(marketplace, **{f"set{n}": 2 for n in range(60)})
    wanted = [f"set{n}-2" for n in range(60)]
    records, _pages = drain(rest_api.products, seller_skus=wanted, limit=limit)
    assert sorted(skus(records)) == sorted(wanted)


def test_unknown_skus_are_nothing(rest_api, marketplace):
    Catalogue(marketplace, dress=1)
    page = rest_api.products(seller_skus=["nothing"])
    assert page.records == ()
    assert page.next_offset is None
    paths = {path(request) for request in marketplace.requests}
    assert paths == {"/v2/product/seller-skus"}


def test_skus_may_come_from_an_iterator(rest_api, marketplace):
    Catalogue(marketplace, dress=2)
    assert skus(rest_api.products(seller_skus=iter(["dress-2"])).records) == ["dress-2"]


def test_the_older_api_pages_by_products(api, marketplace, load):
    marketplace.answer(load("products.json"))
    marketplace.answer('{"SuccessResponse": {"Head": "", "Body": {"Products": ""}}}')
    page = api.products(offset=4, limit=100)
    assert (len(page.records), page.next_offset) == (2, 6)
    assert api.products(offset=6).next_offset is None


def test_trouble_with_one_of_the_calls_is_repeated(rest_api, marketplace, pauses):
    Catalogue(marketplace, dress=1)
    marketplace.answer("", status=502)
    assert skus(rest_api.products().records) == ["dress-1"]
    assert pauses == [1.0]
