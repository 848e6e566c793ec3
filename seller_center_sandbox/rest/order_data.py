"""Orders as REST writes them (SellerCenter REST, Orders)."""

from decimal import Decimal

from ..core.times import EMPTY_DATE
from ..orders import statuses
from ..orders.shipping import PROVIDERS
from ..orders.statuses import FAILURE_REASONS, may_become

# What the seller may do to an item, and the status that it leads to.
_STATUS_ACTIONS = {
    "status_set_to_ready_to_ship": statuses.READY_TO_SHIP,
    "status_set_to_shipped": statuses.SHIPPED,
    "status_set_to_delivered": statuses.DELIVERED,
    "status_set_to_canceled": statuses.CANCELED,
    "status_set_to_failed_delivery": statuses.FAILED,
    "status_set_to_returned": statuses.RETURNED,
    "status_set_to_return_rejected": statuses.RETURN_REJECTED,
    "status_set_to_return_waiting_for_approval": statuses.RETURN_WAITING,
}
_REASONS = {(one.type, one.name): one for one in FAILURE_REASONS}
_PROVIDERS = {one.name: one for one in PROVIDERS}
_ZERO = Decimal("0.00")


def order_data(call, order, *, vouchers=False):
    """Write an order with its items.

    :param call: `RestCall`.
    :param order: `Order`.
    :param bool vouchers: include the vouchers.
    :return: plain data.
    """
    shipping, billing = call.sandbox.orders.customer(order)
    return {
        **_head(call, order),
        "customer": {
            "firstName": shipping.first_name,
            "lastName": shipping.last_name,
        },
        "address": {"billing": _address(billing), "shipping": _address(shipping)},
        **_sums(order),
        "orderItemIds": [item.id for item in order.items],
        "items": [item_data(call, item, vouchers=vouchers) for item in order.items],
    }


def item_data(call, item, *, vouchers=False):
    """Write one item.

    :param call: `RestCall`.
    :param item: `OrderItem`.
    :param bool vouchers: include the vouchers.
    :return: plain data.
    """
    order = call.sandbox.orders.orders[item.order_id]
    return {
        "id": item.id,
        "srcId": item.source_id,
        "sellerId": call.sandbox.settings.active_shop,
        "orderId": order.id,
        "uuid": item.uuid,
        "status": item.status,
        "isProcessable": item.is_processable,
        "failureReason": _failure(item),
        "shipment": _shipment(call, order, item),
        **_invoice(item),
        "targetToShipAt": (
            item.target_to_ship if item.is_shipped_by_seller else EMPTY_DATE
        ),
        "product": {
            "name": item.name,
            "sku": item.shop_sku,
            "variation": item.variation or None,
            "sellerSku": item.seller_sku,
        },
        **_amounts(item),
        "purchase": {
            "orderSrcId": order.id,
            "orderNumber": order.number,
            "deliveryInfo": order.delivery_info,
        },
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
        "lastStatusChangedAt": item.status_changed_at,
        "extraAttributes": _extra_attributes(item),
        **_unused_fields(),
        "actions": _actions(item),
        "vouchers": [_voucher(item)] if vouchers and item.voucher_code else [],
    }


def _head(call, order):
    return {
        "uuid": order.uuid,
        "invoiceRequired": order.invoice_required,
        "id": order.id,
        "regionId": order.shipping.region,
        "sellerId": call.sandbox.settings.active_shop,
        "number": order.number,
        "nationalRegistrationNumber": order.national_registration_number or None,
        "payoutPending": False,
        "gift": {"option": order.gift_option, "message": order.gift_message},
        "voucher": {"code": _voucher_code(order), "type": ""},
        "deliveryInfo": order.delivery_info,
        "paymentMethod": order.payment_method,
        "currency": order.currency,
        "remarks": order.remarks,
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
        "addressUpdatedAt": order.address_updated_at or EMPTY_DATE,
        "exchangeByOrderId": _text(order.exchange_by),
        "exchangeForOrderId": _text(order.exchange_for),
        "extraAttributes": "{}",
        "source": None,
    }


def _text(number):
    return None if number is None else str(number)


def _voucher_code(order):
    return next((item.voucher_code for item in order.items if item.voucher_code), "")


def _sums(order):
    fees = order.total_of("shipping_amount")
    return {
        "statusList": dict(order.statuses),
        "itemCount": len(order.items),
        "unitPriceSumWithFees": order.total_of("item_price") + fees,
        "shippingFeeSstSum": order.total_of("shipping_tax"),
        "grandTotal": order.total,
        # Real orders leave it to their items.
        "targetToShip": None,
        "shipmentProviderType": order.speed,
        "shipmentProviderPreSelected": False,
        "packedItemsCount": sum(item.is_packed for item in order.items),
    }


def _address(address):
    return {
        "firstName": address.first_name,
        "lastName": address.last_name,
        "phone": [one for one in (address.phone, address.phone2) if one],
        "address": list(address.five_lines),
        "email": address.email,
        "city": address.city,
        "ward": address.ward,
        "region": address.region,
        "postCode": address.post_code,
        "country": address.country,
    }


def _failure(item):
    reason = _REASONS.get((item.reason_type, item.reason))
    return {
        "type": item.reason_type or None,
        "name": item.reason or None,
        "description": reason.description if reason else None,
        "details": item.reason_detail,
    }


def _shipment(call, order, item):
    provider = _PROVIDERS.get(item.provider)
    return {
        "type": item.shipment_type,
        "crossdockingDeliveryType": None,
        "method": "none" if item.digital else "home",
        "preProvider": None,
        "provider": _provider(provider) if provider else None,
        "providerPreselected": False,
        "providerProduct": "",
        "providerType": "digital" if item.digital else order.speed,
        "weight": _ZERO,
        "trackingCode": item.shown_tracking(call.sandbox.now()),
        "preTrackingCode": None,
    }


def _provider(provider):
    return {
        "uuid": provider.uuid,
        "name": provider.name,
        "default": provider.default,
        "isDefault": provider.default,
        "digitalType": None,
        "trackingUrl": provider.tracking_url,
    }


def _invoice(item):
    return {
        "invoiceNumber": item.invoice_number or None,
        "invoiceAccesskey": None,
        "inTransit": item.status == statuses.SHIPPED,
        "premium": False,
    }


def _amounts(item):
    return {
        "unitPrice": item.item_price,
        "taxAmount": item.tax_amount,
        "taxPercent": item.tax_percent,
        "paidPrice": item.paid_price,
        "paidCommission": None,
        "shippingFee": item.shipping_amount,
        "shippingServiceCost": None,
        "walletCredits": item.wallet_credits,
        "storeCredits": item.store_credits,
        "shippingVoucherAmount": item.shipping_voucher_amount,
        "priceAfterDiscount": item.item_price - item.voucher_amount,
        "salesDueAmount": item.item_price - item.voucher_amount - item.credits,
        "itemSerialNumber": item.serial_number or None,
        "discountAmount": item.voucher_amount,
    }


def _extra_attributes(item):
    """Write what only items have whose shipping is taxed apart."""
    if not item.shipping_tax:
        return None
    return {
        "installment_fee": _ZERO,
        "delivery_type": "",
        "has_transfer_shipping_flat_fee": False,
        "price_excluded_tax": item.paid_price - item.tax_amount,
        "sales_service_tax": _ZERO,
        "gst_free": "",
        "shipping_fee_sst": item.shipping_tax,
    }


def _unused_fields():
    # Fields of other countries and ways of selling.
    return {
        "abatementRate": None,
        "exciseRate": None,
        "hsnCode": None,
        "codCollectableAmount": None,
        "warehouseName": None,
        "isHybrid": False,
        "isOutlet": False,
        "manifestStatus": None,
        "isPickupRequestSent": False,
    }


def _actions(item):
    names = [
        name for name, status in _STATUS_ACTIONS.items() if may_become(item, status)
    ]
    if item.reserves_stock:
        names.append("status_set_to_packed_by_marketplace")
    if item.status == statuses.READY_TO_SHIP:
        names += ["set_tracking_code", "set_shipment_provider"]
    if item.is_packed:
        names += ["generate_invoice", "generate_shipping_label", "set_invoice_number"]
    return names


def _voucher(item):
    return {
        "code": item.voucher_code,
        "amount": item.voucher_amount,
        "cashbackPercentage": 0,
        "voucherSellerShare": _ZERO,
        "cashbackSellerShare": _ZERO,
        "amountFundedBySeller": item.voucher_seller_share,
        "cashbackAmountFundedBySeller": "0.00",
    }
