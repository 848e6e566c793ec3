"""Routes that read products, the variations of sets (SellerCenter REST, Products)."""

from . import const
from .identities import uuid_of
from .product_sets import find_product, product_number, set_number
from .rest_problems import Problem
from .rest_registry import route
from .rest_sets import existing_set

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
    """Give the product with a SKU."""
    product = call.sandbox.products.get(seller_sku)
    if not product:
        raise Problem(404, f"There is no product with SellerSku {seller_sku!r}")
    return describe_product(call, product)


@route("GET", "/v2/product/shop-sku/<path:shop_sku>", action="GetProducts")
def product_by_shop_sku(call, shop_sku):
    """Give the product with a SKU of the marketplace."""
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
    """Give one variation of a set."""
    product = existing_product(call, product_id)
    if product not in existing_set(call, set_id).members:
        raise Problem(404, f"Product set {set_id} has no product {product_id}")
    return describe_product(call, product)


def existing_product(call, product_id):
    """Give the product that an address names.

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
