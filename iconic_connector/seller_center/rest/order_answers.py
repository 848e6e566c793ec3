"""REST v2's answers about orders, read into records (SellerCenter REST, Orders)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ..records import (
    Address,
    FailureReason,
    Order,
    OrderItem,
    Records,
    ShipmentProvider,
    Webhook,
    WebhookEvent,
)
from ..tree import Node
from ..values import (
    UTC_TIMES,
    Times,
    boolean,
    build_address,
    child,
    decimal,
    identifier,
    items_by_id,
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
    unmask,
    variation,
    whole_id,
)


def read_orders(orders: list[Node], times: Times = UTC_TIMES) -> Records:
    """Read the orders of a list; see `read_order`."""
    return read_each(
        orders,
        lambda row: read_order(row, times),
        key="order_id",
        names=("id", "number"),
        whole=True,
    )


def read_order(row: Node, times: Times = UTC_TIMES) -> Order:
    """Read an order with its items.

    :param times: how to read times.
    :raise UnreadableValue: if something that counts cannot be read.
    """
    customer, masked = unmask(
        first_name=text(row, "customer", "firstName"),
        last_name=text(row, "customer", "lastName"),
    )
    notes, _masked = unmask(
        gift_message=long_text(row, "gift", "message"),
        remarks=long_text(row, "remarks"),
        delivery_info=long_text(row, "deliveryInfo"),
    )
    currency = text(row, "currency")
    items = items_by_id(read_item(one, times, currency) for one in rows(row, "items"))
    return Order(
        order_id=whole_id(row, "id"),
        number=identifier(row, "number"),
        masked=masked,
        billing=_read_address(child(row, "address", "billing")),
        shipping=_read_address(child(row, "address", "shipping")),
        payment_method=text(row, "paymentMethod"),
        is_gift=boolean(row, "gift", "option"),
        currency=currency,
        grand_total=price(row, "grandTotal"),
        voucher_code=text(row, "voucher", "code"),
        exchange_for_order_id=link(row, "exchangeForOrderId"),
        exchange_by_order_id=link(row, "exchangeByOrderId"),
        target_to_ship=times.moment(row, "targetToShip"),
        created_at=times.past(row, "createdAt"),
        updated_at=times.past(row, "updatedAt"),
        items=tuple(items.values()),
        raw=json_ready(row),
        **customer,
        **notes,
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


def read_items(items: list[Node], times: Times = UTC_TIMES) -> Records:
    """Read items of several orders; see `read_item`.

    :return: the unreadable ones by the id of their order.
    """
    return read_each(
        items,
        lambda row: read_item(row, times),
        key="order_item_id",
        names=("orderId", "id"),
        whole=True,
    )


def read_item(row: Node, times: Times = UTC_TIMES, currency: str = "") -> OrderItem:
    """Read an item.

    :param times: how to read times.
    :raise UnreadableValue: if something that counts cannot be read.
    :param currency: the order's; items do not tell theirs.
    """
    shipment, failure = child(row, "shipment"), child(row, "failureReason")
    product = child(row, "product")
    vouchers = tuple(read_voucher(voucher) for voucher in rows(row, "vouchers"))
    unit_price, paid_price = price_or_paid(row, "unitPrice", "paidPrice")
    return OrderItem(
        order_item_id=whole_id(row, "id"),
        order_id=identifier(row, "orderId"),
        seller_sku=identifier(product, "sellerSku"),
        name=text(product, "name"),
        variation=variation(text(product, "variation")),
        status=text(row, "status"),
        shipping_type=text(shipment, "type"),
        is_digital=text(shipment, "providerType").lower() == "digital",
        currency=currency,
        unit_price=unit_price,
        paid_price=paid_price,
        tax_amount=price(row, "taxAmount"),
        tax_percent=decimal(row, "taxPercent"),
        shipping_fee=price(row, "shippingFee"),
        shipping_tax=money(row, "extraAttributes", "shipping_fee_sst"),
        shipping_service_cost=decimal(row, "shippingServiceCost"),
        shipping_voucher_amount=money(row, "shippingVoucherAmount"),
        voucher_amount=_sum(vouchers),
        voucher_code=vouchers[0].code if vouchers else "",
        vouchers=vouchers,
        wallet_credits=money(row, "walletCredits"),
        store_credits=money(row, "storeCredits"),
        commission=decimal(row, "paidCommission"),
        shipment_provider=text(shipment, "provider", "name"),
        tracking_code=text(shipment, "trackingCode"),
        invoice_number=text(row, "invoiceNumber"),
        reason=text(failure, "name"),
        reason_detail=long_text(failure, "details"),
        target_to_ship=times.moment(row, "targetToShipAt"),
        updated_at=times.past(row, "updatedAt"),
        status_changed_at=times.past(row, "lastStatusChangedAt"),
        raw=json_ready(row),
    )


def may_lack_vouchers(item: OrderItem) -> bool:
    """Return whether an item is cheaper than its price, and nothing says why."""
    amounts = (item.unit_price, item.paid_price)
    return not item.vouchers and None not in amounts and amounts[0] > amounts[1]


def with_vouchers(order: Order, items: Iterable[OrderItem]) -> Order:
    """Return an order with the vouchers of its items.

    :param items: the same items, as a list tells them.
    """
    told = {item.order_item_id: item for item in items}
    found = (
        _with_vouchers_of(item, told.get(item.order_item_id, item))
        for item in order.items
    )
    return replace(order, items=tuple(found))


def _with_vouchers_of(item: OrderItem, told: OrderItem) -> OrderItem:
    names = ("vouchers", "voucher_amount", "voucher_code")
    return replace(item, **{name: getattr(told, name) for name in names})


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


def read_shipment_providers(answer: Node) -> Records:
    """Read the carriers, those that are switched off too."""
    return read_each(rows(answer), _read_provider, key="name", names=("id", "name"))


def _read_provider(row: Node) -> ShipmentProvider:
    return ShipmentProvider(
        name=identifier(row, "name", required=True),
        provider_id=identifier(row, "uuid") or identifier(row, "id"),
        default=boolean(row, "default"),
        active=child(row, "status") is None or boolean(row, "status"),
        api_integration=boolean(row, "apiIntegrationAvailable"),
        tracking_url=long_text(row, "url"),
    )


def read_failure_reasons(answer: Node) -> Records:
    """Read why items may be cancelled, fail or come back."""
    return read_each(rows(answer), _read_reason, names=("id", "name"))


def _read_reason(row: Node) -> FailureReason:
    return FailureReason(
        name=text(row, "name"),
        reason_type=text(row, "type"),
        description=long_text(row, "description"),
        out_of_stock=boolean(row, "outOfStock"),
    )


def read_webhooks(answer: Node) -> Records:
    """Read the registered webhooks.

    The documentation describes calls of webhooks in place of the webhooks themselves,
    so that either's names are read.
    """
    return read_each(rows(answer, "items"), _read_webhook, names=("publicId",))


def _read_webhook(row: Node) -> Webhook:
    return Webhook(
        webhook_id=_first(row, "publicId", "webhookId", "uuid", "id"),
        url=_first(row, "callbackUrl", "url"),
        events=_texts(child(row, "events")) or _texts(child(row, "event")),
    )


def read_webhook_events(answer: Node) -> tuple[WebhookEvent, ...]:
    """Read what webhooks can be called for."""
    return tuple(
        WebhookEvent(text(event, "alias") or text(event, "name"))
        for entity in rows(answer, "events")
        for event in rows(entity, "events")
    )


def rows(node: Node, name: str = "items") -> list:
    """Return the rows of a list, bare or under a name."""
    return record_rows(node, name)


def _texts(node: Node) -> tuple[str, ...]:
    values = node if isinstance(node, list) else [node]
    return tuple(filter(None, map(text, values)))


def _first(row: Node, *names: str) -> str:
    return next(filter(None, (long_text(row, name) for name in names)), "")
