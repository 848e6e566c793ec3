"""What the marketplace of the bench says, in the formats of the Action API."""

import re
from itertools import count
from xml.sax.saxutils import escape, unescape

SKU = re.compile(rb"<SellerSku>([^<]*)</SellerSku>")
#: Where the bench says what is to happen next.
CONTROL = "/control"
REFUSAL = "Value is not allowed here"
MOMENT = "2026-03-02 10:00:00"
#: Pieces of an order, each of a product of its own.
ORDER_LINES = 2
ADDRESS = {
    "FirstName": "Beth",
    "LastName": "Buyer",
    "Phone": "0400000000",
    "Address1": "1 Harbour Street",
    "City": "Sydney",
    "Region": "NSW",
    "PostCode": "2000",
    "Country": "Australia",
}


def skus_of(document):
    """Find the SKUs in a document, in its order.

    :param bytes document: XML, as a feed has it
    :return: a list of texts
    """
    return [unescape(sku.decode()) for sku in SKU.findall(document)]


def refused_of(skus, failing_every):
    """Pick the SKUs that fail.

    :param skus: those of one document
    :param failing_every: every so many fails, 0 for none
    :return: a list
    """
    return skus[failing_every - 1 :: failing_every] if failing_every else []


def receipt(action, feed_id):
    """Write the answer to a document that is accepted.

    :param action: such as ProductUpdate
    :param feed_id: the feed's id
    :return: bytes
    """
    return _success(action, request_id=feed_id)


def feed_status(action, feed_id, total, refused):
    """Write the status of a feed that is finished.

    :param action: that of its document
    :param feed_id: the feed's id
    :param total: how many SKUs it has
    :param refused: the SKUs that failed
    :return: bytes
    """
    errors = [{"Message": REFUSAL, "SellerSku": sku} for sku in refused]
    detail = {
        "Feed": feed_id,
        "Status": "Finished",
        "Action": action,
        "CreationDate": MOMENT,
        "UpdatedDate": MOMENT,
        "Source": "api",
        "TotalRecords": total,
        "ProcessedRecords": total,
        "FailedRecords": len(refused),
        "FeedErrors": {"Error": errors},
        "FeedWarnings": {},
    }
    return _success("FeedStatus", {"FeedDetail": detail})


def products(skus):
    """Write a page of products.

    :param skus: those that are there
    :return: bytes
    """
    rows = [{"SellerSku": sku, "Status": "active"} for sku in skus]
    return _success("GetProducts", {"Products": {"Product": rows}}, total=len(rows))


def make_orders(first, number, goods, moment):
    """Make orders of two pieces each.

    :param first: the first order's id
    :param number: how many orders
    :param goods: pairs of a SKU and its price, as text
    :param moment: when they were placed, as the marketplace writes it
    :return: a list of dicts: `id`, `moment` and `items`
    """
    places = count()
    return [
        {
            "id": order_id,
            "moment": moment,
            "items": [
                (order_id * ORDER_LINES + line, *goods[next(places) % len(goods)])
                for line in range(ORDER_LINES)
            ],
        }
        for order_id in range(first, first + number)
    ]


def orders_page(orders, offset, limit):
    """Write a page of orders.

    :param orders: from `make_orders`
    :param offset: the place of the first one
    :param limit: how many at most
    :return: bytes
    """
    rows = [_order(order) for order in orders[offset : offset + limit]]
    return _success("GetOrders", {"Orders": {"Order": rows}}, total=len(orders))


def order_items(orders):
    """Write the items of some orders.

    :param orders: from `make_orders`
    :return: bytes
    """
    rows = [
        {
            "OrderId": order["id"],
            "OrderNumber": order["id"],
            "OrderItems": {"OrderItem": [_item(order, one) for one in order["items"]]},
        }
        for order in orders
    ]
    return _success("GetMultipleOrderItems", {"Orders": {"Order": rows}})


def _order(order):
    total = f"{sum(float(price) for _id, _sku, price in order['items']):.2f}"
    return {
        "OrderId": order["id"],
        "CustomerFirstName": ADDRESS["FirstName"],
        "CustomerLastName": ADDRESS["LastName"],
        "OrderNumber": order["id"],
        "PaymentMethod": "card",
        "Price": total,
        "GrandTotal": total,
        "CreatedAt": order["moment"],
        "UpdatedAt": order["moment"],
        "AddressBilling": ADDRESS,
        "AddressShipping": ADDRESS,
        "ItemsCount": len(order["items"]),
        "Statuses": {"Status": ["pending"]},
    }


def _item(order, item):
    number, sku, price = item
    return {
        "OrderItemId": number,
        "OrderId": order["id"],
        "Name": sku,
        "Sku": sku,
        "ShippingType": "Dropshipping",
        "ItemPrice": price,
        "PaidPrice": price,
        "Currency": "AUD",
        "TaxAmount": f"{float(price) / 11:.2f}",
        "ShippingAmount": "0.00",
        "VoucherAmount": "0.00",
        "Status": "pending",
        "IsProcessable": 1,
        "CreatedAt": order["moment"],
        "UpdatedAt": order["moment"],
    }


def _success(action, body=None, request_id="", total=None):
    head = {"RequestId": request_id, "RequestAction": action, "ResponseType": ""}
    if total is not None:
        head["TotalCount"] = total
    answer = {"SuccessResponse": {"Head": head, "Body": body or {}}}
    text = f'<?xml version="1.0" encoding="UTF-8"?>{_write(answer)}'
    return text.encode()


def _write(node):
    """Write elements; a list repeats its element."""
    if not isinstance(node, dict):
        return escape(str(node))
    return "".join(
        f"<{name}>{_write(child)}</{name}>"
        for name, children in node.items()
        for child in (children if isinstance(children, list) else [children])
    )
