"""Orders as the Action API writes them (SellerCenter: GetOrders, GetOrderItems)."""

import json

from . import const
from .times import body_time

# How the classic API calls the places that goods come from.
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
        "GiftOption": bool(order.gift_message),
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
        "ShippingTax": "0.00",
        "Voucher": order.total_of("voucher_amount"),
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
        "TaxAmount": item.tax_amount,
        "CodCollectableAmount": "",
        "ShippingAmount": item.shipping_amount,
        "ShippingServiceCost": "0.00",
        "ShippingTax": "0.00",
        "VoucherAmount": item.voucher_amount,
        "VoucherCode": item.voucher_code,
    }


def _parcel(call, order, item):
    return {
        "Status": item.status,
        "IsProcessable": item.is_ours and item.status != const.PAYMENT_PENDING,
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
