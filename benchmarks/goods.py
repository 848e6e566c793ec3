"""What the goods of the bench are like."""

#: The account's name.
ACCOUNT = "Bench"
SIZES = ("S", "M", "L")
COLOURS = ("Navy", "Red", "Black", "White", "Green", "Pink", "Beige", "Grey")
COLOURS_OF_STYLE = 2
#: Of each style.
VARIANTS = len(SIZES) * COLOURS_OF_STYLE


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
