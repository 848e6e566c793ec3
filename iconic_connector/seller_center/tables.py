"""The documents that REST takes as tables: removals and pictures, as bytes.

SellerCenter REST, Import: CSV files, one row for each product.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from .const import MAX_IMAGES
from .documents import DocumentError, check_pictures, check_sku, clean_text
from .records import Product, ProductImages

IMAGE_COLUMNS = (
    "MainImage",
    *(f"Image{number}" for number in range(2, MAX_IMAGES + 1)),
)


def remove_table(products: Iterable[Product]) -> bytes:
    """Build the table of ProductRemove: the SKUs alone.

    :raise DocumentError: for a SKU that cannot be written, or without products.
    """
    return _table(("SellerSku",), (_row(product.seller_sku) for product in products))


def image_table(images: Iterable[ProductImages]) -> bytes:
    """Build the table of Image, the main picture first.

    :raise DocumentError: without a picture, or with more than are allowed.
    """
    return _table(("SellerSku", *IMAGE_COLUMNS), map(_image_row, images))


def _table(header: tuple[str, ...], rows: Iterable[list[str]]) -> bytes:
    rows = list(rows)
    if not rows:
        raise DocumentError(reason="nothing_to_send")
    output = io.StringIO()
    csv.writer(output, delimiter=";", lineterminator="\r\n").writerows([header, *rows])
    return output.getvalue().encode()


def _row(seller_sku: str, *values: str) -> list[str]:
    check_sku(seller_sku)
    return [seller_sku, *map(clean_text, values)]


def _image_row(product: ProductImages) -> list[str]:
    check_pictures(product)
    empty = [""] * (MAX_IMAGES - len(product.urls))
    return _row(product.seller_sku, *product.urls, *empty)
