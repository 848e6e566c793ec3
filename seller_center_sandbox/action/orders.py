"""Actions that read orders (SellerCenter: GetOrders, GetOrderItems, GetDocument)."""

import base64
import json

from ..core import const
from ..core.errors import api_error
from ..core.settings import ORDER_ROLE
from ..core.times import body_time, is_within
from ..orders import statuses
from ..orders.shipping import PROVIDERS, find_provider
from ..orders.statuses import FAILURE_REASONS
from .calls import (
    Answer,
    action,
    order_item_ids,
    read_time,
    required,
    required_list,
    whole_number,
)

_SORT_FIELDS = ("created_at", "updated_at")
_DIRECTIONS = ("ASC", "DESC")


@action("GetOrders", "Orders", role=ORDER_ROLE)
def get_orders(call):
    """List orders, filtered, sorted and paged."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(parameters, "Limit", const.ORDERS_DEFAULT_LIMIT, 19, low=1)
    chosen = _select(call)
    page = chosen[offset : offset + min(limit, const.ORDERS_MAX_LIMIT)]
    nodes = [order_node(call, order) for order in page]
    return Answer({"Orders": {"Order": nodes}}, total_count=len(chosen))


@action("GetOrder", "Order", role=ORDER_ROLE)
def get_order(call):
    """Return one order without its items."""
    order = _named_order(call)
    return Answer({"Orders": {"Order": [order_node(call, order)]}})


@action("GetOrderItems", "OrderItems", role=ORDER_ROLE)
def get_order_items(call):
    nodes = item_nodes(call, _named_order(call))
    return Answer({"OrderItems": {"OrderItem": nodes}})


@action("GetMultipleOrderItems", "Orders", role=ORDER_ROLE)
def get_multiple_order_items(call):
    """List the items of several orders."""
    ids = required_list(call, "OrderIdList", 56)
    if len(ids) > const.MAX_ORDER_IDS:
        raise api_error(38)
    known = {str(order.id): order for order in call.sandbox.orders.orders.values()}
    if any(one not in known for one in ids):
        raise api_error(37)
    nodes = [
        {
            "OrderId": order.id,
            "OrderNumber": order.number,
            "OrderItems": {"OrderItem": item_nodes(call, order)},
        }
        for order in map(known.get, dict.fromkeys(ids))
    ]
    return Answer({"Orders": {"Order": nodes}})


@action("GetFailureReasons", "Reasons", role=ORDER_ROLE)
def get_failure_reasons(call):
    """List the reasons that a seller may give."""
    nodes = [
        {"Type": one.type, "Name": one.name}
        for one in FAILURE_REASONS
        if one.type != "canceled_system"
    ]
    return Answer({"Reasons": {"Reason": nodes}})


@action("GetShipmentProviders", "ShipmentProvider", role=ORDER_ROLE)
def get_shipment_providers(call):
    """List the carriers."""
    nodes = [provider_node(one) for one in PROVIDERS]
    return Answer({"ShipmentProviders": {"ShipmentProvider": nodes}})


@action("GetTrackingCode", "TrackingCode", role=ORDER_ROLE)
def get_tracking_code(call):
    """Return the tracking number of a package."""
    name = required(call, "packageId")
    provider = find_provider(required(call, "shipping_provider_name"))
    book = call.sandbox.orders
    package = next((one for one in book.packages.values() if one.name == name), None)
    if not package or not package.item_ids:
        raise api_error(121)
    item = book.items[package.item_ids[0]]
    if item.provider != provider.name:
        raise api_error(25, provider.name)
    number = item.shown_tracking(call.sandbox.now())
    node = {"DispatchId": package.id if number else "", "TrackingNumber": number}
    return Answer({"TrackingCode": node})


@action("GetDocument", "Document", role=ORDER_ROLE)
def get_document(call):
    """Return an invoice, a label or the like."""
    items = call.sandbox.orders.find_items(order_item_ids(call, 20), 20)
    kind = required(call, "DocumentType")
    if kind not in const.DOCUMENT_TYPES:
        raise api_error(32, kind)
    mime_type, content = call.sandbox.exports.request(call.user_id, kind, items)
    node = {
        "DocumentType": kind,
        "MimeType": mime_type,
        "File": base64.b64encode(content).decode(),
    }
    return Answer({"Documents": {"Document": node}})


def _named_order(call):
    return call.sandbox.orders.find_order(required(call, "OrderId"))


def _select(call):
    parameters, zone = call.parameters, call.sandbox.zone
    times = {
        name: read_time(parameters, name, zone)
        for name in ("CreatedAfter", "CreatedBefore", "UpdatedAfter", "UpdatedBefore")
    }
    if not times["CreatedAfter"] and not times["UpdatedAfter"]:
        raise api_error(18)
    status = parameters.get("Status", "")
    if status and status not in statuses.ITEM_STATUSES:
        raise api_error(36)
    field, direction = _sorting(parameters)
    found = [
        order
        for order in call.sandbox.orders.orders.values()
        if is_within(order.created_at, times["CreatedAfter"], times["CreatedBefore"])
        and is_within(order.updated_at, times["UpdatedAfter"], times["UpdatedBefore"])
        and (not status or status in order.statuses)
    ]
    return sorted(
        found,
        key=lambda order: (getattr(order, field), order.id),
        reverse=direction == "DESC",
    )


def _sorting(parameters):
    field = parameters.get("SortBy", "") or "created_at"
    direction = parameters.get("SortDirection", "") or "ASC"
    if direction not in _DIRECTIONS:
        raise api_error(74)
    if field not in _SORT_FIELDS:
        raise api_error(75)
    return field, direction


# The classic API's words for who ships an item.
SHIPPING_TYPES = {
    const.DROPSHIPPING: "Dropshipping",
    const.CROSSDOCKING: "Cross docking",
    const.WAREHOUSE: "Own Warehouse",
}


def order_node(call, order):
    """Write an order.

    :param call: `Call`.
    :param order: `Order`.
    :return: element names and values.
    """
    zone = call.sandbox.zone
    shipping, billing = call.sandbox.orders.customer(order)
    return {
        "OrderId": order.id,
        "CustomerFirstName": shipping.first_name,
        "CustomerLastName": shipping.last_name,
        "OrderNumber": order.number,
        "PaymentMethod": order.payment_method,
        "Remarks": order.remarks,
        "DeliveryInfo": order.delivery_info,
        "Price": order.total,
        "GiftOption": order.gift_option,
        "GiftMessage": order.gift_message,
        "VoucherCode": next((one.voucher_code for one in order.items), ""),
        "CreatedAt": body_time(order.created_at, zone),
        "UpdatedAt": body_time(order.updated_at, zone),
        "AddressUpdatedAt": body_time(
            order.address_updated_at or order.created_at, zone
        ),
        "AddressBilling": _address(billing),
        "AddressShipping": _address(shipping),
        "NationalRegistrationNumber": order.national_registration_number,
        "ItemsCount": len(order.items),
        "PromisedShippingTime": body_time(order.target_to_ship, zone),
        "ExtraAttributes": "{}",
        "InvoiceRequired": order.invoice_required,
        "ShippingType": SHIPPING_TYPES[order.items[0].shipment_type],
        "GrandTotal": order.total,
        "ProductTotal": order.total_of("paid_price"),
        "TaxAmount": order.total_of("tax_amount"),
        "ShippingFeeTotal": order.total_of("shipping_amount"),
        "ShippingTax": order.total_of("shipping_tax"),
        "Voucher": order.total_of("voucher_amount"),
        "ExchangeForOrderId": order.exchange_for,
        "ExchangeByOrderId": order.exchange_by,
        "Statuses": {"Status": list(order.statuses)},
    }


def _address(address):
    lines = {f"Address{n}": line for n, line in enumerate(address.five_lines, 1)}
    return {
        "FirstName": address.first_name,
        "LastName": address.last_name,
        "Phone": address.phone,
        "Phone2": address.phone2,
        **lines,
        "CustomerEmail": address.email,
        "City": address.city,
        "Ward": address.ward,
        "Region": address.region,
        "PostCode": address.post_code,
        "Country": address.country,
    }


def item_nodes(call, order):
    """Write the items of an order.

    :param call: `Call`.
    :param order: `Order`.
    :return: list of nodes.
    """
    return [_item(call, order, item) for item in order.items]


def _item(call, order, item):
    return {
        "OrderItemId": item.id,
        "ShopId": call.sandbox.settings.active_shop,
        "OrderId": order.id,
        "Name": item.name,
        "Sku": item.seller_sku,
        "Variation": item.variation,
        "ShopSku": item.shop_sku,
        "ShippingType": SHIPPING_TYPES[item.shipment_type],
        **_amounts(order, item),
        **_parcel(call, order, item),
        **_times(call.sandbox.zone, item),
        "ReturnStatus": "",
        "SalesType": "",
        "Vouchers": _vouchers(item),
    }


def _amounts(order, item):
    return {
        "ItemPrice": item.item_price,
        "PaidPrice": item.paid_price,
        "Currency": order.currency,
        "WalletCredits": item.wallet_credits,
        "StoreCredits": item.store_credits,
        "ShippingVoucher": item.shipping_voucher_amount,
        "TaxAmount": item.tax_amount,
        "CodCollectableAmount": "",
        "ShippingAmount": item.shipping_amount,
        "ShippingServiceCost": "0.00",
        "ShippingTax": item.shipping_tax,
        "VoucherAmount": item.voucher_amount,
        "VoucherCode": item.voucher_code,
    }


def _parcel(call, order, item):
    return {
        "Status": item.status,
        "IsProcessable": item.is_processable,
        "ShipmentProvider": item.provider,
        "IsDigital": item.digital,
        "DigitalDeliveryInfo": "",
        "TrackingCode": item.shown_tracking(call.sandbox.now()),
        "TrackingCodePre": "",
        "Reason": item.reason,
        "ReasonDetail": item.reason_detail,
        "PurchaseOrderId": order.id if item.is_packed else "",
        "PurchaseOrderNumber": order.number if item.is_packed else "",
        "PackageId": item.package.name if item.is_packed else "",
        "ShippingProviderType": order.speed,
        "ExtraAttributes": "{}",
    }


def _times(zone, item):
    return {
        "PromisedShippingTime": body_time(item.target_to_ship, zone),
        "CreatedAt": body_time(item.created_at, zone),
        "UpdatedAt": body_time(item.updated_at, zone),
    }


def _vouchers(item):
    if not item.voucher_code:
        return ""
    voucher = {"code": item.voucher_code, "amount": str(item.voucher_amount)}
    return json.dumps([voucher])


def provider_node(provider):
    """Write a carrier.

    :param provider: `Provider`.
    :return: element names and values.
    """
    return {
        "Name": provider.name,
        "Default": provider.default,
        "ApiIntegration": provider.integrated,
        "Cod": False,
        # A pattern of PCRE comes between delimiters.
        "TrackingCodeValidationRegex": f"/{provider.pattern}/",
        "TrackingCodeExample": provider.example,
        "TrackingUrl": f"{provider.tracking_url}{{{{{{TRACKING_NR}}}}}}",
        "EnabledDeliveryOptions": {"DeliveryOption": ["standard", "express"]},
    }
