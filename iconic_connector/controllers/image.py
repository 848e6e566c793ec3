from io import BytesIO

from PIL import UnidentifiedImageError
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from .. import const
from ..models.listing.iconic_listing_pictures import open_image

# The fields whose pictures are public, once somebody knows their checksum.
PUBLIC_FIELDS = (
    ("iconic.image", "image"),
    ("product.product", "image_variant_1920"),
    ("product.template", "image_1920"),
)


class ImageController(http.Controller):
    """Gives the marketplace the pictures that documents name."""

    @http.route(
        "/iconic/image/<int:attachment_id>/<string:checksum>.<string:extension>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
        sitemap=False,
    )
    def image(self, attachment_id, checksum, extension):
        """Serve a picture with its own pixels, as JPEG or PNG.

        The address holds the checksum of the bytes: it cannot be guessed, and it never
        shows anything else. Another picture has another address; the old one is gone.

        :raise NotFound: if there is no such picture (any more), so that nobody
            publishes a placeholder
        """
        attachment = self._find(attachment_id, checksum)
        if attachment.mimetype in const.IMAGE_EXTENSIONS:
            stream = request.env["ir.binary"]._get_stream_from(attachment)
            stream.public = True
            return stream.get_response(as_attachment=False, immutable=True)
        return request.make_response(
            _as_png(attachment.raw),
            headers=[
                ("Content-Type", "image/png"),
                (
                    "Cache-Control",
                    f"public, max-age={http.STATIC_CACHE_LONG}, immutable",
                ),
            ],
        )

    def _find(self, attachment_id, checksum):
        # The public may not read attachments; knowing the checksum is the permission.
        attachment = request.env["ir.attachment"].sudo().browse(attachment_id).exists()
        owner = (attachment.res_model, attachment.res_field)
        if attachment.checksum != checksum or owner not in PUBLIC_FIELDS:
            raise NotFound()
        return attachment


def _as_png(content):
    """Return a picture of another format as PNG, pixel by pixel.

    :param bytes content: such as WebP
    :raise NotFound: if it cannot be read
    """
    output = BytesIO()
    try:
        with open_image(BytesIO(content)) as image:
            image.save(output, format="PNG")
    except (UnidentifiedImageError, OSError):
        raise NotFound() from None
    return output.getvalue()
