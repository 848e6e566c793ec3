import hashlib

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.fields import NO_ACCESS

from ...domain.moments import to_odoo_datetime, to_utc
from ...seller_center.rest.access import AccessToken


class TokenStore:
    """Shares the access token of one account among all workers (`RestApi`, `tokens`).

    A worker that finds the row locked goes on without storing its token.
    """

    def __init__(self, account):
        """Prepare the store.

        :param account: an `iconic.account` with superuser rights
        """
        self._account = account
        self._tokens = account.env["iconic.access.token"].sudo()  # nobody has access

    def get(self):
        """Return the `AccessToken` stored for these credentials, or None."""
        row = self._row()
        if not row.value or row.fingerprint != self._fingerprint():
            return None
        return AccessToken(row.value, to_utc(row.expires_at))

    def keep(self, token):
        """Store a new token.

        :param token: an `AccessToken`
        """
        self._write(token.value, to_odoo_datetime(token.expires_at))

    def forget(self):
        """Delete a token that the marketplace no longer accepts."""
        self._write(False, False)

    def _write(self, value, expires_at):
        values = {
            "value": value,
            "expires_at": expires_at,
            "fingerprint": self._fingerprint(),
        }
        try:
            with self._tokens.env.cr.savepoint():
                # Empty if another worker holds the row: its token is as good.
                self._row().try_lock_for_update().write(values)
        except SerializationFailure:
            self._tokens.invalidate_model()

    def _row(self):
        return self._tokens.search([("account_id", "=", self._account.id)])

    def _fingerprint(self):
        account = self._account
        parts = (
            account.token_url,
            account.application_id,
            account.application_secret,
        )
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


class IconicAccessToken(models.Model):
    """The access token of an account that connects with an OAuth application.

    In the database, so that all workers share it; not on the account, so that jobs do
    not compete for that row. Nobody has access, neither in the interface nor by RPC.
    """

    _name = "iconic.access.token"
    _description = "THE ICONIC Access Token"
    _log_access = False

    account_id = fields.Many2one("iconic.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    value = fields.Char(groups=NO_ACCESS)
    expires_at = fields.Datetime()
    fingerprint = fields.Char(
        groups=NO_ACCESS, help="Identifies the credentials that the token belongs to."
    )

    _unique_account = models.Constraint(
        "UNIQUE(account_id)", "An account has one access token."
    )
