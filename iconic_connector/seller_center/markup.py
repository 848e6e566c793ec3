"""Descriptions: HTML cut down to what the marketplace shows."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree, html

# Elements that go with everything in them; of others the text stays.
WITH_CONTENT = (
    "script style head title iframe object embed form template noscript svg video audio"
).split()


def clean_markup(text: str, tags: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Keep some elements of an HTML text, without attributes.

    Product feeds spec, Description.

    :param text: HTML, or plain text.
    :param tags: the names of the elements that stay.
    :return: the clean HTML, and the names of the elements that were dropped.
    """
    if "<" not in text:
        return text, ()
    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except etree.ParserError:
        return "", ()
    dropped = set()
    # Backwards, so that what an element holds is clean before it goes itself.
    for element in reversed(list(root.iterdescendants())):
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element.tag in WITH_CONTENT:
            dropped.add(element.tag)
            element.drop_tree()
        elif element.tag not in tags:
            dropped.add(element.tag)
            element.drop_tag()
        else:
            element.attrib.clear()
    return _inner(root), tuple(sorted(dropped))


def _inner(root: html.HtmlElement) -> str:
    outer = etree.tostring(root, encoding="unicode", method="html")
    return outer.removeprefix("<div>").removesuffix("</div>")
