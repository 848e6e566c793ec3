"""Who may pull the strings: this machine, and no page of another site."""

import ipaddress
from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def refuse_strangers(request):
    """Turn away requests from elsewhere, or made by another site's page.

    :param request: werkzeug request.
    :raise Forbidden: if it is one.
    """
    if not ipaddress.ip_address(request.remote_addr).is_loopback:
        raise Forbidden("Only this machine may do that")
    # A foreign name in Host or Origin means that a browser was led here.
    origin = request.headers.get("Origin")
    for url in (request.host_url, origin):
        if url and not _is_local(url):
            raise Forbidden("Another site's page may not do that")


def _is_local(url):
    host = urlsplit(url).hostname or ""
    return host in LOCAL_NAMES or host.startswith("127.")
