"""The categories, attributes and brands of the marketplace.

The data are in the modules beside this one; here they are looked up, and changed for
tests of what happens when a part is removed.

For load tests the taxonomy can be of any size: around a hundred options per category.
Many categories share a set, and a set is built when it is first needed.
"""

from dataclasses import replace
from functools import lru_cache

from .attributes import (
    ATTRIBUTES_PER_SET,
    FASHION,
    NUMBERS,
    SETS,
    Attribute,
    numbered_set,
    variation,
)
from .categories import build_tree, category, walk
from .options import brands


class Taxonomy:
    """Categories, attributes and brands, with the lookups that feeds need."""

    def __init__(self, size=0):
        """Grow the tree.

        :param int size: number of categories, if it should be more than there are.
        """
        self._size = size
        self.restore()

    def restore(self):
        """Undo all removals and renamings."""
        self._roots, self._lengths = _original(self._size)
        self._removed_ids, self._names = frozenset(), {}
        self._removed_options = {}
        self.brands = brands()
        self._refresh()

    def _refresh(self):
        """Rebuild the lookups after a change."""
        self.roots = self._shown(self._roots)
        self.categories = {node.id: node for root in self.roots for node in walk(root)}
        self._brand_ids = {name: key for key, name in self.brands.items()}

    def _shown(self, nodes, above=()):
        if not self._removed_ids and not self._names:
            return nodes
        return tuple(
            self._as_shown(node, above)
            for node in nodes
            if node.id not in self._removed_ids
        )

    def _as_shown(self, node, above):
        name = self._names.get(node.id, node.name)
        path = (*above, name)
        return replace(
            node, name=name, path=path, children=self._shown(node.children, path)
        )

    @property
    def sets(self):
        """Return the names of all attribute sets by number."""
        known = {number: one.name for number, one in SETS.items()}
        return {**known, **{number: set_name(number) for number in self._lengths}}

    def has_brand(self, name):
        """Return whether a brand is registered."""
        return name in self._brand_ids

    def brand_id(self, name):
        """Return the id of a brand, 0 if it is not registered."""
        return self._brand_ids.get(name, 0)

    def attributes(self, category_id):
        """Return the attributes of a category.

        :param str category_id: id of a category.
        :return: tuple of `Attribute`, empty above the level that products sit on.
        """
        category = self.categories.get(category_id)
        return self.attributes_of_set(category.attribute_set) if category else ()

    def attributes_of_set(self, number):
        """Return the attributes of a set.

        :param int number: of the set.
        :return: tuple of `Attribute`, empty if there is no such set.
        """
        if number in self._lengths:
            found = load_set(number, self._lengths[number])
        else:
            found = SETS.get(number)
        attributes = found.attributes if found else ()
        if not any(one.number in self._removed_options for one in attributes):
            return attributes
        return tuple(map(self._without_removed, attributes))

    def _without_removed(self, attribute):
        removed = self._removed_options.get(attribute.number, frozenset())
        return replace(attribute, removed=removed)

    def attribute(self, number):
        """Return the attribute with a number.

        :return: `Attribute`, or None.
        """
        found = self.attributes_of_set(number // ATTRIBUTES_PER_SET)
        return next((one for one in found if one.number == number), None)

    def descends(self, category_id, ancestor_id):
        """Return whether a category lies below another one."""
        category = self.categories.get(category_id)
        ancestor = self.categories.get(ancestor_id)
        if not category or not ancestor or category is ancestor:
            return False
        return any(category is node for node in walk(ancestor))

    def remove_category(self, category_id):
        """Remove a category with all below it.

        :param str category_id: its id.
        :raise LookupError: if there is none.
        """
        if category_id not in self.categories:
            raise LookupError(f"There is no category {category_id}")
        self._removed_ids |= {category_id}
        self._refresh()

    def rename_category(self, category_id, name):
        """Rename a category; its id stays.

        :raise LookupError: if there is no such category.
        """
        if category_id not in self.categories:
            raise LookupError(f"There is no category {category_id}")
        self._names[category_id] = name
        self._refresh()

    def remove_option(self, set_number, feed_name, option):
        """Remove an option from an attribute of a set.

        :raise LookupError: if there is none.
        """
        for one in self.attributes_of_set(set_number):
            if one.feed_name == feed_name and option in one.options:
                self._removed_options[one.number] = one.removed | {option}
                return
        message = f"Set {set_number} has no {feed_name} with an option {option!r}"
        raise LookupError(message)

    def remove_brand(self, name):
        """Remove a brand.

        :raise LookupError: if there is none.
        """
        if name not in self._brand_ids:
            raise LookupError(f"There is no brand {name!r}")
        del self.brands[self._brand_ids[name]]
        self._refresh()


@lru_cache(maxsize=4)
def _original(size):
    """Return the initial tree, and the sets that are generated for load tests."""
    roots = build_tree(NUMBERS)
    categories = sum(1 for root in roots for _ in walk(root))
    options = sum(len(a.choices) for one in SETS.values() for a in one.attributes)
    lengths = load_sets(size, categories, options)
    return (*roots, *load_tree(lengths)), lengths


OPTIONS_PER_CATEGORY = 100
FIRST_CATEGORY, FIRST_SET = 200_001, 101
LISTS = 10
SECTIONS = ("Tops", "Bottoms", "Extras")
LINES = ("Basic", "Premium")
# The collection itself, its sections, and the lines of each.
PER_COLLECTION = 1 + len(SECTIONS) * (1 + len(LINES))
COLLECTIONS_PER_OUTLET = 30
SIZES = ("S", "M", "L")
_OTHERS = (*FASHION, variation(SIZES))


def load_sets(size, categories, options):
    """Plan attribute sets, one for each collection of categories.

    :param int size: number of categories that there should be.
    :param int categories: how many there are already.
    :param int options: how many options these have.
    :return: dict of set number -> options of each of its long lists.
    """
    count = max(size - categories, 0) // PER_COLLECTION
    if not count:
        return {}
    wanted = (size * OPTIONS_PER_CATEGORY - options) // count
    length = (wanted - sum(len(one.choices) for one in _OTHERS)) // LISTS
    return dict.fromkeys(range(FIRST_SET, FIRST_SET + count), max(length, 1))


@lru_cache(maxsize=64)
def load_set(number, length):
    """Make one of these sets.

    :param int number: of the set.
    :param int length: of its long lists.
    :return: `AttributeSet`.
    """
    details = (
        Attribute(
            f"Detail{place:02}",
            f"Detail {place}",
            choices=tuple(f"Detail {place}-{one:03}" for one in range(1, length + 1)),
            multiple=place == LISTS,
        )
        for place in range(1, LISTS + 1)
    )
    return numbered_set(number, set_name(number), (*_OTHERS, *details))


def set_name(number):
    """Return the name of one of these sets."""
    return f"collection {number - FIRST_SET + 1}"


def load_tree(sets):
    """Make the categories that have these sets.

    :param sets: numbers of sets.
    :return: tuple of top `Category`.
    """
    numbers = list(sets)
    starts = range(0, len(numbers), COLLECTIONS_PER_OUTLET)
    return tuple(
        _outlet(place, numbers[start : start + COLLECTIONS_PER_OUTLET])
        for place, start in enumerate(starts)
    )


def _outlet(place, numbers):
    name = f"Outlet {place + 1}"
    key = str(FIRST_CATEGORY + place)
    return category(key, name, (), 0, tuple(_collection(name, n) for n in numbers))


def _collection(outlet, number):
    """Make the categories of a set; ids of their own leave room below each other."""
    name = set_name(number).capitalize()
    first = FIRST_CATEGORY + number * 100
    sections = tuple(
        _section((outlet, name), number, section, first + 10 * place)
        for place, section in enumerate(SECTIONS, start=1)
    )
    return category(str(first), name, (outlet,), 0, sections)


def _section(above, number, name, first):
    lines = tuple(
        category(str(first + place), f"{line} {name}", (*above, name), number, ())
        for place, line in enumerate(LINES, start=1)
    )
    return category(str(first), name, above, number, lines)
