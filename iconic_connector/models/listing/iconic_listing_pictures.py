import hashlib
import os
from io import BytesIO
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError, WebPImagePlugin

from odoo import api, fields, models

from ... import const
from ...seller_center.const import MAX_IMAGES

# Odoo lets Pillow read few formats only. WebP is not among them, but Odoo's own product
# form stores what is uploaded there as WebP.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", WebPImagePlugin.WebPImageFile.format)

# What Pillow raises for another format, a broken file, and one with too many pixels.
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
)


class Picture(NamedTuple):
    """A stored picture, identified by its attachment and the checksum of its bytes."""

    attachment_id: int
    checksum: str
    mimetype: str
    file_size: int
    store_fname: str

    def open(self, env):
        """Open the bytes as a file, without reading all of a large one into memory.

        :raise OSError: if the file is missing or damaged
        """
        # Odoo hides the attachment of a field from users who may read its record.
        attachment = env["ir.attachment"].sudo().browse(self.attachment_id)
        if self.store_fname:
            path = attachment._full_path(self.store_fname)
            if os.path.getsize(path) != self.file_size:
                raise OSError("The file is damaged")
            return open(path, "rb")
        return BytesIO(attachment.raw or b"")

    @property
    def path(self):
        """Return the path of the picture's address; other bytes have another one."""
        extension = const.IMAGE_EXTENSIONS.get(self.mimetype, "png")
        return f"/iconic/image/{self.attachment_id}/{self.checksum}.{extension}"


class IconicListing(models.Model):
    """The pictures that Odoo wants listed, the main one first."""

    _inherit = "iconic.listing"

    product_image = fields.Image(compute="_compute_product_image", string="Picture")

    @api.depends(
        "image_ids", "product_id.image_128", "product_tmpl_id.iconic_image_ids"
    )
    def _compute_product_image(self):
        for listing in self:
            main = listing._main_image()
            listing.product_image = main.image_128 or listing.product_id.image_128

    def _main_image(self):
        """Return the `iconic.image` that is first, empty if Odoo's own picture is."""
        if self.image_ids:
            return self.image_ids.sorted()[:1]
        images = self.product_tmpl_id.iconic_image_ids.sorted()
        return images.filtered(
            lambda image: image.is_main and image._is_for(self.product_id)
        )[:1]

    def _wanted_pictures(self):
        """Return the pictures of each listing, in the order in which they are sent.

        The listing's own, if it has any; else the product's: those marked as main or,
        if none is, Odoo's picture of the variant or its template; then the others of
        this variant (product feeds spec, Listing Image: the first is the main image).

        :return: a dict, listing id -> list of `Picture`
        """
        products = self.product_id
        templates = products.product_tmpl_id
        images = self.image_ids | templates.iconic_image_ids
        # Otherwise sorting would fetch them product by product.
        images.fetch(["is_main", "sequence", "product_template_attribute_value_ids"])
        extra = stored_pictures(images, "image")
        variants = stored_pictures(products, "image_variant_1920")
        parents = stored_pictures(templates, "image_1920")
        result = {}
        for listing in self:
            product = listing.product_id
            standard = variants.get(product.id) or parents.get(
                product.product_tmpl_id.id
            )
            result[listing.id] = listing._order_pictures(extra, standard)
        return result

    def _order_pictures(self, extra, standard):
        """Return the pictures of one listing, without duplicates.

        :param extra: `iconic.image` id -> `Picture`
        :param standard: Odoo's own picture of the product, or None
        """
        if self.image_ids:
            pictures = [extra.get(image.id) for image in self.image_ids.sorted()]
        else:
            images = self.product_tmpl_id.iconic_image_ids.sorted().filtered(
                lambda image: image._is_for(self.product_id)
            )
            mains = images.filtered("is_main")
            pictures = [extra.get(image.id) for image in mains] or [standard]
            pictures.extend(extra.get(image.id) for image in images - mains)
        unique = {picture.checksum: picture for picture in pictures if picture}
        return list(unique.values())[:MAX_IMAGES]

    def _image_urls(self, pictures):
        """Return the public addresses of pictures.

        :param pictures: `Picture` records
        """
        base = self.account_id._image_base()
        return tuple(base + picture.path for picture in pictures)


def open_image(stream):
    """Open a picture of any format that Odoo may hold.

    :param stream: a file with the bytes
    :return: a Pillow image
    :raise: one of `UNREADABLE`
    """
    return Image.open(stream, formats=FORMATS)


def stored_pictures(records, field_name):
    """Return the stored picture of each record, in one query.

    :param records: a recordset
    :param str field_name: a stored image field of it
    :return: a dict, record id -> `Picture`
    """
    if not records.ids:
        return {}
    # Odoo hides the attachment of a field from users who may read its record.
    Attachment = records.env["ir.attachment"].sudo()
    rows = Attachment.search_fetch(
        [
            ("res_model", "=", records._name),
            ("res_field", "=", field_name),
            ("res_id", "in", records.ids),
        ],
        ["res_id", "checksum", "mimetype", "file_size", "store_fname"],
    )
    return {
        row.res_id: Picture(
            row.id, row.checksum, row.mimetype, row.file_size, row.store_fname
        )
        for row in rows
    }


def image_digest(pictures):
    """Return a checksum of the pictures of a listing and their order.

    :param pictures: `Picture` records
    """
    text = "\n".join(picture.checksum for picture in pictures)
    return hashlib.sha256(text.encode()).hexdigest()
