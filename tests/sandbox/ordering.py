"""Shoppers and carriers for the tests: orders placed by control requests."""

import json

from marketplace import product, request

OWN_CARRIER = "Coast Couriers"
INTEGRATED_CARRIER = "Wattle Post"


def stock(seller, sku="SKU-1", quantity=5, **values):
    """Put a product on the marketplace."""
    errors = seller.errors(
        "ProductCreate", request(product(sku, Quantity=str(quantity), **values))
    )
    assert not errors


def place(seller, *lines, **options):
    """Place an order and give it as the control request describes it."""
    answer = seller.control("POST", "orders", items=list(lines), **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def gift(sku="GIFT", quantity=1, **values):
    """Write an item that the marketplace has no product for."""
    return {"sku": sku, "name": "Gift box", "quantity": quantity, **values}


def ids(order):
    """Give the ids of an order's items."""
    return [item["id"] for item in order["items"]]


def many(item_ids):
    """Write ids the way calls take them."""
    return json.dumps(item_ids, separators=(",", ":"))


def ready(seller, item_ids, tracking="TRACK001", **parameters):
    """Make items ready to ship with a carrier that has numbers of its own."""
    call = {
        "OrderItemIds": many(item_ids),
        "DeliveryType": "dropship",
        "ShippingProvider": OWN_CARRIER,
        "TrackingNumber": tracking,
        **parameters,
    }
    return seller.call("SetStatusToReadyToShip", **call)


def moved(seller, item_ids, status, **options):
    """Let the marketplace bring items into a status."""
    answer = seller.control(
        "POST", "orders/status", items=item_ids, status=status, **options
    )
    assert answer.status_code == 200, answer.text


def shipped(seller, *lines):
    """Place an order and bring it on its way; give the ids of its items."""
    item_ids = ids(place(seller, *lines))
    assert ready(seller, item_ids, f"TRACK{item_ids[0]}").accepted
    for one in item_ids:
        assert seller.call("SetStatusToShipped", OrderItemId=one).accepted
    return item_ids
