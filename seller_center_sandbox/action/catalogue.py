"""Actions that read products, categories, attributes and brands."""

from ..catalogue.products import FILTERS
from ..core import const
from ..core.errors import api_error
from ..core.times import body_time
from .calls import Answer, action, read_time, text_list, whole_number


@action("GetProducts", "Products")
def get_products(call):
    """List products, filtered and paged, in the order they were created."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(parameters, "Limit", const.PRODUCTS_DEFAULT_LIMIT, 19, low=1)
    chosen = _select_products(call)
    page = chosen[offset : offset + min(limit, const.PRODUCTS_MAX_LIMIT)]
    nodes = [_product(call.sandbox, product) for product in page]
    return Answer({"Products": {"Product": nodes}}, total_count=len(chosen))


@action("GetQcStatus", "State")
def get_qc_status(call):
    """List the quality control states of products."""
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


def _select_products(call):
    parameters = call.parameters
    name = parameters.get("Filter") or "all"
    if name not in FILTERS:
        raise api_error(36)
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
        name: read_time(call.parameters, name, call.sandbox.zone)
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


def _state(product):
    return {
        "SellerSKU": product.seller_sku,
        "Status": product.qc_status,
        "DataChanged": product.data_changed,
        "Reason": product.qc_reason,
    }


def _product(sandbox, product):
    zone = sandbox.zone
    urls = [picture.url for picture in product.images]
    category = sandbox.taxonomy.categories.get(product.primary_category)
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
        # A document names the category by its number, an answer by its name.
        "PrimaryCategory": category.name if category else "",
        "PrimaryCategoryId": product.primary_category,
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


@action("GetCategoryTree", "Categories")
def get_category_tree(call):
    """Return the whole tree of categories."""
    roots = [_category(node) for node in call.sandbox.taxonomy.roots]
    return Answer({"Categories": {"Category": roots}})


@action("GetCategoryAttributes", "Attribute")
def get_category_attributes(call):
    category_id = call.parameters.get("PrimaryCategory", "")
    if not category_id:
        raise api_error(1, "PrimaryCategory")
    attributes = call.sandbox.taxonomy.attributes(category_id)
    if not attributes:
        raise api_error(57, category_id)
    return Answer({"Attribute": [_attribute(one) for one in attributes]})


@action("GetBrands", "Brands")
def get_brands(call):
    """Return a page of the registered brands."""
    parameters = call.parameters
    offset = whole_number(parameters, "Offset", 0, 14)
    limit = whole_number(parameters, "Limit", const.BRANDS_DEFAULT_LIMIT, 19, low=1)
    brands = list(call.sandbox.taxonomy.brands.items())
    page = [
        {"BrandId": key, "Name": name, "GlobalIdentifier": _identifier(name)}
        for key, name in brands[offset : offset + limit]
    ]
    return Answer({"Brands": {"Brand": page}}, total_count=len(brands))


def _category(node):
    return {
        "Name": node.name,
        "CategoryId": node.id,
        "GlobalIdentifier": node.global_identifier,
        "AttributeSetId": node.attribute_set or "",
        "Children": {"Category": [_category(child) for child in node.children]},
    }


def _attribute(one):
    options = [
        {
            "GlobalIdentifier": _identifier(name),
            "Name": name,
            "isDefault": name == one.default,
        }
        for name in one.options
    ]
    return {
        "Label": one.label,
        "Name": one.feed_name,
        "FeedName": one.feed_name,
        "GlobalIdentifier": _identifier(one.label),
        "GroupName": "Variation" if one.per_variation else "General",
        "isMandatory": one.mandatory,
        "IsGlobalAttribute": one.element,
        "Description": one.description,
        "ProductType": "simple" if one.per_variation else "config",
        "InputType": one.input_type,
        "AttributeType": one.attribute_type,
        "ExampleValue": one.example,
        "MaxLength": one.max_length or "",
        "Options": {"Option": options},
    }


def _identifier(name):
    return name.lower().replace(" ", "_")
