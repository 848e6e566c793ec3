"""REST v2's answers about orders, read into records (SellerCenter REST, Orders)."""

from __future__ import annotations

from datetime import timezone, tzinfo
from decimal import Decimal

from ..records import (
    Address,
    FailureReason,
    Order,
    OrderItem,
    ShipmentProvider,
    Webhook,
    WebhookEvent,
)
from ..values import (
    Node,
    as_list,
    boolean,
    build_address,
    child,
    decimal,
    money,
    read_voucher,
    text,
    timestamp,
    unmask,
    variation,
)


def read_order(row: Node, zone: tzinfo = timezone.utc) -> Order:
    """Read an order with its items.

    :param zone: the zone of times that do not name one.
    """
    customer, masked = unmask(
        first_name=text(row, "customer", "firstName"),
        last_name=text(row, "customer", "lastName"),
    )
    currency = text(row, "currency")
    items = tuple(read_item(item, zone, currency) for item in rows(row, "items"))
    return Order(
        order_id=text(row, "id"),
        number=text(row, "number"),
        masked=masked,
        billing=_read_address(child(row, "address", "billing")),
        shipping=_read_address(child(row, "address", "shipping")),
        payment_method=text(row, "paymentMethod"),
        currency=currency,
        grand_total=money(row, "grandTotal"),
        voucher_code=text(row, "voucher", "code"),
        target_to_ship=timestamp(row, "targetToShip", zone=zone),
        created_at=timestamp(row, "createdAt", zone=zone),
        updated_at=timestamp(row, "updatedAt", zone=zone),
        items=items,
        raw=json_ready(row),
        **customer,
    )


def _read_address(row: Node) -> Address | None:
    return build_address(
        first_name=text(row, "firstName"),
        last_name=text(row, "lastName"),
        lines=_texts(child(row, "address")),
        city=text(row, "city"),
        ward=text(row, "ward"),
        region=text(row, "region"),
        postcode=text(row, "postCode"),
        country=text(row, "country"),
        email=text(row, "email"),
        phones=_texts(child(row, "phone")),
    )


def read_item(row: Node, zone: tzinfo = timezone.utc, currency: str = "") -> OrderItem:
    """Read an item.

    :param zone: the zone of times that do not name one.
    :param currency: the order's; items do not tell theirs.
    """
    shipment, failure = child(row, "shipment"), child(row, "failureReason")
    product = child(row, "product")
    vouchers = tuple(read_voucher(voucher) for voucher in rows(row, "vouchers"))
    return OrderItem(
        order_item_id=text(row, "id"),
        order_id=text(row, "orderId"),
        seller_sku=text(product, "sellerSku"),
        name=text(product, "name"),
        variation=variation(text(product, "variation")),
        status=text(row, "status"),
        shipping_type=text(shipment, "type"),
        is_digital=text(shipment, "providerType").lower() == "digital",
        currency=currency,
        unit_price=money(row, "unitPrice"),
        paid_price=money(row, "paidPrice"),
        tax_amount=money(row, "taxAmount"),
        tax_percent=decimal(row, "taxPercent"),
        shipping_fee=money(row, "shippingFee"),
        shipping_tax=money(row, "extraAttributes", "shipping_fee_sst"),
        shipping_service_cost=money(row, "shippingServiceCost"),
        shipping_voucher_amount=money(row, "shippingVoucherAmount"),
        voucher_amount=_sum(vouchers),
        voucher_code=vouchers[0].code if vouchers else "",
        vouchers=vouchers,
        wallet_credits=money(row, "walletCredits"),
        store_credits=money(row, "storeCredits"),
        commission=money(row, "paidCommission"),
        shipment_provider=text(shipment, "provider", "name"),
        tracking_code=text(shipment, "trackingCode"),
        invoice_number=text(row, "invoiceNumber"),
        reason=text(failure, "name"),
        reason_detail=text(failure, "details"),
        target_to_ship=timestamp(row, "targetToShipAt", zone=zone),
        updated_at=timestamp(row, "updatedAt", zone=zone),
        status_changed_at=timestamp(row, "lastStatusChangedAt", zone=zone),
        raw=json_ready(row),
    )


def _sum(vouchers) -> Decimal | None:
    amounts = [voucher.amount for voucher in vouchers if voucher.amount is not None]
    return sum(amounts) if amounts else None


def read_changed_ids(answer: Node, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Read which items were changed.

    :param asked: those that were asked for, for an answer that does not say.
    """
    if child(answer, "orderItemIds") is None:
        return asked
    return _texts(child(answer, "orderItemIds"))


def read_shipment_providers(answer: Node) -> tuple[ShipmentProvider, ...]:
    """Read the carriers, those that are switched off too."""
    return tuple(
        ShipmentProvider(
            name=text(row, "name"),
            provider_id=text(row, "uuid") or text(row, "id"),
            default=boolean(row, "default"),
            active=child(row, "status") is None or boolean(row, "status"),
            api_integration=boolean(row, "apiIntegrationAvailable"),
            tracking_url=text(row, "url"),
        )
        for row in rows(answer)
    )


def read_failure_reasons(answer: Node) -> tuple[FailureReason, ...]:
    """Read why items may be cancelled, fail or come back."""
    return tuple(
        FailureReason(
            name=text(row, "name"),
            reason_type=text(row, "type"),
            description=text(row, "description"),
            out_of_stock=boolean(row, "outOfStock"),
        )
        for row in rows(answer)
    )


def read_webhooks(answer: Node) -> tuple[Webhook, ...]:
    """Read the registered webhooks.

    The documentation describes calls of webhooks in place of the webhooks themselves,
    so that either's names are read.
    """
    return tuple(
        Webhook(
            webhook_id=_first(row, "publicId", "webhookId", "uuid", "id"),
            url=_first(row, "callbackUrl", "url"),
            events=_texts(child(row, "events")) or _texts(child(row, "event")),
        )
        for row in rows(answer, "items")
    )


def read_webhook_events(answer: Node) -> tuple[WebhookEvent, ...]:
    """Read what webhooks can be called for."""
    return tuple(
        WebhookEvent(text(event, "alias") or text(event, "name"))
        for entity in rows(answer, "events")
        for event in rows(entity, "events")
    )


def rows(node: Node, name: str = "items") -> list:
    """Return the records of a list, bare or under a name."""
    return [row for row in as_list(node, name) if isinstance(row, dict)]


def json_ready(node):
    """Copy an answer into what JSON can hold: amounts become text, to the digit."""
    if isinstance(node, dict):
        return {name: json_ready(value) for name, value in node.items()}
    if isinstance(node, list):
        return [json_ready(value) for value in node]
    return str(node) if isinstance(node, Decimal) else node


def _texts(node: Node) -> tuple[str, ...]:
    values = node if isinstance(node, list) else [node]
    return tuple(filter(None, map(text, values)))


def _first(row: Node, *names: str) -> str:
    return next(filter(None, (text(row, name) for name in names)), "")
