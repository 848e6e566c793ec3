"""What an order is worth, what was paid with, and what it replaces, over both APIs."""

import pytest
from ordering import gift, place

NEW_ZEALAND = {"country": "NZ", "region": "", "city": "Petone", "post_code": "5012"}
#: The same amount of an item by its name in each API.
AMOUNTS = {
    "unitPrice": "ItemPrice",
    "paidPrice": "PaidPrice",
    "taxAmount": "TaxAmount",
    "shippingFee": "ShippingAmount",
    "walletCredits": "WalletCredits",
    "storeCredits": "StoreCredits",
    "shippingVoucherAmount": "ShippingVoucher",
}


@pytest.fixture
def amounts(rest, classic):
    """Read the amounts of an order's only item; both APIs must say the same."""

    def amounts(order, *names):
        (item,) = rest.get(f"v2/orders/{order['id']}")["items"]
        answer = classic.call("GetOrderItems", OrderId=order["id"])
        for ours, theirs in AMOUNTS.items():
            told = answer[f"Body/OrderItems/OrderItem/{theirs}"]
            assert f"{item[ours]:.2f}" == told, ours
        return [item[name] for name in names]

    return amounts


def test_new_zealands_tax_is_in_the_price_and_apart(rest, classic, amounts):
    line = gift(item_price="115.00", shipping_amount="11.50")
    order = place(classic, line, customer=NEW_ZEALAND)
    found = amounts(order, "paidPrice", "taxAmount", "taxPercent", "extraAttributes")
    extra = found.pop()
    assert found == [115, 15, 15]
    assert (extra["price_excluded_tax"], extra["shipping_fee_sst"]) == (100, 1.5)
    told = rest.get(f"v2/orders/{order['id']}")
    assert told["address"]["shipping"]["country"] == "NZ"
    assert told["shippingFeeSstSum"] == 1.5
    answer = classic.call("GetOrderItems", OrderId=order["id"])
    assert answer["Body/OrderItems/OrderItem/ShippingTax"] == "1.50"


def test_the_tax_of_new_zealand_comes_on_top_of_what_is_listed(shelf, classic, amounts):
    order = place(classic, {"sku": "TOP"}, customer=NEW_ZEALAND)
    assert amounts(order, "unitPrice", "taxAmount") == [228.85, 29.85]


def test_the_tax_of_australia_is_in_the_price(classic, amounts):
    order = place(classic, gift(item_price="33.00", shipping_amount="5.50"))
    found = amounts(order, "taxAmount", "taxPercent", "extraAttributes")
    assert found == [3, 10, None]


CREDITS = {"wallet_credits": "20.00", "store_credits": "15.00"}


@pytest.mark.parametrize(("less_credits", "paid"), [(False, 90), (True, 55)])
def test_credits_are_in_the_paid_price_or_taken_off_it(
    rest, classic, amounts, less_credits, paid
):
    line = gift(item_price="100.00", voucher_amount="10.00", **CREDITS)
    order = place(classic, line, less_credits=less_credits)
    names = ("paidPrice", "walletCredits", "storeCredits", "discountAmount")
    assert amounts(order, *names) == [paid, 20, 15, 10]
    assert amounts(order, "salesDueAmount", "taxAmount") == [55, 8.18]
    assert rest.get(f"v2/orders/{order['id']}")["grandTotal"] == paid


@pytest.mark.parametrize("share", ["10.00", "4.00", "0.00"])
def test_a_voucher_says_what_of_it_the_seller_pays(rest, classic, share):
    line = gift(
        item_price="50.00",
        voucher_amount="10.00",
        voucher_code="SPRING",
        voucher_seller_share=share,
    )
    order = place(classic, line)
    page = rest.get("v2/orders", limit=1, offset=0, includeVoucherDetails="true")
    (voucher,) = page["items"][0]["items"][0]["vouchers"]
    assert (voucher["code"], voucher["amount"]) == ("SPRING", 10)
    assert voucher["amountFundedBySeller"] == float(share)
    answer = classic.call("GetOrderItems", OrderId=order["id"])
    assert answer["Body/OrderItems/OrderItem/VoucherAmount"] == "10.00"


def test_a_voucher_may_be_for_the_shipping(classic, amounts):
    line = gift(shipping_amount="0.00", shipping_voucher_amount="7.95")
    order = place(classic, line)
    names = ("shippingFee", "shippingVoucherAmount", "discountAmount")
    assert amounts(order, *names) == [0, 7.95, 0]


@pytest.mark.parametrize(("price", "worth"), [({}, 0), ({"item_price": "5.00"}, 5)])
def test_an_exchange_names_its_first_order(rest, classic, amounts, price, worth):
    first = place(classic, gift())
    second = place(classic, gift(**price), exchange_for=first["id"])
    assert amounts(second, "unitPrice", "paidPrice") == [worth, worth]
    told = [rest.get(f"v2/orders/{one['id']}") for one in (first, second)]
    links = [(one["exchangeByOrderId"], one["exchangeForOrderId"]) for one in told]
    assert links == [(str(second["id"]), None), (None, str(first["id"]))]
    answer = classic.call("GetOrder", OrderId=second["id"])
    assert answer["Body/Orders/Order/ExchangeForOrderId"] == str(first["id"])
    assert answer["Body/Orders/Order/ExchangeByOrderId"] == ""


def test_only_an_order_that_there_is_can_be_exchanged(classic, sandbox):
    answer = classic.control("POST", "orders", items=[gift()], exchange_for=7)
    assert answer.status_code == 400
    assert not sandbox.orders.orders


@pytest.mark.parametrize(
    ("options", "wrapped", "message"),
    [
        ({}, False, ""),
        ({"gift_option": True}, True, ""),
        ({"gift_message": "Happy birthday"}, True, "Happy birthday"),
    ],
)
def test_a_gift_comes_with_its_message_and_remarks(
    rest, classic, options, wrapped, message
):
    order = place(classic, gift(), remarks="Ring twice", **options)
    told = rest.get(f"v2/orders/{order['id']}")
    assert told["gift"] == {"option": wrapped, "message": message}
    assert told["remarks"] == "Ring twice"
    answer = classic.call("GetOrder", OrderId=order["id"])
    path = "Body/Orders/Order/"
    assert answer[f"{path}GiftOption"] == str(int(wrapped))
    assert answer[f"{path}GiftMessage"] == message
    assert answer[f"{path}Remarks"] == "Ring twice"
