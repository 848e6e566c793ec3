"""The production service: pictures and text that the marketplace makes itself."""

from io import BytesIO

from PIL import Image

PAGE = "https://production.example/{}-{}.jpg"
COLOURS = ("linen", "tan")
SIDES = (900, 1200)


def produce(sandbox, product):
    """Picture a product, and write its text.

    :param sandbox: `Sandbox`, whose lock is held.
    :param product: `Product`.
    """
    before = product.description
    product.images = tuple(
        sandbox.images.keep(PAGE.format(product.seller_sku, place), _drawn(colour))
        for place, colour in enumerate(COLOURS, start=1)
    )
    product.description = f"<p>{product.name}, described by the marketplace.</p>"
    product.updated_at = sandbox.now()
    changes = {"description": (before, product.description)}
    sandbox.record_change(product, "production", "Production", changes)


def _drawn(colour):
    buffer = BytesIO()
    Image.new("RGB", SIDES, colour).save(buffer, "JPEG")
    return buffer.getvalue()
