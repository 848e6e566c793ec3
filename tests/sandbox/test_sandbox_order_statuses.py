"""What becomes of order items: packages, carriers, statuses, stock, returns."""

import pytest
from marketplace import only, request
from ordering import (
    INTEGRATED_CARRIER,
    OWN_CARRIER,
    gift,
    ids,
    many,
    moved,
    place,
    ready,
    shipped,
    stock,
)

ITEM = "Body/OrderItems/OrderItem"


def status(sandbox, item_id):
    return sandbox.orders.items[item_id].status


def pack(seller, item_ids, **parameters):
    call = {"DeliveryType": "dropship", "ShippingProvider": OWN_CARRIER, **parameters}
    return seller.call(
        "SetStatusToPackedByMarketplace", OrderItemIds=many(item_ids), **call
    )


@pytest.fixture
def pair(seller):
    """The ids of an order's two items."""
    return ids(place(seller, gift(quantity=2)))


def test_an_item_goes_all_the_way_to_the_customer(seller, sandbox, pair):
    answer = ready(seller, pair, "TRACK001")
    assert answer.all(f"{ITEM}/OrderItemId") == [str(one) for one in pair]
    assert set(answer.all(f"{ITEM}/TrackingNumber")) == {"TRACK001"}
    assert len(set(answer.all(f"{ITEM}/PackageId"))) == 1
    assert status(sandbox, pair[0]) == "ready_to_ship"
    assert seller.call("SetStatusToShipped", OrderItemId=pair[0]).accepted
    assert status(sandbox, pair[0]) == "shipped"
    assert seller.call("SetStatusToDelivered", OrderItemId=pair[0]).accepted
    assert status(sandbox, pair[0]) == "delivered"
    assert status(sandbox, pair[1]) == "ready_to_ship"


def test_items_may_be_named_with_nothing_but_commas(seller, sandbox, pair):
    answer = ready(seller, pair, OrderItemIds=",".join(map(str, pair)))
    assert answer.all(f"{ITEM}/OrderItemId") == [str(one) for one in pair]
    assert status(sandbox, pair[1]) == "ready_to_ship"


def test_a_call_may_also_be_a_post(seller, sandbox):
    (one,) = shipped(seller, gift())
    assert seller.call("SetStatusToDelivered", "", OrderItemId=one).accepted
    assert status(sandbox, one) == "delivered"


def test_packing_changes_no_status(seller, sandbox, pair):
    answer = pack(seller, pair)
    assert answer[f"{ITEM}/PackageId"].startswith("PKG")
    assert answer[f"{ITEM}/PurchaseOrderNumber"]
    assert status(sandbox, pair[0]) == "pending"
    assert pack(seller, pair)[f"{ITEM}/PackageId"] == answer[f"{ITEM}/PackageId"]
    assert ready(seller, pair).accepted
    assert pack(seller, pair).accepted


def test_a_whole_package_gets_ready_to_ship(seller, sandbox, pair):
    package = pack(seller, pair)[f"{ITEM}/PackageId"]
    answer = ready(seller, pair[:1], PackageId=package)
    assert len(answer.all(f"{ITEM}/OrderItemId")) == 2
    assert status(sandbox, pair[1]) == "ready_to_ship"


def test_a_package_that_items_are_not_in_is_refused(seller, sandbox, pair):
    pack(seller, pair)
    assert ready(seller, pair, PackageId="PKG1").code == "121"
    assert status(sandbox, pair[0]) == "pending"


def test_items_can_travel_in_packages_of_their_own(seller, pair):
    first, second = (
        ready(seller, pair[:1], "TRACK001"),
        ready(seller, pair[1:], "TRACK002"),
    )
    assert first[f"{ITEM}/PackageId"] != second[f"{ITEM}/PackageId"]


def test_a_carrier_with_integration_makes_its_own_numbers(seller, pair):
    answer = ready(seller, pair, None, ShippingProvider=INTEGRATED_CARRIER)
    number = answer[f"{ITEM}/TrackingNumber"]
    assert number.startswith("WP")
    code = seller.call(
        "GetTrackingCode",
        packageId=answer[f"{ITEM}/PackageId"],
        shipping_provider_name=INTEGRATED_CARRIER,
    )
    assert code["Body/TrackingCode/TrackingNumber"] == number


def test_a_generated_number_may_take_its_time(seller, sandbox, pair):
    seller.control("POST", "settings", tracking_delay=60)
    answer = ready(seller, pair, None, ShippingProvider=INTEGRATED_CARRIER)
    assert answer.accepted
    assert answer[f"{ITEM}/TrackingNumber"] == ""
    question = {
        "packageId": answer[f"{ITEM}/PackageId"],
        "shipping_provider_name": INTEGRATED_CARRIER,
    }
    early = seller.call("GetTrackingCode", **question)
    assert early["Body/TrackingCode/TrackingNumber"] == ""
    item = sandbox.orders.items[pair[0]]
    item.tracking_due = sandbox.now()
    assert seller.call("GetTrackingCode", **question)[
        "Body/TrackingCode/TrackingNumber"
    ]


def test_questions_about_tracking_must_name_the_package_and_its_carrier(seller, pair):
    package = ready(seller, pair)[f"{ITEM}/PackageId"]

    def ask(package, carrier):
        question = {"packageId": package, "shipping_provider_name": carrier}
        return seller.call("GetTrackingCode", **question).code

    assert ask(package, OWN_CARRIER) == ""
    assert ask("PKG1", OWN_CARRIER) == "121"
    assert ask(package, INTEGRATED_CARRIER) == "25"
    assert ask(package, "Nobody") == "25"


SHIPMENTS = {
    "no tracking number": ({"TrackingNumber": None}, "26"),
    "a wrong tracking number": ({"TrackingNumber": "no such thing"}, "31"),
    "an unknown carrier": ({"ShippingProvider": "Pigeons"}, "25"),
    "an unknown delivery type": ({"DeliveryType": "drone"}, "24"),
    "no delivery type": ({"DeliveryType": None}, "1"),
    "no items": ({"OrderItemIds": None}, "1"),
    "an empty list": ({"OrderItemIds": "[]"}, "23"),
    "a list that is none": ({"OrderItemIds": "1,2"}, "23"),
    "an unknown item": ({"OrderItemIds": "[1]"}, "23"),
    "a wrong serial number": ({"SerialNumber": "A-1"}, "95"),
}


@pytest.mark.parametrize("changes, code", SHIPMENTS.values(), ids=SHIPMENTS)
def test_a_wrong_shipment_is_refused(seller, sandbox, changes, code):
    (one,) = ids(place(seller, gift()))
    call = {
        "OrderItemIds": many([one]),
        "DeliveryType": "dropship",
        "ShippingProvider": OWN_CARRIER,
        "TrackingNumber": "TRACK001",
        **changes,
    }
    assert seller.call("SetStatusToReadyToShip", **call).code == code
    assert status(sandbox, one) == "pending"


def test_what_is_picked_up_needs_no_tracking_number(seller, pair):
    assert ready(seller, pair, None, DeliveryType="pickup").accepted


def test_a_tracking_number_belongs_to_one_package(seller, pair):
    assert ready(seller, pair[:1], "TRACK001").accepted
    assert ready(seller, pair[1:], "TRACK001").code == "63"
    (other,) = ids(place(seller, gift()))
    assert ready(seller, [other], "TRACK001").code == "63"


def test_a_parcel_packed_anew_gets_a_number_of_its_own(seller, pair):
    together = pack(seller, pair, ShippingProvider=INTEGRATED_CARRIER)
    alone = pack(seller, pair[:1], ShippingProvider=INTEGRATED_CARRIER)
    path = f"{ITEM}/TrackingNumber"
    assert together[path] and alone[path]
    assert together[path] != alone[path]


def test_what_was_said_when_packing_need_not_be_said_again(seller, pair):
    pack(seller, pair, TrackingNumber="TRACK007")
    answer = ready(seller, pair, None, ShippingProvider=None)
    assert answer[f"{ITEM}/TrackingNumber"] == "TRACK007"
    assert answer[f"{ITEM}/ShipmentProvider"] == OWN_CARRIER


def test_items_of_two_orders_do_not_travel_together(seller, pair):
    other = ids(place(seller, gift()))
    assert ready(seller, pair + other).code == "29"
    assert pack(seller, pair + other).code == "29"


def test_what_the_marketplace_ships_is_left_to_it(seller):
    own = ids(place(seller, gift(shipment_type="warehouse")))
    assert ready(seller, own).code == "93"
    digital = ids(place(seller, gift(digital=True)))
    assert pack(seller, digital).code == "93"


def test_items_get_ready_to_ship_once(seller, pair):
    assert ready(seller, pair).accepted
    again = ready(seller, pair)
    assert again.code == "28"
    assert str(pair[0]) in again["Head/ErrorMessage"]
    seller.call("SetStatusToShipped", OrderItemId=pair[0])
    assert pack(seller, pair[:1]).code == "73"


STEPS = {
    "shipped": "SetStatusToShipped",
    "delivered": "SetStatusToDelivered",
    "canceled": "SetStatusToCanceled",
    "failed": "SetStatusToFailedDelivery",
}
REASONS = {"canceled": "Out of stock", "failed": "Lost in transit"}
POSSIBLE = {
    "pending": {"canceled"},
    "ready_to_ship": {"shipped", "canceled"},
    "shipped": {"delivered", "failed"},
    "delivered": set(),
    "failed": set(),
    "canceled": set(),
    "return_shipped_by_customer": set(),
    "return_waiting_for_approval": set(),
    "returned": set(),
    "return_rejected": set(),
}
WAY = {
    "pending": (),
    "ready_to_ship": ("ready_to_ship",),
    "shipped": ("ready_to_ship", "shipped"),
    "delivered": ("ready_to_ship", "shipped", "delivered"),
    "failed": ("ready_to_ship", "shipped", "failed"),
    "canceled": ("canceled",),
}
WAY["return_shipped_by_customer"] = (*WAY["delivered"], "return_shipped_by_customer")
WAY["return_waiting_for_approval"] = (
    *WAY["return_shipped_by_customer"],
    "return_waiting_for_approval",
)
WAY["returned"] = (*WAY["return_waiting_for_approval"], "returned")
WAY["return_rejected"] = (*WAY["return_waiting_for_approval"], "return_rejected")


@pytest.mark.parametrize("before", POSSIBLE)
@pytest.mark.parametrize("after", STEPS)
def test_an_item_goes_only_where_the_flow_leads(seller, sandbox, before, after):
    (one,) = ids(place(seller, gift()))
    for step in WAY[before]:
        moved(seller, [one], step)
    assert status(sandbox, one) == before
    reason = {"Reason": REASONS[after]} if after in REASONS else {}
    answer = seller.call(STEPS[after], OrderItemId=one, **reason)
    possible = after in POSSIBLE[before]
    assert answer.accepted == possible
    assert answer.code == ("" if possible else "28")
    assert status(sandbox, one) == (after if possible else before)


def test_digital_items_are_delivered_straight_away(seller, sandbox):
    one, other = ids(place(seller, gift(digital=True, quantity=2)))
    assert seller.call("SetStatusToShipped", OrderItemId=one).code == "28"
    assert seller.call("SetStatusToDelivered", OrderItemId=one).accepted
    canceled = {"OrderItemId": one, "Reason": "Out of stock"}
    assert seller.call("SetStatusToCanceled", **canceled).code == "28"
    assert seller.call(
        "SetStatusToCanceled", OrderItemId=other, Reason="Out of stock"
    ).accepted


def test_a_reason_is_one_of_those_for_the_occasion(seller, sandbox, pair):
    def cancel(reason):
        return seller.call(
            "SetStatusToCanceled", OrderItemId=pair[0], Reason=reason
        ).code

    assert cancel(None) == "1"
    assert cancel("No idea") == "22"
    assert cancel("Lost in transit") == "22"
    assert cancel("Customer request") == "22"
    assert status(sandbox, pair[0]) == "pending"
    assert cancel("Out of stock") == ""


def test_the_reason_is_kept_with_the_item(seller):
    order = place(seller, gift())
    seller.call(
        "SetStatusToCanceled",
        OrderItemId=ids(order)[0],
        Reason="Wrong price",
        ReasonDetail="a comma slipped",
    )
    answer = seller.call("GetOrderItems", OrderId=order["id"])
    assert answer[f"{ITEM}/Reason"] == "Wrong price"
    assert answer[f"{ITEM}/ReasonDetail"] == "a comma slipped"


def test_the_marketplace_cancels_with_a_reason_of_its_own(seller, sandbox, pair):
    moved(seller, pair[:1], "canceled")
    moved(seller, pair[1:], "canceled", reason="Payment failed", detail="no money")
    first, second = (sandbox.orders.items[one] for one in pair)
    assert (first.reason, first.reason_type) == ("Customer request", "canceled_system")
    assert (second.reason, second.reason_detail) == ("Payment failed", "no money")


def test_a_whole_order_can_be_moved_by_control(seller, sandbox):
    order = place(seller, gift(quantity=2))
    answer = seller.control(
        "POST", "orders/status", order=order["id"], status="canceled"
    )
    assert {one["status"] for one in answer.json()["items"]} == {"canceled"}
    refused = seller.control(
        "POST", "orders/status", order=order["id"], status="shipped"
    )
    assert refused.status_code == 400
    assert "cannot be set" in refused.json()["error"]


def test_shipping_takes_the_unit_out_of_the_stock(seller, sandbox):
    stock(seller, quantity=5)
    item_ids = ids(place(seller, {"sku": "SKU-1", "quantity": 2}))
    one = sandbox.products["SKU-1"]
    ready(seller, item_ids)
    assert (one.quantity, one.reserved) == (5, 2)
    seller.call("SetStatusToShipped", OrderItemId=item_ids[0])
    assert (one.quantity, one.reserved, one.available) == (4, 1, 3)
    seller.call("SetStatusToDelivered", OrderItemId=item_ids[0])
    assert (one.quantity, one.reserved) == (4, 1)


@pytest.mark.parametrize("way", [(), ("ready_to_ship",)], ids=["pending", "ready"])
def test_cancelling_gives_the_unit_back(seller, sandbox, way):
    stock(seller, quantity=5)
    item_ids = ids(place(seller, {"sku": "SKU-1"}))
    for step in way:
        moved(seller, item_ids, step)
    seller.call("SetStatusToCanceled", OrderItemId=item_ids[0], Reason="Out of stock")
    one = sandbox.products["SKU-1"]
    assert (one.quantity, one.reserved) == (5, 0)


@pytest.mark.parametrize("end", ["failed", "returned"])
def test_what_was_shipped_never_comes_back_into_the_stock_by_itself(
    seller, sandbox, end
):
    stock(seller, quantity=5)
    item_ids = ids(place(seller, {"sku": "SKU-1"}))
    for step in WAY[end]:
        moved(seller, item_ids, step)
    one = sandbox.products["SKU-1"]
    assert (one.quantity, one.reserved) == (4, 0)


def test_a_new_quantity_leaves_the_reservation_alone(seller, sandbox):
    stock(seller, quantity=5)
    place(seller, {"sku": "SKU-1", "quantity": 2})
    assert not seller.errors("ProductUpdate", request(only("SKU-1", Quantity="9")))
    one = sandbox.products["SKU-1"]
    assert (one.quantity, one.reserved, one.available) == (9, 2, 7)


def test_the_customer_sends_delivered_items_back(seller, sandbox):
    item_ids = shipped(seller, gift(quantity=2))
    early = seller.control("POST", "orders/return", items=item_ids, comment="too big")
    assert early.status_code == 400
    moved(seller, item_ids, "delivered")
    seller.control("POST", "orders/return", items=item_ids[:1], comment="too big")
    one = sandbox.orders.items[item_ids[0]]
    assert one.status == "return_shipped_by_customer"
    assert one.customer_return.comment == "too big"
    assert status(sandbox, item_ids[1]) == "delivered"


@pytest.mark.parametrize("name", ["OrderItemId", "OrderItemIds"])
def test_an_invoice_number_goes_to_the_whole_package(seller, sandbox, pair, name):
    pack(seller, pair)
    value = pair[0] if name == "OrderItemId" else many(pair[:1])
    answer = seller.call("SetInvoiceNumber", InvoiceNumber="INV/1", **{name: value})
    assert answer.accepted
    assert {sandbox.orders.items[one].invoice_number for one in pair} == {"INV/1"}


def test_an_invoice_number_is_needed(seller, pair):
    assert seller.call("SetInvoiceNumber", OrderItemId=pair[0]).code == "1"
    assert (
        seller.call("SetInvoiceNumber", InvoiceNumber="X", OrderItemId=1).code == "20"
    )


def test_a_cancelled_item_leaves_its_package(seller, sandbox, pair):
    pack(seller, pair, TrackingNumber="TRACK001")
    seller.call("SetStatusToCanceled", OrderItemId=pair[0], Reason="Out of stock")
    assert ready(seller, pair[1:], "TRACK001").accepted
    assert status(sandbox, pair[0]) == "canceled"
    assert status(sandbox, pair[1]) == "ready_to_ship"
