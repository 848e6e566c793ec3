"""The numbers that name a product to the world."""

from __future__ import annotations

from stdnum import ean, isbn


def valid_gtin(code: str) -> bool:
    """Check the length and the check digit of an EAN-8, UPC, EAN-13 or GTIN-14.

    :param code: digits only.
    """
    return code.isascii() and code.isdigit() and ean.is_valid(code)


def valid_isbn(code: str) -> bool:
    """Check an ISBN-10 or ISBN-13, with or without hyphens."""
    return isbn.is_valid(code)


def valid_part_number(code: str) -> bool:
    """Check a manufacturer's number: any text, but no wrong barcode.

    It goes into ProductId like a barcode, and nothing tells the two apart there.
    """
    like_barcode = code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)
    return not like_barcode or ean.is_valid(code)


def product_identifier(
    ean: str | None = None,
    upc: str | None = None,
    mpn: str | None = None,
    isbn: str | None = None,
) -> str | None:
    """Choose the ProductId: EAN, else UPC, else MPN, else ISBN.

    Product feeds spec, Product Create, ProductId.

    :return: the first that is filled, None if there is none.
    """
    for identifier in (ean, upc, mpn, isbn):
        if identifier and identifier.strip():
            return identifier.strip()
    return None
