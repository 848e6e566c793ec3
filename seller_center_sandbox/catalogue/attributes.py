"""Attributes, and the sets of them that the categories have."""

from dataclasses import dataclass, replace
from functools import cached_property

from ..core.const import SHIPMENT_TYPES, TAX_CLASSES
from . import options

NUMBER, DATE, TEXT = "number", "date", "text"
ATTRIBUTES_PER_SET = 100
LONG_TEXT = 255


@dataclass(frozen=True)
class Attribute:
    """An attribute that products of a category have.

    :param feed_name: element name in a document.
    :param choices: the options that there are, or were.
    :param removed: the options that there are no more.
    :param max_length: in characters, 0 for no limit.
    :param element: True if it is an element beside `ProductData`, not in it.
    :param multiple: several options may be given, with commas between them.
    :param content: of a value that is no option: `text`, `number` or `date`.
    :param future: a date that may not be in the past when it is sent.
    :param number: what REST knows it by, another one in each set.
    """

    feed_name: str
    label: str
    mandatory: bool = False
    choices: tuple = ()
    removed: frozenset = frozenset()
    max_length: int = 0
    example: str = ""
    description: str = ""
    element: bool = False
    per_variation: bool = False
    default: str = ""
    system: bool = False
    multiple: bool = False
    content: str = TEXT
    future: bool = False
    number: int = 0

    @cached_property
    def options(self):
        """Return the options that are allowed."""
        return tuple(one for one in self.choices if one not in self.removed)

    @property
    def attribute_type(self):
        """Return the kind of value: `value`, `option`, `multi_option` or `system`."""
        if self.system:
            return "system"
        if not self.choices:
            return "value"
        return "multi_option" if self.multiple else "option"

    @property
    def input_type(self):
        """Return the kind of input that a form would show."""
        if self.choices or self.system:
            return "multiselect" if self.multiple else "dropdown"
        if self.content != TEXT:
            return {NUMBER: "numberfield", DATE: "datefield"}[self.content]
        return "textarea" if self.max_length > LONG_TEXT else "textfield"


@dataclass(frozen=True)
class AttributeSet:
    """The attributes that some categories share."""

    number: int
    name: str
    attributes: tuple


def numbered_set(number, name, attributes):
    """Make a set of attributes, each with its number.

    :param int number: of the set.
    :param attributes: `Attribute` records without numbers.
    :return: `AttributeSet`.
    """
    first = number * ATTRIBUTES_PER_SET + 1
    numbered = (replace(one, number=first + i) for i, one in enumerate(attributes))
    return AttributeSet(number, name, tuple(numbered))


def variation(options, *, mandatory=True):
    """Make the attribute by which the products of a group differ.

    :param options: the sizes.
    :return: `Attribute`.
    """
    return Attribute(
        "Variation",
        "Size",
        mandatory=mandatory,
        choices=tuple(options),
        element=True,
        per_variation=True,
        description="The size of this variation.",
    )


def _text(name, label, length, example, **more):
    return Attribute(name, label, max_length=length, example=example, **more)


def _option(name, label, choices, **more):
    return Attribute(name, label, choices=tuple(choices), **more)


def _several(name, label, choices):
    description = "Several options may be given, with commas between them."
    example = ",".join(choices[:2])
    return _option(
        name, label, choices, multiple=True, example=example, description=description
    )


def _number(name, label, example, **more):
    description = "A number with a dot as decimal point."
    return Attribute(
        name, label, content=NUMBER, example=example, description=description, **more
    )


BRAND = Attribute(
    "Brand",
    "Brand",
    mandatory=True,
    element=True,
    system=True,
    max_length=255,
    example="North Harbour",
    description="A brand that is registered with the marketplace.",
)
COLOR = _option("Color", "Colour family", options.COLORS, mandatory=True)
COLOR_NAME = _text("ColorNameBrand", "Colour name of the brand", 50, "Midnight")
COMPOSITION = _text(
    "Composition", "Composition", 255, "95% Cotton, 5% Elastane", mandatory=True
)
CARE = _text("CareLabel", "Care label", 255, "Gentle cold wash")
OFFER = (
    Attribute(
        "TaxClass", "Tax class", choices=TAX_CLASSES, element=True, default="default"
    ),
    Attribute("ShipmentType", "Shipment type", choices=SHIPMENT_TYPES, element=True),
    Attribute(
        "AvailableFrom",
        "Available from",
        content=DATE,
        future=True,
        example="2030-01-31",
        description="A date; it must not be in the past.",
    ),
    _text("StyleCode", "Style code of the brand", 32, "NH-2041"),
    _several("Sustainability", "Sustainability", options.SUSTAINABILITY),
)
SEASONAL = (
    _option("Season", "Season", options.SEASONS, mandatory=True),
    _option("Year", "Year", options.YEARS),
    _option(
        "AgeGroup", "Age group", options.AGE_GROUPS, mandatory=True, default="Adult"
    ),
)
GENDER = _option("Gender", "Gender", options.GENDERS, mandatory=True)
GENDER_BY_AGE = _option("Gender", "Gender", options.GENDERS_BY_AGE, mandatory=True)
FASHION = (
    BRAND, GENDER, COLOR, COLOR_NAME, COMPOSITION, CARE, *SEASONAL, *OFFER
)  # fmt: skip
KIDS_GENDER = replace(GENDER, choices=options.GENDERS_WITH_CHILDREN)
KIDS_FASHION = (BRAND, KIDS_GENDER, *FASHION[2:])
BASIC = (BRAND, COLOR, COLOR_NAME, *OFFER)
MATERIAL = _several("MaterialFamily", "Material family", options.MATERIALS)
OCCASION = _several("Occasion", "Occasion", options.OCCASIONS)
PATTERN = _option("Pattern", "Pattern", options.PATTERNS)
CLOSURE = _option("Closure", "Closure", options.CLOSURES)
SIZE_IN_CM = tuple(
    _number(f"{name}Cm", f"{name} in cm", "24.5")
    for name in ("Height", "Width", "Depth")
)

_SETS = {
    "clothing": (
        *FASHION,
        variation(options.CLOTHING_SIZES),
        _option("Fit", "Fit", options.FITS),
        _option("SleeveLength", "Sleeve length", options.SLEEVES),
        _option("Neckline", "Neckline", options.NECKLINES),
        _option("GarmentLength", "Garment length", options.GARMENT_LENGTHS),
        _number("LengthCm", "Length in cm", "98.5"),
        MATERIAL, OCCASION, PATTERN, CLOSURE,
        _text("ModelNotes", "Size of the model", 500, "Our model is 178 cm tall."),
    ),
    "shoes": (
        *FASHION,
        variation(options.SHOE_SIZES),
        _text("UpperMaterial", "Upper material", 100, "Leather", mandatory=True),
        _text("HeelHeight", "Heel height", 50, "4 cm"),
        _number("HeelHeightCm", "Heel height in cm", "4.5"),
        _option("HeelType", "Heel type", options.HEEL_TYPES),
        _option("ToeShape", "Toe shape", options.TOE_SHAPES),
        MATERIAL, OCCASION, PATTERN, CLOSURE,
    ),
    "accessories": (
        *FASHION,
        variation(["One Size", *"XS S M L XL".split()], mandatory=False),
        _text("Material", "Material", 100, "Canvas", mandatory=True),
        OCCASION, PATTERN,
    ),
    "bags": (
        *FASHION,
        variation(options.BAG_SIZES, mandatory=False),
        _option("OuterMaterial", "Outer material", options.MATERIALS, mandatory=True),
        _option("Hardware", "Colour of the hardware", options.HARDWARE),
        *SIZE_IN_CM,
        _number("VolumeL", "Volume in litres", "18.5"),
        OCCASION, PATTERN, CLOSURE,
    ),
    "underwear & swimwear": (
        *FASHION,
        variation(options.UNDERWEAR_SIZES),
        _option("Support", "Support", options.SUPPORT, mandatory=True),
        _number("UpfRating", "Sun protection", "50"),
        MATERIAL, PATTERN, CLOSURE,
    ),
    "jewellery & watches": (
        BRAND, GENDER, COLOR, COLOR_NAME, *SEASONAL, *OFFER,
        variation(options.JEWELLERY_SIZES),
        _option("Metal", "Metal", options.METALS, mandatory=True),
        _several("Gemstones", "Gemstones", options.GEMSTONES),
        _option("Movement", "Movement", options.MOVEMENTS),
        _number("WaterResistanceM", "Water resistance in m", "50"),
        _number("WeightG", "Weight in g", "12.4"),
        OCCASION,
    ),
    "beauty": (
        *BASIC,
        variation(options.BEAUTY_SIZES),
        _text(
            "Ingredients", "Ingredients", 2000, "Aqua, Glycerin", mandatory=True
        ),
        _number("VolumeMl", "Volume in ml", "50", mandatory=True),
        Attribute(
            "ExpiryDate",
            "Best before",
            content=DATE,
            future=True,
            example="2030-01-31",
            description="A date; it must not be in the past.",
        ),
        _option("SkinType", "Skin type", options.SKIN_TYPES),
        _several("SkinConcerns", "Skin concerns", options.SKIN_CONCERNS),
        _option("Shade", "Shade", options.SHADES),
        _text("HowToUse", "How to use", 1000, "Apply to damp skin."),
    ),
    "kids' clothing": (
        *KIDS_FASHION,
        variation(options.KIDS_SIZES),
        _option("AgeRange", "Age range", options.KIDS_AGES, mandatory=True),
        _option("SleeveLength", "Sleeve length", options.SLEEVES),
        MATERIAL, OCCASION, PATTERN, CLOSURE,
    ),
    "kids' shoes": (
        *KIDS_FASHION,
        variation(options.KIDS_SHOE_SIZES),
        _option("AgeRange", "Age range", options.KIDS_AGES, mandatory=True),
        _text("UpperMaterial", "Upper material", 100, "Leather", mandatory=True),
        CLOSURE, PATTERN,
    ),
    "sport equipment": (
        *BASIC,
        variation(options.EQUIPMENT_SIZES),
        _option("Sport", "Sport", options.SPORTS, mandatory=True),
        _number("WeightKg", "Weight in kg", "2.5"),
        *SIZE_IN_CM,
        Attribute(
            "ReleaseDate", "Released on", content=DATE, example="2026-03-31",
            description="A date, past or future.",
        ),
        MATERIAL,
    ),
    "home": (
        *BASIC,
        variation(options.HOME_SIZES),
        COMPOSITION, CARE,
        _several("Rooms", "Rooms", options.ROOMS),
        *SIZE_IN_CM,
        MATERIAL, PATTERN,
    ),
    "swim & surf": (
        BRAND, GENDER_BY_AGE, COLOR, COLOR_NAME, COMPOSITION, CARE, *OFFER,
        variation(options.CLOTHING_SIZES),
        _number("ThicknessMm", "Thickness in mm", "3"),
    ),
}  # fmt: skip

SETS = {
    number: numbered_set(number, name, attributes)
    for number, (name, attributes) in enumerate(_SETS.items(), start=1)
}
NUMBERS = {one.name: one.number for one in SETS.values()}


OPTIONS_PER_ATTRIBUTE = 1000


def option_id(attribute, name):
    """Return the number of an option; it stays when others are removed.

    :param attribute: `Attribute`.
    :param str name: one of its options.
    :return: int.
    """
    place = attribute.choices.index(name) + 1
    return attribute.number * OPTIONS_PER_ATTRIBUTE + place


def attribute_values(attributes, product):
    """Return the values of a product's own attributes by number.

    :param attributes: `Attribute` records of its category.
    :param product: `Product`.
    :return: dict of str -> text, or the number of an option, or several of them.
    """
    return {
        str(one.number): _rest_value(one, product.attributes[one.feed_name])
        for one in attributes
        if one.feed_name in product.attributes
    }


def _rest_value(attribute, text):
    if attribute.multiple:
        return [option_id(attribute, part.strip()) for part in text.split(",")]
    return option_id(attribute, text) if text in attribute.choices else text
