"""The pages about orders, for people."""

import pytest
import requests
from lxml import html
from ordering import gift, ids, moved, place, ready, stock


@pytest.fixture
def browse(server):
    """Open a page and read it."""

    def open_page(path, data=None, status=200):
        method = "POST" if data is not None else "GET"
        response = requests.request(method, server.url + path, data=data, timeout=20)
        assert response.status_code == status, response.text
        return html.fromstring(response.text)

    return open_page


def words(page):
    return " ".join(page.text_content().split())


def form(page, action):
    """Give the form of a page that goes to an address."""
    (one,) = [one for one in page.forms if one.action.endswith(action)]
    return one


def test_a_page_without_orders_says_so(browse):
    assert "Nobody has ordered yet" in words(browse("orders"))


def test_an_order_can_be_placed_on_the_page(browse, seller, sandbox):
    stock(seller, quantity=5)
    data = {
        "sku": ["SKU-1", ""],
        "quantity": ["2", "1"],
        "paid_price": "150",
        "first_name": "Bea",
    }
    assert set(data) < set(form(browse("orders"), "/orders/place").fields)
    page = browse("orders/place", data)
    (order,) = sandbox.orders.orders.values()
    assert f"Order {order.number}" in words(page)
    assert words(page).count("pending") >= 2
    assert (str(order.total), order.shipping.first_name) == ("300.00", "Bea")
    assert sandbox.products["SKU-1"].reserved == 2
    assert order.number in words(browse("orders"))


def test_a_gift_for_new_zealand_can_be_placed_on_the_page(browse, seller, sandbox):
    stock(seller)
    data = {"sku": "SKU-1", "quantity": "1", "gift_message": "Kia ora"}
    page = browse("orders/place", {**data, "new_zealand": "on"})
    (order,) = sandbox.orders.orders.values()
    assert (order.shipping.country, order.gift_message) == ("NZ", "Kia ora")
    assert str(order.items[0].tax_amount) == "29.85"
    assert "Kia ora" in words(page) and "Petone" in words(page)


def test_an_order_shows_what_it_was_paid_with_and_what_it_replaces(browse, seller):
    first = place(seller, gift())
    line = gift(item_price="30.00", store_credits="12.00", voucher_amount="5.00")
    second = place(seller, line, exchange_for=first["id"], remarks="Ring twice")
    page = browse(f"order?id={second['id']}")
    for told in ("$12.00 credits", "$5.00 voucher", "Ring twice"):
        assert told in words(page)
    (link,) = page.xpath(f"//a[@href='/order?id={first['id']}']")
    assert link.text == str(first["id"])
    assert str(second["id"]) in words(browse(f"order?id={first['id']}"))


@pytest.mark.parametrize(
    "data",
    [{}, {"sku": "NOWHERE", "quantity": "1"}, {"sku": "SKU-1", "quantity": "x"}],
    ids=["nothing", "unknown", "no quantity"],
)
def test_what_nobody_can_order_is_explained(browse, seller, sandbox, data):
    stock(seller)
    page = browse("orders/place", data, status=400)
    assert page.xpath("//div[@class='problem']")
    assert not sandbox.orders.orders


def test_ticked_items_are_moved_on_the_page(browse, seller, sandbox):
    order = place(seller, gift(quantity=2))
    first, second = ids(order)
    page = browse(f"order?id={order['id']}")
    assert ("item", str(first)) in form(page, "/order/move").form_values()
    data = {"id": order["id"], "item": first, "status": "canceled", "detail": "oh no"}
    page = browse("order/move", data)
    assert "Customer request: oh no" in words(page)
    assert sandbox.orders.items[first].status == "canceled"
    assert sandbox.orders.items[second].status == "pending"


def test_the_customer_sends_items_back_on_the_page(browse, seller, sandbox):
    order = place(seller, gift())
    for step in ("ready_to_ship", "shipped", "delivered"):
        moved(seller, ids(order), step)
    data = {"id": order["id"], "item": ids(order), "detail": "too big"}
    page = browse("order/move", {**data, "status": "return_shipped_by_customer"})
    assert "too big" in words(page)
    (one,) = sandbox.orders.items.values()
    assert one.status == "return_shipped_by_customer"


def test_an_impossible_step_is_explained(browse, seller, sandbox):
    order = place(seller, gift())
    data = {"id": order["id"], "item": ids(order), "status": "delivered"}
    page = browse("order/move", data, status=400)
    assert "cannot be set" in words(page)
    none = {"id": order["id"], "status": "canceled"}
    assert browse("order/move", none, status=400).xpath("//div[@class='problem']")


def test_parcels_and_their_numbers_are_shown(browse, seller):
    order = place(seller, gift())
    ready(seller, ids(order), "TRACK042")
    page = words(browse(f"order?id={order['id']}"))
    assert "Coast Couriers TRACK042" in page
    assert "ready to ship" in page


def test_the_customer_can_be_hidden_on_the_page(browse, seller):
    order = place(seller, gift())
    assert "Matilda" in words(browse(f"order?id={order['id']}"))
    page = browse("order/mask", {"id": order["id"]})
    assert "Matilda" not in words(page)
    assert "Matilda" in words(browse("order/mask", {"id": order["id"]}))


def test_an_unknown_order_is_not_found(browse):
    browse("order?id=1", status=404)
    browse("order/mask", {"id": "x"}, status=404)


def test_what_a_shopper_wrote_cannot_break_out_of_the_page(browse, seller):
    nasty = "<script>alert(1)</script>"
    order = place(seller, gift(), customer={"first_name": nasty})
    for path in ("orders", f"order?id={order['id']}"):
        page = browse(path)
        assert nasty in page.text_content()
        assert not page.xpath("//script")
