from io import BytesIO

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from .. import const
from ..models.listing.iconic_listing_pictures import UNREADABLE, open_image

# The fields with pictures that are public for anyone who knows the checksum.
PUBLIC_FIELDS = (
    ("iconic.image", "image"),
    ("product.product", "image_variant_1920"),
    ("product.template", "image_1920"),
)


class ImageController(http.Controller):
    """Serves the pictures that feeds refer to."""

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
        """Serve a picture in its original size, as JPEG or PNG.

        The address contains the checksum of the picture, so that it cannot be guessed
        and never shows another picture.

        :raise NotFound: if the picture does not exist or was replaced, so that the
            marketplace does not publish a placeholder
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
        # The caller is anonymous; knowing the checksum is the permission.
        attachment = request.env["ir.attachment"].sudo().browse(attachment_id).exists()
        owner = (attachment.res_model, attachment.res_field)
        if attachment.checksum != checksum or owner not in PUBLIC_FIELDS:
            raise NotFound()
        return attachment


def _as_png(content):
    """Return a picture in another format as a PNG of the same size.

    :param bytes content: the picture, such as a WebP file
    :raise NotFound: if it cannot be read
    """
    output = BytesIO()
    try:
        with open_image(BytesIO(content)) as image:
            image.save(output, format="PNG")
    except UNREADABLE:
        raise NotFound() from None
    return output.getvalue()
