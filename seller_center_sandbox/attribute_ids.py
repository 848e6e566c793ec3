"""The numbers by which REST knows attributes and their options."""

from .taxonomy import ATTRIBUTES

FIRST_ID = 101
OPTIONS_PER_ATTRIBUTE = 1000

# A set's own size list is another attribute than the size list of the next set.
BY_ID = dict(
    enumerate(
        dict.fromkeys(one for attributes in ATTRIBUTES.values() for one in attributes),
        start=FIRST_ID,
    )
)
_IDS = {attribute: number for number, attribute in BY_ID.items()}


def attribute_id(attribute):
    """Give the number of an attribute.

    :param attribute: `Attribute`.
    :return: int.
    """
    return _IDS[attribute]


def option_id(attribute, name):
    """Give the number of an option.

    :param attribute: `Attribute`.
    :param str name: one of its options.
    :return: int.
    """
    place = attribute.options.index(name) + 1
    return attribute_id(attribute) * OPTIONS_PER_ATTRIBUTE + place


def attribute_values(attributes, product):
    """Give the values of a product's own attributes by number.

    :param attributes: `Attribute` records of its category.
    :param product: `Product`.
    :return: dict of str -> text, or the number of an option.
    """
    return {
        str(attribute_id(one)): _value(one, product.attributes[one.feed_name])
        for one in attributes
        if one.feed_name in product.attributes
    }


def _value(attribute, text):
    return option_id(attribute, text) if text in attribute.options else text
