"""Actions that read categories, attributes and brands."""

from . import const
from .action_registry import Answer, action
from .errors import refusal
from .parameters import whole_number


@action("GetCategoryTree", "Categories")
def get_category_tree(call):
    """Give the whole tree of categories."""
    roots = [_category(node) for node in call.sandbox.taxonomy.roots]
    return Answer({"Categories": {"Category": roots}})


@action("GetCategoryAttributes", "Attribute")
def get_category_attributes(call):
    """Give the attributes of a category."""
    category_id = call.parameters.get("PrimaryCategory", "")
    if not category_id:
        raise refusal(1, "PrimaryCategory")
    attributes = call.sandbox.taxonomy.attributes(category_id)
    if not attributes:
        raise refusal(57, category_id)
    return Answer({"Attribute": [_attribute(one) for one in attributes]})


@action("GetBrands", "Brands")
def get_brands(call):
    """Give a page of the registered brands."""
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
