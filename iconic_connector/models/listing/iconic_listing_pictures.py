import hashlib
from itertools import chain

from odoo import api, fields, models

from ... import const
from ...seller_center.const import MAX_IMAGES
from ..product.iconic_prepared_image import stored_pictures


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

    def _prepare_pictures(self, seconds=None):
        """Make ready what is sent of the pictures of listings, each only once.

        :param seconds: after these no further picture is begun; None: as usual
        :return: the listings with nothing left to prepare, one at least
        """
        if seconds is None:
            seconds = const.PICTURE_SECONDS
        wanted = self._wanted_pictures()
        self.env["iconic.prepared.image"]._prepare(
            chain.from_iterable(wanted.values()), seconds
        )
        return self._with_prepared(wanted)

    def _with_prepared(self, pictures):
        """Return the listings whose pictures are all prepared.

        :param pictures: what `_wanted_pictures` returned
        """
        prepared = self._prepared(pictures)
        return self.filtered(
            lambda one: all(own.checksum in prepared for own in pictures[one.id])
        )

    def _prepared(self, pictures):
        """Return what is known of pictures that are prepared, by their checksum.

        :param pictures: what `_wanted_pictures` returned
        """
        return self.env["iconic.prepared.image"]._of(
            chain.from_iterable(pictures.values())
        )

    def _image_urls(self, pictures):
        """Return the public addresses of the pictures of listings of one account.

        :param pictures: what `_wanted_pictures` returned, all of them prepared
        :return: a dict, listing id -> addresses
        """
        base = self.account_id._image_base()
        prepared = self._prepared(pictures)
        return {
            listing.id: tuple(
                base + prepared[one.checksum]._path(one) for one in pictures[listing.id]
            )
            for listing in self
        }


def image_digest(pictures):
    """Return a checksum of the pictures of a listing and their order.

    :param pictures: `Picture` records
    """
    text = "\n".join(picture.checksum for picture in pictures)
    return hashlib.sha256(text.encode()).hexdigest()
