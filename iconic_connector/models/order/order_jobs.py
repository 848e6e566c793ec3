"""The scheduled jobs that read orders and process them."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Domain

from ... import const
from ...domain import item_statuses
from ...domain.moments import to_odoo_datetime, to_utc
from ...error_messages import describe
from ...seller_center.errors import NoProgress, Refused, Unreadable
from ...seller_center.records import UnreadableRecord
from ...transactions import commit_with_retry
from ..account.job import DueRecords, PageByPage, runs
from .history import store_history


@runs("order_pull")
class PullOrders(PageByPage):
    """Reads new and changed orders, or all open ones, page by page.

    What is read is stored and committed; another job processes it.
    """

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows that import orders or have a pull under way."""
        return rows.filtered(
            lambda row: (
                row.account_id.import_orders
                or (row.position or {}).get("purpose")
                or (row.position or {}).get("history_requested")
            )
        )

    def start(self):
        """Override to begin the next pull, unless one is to be continued."""
        self.account._request_unreadable_orders()
        for purpose in ("open", "history"):
            if purpose in self.requests:
                self.position[f"{purpose}_requested"] = True
        if self.position.get("purpose"):
            return
        if self._begin_requested():
            return
        if self.account.import_orders:
            self._begin("changes", since=_written(self._read_since()))

    def next_batch(self):
        """Override to read the next page: pairs of an order and its items."""
        if not self.position.get("purpose"):
            return None
        try:
            return self._read_orders()
        except (Refused, Unreadable, NoProgress) as error:
            # What is new comes first, whatever breaks behind it.
            self.begin_anew()
            self._give_up_requested(error)
            raise

    def _read_orders(self):
        self._asked_at = fields.Datetime.now()
        self._page = self.read_page(const.ORDERS_PER_PAGE)
        records = self._page.records
        if self.position["purpose"] == "history":
            records = [one for one in records if self._is_past(one)]
        if self.position["purpose"] == "changes":
            # Of open orders a user has requested all, old ones, too.
            records = self.account._since_import_began(records)
        return self.account._with_items(self.client, [*records, *self._page.unreadable])

    def do(self, batch):
        """Override to store the orders of a page."""
        self.account._note_success()
        if self.position["purpose"] == "history":
            self._store_history(batch)
            return
        if not all(record.order_id for record, _items in batch):
            # The next pull begins where this one did, to find it once it is readable.
            self.position["passed_over"] = True
        known = self.account._orders_by_id(
            [record for record, _items in batch if record.order_id]
        )
        before = set(known.ids)
        orders = self.account._store_read(batch, self._asked_at)
        new = len(set(orders.ids) - before)
        self.position["new"] += new
        self.position["found"] = self.position["found"] or bool(new)

    def advance(self, batch):
        """Override to move on to the next page, status or pull."""
        self.position["offset"] = self._page.next_offset or 0
        if self._page.next_offset is None:
            self.position |= {"smaller_until": 0, "readable": False}
            self._advance_pull()

    def hold(self, batch, reason):
        """Override to store an order that could not be stored as it is, and hold it."""
        if self.position["purpose"] == "history":
            return False
        for record, _items in batch:
            if not record.order_id:
                self.position["passed_over"] = True
                return False
            self.account._store_held_order(record, reason)
        return True

    def record_name(self, record):
        """Override to return the number of the order."""
        return record[0].number or record[0].order_id

    def finish(self):
        """Override to return how many orders are new and to be shipped."""
        # Also of orders that no job imports.
        self.account._sync_order_activity()
        # What came first has waited for what came last.
        self.account._trigger_crons("order_process")
        ended = self.position.pop("ended", None)
        if ended == "history":
            self.position["history_report"] = self._history_report()
            return self.position["history_report"]
        report = self.env._(
            "New orders: %(new)s. To ship now: %(open)s.",
            new=self.position.pop("new", 0),
            open=self.account.open_order_count,
        )
        if ended == "open":
            # Whoever has asked for it reads it later than the next routine pull.
            self.position["open_report"] = report
        return report

    def _begin_requested(self):
        """Begin what people have asked for, if anything.

        :return: whether there was something
        """
        if self.position.pop("open_requested", False):
            self._begin("open", status=item_statuses.PENDING)
        elif self.position.pop("history_requested", False):
            until = self.account.orders_from or fields.Datetime.now()
            since = until - timedelta(days=self.account.history_days)
            self._begin("history", since=_written(since), before=_written(until))
        else:
            return False
        return True

    def _is_past(self, record):
        """Tell whether an order was placed in the time of the history that is read."""
        placed = to_odoo_datetime(record.created_at)
        since, before = _read(self.position["since"]), _read(self.position["before"])
        return bool(placed) and since <= placed < before

    def _store_history(self, batch):
        pairs = [pair for pair in batch if not isinstance(pair[0], UnreadableRecord)]
        stored, still_open = store_history(self.account, pairs, self._asked_at)
        self.position["new"] += stored
        for name, count in (
            ("still_open", still_open),
            ("unread", len(batch) - len(pairs)),
        ):
            self.position[name] = self.position.get(name, 0) + count

    def _history_report(self):
        """Return how many orders were stored, and what to do about the others."""
        stored = self.position.pop("new", 0)
        words = [self.env._("Orders stored as history: %s.", stored)]
        if still_open := self.position.pop("still_open", 0):
            words.append(
                self.env._(
                    "Still to be shipped: %s. Press Pull All Open Orders to import "
                    "them.",
                    still_open,
                )
            )
        if unread := self.position.pop("unread", 0):
            words.append(
                self.env._(
                    "Could not be read: %s. Press Read History again later.", unread
                )
            )
        return " ".join(words)

    def _begin(self, purpose, **values):
        self.position |= {
            "purpose": purpose,
            "started_at": _written(fields.Datetime.now()),
            "offset": 0,
            "found": False,
            "new": 0,
            **values,
        }

    def _read_since(self):
        """Return since when changes have to be read."""
        until = self.position.get("read_until")
        since = _read(until) if until else self.account.orders_from
        return (since or fields.Datetime.now()) - const.ORDER_OVERLAP

    def _give_up_requested(self, error):
        """End what people asked for if it is refused: the routine has to go on.

        :param SellerCenterError error: the error of the call
        """
        words = describe(self.env, error)
        if self.position["purpose"] == "open":
            report = self.env._("The open orders could not be pulled: %s", words)
            self.position |= {"purpose": None, "open_report": report}
        elif self.position["purpose"] == "history":
            report = self.env._("The history could not be read: %s", words)
            self.position |= {"purpose": None, "history_report": report}

    def ask_page(self, offset, limit):
        """Override to read a page of what the pull is about."""
        window = {"offset": offset, "limit": limit}
        if self.position["purpose"] == "open":
            return self.client.orders(**window, status=self.position["status"])
        since = to_utc(_read(self.position["since"]))
        if self.position["purpose"] == "history":
            before = to_utc(_read(self.position["before"]))
            return self.client.orders(
                **window, created_after=since, created_before=before
            )
        return self.client.orders(**window, updated_after=since)

    def _advance_pull(self):
        """Read the same status once more, continue with the next one, or finish.

        Orders change their status while the list is read, and others move up to pages
        that were read already. So a list is read until it contains nothing new.
        """
        if self.position["purpose"] == "changes":
            until = self.position["started_at"]
            if self.position.pop("passed_over", False):
                # What is lost for longer would make each pull longer than the last.
                oldest = _written(_read(until) - const.PASSED_OVER_AGE)
                until = max(self.position.get("read_until") or oldest, oldest)
            self.position["read_until"] = until
        elif self.position["purpose"] == "history":
            # Nothing is added to the past while it is read.
            self.position.pop("passed_over", None)
        elif self.position["found"]:
            self.position["found"] = False
            return
        else:
            place = item_statuses.OPEN.index(self.position["status"]) + 1
            if place < len(item_statuses.OPEN):
                self.position["status"] = item_statuses.OPEN[place]
                return
        self.position |= {"purpose": None, "ended": self.position["purpose"]}
        # One report at a time; what else was asked for comes with the next run.
        if self.position["ended"] == "changes" or self.position.get("open_requested"):
            self._begin_requested()


@runs("order_process")
class ProcessOrders(DueRecords):
    """Imports and processes new and changed orders, up to 25 of them together."""

    needs_connection = False
    keeps_order = True
    model = "iconic.order"
    # Orders whose job was interrupted go last: they may interrupt it again.
    order = "lease_until NULLS FIRST, ordered_at NULLS LAST, id"
    batch_size = const.ORDERS_PROCESSED_AT_ONCE

    def __init__(self, row):
        """Prepare the turn."""
        super().__init__(row)
        self._accounts = self.account

    @classmethod
    def due_domain(cls, accounts):
        """Override to let accounts wait whose orders are being pulled.

        The marketplace lists the newest first: the oldest may still be to come.
        """
        return accounts.env[cls.model]._due_domain(accounts - _being_pulled(accounts))

    def next_batch(self):
        """Override to claim the orders: changes from now on need another run."""
        orders = super().next_batch()
        if orders:
            self._accounts |= orders.account_id
            commit_with_retry(self.env, orders._claim_processing)
        return orders

    def handled_together(self, orders):
        """Override to let older orders of other accounts go before.

        Both accounts may ship from one warehouse of their company. What has interrupted
        a job before stands alone.
        """
        first = orders[0]
        if first.lease_until:
            return first
        orders = orders.filtered(lambda one: not one.lease_until)
        if not self._older_rival(orders):
            return orders
        while older := self._older_rival(first):
            first = older
        return first

    def _older_rival(self, orders):
        """Return the oldest order to import that wants a product of younger ones.

        :param orders: `iconic.order` records of one account
        """
        new = orders.filtered(lambda one: not one.sale_order_id)
        now = fields.Datetime.now()
        accounts = self.env["iconic.account"].search(
            Domain("company_id", "in", orders.company_id.ids)
        )
        awake = accounts.filtered(lambda one: not one._pause_of(self.kind))
        older = (
            self.due_domain(awake)
            & Domain("sale_order_id", "=", False)
            & Domain("lease_until", "=", False)
            & Domain("ordered_at", "<", max(one.ordered_at or now for one in orders))
            & Domain("id", "not in", [*self._tried, *orders.ids])
        )
        found = self.env[self.model]
        # Nearly always there is none, which costs one query.
        if not new or not found.search_count(older, limit=1):
            return found
        skus = new._skus_of_same_products()
        return found.search(
            older & Domain("item_ids.seller_sku", "in", skus),
            order=self.order,
            limit=1,
        )

    def do(self, batch):
        """Override to process those that are claimed still.

        :return: those of which reports are to be made
        """
        return batch.filtered("lease_until")._process().filtered("lease_until")

    def parts_outside(self, batch, result):
        """Override to make reports order by order: they take long."""
        return list(result)

    def finish_outside(self, batch, result):
        """Override to make the reports of an order."""
        commit_with_retry(self.env, batch._finish_processing)

    def hold(self, batch, reason):
        """Override to hold the orders, and to try them again by themselves.

        Changes that arrived meanwhile, or arrive until then, do not wait for it.
        """
        for order in batch:
            order._store_failure("error", reason)
        later = fields.Datetime.now() + const.UNFORESEEN_RETRY
        batch.write({"lease_until": False, "retry_at": later})
        return True

    def finish(self):
        """Override to update the activity about orders that need attention."""
        self._accounts._sync_order_activity()


def _being_pulled(accounts):
    """Return the accounts whose pull has begun and is not complete yet.

    One that takes long, or was interrupted, holds nothing up.
    """
    rows = accounts.env["iconic.account.job"].search(
        Domain("kind", "=", "order_pull") & Domain("account_id", "in", accounts.ids)
    )
    since = _written(fields.Datetime.now() - const.PULL_PATIENCE)
    return rows.filtered(
        lambda row: (
            (row.position or {}).get("purpose") in ("open", "changes")
            and row.position["started_at"] > since
        )
    ).account_id


def _written(moment):
    return moment.isoformat()


def _read(text):
    return datetime.fromisoformat(text)
