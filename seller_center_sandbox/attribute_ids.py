"""The numbers by which REST knows attributes and their options."""

OPTIONS_PER_ATTRIBUTE = 1000


def option_id(attribute, name):
    """Give the number of an option; it stays when others are removed.

    :param attribute: `Attribute`.
    :param str name: one of its options.
    :return: int.
    """
    place = attribute.choices.index(name) + 1
    return attribute.number * OPTIONS_PER_ATTRIBUTE + place


def attribute_values(attributes, product):
    """Give the values of a product's own attributes by number.

    :param attributes: `Attribute` records of its category.
    :param product: `Product`.
    :return: dict of str -> text, or the number of an option, or several of them.
    """
    return {
        str(one.number): _value(one, product.attributes[one.feed_name])
        for one in attributes
        if one.feed_name in product.attributes
    }


def _value(attribute, text):
    if attribute.multiple:
        return [option_id(attribute, part.strip()) for part in text.split(",")]
    return option_id(attribute, text) if text in attribute.choices else text
