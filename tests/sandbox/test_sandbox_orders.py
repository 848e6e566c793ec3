"""Orders as shoppers place them and as the Action API tells about them."""

import pytest
from marketplace import ORDER_KEY, ORDER_USER
from ordering import gift, ids, many, moved, place, stock

EVER = {"CreatedAfter": "2020-01-01T00:00:00+00:00"}
ORDER = "Body/Orders/Order"
ITEM = "Body/OrderItems/OrderItem"


def numbers(seller, **parameters):
    answer = seller.call("GetOrders", **parameters)
    assert answer.accepted, answer["Head/ErrorMessage"]
    return answer.all(f"{ORDER}/OrderNumber")


def test_each_unit_becomes_an_item_of_its_own(seller):
    stock(seller, quantity=5)
    order = place(seller, {"sku": "SKU-1", "quantity": 3}, gift())
    answer = seller.call("GetOrderItems", OrderId=order["id"])
    assert answer.all(f"{ITEM}/Sku") == ["SKU-1", "SKU-1", "SKU-1", "GIFT"]
    assert len(set(answer.all(f"{ITEM}/OrderItemId"))) == 4
    assert set(answer.all(f"{ITEM}/Status")) == {"pending"}
    assert answer.all(f"{ITEM}/ItemPrice")[0] == "199.00"


def test_an_order_adds_up_to_what_the_customer_pays(seller):
    line = {"item_price": 25, "paid_price": "19.95", "shipping_amount": "5.00"}
    order = place(seller, gift(quantity=2, **line, voucher_code="SPRING"))
    answer = seller.call("GetOrder", OrderId=order["id"])
    assert answer[f"{ORDER}/Price"] == "49.90"
    assert answer[f"{ORDER}/ItemsCount"] == "2"
    assert answer[f"{ORDER}/VoucherCode"] == "SPRING"
    items = seller.call("GetOrderItems", OrderId=order["id"])
    assert items.all(f"{ITEM}/PaidPrice") == ["19.95", "19.95"]
    assert items.all(f"{ITEM}/VoucherAmount") == ["5.05", "5.05"]
    assert items.all(f"{ITEM}/TaxAmount") == ["1.81", "1.81"]


@pytest.mark.parametrize(
    "start, price", [("2020-01-01", "149.00"), ("2098-01-01", "199.00")]
)
def test_a_product_is_ordered_at_the_price_of_the_day(seller, start, price):
    sale = {"SalePrice": "149.00", "SaleStartDate": start, "SaleEndDate": "2099-01-01"}
    stock(seller, **sale)
    order = place(seller, {"sku": "SKU-1"})
    assert order["items"][0]["item_price"] == price


def test_the_customer_of_an_order_can_be_chosen(seller):
    customer = {"first_name": "Bea", "lines": ["2 Gum Road", "Flat 3"], "ward": "W"}
    order = place(seller, gift(), customer=customer, billing={"last_name": "Payer"})
    answer = seller.call("GetOrder", OrderId=order["id"])
    shipping = f"{ORDER}/AddressShipping"
    assert answer[f"{ORDER}/CustomerFirstName"] == "Bea"
    assert answer[f"{shipping}/Address1"] == "2 Gum Road"
    assert answer[f"{shipping}/Address2"] == "Flat 3"
    assert answer[f"{shipping}/Address5"] == ""
    assert answer[f"{ORDER}/AddressBilling/LastName"] == "Payer"


def test_a_masked_order_shows_nothing_personal(seller):
    order = place(seller, gift(), masked=True)
    answer = seller.call("GetOrder", OrderId=order["id"])
    address = f"{ORDER}/AddressShipping"
    for name in ("FirstName", "LastName", "Phone", "CustomerEmail", "Address1"):
        assert answer[f"{address}/{name}"] == "#####"
    assert answer[f"{ORDER}/CustomerFirstName"] == "#####"
    assert answer[f"{address}/City"] == "Sydney"


def test_customers_can_be_masked_altogether_and_later(seller):
    first, second = place(seller, gift()), place(seller, gift())
    before = seller.call("GetOrder", OrderId=first["id"])
    seller.control("POST", "orders/customer", order=first["id"], masked=True)
    masked = seller.call("GetOrder", OrderId=first["id"])
    assert before[f"{ORDER}/CustomerFirstName"] == "Matilda"
    assert masked[f"{ORDER}/CustomerFirstName"] == "#####"
    seller.control("POST", "settings", mask_customers=True)
    other = seller.call("GetOrder", OrderId=second["id"])
    assert other[f"{ORDER}/CustomerFirstName"] == "#####"


def test_pending_units_are_reserved_and_no_longer_available(seller, sandbox):
    stock(seller, quantity=5)
    place(seller, {"sku": "SKU-1", "quantity": 2})
    one = sandbox.products["SKU-1"]
    assert (one.quantity, one.reserved, one.available) == (5, 2, 3)


@pytest.mark.parametrize(
    "option", [{"shipment_type": "warehouse"}, {"digital": True}], ids=str
)
def test_what_the_seller_does_not_ship_is_not_reserved(seller, sandbox, option):
    stock(seller)
    place(seller, {"sku": "SKU-1", **option})
    assert sandbox.products["SKU-1"].reserved == 0


def test_unpaid_orders_reserve_nothing_until_they_are_paid(seller, sandbox):
    stock(seller)
    order = place(seller, {"sku": "SKU-1"}, paid=False)
    assert sandbox.products["SKU-1"].reserved == 0
    answer = seller.call("GetOrderItems", OrderId=order["id"])
    assert answer[f"{ITEM}/Status"] == "payment_pending"
    moved(seller, ids(order), "pending")
    assert sandbox.products["SKU-1"].reserved == 1


WRONG = {
    "no items": {"items": []},
    "items that are none": {"items": "SKU-1"},
    "an unknown product": {"items": [{"sku": "NOWHERE"}]},
    "no sku": {"items": [{"quantity": 1}]},
    "no quantity": {"items": [gift(quantity=0)]},
    "a quantity in words": {"items": [gift(quantity="two")]},
    "a price in words": {"items": [gift(paid_price="cheap")]},
    "an unknown value of an item": {"items": [gift(colour="red")]},
    "an unknown shipment": {"items": [gift(shipment_type="drone")]},
    "an unknown option": {"items": [gift()], "loud": True},
    "an unknown part of the address": {"items": [gift()], "customer": {"planet": "X"}},
    "more than there is": {"items": [{"sku": "SKU-1", "quantity": 6}]},
    "more than there is, in two lines": {
        "items": [{"sku": "SKU-1", "quantity": 3}, {"sku": "SKU-1", "quantity": 3}]
    },
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_an_order_that_nobody_could_place_is_refused(seller, sandbox, body):
    stock(seller, quantity=5)
    answer = seller.control("POST", "orders", **body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not sandbox.orders.orders
    assert sandbox.products["SKU-1"].reserved == 0


def test_more_than_there_is_can_be_ordered_on_purpose(seller, sandbox):
    stock(seller, quantity=1)
    place(seller, {"sku": "SKU-1", "quantity": 3}, oversell=True)
    assert sandbox.products["SKU-1"].available == -2


def test_an_order_number_is_given_once(seller):
    place(seller, gift(), number="ABC")
    answer = seller.control("POST", "orders", items=[gift()], number="ABC")
    assert answer.status_code == 400


def test_orders_are_asked_for_with_a_beginning(seller):
    assert seller.call("GetOrders").code == "18"
    assert seller.call("GetOrders", CreatedBefore="2020-01-01").code == "18"
    assert seller.call("GetOrders", CreatedAfter="yesterday").code == "17"


def test_orders_are_listed_in_pages(seller):
    placed = [place(seller, gift())["number"] for _ in range(3)]
    answer = seller.call("GetOrders", Limit=2, Offset=1, **EVER)
    assert answer.all(f"{ORDER}/OrderNumber") == placed[1:]
    assert answer["Head/TotalCount"] == "3"
    assert numbers(seller, Limit=2, SortDirection="DESC", **EVER) == placed[:0:-1]
    assert numbers(seller, Offset=3, **EVER) == []


def test_a_page_of_orders_is_never_longer_than_the_marketplace_allows(
    seller, sandbox, monkeypatch
):
    monkeypatch.setattr("seller_center_sandbox.core.const.ORDERS_MAX_LIMIT", 2)
    for _ in range(3):
        place(seller, gift())
    assert len(numbers(seller, Limit=1000, **EVER)) == 2


def test_orders_are_found_by_when_they_were_placed_and_changed(seller):
    old = place(seller, gift(), created_at="2026-01-01T10:00:00Z")
    new = place(seller, gift(), created_at="2026-02-01T10:00:00Z")
    noon = "2026-01-15T12:00:00+00:00"
    assert numbers(seller, CreatedAfter=noon) == [new["number"]]
    assert numbers(seller, CreatedAfter="2026-01-15T12:00:00") == [new["number"]]
    assert numbers(seller, UpdatedBefore=noon, **EVER) == [old["number"]]
    moved(seller, ids(old), "canceled")
    assert numbers(seller, UpdatedBefore=noon, **EVER) == []
    assert numbers(seller, UpdatedAfter="2026-03-01T00:00:00Z") == [old["number"]]
    latest = numbers(seller, SortBy="updated_at", SortDirection="DESC", **EVER)
    assert latest[0] == old["number"]


def test_orders_are_found_by_the_status_of_any_item(seller):
    order = place(seller, gift(quantity=2))
    moved(seller, ids(order)[:1], "canceled")
    assert numbers(seller, Status="pending", **EVER) == [order["number"]]
    assert numbers(seller, Status="canceled", **EVER) == [order["number"]]
    assert numbers(seller, Status="shipped", **EVER) == []
    statuses = seller.call("GetOrder", OrderId=order["id"])
    assert sorted(statuses.all(f"{ORDER}/Statuses/Status")) == ["canceled", "pending"]


REFUSED = {
    "unknown status": ({"Status": "lost"}, "36"),
    "unknown direction": ({"SortDirection": "up"}, "74"),
    "unknown field": ({"SortBy": "price"}, "75"),
    "no limit": ({"Limit": "0"}, "19"),
    "negative offset": ({"Offset": "-1"}, "14"),
}


@pytest.mark.parametrize("parameters, code", REFUSED.values(), ids=REFUSED)
def test_a_wrong_filter_of_orders_is_refused(seller, parameters, code):
    assert seller.call("GetOrders", **EVER, **parameters).code == code


def test_items_of_several_orders_come_together(seller):
    first, second = place(seller, gift()), place(seller, gift(quantity=2))
    wanted = many([second["id"], first["id"]])
    answer = seller.call("GetMultipleOrderItems", OrderIdList=wanted)
    assert answer.all(f"{ORDER}/OrderId") == [str(second["id"]), str(first["id"])]
    found = answer.all(f"{ORDER}/OrderItems/OrderItem/OrderItemId")
    assert found == [str(one) for one in ids(second) + ids(first)]


def test_unknown_orders_are_refused(seller):
    place(seller, gift())
    assert seller.call("GetOrder", OrderId="1").code == "16"
    assert seller.call("GetOrder", OrderId="x").code == "16"
    assert seller.call("GetOrder").code == "1"
    assert seller.call("GetMultipleOrderItems", OrderIdList="[1]").code == "37"
    assert seller.call("GetMultipleOrderItems", OrderIdList="1,2").code == "56"
    long = many(list(range(101)))
    assert seller.call("GetMultipleOrderItems", OrderIdList=long).code == "38"


def test_a_user_for_orders_may_read_them(seller):
    place(seller, gift())
    answer = seller.call("GetOrders", UserID=ORDER_USER, key=ORDER_KEY, **EVER)
    assert answer["Head/TotalCount"] == "1"


def test_carriers_and_reasons_are_listed(seller):
    carriers = seller.call("GetShipmentProviders")
    path = "Body/ShipmentProviders/ShipmentProvider"
    assert carriers.all(f"{path}/ApiIntegration") == ["1", "0"]
    assert carriers.all(f"{path}/Default") == ["1", "0"]
    assert all(
        one.startswith("/")
        for one in carriers.all(f"{path}/TrackingCodeValidationRegex")
    )
    assert "{{{TRACKING_NR}}}" in carriers[f"{path}/TrackingUrl"]
    reasons = seller.call("GetFailureReasons").all("Body/Reasons/Reason/Type")
    assert set(reasons) == {"canceled", "failed", "returned", "return_rejected"}


def test_a_reset_forgets_all_orders_and_uses_no_id_again(seller, sandbox):
    before = place(seller, gift())
    seller.control("POST", "reset")
    assert numbers(seller, **EVER) == []
    after = place(seller, gift())
    assert after["id"] != before["id"]
    assert not set(ids(after)) & set(ids(before))
