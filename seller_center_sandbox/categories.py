"""Categories, and how they grow from the text that lists them."""

import re
from dataclasses import dataclass
from itertools import pairwise

from .taxonomy_tree import TREE

FIRST_ID = 10_001

_LINE = re.compile(r"( *)(.+?)(?: \[([^]]+)\])?")
_NODE = re.compile(r"(.+?)(?: = (\d+))?")


@dataclass(frozen=True)
class Category:
    """A node of the category tree.

    :param path: the names from the top down to this one.
    :param attribute_set: number of the set, 0 above the level that products sit on.
    :param global_identifier: what stays the same when it gets another name.
    """

    id: str
    name: str
    path: tuple
    attribute_set: int
    children: tuple
    global_identifier: str

    @property
    def level(self):
        """Give the depth, 1 for the top."""
        return len(self.path)


def grow(sets):
    """Give the top categories with all that is below them.

    :param dict sets: name of an attribute set -> its number.
    :return: tuple of `Category`.
    """
    lines = [_LINE.fullmatch(line).groups() for line in TREE.strip().splitlines()]
    rows = [(len(indent) // 2, names, mark) for indent, names, mark in lines]
    return _branch(rows, sets, iter(range(FIRST_ID, 10 * FIRST_ID)))


def category(key, name, above, attribute_set, children):
    """Make a category.

    :param tuple above: the names of the categories above it.
    :return: `Category`.
    """
    path = (*above, name)
    identifier = "-".join(map(_slug, path))
    return Category(key, name, path, attribute_set, children, identifier)


def walk(node):
    """Give a category and all below it.

    :param node: `Category`.
    :return: iterator.
    """
    yield node
    for child in node.children:
        yield from walk(child)


def _branch(rows, sets, numbers, above=(), number=0):
    """Grow what stands at the level of the first row."""
    grown = []
    level = len(above)
    starts = [place for place, row in enumerate(rows) if row[0] == level]
    for start, end in pairwise([*starts, len(rows)]):
        _, names, mark = rows[start]
        own = sets[mark] if mark else number
        for node in names.split(", "):
            name, key = _NODE.fullmatch(node).groups()
            key = key or str(next(numbers))
            below = _branch(rows[start + 1 : end], sets, numbers, (*above, name), own)
            shown = own if level >= 2 else 0
            grown.append(category(key, name, above, shown, below))
    return tuple(grown)


def _slug(name):
    return name.lower().replace("&", "and").replace(" ", "_")
