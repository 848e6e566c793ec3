from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..models.product.iconic_prepared_image import ORIGINALS


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
        """Serve a picture as it was prepared: anybody may ask, so nothing is converted.

        The address contains the checksum of the picture, so that it cannot be guessed
        and never shows another picture.

        :raise NotFound: if the picture does not exist, was replaced or is not prepared,
            so that the marketplace does not publish a placeholder
        """
        original = self._find(attachment_id, checksum)
        served = request.env["iconic.prepared.image"]._attachment_to_serve(original)
        if not served:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(served)
        stream.public = True
        return stream.get_response(as_attachment=False, immutable=True)

    def _find(self, attachment_id, checksum):
        # The caller is anonymous; knowing the checksum is the permission.
        attachment = request.env["ir.attachment"].sudo().browse(attachment_id).exists()
        owner = (attachment.res_model, attachment.res_field)
        if attachment.checksum != checksum or owner not in ORIGINALS:
            raise NotFound()
        return attachment
