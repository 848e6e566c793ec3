"""REST v2's answers about orders, read into records (SellerCenter REST, Orders)."""

from __future__ import annotations

from datetime import timezone, tzinfo
from decimal import Decimal

from .envelope import Node, as_list, child, moment, text, truth, whole
from .order_records import (
    Address,
    FailureReason,
    Order,
    OrderItem,
    Return,
    ShipmentProvider,
    Webhook,
    WebhookEvent,
)
from .order_values import (
    decimal,
    make_address,
    money,
    read_voucher,
    unmask,
    variation,
)


def read_order(row: Node, zone: tzinfo = timezone.utc) -> Order:
    """Read an order with its units.

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
        statuses=_statuses(child(row, "statusList"), items),
        masked=masked,
        billing=_read_address(child(row, "address", "billing")),
        shipping=_read_address(child(row, "address", "shipping")),
        national_registration_number=text(row, "nationalRegistrationNumber"),
        payment_method=text(row, "paymentMethod"),
        currency=currency,
        grand_total=money(row, "grandTotal"),
        voucher_code=text(row, "voucher", "code"),
        provider_type=text(row, "shipmentProviderType"),
        invoice_required=truth(row, "invoiceRequired"),
        gift=truth(row, "gift", "option"),
        gift_message=text(row, "gift", "message"),
        remarks=text(row, "remarks"),
        delivery_info=text(row, "deliveryInfo"),
        item_count=whole(row, "itemCount"),
        packed_count=whole(row, "packedItemsCount"),
        target_to_ship=moment(row, "targetToShip", zone=zone),
        created_at=moment(row, "createdAt", zone=zone),
        updated_at=moment(row, "updatedAt", zone=zone),
        address_updated_at=moment(row, "addressUpdatedAt", zone=zone),
        items=items,
        item_ids=_texts(child(row, "orderItemIds"))
        or tuple(item.order_item_id for item in items),
        raw=plain(row),
        **customer,
    )


def _statuses(counts: Node, items: tuple[OrderItem, ...]) -> tuple[str, ...]:
    """Read ``{status: count}``, or else what the units say."""
    if isinstance(counts, dict) and counts:
        return tuple(status for status in counts if whole(counts, status) != 0)
    return tuple(dict.fromkeys(item.status for item in items if item.status))


def _read_address(row: Node) -> Address | None:
    return make_address(
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
    """Read a unit.

    :param zone: the zone of times that do not name one.
    :param currency: the order's; units do not tell theirs.
    """
    shipment, failure = child(row, "shipment"), child(row, "failureReason")
    product, purchase = child(row, "product"), child(row, "purchase")
    vouchers = tuple(read_voucher(voucher) for voucher in rows(row, "vouchers"))
    return OrderItem(
        order_item_id=text(row, "id"),
        order_id=text(row, "orderId"),
        seller_sku=text(product, "sellerSku"),
        shop_sku=text(product, "sku"),
        name=text(product, "name"),
        variation=variation(text(product, "variation")),
        status=text(row, "status"),
        shipping_type=text(shipment, "type"),
        is_processable=truth(row, "isProcessable"),
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
        cod_amount=money(row, "codCollectableAmount"),
        shipment_provider=text(shipment, "provider", "name"),
        pre_shipment_provider=text(shipment, "preProvider", "name"),
        provider_type=text(shipment, "providerType"),
        shipment_method=text(shipment, "method"),
        tracking_code=text(shipment, "trackingCode"),
        pre_tracking_code=text(shipment, "preTrackingCode"),
        purchase_order_id=text(purchase, "orderSrcId"),
        purchase_order_number=text(purchase, "orderNumber"),
        warehouse=text(row, "warehouseName"),
        invoice_number=text(row, "invoiceNumber"),
        reason=text(failure, "name"),
        reason_detail=text(failure, "details"),
        reason_type=text(failure, "type"),
        target_to_ship=moment(row, "targetToShipAt", zone=zone),
        created_at=moment(row, "createdAt", zone=zone),
        updated_at=moment(row, "updatedAt", zone=zone),
        status_changed_at=moment(row, "lastStatusChangedAt", zone=zone),
        allowed_actions=_texts(child(row, "actions")),
        raw=plain(row),
    )


def _sum(vouchers) -> Decimal | None:
    amounts = [voucher.amount for voucher in vouchers if voucher.amount is not None]
    return sum(amounts) if amounts else None


def read_changed_ids(answer: Node, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Read which units were changed.

    :param asked: those that were asked for, for an answer that does not say.
    """
    if child(answer, "orderItemIds") is None:
        return asked
    return _texts(child(answer, "orderItemIds"))


def read_packages(answer: Node) -> dict[str, str]:
    """Read which unit is in which package, both by id."""
    return {
        item_id: text(package, "id")
        for package in rows(answer)
        for item_id in _texts(child(package, "orderItemIds"))
    }


def read_returns(answer: Node) -> tuple[Return, ...]:
    """Read how units come back."""
    return tuple(
        Return(
            order_item_id=text(row, "orderItemId"),
            comment=text(row, "returnComment"),
            shipment_provider=text(row, "shipmentProvider"),
            tracking_code=text(row, "trackingCode"),
            source_id=text(row, "srcId"),
        )
        for row in rows(answer)
    )


def read_shipment_providers(answer: Node) -> tuple[ShipmentProvider, ...]:
    """Read the carriers, those that are switched off too."""
    return tuple(
        ShipmentProvider(
            name=text(row, "name"),
            provider_id=text(row, "uuid") or text(row, "id"),
            default=truth(row, "default"),
            active=child(row, "status") is None or truth(row, "status"),
            api_integration=truth(row, "apiIntegrationAvailable"),
            cash_on_delivery=truth(row, "cashOnDelivery"),
            tracking_url=text(row, "url"),
        )
        for row in rows(answer)
    )


def read_failure_reasons(answer: Node) -> tuple[FailureReason, ...]:
    """Read why units may be cancelled, fail or come back."""
    return tuple(
        FailureReason(
            name=text(row, "name"),
            reason_type=text(row, "type"),
            reason_id=text(row, "id"),
            description=text(row, "description"),
            out_of_stock=truth(row, "outOfStock"),
        )
        for row in rows(answer)
    )


def read_webhooks(answer: Node, zone: tzinfo = timezone.utc) -> tuple[Webhook, ...]:
    """Read the registered webhooks.

    The documentation describes calls of webhooks in place of the webhooks themselves,
    so that either's names are read.
    """
    return tuple(
        Webhook(
            webhook_id=_first(row, "publicId", "webhookId", "uuid", "id"),
            url=_first(row, "callbackUrl", "url"),
            events=_texts(child(row, "events")) or _texts(child(row, "event")),
            status=text(row, "status"),
            created_at=moment(row, "createdAt", zone=zone),
        )
        for row in rows(answer, "items")
    )


def read_webhook_events(answer: Node) -> tuple[WebhookEvent, ...]:
    """Read what webhooks can be called for."""
    return tuple(
        WebhookEvent(
            alias=text(event, "alias") or text(event, "name"),
            name=text(event, "name"),
            entity=text(entity, "name"),
        )
        for entity in rows(answer, "events")
        for event in rows(entity, "events")
    )


def rows(node: Node, name: str = "items") -> list:
    """Return the records of a list, bare or under a name."""
    return [row for row in as_list(node, name) if isinstance(row, dict)]


def plain(node):
    """Copy an answer into what JSON can hold: amounts become text, to the digit."""
    if isinstance(node, dict):
        return {name: plain(value) for name, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, Decimal) else node


def _texts(node: Node) -> tuple[str, ...]:
    values = node if isinstance(node, list) else [node]
    return tuple(filter(None, map(text, values)))


def _first(row: Node, *names: str) -> str:
    return next(filter(None, (text(row, name) for name in names)), "")
