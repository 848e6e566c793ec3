"""The option lists of attributes, as long as a fashion shop has them, and brands."""


def _names(text):
    return tuple(" ".join(text.split()).split(", "))


def _run(words, values):
    return tuple(words.format(value) for value in values)


GENDERS = ("Female", "Male", "Unisex")
# Some categories ask for gender and age in one.
GENDERS_BY_AGE = ("Women", "Men", "Girls", "Boys")
GENDERS_WITH_CHILDREN = ("Women", "Men", "Girls", "Boys", "Unisex Kids")
AGE_GROUPS = ("Adult", "Kids")
SEASONS = ("AW26", "SS27", "Core", "SS25", "AW25", "SS26", "AW27")
YEARS = ("2026", "2027", "2024", "2025", "2028")

COLORS = _names("""
Black, White, Navy, Blue, Red, Green, Beige, Brown, Grey, Pink, Yellow, Multi, Cream,
Ivory, Camel, Tan, Khaki, Olive, Mint, Aqua, Turquoise, Indigo, Purple, Lilac, Burgundy,
Coral, Orange, Mustard, Gold, Silver, Rose Gold, Bronze, Charcoal, Nude, Clear
""")
MATERIALS = _names("""
Acrylic, Alpaca, Bamboo, Canvas, Cashmere, Chiffon, Corduroy, Cotton, Crepe, Cupro,
Denim, Down, Elastane, Faux Fur, Faux Leather, Flannel, Fleece, Hemp, Jersey, Jute,
Lace, Leather, Linen, Lyocell, Merino Wool, Mesh, Modal, Mohair, Nylon, Organic Cotton,
Polyester, Ramie, Recycled Polyester, Rubber, Satin, Sheepskin, Silk, Suede, Tencel,
Tulle, Tweed, Twill, Velvet, Viscose, Wool
""")
OCCASIONS = _names("""
Casual, Work, Party, Wedding Guest, Bridal, Formal, Races, Holiday, Beach, Festival,
School, Lounge, Travel, Sport, Evening
""")
PATTERNS = _names("""
Plain, Animal, Argyle, Camouflage, Check, Colour Block, Floral, Geometric, Graphic,
Herringbone, Houndstooth, Ombre, Paisley, Polka Dot, Stripe, Tartan, Tie-Dye, Tropical
""")
FITS = _names("""
Regular, Slim, Relaxed, Oversized, Skinny, Straight, Loose, Tailored, Tapered, Boxy,
Bodycon, A-Line, Wide, Cropped
""")
SLEEVES = _names("""
Sleeveless, Short Sleeve, 3/4 Sleeve, Long Sleeve, Cap Sleeve, Bell Sleeve, Puff Sleeve,
Off-Shoulder, One-Shoulder, Strapless, Halter
""")
NECKLINES = _names("""
Boat Neck, Collar, Cowl Neck, Crew Neck, Funnel Neck, Halter Neck, High Neck, Hooded,
Keyhole, Lapel, Mandarin, Mock Neck, Off-Shoulder, One-Shoulder, Plunge, Roll Neck,
Round Neck, Scoop Neck, Shawl, Square Neck, Strapless, Sweetheart, V-Neck
""")
GARMENT_LENGTHS = _names("""
Cropped, Hip, Thigh, Above Knee, Knee, Below Knee, Calf, Ankle, Full-Length, Floor
""")
CLOSURES = _names("""
Button, Buckle, Drawstring, Hook & Eye, Lace-Up, Magnetic, Pull-On, Snap, Tie, Toggle,
Velcro, Zip
""")
SUSTAINABILITY = _names("""
Organic, Recycled, Fair Trade, Vegan, Low Water, Biodegradable, Made Locally, Upcycled,
Responsible Down, Responsible Wool
""")

CLOTHING_SIZES = (
    *"XXS XS S M L XL XXL 6 8 10 12 14 16".split(),
    *"3XL 4XL 5XL One Size 4 18 20 22 24 26".split(),
    *_run("AU {}", range(4, 28, 2)),
    *_run("US {}", range(0, 20, 2)),
    *_run("IT {}", range(36, 58, 2)),
    *_run("W{}", range(24, 45)),
    *(f"W{waist} L{leg}" for waist in range(28, 42, 2) for leg in (30, 32, 34)),
    *_run("Collar {} cm", range(37, 47)),
)
SHOE_SIZES = (
    *_run("EU {}", range(36, 47)),
    *_run("EU {}", (34, 35, 47, 48, 49, 50)),
    *_run("EU {}.5", range(35, 48)),
    *(f"{system} {size}" for system in ("AU", "US", "UK") for size in range(3, 16)),
    *(f"{system} {size}.5" for system in ("AU", "US", "UK") for size in range(3, 14)),
)
HEEL_TYPES = _names("""
Flat, Block, Cone, Flared, Kitten, Platform, Sculptured, Stacked, Stiletto, Wedge
""")
TOE_SHAPES = ("Almond", "Open", "Peep", "Pointed", "Round", "Square")
HARDWARE = ("Black", "Brass", "Gold", "Gunmetal", "None", "Rose Gold", "Silver")

BAG_SIZES = ("One Size", "Small", "Medium", "Large", "Cabin", "Check-In")
BRA_SIZES = tuple(
    f"{band}{cup}"
    for band in range(8, 26, 2)
    for cup in ("AA", "A", "B", "C", "D", "DD", "E", "F", "G", "H")
)
UNDERWEAR_SIZES = (
    *"XXS XS S M L XL XXL 3XL".split(),
    *_run("{}", range(4, 28, 2)),
    *BRA_SIZES,
    *"2-8 3-9 6-10 8-11 11-14 One Size".split(),
)
SUPPORT = ("None", "Light", "Medium", "High")

JEWELLERY_SIZES = (
    "One Size",
    *_run("Ring {}", "HIJKLMNOPQRSTUVWXYZ"),
    *_run("{} cm", range(14, 82, 2)),
    *_run("{} mm", range(22, 50, 2)),
)
METALS = _names("""
Brass, Copper, Gold Plated, Gold Vermeil, 9ct Gold, 14ct Gold, 18ct Gold, Platinum,
Rhodium Plated, Rose Gold Plated, Stainless Steel, Sterling Silver, Titanium, No Metal
""")
GEMSTONES = _names("""
Agate, Amber, Amethyst, Aquamarine, Citrine, Coral, Cubic Zirconia, Crystal, Diamond,
Emerald, Garnet, Jade, Lapis Lazuli, Moonstone, Mother of Pearl, Onyx, Opal, Pearl,
Peridot, Quartz, Ruby, Sapphire, Tanzanite, Topaz, Tourmaline, Turquoise
""")
MOVEMENTS = ("Automatic", "Mechanical", "Quartz", "Smart", "Solar")

BEAUTY_SIZES = ("One Size", *_run("{} ml", (5, 10, 15, 30, 50, 75, 100, 150, 200, 500)))
BEAUTY_SIZES += _run("{} g", (2, 4, 8, 15, 30, 50, 100, 250))
SKIN_TYPES = ("All", "Combination", "Dry", "Mature", "Normal", "Oily", "Sensitive")
SKIN_CONCERNS = _names("""
Acne, Ageing, Dark Circles, Dryness, Dullness, Pigmentation, Pores, Redness, Sun Damage
""")
SHADES = _run("Shade {:02}", range(1, 61))

KIDS_SIZES = (
    *"0000 000 00 0 1 2 3 4 5 6 7 8 9 10 12 14 16".split(),
    *"Newborn 0-3M 3-6M 6-9M 9-12M 12-18M 18-24M".split(),
    *_run("{}Y", range(2, 17)),
    *_run("{} cm", range(50, 182, 6)),
    *"XS S M L XL".split(),
    "One Size",
)
KIDS_AGES = ("Baby", "Toddler", "Kids", "Teen")
KIDS_SHOE_SIZES = (
    *_run("EU {}", range(16, 40)),
    *_run("AU {}C", range(1, 14)),
    *_run("AU {}Y", range(1, 8)),
)

EQUIPMENT_SIZES = ("One Size", *"XS S M L XL".split(), *_run("Size {}", range(1, 8)))
EQUIPMENT_SIZES += _run("{} kg", (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24))
SPORTS = _names("""
Athletics, Badminton, Basketball, Boxing, Camping, Climbing, Cricket, Cycling, Dance,
Football, Golf, Gym, Hiking, Hockey, Martial Arts, Netball, Pilates, Rowing, Rugby,
Running, Skateboarding, Skiing, Snowboarding, Squash, Surfing, Swimming, Table Tennis,
Tennis, Triathlon, Volleyball, Yoga
""")

HOME_SIZES = _names("""
One Size, Cot, Single, King Single, Double, Queen, King, Super King, 30 x 50 cm,
40 x 40 cm, 45 x 45 cm, 48 x 73 cm, 50 x 50 cm, 60 x 60 cm, 70 x 140 cm, 90 x 160 cm,
120 x 180 cm, 160 x 230 cm, 200 x 290 cm, 240 x 330 cm
""")
ROOMS = _names("Bathroom, Bedroom, Dining, Kids, Kitchen, Living, Office, Outdoor")


_KNOWN_BRANDS = """
North Harbour, Kōwhai & Co, Saltbush, Paper Moon, Ridgeline, Atelier Wren,
Banksia Lane, Blue Gum Denim, Coastwalk, Daisy & Ash, Eleven Hours, Fernleigh, Gully,
Harriet Vale, Inland Supply, Juniper Row, Lantern Street, Minimal Theory, Tidewater,
Wattle Day
"""
_BRAND_BEGINNINGS = (
    "Amber Birch Cedar Driftwood Ember Flint Granite Hazel Ivory Jarrah Kelp Lupin "
    "Myrtle Nettle Ochre Pebble Quartz Rowan Sable Thistle"
).split()
_BRAND_ENDINGS = (
    "& Daughters|Atelier|Bay|Collective|Creek|House|Label|Studio|Supply Co|Works"
).split("|")


def brands():
    """Return all brands, those that tests rely on first.

    :return: dict of id -> name.
    """
    known = " ".join(_KNOWN_BRANDS.split()).split(", ")
    invented = [
        f"{first} {last}" for first in _BRAND_BEGINNINGS for last in _BRAND_ENDINGS
    ]
    return dict(enumerate(known + invented, start=1))
