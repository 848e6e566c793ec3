"""What the goods of the bench are like."""

#: The account's name.
ACCOUNT = "Bench"
SIZES = ("S", "M", "L")
COLOURS = ("Navy", "Red", "Black", "White", "Green", "Pink", "Beige", "Grey")
COLOURS_OF_STYLE = 2
#: Of each style.
VARIANTS = len(SIZES) * COLOURS_OF_STYLE
#: What each product costs the shop: less than any is sold for.
COST = 20.0
#: Settings of the account with which nothing waits for a person.
NO_THRESHOLDS = {
    "max_price_fall": 0,
    "hold_below_cost": False,
    "min_rrp_share": 0,
    "max_zero_share": 0,
}


def styles_for(size):
    """Return how many whole styles have so many variants, or a few less.

    A batch of 1 000 must not be followed by one of two.

    :param size: how many variants are asked for
    """
    return max(size // VARIANTS, 1)


def list_price(number):
    """Return what a style costs before anything is changed.

    :param number: the style's
    """
    return 50.0 + number % 100
