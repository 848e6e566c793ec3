"""Orders by the Action API: what each method asks, and how it reads the answer."""

import base64
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from fake_marketplace import parameters

from iconic_connector.seller_center import (
    NotAccepted,
    Refused,
    UnknownOutcome,
)
from iconic_connector.seller_center.errors import NotReady
from iconic_connector.seller_center.records import (
    Address,
    Document,
    FailureReason,
    OrderItem,
    PackedItem,
    ShipmentProvider,
    Voucher,
    Webhook,
    WebhookEvent,
)

UTC = timezone.utc
CREATED = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
COMMON = ("Action", "Format", "Timestamp", "UserID", "Version", "Signature")
EMPTY = "<SuccessResponse><Head/><Body/></SuccessResponse>"


def success(body):
    return f"<SuccessResponse><Head/><Body>{body}</Body></SuccessResponse>"


def refusal(code, message):
    return (
        f"<ErrorResponse><Head><ErrorType>Sender</ErrorType><ErrorCode>{code}"
        f"</ErrorCode><ErrorMessage>{message}</ErrorMessage></Head><Body/>"
        "</ErrorResponse>"
    )


@pytest.fixture
def asked(marketplace):
    """Return method, action and own parameters of each call."""

    def asked():
        found = []
        for request in marketplace.requests:
            given = dict(parameters(request))
            own = {name: given[name] for name in given if name not in COMMON}
            found.append((request.method, given["Action"], own))
        return found

    return asked


def test_orders_are_asked_for_from_the_newest_change_on(api, marketplace, load, asked):
    marketplace.answer(load("orders.xml"))
    page = api.orders(
        updated_after=datetime(2026, 2, 28, 20, tzinfo=timezone(timedelta(hours=11))),
        status="ready_to_ship",
        offset=40,
        limit=20,
    )
    assert asked() == [
        (
            "GET",
            "GetOrders",
            {
                "UpdatedAfter": "2026-02-28T09:00:00+00:00",
                "Status": "ready_to_ship",
                "SortBy": "updated_at",
                "SortDirection": "DESC",
                "Offset": "40",
                "Limit": "20",
            },
        )
    ]
    assert (page.total, page.next_offset) == (7, 42)
    assert [order.order_id for order in page.records] == ["4001", "4002"]


def test_orders_without_a_time_are_those_of_all_times(api, marketplace, asked):
    marketplace.answer(success("<Orders/>"))
    page = api.orders()
    ((_method, _action, own),) = asked()
    assert own["CreatedAfter"] < "2010"
    assert own["SortBy"] == "created_at"
    assert page.records == ()


def test_all_four_ends_of_the_window_are_told(api, marketplace, asked):
    marketplace.answer(EMPTY)
    days = [CREATED + timedelta(days=number) for number in range(4)]
    api.orders(*days)
    ((_method, _action, own),) = asked()
    ends = ("UpdatedAfter", "UpdatedBefore", "CreatedAfter", "CreatedBefore")
    assert [own[end][:10] for end in ends] == [
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
        "2026-03-03",
    ]


def test_a_time_without_a_zone_is_not_guessed(api, marketplace):
    with pytest.raises(ValueError, match="time zone"):
        api.orders(updated_after=datetime(2026, 2, 28))
    assert not marketplace.requests


@pytest.mark.parametrize("answer", [EMPTY, success("<Orders/>")])
def test_only_an_empty_page_ends_the_orders(api, marketplace, load, answer):
    marketplace.answer(load("orders.xml"))
    marketplace.answer(answer)
    assert api.orders(limit=100).next_offset == 2
    assert api.orders(offset=2).next_offset is None


@pytest.mark.parametrize("filters", [{"numbers": ["3"]}, {"status": "return_rejected"}])
def test_what_the_action_api_cannot_look_for_is_refused_unasked(
    api, marketplace, filters
):
    with pytest.raises(Refused, match="instead"):
        api.orders(**filters)
    assert not marketplace.requests


def test_an_order_is_read_to_the_cent(api, marketplace, load):
    marketplace.answer(load("orders.xml"))
    order = api.orders().records[0]
    assert order.number == "300064001"
    assert (order.first_name, order.last_name) == ("Ada", "Lovelace")
    assert order.grand_total == Decimal("1309.90")
    assert order.shipping_total == Decimal("9.95")
    assert order.tax_total == Decimal("119.08")
    assert (order.voucher_code, order.voucher_amount) == ("WELCOME", Decimal("50.00"))
    assert order.created_at == CREATED
    assert order.updated_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert order.target_to_ship == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert order.payment_method == "Braintree"
    assert (order.is_gift, order.gift_message) == (True, "Happy birthday")
    assert (order.remarks, order.delivery_info) == ("Ring twice", "Leave at door")
    assert order.raw["ExtraAttributes"] == '{"TaxCode":"12"}'


def test_an_address_keeps_its_lines_and_leading_zeros(api, marketplace, load):
    marketplace.answer(load("orders.xml"))
    order = api.orders().records[0]
    assert order.billing == Address(
        first_name="Ada",
        last_name="Lovelace",
        lines=("Byron & Sons", "Unit #5", "12 Analytical Rd"),
        city="Fitzroy",
        region="Victoria",
        postcode="0800",
        country="Australia",
        email="ada@example.com",
        phones=("0400 000 001",),
    )
    assert order.billing.name == "Ada Lovelace"


def test_masked_data_is_empty_and_named(api, marketplace, load):
    marketplace.answer(load("orders.xml"))
    address = api.orders().records[0].shipping
    assert (address.name, address.email) == ("", "")
    assert (address.lines, address.phones) == ((), ())
    assert address.postcode == "3065"
    assert sorted(address.masked) == [
        "email",
        "first_name",
        "last_name",
        "lines",
        "phones",
    ]


def test_an_order_of_few_words_is_read_too(api, marketplace, load):
    marketplace.answer(load("orders.xml"))
    order = api.orders().records[1]
    assert (order.billing, order.shipping) == (None, None)
    assert order.grand_total == Decimal("20.00")
    assert order.created_at is None


@pytest.mark.parametrize(
    "orders",
    [
        {"Order": {"OrderId": "1", "Statuses": {"Status": "pending"}}},
        [{"Order": {"OrderId": 1, "Statuses": [{"Status": "pending"}]}}],
        [{"OrderId": 1, "Price": "2.00", "Statuses": ["pending"]}],
    ],
)
def test_orders_are_found_in_every_spelling_of_json(api, marketplace, orders):
    marketplace.answer({"SuccessResponse": {"Body": {"Orders": orders}}})
    (order,) = api.orders().records
    assert order.order_id == "1"


@pytest.mark.parametrize("orders", ["", {}, [], None])
def test_no_orders_are_found_in_every_spelling_of_json(api, marketplace, orders):
    marketplace.answer({"SuccessResponse": {"Body": {"Orders": orders}}})
    assert api.orders().records == ()


def test_times_without_a_zone_are_in_that_of_the_shop(make_api, marketplace, load):
    marketplace.answer(load("orders.xml"))
    api = make_api(zone=timezone(timedelta(hours=11)))
    assert api.orders().records[0].created_at == CREATED - timedelta(hours=11)


def test_an_order_is_read_by_its_id(api, marketplace, load, asked):
    marketplace.answer(load("orders.xml"))
    assert api.order("4001").number == "300064001"
    assert asked() == [("GET", "GetOrder", {"OrderId": "4001"})]


def test_an_order_that_is_not_there_is_refused(api, marketplace):
    marketplace.answer(success("<Orders/>"))
    with pytest.raises(Refused, match="4001"):
        api.order("4001")


def test_items_are_read_with_all_that_an_import_needs(api, marketplace, load, asked):
    marketplace.answer(load("order_items.json"))
    item = api.order_items(["4001", "4002", "4003"])[0]
    assert asked() == [
        ("GET", "GetMultipleOrderItems", {"OrderIdList": "[4001,4002,4003]"})
    ]
    assert item == OrderItem(
        order_item_id="90001",
        order_id="4001",
        seller_sku="SKU-1",
        name="Linen Dress",
        variation="M",
        status="ready_to_ship",
        shipping_type="Dropshipping",
        currency="AUD",
        unit_price=Decimal("1299.95"),
        paid_price=Decimal("1249.95"),
        tax_amount=Decimal("113.63"),
        shipping_fee=Decimal("9.95"),
        shipping_tax=Decimal("0.90"),
        shipping_service_cost=Decimal("4.50"),
        voucher_amount=Decimal("50.00"),
        voucher_code="WELCOME",
        vouchers=(
            Voucher("WELCOME", amount=Decimal("50.00"), seller_share=Decimal("40")),
        ),
        wallet_credits=Decimal("0.00"),
        shipment_provider="Australia Post",
        tracking_code="AP1",
        package_id="PKG-1",
        target_to_ship=datetime(2026, 3, 3, 5, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    )
    assert item.raw["TaxAmount"] == "113.631818"


def test_items_belong_to_their_order_even_if_only_that_says_so(api, marketplace, load):
    marketplace.answer(load("order_items.json"))
    items = api.order_items(["4001", "4002", "4003"])
    assert [(item.order_item_id, item.order_id) for item in items] == [
        ("90001", "4001"),
        ("90002", "4001"),
        ("90003", "4002"),
    ]


def test_a_cancelled_item_of_the_marketplaces_stock_is_told_apart(
    api, marketplace, load
):
    marketplace.answer(load("order_items.json"))
    ours, theirs, unknown = api.order_items(["4001", "4002"])
    assert [item.own_warehouse for item in (ours, theirs, unknown)] == [0, 1, 0]
    assert (theirs.reason, theirs.reason_detail) == ("Out of stock", "Moths")
    assert (theirs.variation, theirs.updated_at) == ("", None)


def test_items_of_many_orders_are_read_in_several_calls(api, marketplace, asked):
    for _call in range(3):
        marketplace.answer(success("<Orders/>"))
    api.order_items(str(number) for number in range(1, 102))
    lists = [own["OrderIdList"] for _method, _action, own in asked()]
    assert [len(one.split(",")) for one in lists] == [50, 50, 1]
    assert lists[2] == "[101]"


def test_items_of_no_orders_need_no_call(api, marketplace):
    assert api.order_items([]) == ()
    assert not marketplace.requests


def test_orders_that_nobody_knows_have_no_items(api, marketplace):
    marketplace.answer(refusal(39, "E039: No orders were found"))
    assert api.order_items(["1"]) == ()


def test_an_id_that_is_no_number_is_never_sent(api, marketplace):
    for call in (
        lambda: api.order("4001&x"),
        lambda: api.order_items(["4001", "x"]),
        lambda: api.set_shipped(["90001", ""]),
    ):
        with pytest.raises(Refused, match="no number"):
            call()
    assert not marketplace.requests


def test_ready_to_ship_names_the_carrier_and_returns_the_package(
    api, marketplace, asked
):
    marketplace.answer(
        success(
            "<OrderItems><OrderItem><OrderItemId>90001</OrderItemId>"
            "<PackageId>PKG-1</PackageId>"
            "<ShipmentProvider>Australia Post</ShipmentProvider>"
            "<TrackingNumber>AP1</TrackingNumber></OrderItem></OrderItems>"
        )
    )
    packed = api.set_ready_to_ship(["90001"], "dropship", "Australia Post", "AP1")
    assert packed == (PackedItem("90001", "PKG-1", "Australia Post", "AP1"),)
    assert asked() == [
        (
            "POST",
            "SetStatusToReadyToShip",
            {
                "OrderItemIds": "[90001]",
                "DeliveryType": "dropship",
                "ShippingProvider": "Australia Post",
                "TrackingNumber": "AP1",
            },
        )
    ]


def test_ready_to_ship_may_name_the_package_and_leaves_out_what_is_empty(
    api, marketplace, asked
):
    marketplace.answer(EMPTY)
    done = api.set_ready_to_ship(["90001", 90002], "pickup", package_id="PKG-1")
    assert done == (PackedItem("90001"), PackedItem("90002"))
    assert asked() == [
        (
            "POST",
            "SetStatusToReadyToShip",
            {
                "OrderItemIds": "[90001,90002]",
                "DeliveryType": "pickup",
                "PackageId": "PKG-1",
            },
        )
    ]


def test_an_unknown_delivery_type_is_never_sent(api, marketplace):
    with pytest.raises(Refused, match="pigeon"):
        api.set_ready_to_ship(["90001"], "pigeon")
    assert not marketplace.requests


def test_ready_to_ship_is_sent_once_even_if_nobody_knows_what_came_of_it(
    api, marketplace
):
    marketplace.answer("", status=504)
    with pytest.raises(UnknownOutcome):
        api.set_ready_to_ship(["90001"], "dropship")
    assert len(marketplace.requests) == 1


def test_items_are_shipped_one_by_one(api, marketplace, asked):
    marketplace.answer(EMPTY)
    marketplace.answer(EMPTY)
    assert api.set_shipped(["90001", "90002"]) == ("90001", "90002")
    assert asked() == [
        ("POST", "SetStatusToShipped", {"OrderItemId": "90001"}),
        ("POST", "SetStatusToShipped", {"OrderItemId": "90002"}),
    ]


def test_a_reason_goes_with_each_item(api, marketplace, asked):
    marketplace.answer(EMPTY)
    marketplace.answer(EMPTY)
    api.cancel_items(["90001", "90002"], "Out of stock", "Moths")
    reason = {"Reason": "Out of stock", "ReasonDetail": "Moths"}
    assert asked() == [
        ("POST", "SetStatusToCanceled", {"OrderItemId": "90001", **reason}),
        ("POST", "SetStatusToCanceled", {"OrderItemId": "90002", **reason}),
    ]


@pytest.mark.parametrize("reason", ["", " ", None])
def test_nothing_is_cancelled_without_a_reason(api, marketplace, reason):
    with pytest.raises(Refused, match="reasons"):
        api.cancel_items(["90001"], reason)
    assert not marketplace.requests


def test_an_error_in_between_names_the_items_that_went_through(api, marketplace):
    marketplace.answer(EMPTY)
    marketplace.answer(refusal(28, "E028: The status can not be set"))
    with pytest.raises(Refused) as caught:
        api.set_shipped(["90001", "90002", "90003"])
    assert caught.value.done == ("90001",)
    assert caught.value.number == 28
    assert len(marketplace.requests) == 2


def test_a_first_error_has_nothing_done(api, marketplace):
    marketplace.answer("", status=500)
    with pytest.raises(UnknownOutcome) as caught:
        api.set_shipped(["90001"])
    assert caught.value.done == ()


def test_returns_and_new_tracking_numbers_are_for_seller_center(api, marketplace):
    assert not api.decides_returns
    for call in (
        lambda: api.receive_return(["1"]),
        lambda: api.approve_return(["1"]),
        lambda: api.reject_return(["1"], "Worn"),
        lambda: api.change_tracking("1", "AP2"),
    ):
        with pytest.raises(Refused, match="in Seller Center"):
            call()
    assert not marketplace.requests


def test_a_document_comes_with_its_ticket(api, marketplace, asked):
    file = base64.b64encode(b"%PDF-1.4 label").decode()
    marketplace.answer(
        success(
            "<Documents><Document><DocumentType>shippingParcel</DocumentType>"
            f"<MimeType>application/pdf</MimeType><File>{file[:8]}\n{file[8:]}</File>"
            "</Document></Documents>"
        )
    )
    ticket = api.ask_document(["90001", "90002"], "shippingParcel")
    assert asked() == [
        (
            "GET",
            "GetDocument",
            {"OrderItemIds": "[90001,90002]", "DocumentType": "shippingParcel"},
        )
    ]
    document = api.fetch_document(ticket)
    assert document == Document("shippingParcel", "application/pdf", b"%PDF-1.4 label")
    assert document.extension == "pdf"


def test_a_document_of_many_pages_is_read(api, marketplace):
    label = b"%PDF-1.4" + b"label " * 1_000_000
    file = base64.b64encode(label).decode()
    marketplace.answer(success(f"<Document><File>{file}</File></Document>"))
    ticket = api.ask_document(["90001"], "shippingParcel")
    assert api.fetch_document(ticket).content == label


def test_a_document_without_container_and_type_is_read_too(api, marketplace):
    file = base64.b64encode(b"<html>").decode()
    marketplace.answer({"SuccessResponse": {"Body": {"Document": {"File": file}}}})
    ticket = api.ask_document(["90001"], "invoice")
    assert ticket.document == Document("invoice", "text/html", b"<html>")
    assert ticket.document.extension == "html"


@pytest.mark.parametrize(
    "answer",
    [
        refusal(34, "E034: Order Item must be packed. Please call SetStatusToReady"),
        refusal("E119", "Some order items are not yet ready"),
        refusal("", "E034: Order Item must be packed"),
        success("<Documents><Document><File/></Document></Documents>"),
        EMPTY,
    ],
)
def test_a_label_that_is_not_there_yet_is_to_be_asked_for_later(
    api, marketplace, answer
):
    marketplace.answer(answer)
    marketplace.answer(answer)
    marketplace.answer(answer)
    with pytest.raises(NotReady) as caught:
        api.ask_document(["90001"], "shippingLabel")
    assert isinstance(caught.value, NotAccepted)
    assert len(marketplace.requests) == 1


def test_a_document_that_cannot_be_made_is_refused(api, marketplace):
    marketplace.answer(refusal(35, "E035: No document found"))
    with pytest.raises(Refused):
        api.ask_document(["90001"], "invoice")
    with pytest.raises(Refused, match="picklist"):
        api.ask_document(["90001"], "picklist")
    with pytest.raises(Refused, match="items"):
        api.ask_document([], "invoice")
    assert len(marketplace.requests) == 1


def test_carriers_are_read_with_their_rules(api, marketplace):
    marketplace.answer(
        success(
            "<ShipmentProviders><ShipmentProvider><Name>Australia Post</Name>"
            "<Default>1</Default><ApiIntegration>0</ApiIntegration><Cod>1</Cod>"
            "<TrackingCodeValidationRegex>/^AP\\d+$/i</TrackingCodeValidationRegex>"
            "<TrackingCodeExample>AP123</TrackingCodeExample>"
            "<TrackingUrl>https://post.example/{{{TRACKING_NR}}}</TrackingUrl>"
            "<EnabledDeliveryOptions><DeliveryOption>standard</DeliveryOption>"
            "<DeliveryOption>express</DeliveryOption></EnabledDeliveryOptions>"
            "</ShipmentProvider></ShipmentProviders>"
        )
    )
    assert api.shipment_providers() == (
        ShipmentProvider(
            name="Australia Post",
            default=True,
            tracking_pattern="/^AP\\d+$/i",
            tracking_example="AP123",
            tracking_url="https://post.example/{{{TRACKING_NR}}}",
        ),
    )


def test_failure_reasons_are_read(api, marketplace, asked):
    marketplace.answer(
        success(
            "<Reasons><Reason><Type>canceled</Type><Name>Out of stock</Name></Reason>"
            "<Reason><Type>returned</Type><Name>Too small</Name></Reason></Reasons>"
        )
    )
    assert api.failure_reasons() == (
        FailureReason("Out of stock", "canceled"),
        FailureReason("Too small", "returned"),
    )
    assert asked() == [("GET", "GetFailureReasons", {})]


def test_an_invoice_number_is_told(api, marketplace, asked):
    marketplace.answer(EMPTY)
    api.set_invoice_number("90001", "INV/2026/7")
    assert asked() == [
        (
            "POST",
            "SetInvoiceNumber",
            {"OrderItemId": "90001", "InvoiceNumber": "INV/2026/7"},
        )
    ]
    with pytest.raises(Refused, match="invoice"):
        api.set_invoice_number("90001", " ")


def test_a_webhook_is_registered(api, marketplace, asked):
    marketplace.answer(
        success("<Webhook><WebhookId>w-1</WebhookId><CreatedAt/></Webhook>")
    )
    url = "https://odoo.example/hook?a=1&b=<2>"
    assert api.create_webhook(url, ["onOrderCreated", "onFeedCompleted"]) == "w-1"
    assert asked() == [("POST", "CreateWebhook", {})]
    (body,) = marketplace.bodies
    assert body.split(b"?>")[1].strip() == (
        b"<Request><Webhook><CallbackUrl>https://odoo.example/hook?a=1&amp;b=&lt;2&gt;"
        b"</CallbackUrl><Events><Event>onOrderCreated</Event>"
        b"<Event>onFeedCompleted</Event></Events></Webhook></Request>"
    )


def test_a_webhook_without_id_leaves_the_outcome_unknown(api, marketplace):
    marketplace.answer(EMPTY)
    with pytest.raises(UnknownOutcome, match="id"):
        api.create_webhook("https://odoo.example", ["onOrderCreated"])


def test_webhooks_are_listed_and_taken_back(api, marketplace, asked):
    marketplace.answer(
        '{"SuccessResponse": {"Body": {"Webhooks": {"Webhook": {"WebhookId": "w-1", '
        '"CallbackUrl": "https://odoo.example", "CreatedAt": "2026-02-28 09:00:00", '
        '"Events": {"Event": "onOrderCreated"}}}}}}'
    )
    assert api.webhooks() == (
        Webhook("w-1", "https://odoo.example", ("onOrderCreated",)),
    )
    marketplace.answer(EMPTY)
    api.delete_webhook("w-1")
    assert asked()[1] == ("POST", "DeleteWebhook", {})
    assert marketplace.bodies[1].endswith(b"<Request><Webhook>w-1</Webhook></Request>")


def test_the_events_of_webhooks_are_listed(api, marketplace):
    marketplace.answer(
        success(
            "<Entities><Entity><Name>Order</Name><Events><Event>"
            "<EventName>Order created</EventName>"
            "<EventAlias>onOrderCreated</EventAlias></Event></Events></Entity>"
            "<Entity><Name>Empty</Name><Events/></Entity></Entities>"
        )
    )
    assert api.webhook_events() == (WebhookEvent("onOrderCreated"),)
