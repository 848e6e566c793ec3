"""The Action API's answers about orders, read into records.

Where each list sits: SellerCenter, the reference page of each action.
"""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo

from ..records import (
    Address,
    Document,
    FailureReason,
    Order,
    OrderItem,
    PackedItem,
    ShipmentProvider,
    Webhook,
    WebhookEvent,
)
from ..values import (
    Node,
    as_list,
    boolean,
    build_address,
    build_document,
    child,
    file_content,
    first_money,
    money,
    read_voucher,
    text,
    text_list,
    timestamp,
    unmask,
    variation,
)


def read_orders(body: Node, zone: tzinfo = timezone.utc) -> tuple[Order, ...]:
    """Read orders; the answers to GetOrders and GetOrder.

    :param zone: the zone of times that do not name one.
    """
    rows = as_list(child(body, "Orders"), "Order")
    return tuple(_read_order(row, zone) for row in rows)


def _read_order(row: Node, zone: tzinfo) -> Order:
    customer, masked = unmask(
        first_name=text(row, "CustomerFirstName"),
        last_name=text(row, "CustomerLastName"),
    )
    return Order(
        order_id=text(row, "OrderId"),
        number=text(row, "OrderNumber") or text(row, "OrderNr"),
        masked=masked,
        billing=_read_address(child(row, "AddressBilling")),
        shipping=_read_address(child(row, "AddressShipping")),
        payment_method=text(row, "PaymentMethod"),
        currency=text(row, "Currency"),
        grand_total=first_money(row, "GrandTotal", "Price"),
        shipping_total=money(row, "ShippingFeeTotal"),
        tax_total=money(row, "TaxAmount"),
        voucher_code=text(row, "VoucherCode"),
        voucher_amount=money(row, "Voucher"),
        target_to_ship=_target(row, zone),
        created_at=timestamp(row, "CreatedAt", zone=zone),
        updated_at=timestamp(row, "UpdatedAt", zone=zone),
        raw=row if isinstance(row, dict) else None,
        **customer,
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


def read_order_items(body: Node, zone: tzinfo = timezone.utc) -> tuple[OrderItem, ...]:
    """Read items, be they grouped by order (GetMultipleOrderItems) or not.

    :param zone: the zone of times that do not name one.
    """
    items = []
    for order in as_list(child(body, "Orders"), "Order"):
        rows = as_list(child(order, "OrderItems"), "OrderItem")
        order_id = text(order, "OrderId")
        items += [_read_item(row, zone, order_id) for row in rows]
    rows = as_list(child(body, "OrderItems"), "OrderItem")
    return (*items, *(_read_item(row, zone) for row in rows))


def _read_item(row: Node, zone: tzinfo, order_id: str = "") -> OrderItem:
    vouchers = as_list(child(row, "Vouchers"), "Voucher")
    return OrderItem(
        order_item_id=text(row, "OrderItemId"),
        order_id=text(row, "OrderId") or order_id,
        seller_sku=text(row, "Sku"),
        name=text(row, "Name"),
        variation=variation(text(row, "Variation")),
        status=text(row, "Status"),
        shipping_type=text(row, "ShippingType"),
        is_digital=boolean(row, "IsDigital"),
        currency=text(row, "Currency"),
        unit_price=money(row, "ItemPrice"),
        paid_price=money(row, "PaidPrice"),
        tax_amount=money(row, "TaxAmount"),
        shipping_fee=money(row, "ShippingAmount"),
        shipping_tax=money(row, "ShippingTax"),
        shipping_service_cost=money(row, "ShippingServiceCost"),
        voucher_amount=money(row, "VoucherAmount"),
        voucher_code=text(row, "VoucherCode"),
        vouchers=tuple(read_voucher(voucher) for voucher in vouchers),
        wallet_credits=money(row, "WalletCredits"),
        shipment_provider=text(row, "ShipmentProvider"),
        tracking_code=text(row, "TrackingCode"),
        package_id=text(row, "PackageId"),
        reason=text(row, "Reason"),
        reason_detail=text(row, "ReasonDetail"),
        target_to_ship=_target(row, zone),
        updated_at=timestamp(row, "UpdatedAt", zone=zone),
        raw=row if isinstance(row, dict) else None,
    )


def _target(row: Node, zone: tzinfo) -> datetime | None:
    """Read when it has to be shipped; shops spell the name in two ways."""
    return timestamp(row, "PromisedShippingTime", zone=zone) or timestamp(
        row, "PromisedShippingTimes", zone=zone
    )


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


def read_shipment_providers(body: Node) -> tuple[ShipmentProvider, ...]:
    """Read the carriers."""
    return tuple(
        ShipmentProvider(
            name=text(row, "Name"),
            default=boolean(row, "Default"),
            api_integration=boolean(row, "ApiIntegration"),
            tracking_pattern=text(row, "TrackingCodeValidationRegex"),
            tracking_example=text(row, "TrackingCodeExample"),
            tracking_url=text(row, "TrackingUrl"),
        )
        for row in as_list(child(body, "ShipmentProviders"), "ShipmentProvider")
    )


def read_failure_reasons(body: Node) -> tuple[FailureReason, ...]:
    """Read why items may be cancelled, fail or come back."""
    return tuple(
        FailureReason(name=text(row, "Name"), reason_type=text(row, "Type"))
        for row in as_list(child(body, "Reasons"), "Reason")
    )


def read_webhooks(body: Node) -> tuple[Webhook, ...]:
    """Read the registered webhooks; also the one that was just registered."""
    rows = as_list(child(body, "Webhooks"), "Webhook") or as_list(body, "Webhook")
    return tuple(
        Webhook(
            webhook_id=text(row, "WebhookId"),
            url=text(row, "CallbackUrl"),
            events=text_list(row, "Events", "Event"),
        )
        for row in rows
    )


def read_webhook_events(body: Node) -> tuple[WebhookEvent, ...]:
    """Read what webhooks can be called for."""
    return tuple(
        WebhookEvent(text(event, "EventAlias") or text(event, "EventName"))
        for entity in as_list(child(body, "Entities"), "Entity")
        for event in as_list(child(entity, "Events"), "Event")
    )
