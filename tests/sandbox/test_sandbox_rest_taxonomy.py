"""REST v2: categories, their attributes, brands (SellerCenter REST, Taxonomy)."""

import pytest
from marketplace import ATTRIBUTES, product, request
from rest_marketplace import CREATE, is_problem


@pytest.fixture
def tree(rest):
    return rest.get("v2/category/tree")


def walk(categories, path=()):
    """Give each category of a tree with the names above it."""
    for one in categories:
        yield one, path
        yield from walk(one["children"], (*path, one["name"]))


def test_the_tree_is_nested_and_each_category_knows_its_place(tree):
    found = {one["id"]: one for one, _ in walk(tree)}
    assert len(found) == len(list(walk(tree)))
    assert found[111]["name"] == "Dresses"
    assert [one["name"] for one in found[111]["children"]][0] == "Midi Dresses"
    for one, above in walk(tree):
        assert one["path"][: len(above)] == list(above)
        parent = found.get(one["parentId"])
        assert (parent["name"] if parent else None) == (above[-1] if above else None)
    assert len({one["uuid"] for one in found.values()}) == len(found)


def test_the_attributes_of_a_category_say_how_they_are_filled_in(rest):
    found = {one["feedName"]: one for one in rest.get("v2/category/111/attributes")}
    assert set(ATTRIBUTES) <= set(found)
    assert found["Gender"]["isMandatory"] is True
    assert "Female" in [one["name"] for one in found["Gender"]["options"]]
    assert len({one["id"] for one in found.values()}) == len(found)


def test_all_categories_of_a_set_share_its_attributes(rest, tree):
    dresses = next(one for one, _ in walk(tree) if one["id"] == 111)
    path = f"v2/attribute-sets/{dresses['attributeSetId']}/attributes"
    whole = {one["feedName"] for one in rest.get(path)}
    own = {one["feedName"] for one in rest.get("v2/category/111/attributes")}
    assert own <= whole


def test_options_that_are_offered_are_taken(rest, sandbox):
    found = {one["feedName"]: one for one in rest.get("v2/category/111/attributes")}
    last = found["Season"]["options"][-1]["name"]
    document = request(product("A", attributes={**ATTRIBUTES, "Season": last}))
    assert rest.result(CREATE, document)["errors"] == []
    document = request(product("B", attributes={**ATTRIBUTES, "Season": "never"}))
    assert rest.result(CREATE, document)["errors"]


@pytest.mark.parametrize(
    "path", ["v2/category/999999/attributes", "v2/attribute-sets/999999/attributes"]
)
def test_the_attributes_of_nothing_are_a_problem(rest, path):
    assert is_problem(rest.call("GET", path), 404)


def test_brands_come_in_pages(rest):
    everything = rest.get("v2/brands", limit=1000, offset=0)
    total = everything["pagination"]["totalCount"]
    names = [one["name"] for one in everything["items"]]
    assert len(names) == len(set(names)) == total > 2
    pages = [
        rest.get("v2/brands", limit=2, offset=start)["items"]
        for start in range(0, total + 2, 2)
    ]
    assert [one["name"] for page in pages for one in page] == names
    assert pages[-1] == []


def test_brands_are_found_by_name_and_number(rest):
    (one,) = rest.get("v2/brands", name="Saltbush", limit=5, offset=0)["items"]
    assert (one["name"], one["status"]) == ("Saltbush", "active")
    assert rest.get("v2/brands", brandIds=[one["id"]], limit=5, offset=0)["items"] == [
        one
    ]


def test_brands_want_a_page(rest):
    for query in ("", "?limit=5", "?offset=0", "?limit=-1&offset=0"):
        assert is_problem(rest.call("GET", f"v2/brands{query}"), 400)
    assert rest.checked.take()
