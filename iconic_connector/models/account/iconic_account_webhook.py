import hashlib
import logging
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ... import const
from ...error_messages import describe
from ...seller_center.errors import (
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreadable,
)
from ...seller_center.events import EVENTS, read_event
from ...seller_center.records import UnreadableRecord
from .iconic_account_connection import LOOPBACK_HOSTS

_logger = logging.getLogger(__name__)

PATH = "/iconic/webhook/"
# Calls carry no signature, so that the address must not be guessed (SellerCenter:
# Webhooks). 256 bits.
TOKEN_BYTES = 32

# Beyond this many waiting events, all changed orders are read instead.
WAITING_EVENTS = 500

# Events per batch: their orders are read, then stored together.
EVENTS_AT_ONCE = 20


class IconicAccount(models.Model):
    """The webhook that the marketplace calls when something happens.

    The content of a call is never trusted: it only makes Odoo read at once what it
    would have read a few minutes later. Events are stored while the marketplace waits
    and processed by a job.
    """

    _inherit = "iconic.account"

    webhook_token = fields.Char(readonly=True, copy=False, groups=const.MANAGER_GROUP)
    webhook_token_hash = fields.Char(
        compute="_compute_webhook_token_hash",
        store=True,
        index="btree_not_null",
        groups=const.MANAGER_GROUP,
    )
    webhook_url = fields.Char(
        string="Address for Events",
        compute="_compute_webhook_url",
        groups=const.MANAGER_GROUP,
        help="THE ICONIC calls this address when something happens. Keep it secret.",
    )

    webhook_id = fields.Char(
        string="Webhook ID",
        readonly=True,
        copy=False,
        groups=const.MANAGER_GROUP,
        help="The number of the registration at THE ICONIC.",
    )
    webhook_base = fields.Char(readonly=True, copy=False, groups=const.MANAGER_GROUP)
    webhook_connection = fields.Char(
        readonly=True, copy=False, groups=const.MANAGER_GROUP
    )
    webhook_state = fields.Selection(
        [("off", "Off"), ("on", "On")],
        string="Events",
        compute="_compute_webhook_state",
        compute_sudo=True,
        help="On: THE ICONIC notifies Odoo of changes at once. Off: Odoo only asks for "
        "changes every few minutes.",
    )
    webhook_warning = fields.Text(compute="_compute_webhook_state", compute_sudo=True)

    webhook_event_ids = fields.One2many("iconic.webhook.event", "account_id")
    webhook_last_at = fields.Datetime(string="Last Event", readonly=True, copy=False)
    webhook_count = fields.Integer(string="Events Processed", readonly=True, copy=False)

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

    def action_register_webhook(self):
        """Have the marketplace notify Odoo of changes at once.

        :raise UserError: if it cannot reach Odoo, or refuses
        """
        self._check_may_register()
        if problem := self._webhook_address_problem():
            raise UserError(problem)
        try:
            with self._connect() as client:
                self._register_webhook(client)
        except SellerCenterError as error:
            # Refusals repeat the address, and messages to users are logged.
            words = describe(self.env, error).replace(self.webhook_token, "***")
            raise UserError(words) from None
        return self._notify(
            self.env._("THE ICONIC now notifies Odoo of changes at once."), "success"
        )

    def action_unregister_webhook(self):
        """End the notifications and replace the address."""
        self._check_may_register()
        with self._connect_for_user() as client:
            self._end_webhook(client)
        self.webhook_token = self._new_webhook_token()
        return self._notify(
            self.env._("THE ICONIC no longer notifies Odoo of changes.")
        )

    @api.model
    def _new_webhook_token(self):
        return secrets.token_urlsafe(TOKEN_BYTES)

    def _webhook_problem(self):
        """Return why the registration may be outdated, as a sentence, or False."""
        if self.webhook_base != self._image_base():
            return self.env._(
                "THE ICONIC still sends events to %s: register again.",
                self.webhook_base,
            )
        if self.webhook_connection != self._webhook_connection():
            return self.env._(
                "The connection has changed since notifications were enabled: register "
                "again."
            )
        return False

    def _webhook_connection(self):
        return f"{self.api_type} {self.api_url}"

    def _check_may_register(self):
        self.ensure_one()
        self.check_access("write")
        self._check_may_enter_credentials()

    def _webhook_address_problem(self):
        """Return why the marketplace cannot call, as a sentence; empty if it can."""
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

        :param client: from `_connect`
        :raise UserError: if the shop offers no event that Odoo uses
        """
        offered = {event.alias for event in client.webhook_events()}
        events = [event for event in EVENTS if event in offered]
        if not events:
            raise UserError(
                self.env._("This shop offers none of the events that Odoo can use.")
            )
        if self.webhook_id:
            self._end_webhook(client)
        if not self.webhook_token:
            self.webhook_token = self._new_webhook_token()
        self.write(
            {
                "webhook_id": self._create_webhook(client, events),
                "webhook_base": self._image_base(),
                "webhook_connection": self._webhook_connection(),
            }
        )

    def _create_webhook(self, client, events):
        """Register the address, which may be registered already if an answer was lost.

        :return: the id of the registration
        """
        try:
            return client.create_webhook(self.webhook_url, events)
        except (Refused, UnknownOutcome) as error:
            if number := self._find_webhook(client, events):
                return number
            if isinstance(error, UnknownOutcome):
                raise
        # An address can be registered once only (E098), and REST does not return the id
        # of its registration: register a new address, the old one becomes invalid.
        self.webhook_token = self._new_webhook_token()
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
        """Return the account with this token, archived ones included.

        :param str token: the end of the address that was called
        :return: an account with superuser rights, or an empty recordset
        """
        # The caller is anonymous; knowing the token is the permission.
        accounts = self.sudo().with_context(active_test=False)
        return accounts.search([("webhook_token_hash", "=", _hash(token))], limit=1)

    def _store_event(self, body):
        """Store an event and trigger the job that processes it.

        Neither this account's row nor any order is written, so that calls never
        conflict with other transactions.

        :param bytes body: the body of the call, untrusted
        """
        event, external_id = read_event(body)
        if event and self.active:
            self._request_reading(event, external_id)

    def _request_reading(self, event, external_id):
        """Have the subject of an event read soon.

        :param str event: a key of `EVENTS`
        :param str external_id: the marketplace's id of an order; empty for all
        """
        waiting = [("account_id", "=", self.id), ("claimed", "!=", True)]
        Event = self.env["iconic.webhook.event"]
        if Event.search_count(waiting, limit=WAITING_EVENTS) == WAITING_EVENTS:
            external_id = ""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO iconic_webhook_event (account_id, company_id, event,
                                                  external_id, received_at, claimed)
                     VALUES (%s, %s, %s, %s, %s, FALSE)
                ON CONFLICT DO NOTHING
                """,
                self.id,
                self.company_id.id,
                event,
                external_id,
                fields.Datetime.now(),
            )
        )
        if self.env.cr.rowcount:
            self._trigger_crons("webhook")

    def _claim_events(self):
        """Claim the next events; the same event may then be stored again."""
        events = self.env["iconic.webhook.event"].search(
            [("account_id", "=", self.id)], limit=EVENTS_AT_ONCE
        )
        events.claimed = True
        return events

    def _read_changed_orders(self, client, events):
        """Read the orders of some events from the marketplace.

        :param client: from `_connect`
        :param events: `iconic.webhook.event` records
        :return: pairs of an order and its items, or None if all changed orders have to
            be read instead
        """
        if not self.import_orders:
            return []
        if events._is_about_any_order():
            return None
        records = []
        for external_id in events._order_ids():
            try:
                records.append(client.order(external_id))
            except Unreadable as error:
                records.append(UnreadableRecord(external_id, "", error))
            except Refused as error:
                # It belongs to another seller, or does not exist.
                _logger.info("THE ICONIC, order %s: %s", external_id, error)
            except UnknownOutcome as error:
                # An order that cannot be read must not block the events behind it.
                _logger.info("THE ICONIC, order %s: %s", external_id, error)
                return None
        readable = [one for one in records if not isinstance(one, UnreadableRecord)]
        lost = [one for one in records if isinstance(one, UnreadableRecord)]
        try:
            kept = self._since_import_began(readable)
            return self._with_items(client, [*kept, *lost])
        except Refused:
            return None

    def _finish_events(self, events, orders, asked_at):
        """Store the orders, trigger further jobs and delete the events.

        :param events: the events that are processed
        :param orders: from `_read_changed_orders`
        :param asked_at: when they were read
        """
        if orders:
            self._note_success()
            self._store_read(orders, asked_at)
        if orders is None:
            self._trigger_crons("order_pull")
        kinds = events._kinds()
        if "feeds" in kinds:
            self._read_feeds_now()
        if "quality" in kinds:
            self._trigger_crons("quality")
        self.write(
            {
                "webhook_last_at": max(events.mapped("received_at")),
                "webhook_count": self.webhook_count + len(events),
            }
        )
        events.unlink()

    def _read_feeds_now(self):
        """Have the feed reader poll all feeds at once that may have a result now."""
        feeds = self.env["iconic.feed"].search(
            Domain("account_id", "=", self.id)
            & (Domain("state", "=", "processing") | Domain("is_doubtful", "=", True))
        )
        feeds.next_poll_at = fields.Datetime.now()
        self._trigger_crons("feed_reader")


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
