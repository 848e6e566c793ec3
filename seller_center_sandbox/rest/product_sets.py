"""Routes about product sets, their pictures and quality control (SellerCenter REST).

A set shows the distinct pictures of all its variations.
"""

from ..catalogue.attributes import attribute_values
from ..catalogue.products import FILTERS as PRODUCT_FILTERS
from ..catalogue.products import all_sets, choose_sets, find_set, set_number
from ..core import const
from ..core.const import MAX_IMAGES, QC_REJECTED
from .calls import Problem, route, uuid_of

# Value of `status` -> the filter of the Action API that any member must pass.
STATUSES = {
    "all": "all",
    "active": "active",
    "inactive-all": "inactive",
    "deleted-all": "deleted",
    "image-missing": "image-missing",
    "pending": "pending",
    "rejected": "rejected",
    "sold-out": "sold-out",
    # No product of this marketplace ever gets there.
    "disapproved": None,
    "not-authorized": None,
}
DAYS = ("createDateStart", "createDateEnd", "updateDateStart", "updateDateEnd")
LISTS = ("brandIds[]", "categoryIds[]", "productSetIds[]", "productSetUuids[]")
NOWHERE = ("tags[]", "visibility", "onlyWithTags")
KEYWORDS = ("keyword", "keyword[]")
OTHERS = ("status", "inStock", "reserved", "parentSku", "group")
ORDER = ("orderBy", "orderDirection")
MIN_KEYWORD, MAX_KEYWORDS = 3, 5


@route(
    "GET",
    "/v2/product-sets",
    action="GetProducts",
    paged=True,
    query=(*DAYS, *LISTS, *NOWHERE, *KEYWORDS, *OTHERS, *ORDER),
)
def product_sets(call):
    """List product sets, filtered and paged, the newest first unless asked for."""
    call.text("orderBy", choices=("createdAt",))
    direction = call.text("orderDirection", choices=("ASC", "DESC"))
    tests = list(_tests(call))
    found = [one for one in all_sets(call.sandbox) if all(test(one) for test in tests)]
    if direction != "ASC":
        found.reverse()
    page = call.page(found, high=const.REST_SETS_MAX_LIMIT)
    return {**page, "items": [_full(call, one) for one in page["items"]]}


@route("GET", "/v2/product-set/<int:set_id>", action="GetProducts")
def product_set(call, set_id):
    return _full(call, existing_set(call, set_id))


@route("GET", "/v2/product-set/parent-sku/<path:parent_sku>", action="GetProducts")
def product_set_of_parent(call, parent_sku):
    """Return the product set whose variations share a ParentSku."""
    for one in all_sets(call.sandbox):
        if one.parent_sku == parent_sku:
            return describe_set(call, one)
    raise Problem(404, f"There is no product set with ParentSku {parent_sku!r}")


def existing_set(call, set_id):
    """Return the product set that an address names.

    :param call: `RestCall`.
    :param int set_id: id.
    :return: `ProductSet`.
    :raise Problem: if there is none.
    """
    found = find_set(call.sandbox, set_id)
    if not found:
        raise Problem(404, f"There is no product set {set_id}")
    return found


def requested_sets(call, *, required=False):
    """Return the product sets that `productSetIds[]` names, all without it.

    :param call: `RestCall`.
    :return: list of `ProductSet`.
    :raise Problem: if it is required and missing, or holds no numbers.
    """
    numbers = call.whole_list("productSetIds", required=required)
    return choose_sets(call.sandbox, numbers)


def describe_set(call, one):
    """Describe what all variations of a product share.

    :param call: `RestCall`.
    :param one: `ProductSet`.
    :return: data.
    """
    head, taxonomy = one.head, call.sandbox.taxonomy
    category = taxonomy.categories.get(head.primary_category)
    return {
        "id": one.number,
        "uuid": uuid_of("set", one.group),
        "srcId": None,
        "name": head.name,
        "parentSku": one.parent_sku or None,
        "createdAt": one.created_at,
        "updatedAt": one.updated_at,
        "description": head.description,
        "brandId": taxonomy.brand_id(head.brand),
        "primaryCategoryId": int(head.primary_category or 0),
        "attributeSetId": category.attribute_set if category else 0,
        "sellerId": call.sandbox.settings.active_shop,
        "categories": [int(key) for key in head.categories],
        "attributes": attribute_values(
            taxonomy.attributes(head.primary_category), head
        ),
        "sizeSystem": 1,
        "browseNodes": [int(k) for k in head.browse_nodes.split(",") if k.isdigit()],
    }


def _full(call, one):
    return {
        **describe_set(call, one),
        "sellerSku": one.head.seller_sku,
        "status": one.status,
        "sin": f"SIN{one.number}",
    }


def _tests(call):
    yield from _time_tests(call)
    yield from _list_tests(call)
    yield from _text_tests(call)
    stocked, reserved = call.flag("inStock"), call.flag("reserved")
    if stocked is not None:
        yield lambda one: any(p.available > 0 for p in one.present) is stocked
    if reserved is not None:
        yield lambda one: any(p.reserved > 0 for p in one.members) is reserved
    # Products of this marketplace carry no tags and never wait to be shown.
    call.text("visibility", choices=("Syncing",))
    only_tagged = call.flag("onlyWithTags")
    if only_tagged or call.list("tags") or call.text("visibility"):
        yield lambda one: False


def _time_tests(call):
    """Give the tests of the shop's days, each of which is meant as a whole."""
    zone = call.sandbox.zone
    created, until, updated, last = (call.day(name) for name in DAYS)
    if created:
        yield lambda one: one.created_at.astimezone(zone).date() >= created
    if until:
        yield lambda one: one.created_at.astimezone(zone).date() <= until
    if updated:
        yield lambda one: one.updated_at.astimezone(zone).date() >= updated
    if last:
        yield lambda one: one.updated_at.astimezone(zone).date() <= last


def _list_tests(call):
    taxonomy = call.sandbox.taxonomy
    brands, categories = call.whole_list("brandIds"), call.whole_list("categoryIds")
    numbers, uuids = call.whole_list("productSetIds"), call.list("productSetUuids")
    if brands:
        yield lambda one: taxonomy.brand_id(one.head.brand) in brands
    if categories:
        yield lambda one: int(one.head.primary_category or 0) in categories
    if numbers:
        yield lambda one: one.number in numbers
    if uuids:
        yield lambda one: uuid_of("set", one.group) in uuids


def _text_tests(call):
    status = call.text("status", choices=tuple(STATUSES)) or "all"
    match = PRODUCT_FILTERS.get(STATUSES[status], lambda product: False)
    yield lambda one: any(match(product) for product in one.members)
    parent, group = call.text("parentSku"), call.text("group")
    if parent:
        yield lambda one: one.parent_sku == parent
    if group:
        yield lambda one: one.head.product_group == group
    for word in _keywords(call):
        yield lambda one, word=word: any(word in _words(p) for p in one.members)


def _keywords(call):
    """Read the keywords, which the documentation spells with and without brackets."""
    given = [text for name in KEYWORDS for text in call.parameters.getlist(name)]
    words = [word.casefold() for word in given if word]
    if len(words) > MAX_KEYWORDS:
        raise Problem(422, f"keyword[]: at most {MAX_KEYWORDS} values are allowed")
    if any(len(word) < MIN_KEYWORD for word in words):
        raise Problem(422, f"keyword: at least {MIN_KEYWORD} characters are needed")
    return words


def _words(product):
    return f"{product.name}\n{product.seller_sku}".casefold()


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
                    "id": _image_number(call, one, picture),
                    "displayUrl": picture.url,
                    "srcId": None,
                }
                for picture in one.pictures[:MAX_IMAGES]
            ],
        }
        for one in requested_sets(call)
    ]


@route("GET", "/v2/product-set/<int:set_id>/images", action="GetProductImages")
def images_of_set(call, set_id):
    """List the pictures of one set."""
    one = existing_set(call, set_id)
    return [
        {
            "id": _image_number(call, one, picture),
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
        for one in requested_sets(call)
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


def _image_number(call, one, picture):
    return call.sandbox.numbers.of("image", (one.number, picture.url))


def _cover(pictures):
    return pictures[0].url if pictures else None


@route(
    "GET",
    "/v2/product-set/quality-control-status",
    action="GetQcStatus",
    query=("productSetIds[]",),
)
def quality_control_status(call):
    """List the states of sets that still have variations."""
    return [
        {
            "productSetId": one.number,
            "status": one.qc_status,
            "createdAt": one.updated_at,
        }
        for one in requested_sets(call)
        if one.present
    ]


@route(
    "GET",
    "/v2/product-quality-control/rejected",
    action="GetQcStatus",
    query=("productSetIds[]",),
)
def rejected(call):
    """List why sets were rejected."""
    return [
        {
            "productSetId": one.number,
            "rejectedReasons": _reasons(one),
            "qcComment": "",
        }
        for one in requested_sets(call, required=True)
        if one.present and one.qc_status == QC_REJECTED
    ]


def _reasons(one):
    rejected = [p for p in one.present if p.qc_status == QC_REJECTED]
    return list(dict.fromkeys(product.qc_reason for product in rejected))
