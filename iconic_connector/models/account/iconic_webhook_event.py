import json
import logging
import re
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...seller_center.errors import Refused, SellerCenterError, UnknownOutcome
from ...transactions import keep, until_no_conflict

_logger = logging.getLogger(__name__)

# More than these are not kept: all that has changed is read instead.
WAITING_EVENTS = 500

# Events whose orders are read before they are stored.
EVENTS_AT_ONCE = 20

# The events that are of use, and what each of them makes Odoo read (SellerCenter:
# Webhooks).
EVENTS = {
    "onOrderCreated": "orders",
    "onOrderItemsStatusChanged": "orders",
    "onReturnStatusChanged": "orders",
    "onFeedCompleted": "feeds",
    "onProductQcStatusChanged": "quality",
}


class IconicWebhookEvent(models.Model):
    """Something to be read, since somebody who knew the address said so.

    Nothing else of what was said is kept. The rows wait for a job, which takes them
    before it reads: what is told meanwhile waits anew, so that no change is missed.
    """

    _name = "iconic.webhook.event"
    _description = "THE ICONIC Event"
    _order = "id"
    _log_access = False

    account_id = fields.Many2one(
        "iconic.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    event = fields.Char(required=True)
    external_id = fields.Char(
        required=True, help="Of the order. Empty: read whatever has changed."
    )
    received_at = fields.Datetime(required=True)
    taken = fields.Boolean(help="The job is at it, or was stopped at it.")

    _waits_once = models.UniqueIndex(
        "(account_id, event, external_id) WHERE taken IS NOT TRUE",
        "This event is waiting already.",
    )

    def _kinds(self):
        """Return what these events make Odoo read."""
        return {EVENTS.get(one.event) for one in self}

    def _order_ids(self):
        """Return the marketplace's ids of the orders to be read, each once."""
        return list(dict.fromkeys(filter(None, self.mapped("external_id"))))

    def _is_about_any_order(self):
        """Tell whether all that has changed is to be read."""
        return any(
            EVENTS.get(one.event) == "orders" and not one.external_id for one in self
        )


class IconicAccount(models.Model):
    """Events on their way: noted while the marketplace waits, handled by a job."""

    _inherit = "iconic.account"

    webhook_event_ids = fields.One2many("iconic.webhook.event", "account_id")

    def _note_event(self, body):
        """Remember what is to be read, and let the job run; nothing is called here.

        Neither this account's row nor one of its orders is written, so that nobody
        meets another transaction here.

        :param bytes body: what was said, by whomever
        """
        event, external_id = read_event(body)
        if event and self.active:
            self._expect(event, external_id)

    def _expect(self, event, external_id):
        """Have something read soon.

        :param str event: a key of `EVENTS`
        :param str external_id: of an order, or empty
        """
        waiting = [("account_id", "=", self.id), ("taken", "!=", True)]
        Event = self.env["iconic.webhook.event"]
        if Event.search_count(waiting, limit=WAITING_EVENTS) == WAITING_EVENTS:
            external_id = ""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO iconic_webhook_event (account_id, company_id, event,
                                                  external_id, received_at, taken)
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

    @api.model
    def _cron_handle_events(self):
        """Read what the marketplace said has changed."""
        commit = self.env["ir.cron"]._commit_progress
        accounts = self._ready_to_call().filtered("webhook_event_ids")
        commit(remaining=len(accounts))
        for left, account in zip(
            range(len(accounts) - 1, -1, -1), accounts, strict=True
        ):
            if not account._handle_events(left):
                return
        commit(remaining=0)

    def _handle_events(self, left):
        """Handle the waiting events of this account, some at a time.

        :param int left: how many accounts come after this one
        :return: whether there is time left for the next account
        """
        self.ensure_one()
        commit = self.env["ir.cron"]._commit_progress
        with self._connect() as client:
            while events := keep(self.env, self._next_events):
                asked_at = fields.Datetime.now()
                try:
                    orders = self._read_changed(client, events)
                except SellerCenterError as error:
                    keep(self.env, partial(self._handle_events_later, error))
                    return True
                finish = partial(self._finish, events, orders, asked_at)
                until_no_conflict(self.env, finish)
                self.invalidate_recordset(["webhook_event_ids"])
                if not commit(1, remaining=left + bool(self.webhook_event_ids)):
                    return False
        return True

    def _next_events(self):
        """Take the next events: those that are told from now on wait anew."""
        events = self.env["iconic.webhook.event"].search(
            [("account_id", "=", self.id)], limit=EVENTS_AT_ONCE
        )
        events.taken = True
        return events

    def _handle_events_later(self, error):
        """Leave the events, and look again as soon as the account may call."""
        self._note_failure(error)
        if self.retry_at:
            self.env.ref("iconic_connector.ir_cron_webhook")._trigger(self.retry_at)

    def _read_changed(self, client, events):
        """Read the orders that events are about, as the marketplace has them now.

        :return: pairs of an order and its units, or None if all that has changed has
            to be read instead
        """
        if not self.import_orders:
            return []
        if events._is_about_any_order():
            return None
        records = []
        for external_id in events._order_ids():
            try:
                records.append(client.order(external_id))
            except Refused as error:
                # Another seller's, or none at all.
                _logger.info("THE ICONIC, order %s: %s", external_id, error)
            except UnknownOutcome as error:
                # One that cannot be read must not keep the events behind it.
                _logger.info("THE ICONIC, order %s: %s", external_id, error)
                return None
        try:
            return self._with_units(client, self._since_import_began(records))
        except Refused:
            return None

    def _finish(self, events, orders, asked_at):
        """Store what was read and forget the events, at once.

        :param orders: what `_read_changed` gave
        :param asked_at: when it was read
        """
        if orders:
            self._note_success()
            self._take_orders(orders, asked_at)
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
        """Let the feed reader ask at once what became of the feeds in process."""
        feeds = self.env["iconic.feed"].search(
            [("account_id", "=", self.id), ("state", "=", "processing")]
        )
        feeds.next_poll_at = fields.Datetime.now()
        self._trigger_crons("feed_reader")


def read_event(body):
    """Read what a call of a webhook says, as little as is needed.

    :param bytes body: JSON, or anything else
    :return: the event and the id of the order, as text; both empty if it is of no use
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    event = said.get("event") if isinstance(said, dict) else None
    if not isinstance(event, str) or event not in EVENTS:
        return "", ""
    payload = said.get("payload")
    if EVENTS[event] != "orders" or not isinstance(payload, dict):
        return event, ""
    # A number; the documentation has texts of digits elsewhere.
    number = str(payload.get("OrderId"))
    return event, number if re.fullmatch("[0-9]{1,20}", number) else ""
