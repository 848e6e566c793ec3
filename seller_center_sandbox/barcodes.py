"""Barcodes: EAN, UPC and GTIN, told from other article numbers by their form."""

_LENGTHS = (8, 12, 13, 14)


def is_barcode(text):
    """Tell whether a text has the form of a barcode.

    :param str text: any article number.
    :return: True for as many digits as a GTIN has.
    """
    return text.isascii() and text.isdigit() and len(text) in _LENGTHS


def has_check_digit(digits):
    """Tell whether the last digit of a GTIN follows from the others.

    :param str digits: 8, 12, 13 or 14 digits.
    :return: True if it does (GS1: weights 3 and 1 from the right).
    """
    body = [int(digit) for digit in reversed(digits[:-1])]
    total = sum(digit * (3, 1)[index % 2] for index, digit in enumerate(body))
    return (10 - total % 10) % 10 == int(digits[-1])
