"""A taxonomy as large as one likes, for tests of load.

Around a hundred options for each category, but many categories share a set of them.
What a set holds is made when it is asked for.
"""

from functools import lru_cache

from .categories import category
from .taxonomy_attributes import FASHION, Attribute, numbered_set, variation

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
    """Give the name of one of these sets."""
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
