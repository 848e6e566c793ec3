"""Routes that read categories, attributes and brands (SellerCenter REST)."""

from datetime import datetime

from ..catalogue.attributes import option_id
from ..core.const import COUNTRY
from ..core.times import UTC
from .calls import Problem, route, uuid_of

ROOT = 9000
CATEGORY_FILTERS = ("includeInaccessible",)


@route("GET", "/v2/category/tree", action="GetCategoryTree")
def category_tree(call):
    """Return the whole tree, as a list of the top categories."""
    return [_category_branch(node, ()) for node in call.sandbox.taxonomy.roots]


@route("GET", "/v2/category/root", action="GetCategoryTree")
def category_root(call):
    """Return the category above the top ones."""
    return {
        "id": ROOT,
        "parentId": None,
        "name": "Root Category",
        "attributeSetId": 0,
        "pathIds": [ROOT],
        "path": ["Root Category"],
        "uuid": uuid_of("category", ROOT),
    }


@route("GET", "/v2/category/<int:category_id>", action="GetCategoryTree")
def category(call, category_id):
    """Return one category, as a list of one."""
    node, parents = _existing_category(call, category_id)
    one = _category(node, parents)
    names = ("id", "uuid", "parentId", "name", "path")
    state = {"srcId": None, "visible": True, "status": "active"}
    return [{**{name: one[name] for name in names}, **state}]


@route("GET", "/v2/category/<int:category_id>/children", action="GetCategoryTree")
def category_children(call, category_id):
    """List what lies directly below a category."""
    if category_id == ROOT:
        found = [(node, ()) for node in call.sandbox.taxonomy.roots]
    else:
        node, parents = _existing_category(call, category_id)
        found = [(child, (*parents, node)) for child in node.children]
    return [
        {
            **_category(node, parents),
            "srcId": None,
            "status": "active",
            "visible": True,
            "hasChildren": bool(node.children),
        }
        for node, parents in found
    ]


@route(
    "GET",
    "/v2/categories",
    action="GetCategoryTree",
    paged=True,
    query=("query", *CATEGORY_FILTERS),
)
def categories(call):
    """List categories whose name contains a text."""
    word = call.text("query").casefold()
    return _category_page(call, lambda node: word in node.name.casefold())


@route(
    "GET",
    "/v2/categories/ids",
    action="GetCategoryTree",
    paged=True,
    query=("ids[]", *CATEGORY_FILTERS),
)
def categories_by_id(call):
    """List the categories with some ids."""
    wanted = call.whole_list("ids")
    return _category_page(call, lambda node: wanted is None or int(node.id) in wanted)


@route(
    "GET",
    "/v2/categories/uuids",
    action="GetCategoryTree",
    paged=True,
    query=("uuids[]", *CATEGORY_FILTERS),
)
def categories_by_uuid(call):
    """List the categories with some UUIDs."""
    wanted = call.list("uuids")
    return _category_page(
        call, lambda node: wanted is None or _category_uuid(node) in wanted
    )


def _category_page(call, match):
    call.flag("includeInaccessible")
    found = [pair for pair in _walk(call.sandbox.taxonomy.roots) if match(pair[0])]
    page = call.page(found)
    return {
        **page,
        "items": [_listed_category(node, above) for node, above in page["items"]],
    }


def _listed_category(node, parents):
    return {
        **_category(node, parents),
        "childrenIds": [int(child.id) for child in node.children],
        "visible": True,
        "fulfillmentVisible": True,
        "qcDisabled": False,
        "serialNumberRequired": False,
        "status": "active",
    }


def _category_branch(node, parents):
    children = [_category_branch(child, (*parents, node)) for child in node.children]
    return {**_category(node, parents), "children": children}


def _category(node, parents):
    return {
        "id": int(node.id),
        "parentId": int(parents[-1].id) if parents else ROOT,
        "name": node.name,
        "attributeSetId": node.attribute_set,
        "pathIds": [int(one.id) for one in (*parents, node)],
        "path": list(node.path),
        "uuid": _category_uuid(node),
    }


def _category_uuid(node):
    return uuid_of("category", node.id)


def _walk(nodes, parents=()):
    for node in nodes:
        yield node, parents
        yield from _walk(node.children, (*parents, node))


def _existing_category(call, category_id):
    for node, parents in _walk(call.sandbox.taxonomy.roots):
        if node.id == str(category_id):
            return node, parents
    raise Problem(404, f"There is no category {category_id}")


MADE = datetime(2020, 1, 1, tzinfo=UTC)
ATTRIBUTE_FILTERS = ("attributeIds[]", "attributeSetIds[]", "onlyVisible")
BRAND_FILTERS = (
    "name",
    "brandIds[]",
    "brandUuids[]",
    "includeInaccessible",
    "restrictedOnly",
    "sort",
    "sortDir",
)


@route(
    "GET", "/v2/category/<int:category_id>/attributes", action="GetCategoryAttributes"
)
def category_attributes(call, category_id):
    attributes = call.sandbox.taxonomy.attributes(str(category_id))
    if not attributes:
        raise Problem(404, f"No attribute sets linked to the category {category_id}")
    return [_attribute(one) for one in attributes]


@route(
    "GET",
    "/v2/attribute-sets",
    action="GetCategoryAttributes",
    query=("attributeSetIds[]",),
)
def attribute_sets(call):
    wanted = call.whole_list("attributeSetIds")
    return [
        _set(number, name)
        for number, name in call.sandbox.taxonomy.sets.items()
        if wanted is None or number in wanted
    ]


@route("GET", "/v2/attribute-sets/<int:set_id>", action="GetCategoryAttributes")
def attribute_set(call, set_id):
    return _set(set_id, _existing_set(call, set_id))


@route(
    "GET", "/v2/attribute-sets/<int:set_id>/attributes", action="GetCategoryAttributes"
)
def attributes_of_set(call, set_id):
    _existing_set(call, set_id)
    return [*map(_attribute, call.sandbox.taxonomy.attributes_of_set(set_id))]


@route(
    "GET",
    "/v2/attributes",
    action="GetCategoryAttributes",
    paged=True,
    query=ATTRIBUTE_FILTERS,
)
def attributes(call):
    """List attributes of all sets."""
    call.flag("onlyVisible")
    ids, sets = call.whole_list("attributeIds"), call.whole_list("attributeSetIds")
    taxonomy = call.sandbox.taxonomy
    found = [
        one
        for number in (taxonomy.sets if sets is None else dict.fromkeys(sets))
        for one in taxonomy.attributes_of_set(number)
        if ids is None or one.number in ids
    ]
    page = call.page(found)
    return {**page, "items": [_attribute(one) for one in page["items"]]}


@route("GET", "/v2/attributes/<int:attribute_id>", action="GetCategoryAttributes")
def attribute(call, attribute_id):
    found = call.sandbox.taxonomy.attribute(attribute_id)
    if not found:
        raise Problem(404, f"There is no attribute {attribute_id}")
    return _attribute(found)


@route("GET", "/v2/brands", action="GetBrands", paged=True, query=BRAND_FILTERS)
def brands(call):
    """List the registered brands."""
    tests = list(_brand_tests(call))
    found = [
        (key, name)
        for key, name in call.sandbox.taxonomy.brands.items()
        if all(test(key, name) for test in tests)
    ]
    by_name = call.text("sort", choices=("createdAt", "updatedAt", "name")) == "name"
    # All brands were created at the same time; their numbers give the order.
    found.sort(key=lambda pair: pair[1] if by_name else pair[0])
    if call.text("sortDir", choices=("asc", "desc")) == "desc":
        found.reverse()
    page = call.page(found)
    return {**page, "items": [_brand(*pair) for pair in page["items"]]}


@route("GET", "/v2/brands/<int:brand_id>", action="GetBrands")
def brand(call, brand_id):
    name = call.sandbox.taxonomy.brands.get(brand_id)
    if not name:
        raise Problem(404, f"There is no brand {brand_id}")
    return _brand(brand_id, name)


def _brand_tests(call):
    word = call.text("name").casefold()
    ids, uuids = call.whole_list("brandIds"), call.list("brandUuids")
    call.flag("includeInaccessible")
    yield lambda key, name: word in name.casefold()
    if ids:
        yield lambda key, name: key in ids
    if uuids:
        yield lambda key, name: uuid_of("brand", key) in uuids
    if call.flag("restrictedOnly"):
        yield lambda key, name: False


def _brand(key, name):
    return {
        "id": key,
        "srcId": None,
        "uuid": uuid_of("brand", key),
        "name": name,
        "status": "active",
        "isActive": True,
        "isApproved": True,
        "isRestricted": False,
        "countries": COUNTRY,
        "createdAt": MADE,
        "updatedAt": MADE,
    }


def _existing_set(call, set_id):
    name = call.sandbox.taxonomy.sets.get(set_id)
    if not name:
        raise Problem(404, f"There is no attribute set {set_id}")
    return name


def _set(number, name):
    return {
        "id": number,
        "name": name,
        "label": name.capitalize(),
        "createdAt": MADE,
        "updatedAt": MADE,
    }


def _attribute(one):
    options = [
        {
            "id": option_id(one, name),
            "name": name,
            "isDefault": name == one.default,
        }
        for name in one.options
    ]
    return {
        "id": one.number,
        "label": one.label,
        "name": one.feed_name,
        "feedName": one.feed_name,
        "groupName": "Variation" if one.per_variation else "General",
        "isMandatory": one.mandatory,
        "isGlobalAttribute": one.element,
        "description": one.description,
        "productType": "simple" if one.per_variation else "config",
        "inputType": one.input_type,
        "attributeType": one.attribute_type,
        "exampleValue": one.example,
        "maxLength": one.max_length or None,
        "isVisibleForHybrid": True,
        "attributeDefinitionType": "default",
        "attributeDefinitionCountry": None,
        "inputMode": "edit",
        "forbidEmpty": one.mandatory,
        "options": options,
        "isEditionBySellerBlocked": False,
        "isUsedInConsignmentFormulas": False,
    }
