"""Routes that read pictures (SellerCenter REST, Images).

A set shows the distinct pictures of all its variations.
"""

from .const import MAX_IMAGES
from .product_sets import set_number
from .rest_registry import route
from .rest_sets import asked_sets, existing_set


@route(
    "GET",
    "/v2/product-sets/images",
    action="GetProductImages",
    query=("productSetIds[]",),
)
def images(call):
    """List the pictures of sets."""
    return [
        {
            "productSetId": one.number,
            "images": [
                {
                    "id": _number(call, one, picture),
                    "displayUrl": picture.url,
                    "srcId": None,
                }
                for picture in one.pictures[:MAX_IMAGES]
            ],
        }
        for one in asked_sets(call)
    ]


@route("GET", "/v2/product-set/<int:set_id>/images", action="GetProductImages")
def images_of_set(call, set_id):
    """List the pictures of one set."""
    one = existing_set(call, set_id)
    return [
        {
            "id": _number(call, one, picture),
            "srcId": None,
            "productSetId": one.number,
            "position": position,
            "displayUrl": picture.url,
            "createdAt": one.created_at,
            "updatedAt": one.updated_at,
        }
        for position, picture in enumerate(one.pictures[:MAX_IMAGES], start=1)
    ]


@route(
    "GET",
    "/v2/product-sets/cover-image",
    action="GetProductImages",
    query=("productSetIds[]",),
)
def cover_images(call):
    """List the main pictures of sets."""
    return [
        {"productSetId": one.number, "imageUrl": _cover(one.pictures)}
        for one in asked_sets(call)
    ]


@route(
    "GET",
    "/v2/product-set/images-by-sku",
    action="GetProductImages",
    query=("productSkus[]",),
)
def images_by_sku(call):
    """List the main pictures of the products with some SKUs."""
    skus, known = call.list("productSkus", required=True), call.sandbox.products
    return [
        {
            "productSetId": set_number(call.sandbox, known[sku]),
            "shopSku": known[sku].shop_sku,
            "sellerSku": sku,
            "mainImageUrl": _cover(known[sku].images),
        }
        for sku in skus
        if sku in known
    ]


def _number(call, one, picture):
    return call.sandbox.numbers.of("image", (one.number, picture.url))


def _cover(pictures):
    return pictures[0].url if pictures else None
