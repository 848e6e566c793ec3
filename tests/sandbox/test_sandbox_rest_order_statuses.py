"""REST v2: what is done with order items (SellerCenter REST, Orders: statuses)."""

import pytest
from ordering import INTEGRATED_CARRIER, OWN_CARRIER, gift, ids, moved, place
from rest_marketplace import STATES, is_problem, order_item, ready, refused

WAY = ("pending", "ready_to_ship", "shipped", "delivered")


@pytest.fixture
def pair(classic):
    """The ids of an order's two items."""
    return ids(place(classic, gift(quantity=2)))


def states(rest, item_ids):
    return [order_item(rest, one)["status"] for one in item_ids]


def set_to(rest, name, item_ids, **values):
    """Set a status that wants nothing but ids and perhaps a reason."""
    body = {"orderItemIds": item_ids, **values}
    return rest.call("POST", STATES + name, json=body)


def pack(rest, item_ids, **values):
    body = {
        "orderItems": [{"orderItemId": one} for one in item_ids],
        "deliveryType": "dropship",
        "shippingProvider": OWN_CARRIER,
        **values,
    }
    return rest.call("POST", f"{STATES}packed-by-marketplace", json=body)


def reason(rest, kind):
    """Give the name of a reason of some type."""
    reasons = rest.get("v2/orders-failure-reasons")
    return next(one["name"] for one in reasons if one["type"] == kind)


def test_an_item_goes_all_the_way_to_the_customer(rest, pair):
    assert sorted(ready(rest, pair).json()["orderItemIds"]) == sorted(pair)
    assert states(rest, pair) == ["ready_to_ship"] * 2
    assert set_to(rest, "shipped", pair[:1]).json() == {"orderItemIds": pair[:1]}
    assert states(rest, pair) == ["shipped", "ready_to_ship"]
    assert set_to(rest, "delivered", pair[:1]).ok
    assert states(rest, pair) == ["delivered", "ready_to_ship"]


def test_ready_items_show_how_they_travel(rest, pair):
    ready(rest, pair, "TRACK042")
    shipment = order_item(rest, pair[0])["shipment"]
    assert shipment["trackingCode"] == "TRACK042"
    assert shipment["provider"]["name"] == OWN_CARRIER
    assert shipment["provider"]["isDefault"] is False
    rows = rest.get("v2/order-items/packages", orderItemIds=pair)
    assert [sorted(one["orderItemIds"]) for one in rows] == [sorted(pair)]


def test_a_carrier_with_an_interface_gives_the_number_itself(rest, pair):
    body = {"shippingProvider": INTEGRATED_CARRIER}
    assert ready(rest, pair, "", **body).ok
    assert order_item(rest, pair[0])["shipment"]["trackingCode"]


def test_packing_changes_no_status(rest, pair):
    assert pack(rest, pair).ok
    assert states(rest, pair) == ["pending"] * 2
    (order,) = rest.get("v2/orders", limit=1, offset=0)["items"]
    assert order["packedItemsCount"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"deliveryType": "drone"},
        {"shippingProvider": "Nobody"},
        {"trackingNumber": ""},
        {"orderItems": [{"id": 999999}]},
        {"orderItems": []},
    ],
)
def test_nothing_is_made_ready_with_a_wrong_word(rest, pair, change):
    answer = ready(rest, pair, **change)
    rest.checked.take()
    assert refused(answer) or is_problem(answer, 404)
    assert states(rest, pair) == ["pending"] * 2


@pytest.mark.parametrize(
    "items", [[{"orderItemId": 1}], [1], "1", [{"id": "1"}], [{"id": 1, "sn": "x"}]]
)
def test_the_items_of_ready_to_ship_have_one_spelling(rest, pair, items):
    body = {"orderItems": items, "trackingNumber": "T", "deliveryType": "dropship"}
    answer = rest.careless("POST", f"{STATES}ready-to-ship", json=body)
    assert refused(answer)


def test_the_items_of_packing_have_another_spelling(rest, pair):
    body = {"orderItems": [{"id": pair[0]}], "deliveryType": "dropship"}
    answer = rest.careless("POST", f"{STATES}packed-by-marketplace", json=body)
    assert refused(answer)


def test_items_of_two_orders_are_not_made_ready_at_once(rest, classic, pair):
    other = ids(place(classic, gift()))
    assert refused(ready(rest, [*pair, *other]))
    assert states(rest, [*pair, *other]) == ["pending"] * 3


def test_a_tracking_number_belongs_to_one_package(rest, classic, pair):
    assert ready(rest, pair, "TRACK001").ok
    other = ids(place(classic, gift()))
    assert refused(ready(rest, other, "TRACK001"))
    assert ready(rest, other, "TRACK002").ok


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("shipped", "pending"),
        ("delivered", "pending"),
        ("shipped", "delivered"),
        ("delivered", "canceled"),
        ("returned", "pending"),
        ("return-approved", "delivered"),
        ("return-received", "shipped"),
    ],
)
def test_a_status_is_reached_only_from_the_one_before(rest, classic, name, status):
    (one,) = ids(place(classic, gift()))
    way = [*WAY[1 : WAY.index(status) + 1]] if status in WAY else [status]
    for step in way:
        moved(classic, [one], step)
    assert refused(set_to(rest, name, [one]))
    assert states(rest, [one]) == [status]


@pytest.mark.parametrize("name", ["return-received", "return-approved"])
def test_a_refused_return_has_a_sentence_for_each_item(rest, pair, name):
    answer = set_to(rest, name, pair)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/json"
    errors = answer.json()["errors"]
    assert [one["orderItemId"] for one in errors] == pair
    assert all(one["detail"] for one in errors)


def test_an_item_is_cancelled_with_a_reason_of_the_list(rest, pair):
    name = reason(rest, "canceled")
    answer = set_to(rest, "cancelled", pair[:1], reason=name, reasonDetail="Moths")
    assert answer.json() == {"orderItemIds": pair[:1]}
    one = order_item(rest, pair[0])
    assert one["status"] == "canceled"
    assert one["failureReason"]["name"] == name
    assert one["failureReason"]["details"] == "Moths"
    assert order_item(rest, pair[1])["status"] == "pending"


def test_nothing_is_cancelled_without_a_reason_of_the_list(rest, pair):
    body = {"orderItemIds": pair}
    assert refused(rest.careless("POST", f"{STATES}cancelled", json=body))
    assert refused(set_to(rest, "cancelled", pair, reason="Just so"))
    assert states(rest, pair) == ["pending"] * 2


def test_the_path_is_spelt_with_two_l(rest, pair):
    body = {"orderItemIds": pair, "reason": reason(rest, "canceled")}
    answer = rest.careless("POST", f"{STATES}canceled", json=body)
    assert is_problem(answer, 404)


def test_a_delivery_may_fail(rest, classic, pair):
    for status in ("ready_to_ship", "shipped"):
        moved(classic, pair, status)
    answer = set_to(rest, "delivery-failed", pair[:1], reason=reason(rest, "failed"))
    assert answer.ok
    assert states(rest, pair) == ["failed", "shipped"]


@pytest.fixture
def sent_back(rest, classic, pair):
    """Two items that the customer has sent back."""
    for status in WAY[1:]:
        moved(classic, pair, status)
    classic.control(
        "POST", "orders/return", items=pair, comment="Too big", tracking_code="BACK1"
    )
    return pair


def test_a_return_is_received_and_approved(rest, sent_back):
    assert states(rest, sent_back) == ["return_shipped_by_customer"] * 2
    assert set_to(rest, "return-received", sent_back).ok
    assert states(rest, sent_back) == ["return_waiting_for_approval"] * 2
    assert set_to(rest, "return-approved", sent_back[:1]).ok
    assert states(rest, sent_back) == ["returned", "return_waiting_for_approval"]


def test_a_return_is_received_before_and_after_its_parcel_arrives(
    rest, classic, sent_back
):
    first, second = sent_back
    moved(classic, [second], "return_delivered")
    assert states(rest, sent_back) == ["return_shipped_by_customer", "return_delivered"]
    page = rest.get("v2/orders", limit=1, offset=0, section="status_return_delivered")
    assert len(page["items"]) == 1
    assert set_to(rest, "return-received", sent_back).ok
    assert states(rest, sent_back) == ["return_waiting_for_approval"] * 2


@pytest.mark.parametrize("way", [[], ["return_delivered"]])
def test_the_marketplace_may_refund_what_nobody_has_received(
    rest, classic, sent_back, way
):
    for status in way:
        moved(classic, sent_back, status)
    assert refused(set_to(rest, "returned", sent_back))
    moved(classic, sent_back, "returned")
    assert states(rest, sent_back) == ["returned"] * 2


def test_only_the_help_desk_rejects_returns_unless_the_seller_may(
    rest, classic, sent_back
):
    first, second = sent_back
    set_to(rest, "return-received", sent_back)
    words = {"reason": reason(rest, "return_rejected")}
    answer = set_to(rest, "return-rejected", [first], **words)
    assert is_problem(answer, 422)
    assert "help desk" in answer.json()["detail"]
    moved(classic, [first], "return_rejected", **words)
    classic.control("POST", "settings", seller_rejects_returns=True)
    assert set_to(rest, "return-rejected", [second], **words).ok
    assert states(rest, sent_back) == ["return_rejected"] * 2


@pytest.mark.parametrize("name", ["return-received", "return-approved"])
def test_a_seller_without_direct_returns_decides_nothing(
    rest, classic, sent_back, name
):
    if name == "return-approved":
        set_to(rest, "return-received", sent_back)
    before = states(rest, sent_back)
    classic.control("POST", "settings", direct_returns=False)
    answer = set_to(rest, name, sent_back)
    assert answer.status_code == 422
    assert [one["orderItemId"] for one in answer.json()["errors"]] == sent_back
    assert states(rest, sent_back) == before


def test_a_return_is_not_rejected_without_a_reason(rest, classic, sent_back):
    classic.control("POST", "settings", seller_rejects_returns=True)
    set_to(rest, "return-received", sent_back)
    body = {"orderItemIds": sent_back}
    assert refused(rest.careless("POST", f"{STATES}return-rejected", json=body))


def test_a_return_says_how_it_comes(rest, sent_back):
    rows = rest.get("v2/order-items/returns", orderItemIds=sent_back)
    assert {one["orderItemId"] for one in rows} == set(sent_back)
    assert {one["trackingCode"] for one in rows} == {"BACK1"}
    one = rest.get(f"v2/order-items/{sent_back[0]}/return")
    assert one in rows and one["returnComment"] == "Too big"


def test_a_delivered_item_can_be_taken_back(rest, classic, pair):
    for status in WAY[1:]:
        moved(classic, pair, status)
    assert set_to(rest, "returned", pair[:1]).ok
    assert states(rest, pair) == ["returned", "delivered"]


def test_the_tracking_code_changes_while_the_item_is_ready(rest, pair):
    path = f"v2/order-item/{pair[0]}/tracking-code"
    assert refused(rest.call("POST", path, json={"trackingCode": "NEWTRACK1"}))
    ready(rest, pair)
    assert rest.call("POST", path, json={"trackingCode": "NEWTRACK1"}).ok
    assert order_item(rest, pair[0])["shipment"]["trackingCode"] == "NEWTRACK1"
    set_to(rest, "shipped", pair)
    assert refused(rest.call("POST", path, json={"trackingCode": "NEWTRACK2"}))


def test_the_carrier_changes_while_the_item_is_ready(rest, pair):
    ready(rest, pair)
    path = f"v2/order-item/{pair[0]}/shipping-provider"
    body = {"shippingProvider": INTEGRATED_CARRIER}
    assert rest.call("POST", path, json=body).json()["id"] == pair[0]
    shipment = order_item(rest, pair[0])["shipment"]
    assert shipment["provider"]["name"] == INTEGRATED_CARRIER
    assert shipment["trackingCode"] not in ("", "TRACK001")
    body = {"shippingProvider": OWN_CARRIER, "trackingCode": "NEWTRACK1"}
    assert rest.call("POST", path, json=body).ok
    assert order_item(rest, pair[1])["shipment"]["trackingCode"] == "NEWTRACK1"
    set_to(rest, "shipped", pair)
    assert refused(rest.call("POST", path, json=body))


def test_an_invoice_number_is_that_of_the_package(rest, pair):
    ready(rest, pair)
    body = {"orderItemId": pair[0], "invoiceNumber": "INV/7"}
    answer = rest.call("POST", "v2/orders/set-invoice-number", json=body)
    assert answer.json() == body
    assert [order_item(rest, one)["invoiceNumber"] for one in pair] == ["INV/7"] * 2


def test_what_rest_does_is_read_by_the_action_api(rest, classic, pair):
    ready(rest, pair, "TRACK077")
    order_id = order_item(rest, pair[0])["orderId"]
    answer = classic.call("GetOrderItems", OrderId=str(order_id))
    item = "Body/OrderItems/OrderItem"
    assert answer.all(f"{item}/Status") == ["ready_to_ship"] * 2
    assert answer.all(f"{item}/TrackingCode") == ["TRACK077"] * 2


def test_what_the_action_api_does_is_read_by_rest(rest, classic, pair):
    name = reason(rest, "canceled")
    answer = classic.call("SetStatusToCanceled", OrderItemId=str(pair[0]), Reason=name)
    assert answer.accepted
    assert states(rest, pair) == ["canceled", "pending"]
