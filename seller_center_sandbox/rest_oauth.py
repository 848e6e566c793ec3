"""Access tokens of OAuth applications (SellerCenter REST, OAuth: client credentials).

A token is good for all calls of the application's user until it ends or is revoked.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.datastructures import Authorization

from .rest_registry import RestAnswer, route


@dataclass(frozen=True)
class Token:
    """An access token.

    :param application_id: whom it was given to.
    """

    value: str
    application_id: str
    expires_at: datetime


class Tokens:
    """Gives out tokens and knows them again."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._tokens = {}

    def issue(self, application_id):
        """Give a new token; the earlier ones stay good.

        :param str application_id: whom it is for.
        :return: `Token`.
        """
        lifetime = timedelta(seconds=self._sandbox.settings.token_lifetime)
        ends = self._sandbox.now() + lifetime
        token = Token(secrets.token_urlsafe(32), application_id, ends)
        self._tokens[token.value] = token
        return token

    def find(self, value):
        """Give the token with a value.

        :return: `Token`, or None when it is unknown, revoked or has ended.
        """
        token = self._tokens.get(value)
        return token if token and token.expires_at > self._sandbox.now() else None

    def clear(self):
        """Revoke all tokens."""
        self._tokens.clear()


@route("POST", "/oauth/client-credentials", action="Token", role=None)
def client_credentials(call):
    """Give a token to an application that knows its secret."""
    application = _application(call)
    if not application:
        return _refusal(401, "invalid_client", "The application is not known")
    if call.form.get("grant_type") != "client_credentials":
        words = "grant_type must be client_credentials"
        return _refusal(400, "unsupported_grant_type", words)
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


def _refusal(status, error, words):
    return RestAnswer({"error": error, "error_description": words}, status)
