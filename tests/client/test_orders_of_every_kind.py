"""Orders of every kind that the sandbox places, as each client reads them."""

from decimal import Decimal

import pytest
import requests
from test_hostile_sandbox import SHOPS, connect

from seller_center_sandbox import Sandbox, SandboxServer
from seller_center_sandbox.orders.placing import place_order
from seller_center_sandbox.orders.statuses import MARKETPLACE
from seller_center_sandbox.orders.transitions import move_items, send_back


@pytest.fixture(scope="module")
def server():
    with SandboxServer(Sandbox()) as running:
        yield running


@pytest.fixture(params=SHOPS)
def read(request, server):
    """Place an order and read it with its only item, over each API and format."""

    def read(*, line=(), **options):
        item = {"sku": "D", "name": "Dress", **dict(line)}
        placed = place_order(server.sandbox, items=[item], **options)
        with requests.Session() as session:
            client = connect(request.param, session, server)
            order = client.order(str(placed.id))
            (found,) = order.items or client.order_items([order.order_id])
        return order, found

    return read


def amounts(**texts):
    return {name: Decimal(value) for name, value in texts.items()}


def test_tax_that_is_collected_for_new_zealand_is_read_to_the_cent(read):
    line = amounts(item_price="115.00", shipping_amount="11.50")
    order, item = read(line=line, customer={"country": "NZ"})
    assert order.shipping.country == "NZ"
    assert (item.paid_price, item.tax_amount) == (Decimal("115.00"), Decimal("15.00"))
    assert (item.shipping_fee, item.shipping_tax) == (Decimal("11.50"), Decimal("1.50"))


@pytest.mark.parametrize(("less_credits", "paid"), [(False, "90.00"), (True, "55.00")])
def test_credits_are_read_whether_the_paid_price_holds_them_or_not(
    read, less_credits, paid
):
    line = amounts(
        item_price="100.00",
        voucher_amount="10.00",
        wallet_credits="20.00",
        store_credits="15.00",
    )
    _order, item = read(line=line, less_credits=less_credits)
    assert item.paid_price == Decimal(paid)
    assert item.wallet_credits == Decimal("20.00")
    assert item.store_credits == Decimal("15.00")


def test_vouchers_are_read_with_their_code(read):
    line = {"item_price": "50.00", "voucher_amount": "10.00", "voucher_code": "SPRING"}
    _order, item = read(line={**line, "voucher_seller_share": "4.00"})
    (voucher,) = item.vouchers
    assert (voucher.code, voucher.amount) == ("SPRING", Decimal("10.00"))
    # Only REST says who pays it.
    assert voucher.funded_by_seller in (None, Decimal("4.00"))
    assert (item.voucher_amount, item.voucher_code) == (Decimal("10.00"), "SPRING")


def test_a_voucher_for_the_shipping_is_read_apart(read):
    line = amounts(shipping_amount="2.00", shipping_voucher_amount="5.95")
    _order, item = read(line=line)
    assert item.shipping_fee == Decimal("2.00")
    assert item.shipping_voucher_amount == Decimal("5.95")
    assert not item.voucher_amount


@pytest.mark.parametrize("price", ["0.00", "5.00"])
def test_an_exchange_is_read_with_the_order_that_it_replaces(read, server, price):
    first, _item = read()
    assert (first.exchange_for_order_id, first.exchange_by_order_id) == ("", "")
    order, item = read(line=amounts(item_price=price), exchange_for=first.order_id)
    assert order.exchange_for_order_id == first.order_id
    assert item.paid_price == Decimal(price)
    replaced = server.sandbox.orders.find_order(first.order_id)
    assert replaced.exchange_by == int(order.order_id)


def test_a_gift_is_read_with_its_message_remarks_and_way_to_the_door(read):
    words = {"gift_message": "Happy birthday", "remarks": "Ring twice"}
    order, _item = read(**words, delivery_info="Leave at door")
    assert order.is_gift
    assert (order.gift_message, order.remarks) == tuple(words.values())
    assert order.delivery_info == "Leave at door"
    plain, _item = read()
    assert (plain.is_gift, plain.gift_message, plain.remarks) == (False, "", "")


def test_when_an_item_must_leave_is_read_from_the_item(read):
    order, item = read()
    assert item.target_to_ship > order.created_at


def test_the_empty_date_of_an_item_that_is_not_shipped_is_none(server):
    digital = {"sku": "V", "name": "Video", "digital": True}
    placed = place_order(server.sandbox, items=[digital])
    with requests.Session() as session:
        order = connect("rest", session, server).order(str(placed.id))
    assert (order.target_to_ship, order.items[0].target_to_ship) == (None, None)


@pytest.mark.parametrize("kind", SHOPS)
def test_a_return_is_read_on_its_way_and_at_the_sellers_door(server, kind):
    sandbox = server.sandbox
    placed = place_order(sandbox, items=[{"sku": "D", "name": "Dress"}])

    def status():
        with requests.Session() as session:
            client = connect(kind, session, server)
            order = client.order(str(placed.id))
            (item,) = order.items or client.order_items([order.order_id])
        return item.status

    with sandbox.lock:
        for one in ("ready_to_ship", "shipped", "delivered"):
            move_items(sandbox, placed.items, one, editor=MARKETPLACE)
        send_back(sandbox, placed.items)
    assert status() == "return_shipped_by_customer"
    with sandbox.lock:
        move_items(sandbox, placed.items, "return_delivered", editor=MARKETPLACE)
    assert status() == "return_delivered"
