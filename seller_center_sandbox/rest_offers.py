"""Routes that read prices and stock (SellerCenter REST, Prices, Stock)."""

from . import const
from .identities import uuid_of
from .product_sets import product_number
from .rest_products import existing_product
from .rest_registry import route
from .rest_sets import asked_sets, existing_set

WAREHOUSE = 1


@route(
    "GET",
    "/v2/prices",
    action="GetPrices",
    query=("productSetIds[]", "productIds[]", "productUuids[]", "productName"),
)
def prices(call):
    """List prices by set, of the sets or products that are asked for."""
    tests = list(_tests(call))
    rows = []
    for one in asked_sets(call):
        items = [
            {
                "productId": product_number(call.sandbox, product),
                "prices": [_price(product)],
            }
            for product in one.members
            if all(test(product) for test in tests)
        ]
        if items:
            rows.append({"productSetId": one.number, "items": items})
    return rows


@route("GET", "/v2/product-set/<int:set_id>/prices", action="GetPrices")
def prices_of_set(call, set_id):
    """List the prices of a set's variations."""
    one = existing_set(call, set_id)
    return [
        {
            "productSetId": one.number,
            "productId": product_number(call.sandbox, product),
            **_price(product),
        }
        for product in one.members
    ]


@route("GET", "/v2/stock/product-set/<int:set_id>", action="GetStock")
def stock_of_set(call, set_id):
    """List the stock of a set's variations."""
    return [_stock(product) for product in existing_set(call, set_id).members]


@route("GET", "/v2/stock/product/<int:product_id>", action="GetStock")
def stock_of_product(call, product_id):
    """Give the stock of one variation."""
    return _stock(existing_product(call, product_id))


@route("GET", "/v2/product-sets/stocks", action="GetStock", query=("productSetIds[]",))
def stocks(call):
    """Sum up the stock of sets."""
    return [
        {
            "productSetId": one.number,
            "sumOfStocks": sum(product.quantity for product in one.present),
            "hasProductWithZeroStock": any(not p.quantity for p in one.present),
            "fulfilmentStock": 0,
            "reservedStock": sum(product.reserved for product in one.present),
            "sellableStock": 0,
            "nonSellableStock": 0,
            "isConsignmentShipment": False,
        }
        for one in asked_sets(call, required=True)
    ]


def _price(product):
    return {
        "price": product.price,
        "salePrice": product.sale_price,
        "saleStartDate": product.sale_start,
        "saleEndDate": product.sale_end,
        "country": const.COUNTRY,
        "status": product.status,
    }


def _stock(product):
    return {
        "shopSku": product.shop_sku,
        "sellerSku": product.seller_sku,
        "name": product.name,
        "quantity": product.quantity,
        "reservedStock": product.reserved,
        "preVerificationStock": 0,
        "available": product.available,
        "consignments": None,
        "sellableStock": 0,
        "nonSellableStock": 0,
        "warehouses": [
            {
                "name": "Own Warehouse",
                "stock": product.quantity,
                "warehouseId": WAREHOUSE,
            }
        ],
    }


def _tests(call):
    numbers, uuids = call.whole_list("productIds"), call.list("productUuids")
    name = call.text("productName").casefold()
    if numbers:
        yield lambda one: product_number(call.sandbox, one) in numbers
    if uuids:
        yield lambda one: uuid_of("product", one.seller_sku) in uuids
    if name:
        yield lambda one: name in one.name.casefold()
