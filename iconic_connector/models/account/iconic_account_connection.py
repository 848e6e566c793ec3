import hashlib
import logging
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import requests
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import str2bool

from ... import const
from ...domain.moments import to_odoo_datetime, to_utc
from ...error_messages import describe
from ...seller_center import ActionApi, RestApi
from ...seller_center.const import (
    HOST_LIVE,
    HOST_PRE_PRODUCTION,
    HOST_STAGING,
    TOKEN_PATH,
    VERSION,
)
from ...seller_center.errors import (
    AccessRefused,
    NoProgress,
    NotAccepted,
    SellerCenterError,
    UnknownOutcome,
    Unreadable,
)
from ...seller_center.rest.access import AccessToken
from ..iconic_rights import button
from .job import JOBS

#: The client of each API; both have the same methods.
CLIENTS = {"rest": RestApi, "action": ActionApi}
API_NAMES = [
    ("rest", "OAuth Application"),
    ("action", "User ID and API Key"),
]
CREDENTIAL_FIELDS = {
    "api_type",
    "use_staging",
    "test_host",
    "api_url",
    "user_login",
    "api_key",
    "application_id",
    "application_secret",
    "token_url",
}
#: Those that lead to another system, which gives its products other ids.
ADDRESS_FIELDS = {"use_staging", "test_host", "api_url"}
#: The values of an account whose calls succeed.
NO_OUTAGE = {
    "retry_at": False,
    "backoff_count": 0,
    "outage_since": False,
    "outage_reason": False,
}
TEST_HOSTS = {"staging": HOST_STAGING, "preproduction": HOST_PRE_PRODUCTION}
_logger = logging.getLogger(__name__)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class IconicAccount(models.Model):
    """The connection to the marketplace: credentials, client, hold and back-off.

    Only managers enter credentials, and they are tied to one database.
    """

    _inherit = "iconic.account"

    api_type = fields.Selection(
        API_NAMES,
        string="Connect With",
        default="rest",
        required=True,
        help="The credentials that you have from Seller Center: the ID and secret of "
        "an OAuth application, or a user ID and an API key. Both do the same, and you "
        "can change later without losing listings or feeds.",
    )
    use_staging = fields.Boolean(
        string="Do you want to connect to Staging?",
        help="Tick to test without going live.",
    )
    test_host = fields.Selection(
        [("staging", "Staging"), ("preproduction", "Pre-Production")],
        string="Test System",
        default="staging",
        required=True,
        help="Which of the marketplace's two test systems your credentials are for.",
    )
    api_url = fields.Char(
        string="API Address",
        compute="_compute_api_url",
        store=True,
        # It is required, hence computed before the row is inserted.
        precompute=True,
        readonly=False,
        required=True,
        help="Set automatically by the staging box. Change it only for another host, "
        "such as your own sandbox.",
    )

    user_login = fields.Char(
        string="User ID (E-mail)",
        copy=False,
        help="The e-mail address of the Seller Center user that Odoo signs in as. "
        "A separate user for Odoo is best.",
    )
    api_key = fields.Char(
        string="API Key",
        copy=False,
        groups=const.MANAGER_GROUP,
        help="Seller Center > Settings > Integration Management, or the list of users.",
    )
    api_version = fields.Char(
        string="API Version",
        default=VERSION,
        readonly=True,
        copy=False,
        help="The version that the marketplace accepted last. The connector asks for "
        "2.6.20 and automatically falls back to 1.0.",
    )

    application_id = fields.Char(
        string="Application ID",
        copy=False,
        help="Seller Center > Settings > Integration Management > OAuth Applications. "
        "The application acts for the user who created it, on the shop that is active "
        "there: a user who sees one shop only is best.",
    )
    application_secret = fields.Char(
        copy=False,
        groups=const.MANAGER_GROUP,
        help="Shown by Seller Center beside the application's ID.",
    )
    token_url = fields.Char(
        string="Token Address",
        compute="_compute_token_url",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        help="The address that issues access tokens. Set automatically by the API "
        "address; some shops issue them at the address of Seller Center instead.",
    )
    shop_id = fields.Char(
        string="Shop ID",
        readonly=True,
        copy=False,
        help="The shop that the OAuth application returned first. If it returns "
        "another one later, nothing is sent.",
    )
    shop_name = fields.Char(string="Shop", readonly=True, copy=False)

    database_uuid = fields.Char(
        readonly=True,
        copy=False,
        groups=const.MANAGER_GROUP,
    )
    database_name = fields.Char(
        readonly=True,
        copy=False,
        groups=const.MANAGER_GROUP,
    )
    is_copy = fields.Boolean(
        string="Copied Database",
        compute="_compute_is_copy",
        help="The credentials were entered in another database, of which this one is a "
        "copy. Nothing is sent until a manager confirms.",
    )

    connection_state = fields.Selection(
        [
            ("untested", "Not Tested"),
            ("connected", "Connected"),
            ("on_hold", "On Hold"),
        ],
        default="untested",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    hold_reason = fields.Text(readonly=True, copy=False)
    retry_at = fields.Datetime(
        string="Waits Until",
        readonly=True,
        copy=False,
        help="The marketplace could not accept calls. The next one is made after this.",
    )
    backoff_count = fields.Integer(readonly=True, copy=False)
    outage_since = fields.Datetime(
        string="Not Answering Since",
        readonly=True,
        copy=False,
        help="Since then, no call of this account has succeeded.",
    )
    outage_reason = fields.Text(readonly=True, copy=False)
    feature_off_ids = fields.One2many(
        "iconic.account.feature", "account_id", string="Features Switched Off"
    )
    feature_off_count = fields.Integer(compute="_compute_feature_off_count")

    _unique_login = models.Constraint(
        "UNIQUE(api_url, user_login, company_id)",
        "This user of the marketplace has an account in Odoo already.",
    )
    _unique_application = models.Constraint(
        "UNIQUE(api_url, application_id, company_id)",
        "This OAuth application has an account in Odoo already.",
    )

    @api.depends("use_staging", "test_host")
    def _compute_api_url(self):
        for account in self:
            test_host = TEST_HOSTS.get(account.test_host, HOST_STAGING)
            account.api_url = test_host if account.use_staging else HOST_LIVE

    @api.depends("api_url")
    def _compute_token_url(self):
        for account in self:
            base = (account.api_url or "").strip().rstrip("/")
            account.token_url = base and base + TOKEN_PATH

    @api.depends("database_uuid", "database_name")
    def _compute_is_copy(self):
        uuid = self._database_uuid()
        for account in self:
            known = account.sudo()  # only managers see the stored database
            account.is_copy = bool(known.database_uuid) and (
                known.database_uuid != uuid or known.database_name != self.env.cr.dbname
            )

    @api.depends("feature_off_ids")
    def _compute_feature_off_count(self):
        for account in self:
            account.feature_off_count = len(account.feature_off_ids)

    def action_view_features(self):
        """Open the features that are switched off."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iconic_connector.iconic_account_feature_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}

    def action_confirm_database(self):
        """Allow a copied database to connect for this account from now on."""
        self.ensure_one()
        self.check_access("write")
        self._check_may_enter_credentials()
        self._remember_database()
        return self._notify(
            self.env._("This database now connects to THE ICONIC for this account.")
        )

    @button
    def action_test_connection(self):
        """Call the marketplace now and report what is wrong, if anything.

        :raise UserError: if nothing may be called
        """
        self.ensure_one()
        if reason := self._blocking_reason():
            raise UserError(reason)
        try:
            with self._connect() as client:
                client.probe()
        except AccessRefused as error:
            self._hold(describe(self.env, error))
            return self._notify(describe(self.env, error), "danger")
        except SellerCenterError as error:
            return self._notify(describe(self.env, error), "danger")
        self._resume()
        # Another role may allow more than the last one.
        self.feature_off_ids.unlink()
        self._sync_feature_activity()
        if warning := self._image_address_problem():
            return self._notify(warning, "warning")
        message = self.env._("THE ICONIC answers and accepts the credentials.")
        if self.api_type == "rest":
            message += " " + self.env._("The shop is %s.", self.shop_name)
        return self._notify(message, "success")

    @api.model
    def _entered_credentials(self, vals):
        """Return the names of the written fields that belong to the connection."""
        return CREDENTIAL_FIELDS & vals.keys()

    def _create_access_tokens(self):
        # Nobody has access to tokens, not even whoever creates the account.
        self.env["iconic.access.token"].sudo().create(
            [{"account_id": account.id} for account in self]
        )

    def _check_may_enter_credentials(self):
        """Refuse changes of credentials and addresses by other users than managers.

        :raise AccessError: for other users
        """
        if not self.env.su and not self.env.user.has_group(const.MANAGER_GROUP):
            raise AccessError(
                self.env._("Only managers of THE ICONIC may change the connection.")
            )

    def _database_uuid(self):
        # The uuid is a system parameter, which users may not read.
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _is_neutralized(self):
        # A system parameter, too.
        value = (
            self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        )
        return str2bool(value or "", False)

    def _remember_database(self):
        """Tie the credentials to this database, so that a copy of it sends nothing."""
        self.sudo().write(  # the fields are for managers only
            {
                "database_uuid": self._database_uuid(),
                "database_name": self.env.cr.dbname,
            }
        )

    def _forget_connection(self, names):
        """Require a new connection test, since the credentials have changed.

        :param names: of the fields that were written
        """
        self.write(
            {
                "connection_state": "untested",
                "hold_reason": False,
                **NO_OUTAGE,
            }
        )
        # Without listed products the account may connect to another shop.
        self.filtered(lambda account: not account._is_tied_to_shop()).write(
            {"shop_id": False, "shop_name": False}
        )
        if ADDRESS_FIELDS & names:
            numbered = [
                ("account_id", "in", self.ids),
                ("marketplace_product_id", "!=", False),
            ]
            # Listings count even if the user has no access to them.
            listings = self.env["iconic.listing"].sudo().search(numbered)
            listings.marketplace_product_id = False

    def _is_tied_to_shop(self):
        """Tell whether products of this account are or were at the marketplace."""
        self.ensure_one()
        # Listings count even if the user has no access to them.
        return bool(
            self.env["iconic.listing"]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                [("account_id", "=", self.id), ("seller_sku", "!=", False)], limit=1
            )
        )

    def _has_credentials(self):
        """Tell whether the credentials of the chosen API were entered."""
        account = self.sudo()  # the secrets are for managers only
        if self.api_type == "rest":
            return bool(account.application_id and account.application_secret)
        return bool(account.user_login and account.api_key)

    @property
    def _client_class(self):
        """Return the client class of the chosen API."""
        return CLIENTS[self.api_type]

    @api.model
    def _ready_domain(self):
        """Return the domain of accounts that are neither on hold nor backing off."""
        return Domain("connection_state", "!=", "on_hold") & (
            Domain("retry_at", "=", False)
            | Domain("retry_at", "<=", fields.Datetime.now())
        )

    @api.model
    def _ready_to_call(self):
        """Return the accounts that may call the marketplace now."""
        if self._is_neutralized():
            return self.browse()
        return self.search(self._ready_domain()).filtered(
            lambda account: not account._blocking_reason()
        )

    def _is_ready(self):
        """Tell whether this account may make its next call."""
        return bool(self.filtered_domain(self._ready_domain()))

    def _blocking_reason(self):
        """Return why this account must not call, as a sentence; empty if it may."""
        self.ensure_one()
        if self._is_neutralized():
            return self.env._(
                "This database is neutralised (a test copy): it sends nothing."
            )
        if self.is_copy:
            return self.env._(
                "This database is a copy of the one in which the credentials were "
                "entered. A manager has to confirm it first."
            )
        if self._has_credentials():
            return ""
        if self.api_type == "rest":
            return self.env._(
                "Enter the ID and the secret of the OAuth application first."
            )
        return self.env._("Enter the user ID and the API key first.")

    @contextmanager
    def _connect(self):
        """Provide a client for this account, with one HTTP session for all its calls.

        This is the only place where calls to the marketplace begin.

        :raise AccessRefused: if calls are blocked for this database or account
        """
        self.ensure_one()
        if reason := self._blocking_reason():
            raise AccessRefused(reason, cause="host")
        account = self.sudo()  # users may call, but not see the secrets
        with requests.Session() as session:
            client = account._make_client(session)
            yield client
        account._store_client_state(client)

    def _make_client(self, session):
        """Return the client of the chosen API.

        :param session: the `requests.Session` that it calls over
        """
        settings = {
            "base_url": self.api_url,
            "clock": lambda: datetime.now(timezone.utc),
            "sleep": time.sleep,
            "deadline": const.SEND_DEADLINE,
            "pace": const.SECONDS_BETWEEN_CALLS,
        }
        if self.api_type == "rest":
            return RestApi(
                session,
                application_id=self.application_id,
                application_secret=self.application_secret,
                token_url=self.token_url,
                tokens=TokenStore(self),
                shop_id=self.shop_id or "",
                country=self.country,
                **settings,
            )
        return ActionApi(
            session,
            user_id=self.user_login,
            api_key=self.api_key,
            version=self.api_version or VERSION,
            **settings,
        )

    def _store_client_state(self, client):
        """Store the API version that was accepted, or the shop that was returned first.

        :param client: from `_make_client`
        """
        if self.api_type == "action":
            if self.api_version != client.version:
                self.write({"api_version": client.version})
        elif client.shop and not self.shop_id:
            self.write({"shop_id": client.shop.shop_id, "shop_name": client.shop.name})

    @contextmanager
    def _connect_for_user(self):
        """Provide a client for an action of a user.

        :raise UserError: instead of a `SellerCenterError`
        """
        try:
            with self._connect() as client:
                yield client
        except SellerCenterError as error:
            raise UserError(describe(self.env, error)) from error

    def _is_fine(self):
        """Tell whether a successful call is no news: there is no back-off to end."""
        return self.connection_state != "untested" and not (
            self.retry_at or self.backoff_count or self.outage_since
        )

    def _note_success(self):
        """End the back-off after a successful call."""
        if self.connection_state == "untested":
            self._resume()
        elif not self._is_fine():
            self.write(NO_OUTAGE)
            self._close_activity("outage")

    def _note_failure(self, error):
        """Make the account wait or put it on hold, depending on the error of a call.

        :param SellerCenterError error: the error of the call
        """
        _logger.info("THE ICONIC, account %s: %s", self.id, error)
        if isinstance(error, AccessRefused):
            self._hold(describe(self.env, error))
        elif isinstance(error, Unreadable | NoProgress):
            # The marketplace answers: what it answers concerns this one call.
            return
        elif isinstance(error, NotAccepted | UnknownOutcome):
            self._back_off(error)

    def _back_off(self, error):
        """Wait as long as the marketplace asks, else twice as long as the last time.

        :param error: the `SellerCenterError` of the call
        """
        now = fields.Datetime.now()
        seconds = getattr(error, "retry_after", None) or min(
            const.BACKOFF_FIRST * 2**self.backoff_count, const.BACKOFF_LONGEST
        )
        self.write(
            {
                "retry_at": now + timedelta(seconds=seconds),
                "backoff_count": min(self.backoff_count + 1, 10),
                "outage_since": self.outage_since or now,
                "outage_reason": describe(self.env, error),
            }
        )
        if self.outage_since <= now - const.OUTAGE_PATIENCE:
            self._raise_activity(
                "outage",
                self.env._("THE ICONIC does not answer"),
                self.env._(
                    "No call has succeeded since %(time)s UTC, so that orders, stock "
                    "and prices wait: %(reason)s It is tried again automatically. If "
                    "Seller Center works in your browser, ask whoever runs this "
                    "server; if not, THE ICONIC has to repair it.",
                    time=self.outage_since,
                    reason=self.outage_reason,
                ),
            )

    def _is_offered(self, feature):
        """Tell whether the shop may be asked for a feature now.

        :param feature: a value of `iconic.account.feature.name`, or None
        """
        now = fields.Datetime.now()
        return not self.feature_off_ids.filtered(
            lambda one: one.name == feature and one.ask_again_at > now
        )

    def _sync_feature_activity(self):
        """Create, update or close the activity about features switched off."""
        labels = dict(
            self.env["iconic.account.feature"]
            ._fields["name"]
            ._description_selection(self.env)
        )
        for account in self:
            features = account.feature_off_ids
            if not features:
                account._close_activity("features")
                continue
            account._raise_activity(
                "features",
                self.env._("THE ICONIC does not offer everything"),
                "\n".join(
                    [
                        *(f"{labels[one.name]}: {one.reason}" for one in features),
                        self.env._(
                            "Everything else goes on. If your shop should have it, ask "
                            "THE ICONIC; it is asked for again every week, or at once "
                            "with Ask Again on the account."
                        ),
                    ]
                ),
            )

    def _hold(self, reason):
        """Put the account on hold and notify the responsible user.

        :param str reason: what is wrong and how to fix it
        """
        self.write({"connection_state": "on_hold", "hold_reason": reason})
        # Two jobs refused at the same time conflict here, before the activity is
        # created.
        self.flush_recordset()
        self._raise_activity(
            "access", self.env._("THE ICONIC refuses the connection"), reason
        )

    def _resume(self):
        """Resume all jobs after a successful connection."""
        self.write(
            {
                "connection_state": "connected",
                "hold_reason": False,
                **NO_OUTAGE,
            }
        )
        for cause in ("access", "outage"):
            self._close_activity(cause)
        self._trigger_crons()

    @api.model
    def _trigger_crons(self, *kinds, at=None):
        """Trigger scheduled jobs.

        :param kinds: values of `iconic.account.job.kind`; none for all
        :param at: when; None for as soon as possible
        """
        for kind in kinds or JOBS:
            self.env["iconic.account.job"]._cron(kind)._trigger(at)

    def _image_base(self):
        """Return the base address of pictures, without a final slash."""
        base = self.image_base_url or self.get_base_url()
        return base.rstrip("/")

    def _image_address_problem(self):
        """Return why pictures cannot be fetched, as a sentence; empty if they can."""
        api, images = urlsplit(self.api_url), urlsplit(self._image_base())
        if api.hostname in LOOPBACK_HOSTS:
            return ""
        if images.scheme != "https" or images.hostname in LOOPBACK_HOSTS:
            return self.env._(
                "The credentials are good, but THE ICONIC cannot fetch pictures from "
                "%s: enter the https address under which Odoo is reachable from the "
                "internet as Public Address of Odoo.",
                self._image_base(),
            )
        return ""

    def _notify(self, message, kind="info"):
        """Return a notification that also refreshes the form.

        :param str message: what the user reads
        :param str kind: info, success, warning or danger
        :return: a client action
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": self.env._("THE ICONIC"),
                "message": message,
                "sticky": kind in ("danger", "warning"),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


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
