"""Routes that read products, their prices and stock (SellerCenter REST)."""

from ..catalogue.processing import set_quantity
from ..catalogue.products import find_product, product_number, set_number
from ..core import const
from .calls import Problem, route, uuid_of
from .product_sets import existing_set, requested_sets

SHIPMENT_TYPES = {"dropshipping": 2, "crossdocking": 3}


@route(
    "GET",
    "/v2/product/seller-skus",
    action="GetProducts",
    paged=True,
    query=("sellerSkus[]",),
)
def products_by_seller_skus(call):
    """List the products with some SKUs; unknown ones are left out."""
    skus = call.list("sellerSkus", required=True, most=const.REST_MAX_SKUS)
    known = call.sandbox.products
    page = call.page([known[sku] for sku in skus if sku in known])
    return {**page, "items": [describe_product(call, one) for one in page["items"]]}


@route("GET", "/v2/product/seller-sku/<path:seller_sku>", action="GetProducts")
def product_by_seller_sku(call, seller_sku):
    """Return the product with a SKU."""
    product = call.sandbox.products.get(seller_sku)
    if not product:
        raise Problem(404, f"There is no product with SellerSku {seller_sku!r}")
    return describe_product(call, product)


@route("GET", "/v2/product/shop-sku/<path:shop_sku>", action="GetProducts")
def product_by_shop_sku(call, shop_sku):
    """Return the product with a SKU of the marketplace."""
    for product in call.sandbox.products.values():
        if product.shop_sku == shop_sku:
            return describe_product(call, product)
    raise Problem(404, f"There is no product with ShopSku {shop_sku!r}")


@route(
    "GET",
    "/v2/products",
    action="GetProducts",
    query=("productIds[]", "productUuids[]", "sellerId", "sku", "name", "sellerSku"),
)
def products(call):
    """List products that pass all filters."""
    tests = list(_tests(call))
    return [
        describe_product(call, product)
        for product in call.sandbox.products.values()
        if all(test(product) for test in tests)
    ]


@route("GET", "/v2/product-set/<int:set_id>/products", action="GetProducts")
def products_of_set(call, set_id):
    """List the variations of a set."""
    members = existing_set(call, set_id).members
    return [_describe(call, product) for product in members]


@route(
    "GET",
    "/v2/product-set/<int:set_id>/products/<int:product_id>",
    action="GetProducts",
)
def product_of_set(call, set_id, product_id):
    """Return one variation of a set."""
    product = existing_product(call, product_id)
    if product not in existing_set(call, set_id).members:
        raise Problem(404, f"Product set {set_id} has no product {product_id}")
    return describe_product(call, product)


def existing_product(call, product_id):
    """Return the product that an address names.

    :param call: `RestCall`.
    :param int product_id: id.
    :return: `Product`.
    :raise Problem: if there is none.
    """
    product = find_product(call.sandbox, product_id)
    if not product:
        raise Problem(404, f"There is no product {product_id}")
    return product


def describe_product(call, product):
    """Describe a variation.

    :param call: `RestCall`.
    :param product: `Product`.
    :return: data.
    """
    return {**_describe(call, product), "name": product.name}


def _describe(call, product):
    sandbox = call.sandbox
    number = product_number(sandbox, product)
    tax_class = product.tax_class or const.TAX_CLASSES[0]
    return {
        "id": number,
        "uuid": uuid_of("product", product.seller_sku),
        "srcId": None,
        "shopSku": product.shop_sku,
        "sellerSku": product.seller_sku,
        "sin": f"SIN{number}",
        "sellerId": sandbox.settings.active_shop,
        "productSetId": set_number(sandbox, product),
        "approvalStatus": product.qc_status,
        "updatedByUserId": sandbox.numbers.of("user", call.user_id),
        "status": product.status,
        "variation": product.variation,
        "taxClassId": const.TAX_CLASSES.index(tax_class) + 1,
        "shipmentTypeId": SHIPMENT_TYPES.get(product.shipment_type, 2),
        "productIdentifier": product.product_id,
        "duplicateGroupId": 0,
        "srcUpdatedAt": None,
        "createdAt": product.created_at,
        "updatedAt": product.updated_at,
    }


def _tests(call):
    numbers, uuids = call.whole_list("productIds"), call.list("productUuids")
    seller, name = call.whole("sellerId"), call.text("name").casefold()
    shop_sku, sku = call.text("sku"), call.text("sellerSku")
    if numbers:
        yield lambda one: product_number(call.sandbox, one) in numbers
    if uuids:
        yield lambda one: uuid_of("product", one.seller_sku) in uuids
    if seller is not None:
        yield lambda one: seller == call.sandbox.settings.active_shop
    if name:
        yield lambda one: name in one.name.casefold()
    if shop_sku:
        yield lambda one: one.shop_sku == shop_sku
    if sku:
        yield lambda one: one.seller_sku == sku


WAREHOUSE_ID = 1


@route(
    "GET",
    "/v2/prices",
    action="GetPrices",
    query=("productSetIds[]", "productIds[]", "productUuids[]", "productName"),
)
def prices(call):
    """List prices by set, of the sets or products that are asked for."""
    tests = list(_price_tests(call))
    rows = []
    for one in requested_sets(call):
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
    """Return the stock of one variation."""
    return _stock(existing_product(call, product_id))


@route("PUT", "/v2/stock/product", action="SetStock")
def set_stock(call):
    """Set the stock of products at once; answer the rows that were ignored."""
    rows = call.json_list
    if len(rows) > const.REST_MAX_STOCK_ROWS:
        most = const.REST_MAX_STOCK_ROWS
        raise Problem(422, f"At most {most} products are allowed")
    for row in rows:
        _check_stock_row(row)
    return [row for row in rows if not _applied(call, row)]


def _check_stock_row(row):
    if not isinstance(row, dict) or set(row) != {"productId", "quantity"}:
        raise Problem(422, "Each row has a productId and a quantity")
    for name, value in row.items():
        if type(value) is not int or not 0 <= value <= const.MAX_QUANTITY:
            raise Problem(422, f"{name}: {value!r} is no whole number from 0 up")


def _applied(call, row):
    """Set the stock of one product.

    :return: whether there is such a product, and no fault refuses it.
    """
    sandbox = call.sandbox
    product = find_product(sandbox, row["productId"])
    if not product or product.is_deleted:
        return False
    if sandbox.faults.trigger(("sku_error",), call.route.action, product.seller_sku):
        return False
    set_quantity(sandbox, product, row["quantity"], call.user_id)
    return True


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
        for one in requested_sets(call, required=True)
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
                "warehouseId": WAREHOUSE_ID,
            }
        ],
    }


def _price_tests(call):
    numbers, uuids = call.whole_list("productIds"), call.list("productUuids")
    name = call.text("productName").casefold()
    if numbers:
        yield lambda one: product_number(call.sandbox, one) in numbers
    if uuids:
        yield lambda one: uuid_of("product", one.seller_sku) in uuids
    if name:
        yield lambda one: name in one.name.casefold()
