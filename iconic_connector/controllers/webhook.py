import logging
import re
from urllib.parse import unquote

from odoo import http
from odoo.http import request

# Longer calls are ignored. An event with the items of a large order has a few kB.
MAX_BODY = 64 * 1024

# Odoo accepts the address with double slashes and with encoded letters, too. Only the
# first slash of several begins a match: anybody may ask for 65 000 of them.
TOKEN_IN_PATH = re.compile(r"((?<!/)/+iconic/+webhook/+)[^\s/?#]+")


class WebhookController(http.Controller):
    """Receives the events of the marketplace."""

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
        """Store an event, which a job processes.

        A call with a known token is always answered with 200, since the marketplace
        repeats others for 30 days (SellerCenter: Webhooks).
        """
        account = request.env["iconic.account"]._find_by_webhook_token(token)
        if not account:
            return request.make_response("", status=404)
        account._store_event(_body(request.httprequest))
        return request.make_response("")


def _body(http_request):
    """Return the body of a request, or nothing if it is too long.

    Odoo repeats a request after a conflict, but a body can be read only once:
    `get_data` caches it.
    """
    length = http_request.content_length
    if length is None or length > MAX_BODY:
        return b""
    return http_request.get_data()


class TokenFilter(logging.Filter):
    """Removes the tokens from the server's log of requests."""

    def filter(self, record):
        """Override of `logging` to replace the token with asterisks."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _without_token(one) if isinstance(one, str) else one
                for one in record.args
            )
        return True


def _without_token(text):
    """Return a line of the log with asterisks in place of a token."""
    plain = unquote(text)
    masked = TOKEN_IN_PATH.sub(r"\1***", plain)
    return text if masked == plain else masked


logging.getLogger("werkzeug").addFilter(TokenFilter())
