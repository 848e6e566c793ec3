import logging
import re

from odoo import http
from odoo.http import request

# What is read of a call. An event with the items of a large order has a few kB.
MAX_BODY = 64 * 1024

TOKEN_IN_PATH = re.compile(r"(/iconic/webhook/)[^\s/?#]+")


class WebhookController(http.Controller):
    """Lets the marketplace say that something has happened."""

    @http.route(
        "/iconic/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def webhook(self, token, **_parameters):
        """Note an event, and leave the work to a job.

        Whatever is said to a known address is answered with 200, since the marketplace
        repeats for 30 days what is answered otherwise (SellerCenter: Webhooks).
        """
        account = request.env["iconic.account"]._find_by_webhook_token(token)
        if not account:
            return request.make_response("", status=404)
        account._store_event(_body(request.httprequest))
        return request.make_response("")


def _body(http_request):
    """Return what was sent, or nothing if it is too long.

    Odoo repeats a request that met another transaction, and a body can be read only
    once: `get_data` remembers it.
    """
    length = http_request.content_length
    if length is None or length > MAX_BODY:
        return b""
    return http_request.get_data()


class TokenFilter(logging.Filter):
    """Keeps the tokens out of the server's log of requests."""

    def filter(self, record):
        """Write stars in place of the token."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                TOKEN_IN_PATH.sub(r"\1***", one) if isinstance(one, str) else one
                for one in record.args
            )
        return True


logging.getLogger("werkzeug").addFilter(TokenFilter())
