"""Snapshots: the marketplace returns to what it was, as often as wanted."""

import pytest
from ordering import place, stock

from seller_center_sandbox import Snapshot

EVER = {"CreatedAfter": "2020-01-01T00:00:00+00:00"}


@pytest.fixture
def snapshot(sandbox, seller):
    """Taken with one product on sale."""
    stock(seller, quantity=5)
    return Snapshot(sandbox)


def skus(seller):
    return seller.call("GetProducts").all("Body/Products/Product/SellerSku")


def test_what_came_later_is_gone(snapshot, seller, sandbox):
    order = place(seller, {"sku": "SKU-1"})
    stock(seller, "SKU-2")
    sandbox.faults.add("html", action="GetOrders")
    sandbox.settings.mask_customers = True
    snapshot.restore()
    assert skus(seller) == ["SKU-1"]
    assert sandbox.products["SKU-1"].quantity == 5
    assert not sandbox.settings.mask_customers
    assert not list(sandbox.faults)
    assert not seller.call("GetOrders", **EVER).all("Body/Orders/Order")
    assert place(seller, {"sku": "SKU-1"})["id"] == order["id"]


def test_what_was_deleted_is_back(snapshot, seller, sandbox):
    sandbox.reset()
    sandbox.users.clear()
    assert not sandbox.products
    snapshot.restore()
    assert skus(seller) == ["SKU-1"]
    assert len(sandbox.feeds) == 1


def test_it_can_be_returned_to_again(snapshot, seller, sandbox):
    for _time in range(2):
        sandbox.products["SKU-1"].quantity = 1
        place(seller, {"sku": "SKU-1"})
        snapshot.restore()
        assert sandbox.products["SKU-1"].quantity == 5


def test_feeds_and_notifications_are_worked_on_afterwards(snapshot, seller, sandbox):
    snapshot.restore()
    stock(seller, "SKU-2")
    assert skus(seller) == ["SKU-1", "SKU-2"]
