"""The taxonomy: what a shop has, how it is enlarged, and how parts of it vanish."""

import pytest
from marketplace import ATTRIBUTES, Seller, only, product, request
from rest_marketplace import CREATE, by_sku

from seller_center_sandbox import Sandbox, SandboxServer


def found(sandbox, *path):
    """Give the category with a path."""
    (one,) = (one for one in sandbox.taxonomy.categories.values() if one.path == path)
    return one


def options(taxonomy):
    """Give the options of all attributes of all sets."""
    for number in taxonomy.sets:
        for one in taxonomy.attributes_of_set(number):
            yield from ((one, option) for option in one.options)


def test_the_tree_is_as_large_and_deep_as_a_fashion_shops(sandbox):
    categories = sandbox.taxonomy.categories.values()
    assert len(categories) > 500
    assert max(one.level for one in categories) == 5
    tops = {one.name for one in categories if one.level == 1}
    assert tops == {"Women", "Men", "Kids", "Sport", "Beauty", "Home"}
    paths = [one.path for one in categories]
    assert len(set(paths)) == len(paths)


def test_all_products_categories_have_attributes_and_no_others(sandbox):
    for one in sandbox.taxonomy.categories.values():
        assert bool(sandbox.taxonomy.attributes(one.id)) == (one.level >= 3), one


def test_some_categories_ask_for_gender_and_age_in_one(sandbox):
    found = {
        one.options
        for number in sandbox.taxonomy.sets
        for one in sandbox.taxonomy.attributes_of_set(number)
        if one.feed_name == "Gender"
    }
    assert found == {
        ("Female", "Male", "Unisex"),
        ("Women", "Men", "Girls", "Boys"),
        ("Women", "Men", "Girls", "Boys", "Unisex Kids"),
    }
    (gender,) = (
        one for one in sandbox.taxonomy.attributes("411") if one.feed_name == "Gender"
    )
    assert gender.mandatory and "Girls" in gender.options


@pytest.mark.parametrize(
    ("path", "mandatory"),
    [
        (("Women", "Clothing", "Jeans"), "Composition"),
        (("Women", "Shoes", "Heels"), "UpperMaterial"),
        (("Men", "Bags & Wallets", "Backpacks"), "OuterMaterial"),
        (("Women", "Underwear & Swimwear", "Bras"), "Support"),
        (("Women", "Jewellery & Watches", "Rings"), "Metal"),
        (("Beauty", "Skin Care", "Face"), "Ingredients"),
        (("Kids", "Baby", "Sets"), "AgeRange"),
        (("Sport", "Equipment", "Balls"), "Sport"),
        (("Home", "Bedroom", "Sheets"), "Composition"),
    ],
)
def test_each_kind_of_product_has_mandatory_attributes_of_its_own(
    sandbox, path, mandatory
):
    attributes = sandbox.taxonomy.attributes(found(sandbox, *path).id)
    by_name = {one.feed_name: one for one in attributes}
    assert len(by_name) == len(attributes) > 10
    assert by_name[mandatory].mandatory
    assert any(not one.mandatory for one in attributes)


@pytest.mark.parametrize(
    ("name", "attribute_type", "input_type"),
    [
        ("Brand", "system", "dropdown"),
        ("Color", "option", "dropdown"),
        ("Occasion", "multi_option", "multiselect"),
        ("StyleCode", "value", "textfield"),
        ("ModelNotes", "value", "textarea"),
        ("LengthCm", "value", "numberfield"),
        ("AvailableFrom", "value", "datefield"),
    ],
)
def test_attributes_tell_how_they_are_filled_in(
    rest, classic, name, attribute_type, input_type
):
    (one,) = (
        one for one in rest.get("v2/category/111/attributes") if one["feedName"] == name
    )
    assert (one["attributeType"], one["inputType"]) == (attribute_type, input_type)
    answer = classic.call("GetCategoryAttributes", PrimaryCategory="111")
    (node,) = (
        node
        for node in answer.root.iter("Attribute")
        if node.findtext("FeedName") == name
    )
    told = node.findtext("AttributeType"), node.findtext("InputType")
    assert told == (attribute_type, input_type)


def test_option_lists_are_as_long_as_real_ones(sandbox):
    by_name = {one.feed_name: one for one in sandbox.taxonomy.attributes("111")}
    lengths = {name: len(one.options) for name, one in by_name.items()}
    assert lengths["Variation"] > 80
    assert lengths["Color"] > 30
    assert lengths["MaterialFamily"] > 40
    for one, _ in options(sandbox.taxonomy):
        assert len(set(one.options)) == len(one.options)


def classic_tree(answer):
    """Read the Action API's tree as id -> name, set and ids below."""
    return {
        node.findtext("CategoryId"): (
            node.findtext("Name"),
            int(node.findtext("AttributeSetId") or 0),
            [one.text for one in node.findall("Children/Category/CategoryId")],
        )
        for node in answer.root.iter("Category")
    }


def rest_tree(nodes):
    """Read the tree of REST likewise."""
    tree = {}
    for one in nodes:
        below = [str(child["id"]) for child in one["children"]]
        tree[str(one["id"])] = (one["name"], one["attributeSetId"], below)
        tree |= rest_tree(one["children"])
    return tree


def test_both_apis_show_the_same_categories(rest, classic):
    tree = rest_tree(rest.get("v2/category/tree"))
    assert tree == classic_tree(classic.call("GetCategoryTree"))
    assert len(tree) > 500


def classic_attributes(answer):
    """Read the Action API's attributes as FeedName -> duty, length and options."""
    return {
        node.findtext("FeedName"): (
            node.findtext("isMandatory") == "1",
            int(node.findtext("MaxLength") or 0),
            [one.text for one in node.findall("Options/Option/Name")],
        )
        for node in answer.root.iter("Attribute")
    }


def rest_attributes(rows):
    """Read the attributes of REST likewise."""
    return {
        row["feedName"]: (
            row["isMandatory"],
            row["maxLength"] or 0,
            [one["name"] for one in row["options"]],
        )
        for row in rows
    }


def test_both_apis_show_the_same_attributes_of_every_set(rest, classic, sandbox):
    taxonomy = sandbox.taxonomy
    firsts = {one.attribute_set: one.id for one in taxonomy.categories.values()}
    assert set(firsts) - {0} == set(taxonomy.sets)
    for number in taxonomy.sets:
        told = rest_attributes(rest.get(f"v2/attribute-sets/{number}/attributes"))
        answer = classic.call("GetCategoryAttributes", PrimaryCategory=firsts[number])
        assert told == classic_attributes(answer)


def test_attributes_are_found_by_their_numbers(rest):
    (one,) = (
        one
        for one in rest.get("v2/category/121/attributes")
        if one["feedName"] == "UpperMaterial"
    )
    assert rest.get(f"v2/attributes/{one['id']}") == one
    page = rest.get("v2/attributes", attributeIds=[one["id"]], limit=5, offset=0)
    assert page["items"] == [one]
    page = rest.get("v2/attributes", attributeSetIds=[2], limit=100, offset=0)
    assert one in page["items"]


def test_several_options_of_one_product_are_told_by_their_numbers(rest):
    attributes = {**ATTRIBUTES, "Occasion": "Work, Party"}
    rest.feed(CREATE, request(product("A", attributes=attributes)))
    (one,) = (
        one
        for one in rest.get("v2/category/111/attributes")
        if one["feedName"] == "Occasion"
    )
    ids = {option["name"]: option["id"] for option in one["options"]}
    number = by_sku(rest, "A")["A"]["productSetId"]
    told = rest.get(f"v2/product-set/{number}")["attributes"][str(one["id"])]
    assert told == [ids["Work"], ids["Party"]]


@pytest.fixture(scope="module")
def large():
    """A taxonomy for tests of load."""
    return Sandbox(taxonomy_size=3000).taxonomy


def test_the_taxonomy_can_be_as_large_as_a_marketplaces(large, sandbox):
    assert 2950 <= len(large.categories) <= 3050
    assert 290_000 <= sum(1 for _ in options(large)) <= 310_000
    assert set(sandbox.taxonomy.categories) < set(large.categories)
    assert set(sandbox.taxonomy.sets) < set(large.sets)


def test_what_is_made_for_load_has_numbers_of_its_own(large):
    attributes = [
        one for number in large.sets for one in large.attributes_of_set(number)
    ]
    assert len({one.number for one in attributes}) == len(attributes)
    assert max(len(one.choices) for one in attributes) < 1000
    for one in large.categories.values():
        assert bool(large.attributes(one.id)) == (one.level >= 3), one


def test_what_is_made_for_load_is_always_the_same(large):
    again = Sandbox(taxonomy_size=3000).taxonomy
    assert again.roots == large.roots
    last = max(large.sets)
    assert again.attributes_of_set(last) == large.attributes_of_set(last)


def test_options_made_for_load_are_made_when_they_are_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr(
        "seller_center_sandbox.catalogue.taxonomy.load_set",
        lambda *key: made.append(key),
    )
    taxonomy = Sandbox(taxonomy_size=1500).taxonomy
    assert len(taxonomy.categories) > 1400
    assert not made
    taxonomy.attributes_of_set(max(taxonomy.sets))
    assert len(made) == 1


def test_a_large_taxonomy_is_served_and_enforced():
    sandbox = Sandbox(taxonomy_size=1000, processing_delay=0)
    key = next(
        one.id
        for one in sandbox.taxonomy.categories.values()
        if one.level == 3 and one.attribute_set == max(sandbox.taxonomy.sets)
    )
    with SandboxServer(sandbox) as server, Seller(server.url) as seller:
        assert key in seller.call("GetCategoryTree").all(".//CategoryId")
        answer = seller.call("GetCategoryAttributes", PrimaryCategory=key)
        assert len(answer.all("Body/Attribute/Options/Option/Name")) > 900
        for value, errors in (("Detail 1-001", 0), ("Detail 1-000", 1)):
            attributes = {**ATTRIBUTES, "Detail01": value}
            document = product(value, PrimaryCategory=key, attributes=attributes)
            found = seller.errors("ProductCreate", request(document))
            assert len(found) == errors, found


def test_a_removed_category_vanishes_with_all_below_it(seller):
    assert seller.control("POST", "taxonomy", remove_category="111").ok
    ids = seller.call("GetCategoryTree").all(".//CategoryId")
    assert "11" in ids and "112" in ids
    assert not {"111", "1111"} & set(ids)
    assert seller.call("GetCategoryAttributes", PrimaryCategory="111").code == "57"
    assert seller.errors("ProductCreate", request(product())) == [
        "Field PrimaryCategory: category '111' does not exist"
    ]


def test_a_product_outlives_its_category(seller, sandbox):
    document = product(Categories="1111", attributes=ATTRIBUTES)
    assert not seller.errors("ProductCreate", request(document))
    seller.control("POST", "taxonomy", remove_category="111")
    document = request(only("SKU-1", Quantity="7", Price="150.00"))
    assert not seller.errors("ProductUpdate", document)
    assert sandbox.products["SKU-1"].attributes == ATTRIBUTES
    document = request(only("SKU-1", Name="Dress", PrimaryCategory="111"))
    (error,) = seller.errors("ProductUpdate", document)
    assert error == "Field PrimaryCategory: category '111' does not exist"


def test_a_removed_option_is_allowed_no_more(rest, classic, sandbox):
    classic.feed("ProductCreate", request(product("OLD")))
    path = "v2/attribute-sets/1/attributes"
    before = {one["feedName"]: one for one in rest.get(path)}
    gone = {"set": 1, "feed_name": "Color", "option": "Black"}
    assert classic.control("POST", "taxonomy", remove_option=gone).ok
    after = {one["feedName"]: one for one in rest.get(path)}
    kept = [one for one in before["Color"]["options"] if one["name"] != "Black"]
    assert after["Color"]["options"] == kept
    del before["Color"], after["Color"]
    assert after == before
    answer = classic.call("GetCategoryAttributes", PrimaryCategory="111")
    assert "Black" not in classic_attributes(answer)["Color"][2]
    assert classic.errors("ProductCreate", request(product())) == [
        "Field Color: 'Black' is not one of the allowed values"
    ]
    assert not classic.errors("ProductUpdate", request(only("OLD", Quantity="1")))
    assert sandbox.taxonomy.attributes_of_set(2)[2].options[0] == "Black"


def test_an_attribute_without_options_left_is_no_free_text(seller, sandbox):
    for option in ("Female", "Male", "Unisex"):
        gone = {"set": 1, "feed_name": "Gender", "option": option}
        assert seller.control("POST", "taxonomy", remove_option=gone).ok
    answer = seller.call("GetCategoryAttributes", PrimaryCategory="111")
    assert classic_attributes(answer)["Gender"] == (True, 0, [])
    assert seller.errors("ProductCreate", request(product())) == [
        "Field Gender: 'Female' is not one of the allowed values"
    ]


def test_a_removed_brand_is_registered_no_more(rest, classic):
    assert classic.control("POST", "taxonomy", remove_brand="Saltbush").ok
    names = classic.call("GetBrands", Limit="500").all("Body/Brands/Brand/Name")
    assert "Saltbush" not in names and "Ridgeline" in names
    page = rest.get("v2/brands", name="Saltbush", limit=5, offset=0)
    assert page["items"] == []
    assert classic.errors("ProductCreate", request(product())) == [
        "Field Brand: Brand 'Saltbush' is not registered"
    ]


def test_a_renamed_category_keeps_its_id_and_identifier(rest, classic, sandbox):
    before = sandbox.taxonomy.categories["1111"]
    new = {"id": "111", "name": "Frocks"}
    assert classic.control("POST", "taxonomy", rename_category=new).ok
    after = sandbox.taxonomy.categories["1111"]
    assert after.path == ("Women", "Clothing", "Frocks", "Midi Dresses")
    assert after.global_identifier == before.global_identifier
    assert rest_tree(rest.get("v2/category/tree"))["111"][0] == "Frocks"
    tree = classic_tree(classic.call("GetCategoryTree"))
    assert tree["111"][0] == "Frocks"
    assert not classic.errors("ProductCreate", request(product()))


def test_a_reset_brings_everything_back(seller, sandbox):
    before = sandbox.taxonomy.roots, sandbox.taxonomy.attributes("111")
    option = {"set": 1, "feed_name": "Color", "option": "Black"}
    seller.control("POST", "taxonomy", remove_option=option)
    seller.control("POST", "taxonomy", remove_brand="Saltbush")
    seller.control("POST", "taxonomy", rename_category={"id": "1", "name": "Hers"})
    seller.control("POST", "taxonomy", remove_category="111")
    assert (sandbox.taxonomy.roots, sandbox.taxonomy.attributes("111")) != before
    seller.control("POST", "reset")
    assert (sandbox.taxonomy.roots, sandbox.taxonomy.attributes("111")) == before
    assert not seller.errors("ProductCreate", request(product()))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"remove_everything": True},
        {"remove_category": "999"},
        {"remove_brand": "Nobody"},
        {"remove_brand": ["Saltbush"]},
        {"remove_brand": "Saltbush", "remove_category": "111"},
        {"rename_category": {"id": "999", "name": "Nothing"}},
        {"rename_category": {"id": "111"}},
        {"remove_option": {"set": 1, "feed_name": "Color", "option": "Teal"}},
        {"remove_option": {"set": 99, "feed_name": "Color", "option": "Black"}},
        {"remove_option": {"set": "one", "feed_name": "Color", "option": "Black"}},
        {"remove_option": {"feed_name": "Color", "option": "Black"}},
        {"remove_option": "Black"},
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words(seller, sandbox, data):
    before = sandbox.taxonomy.roots, dict(sandbox.taxonomy.brands)
    answer = seller.control("POST", "taxonomy", **data)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (sandbox.taxonomy.roots, sandbox.taxonomy.brands) == before
