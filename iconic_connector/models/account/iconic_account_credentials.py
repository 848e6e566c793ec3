from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import str2bool

from ...seller_center import ActionApi, RestApi
from ...seller_center.const import (
    HOST_LIVE,
    HOST_PRE_PRODUCTION,
    HOST_STAGING,
    TOKEN_PATH,
    VERSION,
)

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

TEST_HOSTS = {"staging": HOST_STAGING, "preproduction": HOST_PRE_PRODUCTION}


class IconicAccount(models.Model):
    """The credentials of an account, what they belong to, and who may enter them."""

    _inherit = "iconic.account"

    api_type = fields.Selection(
        API_NAMES,
        string="Connect With",
        default="rest",
        required=True,
        help="What Seller Center gave you: the ID and secret of an OAuth application, "
        "or a user ID and an API key. Both do the same; listings and feeds stay as "
        "they are when you change from one to the other.",
    )
    use_staging = fields.Boolean(
        string="Do you want to connect to Staging?",
        help="Tick to try things out without going live.",
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
        # Required: known before the row is inserted.
        precompute=True,
        readonly=False,
        required=True,
        help="Follows the staging box. Change it only for another host, such as a "
        "sandbox of your own.",
    )
    user_login = fields.Char(
        string="User ID (E-mail)",
        copy=False,
        help="The e-mail address of the Seller Center user that calls are made for. "
        "A user of its own for Odoo is best.",
    )
    api_key = fields.Char(
        string="API Key",
        copy=False,
        groups="iconic_connector.iconic_connector_group_manager",
        help="Seller Center > Settings > Integration Management, or the list of users.",
    )
    api_version = fields.Char(
        string="API Version",
        default=VERSION,
        readonly=True,
        copy=False,
        help="The version the marketplace accepted last. The connector asks for 2.6.20 "
        "and falls back to 1.0 by itself.",
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
        groups="iconic_connector.iconic_connector_group_manager",
        help="Shown by Seller Center beside the application's ID.",
    )
    token_url = fields.Char(
        string="Token Address",
        compute="_compute_token_url",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        help="Where access tokens come from. Follows the API address; some shops give "
        "them out at the address of Seller Center itself.",
    )
    shop_id = fields.Char(
        string="Shop ID",
        readonly=True,
        copy=False,
        help="The shop that the OAuth application showed first. If it ever acts on "
        "another one, nothing is sent.",
    )
    shop_name = fields.Char(string="Shop", readonly=True, copy=False)
    database_uuid = fields.Char(
        readonly=True,
        copy=False,
        groups="iconic_connector.iconic_connector_group_manager",
    )
    database_name = fields.Char(
        readonly=True,
        copy=False,
        groups="iconic_connector.iconic_connector_group_manager",
    )
    is_copy = fields.Boolean(
        string="Copied Database",
        compute="_compute_is_copy",
        help="The credentials were entered in another database, of which this one is a "
        "copy. Nothing is sent until a manager confirms.",
    )

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
            known = account.sudo()  # the remembered database is shown to managers only
            account.is_copy = bool(known.database_uuid) and (
                known.database_uuid != uuid or known.database_name != self.env.cr.dbname
            )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._remember_database()
        # Nobody has access to tokens, whoever makes the account.
        self.env["iconic.access.token"].sudo().create(
            [{"account_id": account.id} for account in accounts]
        )
        return accounts

    def write(self, vals):
        entered = CREDENTIAL_FIELDS & vals.keys()
        if entered:
            self._check_may_enter_credentials()
        result = super().write(vals)
        if entered:
            self._remember_database()
            self._forget_connection()
        return result

    def _check_may_enter_credentials(self):
        """Refuse credentials and addresses of users, who may only use them."""
        manager = "iconic_connector.iconic_connector_group_manager"
        if not self.env.su and not self.env.user.has_group(manager):
            raise AccessError(
                self.env._("Only managers of THE ICONIC may change the connection.")
            )

    def _database_uuid(self):
        # The uuid is a system parameter, which users may not read.
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _is_neutralized(self):
        # A system parameter again.
        value = (
            self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        )
        return str2bool(value or "", False)

    def _remember_database(self):
        """Tie the credentials to this database, so that a copy of it stays silent."""
        self.sudo().write(  # written for whoever may enter credentials
            {
                "database_uuid": self._database_uuid(),
                "database_name": self.env.cr.dbname,
            }
        )

    def _forget_connection(self):
        """Ask for a new test, since the credentials are others now."""
        self.write(
            {
                "connection_state": "untested",
                "hold_reason": False,
                "retry_at": False,
                "backoff_count": 0,
            }
        )
        # Whose products are listed nowhere may meet another shop.
        self.filtered(lambda account: not account._is_tied_to_shop()).write(
            {"shop_id": False, "shop_name": False}
        )

    def _is_tied_to_shop(self):
        """Tell whether products of this account are at the marketplace, or were."""
        self.ensure_one()
        # Whoever enters credentials may not see the listings, but they count.
        return bool(
            self.env["iconic.listing"]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                [("account_id", "=", self.id), ("seller_sku", "!=", False)], limit=1
            )
        )

    def _has_credentials(self):
        """Tell whether what the chosen API needs was entered."""
        account = self.sudo()  # the secrets are for managers only
        if self.api_type == "rest":
            return bool(account.application_id and account.application_secret)
        return bool(account.user_login and account.api_key)

    @property
    def _client_class(self):
        """Return the client of the chosen API, which also knows its documents."""
        return CLIENTS[self.api_type]
