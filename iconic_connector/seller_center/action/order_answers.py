"""The Action API's answers about orders, read into records.

Where each list sits: SellerCenter, the reference page of each action.
"""

from __future__ import annotations

from datetime import datetime

from ..records import (
    Address,
    Document,
    FailureReason,
    Order,
    OrderItem,
    PackedItem,
    Records,
    ShipmentProvider,
    Webhook,
    WebhookEvent,
)
from ..tree import Fields, Node
from ..values import (
    UTC_TIMES,
    Times,
    as_list,
    boolean,
    build_address,
    build_document,
    child,
    decimal,
    file_content,
    first_price,
    identifier,
    json_in_text,
    json_ready,
    link,
    long_text,
    money,
    price,
    price_or_paid,
    read_each,
    read_voucher,
    record_rows,
    text,
    text_list,
    unmask,
    variation,
    whole_id,
)


def read_orders(body: Node, times: Times = UTC_TIMES) -> Records:
    """Read orders; the answers to GetOrders and GetOrder.

    :param times: how to read times.
    """
    rows = record_rows(child(body, "Orders"), "Order")
    return read_each(
        rows,
        lambda row: _read_order(row, times),
        key="order_id",
        names=("OrderId", "OrderNumber", "OrderNr"),
        whole=True,
    )


def _read_order(row: Node, times: Times) -> Order:
    customer, masked = unmask(
        first_name=text(row, "CustomerFirstName"),
        last_name=text(row, "CustomerLastName"),
    )
    notes, _masked = unmask(
        gift_message=long_text(row, "GiftMessage"),
        remarks=long_text(row, "Remarks"),
        delivery_info=long_text(row, "DeliveryInfo"),
    )
    return Order(
        order_id=whole_id(row, "OrderId"),
        number=identifier(row, "OrderNumber") or identifier(row, "OrderNr"),
        masked=masked,
        billing=_read_address(child(row, "AddressBilling")),
        shipping=_read_address(child(row, "AddressShipping")),
        payment_method=text(row, "PaymentMethod"),
        is_gift=boolean(row, "GiftOption"),
        currency=text(row, "Currency"),
        grand_total=first_price(row, "GrandTotal", "Price"),
        shipping_total=money(row, "ShippingFeeTotal"),
        tax_total=price(row, "TaxAmount"),
        voucher_code=text(row, "VoucherCode"),
        voucher_amount=money(row, "Voucher"),
        exchange_for_order_id=link(row, "ExchangeForOrderId"),
        exchange_by_order_id=link(row, "ExchangeByOrderId"),
        target_to_ship=_target(row, times),
        created_at=times.past(row, "CreatedAt"),
        updated_at=times.past(row, "UpdatedAt"),
        raw=json_ready(row),
        **customer,
        **notes,
    )


def _read_address(row: Node) -> Address | None:
    return build_address(
        first_name=text(row, "FirstName"),
        last_name=text(row, "LastName"),
        lines=[text(row, f"Address{number}") for number in range(1, 6)],
        city=text(row, "City"),
        ward=text(row, "Ward"),
        region=text(row, "Region"),
        postcode=text(row, "PostCode"),
        country=text(row, "Country"),
        email=text(row, "CustomerEmail"),
        phones=[text(row, "Phone"), text(row, "Phone2")],
    )


def read_order_items(body: Node, times: Times = UTC_TIMES) -> Records:
    """Read items, be they grouped by order (GetMultipleOrderItems) or not.

    :param times: how to read times.
    :return: the unreadable ones by the id of their order.
    """
    items = record_rows(child(body, "OrderItems"), "OrderItem")
    for order in as_list(child(body, "Orders"), "Order"):
        rows = record_rows(child(order, "OrderItems"), "OrderItem")
        items += [_with_order(row, text(order, "OrderId")) for row in rows]
    return read_each(
        items,
        lambda row: _read_item(row, times),
        key="order_item_id",
        names=("OrderId", "OrderItemId"),
        whole=True,
    )


def _with_order(row: Node, order_id: str) -> Node:
    """Return an item that names its order, even one that cannot be read."""
    known = {"OrderId": order_id} if order_id else {}
    return Fields({**row, **known}) if isinstance(row, dict) else known


def _read_item(row: Node, times: Times) -> OrderItem:
    vouchers = as_list(json_in_text(child(row, "Vouchers")), "Voucher")
    unit_price, paid_price = price_or_paid(row, "ItemPrice", "PaidPrice")
    return OrderItem(
        order_item_id=whole_id(row, "OrderItemId"),
        order_id=identifier(row, "OrderId"),
        seller_sku=identifier(row, "Sku"),
        name=text(row, "Name"),
        variation=variation(text(row, "Variation")),
        status=text(row, "Status"),
        shipping_type=text(row, "ShippingType"),
        is_digital=boolean(row, "IsDigital"),
        currency=text(row, "Currency"),
        unit_price=unit_price,
        paid_price=paid_price,
        tax_amount=price(row, "TaxAmount"),
        shipping_fee=price(row, "ShippingAmount"),
        shipping_tax=money(row, "ShippingTax"),
        shipping_service_cost=decimal(row, "ShippingServiceCost"),
        shipping_voucher_amount=money(row, "ShippingVoucher"),
        voucher_amount=money(row, "VoucherAmount"),
        voucher_code=text(row, "VoucherCode"),
        vouchers=tuple(read_voucher(voucher) for voucher in vouchers),
        wallet_credits=money(row, "WalletCredits"),
        store_credits=money(row, "StoreCredits"),
        shipment_provider=text(row, "ShipmentProvider"),
        tracking_code=text(row, "TrackingCode"),
        package_id=text(row, "PackageId"),
        reason=text(row, "Reason"),
        reason_detail=long_text(row, "ReasonDetail"),
        target_to_ship=_target(row, times),
        updated_at=times.past(row, "UpdatedAt"),
        raw=json_ready(row),
    )


def _target(row: Node, times: Times) -> datetime | None:
    """Read when it has to be shipped; shops spell the name in two ways."""
    found = times.moment(row, "PromisedShippingTime")
    return found or times.moment(row, "PromisedShippingTimes")


def read_packed(body: Node) -> tuple[PackedItem, ...]:
    """Read the items that were made ready to ship."""
    return tuple(
        PackedItem(
            order_item_id=text(row, "OrderItemId"),
            package_id=text(row, "PackageId"),
            shipment_provider=text(row, "ShipmentProvider"),
            tracking_code=text(row, "TrackingNumber") or text(row, "TrackingCode"),
        )
        for row in as_list(child(body, "OrderItems"), "OrderItem")
    )


def read_document(body: Node, document_type: str) -> Document | None:
    """Read the answer to GetDocument, None if it holds no readable file.

    :param document_type: the type for a document that does not tell its own.
    """
    rows = as_list(child(body, "Documents"), "Document") or as_list(body, "Document")
    for row in rows:
        content = file_content(row, "File")
        if content:
            kind = text(row, "DocumentType") or document_type
            return build_document(kind, text(row, "MimeType"), content)
    return None


def read_shipment_providers(body: Node) -> Records:
    """Read the carriers."""
    rows = record_rows(child(body, "ShipmentProviders"), "ShipmentProvider")
    return read_each(rows, _read_provider, key="name", names=("Name",))


def _read_provider(row: Node) -> ShipmentProvider:
    return ShipmentProvider(
        name=identifier(row, "Name", required=True),
        default=boolean(row, "Default"),
        api_integration=boolean(row, "ApiIntegration"),
        tracking_pattern=long_text(row, "TrackingCodeValidationRegex"),
        tracking_example=text(row, "TrackingCodeExample"),
        tracking_url=long_text(row, "TrackingUrl"),
    )


def read_failure_reasons(body: Node) -> Records:
    """Read why items may be cancelled, fail or come back."""
    rows = record_rows(child(body, "Reasons"), "Reason")
    return read_each(rows, _read_reason, names=("Name",))


def _read_reason(row: Node) -> FailureReason:
    return FailureReason(name=text(row, "Name"), reason_type=text(row, "Type"))


def read_webhooks(body: Node) -> Records:
    """Read the registered webhooks; also the one that was just registered."""
    rows = as_list(child(body, "Webhooks"), "Webhook") or as_list(body, "Webhook")
    return read_each(rows, _read_webhook, names=("WebhookId",))


def _read_webhook(row: Node) -> Webhook:
    return Webhook(
        webhook_id=identifier(row, "WebhookId"),
        url=long_text(row, "CallbackUrl"),
        events=text_list(row, "Events", "Event"),
    )


def read_webhook_events(body: Node) -> tuple[WebhookEvent, ...]:
    """Read what webhooks can be called for."""
    return tuple(
        WebhookEvent(text(event, "EventAlias") or text(event, "EventName"))
        for entity in as_list(child(body, "Entities"), "Entity")
        for event in as_list(child(entity, "Events"), "Event")
    )
