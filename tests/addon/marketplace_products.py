"""Products that are at the marketplace without Odoo having put them there."""

from datetime import datetime, timezone
from decimal import Decimal

from seller_center_sandbox.catalogue.products import Picture, Product

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=timezone.utc)
PICTURE = Picture("https://shop.example/1.jpg", "a1", "JPEG", 600, 800, 9000)
ATTRIBUTES = {
    "Gender": "Female",
    "AgeGroup": "Adult",
    "Color": "Navy",
    "Composition": "Wool",
    "Season": "AW26",
}


def put(sandbox, sku, **values):
    """Put a product on sale at the marketplace.

    :return: the sandbox's product
    """
    product = Product(
        sku,
        f"SHOP{sku}",
        NOW,
        NOW,
        **{
            "name": f"Somebody's {sku}",
            "brand": "Saltbush",
            "description": "What somebody wrote.",
            "primary_category": "111",
            "variation": sku[-1],
            "attributes": dict(ATTRIBUTES),
            "price": Decimal("79.00"),
            "quantity": 4,
            "images": (PICTURE,),
            "qc_status": "approved",
            **values,
        },
    )
    sandbox.products[sku] = product
    sandbox.groups.move(product, product.group)
    return product
