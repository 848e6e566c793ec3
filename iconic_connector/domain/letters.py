"""Letters without what spellings differ in."""

import unicodedata


def plain_letters(text):
    """Return a text without case and accents.

    Each character is decomposed by itself: sorting a long run of accents, which
    decomposing a whole text does, takes time that grows with the square of its length.

    :param str text: from outside, maybe long
    """
    return "".join(
        part
        for letter in text.casefold()
        for part in unicodedata.normalize("NFKD", letter)
        if not unicodedata.combining(part)
    )
