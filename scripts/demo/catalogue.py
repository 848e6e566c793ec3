"""The goods of the demo: what is sold, in which colours and sizes, and how it reads.

The one source of the demo data. `scripts/demo/data.py` writes the XML of
`iconic_connector/demo/` from it. Whoever draws the pictures reads it too: each style
has two pictures in each of its colours (`Style.pictures`), named
`<key>-<colour>-front.jpg` and `<key>-<colour>-detail.jpg`, in small letters, such as
`wrap-dress-navy-front.jpg`; `Style.kind` says what to draw.

Brands, colours, sizes and category numbers are those of the sandbox marketplace.
"""

from dataclasses import dataclass
from typing import NamedTuple

#: What the pictures know how to show.
KINDS = (
    "dress tee sneaker boot bag hat knit jacket pants shirt skirt belt sandal coat"
).split()

#: Brand -> how its SKUs begin.
BRANDS = {
    "Kōwhai & Co": "KW",
    "North Harbour": "NH",
    "Paper Moon": "PM",
    "Ridgeline": "RL",
    "Saltbush": "SB",
}


class Colour(NamedTuple):
    """How a colour is written in a SKU and shown in Odoo's product form."""

    code: str
    html: str


#: The names are options of the marketplace's Color.
COLOURS = {
    "Black": Colour("BLK", "#1F1F21"),
    "White": Colour("WHT", "#F7F5F0"),
    "Navy": Colour("NVY", "#1E2A47"),
    "Blue": Colour("BLU", "#7FA3C7"),
    "Red": Colour("RED", "#A8322D"),
    "Green": Colour("GRN", "#4F6248"),
    "Beige": Colour("BGE", "#D8C7A9"),
    "Brown": Colour("BRN", "#6F4A33"),
    "Grey": Colour("GRY", "#8C8F93"),
    "Pink": Colour("PNK", "#E3AEB4"),
    "Yellow": Colour("YEL", "#D9A93A"),
}

SEASONS = ("AW26", "SS27")

#: Product attribute -> its values in order, one more than the goods have: to try out a
#: new variant. The marketplace takes both as Variation.
SIZES = {
    "Size": ("S", "M", "L", "XL", "8", "10", "12", "14"),
    "Shoe Size": ("EU 37", "EU 38", "EU 39", "EU 40"),
}


#: The marketplace's categories that the demo uses, by number; the first digits of a
#: number are the category above.
MARKETPLACE_CATEGORIES = {
    "1": "Women",
    "11": "Clothing",
    "111": "Dresses",
    "1111": "Midi Dresses",
    "113": "Pants",
    "114": "Jackets & Coats",
    "1141": "Parkas",
    "115": "Skirts",
    "12": "Shoes",
    "121": "Sneakers",
    "1211": "Low Tops",
    "122": "Boots",
    "123": "Sandals",
    "13": "Accessories",
    "131": "Bags",
    "2": "Men",
    "21": "Clothing",
    "211": "T-Shirts",
    "2111": "Basic T-Shirts",
    "212": "Shirts",
    "215": "Knitwear",
    "23": "Accessories",
    "232": "Hats",
}


class Category(NamedTuple):
    """A product category of Odoo and where it goes at the marketplace.

    :param path: names from the top
    :param primary: the marketplace's category number
    :param secondary: more numbers below it, separated by commas
    :param size: the product attribute that is the variation, or an empty string
    :param material: the FeedName that takes `Style.material`, or an empty string
    :param values: FeedName -> value that all goods of the category have
    """

    path: tuple
    primary: str
    secondary: str = ""
    size: str = ""
    material: str = ""
    values: dict = {}


CATEGORIES = {
    "women-dresses": Category(
        ("Women", "Dresses"),
        "111",
        secondary="1111",
        size="Size",
        values={
            "SleeveLength": "3/4 Sleeve",
            "CareLabel": "Gentle cold machine wash",
        },
    ),
    "women-pants": Category(
        ("Women", "Pants"),
        "113",
        size="Size",
        values={"Fit": "Relaxed", "CareLabel": "Cold machine wash"},
    ),
    "women-jackets": Category(
        ("Women", "Jackets & Coats"),
        "114",
        secondary="1141",
        size="Size",
        values={"SleeveLength": "Long Sleeve", "CareLabel": "Wipe clean"},
    ),
    "women-skirts": Category(
        ("Women", "Skirts"), "115", size="Size", values={"CareLabel": "Hand wash"}
    ),
    "women-sneakers": Category(
        ("Women", "Sneakers"),
        "121",
        secondary="1211",
        size="Shoe Size",
        material="UpperMaterial",
    ),
    "women-boots": Category(
        ("Women", "Boots"),
        "122",
        size="Shoe Size",
        material="UpperMaterial",
        values={"HeelHeight": "4 cm"},
    ),
    "women-sandals": Category(
        ("Women", "Sandals"),
        "123",
        size="Shoe Size",
        material="UpperMaterial",
        values={"HeelHeight": "2 cm"},
    ),
    "women-bags": Category(("Women", "Bags"), "131", material="Material"),
    "men-tees": Category(
        ("Men", "T-Shirts"),
        "211",
        secondary="2111",
        size="Size",
        values={
            "Fit": "Regular",
            "SleeveLength": "Short Sleeve",
            "CareLabel": "Warm machine wash",
        },
    ),
    "men-shirts": Category(
        ("Men", "Shirts"),
        "212",
        size="Size",
        values={
            "Fit": "Relaxed",
            "SleeveLength": "Long Sleeve",
            "CareLabel": "Cold machine wash, warm iron",
        },
    ),
    "men-knitwear": Category(
        ("Men", "Knitwear"),
        "215",
        size="Size",
        values={
            "Fit": "Regular",
            "SleeveLength": "Long Sleeve",
            "CareLabel": "Wool cycle, dry flat",
        },
    ),
    "men-hats": Category(("Men", "Hats"), "232", material="Material"),
}


@dataclass(frozen=True)
class Style:
    """A product template: one design in its colours and sizes.

    :param key: names the style in XML ids and in the pictures' names
    :param code: its part of a SKU
    :param kind: what its pictures show, one of `KINDS`
    :param category: a key of `CATEGORIES`
    :param price: in the currency of the company, taxes not included
    :param rrp: recommended price with taxes, 0 for none
    :param weight: in kilograms
    :param material: for shoes and accessories: the main material in a few words
    :param summary: a sentence for quotations
    :param story: paragraphs of the description that shoppers read
    :param points: the list below the first paragraph
    """

    key: str
    code: str
    kind: str
    name: str
    brand: str
    gender: str
    season: str
    category: str
    colours: tuple
    sizes: tuple
    price: float
    rrp: float
    weight: float
    composition: str
    summary: str
    story: tuple
    points: tuple = ()
    material: str = ""

    @property
    def pictures(self):
        """Return (colour, view, file name), the front of each colour first."""
        return tuple(
            (colour, view, f"{self.key}-{colour.lower()}-{view}.jpg")
            for colour in self.colours
            for view in ("front", "detail")
        )

    @property
    def variants(self):
        """Return `Variant`s, colour by colour, from small to large."""
        return tuple(
            Variant(self, colour, size)
            for colour in self.colours
            for size in self.sizes or ("",)
        )


class Variant(NamedTuple):
    """A style in one colour and size; the size is empty where it has none."""

    style: Style
    colour: str
    size: str

    @property
    def sku(self):
        """Return the internal reference, such as NH-WRAP-NVY-S."""
        style = self.style
        parts = (BRANDS[style.brand], style.code, COLOURS[self.colour].code, self.size)
        return "-".join(part.replace(" ", "") for part in parts if part)


STYLES = (
    Style(
        key="wrap-dress",
        code="WRAP",
        kind="dress",
        name="Marlow Wrap Midi Dress",
        brand="Kōwhai & Co",
        gender="female",
        season="AW26",
        category="women-dresses",
        colours=("Navy", "Red"),
        sizes=("8", "10", "12"),
        price=139.00,
        rrp=199.00,
        weight=0.42,
        composition="96% Viscose, 4% Elastane",
        summary="A midi wrap dress in a fluid crepe that ties at the waist.",
        story=(
            "A wrap dress that really wraps: the Marlow is cut from a fluid crepe "
            "with enough weight to fall straight, and closes with a long tie that you "
            "can knot at the side or wind twice round the waist.",
            "The sleeves end below the elbow, the hem below the knee. Wear it with "
            "boots and a coat while it is cold, and with bare legs when the "
            "jacarandas are out. It travels well and needs no ironing if you hang it "
            "up wet.",
        ),
        points=(
            "V-neck with a hidden press stud, so that it stays put",
            "Three-quarter sleeves with a narrow cuff",
            "Length 112 cm in size 10; our model is 177 cm tall and wears an 8",
        ),
    ),
    Style(
        key="merino-jumper",
        code="MERI",
        kind="knit",
        name="Tasman Merino Crew Jumper",
        brand="Ridgeline",
        gender="male",
        season="AW26",
        category="men-knitwear",
        colours=("Navy", "Grey"),
        sizes=("S", "M", "L"),
        price=119.00,
        rrp=0,
        weight=0.38,
        composition="100% Merino Wool",
        summary="A fine-gauge crew neck jumper in traceable merino wool.",
        story=(
            "Knitted in one piece from merino that can be traced to four stations in "
            "the high country. At twelve stitches to the inch it is fine enough to go "
            "under a jacket, and warm enough to leave the jacket at home.",
            "Merino breathes and hardly takes on smells, so air it more often than "
            "you wash it. When it does need a wash, a wool cycle in cold water and a "
            "flat dry will keep its shape for years.",
        ),
        points=(
            "Ribbed collar, cuffs and hem that spring back",
            "Fully fashioned shoulders without a bulky seam",
            "Regular fit: take your usual size",
        ),
    ),
    Style(
        key="rain-parka",
        code="PARK",
        kind="coat",
        name="Southerly Rain Parka",
        brand="North Harbour",
        gender="female",
        season="AW26",
        category="women-jackets",
        colours=("Green", "Black"),
        sizes=("S", "M", "L"),
        price=219.00,
        rrp=329.00,
        weight=0.95,
        composition="Shell: 100% Recycled Polyester; Lining: 100% Cotton",
        summary="A waterproof parka with taped seams and a deep hood.",
        story=(
            "When the southerly comes through at four in the afternoon, this is the "
            "coat that you want by the door. Its shell is woven from recycled "
            "bottles, proofed without fluorocarbons, and every seam is taped on the "
            "inside.",
            "A drawcord at the waist gives it shape, a two-way zip lets you sit down "
            "in it, and the cotton lining keeps it from sticking to bare arms. The "
            "hood is deep enough for a bun and folds away into the collar.",
        ),
        points=(
            "Waterproof to 10,000 mm",
            "Two chest pockets, two hand pockets, one inside for a phone",
            "Storm flap with press studs that open with gloves on",
            "Room for a jumper underneath",
        ),
    ),
    Style(
        key="chelsea-boot",
        code="CHEL",
        kind="boot",
        name="Harrow Leather Chelsea Boot",
        brand="Ridgeline",
        gender="female",
        season="AW26",
        category="women-boots",
        colours=("Black", "Brown"),
        sizes=("EU 37", "EU 38", "EU 39"),
        price=189.00,
        rrp=249.00,
        weight=1.20,
        composition="Upper: 100% Leather; Lining: 100% Leather; Sole: Rubber",
        material="Full-grain leather",
        summary="A Chelsea boot in full-grain leather on a stitched rubber sole.",
        story=(
            "A boot for people who walk. The upper is a single piece of full-grain "
            "leather, folded round a wooden last and left there for a week, so that "
            "it keeps its line long after it has learnt yours.",
            "The sole is stitched rather than glued, which means that any cobbler can "
            "replace it. Expect two or three stiff days, then years of easy ones. A "
            "little wax before the rain is all the care it asks for.",
        ),
        points=(
            "Elastic gussets and a pull tab at the heel",
            "Stacked heel of 4 cm",
            "Fits true to size; between two sizes, take the smaller",
        ),
    ),
    Style(
        key="ribbed-beanie",
        code="BEAN",
        kind="hat",
        name="Bluff Ribbed Beanie",
        brand="North Harbour",
        gender="unisex",
        season="AW26",
        category="men-hats",
        colours=("Grey", "Yellow"),
        sizes=(),
        price=35.00,
        rrp=0,
        weight=0.08,
        composition="70% Lambswool, 30% Recycled Nylon",
        material="Lambswool blend",
        summary="A chunky ribbed beanie in soft lambswool, one size for all.",
        story=(
            "Named after the town at the bottom of the South Island, where a hat is "
            "no accessory. The Bluff is knitted in a chunky rib from lambswool, with "
            "some recycled nylon for strength, and stretches to fit nearly every "
            "head.",
            "Turn the cuff up once for the harbour, twice for the city, or not at all "
            "when it blows sideways. It does not itch: we let the least patient child "
            "that we know wear it for an afternoon before we said so.",
        ),
    ),
    Style(
        key="leather-tote",
        code="TOTE",
        kind="bag",
        name="Ferry Leather Tote",
        brand="Paper Moon",
        gender="female",
        season="AW26",
        category="women-bags",
        colours=("Brown",),
        sizes=(),
        price=249.00,
        rrp=299.00,
        weight=0.78,
        composition="Outer: 100% Leather; Lining: 100% Cotton",
        material="Vegetable-tanned leather",
        summary="A roomy tote in vegetable-tanned leather that takes a laptop.",
        story=(
            "One piece of leather, four rivets and a strap that does not cut into the "
            "shoulder: the Ferry is the bag that goes to work and stays for dinner. A "
            "laptop of 14 inches fits, and so do the papers, the flat shoes and the "
            "book that you mean to finish.",
            "The leather is tanned with bark and not with chrome. It begins pale and "
            "grows darker wherever you touch it, so that no two bags look alike after "
            "a year.",
        ),
        points=(
            "38 x 30 x 14 cm, handles 26 cm",
            "Inside pocket with a zip, and a loop for keys",
            "Magnetic closure",
        ),
    ),
    Style(
        key="linen-shirt",
        code="LINE",
        kind="shirt",
        name="Noosa Linen Shirt",
        brand="Saltbush",
        gender="male",
        season="SS27",
        category="men-shirts",
        colours=("White", "Blue"),
        sizes=("S", "M", "L"),
        price=89.00,
        rrp=129.00,
        weight=0.26,
        composition="100% Linen",
        summary="A washed linen shirt with long sleeves and a soft collar.",
        story=(
            "Linen is the only cloth that gets better when nobody looks after it. "
            "Ours is grown and woven in Normandy, then washed with stones before we "
            "cut it, so that the Noosa is soft from the first day and will not "
            "shrink.",
            "Roll up the sleeves, leave it untucked, and stop worrying about creases. "
            "They are part of the deal. The collar is soft, and small enough to look "
            "right without a tie, which is how it wants to be worn.",
        ),
        points=(
            "Buttons made of shell",
            "One chest pocket",
            "Relaxed through the body; take one size down for a closer fit",
        ),
    ),
    Style(
        key="pocket-tee",
        code="PTEE",
        kind="tee",
        name="Everyday Pocket Tee",
        brand="North Harbour",
        gender="male",
        season="SS27",
        category="men-tees",
        colours=("White", "Black", "Navy"),
        sizes=("S", "M", "L"),
        price=39.00,
        rrp=0,
        weight=0.19,
        composition="100% Organic Cotton",
        summary="A heavyweight T-shirt in organic cotton with a chest pocket.",
        story=(
            "It took eleven samples to arrive at a T-shirt that nobody notices. The "
            "cotton is organic and heavy, 210 grams to the square metre, so it "
            "neither clings nor shows what is beneath. The neck is ribbed, taped "
            "inside, and stays flat after fifty washes; we counted.",
            "The pocket is big enough for a pair of sunglasses. There is no print, no "
            "logo and no label that scratches: size and care are printed inside.",
        ),
        points=(
            "Knitted and sewn in one town, with certified cotton",
            "Pre-washed, so that it does not shrink",
            "Regular fit",
        ),
    ),
    Style(
        key="court-sneaker",
        code="CRT",
        kind="sneaker",
        name="Baseline Court Sneaker",
        brand="Saltbush",
        gender="female",
        season="SS27",
        category="women-sneakers",
        colours=("White", "Beige"),
        sizes=("EU 37", "EU 38", "EU 39"),
        price=119.00,
        rrp=159.00,
        weight=0.74,
        composition="Upper: 100% Leather; Lining: 100% Cotton; Sole: Natural Rubber",
        material="Leather",
        summary="A low court sneaker in soft leather on a natural rubber sole.",
        story=(
            "A plain court shoe, as they were worn when rackets were made of wood. "
            "The Baseline has a low upper in soft leather, a lining of cotton, and a "
            "sole of natural rubber that is sewn to it all the way round.",
            "It goes with a dress as well as with jeans, needs no breaking in, and "
            "wipes clean with a damp cloth. The laces are cotton and come with a "
            "second pair. Slip a finger behind the heel: if it fits, so does the "
            "shoe.",
        ),
        points=(
            "Removable insole of cork",
            "Padded collar and tongue",
            "Made in small runs in Portugal",
        ),
    ),
    Style(
        key="pleated-skirt",
        code="PLEA",
        kind="skirt",
        name="Ripple Pleated Midi Skirt",
        brand="Paper Moon",
        gender="female",
        season="SS27",
        category="women-skirts",
        colours=("Pink", "Black"),
        sizes=("8", "10", "12"),
        price=99.00,
        rrp=139.00,
        weight=0.33,
        composition="100% Recycled Polyester",
        summary="A pleated midi skirt with a flat elastic waistband.",
        story=(
            "Eighty-four knife pleats, pressed in once and there for good. The Ripple "
            "moves when you do and falls back into line when you stop, which makes it "
            "a pleasure on stairs and on ferries alike.",
            "Its waistband is flat at the front and elastic at the back, so it sits "
            "well under a tucked shirt and forgives a long lunch. A light lining ends "
            "above the knee. Wash it by hand, roll it up lengthwise, and hang it to "
            "dry: the pleats take care of themselves.",
        ),
    ),
    Style(
        key="slide-sandal",
        code="SLID",
        kind="sandal",
        name="Cove Leather Slide",
        brand="Kōwhai & Co",
        gender="female",
        season="SS27",
        category="women-sandals",
        colours=("Brown",),
        sizes=("EU 37", "EU 38", "EU 39"),
        price=79.00,
        rrp=0,
        weight=0.52,
        composition="Upper: 100% Leather; Footbed: Leather; Sole: Rubber",
        material="Nubuck leather",
        summary="A leather slide with two straps and a shaped footbed.",
        story=(
            "From the car to the sand and back again: the Cove is a slide with two "
            "wide straps of nubuck leather and a footbed that follows the arch of the "
            "foot. You can step into it with both hands full, and it stays on when "
            "you run for the last ferry.",
            "The leather is lined, so that nothing rubs between the toes, and the "
            "sole grips on wet planks. Let it dry in the shade if the tide was "
            "quicker.",
        ),
        points=(
            "Adjustable buckle on the front strap",
            "Heel of 2 cm",
            "Comes up slightly large",
        ),
    ),
    Style(
        key="wide-pants",
        code="WIDE",
        kind="pants",
        name="Dune Wide Leg Pants",
        brand="Saltbush",
        gender="female",
        season="SS27",
        category="women-pants",
        colours=("Beige",),
        sizes=("8", "10", "12"),
        price=109.00,
        rrp=149.00,
        weight=0.45,
        composition="55% Linen, 45% Cotton",
        summary="High-waisted wide leg pants in a blend of linen and cotton.",
        story=(
            "High at the waist, wide at the hem and cool all the way down. The Dune "
            "is woven from linen for the breeze and cotton for the softness, in the "
            "colour of dry grass, and it is opaque enough to wear with anything "
            "underneath.",
            "Two deep pockets sit in the side seams without spoiling the line. The "
            "front is flat and closes with a hook; the back has a narrow elastic. "
            "Ankle length on most of us, and easy to take up for the rest.",
        ),
        points=(
            "Inside leg 72 cm in size 10",
            "Hem of 4 cm to let down",
        ),
    ),
)

#: SKUs that are sold out in both warehouses: they are listed with quantity 0.
SOLD_OUT = (
    "KW-WRAP-RED-12",
    "RL-CHEL-BRN-EU37",
    "NH-PTEE-NVY-L",
    "SB-CRT-WHT-EU39",
)
