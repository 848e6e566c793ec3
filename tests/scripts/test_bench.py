"""The bench: rows and table, the floor's document, the marketplace's answers."""

import json
from datetime import datetime

import pytest
from lxml import etree

from benchmarks import answers
from benchmarks.cost import cpu_of, own_cpu, spent_between
from benchmarks.floor import SHAPES, document
from benchmarks.goods import VARIANTS, styles_for
from benchmarks.marketplace import Marketplace
from benchmarks.peer_shop import Shop
from benchmarks.report import account_rows, format_accounts, format_table, make_rows

DOCUMENT = b"<Request><Product><SellerSku>A&amp;B</SellerSku></Product></Request>"


def costs(cpu, size=500, rounds=3):
    """Return the costs of some rounds; the first one was slow."""
    slow = {"seconds": 9 * cpu, "cpu": 9 * cpu, "queries": 99, "peak_mb": 80.0}
    usual = {"seconds": 2 * cpu, "cpu": cpu, "queries": 20, "peak_mb": 8.0}
    return [{**cost, "size": size} for cost in [slow] + [usual] * (rounds - 1)]


def rows_of(**measured):
    """Return the rows by name."""
    made = make_rows({name: costs(cpu) for name, cpu in measured.items()})
    return {row["name"]: row for row in made}


@pytest.fixture(scope="module")
def marketplace():
    """Return a marketplace of the bench, in this process."""
    return Marketplace()


def ask(marketplace, query, body=b""):
    """Return an answer, as a tree."""
    return etree.fromstring(marketplace.answer(query, body))


def test_a_row_has_the_median_of_the_rounds_per_thousand():
    row = rows_of(price=1.5)["price"]
    assert row == {
        "name": "price",
        "size": 500,
        "seconds_per_1000": 6.0,
        "cpu_per_1000": 3.0,
        "queries_per_1000": 40,
        "peak_mb": 8.0,
    }


def test_a_feed_is_compared_with_the_floor_of_its_shape():
    rows = rows_of(floor_price=0.02, price=1.0, floor_stock=0.05, stock=1.0, update=2.0)
    assert rows["price"]["ratio_to_floor"] == 50
    assert rows["stock"]["ratio_to_floor"] == 20
    assert rows["update"]["ratio_to_floor"] == 100


def test_comparing_and_orders_are_compared_with_odoo_itself():
    rows = rows_of(
        own=2.0, detect_nothing=1.0, odoo_order_paid=2.0, order_paid=5.0, check=1.0
    )
    assert rows["detect_nothing"]["ratio_to_own"] == 0.5
    assert rows["order_paid"]["ratio_to_odoo"] == 2.5
    assert not [key for key in rows["check"] if "ratio" in key]


def test_with_rules_comparing_is_compared_with_odoo_with_rules():
    rows = rows_of(
        own=1.0,
        own_5000_rules=4.0,
        detect_nothing_5000_rules=2.0,
        floor_price=0.1,
        price_5000_rules=0.5,
    )
    assert rows["detect_nothing_5000_rules"]["ratio_to_own"] == 0.5
    assert rows["price_5000_rules"]["ratio_to_floor"] == 5


def test_a_feed_says_how_much_its_log_grows():
    measured = [
        {**cost, "log_mb_per_million": 430, "packed_mb_per_million": 180}
        for cost in costs(1.0)
    ]
    rows = make_rows({"floor_price": costs(0.02), "price": measured})
    assert rows[1]["log_mb_per_million"] == 430
    assert "430 / 180" in format_table(rows)
    assert "log_mb_per_million" not in rows[0]


def test_rows_are_json_and_a_table():
    made = make_rows({"floor_price": costs(0.02), "price": costs(1.0)})
    assert json.loads(json.dumps(made)) == made
    title, _rule, _floor, price = format_table(made).splitlines()
    assert title.split()[:2] == ["measured", "size"]
    assert price.split() == "price 500 4000 2000 40 8 50.0 x floor".split()


def test_the_floor_writes_what_the_marketplace_reads():
    moments = [datetime(2026, 1, 1), datetime(2028, 1, 1)]
    rows = [(1, "A&B", 149.95, 99, *moments), (2, "C", 149.95, 99, *moments)]
    written = document(SHAPES["price"], rows)
    assert answers.skus_of(written) == ["A&B", "C"]
    assert etree.fromstring(written).findtext("Product/SalePrice") == "99"


def test_a_thousand_products_are_one_batch_of_whole_styles():
    assert 1000 - VARIANTS < styles_for(1000) * VARIANTS <= 1000


def test_every_so_many_skus_fail():
    skus = [str(number) for number in range(1, 101)]
    assert answers.refused_of(skus, 50) == ["50", "100"]
    assert answers.refused_of(skus, 0) == []


def test_a_feed_is_finished_as_soon_as_it_is_accepted(marketplace):
    marketplace.control({"failing_every": 1})
    accepted = ask(marketplace, "Action=ProductUpdate", DOCUMENT)
    feed_id = accepted.findtext("Head/RequestId")
    detail = ask(marketplace, f"Action=FeedStatus&FeedID={feed_id}")
    assert detail.findtext("Body/FeedDetail/Status") == "Finished"
    assert detail.findtext("Body/FeedDetail/FailedRecords") == "1"
    error = detail.find("Body/FeedDetail/FeedErrors/Error")
    assert error.findtext("SellerSku") == "A&B"


def test_a_product_is_there_if_the_bench_says_so(marketplace):
    query = 'Action=GetProducts&SkuSellerList=["A"]&Limit=100&Offset=0'
    for there, found in ((True, ["A"]), (False, [])):
        marketplace.control({"has_products": there})
        skus = ask(marketplace, query).iterfind("Body/Products/Product/SellerSku")
        assert [sku.text for sku in skus] == found


def test_orders_come_page_by_page_and_with_their_items(marketplace):
    goods = [["A", "50.00"], ["B", "30.00"]]
    order = {"first": 7, "number": 3, "goods": goods, "moment": answers.MOMENT}
    marketplace.control({"orders": order})
    page = ask(marketplace, "Action=GetOrders&Limit=2&Offset=2")
    assert page.findtext("Head/TotalCount") == "3"
    assert [one.text for one in page.iter("OrderId")] == ["9"]
    items = ask(marketplace, "Action=GetMultipleOrderItems&OrderIdList=[9]")
    assert [one.text for one in items.iter("Sku")] == ["A", "B"]
    assert page.findtext("Body/Orders/Order/GrandTotal") == "80.00"


def test_the_other_connector_s_shop_has_the_orders_that_were_placed():
    lines = [["variant/1", "A", "Dress", "50.00"], ["variant/2", "B", "Bag", "30.10"]]
    order = {"number": 7, "currency": "AUD", "lines": lines, "is_paid": True}
    shop = Shop()
    placed = shop.answer({"variables": {"orders": [order]}})["data"]["orders"]
    [known] = [shop.answer({"variables": {"id": one}}) for one in placed]
    total = known["data"]["order"]["currentTotalPriceSet"]
    assert total["shopMoney"] == {"amount": "80.10", "currencyCode": "AUD"}
    [payment] = known["data"]["order"]["transactions"]
    assert payment["amountSet"] == total


def test_the_other_connector_is_compared_with_this_one():
    rows = rows_of(order_paid=2.0, peer_order_paid=5.0, price=1.0, peer_price=20.0)
    assert rows["peer_order_paid"]["ratio_to_connector"] == 2.5
    assert rows["peer_price"]["ratio_to_connector"] == 20


def test_ways_to_serve_many_accounts_are_compared_with_scheduled_jobs_alone():
    rows = account_rows({"crons": [30.0, 20.0, 22.0], "queue_2": [11.0, 12.0, 9.0]})
    assert [row["time_to_crons"] for row in rows] == [1.0, 0.5]
    last = format_accounts(rows).splitlines()[-1]
    assert last.split() == ["queue_2", "11.0", "9.0", "12.0", "0.5"]


def test_the_cpu_of_a_process_that_has_ended_is_nothing():
    assert own_cpu() > 0
    assert cpu_of(2**22 + 1) == 0


def test_backends_that_begin_or_end_meanwhile_count_for_what_is_known():
    before, after = {1: 5.0, 2: 3.0}, {1: 7.0, 3: 1.0}
    assert spent_between(before, after) == 3
