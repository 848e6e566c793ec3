"""Categories: a fashion shop's tree, five levels deep, and how it is built.

Products sit on the third level and below. Each line of the tree is one category, or
several that have none below them. `= 111` is an id that tests and demo data rely
on; all others are numbered in order. `[shoes]` names the attribute set from
there down.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

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

    def __deepcopy__(self, memo):
        """Override to return the same one: it never changes."""
        return self

    @property
    def level(self):
        """Return the depth, 1 for the top."""
        return len(self.path)


def build_tree(sets):
    """Return the top categories with all that is below them.

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
    """Return a category and all below it.

    :param node: `Category`.
    :return: iterator.
    """
    yield node
    for child in node.children:
        yield from walk(child)


def _branch(rows, sets, numbers, above=(), number=0):
    """Build the categories at the level of the first row."""
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


TREE = """
Women = 1
  Clothing = 11 [clothing]
    Dresses = 111
      Midi Dresses = 1111, Maxi Dresses = 1112, Mini Dresses = 1113
      Evening Dresses
        Ball Gowns, Cocktail Dresses, Bridesmaid Dresses
      Day Dresses, Shirt Dresses, Wrap Dresses, Knit Dresses, Work Dresses
    Tops = 112
      T-Shirts & Singlets
        Basic T-Shirts, Printed T-Shirts, Singlets, Crop Tops
      Blouses
        Long Sleeve Blouses, Short Sleeve Blouses, Sleeveless Blouses
      Shirts, Camis, Bodysuits, Tunics, Peplum Tops
    Pants = 113
      Wide Leg Pants, Straight Pants, Cropped Pants, Cargo Pants, Leggings, Culottes
    Jackets & Coats = 114
      Parkas = 1141, Blazers = 1142
      Coats
        Trench Coats, Wool Coats, Puffer Coats
      Denim Jackets, Leather Jackets, Bomber Jackets, Vests, Capes
    Skirts = 115
      Mini Skirts, Midi Skirts, Maxi Skirts, Pleated Skirts, Denim Skirts
    Knitwear = 116
      Jumpers = 1161, Cardigans = 1162
      Knit Vests, Roll Necks
    Jeans
      Skinny Jeans, Straight Jeans, Wide Leg Jeans, Mom Jeans, Flared Jeans
    Shorts
      Denim Shorts, Tailored Shorts, Linen Shorts
    Jumpsuits & Playsuits
      Jumpsuits, Playsuits, Overalls
    Sweats & Hoodies
      Hoodies, Sweatshirts, Sweatpants, Tracksuits
    Suits & Tailoring
      Suit Jackets, Suit Pants, Waistcoats
    Maternity
      Maternity Dresses, Maternity Tops, Maternity Pants, Nursing Wear
    Curve & Plus Size
      Curve Dresses, Curve Tops, Curve Pants, Curve Jeans
  Shoes = 12 [shoes]
    Sneakers = 121
      Low Tops = 1211, High Tops = 1212
      Platform Sneakers, Slip-On Sneakers, Running Sneakers
    Boots = 122
      Ankle Boots
        Chelsea Boots, Lace-Up Boots, Heeled Ankle Boots
      Knee-High Boots, Long Boots, Winter Boots, Gumboots
    Sandals = 123
      Flat Sandals, Heeled Sandals, Slides, Thongs, Espadrilles
    Heels
      Stilettos, Block Heels, Kitten Heels, Wedges, Mules
    Flats
      Ballet Flats, Loafers, Brogues, Moccasins
    Slippers
      Slipper Boots, Slip-On Slippers
  Accessories = 13 [accessories]
    Bags = 131
    Hats = 132
      Sun Hats, Beanies, Caps, Bucket Hats, Fedoras
    Scarves
      Silk Scarves, Wool Scarves, Wraps & Shawls
    Belts
      Waist Belts, Hip Belts, Leather Belts
    Gloves, Hair Accessories, Umbrellas, Keyrings
    Sunglasses
      Cat-Eye, Round, Square, Aviator, Oversized
  Bags & Wallets [bags]
    Handbags
      Tote Bags, Shoulder Bags, Bucket Bags, Satchels, Hobo Bags
    Cross-Body Bags
      Camera Bags, Saddle Bags, Phone Bags
    Clutches
      Evening Clutches, Pouches
    Backpacks, Laptop Bags, Belt Bags, Beach Bags
    Wallets
      Purses, Card Holders, Coin Purses
    Luggage
      Suitcases, Weekend Bags, Cosmetic Cases, Garment Bags
  Underwear & Swimwear [underwear & swimwear]
    Bras
      T-Shirt Bras, Push-Up Bras, Bralettes, Strapless Bras, Sports Bras
      Maternity Bras
    Briefs
      Thongs & G-Strings, Bikini Briefs, High-Waisted Briefs, Boyleg Briefs
    Shapewear, Lingerie Sets, Hosiery, Thermals
    Sleepwear
      Pyjama Sets, Nightgowns, Robes, Sleep Shorts
    Socks
      Ankle Socks, Crew Socks, Knee-High Socks
    Bikinis
      Bikini Tops
        Triangle Tops, Bandeau Tops, Underwire Tops
      Bikini Bottoms
        High-Waisted Bottoms, Tie-Side Bottoms
    One-Piece Swimsuits, Rash Vests, Cover-Ups, Boardshorts
  Jewellery & Watches [jewellery & watches]
    Necklaces
      Pendants, Chains, Chokers, Pearl Necklaces
    Earrings
      Studs, Hoops, Drop Earrings, Ear Cuffs
    Bracelets
      Bangles, Charm Bracelets, Cuffs, Anklets
    Rings
      Signet Rings, Stacking Rings, Gemstone Rings
    Brooches
    Watches
      Analogue Watches, Digital Watches, Smart Watches, Watch Straps
Men = 2
  Clothing = 21 [clothing]
    T-Shirts = 211
      Basic T-Shirts = 2111, Print T-Shirts = 2112
      Long Sleeve T-Shirts, Singlets, Henleys
    Shirts = 212
      Business Shirts
        Slim Fit, Regular Fit, French Cuff
      Casual Shirts
        Linen Shirts, Flannel Shirts, Denim Shirts
      Polo Shirts, Resort Shirts
    Pants = 213
      Chinos, Dress Pants, Cargo Pants, Linen Pants, Corduroy Pants
    Jackets & Coats = 214
      Overcoats, Puffer Jackets, Bombers, Denim Jackets, Leather Jackets, Raincoats
    Knitwear = 215
      Crew Necks, V-Necks, Cardigans, Roll Necks, Quarter Zips
    Jeans
      Skinny Jeans, Slim Jeans, Straight Jeans, Relaxed Jeans
    Shorts
      Chino Shorts, Cargo Shorts, Denim Shorts, Sweat Shorts
    Sweats & Hoodies
      Hoodies, Sweatshirts, Sweatpants, Tracksuits
    Suits & Blazers
      Suit Jackets, Suit Pants, Waistcoats, Blazers, Tuxedos
    Big & Tall
      Big Shirts, Big Pants, Big T-Shirts
  Shoes = 22 [shoes]
    Sneakers = 221
      Low Tops, High Tops, Slip-On Sneakers, Running Sneakers
    Boots = 222
      Chelsea Boots, Chukka Boots, Lace-Up Boots, Work Boots
    Dress Shoes
      Oxfords, Derbies, Monk Straps, Brogues
    Casual Shoes
      Loafers, Boat Shoes, Driving Shoes, Espadrilles
    Sandals & Thongs
      Slides, Thongs, Sandals
    Slippers
  Accessories = 23 [accessories]
    Belts = 231
      Leather Belts, Canvas Belts, Reversible Belts
    Hats = 232
      Caps, Beanies, Bucket Hats, Panama Hats
    Ties & Pocket Squares
      Ties, Bow Ties, Pocket Squares
    Scarves, Gloves, Cufflinks, Umbrellas
    Sunglasses
      Aviator, Square, Round, Wraparound
  Bags & Wallets [bags]
    Backpacks
      Laptop Backpacks, Travel Backpacks, Roll-Tops
    Messenger Bags, Briefcases, Duffle Bags, Belt Bags
    Wallets
      Bifold Wallets, Card Holders, Travel Wallets
    Luggage
      Suitcases, Weekend Bags, Garment Bags
  Underwear & Swimwear [underwear & swimwear]
    Underwear
      Trunks, Briefs, Boxers, Thermals
    Socks
      Ankle Socks, Crew Socks, Business Socks
    Sleepwear
      Pyjama Sets, Sleep Pants, Robes
    Swimwear
      Boardshorts, Swim Shorts, Swim Briefs, Rash Vests
  Jewellery & Watches [jewellery & watches]
    Watches
      Analogue Watches, Digital Watches, Smart Watches
    Bracelets, Necklaces, Rings
Kids
  Girls' Clothing [kids' clothing]
    Dresses
      Party Dresses, Casual Dresses
    Tops
      T-Shirts, Blouses, Singlets
    Pants & Jeans
      Jeans, Leggings, Pants
    Skirts & Shorts, Jackets & Coats, Knitwear, Jumpsuits, Swimwear, Sleepwear
  Boys' Clothing [kids' clothing]
    T-Shirts & Shirts
      T-Shirts, Polos, Shirts
    Pants & Jeans
      Jeans, Pants, Sweatpants
    Shorts, Jackets & Coats, Knitwear, Swimwear, Sleepwear
  Baby [kids' clothing]
    Bodysuits & Rompers
      Bodysuits, Rompers, Onesies
    Sets, Sleeping Bags, Baby Knitwear, Bibs, Swaddles & Wraps
  Kids' Shoes [kids' shoes]
    Sneakers
      Velcro Sneakers, Lace-Up Sneakers, High Tops
    School Shoes, Boots, Sandals, Ballet Flats, First Walkers, Gumboots
  Kids' Accessories [accessories]
    Hats
      Sun Hats, Beanies, Caps
    School Bags, Lunch Boxes, Hair Accessories, Socks, Sunglasses
Sport
  Women's Activewear [clothing]
    Sports Bras
      Low Impact, Medium Impact, High Impact
    Tights
      Full-Length Tights, 7/8 Tights, Bike Shorts
    Training Tops, Shorts, Jackets & Vests, Track Pants, Base Layers
  Men's Activewear [clothing]
    Training Tops
      Singlets, T-Shirts, Long Sleeve Tops
    Shorts
      Running Shorts, Training Shorts, Basketball Shorts
    Tights, Jackets & Vests, Track Pants, Base Layers
  Sports Shoes [shoes]
    Running Shoes
      Road Running, Trail Running, Racing Flats
    Training Shoes, Basketball Shoes, Tennis Shoes, Football Boots, Hiking Boots
    Golf Shoes, Cycling Shoes
  Equipment [sport equipment]
    Yoga & Pilates
      Yoga Mats, Blocks & Straps, Pilates Rings
    Weights
      Dumbbells, Kettlebells, Ankle Weights
    Balls
      Footballs, Basketballs, Netballs, Rugby Balls
    Racquets, Drink Bottles, Resistance Bands, Boxing, Cycling Helmets
    Swim Equipment
      Goggles, Swim Caps, Kickboards
    Camping
      Tents, Sleeping Bags, Hiking Packs
    Snow
      Ski Goggles, Helmets, Gloves
  Sports Bags [bags]
    Gym Bags, Backpacks, Hydration Packs, Shoe Bags
  Swim & Surf = 41 [swim & surf]
    Rash Vests = 411, Wetsuits = 412
Beauty
  Skin Care [beauty]
    Face
      Cleansers
        Gel Cleansers, Cream Cleansers, Oil Cleansers
      Moisturisers
        Day Creams, Night Creams, Gel Creams
      Serums, Masks, Toners, Eye Care, Sunscreen
    Body
      Body Wash, Body Lotion, Scrubs, Hand Care, Deodorant
    Skin Care Sets
  Make-Up [beauty]
    Face
      Foundation, Concealer, Blush, Bronzer, Powder
    Eyes
      Mascara, Eyeshadow, Eyeliner, Brows
    Lips
      Lipstick, Lip Gloss, Lip Liner, Lip Balm
    Nails, Brushes & Tools
  Hair Care [beauty]
    Shampoo, Conditioner, Treatments, Styling, Hair Tools, Hair Colour
  Fragrance [beauty]
    Women's Fragrance
      Eau de Parfum, Eau de Toilette, Rollerballs
    Men's Fragrance
      Eau de Parfum, Eau de Toilette, Cologne
    Unisex Fragrance, Fragrance Sets
  Grooming [beauty]
    Shaving, Beard Care, Men's Skin Care, Men's Hair Care
Home
  Bedroom [home]
    Quilt Covers, Sheets, Pillowcases, Quilts, Throws & Blankets, Cushions
  Bathroom [home]
    Towels
      Bath Towels, Hand Towels, Bath Sheets
    Bath Mats, Robes, Bathroom Accessories
  Living [home]
    Candles
      Scented Candles, Pillar Candles, Candle Holders
    Diffusers, Vases, Rugs, Prints & Frames, Lighting
  Kitchen & Dining [home]
    Tableware
      Plates, Bowls, Mugs
    Glassware, Cookware, Table Linen, Serving
  Gifts & Stationery [home]
    Notebooks, Cards, Books, Games, Gift Sets
"""
