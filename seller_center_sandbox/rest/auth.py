"""Who may call REST v2: access tokens, signatures, pace, and the seller's shop."""

import hashlib
import hmac
import time
from collections import deque
from datetime import datetime

from werkzeug.datastructures import Authorization

from ..core.const import CLOCK_TOLERANCE, MAX_NONCE_LENGTH, SHOPS
from ..core.times import UTC
from .calls import Problem, RestAnswer, route, uuid_of

ALGORITHM = "HMAC-SHA256"


class Authenticator:
    """Authenticates and authorises the calls to one marketplace."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self._recent_calls = deque()
        self._nonces = set()

    def authorize(self, application, request, body, route):
        """Check pace, role and signature of a call.

        :param application: `OAuthApplication` that calls.
        :param request: werkzeug request.
        :param bytes body: its body.
        :param route: `Route` that it is for.
        :raise Problem: if the call is rejected.
        """
        self._check_rate()
        user = self.sandbox.users[application.user_id]
        if route.role and route.role not in user.roles:
            raise Problem(403, "Access Denied")
        endpoint = f"{request.method} {request.path}"
        if endpoint in self.sandbox.settings.signed_endpoints:
            self._check_signature(request, body, application.secret)

    def authenticate(self, request):
        """Return the application that calls.

        :param request: werkzeug request.
        :return: `OAuthApplication`.
        :raise Problem: if it has no valid access token.
        """
        given = request.authorization
        if not given or given.type != "bearer" or not given.token:
            raise Problem(401, "An access token is missing")
        token = self.sandbox.tokens.find(given.token)
        if not token:
            raise Problem(401, "The access token is invalid or has expired")
        return self.sandbox.applications[token.application_id]

    def _check_rate(self):
        most = self.sandbox.settings.calls_per_second
        if not most:
            return
        now = time.monotonic()
        while self._recent_calls and self._recent_calls[0] <= now - 1:
            self._recent_calls.popleft()
        if len(self._recent_calls) >= most:
            headers = {"Retry-After": "1"}
            raise Problem(429, f"At most {most} calls a second", headers=headers)
        self._recent_calls.append(now)

    def _check_signature(self, request, body, secret):
        """Check a signed call (SellerCenter REST, Request Signing)."""
        timestamp = request.headers.get("X-Timestamp", "")
        nonce = request.headers.get("X-Nonce", "")
        if request.headers.get("X-Signature-Algorithm") != ALGORITHM:
            raise Problem(401, f"X-Signature-Algorithm must be {ALGORITHM}")
        self._check_time(timestamp)
        if not 0 < len(nonce) <= MAX_NONCE_LENGTH or nonce in self._nonces:
            raise Problem(401, "X-Nonce must be new and at most 40 characters long")
        expected = request_signature(_target(request), timestamp, nonce, body, secret)
        given = request.headers.get("X-Signature", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise Problem(401, "X-Signature does not match")
        self._nonces.add(nonce)

    def _check_time(self, text):
        if not (text.isascii() and text.isdigit() and len(text) <= 11):
            raise Problem(401, "X-Timestamp must be a number of seconds")
        sent_at = datetime.fromtimestamp(int(text), UTC)
        if abs(self.sandbox.now() - sent_at) > CLOCK_TOLERANCE:
            raise Problem(401, "X-Timestamp has expired")


def request_signature(target, timestamp, nonce, body, secret):
    """Compute the signature of a call (SellerCenter REST, Request Signing).

    :param str target: method, blank, path with query string.
    :param str timestamp: seconds since 1970, as sent.
    :param str nonce: as sent.
    :param bytes body: as sent.
    :param str secret: of the application.
    :return: lower-case hexadecimal HMAC-SHA256.
    """
    body_hash = hashlib.sha256(body).hexdigest() if body else ""
    lines = (
        target,
        f"timestamp={timestamp}",
        f"nonce={nonce}",
        f"body_hash={body_hash}",
    )
    content = "\n".join(lines).encode()
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _target(request):
    query = request.environ["QUERY_STRING"]
    path = request.environ.get("REQUEST_URI", request.path).partition("?")[0]
    return f"{request.method} {path}{'?' if query else ''}{query}"


@route("POST", "/oauth/client-credentials", action="Token", role=None)
def client_credentials(call):
    """Return a token to an application that knows its secret."""
    application = _application(call)
    if not application:
        return _oauth_error(401, "invalid_client", "The application is not known")
    if call.form.get("grant_type") != "client_credentials":
        description = "grant_type must be client_credentials"
        return _oauth_error(400, "unsupported_grant_type", description)
    token = call.sandbox.tokens.issue(application.application_id)
    return {
        "access_token": token.value,
        "expires_in": int(call.sandbox.settings.token_lifetime),
        "token_type": "Bearer",
    }


def _application(call):
    given = Authorization.from_header(call.headers.get("Authorization"))
    if not given or given.type != "basic":
        return None
    application = call.sandbox.applications.get(given.username)
    if not application or given.password is None:
        return None
    matches = hmac.compare_digest(given.password.encode(), application.secret.encode())
    return application if matches else None


def _oauth_error(status, error, description):
    return RestAnswer({"error": error, "error_description": description}, status)


OPENED = datetime(2020, 1, 1, tzinfo=UTC)


@route("GET", "/v2/seller", action="GetSeller", role="")
def seller(call):
    """Return the shop that calls act on."""
    number = call.sandbox.settings.active_shop
    name, short_code = SHOPS[number]
    return {
        "id": number,
        "uuid": uuid_of("shop", number),
        "srcId": str(number),
        "shortCode": short_code,
        "status": "active",
        "name": name,
        "companyName": f"{name} Pty Ltd",
        "email": call.user_id,
        "taxClass": "default",
        "createdAt": OPENED,
        "updatedAt": OPENED,
        "verified": True,
        "listed": True,
        "delistReasons": [],
        "profileFields": [],
    }
