"""REST v2: orders and their items, found and read (SellerCenter REST, Orders)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from ordering import OWN_CARRIER, gift, ids, moved, place, stock
from rest_marketplace import STATES, is_problem, ready


@pytest.fixture
def order(classic):
    """An order of two gift boxes and a scarf, as it was placed."""
    scarf = gift("SCARF", item_price="30.00")
    return place(classic, gift(quantity=2, item_price="49.50"), scarf)


def orders(rest, **filters):
    """Read the first page of orders."""
    return rest.get("v2/orders", **{"limit": 50, "offset": 0, **filters})


def numbers(rest, **filters):
    return {one["number"] for one in orders(rest, **filters)["items"]}


def order_items(rest, *item_ids):
    """Read order items by their ids."""
    params = {"orderItemIds": item_ids, "limit": 50, "offset": 0}
    return rest.get("v2/order-items", **params)["items"]


def test_an_order_is_read_with_its_items(rest, order):
    (one,) = orders(rest)["items"]
    assert (one["id"], one["number"]) == (order["id"], order["number"])
    assert one["statusList"] == {"pending": 3}
    assert one["itemCount"] == 3
    assert sorted(one["orderItemIds"]) == sorted(ids(order))
    assert sorted(item["id"] for item in one["items"]) == sorted(ids(order))
    assert one == rest.get(f"v2/orders/{order['id']}")


def test_each_unit_is_an_item_of_its_own(rest, order):
    (one,) = orders(rest)["items"]
    found = [(item["product"]["sellerSku"], item["unitPrice"]) for item in one["items"]]
    assert sorted(found) == [("GIFT", 49.5), ("GIFT", 49.5), ("SCARF", 30)]
    assert {item["orderId"] for item in one["items"]} == {one["id"]}
    assert {item["sellerId"] for item in one["items"]} == {4711}


def test_the_total_is_what_is_paid_with_the_shipping(rest, classic):
    place(classic, gift(item_price="20.00", paid_price="18.00", shipping_amount="5.95"))
    (one,) = orders(rest)["items"]
    (item,) = one["items"]
    assert (item["unitPrice"], item["paidPrice"], item["shippingFee"]) == (20, 18, 5.95)
    assert Decimal(str(one["grandTotal"])) == Decimal("23.95")


def test_an_address_has_five_lines(rest, classic):
    customer = {"first_name": "Ada", "lines": ["Flat 2", "1 Banksia Lane"]}
    place(classic, gift(), customer=customer)
    address = orders(rest)["items"][0]["address"]
    assert len(address["shipping"]["address"]) == 5
    assert address["shipping"]["address"][:2] == ["Flat 2", "1 Banksia Lane"]
    assert address["shipping"]["firstName"] == "Ada"
    assert address["billing"]["country"]


def test_a_masked_customer_has_neither_phone_nor_email(rest, classic):
    place(classic, gift(), masked=True)
    shipping = orders(rest)["items"][0]["address"]["shipping"]
    assert (shipping["phone"], shipping["email"]) == (["#####"], "#####")


def test_times_are_universal_with_their_microseconds(rest, order, sandbox):
    sandbox.settings.timezone = "Australia/Sydney"
    (one,) = orders(rest)["items"]
    moment = sandbox.orders.orders[order["id"]].created_at
    assert one["createdAt"] == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_orders_come_in_pages_that_say_whether_there_are_more(rest, classic):
    placed = [place(classic, gift())["number"] for _ in range(3)]
    pages = [
        rest.get("v2/orders", limit=2, offset=start, sort="createdAt", sortDir="asc")
        for start in (0, 2, 4)
    ]
    assert [one["number"] for page in pages for one in page["items"]] == placed
    assert [page["pagination"]["hasNext"] for page in pages] == [True, False, False]
    down = orders(rest, sort="createdAt", sortDir="desc")["items"]
    assert [one["number"] for one in down] == placed[::-1]


def test_orders_are_found_by_number_and_id(rest, classic):
    first, second, third = (place(classic, gift()) for _ in range(3))
    wanted = [first["number"], third["number"], "nothing"]
    assert numbers(rest, orderNumbers=wanted) == set(wanted[:2])
    assert numbers(rest, orderIds=[second["id"]]) == {second["number"]}


def test_orders_are_found_by_their_last_change(rest, classic, sandbox):
    sandbox.settings.clock_offset = -86400
    old = place(classic, gift())
    sandbox.settings.clock_offset = 0
    new = place(classic, gift())
    then = (sandbox.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert numbers(rest, updateDateStart=then) == {new["number"]}
    assert numbers(rest, updateDateEnd=then) == {old["number"]}
    moved(classic, ids(old), "canceled")
    assert numbers(rest, updateDateStart=then) == {old["number"], new["number"]}
    assert numbers(rest, dateStart=then) == {new["number"]}


def test_orders_are_found_by_the_status_of_an_item(rest, classic):
    waiting, mixed = (place(classic, gift(quantity=2)) for _ in range(2))
    moved(classic, ids(mixed)[:1], "canceled")
    assert numbers(rest, section="status_canceled") == {mixed["number"]}
    both = {waiting["number"], mixed["number"]}
    assert numbers(rest, section="status_pending") == both
    assert numbers(rest, section="status_shipped") == set()
    found = {one["number"]: one["statusList"] for one in orders(rest)["items"]}
    assert found[mixed["number"]] == {"canceled": 1, "pending": 1}


def test_orders_that_wait_for_their_payment_say_so(rest, classic):
    place(classic, gift(), paid=False)
    (one,) = orders(rest)["items"]
    assert one["statusList"] == {"payment_pending": 1}


@pytest.mark.parametrize(
    "query",
    [
        "limit=5",
        "limit=5&offset=0&section=pending",
        "limit=5&offset=0&packed=half",
    ],
)
def test_a_wrong_question_about_orders_is_refused(rest, query):
    assert is_problem(rest.careless("GET", f"v2/orders?{query}"), 400)


@pytest.mark.parametrize(
    "query", ["status=shipped", "updatedAfter=2099-01-01", "orderIds=1"]
)
def test_an_unknown_filter_gives_the_whole_list(rest, classic, order, query):
    answer = rest.careless("GET", f"v2/orders?limit=5&offset=0&{query}")
    assert [one["number"] for one in answer.json()["items"]] == [order["number"]]
    *_others, call = classic.control("GET", "requests").json()["requests"]
    assert call["ignored"] == [query.partition("=")[0]]


def test_orders_are_found_by_their_parcels(rest, classic):
    sent, waiting = (place(classic, gift(quantity=2)) for _ in range(2))
    assert ready(rest, ids(sent)).ok
    label = {"orderItemIds": ids(sent), "documentType": "shippingLabel"}
    assert rest.call("POST", "v2/orders/export-document", json=label).ok
    moved(classic, ids(sent), "shipped")
    sent, waiting = {sent["number"]}, {waiting["number"]}
    for filters, found in (
        ({"packed": "fully_packed"}, sent),
        ({"packed": "partially_packed"}, set()),
        ({"packed": "not_packed"}, waiting),
        ({"shipmentProviders": [OWN_CARRIER]}, sent),
        ({"printedStatus": "true"}, sent),
        ({"printedStatus": "false"}, waiting),
        ({"delivery": "shippedUnder24h"}, sent),
        ({"delivery": "notShippedUnder24h"}, set()),
    ):
        assert numbers(rest, **filters) == found, filters


def test_orders_that_wait_for_days_are_late(rest, classic):
    old = place(classic, gift(), created_at="2026-03-06T10:00:00Z")
    for words in ("notShippedUnder24h", "notShippedUnder24BusinessHours"):
        assert numbers(rest, delivery=words) == {old["number"]}


def test_orders_are_found_by_who_buys_sells_and_ships(rest, classic):
    theirs = place(
        classic,
        gift(shipment_type="warehouse"),
        customer={"first_name": "Ada", "last_name": "Byron"},
    )
    ours = place(classic, gift())
    reason = "Customer request"
    moved(classic, ids(ours), "canceled", reason=reason)
    both = {theirs["number"], ours["number"]}
    for filters, found in (
        ({"customers": ["Ada Byron"]}, {theirs["number"]}),
        ({"fulfilmentType": ["venture"]}, {theirs["number"]}),
        ({"fulfilmentType": ["merchant"]}, {ours["number"]}),
        ({"cancelationReasons": [reason]}, {ours["number"]}),
        ({"section": "group_kpi_rejection_rate"}, {ours["number"]}),
        ({"section": "group_ready_to_ship_manifested"}, set()),
        ({"sellerNames": ["Sandbox Fashion"]}, both),
        ({"sellerNames": ["Another"]}, set()),
        ({"outlet": "true"}, set()),
        ({"outlet": "false"}, both),
        ({"tags": ["sale"]}, set()),
        ({"orderSources": ["web"]}, set()),
        ({"warehouses": ["Main"]}, set()),
    ):
        assert numbers(rest, **filters) == found, filters


def test_items_are_found_by_who_took_them_back(rest, classic):
    pair = ids(place(classic, gift(quantity=2)))
    for status in ("ready_to_ship", "shipped", "delivered"):
        moved(classic, pair, status)
    body = {"orderItemIds": pair[:1]}
    assert rest.call("POST", f"{STATES}returned", json=body).ok
    moved(classic, pair[1:], "returned")

    def found(side):
        page = rest.get("v2/order-items", returnedBy=side, limit=5, offset=0)
        return [one["id"] for one in page["items"]]

    assert (found("seller"), found("region")) == (pair[:1], pair[1:])


def test_an_unknown_order_is_a_problem(rest):
    assert is_problem(rest.call("GET", "v2/orders/999999"), 404)


def test_items_are_read_by_order_and_by_id(rest, order, classic):
    other = place(classic, gift())
    page = rest.get("v2/order-items", orderIds=[order["id"]], limit=2, offset=0)
    assert page["pagination"] == {"limit": 2, "offset": 0, "totalCount": 3}
    more = rest.get("v2/order-items", orderIds=[order["id"]], limit=2, offset=2)
    found = [one["id"] for one in [*page["items"], *more["items"]]]
    assert sorted(found) == sorted(ids(order))
    assert [one["id"] for one in order_items(rest, *ids(other))] == ids(other)
    assert is_problem(rest.careless("GET", "v2/order-items?limit=5"), 400)


def test_an_item_is_the_same_wherever_it_is_read(rest, order):
    (one,) = orders(rest)["items"]
    found = {item["id"]: item for item in order_items(rest, *ids(order))}
    assert found == {item["id"]: item for item in one["items"]}


def test_an_order_holds_stock_until_it_is_cancelled(rest, classic):
    stock(classic, "DRESS", 5)
    order = place(classic, {"sku": "DRESS", "quantity": 2})
    product = rest.get("v2/product/seller-sku/DRESS")
    path = f"v2/stock/product/{product['id']}"
    one = rest.get(path)
    assert (one["quantity"], one["reservedStock"], one["available"]) == (5, 2, 3)
    moved(classic, ids(order)[:1], "canceled")
    assert rest.get(path)["available"] == 4


def test_the_item_names_the_product_of_the_marketplace(rest, classic):
    stock(classic, "DRESS", 5)
    place(classic, {"sku": "DRESS"})
    (item,) = orders(rest)["items"][0]["items"]
    product = rest.get("v2/product/seller-sku/DRESS")
    assert item["product"]["sku"] == product["shopSku"]
    assert item["product"]["name"] == "Linen midi dress"
    assert datetime.fromisoformat(item["createdAt"].replace("Z", "+00:00"))


def test_reasons_and_carriers_are_listed(rest):
    reasons = rest.get("v2/orders-failure-reasons")
    kinds = {one["type"] for one in reasons}
    assert {"canceled", "failed", "return_rejected"} <= kinds
    providers = rest.get("v2/orders-shipment-providers")
    assert {one["apiIntegrationAvailable"] for one in providers} == {True, False}
    off = rest.get("v2/orders-shipment-providers", status="true")
    assert {one["name"] for one in off} <= {one["name"] for one in providers}


def test_only_the_items_say_when_they_must_be_on_their_way(rest, classic):
    place(classic, gift(), gift("VIDEO", digital=True))
    (order,) = orders(rest)["items"]
    assert order["targetToShip"] is None
    ours, digital = (item["targetToShipAt"] for item in order["items"])
    assert ours > order["createdAt"]
    assert digital == "-0001-11-30T00:00:00.000000+10:04"
    assert order["addressUpdatedAt"] == "-0001-11-30T00:00:00.000000+10:04"
