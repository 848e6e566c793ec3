"""Categories, attributes and brands over REST."""

import pytest
from fake_marketplace import parameters, path

from iconic_connector.seller_center import UnknownOutcome
from iconic_connector.seller_center.records import Brand, Category


def node(number, name, children=(), attribute_set=3):
    return {
        "id": number,
        "parentId": None,
        "name": name,
        "attributeSetId": attribute_set,
        "pathIds": [number],
        "path": [name],
        "uuid": f"uuid-{number}",
        "children": list(children),
    }


def attribute(**fields):
    """Return an attribute with every field of the reference."""
    return {
        "id": 5,
        "label": "Colour",
        "name": "color",
        "feedName": "Color",
        "groupName": "General",
        "isMandatory": True,
        "isGlobalAttribute": False,
        "description": "Main colour",
        "productType": "config",
        "inputType": "dropdown",
        "attributeType": "option",
        "exampleValue": "Red",
        "maxLength": None,
        "isVisibleForHybrid": True,
        "attributeDefinitionType": None,
        "attributeDefinitionCountry": None,
        "inputMode": "edit",
        "forbidEmpty": False,
        "options": [],
        "isEditionBySellerBlocked": False,
        "isUsedInConsignmentFormulas": False,
        **fields,
    }


def brand(number):
    return {
        "id": number,
        "srcId": None,
        "uuid": f"uuid-{number}",
        "name": f"Brand {number}",
        "status": "active",
        "isActive": True,
        "isApproved": True,
        "isRestricted": False,
        "countries": "AU",
        "createdAt": "2025-03-01T12:00:00.000000Z",
        "updatedAt": "2025-03-01T12:00:00.000000Z",
    }


def test_the_category_tree_is_read(rest_api, marketplace):
    dresses = node(111, "Dresses", [node(1111, "Maxi")])
    clothing = node(11, "Clothing", [dresses, node(112, "Kōwhai")], attribute_set=4)
    marketplace.answer([node(1, "Women", [clothing]), node(2, "Men")])
    maxi = Category("1111", "Maxi", "3")
    assert rest_api.category_tree() == (
        Category(
            "1",
            "Women",
            "3",
            (
                Category(
                    "11",
                    "Clothing",
                    "4",
                    (
                        Category("111", "Dresses", "3", (maxi,)),
                        Category("112", "Kōwhai", "3"),
                    ),
                ),
            ),
        ),
        Category("2", "Men", "3"),
    )
    (request,) = marketplace.requests
    assert (request.method, path(request)) == ("GET", "/v2/category/tree")
    assert parameters(request) == []


@pytest.mark.parametrize("children", [None, "absent"])
def test_a_category_without_children_has_none(rest_api, marketplace, children):
    leaf = {**node(1, "Women"), "children": None}
    if children == "absent":
        del leaf["children"]
    marketplace.answer([leaf])
    assert rest_api.category_tree()[0].children == ()


def test_a_category_without_attributes_of_its_own_has_no_set(rest_api, marketplace):
    marketplace.answer([node(1, "Women", attribute_set=0)])
    assert rest_api.category_tree()[0].attribute_set == ""


def test_the_attributes_of_a_category_are_read(rest_api, marketplace):
    options = [
        {"id": 1, "name": "Red", "isDefault": False},
        {"id": 2, "name": "Blue", "isDefault": True},
        {"id": 3, "name": "Grey", "isDefault": None},
    ]
    marketplace.answer(
        [
            attribute(options=options),
            attribute(
                name="composition",
                feedName="Composition",
                label=None,
                groupName=None,
                description=None,
                exampleValue=None,
                options=None,
                isMandatory=False,
                productType="simple",
                inputType="textfield",
                attributeType="value",
                maxLength=255,
            ),
        ]
    )
    color, composition = rest_api.category_attributes("111")
    assert (color.name, color.label, color.feed_name) == ("color", "Colour", "Color")
    assert (color.mandatory, color.description) == (True, "Main colour")
    assert (color.product_type, color.input_type) == ("config", "dropdown")
    assert (color.attribute_type, color.example) == ("option", "Red")
    assert color.max_length is None
    assert [(option.name, option.default) for option in color.options] == [
        ("Red", False),
        ("Blue", True),
        ("Grey", False),
    ]
    assert composition.max_length == 255
    assert composition.mandatory is False
    assert composition.product_type == "simple"
    assert composition.options == ()
    assert (composition.label, composition.example) == ("", "")
    assert path(marketplace.requests[0]) == "/v2/category/111/attributes"


def test_a_length_of_zero_is_no_limit(rest_api, marketplace):
    marketplace.answer([attribute(maxLength=0)])
    assert rest_api.category_attributes("111")[0].max_length is None


def test_the_attributes_of_a_set_are_read_at_once(rest_api, marketplace):
    marketplace.answer([attribute()])
    (color,) = rest_api.set_attributes("3", "111")
    assert color.feed_name == "Color"
    assert path(marketplace.requests[0]) == "/v2/attribute-sets/3/attributes"


def test_the_older_api_reads_a_set_by_one_of_its_categories(api, marketplace, load):
    marketplace.answer(load("category_attributes.json"))
    assert api.set_attributes("3", "111")[0].feed_name == "Color"
    assert "PrimaryCategory=111" in marketplace.requests[0].url
    assert "Action=GetCategoryAttributes" in marketplace.requests[0].url


@pytest.mark.parametrize("cap", [7, 100, 10_000])
def test_brands_are_read_to_the_end_however_long_a_page_may_be(
    rest_api, marketplace, cap
):
    rows = [brand(number) for number in range(1, 251)]

    def serve(request):
        asked = dict(parameters(request))
        limit, offset = min(int(asked["limit"]), cap), int(asked["offset"])
        total = {"limit": limit, "offset": offset, "totalCount": len(rows)}
        return {"items": rows[offset : offset + limit], "pagination": total}

    marketplace.stand("/v2/brands", serve)
    brands = rest_api.brands()
    assert len(brands) == 250
    assert brands[0] == Brand("Brand 1", "1")
    assert [one.brand_id for one in brands] == [str(n) for n in range(1, 251)]


def test_brands_end_with_an_empty_page_when_no_total_is_said(rest_api, marketplace):
    rows = [brand(number) for number in range(1, 31)]

    def serve(request):
        offset = int(dict(parameters(request))["offset"])
        return {"items": rows[offset : offset + 10]}

    marketplace.stand("/v2/brands", serve)
    assert len(rest_api.brands()) == 30


def test_no_brands_are_none(rest_api, marketplace):
    marketplace.answer({"items": [], "pagination": {"totalCount": 0}})
    assert rest_api.brands() == ()


@pytest.mark.parametrize("answer", ["{}", "null", '"x"', '{"message": "busy"}'])
@pytest.mark.parametrize(
    "read",
    [
        lambda api: api.category_tree(),
        lambda api: api.category_attributes("111"),
        lambda api: api.brands(),
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(
    rest_api, marketplace, read, answer
):
    for _attempt in range(3):
        marketplace.answer(answer)
    with pytest.raises(UnknownOutcome):
        read(rest_api)
