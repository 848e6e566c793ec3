"""Routes that read the category tree (SellerCenter REST, Categories)."""

from .identities import uuid_of
from .rest_problems import Problem
from .rest_registry import route

ROOT = 9000
LISTED = ("includeInaccessible",)


@route("GET", "/v2/category/tree", action="GetCategoryTree")
def category_tree(call):
    """Give the whole tree, as a list of the top categories."""
    return [_branch(node, ()) for node in call.sandbox.taxonomy.roots]


@route("GET", "/v2/category/root", action="GetCategoryTree")
def category_root(call):
    """Give the category above the top ones."""
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
    """Give one category, as a list of one."""
    node, parents = _existing(call, category_id)
    one = _base(node, parents)
    names = ("id", "uuid", "parentId", "name", "path")
    state = {"srcId": None, "visible": True, "status": "active"}
    return [{**{name: one[name] for name in names}, **state}]


@route("GET", "/v2/category/<int:category_id>/children", action="GetCategoryTree")
def category_children(call, category_id):
    """List what lies directly below a category."""
    if category_id == ROOT:
        found = [(node, ()) for node in call.sandbox.taxonomy.roots]
    else:
        node, parents = _existing(call, category_id)
        found = [(child, (*parents, node)) for child in node.children]
    return [
        {
            **_base(node, parents),
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
    query=("query", *LISTED),
)
def categories(call):
    """List categories whose name holds a word."""
    word = call.text("query").casefold()
    return _list(call, lambda node: word in node.name.casefold())


@route(
    "GET",
    "/v2/categories/ids",
    action="GetCategoryTree",
    paged=True,
    query=("ids[]", *LISTED),
)
def categories_by_id(call):
    """List the categories with some ids."""
    wanted = call.whole_list("ids")
    return _list(call, lambda node: wanted is None or int(node.id) in wanted)


@route(
    "GET",
    "/v2/categories/uuids",
    action="GetCategoryTree",
    paged=True,
    query=("uuids[]", *LISTED),
)
def categories_by_uuid(call):
    """List the categories with some UUIDs."""
    wanted = call.list("uuids")
    return _list(call, lambda node: wanted is None or _uuid(node) in wanted)


def _list(call, match):
    call.flag("includeInaccessible")
    found = [pair for pair in _walk(call.sandbox.taxonomy.roots) if match(pair[0])]
    page = call.page(found)
    return {**page, "items": [_listed(node, above) for node, above in page["items"]]}


def _listed(node, parents):
    return {
        **_base(node, parents),
        "childrenIds": [int(child.id) for child in node.children],
        "visible": True,
        "fulfillmentVisible": True,
        "qcDisabled": False,
        "serialNumberRequired": False,
        "status": "active",
    }


def _branch(node, parents):
    children = [_branch(child, (*parents, node)) for child in node.children]
    return {**_base(node, parents), "children": children}


def _base(node, parents):
    return {
        "id": int(node.id),
        "parentId": int(parents[-1].id) if parents else ROOT,
        "name": node.name,
        "attributeSetId": node.attribute_set,
        "pathIds": [int(one.id) for one in (*parents, node)],
        "path": list(node.path),
        "uuid": _uuid(node),
    }


def _uuid(node):
    return uuid_of("category", node.id)


def _walk(nodes, parents=()):
    for node in nodes:
        yield node, parents
        yield from _walk(node.children, (*parents, node))


def _existing(call, category_id):
    for node, parents in _walk(call.sandbox.taxonomy.roots):
        if node.id == str(category_id):
            return node, parents
    raise Problem(404, f"There is no category {category_id}")
