"""The categories, attributes and brands of the stand-in marketplace.

Small, but shaped like a fashion shop's: four levels of categories, three sets of
attributes, option lists, free texts with a maximum length.
"""

from dataclasses import dataclass
from functools import cached_property

from .const import SHIPMENT_TYPES, TAX_CLASSES

CLOTHING, SHOES, ACCESSORIES = 1, 2, 3

_TREE = {
    ("1", "Women"): {
        ("11", "Clothing"): {
            ("111", "Dresses"): {
                ("1111", "Midi Dresses"): {},
                ("1112", "Maxi Dresses"): {},
                ("1113", "Mini Dresses"): {},
            },
            ("112", "Tops"): {},
            ("113", "Pants"): {},
            ("114", "Jackets & Coats"): {
                ("1141", "Parkas"): {},
                ("1142", "Blazers"): {},
            },
            ("115", "Skirts"): {},
            ("116", "Knitwear"): {
                ("1161", "Jumpers"): {},
                ("1162", "Cardigans"): {},
            },
        },
        ("12", "Shoes"): {
            ("121", "Sneakers"): {
                ("1211", "Low Tops"): {},
                ("1212", "High Tops"): {},
            },
            ("122", "Boots"): {},
            ("123", "Sandals"): {},
        },
        ("13", "Accessories"): {
            ("131", "Bags"): {},
            ("132", "Hats"): {},
        },
    },
    ("2", "Men"): {
        ("21", "Clothing"): {
            ("211", "T-Shirts"): {
                ("2111", "Basic T-Shirts"): {},
                ("2112", "Print T-Shirts"): {},
            },
            ("212", "Shirts"): {},
            ("213", "Pants"): {},
            ("214", "Jackets & Coats"): {},
            ("215", "Knitwear"): {},
        },
        ("22", "Shoes"): {
            ("221", "Sneakers"): {},
            ("222", "Boots"): {},
        },
        ("23", "Accessories"): {
            ("231", "Belts"): {},
            ("232", "Hats"): {},
        },
    },
}

_SETS = {"Clothing": CLOTHING, "Shoes": SHOES, "Accessories": ACCESSORIES}

BRANDS = {
    1: "North Harbour",
    2: "Kōwhai & Co",
    3: "Saltbush",
    4: "Paper Moon",
    5: "Ridgeline",
    6: "Atelier Wren",
    7: "Banksia Lane",
    8: "Blue Gum Denim",
    9: "Coastwalk",
    10: "Daisy & Ash",
    11: "Eleven Hours",
    12: "Fernleigh",
    13: "Gully",
    14: "Harriet Vale",
    15: "Inland Supply",
    16: "Juniper Row",
    17: "Lantern Street",
    18: "Minimal Theory",
    19: "Tidewater",
    20: "Wattle Day",
}


@dataclass(frozen=True)
class Category:
    """A node of the category tree."""

    id: str
    name: str
    path: tuple
    attribute_set: int
    children: tuple

    @property
    def level(self):
        """Give the depth, 1 for the top."""
        return len(self.path)

    @property
    def global_identifier(self):
        """Give the name that stays the same from shop to shop."""
        return "-".join(_slug(name) for name in self.path)


@dataclass(frozen=True)
class Attribute:
    """An attribute that products of a category have.

    :param feed_name: element name in a document.
    :param element: True if it stands beside `ProductData` and not in it.
    :param attribute_type: `value`, `option`, `multi_option` or `system`.
    :param max_length: in characters, 0 for no limit.
    """

    feed_name: str
    label: str
    mandatory: bool = False
    options: tuple = ()
    max_length: int = 0
    example: str = ""
    description: str = ""
    element: bool = False
    per_variation: bool = False
    default: str = ""
    system: bool = False

    @property
    def attribute_type(self):
        """Give the kind of value it takes."""
        if self.system:
            return "system"
        return "option" if self.options else "value"

    @property
    def input_type(self):
        """Give the kind of input that a form would show."""
        return "dropdown" if self.options or self.system else "textfield"


_COLORS = ("Black White Navy Blue Red Green Beige Brown Grey Pink Yellow Multi").split()
_COMMON = (
    Attribute(
        "Brand",
        "Brand",
        mandatory=True,
        element=True,
        system=True,
        max_length=255,
        example="North Harbour",
        description="A brand that is registered with the marketplace.",
    ),
    Attribute("Gender", "Gender", mandatory=True, options=("Female", "Male", "Unisex")),
    Attribute("Color", "Colour family", mandatory=True, options=tuple(_COLORS)),
    Attribute(
        "ColorNameBrand",
        "Colour name of the brand",
        max_length=50,
        example="Midnight",
    ),
    Attribute(
        "Composition",
        "Composition",
        mandatory=True,
        max_length=255,
        example="95% Cotton, 5% Elastane",
    ),
    Attribute("CareLabel", "Care label", max_length=255, example="Gentle cold wash"),
    Attribute("Season", "Season", mandatory=True, options=("AW26", "SS27", "Core")),
    Attribute("Year", "Year", options=("2026", "2027")),
    Attribute(
        "AgeGroup",
        "Age group",
        mandatory=True,
        options=("Adult", "Kids"),
        default="Adult",
    ),
    Attribute(
        "TaxClass", "Tax class", options=TAX_CLASSES, element=True, default="default"
    ),
    Attribute("ShipmentType", "Shipment type", options=SHIPMENT_TYPES, element=True),
)


def _variation(options, *, mandatory=True):
    return Attribute(
        "Variation",
        "Size",
        mandatory=mandatory,
        options=tuple(options),
        element=True,
        per_variation=True,
        description="The size of this variation.",
    )


ATTRIBUTES = {
    CLOTHING: (
        *_COMMON,
        _variation("XXS XS S M L XL XXL 6 8 10 12 14 16".split()),
        Attribute("Fit", "Fit", options=("Regular", "Slim", "Relaxed", "Oversized")),
        Attribute(
            "SleeveLength",
            "Sleeve length",
            options=("Sleeveless", "Short Sleeve", "3/4 Sleeve", "Long Sleeve"),
        ),
    ),
    SHOES: (
        *_COMMON,
        _variation(f"EU {size}" for size in range(36, 47)),
        Attribute(
            "UpperMaterial",
            "Upper material",
            mandatory=True,
            max_length=100,
            example="Leather",
        ),
        Attribute("HeelHeight", "Heel height", max_length=50, example="4 cm"),
    ),
    ACCESSORIES: (
        *_COMMON,
        _variation(["One Size"], mandatory=False),
        Attribute(
            "Material", "Material", mandatory=True, max_length=100, example="Canvas"
        ),
    ),
}


class Taxonomy:
    """Categories, attributes and brands, looked up the ways a feed needs."""

    def __init__(self):
        self.roots = _grow(_TREE)
        self.categories = {node.id: node for root in self.roots for node in _walk(root)}
        self.brands = dict(BRANDS)

    @cached_property
    def _brand_ids(self):
        return {name: key for key, name in self.brands.items()}

    def has_brand(self, name):
        """Tell whether a brand is registered."""
        return name in self._brand_ids

    def brand_id(self, name):
        """Give the id of a brand, 0 if it is not registered."""
        return self._brand_ids.get(name, 0)

    def attributes(self, category_id):
        """Give the attributes of a category.

        :param str category_id: id of a category.
        :return: tuple of `Attribute`, empty above the level that products sit on.
        """
        category = self.categories.get(category_id)
        return ATTRIBUTES.get(category.attribute_set, ()) if category else ()

    def descends(self, category_id, ancestor_id):
        """Tell whether a category lies below another one."""
        category = self.categories.get(category_id)
        ancestor = self.categories.get(ancestor_id)
        if not category or not ancestor or category is ancestor:
            return False
        return any(category is node for node in _walk(ancestor))


def _grow(tree, path=()):
    return tuple(
        Category(
            id=key,
            name=name,
            path=(*path, name),
            attribute_set=_SETS[path[1]] if len(path) >= 2 else 0,
            children=_grow(below, (*path, name)),
        )
        for (key, name), below in tree.items()
    )


def _walk(category):
    yield category
    for child in category.children:
        yield from _walk(child)


def _slug(name):
    return name.lower().replace("&", "and").replace(" ", "_")
