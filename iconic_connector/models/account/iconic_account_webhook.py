import hashlib
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...seller_center.errors import Refused, SellerCenterError, UnknownOutcome
from .iconic_account_connection import LOOPBACK_HOSTS
from .iconic_webhook_event import EVENTS

MANAGER = "iconic_connector.iconic_connector_group_manager"
PATH = "/iconic/webhook/"
# Calls carry no signature, so that the address must not be guessed (SellerCenter:
# Webhooks). 256 bits.
TOKEN_BYTES = 32


class IconicAccount(models.Model):
    """The address that the marketplace calls when something happens.

    What it says there is never believed: it only makes Odoo read at once what it would
    have read a few minutes later.
    """

    _inherit = "iconic.account"

    webhook_token = fields.Char(readonly=True, copy=False, groups=MANAGER)
    webhook_token_hash = fields.Char(
        compute="_compute_webhook_token_hash",
        store=True,
        index="btree_not_null",
        groups=MANAGER,
    )
    webhook_url = fields.Char(
        string="Address for Events",
        compute="_compute_webhook_url",
        groups=MANAGER,
        help="THE ICONIC calls it when something happens. Tell it nobody else.",
    )
    webhook_id = fields.Char(
        string="Webhook ID",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="What THE ICONIC calls the registration. It is not told again.",
    )
    webhook_base = fields.Char(readonly=True, copy=False, groups=MANAGER)
    webhook_connection = fields.Char(readonly=True, copy=False, groups=MANAGER)
    webhook_state = fields.Selection(
        [("off", "Off"), ("on", "On")],
        string="Events",
        compute="_compute_webhook_state",
        compute_sudo=True,
        help="On: THE ICONIC tells at once what happens there. Off: Odoo asks every "
        "few minutes, which it does anyway.",
    )
    webhook_warning = fields.Text(compute="_compute_webhook_state", compute_sudo=True)
    webhook_last_at = fields.Datetime(string="Last Event", readonly=True, copy=False)
    webhook_count = fields.Integer(string="Events Handled", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Known before it is registered, so that a registration whose answer got
            # lost can be found again.
            vals.setdefault("webhook_token", _new_token())
        return super().create(vals_list)

    @api.depends("webhook_token")
    def _compute_webhook_token_hash(self):
        for account in self:
            token = account.webhook_token
            account.webhook_token_hash = token and _hash(token)

    @api.depends("webhook_token", "image_base_url")
    def _compute_webhook_url(self):
        for account in self:
            token = account.webhook_token
            account.webhook_url = token and account._image_base() + PATH + token

    @api.depends(
        "webhook_id",
        "webhook_base",
        "webhook_connection",
        "image_base_url",
        "api_type",
        "api_url",
    )
    def _compute_webhook_state(self):
        for account in self:
            account.webhook_state = "on" if account.webhook_id else "off"
            account.webhook_warning = account.webhook_id and account._webhook_problem()

    def _webhook_problem(self):
        """Return in words why the registration may not hold any more, or False."""
        if self.webhook_base != self._image_base():
            return self.env._(
                "THE ICONIC still sends its events to %s: register again.",
                self.webhook_base,
            )
        if self.webhook_connection != self._webhook_connection():
            return self.env._(
                "The connection is another one than that with which events were "
                "registered: register again."
            )
        return False

    def _webhook_connection(self):
        return f"{self.api_type} {self.api_url}"

    def action_register_webhook(self):
        """Have the marketplace tell at once what happens there."""
        self._check_may_register()
        if problem := self._webhook_address_problem():
            raise UserError(problem)
        try:
            with self._connect() as client:
                self._register_webhook(client)
        except SellerCenterError as error:
            # Refusals repeat the address, and what users are told is logged.
            words = str(error).replace(self.webhook_token, "***")
            raise UserError(words) from None
        return self._notify(
            self.env._("THE ICONIC tells Odoo from now on what happens."), "success"
        )

    def action_unregister_webhook(self):
        """Have the marketplace tell nothing any more; the address is dead then."""
        self._check_may_register()
        with self._connect_or_tell() as client:
            self._end_webhook(client)
        self.webhook_token = _new_token()
        return self._notify(self.env._("THE ICONIC does not tell events any more."))

    def _check_may_register(self):
        self.ensure_one()
        self.check_access("write")
        self._check_may_enter_credentials()

    def _webhook_address_problem(self):
        """Return in words why the marketplace could not call, or an empty string."""
        base = urlsplit(self._image_base())
        if base.hostname in LOOPBACK_HOSTS:
            reachable = urlsplit(self.api_url).hostname in LOOPBACK_HOSTS
        else:
            reachable = base.scheme == "https"
        if reachable:
            return ""
        return self.env._(
            "THE ICONIC cannot call %s: enter the https address under which Odoo is "
            "reachable from the internet as Public Address of Odoo.",
            self._image_base(),
        )

    def _register_webhook(self, client):
        """Register the address, in place of an earlier registration.

        :param client: what `_connect` gives
        """
        offered = {event.alias for event in client.webhook_events()}
        events = [event for event in EVENTS if event in offered]
        if not events:
            raise UserError(
                self.env._("This shop tells none of the events that Odoo can use.")
            )
        if self.webhook_id:
            self._end_webhook(client)
        if not self.webhook_token:
            self.webhook_token = _new_token()
        self.write(
            {
                "webhook_id": self._create_webhook(client, events),
                "webhook_base": self._image_base(),
                "webhook_connection": self._webhook_connection(),
            }
        )

    def _create_webhook(self, client, events):
        """Register the address; it may be registered since an answer got lost.

        :return: the id of the registration
        """
        try:
            return client.create_webhook(self.webhook_url, events)
        except (Refused, UnknownOutcome) as error:
            if number := self._find_webhook(client, events):
                return number
            if isinstance(error, UnknownOutcome):
                raise
        # An address is registered once (E098), and REST does not show by which id:
        # take another one. The old one is dead then.
        self.webhook_token = _new_token()
        return client.create_webhook(self.webhook_url, events)

    def _find_webhook(self, client, events):
        """Return the id under which the address is registered for these events.

        :return: None if it is not, or if the API does not list registrations
        """
        if self.api_type == "rest":
            return None
        for webhook in client.webhooks():
            if webhook.url == self.webhook_url and set(webhook.events) == set(events):
                return webhook.webhook_id
        return None

    def _end_webhook(self, client):
        """End the registration, if the marketplace still has it."""
        # It may not be there: deleted in Seller Center, or of another shop.
        with suppress(Refused):
            if self.webhook_id:
                client.delete_webhook(self.webhook_id)
        self.webhook_id = False

    @api.model
    def _find_by_webhook_token(self, token):
        """Return the account that gave the marketplace this token, archived ones too.

        :param str token: the end of the address that was called
        :return: an account of the superuser, or an empty one
        """
        # Whoever calls is nobody; knowing the token is the permission.
        accounts = self.sudo().with_context(active_test=False)
        return accounts.search([("webhook_token_hash", "=", _hash(token))], limit=1)


def _new_token():
    return secrets.token_urlsafe(TOKEN_BYTES)


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
