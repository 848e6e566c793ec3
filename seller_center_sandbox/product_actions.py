"""Actions that read products (SellerCenter: GetProducts, GetQcStatus)."""

from . import const
from .action_registry import Answer, action
from .errors import refusal
from .parameters import moment, text_list, whole_number
from .times import body_time

FILTERS = {
    "all": lambda product: True,
    "live": lambda product: product.is_live,
    "active": lambda product: product.status == const.ACTIVE,
    "inactive": lambda product: product.status == const.INACTIVE,
    "deleted": lambda product: product.is_deleted,
    "image-missing": lambda product: not product.is_deleted and not product.images,
    "pending": lambda product: _reviewed(product, const.QC_PENDING),
    "rejected": lambda product: _reviewed(product, const.QC_REJECTED),
    "sold-out": lambda product: not product.is_deleted and product.available <= 0,
}


@action("GetProducts", "Products")
def get_products(call):
    """List products, filtered and paged, in the order they were created."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(parameters, "Limit", const.PRODUCTS_DEFAULT_LIMIT, 19, low=1)
    chosen = _select(call)
    page = chosen[offset : offset + min(limit, const.PRODUCTS_MAX_LIMIT)]
    nodes = [_node(product, call.sandbox.zone) for product in page]
    return Answer({"Products": {"Product": nodes}}, total_count=len(chosen))


@action("GetQcStatus", "State")
def get_qc_status(call):
    """List what quality control says of products."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(
        parameters, "Limit", const.QC_MAX_LIMIT, 19, low=1, high=const.QC_MAX_LIMIT
    )
    skus = text_list(parameters, "SkuSellerList", 70)
    chosen = [one for one in _by_sku(call, skus) if not one.is_deleted]
    states = [_state(product) for product in chosen[offset : offset + limit]]
    return Answer({"Status": {"State": states}}, total_count=len(chosen))


@action("GetStatistics", "Statistics", role="")
def get_statistics(call):
    """Count products by the filters of the seller's pages."""
    products = list(call.sandbox.products.values())
    counts = {
        _camel(name): sum(map(match, products)) for name, match in FILTERS.items()
    }
    counts["PoorQuality"] = counts.pop("Rejected")
    return Answer({"Products": {"Status": counts, "Total": len(products)}})


def _select(call):
    parameters = call.parameters
    name = parameters.get("Filter") or "all"
    if name not in FILTERS:
        raise refusal(36)
    wanted = [FILTERS[name], *_time_filters(call)]
    word = parameters.get("Search", "").casefold()
    if word:
        wanted.append(lambda one: word in f"{one.name}\n{one.seller_sku}".casefold())
    skus = text_list(parameters, "SkuSellerList", 70)
    return [
        product
        for product in _by_sku(call, skus)
        if all(match(product) for match in wanted)
    ]


def _time_filters(call):
    bounds = {
        name: moment(call.parameters, name, call.sandbox.zone)
        for name in "CreatedAfter CreatedBefore UpdatedAfter UpdatedBefore".split()
    }
    tests = {
        "CreatedAfter": lambda one, bound: one.created_at >= bound,
        "CreatedBefore": lambda one, bound: one.created_at <= bound,
        "UpdatedAfter": lambda one, bound: one.updated_at >= bound,
        "UpdatedBefore": lambda one, bound: one.updated_at <= bound,
    }
    return [
        lambda one, test=tests[name], bound=bound: test(one, bound)
        for name, bound in bounds.items()
        if bound
    ]


def _by_sku(call, skus):
    products = call.sandbox.products
    if skus is None:
        return list(products.values())
    return [products[sku] for sku in dict.fromkeys(skus) if sku in products]


def _reviewed(product, status):
    return not product.is_deleted and product.qc_status == status


def _state(product):
    return {
        "SellerSKU": product.seller_sku,
        "Status": product.qc_status,
        "DataChanged": product.data_changed,
        "Reason": product.qc_reason,
    }


def _node(product, zone):
    urls = [picture.url for picture in product.images]
    return {
        "SellerSku": product.seller_sku,
        "ShopSku": product.shop_sku,
        "Name": product.name,
        "Variation": product.variation,
        "ParentSku": product.parent_sku,
        "Quantity": product.quantity,
        "FulfillmentBySellable": 0,
        "FulfillmentByNonSellable": 0,
        "ReservedStock": product.reserved,
        "RealTimeStock": 0,
        "Available": product.available,
        "Price": product.price,
        "SalePrice": product.sale_price,
        "SaleStartDate": body_time(product.sale_start, zone),
        "SaleEndDate": body_time(product.sale_end, zone),
        "Status": product.status,
        "ProductId": product.product_id,
        "Url": f"https://shop.sandbox.example/{product.shop_sku.lower()}.html",
        "MainImage": urls[0] if urls else "",
        "Images": {"Image": urls},
        "Description": product.description,
        "TaxClass": product.tax_class,
        "ShipmentType": product.shipment_type,
        "Condition": product.condition,
        "Brand": product.brand,
        "PrimaryCategory": product.primary_category,
        "Categories": ",".join(product.categories),
        "ProductGroup": product.product_group,
        "ProductData": dict(product.attributes),
        "CreatedAt": body_time(product.created_at, zone),
        "UpdatedAt": body_time(product.updated_at, zone),
        "QCStatus": product.qc_status,
        "isPublished": product.is_published,
    }


def _camel(name):
    return "".join(part.capitalize() for part in name.split("-"))
