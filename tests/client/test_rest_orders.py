"""Orders by REST v2: what each method asks, and how it reads the answer."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from fake_marketplace import parameters, path

from iconic_connector.seller_center import Refused, UnknownOutcome, transport
from iconic_connector.seller_center.errors import NotReady
from iconic_connector.seller_center.records import (
    Address,
    Document,
    DocumentTicket,
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
HOOK = "4d2a9f3e-6f0b-4a6e-9a57-1f2f8c1d0001"
FILE = "0b7cf1b4-8b0b-4f2e-8a4c-3d0c6a1a4444"
DOWNLOAD = f"/filemanager/v1/files/download/{FILE}"
STATUSES = "/v2/orders/statuses/set-to-"


@pytest.fixture
def changed(marketplace):
    """Return method, path and body of each call."""

    def changed():
        bodies = [body and json.loads(body) for body in marketplace.bodies]
        calls = [(call.method, path(call)) for call in marketplace.requests]
        return [(*call, body) for call, body in zip(calls, bodies, strict=True)]

    return changed


@pytest.fixture
def first(rest_api, marketplace, load):
    """Return the first order of the file, a full one."""
    marketplace.answer(load("rest_orders.json"))
    return rest_api.orders().records[0]


def test_orders_are_asked_for_from_the_newest_change_on(rest_api, marketplace, load):
    marketplace.answer(load("rest_orders.json"))
    page = rest_api.orders(
        updated_after=datetime(2026, 2, 28, 20, tzinfo=timezone(timedelta(hours=11))),
        status="ready_to_ship",
        numbers=["300064001", "300 64002"],
        offset=40,
        limit=20,
    )
    (request,) = marketplace.requests
    assert path(request) == "/v2/orders"
    assert sorted(parameters(request)) == [
        ("includeVoucherDetails", "true"),
        ("limit", "20"),
        ("offset", "40"),
        ("orderNumbers[]", "300 64002"),
        ("orderNumbers[]", "300064001"),
        ("section", "status_ready_to_ship"),
        ("sort", "updatedAt"),
        ("sortDir", "desc"),
        ("updateDateStart", "2026-02-28T09:00:00+00:00"),
    ]
    assert page.next_offset == 42
    assert [order.order_id for order in page.records] == ["4001", "4002"]


def test_all_four_ends_of_the_window_are_told(rest_api, marketplace):
    marketplace.answer({"items": []})
    rest_api.orders(*(CREATED + timedelta(days=number) for number in range(4)))
    given = dict(parameters(marketplace.requests[0]))
    ends = ("updateDateStart", "updateDateEnd", "dateStart", "dateEnd")
    assert [given[end][:10] for end in ends] == [
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
        "2026-03-03",
    ]


def test_orders_without_filters_are_all_orders(rest_api, marketplace):
    marketplace.answer({"items": []})
    rest_api.orders()
    assert dict(parameters(marketplace.requests[0])) == {
        "limit": "100",
        "offset": "0",
        "includeVoucherDetails": "true",
        "sort": "createdAt",
        "sortDir": "desc",
    }


def test_the_marketplace_says_where_the_orders_end(rest_api, marketplace):
    rows = [{"id": 1}]
    for pagination, following in (
        ({"hasNext": True}, 1),
        ({"hasNext": False}, None),
        ({"totalCount": 9}, 1),
        ({}, 1),
    ):
        marketplace.answer({"items": rows, "pagination": pagination})
        assert rest_api.orders(limit=100).next_offset == following
    marketplace.answer({"items": [], "pagination": {"hasNext": True}})
    assert rest_api.orders().next_offset is None


def test_an_unknown_state_is_never_asked_for(rest_api, marketplace):
    with pytest.raises(Refused, match="unheard"):
        rest_api.orders(status="unheard")
    assert not marketplace.requests


def test_an_order_is_read_to_the_cent(first):
    assert (first.order_id, first.number) == ("4001", "300064001")
    assert (first.first_name, first.last_name) == ("Ada", "Lovelace")
    assert first.currency == "AUD"
    assert first.grand_total == Decimal("1309.90")
    assert first.voucher_code == "WELCOME"
    assert first.created_at == CREATED
    assert first.updated_at == datetime(2026, 3, 1, 8, 30, 0, 250000, tzinfo=UTC)
    assert first.target_to_ship == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert first.payment_method == "Braintree"
    assert (first.is_gift, first.gift_message) == (True, "Happy birthday")
    assert (first.remarks, first.delivery_info) == ("Ring twice", "Leave at door")
    assert [item.order_item_id for item in first.items] == ["90001", "90002"]


def test_an_address_keeps_its_lines_and_leading_zeros(first):
    assert first.billing == Address(
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


def test_masked_data_is_empty_and_named(first):
    address = first.shipping
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


def test_a_masked_customer_is_empty_and_named(rest_api, marketplace):
    customer = {"firstName": "#####", "lastName": None}
    marketplace.answer({"id": 1, "customer": customer})
    order = rest_api.order("1")
    assert (order.first_name, order.last_name) == ("", "")
    assert order.masked == ("first_name",)


def test_an_order_of_few_words_is_read_too(rest_api, marketplace, load):
    marketplace.answer(load("rest_orders.json"))
    order = rest_api.orders().records[1]
    assert (order.billing, order.shipping) == (None, None)
    assert order.items == ()
    assert (order.grand_total, order.created_at) == (None, None)


def test_what_came_is_kept_to_the_digit_and_ready_for_json(first):
    raw = json.loads(json.dumps(first.raw))
    assert raw["grandTotal"] == "1309.9"
    assert raw["items"][0]["paidPrice"] == "1249.949951171875"
    assert raw["items"][0] == first.items[0].raw


def test_an_order_brings_its_items_with_all_that_an_import_needs(first):
    assert first.items[0] == OrderItem(
        order_item_id="90001",
        order_id="4001",
        seller_sku="SKU-1",
        name="Linen Dress",
        variation="M",
        status="ready_to_ship",
        shipping_type="dropshipping",
        currency="AUD",
        unit_price=Decimal("1299.95"),
        paid_price=Decimal("1249.95"),
        tax_amount=Decimal("113.63"),
        tax_percent=Decimal("10.5"),
        shipping_fee=Decimal("9.95"),
        shipping_tax=Decimal("0.90"),
        shipping_voucher_amount=Decimal("0.00"),
        voucher_amount=Decimal("50.00"),
        voucher_code="WELCOME",
        vouchers=(
            Voucher(
                "WELCOME",
                amount=Decimal("50.00"),
                seller_share=Decimal("40.5"),
                funded_by_seller=Decimal("20.25"),
                cashback_percentage=Decimal("0"),
                cashback_seller_share=Decimal("0"),
                cashback_funded_by_seller=Decimal("0.00"),
            ),
        ),
        wallet_credits=Decimal("0.00"),
        store_credits=Decimal("10.00"),
        commission=Decimal("250.00"),
        shipment_provider="Australia Post",
        tracking_code="AP1",
        invoice_number="INV/7",
        target_to_ship=datetime(2026, 3, 3, 5, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        status_changed_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )


def test_a_cancelled_item_of_the_marketplaces_stock_is_told_apart(first):
    ours, theirs = first.items
    assert (ours.own_warehouse, theirs.own_warehouse) == (False, True)
    assert (theirs.status, theirs.variation) == ("canceled", "")
    assert (theirs.reason, theirs.reason_detail) == ("Out of stock", "Moths")
    assert (theirs.paid_price, theirs.voucher_amount) == (None, None)


@pytest.mark.parametrize(
    "kind", ["crossdocking", "dropshipping_crossdocking", "Cross docking", "", "new"]
)
def test_other_items_are_the_sellers_to_ship(kind):
    assert not OrderItem("1", shipping_type=kind).own_warehouse


def test_an_order_is_read_by_its_id(rest_api, marketplace, load):
    marketplace.answer(json.loads(load("rest_orders.json"))["items"][0])
    assert rest_api.order("4001").items[1].order_item_id == "90002"
    assert path(marketplace.requests[0]) == "/v2/orders/4001"


def test_an_order_that_had_vouchers_is_asked_for_their_details(
    rest_api, marketplace, load
):
    page = json.loads(load("rest_orders.json"))
    order = page["items"][0]
    items = order["items"]
    bare = [{**item, "vouchers": []} for item in items]
    marketplace.answer({**order, "items": bare})
    marketplace.answer({"items": items, "pagination": {"totalCount": len(items)}})
    item = rest_api.order("4001").items[0]
    assert item.vouchers[0].funded_by_seller == Decimal("20.25")
    assert (item.voucher_amount, item.currency) == (Decimal("50.00"), "AUD")
    assert parameters(marketplace.requests[1])[:1] == [("orderIds[]", "4001")]


def test_an_order_that_is_not_there_is_refused(rest_api, marketplace):
    marketplace.refuse(404, "Order 4001 not found", title="Not Found")
    with pytest.raises(Refused, match="4001 not found"):
        rest_api.order("4001")


def test_items_are_read_to_the_last_page(rest_api, marketplace, load):
    rows = json.loads(load("rest_orders.json"))["items"][0]["items"]
    first, second = ({**row, "orderId": 4001} for row in rows)
    marketplace.answer({"items": [first], "pagination": {"totalCount": 2}})
    marketplace.answer({"items": [second], "pagination": {"totalCount": 2}})
    items = rest_api.order_items(["4001", 4002, "4001"])
    assert [item.order_item_id for item in items] == ["90001", "90002"]
    assert items[0].unit_price == Decimal("1299.95")
    assert sorted(parameters(marketplace.requests[1])) == [
        ("includeVoucherDetails", "true"),
        ("limit", "100"),
        ("offset", "1"),
        ("orderIds[]", "4001"),
        ("orderIds[]", "4002"),
    ]
    assert len(marketplace.requests) == 2


def test_items_of_many_orders_are_read_in_several_calls(rest_api, marketplace):
    for _call in range(3):
        marketplace.answer({"items": []})
    rest_api.order_items(map(str, range(1, 102)))
    calls = [parameters(request) for request in marketplace.requests]
    ids = [[v for name, v in call if name == "orderIds[]"] for call in calls]
    assert [len(some) for some in ids] == [50, 50, 1]


def test_items_of_no_orders_need_no_call(rest_api, marketplace):
    assert rest_api.order_items([]) == ()
    assert not marketplace.requests


def test_an_id_that_is_no_number_is_never_sent(rest_api, marketplace):
    for call in (
        lambda: rest_api.order("4001/../1"),
        lambda: rest_api.order_items(["4001", "x"]),
        lambda: rest_api.set_shipped(["90001", ""]),
        lambda: rest_api.fetch_document(DocumentTicket("invoice")),
    ):
        with pytest.raises(Refused, match="no number"):
            call()
    assert not marketplace.requests


def test_ready_to_ship_names_the_items_in_its_own_way(rest_api, marketplace, changed):
    marketplace.answer({"orderItemIds": [90001]})
    packed = rest_api.set_ready_to_ship(
        ["90001"], "dropship", "Toll", "T1", package_id="9"
    )
    assert packed == (PackedItem("90001"),)
    assert changed() == [
        (
            "POST",
            f"{STATUSES}ready-to-ship",
            {
                "orderItems": [{"id": 90001}],
                "deliveryType": "dropship",
                "shippingProvider": "Toll",
                "trackingNumber": "T1",
            },
        )
    ]


def test_a_parcel_that_the_carrier_numbers_has_an_empty_tracking_number(
    rest_api, marketplace, changed
):
    marketplace.answer({"orderItemIds": [90001]})
    rest_api.set_ready_to_ship(["90001"], "pickup")
    ((_method, _path, body),) = changed()
    assert body == {
        "orderItems": [{"id": 90001}],
        "deliveryType": "pickup",
        "trackingNumber": "",
    }


def test_an_unknown_delivery_type_is_never_sent(rest_api, marketplace):
    with pytest.raises(Refused, match="pigeon"):
        rest_api.set_ready_to_ship(["90001"], "pigeon")
    assert not marketplace.requests


@pytest.mark.parametrize(
    ("method", "state"),
    [
        ("set_shipped", "shipped"),
        ("receive_return", "return-received"),
        ("approve_return", "return-approved"),
    ],
)
def test_items_change_their_state_in_one_call(
    rest_api, marketplace, changed, method, state
):
    marketplace.answer({"orderItemIds": [90001, 90002]})
    done = getattr(rest_api, method)(["90001", "90002"])
    assert done == ("90001", "90002")
    body = {"orderItemIds": [90001, 90002]}
    assert changed() == [("POST", f"{STATUSES}{state}", body)]


@pytest.mark.parametrize(
    ("method", "state"),
    [
        ("cancel_items", "cancelled"),
        ("reject_return", "return-rejected"),
    ],
)
def test_a_reason_goes_with_the_items(rest_api, marketplace, changed, method, state):
    for detail in ("Moths", ""):
        marketplace.answer({"orderItemIds": [90001]})
        getattr(rest_api, method)(["90001"], " Out of stock", detail)
    body = {"orderItemIds": [90001], "reason": "Out of stock"}
    assert changed() == [
        ("POST", f"{STATUSES}{state}", {**body, "reasonDetail": "Moths"}),
        ("POST", f"{STATUSES}{state}", body),
    ]
    with pytest.raises(Refused, match="reasons"):
        getattr(rest_api, method)(["90001"], None)
    assert len(marketplace.requests) == 2


def test_the_marketplace_says_which_items_changed(rest_api, marketplace):
    marketplace.answer({"orderItemIds": [90001, "90003"]})
    assert rest_api.cancel_items(["90001"], "Late") == ("90001", "90003")
    marketplace.answer({"orderItemIds": []})
    assert rest_api.set_shipped(["90001"]) == ()
    marketplace.answer({})
    assert rest_api.set_shipped(["90001"]) == ("90001",)


def test_nothing_is_asked_for_no_items(rest_api, marketplace):
    assert rest_api.set_shipped([]) == ()
    assert rest_api.set_ready_to_ship([], "dropship") == ()
    assert not marketplace.requests


def test_a_change_is_sent_once_even_if_nobody_knows_what_came_of_it(
    rest_api, marketplace
):
    marketplace.answer("", status=504)
    with pytest.raises(UnknownOutcome):
        rest_api.set_shipped(["90001"])
    assert len(marketplace.requests) == 1


def test_a_refused_change_says_why(rest_api, marketplace):
    marketplace.refuse(422, "Order item 90001 can not be set to shipped")
    with pytest.raises(Refused, match="can not be set"):
        rest_api.set_shipped(["90001"])


def test_a_tracking_number_is_changed_with_and_without_its_carrier(
    rest_api, marketplace, changed
):
    marketplace.answer("")
    rest_api.change_tracking("90001", "AP2")
    marketplace.answer({"id": 90001})
    rest_api.change_tracking("90001", "T1", "Toll")
    assert changed() == [
        ("POST", "/v2/order-item/90001/tracking-code", {"trackingCode": "AP2"}),
        (
            "POST",
            "/v2/order-item/90001/shipping-provider",
            {"trackingCode": "T1", "shippingProvider": "Toll"},
        ),
    ]
    with pytest.raises(Refused, match="tracking number"):
        rest_api.change_tracking("90001", "")


def test_an_invoice_number_is_told(rest_api, marketplace, changed):
    marketplace.answer({"orderItemId": 90001, "invoiceNumber": "INV/2026/7"})
    rest_api.set_invoice_number("90001", "INV/2026/7")
    body = {"orderItemId": 90001, "invoiceNumber": "INV/2026/7"}
    assert changed() == [("POST", "/v2/orders/set-invoice-number", body)]


def test_a_file_may_be_longer_than_an_answer_that_is_parsed(
    rest_api, marketplace, monkeypatch
):
    monkeypatch.setattr(transport, "MAX_ANSWER_SIZE", 1000)
    monkeypatch.setattr(transport, "MAX_FILE_SIZE", 2000)
    ticket = DocumentTicket("shippingLabel", ticket_id="55")
    ready = {
        "id": 55,
        "status": "Finished",
        "downloadLinks": [f"https://api.example{DOWNLOAD}"],
    }
    label = b"%PDF" + b"<" * 1996
    marketplace.answer(ready)
    marketplace.stand(DOWNLOAD, label)
    assert rest_api.fetch_document(ticket).content == label
    marketplace.answer(ready)
    marketplace.stand(DOWNLOAD, label + b"<")
    with pytest.raises(UnknownOutcome, match="too long to read"):
        rest_api.fetch_document(ticket)


def test_a_document_is_asked_for_and_fetched_later(rest_api, marketplace, changed):
    marketplace.answer({"id": 55, "status": "Queued"}, status=201)
    ticket = rest_api.ask_document(["90001"], "shippingLabel")
    assert ticket == DocumentTicket("shippingLabel", ticket_id="55")
    marketplace.answer({"id": 55, "status": "Processing", "downloadLinks": []})
    assert rest_api.fetch_document(ticket) is None
    links = [f"https://api.example{DOWNLOAD}"]
    marketplace.answer({"id": 55, "status": "Finished", "downloadLinks": links})
    marketplace.answer(b"%PDF-1.4", Content_Type="application/octet-stream")
    document = rest_api.fetch_document(ticket)
    assert document == Document("shippingLabel", "application/pdf", b"%PDF-1.4")
    assert document.extension == "pdf"
    body = {"orderItemIds": [90001], "documentType": "shippingLabel", "format": "pdf"}
    assert changed() == [
        ("POST", "/v2/orders/export-document", body),
        ("GET", "/v2/exports/55", None),
        ("GET", "/v2/exports/55", None),
        ("GET", DOWNLOAD, None),
    ]


@pytest.mark.parametrize(
    "export",
    [
        {"downloadLinks": [DOWNLOAD]},
        {"downloadLinks": DOWNLOAD},
        {"downloadLinks": [], "uuid": FILE},
        {"downloadLinks": None, "uuid": FILE},
        {"downloadLinks": ["https://elsewhere.example/label.pdf"], "uuid": FILE},
        {"downloadLinks": [f"https://elsewhere.example{DOWNLOAD}"]},
    ],
)
def test_a_file_is_only_ever_fetched_from_the_api_itself(rest_api, marketplace, export):
    marketplace.answer({"id": 55, "status": "finished", **export})
    marketplace.answer(b"<html>", Content_Type="text/html; charset=UTF-8")
    document = rest_api.fetch_document(DocumentTicket("invoice", "55"))
    assert document == Document("invoice", "text/html", b"<html>")
    assert marketplace.requests[1].url == f"https://api.example{DOWNLOAD}"


@pytest.mark.parametrize(
    ("export", "words"),
    [
        ({"status": "Expired"}, "again"),
        ({"status": "Error", "note": "No such parcel"}, "No such parcel"),
        ({"status": "Error", "note": ""}, "could not make"),
        ({"status": "Finished"}, "where"),
    ],
)
def test_a_document_that_will_never_come_is_refused(
    rest_api, marketplace, export, words
):
    marketplace.answer({"id": 55, **export})
    with pytest.raises(Refused, match=words):
        rest_api.fetch_document(DocumentTicket("invoice", "55"))


def test_a_document_that_nobody_can_make_is_never_asked_for(rest_api, marketplace):
    for items, kind, form in (
        (["90001"], "poem", "pdf"),
        (["90001"], "invoice", "docx"),
        ([], "invoice", "pdf"),
    ):
        with pytest.raises(Refused):
            rest_api.ask_document(items, kind, form)
    assert not marketplace.requests


@pytest.mark.parametrize(
    "words",
    [
        "Order Item must be packed. Please call setStatusToReadyToShip before",
        "Some order items are not yet ready to be processed (90001).",
    ],
)
def test_a_label_that_is_not_there_yet_is_to_be_asked_for_later(
    rest_api, marketplace, words
):
    marketplace.refuse(422, words)
    with pytest.raises(NotReady, match="90001|packed"):
        rest_api.ask_document(["90001"], "shippingLabel")
    marketplace.refuse(422, "Order Item 90001 does not exist")
    with pytest.raises(Refused):
        rest_api.ask_document(["90001"], "shippingLabel")


def test_a_document_without_number_leaves_the_outcome_unknown(rest_api, marketplace):
    marketplace.answer({}, status=201)
    with pytest.raises(UnknownOutcome, match="number"):
        rest_api.ask_document(["90001"], "invoice")


def test_carriers_are_read(rest_api, marketplace):
    marketplace.answer(
        [
            {
                "id": 3,
                "uuid": "u-3",
                "name": "Australia Post",
                "default": True,
                "apiIntegrationAvailable": True,
                "status": True,
                "cashOnDelivery": False,
                "url": "https://post.example/{{{TRACKING_NR}}}",
            },
            {"id": 4, "name": "Toll", "status": False},
            {"name": "Courier"},
        ]
    )
    assert rest_api.shipment_providers() == (
        ShipmentProvider(
            name="Australia Post",
            provider_id="u-3",
            default=True,
            api_integration=True,
            tracking_url="https://post.example/{{{TRACKING_NR}}}",
        ),
        ShipmentProvider(name="Toll", provider_id="4", active=False),
        ShipmentProvider(name="Courier", active=True),
    )


def test_failure_reasons_are_read(rest_api, marketplace):
    marketplace.answer(
        [
            {
                "id": 9,
                "type": "canceled",
                "name": "Out of stock",
                "description": "None left",
                "outOfStock": True,
            }
        ]
    )
    assert rest_api.failure_reasons() == (
        FailureReason("Out of stock", "canceled", "None left", True),
    )


def test_a_webhook_is_registered_and_taken_back(rest_api, marketplace, changed):
    marketplace.answer({"webhookId": HOOK}, status=201)
    url = "https://odoo.example/hook"
    assert rest_api.create_webhook(url, ("onOrderCreated", "onFeedCompleted")) == HOOK
    marketplace.answer("", status=204)
    rest_api.delete_webhook(HOOK)
    body = {"callbackUrl": url, "events": ["onOrderCreated", "onFeedCompleted"]}
    assert changed() == [
        ("POST", "/v2/webhook", body),
        ("DELETE", f"/v2/webhook/{HOOK}", None),
    ]


def test_a_webhook_without_id_leaves_the_outcome_unknown(rest_api, marketplace):
    marketplace.answer({}, status=201)
    with pytest.raises(UnknownOutcome, match="id"):
        rest_api.create_webhook("https://odoo.example", ["onOrderCreated"])


@pytest.mark.parametrize(
    "row",
    [
        {"publicId": HOOK, "callbackUrl": "https://odoo.example", "events": ["a", "b"]},
        {"id": 1, "webhookId": HOOK, "url": "https://odoo.example", "events": "a"},
        {"uuid": HOOK, "url": "https://odoo.example", "event": "a"},
    ],
)
def test_webhooks_are_listed_whichever_names_their_fields_have(
    rest_api, marketplace, row
):
    row = {**row, "status": "success", "createdAt": "2026-02-28T09:00:00.000000Z"}
    marketplace.answer({"items": [row]})
    (found,) = rest_api.webhooks()
    events = tuple(row.get("events", "a"))
    assert found == Webhook(HOOK, "https://odoo.example", events)


def test_the_events_of_webhooks_are_listed(rest_api, marketplace):
    event = {"name": "Order created", "alias": "onOrderCreated"}
    marketplace.answer({"events": [{"name": "Order", "events": [event]}]})
    assert rest_api.webhook_events() == (WebhookEvent("onOrderCreated"),)
