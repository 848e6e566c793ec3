"""Records of an answer, and the places in them that can be spoilt.

A place is a pair: what holds a value, and the key or index of the value there. Most
functions take the place of a record and return a list of places, empty if the record
has no such one.
"""

import re
from collections import deque

# The names of fields over both APIs: the Action API's begin with a capital.
_ITEM_IDS = ("OrderItemId", "orderItemId")
_IDS = (
    *_ITEM_IDS,
    *("OrderId", "SellerSku", "SellerSKU", "Feed", "CategoryId", "BrandId"),
    *("WebhookId", "FeedName", "id", "webhookId", "productSetId", "productId"),
    *("sellerSku", "uuid"),
)
_NUMBERS = ("OrderNumber", "number")
_NAMES = ("Name", "name", "CustomerFirstName", "firstName")
# What may be asked for as `record`.
_LABELS = {
    *(*_IDS, *_NUMBERS, *_NAMES),
    *("orderId", "Sku", "ShopSku", "shopSku", "feedName", "Label", "label"),
    *("publicId", "url", "CallbackUrl", "DocumentType"),
}
_TEXTS = (
    *_NAMES,
    *("access_token", "remarks", "Remarks", "Label", "label", "Reason", "Message"),
    *("errorMessage", "File", "url", "CallbackUrl", "DocumentType", "status", "Status"),
)
_AMOUNTS = {
    *("unitPrice", "paidPrice", "taxAmount", "shippingFee", "priceAfterDiscount"),
    *("salesDueAmount", "discountAmount", "walletCredits", "unitPriceSumWithFees"),
    *("storeCredits", "shippingVoucherAmount"),
    *("grandTotal", "price", "salePrice", "expires_in"),
    *("Price", "SalePrice", "GrandTotal", "ProductTotal", "ItemPrice", "PaidPrice"),
    *("TaxAmount", "ShippingAmount", "ShippingFeeTotal", "Voucher", "VoucherAmount"),
    *("WalletCredits", "StoreCredits", "ShippingVoucher", "ShippingTax"),
}
_COUNTS = {
    *("quantity", "available", "reservedStock", "stock", "sumOfStocks", "itemCount"),
    *("totalRecords", "processedRecords", "failedRecords", "maxLength", "expires_in"),
    *("Quantity", "Available", "ReservedStock", "ItemsCount", "MaxLength"),
    *("TotalRecords", "ProcessedRecords", "FailedRecords"),
}
_UPDATED = {"updatedAt", "UpdatedAt", "UpdatedDate", "lastCallAt"}
_BEGINNINGS = {"createdAt", "CreatedAt", "CreationDate"}
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"(At|Date|Time|ToShip)$")


def find_record(answer, wanted, numbers):
    """Return the place of a record.

    :param dict answer: the data of an answer, under an empty key.
    :param wanted: id, number, SKU or name of the record, None for the first one.
    :param numbers: function of it that gives more of what is known of the record: name
        of a field -> value. It may be None.
    :return: holder and key, or None.
    """
    known = numbers(wanted) if numbers and wanted is not None else {}
    for holder, key in _records(answer):
        record = holder[key]
        if wanted is None or any(
            name in record and str(record[name]) == str(value)
            for name, value in known.items()
        ):
            return holder, key
        if any(str(record[name]) == wanted for name in _LABELS & set(record)):
            return holder, key
    return None


def _records(answer):
    """Give the places of all records, those of the list itself first."""
    outer = _outer_records(answer, "")
    yield from outer
    for place in outer:
        for holder, name in _entries(*place):
            if isinstance(holder[name], list):
                yield from _of_list(holder[name])


def _outer_records(holder, key):
    value = holder[key]
    if isinstance(value, dict) and "pagination" in value:
        return _of_list(value["items"])
    if isinstance(value, dict) and len(value) == 1:
        return _outer_records(value, next(iter(value)))
    if isinstance(value, list):
        return _of_list(value)
    return [(holder, key)] if isinstance(value, dict) and value else []


def _of_list(values):
    return [(values, n) for n, one in enumerate(values) if isinstance(one, dict)]


def _entries(holder, key):
    """Give the places of all fields of a record, the outer ones first."""
    queue = deque([holder[key]])
    while queue:
        value = queue.popleft()
        if isinstance(value, dict):
            yield from ((value, name) for name in value)
            queue.extend(value.values())
        elif isinstance(value, list):
            queue.extend(value)


def fields(holder, key, names):
    """Return all fields with some names, the outer ones first.

    :param names: of the fields.
    """
    return [(one, name) for one, name in _entries(holder, key) if name in names]


def _filled(holder, key, names):
    return [
        (one, name)
        for one, name in fields(holder, key, names)
        if not isinstance(one[name], dict | list | None) and one[name] != ""
    ]


def whole(holder, key):
    """Return the record itself."""
    return [(holder, key)]


def in_list(holder, key):
    """Return the record if it is one of a list."""
    return [(holder, key)] if isinstance(holder, list) else []


def first_item(holder, key):
    """Return the first item of an order, or the record if it is an item itself."""
    record = holder[key]
    if {*_ITEM_IDS, "orderId"} & set(record):
        return [(holder, key)]
    lists = (one[name] for one, name in fields(holder, key, {"items", "OrderItem"}))
    return [(one, 0) for one in lists if one][:1]


def listed_item(holder, key):
    """Return the first item if it is one of a list."""
    return [pair for pair in first_item(holder, key) if isinstance(pair[0], list)]


def item_id(holder, key):
    """Return the id of the first item."""
    return [pair for item in first_item(holder, key) for pair in own_id(*item)]


def own_id(holder, key):
    """Return what the record is known by."""
    return [(holder[key], name) for name in _IDS if name in holder[key]][:1]


def order_number(holder, key):
    """Return the number that customers know an order by."""
    return [(holder[key], name) for name in _NUMBERS if name in holder[key]]


def _first(names):
    def places(holder, key):
        for name in names:
            found = _filled(holder, key, {name})
            texts = [pair for pair in found if isinstance(pair[0][pair[1]], str)]
            if texts:
                return texts[:1]
        return []

    return places


name_field, text_field = _first(_NAMES), _first(_TEXTS)


def amounts(holder, key):
    """Return all amounts that are numbers still."""
    return [
        (one, name)
        for one, name in _filled(holder, key, _AMOUNTS)
        if is_amount(one[name])
    ]


def is_amount(value):
    """Return whether a value is a decimal number, as such or as a text."""
    return bool(_AMOUNT.fullmatch(str(value)))


def counts_and_id(holder, key):
    """Return all counts, and what the record is known by if that is a number."""
    ids = [
        (one, name) for one, name in own_id(holder, key) if str(one[name]).isdecimal()
    ]
    return _filled(holder, key, _COUNTS) + ids


def figures(holder, key):
    """Return the amounts, without such ones the counts and the id."""
    return amounts(holder, key) or counts_and_id(holder, key)


def updates(holder, key):
    """Return the times of the last change."""
    return fields(holder, key, _UPDATED)


def dates(holder, key):
    """Return the dates that may be empty, without such ones the others."""
    found = [
        (one, name)
        for one, name in _entries(holder, key)
        if _DATE.search(name) and not isinstance(one[name], dict | list)
    ]
    return [pair for pair in found if pair[1] not in _UPDATED | _BEGINNINGS] or found


def only(*names):
    """Return a function that gives the fields with some names."""
    return lambda holder, key: fields(holder, key, set(names))
